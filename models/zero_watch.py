"""The tick of zero reports: rounds are opened, the silent nudged and chased, then listed for the office, and
what never came is put down as missing. Everything is read from the roster at the moment it is said."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select, update

from models.audit import record
from models.base import compare_and_set, new_id, system
from models.duty import KeyPeriod
from models.period_checks import PeriodChecks, move_plan, round_after
from models.policy import Policy
from models.text import text, when
from models.violations import MISSING_REPORT, record_violation
from models.zero_notices import ask_reports, reached, tell_not_asked, update_list
from models.zero_plan import (
    CHASED,
    CLOSED,
    LISTED,
    NUDGED,
    STEP_NAMES,
    TICK_LATE,
    deadline,
    next_step_at,
    steps_due,
)
from models.zero_reports import fact_of, in_charge
from models.zero_rounds import AWAITED, MISSED, ReportRound, ZeroReport, reports_of
from models.zero_units import Unit, units_of


def reports_due(session: Session, *, county: str, now: datetime, policy: Policy) -> int:
    """The tick: rounds whose people are to be asked, and rounds whose next step is due; how many."""
    plans = session.exec(
        select(PeriodChecks)
        .where(PeriodChecks.county == county, col(PeriodChecks.round_at) <= now + policy.report_lead)
        .order_by(col(PeriodChecks.round_at))
    ).all()
    opened = sum(_open(session, plan, now, policy) for plan in plans)
    rounds = session.exec(
        select(ReportRound)
        .where(ReportRound.county == county, col(ReportRound.due_at) <= now)
        .order_by(col(ReportRound.due_at), col(ReportRound.id))
    ).all()
    return opened + sum(_step(session, round_, now, policy) for round_ in rounds)


def _open(session: Session, plan: PeriodChecks, now: datetime, policy: Policy) -> int:
    """Open the round that is due. Of several that went by in downtime only the last, if it is still worth it."""
    period = session.get_one(KeyPeriod, (plan.county, plan.period_id))
    at, skipped = plan.round_at, []
    assert at is not None
    following = round_after(plan.report_times, period=period, after=at, policy=policy)
    while at is not None and now >= at + policy.report_closes:
        skipped.append(at)
        at, following = (
            following,
            following and round_after(plan.report_times, period=period, after=following, policy=policy),
        )
    opens = at is not None and at - policy.report_lead <= now
    if not move_plan(session, plan, "round_at", following if opens else at):
        return 0
    if skipped:
        tell_not_asked(session, period, first=skipped[0], count=len(skipped), now=now, policy=policy)
    if at is not None and opens:
        _open_round(session, period, plan.report_by, at, now, policy)
    return 1


def _open_round(
    session: Session, period: KeyPeriod, by: str, at: datetime, now: datetime, policy: Policy
) -> None:
    units = _not_asked_yet(session, units_of(session, period=period, by=by, at=at), period.county, at)
    if not units:
        return
    due = deadline(at, opened=now)
    round_ = ReportRound(
        county=period.county,
        period_id=period.id,
        at=at,
        deadline_at=due,
        by=by,
        due_at=next_step_at(due, rung=0, policy=policy),
        created_at=now,
    )
    session.add(round_)
    reports = [_report(round_, unit, now) for unit in units]
    session.add_all(reports)
    session.flush()
    _event(session, round_, "open", now, {"at": at.isoformat(), "units": len(units)})
    ask_reports(session, round_, reports, step="ask", now=now, policy=policy)


def _report(round_: ReportRound, unit: Unit, now: datetime) -> ZeroReport:
    return ZeroReport(
        county=round_.county,
        id=new_id(),
        round_id=round_.id,
        unit=unit.key,
        name=unit.name,
        post_id=unit.post_id,
        area=unit.area,
        created_at=now,
    )


def _not_asked_yet(session: Session, units: Sequence[Unit], county: str, at: datetime) -> list[Unit]:
    """Those whom no other period that runs at the same time has asked for this very hour."""
    asked = session.exec(
        select(ZeroReport.unit)
        .join(
            ReportRound,
            (col(ReportRound.county) == ZeroReport.county) & (col(ReportRound.id) == ZeroReport.round_id),
        )
        .where(ReportRound.county == county, ReportRound.at == at)
    ).all()
    return [unit for unit in units if unit.key not in set(asked)]


def _event(session: Session, round_: ReportRound, action: str, now: datetime, after: dict[str, Any]) -> None:
    by = system(round_.county)
    record(session, by=by, subject="reports", subject_id=round_.id, action=action, now=now, after=after)


def _step(session: Session, round_: ReportRound, now: datetime, policy: Policy) -> int:
    """Take the steps that are due, each once. If the program did not run when the hour came, the ladder counts
    from now: nobody could report meanwhile."""
    due, former = round_.deadline_at, round_.rung
    if former < NUDGED and now - due > TICK_LATE:
        due = now
    steps = steps_due(due, rung=former, now=now, policy=policy)
    rung = steps[-1] if steps else former
    following = next_step_at(due, rung=rung, policy=policy)
    if not _claim(session, round_, rung=rung, due_at=following, deadline_at=due) or not steps:
        return 0
    for step in steps:
        _event(session, round_, STEP_NAMES[step], now, {"given": round_.given})
    _take(session, round_, steps, now, policy)
    return 1


def _claim(session: Session, round_: ReportRound, **values: Any) -> bool:
    return compare_and_set(
        session,
        round_,
        col(ReportRound.rung) == round_.rung,
        col(ReportRound.due_at) == round_.due_at,
        **values,
    )


def _take(session: Session, round_: ReportRound, steps: list[int], now: datetime, policy: Policy) -> None:
    """Say what is due; of a nudge and a chase missed together only the chase."""
    every = reports_of(session, county=round_.county, round_ids=[round_.id])
    silent = [each for each in every if each.state == AWAITED]
    if CLOSED in steps:
        _close(session, round_, silent, now, policy)
    elif silent and CHASED in steps:
        ask_reports(session, round_, silent, step="chase", now=now, policy=policy)
    elif silent and NUDGED in steps:
        ask_reports(session, round_, silent, step="nudge", now=now, policy=policy)
    if silent and {LISTED, CLOSED} & set(steps):
        update_list(session, round_, now=now, policy=policy)


def _close(
    session: Session, round_: ReportRound, silent: Sequence[ZeroReport], now: datetime, policy: Policy
) -> None:
    """What has not come by now is missing (漏报); it may still come, as late. Where nobody has a chat nobody could
    be asked: the office has them on its list with their telephone."""
    asked = reached(session, round_, silent)
    for report in silent:
        missed = session.execute(
            update(ZeroReport)
            .where(
                col(ZeroReport.county) == report.county,
                col(ZeroReport.id) == report.id,
                col(ZeroReport.state) == AWAITED,
            )
            .values(state=MISSED)
            .execution_options(synchronize_session=False)
        )
        if missed.rowcount == 1 and report.id in asked:  # type: ignore[attr-defined]
            _record_missing(session, round_, report, now, policy)


def _record_missing(
    session: Session, round_: ReportRound, report: ZeroReport, now: datetime, policy: Policy
) -> None:
    record_violation(
        session,
        by=system(report.county),
        fact=fact_of(report),
        kind=MISSING_REPORT,
        at=round_.at,
        now=now,
        policy=policy,
        area=report.area,
        period_id=round_.period_id,
        post_id=report.post_id,
        person_id=in_charge(session, report, round_),
        detail=text("zero-missing-detail", at=when(round_.at)),
    )
