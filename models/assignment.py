"""交办: handing hazards to a responsible person, unit or town, one or several in one notice; passing on, back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index
from sqlalchemy import text as sql
from sqlmodel import Session, col, select

from models.base import Actor, CountyRow, MaybeId, UserError, utc_field
from models.calendar import calendar_of
from models.commitments import DEADLINE, DUTY, forget_plan
from models.extensions import lapse_extension
from models.hazard_cards import update_cards
from models.hazard_flow import settle, told
from models.hazard_notices import tell_notice, tell_office, tell_owner, tell_reporter
from models.hazard_reports import unit_made_known
from models.hazard_states import IS_OPEN, VERIFIED, WITH_OWNER
from models.hazards import Hazard, may_move, move
from models.ladder import first_rung
from models.outbox import REMINDER, cancel
from models.people import TOWN_OFFICER, Person, grants_of
from models.places import area_index
from models.policy import Policy
from models.reply_notices import offer_link
from models.units import Unit
from models.workdays import add_workdays

BY_HAND = "hand"
TOGETHER_MOST = 30


class AssignmentNotice(CountyRow, table=True):
    """One notice (交办通知) with the hazards of one unit that were handed over together or merged into it."""

    __table_args__ = (Index("ix_assignmentnotice_unit", "county", "unit_id", "id"),)

    unit_id: MaybeId = None
    area: str | None = None
    owner_id: MaybeId = None
    due_at: datetime = utc_field()
    issued_at: datetime = utc_field()
    issued_by: MaybeId = None


def deadline_by_rule(
    session: Session, *, hazard: Hazard, now: datetime, policy: Policy
) -> tuple[datetime, str] | None:
    """The deadline that the office's rule gives this hazard, and the rule's name; None where there is none.

    It ends at the office's deadline hour. Error: calendar-not-announced, for a rule in working days that
    leads into a year without an official calendar.
    """
    rule = policy.deadline_rule(hazard.level or "general", hazard.sector, hazard.kind)
    if rule is None:
        return None
    today = policy.local(now).date()
    if rule.workdays:
        on = add_workdays(calendar_of(session, county=hazard.county), today, rule.days)
    else:
        on = today + timedelta(days=rule.days)
    at = datetime.combine(on, policy.deadline_time, policy.zone)
    return at, f"rule:{rule.days}{'w' if rule.workdays else 'd'}"


def assign_hazard(
    session: Session,
    *,
    by: Actor,
    hazard: Hazard,
    due_at: datetime,
    now: datetime,
    policy: Policy,
    owner_id: int | None = None,
    unit_id: int | None = None,
    area: str | None = None,
    due_rule: str = BY_HAND,
    reason: str = "",
    notice: AssignmentNotice | None = None,
) -> Hazard:
    """交办: hand a hazard to a person, a unit or a town with a deadline; the ladder starts.

    To assign again is to transfer, which needs a reason. Where nobody of a unit has a chat, a reply link is made.
    A covert finding is handed over by it. Who and by
    when (责任, 时限) are settled by it; what another unit had planned counts no more. What a town's
    government or its officer is given is the town's. Errors: assign-to-nobody, assign-owner-elsewhere,
    deadline-past, deadline-far, person-unknown, unit-gone, area-unknown, reason-needed, and those of `move`.
    """
    hazard = _assign(
        session, by, hazard, due_at, now, policy, owner_id, unit_id, area, due_rule, reason, notice
    )
    told(session, hazard, by, now, policy)
    offer_link(session, hazards=[hazard], now=now, policy=policy)
    return hazard


def _assign(
    session: Session,
    by: Actor,
    hazard: Hazard,
    due_at: datetime,
    now: datetime,
    policy: Policy,
    owner_id: int | None,
    unit_id: int | None,
    area: str | None,
    due_rule: str,
    reason: str,
    notice: AssignmentNotice | None,
) -> Hazard:
    owner, unit, area = _assignee(session, by.county, owner_id, unit_id, area)
    unit_id = unit.id if unit else None
    former, again = hazard.owner_id, hazard.state in WITH_OWNER
    stays = again and (hazard.assigned_unit_id, hazard.assigned_area) == (unit_id, area)
    rung, remind_at = first_rung(due_at, now=now, seed=hazard.id, policy=policy)
    changes: dict[str, Any] = {
        "assigned_unit_id": unit_id,
        "assigned_area": area,
        "owner_id": owner_id,
        "assigned_by": by.person_id,
        "assigned_at": now,
        "due_at": due_at,
        "due_rule": due_rule,
        "paused_days": 0,
        "rung": rung,
        "remind_at": remind_at,
        "hidden": False,
        "spot_fixed": False,
        **unit_made_known(session, hazard=hazard, now=now),
        "notice_id": notice.id if notice else None,
    }
    hazard = move(
        session,
        by=by,
        hazard=hazard,
        action="assign",
        now=now,
        policy=policy,
        changes=changes,
        given={"again": again, "owner": owner, "unit": unit},
        reason=reason,
    )
    if not stays:
        forget_plan(session, county=by.county, hazard_id=hazard.id)
    lapse_extension(session, hazard=hazard, now=now)
    place = unit.name if unit else area_index(session, county=by.county).path(area)
    duty = " ".join(filter(None, (place, owner.name if owner else "")))
    settle(session, by=by, hazard=hazard, item=DUTY, value=duty, now=now)
    local = policy.local(due_at)
    settle(session, by=by, hazard=hazard, item=DEADLINE, value=f"{local:%Y-%m-%d %H:%M}", now=now)
    cancel(session, county=by.county, subject=("hazard", hazard.id), kinds=[REMINDER], reason="reassigned")
    if former is not None and former != owner_id:
        tell_owner(session, hazard=hazard, key="owner-relieved", now=now, policy=policy, person_id=former)
    return hazard


def _assignee(
    session: Session, county: str, owner_id: int | None, unit_id: int | None, area: str | None
) -> tuple[Person | None, Unit | None, str | None]:
    """Whose it becomes: a person with their unit, a unit, a town."""
    owner = _owner(session, county, owner_id)
    unit_id = unit_id or (owner.unit_id if owner else None)
    unit = session.get(Unit, (county, unit_id)) if unit_id else None
    if unit_id and unit is None:
        raise UserError("unit-gone")
    area = area or _town_of(session, owner, unit)
    if owner is None and unit is None and area is None:
        raise UserError("assign-to-nobody")
    if area is not None and area not in area_index(session, county=county).by_code:
        raise UserError("area-unknown", said=area)
    return owner, unit, area


def _town_of(session: Session, owner: Person | None, unit: Unit | None) -> str | None:
    """The town whose own work it is: the one that the unit governs, or the person is an officer of."""
    if unit is not None and unit.kind == "town":
        return unit.area
    grants = grants_of(session, county=owner.county, person_id=owner.id) if owner else ()
    return next((grant.area for grant in grants if grant.role == TOWN_OFFICER), None)


def _owner(session: Session, county: str, owner_id: int | None) -> Person | None:
    if owner_id is None:
        return None
    owner = session.get(Person, (county, owner_id))
    if owner is None or not owner.active:
        raise UserError("person-unknown")
    return owner


def assign_together(
    session: Session,
    *,
    by: Actor,
    hazards: Sequence[Hazard],
    due_at: datetime,
    now: datetime,
    policy: Policy,
    owner_id: int | None = None,
    unit_id: int | None = None,
    area: str | None = None,
    due_rule: str = BY_HAND,
    reason: str = "",
    notice: AssignmentNotice | None = None,
) -> AssignmentNotice:
    """Hand several hazards over in one notice, all or none, or merge them into one that is open already.

    The owner gets one message for all. Errors: those of `assign_hazard`; notice-empty, notice-full.
    """
    if not hazards:
        raise UserError("notice-empty")
    listed = hazards_of_notice(session, notice) if notice else []
    if len(hazards) + len(listed) > TOGETHER_MOST:
        raise UserError("notice-full", most=TOGETHER_MOST)
    if notice is None:
        owner = _owner(session, by.county, owner_id)
        notice = AssignmentNotice(
            county=by.county,
            unit_id=unit_id or (owner.unit_id if owner else None),
            area=area,
            owner_id=owner_id,
            due_at=due_at,
            issued_at=now,
            issued_by=by.person_id,
        )
        session.add(notice)
        session.flush()
    done = [
        _assign(session, by, hazard, due_at, now, policy, owner_id, unit_id, area, due_rule, reason, notice)
        for hazard in hazards
    ]
    for hazard in done:
        update_cards(session, hazard=hazard, now=now, policy=policy)
        tell_reporter(session, hazard=hazard, now=now, policy=policy, by=by)
    tell_notice(session, notice_id=notice.id, hazards=done, merged=bool(listed), now=now, policy=policy)
    offer_link(session, hazards=done, now=now, policy=policy)
    return notice


def hazards_of_notice(session: Session, notice: AssignmentNotice) -> list[Hazard]:
    """The hazards of a notice that are still with the responsible side."""
    return list(
        session.exec(
            select(Hazard)
            .where(
                Hazard.county == notice.county,
                Hazard.notice_id == notice.id,
                col(Hazard.state).in_(WITH_OWNER),
            )
            .order_by(col(Hazard.id))
        )
    )


def open_notices(session: Session, *, county: str, unit_id: int, limit: int = 5) -> list[AssignmentNotice]:
    """The newest notices of a unit into which a further finding may be merged: something of them is open."""
    newest = session.exec(
        select(AssignmentNotice)
        .where(AssignmentNotice.county == county, AssignmentNotice.unit_id == unit_id)
        .order_by(col(AssignmentNotice.id).desc())
        .limit(limit)
    )
    return [notice for notice in newest if hazards_of_notice(session, notice)]


def to_assign_at(session: Session, *, by: Actor, unit_id: int, limit: int = TOGETHER_MOST) -> list[Hazard]:
    """Verified hazards at one unit that nobody has been given yet, and that this person may assign."""
    waiting = session.exec(
        select(Hazard)
        .where(
            Hazard.county == by.county,
            Hazard.unit_id == unit_id,
            sql(IS_OPEN),
            Hazard.state == VERIFIED,
            col(Hazard.hidden).is_(False),
        )
        .order_by(col(Hazard.id))
    )
    return [hazard for hazard in waiting if may_move(by, hazard, "assign")][:limit]


def pass_on_hazard(
    session: Session, *, by: Actor, hazard: Hazard, to_id: int, reason: str, now: datetime, policy: Policy
) -> Hazard:
    """转办: who holds it gives it to another of the same unit, or of the town it was given to; with a reason.

    The deadline stays. Errors: person-unknown, not-within-unit, reason-needed, and those of `move`.
    """
    target = _owner(session, by.county, to_id)
    assert target is not None
    former = hazard.owner_id
    hazard = move(
        session,
        by=by,
        hazard=hazard,
        action="pass_on",
        now=now,
        policy=policy,
        changes={"owner_id": to_id},
        given={"to": target},
        noted={"to": target.name},
        reason=reason,
    )
    settle(session, by=by, hazard=hazard, item=DUTY, value=target.name, now=now)
    cancel(session, county=by.county, subject=("hazard", hazard.id), kinds=[REMINDER], reason="passed-on")
    update_cards(session, hazard=hazard, now=now, policy=policy)
    tell_owner(session, hazard=hazard, now=now, policy=policy, by=by)
    if former is not None and former not in (to_id, by.person_id):
        tell_owner(session, hazard=hazard, key="owner-relieved", now=now, policy=policy, person_id=former)
    return hazard


def hand_back_hazard(
    session: Session, *, by: Actor, hazard: Hazard, reason: str, now: datetime, policy: Policy
) -> Hazard:
    """退回: it is not theirs to do, with a reason; the office assigns it anew. Errors: reason-needed."""
    former = hazard.owner_id
    changes = {
        "owner_id": None,
        "assigned_unit_id": None,
        "assigned_area": None,
        "notice_id": None,
        "remind_at": None,
        "due_at": None,
    }
    hazard = move(
        session,
        by=by,
        hazard=hazard,
        action="hand_back",
        now=now,
        policy=policy,
        changes=changes,
        reason=reason,
    )
    cancel(session, county=by.county, subject=("hazard", hazard.id), kinds=[REMINDER], reason="handed-back")
    update_cards(session, hazard=hazard, now=now, policy=policy)
    tell_office(
        session, hazard=hazard, by=by, key="office-handed-back", reason=reason, now=now, policy=policy
    )
    if former is not None and former != by.person_id:
        tell_owner(session, hazard=hazard, key="owner-relieved", now=now, policy=policy, person_id=former)
    return hazard
