"""Putting someone on a shift in an emergency (接管、临时替班): by the office, at once, also while it runs."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.audience import as_recipients
from models.audit import record
from models.base import Actor, UserError, short
from models.duty import CHECKED_IN, ShiftDuty
from models.duty_notices import checkin_buttons, place_lines, shift_line
from models.outbox import ALARM, NOTICE, send_to
from models.people import Person
from models.policy import Policy
from models.posts import may_edit_post
from models.roster_edit import Seat, seat_of, substitute
from models.swap_notices import Told
from models.swap_watch import end_swap
from models.swaps import VOID, pending_for
from models.text import Part, content, text


def take_over_shift(
    session: Session, *, by: Actor, duty_id: int, person_id: int, reason: str, now: datetime, policy: Policy
) -> ShiftDuty:
    """Put `person_id` on in place of whoever has this duty: the office, or the town's officer for the town's
    posts, with a reason. Everyone concerned is told; the new one is called as if the shift began now; someone
    who is in stays until the new one is there; a swap that was under way is void.

    Errors: not-allowed, takeover-reason, and those of `substitute`.
    """
    seat = seat_of(session, county=by.county, duty_id=duty_id)
    if not may_edit_post(by, seat.post.area):
        raise UserError("not-allowed")
    reason = reason.strip()
    if not reason:
        raise UserError("takeover-reason")
    was_in = seat.duty.state == CHECKED_IN
    pending = pending_for(session, county=by.county, duty_id=duty_id)
    duty = substitute(
        session, by=by, duty_id=duty_id, person_id=person_id, reason=reason, now=now, policy=policy
    )
    if pending is not None:
        end_swap(Told(session, pending, now=now, policy=policy), VOID)
    after = {"person_id": person_id, "instead_of": seat.person.id}
    record(
        session,
        by=by,
        subject="duty",
        subject_id=duty.id,
        action="take_over",
        now=now,
        after=after,
        reason=reason,
    )
    _tell(session, by, seat, duty, reason, was_in, now, policy)
    return duty


def _tell(
    session: Session,
    by: Actor,
    seat: Seat,
    duty: ShiftDuty,
    reason: str,
    was_in: bool,
    now: datetime,
    policy: Policy,
) -> None:
    """While the shift runs the new one is to come at once, and whoever is in is to wait for them."""
    if seat.shift.starts_at > now + policy.checkin_opens:
        return
    person = session.get_one(Person, (by.county, duty.person_id))
    line = shift_line(seat.shift, seat.post, duty.role)
    urgent: list[Part] = [text("takeover-come", reason=reason), line, *place_lines(seat.post)]
    told: dict[str, Any] = {"county": by.county, "now": now, "policy": policy, "urgent": True}
    send_to(
        session,
        as_recipients(session, [person]),
        body=content(*urgent, buttons=checkin_buttons(duty)),
        kind=ALARM,
        dedup=f"takeover:{short(duty.id)}",
        subject=("duty", duty.id),
        **told,
    )
    if was_in:
        stay = text("takeover-wait", name=person.name, phone=person.phone or text("duty-no-phone"))
        send_to(
            session,
            as_recipients(session, [seat.person]),
            body=content(stay, line),
            kind=NOTICE,
            dedup=f"takeover:{short(duty.id)}:wait",
            subject=("shift", seat.shift.id),
            **told,
        )
