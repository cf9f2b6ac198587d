"""One-tap work on hazards: see, verify, reject, assign, accept, fixed, pass, fail, close, withdraw."""

from handlers.context import Context
from handlers.conversations import open_form
from handlers.hazard_form import HAZARD, answers_of
from handlers.hazard_forms import ASSIGN, FAIL, FIX, REJECT, assign_answers
from models import hazard_flow as flow
from models.audit import events_of
from models.base import UserError, short, unshort
from models.hazard_notices import card_lines, headline, office_buttons, owner_buttons
from models.hazard_states import OFFICE, REPORTED
from models.hazards import Hazard, attached_ids, hazard_by_id, is_owner, may_move
from models.people import may
from models.text import Part, button, content, text, when


def _hazard(ctx: Context, args: list[str]) -> Hazard:
    try:
        hazard_id = unshort(args[0])
    except (ValueError, IndexError):
        raise UserError("form-old-button") from None
    return hazard_by_id(ctx.session, by=ctx.by, hazard_id=hazard_id)


def show(ctx: Context, hazard: Hazard) -> None:
    """A hazard with its photos, its history and what this person may do with it."""
    photos = attached_ids(ctx.session, hazard) + attached_ids(ctx.session, hazard, "after")
    lines: list[Part] = [headline(hazard), *card_lines(ctx.session, hazard), text("hazard-history")]
    for event in events_of(ctx.session, county=ctx.county, subject="hazard", subject_id=hazard.id)[-10:]:
        name = event.actor_name if event.actor_id else text("system-name")
        lines.append(
            text(
                "history-line",
                at=when(event.at),
                name=name,
                action=text(f"did-{event.action}"),
                reason=event.reason,
            )
        )
    buttons = [row for row in buttons_for(ctx, hazard) if row]
    ctx.reply(content(*lines, buttons=buttons, photos=photos[:10]))


def buttons_for(ctx: Context, hazard: Hazard) -> list[list[dict[str, object]]]:
    """What this person may do next with the hazard."""
    if may(ctx.by, OFFICE, area=hazard.area):
        rows = office_buttons(hazard)
    elif is_owner(ctx.by, hazard):
        rows = owner_buttons(hazard)
    else:
        rows = []
    rows = [[each for each in row if not each["d"].startswith("a:see:")] for row in rows]
    fresh = ctx.now - hazard.reported_at <= ctx.policy.edit_window
    if hazard.state == REPORTED and fresh and ctx.person_id == hazard.reporter_id:
        key = short(hazard.id)
        rows.append(
            [
                button(text("button-correct"), f"a:correct:{key}"),
                button(text("button-withdraw"), f"a:withdraw:{key}"),
            ]
        )
    return rows


def see(ctx: Context, args: list[str]) -> None:
    """Show a hazard in full."""
    if ctx.inbound.group is not None:
        raise UserError("form-private-only")
    show(ctx, _hazard(ctx, args))


def _said(ctx: Context, key: str, hazard: Hazard) -> None:
    ctx.toast = text(key, number=hazard.number)
    if ctx.inbound.group is None:
        ctx.reply(content(ctx.toast, buttons=[row for row in buttons_for(ctx, hazard) if row]))


def verify(ctx: Context, args: list[str]) -> None:
    """核实: real, and of this level."""
    hazard = _hazard(ctx, args)
    level = args[1] if len(args) > 1 else ""
    hazard = flow.verify_hazard(
        ctx.session, by=ctx.by, hazard=hazard, level=level, now=ctx.now, policy=ctx.policy
    )
    _said(ctx, f"verified-{level}", hazard)


def accept(ctx: Context, args: list[str]) -> None:
    """The responsible person takes it on."""
    hazard = flow.accept_hazard(
        ctx.session, by=ctx.by, hazard=_hazard(ctx, args), now=ctx.now, policy=ctx.policy
    )
    _said(ctx, "accepted-done", hazard)


def pass_(ctx: Context, args: list[str]) -> None:
    """复查合格."""
    hazard = flow.pass_recheck(
        ctx.session, by=ctx.by, hazard=_hazard(ctx, args), now=ctx.now, policy=ctx.policy
    )
    _said(ctx, "passed-done", hazard)


def close(ctx: Context, args: list[str]) -> None:
    """销号."""
    hazard = flow.close_hazard(
        ctx.session, by=ctx.by, hazard=_hazard(ctx, args), now=ctx.now, policy=ctx.policy
    )
    _said(ctx, "closed-done", hazard)


def withdraw(ctx: Context, args: list[str]) -> None:
    """Take one's own report back."""
    hazard = flow.withdraw_report(
        ctx.session, by=ctx.by, hazard=_hazard(ctx, args), now=ctx.now, policy=ctx.policy
    )
    _said(ctx, "withdrawn-done", hazard)


def correct(ctx: Context, args: list[str]) -> None:
    """Open one's own report again, at its review."""
    hazard = _hazard(ctx, args)
    if not may_move(ctx.by, hazard, "correct"):
        raise UserError("not-allowed")
    if ctx.now - hazard.reported_at > ctx.policy.edit_window:
        minutes = int(ctx.policy.edit_window.total_seconds() // 60)
        raise UserError("edit-window-over", minutes=minutes, number=hazard.number)
    photos = attached_ids(ctx.session, hazard)
    open_form(ctx, HAZARD, answers=answers_of(ctx, hazard, photos), meta={"corrects": hazard.id})


def _open(ctx: Context, args: list[str], action: str) -> Hazard:
    """The hazard for which a form is to be opened, if this person may and it is not done already."""
    hazard = _hazard(ctx, args)
    if not may_move(ctx.by, hazard, action):
        raise UserError("not-allowed")
    if hazard.state not in flow.states_before(action):
        raise UserError("hazard-moved-on", number=hazard.number, state=text(f"state-{hazard.state}"))
    return hazard


def assign(ctx: Context, args: list[str]) -> None:
    """交办: to whom and until when."""
    hazard = _open(ctx, args, "assign")
    open_form(ctx, ASSIGN, answers=assign_answers(hazard), meta={"hazard": hazard.id})


def reject(ctx: Context, args: list[str]) -> None:
    """不属实: with a reason."""
    open_form(ctx, REJECT, meta={"hazard": _open(ctx, args, "reject").id})


def fail(ctx: Context, args: list[str]) -> None:
    """复查不合格: with a reason."""
    open_form(ctx, FAIL, meta={"hazard": _open(ctx, args, "fail_recheck").id})


def fix(ctx: Context, args: list[str]) -> None:
    """整改完成: with photos."""
    open_form(ctx, FIX, meta={"hazard": _open(ctx, args, "submit_fix").id})
