"""Lists of hazards, page by page. All a page needs is in its button: the list's name and where to go on."""

from handlers.context import Context
from models.base import UserError, short, unshort
from models.hazard_cards import where_line
from models.hazard_lists import hazards_of, open_hazards
from models.hazards import Hazard
from models.people import ADMIN, OFFICE_LEADER, SAFETY_OFFICE, TOWN_OFFICER
from models.text import Part, button, content, text, when

PAGE = 5


def my_page(ctx: Context, after: int | None = None) -> None:
    """What I reported and what is mine to fix."""
    _show(ctx, "my", hazards_of(ctx.session, by=ctx.by, limit=PAGE + 1, after=after), after)


def open_page(ctx: Context, after: int | None = None) -> None:
    """Open hazards of the areas this person answers for. Errors: not-allowed."""
    scopes = [
        grant.area
        for grant in ctx.by.grants
        if grant.role in (SAFETY_OFFICE, OFFICE_LEADER, ADMIN, TOWN_OFFICER)
    ]
    if not scopes:
        raise UserError("not-allowed")
    area = None if None in scopes else min((scope for scope in scopes if scope), key=len)
    _show(ctx, "open", open_hazards(ctx.session, by=ctx.by, limit=PAGE + 1, area=area, after=after), after)


def page(ctx: Context, args: list[str]) -> None:
    """A further page: `list:<name>:<id after which it goes on>`."""
    lists = {"my": my_page, "open": open_page}
    try:
        after = unshort(args[1]) if len(args) > 1 else None
        lists[args[0]](ctx, after)
    except (ValueError, KeyError, IndexError):
        raise UserError("form-old-button") from None


def _show(ctx: Context, name: str, found: list[Hazard], after: int | None) -> None:
    if not found:
        ctx.reply(content(text(f"list-{name}-end" if after else f"list-{name}-empty")))
        return
    lines: list[Part] = [text(f"list-{name}-head")]
    sees = []
    for hazard in found[:PAGE]:
        lines += [_line(ctx, hazard), where_line(ctx.session, hazard), hazard.description[:60]]
        sees.append(button(hazard.number, f"a:see:{short(hazard.id)}"))
    rows = [sees[at : at + 3] for at in range(0, len(sees), 3)]
    if len(found) > PAGE:
        rows.append([button(text("button-more"), f"a:list:{name}:{short(found[PAGE - 1].id)}")])
    ctx.reply(content(*lines, buttons=rows))


def _line(ctx: Context, hazard: Hazard) -> Part:
    level = hazard.level or ("suspected" if hazard.suspected_major else "ungraded")
    overdue = (
        hazard.due_at is not None and hazard.state in ("assigned", "rectifying") and hazard.due_at <= ctx.now
    )
    return text(
        "list-line",
        number=hazard.number,
        level=text(f"level-{level}"),
        state=text("state-overdue") if overdue else text(f"state-{hazard.state}"),
        at=when(hazard.reported_at),
    )
