"""When zero reports are due, and what follows where one stays out: pure functions of times and the policy."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo

from models.coverage import Span
from models.policy import Policy

# How far it has gone with one round; each step is taken once.
OPENED, NUDGED, CHASED, LISTED, CLOSED = range(5)
STEP_NAMES = ("opened", "nudged", "chased", "listed", "closed")

TICK_LATE = timedelta(minutes=5)  # a step this late was not the people's fault: the program did not run
_NOTICE_LEAST = timedelta(minutes=15)
_DAY = timedelta(days=1)


def next_round(times: Sequence[time], *, after: datetime, span: Span, zone: tzinfo) -> datetime | None:
    """The first of these times of day after `after` that lies in the span; None if there is none left."""
    after = max(after, span.starts_at - timedelta(microseconds=1))
    if not times or after >= span.ends_at:
        return None
    today = after.astimezone(zone).date()
    moments = (
        datetime.combine(today + days * _DAY, at, zone).astimezone(UTC)
        for days in range(3)
        for at in sorted(times)
    )
    found = next((at for at in moments if at > after), None)
    return found if found is not None and found < span.ends_at else None


def deadline(at: datetime, *, opened: datetime) -> datetime:
    """Until when a report is on time: its hour, but never with less notice than a quarter of an hour."""
    return max(at, opened + _NOTICE_LEAST)


def ladder(due: datetime, policy: Policy) -> list[tuple[int, datetime]]:
    """All steps after a round was opened, in order."""
    return [
        (NUDGED, due),
        (CHASED, due + policy.report_chase),
        (LISTED, due + policy.report_listed),
        (CLOSED, due + policy.report_closes),
    ]


def steps_due(due: datetime, *, rung: int, now: datetime, policy: Policy) -> list[int]:
    """The steps to be taken now, in order, each once."""
    return [step for step, at in ladder(due, policy) if step > rung and at <= now]


def next_step_at(due: datetime, *, rung: int, policy: Policy) -> datetime | None:
    """When the step after this one falls due."""
    return next((at for step, at in ladder(due, policy) if step > rung), None)


def late_minutes(due: datetime, now: datetime) -> int:
    """Whole minutes after the deadline."""
    return max(0, int((now - due).total_seconds() // 60))
