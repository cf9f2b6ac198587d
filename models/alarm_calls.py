"""Who was called on by an alarm that everyone must answer, and who has: each answers for themselves alone."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Session, col, select, update

from models.base import CountyRow, Id, insert_ignore, utc_field


class AlarmCall(CountyRow, table=True):
    """One person called on. Unanswered, they are reminded at `remind_at`, again and again."""

    __table_args__ = (
        UniqueConstraint("county", "alarm_id", "person_id"),
        Index(
            "ix_alarmcall_due",
            "county",
            "remind_at",
            sqlite_where=sql("remind_at IS NOT NULL"),
            postgresql_where=sql("remind_at IS NOT NULL"),
        ),
    )

    alarm_id: Id
    person_id: Id
    called_at: datetime = utc_field()
    reminds: int = 0
    remind_at: datetime | None = utc_field(default=None, nullable=True)
    acked_at: datetime | None = utc_field(default=None, nullable=True)


def call_on(
    session: Session,
    *,
    county: str,
    alarm_id: int,
    person_ids: Iterable[int],
    now: datetime,
    again: timedelta | None,
) -> set[int]:
    """Call on these people; whoever was called on before is left as they are. Returns the new ones.

    Without `again` they count as having answered.
    """
    new = set()
    for person_id in person_ids:
        row = AlarmCall(
            county=county,
            alarm_id=alarm_id,
            person_id=person_id,
            called_at=now,
            remind_at=now + again if again else None,
            acked_at=None if again else now,
        )
        if insert_ignore(session, AlarmCall, row.model_dump()):
            new.add(person_id)
    return new


def answer_call(session: Session, *, county: str, alarm_id: int, person_id: int, now: datetime) -> bool:
    """One person's 收到; false if they had answered before. Who was not called on by name is put on the list."""
    done = session.execute(
        update(AlarmCall)
        .where(
            col(AlarmCall.county) == county,
            col(AlarmCall.alarm_id) == alarm_id,
            col(AlarmCall.person_id) == person_id,
            col(AlarmCall.acked_at).is_(None),
        )
        .values(acked_at=now, remind_at=None)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount == 1:  # type: ignore[attr-defined]
        return True
    called = call_on(session, county=county, alarm_id=alarm_id, person_ids=[person_id], now=now, again=None)
    return bool(called)


def calls_of(session: Session, *, county: str, alarm_id: int) -> list[AlarmCall]:
    """Everyone called on by an alarm, in the order they were."""
    return list(
        session.exec(
            select(AlarmCall)
            .where(AlarmCall.county == county, AlarmCall.alarm_id == alarm_id)
            .order_by(col(AlarmCall.called_at), col(AlarmCall.id))
            .execution_options(populate_existing=True)
        )
    )


def waiting_for(session: Session, *, county: str, alarm_id: int) -> set[int]:
    """The people who have not answered yet."""
    calls = calls_of(session, county=county, alarm_id=alarm_id)
    return {call.person_id for call in calls if call.acked_at is None}


def stop_reminding(session: Session, *, county: str, alarm_ids: Iterable[int]) -> None:
    """The alarms are over: nobody is reminded of them any more."""
    session.execute(
        update(AlarmCall)
        .where(
            col(AlarmCall.county) == county,
            col(AlarmCall.alarm_id).in_(list(alarm_ids)),
            col(AlarmCall.remind_at).is_not(None),
        )
        .values(remind_at=None)
        .execution_options(synchronize_session=False)
    )
