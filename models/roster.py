"""Reading a roster (值班表): from the cells of a file to shifts with names, every fault named by its row."""

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from models.base import UserError
from models.coverage import Span
from models.duty import DEPUTY, LEADER, OFFICER, KeyPeriod
from models.policy import Policy
from models.roster_cells import NotADate, is_phone, read_date, read_hours, read_names, read_phones
from models.roster_columns import (
    DATE,
    EXAMPLE_POST,
    FAX,
    HEADINGS,
    NOTE,
    PHONE,
    PLACE,
    POST,
    TIMES,
    UNIT,
    find_header,
    missing_columns,
)
from models.roster_file import ROWS_MAX, Formula, Sheet, read_sheets
from models.text import Text, series, text

ERRORS_SHOWN = 20
NAME_MAX, POST_MAX, NOTE_MAX = 30, 60, 200
_FOOTER = ("注", "备注", "说明", "填报", "制表", "审核", "审批", "联系人")


@dataclass(frozen=True)
class Named:
    """A person as the roster names them."""

    name: str
    title: str = ""
    phone: str = ""


@dataclass(frozen=True)
class RosterLine:
    """One row of a roster: `row` is its number in the file."""

    row: int
    span: Span
    post: str
    people: tuple[tuple[Named, str], ...]
    unit: str = ""
    phone: str = ""
    place: str = ""
    note: str = ""
    fax: str = ""


Row = tuple[int, dict[str, Any]]  # a row's number in the file, its cells by field


class _Fault(Exception):
    """What is wrong with a row."""

    def __init__(self, key: str, **params: Any) -> None:
        super().__init__(key)
        self.text = text(key, **params)


@dataclass(frozen=True)
class _Near:
    """The days and hours a roster may mean: the period, and when a day's shift begins if not said."""

    first: date
    last: date
    start: time
    policy: Policy


_NAMES, _ROLES = (
    {"姓名", "名字", "name"},
    {"角色", "身份", "role", "roles"},
)  # headings of the table of people


def raise_faults(faults: Sequence[tuple[int, Text]]) -> None:
    """Refuse the whole file if any row is faulty. Error: import-errors."""
    if faults:
        rows = [
            text("import-row", row=row, fault=fault) for row, fault in sorted(faults, key=lambda one: one[0])
        ]
        raise UserError("import-errors", count=len(rows), errors=rows[:ERRORS_SHOWN])


def read_roster(
    data: bytes, *, period: KeyPeriod, policy: Policy, start: time = time(8, 0)
) -> list[RosterLine]:
    """The shifts of a roster file (xlsx or CSV). A day without its year is the period's.

    Errors: those of `read_sheets` and `read_lines`.
    """
    return read_lines(roster_rows(read_sheets(data)), period=period, policy=policy, start=start)


def read_lines(
    rows: Sequence[Row], *, period: KeyPeriod, policy: Policy, start: time = time(8, 0)
) -> list[RosterLine]:
    """The shifts that these rows mean. Errors: import-empty, import-errors, roster-too-many-rows."""
    first, last = policy.local(period.starts_at).date(), policy.local(period.ends_at).date()
    near = _Near(first, last, start, policy)
    lines, faults = [], []
    for number, row in rows:
        try:
            lines.append(_line(number, row, near))
        except _Fault as fault:
            faults.append((number, fault.text))
    raise_faults(faults)
    if not lines:
        raise UserError("import-empty")
    if len(lines) > ROWS_MAX:
        raise UserError("roster-too-many-rows", most=ROWS_MAX)
    return lines


def roster_rows(sheets: Iterable[Sheet]) -> list[Row]:
    """The rows below the header that say anything, by field; examples and remarks are left out.

    Errors: import-columns, roster-two-sheets, roster-is-people.
    """
    sheet, columns, begin = _table(sheets)
    found = []
    for number, cells in sheet.rows[begin:]:
        row = {field: cells[place] if place < len(cells) else None for field, place in columns.items()}
        if _is_footer(cells) or row.get(POST) == EXAMPLE_POST or all(_blank(cell) for cell in row.values()):
            continue
        found.append((number, row))
    return found


def _table(sheets: Iterable[Sheet]) -> tuple[Sheet, dict[str, int], int]:
    """The one sheet that is a roster, its columns, and where its data begins."""
    found = [(sheet, *find_header(sheet)) for sheet in sheets]
    rosters = [one for one in found if not missing_columns(one[1])]
    if not rosters:
        if any(_is_people(sheet) for sheet, _, _ in found):
            raise UserError("roster-is-people")
        best = max(found, key=lambda one: len(one[1]))
        raise UserError("import-columns", columns=series(missing_columns(best[1])))
    filled = [one for one in rosters if len(one[0].rows) > one[2]] or rosters[:1]
    if len(filled) > 1:
        raise UserError("roster-two-sheets", sheets=series(one[0].name for one in filled))
    return filled[0]


def _is_people(sheet: Sheet) -> bool:
    """Whether it is the table of people: names with roles."""
    rows = ({str(cell).strip().lower() for cell in cells if cell} for _, cells in sheet.rows[:10])
    return any(names & _NAMES and names & _ROLES for names in rows)


def _blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _is_footer(cells: Sequence[Any]) -> bool:
    """A remark below the table: one text only, beginning with 注, 填报人 and the like."""
    said = {str(cell).strip() for cell in cells if not _blank(cell)}
    return len(said) == 1 and said.pop().startswith(_FOOTER)


def _line(number: int, row: dict[str, Any], near: _Near) -> RosterLine:
    for field, cell in row.items():
        if isinstance(cell, Formula):
            raise _Fault("roster-row-formula", column=HEADINGS.get(field, field))
    span = _span(row, near)
    people = [(one, role) for role in (LEADER, DEPUTY, OFFICER) for one in _named(row, role)]
    if not any(role != DEPUTY for _, role in people):
        raise _Fault("roster-row-nobody")
    return RosterLine(
        row=number,
        span=span,
        post=_post(row),
        people=tuple(people),
        unit=_words(row, UNIT, POST_MAX),
        phone=_words(row, PHONE, POST_MAX),
        place=_words(row, PLACE, NOTE_MAX),
        note=_words(row, NOTE, NOTE_MAX),
        fax=_words(row, FAX, POST_MAX),
    )


def _span(row: dict[str, Any], near: _Near) -> Span:
    said = row[DATE]
    if _blank(said):
        raise _Fault("roster-row-no-date")
    if isinstance(said, float) and not said.is_integer():
        raise _Fault("roster-row-date-number", value=str(said))
    on = None
    with contextlib.suppress(NotADate):
        on = read_date(said, first=near.first, last=near.last)
    if on is None:
        raise _Fault("roster-row-date", value=str(said)[:40])
    if not near.first - timedelta(days=1) <= on <= near.last:
        raise _Fault("roster-row-outside", value=on.isoformat())
    span = read_hours(row[TIMES], on=on, start=near.start, zone=near.policy.zone)
    if span is None:
        raise _Fault("roster-row-times", value=_shown(row[TIMES]))
    if span.ends_at <= span.starts_at:
        raise _Fault("roster-row-order", value=_shown(row[TIMES]))
    return span


def _shown(cell: Any) -> str:
    return "" if cell is None else str(cell)[:40]


def _words(row: dict[str, Any], field: str, most: int) -> str:
    cell = row.get(field)
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    said = " ".join(str(cell).split()) if not _blank(cell) else ""
    if len(said) > most:
        raise _Fault("roster-row-long", column=HEADINGS.get(field, field), most=most)
    return said


def _post(row: dict[str, Any]) -> str:
    """The post's name: unit and post in one, without saying the unit twice."""
    unit, post = _words(row, UNIT, POST_MAX), _words(row, POST, POST_MAX)
    name = post if post.startswith(unit) else unit + post
    if not name:
        raise _Fault("roster-row-post")
    if len(name) > POST_MAX:
        raise _Fault("roster-row-long", column=HEADINGS[POST], most=POST_MAX)
    return name


def _named(row: dict[str, Any], role: str) -> list[Named]:
    """The people of one role, each with the title and telephone that stand in the same place."""
    names = read_names(row.get(role))
    if not names:
        return []
    if role != OFFICER and len(names) > 1:
        raise _Fault("roster-row-one", column=HEADINGS[role], value=_shown(row[role]))
    phones = read_phones(row.get(f"{role}_phone"))
    titles = read_names(row.get(f"{role}_title"))
    if phones and len(phones) != len(names):
        raise _Fault("roster-row-phones", names=len(names), phones=len(phones))
    for name in names:
        if len(name) > NAME_MAX:
            raise _Fault("roster-row-long", column=HEADINGS[role], most=NAME_MAX)
    for phone in phones:
        if not is_phone(phone):
            raise _Fault("roster-row-phone", value=phone[:40])
    if len(titles) == 1:
        titles = titles * len(names)
    if len(titles) != len(names):
        titles = [""] * len(names)
    numbers = phones or [""] * len(names)
    return [Named(*one) for one in zip(names, titles, numbers, strict=True)]


def new_start(lines: Iterable[RosterLine], policy: Policy) -> list[str]:
    """A new post's pattern, read from its shifts: the times of day at which they begin."""
    return sorted({policy.local(line.span.starts_at).strftime("%H:%M") for line in lines})


def days_of(lines: Iterable[RosterLine], policy: Policy) -> list[date]:
    """The days on which the shifts begin."""
    return sorted({_local_day(line.span.starts_at, policy) for line in lines})


def _local_day(at: datetime, policy: Policy) -> date:
    return policy.local(at).date()
