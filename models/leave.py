"""Leave (外出报备、休假): days on which someone cannot stand duty, and the shifts that they run into."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Index
from sqlmodel import Session, col, select, update

from models.audience import as_recipients, recipients_for
from models.audit import record
from models.base import Actor, CountyRow, Id, MaybeId, UserError, utc_field
from models.coverage import Span
from models.duty import REMOVED, Post, Shift, ShiftDuty
from models.duty_notices import shift_line
from models.outbox import NOTICE, send_to
from models.people import ADMIN, SAFETY_OFFICE, TOWN_OFFICER, Person, may
from models.policy import OFFICE, TOWN, Policy
from models.text import Part, Text, content, day, text

LEAVE_MOST = timedelta(days=366)
REASON_MOST = 60
_DAY = timedelta(days=1)


class Leave(CountyRow, table=True):
    """Days of one person, first and last included. A cancelled one (销假) keeps its row."""

    __table_args__ = (Index("ix_leave_person", "county", "person_id", "last_day"),)

    person_id: Id
    first_day: date
    last_day: date
    reason: str = ""
    by_id: MaybeId = None
    cancelled_at: datetime | None = utc_field(default=None, nullable=True)
    created_at: datetime = utc_field()

    def span(self, policy: Policy) -> Span:
        """From midnight to midnight in the office's zone."""
        first = datetime.combine(self.first_day, time(), policy.zone).astimezone(UTC)
        return Span(first, datetime.combine(self.last_day + _DAY, time(), policy.zone).astimezone(UTC))


def may_set_leave(by: Actor, person: Person) -> bool:
    """Themselves; the office for anyone; the town's officer for the town's people."""
    if by.person_id == person.id or may(by, (SAFETY_OFFICE, ADMIN)):
        return True
    return person.area is not None and may(by, (TOWN_OFFICER,), area=person.area)


def add_leave(
    session: Session,
    *,
    by: Actor,
    person_id: int,
    first: date,
    last: date,
    now: datetime,
    policy: Policy,
    reason: str = "",
) -> Leave:
    """Record days off duty. The office and the town hear of it, and of the shifts that lie in them.

    Errors: person-unknown, not-allowed, leave-order, leave-past, leave-long, leave-there, reason-long.
    """
    person = session.get(Person, (by.county, person_id))
    if person is None or not person.active:
        raise UserError("person-unknown")
    if not may_set_leave(by, person):
        raise UserError("not-allowed")
    _check(session, person, first, last, policy.local(now).date(), reason)
    leave = Leave(
        county=by.county,
        person_id=person_id,
        first_day=first,
        last_day=last,
        reason=reason,
        by_id=by.person_id,
        created_at=now,
    )
    session.add(leave)
    session.flush()
    _event(session, by, leave, "add", now)
    _tell(session, by, person, leave, now, policy)
    return leave


def _check(session: Session, person: Person, first: date, last: date, today: date, reason: str) -> None:
    if last < first:
        raise UserError("leave-order")
    if last < today:
        raise UserError("leave-past")
    if last - first > LEAVE_MOST:
        raise UserError("leave-long", most=LEAVE_MOST.days)
    if len(reason) > REASON_MOST:
        raise UserError("reason-long", most=REASON_MOST)
    there = leaves_of(session, county=person.county, person_ids=[person.id], first=first, last=last)
    for leave in there.get(person.id, []):
        if leave.first_day <= first and last <= leave.last_day:
            raise UserError("leave-there", first=day(leave.first_day), last=day(leave.last_day))


def cancel_leave(session: Session, *, by: Actor, leave_id: int, now: datetime) -> Leave:
    """销假: the days are free again. Errors: leave-unknown, not-allowed, leave-cancelled."""
    leave = session.get(Leave, (by.county, leave_id))
    if leave is None:
        raise UserError("leave-unknown")
    if not may_set_leave(by, session.get_one(Person, (by.county, leave.person_id))):
        raise UserError("not-allowed")
    done = session.execute(
        update(Leave)
        .where(col(Leave.county) == by.county, col(Leave.id) == leave_id, col(Leave.cancelled_at).is_(None))
        .values(cancelled_at=now)
        .execution_options(synchronize_session=False)
    )
    session.refresh(leave)
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise UserError("leave-cancelled")
    _event(session, by, leave, "cancel", now)
    return leave


def _event(session: Session, by: Actor, leave: Leave, action: str, now: datetime) -> None:
    days = {"first": leave.first_day.isoformat(), "last": leave.last_day.isoformat()}
    after = {"person_id": leave.person_id, **days}
    record(
        session,
        by=by,
        subject="leave",
        subject_id=leave.id,
        action=action,
        now=now,
        after=after,
        reason=leave.reason,
    )


def leaves_of(
    session: Session, *, county: str, person_ids: Collection[int], first: date, last: date
) -> dict[int, list[Leave]]:
    """The leaves of these people that touch these days, by person, the earliest first."""
    found: dict[int, list[Leave]] = {}
    rows = session.exec(
        select(Leave)
        .where(
            Leave.county == county,
            col(Leave.person_id).in_(person_ids),
            col(Leave.last_day) >= first,
            col(Leave.first_day) <= last,
            col(Leave.cancelled_at).is_(None),
        )
        .order_by(col(Leave.first_day), col(Leave.id))
    )
    for leave in rows:
        found.setdefault(leave.person_id, []).append(leave)
    return found


def leave_over(session: Session, *, person: Person, span: Span, policy: Policy) -> Leave | None:
    """The leave of someone that touches these hours."""
    first, last = (policy.local(at).date() for at in (span.starts_at, span.ends_at - timedelta(seconds=1)))
    found = leaves_of(session, county=person.county, person_ids=[person.id], first=first, last=last)
    return next(iter(found.get(person.id, [])), None)


def leaves_ahead(session: Session, *, by: Actor, today: date, limit: int = 8) -> list[tuple[Leave, Person]]:
    """Leaves that are not over and that the actor may cancel, the earliest first."""
    rows = session.exec(
        select(Leave, Person)
        .join(Person, (col(Person.county) == Leave.county) & (col(Person.id) == Leave.person_id))
        .where(Leave.county == by.county, col(Leave.last_day) >= today, col(Leave.cancelled_at).is_(None))
        .order_by(col(Leave.first_day), col(Leave.id))
    )
    return [(leave, person) for leave, person in rows if may_set_leave(by, person)][:limit]


def shifts_in_leave(
    session: Session, *, leave: Leave, now: datetime, policy: Policy
) -> list[tuple[ShiftDuty, Shift, Post]]:
    """The shifts ahead that this person would stand in these days."""
    span = leave.span(policy)
    rows = session.exec(
        select(ShiftDuty, Shift, Post)
        .join(Shift, (col(Shift.county) == ShiftDuty.county) & (col(Shift.id) == ShiftDuty.shift_id))
        .join(Post, (col(Post.county) == Shift.county) & (col(Post.id) == Shift.post_id))
        .where(
            ShiftDuty.county == leave.county,
            ShiftDuty.person_id == leave.person_id,
            ShiftDuty.state != REMOVED,
            col(Shift.starts_at) < span.ends_at,
            col(Shift.ends_at) > max(span.starts_at, now),
            col(Shift.removed_at).is_(None),
        )
        .order_by(col(Shift.starts_at), col(Shift.id))
    )
    return [(duty, shift, post) for duty, shift, post in rows]


def leave_line(leave: Leave, name: str) -> Text:
    """Who is away from when to when, and why."""
    known = {"name": name, "first": day(leave.first_day), "last": day(leave.last_day)}
    if leave.reason:
        return text("leave-line-why", reason=leave.reason, **known)
    return text("leave-line", **known)


def _tell(session: Session, by: Actor, person: Person, leave: Leave, now: datetime, policy: Policy) -> None:
    """The office and the town; the person too, if someone else has recorded it."""
    lines: list[Part] = [text("leave-told"), leave_line(leave, person.name)]
    hit = shifts_in_leave(session, leave=leave, now=now, policy=policy)
    if hit:
        lines += [text("leave-hits", count=len(hit))]
        lines += [shift_line(shift, post, duty.role) for duty, shift, post in hit]
    recipients = recipients_for(session, county=by.county, audiences=(OFFICE, TOWN), area=person.area)
    if person.id not in {each.person_id for each in recipients}:
        recipients += as_recipients(session, [person])
    send_to(
        session,
        [each for each in recipients if each.person_id is None or each.person_id != by.person_id],
        county=by.county,
        body=content(*lines),
        kind=NOTICE,
        now=now,
        policy=policy,
        subject=("leave", leave.id),
    )
