"""Key periods (重点时段): made from the calendar, or set by the office."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from sqlmodel import Session, col, select

from models.audit import record
from models.base import Actor, UserError
from models.calendar import Calendar, HolidaySpan
from models.duty import DUTY_LEVELS, HOLIDAY, OFFICE_OWN, ONSITE, KeyPeriod
from models.people import ADMIN, SAFETY_OFFICE, require
from models.policy import Policy, jitter

NAME_MAX = 60
PERIOD_MOST = timedelta(days=200)  # the flood season is 139 days
REPORTS_MOST = 6  # a day


def coverage_time(starts_at: datetime, policy: Policy, seed: int) -> datetime:
    """When the office is first told of gaps: so many days before, in the morning."""
    on = policy.local(starts_at - policy.coverage_notice).date()
    return datetime.combine(on, policy.ladder_time, policy.zone) + jitter(seed)


def add_period(
    session: Session,
    *,
    by: Actor,
    name: str,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
    policy: Policy,
    area: str | None = None,
    level: str = ONSITE,
    reports: Sequence[str] = (),
) -> KeyPeriod:
    """Record a key period of the office's own.

    Errors: not-allowed, period-name, period-order, period-past, period-long, period-level, and those of
    `report_times`.
    """
    require(by, SAFETY_OFFICE, ADMIN)
    name = name.strip()
    _check_period(name, starts_at, ends_at, now)
    if level not in DUTY_LEVELS:
        raise UserError("period-level")
    period = KeyPeriod(
        county=by.county,
        key="",
        name=name,
        source=OFFICE_OWN,
        area=area,
        level=level,
        report_times=report_times(" ".join(reports)) if reports else [],
        starts_at=starts_at,
        ends_at=ends_at,
        created_at=now,
    )
    period.key = f"office:{period.id}"
    return _store_period(session, by, period, now, policy)


def report_times(said: str) -> list[str]:
    """Times of day as typed ("9:00、15点"), as HH:MM in order. Errors: period-reports, period-reports-many."""
    parts = [part for part in re.split(r"[\s,，、;；和]+", unicodedata.normalize("NFKC", said)) if part]
    times = {_time_of(part) for part in parts}
    if not times or None in times:
        raise UserError("period-reports", said=said[:20])
    if len(times) > REPORTS_MOST:
        raise UserError("period-reports-many", most=REPORTS_MOST)
    return sorted(each for each in times if each is not None)


def _time_of(said: str) -> str | None:
    match = re.fullmatch(r"(\d{1,2})(?::(\d{2})|[点时](?:(\d{1,2})分?|(半))?)?", said)
    if match is None:
        return None
    hour, minute = int(match[1]), 30 if match[4] else int(match[2] or match[3] or 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


def _check_period(name: str, starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    if not name or len(name) > NAME_MAX:
        raise UserError("period-name", most=NAME_MAX)
    if ends_at <= starts_at:
        raise UserError("period-order")
    if ends_at <= now:
        raise UserError("period-past")
    if ends_at - starts_at > PERIOD_MOST:
        raise UserError("period-long", most=PERIOD_MOST.days)


def _store_period(session: Session, by: Actor, period: KeyPeriod, now: datetime, policy: Policy) -> KeyPeriod:
    period.coverage_at = coverage_time(period.starts_at, policy, period.id)
    session.add(period)
    session.flush()
    after = {
        "name": period.name,
        "starts_at": period.starts_at.isoformat(),
        "ends_at": period.ends_at.isoformat(),
        "area": period.area,
        "level": period.level,
        "reports": period.report_times,
    }
    record(session, by=by, subject="period", subject_id=period.id, action="add", now=now, after=after)
    return period


def add_holiday_periods(
    session: Session, *, by: Actor, calendar: Calendar, now: datetime, policy: Policy
) -> list[KeyPeriod]:
    """Make a key period of every announced holiday of this year and the next that is not over yet.

    A holiday lasts from midnight to midnight; a corrected calendar moves a period that has not begun.
    """
    this_year = policy.local(now).year
    years = [year for year in (this_year, this_year + 1) if calendar.is_announced(year)]
    spans = [span for year in years for span in calendar.holiday_spans(year)]
    made = (_holiday(session, by, span, now, policy) for span in spans)
    return [period for period in made if period is not None]


def _holiday(
    session: Session, by: Actor, span: HolidaySpan, now: datetime, policy: Policy
) -> KeyPeriod | None:
    """The holiday's period if it was made or moved just now."""
    starts_at = datetime.combine(span.first, time(), policy.zone).astimezone(UTC)
    ends_at = datetime.combine(span.last + timedelta(days=1), time(), policy.zone).astimezone(UTC)
    if ends_at <= now:
        return None
    key = f"holiday:{span.last.year}:{span.name}"
    period = session.exec(
        select(KeyPeriod).where(KeyPeriod.county == by.county, KeyPeriod.key == key)
    ).first()
    if period is None:
        period = KeyPeriod(
            county=by.county,
            key=key,
            name=span.name,
            source=HOLIDAY,
            starts_at=starts_at,
            ends_at=ends_at,
            created_at=now,
        )
    elif (period.starts_at, period.ends_at) == (starts_at, ends_at) or period.starts_at <= now:
        return None
    period.starts_at, period.ends_at = starts_at, ends_at
    return _store_period(session, by, period, now, policy)


def periods_ahead(session: Session, *, county: str, now: datetime, limit: int = 20) -> list[KeyPeriod]:
    """Key periods that run or are still to come, the nearest first."""
    return list(
        session.exec(
            select(KeyPeriod)
            .where(KeyPeriod.county == county, col(KeyPeriod.ends_at) > now)
            .order_by(col(KeyPeriod.starts_at), col(KeyPeriod.id))
            .limit(limit)
        )
    )


def period_by_id(session: Session, *, county: str, period_id: int) -> KeyPeriod:
    """A key period. Error: period-unknown."""
    period = session.get(KeyPeriod, (county, period_id))
    if period is None:
        raise UserError("period-unknown")
    return period
