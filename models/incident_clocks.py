"""The reporting clocks of an incident: set at the first report, shortened as the grade rises, marked by one tap."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import Index
from sqlalchemy import text as sql
from sqlmodel import Session, col, select, update

from models.audit import record
from models.base import Actor, CountyRow, Id, MaybeId, UserError, utc_field
from models.incident_clock import (
    FOLLOW_UP,
    FOLLOW_UP_GRADES,
    PROVINCE,
    follow_up_times,
    next_follow_up,
    next_reminder,
    reminder_times,
    rules_for,
)
from models.incident_report import newest_version
from models.incidents import OPEN, Incident, change, level_of, may_lead
from models.policy import ClockRule, Policy
from models.text import when


class IncidentClock(CountyRow, table=True):
    """One limit: by which means (phone, written, follow_up), to whom, by when. Copied from the settings.

    `rung`: how far its reminders have gone, the next at `remind_at`; `near`: minutes before its end at which
    it speaks. Done, it keeps who said so and how many minutes late (迟报). `void`: no longer called for.
    """

    __table_args__ = (
        Index("ix_incidentclock_incident", "county", "incident_id", "id"),
        Index(
            "ix_incidentclock_due",
            "county",
            "remind_at",
            sqlite_where=sql("remind_at IS NOT NULL"),
            postgresql_where=sql("remind_at IS NOT NULL"),
        ),
    )

    incident_id: Id
    means: str
    to: str
    minutes: int
    near: int
    started_at: datetime = utc_field()
    due_at: datetime = utc_field()
    rung: int = 0
    remind_at: datetime | None = utc_field(default=None, nullable=True)
    done_at: datetime | None = utc_field(default=None, nullable=True)
    done_by: MaybeId = None
    done_name: str = ""
    late_minutes: int = 0
    report_id: MaybeId = None
    void: bool = False


def rules_row(rules: Iterable[ClockRule]) -> list[dict[str, Any]]:
    """The settings' table as an incident keeps it."""
    return [asdict(rule) for rule in rules]


def clocks_of(session: Session, *, incident: Incident) -> list[IncidentClock]:
    """Its clocks that count, the first to end first."""
    return list(
        session.exec(
            select(IncidentClock)
            .where(
                IncidentClock.county == incident.county,
                IncidentClock.incident_id == incident.id,
                col(IncidentClock.void).is_(False),
            )
            .order_by(col(IncidentClock.due_at), col(IncidentClock.id))
            .execution_options(populate_existing=True)
        )
    )


def running(clocks: Iterable[IncidentClock]) -> list[IncidentClock]:
    """Those that are not done."""
    return [clock for clock in clocks if clock.done_at is None]


def times_of(clock: IncidentClock) -> list[tuple[int, datetime]]:
    """When it speaks."""
    near = timedelta(minutes=clock.near)
    if clock.means == FOLLOW_UP:
        return follow_up_times(clock.due_at, near=near)
    return reminder_times(clock.started_at, clock.due_at, near=near)


def set_clocks(session: Session, *, incident: Incident, now: datetime, policy: Policy) -> None:
    """Make the clocks what the incident's level calls for.

    A limit that is new starts now; one that runs can only get shorter; one that the level no longer asks
    for stops. What is done stays done.
    """
    rules = [ClockRule(**row) for row in incident.clock_rules]
    wanted = {(rule.means, rule.to): rule for rule in rules_for(rules, level_of(incident))}
    known = {(clock.means, clock.to): clock for clock in _all(session, incident) if clock.means != FOLLOW_UP}
    near = int(policy.clock_near.total_seconds() // 60)
    for key, rule in wanted.items():
        due_at = now + timedelta(minutes=rule.minutes)
        if key not in known:
            _start(session, incident, rule.means, rule.to, rule.minutes, near, now, due_at)
        elif known[key].done_at is None and (known[key].void or due_at < known[key].due_at):
            _restart(session, known[key], rule.minutes, now, due_at)
    for key, clock in known.items():
        if key not in wanted and clock.done_at is None:
            _stop(session, clock)
    _set_follow_up(session, incident, near, now, policy)


def _all(session: Session, incident: Incident) -> Sequence[IncidentClock]:
    return session.exec(
        select(IncidentClock)
        .where(IncidentClock.county == incident.county, IncidentClock.incident_id == incident.id)
        .order_by(col(IncidentClock.id))
    ).all()


def _set_follow_up(session: Session, incident: Incident, near: int, now: datetime, policy: Policy) -> None:
    """较大 and above: a follow-up (续报) before each of the day's hours, one at a time."""
    waiting = _follow_ups(session, incident)
    called_for = incident.state == OPEN and level_of(incident) in FOLLOW_UP_GRADES
    if not called_for:
        for clock in waiting:
            _stop(session, clock)
    elif not any(clock.due_at > now for clock in waiting):
        due_at = next_follow_up(now, policy=policy)
        _start(session, incident, FOLLOW_UP, PROVINCE, 0, near, now, due_at)


def _follow_ups(session: Session, incident: Incident) -> list[IncidentClock]:
    running_ones = running(clocks_of(session, incident=incident))
    return [clock for clock in running_ones if clock.means == FOLLOW_UP]


def follow_on(
    session: Session, *, incident: Incident, after: datetime, now: datetime, policy: Policy
) -> None:
    """The next daily follow-up, once this one is done or its hour is over."""
    near = int(policy.clock_near.total_seconds() // 60)
    ahead = [clock for clock in _follow_ups(session, incident) if clock.due_at > after]
    if not ahead and incident.state == OPEN and level_of(incident) in FOLLOW_UP_GRADES:
        due_at = next_follow_up(max(after, now), policy=policy)
        _start(session, incident, FOLLOW_UP, PROVINCE, 0, near, now, due_at)


def _start(
    session: Session,
    incident: Incident,
    means: str,
    to: str,
    minutes: int,
    near: int,
    now: datetime,
    due_at: datetime,
) -> None:
    clock = IncidentClock(
        county=incident.county,
        incident_id=incident.id,
        means=means,
        to=to,
        minutes=minutes,
        near=near,
        started_at=now,
        due_at=due_at,
    )
    clock.remind_at = next_reminder(times_of(clock), rung=0, now=now)[1]
    session.add(clock)
    session.flush()


def _restart(session: Session, clock: IncidentClock, minutes: int, now: datetime, due_at: datetime) -> None:
    clock.minutes, clock.started_at, clock.due_at, clock.void, clock.rung = minutes, now, due_at, False, 0
    clock.remind_at = next_reminder(times_of(clock), rung=0, now=now)[1]
    session.add(clock)
    session.flush()


def _stop(session: Session, clock: IncidentClock) -> None:
    clock.void, clock.remind_at = True, None
    session.add(clock)
    session.flush()


def stop_clocks(session: Session, *, incident: Incident) -> None:
    """The incident is over: what is not done is no longer called for."""
    for clock in running(clocks_of(session, incident=incident)):
        _stop(session, clock)


def clock_by_id(
    session: Session, *, by: Actor, clock_id: int, now: datetime
) -> tuple[IncidentClock, Incident]:
    """A clock with its incident, for the office and the desk. Errors: incident-unknown, not-allowed."""
    clock = session.get(IncidentClock, (by.county, clock_id), populate_existing=True)
    if clock is None:
        raise UserError("incident-unknown")
    if not may_lead(session, by=by, now=now):
        raise UserError("not-allowed")
    return clock, session.get_one(Incident, (by.county, clock.incident_id))


def mark_done(
    session: Session, *, by: Actor, clock_id: int, now: datetime, policy: Policy
) -> tuple[IncidentClock, bool]:
    """Record that it was phoned or sent just now, who said so, and how late. False: it was recorded before.

    A written one keeps which version of the text there was. Errors: not-allowed, incident-unknown,
    incident-over.
    """
    clock, incident = clock_by_id(session, by=by, clock_id=clock_id, now=now)
    if clock.done_at is not None:
        return clock, False
    if clock.void:
        raise UserError("incident-over", number=incident.number)
    _lock(session, incident)
    version = newest_version(session, incident=incident) if clock.means != "phone" else None
    late = late_minutes(clock, now)
    done = session.execute(
        update(IncidentClock)
        .where(
            col(IncidentClock.county) == by.county,
            col(IncidentClock.id) == clock_id,
            col(IncidentClock.done_at).is_(None),
        )
        .values(
            done_at=now,
            done_by=by.person_id,
            done_name=by.name,
            late_minutes=late,
            report_id=version.id if version else None,
            remind_at=None,
        )
        .execution_options(synchronize_session=False)
    )
    session.refresh(clock)
    if done.rowcount != 1:  # type: ignore[attr-defined]
        return clock, False
    _event(session, by, clock, "clock_done", now, {"at": now.isoformat(), "late_minutes": late})
    if clock.means == FOLLOW_UP:
        follow_on(session, incident=incident, after=clock.due_at, now=now, policy=policy)
    return clock, True


def correct_time(session: Session, *, by: Actor, clock_id: int, at: datetime, now: datetime) -> IncidentClock:
    """When it was really done, if it was recorded only later; the event keeps both.

    Errors: clock-not-done, clock-time (before the clock began, or still to come), not-allowed.
    """
    clock, incident = clock_by_id(session, by=by, clock_id=clock_id, now=now)
    if clock.done_at is None:
        raise UserError("clock-not-done")
    if not clock.started_at.replace(second=0, microsecond=0) <= at <= now:
        raise UserError("clock-time", since=when(clock.started_at))
    before = {"at": clock.done_at.isoformat(), "late_minutes": clock.late_minutes}
    _lock(session, incident)
    clock.done_at, clock.late_minutes = at, late_minutes(clock, at)
    session.add(clock)
    session.flush()
    after = {"at": at.isoformat(), "late_minutes": clock.late_minutes}
    _event(session, by, clock, "clock_corrected", now, after, before)
    return clock


def _lock(session: Session, incident: Incident) -> None:
    change(session, incident=incident)


def late_minutes(clock: IncidentClock, at: datetime) -> int:
    """By how many minutes `at` is late; a begun minute counts, so that no lateness is 0."""
    return max(0, ceil((at - clock.due_at).total_seconds() / 60))


def _event(
    session: Session,
    by: Actor,
    clock: IncidentClock,
    action: str,
    now: datetime,
    after: dict[str, Any],
    before: dict[str, Any] | None = None,
) -> None:
    record(
        session,
        by=by,
        subject="incident",
        subject_id=clock.incident_id,
        action=action,
        now=now,
        before=before,
        after={"means": clock.means, "to": clock.to, **after},
    )
