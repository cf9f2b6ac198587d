"""What is kept watch on in a key period beside check-ins: when its zero reports are due and by whom, when its
spot checks are next looked at, when its summary goes out. One row a period, made with its roster."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Session, col, func, select

from models.audit import record
from models.base import Actor, CountyRow, Id, UserError, compare_and_set, insert_ignore, json_field, utc_field
from models.coverage import Span
from models.draw_seed import commit_seed
from models.duty import KeyPeriod, Shift
from models.people import ADMIN, SAFETY_OFFICE, require
from models.periods import period_by_id
from models.policy import POST, TOWN, Policy
from models.zero_plan import next_round

TIMES_MOST = 12
UNITS = (TOWN, POST)
_SUMMARY_PAUSE = timedelta(minutes=30)  # after the last shift: time to write what is late


def _due(name: str) -> Index:
    given = f"{name} IS NOT NULL"
    return Index(
        f"ix_periodchecks_{name}", "county", name, sqlite_where=sql(given), postgresql_where=sql(given)
    )


class PeriodChecks(CountyRow, table=True):
    """The checks of one key period. `report_by`: each town or each post reports; `report_times` are local,
    none for no reports; `round_at` is the next of them. `check_at`: when the draw is next looked at.
    `summary_at`: when the summary goes out and the seed is shown."""

    __table_args__ = (
        UniqueConstraint("county", "period_id"),
        _due("round_at"),
        _due("check_at"),
        _due("summary_at"),
    )

    period_id: Id
    report_by: str
    report_times: list[str] = json_field(list)
    round_at: datetime | None = utc_field(default=None, nullable=True)
    check_at: datetime | None = utc_field(default=None, nullable=True)
    summary_at: datetime | None = utc_field(default=None, nullable=True)
    created_at: datetime = utc_field()


def checks_of(session: Session, *, county: str, period_id: int) -> PeriodChecks | None:
    """The checks of a period, once it has a roster or its reports were set."""
    return session.exec(
        select(PeriodChecks).where(PeriodChecks.county == county, PeriodChecks.period_id == period_id)
    ).first()


def plan_checks(
    session: Session, *, by: Actor, period: KeyPeriod, now: datetime, policy: Policy
) -> PeriodChecks:
    """With each roster of a period: plan its checks if they are not, and look at the draw and the end anew.

    The reports go by the period, else by the policy, unless the office has set them since.
    """
    plan = _plan(session, period, now, policy)
    seed = commit_seed(session, by=by, period=period, now=now, policy=policy)
    plan.check_at = now if seed is not None and seed.revealed_at is None else None
    plan.summary_at = summary_time(session, period=period, policy=policy)
    session.add(plan)
    session.flush()
    return plan


def _plan(session: Session, period: KeyPeriod, now: datetime, policy: Policy) -> PeriodChecks:
    times = period.report_times or [f"{at:%H:%M}" for at in policy.report_times]
    row = PeriodChecks(
        county=period.county,
        period_id=period.id,
        report_by=policy.report_by,
        report_times=times,
        round_at=round_after(times, period=period, after=now, policy=policy),
        created_at=now,
    )
    insert_ignore(session, PeriodChecks, row.model_dump())
    plan = checks_of(session, county=period.county, period_id=period.id)
    assert plan is not None
    return plan


def summary_time(session: Session, *, period: KeyPeriod, policy: Policy) -> datetime:
    """The morning after the last shift of the period: the ladder's hour, half an hour after it at the soonest."""
    last = session.exec(
        select(func.max(Shift.ends_at)).where(
            Shift.county == period.county,
            Shift.period_id == period.id,
            col(Shift.removed_at).is_(None),
        )
    ).one()
    over = max(period.ends_at, last or period.ends_at) + _SUMMARY_PAUSE
    on = policy.local(over).date()
    at = datetime.combine(on, policy.ladder_time, policy.zone)
    return at if at >= over else datetime.combine(on + timedelta(days=1), policy.ladder_time, policy.zone)


def round_after(
    times: Sequence[str], *, period: KeyPeriod, after: datetime, policy: Policy
) -> datetime | None:
    """The period's next report time after a moment; None when it is over or has none."""
    clocks = [time.fromisoformat(each) for each in times]
    span = Span(period.starts_at, period.ends_at)
    return next_round(clocks, after=after, span=span, zone=policy.zone)


def set_reports(
    session: Session,
    *,
    by: Actor,
    period_id: int,
    unit: str,
    times: Sequence[time],
    now: datetime,
    policy: Policy,
) -> PeriodChecks:
    """Set who gives the zero reports of a period and at which times of day; no times: nobody has to.

    What was asked for already stands. Errors: not-allowed, period-unknown, period-past, zero-times-many.
    """
    require(by, SAFETY_OFFICE, ADMIN)
    period = period_by_id(session, county=by.county, period_id=period_id)
    if now >= period.ends_at:
        raise UserError("period-past")
    if len(set(times)) > TIMES_MOST:
        raise UserError("zero-times-many", most=TIMES_MOST)
    plan = _plan(session, period, now, policy)
    before = {"by": plan.report_by, "times": plan.report_times}
    wanted = [f"{each:%H:%M}" for each in sorted(set(times))]
    plan.report_by, plan.report_times = (unit if unit in UNITS else TOWN), wanted
    plan.round_at = round_after(wanted, period=period, after=now, policy=policy)
    session.add(plan)
    session.flush()
    after = {"by": plan.report_by, "times": wanted}
    record(
        session,
        by=by,
        subject="period",
        subject_id=period.id,
        action="set_reports",
        now=now,
        before=before,
        after=after,
    )
    return plan


def move_plan(session: Session, plan: PeriodChecks, name: str, to: datetime | None) -> bool:
    """Move one of the plan's moments on; true for the one process that did."""
    column: Any = getattr(PeriodChecks, name)
    seen = getattr(plan, name)
    return compare_and_set(
        session, plan, column == seen if seen is not None else column.is_(None), **{name: to}
    )


def due_plans(session: Session, *, county: str, name: str, now: datetime) -> list[PeriodChecks]:
    """The plans of which one moment is due."""
    column: Any = getattr(PeriodChecks, name)
    query = select(PeriodChecks).where(PeriodChecks.county == county, column <= now).order_by(column)
    return list(session.exec(query))


def periods_planned(session: Session, *, county: str, now: datetime, limit: int) -> list[KeyPeriod]:
    """The key periods with a roster: over, running or to come; the latest first."""
    query = (
        select(KeyPeriod)
        .join(
            PeriodChecks,
            (col(PeriodChecks.county) == KeyPeriod.county) & (col(PeriodChecks.period_id) == KeyPeriod.id),
        )
        .where(KeyPeriod.county == county)
        .order_by(col(KeyPeriod.ends_at).desc(), col(KeyPeriod.id).desc())
    )
    return list(session.exec(query.limit(limit)))
