"""All photos of a hazard, whoever sent them and when: before, after, looked at again, with comments."""

from collections import Counter

from handlers.context import Context, in_private
from models.base import UserError, short, unshort
from models.files import all_attached
from models.hazard_sight import hazard_by_id
from models.hazards import Hazard
from models.text import button, content, text

PAGE = 10
KINDS = ("before", "after", "lookback", "comment")


def _photos(ctx: Context, hazard: Hazard) -> list[tuple[str, int]]:
    """The photos with their kind, in the order of the work."""
    found = all_attached(ctx.session, county=ctx.county, subject="hazard", subject_id=hazard.id)
    return sorted((each for each in found if each[0] in KINDS), key=lambda each: KINDS.index(each[0]))


def has_more_photos(ctx: Context, hazard: Hazard, shown: set[int]) -> bool:
    """Whether a hazard has photos besides those shown."""
    return bool({file_id for _, file_id in _photos(ctx, hazard)} - shown)


def photos(ctx: Context, args: list[str]) -> None:
    """A page of photos: `photos:<hazard>[:<first>]`. Errors: hazard-unknown, form-old-button."""
    in_private(ctx)
    try:
        hazard = hazard_by_id(ctx.session, by=ctx.by, hazard_id=unshort(args[0]))
        begin = unshort(args[1]) if len(args) > 1 else 0
    except (ValueError, IndexError):
        raise UserError("form-old-button") from None
    found = _photos(ctx, hazard)
    page = found[begin : begin + PAGE]
    if not page:
        raise UserError("form-old-button")
    kinds = Counter(kind for kind, _ in page)
    head = text(
        "photos-page", number=hazard.number, first=begin + 1, last=begin + len(page), count=len(found)
    )
    lines = [text(f"photos-{kind}", count=kinds[kind]) for kind in KINDS if kinds[kind]]
    row = [button(text("button-see"), f"a:see:{short(hazard.id)}")]
    if len(found) > begin + PAGE:
        row.insert(0, button(text("button-more"), f"a:photos:{short(hazard.id)}:{short(begin + PAGE)}"))
    ctx.reply(content(head, *lines, buttons=[row], photos=[file_id for _, file_id in page]))
