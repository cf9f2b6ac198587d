"""The forms that change who stands a shift: one for another (换人), two among themselves (对调)."""

from datetime import date
from typing import Any

from handlers.answers import clean, words_only
from handlers.context import Body, Context
from handlers.duty_period import day_answer, typed_day
from handlers.forms import Ambiguous, Answer, Answers, Choice, Form, Step, value
from handlers.inbound import Inbound
from models.base import UserError
from models.duty import OFFICER, ShiftDuty
from models.duty_notices import role_name, shift_line
from models.duty_views import OnDuty
from models.people import Person
from models.roster_edit import REASON_MOST, Seat, seat_of, substitute, swap
from models.roster_suit import suitable
from models.roster_view import days_ahead, shift_seen, shifts_on
from models.rota_people import people_like, people_named
from models.text import Part, Text, clock, content, day, text

DAYS_MOST, SHIFTS_MOST, OTHERS_MOST = 9, 20, 12
WHY = ("why-trip", "why-ill", "why-home")


def _days(ctx: Context, answers: Answers) -> list[Choice]:
    days = days_ahead(ctx.session, by=ctx.by, now=ctx.now, policy=ctx.policy)
    return [Choice(on.isoformat(), day(on)) for on in days[:DAYS_MOST]]


def _choose_day(ctx: Context, answers: Answers, picked: str) -> Answer:
    return day_answer(date.fromisoformat(picked))


def _parse_day(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """A day on which shifts begin. Errors: period-day, shift-none-on."""
    on = typed_day(ctx, inbound)
    if not _on(ctx, on):
        raise UserError("shift-none-on", day=day(on))
    return day_answer(on)


def _on(ctx: Context, on: date) -> list[OnDuty]:
    found = shifts_on(ctx.session, by=ctx.by, day=on, policy=ctx.policy)
    return [one for one in found if one.shift.ends_at > ctx.now and one.people]


def _shift_label(one: OnDuty) -> Text:
    return text("shift-choice", post=one.post.name, at=clock(one.shift.starts_at))


def _shifts(ctx: Context, answers: Answers) -> list[Choice]:
    found = _on(ctx, date.fromisoformat(value(answers, "day")))
    return [Choice(str(one.shift.id), _shift_label(one)) for one in found[:SHIFTS_MOST]]


def _parse_shift(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """A shift of the day by its post. Error: post-unknown; several fit: they are offered."""
    said = words_only(inbound, most=60)
    found = [one for one in _on(ctx, date.fromisoformat(value(answers, "day"))) if said in one.post.name]
    if not found:
        raise UserError("post-unknown")
    if len(found) > 1:
        raise Ambiguous([Choice(str(one.shift.id), _shift_label(one)) for one in found], text("shift-which"))
    return Answer(str(found[0].shift.id), _shift_label(found[0]))


def _people_of(ctx: Context, answers: Answers) -> list[tuple[ShiftDuty, Person]]:
    return shift_seen(ctx.session, by=ctx.by, shift_id=int(value(answers, "shift"))).people


def who(duty: ShiftDuty, person: Person) -> Text:
    return text("duty-who", role=role_name(duty.role), name=person.name)


def _duties(ctx: Context, answers: Answers) -> list[Choice]:
    return [Choice(str(duty.id), who(duty, person)) for duty, person in _people_of(ctx, answers)]


def _parse_duty(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """Someone of the shift by name. Error: shift-without."""
    said = words_only(inbound, most=30)
    for duty, person in _people_of(ctx, answers):
        if said == person.name:
            return Answer(str(duty.id), who(duty, person))
    raise UserError("shift-without", name=said)


def _seat(ctx: Context, answers: Answers) -> Seat:
    return seat_of(ctx.session, county=ctx.county, duty_id=int(value(answers, "duty")))


def _people(ctx: Context, answers: Answers) -> list[Choice]:
    found = suitable(ctx.session, seat=_seat(ctx, answers), policy=ctx.policy)
    return [_person_choice(person) for person in found]


def _person_choice(person: Person) -> Choice:
    return Choice(str(person.id), f"{person.name} {person.title}".strip())


def parse_person(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """Anyone the office knows, by name, with the telephone for namesakes. Errors: those of `people_named`."""
    said = words_only(inbound, most=60)
    near = people_like(ctx.session, county=ctx.county, said=said)
    if len(near) > 1:
        raise Ambiguous([_person_choice(person) for person in near], text("person-which"))
    person = near[0] if near else people_named(ctx.session, county=ctx.county, said=said)[0]
    return Answer(str(person.id), person.name)


def _whys(ctx: Context, answers: Answers) -> list[Choice]:
    return [Choice(ctx.say(text(key)), text(key)) for key in WHY]


def _parse_why(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    said = clean(" ".join(words_only(inbound, most=REASON_MOST).split()), most=REASON_MOST)
    return Answer(said, said)


def _others(ctx: Context, answers: Answers) -> list[Choice]:
    """Places of the same kind in the same period and town that somebody else has, the nearest day first."""
    seat = _seat(ctx, answers)
    found = [
        (one, duty, person)
        for one in _of_the_period(ctx, seat)
        for duty, person in one.people
        if (duty.role == OFFICER) == (seat.duty.role == OFFICER) and person.id != seat.person.id
    ]
    found.sort(key=lambda each: (abs(each[0].shift.starts_at - seat.shift.starts_at), each[0].shift.id))
    return [_other_choice(ctx, *each) for each in found[:OTHERS_MOST]]


def _of_the_period(ctx: Context, seat: Seat) -> list[OnDuty]:
    days = days_ahead(ctx.session, by=ctx.by, now=ctx.now, policy=ctx.policy, period_id=seat.shift.period_id)
    shifts = (
        one
        for on in days
        for one in shifts_on(
            ctx.session, by=ctx.by, day=on, policy=ctx.policy, period_id=seat.shift.period_id
        )
    )
    return [one for one in shifts if one.post.area == seat.post.area and one.shift.ends_at > ctx.now]


def _other_choice(ctx: Context, one: OnDuty, duty: ShiftDuty, person: Person) -> Choice:
    on = day(ctx.policy.local(one.shift.starts_at).date())
    return Choice(
        str(duty.id),
        text("shift-of", name=person.name, day=on, at=clock(one.shift.starts_at), post=one.post.name),
    )


def _parse_other(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """Someone else's place by their name. Error: shift-without; several fit: they are offered."""
    said = words_only(inbound, most=30)
    found = [choice for choice in _others(ctx, answers) if said in ctx.say(choice.label)]
    if not found:
        raise UserError("shift-without", name=said)
    if len(found) > 1:
        raise Ambiguous(found, text("shift-which"))
    return Answer(found[0].value, found[0].label)


def _replace(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    seat = _seat(ctx, answers)
    person_id = int(value(answers, "person"))
    substitute(
        ctx.session,
        by=ctx.by,
        duty_id=seat.duty.id,
        person_id=person_id,
        reason=value(answers, "why") or "",
        now=ctx.now,
        policy=ctx.policy,
    )
    person = ctx.session.get_one(Person, (ctx.county, person_id))
    line = shift_line(seat.shift, seat.post, seat.duty.role)
    return content(text("replaced", shift=line, name=seat.person.name, new=person.name), text("edit-told"))


def _exchange(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    one = _seat(ctx, answers)
    other = seat_of(ctx.session, county=ctx.county, duty_id=int(value(answers, "other")))
    swap(
        ctx.session,
        by=ctx.by,
        duty_id=one.duty.id,
        other_duty_id=other.duty.id,
        reason=value(answers, "why") or "",
        now=ctx.now,
        policy=ctx.policy,
    )
    lines: list[Part] = [text("exchanged")]
    for seat, there in ((one, other), (other, one)):
        shift = shift_line(there.shift, there.post, there.duty.role)
        lines.append(text("roster-swapped-to", name=seat.person.name, shift=shift))
    return content(*lines, text("edit-told"))


_SHIFT = (
    Step("day", "ask-shift-day", _parse_day, _days, choose=_choose_day, numbered=False),
    Step("shift", "ask-shift", _parse_shift, _shifts, wide=True),
    Step("duty", "ask-shift-duty", _parse_duty, _duties, wide=True),
)
_WHY = Step("why", "ask-why", _parse_why, _whys, optional=True)
REPLACE = Form(
    "replace",
    1,
    (*_SHIFT, Step("person", "ask-replace-person", parse_person, _people), _WHY),
    _replace,
)
EXCHANGE = Form(
    "exchange",
    1,
    (*_SHIFT, Step("other", "ask-exchange-other", _parse_other, _others, wide=True), _WHY),
    _exchange,
)
