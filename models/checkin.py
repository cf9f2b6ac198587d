"""Check-in (到岗签到): someone on duty says, with place and photo where asked, that they are there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.alarms import close_alarms
from models.audit import record
from models.base import Actor, UserError, compare_and_set, short, system
from models.duty import (
    CALLED_ON,
    CHECKED_IN,
    COVERED,
    DEPUTY,
    EXPECTED,
    LEADER,
    MAY_CHECK_IN,
    REMOVED,
    STANDBY,
    Post,
    Shift,
    ShiftDuty,
    duties_of,
)
from models.duty_notices import role_name, tell_duty, tell_office
from models.duty_plan import ALARMED, DEPUTY_CALLED
from models.duty_violations import note_presence
from models.files import attach
from models.geo import Point, distance
from models.handover_notices import relief_is_here
from models.outbox import ALARM, NOTICE, REMINDER, cancel
from models.people import Person
from models.policy import OFFICE, TOWN, Policy
from models.text import series, text, when

PHOTOS_MAX = 9


def check_in(
    session: Session,
    *,
    by: Actor,
    duty_id: int,
    now: datetime,
    policy: Policy,
    place: Point | None = None,
    photo_ids: Sequence[int] = (),
) -> ShiftDuty:
    """Record that the actor is at the post. Pressing twice changes nothing and is no error.

    `duty_id` may be anybody's on the same shift: the actor's own is taken. A place outside the radius
    is flagged and the office told, never refused. The B角 stands in for the leader, and for whoever they
    were called on for. Errors: not-your-shift, checkin-too-early, checkin-over, checkin-needs-place,
    checkin-needs-photo, photos-too-many.
    """
    duty = _own_duty(session, by, duty_id)
    if duty.state == CHECKED_IN:
        return duty
    shift = session.get_one(Shift, (by.county, duty.shift_id))
    post = session.get_one(Post, (by.county, shift.post_id))
    _check_window(shift, now, policy)
    _check_asked(post, place, photo_ids)
    former = DEPUTY_CALLED if duty.state == CALLED_ON else duty.rung
    if not _set(session, duty, MAY_CHECK_IN, **_facts(duty, post, place, now, policy)):
        return duty if duty.state == CHECKED_IN else _own_duty(session, by, duty_id)
    _keep(session, by, duty, photo_ids, now)
    _stop(session, duty)
    instead_of = _stand_in(session, by, duty, shift, now) if duty.role == DEPUTY else []
    _tell(session, by, duty, shift, post, former, instead_of, now, policy)
    note_presence(session, duty=duty, shift=shift, now=now, policy=policy)
    relief_is_here(session, duty=duty, shift=shift, now=now, policy=policy)
    return duty


def ready_to_check_in(
    session: Session, *, by: Actor, duty_id: int, now: datetime, policy: Policy
) -> tuple[ShiftDuty, Shift, Post]:
    """The actor's own duty on this shift, if they are checked in or may check in now.

    Errors: not-your-shift, checkin-too-early, checkin-over.
    """
    duty = _own_duty(session, by, duty_id)
    shift = session.get_one(Shift, (by.county, duty.shift_id))
    if duty.state != CHECKED_IN:
        _check_window(shift, now, policy)
    return duty, shift, session.get_one(Post, (by.county, shift.post_id))


def _keep(session: Session, by: Actor, duty: ShiftDuty, photo_ids: Sequence[int], now: datetime) -> None:
    attach(
        session,
        county=by.county,
        subject="duty",
        subject_id=duty.id,
        kind="checkin",
        file_ids=list(photo_ids),
        now=now,
    )
    said = ("state", "late_minutes", "outside", "distance", "place_source")
    after = {name: getattr(duty, name) for name in said}
    record(session, by=by, subject="duty", subject_id=duty.id, action="check_in", now=now, after=after)


def _own_duty(session: Session, by: Actor, duty_id: int) -> ShiftDuty:
    duty = session.get(ShiftDuty, (by.county, duty_id))
    if duty is not None and (duty.person_id != by.person_id or duty.state == REMOVED):
        duty = session.exec(
            select(ShiftDuty).where(
                ShiftDuty.county == by.county,
                ShiftDuty.shift_id == duty.shift_id,
                ShiftDuty.person_id == by.person_id,
                ShiftDuty.state != REMOVED,
            )
        ).first()
    if duty is None or by.person_id is None:
        raise UserError("not-your-shift")
    return duty


def _check_window(shift: Shift, now: datetime, policy: Policy) -> None:
    opens = shift.starts_at - policy.checkin_opens
    if now < opens:
        raise UserError("checkin-too-early", opens=when(opens), starts=when(shift.starts_at))
    if now >= shift.ends_at:
        raise UserError("checkin-over", ended=when(shift.ends_at))


def _check_asked(post: Post, place: Point | None, photo_ids: Sequence[int]) -> None:
    if post.needs_place and place is None:
        raise UserError("checkin-needs-place", post=post.name)
    if post.needs_photo and not photo_ids:
        raise UserError("checkin-needs-photo", post=post.name)
    if len(photo_ids) > PHOTOS_MAX:
        raise UserError("photos-too-many", most=PHOTOS_MAX)


def _facts(duty: ShiftDuty, post: Post, place: Point | None, now: datetime, policy: Policy) -> dict[str, Any]:
    """What the check-in says. A deputy is not late: nobody awaited them at a fixed time."""
    facts: dict[str, Any] = {"state": CHECKED_IN, "checked_at": now, "due_at": None}
    facts["late_minutes"] = 0 if duty.role == DEPUTY else late_minutes(duty, now)
    metres = None
    if place is not None and post.lat is not None and post.lon is not None:
        metres = round(distance(place, Point(post.lat, post.lon)))
    facts["distance"] = metres
    facts["outside"] = metres is not None and metres > (post.radius or policy.checkin_radius)
    facts["place_source"] = place.source if place else ""
    if place is not None:
        facts |= {"lat": place.lat, "lon": place.lon, "datum": place.datum, "accuracy": place.accuracy}
    return facts


def late_minutes(duty: ShiftDuty, now: datetime) -> int:
    """Whole minutes after the person was expected."""
    return max(0, int((now - duty.expected_at).total_seconds() // 60))


def _set(session: Session, duty: ShiftDuty, states: Sequence[str], **values: Any) -> bool:
    """Compare and set on the state of a duty."""
    return compare_and_set(session, duty, col(ShiftDuty.state).in_(states), **values)


def _stop(session: Session, duty: ShiftDuty) -> None:
    """All reminders and alarms about this duty end."""
    subject = ("duty", duty.id)
    cancel(session, county=duty.county, subject=subject, kinds=[REMINDER, ALARM, NOTICE], reason="checked-in")
    close_alarms(session, county=duty.county, subject=subject, reason="checked-in")


def _tell(
    session: Session,
    by: Actor,
    duty: ShiftDuty,
    shift: Shift,
    post: Post,
    former: int,
    instead_of: Sequence[str],
    now: datetime,
    policy: Policy,
) -> None:
    """The office hears of a place outside, and of someone at last in whom it was alarmed about, or who stands
    in for others: their alarms are over with it."""
    known: dict[str, Any] = {"name": by.name, "role": role_name(duty.role), "post": post.name}
    lines = []
    if former >= ALARMED:
        came = "duty-came-called" if duty.role == DEPUTY else "duty-came"
        lines.append(text(came, minutes=late_minutes(duty, now), **known))
        if instead_of:
            lines.append(text("duty-instead-of", names=series(instead_of)))
    if duty.outside:
        lines.append(text("duty-outside", metres=duty.distance, **known))
    if lines:
        tell_office(
            session,
            county=by.county,
            lines=lines,
            now=now,
            policy=policy,
            area=post.area,
            audiences=(OFFICE, TOWN) if former >= ALARMED else (OFFICE,),
            subject=("duty", duty.id),
            dedup=f"duty:{short(duty.id)}:in",
        )
    if former >= DEPUTY_CALLED and duty.role != DEPUTY:
        _stand_down(session, duty, shift, known["name"], now, policy)


def _stand_down(
    session: Session, duty: ShiftDuty, shift: Shift, name: str, now: datetime, policy: Policy
) -> None:
    """A deputy on the way need not come any more, unless someone else is still missing."""
    duties = duties_of(session, county=duty.county, shift_ids=[shift.id])[shift.id]
    if any(other.state == EXPECTED and other.rung >= DEPUTY_CALLED for other in duties):
        return
    for deputy in duties:
        if deputy.state == CALLED_ON and _set(
            session, deputy, [CALLED_ON], state=STANDBY, rung=0, due_at=None
        ):
            _stop(session, deputy)
            line = text("duty-stand-down", name=name)
            step = f"down:{now.isoformat()}"
            tell_duty(session, duty=deputy, lines=[line], kind=NOTICE, step=step, now=now, policy=policy)


def _stand_in(session: Session, by: Actor, deputy: ShiftDuty, shift: Shift, now: datetime) -> list[str]:
    """The B角 is there: the leader's ladder stops, and that of whoever they were called on for. Their names."""
    names = []
    for duty in duties_of(session, county=by.county, shift_ids=[shift.id])[shift.id]:
        stood_in = duty.role == LEADER or duty.rung >= DEPUTY_CALLED
        values = {"state": COVERED, "covered_by": deputy.person_id, "due_at": None}
        if not stood_in or not _set(
            session, duty, [EXPECTED], **values, late_minutes=late_minutes(duty, now)
        ):
            continue
        _stop(session, duty)
        names.append(session.get_one(Person, (by.county, duty.person_id)).name)
        after = {"state": COVERED, "covered_by": deputy.person_id}
        record(
            session,
            by=system(by.county),
            subject="duty",
            subject_id=duty.id,
            action="cover",
            now=now,
            after=after,
        )
    return names


def attending(session: Session, duty: ShiftDuty) -> str:
    """The name of whoever is there for this duty; empty if nobody is."""
    person_id = {CHECKED_IN: duty.person_id, COVERED: duty.covered_by}.get(duty.state)
    person = session.get(Person, (duty.county, person_id)) if person_id else None
    return person.name if person else ""
