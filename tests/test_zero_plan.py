"""When zero reports are due, and the steps of the silent; times of day as people write them."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.coverage import Span
from models.policy import Policy
from models.zero_plan import (
    CHASED,
    CLOSED,
    LISTED,
    NUDGED,
    deadline,
    late_minutes,
    next_round,
    next_step_at,
    steps_due,
)
from models.zero_times import NotATime, read_times

ZONE, DST = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
POLICY = Policy()
MINUTE = timedelta(minutes=1)
THREE = [time(15)]


def at(day: int, hour: int, minute: int = 0, month: int = 10, zone: ZoneInfo = ZONE) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=zone).astimezone(UTC)


WEEK = Span(at(1, 0), at(8, 0))


def rounds(times, span=WEEK, zone=ZONE):
    found, after = [], span.starts_at - timedelta(days=9)
    while (moment := next_round(times, after=after, span=span, zone=zone)) is not None:
        found.append(moment)
        after = moment
    return found


def test_once_a_day_from_the_first_to_the_last() -> None:
    assert rounds(THREE) == [at(day, 15) for day in range(1, 8)]


def test_several_times_in_any_order() -> None:
    found = rounds([time(21), time(9)], Span(at(1, 12), at(3, 9)))
    assert found == [at(1, 21), at(2, 9), at(2, 21)]


def test_no_times_no_rounds() -> None:
    assert rounds([]) == []
    assert next_round(THREE, after=at(7, 15), span=WEEK, zone=ZONE) is None


def test_at_the_very_start_but_not_at_the_very_end() -> None:
    assert rounds([time(0)], Span(at(1, 0), at(2, 0))) == [at(1, 0)]


def test_the_clock_counts_where_it_is_put_back() -> None:
    span = Span(at(24, 0, zone=DST), at(27, 0, zone=DST))  # 25 October 2026
    assert [moment.astimezone(DST).hour for moment in rounds(THREE, span, DST)] == [15, 15, 15]


@given(
    st.lists(st.times().map(lambda each: each.replace(second=0, microsecond=0)), min_size=1, max_size=6),
    st.integers(1, 60 * 24 * 30),
)
def test_every_round_once_in_order_and_inside(times: list[time], minutes: int) -> None:
    span = Span(WEEK.starts_at, WEEK.starts_at + minutes * MINUTE)
    found = rounds(times, span)
    assert found == sorted(set(found))
    assert all(span.starts_at <= moment < span.ends_at for moment in found)
    assert {moment.astimezone(ZONE).time() for moment in found} <= set(times)
    days = -(-minutes // (24 * 60))
    assert (days - 1) * len(set(times)) <= len(found) <= days * len(set(times))


def test_the_ladder_of_the_silent() -> None:
    due = at(1, 15)
    steps = {
        minute: steps_due(due, rung=0, now=due + minute * MINUTE, policy=POLICY)
        for minute in (-1, 0, 14, 15, 29, 30, 119, 120)
    }
    assert steps == {
        -1: [],
        0: [NUDGED],
        14: [NUDGED],
        15: [NUDGED, CHASED],
        29: [NUDGED, CHASED],
        30: [NUDGED, CHASED, LISTED],
        119: [NUDGED, CHASED, LISTED],
        120: [NUDGED, CHASED, LISTED, CLOSED],
    }
    assert steps_due(due, rung=CHASED, now=due + 40 * MINUTE, policy=POLICY) == [LISTED]
    assert next_step_at(due, rung=0, policy=POLICY) == due
    assert next_step_at(due, rung=LISTED, policy=POLICY) == due + timedelta(hours=2)
    assert next_step_at(due, rung=CLOSED, policy=POLICY) is None


def test_nobody_has_less_than_a_quarter_of_an_hour() -> None:
    assert deadline(at(1, 15), opened=at(1, 14, 30)) == at(1, 15)
    assert deadline(at(1, 15), opened=at(1, 14, 50)) == at(1, 15, 5)


def test_late_in_whole_minutes() -> None:
    due = at(1, 15)
    said = [late_minutes(due, due + timedelta(seconds=each)) for each in (-60, 0, 59, 60, 60 * 17 + 5)]
    assert said == [0, 0, 0, 1, 17]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("15:00", [time(15)]),
        ("9:00、15：00，21:00", [time(9), time(15), time(21)]),
        ("15点", [time(15)]),
        ("9点半和15点05分", [time(9, 30), time(15, 5)]),
        ("0900 1500", [time(9), time(15)]),
        ("21 9", [time(9), time(21)]),
        ("15:00,15:00", [time(15)]),
        ("0:00", [time(0)]),
        ("0", []),
        ("不用报", []),
        ("none", []),
    ],
)
def test_times_as_people_write_them(said: str, wanted: list[time]) -> None:
    assert read_times(said) == wanted


@pytest.mark.parametrize(
    "said", ["下午三点", "25:00", "12:60", "15:00-16:00", "每天", "", "、", "900", "１5:0x"]
)
def test_what_is_no_time(said: str) -> None:
    with pytest.raises(NotATime):
        read_times(said)


@given(st.text(max_size=40))
def test_anything_typed_is_times_or_refused(said: str) -> None:
    try:
        found = read_times(said)
    except NotATime:
        return
    assert found == sorted(set(found))
