"""One person put on a shift or taken off it: their row, and when the next step with them is due."""

from datetime import datetime

from sqlmodel import Session

from models.alarms import close_alarms
from models.duty import DEPUTY, EXPECTED, REMOVED, STANDBY, Shift, ShiftDuty
from models.duty_plan import next_at
from models.duty_watch import steps_of
from models.outbox import ALARM, NOTICE, REMINDER, cancel
from models.policy import Policy


def put_on(
    session: Session, *, shift: Shift, person_id: int, role: str, now: datetime, policy: Policy
) -> ShiftDuty:
    """A new row of someone on this shift. Put on after it began, they are expected from now on."""
    duty = ShiftDuty(
        county=shift.county,
        shift_id=shift.id,
        person_id=person_id,
        role=role,
        state=STANDBY if role == DEPUTY else EXPECTED,
        expected_at=max(shift.starts_at, now),
        created_at=now,
    )
    schedule(session, duty=duty, shift=shift, now=now, policy=policy)
    return duty


def schedule(session: Session, *, duty: ShiftDuty, shift: Shift, now: datetime, policy: Policy) -> None:
    """Set when the next step is due; what has passed already is left to the notice of the roster."""
    steps = steps_of(duty, shift, policy)
    duty.due_at = next_at(steps, rung=duty.rung, now=now, fresh=True)
    session.add(duty)


def take_off(session: Session, *, duty: ShiftDuty) -> None:
    """No longer on this shift: nothing more is said of it. The row stays, for the history."""
    duty.state, duty.due_at = REMOVED, None
    session.add(duty)
    silence(session, duty=duty)


def silence(session: Session, *, duty: ShiftDuty) -> None:
    """Take back what was about to be said of a shift that is no longer so."""
    subject = ("duty", duty.id)
    cancel(
        session,
        county=duty.county,
        subject=subject,
        kinds=[REMINDER, ALARM, NOTICE],
        reason="roster-changed",
    )
    close_alarms(session, county=duty.county, subject=subject, reason="roster-changed")
