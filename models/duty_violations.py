"""Violations that follow from check-ins: late beyond the grace (迟到), never there (漏岗)."""

from datetime import datetime

from sqlmodel import Session

from models.base import system
from models.duty import CHECKED_IN, MISSED, Post, Shift, ShiftDuty
from models.people import account_of
from models.policy import Policy
from models.text import Text, text, when
from models.violations import LATE, UNMANNED, record_violation


def note_presence(session: Session, *, duty: ShiftDuty, shift: Shift, now: datetime, policy: Policy) -> None:
    """Record what a check-in, or the end of a shift without one, says of someone; at most one of a duty.

    Who has no chat could not check in; the office, which was alarmed, records it if it was so.
    """
    minutes = policy.late_grace.total_seconds() // 60
    if duty.state == CHECKED_IN and duty.late_minutes >= max(1, minutes):
        detail = text("violation-late", starts=when(duty.expected_at), minutes=duty.late_minutes)
        _record(session, duty, shift, LATE, detail, now, policy)
    elif duty.state == MISSED and account_of(session, county=duty.county, person_id=duty.person_id):
        detail = text("violation-missed", starts=when(shift.starts_at), ends=when(shift.ends_at))
        _record(session, duty, shift, UNMANNED, detail, now, policy)


def _record(
    session: Session,
    duty: ShiftDuty,
    shift: Shift,
    kind: str,
    detail: Text,
    now: datetime,
    policy: Policy,
) -> None:
    post = session.get_one(Post, (duty.county, shift.post_id))
    record_violation(
        session,
        by=system(duty.county),
        fact=f"duty:{duty.id}",
        kind=kind,
        at=duty.expected_at,
        now=now,
        policy=policy,
        area=post.area,
        period_id=shift.period_id,
        post_id=post.id,
        person_id=duty.person_id,
        detail=detail,
    )
