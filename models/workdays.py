"""Counting in working days. Pure functions over a `Calendar`; a year without its official notice is refused.

Deadlines count as 民法典 Art 201 and 203 have it: the day on which something happens is not counted, and
a term whose last day is a day off ends on the next working day. All of them take days of the office's
calendar, not moments; turn a moment into its day with `Policy.local`.
"""

from datetime import date, timedelta

from models.base import UserError
from models.calendar import Calendar

_DAY = timedelta(days=1)
MOST = 5_000  # working days; some twenty years


def is_workday(calendar: Calendar, day: date) -> bool:
    """Whether people work on this day, a weekend day worked in exchange (调休上班) included.

    Error: calendar-not-announced, where the year's official notice is not known.
    """
    return calendar.is_workday(day)


def add_workdays(calendar: Calendar, day: date, count: int) -> date:
    """The `count`-th working day after `day`, before it for a negative count; 0 is `day` itself, worked or not.

    Thursday 30 September 2026 and 1 gives 8 October. Errors: calendar-not-announced as soon as a day of an
    unknown year would have to be judged; workdays-many beyond 5,000.
    """
    if abs(count) > MOST:
        raise UserError("workdays-many", most=MOST)
    step = _DAY if count > 0 else -_DAY
    left = abs(count)
    while left:
        day += step
        left -= calendar.is_workday(day)
    return day


def workdays_between(calendar: Calendar, first: date, last: date) -> int:
    """How many working days lie after `first` up to and with `last`; negative where `last` comes first.

    For a working day `last` it is what `add_workdays(first, …)` takes to arrive there.
    Error: calendar-not-announced, unless both are the same day.
    """
    if last < first:
        return -sum(calendar.is_workday(day) for day in _days(last, first - _DAY))
    return sum(calendar.is_workday(day) for day in _days(first + _DAY, last))


def or_next_workday(calendar: Calendar, day: date) -> date:
    """`day` if it is a working day, else the next one: where a term ends whose last day is a day off.

    Error: calendar-not-announced.
    """
    while not calendar.is_workday(day):
        day += _DAY
    return day


def unknown_years(calendar: Calendar, first: date, last: date) -> list[int]:
    """The years from `first` to `last` of which no official arrangement is known, ascending."""
    return [year for year in range(first.year, last.year + 1) if not calendar.is_announced(year)]


def _days(first: date, last: date) -> list[date]:
    return [first + _DAY * place for place in range((last - first).days + 1)]
