"""Counting in working days against the official arrangements, and refusing where there are none."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.base import UserError
from models.calendar import Calendar
from models.workdays import (
    add_workdays,
    is_workday,
    or_next_workday,
    unknown_years,
    workdays_between,
)
from tests.test_calendar import notice, official

CALENDAR = Calendar()
KNOWN = {day: off for year in range(2020, 2027) for day, off in official(year).items()}
FIRST, LAST = date(2020, 1, 1), date(2026, 12, 31)


def test_they_step_over_holidays_and_take_make_up_days():
    assert add_workdays(CALENDAR, date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert add_workdays(CALENDAR, date(2026, 9, 30), 3) == date(2026, 10, 10)  # a Saturday worked
    assert add_workdays(CALENDAR, date(2026, 9, 30), 4) == date(2026, 10, 12)
    assert add_workdays(CALENDAR, date(2026, 10, 3), 0) == date(2026, 10, 3)  # itself, a day off or not
    assert add_workdays(CALENDAR, date(2026, 10, 8), -1) == date(2026, 9, 30)
    assert add_workdays(CALENDAR, date(2026, 10, 5), -1) == date(2026, 9, 30)


def test_over_month_ends_and_the_leap_days():
    assert add_workdays(CALENDAR, date(2024, 2, 28), 1) == date(2024, 2, 29)  # a Thursday
    assert add_workdays(CALENDAR, date(2024, 2, 29), 1) == date(2024, 3, 1)
    assert add_workdays(CALENDAR, date(2020, 2, 28), 1) == date(2020, 3, 2)  # the 29th is a Saturday
    assert workdays_between(CALENDAR, date(2024, 1, 31), date(2024, 2, 29)) == 18
    assert workdays_between(CALENDAR, date(2023, 1, 31), date(2023, 2, 28)) == 20
    assert add_workdays(CALENDAR, date(2025, 12, 31), 1) == date(2026, 1, 4)  # a Sunday worked


def test_a_term_that_ends_on_a_day_off_ends_on_the_next_working_day():
    assert or_next_workday(CALENDAR, date(2026, 10, 1)) == date(2026, 10, 8)
    assert or_next_workday(CALENDAR, date(2026, 10, 10)) == date(2026, 10, 10)


def test_the_year_that_is_not_announced_is_refused_and_never_guessed():
    for ask in (
        lambda: is_workday(CALENDAR, date(2027, 1, 1)),
        lambda: add_workdays(CALENDAR, date(2026, 12, 31), 1),
        lambda: add_workdays(CALENDAR, date(2027, 1, 4), -1),
        lambda: workdays_between(CALENDAR, date(2026, 12, 1), date(2027, 1, 4)),
        lambda: workdays_between(CALENDAR, date(2027, 1, 4), date(2026, 12, 1)),
        lambda: or_next_workday(CALENDAR, date(2027, 1, 1)),
    ):
        with pytest.raises(UserError, match="calendar-not-announced"):
            ask()
    assert add_workdays(CALENDAR, date(2026, 12, 30), 1) == date(2026, 12, 31)
    assert unknown_years(CALENDAR, date(2026, 12, 20), date(2028, 1, 3)) == [2027, 2028]
    assert unknown_years(Calendar(notice()), date(2026, 12, 20), date(2027, 1, 3)) == []


def test_too_many_are_refused():
    with pytest.raises(UserError, match="workdays-many"):
        add_workdays(CALENDAR, date(2026, 9, 30), 5_001)


def test_every_day_of_seven_years_is_as_the_notices_have_it():
    assert [day for day, off in KNOWN.items() if is_workday(CALENDAR, day) is off] == []


@given(st.dates(FIRST, LAST), st.dates(FIRST, LAST))
def test_between_counts_the_days_of_the_notices(first, last):
    expected = sum(
        not KNOWN[min(first, last) + timedelta(days=place)]
        for place in range(int(first <= last), abs((last - first).days) + int(first <= last))
    )
    assert abs(workdays_between(CALENDAR, first, last)) == expected
    assert workdays_between(CALENDAR, first, last) * (1 if first <= last else -1) >= 0


@given(st.dates(date(2021, 1, 1), date(2025, 12, 31)), st.integers(-200, 200))
def test_adding_and_counting_are_each_others_inverse(day, count):
    there = add_workdays(CALENDAR, day, count)
    if count:
        assert not KNOWN[there]
    if count > 0:
        assert workdays_between(CALENDAR, day, there) == count
    elif count < 0:
        before = there - timedelta(days=1)
        assert workdays_between(CALENDAR, before, day - timedelta(days=1)) == -count
