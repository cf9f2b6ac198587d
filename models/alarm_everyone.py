"""An alarm that everyone must answer (全员应答): each person called on is reminded until they have, whatever
the others do; those who have are told who has not."""

from datetime import datetime, timedelta

from sqlalchemy import text as sql
from sqlmodel import Session, col, select, update

from models.alarm_calls import AlarmCall, answer_call, call_on, waiting_for
from models.alarm_roll import missing_lines, roll_of
from models.alarm_table import Alarm, alarm_body, minutes_since
from models.audience import as_recipients
from models.audit import record
from models.base import Actor, short
from models.outbox import ALARM, NOTICE, TO_SEND, Message, Recipient, send_to
from models.people import Person
from models.policy import Policy
from models.text import content, text

REMINDS_MOST = 24  # two hours of every five minutes; the ladder has long named who is missing


def call_everyone(
    session: Session, alarm: Alarm, recipients: list[Recipient], now: datetime, policy: Policy
) -> list[Recipient]:
    """Who hears of it for the first time at this step. Those of the step who have answered are told who has
    not; who was called on and has not is reminded anyway."""
    ids = [each.person_id for each in recipients if each.person_id is not None]
    people = [person_id for person_id in ids if person_id != alarm.raised_by]
    again = timedelta(minutes=alarm.again)
    before = waiting_for(session, county=alarm.county, alarm_id=alarm.id)
    new = call_on(session, county=alarm.county, alarm_id=alarm.id, person_ids=people, now=now, again=again)
    if alarm.rung:
        answered = [each for each in recipients if each.person_id not in new | before]
        _tell_missing(session, alarm, answered, now, policy)
    return [
        each for each in recipients if each.person_id in new or (each.person_id is None and not alarm.rung)
    ]


def _tell_missing(
    session: Session, alarm: Alarm, recipients: list[Recipient], now: datetime, policy: Policy
) -> None:
    missing = missing_lines(roll_of(session, county=alarm.county, alarm_id=alarm.id))
    head = text("alarm-missing", minutes=minutes_since(alarm, now), count=len(missing))
    send_to(
        session,
        recipients,
        county=alarm.county,
        body=content(head, *alarm.lines[:1], *missing, buttons=alarm.buttons),
        kind=NOTICE,
        now=now,
        policy=policy,
        dedup=f"alarm:{short(alarm.id)}:missing:{alarm.rung}",
        subject=(alarm.subject, alarm.subject_id),
        urgent=True,
    )


def remind_calls_due(
    session: Session, *, county: str, now: datetime, policy: Policy, limit: int = 100
) -> int:
    """The tick: everyone who has not answered and whose reminder is due is reminded, once, whoever ticks."""
    due = session.exec(
        select(AlarmCall)
        .where(AlarmCall.county == county, col(AlarmCall.remind_at) <= now)
        .order_by(col(AlarmCall.remind_at))
        .limit(limit)
    ).all()
    return sum(_remind(session, call, now, policy) for call in due)


def _remind(session: Session, call: AlarmCall, now: datetime, policy: Policy) -> int:
    alarm = session.get_one(Alarm, (call.county, call.alarm_id))
    on = not alarm.closed and call.reminds + 1 < REMINDS_MOST
    claimed = session.execute(
        update(AlarmCall)
        .where(
            col(AlarmCall.county) == call.county,
            col(AlarmCall.id) == call.id,
            col(AlarmCall.remind_at) == call.remind_at,
            col(AlarmCall.acked_at).is_(None),
        )
        .values(remind_at=now + timedelta(minutes=alarm.again) if on else None, reminds=call.reminds + 1)
        .execution_options(synchronize_session=False)
    )
    if claimed.rowcount != 1 or alarm.closed:  # type: ignore[attr-defined]
        return 0
    person = session.get_one(Person, (call.county, call.person_id))
    (recipient,) = as_recipients(session, [person])
    if recipient.account is None:
        return 0  # on record as not told since the first call
    head = text("alarm-you-have-not", minutes=minutes_since(alarm, now))
    return send_to(
        session,
        [recipient],
        county=alarm.county,
        body=alarm_body(alarm, head),
        kind=ALARM,
        now=now,
        policy=policy,
        dedup=f"alarm:{short(alarm.id)}:again:{call.reminds + 1}",
        subject=(alarm.subject, alarm.subject_id),
        alarm_id=alarm.id,
    )


def answer_for_oneself(session: Session, alarm: Alarm, by: Actor, now: datetime) -> Alarm:
    """One of those who must all answer has; the reminders of the others go on."""
    assert by.person_id is not None
    locked = session.execute(  # so that two who answer at once see each other's answer
        update(Alarm)
        .where(col(Alarm.county) == alarm.county, col(Alarm.id) == alarm.id, col(Alarm.closed) == "")
        .values(answers=col(Alarm.answers) + 1)
    )
    is_on = locked.rowcount == 1  # type: ignore[attr-defined]
    if is_on and answer_call(
        session, county=alarm.county, alarm_id=alarm.id, person_id=by.person_id, now=now
    ):
        session.execute(
            update(Message)
            .where(
                col(Message.county) == alarm.county,
                col(Message.alarm_id) == alarm.id,
                col(Message.person_id) == by.person_id,
                sql(TO_SEND),
            )
            .values(state="cancelled", reason="acknowledged")
        )
        record(
            session,
            by=by,
            subject="alarm",
            subject_id=alarm.id,
            action="acknowledge",
            now=now,
            after={"by": by.name},
        )
        all_answered(session, alarm, now)
    session.refresh(alarm)
    return alarm


def all_answered(session: Session, alarm: Alarm, now: datetime) -> bool:
    """Whether nobody is waited for any more; then the alarm is over."""
    if waiting_for(session, county=alarm.county, alarm_id=alarm.id):
        return False
    session.execute(
        update(Alarm)
        .where(col(Alarm.county) == alarm.county, col(Alarm.id) == alarm.id, col(Alarm.acked_at).is_(None))
        .values(acked_at=now, due_at=None)
    )
    return True
