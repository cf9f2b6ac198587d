"""Every change as an event: who, through which channel, before, after, why, when; one chain for a county.

An event's hash covers all it says and the hash of the event before it. The newest event's number and
hash stand once more in the head, apart from the events, so that a tail cut off is missed. Why so:
docs/adr/0005-one-audit-chain.md. models/audit_check.py walks the chain.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, bindparam
from sqlmodel import Field, Session, SQLModel, col, func, insert, select, update

from models.base import (
    Actor,
    Conflict,
    Id,
    MaybeId,
    do_last,
    do_now,
    insert_ignore,
    json_field,
    put_off,
    utc_field,
)
from models.prepared import execute_many, execute_once

ITSELF = "audit"  # the subject of events about the chain
TAKEN_UP = "taken_up"  # the head was gone or behind, and the chain went on after the newest event there was
SEAL_DIGITS = 12


class Event(SQLModel, table=True):
    """One change of one thing, the `seq`-th of the county. `hash` covers the row and `prev`, the hash before."""

    __table_args__ = (
        Index("ix_event_subject", "county", "subject", "subject_id", "seq"),
        Index("ix_event_at", "county", "at"),
    )

    county: str = Field(primary_key=True, max_length=12)
    seq: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    subject: str
    subject_id: Id
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


class AuditHead(SQLModel, table=True):
    """The number and the hash of a county's newest event. Whoever appends holds this row until the commit."""

    county: str = Field(primary_key=True, max_length=12)
    seq: Id
    hash: str


def row_hash(row: dict[str, Any]) -> str:
    """The SHA-256 of everything an event says, and of the event before it."""
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
) -> None:
    """Append an event. It gets its number and its hash at the transaction's end, with the others there."""
    row: dict[str, Any] = {
        "county": by.county,
        "subject": subject,
        "subject_id": subject_id,
        "at": now,
        "actor_id": by.person_id,
        "actor_name": by.name,
        "channel": by.channel,
        "action": action,
        "before": before or {},
        "after": (after or {}) | ({"link_phone": by.link_phone} if by.link_phone else {}),
        "reason": reason,
    }
    do_last(session, _append, row)


def events_of(session: Session, *, county: str, subject: str, subject_id: int) -> list[Event]:
    """A thing's events, oldest first, those of this transaction too."""
    thing = (county, subject, subject_id)
    if any((row["county"], row["subject"], row["subject_id"]) == thing for row in put_off(session, _append)):
        do_now(session, _append)
    return list(
        session.exec(
            select(Event)
            .where(Event.county == county, Event.subject == subject, Event.subject_id == subject_id)
            .order_by(col(Event.seq))
        )
    )


def seal_of(session: Session, *, county: str) -> str | None:
    """The head for people to keep elsewhere: its number and the beginning of its hash; None: no event yet."""
    head = session.get(AuditHead, (county,), populate_existing=True)
    return f"{head.seq} {head.hash[:SEAL_DIGITS]}" if head is not None and head.seq else None


_INSERT = insert(Event.__table__)  # type: ignore[attr-defined]
_TAKE_HEAD = (
    select(
        AuditHead.seq,
        AuditHead.hash,
        select(func.max(Event.seq))
        .where(Event.county == bindparam("county"))
        .scalar_subquery()
        .label("newest"),
    )
    .where(AuditHead.county == bindparam("county"))
    .with_for_update(of=AuditHead)  # on SQLite there is one writer at a time anyway
)
_MOVE_HEAD = (
    update(AuditHead.__table__)  # type: ignore[attr-defined]
    .where(
        col(AuditHead.county) == bindparam("of"),
        col(AuditHead.seq) == bindparam("seen_seq"),
        col(AuditHead.hash) == bindparam("seen_hash"),
    )
    .values(seq=bindparam("new_seq"), hash=bindparam("new_hash"))
)


def _append(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    for county in sorted({row["county"] for row in rows}):
        _append_to(session, county, [row for row in rows if row["county"] == county])


def _append_to(session: Session, county: str, rows: list[dict[str, Any]]) -> None:
    """Number, chain and insert a county's events, and move the head. Error: Conflict, if it has moved."""
    head = _taken_head(session, county)
    seq, last = head.seq, head.hash
    if (head.newest or 0) > seq:
        seq, last = head.newest, _hash_of(session, county, head.newest)
        rows = [_taken_up(county, head, rows[0]["at"]), *rows]
    chained = []
    for row in rows:
        seq += 1
        linked = {**row, "seq": seq, "prev": last}
        last = row_hash(linked)
        chained.append({**linked, "hash": last})
    execute_many(session.connection(), _INSERT, chained)
    seen = {"of": county, "seen_seq": head.seq, "seen_hash": head.hash}
    moved = execute_once(session.connection(), _MOVE_HEAD, {**seen, "new_seq": seq, "new_hash": last})
    if moved.rowcount != 1:
        raise Conflict(county)


def _taken_head(session: Session, county: str) -> Any:
    """The head, locked, and the number of the newest event there is, which should be the head's."""
    head = execute_once(session.connection(), _TAKE_HEAD, {"county": county}).first()
    if head is None:
        insert_ignore(session, AuditHead, {"county": county, "seq": 0, "hash": ""})
        head = execute_once(session.connection(), _TAKE_HEAD, {"county": county}).one()
    return head


def _hash_of(session: Session, county: str, seq: int) -> str:
    return session.exec(select(Event.hash).where(Event.county == county, Event.seq == seq)).one()


def _taken_up(county: str, head: Any, now: datetime) -> dict[str, Any]:
    """The head was deleted or set back, or events were put in behind it. Work must go on, but never unseen."""
    return {
        "county": county,
        "subject": ITSELF,
        "subject_id": 0,
        "at": now,
        "actor_id": None,
        "actor_name": "system",
        "channel": "system",
        "action": TAKEN_UP,
        "before": {"seq": head.seq, "hash": head.hash},
        "after": {"seq": head.newest},
        "reason": "",
    }
