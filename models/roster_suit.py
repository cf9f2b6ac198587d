"""Who could take a place on a shift: the right kind of duty, free then, not on leave, least loaded first."""

from collections import Counter
from collections.abc import Collection
from datetime import timedelta

from sqlmodel import Session, col, select

from models.coverage import Span
from models.duty import DEPUTY, OFFICER, REMOVED, Shift, ShiftDuty
from models.leave import leaves_of
from models.people import DUTY_LEADER, DUTY_OFFICER, Person, Role
from models.policy import Policy
from models.roster_edit import Seat


def suitable(session: Session, *, seat: Seat, policy: Policy, limit: int = 8) -> list[Person]:
    """People who could have this place: of the post's town (of the county where it has none), with a duty
    role of the same kind, free in these hours and not on leave; who has fewest shifts of the period first."""
    found = _of_the_kind(session, seat)
    ids = [person.id for person in found]
    span = Span(seat.shift.starts_at, seat.shift.ends_at)
    held = _held(session, seat, ids, span)
    first, last = (policy.local(at).date() for at in (span.starts_at, span.ends_at - timedelta(seconds=1)))
    away = leaves_of(session, county=seat.shift.county, person_ids=ids, first=first, last=last)
    counts = _counts(session, seat, ids)
    free = [person for person in found if person.id not in held and person.id not in away]
    return sorted(free, key=lambda person: (counts[person.id], person.name, person.id))[:limit]


def _of_the_kind(session: Session, seat: Seat) -> list[Person]:
    role = DUTY_OFFICER if seat.duty.role == OFFICER else DUTY_LEADER
    holds = select(Role.person_id).where(Role.county == seat.shift.county, Role.role == role)
    query = select(Person).where(
        Person.county == seat.shift.county, col(Person.active), col(Person.id).in_(holds)
    )
    if seat.post.area:
        town = seat.post.area[:9]
        query = query.where(col(Person.area) >= town, col(Person.area) <= town.ljust(15, "9"))
    return list(session.exec(query))


def _held(session: Session, seat: Seat, ids: Collection[int], span: Span) -> set[int]:
    """Those who are on this shift already or elsewhere at the time; a B角 may stand by for several."""
    rows = session.exec(
        select(ShiftDuty.person_id, ShiftDuty.role, Shift.id)
        .join(Shift, (col(Shift.county) == ShiftDuty.county) & (col(Shift.id) == ShiftDuty.shift_id))
        .where(
            ShiftDuty.county == seat.shift.county,
            col(ShiftDuty.person_id).in_(ids),
            ShiftDuty.state != REMOVED,
            col(Shift.starts_at) < span.ends_at,
            col(Shift.ends_at) > span.starts_at,
            col(Shift.removed_at).is_(None),
        )
    )
    return {
        person_id
        for person_id, role, shift_id in rows
        if shift_id == seat.shift.id or DEPUTY not in (role, seat.duty.role)
    }


def _counts(session: Session, seat: Seat, ids: Collection[int]) -> Counter[int]:
    rows = session.exec(
        select(ShiftDuty.person_id)
        .join(Shift, (col(Shift.county) == ShiftDuty.county) & (col(Shift.id) == ShiftDuty.shift_id))
        .where(
            ShiftDuty.county == seat.shift.county,
            col(ShiftDuty.person_id).in_(ids),
            ShiftDuty.state != REMOVED,
            ShiftDuty.role != DEPUTY,
            Shift.period_id == seat.shift.period_id,
            col(Shift.removed_at).is_(None),
        )
    )
    return Counter(rows)
