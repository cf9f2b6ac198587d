"""Alarms: something that someone must answer with 收到; unanswered, they climb their ladder."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text as sql
from sqlmodel import Session, col, select, update

from models.alarm_calls import AlarmCall, stop_reminding
from models.alarm_everyone import all_answered, answer_for_oneself, call_everyone
from models.alarm_table import UNANSWERED, Alarm, alarm_body, minutes_since
from models.audience import recipients_for
from models.audit import record
from models.base import Actor, UserError, compare_and_set, short, system
from models.outbox import ALARM, NOTICE, Message, Recipient, cancel, send_to
from models.people import DUTY_LEADER, DUTY_OFFICER, TOWN_OFFICER, may
from models.policy import AlarmStep, Policy, alarm_plan
from models.text import Text, clock, content, text

ON_DUTY = (TOWN_OFFICER, DUTY_OFFICER, DUTY_LEADER)


def raise_alarm(
    session: Session,
    *,
    by: Actor,
    subject: tuple[str, int],
    area: str | None,
    lines: list[Text | str],
    now: datetime,
    policy: Policy,
    buttons: list[list[dict[str, Any]]] | None = None,
    steps: tuple[AlarmStep, ...] | None = None,
    everyone: bool = False,
    without: tuple[str, ...] = (),
) -> Alarm:
    """Alarm the first rung at once, at any hour; the later rungs follow by the clock until someone answers.

    `everyone`: until each person called on has; whoever raises it knows, and is not called on.
    `without` names audiences that are not to be called on.
    """
    alarm = Alarm(
        county=by.county,
        subject=subject[0],
        subject_id=subject[1],
        area=area,
        lines=list(lines),
        buttons=buttons or [],
        plan=alarm_plan(steps or policy.alarm_steps, without=without),
        raised_at=now,
        raised_by=by.person_id,
        everyone=everyone,
        again=int(policy.ack_again.total_seconds() // 60) if everyone else 0,
    )
    session.add(alarm)
    session.flush()
    _climb(session, alarm, now, policy)
    return alarm


def _climb(session: Session, alarm: Alarm, now: datetime, policy: Policy) -> None:
    """Call on the present rung, and set when the next is due."""
    step = alarm.plan[alarm.rung]
    head = text("alarm-again", minutes=minutes_since(alarm, now)) if alarm.rung else text("alarm-head")
    recipients = recipients_for(session, county=alarm.county, audiences=step["to"], area=alarm.area, at=now)
    if alarm.everyone:
        recipients = call_everyone(session, alarm, recipients, now, policy)
        head = text("alarm-head")
    _send(session, alarm, recipients, alarm_body(alarm, head), now, policy)
    alarm.rung += 1
    following = alarm.plan[alarm.rung] if alarm.rung < len(alarm.plan) else None
    alarm.due_at = alarm.raised_at + timedelta(minutes=following["minutes"]) if following else None
    session.add(alarm)
    session.flush()
    record(
        session,
        by=system(alarm.county),
        subject="alarm",
        subject_id=alarm.id,
        action="climb",
        now=now,
        after={"rung": alarm.rung, "to": step["to"], "told": len(recipients)},
    )


def _send(
    session: Session,
    alarm: Alarm,
    recipients: list[Recipient],
    body: dict[str, Any],
    now: datetime,
    policy: Policy,
) -> None:
    send_to(
        session,
        recipients,
        county=alarm.county,
        body=body,
        kind=ALARM,
        now=now,
        policy=policy,
        dedup=f"alarm:{short(alarm.id)}:{alarm.rung}",
        subject=(alarm.subject, alarm.subject_id),
        alarm_id=alarm.id,
    )


def climb_due(session: Session, *, county: str, now: datetime, policy: Policy, limit: int = 100) -> int:
    """The tick: every unanswered alarm whose next rung is due climbs, once, whoever ticks."""
    due = session.exec(
        select(Alarm)
        .where(Alarm.county == county, col(Alarm.due_at) <= now)
        .order_by(col(Alarm.due_at))
        .limit(limit)
    ).all()
    climbed = 0
    for alarm in due:
        claimed = session.execute(
            update(Alarm)
            .where(
                col(Alarm.county) == county,
                col(Alarm.id) == alarm.id,
                col(Alarm.due_at) == alarm.due_at,
                col(Alarm.acked_at).is_(None),
            )
            .values(due_at=None)
        )
        if claimed.rowcount == 1:  # type: ignore[attr-defined]
            session.refresh(alarm)
            if alarm.everyone and all_answered(session, alarm, now):
                continue
            _skip_to_latest(alarm, now)
            _climb(session, alarm, now, policy)
            climbed += 1
    return climbed


def _skip_to_latest(alarm: Alarm, now: datetime) -> None:
    """After downtime the rungs that were missed are called on together, in one message."""
    passed = alarm.raised_at + timedelta(minutes=0)
    audiences = set(alarm.plan[alarm.rung]["to"])
    while alarm.rung + 1 < len(alarm.plan):
        passed = alarm.raised_at + timedelta(minutes=alarm.plan[alarm.rung + 1]["minutes"])
        if passed > now:
            break
        alarm.rung += 1
        audiences |= set(alarm.plan[alarm.rung]["to"])
    plan = list(alarm.plan)
    plan[alarm.rung] = plan[alarm.rung] | {"to": sorted(audiences)}
    alarm.plan = plan


def acknowledge(
    session: Session,
    *,
    by: Actor,
    alarm_id: int,
    now: datetime,
    policy: Policy,
    group: tuple[str, str] | None = None,
) -> Alarm:
    """收到: the alarm stops climbing, and the others who were called on are told who answers.

    Only someone who was called on may answer; in a `group` (channel and address) that was called on,
    also who is on duty for the area. A second answer, or one to an alarm that is over, changes nothing.
    Errors: alarm-unknown, not-allowed.
    """
    alarm = session.get(Alarm, (by.county, alarm_id))
    if alarm is None:
        raise UserError("alarm-unknown")
    told = session.exec(
        select(Message.person_id, Message.channel, Message.address)
        .where(Message.county == by.county, Message.alarm_id == alarm_id)
        .distinct()
    ).all()
    called = by.person_id in {row[0] for row in told} or (
        group in {(row[1], row[2]) for row in told} and may(by, ON_DUTY, area=alarm.area)
    )
    if not called and not by.has("safety_office", "office_leader", "admin"):
        raise UserError("not-allowed")
    if alarm.everyone:
        return answer_for_oneself(session, alarm, by, now)
    _answer(session, alarm, by, now, policy)
    return alarm


def _answer(session: Session, alarm: Alarm, by: Actor, now: datetime, policy: Policy) -> None:
    """Note who answers, if nobody has before, and tell the others."""
    if compare_and_set(
        session,
        alarm,
        col(Alarm.acked_at).is_(None),
        col(Alarm.closed) == "",
        acked_at=now,
        acked_by=by.person_id,
        acked_name=by.name,
        due_at=None,
    ):
        record(
            session,
            by=by,
            subject="alarm",
            subject_id=alarm.id,
            action="acknowledge",
            now=now,
            after={"by": by.name},
        )
        _tell_others(session, alarm, by, now, policy)


def answer_alarms(
    session: Session, *, by: Actor, subject: tuple[str, int], now: datetime, policy: Policy
) -> None:
    """Whoever acts on the thing has received its alarms, called on or not: each unanswered one is answered."""
    unanswered = session.exec(
        select(Alarm).where(
            Alarm.county == by.county,
            Alarm.subject == subject[0],
            Alarm.subject_id == subject[1],
            col(Alarm.acked_at).is_(None),
            Alarm.closed == "",
        )
    ).all()
    for alarm in unanswered:
        _answer(session, alarm, by, now, policy)


def _tell_others(session: Session, alarm: Alarm, by: Actor, now: datetime, policy: Policy) -> None:
    called = {audience for step in alarm.plan[: alarm.rung] for audience in step["to"]}
    recipients = recipients_for(session, county=alarm.county, audiences=sorted(called), area=alarm.area)
    others = [
        recipient for recipient in recipients if recipient.person_id != by.person_id and recipient.account
    ]
    cancel(
        session,
        county=alarm.county,
        subject=(alarm.subject, alarm.subject_id),
        kinds=[ALARM],
        reason="acknowledged",
    )
    send_to(
        session,
        others,
        county=alarm.county,
        body=content(text("alarm-acked-by", name=by.name, at=clock(now)), *alarm.lines[:1]),
        kind=NOTICE,
        now=now,
        policy=policy,
        dedup=f"alarm:{short(alarm.id)}:acked",
        urgent=True,
        subject=(alarm.subject, alarm.subject_id),
    )


def close_alarms(session: Session, *, county: str, subject: tuple[str, int], reason: str) -> None:
    """Stop what is no longer an alarm: the thing was rejected, withdrawn, or done. What has not left stays."""
    everyone = session.exec(
        select(Alarm.id).where(
            Alarm.county == county,
            Alarm.subject == subject[0],
            Alarm.subject_id == subject[1],
            col(Alarm.everyone),
        )
    ).all()
    if everyone:
        stop_reminding(session, county=county, alarm_ids=everyone)
    session.execute(
        update(Alarm)
        .where(
            col(Alarm.county) == county,
            col(Alarm.subject) == subject[0],
            col(Alarm.subject_id) == subject[1],
            col(Alarm.acked_at).is_(None),
            col(Alarm.closed) == "",
        )
        .values(due_at=None, closed=reason)
    )
    cancel(session, county=county, subject=subject, kinds=[ALARM], reason=reason)


def open_alarms_for(session: Session, *, by: Actor, limit: int = 20) -> list[Alarm]:
    """Unanswered alarms that this person was called on for, the oldest first."""
    called = (
        select(Message.id)
        .where(
            Message.county == Alarm.county,
            Message.alarm_id == Alarm.id,
            Message.person_id == by.person_id,
            Message.kind == ALARM,
        )
        .exists()
    )
    answered = (
        select(AlarmCall.id)
        .where(
            AlarmCall.county == Alarm.county,
            AlarmCall.alarm_id == Alarm.id,
            AlarmCall.person_id == by.person_id,
            col(AlarmCall.acked_at).is_not(None),
        )
        .exists()
    )
    return list(
        session.exec(
            select(Alarm)
            .where(Alarm.county == by.county, sql(UNANSWERED), called, ~answered)
            .order_by(col(Alarm.id))
            .limit(limit)
        )
    )
