"""Publishing a roster (值班表): the new one replaces the old as a whole, and those concerned are told."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.audit import record
from models.base import Actor, UserError, compare_and_set
from models.duty import REMOVED, KeyPeriod, Post, Shift, ShiftDuty
from models.people import Person
from models.period_checks import plan_checks
from models.policy import Policy
from models.posts import may_edit_post
from models.roster_rules import HOURS_MOST, SHIFT_MOST, Clash, ShiftRow, clashes, row_fault
from models.shift_changes import Published, change_shifts, tell_changes
from models.text import when


def publish_roster(
    session: Session,
    *,
    by: Actor,
    period: KeyPeriod,
    rows: Sequence[ShiftRow],
    now: datetime,
    policy: Policy,
    whole: bool = False,
) -> Published:
    """Replace the shifts of the posts named in `rows` (`whole`: of all posts of the period), all or nothing.

    Identical shifts stay with their check-ins, a shift whose hours moved keeps its people; what is over
    already is not touched. Everyone with a shift created, changed or removed gets one message.
    Errors: not-allowed, roster-empty, roster-moved-on, roster-order, roster-long, roster-outside,
    roster-nobody, roster-twice-in-shift, roster-post-twice, roster-person-twice.
    """
    posts = _posts(session, by, rows)
    _check_rows(rows, period, posts, policy)
    _take_period(session, period)
    old = standing_shifts(session, period=period, post_ids=None if whole else set(posts), now=now)
    posts |= {shift.post_id: session.get_one(Post, (by.county, shift.post_id)) for shift in old}
    if not all(may_edit_post(by, post.area) for post in posts.values()):
        raise UserError("not-allowed")
    rows = [row for row in rows if row.ends_at > now]
    _hold_people(session, by.county, rows)
    _check_clashes(session, rows, old, by.county, now)
    done = change_shifts(
        session, by=by, period=period, old=old, rows=rows, posts=posts, now=now, policy=policy
    )
    tell_changes(session, period=period, done=done, now=now, policy=policy)
    plan_checks(session, by=by, period=period, now=now, policy=policy)
    after = {"added": done.added, "changed": done.changed, "removed": done.removed, "kept": done.kept}
    record(session, by=by, subject="period", subject_id=period.id, action="publish", now=now, after=after)
    return done


def _posts(session: Session, by: Actor, rows: Sequence[ShiftRow]) -> dict[int, Post]:
    if not rows:
        raise UserError("roster-empty")
    posts = {}
    for post_id in {row.post_id for row in rows}:
        post = session.get(Post, (by.county, post_id))
        if post is None:
            raise UserError("post-unknown")
        posts[post_id] = post
    return posts


def _check_rows(rows: Iterable[ShiftRow], period: KeyPeriod, posts: dict[int, Post], policy: Policy) -> None:
    for row in rows:
        fault = row_fault(row, period)
        if fault:
            on = policy.local(row.starts_at)
            raise UserError(fault, post=posts[row.post_id].name, starts=when(on), hours=HOURS_MOST)


def _take_period(session: Session, period: KeyPeriod) -> None:
    """One roster of a period at a time."""
    if not compare_and_set(
        session, period, col(KeyPeriod.version) == period.version, version=period.version + 1
    ):
        raise UserError("roster-moved-on", period=period.name)


def _hold_people(session: Session, county: str, rows: Sequence[ShiftRow]) -> None:
    """Keep others from putting these people elsewhere meanwhile (SQLite has one writer anyway)."""
    people = {person_id for row in rows for person_id, _ in row.people}
    query = select(Person.id).where(Person.county == county, col(Person.id).in_(people))
    session.exec(query.order_by(col(Person.id)).with_for_update()).all()


def standing_shifts(
    session: Session, *, period: KeyPeriod, now: datetime, post_ids: Collection[int] | None = None
) -> list[Shift]:
    """The period's shifts that are not over, of these posts or of all."""
    query = select(Shift).where(
        Shift.county == period.county,
        Shift.period_id == period.id,
        col(Shift.ends_at) > now,
        col(Shift.removed_at).is_(None),
    )
    if post_ids is not None:
        query = query.where(col(Shift.post_id).in_(post_ids))
    return list(session.exec(query.order_by(col(Shift.starts_at))))


def find_clashes(
    session: Session, *, county: str, rows: Sequence[ShiftRow], replaced: Collection[int], now: datetime
) -> list[Clash]:
    """Shifts of `rows` that exclude each other or what stands elsewhere; `second` is then beyond the rows.

    `replaced` are the ids of shifts that these rows take the place of.
    """
    both = clashes([*rows, *_elsewhere(session, county, rows, replaced, now)])
    return [clash for clash in both if clash.first < len(rows)]


def _check_clashes(
    session: Session, rows: Sequence[ShiftRow], old: Sequence[Shift], county: str, now: datetime
) -> None:
    for clash in find_clashes(
        session, county=county, rows=rows, replaced={shift.id for shift in old}, now=now
    ):
        row = rows[clash.first]
        post = session.get_one(Post, (county, row.post_id))
        person = session.get_one(Person, (county, clash.person_id)) if clash.person_id else None
        key = "roster-person-twice" if person else "roster-post-twice"
        raise UserError(key, name=person.name if person else "", post=post.name, starts=when(row.starts_at))


def _elsewhere(
    session: Session, county: str, rows: Sequence[ShiftRow], replaced: Collection[int], now: datetime
) -> list[ShiftRow]:
    """Shifts that stay and run at the same time as these rows."""
    if not rows:
        return []
    last = max(row.ends_at for row in rows)
    standing = session.exec(
        select(Shift, ShiftDuty.person_id, ShiftDuty.role)
        .join(ShiftDuty, (col(ShiftDuty.county) == Shift.county) & (col(ShiftDuty.shift_id) == Shift.id))
        .where(
            Shift.county == county,
            col(Shift.starts_at) < last,
            col(Shift.starts_at) > now - SHIFT_MOST,
            col(Shift.ends_at) > now,
            col(Shift.removed_at).is_(None),
            ShiftDuty.state != REMOVED,
        )
    )
    people: dict[int, list[tuple[int, str]]] = defaultdict(list)
    shifts = {}
    for shift, person_id, role in standing:
        if shift.id not in replaced:
            shifts[shift.id] = shift
            people[shift.id].append((person_id, role))
    return [
        ShiftRow(shift.post_id, shift.starts_at, shift.ends_at, tuple(people[shift.id]))
        for shift in shifts.values()
    ]
