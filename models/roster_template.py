"""The empty roster that is handed out: headings, two example rows, and a sheet of notes."""

import io
from collections.abc import Sequence
from datetime import date, tzinfo

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from models.coverage import Span
from models.roster_columns import EXAMPLE_POST, HEADINGS
from models.text import Text, text

SHEET, NOTES_SHEET = "值班表", "填写说明"
# The notes as texts, for the caller to put into words.
NOTES: tuple[Text, ...] = tuple(text(f"roster-note-{number}") for number in range(1, 9))
_WIDTHS = (13, 18, 20, 16, 14, 14, 12, 12, 14, 20, 18, 27, 14, 14, 24, 22)
_LEADERS = ("张三", "副镇长", "13800000001", "李四", "党委委员", "13800000002")
_OFFICERS = ("王五、赵六", "科员、科员", "13800000003、13800000004")
_EXAMPLE = (*_LEADERS, *_OFFICERS, "0374-7160000", "0374-7160001", "镇政府一楼值班室", "示例，请删除")
_TEXT_ROWS = 500  # rows below the header kept as text, so that telephones and dates stay as typed


def roster_template(
    *,
    first: date,
    title: str,
    notes: Sequence[str],
    posts: Sequence[str] = (),
    rows: Sequence[Sequence[str]] = (),
) -> bytes:
    """An xlsx to fill in: examples begin on `first`; `posts` fill a row each of the first day.

    `notes` are NOTES in words. The examples name a post that nobody has, and say to be deleted. With
    `rows`, cells in the order of HEADINGS, it is a filled roster without examples.
    """
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(SHEET)
        styles = _styles(book)
        _layout(sheet, styles, title)
        if rows:
            _fill_rows(sheet, styles, rows)
        else:
            _fill(sheet, styles, first, posts)
        _notes(book.add_worksheet(NOTES_SHEET), notes, book.add_format({"text_wrap": True, "valign": "top"}))
    return out.getvalue()


def _styles(book: xlsxwriter.Workbook) -> dict[str, Format]:
    cell = {"border": 1, "num_format": "@", "valign": "vcenter", "text_wrap": True}
    head = {"border": 1, "bold": True, "align": "center", "valign": "vcenter", "text_wrap": True}
    return {
        "title": book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"}),
        "head": book.add_format(head | {"bg_color": "#DDEBF7"}),
        "cell": book.add_format(cell),
        "example": book.add_format(cell | {"font_color": "#808080", "italic": True}),
    }


def _layout(sheet: Worksheet, styles: dict[str, Format], title: str) -> None:
    last = len(HEADINGS) - 1
    sheet.merge_range(0, 0, 0, last, title, styles["title"])
    sheet.set_row(0, 30)
    sheet.set_row(1, 32)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.write_row(1, 0, HEADINGS.values(), styles["head"])
    sheet.freeze_panes(2, 0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 1)


def _fill(sheet: Worksheet, styles: dict[str, Format], first: date, posts: Sequence[str]) -> None:
    examples = [(first, "08:00-20:00"), (first, "20:00-次日08:00")]
    for row, (on, hours) in enumerate(examples, start=2):
        sheet.write_row(row, 0, (on.isoformat(), hours, EXAMPLE_POST, *_EXAMPLE), styles["example"])
    for row in range(4, 4 + _TEXT_ROWS):
        place = row - 4
        known = (first.isoformat(), "08:00-次日08:00", posts[place]) if place < len(posts) else ()
        for column in range(len(HEADINGS)):
            if column < len(known):
                sheet.write_string(row, column, known[column], styles["cell"])
            else:
                sheet.write_blank(row, column, None, styles["cell"])


def _fill_rows(sheet: Worksheet, styles: dict[str, Format], rows: Sequence[Sequence[str]]) -> None:
    for place, row in enumerate(rows, start=2):
        for column in range(len(HEADINGS)):
            sheet.write_string(place, column, row[column] if column < len(row) else "", styles["cell"])


def hours_cell(span: Span, zone: tzinfo) -> str:
    """The hours of a shift as a roster has them: "08:00-20:00", "08:00-次日08:00"."""
    starts, ends = span.starts_at.astimezone(zone), span.ends_at.astimezone(zone)
    days = (ends.date() - starts.date()).days
    until = {0: "", 1: "次日"}.get(days, f"{ends.month}月{ends.day}日")
    return f"{starts:%H:%M}-{until}{ends:%H:%M}"


def _notes(sheet: Worksheet, notes: Sequence[str], style: Format) -> None:
    sheet.set_column(0, 0, 90)
    for row, note in enumerate(notes):
        sheet.write_string(row, 0, note, style)
