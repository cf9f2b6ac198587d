"""What the office and the responsible unit do with a hazard, and who is told each time."""

from datetime import datetime, timedelta

from sqlmodel import Session

from models.alarms import answer_alarms, close_alarms, raise_alarm
from models.base import Actor, UserError
from models.files import attach
from models.hazard_notices import card_lines, tell_office, tell_owner, tell_reporter, update_cards
from models.hazard_states import BY_ACTION
from models.hazards import Hazard, HazardReport, move, report_hazard
from models.hazards import correct_hazard as correct
from models.hazards import withdraw_hazard as withdraw
from models.ladder import first_rung
from models.outbox import REMINDER, cancel
from models.people import Person
from models.policy import Policy
from models.text import text

REASON_MAX = 500
DEADLINE_MOST = timedelta(days=366)


def submit_report(
    session: Session, *, by: Actor, report: HazardReport, now: datetime, policy: Policy
) -> Hazard:
    """Store a report, show it to the office and the town, and alarm at once when it may be a major one."""
    hazard = report_hazard(session, by=by, report=report, now=now, policy=policy)
    update_cards(session, hazard=hazard, now=now, policy=policy, urgent=hazard.suspected_major)
    if hazard.suspected_major:
        raise_alarm(
            session,
            by=by,
            subject=("hazard", hazard.id),
            area=hazard.area,
            lines=[text("alarm-major", number=hazard.number), *card_lines(session, hazard)],
            now=now,
            policy=policy,
        )
    return hazard


def correct_report(
    session: Session, *, by: Actor, hazard: Hazard, report: HazardReport, now: datetime, policy: Policy
) -> Hazard:
    """Correct a report; the cards change with it, and a hazard now thought major alarms."""
    was_major = hazard.suspected_major
    hazard = correct(session, by=by, hazard=hazard, report=report, now=now, policy=policy)
    update_cards(session, hazard=hazard, now=now, policy=policy)
    if hazard.suspected_major and not was_major:
        lines = [text("alarm-major", number=hazard.number), *card_lines(session, hazard)]
        raise_alarm(
            session,
            by=by,
            subject=("hazard", hazard.id),
            area=hazard.area,
            lines=lines,
            now=now,
            policy=policy,
        )
    return hazard


def withdraw_report(session: Session, *, by: Actor, hazard: Hazard, now: datetime, policy: Policy) -> Hazard:
    """Take a report back; its alarm stops."""
    hazard = withdraw(session, by=by, hazard=hazard, now=now, policy=policy)
    close_alarms(session, county=hazard.county, subject=("hazard", hazard.id), reason="withdrawn")
    update_cards(session, hazard=hazard, now=now, policy=policy)
    return hazard


def verify_hazard(
    session: Session, *, by: Actor, hazard: Hazard, level: str, now: datetime, policy: Policy
) -> Hazard:
    """The office confirms a hazard and decides its level (安全生产法 Art 118: two levels); its alarm is answered.

    Errors: level-unknown, and those of `move`.
    """
    if level not in ("general", "major"):
        raise UserError("level-unknown")
    hazard = move(
        session,
        by=by,
        hazard=hazard,
        action="verify",
        now=now,
        changes={"level": level, "verified_by": by.person_id},
    )
    answer_alarms(session, by=by, subject=("hazard", hazard.id), now=now, policy=policy)
    _told(session, hazard, by, now, policy)
    return hazard


def reject_hazard(
    session: Session, *, by: Actor, hazard: Hazard, reason: str, now: datetime, policy: Policy
) -> Hazard:
    """不属实: the office rejects a report, with a reason that the reporter is told. Errors: reason-needed."""
    hazard = move(session, by=by, hazard=hazard, action="reject", now=now, reason=_reason(reason))
    close_alarms(session, county=hazard.county, subject=("hazard", hazard.id), reason="rejected")
    _told(session, hazard, by, now, policy, reason=reason)
    return hazard


def assign_hazard(
    session: Session,
    *,
    by: Actor,
    hazard: Hazard,
    unit_id: int | None,
    owner_id: int,
    due_at: datetime,
    now: datetime,
    policy: Policy,
) -> Hazard:
    """交办: hand a hazard to a responsible person with a deadline; the ladder starts.

    Errors: deadline-past, deadline-far, person-unknown, and those of `move`.
    """
    if due_at <= now:
        raise UserError("deadline-past")
    if due_at - now > DEADLINE_MOST:
        raise UserError("deadline-far")
    owner = session.get(Person, (by.county, owner_id))
    if owner is None or not owner.active:
        raise UserError("person-unknown")
    former = hazard.owner_id
    rung, remind_at = first_rung(due_at, now=now, seed=hazard.id, policy=policy)
    changes = {
        "assigned_unit_id": unit_id or owner.unit_id,
        "owner_id": owner_id,
        "assigned_at": now,
        "due_at": due_at,
        "rung": rung,
        "remind_at": remind_at,
    }
    hazard = move(session, by=by, hazard=hazard, action="assign", now=now, changes=changes)
    cancel(session, county=by.county, subject=("hazard", hazard.id), kinds=[REMINDER], reason="reassigned")
    _told(session, hazard, by, now, policy)
    if former is not None and former != owner_id:
        tell_owner(session, hazard=hazard, key="owner-relieved", now=now, policy=policy, person_id=former)
    return hazard


def accept_hazard(session: Session, *, by: Actor, hazard: Hazard, now: datetime, policy: Policy) -> Hazard:
    """The responsible person says that the work has begun."""
    hazard = move(session, by=by, hazard=hazard, action="accept", now=now)
    _told(session, hazard, by, now, policy)
    return hazard


def submit_fix(
    session: Session,
    *,
    by: Actor,
    hazard: Hazard,
    note: str,
    photo_ids: list[int],
    now: datetime,
    policy: Policy,
) -> Hazard:
    """整改完成: the responsible person reports it fixed, with at least one photo; the ladder stops.

    Errors: photo-needed, too-long, and those of `move`.
    """
    if not photo_ids:
        raise UserError("photo-needed")
    if len(note) > REASON_MAX:
        raise UserError("too-long", most=REASON_MAX, length=len(note))
    changes = {"submitted_at": now, "fix_note": note, "remind_at": None}
    hazard = move(session, by=by, hazard=hazard, action="submit_fix", now=now, changes=changes)
    attach(
        session,
        county=by.county,
        subject="hazard",
        subject_id=hazard.id,
        kind="after",
        file_ids=photo_ids,
        now=now,
    )
    cancel(session, county=by.county, subject=("hazard", hazard.id), kinds=[REMINDER], reason="fixed")
    _told(session, hazard, by, now, policy)
    tell_office(session, hazard=hazard, by=by, now=now, policy=policy)
    return hazard


def fail_recheck(
    session: Session, *, by: Actor, hazard: Hazard, reason: str, now: datetime, policy: Policy
) -> Hazard:
    """复查不合格: back to the responsible person with a reason; the ladder goes on. Errors: reason-needed."""
    assert hazard.due_at is not None or hazard.state != "submitted"
    due_at = hazard.due_at or now
    rung, remind_at = first_rung(due_at, now=now, seed=hazard.id, policy=policy)
    changes = {"failed_rechecks": hazard.failed_rechecks + 1, "rung": rung, "remind_at": remind_at}
    hazard = move(
        session, by=by, hazard=hazard, action="fail_recheck", now=now, changes=changes, reason=_reason(reason)
    )
    _told(session, hazard, by, now, policy, reason=reason)
    return hazard


def pass_recheck(session: Session, *, by: Actor, hazard: Hazard, now: datetime, policy: Policy) -> Hazard:
    """复查合格. Who rectified never accepts their own work. Errors: own-work, and those of `move`."""
    if by.person_id is not None and by.person_id == hazard.owner_id:
        raise UserError("own-work")
    hazard = move(session, by=by, hazard=hazard, action="pass_recheck", now=now)
    _told(session, hazard, by, now, policy)
    return hazard


def close_hazard(session: Session, *, by: Actor, hazard: Hazard, now: datetime, policy: Policy) -> Hazard:
    """销号: off the active list. Errors: own-work, and those of `move`."""
    if by.person_id is not None and by.person_id == hazard.owner_id:
        raise UserError("own-work")
    hazard = move(session, by=by, hazard=hazard, action="close", now=now, changes={"closed_at": now})
    close_alarms(session, county=hazard.county, subject=("hazard", hazard.id), reason="closed")
    _told(session, hazard, by, now, policy)
    return hazard


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise UserError("reason-needed")
    if len(reason) > REASON_MAX:
        raise UserError("too-long", most=REASON_MAX, length=len(reason))
    return reason


def _told(
    session: Session, hazard: Hazard, by: Actor, now: datetime, policy: Policy, reason: str = ""
) -> None:
    """After a step: the cards change, the owner and the reporter hear of it."""
    update_cards(session, hazard=hazard, now=now, policy=policy)
    tell_owner(session, hazard=hazard, now=now, policy=policy, reason=reason, by=by)
    tell_reporter(session, hazard=hazard, now=now, policy=policy, reason=reason)


def states_before(action: str) -> tuple[str, ...]:
    """The states from which a step can be taken."""
    return BY_ACTION[action].before
