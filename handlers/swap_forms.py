"""The forms of changing who stands a shift: asking for a swap, refusing one, the office putting someone on."""

from typing import Any

from handlers.answers import clean
from handlers.context import Body, Context
from handlers.forms import Ambiguous, Answer, Answers, Choice, Form, Step, value
from handlers.inbound import Inbound
from models.base import UserError
from models.duty import REMOVED
from models.duty_notices import person_line, role_name, shift_line
from models.duty_views import coming_duties, who_is_on
from models.people import DUTY_LEADER, DUTY_OFFICER, Person, people_with
from models.posts import may_edit_post
from models.roster_edit import Seat, seat_of
from models.swap_approval import refuse_swap
from models.swap_flow import COMING, ask_swap, own_seat
from models.swap_notices import Told, asker_buttons
from models.swap_people import suitable_people
from models.swap_views import offered_in_return
from models.swaps import REASON_MOST, asks_of, pending_for, swap_by_id
from models.takeover import take_over_shift
from models.text import Part, content, series, text, when

ONE, EXCHANGE, ALL = "one", "exchange", "all"
SHOWN_MOST = 14


def seat_choice(seat: Seat) -> Part:
    """A place as a button: the day first, for narrow phones."""
    starts, role = when(seat.shift.starts_at), role_name(seat.duty.role)
    return text("swap-choice", starts=starts, post=seat.post.name, role=role)


def seat_line(seat: Seat) -> Part:
    """A place in one line."""
    return shift_line(seat.shift, seat.post, seat.duty.role)


def _seat(ctx: Context, answers: Answers) -> Seat:
    return seat_of(ctx.session, county=ctx.county, duty_id=int(value(answers, "duty")))


def _my_choices(ctx: Context, answers: Answers) -> list[Choice]:
    """The coming shifts for which nothing is under way yet."""
    choices = []
    for duty in coming_duties(ctx.session, county=ctx.county, person_id=ctx.person_id, now=ctx.now):
        free = duty.state in COMING and pending_for(ctx.session, county=ctx.county, duty_id=duty.id) is None
        if free:
            choices.append(
                Choice(str(duty.id), seat_choice(seat_of(ctx.session, county=ctx.county, duty_id=duty.id)))
            )
    return choices[:SHOWN_MOST]


def _how_choices(ctx: Context, answers: Answers) -> list[Choice]:
    return [Choice(how, text(f"swap-how-{how}")) for how in (ONE, EXCHANGE, ALL)]


def _choose_how(ctx: Context, answers: Answers, picked: str) -> Answer:
    """A way, if there is somebody for it. Errors: swap-nobody, swap-nobody-exchange."""
    how = ONE if picked == ALL else picked
    if not _people(ctx, answers | {"how": {"v": how, "s": ""}}):
        raise UserError("swap-nobody-exchange" if picked == EXCHANGE else "swap-nobody")
    return Answer(picked, text(f"swap-how-{picked}"))


def _people(ctx: Context, answers: Answers) -> list[Person]:
    """Whom one can ask: for a substitute whoever is free, for an exchange whoever has a shift to give."""
    seat = _seat(ctx, answers)
    if value(answers, "how") == ONE:
        return suitable_people(ctx.session, seat, now=ctx.now, policy=ctx.policy)
    role = DUTY_OFFICER if seat.duty.role == "officer" else DUTY_LEADER
    town = seat.post.area[:9] if seat.post.area else None
    near = [
        person
        for person in people_with(ctx.session, county=ctx.county, role=role)
        if person.id != ctx.person_id and (town is None or (person.area or "").startswith(town))
    ]
    return [person for person in near if _offers(ctx, answers, person)]


def _offers(ctx: Context, answers: Answers, person: Person) -> list[Seat]:
    return offered_in_return(
        ctx.session, seat=_seat(ctx, answers), person=person, now=ctx.now, policy=ctx.policy
    )


def _person_choice(person: Person) -> Choice:
    return Choice(str(person.id), f"{person.name} {person.title}".strip())


def _who_choices(ctx: Context, answers: Answers) -> list[Choice]:
    return [_person_choice(person) for person in _people(ctx, answers)[:SHOWN_MOST]]


def _parse_who(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """A colleague by name or telephone. Errors: form-need-text, person-unknown-name; several are offered."""
    return pick(_people(ctx, answers), inbound, "swap-person-unfit")


def pick(people: list[Person], inbound: Inbound, fault: str) -> Answer:
    """The one of these who was typed. Several that fit are offered."""
    if inbound.kind != "text":
        raise UserError("form-need-text")
    said = clean(inbound.text, most=40)
    fitting = [person for person in people if said in (person.name, person.phone) or said in person.name]
    if not fitting:
        raise UserError(fault, said=said)
    if len(fitting) > 1:
        raise Ambiguous([_person_choice(person) for person in fitting[:8]], text("person-which"))
    return Answer(str(fitting[0].id), fitting[0].name)


def _theirs_choices(ctx: Context, answers: Answers) -> list[Choice]:
    person = ctx.session.get(Person, (ctx.county, int(value(answers, "who"))))
    seats = _offers(ctx, answers, person) if person else []
    return [Choice(str(seat.duty.id), seat_choice(seat)) for seat in seats[:SHOWN_MOST]]


def _parse_reason(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    if inbound.kind != "text":
        raise UserError("form-need-text")
    said = clean(inbound.text, most=REASON_MOST)
    return Answer(said, said)


def _reason_choices(kind: str, names: tuple[str, ...]) -> Any:
    def choices(ctx: Context, answers: Answers) -> list[Choice]:
        return [Choice(name, text(f"{kind}-{name}")) for name in names]

    return choices


def _say_reason(kind: str) -> Any:
    def choose(ctx: Context, answers: Answers, picked: str) -> Answer:
        said = ctx.say(text(f"{kind}-{picked}"))
        return Answer(said, said)

    return choose


def _swap(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    how, who, theirs = (value(answers, name) for name in ("how", "who", "theirs"))
    request = ask_swap(
        ctx.session,
        by=ctx.by,
        duty_id=int(value(answers, "duty")),
        person_id=int(who) if how != ALL else None,
        other_duty_id=int(theirs) if how == EXCHANGE else None,
        reason=value(answers, "reason") or "",
        now=ctx.now,
        policy=ctx.policy,
    )
    told = Told(ctx.session, request, now=ctx.now, policy=ctx.policy)
    names = series(told.name(ask.person_id) for ask in asks_of(ctx.session, request))
    lines: list[Part] = [text("swap-asked", names=names), *told.lines()[:1], text("swap-you-stay-until")]
    return content(*lines, buttons=asker_buttons(request))


SWAP_FORM = Form(
    "swap",
    1,
    (
        Step("duty", "ask-swap-duty", None, _my_choices, wide=True),
        Step("how", "ask-swap-how", None, _how_choices, wide=True, choose=_choose_how),
        Step(
            "who",
            "ask-swap-who",
            _parse_who,
            _who_choices,
            when=lambda answers: value(answers, "how") != ALL,
        ),
        Step(
            "theirs",
            "ask-swap-theirs",
            None,
            _theirs_choices,
            when=lambda answers: value(answers, "how") == EXCHANGE,
            wide=True,
        ),
        Step(
            "reason",
            "ask-swap-reason",
            _parse_reason,
            _reason_choices("swapwhy", ("ill", "work", "family")),
            optional=True,
            choose=_say_reason("swapwhy"),
        ),
    ),
    _swap,
)


def swap_answers(ctx: Context, duty_id: int) -> Answers:
    """The form for one of one's own shifts. Errors: those of `own_seat`."""
    seat = own_seat(ctx.session, by=ctx.by, duty_id=duty_id, now=ctx.now)
    return {"duty": {"v": str(duty_id), "s": seat_choice(seat)}}


def _refuse_intro(ctx: Context, meta: dict[str, Any]) -> list[Part]:
    request = swap_by_id(ctx.session, county=ctx.county, request_id=int(meta["swap"]))
    return Told(ctx.session, request, now=ctx.now, policy=ctx.policy).lines()


def _refuse(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    refuse_swap(
        ctx.session,
        by=ctx.by,
        request_id=int(meta["swap"]),
        reason=value(answers, "reason"),
        now=ctx.now,
        policy=ctx.policy,
    )
    return content(text("swap-refused-done"))


REFUSE_SWAP = Form(
    "refuseswap",
    1,
    (
        Step(
            "reason",
            "ask-swap-refusal",
            _parse_reason,
            _reason_choices("swapunfit", ("busy", "unsuitable", "late")),
            wide=True,
            choose=_say_reason("swapunfit"),
        ),
    ),
    _refuse,
    review=False,
    intro=_refuse_intro,
)


def _running(ctx: Context) -> list[Seat]:
    """The places on shifts that run now, and that this person may give to someone else."""
    seats = []
    for one in who_is_on(ctx.session, county=ctx.county, at=ctx.now):
        if may_edit_post(ctx.by, one.post.area) and one.shift.ends_at > ctx.now:
            seats += [Seat(duty, one.shift, one.post, person) for duty, person in one.people]
    return seats


def _place_choices(ctx: Context, answers: Answers) -> list[Choice]:
    return [_place_choice(seat) for seat in _running(ctx)]


def _place_choice(seat: Seat) -> Choice:
    label = text(
        "takeover-place", post=seat.post.name, role=text(f"duty-role-{seat.duty.role}"), name=seat.person.name
    )
    return Choice(str(seat.duty.id), label)


def _parse_place(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """A post or a person by name. Errors: form-need-text, takeover-place-unknown; several are offered."""
    if inbound.kind != "text":
        raise UserError("form-need-text")
    said = clean(inbound.text, most=40)
    fitting = [seat for seat in _running(ctx) if said in seat.post.name or said in seat.person.name]
    if not fitting:
        raise UserError("takeover-place-unknown", said=said)
    if len(fitting) > 1:
        raise Ambiguous([_place_choice(seat) for seat in fitting[:SHOWN_MOST]], text("takeover-which"))
    choice = _place_choice(fitting[0])
    return Answer(choice.value, choice.label)


def _new_choices(ctx: Context, answers: Answers) -> list[Choice]:
    people = suitable_people(ctx.session, _seat(ctx, answers), now=ctx.now, policy=ctx.policy)
    return [_person_choice(person) for person in people[:SHOWN_MOST]]


def _parse_new(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """Anybody known in the county, by name or telephone: in an emergency the office decides."""
    found = {
        person.id: person
        for role in (DUTY_OFFICER, DUTY_LEADER)
        for person in people_with(ctx.session, county=ctx.county, role=role)
    }
    return pick(list(found.values()), inbound, "takeover-person-unknown")


def takeover_answers(ctx: Context, duty_id: int) -> Answers:
    """The form for one place. Errors: duty-unknown, not-allowed, duty-changed."""
    seat = seat_of(ctx.session, county=ctx.county, duty_id=duty_id)
    if not may_edit_post(ctx.by, seat.post.area):
        raise UserError("not-allowed")
    if seat.duty.state == REMOVED:
        raise UserError("duty-changed", name=seat.person.name)
    choice = _place_choice(seat)
    return {"duty": {"v": choice.value, "s": choice.label}}


def _take_over(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    duty = take_over_shift(
        ctx.session,
        by=ctx.by,
        duty_id=int(value(answers, "duty")),
        person_id=int(value(answers, "who")),
        reason=value(answers, "reason"),
        now=ctx.now,
        policy=ctx.policy,
    )
    seat = seat_of(ctx.session, county=ctx.county, duty_id=duty.id)
    lines = [text("takeover-done"), seat_line(seat), person_line(ctx.session, duty)]
    return content(*lines)


TAKEOVER = Form(
    "takeover",
    1,
    (
        Step("duty", "ask-takeover-duty", _parse_place, _place_choices, wide=True),
        Step("who", "ask-takeover-who", _parse_new, _new_choices),
        Step(
            "reason",
            "ask-takeover-reason",
            _parse_reason,
            _reason_choices("takeoverwhy", ("missing", "ill", "needed")),
            wide=True,
            choose=_say_reason("takeoverwhy"),
        ),
    ),
    _take_over,
)
