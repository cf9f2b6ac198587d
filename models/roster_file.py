"""A roster file as rows of cells: xlsx or CSV, in whatever state. What the columns mean is not known here."""

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from models.base import UserError

ROWS_MAX = 10_000
COLUMNS_MAX = 60
UNPACKED_MAX = 40 * 1024 * 1024  # bytes; ten thousand rows take about ten million
_HEAD = 30  # rows above the data: titles, remarks, the header

_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    InvalidFileException,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
    OSError,
    RuntimeError,  # an encrypted zip member; NotImplementedError for an unknown compression
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class Formula:
    """A formula whose result the file does not hold."""


@dataclass(frozen=True)
class Sheet:
    """A sheet's rows that hold anything: their numbers as the person sees them, and their cells."""

    name: str
    rows: list[tuple[int, list[Any]]]


def read_sheets(data: bytes) -> list[Sheet]:
    """The sheets of an xlsx file (hidden ones left out), or a CSV as its one sheet.

    Errors: roster-file-empty, roster-file-xls, roster-file-password, roster-file-broken,
    roster-file-not-table, roster-file-large, roster-too-many-rows.
    """
    if not data.strip():
        raise UserError("roster-file-empty")
    if data.startswith(_OLE):
        raise UserError("roster-file-password" if _ENCRYPTED in data else "roster-file-xls")
    sheets = _read_xlsx(data) if data.startswith(b"PK") else [Sheet("", _read_csv(data))]
    sheets = [sheet for sheet in sheets if sheet.rows]
    if not sheets:
        raise UserError("roster-file-empty")
    if any(len(sheet.rows) > ROWS_MAX + _HEAD for sheet in sheets):
        raise UserError("roster-too-many-rows", most=ROWS_MAX)
    return sheets


def _read_xlsx(data: bytes) -> list[Sheet]:
    try:
        _check_zip(data)
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # what openpyxl cannot keep (charts, validations) is no matter here
            _check_size(data)
            return _sheets(data)
    except _BROKEN as error:
        raise UserError("roster-file-broken") from error


def _check_zip(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            raise UserError("roster-file-not-table")
        if sum(member.file_size for member in archive.infolist()) > UNPACKED_MAX:
            raise UserError("roster-file-large", most=ROWS_MAX)
        if any(member.flag_bits & 1 for member in archive.infolist()):
            raise UserError("roster-file-password")


def _check_size(data: bytes) -> None:
    """Count rows without keeping them, so that a huge file is refused before it fills the memory."""
    book = load_workbook(io.BytesIO(data), read_only=True)
    try:
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            filled = 0
            for row in sheet.iter_rows(max_col=COLUMNS_MAX, values_only=True):
                filled += any(value is not None for value in row)
                if filled > ROWS_MAX + _HEAD:
                    raise UserError("roster-too-many-rows", most=ROWS_MAX)
    finally:
        book.close()


def _sheets(data: bytes) -> list[Sheet]:
    book = load_workbook(io.BytesIO(data))
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    results = load_workbook(io.BytesIO(data), data_only=True) if any(map(_has_formula, shown)) else None
    return [Sheet(sheet.title, list(_rows(sheet, results))) for sheet in shown]


def _has_formula(sheet: Worksheet) -> bool:
    return any(cell.data_type == "f" for row in sheet.iter_rows(max_col=COLUMNS_MAX) for cell in row)


def _rows(sheet: Worksheet, results: Workbook | None) -> Iterator[tuple[int, list[Any]]]:
    merged = _merged(sheet)
    for cells in sheet.iter_rows(max_col=min(sheet.max_column, COLUMNS_MAX)):
        number = int(cells[0].row or 0)
        values = []
        for place, cell in enumerate(cells, start=1):
            row, column = merged.get((number, place), (number, place))
            origin = cell if (row, column) == (number, place) else sheet.cell(row, column)
            values.append(_value(origin, results, sheet.title))
        if any(value not in (None, "") for value in values):
            yield number, values


def _merged(sheet: Worksheet) -> dict[tuple[int, int], tuple[int, int]]:
    """Where the value of each merged cell stands: the corner of its range."""
    corners = {}
    for area in sheet.merged_cells.ranges:
        for row in range(area.min_row, min(area.max_row, sheet.max_row, ROWS_MAX + _HEAD) + 1):
            for column in range(area.min_col, min(area.max_col, COLUMNS_MAX) + 1):
                corners[row, column] = (area.min_row, area.min_col)
    return corners


def _value(cell: Any, results: Workbook | None, sheet: str) -> Any:
    if cell.data_type != "f":
        return _clean(cell.value) if isinstance(cell.value, str) else cell.value
    result = results[sheet].cell(cell.row, cell.column).value if results else None
    return Formula() if result is None else result


def _clean(value: str) -> str:
    return _CONTROL.sub("", value).strip()


def _read_csv(data: bytes) -> list[tuple[int, list[Any]]]:
    text = _decode(data)
    delimiter = max(",\t;", key=text[:4000].count)
    try:
        rows = list(enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1))
    except csv.Error as error:
        raise UserError("roster-file-not-table") from error
    cleaned = [(number, [_clean(value) for value in row[:COLUMNS_MAX]]) for number, row in rows]
    return [(number, row) for number, row in cleaned if any(row)]


def _decode(data: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or GB 18030 as Excel in China writes it."""
    marks = (b"\xff\xfe", b"\xfe\xff")
    for encoding in ["utf-16"] if data.startswith(marks) else ["utf-8-sig", "gb18030"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text and "<html" not in text[:500].lower():
            return text
    raise UserError("roster-file-not-table")
