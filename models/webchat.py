"""The web chat's own transcript: what was said by the person and what was sent to them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Session, col, select

from models.base import CountyRow, json_field, utc_field


class WebMessage(CountyRow, table=True):
    """One message of a web chat. `mine` is the person's own. `edited_at` moves when a card changes."""

    __table_args__ = (
        Index("ix_web_message_chat", "county", "address", "id"),
        Index("ix_web_message_edited", "county", "address", "edited_at"),
    )

    address: str
    mine: bool = False
    body: dict[str, Any] = json_field(dict)
    created_at: datetime = utc_field()
    edited_at: datetime = utc_field()


def web_messages(
    session: Session, *, county: str, address: str, changed_after: datetime | None = None, limit: int = 200
) -> list[WebMessage]:
    """A chat's messages, oldest first; with `changed_after` only those written or edited since."""
    query = select(WebMessage).where(WebMessage.county == county, WebMessage.address == address)
    if changed_after is not None:
        query = query.where(col(WebMessage.edited_at) > changed_after)
    rows = session.exec(query.order_by(col(WebMessage.id).desc()).limit(limit)).all()
    return list(reversed(rows))
