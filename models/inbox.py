"""Every inbound event, recorded once by its id in the transaction that handles it."""

from datetime import datetime, timedelta

from sqlalchemy import Index, delete
from sqlmodel import Field, Session, SQLModel, col, select

from models.base import MaybeId, utc_field

KEPT = timedelta(days=7)


class InboxRow(SQLModel, table=True):
    """An event of a channel that was taken; `reply_id` is the message that answered it, for a replay."""

    __table_args__ = (Index("ix_inbox_at", "county", "at"),)

    county: str = Field(primary_key=True, max_length=12)
    channel: str = Field(primary_key=True)
    event_id: str = Field(primary_key=True)
    at: datetime = utc_field()
    reply_id: MaybeId = None


def earlier_reply(session: Session, *, county: str, channel: str, event_id: str) -> tuple[bool, int | None]:
    """Whether the event was taken before, and the id of the message that answered it."""
    row = session.exec(
        select(InboxRow.event_id, InboxRow.reply_id).where(
            InboxRow.county == county, InboxRow.channel == channel, InboxRow.event_id == event_id
        )
    ).first()
    return (True, row[1]) if row else (False, None)


def forget_old(session: Session, *, county: str, now: datetime) -> int:
    """Drop events that no channel will redeliver any more; how many."""
    gone = session.execute(
        delete(InboxRow).where(col(InboxRow.county) == county, col(InboxRow.at) < now - KEPT)
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]
