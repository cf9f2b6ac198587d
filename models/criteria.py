"""The criteria for major hazards (重大事故隐患判定标准): national, so of no county; one row a version."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from sqlalchemy import Index
from sqlmodel import Field, Session, SQLModel, col, or_, select

from models.audit import record
from models.base import Actor, UserError
from models.criteria_rows import CriterionRow
from models.people import ADMIN, SAFETY_OFFICE, require

_DAY = timedelta(days=1)


class Criterion(SQLModel, table=True):
    """One item of one standard in one wording. `id` is `code` and the day from which the wording holds, so
    that a hazard judged by it keeps it; `effective_to` is its last day, empty while it holds."""

    __table_args__ = (Index("ix_criterion_code", "code", "effective_from", unique=True),)

    id: str = Field(primary_key=True, max_length=48)
    code: str = Field(max_length=36)
    standard: str = Field(max_length=12)
    article: str = Field(max_length=20)
    item: int
    sector: str
    title: str
    standard_title: str
    document_no: str
    effective_from: date
    effective_to: date | None = None
    status: str = ""
    source: str = ""


@dataclass(frozen=True)
class ImportedCriteria:
    """What an import did: criteria not known before (new versions too), and those whose words it put right."""

    added: int
    changed: int


def import_criteria(
    session: Session, *, by: Actor, rows: Iterable[CriterionRow], now: datetime
) -> ImportedCriteria:
    """Record these criteria. A later version ends the one before it on the day before; none is deleted.

    The same table again changes nothing. Errors: not-allowed, import-empty, criterion-overlap.
    """
    require(by, SAFETY_OFFICE, ADMIN)
    given = list(rows)
    if not given:
        raise UserError("import-empty")
    known = _versions(session, {row.code for row in given})
    before = {each.id: each.model_dump() for versions in known.values() for each in versions}
    for row in given:
        _keep(session, known[row.code], row)
    for versions in known.values():
        _end_the_older(versions)
    session.flush()
    now_there = [each for versions in known.values() for each in versions]
    added = sum(each.id not in before for each in now_there)
    changed = sum(before.get(each.id, each.model_dump()) != each.model_dump() for each in now_there)
    if added or changed:
        after = {"added": added, "changed": changed, "documents": sorted({row.document_no for row in given})}
        record(session, by=by, subject="criteria", subject_id=0, action="import", now=now, after=after)
    return ImportedCriteria(added, changed)


def _versions(session: Session, codes: set[str]) -> dict[str, list[Criterion]]:
    """The stored versions of these codes."""
    found: dict[str, list[Criterion]] = defaultdict(list)
    for each in session.exec(select(Criterion)):
        if each.code in codes:
            found[each.code].append(each)
    return found


def _keep(session: Session, versions: list[Criterion], row: CriterionRow) -> None:
    """Put the row in the place of the version of its day, or beside the others."""
    values = asdict(row)
    values.pop("row")
    for version in versions:
        if version.id == row.id:
            for name, new in values.items():
                setattr(version, name, new)
            return
    version = Criterion(id=row.id, code=row.code, **values)
    session.add(version)
    versions.append(version)


def _end_the_older(versions: list[Criterion]) -> None:
    """Let each version end before the next begins. Error: criterion-overlap, where a table says otherwise."""
    versions.sort(key=lambda version: version.effective_from)
    for older, newer in pairwise(versions):
        if older.effective_to is None:
            older.effective_to = newer.effective_from - _DAY
        elif older.effective_to >= newer.effective_from:
            raise UserError("criterion-overlap", code=older.code)


def criteria_at(session: Session, *, on: date, sector: str | None = None) -> list[Criterion]:
    """The criteria that hold on a day (of the office's zone), in the order of their standards.

    Of a sector: those of its own lists. A site may be judged by other lists too (应急管理部令第10号 Art 2).
    """
    query = select(Criterion).where(
        Criterion.effective_from <= on,
        or_(col(Criterion.effective_to).is_(None), col(Criterion.effective_to) >= on),
    )
    if sector is not None:
        query = query.where(Criterion.sector == sector)
    return in_order(session.exec(query).all())


def in_order(criteria: Sequence[Criterion]) -> list[Criterion]:
    """Criteria by standard, article (4.2 before 4.10) and item."""

    def place(each: Criterion) -> tuple[str, list[int], int]:
        return (each.standard, [int(part) for part in each.article.split(".")], each.item)

    return sorted(criteria, key=place)


def criterion(session: Session, criterion_id: str) -> Criterion:
    """One criterion by its id, past versions too. Error: criterion-unknown."""
    found = session.get(Criterion, criterion_id)
    if found is None:
        raise UserError("criterion-unknown")
    return found
