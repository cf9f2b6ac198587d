"""Whether a hazard is on the ledger already: open ones at the same unit, or of the same sector close by."""

from math import cos, radians

from sqlalchemy import text as sql
from sqlmodel import Session, col, select

from models.base import Actor
from models.geo import Point, distance
from models.hazard_states import IS_OPEN
from models.hazards import Hazard
from models.policy import Policy

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
        found |= {hazard.id: hazard for hazard in _near(session, by, sector, place, policy)}
    return list(found.values())[:limit]


def _near(session: Session, by: Actor, sector: str, place: Point, policy: Policy) -> list[Hazard]:
    metres = policy.duplicate_metres_of.get(sector, policy.duplicate_metres)
    # Some hundred metres more: a point may be stored in the other datum, which is shifted by up to 700 m.
    high = (metres + 800) / _METRES_A_DEGREE
    wide = high / max(0.1, cos(radians(place.lat)))
    rows = session.exec(
        select(Hazard)
        .where(
            Hazard.county == by.county,
            sql(IS_OPEN),
            Hazard.sector == sector,
            col(Hazard.lat).between(place.lat - high, place.lat + high),
            col(Hazard.lon).between(place.lon - wide, place.lon + wide),
            col(Hazard.hidden).is_(False),
        )
        .order_by(col(Hazard.id).desc())
        .limit(200)
    ).all()
    near = [(distance(place, hazard.point), hazard) for hazard in rows if hazard.point is not None]
    near = [(far, hazard) for far, hazard in near if far <= metres]
    return [hazard for _, hazard in sorted(near, key=lambda each: (each[0], -each[1].id))]
