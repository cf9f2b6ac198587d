"""Every inbound event, recorded once by its id in the transaction that handles it."""

from datetime import datetime, timedelta

from sqlalchemy import Index, delete
from sqlmodel import Field, Session, SQLModel, col, insert

from models.base import MaybeId, utc_field, write_later

KEPT = timedelta(days=7)


class InboxRow(SQLModel, table=True):
    """An event of a channel that was taken; `reply_id` is the message that answered it, for a replay."""

    __table_args__ = (Index("ix_inbox_at", "county", "at"),)

    county: str = Field(primary_key=True, max_length=12)
    channel: str = Field(primary_key=True)
    event_id: str = Field(primary_key=True)
    at: datetime = utc_field()
    reply_id: MaybeId = None


_INSERT = insert(InboxRow.__table__)  # type: ignore[attr-defined]


def take_event(
    session: Session, *, county: str, channel: str, event_id: str, now: datetime, reply_id: int
) -> None:
    """Record an event with the id its answer will have, at the transaction's end.

    If another process has taken it meanwhile, that fails; the transaction is done again and sees it.
    """
    row = {"county": county, "channel": channel, "event_id": event_id, "at": now, "reply_id": reply_id}
    write_later(session, _INSERT, row)


def forget_old(session: Session, *, county: str, now: datetime) -> int:
    """Drop events that no channel will redeliver any more; how many."""
    gone = session.execute(
        delete(InboxRow).where(col(InboxRow.county) == county, col(InboxRow.at) < now - KEPT)
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]
