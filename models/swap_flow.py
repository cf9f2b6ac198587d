"""What people do with a swap: ask for it, agree, decline, ask everyone, withdraw.

Whoever agrees first has it; those who come later are told kindly. The one who asked stays on the shift until
the change is approved and done (models/swap_approval.py).
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlmodel import Session

from models.audit import record
from models.base import Actor, UserError
from models.duty import EXPECTED, OFFICER, STANDBY
from models.people import Person
from models.policy import Policy
from models.roster_edit import Seat, seat_of
from models.swap_approval import begin_approval
from models.swap_notices import Told, ask, asker_buttons, silence, tell_settled
from models.swap_people import fitting_people, hindrances, suitable_people
from models.swaps import (
    AGREED,
    ASKED,
    DECLINED,
    DONE,
    OPEN,
    PENDING,
    REASON_MOST,
    SUBSTITUTE,
    SWAP,
    TAKEN,
    WITHDRAWN,
    SwapAsk,
    SwapRequest,
    asks_of,
    move,
    next_due,
    pending_for,
    set_ask,
    swap_by_id,
)
from models.text import text, when

COMING = (EXPECTED, STANDBY)


def own_seat(session: Session, *, by: Actor, duty_id: int, now: datetime) -> Seat:
    """The actor's own place on a shift that is still to come.

    Errors: duty-unknown, swap-not-yours, swap-begun (the office can still put someone on).
    """
    seat = seat_of(session, county=by.county, duty_id=duty_id)
    if seat.duty.person_id != by.person_id or seat.shift.removed_at is not None:
        raise UserError("swap-not-yours")
    if seat.shift.starts_at <= now:
        raise UserError("swap-begun", starts=when(seat.shift.starts_at))
    if seat.duty.state not in COMING:
        raise UserError("swap-not-yours")
    return seat


def ask_swap(
    session: Session,
    *,
    by: Actor,
    duty_id: int,
    now: datetime,
    policy: Policy,
    person_id: int | None = None,
    other_duty_id: int | None = None,
    reason: str = "",
) -> SwapRequest:
    """Ask one colleague (`person_id`), to take the shift or to exchange it for theirs (`other_duty_id`), or,
    with neither, everyone suitable.

    Errors: those of `own_seat`, swap-under-way, reason-long, swap-nobody, swap-wrong-person, swap-hindered,
    swap-not-theirs, swap-roles.
    """
    seat = own_seat(session, by=by, duty_id=duty_id, now=now)
    if pending_for(session, county=by.county, duty_id=duty_id) is not None:
        raise UserError("swap-under-way")
    if len(reason) > REASON_MOST:
        raise UserError("reason-long", most=REASON_MOST)
    asked = _whom(session, seat, person_id, other_duty_id, now, policy)
    request = SwapRequest(
        county=by.county,
        duty_id=duty_id,
        shift_id=seat.shift.id,
        person_id=seat.duty.person_id,
        kind=SWAP if other_duty_id is not None else SUBSTITUTE,
        other_duty_id=other_duty_id,
        to_all=person_id is None,
        reason=reason,
        created_at=now,
    )
    session.add(request)
    session.flush()
    told = Told(session, request, now=now, policy=policy)
    request.due_at = next_due(request, starts_at=told.first_start, now=now, policy=policy)
    _ask(told, asked, step="ask")
    after = {"kind": request.kind, "to": [person.id for person in asked], "to_all": request.to_all}
    _record(session, by, request, "ask", now, after=after, reason=reason)
    return request


def _whom(
    session: Session,
    seat: Seat,
    person_id: int | None,
    other_duty_id: int | None,
    now: datetime,
    policy: Policy,
) -> list[Person]:
    """Whom to ask."""
    if person_id is None:
        people = suitable_people(session, seat, now=now, policy=policy)
        if not people:
            raise UserError("swap-nobody")
        return people
    person = session.get(Person, (seat.post.county, person_id))
    if person is None or person_id == seat.duty.person_id:
        raise UserError("swap-wrong-person", name=person.name if person else "")
    other = their_seat(session, seat, person, other_duty_id, now) if other_duty_id is not None else None
    if other is None and person_id not in {each.id for each in fitting_people(session, seat, now=now)}:
        raise UserError("swap-wrong-person", name=person.name)
    check_can(session, seat, person, other=other, policy=policy)
    return [person]


def their_seat(session: Session, seat: Seat, person: Person, other_duty_id: int, now: datetime) -> Seat:
    """The place that is offered in return. Errors: duty-unknown, swap-not-theirs, swap-roles."""
    other = seat_of(session, county=seat.post.county, duty_id=other_duty_id)
    coming = other.duty.state in COMING and other.shift.removed_at is None and other.shift.starts_at > now
    if other.duty.person_id != person.id or not coming or other.shift.id == seat.shift.id:
        raise UserError("swap-not-theirs", name=person.name)
    if (seat.duty.role == OFFICER) != (other.duty.role == OFFICER):
        raise UserError("swap-roles")
    return other


def check_can(session: Session, seat: Seat, person: Person, *, other: Seat | None, policy: Policy) -> None:
    """Whether the change is possible now: both free, both rested. Error: swap-hindered."""
    without = [each.duty.id for each in (seat, other) if each is not None]
    _check(session, seat, person, without, policy)
    if other is not None:
        _check(session, other, seat.person, without, policy)


def _check(session: Session, seat: Seat, person: Person, without: Collection[int], policy: Policy) -> None:
    why = hindrances(session, seat, [person.id], policy=policy, without=without)
    if why:
        raise UserError("swap-hindered", name=person.name, why=why[person.id])


def _ask(told: Told, people: Iterable[Person], *, step: str) -> None:
    people = list(people)
    request = told.request
    told.session.add_all(
        SwapAsk(county=request.county, request_id=request.id, person_id=person.id, created_at=told.now)
        for person in people
    )
    told.session.flush()
    ask(told, people, step=step)


def accept_swap(
    session: Session, *, by: Actor, request_id: int, now: datetime, policy: Policy
) -> SwapRequest:
    """我来值: the first who agrees has it; then it is to be approved, or done at once where nobody need.

    Agreeing twice changes nothing. Errors: swap-unknown, swap-not-asked, swap-taken, swap-over, swap-moved-on,
    swap-hindered, and those of the change itself.
    """
    request, mine = _asked(session, by, request_id)
    if request.state == TAKEN and request.taker_id == by.person_id:
        return request
    told = Told(session, request, now=now, policy=policy)
    _check_open(told)
    person = session.get_one(Person, (by.county, mine.person_id))
    check_can(session, told.seat, person, other=told.other, policy=policy)
    if not move(session, request, (OPEN,), state=TAKEN, taker_id=by.person_id, taken_at=now):
        _check_open(told)
    set_ask(session, mine, (ASKED, DECLINED), AGREED, now)
    _record(session, by, request, "accept", now)
    silence(session, request, reason="taken")
    _tell_later_ones(told)
    begin_approval(told)
    return request


def _asked(session: Session, by: Actor, request_id: int) -> tuple[SwapRequest, SwapAsk]:
    """The request, and the question to this actor. Errors: swap-unknown, swap-not-asked."""
    request = swap_by_id(session, county=by.county, request_id=request_id)
    mine = next((each for each in asks_of(session, request) if each.person_id == by.person_id), None)
    if mine is None:
        raise UserError("swap-not-asked")
    return request, mine


def _check_open(told: Told) -> None:
    """Errors: swap-taken, swap-over, swap-moved-on."""
    request = told.request
    if request.taker_id is not None and request.state in (TAKEN, DONE):
        raise UserError("swap-taken", name=told.name(request.taker_id))
    if request.state != OPEN or told.first_start <= told.now:
        raise UserError("swap-over", name=told.name(request.person_id))
    if told.seat.duty.person_id != request.person_id or told.seat.duty.state not in COMING:
        raise UserError("swap-moved-on")


def _tell_later_ones(told: Told) -> None:
    """The others who were asked need not answer any more."""
    taker = told.name(told.request.taker_id)
    line = text("swap-thanks", taker=taker, name=told.name(told.request.person_id))
    told.say(told.unanswered(), line, *told.lines()[:1], step=f"thanks:{told.request.taken_at}")


def decline_swap(
    session: Session, *, by: Actor, request_id: int, now: datetime, policy: Policy
) -> SwapRequest:
    """来不了; also by whoever agreed before, as long as it is not approved. If nobody is left to ask, the one
    who asked hears so, and stays on. Declining twice changes nothing. Errors: swap-unknown, swap-not-asked,
    swap-over, swap-taken."""
    request, mine = _asked(session, by, request_id)
    if mine.state == DECLINED:
        return request
    told = Told(session, request, now=now, policy=policy)
    gave_back = request.state == TAKEN and request.taker_id == by.person_id
    if not gave_back:
        _check_open(told)
    elif not move(session, request, (TAKEN,), state=OPEN, taker_id=None, taken_at=None):
        raise UserError("swap-over", name=told.name(request.person_id))
    set_ask(session, mine, (ASKED, AGREED), DECLINED, now)
    _record(session, by, request, "give_back" if gave_back else "decline", now)
    if gave_back:
        silence(session, request, reason="given-back")
        ask(told, told.unanswered(), step=f"again:{now}")
    if gave_back or not told.unanswered():
        key = "swap-gave-back" if gave_back else "swap-declined"
        rows = asker_buttons(request, widen=not request.to_all)
        lines = [text(key, name=by.name), *told.lines()[:1], text("swap-you-stay")]
        told.asker(*lines, step=f"{key}:{by.person_id}:{now.isoformat()}", buttons=rows)
    return request


def widen_swap(session: Session, *, by: Actor, request_id: int, now: datetime, policy: Policy) -> SwapRequest:
    """Ask everyone suitable instead of one; an exchange becomes a plain substitute.

    Errors: swap-unknown, swap-not-yours, swap-taken, swap-over, swap-moved-on, swap-nobody.
    """
    request = swap_by_id(session, county=by.county, request_id=request_id)
    if request.person_id != by.person_id:
        raise UserError("swap-not-yours")
    _check_open(Told(session, request, now=now, policy=policy))
    if request.to_all:
        return request
    seat = seat_of(session, county=by.county, duty_id=request.duty_id)
    known = {each.person_id for each in asks_of(session, request)}
    fresh = [each for each in suitable_people(session, seat, now=now, policy=policy) if each.id not in known]
    if not fresh:
        raise UserError("swap-nobody")
    if not move(session, request, (OPEN,), to_all=True, kind=SUBSTITUTE, other_duty_id=None):
        raise UserError("swap-moved-on")
    _ask(Told(session, request, now=now, policy=policy), fresh, step="ask")
    _record(session, by, request, "widen", now, after={"to": [person.id for person in fresh]})
    return request


def withdraw_swap(
    session: Session, *, by: Actor, request_id: int, now: datetime, policy: Policy
) -> SwapRequest:
    """撤回, by whoever asked, as long as it is not done. Twice changes nothing.

    Errors: swap-unknown, swap-not-yours, swap-settled.
    """
    request = swap_by_id(session, county=by.county, request_id=request_id)
    if request.person_id != by.person_id:
        raise UserError("swap-not-yours")
    if request.state == WITHDRAWN:
        return request
    others = (AGREED,) if request.state == TAKEN else (ASKED,)  # who was thanked already is not told twice
    if not move(session, request, PENDING, state=WITHDRAWN, due_at=None):
        raise UserError("swap-settled")
    silence(session, request, reason="withdrawn")
    _record(session, by, request, "withdraw", now)
    told = Told(session, request, now=now, policy=policy)
    tell_settled(told, text("swap-withdrawn"), by=by, others=others)
    return request


def _record(
    session: Session,
    by: Actor,
    request: SwapRequest,
    action: str,
    now: datetime,
    *,
    after: dict[str, object] | None = None,
    reason: str = "",
) -> None:
    record(
        session,
        by=by,
        subject="swap",
        subject_id=request.id,
        action=action,
        now=now,
        after=after,
        reason=reason,
    )
