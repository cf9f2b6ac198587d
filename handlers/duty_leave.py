"""Leave in the chat: the leaves ahead, a new one, and taking one back (销假)."""

from handlers.context import Context, id_of
from handlers.conversations import open_form
from handlers.duty_leave_forms import LEAVE
from handlers.forms import Answers
from models.base import short
from models.leave import cancel_leave, leave_line, leaves_ahead
from models.people import (
    ADMIN,
    DUTY_LEADER,
    DUTY_OFFICER,
    OFFICE_LEADER,
    SAFETY_OFFICE,
    TOWN_OFFICER,
    Person,
)
from models.text import Part, button, content, day, text

FOR_OTHERS = (SAFETY_OFFICE, ADMIN, TOWN_OFFICER)
MAY_LEAVE = (*FOR_OTHERS, DUTY_LEADER, DUTY_OFFICER, OFFICE_LEADER)


def leave_word(ctx: Context, rest: str) -> None:
    """请假: the leaves that this person may take back, and a new one; with none the form opens at once."""
    found = leaves_ahead(ctx.session, by=ctx.by, today=ctx.policy.local(ctx.now).date())
    if not found:
        new_leave(ctx, [])
        return
    lines: list[Part] = [text("leave-head"), *(leave_line(leave, person.name) for leave, person in found)]
    rows = [
        [
            button(
                text("button-leave-cancel", name=person.name, first=day(leave.first_day)),
                f"a:leavecancel:{short(leave.id)}",
            )
        ]
        for leave, person in found
    ]
    rows.append([button(text("button-leave-new"), "a:leavenew")])
    ctx.reply(content(*lines, buttons=rows))


def new_leave(ctx: Context, args: list[str]) -> None:
    """The form; the office and a town's officer may record it for others."""
    answers: Answers = {"others": {"v": ctx.by.has(*FOR_OTHERS), "s": ""}}
    open_form(ctx, LEAVE, answers=answers)


def cancel(ctx: Context, args: list[str]) -> None:
    """销假. Errors: form-old-button, leave-unknown, not-allowed, leave-cancelled."""
    leave_id = id_of(args)
    leave = cancel_leave(ctx.session, by=ctx.by, leave_id=leave_id, now=ctx.now)
    person = ctx.session.get_one(Person, (ctx.county, leave.person_id))
    ctx.toast = text("leave-back")
    ctx.reply(content(ctx.toast, leave_line(leave, person.name)))
