"""An official notice sent to the bot as a file: shown as it was understood, taken over by one tap."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlmodel import Session

from models.base import Actor, short
from models.calendar import Calendar, DayRow, HolidaySpan, calendar_of, import_days, whole_years
from models.duty import KeyPeriod
from models.duty_notices import tell_office
from models.outbox import NOTICE, Chat, Recipient, send_to
from models.people import ADMIN, SAFETY_OFFICE, Person, require
from models.periods import add_holiday_periods
from models.policy import Policy
from models.text import Part, button, content, day, text
from models.upload_notices import file_name

if TYPE_CHECKING:
    from models.uploads import Upload

SHOWN = 12  # single days named in one message


@dataclass(frozen=True)
class DaysTaken:
    """What an imported notice brought: its years, those still not announced, the key periods made of it."""

    years: list[int]
    missing: list[int]
    periods: list[KeyPeriod]


def take_days(
    session: Session, *, by: Actor, rows: Iterable[DayRow], now: datetime, policy: Policy
) -> DaysTaken:
    """Import a notice, make its holidays key periods, and tell the office that it is there.

    Errors: those of `import_days`.
    """
    years = import_days(session, by=by, rows=rows, now=now)
    calendar = calendar_of(session, county=by.county)
    periods = add_holiday_periods(session, by=by, calendar=calendar, now=now, policy=policy)
    missing = [year for year in years if not calendar.is_announced(year)]
    for year in (year for year in years if year not in missing):
        tell_office(
            session,
            county=by.county,
            lines=[text("calendar-is-there", year=str(year), name=by.name)],
            now=now,
            policy=policy,
            urgent=False,
            without=by.person_id,
        )
    return DaysTaken(years, missing, periods)


def days_json(rows: Iterable[DayRow]) -> list[list[Any]]:
    """Days for keeping between the preview and the tap."""
    return [[row.day.isoformat(), row.name, row.is_off_day, row.source] for row in rows]


def days_of_json(kept: Iterable[Sequence[Any]]) -> list[DayRow]:
    """What `days_json` wrote."""
    return [DayRow(date.fromisoformat(on), name, off, source) for on, name, off, source in kept]


def tell_days(
    session: Session,
    upload: "Upload",
    person: Person,
    by: Actor,
    rows: Sequence[DayRow],
    *,
    now: datetime,
    policy: Policy,
) -> None:
    """The notice as it was understood, and the two buttons. Error: not-allowed."""
    require(by, SAFETY_OFFICE, ADMIN)
    key = short(upload.id)
    buttons = [
        [
            button(text("button-take-days"), f"a:days:{key}"),
            button(text("button-discard"), f"a:discard:{key}"),
        ]
    ]
    lines = [text("calendar-read", name=file_name(upload.name)), *notice_lines(rows), text("calendar-ask")]
    send_to(
        session,
        [Recipient(person.id, person.lang, Chat(upload.channel, upload.address))],
        county=upload.county,
        body=content(*lines, buttons=buttons),
        kind=NOTICE,
        now=now,
        policy=policy,
        subject=("upload", upload.id),
        urgent=True,
    )


def notice_lines(rows: Sequence[DayRow]) -> list[Part]:
    """A table of days in words, to be held against the official notice: year by year, holiday by holiday."""
    lines: list[Part] = []
    whole = whole_years(rows)
    counts = Counter((row.day.year, row.is_off_day) for row in rows)
    for year in sorted({row.day.year for row in rows}):
        known = {"year": str(year), "off": counts[year, True], "work": counts[year, False]}
        lines.append(text("calendar-year" if year in whole else "calendar-days", **known))
        mine = [row for row in rows if row.day.year == year]
        if year in whole:
            lines += [span_line(span) for span in Calendar(rows).holiday_spans(year)]
            mine = [row for row in mine if not row.is_off_day]
        lines += [_day_line(row) for row in sorted(mine, key=lambda row: row.day)[:SHOWN]]
        if len(mine) > SHOWN:
            lines.append(text("calendar-more", count=len(mine) - SHOWN))
    return lines


def span_line(span: HolidaySpan) -> Part:
    """A holiday with its days off."""
    if span.days == 1:
        return text("calendar-span-day", name=span.name, first=day(span.first))
    return text("calendar-span", name=span.name, first=day(span.first), last=day(span.last), days=span.days)


def _day_line(row: DayRow) -> Part:
    key = "calendar-day-off" if row.is_off_day else "calendar-day-worked"
    return text(key, day=day(row.day), name=row.name)


def missing_lines(calendar: Calendar, *, years: Iterable[int]) -> list[Part]:
    """A sentence for each of these years of which there is no official notice."""
    return [
        text("calendar-not-yet", year=str(year)) for year in sorted(years) if not calendar.is_announced(year)
    ]
