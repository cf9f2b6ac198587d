"""The numbers of an incident: changes of the casualties, a higher handling level, and what follows from them."""

from datetime import datetime

from sqlmodel import Session

from models.audit import events_of, record
from models.base import Actor, UserError
from models.incident_clock import window_days, window_ends
from models.incident_clocks import set_clocks
from models.incident_flow import ask_at_of
from models.incident_grade import GRADES, Counts, check_counts, grade_of, graver
from models.incident_notices import acted, alarm_everyone, settle, tell_news
from models.incident_views import counts_line
from models.incidents import (
    CLOSED,
    OFFICE,
    OPEN,
    Incident,
    change,
    counts_of,
    counts_row,
    keep_counts,
    level_of,
    may_add,
    may_lead,
    need,
    need_open,
)
from models.policy import Policy
from models.text import Part, text

REASON_MAX = 500


def change_casualties(
    session: Session,
    *,
    by: Actor,
    incident: Incident,
    counts: Counts,
    source: str,
    now: datetime,
    policy: Policy,
) -> bool:
    """伤亡变化: the new totals where they are known, with the source. False: too late to count, only noted.

    Within 30 days, traffic and fire 7 (第十三条), it is graded anew; a rise alarms everyone once more.
    Errors: not-allowed, incident-over, casualties-same, too-long, those of `check_counts`.
    """
    need(may_add(session, by=by, incident=incident, now=now))
    if incident.state not in (OPEN, CLOSED):
        raise UserError("incident-over", number=incident.number)
    check_counts(counts)
    if len(source) > REASON_MAX:
        raise UserError("too-long", most=REASON_MAX, length=len(source))
    former, newer = counts_of(incident), counts_of(incident).replaced_by(counts)
    if newer == former:
        raise UserError("casualties-same")
    in_time = now < window_ends(incident.kind, incident.occurred_at, policy=policy)
    before = level_of(incident)
    change(session, incident=incident, **({**counts_row(newer), "grade": grade_of(newer)} if in_time else {}))
    record(
        session,
        by=by,
        subject="incident",
        subject_id=incident.id,
        action="casualties" if in_time else "casualties_late",
        now=now,
        before={**counts_row(former), "level": before},
        after={**counts_row(newer), "level": level_of(incident)},
        reason=source,
    )
    keep_counts(session, by=by, incident=incident, source=source, now=now, noted=None if in_time else newer)
    if in_time:
        incident.ask_at = ask_at_of(incident, now=now, policy=policy)
        session.add(incident)
        news = _news(former, counts_of(incident), source, by)
        _regraded(session, by, incident, before, news, now, policy)
    return in_time


def _news(former: Counts, newer: Counts, source: str, by: Actor) -> Part:
    return text(
        "incident-casualties-news",
        before=counts_line(former),
        after=counts_line(newer),
        source=source or text("none"),
        name=by.name,
    )


def window_of(incident: Incident) -> int:
    """For how many days its changes count."""
    return window_days(incident.kind)


def set_handling(
    session: Session, *, by: Actor, incident: Incident, level: str, reason: str, now: datetime, policy: Policy
) -> Incident:
    """提级: the office handles it above the grade of the numbers, or no longer does; always with a reason.

    Errors: not-allowed, incident-over, grade-unknown, handling-too-low, handling-same, reason-needed, too-long.
    """
    need(by.has(*OFFICE))
    need_open(incident)
    reason = checked_reason(reason)
    if level not in GRADES:
        raise UserError("grade-unknown")
    if graver(incident.grade, level):
        raise UserError("handling-too-low", grade=text(f"grade-{incident.grade}"))
    before = level_of(incident)
    if level == before:
        raise UserError("handling-same", grade=text(f"grade-{level}"))
    former = change(
        session,
        incident=incident,
        handling="" if level == incident.grade else level,
        handling_reason=reason,
    )
    record(
        session,
        by=by,
        subject="incident",
        subject_id=incident.id,
        action="handling",
        now=now,
        before=former,
        after={"handling": incident.handling, "level": level},
        reason=reason,
    )
    news = text("incident-handling-news", grade=text(f"grade-{level}"), reason=reason, name=by.name)
    _regraded(session, by, incident, before, news, now, policy)
    return incident


def checked_reason(reason: str) -> str:
    """A reason without outer blanks. Errors: reason-needed, too-long."""
    reason = reason.strip()
    if not reason:
        raise UserError("reason-needed")
    if len(reason) > REASON_MAX:
        raise UserError("too-long", most=REASON_MAX, length=len(reason))
    return reason


def _regraded(
    session: Session, by: Actor, incident: Incident, before: str, news: Part, now: datetime, policy: Policy
) -> None:
    """Clocks by the new level; an alarm if it has risen, else the news."""
    level = level_of(incident)
    acted(session, by=by, incident=incident, now=now)
    if incident.state == OPEN and level != before:
        set_clocks(session, incident=incident, now=now, policy=policy)
    if graver(level, before):
        risen = text("incident-risen", before=text(f"grade-{before}"), after=text(f"grade-{level}"))
        head: list[Part] = [risen, news]
        alarm_everyone(session, by=by, incident=incident, head=head, now=now, policy=policy)
        settle(session, incident=incident, now=now, policy=policy)
        return
    settle(session, incident=incident, now=now, policy=policy)
    tell_news(session, by=by, incident=incident, lines=[news], step="numbers", now=now, policy=policy)


def no_change(session: Session, *, by: Actor, incident: Incident, now: datetime, policy: Policy) -> bool:
    """伤亡无变化: the answer to being asked, with who and when. False: it was answered today already.

    Errors: not-allowed, incident-over.
    """
    need(may_lead(session, by=by, now=now))
    if incident.state not in (OPEN, CLOSED):
        raise UserError("incident-over", number=incident.number)
    change(session, incident=incident)
    today = policy.local(now).date()
    events = events_of(session, county=incident.county, subject="incident", subject_id=incident.id)
    if any(each.action == "no_change" and policy.local(each.at).date() == today for each in events):
        return False
    record(session, by=by, subject="incident", subject_id=incident.id, action="no_change", now=now)
    return True
