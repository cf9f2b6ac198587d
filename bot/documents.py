"""Documents made at the moment they are sent, in the reader's language: an empty roster, a table."""

import io
import re
from collections.abc import Callable
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from sqlmodel import Session

from bot.summary_book import summary_book
from bot.words import Words
from models.duty import KeyPeriod
from models.periods import period_by_id
from models.places import area_index
from models.posts import posts_of
from models.roster_template import NOTES, roster_template
from models.text import text

Say = Callable[[Any], str]
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\\/:*?"<>|]+')


def make_document(
    session: Session, document: dict[str, Any], *, county: str, words: Words, lang: str
) -> tuple[str, bytes]:
    """The name and the bytes of a document that a message holds. Error: UserError, if what it shows is gone."""

    def say(part: Any) -> str:
        return words.say(part, lang)

    name = _NOT_IN_NAMES.sub(" ", say(document["n"])).strip()
    data = MAKERS[document["f"]](session, county, words, say, **document["p"])
    return name, data


def _roster(session: Session, county: str, words: Words, say: Say, *, period: int) -> bytes:
    """The empty roster of a key period, with the county's posts."""
    chosen: KeyPeriod = period_by_id(session, county=county, period_id=period)
    where = area_index(session, county=county).name(county) or county
    return roster_template(
        first=chosen.starts_at.astimezone(words.zone).date(),
        title=say(text("roster-template-title", county=where, period=chosen.name)),
        notes=[say(note) for note in NOTES],
        posts=[post.name for post in posts_of(session, county=county, area=chosen.area)],
    )


def _table(
    session: Session, county: str, words: Words, say: Say, *, head: list[Any], rows: list[Any]
) -> bytes:
    """A plain table; every cell is text, so that telephones and codes stay as they are."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        bold, plain = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "@"})
        for column, title in enumerate(head):
            sheet.write_string(0, column, say(title), bold)
        for place, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                sheet.write_string(place, column, say(cell), plain)
        sheet.set_column(0, len(head) - 1, 18)
        sheet.freeze_panes(1, 0)
    return out.getvalue()


MAKERS: dict[str, Callable[..., bytes]] = {"roster": _roster, "table": _table, "summary": summary_book}
