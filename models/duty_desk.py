"""The duty desk (值班室): who stands an area's own posts at a moment, by the roster as it is now."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, and_, col, or_, select

from models.base import Actor
from models.duty import DEPUTY, MISSED, REMOVED, STANDBY, Post, Shift, ShiftDuty
from models.people import DUTY_LEADER, DUTY_OFFICER, Person, may

_LONGEST = timedelta(days=4)  # no shift is longer


def on_duty_at(session: Session, *, county: str, area: str, at: datetime) -> list[Person]:
    """Who is on a shift now at the posts of this very area (the county's: those of no area, too).

    A B角 who only stands by is not called; one who was called on, or is there, is.
    """
    own = or_(Post.area == area, col(Post.area).is_(None)) if area == county else Post.area == area
    rows = session.exec(
        select(Person)
        .select_from(Shift)
        .join(ShiftDuty, and_(Shift.county == ShiftDuty.county, col(Shift.id) == ShiftDuty.shift_id))
        .join(Post, and_(Post.county == Shift.county, col(Post.id) == Shift.post_id))
        .join(Person, and_(Person.county == ShiftDuty.county, col(Person.id) == ShiftDuty.person_id))
        .where(*_standing(county, at), own, col(Person.active))
        .order_by(Person.name, col(Person.id))
    )
    return list({person.id: person for person in rows}.values())


def areas_stood_for(session: Session, *, by: Actor, at: datetime) -> set[str]:
    """The areas at whose posts this person is on a shift now."""
    rows = session.exec(
        select(Post.area)
        .select_from(Shift)
        .join(ShiftDuty, and_(Shift.county == ShiftDuty.county, col(Shift.id) == ShiftDuty.shift_id))
        .join(Post, and_(Post.county == Shift.county, col(Post.id) == Shift.post_id))
        .where(*_standing(by.county, at), ShiftDuty.person_id == by.person_id)
    )
    return {area or by.county for area in rows}


def _standing(county: str, at: datetime) -> tuple[Any, ...]:
    return (
        Shift.county == county,
        col(Shift.starts_at) <= at,
        col(Shift.starts_at) > at - _LONGEST,
        col(Shift.ends_at) > at,
        col(Shift.removed_at).is_(None),
        col(ShiftDuty.state).not_in((REMOVED, MISSED)),
        or_(ShiftDuty.role != DEPUTY, ShiftDuty.state != STANDBY),
    )


def is_desk(session: Session, *, by: Actor, now: datetime) -> bool:
    """Whether this person is the county's duty desk: by a role over the whole county, or on a shift there now."""
    if may(by, (DUTY_OFFICER, DUTY_LEADER), area=by.county):
        return True
    return by.county in areas_stood_for(session, by=by, at=now)
