"""Conversations as data: one row per half-filled form, so that nothing typed is ever lost."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, bindparam
from sqlalchemy import text as sql
from sqlmodel import Session, col, insert, select, update

from models.base import CountyRow, Id, json_field, utc_field, waiting, write_later, write_now

# Written out, for the partial indexes.
IS_ACTIVE = "status = 'active'"
IS_PARKED = "status = 'parked'"
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
            "ix_draft_parked",
            "county",
            "channel",
            "address",
            sqlite_where=sql(IS_PARKED),
            postgresql_where=sql(IS_PARKED),
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


_CHAT = (
    Draft.county == bindparam("county"),
    Draft.channel == bindparam("channel"),
    Draft.address == bindparam("address"),
)
_ACTIVE_IN = select(Draft).where(*_CHAT, sql(IS_ACTIVE))
_PARKED_IN = select(Draft).where(*_CHAT, sql(IS_PARKED)).order_by(col(Draft.updated_at).desc())


def active_draft(session: Session, *, county: str, channel: str, address: str) -> Draft | None:
    """The form being filled in this chat, also one that this transaction has opened."""
    if any((row["channel"], row["address"]) == (channel, address) for row in waiting(session, _ADD)):
        write_now(session)
    key = {"county": county, "channel": channel, "address": address}
    return session.execute(_ACTIVE_IN, key).scalars().first()


def parked_drafts(session: Session, *, county: str, channel: str, address: str) -> list[Draft]:
    """Forms put aside in this chat, the newest first."""
    key = {"county": county, "channel": channel, "address": address}
    return list(session.execute(_PARKED_IN, key).scalars())


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


_DRAFT = Draft.__table__  # type: ignore[attr-defined]
_ADD = insert(_DRAFT)


def add_draft(
    session: Session,
    *,
    county: str,
    draft_id: int,
    channel: str,
    address: str,
    person_id: int,
    form: str,
    form_version: int,
    state: dict[str, Any],
    status: str,
    due_at: datetime | None,
    now: datetime,
) -> None:
    """Record a form that was opened in a chat where none is active, at the transaction's end."""
    row = {
        "county": county,
        "id": draft_id,
        "channel": channel,
        "address": address,
        "person_id": person_id,
        "form": form,
        "form_version": form_version,
        "state": state,
        "status": status,
        "row_version": 1,
        "nudges": 0,
        "due_at": due_at,
        "created_at": now,
        "updated_at": now,
    }
    write_later(session, _ADD, row)


_STEP = (
    update(_DRAFT)
    .where(
        _DRAFT.c.county == bindparam("k_county"),
        _DRAFT.c.id == bindparam("k_id"),
        _DRAFT.c.row_version == bindparam("k_version"),
        _DRAFT.c.status == ACTIVE,
    )
    .values(
        state=bindparam("v_state"),
        form_version=bindparam("v_form_version"),
        status=bindparam("v_status"),
        row_version=bindparam("v_row_version"),
        nudges=0,
        due_at=bindparam("v_due_at"),
        updated_at=bindparam("v_now"),
    )
)


def step_draft(
    session: Session,
    *,
    county: str,
    draft_id: int,
    row_version: int,
    state: dict[str, Any],
    form_version: int,
    status: str,
    due_at: datetime | None,
    now: datetime,
) -> None:
    """Store one step of the active form, at the transaction's end. Error there: Conflict, if another
    writer was quicker."""
    values = {
        "k_county": county,
        "k_id": draft_id,
        "k_version": row_version,
        "v_state": state,
        "v_form_version": form_version,
        "v_status": status,
        "v_row_version": row_version + 1,
        "v_due_at": due_at,
        "v_now": now,
    }
    write_later(session, _STEP, values)
