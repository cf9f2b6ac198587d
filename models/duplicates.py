"""Whether a hazard is on the ledger already: open ones at the same unit, or of the same sector close by."""

from math import cos, radians

from sqlalchemy import bindparam
from sqlalchemy import text as sql
from sqlmodel import Session, col, select

from models.base import Actor
from models.geo import WGS84, Point, distance
from models.hazard_states import IS_OPEN
from models.hazards import Hazard
from models.policy import Policy
from models.prepared import execute_once

_METRES_A_DEGREE = 111_320.0
OFFERED = 3


def likely_duplicates(
    session: Session,
    *,
    by: Actor,
    area: str | None,
    unit_id: int | None,
    sector: str | None,
    place: Point | None,
    policy: Policy,
    limit: int = OFFERED,
) -> list[Hazard]:
    """Open hazards that may be the same, the likeliest first: at the unit, then within the sector's radius.

    A covert finding is never among them: nobody learns of it by reporting beside it.
    """
    found: dict[int, Hazard] = {}
    if unit_id is not None:
        at_unit = session.exec(
            select(Hazard)
            .where(
                Hazard.county == by.county,
                Hazard.unit_id == unit_id,
                sql(IS_OPEN),
                col(Hazard.hidden).is_(False),
            )
            .order_by(col(Hazard.id).desc())
            .limit(limit * 4)
        ).all()
        at_unit = sorted(at_unit, key=lambda hazard: hazard.sector != sector)
        found = {hazard.id: hazard for hazard in at_unit}
    if place is not None and sector is not None:
        found |= {hazard.id: hazard for hazard in _near(session, by, sector, place, policy, limit)}
    return list(found.values())[:limit]


# Built once, as every report asks; and whole hazards are read only where they are close by.
_AROUND = (
    select(Hazard.id, Hazard.lat, Hazard.lon, Hazard.datum)
    .where(
        Hazard.county == bindparam("county"),
        sql(IS_OPEN),
        Hazard.sector == bindparam("sector"),
        col(Hazard.lat).between(bindparam("south"), bindparam("north")),
        col(Hazard.lon).between(bindparam("west"), bindparam("east")),
        col(Hazard.hidden).is_(False),
    )
    .order_by(col(Hazard.id).desc())
    .limit(200)
)


def _near(session: Session, by: Actor, sector: str, place: Point, policy: Policy, limit: int) -> list[Hazard]:
    """Those of the sector within its radius, the nearest first."""
    metres = policy.duplicate_metres_of.get(sector, policy.duplicate_metres)
    # Some hundred metres more: a point may be stored in the other datum, which is shifted by up to 700 m.
    high = (metres + 800) / _METRES_A_DEGREE
    wide = high / max(0.1, cos(radians(place.lat)))
    box = {
        "south": place.lat - high,
        "north": place.lat + high,
        "west": place.lon - wide,
        "east": place.lon + wide,
    }
    around = execute_once(session.connection(), _AROUND, {"county": by.county, "sector": sector, **box})
    away = [(distance(place, Point(lat, lon, datum or WGS84)), -newer) for newer, lat, lon, datum in around]
    nearest = sorted(each for each in away if each[0] <= metres)[:limit]
    found = (session.get(Hazard, (by.county, -number)) for _, number in nearest)
    return [hazard for hazard in found if hazard is not None]
