"""What becomes of a violation: the person or their town explains it, the office upholds or excuses it."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from models.base import Actor, UserError
from models.outbox import NOTICE, REMINDER, cancel
from models.people import may
from models.policy import Policy
from models.violation_notices import tell_closed, tell_explained
from models.violations import (
    DECIDES,
    EXCUSED,
    EXPLAINED,
    UPHELD,
    Violation,
    keep_event,
    keep_photos,
    move_open,
    of_the_town,
)


def may_explain(by: Actor, violation: Violation) -> bool:
    """The person themselves, or their town."""
    own = by.person_id is not None and by.person_id == violation.person_id
    return own or of_the_town(by, violation)


def explain_violation(
    session: Session,
    *,
    by: Actor,
    violation: Violation,
    explanation: str,
    photo_ids: Sequence[int],
    now: datetime,
    policy: Policy,
) -> Violation:
    """Say how it came to it; a later explanation takes the place of the former, until the office has decided.

    After the deadline it is still taken. Errors: not-allowed, violation-closed, photos-too-many.
    """
    if not may_explain(by, violation):
        raise UserError("not-allowed")
    before = {"explanation": violation.explanation, "state": violation.state}
    given = {"explanation": explanation, "explained_name": by.name, "explained_at": now}
    if not move_open(session, violation, state=EXPLAINED, due_at=None, **given):
        raise UserError("violation-closed")
    keep_photos(session, violation, "explanation", photo_ids, now)
    after = {"explanation": explanation, "state": EXPLAINED, "photos": len(photo_ids)}
    keep_event(session, by, violation, "explain", now, before=before, after=after)
    _silence(session, violation, "explained")
    tell_explained(session, violation, now=now, policy=policy)
    return violation


def _silence(session: Session, violation: Violation, reason: str) -> None:
    subject = ("violation", violation.id)
    cancel(session, county=violation.county, subject=subject, kinds=[REMINDER, NOTICE], reason=reason)


def close_violation(
    session: Session,
    *,
    by: Actor,
    violation: Violation,
    upheld: bool,
    reason: str,
    now: datetime,
    policy: Policy,
) -> Violation:
    """The office decides: upheld or excused, and why; the person is told. Nobody decides on themselves.

    Errors: not-allowed, violation-closed.
    """
    if not may(by, DECIDES, area=violation.area) or by.person_id == violation.person_id:
        raise UserError("not-allowed")
    before, state = {"state": violation.state}, UPHELD if upheld else EXCUSED
    if not move_open(
        session, violation, state=state, due_at=None, closed_at=now, closed_name=by.name, reason=reason
    ):
        raise UserError("violation-closed")
    keep_event(session, by, violation, state, now, before=before, after={"state": state}, reason=reason)
    _silence(session, violation, "closed")
    tell_closed(session, violation, now=now, policy=policy)
    return violation
