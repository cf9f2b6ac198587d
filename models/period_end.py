"""The morning after a key period: its summary goes to the office with the tables, and the draw's seed is shown."""

from datetime import datetime

from sqlmodel import Session

from models.audience import recipients_for
from models.audit import record
from models.base import short, system
from models.draw_seed import reveal_seed
from models.duty import KeyPeriod
from models.outbox import NOTICE, send_to
from models.period_checks import PeriodChecks, due_plans, move_plan, summary_time
from models.period_facts import period_summary
from models.period_lines import summary_lines
from models.places import area_index
from models.policy import OFFICE, Policy
from models.text import Part, content, document, text


def periods_end_due(session: Session, *, county: str, now: datetime, policy: Policy) -> int:
    """The tick: periods whose last shift is over; how many were summed up."""
    plans = due_plans(session, county=county, name="summary_at", now=now)
    return sum(_end(session, plan, now, policy) for plan in plans)


def _end(session: Session, plan: PeriodChecks, now: datetime, policy: Policy) -> int:
    """Once, whoever ticks; a period that has been made longer meanwhile is waited for."""
    period = session.get_one(KeyPeriod, (plan.county, plan.period_id))
    at = summary_time(session, period=period, policy=policy)
    if not move_plan(session, plan, "summary_at", at if at > now else None) or at > now:
        return 0
    by = system(plan.county)
    send_to(
        session,
        recipients_for(session, county=plan.county, audiences=[OFFICE], area=None),
        county=plan.county,
        body=summary_body(session, period=period, now=now, policy=policy),
        kind=NOTICE,
        now=now,
        policy=policy,
        dedup=f"summary:{short(period.id)}:{at.isoformat()}",
        subject=("period", period.id),
    )
    record(session, by=by, subject="period", subject_id=period.id, action="summary", now=now)
    reveal_seed(session, by=by, period=period, now=now, policy=policy)
    return 1


def summary_body(session: Session, *, period: KeyPeriod, now: datetime, policy: Policy) -> dict[str, object]:
    """The message: the lines, and the tables as a file made when it is sent."""
    summary = period_summary(session, period=period, now=now, policy=policy)
    index = area_index(session, county=period.county)
    lines: list[Part] = summary_lines(period, summary, index=index, county=period.county, policy=policy)
    name = text("summary-file", period=period.name)
    at = {"period": period.id, "at": now.isoformat()}
    return content(*lines, text("summary-attached"), file=document(name, "summary", **at))
