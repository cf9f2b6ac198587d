"""The office is told ahead: the hours of a key period nobody covers, the year without a calendar."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Field, Session, SQLModel, col, select, update

from models.audit import record
from models.base import compare_and_set, insert_ignore, system, utc_field
from models.calendar import calendar_of
from models.coverage import Span, clock_times, needed_span, uncovered
from models.duty import KeyPeriod, Post, Shift
from models.duty_notices import tell_office
from models.periods import add_holiday_periods
from models.policy import Policy, jitter
from models.posts import posts_of
from models.text import Part, text, when

ASKED_FROM = (11, 15)  # month and day; the notice for the next year usually comes in early November
AGAIN = timedelta(days=1)


class CalendarWatch(SQLModel, table=True):
    """When the calendar of a county is next looked at: holidays become periods, a missing year is told."""

    county: str = Field(primary_key=True, max_length=12)
    due_at: datetime = utc_field()


@dataclass(frozen=True)
class Gap:
    """Hours of a post that no shift covers; `whole` when the post has no shift at all in the period."""

    post: Post
    span: Span
    whole: bool


def period_gaps(session: Session, *, period: KeyPeriod, now: datetime, policy: Policy) -> list[Gap]:
    """What is not covered of a period from now on, post by post."""
    gaps: list[Gap] = []
    held = _held(session, period)
    for post in posts_of(session, county=period.county, area=period.area):
        need = needed_span(Span(period.starts_at, period.ends_at), clock_times(post.starts), policy.zone)
        ahead = Span(max(need.starts_at, now), need.ends_at)
        if ahead.starts_at < ahead.ends_at:
            spans = uncovered(ahead, held.get(post.id, []))
            gaps += [Gap(post, span, whole=span == ahead) for span in spans]
    return gaps


def _held(session: Session, period: KeyPeriod) -> dict[int, list[Span]]:
    """All shifts that touch the period, of whichever roster, by post."""
    rows = session.exec(
        select(Shift.post_id, Shift.starts_at, Shift.ends_at).where(
            Shift.county == period.county,
            col(Shift.starts_at) < period.ends_at + timedelta(days=1),
            col(Shift.starts_at) > period.starts_at - timedelta(days=4),
            col(Shift.removed_at).is_(None),
        )
    )
    held: dict[int, list[Span]] = {}
    for post_id, starts_at, ends_at in rows:
        held.setdefault(post_id, []).append(Span(starts_at, ends_at))
    return held


def coverage_due(session: Session, *, county: str, now: datetime, policy: Policy) -> int:
    """The tick: tell the office of every period that draws near what is not covered.

    Gaps are told each day until it begins; that there is none, once; while there are no posts, nothing.
    """
    due = session.exec(
        select(KeyPeriod)
        .where(KeyPeriod.county == county, col(KeyPeriod.coverage_at) <= now)
        .order_by(col(KeyPeriod.coverage_at))
    ).all()
    return sum(_tell_coverage(session, period, now, policy) for period in due)


def _tell_coverage(session: Session, period: KeyPeriod, now: datetime, policy: Policy) -> int:
    over = now >= period.ends_at
    gaps = [] if over else period_gaps(session, period=period, now=now, policy=policy)
    posts = posts_of(session, county=period.county, area=period.area)
    following = _tomorrow(now, policy, period.id) if gaps or not posts else None
    if following is not None and following >= period.starts_at:
        following = None
    if not _claim(session, period, following) or over or not posts:
        return 0
    tell_office(
        session,
        county=period.county,
        lines=coverage_lines(period, gaps),
        now=now,
        policy=policy,
        area=period.area,
        subject=("period", period.id),
        urgent=False,
    )
    after = {"gaps": len(gaps), "posts": sorted({gap.post.name for gap in gaps})}
    by = system(period.county)
    record(session, by=by, subject="period", subject_id=period.id, action="coverage", now=now, after=after)
    return 1


def _claim(session: Session, period: KeyPeriod, following: datetime | None) -> bool:
    """True for the one process that moves the notice on."""
    return compare_and_set(
        session, period, col(KeyPeriod.coverage_at) == period.coverage_at, coverage_at=following
    )


def _tomorrow(now: datetime, policy: Policy, seed: int) -> datetime:
    on = policy.local(now).date() + AGAIN
    return datetime.combine(on, policy.ladder_time, policy.zone) + jitter(seed)


def coverage_lines(period: KeyPeriod, gaps: list[Gap]) -> list[Part]:
    """What the office is told of a period's coverage."""
    known = {"period": period.name, "starts": when(period.starts_at)}
    if not gaps:
        return [text("coverage-full", **known)]
    lines: list[Part] = [text("coverage-gaps", posts=len({gap.post.id for gap in gaps}), **known)]
    for gap in gaps:
        if gap.whole:
            lines.append(text("coverage-none", post=gap.post.name))
        else:
            hours: dict[str, Any] = {"starts": when(gap.span.starts_at), "ends": when(gap.span.ends_at)}
            lines.append(text("coverage-gap", post=gap.post.name, **hours))
    return lines


def calendar_due(session: Session, *, county: str, now: datetime, policy: Policy) -> int:
    """The tick, once a day: holidays become key periods, and a year without an official notice is asked
    for at the office from 15 November before it, once a week, whoever ticks."""
    insert_ignore(session, CalendarWatch, {"county": county, "due_at": now})
    claimed = session.execute(
        update(CalendarWatch)
        .where(col(CalendarWatch.county) == county, col(CalendarWatch.due_at) <= now)
        .values(due_at=_tomorrow(now, policy, 7))
        .execution_options(synchronize_session=False)
    )
    if claimed.rowcount != 1:  # type: ignore[attr-defined]
        return 0
    calendar = calendar_of(session, county=county)
    added = add_holiday_periods(session, by=system(county), calendar=calendar, now=now, policy=policy)
    today = policy.local(now).date()
    for year in (year for year in years_needed(today) if not calendar.is_announced(year)):
        weeks = (today - date(year - 1, *ASKED_FROM)).days // 7
        tell_office(
            session,
            county=county,
            lines=[text("calendar-missing", year=str(year))],
            now=now,
            policy=policy,
            dedup=f"calendar:{year}:{weeks}",
            urgent=False,
        )
    return len(added)


def years_needed(today: date) -> list[int]:
    """The years whose official days off should be known by this day."""
    return [today.year, today.year + 1] if (today.month, today.day) >= ASKED_FROM else [today.year]
