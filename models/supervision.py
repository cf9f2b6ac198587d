"""挂牌督办 and 停产: listing a major hazard for supervision, suspending production, and the drafts of notices."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Session, col, select, update

from models.audit import record
from models.base import Actor, CountyRow, Id, UserError, insert_ignore, json_field, new_id, system, utc_field
from models.criteria import Criterion
from models.hazard_cards import where_line
from models.hazard_flow import told
from models.hazard_notices import tell_draft
from models.hazard_states import OFFICE
from models.hazards import Hazard, move
from models.people import OFFICE_LEADER, Person, require
from models.policy import Policy
from models.text import Text, text, when
from models.units import Unit

SUPERVISED_BY = ("county", "city", "province")
DRAFTED, SIGNED, DISCARDED = "drafted", "signed", "discarded"


class NoticeDraft(CountyRow, table=True):
    """The draft of a supervision notice (督办通知), laid before the office for its signature; one for each
    deadline that was missed. `fields` are what the document says."""

    __table_args__ = (
        Index("ix_noticedraft_hazard", "county", "hazard_id", "due_at", unique=True),
        Index("ix_noticedraft_state", "county", "state", "id"),
    )

    hazard_id: Id
    due_at: datetime = utc_field()
    fields: dict[str, Any] = json_field(dict)
    state: str = DRAFTED
    created_at: datetime = utc_field()


def supervise_hazard(
    session: Session, *, by: Actor, hazard: Hazard, level: str, reason: str, now: datetime, policy: Policy
) -> Hazard:
    """挂牌督办 of a major hazard by the county, city or province (安全生产法 Art 41; 豫安委〔2015〕32号).

    It cannot be closed before it is taken off the list. Errors: supervised-level, only-major,
    listed-already, and those of `move`.
    """
    if level not in SUPERVISED_BY:
        raise UserError("supervised-level")
    changes = {"supervised": level, "supervised_at": now, "delisted_at": None}
    return _stay(session, by, hazard, "supervise", "supervised", changes, reason, now, policy)


def delist_hazard(
    session: Session, *, by: Actor, hazard: Hazard, now: datetime, policy: Policy, reason: str = ""
) -> Hazard:
    """摘牌, after the re-check has passed. Errors: not-listed, own-work, own-unit, and those of `move`."""
    return _stay(session, by, hazard, "delist", "delisted", {"delisted_at": now}, reason, now, policy)


def suspend_production(
    session: Session, *, by: Actor, hazard: Hazard, reason: str, now: datetime, policy: Policy
) -> Hazard:
    """停产: production was ordered to stop, by whom the reason says. Errors: suspended-already,
    reason-needed."""
    changes = {"suspended_at": now, "resumed_at": None}
    return _stay(session, by, hazard, "suspend", "suspended", changes, reason, now, policy)


def resume_production(
    session: Session, *, by: Actor, hazard: Hazard, now: datetime, policy: Policy, reason: str = ""
) -> Hazard:
    """复产: resumption is approved; of a major hazard only after its re-check (安全生产法 Art 65(3)).

    Errors: not-suspended, resume-after-recheck, own-work, own-unit, and those of `move`.
    """
    changes = {"resumed_at": now}
    return _stay(session, by, hazard, "resume_production", "resumed", changes, reason, now, policy)


def _stay(
    session: Session,
    by: Actor,
    hazard: Hazard,
    action: str,
    about: str,
    changes: dict[str, Any],
    reason: str,
    now: datetime,
    policy: Policy,
) -> Hazard:
    hazard = move(
        session, by=by, hazard=hazard, action=action, now=now, policy=policy, changes=changes, reason=reason
    )
    told(session, hazard, by, now, policy, reason=reason, about=about)
    return hazard


def draft_notice(session: Session, *, hazard: Hazard, now: datetime, policy: Policy) -> int | None:
    """Draft the supervision notice of an overdue hazard, once for each deadline, and lay it before the office;
    its id, or None if it was drafted before."""
    assert hazard.due_at is not None
    draft_id = new_id()
    row = {
        "county": hazard.county,
        "id": draft_id,
        "hazard_id": hazard.id,
        "due_at": hazard.due_at,
        "fields": _fields(session, hazard, now, policy),
        "state": DRAFTED,
        "created_at": now,
    }
    if not insert_ignore(session, NoticeDraft, row):
        return None
    record(
        session,
        by=system(hazard.county),
        subject="hazard",
        subject_id=hazard.id,
        action="draft_notice",
        now=now,
        after={"draft": draft_id},
    )
    tell_draft(session, hazard=hazard, draft_id=draft_id, now=now, policy=policy)
    return draft_id


def _fields(session: Session, hazard: Hazard, now: datetime, policy: Policy) -> dict[str, Any]:
    """What the notice says (永川安办〔2025〕2号; 国家发展改革委令第41号 Art 26 name these parts)."""
    unit = session.get(Unit, (hazard.county, hazard.assigned_unit_id)) if hazard.assigned_unit_id else None
    owner = session.get(Person, (hazard.county, hazard.owner_id)) if hazard.owner_id else None
    cited = session.get(Criterion, hazard.criterion_id) if hazard.criterion_id else None
    assert hazard.due_at is not None
    return {
        "to_unit": unit.name if unit else hazard.unit_name,
        "number": hazard.number,
        "level": hazard.level,
        "where": where_line(session, hazard),
        "facts": hazard.description,
        "criterion": _cited(cited) if cited else text("none"),
        "owner": owner.name if owner else "",
        "owner_phone": owner.phone if owner else "",
        "due": when(hazard.due_at),
        "overdue_days": (policy.local(now).date() - policy.local(hazard.due_at).date()).days,
    }


def _cited(found: Criterion) -> Text:
    return text(
        "draft-criterion", standard=found.standard_title, document=found.document_no, title=found.title
    )


def drafts_waiting(session: Session, *, county: str, limit: int = 10) -> list[NoticeDraft]:
    """Drafts that wait for the office, the oldest first."""
    return list(
        session.exec(
            select(NoticeDraft)
            .where(NoticeDraft.county == county, NoticeDraft.state == DRAFTED)
            .order_by(col(NoticeDraft.id))
            .limit(limit)
        )
    )


def notice_draft(session: Session, *, by: Actor, draft_id: int) -> NoticeDraft:
    """A draft, for the office. Errors: not-allowed, draft-unknown."""
    require(by, *OFFICE, OFFICE_LEADER)
    draft = session.get(NoticeDraft, (by.county, draft_id))
    if draft is None:
        raise UserError("draft-unknown")
    return draft


def settle_draft(
    session: Session, *, by: Actor, draft_id: int, signed: bool, now: datetime, policy: Policy
) -> NoticeDraft:
    """The office has signed a draft, or wants none. Errors: not-allowed, draft-unknown, draft-settled."""
    draft = notice_draft(session, by=by, draft_id=draft_id)
    state = SIGNED if signed else DISCARDED
    done = session.execute(
        update(NoticeDraft)
        .where(
            col(NoticeDraft.county) == by.county,
            col(NoticeDraft.id) == draft_id,
            col(NoticeDraft.state) == DRAFTED,
        )
        .values(state=state)
        .execution_options(synchronize_session=False)
    )
    session.refresh(draft)
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise UserError("draft-settled")
    record(
        session,
        by=by,
        subject="hazard",
        subject_id=draft.hazard_id,
        action="sign_notice" if signed else "discard_notice",
        now=now,
        after={"draft": draft_id},
    )
    return draft
