"""Reading an official table of days off: CSV, JSON or ICS, every fault named by its row, entry or line."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models.base import UserError
from models.calendar import DayRow
from models.text import Text, text

_ENCODINGS = ("utf-8-sig", "gb18030")
ROWS_MOST = 2_000
ERRORS_SHOWN = 20
NAME_MOST, SOURCE_MOST = 40, 200
_FIELDS = {
    "date": ("date", "day", "日期"),
    "name": ("name", "holiday", "名称", "节日", "节日名称"),
    "is_off_day": ("is_off_day", "isoffday", "off", "是否放假", "放假"),
    "source": ("source", "paper", "来源", "文号", "依据"),
}
_FIELD_OF = {name: field for field, names in _FIELDS.items() for name in names}
_NEEDED = ("date", "name", "is_off_day")
_YES = {"true", "1", "yes", "是", "放假", "休"}
_NO = {"false", "0", "no", "否", "上班", "班", "调休上班"}


@dataclass(frozen=True)
class Line:
    """One day as the file has it: `row` is its number there."""

    row: int
    day: str
    name: str
    is_off: str
    source: str = ""


@dataclass(frozen=True)
class DayTable:
    """A file that was understood as days off."""

    rows: tuple[DayRow, ...]


def is_day_table(data: bytes, name: str = "") -> bool:
    """Whether a file means days off and not a roster: by its name's end, or by how it begins."""
    if name.lower().endswith((".json", ".ics")):
        return True
    head = data[:4000].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.upper().startswith(b"BEGIN:VCALENDAR") or head[:1] in (b"{", b"["):
        return True
    shown = (head.decode(encoding, errors="ignore") for encoding in _ENCODINGS)
    firsts = [said.splitlines()[0] for said in shown if said.strip()]
    return any(not _missing(_columns(next(csv.reader([first]), []))) for first in firsts)


def decode(data: bytes) -> str:
    """The file's text: UTF-8, or GB 18030 as Excel in Chinese saves it. Error: sheet-not-readable."""
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UserError("sheet-not-readable")


def read_days(data: bytes) -> list[DayRow]:
    """The days of a table, in whichever of the three shapes it is.

    CSV and JSON objects have date, name, is_off_day and perhaps source; JSON may hold them under "days".
    In ICS an event is a run of days off, or a working day if it says 班 or X-APPLE-SPECIAL-DAY does.
    Errors: sheet-not-readable, import-columns, import-empty, calendar-not-json, calendar-not-ics,
    calendar-too-many, import-errors with every faulty row named by its number.
    """
    said = decode(data).lstrip("\ufeff").strip()
    if said.upper().startswith("BEGIN:VCALENDAR"):
        lines = list(_ics(said))
    elif said.startswith(("{", "[")):
        lines = list(_json(said))
    else:
        lines = list(_csv(said))
    if len(lines) > ROWS_MOST:
        raise UserError("calendar-too-many", most=ROWS_MOST)
    return _rows(lines)


def _rows(lines: Iterable[Line]) -> list[DayRow]:
    rows: dict[date, DayRow] = {}
    errors: list[Text] = []
    for line in lines:
        row = _row(line, rows)
        if isinstance(row, DayRow):
            rows[row.day] = row
        else:
            errors.append(text("import-row", row=line.row, fault=row))
    if errors:
        raise UserError("import-errors", count=len(errors), errors=errors[:ERRORS_SHOWN])
    if not rows:
        raise UserError("import-empty")
    return list(rows.values())


def _row(line: Line, seen: dict[date, DayRow]) -> DayRow | Text:
    day = _date(line.day)
    if day is None:
        return text("calendar-row-date", value=line.day[:40])
    kind = line.is_off.lower()
    if kind not in _YES | _NO:
        return text("calendar-row-kind", value=line.is_off[:40])
    if not line.name:
        return text("calendar-row-name")
    if len(line.name) > NAME_MOST or len(line.source) > SOURCE_MOST:
        return text("calendar-row-long", most=NAME_MOST)
    if day in seen:
        return text("calendar-row-twice", value=day.isoformat())
    return DayRow(day, line.name, kind in _YES, line.source)


def _date(said: str) -> date | None:
    match = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", said)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _columns(headings: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, heading in enumerate(headings):
        field = _FIELD_OF.get(heading.strip().lower())
        if field:
            found.setdefault(field, place)
    return found


def _missing(columns: dict[str, int]) -> list[str]:
    return [field for field in _NEEDED if field not in columns]


def _csv(said: str) -> Iterator[Line]:
    try:
        rows = list(csv.reader(io.StringIO(said)))
    except csv.Error:
        raise UserError("sheet-not-readable") from None
    columns = _columns(rows[0] if rows else [])
    missing = _missing(columns)
    if missing:
        raise UserError("import-columns", columns=", ".join(missing))
    for number, row in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in row):
            cell = {field: row[at].strip() if at < len(row) else "" for field, at in columns.items()}
            yield Line(number, cell["date"], cell["name"], cell["is_off_day"], cell.get("source", ""))


def _json(said: str) -> Iterator[Line]:
    try:
        found = json.loads(said)
    except (ValueError, RecursionError):
        raise UserError("calendar-not-json") from None
    papers = found.get("papers") if isinstance(found, dict) else None
    source = str(papers[0]) if isinstance(papers, list) and papers else ""
    days = found.get("days") if isinstance(found, dict) else found
    if not isinstance(days, list):
        raise UserError("calendar-not-json")
    for number, entry in enumerate(days, start=1):
        cells = _cells(entry) if isinstance(entry, dict) else {}
        own = cells.get("source") or source[:SOURCE_MOST]
        yield Line(number, cells.get("date", ""), cells.get("name", ""), cells.get("is_off_day", ""), own)


def _cells(entry: dict[Any, Any]) -> dict[str, str]:
    """A JSON object's values by field, as words; a list or an object is none."""
    return {
        _FIELD_OF[str(key).strip().lower()]: str(value).strip()
        for key, value in entry.items()
        if str(key).strip().lower() in _FIELD_OF and isinstance(value, str | int | bool)
    }


_WORKED = re.compile(r"班|上班|workday", re.I)
_MARK = re.compile(r"(?:[\s(（\[【]*(?:休|班|放假|休假|补班|上班|调休|假期?)[)）\]】]*)+$")


def _ics(said: str) -> Iterator[Line]:
    """The events of an iCalendar file (RFC 5545), day by day; `row` is the line on which one begins."""
    event: dict[str, str] | None = None
    begun = 0
    for number, name, value in _ics_lines(said):
        if (name, value.upper()) == ("BEGIN", "VEVENT"):
            event, begun = {}, number
        elif (name, value.upper()) == ("END", "VEVENT") and event is not None:
            yield from _event_days(begun, event)
            event = None
        elif event is not None:
            event.setdefault(name, value)
    if event is not None:
        raise UserError("calendar-not-ics")


def _ics_lines(said: str) -> Iterator[tuple[int, str, str]]:
    """Its content lines, unfolded: number, name without parameters, value with its escapes undone."""
    lines: list[tuple[int, str]] = []
    for number, line in enumerate(re.split(r"\r\n|\n|\r", said), start=1):
        if line[:1] in (" ", "\t") and lines:
            lines[-1] = (lines[-1][0], lines[-1][1] + line[1:])
        elif line:
            lines.append((number, line))
    for number, line in lines:
        head, _, value = line.partition(":")
        plain = re.sub(r"\\([,;\\nN])", lambda each: " " if each[1] in "nN" else each[1], value)
        yield number, head.partition(";")[0].strip().upper(), plain.strip()


def _event_days(row: int, event: dict[str, str]) -> Iterator[Line]:
    special = event.get("X-APPLE-SPECIAL-DAY", "")
    summary = event.get("SUMMARY", "")
    worked = special == "ALTERNATE-WORKDAY" or (not special and bool(_WORKED.search(summary)))
    name = _MARK.sub("", summary) or summary
    first = _ics_date(event.get("DTSTART", ""))
    last = _last_day(first, event) if first else None
    if first is None or last is None or "RRULE" in event or not 0 <= (last - first).days < 60:
        yield Line(row, event.get("DTSTART", "") + (" RRULE" if "RRULE" in event else ""), name, "0")
        return
    for place in range((last - first).days + 1):
        day = first + timedelta(days=place)
        yield Line(
            row, day.isoformat(), name, "0" if worked else "1", event.get("DESCRIPTION", "")[:SOURCE_MOST]
        )


def _last_day(first: date, event: dict[str, str]) -> date | None:
    """The last day of an event: the day before DTEND, or what DURATION says, else its first."""
    if "DTEND" in event:
        end = _ics_date(event["DTEND"])
        timed = "T" in event["DTEND"] and not event["DTEND"].rstrip("Z").endswith("T000000")
        return None if end is None else end if timed or end == first else end - timedelta(days=1)
    match = re.fullmatch(r"P(?:(\d+)W)?(?:(\d+)D)?", event.get("DURATION", "P1D"))
    if match is None:
        return None
    return first + timedelta(days=max(1, 7 * int(match[1] or 0) + int(match[2] or 0)) - 1)


def _ics_date(value: str) -> date | None:
    match = re.match(r"(\d{4})(\d{2})(\d{2})(?:T\d{6}Z?)?$", value)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
