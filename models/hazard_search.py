"""Searching hazards by words: an index of letter pairs, written after the report, and asked a window at a time.

However many hazards are stored, one look reads a few hundred index entries and as many hazards at most.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, bindparam, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, SQLModel, col, func, or_, select, update

from models.base import Actor
from models.hazard_sight import in_area, visible
from models.hazards import Hazard
from models.policy import Policy

WINDOW = 400  # index entries that one look goes through
PAIRS_MOST = 12  # pairs of a search that are asked for, the rarest first
_FIRST = 40  # hazards that are read at once, before all others of the window
_LAST_ID = 1 << 62


class HazardGram(SQLModel, table=True):
    """That a pair of letters stands in a hazard's words: description, address, unit."""

    __table_args__ = ({"sqlite_with_rowid": False},)

    county: str = Field(primary_key=True, max_length=12)
    gram: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    hazard_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})


def runs(said: str) -> list[str]:
    """Letters and digits that stand together, without case and width: "LPG气罐，明火" is "lpg气罐" and "明火"."""
    plain = unicodedata.normalize("NFKC", said).casefold()
    return "".join(letter if letter.isalnum() else " " for letter in plain).split()


def grams(said: str) -> set[int]:
    """The pairs of neighbouring letters in a text, each as one number."""
    return {ord(first) << 21 | ord(second) for run in runs(said) for first, second in pairwise(run)}


def words_of(hazard: Hazard) -> str:
    """What of a hazard is searched."""
    return "\n".join((hazard.description, hazard.address, hazard.unit_name))


_ADD: dict[str, Any] = {}


def _add(session: Session) -> Any:
    dialect = session.get_bind().dialect.name
    if dialect not in _ADD:
        insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
        _ADD[dialect] = insert(HazardGram.__table__).on_conflict_do_nothing()  # type: ignore[attr-defined]
    return _ADD[dialect]


def index_due(session: Session, *, county: str, now: datetime, policy: Policy, limit: int = 100) -> int:
    """The tick: the words of hazards reported or corrected since are indexed, each once, whoever ticks."""
    due = session.exec(
        select(Hazard)
        .where(Hazard.county == county, col(Hazard.index_at) <= now)
        .order_by(col(Hazard.index_at))
        .limit(limit)
    ).all()
    rows: list[dict[str, Any]] = []
    for hazard in due:
        claimed = session.execute(
            update(Hazard)
            .where(
                col(Hazard.county) == county,
                col(Hazard.id) == hazard.id,
                col(Hazard.index_at) == hazard.index_at,
                col(Hazard.row_version) == hazard.row_version,
            )
            .values(index_at=None)
            .execution_options(synchronize_session=False)
        )
        if claimed.rowcount == 1:  # type: ignore[attr-defined]
            key = {"county": county, "hazard_id": hazard.id}
            rows += [key | {"gram": gram} for gram in sorted(grams(words_of(hazard)))]
    if rows:
        session.connection().execute(_add(session), rows)
    return len(due)


def forget_words(session: Session, *, hazard: Hazard, said: str) -> None:
    """Take words out of the index that no longer stand in a hazard. Its row is locked by the caller."""
    session.execute(
        delete(HazardGram).where(
            col(HazardGram.county) == hazard.county,
            col(HazardGram.gram).in_(sorted(grams(said))),
            col(HazardGram.hazard_id) == hazard.id,
        )
    )


@dataclass(frozen=True)
class Found:
    """Hazards, newest first. `before`: where to go on looking, None when all was looked through."""

    hazards: list[Hazard] = field(default_factory=list)
    before: int | None = None


def search_hazards(
    session: Session,
    *,
    by: Actor,
    said: str,
    limit: int,
    area: str | None = None,
    sector: str | None = None,
    before: int | None = None,
) -> Found:
    """Hazards, open and closed, whose words hold all that was said, of those that this person may see.

    A single letter is in no index: the newest hazards are looked through for it, a window at a time.
    """
    parts = runs(said)
    wanted = [visible(by)]
    if area:
        wanted.append(in_area(session, by.county, area))
    if sector:
        wanted.append(col(Hazard.sector) == sector)
    wanted += [_holds(part) for part in parts if len(part) == 1]
    start = _LAST_ID if before is None else before
    pairs = {gram for part in parts for gram in grams(part)}
    ids, end = _of_pairs(session, by.county, pairs, start) if pairs else _newest(session, by.county, start)
    hazards = _read(session, by.county, ids, wanted, limit + 1)
    if len(hazards) > limit:
        return Found(hazards[:limit], hazards[limit - 1].id)
    return Found(hazards, end)


def _holds(letter: str) -> ColumnElement[bool]:
    fields = (col(Hazard.description), col(Hazard.address), col(Hazard.unit_name))
    return or_(*(func.lower(each).contains(letter, autoescape=True) for each in fields))


_NEWEST = (
    select(col(Hazard.id))
    .where(Hazard.county == bindparam("county"), col(Hazard.id) < bindparam("before"))
    .order_by(col(Hazard.id).desc())
    .limit(WINDOW)
)


def _newest(session: Session, county: str, before: int) -> tuple[list[int], int | None]:
    """The hazards of one window, whatever their words."""
    ids = list(session.connection().execute(_NEWEST, {"county": county, "before": before}).scalars())
    return ids, ids[-1] if len(ids) == WINDOW else None


_EDGE = (
    select(col(HazardGram.hazard_id))
    .where(
        HazardGram.county == bindparam("county"),
        HazardGram.gram == bindparam("gram"),
        col(HazardGram.hazard_id) < bindparam("before"),
    )
    .order_by(col(HazardGram.hazard_id).desc())
    .offset(WINDOW - 1)
    .limit(1)
)


def _of_pairs(
    session: Session, county: str, pairs: Iterable[int], before: int
) -> tuple[list[int], int | None]:
    """The hazards in the rarest pair's window that have the other pairs too, and the window's end.

    The rarest is the one whose window reaches back the farthest, or holds all there are.
    """
    edges: list[tuple[int, int]] = []
    for gram in sorted(pairs):
        key = {"county": county, "gram": gram, "before": before}
        edges.append((session.connection().execute(_EDGE, key).scalar() or 0, gram))
    edges.sort()
    (end, rarest), others = edges[0], [gram for _, gram in edges[1:PAIRS_MOST]]
    window = (
        select(col(HazardGram.hazard_id))
        .where(
            HazardGram.county == county,
            HazardGram.gram == rarest,
            col(HazardGram.hazard_id) < before,
        )
        .order_by(col(HazardGram.hazard_id).desc())
        .limit(WINDOW)
        .subquery()
    )
    query = select(window.c.hazard_id)
    for gram in others:
        other = aliased(HazardGram)
        query = query.where(
            select(other.hazard_id)
            .where(other.county == county, other.gram == gram, other.hazard_id == window.c.hazard_id)
            .exists()
        )
    return sorted(session.connection().execute(query).scalars(), reverse=True), end or None


def _read(
    session: Session, county: str, ids: Sequence[int], wanted: list[ColumnElement[bool]], most: int
) -> list[Hazard]:
    """Of these hazards, in this order, as many as are wanted: a few are read first, then the rest at once."""
    found: list[Hazard] = []
    for part in (ids[:_FIRST], ids[_FIRST:]):
        if not part or len(found) >= most:
            break
        query = select(Hazard).where(Hazard.county == county, col(Hazard.id).in_(part), *wanted)
        found += session.exec(query.order_by(col(Hazard.id).desc()).limit(most - len(found)))
    return found
