"""From the report to the closing (销号): what each side does with a hazard, and who is told each time.

Assigning is in assignment.py, extensions in extensions.py, supervision and suspension in supervision.py,
the look-back in lookback.py, comments and "me too" in hazard_comments.py.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from models.alarms import answer_alarms, close_alarms, raise_alarm
from models.base import Actor, UserError
from models.commitments import DUTY, Commitment, clean_commitment, commitments_of
from models.criteria import criterion
from models.followers import add_follower, followers_of
from models.hazard_cards import card_lines, update_cards
from models.hazard_notices import (
    tell_office,
    tell_owner,
    tell_relieved,
    tell_reporter,
)
from models.hazard_reports import (
    HazardReport,
    correct_hazard,
    report_hazard,
    unit_made_known,
    withdraw_hazard,
)
from models.hazard_rules import REASON_MAX
from models.hazard_states import BY_ACTION, REPORTED, WITH_OWNER
from models.hazards import Hazard, attach_photos, move
from models.ladder import first_rung
from models.outbox import REMINDER, cancel
from models.policy import TOWN, Policy
from models.reply_notices import FAILED, offer_link
from models.text import text


def submit_report(
    session: Session, *, by: Actor, report: HazardReport, now: datetime, policy: Policy
) -> Hazard:
    """Store a report, show it to the office and the town, and alarm at once when it may be a major one."""
    hazard = report_hazard(session, by=by, report=report, now=now, policy=policy)
    update_cards(session, hazard=hazard, now=now, policy=policy, urgent=hazard.suspected_major)
    if hazard.suspected_major:
        _alarm(session, by, hazard, now, policy)
    return hazard


def correct_report(
    session: Session, *, by: Actor, hazard: Hazard, report: HazardReport, now: datetime, policy: Policy
) -> Hazard:
    """Correct a report; the cards change with it, and a hazard now thought major alarms."""
    was_major = hazard.suspected_major
    hazard = correct_hazard(session, by=by, hazard=hazard, report=report, now=now, policy=policy)
    update_cards(session, hazard=hazard, now=now, policy=policy)
    if hazard.suspected_major and not was_major:
        _alarm(session, by, hazard, now, policy)
    return hazard


def _alarm(session: Session, by: Actor, hazard: Hazard, now: datetime, policy: Policy) -> None:
    """安全生产法 Art 74: who learns of a major hazard acts at once. A covert finding alarms no town."""
    raise_alarm(
        session,
        by=by,
        subject=("hazard", hazard.id),
        area=hazard.area,
        lines=[text("alarm-major", number=hazard.number), *card_lines(session, hazard)],
        now=now,
        policy=policy,
        without=(TOWN,) if hazard.hidden else (),
    )


def withdraw_report(session: Session, *, by: Actor, hazard: Hazard, now: datetime, policy: Policy) -> Hazard:
    """Take a report back; its alarm stops."""
    hazard = withdraw_hazard(session, by=by, hazard=hazard, now=now, policy=policy)
    close_alarms(session, county=hazard.county, subject=("hazard", hazard.id), reason="withdrawn")
    update_cards(session, hazard=hazard, now=now, policy=policy)
    return hazard


def hand_over_hazard(session: Session, *, by: Actor, hazard: Hazard, now: datetime, policy: Policy) -> Hazard:
    """交办 of a covert finding: from now on the inspected side sees it. Errors: not-covert."""
    changes = {"hidden": False, **unit_made_known(session, hazard=hazard, now=now)}
    hazard = move(session, by=by, hazard=hazard, action="hand_over", now=now, policy=policy, changes=changes)
    update_cards(session, hazard=hazard, now=now, policy=policy)
    return hazard


def verify_hazard(
    session: Session,
    *,
    by: Actor,
    hazard: Hazard,
    level: str,
    now: datetime,
    policy: Policy,
    criterion_id: str | None = None,
    reason: str = "",
) -> Hazard:
    """核实定级: it is real, and of this level (安全生产法 Art 118: two levels); its alarm is answered.

    A major one cites the criterion it meets; the event keeps its title and document. To grade it anew needs
    a reason; from `assigned` on the responsible side must accept it again. Errors: level-unknown,
    graded-already, criterion-needed, criterion-unknown, criterion-not-in-force, reason-needed,
    listed-office-only, and those of `move`.
    """
    held = hazard.state in WITH_OWNER
    cited = criterion(session, criterion_id) if level == "major" and criterion_id else None
    changes = {
        "level": level,
        "verified_by": by.person_id,
        "criterion_id": cited.id if cited else None,
        "level_reason": reason.strip(),
    }
    noted = {"cited": cited.title, "document": f"{cited.standard_title} {cited.document_no}"} if cited else {}
    hazard = move(
        session,
        by=by,
        hazard=hazard,
        action="regrade" if held else "verify",
        now=now,
        policy=policy,
        changes=changes,
        given={"again": hazard.state != REPORTED},
        noted=noted,
        reason=reason,
    )
    answer_alarms(session, by=by, subject=("hazard", hazard.id), now=now, policy=policy)
    told(session, hazard, by, now, policy, reason=reason, about="regraded" if held else "")
    return hazard


def reject_hazard(
    session: Session, *, by: Actor, hazard: Hazard, reason: str, now: datetime, policy: Policy
) -> Hazard:
    """不属实: a report is rejected, with a reason that the reporter is told.

    Errors: reason-needed, listed-office-only, still-suspended, and those of `move`.
    """
    hazard = move(session, by=by, hazard=hazard, action="reject", now=now, policy=policy, reason=reason)
    return _ended(session, by, hazard, "rejected", now, policy, reason)


def mark_duplicate(
    session: Session, *, by: Actor, hazard: Hazard, kept: Hazard, now: datetime, policy: Policy
) -> Hazard:
    """重复: the same as another open one, which is kept; its reporter follows that one from now on.

    A covert finding is marked so without a trace on the one kept; nothing is merged into one that is hidden.
    Errors: duplicate-of-itself, duplicate-of-nothing, duplicate-of-hidden, listed-office-only,
    still-suspended, and those of `move`.
    """
    changes = {"duplicate_of": kept.id}
    hazard = move(
        session,
        by=by,
        hazard=hazard,
        action="mark_duplicate",
        now=now,
        policy=policy,
        changes=changes,
        given={"kept": kept},
        noted={"kept": kept.number},
    )
    followers = followers_of(session, county=by.county, hazard_id=hazard.id)
    for person_id in () if hazard.hidden else (hazard.reporter_id, *followers):
        if person_id != kept.reporter_id:
            add_follower(session, county=by.county, hazard_id=kept.id, person_id=person_id, now=now)
    return _ended(session, by, hazard, "duplicate", now, policy, kept.number)


def transfer_hazard(
    session: Session,
    *,
    by: Actor,
    hazard: Hazard,
    department: str,
    reason: str,
    now: datetime,
    policy: Policy,
) -> Hazard:
    """移送 to a department outside this ledger, in writing (安全生产法 Art 69). Errors: department-needed,
    reason-needed, and those of `move`."""
    changes = {"transferred_to": department.strip()[:60], "remind_at": None}
    held = hazard.state in WITH_OWNER
    hazard = move(
        session,
        by=by,
        hazard=hazard,
        action="transfer",
        now=now,
        policy=policy,
        changes=changes,
        reason=reason,
    )
    if held:
        tell_relieved(session, hazard=hazard, by=by, now=now, policy=policy)
    return _ended(session, by, hazard, "transferred", now, policy, reason)


def take_back_hazard(
    session: Session, *, by: Actor, hazard: Hazard, reason: str, now: datetime, policy: Policy
) -> Hazard:
    """A transferred hazard comes back: it is verified anew. Errors: reason-needed, and those of `move`."""
    changes = {
        "transferred_to": "",
        "owner_id": None,
        "assigned_unit_id": None,
        "assigned_area": None,
        "notice_id": None,
        "due_at": None,
    }
    hazard = move(
        session,
        by=by,
        hazard=hazard,
        action="take_back",
        now=now,
        policy=policy,
        changes=changes,
        reason=reason,
    )
    told(session, hazard, by, now, policy, reason=reason, about="taken-back")
    return hazard


def _ended(
    session: Session, by: Actor, hazard: Hazard, why: str, now: datetime, policy: Policy, reason: str
) -> Hazard:
    subject = ("hazard", hazard.id)
    close_alarms(session, county=hazard.county, subject=subject, reason=why)
    cancel(session, county=hazard.county, subject=subject, kinds=[REMINDER], reason=why)
    told(session, hazard, by, now, policy, reason=reason)
    return hazard


def confirm_spot_fix(session: Session, *, by: Actor, hazard: Hazard, now: datetime, policy: Policy) -> Hazard:
    """即查即改: a second person confirms, by the photo taken after it, that it was fixed on the spot.

    Errors: not-spot-fixed, major-not-on-the-spot, own-report, after-photo-needed, and those of `move`.
    """
    changes = {"level": "general", "verified_by": by.person_id, "rechecked_by": by.person_id}
    hazard = move(
        session, by=by, hazard=hazard, action="confirm_spot_fix", now=now, policy=policy, changes=changes
    )
    told(session, hazard, by, now, policy)
    return hazard


def commit_to(
    session: Session,
    *,
    by: Actor,
    hazard: Hazard,
    item: str,
    value: str,
    now: datetime,
    policy: Policy,
    reason: str = "",
) -> None:
    """Settle one of the five (五落实), or replace it with a reason. The same words again change nothing.

    Who and by when are settled by assigning. Errors: commitment-unknown, commitment-by-assigning,
    commitment-empty, too-long, reason-needed, and those of `move`.
    """
    if hazard.state not in BY_ACTION["commit"].before:
        raise UserError("hazard-moved-on", number=hazard.number, state=text(f"state-{hazard.state}"))
    value = clean_commitment(item, value)
    former = commitments_of(session, county=by.county, hazard_id=hazard.id).get(item)
    if former is not None and former.value == value:
        return
    move(
        session,
        by=by,
        hazard=hazard,
        action="commit",
        now=now,
        policy=policy,
        given={"again": former is not None},
        noted={"item": item, "value": value, "former": former.value if former else ""},
        reason=reason,
    )
    settle(session, by=by, hazard=hazard, item=item, value=value, now=now)


def settle(session: Session, *, by: Actor, hazard: Hazard, item: str, value: str, now: datetime) -> None:
    """Write one of the five down as it stands."""
    row = session.get(Commitment, (hazard.county, hazard.id, item))
    if row is None:
        row = Commitment(
            county=hazard.county, hazard_id=hazard.id, item=item, value=value, set_at=now, times=0
        )
    row.value, row.set_by, row.set_name, row.set_at = value, by.person_id, by.name, now
    row.times += 1
    session.add(row)
    session.flush()


def accept_hazard(session: Session, *, by: Actor, hazard: Hazard, now: datetime, policy: Policy) -> Hazard:
    """接收: the work begins; of a unit's or town's people the one who accepts is the responsible person.

    Errors: five-missing, and those of `move`.
    """
    taken = hazard.owner_id is None and by.person_id is not None
    changes = {"owner_id": by.person_id} if taken else {}
    hazard = move(session, by=by, hazard=hazard, action="accept", now=now, policy=policy, changes=changes)
    if taken:
        duty = commitments_of(session, county=by.county, hazard_id=hazard.id)[DUTY]
        settle(session, by=by, hazard=hazard, item=DUTY, value=f"{duty.value} {by.name}", now=now)
    told(session, hazard, by, now, policy)
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
    """整改完成: the responsible side reports it fixed, with at least one photo; the ladder stops.

    Errors: photo-needed, five-missing, too-long, and those of `move`.
    """
    if len(note) > REASON_MAX:
        raise UserError("too-long", most=REASON_MAX, length=len(note))
    changes = {"submitted_at": now, "submitted_by": by.person_id, "fix_note": note, "remind_at": None}
    hazard = move(
        session,
        by=by,
        hazard=hazard,
        action="submit_fix",
        now=now,
        policy=policy,
        changes=changes,
        given={"photos": photo_ids},
        reason=note,
    )
    attach_photos(session, hazard, "after", photo_ids, now)
    cancel(session, county=by.county, subject=("hazard", hazard.id), kinds=[REMINDER], reason="fixed")
    told(session, hazard, by, now, policy)
    tell_office(session, hazard=hazard, by=by, key="office-submitted", now=now, policy=policy, reason=note)
    return hazard


def fail_recheck(
    session: Session, *, by: Actor, hazard: Hazard, reason: str, now: datetime, policy: Policy
) -> Hazard:
    """复查不合格: back to the responsible person with a reason; the ladder goes on. Errors: reason-needed."""
    assert hazard.due_at is not None or hazard.state != "submitted"
    rung, remind_at = first_rung(hazard.due_at or now, now=now, seed=hazard.id, policy=policy)
    changes = {"failed_rechecks": hazard.failed_rechecks + 1, "rung": rung, "remind_at": remind_at}
    hazard = move(
        session,
        by=by,
        hazard=hazard,
        action="fail_recheck",
        now=now,
        policy=policy,
        changes=changes,
        reason=reason,
    )
    told(session, hazard, by, now, policy, reason=reason, about="failed")
    offer_link(session, hazards=[hazard], now=now, policy=policy, says=FAILED)
    return hazard


def pass_recheck(session: Session, *, by: Actor, hazard: Hazard, now: datetime, policy: Policy) -> Hazard:
    """复查合格. Nobody accepts their own work or their unit's; a major one the office or the sector's
    department accepts (安全生产法 Art 65(3)). Errors: own-work, own-unit, own-town, major-needs-authority,
    after-photo-needed, and those of `move`."""
    hazard = move(
        session,
        by=by,
        hazard=hazard,
        action="pass_recheck",
        now=now,
        policy=policy,
        changes={"rechecked_by": by.person_id},
    )
    told(session, hazard, by, now, policy)
    if hazard.level == "major":  # somebody else has to close it
        tell_office(session, hazard=hazard, by=by, key="office-passed", now=now, policy=policy)
    return hazard


def close_hazard(session: Session, *, by: Actor, hazard: Hazard, now: datetime, policy: Policy) -> Hazard:
    """销号: off the active list; when it is looked at again, and the reporter asked, is set.

    A major one is closed by another than who re-checked it. Errors: own-work, own-unit, own-town,
    closer-rechecked, still-listed, still-suspended, and those of `move`.
    """
    changes: dict[str, Any] = {
        "closed_at": now,
        "closed_by": by.person_id,
        "lookback_at": now + timedelta(days=policy.lookback_days),
        "ask_at": now + timedelta(days=policy.ask_reporter_days),
    }
    hazard = move(session, by=by, hazard=hazard, action="close", now=now, policy=policy, changes=changes)
    close_alarms(session, county=hazard.county, subject=("hazard", hazard.id), reason="closed")
    told(session, hazard, by, now, policy)
    return hazard


def told(
    session: Session,
    hazard: Hazard,
    by: Actor,
    now: datetime,
    policy: Policy,
    reason: str = "",
    about: str = "",
) -> None:
    """After a step: the cards change, the owner and the reporter hear of it; `about`: not of the new state."""
    update_cards(session, hazard=hazard, now=now, policy=policy)
    tell_owner(session, hazard=hazard, now=now, policy=policy, reason=reason, by=by, about=about)
    tell_reporter(session, hazard=hazard, now=now, policy=policy, reason=reason, by=by, about=about)
