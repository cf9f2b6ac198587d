"""The incidents' tick: clocks that speak, cards that are renewed, and the question whether the casualties changed.

A step is taken by a guarded update, so that any number of processes may tick; after downtime what is still
worth saying is said once.
"""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.audit import record
from models.base import compare_and_set, short, system
from models.incident_clock import DUE, FOLLOW_UP, HALF, next_ask, next_reminder, window_days
from models.incident_clocks import IncidentClock, clocks_of, follow_on, times_of
from models.incident_notices import settle, tell
from models.incident_views import clock_line, counts_line, headline, leading_buttons
from models.incidents import COUNTED, OPEN, Incident, counts_of, open_count, reported_count
from models.outbox import REMINDER
from models.policy import DESK, LEADER, OFFICE, Policy
from models.text import Part, button, text


def incidents_due(session: Session, *, county: str, now: datetime, policy: Policy, limit: int = 100) -> int:
    """The tick: everything about incidents that is due; returns how much of it there was, at most `limit`."""
    done = sum(_speak(session, clock, now, policy) for clock in _due_clocks(session, county, now, limit))
    done += sum(_ask(session, each, now, policy) for each in _due(session, county, "ask_at", now, limit))
    done += sum(_renew(session, each, now, policy) for each in _due(session, county, "card_at", now, limit))
    return min(done, limit)


def _due_clocks(session: Session, county: str, now: datetime, limit: int) -> list[IncidentClock]:
    return list(
        session.exec(
            select(IncidentClock)
            .where(IncidentClock.county == county, col(IncidentClock.remind_at) <= now)
            .order_by(col(IncidentClock.remind_at))
            .limit(limit)
        )
    )


def _due(session: Session, county: str, column: str, now: datetime, limit: int) -> list[Incident]:
    due = getattr(Incident, column)
    query = select(Incident).where(Incident.county == county, due <= now).order_by(due).limit(limit)
    return list(session.exec(query))


def _claim(session: Session, row: Incident | IncidentClock, column: str, **values: Any) -> bool:
    """Take a step that is due; true for the one process that does."""
    table = type(row)
    return compare_and_set(session, row, getattr(table, column) == getattr(row, column), **values)


def _speak(session: Session, clock: IncidentClock, now: datetime, policy: Policy) -> int:
    """Half the time gone, nearly over, over: the desk and the office hear it; over, the leaders too."""
    times = times_of(clock)
    step, following = next_reminder(times, rung=clock.rung, now=now)
    if not _claim(session, clock, "remind_at", rung=max(step, clock.rung), remind_at=following):
        return 0
    incident = session.get_one(Incident, (clock.county, clock.incident_id), populate_existing=True)
    if clock.done_at is not None or clock.void or incident.state != OPEN or not step:
        return 0
    if clock.means == FOLLOW_UP and step == DUE:
        follow_on(session, incident=incident, after=clock.due_at, now=now, policy=policy)
    _remind(session, incident, clock, step, now, policy)
    return 1


def _remind(
    session: Session, incident: Incident, clock: IncidentClock, step: int, now: datetime, policy: Policy
) -> None:
    mine = [each for each in clocks_of(session, incident=incident) if each.id == clock.id]
    head = text("clock-half" if step == HALF and clock.means != FOLLOW_UP else "clock-near")
    lines: list[Part] = [
        text("clock-over") if step == DUE else head,
        clock_line(clock, now),
        headline(incident),
    ]
    told = tell(
        session,
        incident=incident,
        lines=lines,
        audiences=(DESK, OFFICE, LEADER) if step == DUE else (DESK, OFFICE),
        now=now,
        policy=policy,
        step=f"clock:{short(clock.id)}:{step}:{clock.due_at.isoformat()}",
        kind=REMINDER,
        buttons=leading_buttons(incident, mine),
        groups=step == DUE,
    )
    record(
        session,
        by=system(incident.county),
        subject="incident",
        subject_id=incident.id,
        action="clock_over" if step == DUE else "clock_reminded",
        now=now,
        after={"means": clock.means, "to": clock.to, "step": step, "told": told},
    )


def _ask(session: Session, incident: Incident, now: datetime, policy: Policy) -> int:
    """任何变化？ The office is asked before the window of 第十三条 ends, and on its last day."""
    following = next_ask(incident.kind, incident.occurred_at, after=now, seed=incident.id, policy=policy)
    if not _claim(session, incident, "ask_at", ask_at=following) or incident.state not in COUNTED:
        return 0
    today = (policy.local(now).date() - policy.local(incident.occurred_at).date()).days
    days = window_days(incident.kind)
    if today > days:
        return 0  # the house was down: the window is over
    key = short(incident.id)
    last = text("casualties-last-day") if today == days else text("casualties-days-left", days=days - today)
    tell(
        session,
        incident=incident,
        lines=[
            text("casualties-ask", day=today),
            headline(incident),
            text("incident-casualties", people=counts_line(counts_of(incident))),
            last,
        ],
        audiences=(OFFICE,),
        now=now,
        policy=policy,
        step=f"ask:{today}",
        kind=REMINDER,
        buttons=[
            [button(text("button-no-change"), f"a:inochange:{key}")],
            [button(text("button-casualties"), f"a:icas:{key}"), button(text("button-see"), f"a:isee:{key}")],
        ],
        urgent=False,
        groups=False,
    )
    return 1


def _renew(session: Session, incident: Incident, now: datetime, policy: Policy) -> int:
    """The cards' running minutes."""
    if not _claim(session, incident, "card_at", card_at=None):
        return 0
    settle(session, incident=incident, now=now, policy=policy)
    return 1


def digest_line(session: Session, *, county: str, since: datetime) -> Part:
    """The morning digest's line."""
    return text(
        "digest-incidents",
        new=reported_count(session, county=county, since=since),
        open=open_count(session, county=county),
    )
