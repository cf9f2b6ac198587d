"""The tables of a key period's summary as an Excel file, made when it is sent, in the reader's language."""

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from sqlmodel import Session

from bot.words import Words
from models.period_facts import period_summary
from models.period_lines import summary_tables
from models.periods import period_by_id
from models.places import area_index
from models.policy import Policy


def summary_book(
    session: Session, county: str, words: Words, say: Callable[[Any], str], *, period: int, at: str
) -> bytes:
    """The period by town and by post, as of the moment `at`; numbers are numbers, so that they can be summed.

    Error: period-unknown.
    """
    chosen = period_by_id(session, county=county, period_id=period)
    policy = Policy(zone=words.zone)
    summary = period_summary(session, period=chosen, now=datetime.fromisoformat(at), policy=policy)
    tables = summary_tables(summary, index=area_index(session, county=county), county=county)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        for name, head, rows in tables:
            _write(book.add_worksheet(say(name)), bold, [say(title) for title in head], rows, say)
    return out.getvalue()


def _write(sheet: Any, bold: Any, head: list[str], rows: list[Any], say: Callable[[Any], str]) -> None:
    for column, title in enumerate(head):
        sheet.write_string(0, column, title, bold)
    for place, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(place, column, cell)
            else:
                sheet.write_string(place, column, say(cell))
    sheet.set_column(0, 1, 18)
    sheet.set_column(2, len(head), 9)
    sheet.freeze_panes(1, 2)
