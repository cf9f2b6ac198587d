"""Shift arithmetic by the clock on the wall: month ends, leap days, and a zone that changes its clocks."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.coverage import Span, clock_times, needed_span, next_start, shifts_in, uncovered
from models.roster_cells import read_hours

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)  # 02:00 to 03:00, and 03:00 to 02:00
HOUR = timedelta(hours=1)
PATTERNS = (["08:00"], ["08:30"], ["09:00"], ["08:00", "20:00"], ["06:00", "14:00", "22:00"], ["02:30"])


def period(first, last, zone):
    """From the first day's midnight to the last one's."""
    midnight = lambda day: datetime.combine(day, time(), zone).astimezone(UTC)  # noqa: E731
    return Span(midnight(first), midnight(last + timedelta(days=1)))


def hours(spans):
    return [(span.ends_at - span.starts_at) / HOUR for span in spans]


@pytest.mark.parametrize(("day", "length"), [(SPRING, 23), (AUTUMN, 25), (date(2026, 6, 1), 24)])
def test_a_24_hour_shift_over_the_change_is_as_long_as_the_day(day, length):
    span = read_hours("08:00-次日08:00", on=day - timedelta(days=1), start=time(8), zone=BERLIN)
    assert hours([span]) == [length]
    assert span == read_hours("24小时", on=day - timedelta(days=1), start=time(8), zone=BERLIN)


@pytest.mark.parametrize("starts", PATTERNS)
@pytest.mark.parametrize("day", [SPRING, AUTUMN])
def test_no_minute_is_uncovered_over_the_change(day, starts):
    times = clock_times(starts)
    need = needed_span(period(day - timedelta(days=1), day + timedelta(days=1), BERLIN), times, BERLIN)
    shifts = shifts_in(need, times, BERLIN)
    assert uncovered(need, shifts) == []
    assert sum(hours(shifts)) == 72 + (1 if day == AUTUMN else -1)
    assert len(shifts) == 3 * len(starts)
    assert all(one.ends_at == other.starts_at for one, other in itertools.pairwise(shifts))


def test_the_night_of_the_change_is_longer_or_shorter():
    times = clock_times(["08:00", "20:00"])
    for day, lengths in ((SPRING, [12, 11, 12, 12]), (AUTUMN, [12, 13, 12, 12])):
        need = needed_span(period(day - timedelta(days=1), day, BERLIN), times, BERLIN)
        assert hours(shifts_in(need, times, BERLIN)) == lengths


def test_a_start_that_the_clocks_leave_out_comes_before_no_other():
    times = clock_times(["02:30", "03:00"])
    at = datetime(2026, 3, 28, 12, tzinfo=UTC)
    begins = [at]
    for _ in range(4):
        begins.append(next_start(begins[-1] + timedelta(seconds=1), times, BERLIN))
    assert begins == sorted(begins)


def test_over_month_ends_leap_days_and_the_year():
    times = clock_times(["08:30"])
    for first, last, days in (
        (date(2024, 2, 28), date(2024, 3, 1), 3),
        (date(2026, 2, 28), date(2026, 3, 1), 2),
        (date(2026, 12, 31), date(2027, 1, 2), 3),
    ):
        shifts = shifts_in(needed_span(period(first, last, SHANGHAI), times, SHANGHAI), times, SHANGHAI)
        assert hours(shifts) == [24] * days
        assert next(span.starts_at.astimezone(SHANGHAI).day for span in shifts) == first.day
        assert shifts[0].starts_at.astimezone(SHANGHAI).time() == time(8, 30)


clock = st.times(max_value=time(23, 59)).map(lambda at: f"{at.hour:02}:{at.minute:02}")


@given(
    st.lists(clock, min_size=1, max_size=4, unique=True),
    st.dates(date(2020, 1, 1), date(2027, 12, 31)),
    st.integers(0, 9),
    st.sampled_from([BERLIN, SHANGHAI, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")]),
)
def test_whatever_the_pattern_no_minute_is_uncovered_and_none_twice(starts, first, days, zone):
    times = clock_times(starts)
    need = needed_span(period(first, first + timedelta(days=days), zone), times, zone)
    shifts = shifts_in(need, times, zone)
    assert uncovered(need, shifts) == []
    assert shifts[0].starts_at == need.starts_at
    assert shifts[-1].ends_at == need.ends_at
    assert all(one.ends_at == other.starts_at for one, other in itertools.pairwise(shifts))
    assert all(span.starts_at < span.ends_at for span in shifts)


spans = st.builds(
    lambda at, length: Span(
        datetime(2026, 10, 1, tzinfo=UTC) + at * HOUR,
        datetime(2026, 10, 1, tzinfo=UTC) + (at + length) * HOUR,
    ),
    st.integers(-10, 80),
    st.integers(1, 30),
)


@given(st.lists(spans, max_size=8))
def test_every_minute_is_covered_or_reported_and_never_both(held):
    need = Span(datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 4, tzinfo=UTC))
    gaps = uncovered(need, held)
    for place in range(72):
        at = need.starts_at + place * HOUR + timedelta(minutes=30)
        covered = any(span.starts_at <= at < span.ends_at for span in held)
        missing = any(span.starts_at <= at < span.ends_at for span in gaps)
        assert covered is not missing
