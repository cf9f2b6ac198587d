"""When an incident must be reported upward, and when its casualties must be asked for: pure arithmetic.

Sources: 国务院令第493号 Art 9-11 (each level within 2 h) and Art 13 (30 days; traffic and fire 7); the
county's and the province's own limits are the office's settings (models/policy.ClockRule).
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from models.incident_grade import SERIOUS, at_least
from models.policy import ClockRule, Policy, jitter

PHONE, WRITTEN, FOLLOW_UP = "phone", "written", "follow_up"
COUNTY, CITY, PROVINCE = "county", "city", "province"

HALF, NEAR, DUE = 1, 2, 3  # how far a clock's reminders have gone
FOLLOW_UP_NOTICE = timedelta(hours=1)
FOLLOW_UP_GRADES = at_least(SERIOUS)
WINDOW_DAYS = 30
SHORT_WINDOW_DAYS = 7
SHORT_WINDOW_KINDS = ("traffic", "fire")


def rules_for(rules: Iterable[ClockRule], grade: str) -> list[ClockRule]:
    """The clocks of one grade, the shortest first."""
    return sorted((rule for rule in rules if rule.grade == grade), key=lambda rule: rule.minutes)


def reminder_times(started_at: datetime, due_at: datetime, *, near: timedelta) -> list[tuple[int, datetime]]:
    """When a clock speaks: at half its time, `near` before its end, and at its end.

    Half is left out where it would come no earlier than `near`; so is `near` where the clock is shorter.
    """
    half, soon = started_at + (due_at - started_at) / 2, due_at - near
    times = [(HALF, half)] if half < soon else []
    if soon > started_at:
        times.append((NEAR, soon))
    return [*times, (DUE, due_at)]


def follow_up_times(due_at: datetime, *, near: timedelta) -> list[tuple[int, datetime]]:
    """When a daily follow-up speaks: an hour before, `near` before, and at its end."""
    return [(HALF, due_at - FOLLOW_UP_NOTICE), (NEAR, due_at - near), (DUE, due_at)]


def next_reminder(
    times: Sequence[tuple[int, datetime]], *, rung: int, now: datetime
) -> tuple[int, datetime | None]:
    """The last step that has come by `now` (0 if none since `rung`), and when the next one is due."""
    passed = [step for step, at in times if rung < step and at <= now]
    ahead = [at for step, at in times if step > rung and at > now]
    return (passed[-1] if passed else 0), (ahead[0] if ahead else None)


def next_follow_up(after: datetime, *, policy: Policy) -> datetime:
    """The next daily hour for a follow-up, at least an hour after `after`."""
    earliest = after + FOLLOW_UP_NOTICE
    today = policy.local(after).date()
    slots = (
        _at(today + timedelta(days=days), each, policy)
        for days in range(3)
        for each in sorted(policy.followup_times)
    )
    return next(slot for slot in slots if slot >= earliest)


def _at(on: date, clock: time, policy: Policy) -> datetime:
    return datetime.combine(on, clock, policy.zone).astimezone(UTC)


def window_days(kind: str) -> int:
    """For how many days a change of the casualties is reported and counted (第十三条)."""
    return SHORT_WINDOW_DAYS if kind in SHORT_WINDOW_KINDS else WINDOW_DAYS


def window_ends(kind: str, occurred_at: datetime, *, policy: Policy) -> datetime:
    """The end of the last day of that window. The day of the accident itself is not counted (民法典 Art 201)."""
    last = policy.local(occurred_at).date() + timedelta(days=window_days(kind))
    return _at(last + timedelta(days=1), time(), policy)


def ask_times(kind: str, occurred_at: datetime, *, seed: int, policy: Policy) -> list[tuple[int, datetime]]:
    """When the office is asked for a change: so many days before the window's last day, in order."""
    first = policy.local(occurred_at).date()
    last = first + timedelta(days=window_days(kind))
    asked = [
        (days, _at(last - timedelta(days=days), policy.ladder_time, policy) + jitter(seed))
        for days in sorted(policy.casualty_ask_days, reverse=True)
    ]
    return [(days, at) for days, at in asked if last - timedelta(days=days) > first]


def next_ask(
    kind: str, occurred_at: datetime, *, after: datetime, seed: int, policy: Policy
) -> datetime | None:
    """The next time to ask after this moment; None when the window is over."""
    times = ask_times(kind, occurred_at, seed=seed, policy=policy)
    return next((at for _, at in times if at > after), None)
