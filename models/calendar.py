"""Working days: the State Council's notices (package `holidays`, 调休 included) under the office's own table.

A year counts as announced only when its notice is known: the package holds make-up workdays of that year
(every notice since 2001 has some; without a notice the package computes the law's days alone), or the
office has imported a table with at least the law's thirteen days off. Nothing is guessed for other years.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

import holidays
from sqlmodel import Field, Session, SQLModel, col, delete, select

from models.audit import record
from models.base import Actor, UserError
from models.people import ADMIN, SAFETY_OFFICE, require

STATUTORY_DAYS = 13  # 全国年节及纪念日放假办法 (2024-11-10) Art 2
_DAY = timedelta(days=1)


class CalendarDay(SQLModel, table=True):
    """A day as the office has it: off, or a working day; it overrides the package."""

    county: str = Field(primary_key=True, max_length=12)
    day: date = Field(primary_key=True)
    name: str
    is_off_day: bool
    source: str = ""


@dataclass(frozen=True)
class DayRow:
    """One line of a day table, as imported."""

    day: date
    name: str
    is_off_day: bool
    source: str = ""


@dataclass(frozen=True)
class HolidaySpan:
    """Consecutive official days off, first and last included, with the holidays' names."""

    name: str
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@lru_cache(maxsize=64)
def _package(year: int) -> tuple[dict[date, str], frozenset[date]]:
    """The package's days off with their names, and its make-up workdays of this year."""
    found = holidays.country_holidays("CN", years=year, language="zh_CN")
    work = frozenset(day for day in found.weekend_workdays if day.year == year)
    return {day: _plain(name) for day, name in found.items() if day.year == year}, work


def _plain(name: str) -> str:
    """The holiday's own name: no "（补假）", no swapped rest day, New Year's Eve and extensions as 春节."""
    name = re.sub(r"（[^）]*）", "", name)
    parts = ("春节" if "除夕" in part or part.startswith("春节") else part for part in name.split("; "))
    return "、".join(part for part in dict.fromkeys(parts) if part != "休息日")


@lru_cache(maxsize=64)
def _in_package(year: int) -> bool:
    """Whether the package holds this year's notice. December is left out: the next year's notice may
    move a rest day there."""
    return any(day.month < 12 for day in _package(year)[1])


class Calendar:
    """The working days that hold in a county. Pure: give it the office's rows."""

    def __init__(self, rows: Iterable["CalendarDay | DayRow"] = ()) -> None:
        self._own = {row.day: row for row in rows}
        off = Counter(row.day.year for row in self._own.values() if row.is_off_day)
        self._imported = {year for year, count in off.items() if count >= STATUTORY_DAYS}

    def is_announced(self, year: int) -> bool:
        """Whether the official arrangement of the year is known."""
        return year in self._imported or _in_package(year)

    def is_off(self, day: date) -> bool:
        """Whether nobody works on this day. Error: calendar-not-announced."""
        if day in self._own:
            return self._own[day].is_off_day
        if _in_package(day.year):
            off, work = _package(day.year)
            return day in off or (day.weekday() >= 5 and day not in work)
        if day.year in self._imported:
            return day.weekday() >= 5
        raise UserError("calendar-not-announced", year=str(day.year))

    def is_workday(self, day: date) -> bool:
        """Whether it is a working day, a make-up one included. Error: calendar-not-announced."""
        return not self.is_off(day)

    def holiday_spans(self, year: int) -> list[HolidaySpan]:
        """The year's holidays with the weekends that join them; New Year may begin in December before.

        A span belongs to the year of its last day. Error: calendar-not-announced.
        """
        if not self.is_announced(year):
            raise UserError("calendar-not-announced", year=str(year))
        return [
            span for span in self._runs(date(year - 1, 12, 20), date(year, 12, 31)) if span.last.year == year
        ]

    def make_up_days(self, year: int) -> list[date]:
        """The weekend days of the year that are worked in exchange (调休上班). Error: calendar-not-announced."""
        first = date(year, 1, 1)
        weekend = (first + place * _DAY for place in range(366))
        return [day for day in weekend if day.year == year and day.weekday() >= 5 and self.is_workday(day)]

    def _runs(self, first: date, last: date) -> Iterator[HolidaySpan]:
        run: list[date] = []
        day = first
        while day <= last + 10 * _DAY:
            if self._known_off(day):
                run.append(day)
            elif run:
                yield from self._named(run)
                run = []
            day += _DAY

    def _known_off(self, day: date) -> bool:
        return self.is_announced(day.year) and self.is_off(day)

    def _named(self, run: list[date]) -> Iterator[HolidaySpan]:
        names = [part for day in run for part in self._name(day).split("、") if part]
        if names:
            yield HolidaySpan("、".join(dict.fromkeys(names)), run[0], run[-1])

    def _name(self, day: date) -> str:
        if day in self._own:
            return self._own[day].name
        return _package(day.year)[0].get(day, "") if _in_package(day.year) else ""


def calendar_of(session: Session, *, county: str) -> Calendar:
    """The county's calendar: the package under the office's rows."""
    rows = session.exec(select(CalendarDay).where(CalendarDay.county == county)).all()
    return Calendar(rows)


def import_days(session: Session, *, by: Actor, rows: Iterable[DayRow], now: datetime) -> list[int]:
    """Put an official notice into the county's table; returns the years it concerns, ascending.

    A year of which the table has at least the law's thirteen days off is replaced as a whole: it is the
    year's notice. Other days (the December days of a New Year, a correction) are put over what stands
    there. Errors: not-allowed, import-empty.
    """
    require(by, SAFETY_OFFICE, ADMIN)
    rows = list(rows)
    if not rows:
        raise UserError("import-empty")
    for year in whole_years(rows):
        days = col(CalendarDay.day).between(date(year, 1, 1), date(year, 12, 31))
        session.execute(delete(CalendarDay).where(col(CalendarDay.county) == by.county, days))
    single = col(CalendarDay.day).in_([row.day for row in rows])
    session.execute(delete(CalendarDay).where(col(CalendarDay.county) == by.county, single))
    session.add_all(CalendarDay(county=by.county, **asdict(row)) for row in rows)
    session.flush()
    years = sorted({row.day.year for row in rows})
    for year in years:
        mine = [row for row in rows if row.day.year == year]
        after = {"days": len(mine), "sources": sorted({row.source for row in mine})}
        record(session, by=by, subject="calendar", subject_id=year, action="import", now=now, after=after)
    return years


def whole_years(rows: Iterable[DayRow]) -> list[int]:
    """The years of which these days are a whole notice: at least the law's days off are there."""
    off = Counter(row.day.year for row in rows if row.is_off_day)
    return sorted(year for year, count in off.items() if count >= STATUTORY_DAYS)
