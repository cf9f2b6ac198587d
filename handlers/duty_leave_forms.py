"""The form of a leave (请假、外出报备): who, from which day to which, why."""

from datetime import date
from typing import Any

from handlers.answers import clean, words_only
from handlers.context import Body, Context
from handlers.days import last_of
from handlers.duty_edit_forms import parse_person
from handlers.duty_period import day_answer, typed_day
from handlers.forms import Answer, Answers, Choice, Form, Step, value
from handlers.inbound import Inbound
from models.base import UserError
from models.duty_notices import shift_line
from models.leave import REASON_MOST, add_leave, leave_line, shifts_in_leave
from models.people import Person
from models.text import Part, content, text

WHY = ("leave-why-trip", "leave-why-holiday", "leave-why-ill")


def _who(ctx: Context, answers: Answers) -> list[Choice]:
    return [Choice(str(ctx.person_id), text("leave-me", name=ctx.person_name))]


def _parse_begins(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    return day_answer(typed_day(ctx, inbound))


def _parse_ends(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """The last day, or how many days. Error: leave-order, if it is before the first."""
    begins = date.fromisoformat(value(answers, "begins"))
    on = (last_of(inbound.text, first=begins) if inbound.kind == "text" else None) or typed_day(ctx, inbound)
    if on < begins:
        raise UserError("leave-order")
    return day_answer(on)


def _one_day(ctx: Context, answers: Answers) -> list[Choice]:
    return [Choice(value(answers, "begins"), text("leave-one-day"))]


def _choose_end(ctx: Context, answers: Answers, picked: str) -> Answer:
    return day_answer(date.fromisoformat(picked))


def _whys(ctx: Context, answers: Answers) -> list[Choice]:
    return [Choice(ctx.say(text(key)), text(key)) for key in WHY]


def _parse_why(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    said = clean(" ".join(words_only(inbound, most=REASON_MOST).split()), most=REASON_MOST)
    return Answer(said, said)


def _for_others(answers: Answers) -> bool:
    return bool(value(answers, "others"))


def _add(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    """Record it, and say at once which shifts it runs into."""
    leave = add_leave(
        ctx.session,
        by=ctx.by,
        person_id=int(value(answers, "who") or ctx.person_id),
        first=date.fromisoformat(value(answers, "begins")),
        last=date.fromisoformat(value(answers, "ends")),
        now=ctx.now,
        policy=ctx.policy,
        reason=value(answers, "why") or "",
    )
    person = ctx.session.get_one(Person, (ctx.county, leave.person_id))
    lines: list[Part] = [text("leave-added"), leave_line(leave, person.name)]
    hit = shifts_in_leave(ctx.session, leave=leave, now=ctx.now, policy=ctx.policy)
    if hit:
        lines += [text("leave-hits", count=len(hit))]
        lines += [shift_line(shift, post, duty.role) for duty, shift, post in hit]
        lines.append(text("leave-hits-told" if leave.person_id == ctx.person_id else "leave-hits-do"))
    return content(*lines)


LEAVE = Form(
    "leave",
    1,
    (
        Step("who", "ask-leave-who", parse_person, _who, when=_for_others),
        Step("begins", "ask-leave-begins", _parse_begins),
        Step("ends", "ask-leave-ends", _parse_ends, _one_day, choose=_choose_end, numbered=False),
        Step("why", "ask-leave-why", _parse_why, _whys, optional=True),
    ),
    _add,
)
