"""The cells of a roster: dates, hours, names and telephones as people write them. Pure functions."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from models.coverage import Span

_SERIAL_ZERO = date(1899, 12, 30)
_SERIALS = range(36_526, 73_051)  # 2000 to 2099, as a spreadsheet counts days
_FULL_DATE = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?")
_SHORT_DATE = re.compile(r"^(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?")
_AFTER_DATE = re.compile(
    r"^(?:\s*(?:00:00(?::00)?)?\s*[(\[]?\s*(?:(?:星期|周|礼拜)[一二三四五六日天])?\s*[)\]]?)$"
)


class NotADate(ValueError):
    """What was written is no day of any calendar."""


def read_date(value: Any, *, first: date, last: date) -> date:
    """A day; one written without its year is taken from the period, `first` to `last`.

    Error: NotADate (31 February; a number like 10.1, which may be the 1st or the 10th).
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        if value == int(value) and int(value) in _SERIALS:
            return _SERIAL_ZERO + timedelta(days=int(value))
        raise NotADate(value)
    said = unicodedata.normalize("NFKC", str(value)).strip()
    full = _FULL_DATE.match(said)
    short = None if full else _SHORT_DATE.match(said)
    match = full or short
    if match is None or not _AFTER_DATE.match(said[match.end() :]):
        raise NotADate(value)
    years = [int(match[1])] if full else _years(first, last)
    month, day = match.groups()[-2:]
    return _nearest(years, int(month), int(day), first, last)


def _years(first: date, last: date) -> list[int]:
    return [first.year] if first.year == last.year else [first.year, last.year]


def _nearest(years: list[int], month: int, day: int, first: date, last: date) -> date:
    days = []
    for year in years:
        try:
            days.append(date(year, month, day))
        except ValueError:
            continue
    if not days:
        raise NotADate(month, day)
    inside = [one for one in days if first - timedelta(days=1) <= one <= last]
    return (inside or days)[0]


_WHOLE_DAY = {"24小时", "24h", "24H", "全天", "全日", "昼夜", "24小时值班", "24"}
_NAMED = {"白班": "08:00-20:00", "夜班": "20:00-08:00", "日班": "08:00-20:00"}
_MOMENT = (
    r"(?:(?P<{0}day>次日|翌日|第二天|第2天|隔日|当日|当天|同日|\d{{4}}[-/.]\d{{2}}[-/.]\d{{2}}|(?:\d{{4}}年)?\d{{1,2}}月\d{{1,2}}日)\s*)?"
    r"(?P<{0}hour>\d{{1,2}})(?:[:点时.](?P<{0}minute>\d{{2}})?(?::00)?分?|(?P<{0}half>点半|时半))?"
)
_HOURS = re.compile(
    "^" + _MOMENT.format("from") + r"\s*(?:-+|~|至|到)\s*" + _MOMENT.format("to") + r"(?:\(?24小时\)?)?$"
)


def read_hours(value: Any, *, on: date, start: time, zone: tzinfo) -> Span | None:
    """The hours of a shift of this day: "08:00-次日08:00", "20:00-08:00", "8点至20点", "24小时" (`start`).

    An end not after its beginning is the next day's, unless a day is written to it. None if unreadable.
    """
    said = re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(value)))
    said = re.sub(r"[—–―ー−－]+", "-", said).replace("～", "~")
    if said in _WHOLE_DAY:
        begins = datetime.combine(on, start, zone)
        return _span(begins, datetime.combine(on + timedelta(days=1), start, zone))
    match = _HOURS.match(_NAMED.get(said, said))
    if match is None:
        return None
    try:
        begins, _ = _moment(match, "from", on, zone)
        ends, dated = _moment(match, "to", on, zone)
    except ValueError:
        return None
    if ends <= begins and not dated:
        ends = datetime.combine(ends.date() + timedelta(days=1), ends.time(), zone)
    return _span(begins, ends)


def _span(begins: datetime, ends: datetime) -> Span:
    return Span(begins.astimezone(UTC), ends.astimezone(UTC))


def _moment(match: re.Match[str], name: str, on: date, zone: tzinfo) -> tuple[datetime, bool]:
    """A moment, and whether its day was written."""
    said = match[name + "day"] or ""
    hour, minute = int(match[name + "hour"]), int(match[name + "minute"] or 0)
    if match[name + "half"]:
        minute = 30
    day = on
    if said in ("次日", "翌日", "第二天", "第2天", "隔日"):
        day += timedelta(days=1)
    elif said and said not in ("当日", "当天", "同日"):
        day = read_date(said, first=on, last=on + timedelta(days=1))
    if hour == 24 and minute == 0:
        hour, day = 0, day + timedelta(days=1)
        return datetime.combine(day, time(), zone), True
    return datetime.combine(day, time(hour, minute), zone), bool(said)


_BETWEEN = re.compile(r"[、,，;；/\n\r|]+")
_MOBILE = re.compile(r"^1\d{10}$", re.ASCII)
_PHONE = re.compile(r"^(?:1\d{10}|0\d{9,11}|[2-9]\d{6,7})$")


def read_names(value: Any) -> list[str]:
    """Several names in one cell: split at 、 and the like; spaces and remarks in brackets fall away."""
    said = re.sub(r"\([^)]*\)", "", unicodedata.normalize("NFKC", str(value if value is not None else "")))
    names = (re.sub(r"\s+", " ", part).strip() for part in _BETWEEN.split(said))
    return [_closed_up(name) for name in names if name]


def _closed_up(name: str) -> str:
    """ "张 三" is 张三; a name in letters keeps its spaces."""
    return name if name.isascii() else name.replace(" ", "")


def read_phones(value: Any) -> list[str]:
    """Several telephones in one cell, as digits; a number that the spreadsheet took for a figure too."""
    if isinstance(value, float) and value == int(value):
        value = int(value)
    said = unicodedata.normalize("NFKC", str(value if value is not None else ""))
    parts = (re.sub(r"[\s\-—()]+", "", part) for whole in _BETWEEN.split(said) for part in _apart(whole))
    return [re.sub(r"^\+?86(?=1\d{10}$)", "", part) for part in parts if part]


def _apart(said: str) -> list[str]:
    """Mobile numbers with but a blank between them; "0374 7160000" and "138 0000 0001" are one number."""
    words = said.split()
    return words if len(words) > 1 and all(_MOBILE.match(word) for word in words) else [said]


def is_phone(number: str) -> bool:
    """A mobile number, or a fixed one with or without its area code."""
    return _PHONE.match(number) is not None
