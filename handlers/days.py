"""Days as people type them for a deadline or a leave: "十天内", "下周五前", "月底", "12月5号", "next friday"."""

import calendar
import re
import unicodedata
from datetime import date, timedelta

from handlers import words
from handlers.casualties import read_number

MONTHS_MOST, DIGITS_MOST = 12, 4
_DATE = re.compile(
    r"^(?:(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})[日号]?|(\d{1,2})(?:[日号]|st|nd|rd|th))$", re.ASCII
)
_MONTH_END = re.compile(r"^(1[0-2]|0?[1-9])月[底末]$", re.ASCII)


def read_day(said: str, *, today: date, spans: bool = True) -> date | None:
    """The day meant, counted from today; None if no day was said or there is none such (31 February).

    A day of the week is the next one to come, today's included; "本周五" is the Friday of this week, even
    if it is over, "下周五" of the next. A date that is over is next year's or, without its month, next
    month's. "15日" is the 15th, "15日内" and "15天" are fifteen days, if `spans` from today may be meant.
    """
    said = unicodedata.normalize("NFKC", said).strip().lower()
    meant = _bare(said)
    ahead = {"today": 0, "tomorrow": 1, "after_tomorrow": 2, "in_three": 3}
    named = words.named("days", meant)
    if named in ahead:
        return today + timedelta(days=ahead[named])
    if named == "end_of_year":
        return today.replace(month=12, day=31)
    if named is not None:
        return _month_end(today, 0 if named == "end_of_month" else 1)
    within = any(said.endswith(word) for word in words.listing("around_days", "within"))
    on = _weekday(meant, today) or (None if within else _dated(meant, today))
    return on or (_in_so_long(meant, today) if spans else None)


def last_of(said: str, *, first: date) -> date | None:
    """The last of so many days from the first on: "3天" from the 1st is the 3rd; None for what is no span."""
    meant = _bare(unicodedata.normalize("NFKC", said).strip().lower())
    return _in_so_long(meant, first - timedelta(days=1))


def _bare(said: str) -> str:
    """Without "within" before it and "前", "内", "后" behind it."""
    for word in words.listing("around_days", "before"):
        if said.startswith(f"{word} ") or (not word.isascii() and said.startswith(word)):
            said = said.removeprefix(word).strip()
    behind = words.listing("around_days", "after") + words.listing("around_days", "within")
    for word in sorted(behind, key=len, reverse=True):
        said = said.removesuffix(word).strip()
    return said


def _month_end(today: date, months: int) -> date:
    first = _later(today.replace(day=1), months)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def _later(on: date, months: int) -> date:
    """So many months later; where that month is shorter, its last day."""
    years, month = divmod(on.month - 1 + months, 12)
    last = calendar.monthrange(on.year + years, month + 1)[1]
    return on.replace(year=on.year + years, month=month + 1, day=min(on.day, last))


def _weekday(said: str, today: date) -> date | None:
    for number in range(1, 8):
        for name in words.listing("days_of_week", str(number)):
            which = words.named("weeks", said.removesuffix(name).strip()) if said.endswith(name) else None
            if which is None or (said == name and not name.isascii()):  # "五" alone is a number
                continue
            ahead = number - today.isoweekday()
            return today + timedelta(days={"coming": ahead % 7, "this": ahead, "next": ahead + 7}[which])
    return None


def _in_so_long(said: str, today: date) -> date | None:
    if words.named("spans", said) == "half_month":
        return today + timedelta(days=15)
    for end in range(1, min(len(said), DIGITS_MOST) + 1):
        unit = words.named("spans", said[end:].strip())
        if unit is None or not said[:end].isalnum():
            continue
        count = 1 if words.named("spans", said[:end]) == "one" else read_number(said[:end])
        if count is not None and unit == "month":
            return _later(today, count) if count <= MONTHS_MOST else None
        if count is not None and unit in ("day", "week"):
            return today + timedelta(days=count * (7 if unit == "week" else 1))
    return None


def _dated(said: str, today: date) -> date | None:
    for word in words.listing("of_next_month", "next"):
        if said.startswith(word):
            return _dated(said.removeprefix(word), _month_end(today, 0) + timedelta(days=1))
    if match := _MONTH_END.match(said):
        return _month_end(_later(today.replace(day=1), (int(match[1]) - today.month) % 12), 0)
    match = _DATE.match(said)
    if match is None:
        return None
    year, month, day, only_day = match.groups()
    try:
        if only_day:
            return _on_the(int(only_day), today)
        on = date(int(year or today.year), int(month), int(day))
        return on if year or on >= today else on.replace(year=on.year + 1)
    except ValueError:
        return None


def _on_the(day: int, today: date) -> date | None:
    """The next such day of a month that has it."""
    for months in range(2):
        month = _later(today.replace(day=1), months)
        if 1 <= day <= calendar.monthrange(month.year, month.month)[1] and month.replace(day=day) >= today:
            return month.replace(day=day)
    return None
