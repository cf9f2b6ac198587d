"""The rules that a move of a hazard must keep; models/hazard_states.py says which move keeps which.

Each rule is a function of the attempt; it raises a UserError that names the rule and says why.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlmodel import Session

from models.base import Actor, UserError
from models.commitments import missing_commitments
from models.criteria import criterion
from models.files import attached
from models.hazard_states import AUTHORITY, OFFICE, OPEN, PASSED, REPORTED
from models.people import RESPONSIBLE, TOWN_OFFICER, Person, covers, grants_of, may
from models.policy import Policy
from models.text import series, text, when
from models.units import Unit

if TYPE_CHECKING:
    from models.hazards import Hazard

REASON_MAX = 500
DEADLINE_MOST = timedelta(days=366)


@dataclass(frozen=True)
class Attempt:
    """A move about to be made: `changes` are the columns it would set, `given` what else it was given."""

    session: Session
    by: Actor
    hazard: "Hazard"
    now: datetime
    policy: Policy
    changes: dict[str, Any] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    reason: str = ""


Rule = Callable[[Attempt], None]


def _edit_window(of: Attempt) -> None:
    if of.now - of.hazard.reported_at > of.policy.edit_window:
        minutes = int(of.policy.edit_window.total_seconds() // 60)
        raise UserError("edit-window-over", minutes=minutes, number=of.hazard.number)


def _reason(of: Attempt) -> None:
    if not of.reason.strip():
        raise UserError("reason-needed")
    if len(of.reason) > REASON_MAX:
        raise UserError("too-long", most=REASON_MAX, length=len(of.reason))


def _reason_if_again(of: Attempt) -> None:
    if of.given.get("again"):
        _reason(of)


def _level(of: Attempt) -> None:
    if of.changes.get("level") not in ("general", "major"):
        raise UserError("level-unknown")


def _another_grade(of: Attempt) -> None:
    """Pressed twice it changes nothing."""
    hazard, level = of.hazard, of.changes["level"]
    same = (hazard.level, hazard.criterion_id) == (level, of.changes["criterion_id"])
    if same and hazard.state != REPORTED:
        raise UserError("graded-already", number=hazard.number, level=text(f"level-{level}"))


def _criterion(of: Attempt) -> None:
    """A major hazard cites the criterion that holds on the day (安全生产法 Art 118 leaves the tests to it)."""
    if of.changes.get("level") != "major":
        return
    if not of.changes.get("criterion_id"):
        raise UserError("criterion-needed")
    found = criterion(of.session, of.changes["criterion_id"])
    on = of.policy.local(of.now).date()
    if found.effective_from > on or (found.effective_to is not None and found.effective_to < on):
        raise UserError("criterion-not-in-force", code=found.code)


def _covert(of: Attempt) -> None:
    if not of.hazard.hidden:
        raise UserError("not-covert", number=of.hazard.number)


def _other_kept(of: Attempt) -> None:
    """What is closed is not kept: there it came back, and is reopened. Of a covert finding nobody is told."""
    kept = of.given.get("kept")
    if kept is None or kept.id == of.hazard.id:
        raise UserError("duplicate-of-itself")
    if kept.state not in OPEN:
        raise UserError("duplicate-of-nothing", number=kept.number, state=text(f"state-{kept.state}"))
    if kept.hidden and not of.hazard.hidden:
        raise UserError("duplicate-of-hidden", number=kept.number)


def _department(of: Attempt) -> None:
    if not str(of.changes.get("transferred_to", "")).strip():
        raise UserError("department-needed")


def _spot_fixed(of: Attempt) -> None:
    if not of.hazard.spot_fixed:
        raise UserError("not-spot-fixed", number=of.hazard.number)


def _not_major(of: Attempt) -> None:
    if of.hazard.level == "major" or (of.hazard.level is None and of.hazard.suspected_major):
        raise UserError("major-not-on-the-spot", number=of.hazard.number)


def _major(of: Attempt) -> None:
    if of.hazard.level != "major":
        raise UserError("only-major", number=of.hazard.number)


def _another_listing(of: Attempt) -> None:
    if of.hazard.is_listed and of.hazard.supervised == of.changes["supervised"]:
        raise UserError("listed-already", number=of.hazard.number)


def _not_own_report(of: Attempt) -> None:
    if of.by.person_id is None or of.by.person_id == of.hazard.reporter_id:
        raise UserError("own-report")


def _after_photo(of: Attempt) -> None:
    after = attached(
        of.session, county=of.hazard.county, subject="hazard", subject_id=of.hazard.id, kind="after"
    )
    if not after:
        raise UserError("after-photo-needed", number=of.hazard.number)


def _photo_given(of: Attempt) -> None:
    if not of.given.get("photos"):
        raise UserError("photo-needed")


def _deadline(of: Attempt) -> None:
    due_at = of.changes["due_at"]
    if due_at <= of.now:
        raise UserError("deadline-past")
    if due_at - of.now > DEADLINE_MOST:
        raise UserError("deadline-far")


def _owner_of_it(of: Attempt) -> None:
    """The person is one of the unit, or of the town, that it is given to."""
    owner: Person | None = of.given["owner"]
    unit: Unit | None = of.given["unit"]
    area: str | None = of.changes["assigned_area"]
    if owner is None:
        return
    grants = grants_of(of.session, county=owner.county, person_id=owner.id)
    of_unit = unit is not None and (
        owner.unit_id == unit.id or any((g.role, g.unit_id) == (RESPONSIBLE, unit.id) for g in grants)
    )
    of_town = area is not None and (
        covers(area, owner.area) or any(g.role == TOWN_OFFICER and g.area == area for g in grants)
    )
    if not (of_unit or of_town or (unit is None and area is None)):
        raise UserError("assign-owner-elsewhere", name=owner.name)


def _within_owner(of: Attempt) -> None:
    """Who holds it passes it on within the unit, or within the town it was given to."""
    target: Person = of.given["to"]
    unit, area = of.hazard.assigned_unit_id, of.hazard.assigned_area
    if unit is not None and target.unit_id == unit:
        return
    if area is not None and target.area is not None and target.area.startswith(area):
        return
    raise UserError("not-within-unit", name=target.name)


def _five_commitments(of: Attempt) -> None:
    """五落实: a major one needs all five, a general one who and by when (安全生产法 Art 41; 河南条例 Art 24)."""
    missing = missing_commitments(of.session, hazard=of.hazard)
    if missing:
        names = series(text(f"commitment-{item}") for item in missing)
        raise UserError("five-missing", number=of.hazard.number, names=names)


def _none_pending(of: Attempt) -> None:
    if of.given["pending"] is not None:
        raise UserError("extension-pending", number=of.hazard.number)


def _later_deadline(of: Attempt) -> None:
    new_due, due_at = of.given["new_due"], of.hazard.due_at
    if due_at is None or new_due <= due_at or new_due <= of.now:
        raise UserError("extension-not-later", due=when(due_at) if due_at else "")
    if new_due - of.now > DEADLINE_MOST:
        raise UserError("deadline-far")


def _in_time_to_ask(of: Attempt) -> None:
    days = of.policy.extension_notice_days
    if days and of.hazard.due_at is not None and of.hazard.due_at - of.now < timedelta(days=days):
        raise UserError("extension-too-late", days=days)


def _another_than_asked(of: Attempt) -> None:
    """Neither who asked for it, nor whose work it is, nor their unit."""
    if of.by.person_id is None or of.by.person_id in (of.given["asked_by"], of.hazard.owner_id):
        raise UserError("extension-own")
    _not_own_unit(of)


def _listed_by_office(of: Attempt) -> None:
    """What is listed for supervision only the office extends, grades anew or takes from the ledger."""
    if of.hazard.is_listed and not may(of.by, OFFICE, area=of.hazard.area):
        raise UserError("listed-office-only", number=of.hazard.number)


def _not_suspended_yet(of: Attempt) -> None:
    if of.hazard.is_suspended:
        raise UserError("suspended-already", number=of.hazard.number)


def _suspended(of: Attempt) -> None:
    if not of.hazard.is_suspended:
        raise UserError("not-suspended", number=of.hazard.number)


def _not_suspended(of: Attempt) -> None:
    if of.hazard.is_suspended:
        raise UserError("still-suspended", number=of.hazard.number)


def _major_passed_first(of: Attempt) -> None:
    """安全生产法 Art 65(3): production is resumed after the major hazard is removed and that was examined."""
    if of.hazard.level == "major" and of.hazard.state != PASSED:
        raise UserError("resume-after-recheck", number=of.hazard.number)


def _listed(of: Attempt) -> None:
    if not of.hazard.is_listed:
        raise UserError("not-listed", number=of.hazard.number)


def _not_listed(of: Attempt) -> None:
    if of.hazard.is_listed:
        raise UserError("still-listed", number=of.hazard.number)


def _not_own_work(of: Attempt) -> None:
    """Who was to rectify, or said that it was done, never accepts it."""
    rectifiers = {of.hazard.owner_id, of.hazard.submitted_by}
    if of.by.person_id is None or of.by.person_id in rectifiers:
        raise UserError("own-work")


def _not_own_unit(of: Attempt) -> None:
    """Nobody of the rectifying unit, or of the town that was to rectify, accepts it."""
    unit, area = of.hazard.assigned_unit_id, of.hazard.assigned_area
    person = of.session.get(Person, (of.by.county, of.by.person_id)) if of.by.person_id else None
    if unit is not None and (
        (person is not None and person.unit_id == unit) or may(of.by, (RESPONSIBLE,), unit_id=unit)
    ):
        raise UserError("own-unit")
    if area is not None and may(of.by, (TOWN_OFFICER,), area=area) and not may(of.by, AUTHORITY, area=area):
        raise UserError("own-town")


def _major_by_authority(of: Attempt) -> None:
    hazard = of.hazard
    if hazard.level == "major" and not may(of.by, AUTHORITY, area=hazard.area, sector=hazard.sector):
        raise UserError("major-needs-authority", number=hazard.number)


def _other_closer(of: Attempt) -> None:
    if of.hazard.level == "major" and of.by.person_id == of.hazard.rechecked_by:
        raise UserError("closer-rechecked", number=of.hazard.number)


RULES: dict[str, Rule] = {
    "edit_window": _edit_window,
    "reason": _reason,
    "reason_if_again": _reason_if_again,
    "level": _level,
    "another_grade": _another_grade,
    "criterion": _criterion,
    "covert": _covert,
    "other_kept": _other_kept,
    "department": _department,
    "spot_fixed": _spot_fixed,
    "not_major": _not_major,
    "major": _major,
    "another_listing": _another_listing,
    "not_own_report": _not_own_report,
    "after_photo": _after_photo,
    "photo_given": _photo_given,
    "deadline": _deadline,
    "owner_of_it": _owner_of_it,
    "within_owner": _within_owner,
    "five_commitments": _five_commitments,
    "none_pending": _none_pending,
    "later_deadline": _later_deadline,
    "in_time_to_ask": _in_time_to_ask,
    "another_than_asked": _another_than_asked,
    "listed_by_office": _listed_by_office,
    "not_suspended_yet": _not_suspended_yet,
    "suspended": _suspended,
    "not_suspended": _not_suspended,
    "major_passed_first": _major_passed_first,
    "listed": _listed,
    "not_listed": _not_listed,
    "not_own_work": _not_own_work,
    "not_own_unit": _not_own_unit,
    "major_by_authority": _major_by_authority,
    "other_closer": _other_closer,
}


def check_rules(names: tuple[str, ...], attempt: Attempt) -> None:
    """Raise the first rule that the attempt breaks."""
    for name in names:
        RULES[name](attempt)
