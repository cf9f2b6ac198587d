"""The table of alarms, and an alarm as it is sent; what they do stands in alarms.py and alarm_everyone.py."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy import text as sql

from models.base import CountyRow, Id, MaybeId, json_field, short, utc_field
from models.text import Text, button, content, text

# Written out, for the partial index.
UNANSWERED = "acked_at IS NULL AND closed = ''"


class Alarm(CountyRow, table=True):
    """One alarm. `plan` is the ladder as it was when raised; `rung` the next step, due at `due_at`.

    `everyone`: each person called on must answer (models/alarm_calls); `acked_at` is when the last of them
    has. `again`: after how many minutes each is reminded; `answers`: how many have answered. Whoever raised
    it knows of it, and is not called on.
    """

    __table_args__ = (
        Index(
            "ix_alarm_due",
            "county",
            "due_at",
            sqlite_where=sql("due_at IS NOT NULL"),
            postgresql_where=sql("due_at IS NOT NULL"),
        ),
        Index(
            "ix_alarm_open", "county", "id", sqlite_where=sql(UNANSWERED), postgresql_where=sql(UNANSWERED)
        ),
        Index("ix_alarm_subject", "county", "subject", "subject_id"),
    )

    subject: str
    subject_id: Id
    area: str | None = None
    lines: list[Any] = json_field(list)
    buttons: list[Any] = json_field(list)
    plan: list[Any] = json_field(list)
    rung: int = 0
    raised_at: datetime = utc_field()
    due_at: datetime | None = utc_field(default=None, nullable=True)
    acked_at: datetime | None = utc_field(default=None, nullable=True)
    acked_by: MaybeId = None
    acked_name: str = ""
    closed: str = ""
    raised_by: MaybeId = None
    everyone: bool = False
    again: int = 0
    answers: int = 0


def alarm_body(alarm: Alarm, head: Text) -> dict[str, Any]:
    """The alarm as it is sent, under this headline."""
    ack = button(text("button-ack"), f"a:ack:{short(alarm.id)}")
    return content(head, *alarm.lines, text("alarm-ask"), buttons=[[ack], *alarm.buttons])


def minutes_since(alarm: Alarm, now: datetime) -> int:
    """Whole minutes since it was raised."""
    return int((now - alarm.raised_at).total_seconds() // 60)
