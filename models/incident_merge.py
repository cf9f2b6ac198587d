"""Two reports of one event: which open incidents are likely the same."""

from datetime import timedelta

from sqlalchemy import text as sql
from sqlmodel import Session, col, select

from models.geo import Point, distance
from models.incidents import IS_OPEN, Incident
from models.policy import Policy

OFFERED_MOST = 3


def similar_to(session: Session, *, incident: Incident, policy: Policy) -> list[Incident]:
    """Open incidents reported within half an hour of it and 500 m from it (the policy's own numbers).

    Where one of the two has no location: of the same kind in the same town.
    """
    window: timedelta = policy.merge_window
    others = session.exec(
        select(Incident)
        .where(
            Incident.county == incident.county,
            sql(IS_OPEN),
            col(Incident.id) != incident.id,
            col(Incident.reported_at) >= incident.reported_at - window,
            col(Incident.reported_at) <= incident.reported_at + window,
        )
        .order_by(col(Incident.id))
    )
    return [other for other in others if _is_near(incident, other, policy.merge_metres)][:OFFERED_MOST]


def _is_near(one: Incident, other: Incident, metres: int) -> bool:
    here, there = _point(one), _point(other)
    if here is not None and there is not None:
        return distance(here, there) <= metres
    return one.kind == other.kind and len(one.area) >= 9 and one.area[:9] == other.area[:9]


def _point(incident: Incident) -> Point | None:
    if incident.lat is None or incident.lon is None:
        return None
    return Point(incident.lat, incident.lon, incident.datum)
