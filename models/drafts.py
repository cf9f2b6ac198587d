"""Conversations as data: one row per half-filled form, so that nothing typed is ever lost."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy import text as sql
from sqlmodel import Session, col, select, update

from models.base import CountyRow, Id, json_field, utc_field

IS_ACTIVE = "status = 'active'"  # written out, for the partial index
ACTIVE, PARKED, DONE, CANCELLED = "active", "parked", "done", "cancelled"


class Draft(CountyRow, table=True):
    """A form being filled in a chat. One is active per chat; others are parked and can be resumed.

    `state` is what the form engine keeps; `row_version` guards against two writers; `due_at` is
    when an abandoned draft is nudged.
    """

    __table_args__ = (
        Index(
            "ix_draft_active",
            "county",
            "channel",
            "address",
            unique=True,
            sqlite_where=sql(IS_ACTIVE),
            postgresql_where=sql(IS_ACTIVE),
        ),
        Index(
            "ix_draft_due",
            "county",
            "due_at",
            sqlite_where=sql("due_at IS NOT NULL"),
            postgresql_where=sql("due_at IS NOT NULL"),
        ),
    )

    channel: str
    address: str
    person_id: Id
    form: str
    form_version: int
    status: str = ACTIVE
    state: dict[str, Any] = json_field(dict)
    row_version: int = 1
    nudges: int = 0
    due_at: datetime | None = utc_field(default=None, nullable=True)
    created_at: datetime = utc_field()
    updated_at: datetime = utc_field()


def active_draft(session: Session, *, county: str, channel: str, address: str) -> Draft | None:
    """The form being filled in this chat."""
    return session.exec(
        select(Draft).where(
            Draft.county == county, Draft.channel == channel, Draft.address == address, sql(IS_ACTIVE)
        )
    ).first()


def parked_drafts(session: Session, *, county: str, channel: str, address: str) -> list[Draft]:
    """Forms put aside in this chat, the newest first."""
    return list(
        session.exec(
            select(Draft)
            .where(
                Draft.county == county,
                Draft.channel == channel,
                Draft.address == address,
                Draft.status == PARKED,
            )
            .order_by(col(Draft.updated_at).desc())
        )
    )


def park(session: Session, *, draft: Draft) -> None:
    """Put the active form aside for another."""
    draft.status = PARKED
    session.add(draft)
    session.flush()


def due_drafts(session: Session, *, county: str, now: datetime, limit: int = 200) -> list[Draft]:
    """Abandoned drafts whose nudge is due."""
    return list(
        session.exec(
            select(Draft)
            .where(Draft.county == county, col(Draft.due_at) <= now)
            .order_by(col(Draft.due_at))
            .limit(limit)
        )
    )


def move_nudge(session: Session, *, draft: Draft, due_at: datetime | None) -> bool:
    """Claim a due nudge: true for the one process that moved it on."""
    moved = session.execute(
        update(Draft)
        .where(
            col(Draft.county) == draft.county, col(Draft.id) == draft.id, col(Draft.due_at) == draft.due_at
        )
        .values(due_at=due_at, nudges=col(Draft.nudges) + 1)
    )
    return int(moved.rowcount) == 1  # type: ignore[attr-defined]
