"""Units: enterprises, sites, departments and town governments, wherever a hazard may be or a duty lie."""

from datetime import datetime
from typing import NamedTuple

from rapidfuzz.distance import OSA
from sqlalchemy import ColumnElement, Index, bindparam, true
from sqlmodel import Session, col, or_, select

from models.base import CountyRow, UserError, utc_field
from models.prepared import execute_once

KINDS = ("enterprise", "department", "town", "site")
NAME_MAX = 60


class Unit(CountyRow, table=True):
    """A unit by its name, area and sector; `kind` is one of KINDS."""

    __table_args__ = (
        Index("ix_unit_area", "county", "area", "name"),
        Index("ix_unit_name", "county", "name"),
    )

    name: str
    kind: str = "enterprise"
    area: str | None = None
    sector: str | None = None
    phone: str = ""
    address: str = ""
    created_at: datetime = utc_field()


def find_or_add_unit(
    session: Session, *, county: str, name: str, area: str | None, sector: str | None, now: datetime
) -> Unit:
    """The unit of this name in the area, recorded now if nobody has named it before."""
    name = name.strip()
    if not name or len(name) > NAME_MAX:
        raise UserError("unit-name-length", most=NAME_MAX)
    known = session.exec(
        select(Unit).where(Unit.county == county, Unit.name == name, _of_the_town(area))
    ).first()
    if known:
        return known
    unit = Unit(county=county, name=name, area=area, sector=sector, created_at=now)
    session.add(unit)
    session.flush()
    return unit


def _of_the_town(area: str | None) -> ColumnElement[bool]:
    if not area:
        return true()
    return or_(col(Unit.area).startswith(area[:9]), col(Unit.area).is_(None))


_TOWN_UNITS = (
    select(Unit.id, Unit.name, Unit.area)
    .where(
        Unit.county == bindparam("county"),
        col(Unit.area) >= bindparam("first"),
        col(Unit.area) <= bindparam("last"),
        or_(Unit.kind == "enterprise", Unit.kind == "site"),
    )
    .order_by(col(Unit.id).desc())
    .limit(bindparam("most"))
)


class KnownUnit(NamedTuple):
    """A unit as it is offered."""

    id: int
    name: str
    area: str | None


def units_in(session: Session, *, county: str, area: str | None, limit: int = 8) -> list[KnownUnit]:
    """Known enterprises and sites of an area's town, the newest first."""
    town = area[:9] if area else ""
    values = {"county": county, "first": town, "last": town.ljust(15, "9"), "most": limit}
    return [KnownUnit(*row) for row in execute_once(session.connection(), _TOWN_UNITS, values)]


def find_units(
    session: Session, *, county: str, typed: str, area: str | None, limit: int = 6
) -> list[KnownUnit]:
    """Units whose name holds what was typed, or is one slip away; the area's own come first."""
    typed = typed.strip()
    if not typed:
        return []
    query = (
        select(Unit.id, Unit.name, Unit.area)
        .where(Unit.county == county, col(Unit.name).contains(typed, autoescape=True))
        .limit(50)
    )
    found = [KnownUnit(*row) for row in session.exec(query)]
    if not found and len(typed) >= 3:
        near = units_in(session, county=county, area=area, limit=300)
        found = [unit for unit in near if OSA.distance(unit.name, typed, score_cutoff=1) <= 1]
    found.sort(
        key=lambda unit: (unit.area is None or not unit.area.startswith(area or ""), len(unit.name), unit.id)
    )
    return found[:limit]


def responsible_units(session: Session, *, county: str, area: str | None, sector: str | None) -> list[Unit]:
    """Departments and town governments a hazard may be assigned to: the town's, then the sector's, then all."""
    rows = list(
        session.exec(
            select(Unit)
            .where(Unit.county == county, col(Unit.kind).in_(("department", "town")))
            .order_by(Unit.name)
        )
    )

    def order(unit: Unit) -> tuple[bool, bool, str]:
        here = bool(unit.area and area and area.startswith(unit.area) and len(unit.area) > 6)
        return (not here, unit.sector != sector or sector is None, unit.name)

    return sorted(rows, key=order)
