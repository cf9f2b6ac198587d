"""The duty desk (值班室): who stands an area's own posts at a moment, by the roster as it is now."""

from datetime import datetime, timedelta

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
        select(ShiftDuty, Person)
        .join(Shift, and_(Shift.county == ShiftDuty.county, col(Shift.id) == ShiftDuty.shift_id))
        .join(Post, and_(Post.county == Shift.county, col(Post.id) == Shift.post_id))
        .join(Person, and_(Person.county == ShiftDuty.county, col(Person.id) == ShiftDuty.person_id))
        .where(
            Shift.county == county,
            col(Shift.starts_at) <= at,
            col(Shift.starts_at) > at - _LONGEST,
            col(Shift.ends_at) > at,
            col(Shift.removed_at).is_(None),
            col(ShiftDuty.state).not_in((REMOVED, MISSED)),
            or_(ShiftDuty.role != DEPUTY, ShiftDuty.state != STANDBY),
            own,
            col(Person.active),
        )
        .order_by(Person.name, col(Person.id))
    )
    return list({person.id: person for _, person in rows}.values())


def is_desk(session: Session, *, by: Actor, now: datetime) -> bool:
    """Whether this person is the county's duty desk: by a role over the whole county, or on a shift there now."""
    if may(by, (DUTY_OFFICER, DUTY_LEADER), area=by.county):
        return True
    return any(
        person.id == by.person_id for person in on_duty_at(session, county=by.county, area=by.county, at=now)
    )
