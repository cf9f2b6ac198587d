"""The morning digest: yesterday and today in one message, which also proves that the bot is alive."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text as sql
from sqlmodel import Session, and_, col, func, select, update

from models.audience import recipients_for
from models.audit import seal_of
from models.base import insert_ignore
from models.duty_views import duty_facts, facts_lines
from models.hazard_lists import overdue_hazards
from models.hazard_states import IS_OPEN, IS_WITH_OWNER
from models.hazards import Hazard
from models.incident_watch import digest_line
from models.outbox import DIGEST, failed_count, send_to, stuck_count
from models.people import Setting
from models.policy import OFFICE, Policy, jitter
from models.text import Part, content, day, text
from models.violation_watch import digest_line as violations_digest
from models.zero_board import digest_line as reports_digest


def digest_time(on: date, policy: Policy) -> datetime:
    """When the digest of a day is due."""
    return datetime.combine(on, policy.digest_time, policy.zone) + jitter(on.toordinal(), first=0, last=9)


def digest_due(session: Session, *, county: str, now: datetime, policy: Policy) -> int:
    """The tick: once a day, after its hour, whoever ticks first. A day missed altogether is not made up,
    and in the quiet hours, when it would only be held, the next one is waited for."""
    today = policy.local(now).date()
    if now < digest_time(today, policy) or policy.is_quiet(now):
        return 0
    key = {"county": county, "name": "digest"}
    insert_ignore(session, Setting, {**key, "value": ""})
    setting = session.get(Setting, (county, "digest"))
    if setting is None or setting.value == today.isoformat():
        return 0
    claimed = session.execute(
        update(Setting)
        .where(
            col(Setting.county) == county, col(Setting.name) == "digest", col(Setting.value) == setting.value
        )
        .values(value=today.isoformat())
        .execution_options(synchronize_session=False)
    )
    if claimed.rowcount != 1:  # type: ignore[attr-defined]
        return 0
    recipients = recipients_for(session, county=county, audiences=[OFFICE], area=None)
    send_to(
        session,
        recipients,
        county=county,
        body=digest_body(session, county=county, now=now, policy=policy),
        kind=DIGEST,
        now=now,
        policy=policy,
        dedup=f"digest:{today}",
    )
    return 1


def digest_body(session: Session, *, county: str, now: datetime, policy: Policy) -> dict[str, Any]:
    """New and closed since this time yesterday; open, overdue, today's duty and messages stuck as of now."""
    since = now - timedelta(days=1)
    lines: list[Part] = [
        text("digest-head", on=day(policy.local(now).date())),
        text(
            "digest-hazards",
            new=_count(session, county, col(Hazard.reported_at) > since),
            closed=_count(session, county, col(Hazard.closed_at) > since),
            open=_count(session, county, _OPEN),
        ),
    ]
    overdue = overdue_hazards(session, county=county, now=now, limit=11)
    lines.append(text("digest-overdue", count=_overdue(session, county, now)))
    lines += [
        text("digest-overdue-line", number=hazard.number, days=_days(hazard, now, policy))
        for hazard in overdue[:10]
    ]
    if len(overdue) > 10:
        lines.append(text("digest-more"))
    lines.append(digest_line(session, county=county, since=since))
    lines += facts_lines(duty_facts(session, county=county, now=now, policy=policy))
    lines += reports_digest(session, county=county, now=now)
    lines += violations_digest(session, county=county)
    not_sent = stuck_count(session, county=county, now=now)
    not_sent += failed_count(session, county=county, since=since)
    lines.append(text("digest-stuck", count=not_sent))
    if seal := seal_of(session, county=county):
        lines.append(text("digest-seal", seal=seal))
    return content(*lines)


# With the id: SQLite without statistics may else read the whole county by an index that is not partial.
_OPEN = and_(sql(IS_OPEN), col(Hazard.id) > 0)


def _count(session: Session, county: str, condition: Any) -> int:
    return session.exec(
        select(func.count()).select_from(Hazard).where(Hazard.county == county, condition)
    ).one()


def _overdue(session: Session, county: str, now: datetime) -> int:
    return _count(session, county, and_(sql(IS_WITH_OWNER), col(Hazard.due_at) <= now))


def _days(hazard: Hazard, now: datetime, policy: Policy) -> int:
    assert hazard.due_at is not None
    return (policy.local(now).date() - policy.local(hazard.due_at).date()).days
