"""Who sees which hazard: in Python for one, as conditions for lists. Covert findings are hidden here."""

import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlmodel import Session, col, select

from models.base import Actor, Grant, UserError
from models.followers import Follower, is_follower
from models.hazards import MAY_SEE_HIDDEN, Hazard, is_owner
from models.people import (
    ADMIN,
    DEPARTMENT,
    OFFICE_LEADER,
    RESPONSIBLE,
    SAFETY_OFFICE,
    TOWN_OFFICER,
    may,
)
from models.places import area_index

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


Condition = ColumnElement[bool]
_OPENLY = col(Hazard.hidden).is_(False)
_COUNTY = 6  # digits of an area's code: the county's
_TOWN = 9


def sight(by: Actor) -> list[Condition]:
    """What this person sees, as `can_see` and following say it: each condition by itself is served by an
    index, and a hazard is seen that meets one of them."""
    wide = overseen(by, OVERSEERS)
    if any(condition is _ALL for condition in wide):
        return [_ALL]
    return [*wide, *_own(by), *_to_rectify(by)]


def visible(by: Actor) -> Condition:
    """The same in one condition."""
    return or_(false(), *sight(by))


_ALL: Condition = true()


def overseen(by: Actor, roles: Sequence[str]) -> list[Condition]:
    """What these of a person's roles look over, each within its area and sector."""
    found = []
    for grant in by.grants:
        if grant.role in roles and grant.unit_id is None:
            parts = _scope(grant)
            found.append(and_(*parts) if parts else _ALL)
    return found


def _scope(grant: Grant) -> list[Condition]:
    parts = [_within(grant.area)] if grant.area and len(grant.area) > _COUNTY else []
    if grant.sector is not None:
        parts.append(col(Hazard.sector) == grant.sector)
    unhidden = grant.role in MAY_SEE_HIDDEN and grant.sector is None
    return parts if unhidden else [*parts, _OPENLY]


def _within(area: str) -> Condition:
    if len(area) == _TOWN:
        return col(Hazard.town) == area
    return col(Hazard.area).between(area, area.ljust(24, "9"))


def in_area(session: Session, county: str, area: str) -> Condition:
    """Within a town, or within a village and its grids."""
    if len(area) <= _TOWN:
        return _within(area)
    codes = area_index(session, county=county).by_code
    return col(Hazard.area).in_([code for code in codes if code.startswith(area)])


def _own(by: Actor) -> list[Condition]:
    """Reported by this person, or followed."""
    if by.person_id is None:
        return []
    followed = select(Follower.hazard_id).where(
        Follower.county == by.county, Follower.person_id == by.person_id
    )
    return [col(Hazard.reporter_id) == by.person_id, and_(col(Hazard.id).in_(followed), _OPENLY)]


def _to_rectify(by: Actor) -> list[Condition]:
    """Assigned to this person, to their unit, or to their town."""
    found: list[Condition] = [col(Hazard.owner_id) == by.person_id] if by.person_id is not None else []
    if by.link_unit is not None:
        found.append(col(Hazard.assigned_unit_id) == by.link_unit)
    for grant in by.grants:
        if grant.sector is not None:
            continue
        if grant.role == RESPONSIBLE and grant.unit_id is not None:
            found.append(col(Hazard.assigned_unit_id) == grant.unit_id)
        elif grant.role == RESPONSIBLE and grant.area is None:
            found.append(col(Hazard.assigned_unit_id).is_not(None))
        elif grant.role == TOWN_OFFICER and grant.unit_id is None:
            found.append(_given_to(grant.area))
    return [and_(condition, _OPENLY) for condition in found]


def _given_to(area: str | None) -> Condition:
    if area is None:
        return col(Hazard.assigned_area).is_not(None)
    return col(Hazard.assigned_area).between(area, area.ljust(24, "9"))


def sees(session: Session, *, by: Actor, hazard: Hazard) -> bool:
    """Whether a hazard is this person's to see, or they follow it."""
    return can_see(by, hazard) or (not hazard.hidden and is_follower(session, by=by, hazard_id=hazard.id))


def _seen(session: Session, by: Actor, hazard: Hazard | None) -> Hazard:
    if hazard is None or not sees(session, by=by, hazard=hazard):
        raise UserError("hazard-unknown")
    return hazard


def hazard_by_id(session: Session, *, by: Actor, hazard_id: int) -> Hazard:
    """A hazard that this actor may see. Error: hazard-unknown, also where it is not theirs to see."""
    return _seen(session, by, session.get(Hazard, (by.county, hazard_id)))


_NUMBER = re.compile(r"^(?:(\d{4})-)?0*(\d{1,9})$")


def full_number(said: str, *, year: int) -> str | None:
    """A hazard's number as it is stored, from one as it is typed: "12", "2026-12"; None if it is none."""
    match = _NUMBER.match(said.strip())
    return f"{match[1] or year}-{int(match[2]):04d}" if match else None


def hazard_by_number(session: Session, *, by: Actor, number: str, year: int) -> Hazard:
    """A hazard by its number, the year left out for this year's. Error: hazard-unknown."""
    full = full_number(number, year=year)
    if full is None:
        raise UserError("hazard-unknown")
    return _seen(
        session,
        by,
        session.exec(select(Hazard).where(Hazard.county == by.county, Hazard.number == full)).first(),
    )
