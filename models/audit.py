"""Every change as an event: who, through which channel, before, after, why, when; chained by SHA-256."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, bindparam
from sqlmodel import Field, Session, SQLModel, col, insert, select

from models.base import Actor, MaybeId, json_field, utc_field


class Event(SQLModel, table=True):
    """One change of one thing. `hash` covers the row and the hash of the thing's event before it."""

    __table_args__ = (Index("ix_event_at", "county", "at"),)

    county: str = Field(primary_key=True, max_length=12)
    subject: str = Field(primary_key=True)
    subject_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = utc_field()
    actor_id: MaybeId = None
    actor_name: str = ""
    channel: str
    action: str
    before: dict[str, Any] = json_field(dict)
    after: dict[str, Any] = json_field(dict)
    reason: str = ""
    prev: str = ""
    hash: str


_INSERT = insert(Event.__table__)  # type: ignore[attr-defined]


def event_hash(event: Event) -> str:
    """The SHA-256 of everything the event says, and of the event before it."""
    return row_hash(event.model_dump())


def row_hash(row: dict[str, Any]) -> str:
    """The same for an event as a row."""
    said = [
        row["county"],
        row["subject"],
        row["subject_id"],
        row["seq"],
        row["at"].astimezone(UTC).isoformat(),
        row["actor_id"],
        row["actor_name"],
        row["channel"],
        row["action"],
        row["before"],
        row["after"],
        row["reason"],
        row["prev"],
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


_LAST = (
    select(Event.seq, Event.hash)
    .where(
        Event.county == bindparam("county"),
        Event.subject == bindparam("subject"),
        Event.subject_id == bindparam("id"),
    )
    .order_by(col(Event.seq).desc())
    .limit(1)
)


def record(
    session: Session,
    *,
    by: Actor,
    subject: str,
    subject_id: int,
    action: str,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    first: bool = False,
) -> None:
    """Append an event to the thing's chain. The thing's row is locked by the caller's guarded update.

    `first` saves the look for an earlier event where the thing is made in this very transaction.
    """
    key = {"county": by.county, "subject": subject, "id": subject_id}
    last = None if first else session.connection().execute(_LAST, key).first()
    seq, prev = (last[0] + 1, last[1]) if last else (1, "")
    row: dict[str, Any] = {
        "county": by.county,
        "subject": subject,
        "subject_id": subject_id,
        "seq": seq,
        "at": now,
        "actor_id": by.person_id,
        "actor_name": by.name,
        "channel": by.channel,
        "action": action,
        "before": before or {},
        "after": (after or {}) | ({"link_phone": by.link_phone} if by.link_phone else {}),
        "reason": reason,
        "prev": prev,
    }
    session.connection().execute(_INSERT, row | {"hash": row_hash(row)})


def events_of(session: Session, *, county: str, subject: str, subject_id: int) -> list[Event]:
    """A thing's events, oldest first."""
    return list(
        session.exec(
            select(Event)
            .where(Event.county == county, Event.subject == subject, Event.subject_id == subject_id)
            .order_by(col(Event.seq))
        )
    )
