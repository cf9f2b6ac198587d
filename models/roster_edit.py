"""Changes of a published roster, person by person: one takes another's place (替班), two change places (调班).

`by` is whoever approves: the office, the town's officer for the town's posts, or the 带班领导 of the very
shift for those who stand it with them, never for their own place.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select, update

from models.audit import record
from models.base import Actor, UserError
from models.coverage import Span
from models.duty import (
    DEPUTY,
    LEADER,
    OFFICER,
    REMOVED,
    Post,
    Shift,
    ShiftDuty,
    duties_of,
)
from models.duty_notices import shift_line
from models.leave import leave_over
from models.people import Person
from models.policy import Policy
from models.posts import may_edit_post
from models.roster_edit_notices import tell_substituted, tell_swapped
from models.roster_import import grant_duty_roles
from models.shift_changes import shift_facts
from models.shift_people import put_on, take_off
from models.text import day, when

REASON_MOST = 100


@dataclass(frozen=True)
class Seat:
    """One place on one shift: who has it, which shift, at which post."""

    duty: ShiftDuty
    shift: Shift
    post: Post
    person: Person


def seat_of(session: Session, *, county: str, duty_id: int) -> Seat:
    """The place that a duty row stands for. Error: duty-unknown."""
    query = select(ShiftDuty).where(ShiftDuty.county == county, ShiftDuty.id == duty_id)
    duty = session.exec(query.execution_options(populate_existing=True)).first()
    if duty is None:
        raise UserError("duty-unknown")
    shift = session.get_one(Shift, (county, duty.shift_id))
    post = session.get_one(Post, (county, shift.post_id))
    return Seat(duty, shift, post, session.get_one(Person, (county, duty.person_id)))


def may_change(session: Session, *, by: Actor, seats: Sequence[Seat]) -> bool:
    """Whether the actor may change who has these places."""
    if all(may_edit_post(by, seat.post.area) for seat in seats):
        return True
    if by.person_id is None or any(seat.duty.person_id == by.person_id for seat in seats):
        return False
    if len({seat.post.area for seat in seats}) > 1:
        return False
    shift_ids = [seat.shift.id for seat in seats]
    standing = duties_of(session, county=by.county, shift_ids=shift_ids)
    return any(
        duty.person_id == by.person_id and duty.role == LEADER
        for duties in standing.values()
        for duty in duties
    )


def substitute(
    session: Session, *, by: Actor, duty_id: int, person_id: int, reason: str, now: datetime, policy: Policy
) -> ShiftDuty:
    """替班: `person_id` has this place from now on; both, the rest of the shift and the office are told.

    Returns the new person's row; the former one's stays as removed. Also while the shift runs: the new
    person is then expected at once. Errors: duty-unknown, not-allowed, shift-over, duty-changed,
    reason-long, person-unknown, substitute-same, substitute-there, duty-elsewhere, duty-on-leave.
    """
    seat = seat_of(session, county=by.county, duty_id=duty_id)
    _check(session, by, [seat], reason, now)
    person = _lock_people(session, by.county, [person_id])[0]
    if person_id == seat.duty.person_id:
        raise UserError("substitute-same", name=person.name)
    before = _facts(session, seat.shift)
    _check_free(session, person, seat, seat.duty.role, without=[seat.duty.id], policy=policy)
    _vacate(session, seat)
    duty = _sit(session, person, seat, now, policy)
    session.flush()
    _event(session, by, seat.shift, "substitute", before, reason, now)
    tell_substituted(session, by=by, seat=seat, person=person, reason=reason, now=now, policy=policy)
    return duty


def swap(
    session: Session,
    *,
    by: Actor,
    duty_id: int,
    other_duty_id: int,
    reason: str,
    now: datetime,
    policy: Policy,
) -> ShiftDuty:
    """调班: two people change places, each in the other's role; both, their shifts and the office are told.

    Returns the row by which the person of `duty_id` stands the other shift. A 带班领导 changes with a
    带班领导 or B角, a 值班人员 with a 值班人员. Errors: duty-unknown, not-allowed, shift-over,
    duty-changed, reason-long, person-unknown, swap-same, swap-roles, substitute-there, duty-elsewhere,
    duty-on-leave.
    """
    one = seat_of(session, county=by.county, duty_id=duty_id)
    other = seat_of(session, county=by.county, duty_id=other_duty_id)
    _check(session, by, [one, other], reason, now)
    if one.duty.person_id == other.duty.person_id:
        raise UserError("swap-same")
    if (one.duty.role == OFFICER) != (other.duty.role == OFFICER):
        raise UserError("swap-roles")
    _lock_people(session, by.county, [one.duty.person_id, other.duty.person_id])
    without = [one.duty.id, other.duty.id]
    _check_free(session, one.person, other, other.duty.role, without=without, policy=policy)
    _check_free(session, other.person, one, one.duty.role, without=without, policy=policy)
    before = {seat.shift.id: _facts(session, seat.shift) for seat in (one, other)}
    for seat in sorted((one, other), key=lambda seat: seat.duty.id):
        _vacate(session, seat)
    there = _sit(session, one.person, other, now, policy)
    _sit(session, other.person, one, now, policy)
    session.flush()
    for seat in {seat.shift.id: seat for seat in (one, other)}.values():
        _event(session, by, seat.shift, "swap", before[seat.shift.id], reason, now)
    tell_swapped(session, by=by, one=one, other=other, reason=reason, now=now, policy=policy)
    return there


def _sit(session: Session, person: Person, seat: Seat, now: datetime, policy: Policy) -> ShiftDuty:
    grant_duty_roles(session, person.county, [(person.id, seat.duty.role)])
    return put_on(session, shift=seat.shift, person_id=person.id, role=seat.duty.role, now=now, policy=policy)


def _check(session: Session, by: Actor, seats: Sequence[Seat], reason: str, now: datetime) -> None:
    """What any change of places must keep to."""
    if not may_change(session, by=by, seats=seats):
        raise UserError("not-allowed")
    if len(reason) > REASON_MOST:
        raise UserError("reason-long", most=REASON_MOST)
    for seat in seats:
        if seat.duty.state == REMOVED or seat.shift.removed_at is not None:
            raise UserError("duty-changed", name=seat.person.name)
        if seat.shift.ends_at <= now:
            raise UserError("shift-over", ended=when(seat.shift.ends_at))


def _lock_people(session: Session, county: str, person_ids: Collection[int]) -> list[Person]:
    """The people, held so that nobody puts them on two posts at once. Error: person-unknown."""
    query = (
        select(Person)
        .where(Person.county == county, col(Person.id).in_(person_ids), col(Person.active))
        .order_by(col(Person.id))
        .with_for_update()
    )
    people = list(session.exec(query.execution_options(populate_existing=True)))
    if len(people) != len(set(person_ids)):
        raise UserError("person-unknown")
    return people


def _check_free(
    session: Session, person: Person, seat: Seat, role: str, *, without: Sequence[int], policy: Policy
) -> None:
    """Whether this person can have the place. Errors: substitute-there, duty-elsewhere, duty-on-leave."""
    for duty, shift, post in standing_at(
        session,
        county=person.county,
        person_id=person.id,
        span=Span(seat.shift.starts_at, seat.shift.ends_at),
    ):
        if duty.id in without:
            continue
        if shift.id == seat.shift.id:
            raise UserError("substitute-there", name=person.name)
        if DEPUTY not in (duty.role, role):
            raise UserError("duty-elsewhere", name=person.name, shift=shift_line(shift, post, duty.role))
    leave = leave_over(
        session, person=person, span=Span(seat.shift.starts_at, seat.shift.ends_at), policy=policy
    )
    if leave is not None:
        first, last = day(leave.first_day), day(leave.last_day)
        raise UserError("duty-on-leave", name=person.name, first=first, last=last)


def standing_at(
    session: Session, *, county: str, person_id: int, span: Span
) -> list[tuple[ShiftDuty, Shift, Post]]:
    """The shifts that this person stands at some moment of `span`, by their beginning."""
    rows = session.exec(
        select(ShiftDuty, Shift, Post)
        .join(Shift, (col(Shift.county) == ShiftDuty.county) & (col(Shift.id) == ShiftDuty.shift_id))
        .join(Post, (col(Post.county) == Shift.county) & (col(Post.id) == Shift.post_id))
        .where(
            ShiftDuty.county == county,
            ShiftDuty.person_id == person_id,
            ShiftDuty.state != REMOVED,
            col(Shift.starts_at) < span.ends_at,
            col(Shift.ends_at) > span.starts_at,
            col(Shift.removed_at).is_(None),
        )
        .order_by(col(Shift.starts_at), col(Shift.id))
    )
    return [(duty, shift, post) for duty, shift, post in rows]


def _vacate(session: Session, seat: Seat) -> None:
    """Take the place away from whoever has it, if nothing has moved since it was read. Error: duty-changed."""
    taken = session.execute(
        update(ShiftDuty)
        .where(
            col(ShiftDuty.county) == seat.duty.county,
            col(ShiftDuty.id) == seat.duty.id,
            col(ShiftDuty.state) == seat.duty.state,
        )
        .values(state=REMOVED, due_at=None)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise UserError("duty-changed", name=seat.person.name)
    take_off(session, duty=seat.duty)


def _facts(session: Session, shift: Shift) -> dict[str, object]:
    duties = duties_of(session, county=shift.county, shift_ids=[shift.id])[shift.id]
    return shift_facts(shift, [(duty.person_id, duty.role) for duty in duties])


def _event(
    session: Session,
    by: Actor,
    shift: Shift,
    action: str,
    before: dict[str, object],
    reason: str,
    now: datetime,
) -> None:
    record(
        session,
        by=by,
        subject="shift",
        subject_id=shift.id,
        action=action,
        now=now,
        before=before,
        after=_facts(session, shift),
        reason=reason,
    )
