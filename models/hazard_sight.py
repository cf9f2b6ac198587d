"""Who sees which hazard: in Python for one, as a condition for lists. Covert findings are hidden here."""

import re

from sqlalchemy import ColumnElement, or_, true
from sqlmodel import Session, col, select

from models.base import Actor, UserError
from models.followers import is_follower
from models.hazards import MAY_SEE_HIDDEN, Hazard, is_owner
from models.people import ADMIN, DEPARTMENT, OFFICE_LEADER, SAFETY_OFFICE, TOWN_OFFICER, may

OVERSEERS = (TOWN_OFFICER, SAFETY_OFFICE, OFFICE_LEADER, ADMIN, DEPARTMENT)


def can_see(by: Actor, hazard: Hazard) -> bool:
    """Its reporter; its owner's unit; its town, its sector's department, the office.

    What was found under cover (暗访) only its reporter and the office, until it is handed over.
    """
    if by.person_id is not None and by.person_id == hazard.reporter_id:
        return True
    if hazard.hidden:
        return may(by, MAY_SEE_HIDDEN, area=hazard.area)
    return is_owner(by, hazard) or may(by, OVERSEERS, area=hazard.area, sector=hazard.sector)


def unhidden(by: Actor) -> ColumnElement[bool]:
    """The condition that leaves out what is hidden from this person."""
    if may(by, MAY_SEE_HIDDEN):
        return true()
    if by.person_id is None:
        return col(Hazard.hidden).is_(False)
    return or_(col(Hazard.hidden).is_(False), col(Hazard.reporter_id) == by.person_id)


def _seen(session: Session, by: Actor, hazard: Hazard | None) -> Hazard:
    if hazard is None or not (can_see(by, hazard) or _follows(session, by, hazard)):
        raise UserError("hazard-unknown")
    return hazard


def _follows(session: Session, by: Actor, hazard: Hazard) -> bool:
    return not hazard.hidden and is_follower(session, by=by, hazard_id=hazard.id)


def hazard_by_id(session: Session, *, by: Actor, hazard_id: int) -> Hazard:
    """A hazard that this actor may see. Error: hazard-unknown, also where it is not theirs to see."""
    return _seen(session, by, session.get(Hazard, (by.county, hazard_id)))


_NUMBER = re.compile(r"^(?:(\d{4})-)?0*(\d{1,9})$")


def hazard_by_number(session: Session, *, by: Actor, number: str, year: int) -> Hazard:
    """A hazard by its number, the year left out for this year's. Error: hazard-unknown."""
    match = _NUMBER.match(number.strip())
    if match is None:
        raise UserError("hazard-unknown")
    full = f"{match[1] or year}-{int(match[2]):04d}"
    return _seen(
        session,
        by,
        session.exec(select(Hazard).where(Hazard.county == by.county, Hazard.number == full)).first(),
    )
