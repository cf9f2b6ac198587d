"""Documents made at the moment they are sent, in the reader's language: an empty roster, a table."""

import io
import re
from collections.abc import Callable
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from sqlmodel import Session

from bot.words import Words
from models.base import UserError
from models.duty import KeyPeriod
from models.periods import period_by_id
from models.places import area_index
from models.posts import posts_of
from models.roster_export import roster_cells, standing_rows
from models.roster_rules import ShiftRow
from models.roster_template import NOTES, roster_template
from models.rota_proposals import RotaProposal, rows_of
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


def _roster(
    session: Session, county: str, words: Words, say: Say, *, period: int, area: str | None = None
) -> bytes:
    """The empty roster of a key period, with its posts, or a town's."""
    chosen: KeyPeriod = period_by_id(session, county=county, period_id=period)
    where = area_index(session, county=county).name(county) or county
    return roster_template(
        first=chosen.starts_at.astimezone(words.zone).date(),
        title=say(text("roster-template-title", county=where, period=chosen.name)),
        notes=[say(note) for note in NOTES],
        posts=[post.name for post in posts_of(session, county=county, area=area or chosen.area)],
    )


def _proposal(session: Session, county: str, words: Words, say: Say, *, proposal: int) -> bytes:
    """A roster that was shared out, filled in: to be changed by hand and sent back, or printed."""
    found = session.get(RotaProposal, (county, proposal))
    if found is None:
        raise UserError("rota-unknown-proposal")
    period = period_by_id(session, county=county, period_id=found.period_id)
    return _filled(session, period, rows_of(found), county, words, say)


def _standing(
    session: Session, county: str, words: Words, say: Say, *, period: int, area: str | None
) -> bytes:
    """The roster of a key period as it stands now, of all posts or of a town's."""
    chosen = period_by_id(session, county=county, period_id=period)
    rows = standing_rows(session, period=chosen, area=area)
    return _filled(session, chosen, rows, county, words, say)


def _filled(
    session: Session, period: KeyPeriod, rows: list[ShiftRow], county: str, words: Words, say: Say
) -> bytes:
    where = area_index(session, county=county).name(county) or county
    return roster_template(
        first=period.starts_at.astimezone(words.zone).date(),
        title=say(text("roster-template-title", county=where, period=period.name)),
        notes=[say(note) for note in NOTES],
        rows=roster_cells(session, county=county, rows=rows, zone=words.zone),
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


MAKERS: dict[str, Callable[..., bytes]] = {
    "roster": _roster,
    "rota": _proposal,
    "standing": _standing,
    "table": _table,
}
