"""Who can take a shift: of the same unit, town or post, with the right role, free, rested, not on leave."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, and_, col, or_, select

from models.coverage import Span
from models.duty import DEPUTY, OFFICER, REMOVED, Post, Shift, ShiftDuty, duties_of
from models.duty_notices import shift_line
from models.leave import leaves_of
from models.people import DUTY_LEADER, DUTY_OFFICER, Person, Role
from models.policy import Policy
from models.roster_edit import Seat
from models.text import Text, day, text

STOOD_WITHIN = timedelta(days=60)  # who stood the post not longer ago than this counts as one of its people


def suitable_people(session: Session, seat: Seat, *, now: datetime, policy: Policy) -> list[Person]:
    """Everyone who can take this place, by name."""
    people = fitting_people(session, seat, now=now)
    hindered = hindrances(session, seat, [person.id for person in people], policy=policy)
    return [person for person in people if person.id not in hindered]


def fitting_people(session: Session, seat: Seat, *, now: datetime) -> list[Person]:
    """Everyone of the post's unit or town with the role for it, and who stood it lately in such a role;
    but for those who are on this very shift."""
    county, post = seat.post.county, seat.post
    on_it = duties_of(session, county=county, shift_ids=[seat.shift.id])[seat.shift.id]
    conditions: list[Any] = [col(Person.id).in_(_stood(seat, now))]
    place = _same_place(post)
    if place is not None:
        role = DUTY_OFFICER if seat.duty.role == OFFICER else DUTY_LEADER
        with_role = select(Role.person_id).where(Role.county == county, Role.role == role)
        conditions.append(and_(col(Person.id).in_(with_role), place))
    query = (
        select(Person)
        .where(
            Person.county == county,
            col(Person.active),
            col(Person.id).not_in([duty.person_id for duty in on_it]),
            or_(*conditions),
        )
        .order_by(Person.name, col(Person.id))
    )
    return list(session.exec(query))


def _stood(seat: Seat, now: datetime) -> Any:
    """The ids of those who stood or are to stand this post in such a role."""
    same = ShiftDuty.role == OFFICER if seat.duty.role == OFFICER else ShiftDuty.role != OFFICER
    return (
        select(ShiftDuty.person_id)
        .join(Shift, and_(col(Shift.county) == ShiftDuty.county, col(Shift.id) == ShiftDuty.shift_id))
        .where(
            ShiftDuty.county == seat.post.county,
            Shift.post_id == seat.post.id,
            col(Shift.starts_at) > now - STOOD_WITHIN,
            ShiftDuty.state != REMOVED,
            same,
        )
    )


def _same_place(post: Post) -> Any:
    """Of the post's unit, or of its town; None where the post has neither."""
    places = []
    if post.unit_id is not None:
        places.append(col(Person.unit_id) == post.unit_id)
    if post.area is not None and len(post.area) >= 9:
        places.append(col(Person.area).startswith(post.area[:9]))
    return or_(*places) if places else None


def hindrances(
    session: Session,
    seat: Seat,
    person_ids: Collection[int],
    *,
    policy: Policy,
    without: Collection[int] = (),
) -> dict[int, Text]:
    """Who of these cannot take the place, and why: on leave, on another shift then, or without the rest
    before or after it. `without`: places that would be given up for it."""
    if not person_ids:
        return {}
    span = Span(seat.shift.starts_at, seat.shift.ends_at)
    first, last = (policy.local(at).date() for at in (span.starts_at, span.ends_at - timedelta(seconds=1)))
    away = leaves_of(session, county=seat.post.county, person_ids=person_ids, first=first, last=last)
    on_leave = {
        person_id: text("swap-on-leave", first=day(leaves[0].first_day), last=day(leaves[0].last_day))
        for person_id, leaves in away.items()
    }
    return _busy(session, seat, span, person_ids, policy.swap_rest, without) | on_leave


def _busy(
    session: Session,
    seat: Seat,
    span: Span,
    person_ids: Collection[int],
    rest: timedelta,
    without: Collection[int],
) -> dict[int, Text]:
    """Who stands another shift then or too near to it. A B角 only stands by, and hinders nobody."""
    if seat.duty.role == DEPUTY:
        return {}
    rows = session.exec(
        select(ShiftDuty, Shift, Post)
        .join(Shift, and_(col(Shift.county) == ShiftDuty.county, col(Shift.id) == ShiftDuty.shift_id))
        .join(Post, and_(col(Post.county) == Shift.county, col(Post.id) == Shift.post_id))
        .where(
            ShiftDuty.county == seat.post.county,
            col(ShiftDuty.person_id).in_(person_ids),
            col(ShiftDuty.id).not_in(list(without)),
            ShiftDuty.state != REMOVED,
            ShiftDuty.role != DEPUTY,
            col(Shift.starts_at) < span.ends_at + rest,
            col(Shift.ends_at) > span.starts_at - rest,
            col(Shift.removed_at).is_(None),
        )
        .order_by(col(Shift.starts_at))
    )
    found: dict[int, Text] = {}
    for duty, shift, post in rows:
        at_once = shift.starts_at < span.ends_at and span.starts_at < shift.ends_at
        line = shift_line(shift, post, duty.role)
        hours = int(rest.total_seconds() // 3600)
        why = text("swap-busy", shift=line) if at_once else text("swap-no-rest", shift=line, hours=hours)
        if at_once or duty.person_id not in found:
            found[duty.person_id] = why
    return found
