"""延期: a later deadline is asked for with a reason and approved by another person; the time is shown, not hidden."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy import text as sql
from sqlmodel import Session, col, select, update

from models.base import Actor, CountyRow, Id, MaybeId, UserError, compare_and_set, utc_field
from models.commitments import DEADLINE
from models.hazard_flow import settle, told
from models.hazard_notices import tell_extension, tell_office
from models.hazards import Hazard, move
from models.ladder import first_rung
from models.outbox import REMINDER, cancel
from models.policy import Policy

PENDING, APPROVED, REFUSED, LAPSED = "pending", "approved", "refused", "lapsed"
IS_PENDING = "state = 'pending'"


class Extension(CountyRow, table=True):
    """A wish for a later deadline, and what became of it. One a hazard waits for an answer at a time."""

    __table_args__ = (
        Index("ix_extension_hazard", "county", "hazard_id", "id"),
        Index(
            "ix_extension_pending",
            "county",
            "hazard_id",
            unique=True,
            sqlite_where=sql(IS_PENDING),
            postgresql_where=sql(IS_PENDING),
        ),
    )

    hazard_id: Id
    old_due: datetime = utc_field()
    new_due: datetime = utc_field()
    reason: str
    state: str = PENDING
    asked_by: MaybeId = None
    asked_name: str = ""
    asked_at: datetime = utc_field()
    decided_by: MaybeId = None
    decided_name: str = ""
    decided_at: datetime | None = utc_field(default=None, nullable=True)
    decision: str = ""


def ask_extension(
    session: Session,
    *,
    by: Actor,
    hazard: Hazard,
    new_due: datetime,
    reason: str,
    now: datetime,
    policy: Policy,
) -> Extension:
    """Ask for a later deadline; the office is told. The ladder goes on until it is approved.

    Errors: extension-pending, extension-not-later, extension-too-late, deadline-far, reason-needed, and those
    of `move`.
    """
    old_due = hazard.due_at
    hazard = move(
        session,
        by=by,
        hazard=hazard,
        action="ask_extension",
        now=now,
        policy=policy,
        given={"new_due": new_due, "pending": pending_extension(session, hazard=hazard)},
        noted={"new_due": new_due.isoformat()},
        reason=reason,
    )
    assert old_due is not None  # or there would be no later one
    extension = Extension(
        county=by.county,
        hazard_id=hazard.id,
        old_due=old_due,
        new_due=new_due,
        reason=reason.strip(),
        asked_by=by.person_id,
        asked_name=by.name,
        asked_at=now,
    )
    session.add(extension)
    session.flush()
    tell_office(
        session,
        hazard=hazard,
        by=by,
        key="office-extension",
        reason=reason,
        until=new_due,
        now=now,
        policy=policy,
        extension_id=extension.id,
    )
    return extension


def pending_extension(session: Session, *, hazard: Hazard) -> Extension | None:
    """The wish that waits for an answer."""
    return session.exec(
        select(Extension).where(
            Extension.county == hazard.county, Extension.hazard_id == hazard.id, sql(IS_PENDING)
        )
    ).first()


def extensions_of(session: Session, *, hazard: Hazard) -> list[Extension]:
    """All wishes for this hazard, the first first."""
    return list(
        session.exec(
            select(Extension)
            .where(Extension.county == hazard.county, Extension.hazard_id == hazard.id)
            .order_by(col(Extension.id))
        )
    )


def decide_extension(
    session: Session,
    *,
    by: Actor,
    hazard: Hazard,
    extension_id: int,
    approve: bool,
    now: datetime,
    policy: Policy,
    reason: str = "",
) -> Extension:
    """Approve a later deadline, or refuse it with a reason; never one's own wish or one's unit's.

    The days that an approval adds are kept in `paused_days`. Errors: extension-unknown, extension-decided,
    extension-lapsed, extension-own, own-unit, own-town, listed-office-only, extension-not-later,
    reason-needed, and those of `move`.
    """
    extension = session.get(Extension, (by.county, extension_id))
    if extension is None or extension.hazard_id != hazard.id:
        raise UserError("extension-unknown")
    if extension.state == LAPSED:
        raise UserError("extension-lapsed", number=hazard.number)
    if extension.state != PENDING:
        raise UserError("extension-decided", name=extension.decided_name)
    changes = _new_deadline(hazard, extension, now, policy) if approve else {}
    hazard = move(
        session,
        by=by,
        hazard=hazard,
        action="approve_extension" if approve else "refuse_extension",
        now=now,
        policy=policy,
        changes=changes,
        given={"asked_by": extension.asked_by, "new_due": extension.new_due},
        noted={"asked_by": extension.asked_name},
        reason=reason,
    )
    _decide(session, by, extension, APPROVED if approve else REFUSED, reason, now)
    if approve:
        value = f"{policy.local(extension.new_due):%Y-%m-%d %H:%M}"
        settle(session, by=by, hazard=hazard, item=DEADLINE, value=value, now=now)
        cancel(session, county=by.county, subject=("hazard", hazard.id), kinds=[REMINDER], reason="extended")
        told(session, hazard, by, now, policy, about="extended")
    tell_extension(
        session, hazard=hazard, to=extension.asked_by, approved=approve, reason=reason, now=now, policy=policy
    )
    return extension


def _new_deadline(hazard: Hazard, extension: Extension, now: datetime, policy: Policy) -> dict[str, object]:
    rung, remind_at = first_rung(extension.new_due, now=now, seed=hazard.id, policy=policy)
    days = (policy.local(extension.new_due).date() - policy.local(extension.old_due).date()).days
    return {
        "due_at": extension.new_due,
        "paused_days": hazard.paused_days + days,
        "rung": rung,
        "remind_at": remind_at,
    }


def _decide(
    session: Session, by: Actor, extension: Extension, state: str, reason: str, now: datetime
) -> None:
    if not compare_and_set(
        session,
        extension,
        sql(IS_PENDING),
        state=state,
        decided_by=by.person_id,
        decided_name=by.name,
        decided_at=now,
        decision=reason.strip(),
    ):
        raise UserError("extension-decided", name=extension.decided_name)


def lapse_extension(session: Session, *, hazard: Hazard, now: datetime) -> None:
    """With a new assignment nobody waits for an answer any more: the deadline is another."""
    session.execute(
        update(Extension)
        .where(col(Extension.county) == hazard.county, col(Extension.hazard_id) == hazard.id, sql(IS_PENDING))
        .values(state=LAPSED, decided_at=now)
        .execution_options(synchronize_session=False)
    )
