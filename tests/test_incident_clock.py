"""The clocks of an incident as arithmetic: the limits, when they speak, daily hours, the windows of Art 13."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.incident_clock import (
    DUE,
    HALF,
    NEAR,
    ask_times,
    follow_up_times,
    next_ask,
    next_follow_up,
    next_reminder,
    reminder_times,
    rules_for,
    window_ends,
)
from models.incident_grade import EXTRAORDINARY, GRADES, MAJOR, ORDINARY, SERIOUS
from models.incidents import KINDS
from models.policy import Policy

POLICY = Policy()
ZONE = ZoneInfo("Asia/Shanghai")
MINUTE = timedelta(minutes=1)
NEAR_END = 5 * MINUTE


def at(month: int, day: int, hour: int = 0, minute: int = 0, year: int = 2026) -> datetime:
    """A moment of the office's clock."""
    return datetime(year, month, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


def limits(grade: str) -> list[tuple[str, str, int]]:
    return [(rule.means, rule.to, rule.minutes) for rule in rules_for(POLICY.incident_clocks, grade)]


def test_the_limits_are_those_of_the_sources() -> None:
    county = [("phone", "county", 20), ("written", "county", 40)]
    assert limits(ORDINARY) == [*county, ("written", "city", 120), ("written", "province", 360)]
    assert limits(SERIOUS) == [*county, ("written", "province", 60), ("written", "city", 120)]
    gravest = [("phone", "province", 15), county[0], ("written", "province", 35), county[1]]
    assert limits(MAJOR) == limits(EXTRAORDINARY) == [*gravest, ("written", "city", 120)]


@pytest.mark.parametrize(
    ("minutes", "spoken"),
    [
        (20, [(HALF, 10), (NEAR, 15), (DUE, 20)]),
        (360, [(HALF, 180), (NEAR, 355), (DUE, 360)]),
        (15, [(HALF, 7.5), (NEAR, 10), (DUE, 15)]),
        (10, [(NEAR, 5), (DUE, 10)]),  # half and five minutes before are the same
        (8, [(NEAR, 3), (DUE, 8)]),
        (5, [(DUE, 5)]),
        (3, [(DUE, 3)]),
    ],
)
def test_a_clock_speaks_at_half_five_minutes_before_and_at_its_end(
    minutes: int, spoken: list[tuple[int, float]]
) -> None:
    start = at(9, 28, 9)
    times = reminder_times(start, start + minutes * MINUTE, near=NEAR_END)
    assert times == [(step, start + after * MINUTE) for step, after in spoken]


@given(st.integers(1, 3000), st.integers(1, 60))
def test_the_steps_are_in_order_and_end_with_the_limit(minutes: int, near: int) -> None:
    start = at(9, 28, 9)
    times = reminder_times(start, start + minutes * MINUTE, near=near * MINUTE)
    moments = [moment for _, moment in times]
    assert moments == sorted(set(moments))
    assert times[-1] == (DUE, start + minutes * MINUTE)
    assert all(start < moment for moment in moments)


def test_after_downtime_only_the_last_step_is_said() -> None:
    start = at(9, 28, 9)
    times = reminder_times(start, start + 20 * MINUTE, near=NEAR_END)
    assert next_reminder(times, rung=0, now=start) == (0, start + 10 * MINUTE)
    assert next_reminder(times, rung=0, now=start + 10 * MINUTE) == (HALF, start + 15 * MINUTE)
    assert next_reminder(times, rung=0, now=start + 60 * MINUTE) == (DUE, None)
    assert next_reminder(times, rung=DUE, now=start + 60 * MINUTE) == (0, None)


@pytest.mark.parametrize(
    ("after", "due"),
    [
        (at(9, 28, 0), at(9, 28, 8)),
        (at(9, 28, 7), at(9, 28, 8)),
        (at(9, 28, 7, 1), at(9, 28, 17)),  # less than an hour is left
        (at(9, 28, 9), at(9, 28, 17)),
        (at(9, 28, 16, 30), at(9, 29, 8)),
        (at(9, 30, 23), at(10, 1, 8)),
        (at(12, 31, 23), at(1, 1, 8, year=2027)),
    ],
)
def test_follow_ups_are_due_before_eight_and_seventeen(after: datetime, due: datetime) -> None:
    assert next_follow_up(after, policy=POLICY) == due


def test_a_follow_up_speaks_an_hour_and_five_minutes_before() -> None:
    due = at(9, 28, 17)
    times = follow_up_times(due, near=NEAR_END)
    assert [moment for _, moment in times] == [due - 60 * MINUTE, due - 5 * MINUTE, due]


@pytest.mark.parametrize("kind", KINDS)
def test_the_window_is_thirty_days_for_traffic_and_fire_seven(kind: str) -> None:
    happened = at(9, 28, 23, 59)
    days = 7 if kind in ("traffic", "fire") else 30
    assert window_ends(kind, happened, policy=POLICY) == at(9, 28) + timedelta(days=days + 1)


def test_the_window_runs_over_a_leap_day_and_the_new_year() -> None:
    assert window_ends("gas", at(2, 1, 12, year=2028), policy=POLICY) == at(3, 3, year=2028)
    assert window_ends("gas", at(12, 20, 12), policy=POLICY) == at(1, 20, year=2027)


def test_the_office_is_asked_before_the_last_day_and_on_it() -> None:
    happened = at(9, 28, 23)
    asked = ask_times("gas", happened, seed=1, policy=POLICY)
    days = [POLICY.local(moment).date() - POLICY.local(happened).date() for _, moment in asked]
    assert [day.days for day in days] == [23, 27, 30]
    assert all(moment < window_ends("gas", happened, policy=POLICY) for _, moment in asked)
    assert [days for days, _ in ask_times("fire", happened, seed=1, policy=POLICY)] == [3, 0]


def test_when_the_window_is_over_nothing_more_is_asked() -> None:
    happened = at(9, 28, 23)
    asked = ask_times("fire", happened, seed=1, policy=POLICY)
    assert next_ask("fire", happened, after=happened, seed=1, policy=POLICY) == asked[0][1]
    assert next_ask("fire", happened, after=asked[0][1], seed=1, policy=POLICY) == asked[1][1]
    assert next_ask("fire", happened, after=asked[1][1], seed=1, policy=POLICY) is None


@given(st.sampled_from(KINDS), st.integers(0, 3000), st.integers(0, 10**6))
def test_questions_lie_within_the_window_in_order(kind: str, hours: int, seed: int) -> None:
    happened = at(1, 1) + timedelta(hours=hours)
    asked = [moment for _, moment in ask_times(kind, happened, seed=seed, policy=POLICY)]
    assert asked == sorted(set(asked))
    assert all(happened < moment < window_ends(kind, happened, policy=POLICY) for moment in asked)


def test_there_is_a_phone_and_a_written_limit_for_every_grade() -> None:
    for grade in GRADES:
        assert {"phone", "written"} == {means for means, _, _ in limits(grade)}
