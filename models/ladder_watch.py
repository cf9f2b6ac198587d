"""The tick of the deadline ladder: whoever is due is told, and an overdue hazard's notice is drafted."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select, update

from models.audience import as_recipients, recipients_for
from models.audit import record
from models.base import short, system
from models.hazard_cards import owner_buttons, where_line
from models.hazard_notices import owners_of
from models.hazard_states import WITH_OWNER
from models.hazards import Hazard
from models.ladder import passed_rungs
from models.outbox import REMINDER, send_to
from models.policy import DRAFT, OWNER, Policy, Rung
from models.supervision import draft_notice
from models.text import content, day, text, when


def remind_due(session: Session, *, county: str, now: datetime, policy: Policy, limit: int = 200) -> int:
    """The tick: each hazard whose rung is due is recomputed from the facts, claimed, and told once."""
    due = session.exec(
        select(Hazard)
        .where(Hazard.county == county, col(Hazard.remind_at) <= now)
        .order_by(col(Hazard.remind_at))
        .limit(limit)
    ).all()
    return sum(_remind(session, hazard, now, policy) for hazard in due)


def _remind(session: Session, hazard: Hazard, now: datetime, policy: Policy) -> int:
    assert hazard.due_at is not None
    working = hazard.state in WITH_OWNER
    rungs, upcoming, at = passed_rungs(
        hazard.due_at, rung=hazard.rung, now=now, seed=hazard.id, policy=policy
    )
    claimed = session.execute(
        update(Hazard)
        .where(
            col(Hazard.county) == hazard.county,
            col(Hazard.id) == hazard.id,
            col(Hazard.remind_at) == hazard.remind_at,
            col(Hazard.state) == hazard.state,
        )
        .values(rung=upcoming, remind_at=at if working else None)
        .execution_options(synchronize_session=False)
    )
    if claimed.rowcount != 1 or not working or not rungs:  # type: ignore[attr-defined]
        return 0
    _tell(session, hazard, rungs, now, policy)
    return 1


def _tell(session: Session, hazard: Hazard, rungs: list[Rung], now: datetime, policy: Policy) -> None:
    """After downtime the missed rungs are said once: the last one's words, to all who were missed."""
    latest = rungs[-1]
    audiences = [audience for rung in rungs for audience in rung.to if audience != DRAFT]
    if any(DRAFT in rung.to for rung in rungs):
        draft_notice(session, hazard=hazard, now=now, policy=policy)
    recipients = recipients_for(
        session,
        county=hazard.county,
        audiences=dict.fromkeys(audiences),
        area=hazard.area,
        owner_id=hazard.owner_id,
        groups=latest.days > 0,
    )
    if OWNER in audiences and hazard.owner_id is None:  # nobody of the unit or the town has taken it yet
        known = {recipient.person_id for recipient in recipients}
        others = [person for person in owners_of(session, hazard) if person.id not in known]
        recipients += as_recipients(session, others)
    told = send_to(
        session,
        recipients,
        county=hazard.county,
        body=reminder_body(session, hazard, now=now, policy=policy),
        kind=REMINDER,
        now=now,
        policy=policy,
        dedup=f"ladder:{short(hazard.id)}:{hazard.due_at}:{latest.days}",
        subject=("hazard", hazard.id),
    )
    record(
        session,
        by=system(hazard.county),
        subject="hazard",
        subject_id=hazard.id,
        action="remind",
        now=now,
        after={"days": latest.days, "to": sorted(set(audiences)), "told": told},
    )


def reminder_body(session: Session, hazard: Hazard, *, now: datetime, policy: Policy) -> dict[str, Any]:
    """What the ladder says of a hazard today."""
    assert hazard.due_at is not None
    days = (policy.local(hazard.due_at).date() - policy.local(now).date()).days
    if now >= hazard.due_at:
        head = text("remind-overdue", number=hazard.number, days=max(-days, 0))
    elif days == 0:
        head = text("remind-today", number=hazard.number, at=when(hazard.due_at))
    else:
        head = text(
            "remind-ahead", number=hazard.number, days=days, on=day(policy.local(hazard.due_at).date())
        )
    return content(head, where_line(session, hazard), hazard.description[:200], buttons=owner_buttons(hazard))
