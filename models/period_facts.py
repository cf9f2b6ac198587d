"""The rows from which a key period is summed up, read from the database."""

from collections import defaultdict
from datetime import datetime

from sqlmodel import Session, col, select

from models.coverage import Span, clock_times, needed_span
from models.duty import CHECKED_IN, REMOVED, KeyPeriod, Post, Shift, ShiftDuty
from models.period_summary import (
    CheckRow,
    DutyRow,
    PostRow,
    ReportRow,
    Summary,
    ViolationRow,
    summarise,
)
from models.places import town_of
from models.policy import Policy
from models.posts import posts_of
from models.spot_checks import SpotAnswer
from models.violations import Violation
from models.zero_rounds import ReportRound, ZeroReport

_Duties = list[tuple[ShiftDuty, Shift]]


def period_summary(session: Session, *, period: KeyPeriod, now: datetime, policy: Policy) -> Summary:
    """The period in numbers, up to now."""
    shifts = _shifts(session, period)
    duties = _duties(session, period, now)
    return summarise(
        _posts(session, period, shifts, duties, now, policy),
        [DutyRow(shift.post_id, duty.role, duty.state, duty.late_minutes) for duty, shift in duties],
        _checks(session, period),
        _reports(session, period, now),
        _violations(session, period),
    )


def _shifts(session: Session, period: KeyPeriod) -> list[Shift]:
    query = select(Shift).where(
        Shift.county == period.county, Shift.period_id == period.id, col(Shift.removed_at).is_(None)
    )
    return list(session.exec(query))


def _duties(session: Session, period: KeyPeriod, now: datetime) -> _Duties:
    """Everyone on a shift of the period that has begun for them."""
    rows = session.exec(
        select(ShiftDuty, Shift)
        .join(Shift, (col(Shift.county) == ShiftDuty.county) & (col(Shift.id) == ShiftDuty.shift_id))
        .where(
            Shift.county == period.county,
            Shift.period_id == period.id,
            col(Shift.removed_at).is_(None),
            ShiftDuty.state != REMOVED,
            col(ShiftDuty.expected_at) <= now,
        )
    )
    return [(duty, shift) for duty, shift in rows]


def _posts(
    session: Session,
    period: KeyPeriod,
    shifts: list[Shift],
    duties: _Duties,
    now: datetime,
    policy: Policy,
) -> list[PostRow]:
    """The posts of the period with their hours. Someone who checked in counts from then to the shift's end."""
    planned: dict[int, list[Span]] = defaultdict(list)
    for shift in shifts:
        planned[shift.post_id].append(Span(shift.starts_at, shift.ends_at))
    attended: dict[int, list[Span]] = defaultdict(list)
    for duty, shift in duties:
        if duty.state == CHECKED_IN and duty.checked_at is not None:
            attended[shift.post_id].append(Span(max(shift.starts_at, duty.checked_at), shift.ends_at))
    posts = {post.id: post for post in posts_of(session, county=period.county, area=period.area)}
    posts |= {post_id: session.get_one(Post, (period.county, post_id)) for post_id in planned.keys() - posts}
    return [
        PostRow(
            post.id,
            post.name,
            town_of(post.area),
            _need(post, period, now, policy),
            planned[post.id],
            attended[post.id],
        )
        for post in posts.values()
    ]


def _need(post: Post, period: KeyPeriod, now: datetime, policy: Policy) -> Span:
    """The hours that the post had to cover so far."""
    need = needed_span(Span(period.starts_at, period.ends_at), clock_times(post.starts), policy.zone)
    return Span(need.starts_at, max(need.starts_at, min(need.ends_at, now)))


def _checks(session: Session, period: KeyPeriod) -> list[CheckRow]:
    rows = session.exec(
        select(SpotAnswer.post_id, SpotAnswer.state, SpotAnswer.outside).where(
            SpotAnswer.county == period.county, SpotAnswer.period_id == period.id
        )
    )
    return [CheckRow(*row) for row in rows]


def _reports(session: Session, period: KeyPeriod, now: datetime) -> list[ReportRow]:
    rows = session.exec(
        select(ZeroReport.post_id, ZeroReport.area, ZeroReport.state, ZeroReport.late_minutes)
        .join(
            ReportRound,
            (col(ReportRound.county) == ZeroReport.county) & (col(ReportRound.id) == ZeroReport.round_id),
        )
        .where(
            ReportRound.county == period.county,
            ReportRound.period_id == period.id,
            col(ReportRound.deadline_at) <= now,
        )
    )
    return [ReportRow(*row) for row in rows]


def _violations(session: Session, period: KeyPeriod) -> list[ViolationRow]:
    rows = session.exec(
        select(Violation.post_id, Violation.area, Violation.kind, Violation.state).where(
            Violation.county == period.county, Violation.period_id == period.id
        )
    )
    return [ViolationRow(post_id, town_of(area), kind, state) for post_id, area, kind, state in rows]
