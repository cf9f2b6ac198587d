"""Looking at the duty: who is on now, my shifts, and the facts of a day for the digest."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlmodel import Session, and_, col, or_, select

from models.base import Actor
from models.coverage import Span
from models.coverage_watch import period_gaps
from models.duty import (
    CHECKED_IN,
    COVERED,
    DEPUTY,
    DUTY_ROLES,
    REMOVED,
    KeyPeriod,
    Post,
    Shift,
    ShiftDuty,
)
from models.on_post import HELD_MOST, has_the_watch, is_held
from models.people import Person
from models.policy import Policy
from models.text import Part, series, text

LINES_MOST = 20


@dataclass(frozen=True)
class OnDuty:
    """A post's running shift with the people who stand it: leader, deputy, officers. `held`: its hours are
    over, and nobody has relieved those who are in."""

    post: Post
    shift: Shift
    people: list[tuple[ShiftDuty, Person]]
    held: bool = False


@dataclass(frozen=True)
class MyShift:
    """One shift of a person."""

    duty: ShiftDuty
    shift: Shift
    post: Post


@dataclass
class DutyFacts:
    """A day's duty in numbers. `missing`: who should be in and is not; `uncovered`: posts of a running
    key period that nobody stands at some hour of the day."""

    posts: int = 0
    expected: int = 0
    checked_in: int = 0
    late: int = 0
    outside: int = 0
    covered: int = 0
    missing: list[tuple[Person, Post]] = field(default_factory=list)
    uncovered: list[Post] = field(default_factory=list)


def who_is_on(
    session: Session,
    *,
    county: str,
    at: datetime,
    area: str | None = None,
    post_ids: Collection[int] | None = None,
) -> list[OnDuty]:
    """Every post with a shift that has the watch at this moment, by name; of an area and below it, or of
    these posts, where they are given. Of a shift past its end, that nobody has relieved yet, only those who
    are in."""
    query = (
        select(Shift, Post)
        .join(Post, (col(Post.county) == Shift.county) & (col(Post.id) == Shift.post_id))
        .where(Shift.county == county, col(Shift.starts_at) > at - timedelta(days=4), has_the_watch(at))
        .order_by(Post.name, col(Shift.starts_at))
    )
    if area and len(area) > 6:
        query = query.where(col(Post.area) >= area, col(Post.area) <= area.ljust(15, "9"))
    if post_ids is not None:
        query = query.where(col(Shift.post_id).in_(post_ids))
    running = session.exec(query).all()
    people = _people(session, county, [shift.id for shift, _ in running])
    for shift, _ in running:
        if is_held(shift, at):
            people[shift.id] = [each for each in people[shift.id] if each[0].state == CHECKED_IN]
    return [OnDuty(post, shift, people[shift.id], is_held(shift, at)) for shift, post in running]


def who_is_on_from(
    session: Session, *, county: str, area: str, since: datetime, until: datetime
) -> list[OnDuty]:
    """The shifts that begin in [since, until) at posts of an area and below it, in the order of their posts."""
    query = (
        select(Shift, Post)
        .join(Post, (col(Post.county) == Shift.county) & (col(Post.id) == Shift.post_id))
        .where(
            Shift.county == county,
            col(Shift.starts_at) >= since,
            col(Shift.starts_at) < until,
            col(Shift.removed_at).is_(None),
        )
        .order_by(Post.name, col(Shift.starts_at))
    )
    if len(area) > 6:
        query = query.where(col(Post.area) >= area, col(Post.area) <= area.ljust(15, "9"))
    found = session.exec(query).all()
    people = _people(session, county, [shift.id for shift, _ in found])
    return [OnDuty(post, shift, people[shift.id]) for shift, post in found]


def _people(session: Session, county: str, shift_ids: list[int]) -> dict[int, list[tuple[ShiftDuty, Person]]]:
    found: dict[int, list[tuple[ShiftDuty, Person]]] = {shift_id: [] for shift_id in shift_ids}
    rows = session.exec(
        select(ShiftDuty, Person)
        .join(Person, (col(Person.county) == ShiftDuty.county) & (col(Person.id) == ShiftDuty.person_id))
        .where(ShiftDuty.county == county, col(ShiftDuty.shift_id).in_(shift_ids), ShiftDuty.state != REMOVED)
    ).all()
    for duty, person in sorted(rows, key=lambda row: (DUTY_ROLES.index(row[0].role), row[0].id)):
        found[duty.shift_id].append((duty, person))
    return found


def my_shifts(session: Session, *, by: Actor, now: datetime, limit: int = 20) -> list[MyShift]:
    """The actor's shifts that run, are to come, or still wait to be relieved, the nearest first."""
    rows = session.exec(
        select(ShiftDuty, Shift, Post)
        .join(Shift, (col(Shift.county) == ShiftDuty.county) & (col(Shift.id) == ShiftDuty.shift_id))
        .join(Post, (col(Post.county) == Shift.county) & (col(Post.id) == Shift.post_id))
        .where(
            ShiftDuty.county == by.county,
            ShiftDuty.person_id == by.person_id,
            ShiftDuty.state != REMOVED,
            or_(col(Shift.ends_at) > now, _held(now)),
        )
        .order_by(col(Shift.starts_at), col(Shift.id))
        .limit(limit)
    )
    return [MyShift(duty, shift, post) for duty, shift, post in rows]


def coming_duties(session: Session, *, county: str, person_id: int, now: datetime) -> list[ShiftDuty]:
    """A person's places on shifts that have not begun, the nearest first."""
    rows = session.exec(
        select(ShiftDuty)
        .join(Shift, (col(Shift.county) == ShiftDuty.county) & (col(Shift.id) == ShiftDuty.shift_id))
        .where(
            ShiftDuty.county == county,
            ShiftDuty.person_id == person_id,
            ShiftDuty.state != REMOVED,
            col(Shift.starts_at) > now,
            col(Shift.removed_at).is_(None),
        )
        .order_by(col(Shift.starts_at), col(ShiftDuty.id))
    )
    return list(rows)


def _held(now: datetime) -> Any:
    """Past its end, and not relieved: those who are in on it are still on post."""
    return and_(
        col(Shift.ends_at) > now - HELD_MOST,
        col(Shift.relieved_at).is_(None),
        ShiftDuty.state == CHECKED_IN,
    )


def day_of(now: datetime, policy: Policy) -> Span:
    """The office's day that `now` falls in."""
    today = policy.local(now).date()
    midnight = datetime.combine(today, time(), policy.zone).astimezone(UTC)
    return Span(midnight, datetime.combine(today + timedelta(days=1), time(), policy.zone).astimezone(UTC))


def duty_facts(session: Session, *, county: str, now: datetime, policy: Policy) -> DutyFacts:
    """Today's duty: the shifts that begin today, and who is missing from one that still runs."""
    today = day_of(now, policy)
    rows = session.exec(
        select(ShiftDuty, Shift, Post, Person)
        .join(Shift, (col(Shift.county) == ShiftDuty.county) & (col(Shift.id) == ShiftDuty.shift_id))
        .join(Post, (col(Post.county) == Shift.county) & (col(Post.id) == Shift.post_id))
        .join(Person, (col(Person.county) == ShiftDuty.county) & (col(Person.id) == ShiftDuty.person_id))
        .where(
            Shift.county == county,
            col(Shift.starts_at) > now - timedelta(days=4),
            col(Shift.starts_at) < today.ends_at,
            or_(col(Shift.starts_at) >= today.starts_at, col(Shift.ends_at) > now),
            col(Shift.removed_at).is_(None),
            ShiftDuty.state != REMOVED,
        )
        .order_by(Post.name, col(Shift.starts_at), col(ShiftDuty.id))
    ).all()
    begin = {post.id for _, shift, post, _ in rows if shift.starts_at >= today.starts_at}
    facts = DutyFacts(posts=len({post.id for _, _, post, _ in rows}))
    for duty, shift, post, person in rows:
        # Yesterday's shift that still runs counts only where none begins today; who is missing there is told.
        if shift.starts_at >= today.starts_at or post.id not in begin:
            _count(facts, duty, post, person, now)
        elif _is_missing(duty, now):
            facts.missing.append((person, post))
    facts.uncovered = _uncovered(session, county, today, now, policy)
    return facts


def _count(facts: DutyFacts, duty: ShiftDuty, post: Post, person: Person, now: datetime) -> None:
    if duty.state == CHECKED_IN:
        facts.outside += duty.outside
    if duty.role == DEPUTY:
        return
    facts.expected += 1
    if duty.state == CHECKED_IN:
        facts.checked_in += 1
        facts.late += duty.late_minutes > 0
    elif duty.state == COVERED:
        facts.covered += 1
    elif _is_missing(duty, now):
        facts.missing.append((person, post))


def _is_missing(duty: ShiftDuty, now: datetime) -> bool:
    return duty.role != DEPUTY and duty.state not in (CHECKED_IN, COVERED) and duty.expected_at <= now


def facts_lines(facts: DutyFacts) -> list[Part]:
    """The digest's words on today's duty: the numbers, who is missing, which posts nobody stands."""
    if not facts.posts and not facts.uncovered:
        return [text("duty-today-none")]
    lines: list[Part] = [
        text(
            "duty-today",
            posts=facts.posts,
            expected=facts.expected,
            checked_in=facts.checked_in + facts.covered,
            late=facts.late,
        )
    ]
    for person, post in facts.missing[:LINES_MOST]:
        phone = person.phone or text("duty-no-phone")
        lines.append(text("duty-today-missing", name=person.name, post=post.name, phone=phone))
    if len(facts.missing) > LINES_MOST:
        lines.append(text("duty-today-more", count=len(facts.missing) - LINES_MOST))
    if facts.uncovered:
        posts = series(post.name for post in facts.uncovered[:LINES_MOST])
        lines.append(text("duty-today-uncovered", count=len(facts.uncovered), posts=posts))
    return lines


def _uncovered(session: Session, county: str, today: Span, now: datetime, policy: Policy) -> list[Post]:
    periods = session.exec(
        select(KeyPeriod).where(
            KeyPeriod.county == county,
            col(KeyPeriod.starts_at) < today.ends_at,
            col(KeyPeriod.ends_at) > today.starts_at,
        )
    )
    posts: dict[int, Post] = {}
    for period in periods:
        for gap in period_gaps(session, period=period, now=now, policy=policy):
            if gap.span.starts_at < today.ends_at:
                posts.setdefault(gap.post.id, gap.post)
    return sorted(posts.values(), key=lambda post: post.name)


def with_people(session: Session, *, county: str, rows: Sequence[tuple[Shift, Post]]) -> list[OnDuty]:
    """These shifts with whoever stands them, in the order given."""
    people = _people(session, county, [shift.id for shift, _ in rows])
    return [OnDuty(post, shift, people[shift.id]) for shift, post in rows]


def next_shift(session: Session, *, county: str, post_id: int, now: datetime) -> OnDuty | None:
    """The post's shift that begins next."""
    shift = session.exec(
        select(Shift)
        .where(
            Shift.county == county,
            Shift.post_id == post_id,
            col(Shift.starts_at) > now,
            col(Shift.removed_at).is_(None),
        )
        .order_by(col(Shift.starts_at))
        .limit(1)
    ).first()
    if shift is None:
        return None
    post = session.get_one(Post, (county, post_id))
    return with_people(session, county=county, rows=[(shift, post)])[0]
