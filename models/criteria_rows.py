"""A table of criteria for major hazards (判定标准, CSV) read into rows: every fault named by its row."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date

from models.base import UserError
from models.sectors import SECTORS
from models.text import Text, text

NEEDED = (
    "standard_code",
    "sector_en",
    "article",
    "item_no",
    "title",
    "standard_title",
    "document_no",
    "effective_from",
)
TITLE_MAX = 300
ERRORS_SHOWN = 20
# The lists are by trade, hazards by the office's sectors; a list no office has its own sector for is `other`.
SECTOR_OF_LIST = {
    "industry_trade": "other",
    "hazmat": "chemicals",
    "fireworks": "chemicals",
    "civil_explosives": "chemicals",
    "city_gas": "gas",
} | {sector: sector for sector in SECTORS}
_DAY = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:[(（].*[)）])?")
_STANDARD = re.compile(r"[A-Z][A-Z0-9]{0,11}")
_NUMBER = re.compile(r"\d{1,4}(\.\d{1,3}){0,3}")


@dataclass(frozen=True)
class CriterionRow:
    """One criterion as a table gives it. `effective_to` is the last day on which it holds, None for open."""

    row: int
    standard: str
    article: str
    item: int
    sector: str
    title: str
    standard_title: str
    document_no: str
    effective_from: date
    effective_to: date | None = None
    status: str = ""
    source: str = ""

    @property
    def code(self) -> str:
        """Standard, article and item in one, as "IND-11-10"; the same in every version."""
        return f"{self.standard}-{self.article}-{self.item}"

    @property
    def id(self) -> str:
        """The code and the day from which this wording holds."""
        return f"{self.code}@{self.effective_from.isoformat()}"


def parse_criteria(data: str) -> list[CriterionRow]:
    """The criteria of a CSV table; columns NEEDED and, if given, effective_to, status, source.

    A month without a day counts from its first day. Errors: import-columns, import-empty, and import-errors
    with every faulty row named by its number.
    """
    reader = csv.DictReader(io.StringIO(data.lstrip("\ufeff"), newline=""), restkey="")
    missing = [column for column in NEEDED if column not in (reader.fieldnames or ())]
    if missing:
        raise UserError("import-columns", columns=", ".join(missing))
    rows: dict[str, CriterionRow] = {}
    faults: list[Text] = []
    for raw in reader:
        cells = {key: value.strip() for key, value in raw.items() if isinstance(value, str)}
        if not any(cells.values()):
            continue
        try:
            row = _read(reader.line_num, cells)
            first = rows.setdefault(row.id, row)
            if first is not row:
                raise UserError("criterion-twice", code=row.code, row=first.row)
        except UserError as fault:
            faults.append(text("import-row", row=reader.line_num, fault=text(fault.key, **fault.params)))
    if faults:
        raise UserError("import-errors", count=len(faults), errors=faults[:ERRORS_SHOWN])
    if not rows:
        raise UserError("import-empty")
    return list(rows.values())


def _read(number: int, cells: dict[str, str]) -> CriterionRow:
    """One row. Errors: criterion-*."""
    for column in NEEDED:
        if not cells.get(column):
            raise UserError("criterion-blank", column=column)
    if len(cells["title"]) > TITLE_MAX:
        raise UserError("criterion-long", most=TITLE_MAX)
    begins = _day(cells["effective_from"])
    ends = _day(cells["effective_to"]) if cells.get("effective_to") else None
    if ends and ends < begins:
        raise UserError("criterion-ends-early", value=cells["effective_to"])
    return CriterionRow(
        row=number,
        standard=_matching(_STANDARD, cells, "standard_code"),
        article=_matching(_NUMBER, cells, "article"),
        item=_item(cells["item_no"]),
        sector=_sector(cells["sector_en"]),
        title=cells["title"],
        standard_title=cells["standard_title"],
        document_no=cells["document_no"],
        effective_from=begins,
        effective_to=ends,
        status=cells.get("status", ""),
        source=cells.get("source", ""),
    )


def _matching(pattern: re.Pattern[str], cells: dict[str, str], column: str) -> str:
    if not pattern.fullmatch(cells[column]):
        raise UserError("criterion-number", column=column, value=cells[column][:20])
    return cells[column]


def _item(said: str) -> int:
    if not (said.isascii() and said.isdigit() and len(said) <= 4):
        raise UserError("criterion-number", column="item_no", value=said[:20])
    return int(said)


def _sector(said: str) -> str:
    if said not in SECTOR_OF_LIST:
        raise UserError("criterion-sector", value=said[:40])
    return SECTOR_OF_LIST[said]


def _day(said: str) -> date:
    match = _DAY.fullmatch(said)
    try:
        return date(int(match[1]), int(match[2]), int(match[3] or 1)) if match else date.fromisoformat(said)
    except ValueError:
        raise UserError("criterion-day", value=said[:20]) from None
