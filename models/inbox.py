"""Every inbound event, recorded once by its id in the transaction that handles it."""

from datetime import datetime, timedelta

from sqlalchemy import Index, bindparam, delete
from sqlmodel import Field, Session, SQLModel, col, select

from models.base import MaybeId, insert_ignore, utc_field

KEPT = timedelta(days=7)


class InboxRow(SQLModel, table=True):
    """An event of a channel that was taken; `reply_id` is the message that answered it, for a replay."""

    __table_args__ = (Index("ix_inbox_at", "county", "at"),)

    county: str = Field(primary_key=True, max_length=12)
    channel: str = Field(primary_key=True)
    event_id: str = Field(primary_key=True)
    at: datetime = utc_field()
    reply_id: MaybeId = None


def take_event(
    session: Session, *, county: str, channel: str, event_id: str, now: datetime, reply_id: int
) -> bool:
    """Record an event with the id its answer will have; false if it was taken before."""
    row = {"county": county, "channel": channel, "event_id": event_id, "at": now, "reply_id": reply_id}
    return insert_ignore(session, InboxRow, row)


_REPLY = select(InboxRow.__table__.c.reply_id).where(  # type: ignore[attr-defined]
    InboxRow.__table__.c.county == bindparam("county"),  # type: ignore[attr-defined]
    InboxRow.__table__.c.channel == bindparam("channel"),  # type: ignore[attr-defined]
    InboxRow.__table__.c.event_id == bindparam("event_id"),  # type: ignore[attr-defined]
)


def earlier_reply(session: Session, *, county: str, channel: str, event_id: str) -> int | None:
    """The id of the message that answered an event."""
    found = session.execute(_REPLY, {"county": county, "channel": channel, "event_id": event_id}).first()
    return found[0] if found else None


def forget_old(session: Session, *, county: str, now: datetime) -> int:
    """Drop events that no channel will redeliver any more; how many."""
    gone = session.execute(
        delete(InboxRow).where(col(InboxRow.county) == county, col(InboxRow.at) < now - KEPT)
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]
