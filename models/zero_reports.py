"""Zero reports (零报告, 平安报告): at its hour every town or post of a key period says that all is well, or what
is not. It is a positive message: silence is a violation (DOMAIN.md 3.3)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, update

from models.audit import record
from models.base import Actor, UserError, compare_and_set
from models.files import attach
from models.outbox import REMINDER, cancel
from models.people import ADMIN, SAFETY_OFFICE, may
from models.policy import Policy
from models.text import clock, text, when
from models.violations import LATE_REPORT, record_violation, restate_violation
from models.zero_notices import alarm_news, tell_given, update_list
from models.zero_plan import LISTED, late_minutes
from models.zero_rounds import (
    AWAITED,
    GIVEN,
    MISSED,
    NEWS,
    OPEN_FOR,
    PHOTOS_MAX,
    WELL,
    ReportRound,
    ZeroReport,
    reports_of,
    rounds_of,
)
from models.zero_units import people_of


def give_well(
    session: Session, *, by: Actor, report_id: int, now: datetime, policy: Policy
) -> tuple[ZeroReport, bool]:
    """平安无事: all is well. The second value is false where it had been reported already; that changes nothing.

    Those on the post's shift or the town's officers may, and the office for someone who telephones.
    Errors: report-unknown, not-allowed, report-over.
    """
    report, round_ = report_for(session, by=by, report_id=report_id, now=now)
    return report, _give(session, by, report, round_, {"state": WELL}, (AWAITED, MISSED), now, policy)


def give_news(
    session: Session,
    *,
    by: Actor,
    report_id: int,
    what: str,
    place: str,
    photo_ids: Sequence[int],
    now: datetime,
    policy: Policy,
) -> ZeroReport:
    """有情况: something is the matter; the office is alarmed. It may follow an "all well", or add to news.

    Errors: those of `give_well`, photos-too-many.
    """
    if len(photo_ids) > PHOTOS_MAX:
        raise UserError("photos-too-many", most=PHOTOS_MAX)
    report, round_ = report_for(session, by=by, report_id=report_id, now=now)
    attach(
        session,
        county=by.county,
        subject="report",
        subject_id=report.id,
        kind="news",
        file_ids=list(photo_ids),
        now=now,
    )
    first = _news_added(report, what, place)
    if not _give(session, by, report, round_, first, (AWAITED, MISSED), now, policy):
        _add_news(session, by, report, _news_added(report, what, place), now)
    alarm_news(session, report, round_, by=by, what=what, place=place, now=now, policy=policy)
    return report


def _news_added(report: ZeroReport, what: str, place: str) -> dict[str, Any]:
    """The report as it is with this news behind what it says already."""
    return {
        "state": NEWS,
        "what": "\n".join(filter(None, [report.what, what])),
        "place": "\n".join(dict.fromkeys(filter(None, [report.place, place]))),
    }


def report_for(
    session: Session, *, by: Actor, report_id: int, now: datetime
) -> tuple[ZeroReport, ReportRound]:
    """A report that this person may give, with its round. Errors: report-unknown, not-allowed, report-over."""
    report = session.get(ZeroReport, (by.county, report_id))
    if report is None:
        raise UserError("report-unknown")
    round_ = session.get_one(ReportRound, (by.county, report.round_id))
    responsible = people_of(session, round_=round_, reports=[report])[report.id]
    if not (may(by, (SAFETY_OFFICE, ADMIN)) or by.person_id in {person.id for person in responsible}):
        raise UserError("not-allowed")
    if now >= round_.deadline_at + OPEN_FOR and report.state not in GIVEN:
        raise UserError("report-over", at=when(round_.at))
    return report, round_


def _give(
    session: Session,
    by: Actor,
    report: ZeroReport,
    round_: ReportRound,
    values: dict[str, Any],
    states: Sequence[str],
    now: datetime,
    policy: Policy,
) -> bool:
    """The first report of a unit at its hour; false if one is there."""
    late = late_minutes(round_.deadline_at, now)
    given = {"given_at": now, "given_by": by.person_id, "given_name": by.name, "late_minutes": late}
    before = report.state
    if not _move(session, report, states, **values, **given):
        return False
    after = {"state": report.state, "late_minutes": late}
    _event(session, by, report, "give", now, {"state": before}, after)
    cancel(
        session,
        county=by.county,
        subject=("report", report.id),
        kinds=[REMINDER],
        reason="reported",
    )
    _count(session, round_)
    _note_late(session, by, report, round_, now, policy)
    tell_given(session, report, round_, by=by, now=now, policy=policy)
    if round_.rung >= LISTED:
        update_list(session, round_, now=now, policy=policy)
    return True


def _move(session: Session, report: ZeroReport, states: Sequence[str], **values: Any) -> bool:
    return compare_and_set(session, report, col(ZeroReport.state).in_(states), **values)


def _add_news(session: Session, by: Actor, report: ZeroReport, values: dict[str, Any], now: datetime) -> None:
    """News after the report was given: its moment and whether it was late stay."""
    before = {"state": report.state, "what": report.what}
    _move(session, report, GIVEN, **values)
    _event(session, by, report, "add_news", now, before, {"state": report.state, "what": report.what})


def _event(
    session: Session,
    by: Actor,
    report: ZeroReport,
    action: str,
    now: datetime,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    record(
        session,
        by=by,
        subject="report",
        subject_id=report.id,
        action=action,
        now=now,
        before=before,
        after=after,
    )


def _count(session: Session, round_: ReportRound) -> None:
    """One more is in. The update makes reports that come at once wait for each other, so that the office's list
    is never older than the last of them."""
    session.execute(
        update(ReportRound)
        .where(col(ReportRound.county) == round_.county, col(ReportRound.id) == round_.id)
        .values(given=ReportRound.given + 1)
        .execution_options(synchronize_session=False)
    )
    session.refresh(round_)


def fact_of(report: ZeroReport) -> str:
    """What makes the violation of a late or missing report once."""
    return f"report:{report.id}"


def _note_late(
    session: Session, by: Actor, report: ZeroReport, round_: ReportRound, now: datetime, policy: Policy
) -> None:
    """Late beyond the office's grace is 迟报; what had been put down as 漏报 turns into it."""
    if report.late_minutes < policy.late_grace.total_seconds() // 60:
        return
    detail = text("zero-late-detail", at=when(round_.at), given=clock(now), minutes=report.late_minutes)
    fact = fact_of(report)
    recorded = record_violation(
        session,
        by=by,
        fact=fact,
        kind=LATE_REPORT,
        at=round_.at,
        now=now,
        policy=policy,
        area=report.area,
        period_id=round_.period_id,
        post_id=report.post_id,
        person_id=in_charge(session, report, round_, by),
        detail=detail,
    )
    if recorded is None:
        restate_violation(session, by=by, fact=fact, kind=LATE_REPORT, detail=detail, now=now)


def in_charge(
    session: Session, report: ZeroReport, round_: ReportRound, by: Actor | None = None
) -> int | None:
    """Whose violation it is: of a post the one who reported, or who leads its shift; of a town nobody's alone."""
    if report.post_id is None:
        return None
    people = [person.id for person in people_of(session, round_=round_, reports=[report])[report.id]]
    if by is not None and by.person_id in people:
        return by.person_id
    return people[0] if people else None


def my_reports(session: Session, *, by: Actor, now: datetime, policy: Policy) -> list[ZeroReport]:
    """The reports that this person may give now, the newest hour first, those that are out before those given."""
    rounds = rounds_of(session, county=by.county, since=now - OPEN_FOR, until=now + policy.report_lead)
    found: list[ZeroReport] = []
    for round_ in rounds:
        reports = reports_of(session, county=by.county, round_ids=[round_.id])
        mine = people_of(session, round_=round_, reports=reports)
        found += [each for each in reports if by.person_id in {one.id for one in mine[each.id]}]
    return sorted(found, key=lambda each: each.state in GIVEN)
