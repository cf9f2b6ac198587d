"""Lists of hazards, each by an index and a page at a time; what is hidden from someone is in none of theirs."""

from datetime import datetime

from sqlalchemy import text as sql
from sqlmodel import Session, col, func, select

from models.base import Actor
from models.hazard_sight import unhidden
from models.hazard_states import IS_OPEN, IS_WITH_OWNER
from models.hazards import Hazard


def hazards_of(session: Session, *, by: Actor, limit: int, after: int | None = None) -> list[Hazard]:
    """What concerns this person, newest first: reported by them, or assigned to them and open."""
    if by.person_id is None:  # a link is no person: NULL would find whatever has no owner
        return []
    reported = select(Hazard).where(Hazard.county == by.county, Hazard.reporter_id == by.person_id)
    to_fix = select(Hazard).where(Hazard.county == by.county, Hazard.owner_id == by.person_id, sql(IS_OPEN))
    found: dict[int, Hazard] = {}
    for query in (reported, to_fix):  # one look for both would read and sort all that they ever reported
        if after is not None:
            query = query.where(col(Hazard.id) < after)
        newest = session.exec(query.order_by(col(Hazard.id).desc()).limit(limit))
        found |= {hazard.id: hazard for hazard in newest}
    return [found[hazard_id] for hazard_id in sorted(found, reverse=True)[:limit]]


def open_hazards(
    session: Session, *, by: Actor, limit: int, area: str | None = None, after: int | None = None
) -> list[Hazard]:
    """Open hazards of an area (or the county), newest first."""
    query = select(Hazard).where(Hazard.county == by.county, sql(IS_OPEN), unhidden(by))
    if area and len(area) > 6:  # as a function: a range would lead to the area's closed ones, years of them
        query = query.where(func.substr(Hazard.area, 1, len(area)) == area)
    if after is not None:
        query = query.where(col(Hazard.id) < after)
    return list(session.exec(query.order_by(col(Hazard.id).desc()).limit(limit)))


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
