"""A hazard in the chat: its card with photos and history, and what this person may do with it next."""

from typing import Any

from handlers.context import Context, id_of, in_private
from handlers.grade_form import cited
from handlers.hazard_photos import has_more_photos
from handlers.measure_forms import (
    five_lines,
)
from models.audit import events_of
from models.base import UserError, short
from models.criteria import criterion
from models.hazard_cards import (
    card_lines,
    headline,
    office_buttons,
    owner_buttons,
    side_by_side,
    town_buttons,
)
from models.hazard_sight import hazard_by_id
from models.hazard_states import (
    AUTHORITY,
    OFFICE,
    REPORTED,
    WITH_OWNER,
)
from models.hazards import Hazard, attached_ids, is_owner
from models.people import TOWN_OFFICER, may
from models.text import Part, button, content, text, when

HISTORY_SHOWN = 8
_HISTORY_PAGE = 20


def hazard_by_button(ctx: Context, args: list[str]) -> Hazard:
    """The hazard a button names. Errors: form-old-button, hazard-unknown."""
    return hazard_by_id(ctx.session, by=ctx.by, hazard_id=id_of(args))


def show(ctx: Context, hazard: Hazard) -> None:
    """A hazard with its photos, its history and what this person may do with it."""
    lines: list[Part] = [headline(hazard), *card_lines(ctx.session, hazard)]
    if hazard.criterion_id:
        lines.append(cited(criterion(ctx.session, hazard.criterion_id)))
    if hazard.level == "major" and hazard.state not in (REPORTED,):
        lines += five_lines(ctx, hazard)
    events = events_of(ctx.session, county=ctx.county, subject="hazard", subject_id=hazard.id)
    lines += [text("hazard-history"), *(_history_line(event) for event in events[-HISTORY_SHOWN:])]
    buttons = [row for row in buttons_for(ctx, hazard) if row]
    tail = [button(text("button-history"), f"a:history:{short(hazard.id)}")]
    buttons.append(tail if len(events) > HISTORY_SHOWN else [])
    pairs = side_by_side(ctx.session, hazard)
    if pairs:
        lines.append(text("photos-side-by-side"))
    photos = [] if pairs else attached_ids(ctx.session, hazard)
    if has_more_photos(ctx, hazard, {*photos[:10], *(photo for pair in pairs for photo in pair)}):
        buttons[-1].append(button(text("button-photos"), f"a:photos:{short(hazard.id)}"))
    body = content(*lines, buttons=[row for row in buttons if row], photos=photos[:10])
    if pairs:
        body["pairs"] = pairs
    ctx.reply(body)


def _history_line(event: Any) -> Part:
    name = event.actor_name if event.actor_id or event.channel == "link" else text("system-name")
    action = text(f"did-{event.action}")
    return text("history-line", at=when(event.at), name=name, action=action, reason=_detail(event))


def _detail(event: Any) -> Part:
    """What an event says besides its name."""
    if event.action == "commit":
        item = text(f"commitment-{event.after['item']}")
        return text("history-commit", item=item, value=event.after["value"], reason=event.reason)
    if event.action in ("comment", "follow") and event.after.get("photos"):
        return text("history-photos", reason=event.reason, count=event.after["photos"])
    return text("history-reason", reason=event.reason) if event.reason else ""


def history(ctx: Context, args: list[str]) -> None:
    """A hazard's full timeline, page by page, the oldest first."""
    in_private(ctx)
    hazard = hazard_by_button(ctx, args)
    begin = int(args[1]) if len(args) > 1 and args[1].isdecimal() and len(args[1]) < 6 else 0
    events = events_of(ctx.session, county=ctx.county, subject="hazard", subject_id=hazard.id)
    page = events[begin : begin + _HISTORY_PAGE]
    if not page:
        raise UserError("form-old-button")
    lines = [headline(hazard), text("hazard-history"), *map(_history_line, page)]
    rows = [[button(text("button-see"), f"a:see:{short(hazard.id)}")]]
    if len(events) > begin + _HISTORY_PAGE:
        more = f"a:history:{short(hazard.id)}:{begin + _HISTORY_PAGE}"
        rows.insert(0, [button(text("button-more"), more)])
    ctx.reply(content(*lines, buttons=rows))


def buttons_for(ctx: Context, hazard: Hazard) -> list[list[dict[str, Any]]]:
    """What this person may do next with the hazard: the likeliest, then "more"."""
    if is_owner(ctx.by, hazard) and hazard.state in WITH_OWNER:
        rows = owner_buttons(hazard)
    elif may(ctx.by, AUTHORITY, area=hazard.area, sector=hazard.sector):
        rows = office_buttons(hazard, department=not may(ctx.by, OFFICE, area=hazard.area))
    elif may(ctx.by, (TOWN_OFFICER,), area=hazard.area):
        rows = town_buttons(hazard)
    else:
        rows = [[button(text("button-further"), f"a:further:{short(hazard.id)}")]]
    rows = [[each for each in row if not each["d"].startswith("a:see:")] for row in rows]
    if hazard.level == "major" and ctx.person_id == hazard.rechecked_by:  # who re-checked it cannot close it
        rows = [[each for each in row if not each["d"].startswith("a:close:")] for row in rows]
    if hazard.state == REPORTED and ctx.person_id == hazard.reporter_id and _fresh(ctx, hazard):
        key = short(hazard.id)
        correct = button(text("button-correct"), f"a:correct:{key}")
        rows.append([correct, button(text("button-withdraw"), f"a:withdraw:{key}")])
    return rows


def _fresh(ctx: Context, hazard: Hazard) -> bool:
    return ctx.now - hazard.reported_at <= ctx.policy.edit_window


def see(ctx: Context, args: list[str]) -> None:
    """Show a hazard in full."""
    in_private(ctx)
    show(ctx, hazard_by_button(ctx, args))
