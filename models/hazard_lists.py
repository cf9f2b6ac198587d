"""Lists of hazards, each by an index and a page at a time; what someone may not see is in none of theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, or_, true
from sqlalchemy import text as sql
from sqlmodel import Session, col, func, select

from models.base import Actor, short, unshort
from models.followers import Follower
from models.hazard_sight import in_area, overseen, sight, visible
from models.hazard_states import (
    AUTHORITY,
    IS_OPEN,
    IS_OPEN_MAJOR,
    IS_WITH_OWNER,
    PASSED,
    REPORTED,
    SUBMITTED,
    VERIFIED,
)
from models.hazards import Hazard
from models.people import RESPONSIBLE
from models.sectors import SECTORS

MINE, OPEN, OVERDUE, MAJOR, ALL = "my", "open", "overdue", "major", "all"
STATES = (REPORTED, VERIFIED, SUBMITTED, PASSED)  # lists of what waits for the office, by their state
TOWN, SECTOR, UNIT = "town", "sector", "unit"  # lists of a place, a sector, a unit
PLAIN = (MINE, OPEN, OVERDUE, MAJOR, *STATES)
NARROWED = (OPEN, OVERDUE, ALL)  # how far a list of a place, a sector, a unit goes
COUNTED_MOST = 100  # beyond this a count says no more than "many"


@dataclass(frozen=True)
class Listing:
    """Which hazards: the list's name; what it is of (a town's or village's code, a sector, a unit's id); and
    how far it goes (one of NARROWED)."""

    name: str
    of: str = ""
    only: str = OPEN

    @property
    def is_late(self) -> bool:
        """Whether only what is overdue is listed, the longest overdue first."""
        return OVERDUE in (self.name, self.only)


def is_listing(listing: Listing) -> bool:
    """Whether there is such a list: nobody need mean well who asks for one."""
    if listing.name in PLAIN:
        return listing == Listing(listing.name)
    fits = {
        TOWN: listing.of.isdecimal() and listing.of.isascii() and 9 <= len(listing.of) <= 24,
        SECTOR: listing.of in SECTORS,
        UNIT: listing.of.isdecimal()
        and listing.of.isascii()
        and len(listing.of) <= 19
        and int(listing.of) < 1 << 63,
    }
    return fits.get(listing.name, False) and listing.only in NARROWED


def list_hazards(
    session: Session,
    *,
    by: Actor,
    listing: Listing,
    now: datetime,
    limit: int,
    after: str = "",
    skip: int = 0,
) -> list[Hazard]:
    """A page of a list: newest first, or the longest overdue first. `after` is where the last page ended
    (`mark_of`), `skip` how many more are left out. Error: ValueError, for a mark that is none."""
    found: dict[int, Hazard] = {}
    for condition in _conditions(session, by, listing, now):
        query = select(Hazard).where(Hazard.county == by.county, condition)
        if after:
            query = query.where(_beyond(listing, after))
        query = query.order_by(*_order(listing)).limit(limit + skip)
        found |= {hazard.id: hazard for hazard in session.exec(query)}
    ordered = sorted(found.values(), key=lambda hazard: _place(listing, hazard))
    return ordered[skip : skip + limit]


def count_hazards(session: Session, *, by: Actor, listing: Listing, now: datetime) -> int:
    """How many a list holds, up to COUNTED_MOST."""
    found: set[int] = set()
    for condition in _conditions(session, by, listing, now):
        ids = select(Hazard.id).where(Hazard.county == by.county, condition)
        found |= set(session.exec(ids.order_by(*_order(listing)).limit(COUNTED_MOST)))  # by the list's index
    return min(len(found), COUNTED_MOST)


_EPOCH, _TICK = datetime(2000, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


def _order(listing: Listing) -> tuple[Any, ...]:
    if listing.is_late:
        return (col(Hazard.due_at), col(Hazard.id))
    return (col(Hazard.id).desc(),)


def _place(listing: Listing, hazard: Hazard) -> tuple[float, int]:
    if listing.is_late and hazard.due_at is not None:
        return hazard.due_at.timestamp(), hazard.id
    return 0, -hazard.id


def mark_of(listing: Listing, hazard: Hazard) -> str:
    """Where a page ends: by what the next one goes on."""
    if listing.is_late and hazard.due_at is not None:
        return f"{short((hazard.due_at - _EPOCH) // _TICK)}.{short(hazard.id)}"
    return short(hazard.id)


def _beyond(listing: Listing, mark: str) -> ColumnElement[bool]:
    if not listing.is_late:
        return col(Hazard.id) < unshort(mark)
    ticks, _, last = mark.partition(".")
    if unshort(ticks) > 1 << 52:
        raise ValueError(mark)
    due_at = _EPOCH + unshort(ticks) * _TICK
    return or_(
        col(Hazard.due_at) > due_at, and_(col(Hazard.due_at) == due_at, col(Hazard.id) > unshort(last))
    )


def _conditions(session: Session, by: Actor, listing: Listing, now: datetime) -> list[ColumnElement[bool]]:
    """The list as conditions each of which an index serves; what meets one of them is in it."""
    if listing.name == MINE:
        return _mine(by)
    return [and_(subject, seen) for subject in _subjects(session, by, listing, now) for seen in sight(by)]


def _mine(by: Actor) -> list[ColumnElement[bool]]:
    """Reported by this person, or followed; assigned to them, or to their unit and taken by nobody, and open."""
    followed = select(Follower.hazard_id).where(
        Follower.county == by.county, Follower.person_id == by.person_id
    )
    if by.person_id is None:  # a link is no person: NULL would find whatever has no owner
        return []
    units = [grant.unit_id for grant in by.grants if grant.role == RESPONSIBLE and grant.unit_id is not None]
    return [
        col(Hazard.reporter_id) == by.person_id,
        and_(col(Hazard.owner_id) == by.person_id, sql(IS_OPEN)),
        and_(col(Hazard.id).in_(followed), col(Hazard.hidden).is_(False)),
        *(
            and_(col(Hazard.assigned_unit_id) == unit, col(Hazard.owner_id).is_(None), sql(IS_OPEN))
            for unit in units
        ),
    ]


def _subjects(session: Session, by: Actor, listing: Listing, now: datetime) -> Sequence[ColumnElement[bool]]:
    late = and_(sql(IS_WITH_OWNER), col(Hazard.due_at) <= now)
    if listing.name in (OPEN, OVERDUE):
        return [sql(IS_OPEN) if listing.name == OPEN else late]  # type: ignore[list-item]
    if listing.name == MAJOR:
        return [sql(IS_OPEN_MAJOR)]  # type: ignore[list-item]
    if listing.name in STATES:
        return [and_(sql(IS_OPEN), col(Hazard.state) == listing.name)]
    narrowed: dict[str, Any] = {OPEN: sql(IS_OPEN), OVERDUE: late, ALL: true()}
    return [and_(each, narrowed[listing.only]) for each in _of(session, by, listing)]


def _of(session: Session, by: Actor, listing: Listing) -> list[ColumnElement[bool]]:
    """Of a place, a sector; of a unit what was found there, and what it has to rectify."""
    if listing.name == TOWN:
        return [in_area(session, by.county, listing.of)]
    if listing.name == SECTOR:
        return [col(Hazard.sector) == listing.of]
    unit = int(listing.of)
    return [col(Hazard.unit_id) == unit, col(Hazard.assigned_unit_id) == unit]


class Waiting(NamedTuple):
    """Verified hazards that wait to be assigned, of one unit (or one hazard without a unit)."""

    unit_id: int | None
    hazards: int
    newest: int


def waiting_to_be_assigned(
    session: Session, *, by: Actor, limit: int, before: int | None = None
) -> list[Waiting]:
    """What this person may assign, by unit, the units with the newest first. A covert finding stands alone:
    to assign it is to hand it over."""
    together = and_(col(Hazard.unit_id).is_not(None), col(Hazard.hidden).is_(False))
    unit = case((together, col(Hazard.unit_id)), else_=-col(Hazard.id))
    newest = func.max(Hazard.id)
    query = (
        select(unit, func.count(), newest)
        .where(
            Hazard.county == by.county,
            sql(IS_OPEN),
            Hazard.state == VERIFIED,
            or_(*overseen(by, AUTHORITY)) if overseen(by, AUTHORITY) else sql("1 = 0"),
        )
        .group_by(unit)
        .order_by(newest.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.having(newest < before)
    return [Waiting(key if key > 0 else None, count, last) for key, count, last in session.exec(query)]


def units_with_open(session: Session, *, by: Actor, limit: int = 8) -> list[tuple[int, int]]:
    """The units at which most hazards are open, with how many, of what this person may see."""
    count = func.count()
    query = (
        select(col(Hazard.unit_id), count)
        .where(Hazard.county == by.county, sql(IS_OPEN), col(Hazard.unit_id).is_not(None), visible(by))
        .group_by(col(Hazard.unit_id))
        .order_by(count.desc(), col(Hazard.unit_id))
        .limit(limit)
    )
    return [(unit, many) for unit, many in session.exec(query) if unit is not None]


def overdue_hazards(session: Session, *, county: str, now: datetime, limit: int = 100) -> list[Hazard]:
    """Past their deadline and still with the responsible unit, the longest overdue first."""
    return list(
        session.exec(
            select(Hazard)
            .where(
                Hazard.county == county,
                sql(IS_WITH_OWNER),
                col(Hazard.due_at) <= now,
            )
            .order_by(col(Hazard.due_at))
            .limit(limit)
        )
    )
