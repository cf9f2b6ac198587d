"""A roster looked over before it is published: hours nobody covers, shifts nobody leads or in someone's leave,
uneven parts."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.calendar import calendar_of
from models.coverage import overlaps
from models.coverage_watch import coverage_lines, period_gaps
from models.duty import LEADER, OFFICER, KeyPeriod, Post, Shift, duties_of
from models.duty_notices import shift_line
from models.leave import leaves_of
from models.people import Person
from models.policy import Policy
from models.roster_export import standing_rows
from models.roster_rules import ShiftRow
from models.rota import Slot, Tally, has_night, is_uneven, tallies
from models.rota_facts import off_days
from models.text import Part, day, text, when

GAPS_MOST, LINES_MOST = 8, 10


def review_lines(
    session: Session, *, period: KeyPeriod, post_ids: Collection[int], now: datetime, policy: Policy
) -> list[Part]:
    """What should be said of the standing roster of these posts; nothing where all is well."""
    rows = [
        row for row in standing_rows(session, period=period) if row.post_id in post_ids and row.ends_at > now
    ]
    return [
        *_gap_lines(session, period, post_ids, now, policy),
        *leaderless_lines(
            [each for each in without_leader(session, period=period, now=now) if each[1].id in post_ids]
        ),
        *leave_lines(session, county=period.county, rows=rows, policy=policy),
        *_uneven_lines(session, period.county, rows, policy),
    ]


def _gap_lines(
    session: Session, period: KeyPeriod, post_ids: Collection[int], now: datetime, policy: Policy
) -> list[Part]:
    found = period_gaps(session, period=period, now=now, policy=policy)
    gaps = [gap for gap in found if gap.post.id in post_ids]
    if not gaps:
        return []
    lines = coverage_lines(period, gaps[:GAPS_MOST])
    more = [text("roster-more", count=len(gaps) - GAPS_MOST)] if len(gaps) > GAPS_MOST else []
    return [*lines, *more]


def without_leader(session: Session, *, period: KeyPeriod, now: datetime) -> list[tuple[Shift, Post]]:
    """Shifts ahead on which nobody leads, at posts where somebody does on other days of the period, in order."""
    query = (
        select(Shift, Post)
        .join(Post, (col(Post.county) == Shift.county) & (col(Post.id) == Shift.post_id))
        .where(
            Shift.county == period.county,
            Shift.period_id == period.id,
            col(Shift.removed_at).is_(None),
        )
        .order_by(col(Shift.starts_at), Post.name)
    )
    rows = session.exec(query).all()
    duties = duties_of(session, county=period.county, shift_ids=[shift.id for shift, _ in rows])
    led = {shift.id for shift, _ in rows if any(duty.role == LEADER for duty in duties[shift.id])}
    posts = {post.id for shift, post in rows if shift.id in led}
    return [
        (shift, post)
        for shift, post in rows
        if shift.id not in led and post.id in posts and shift.ends_at > now
    ]


def leaderless_lines(found: Sequence[tuple[Shift, Post]]) -> list[Part]:
    """What is said of shifts without a leader; nothing where there is none."""
    if not found:
        return []
    lines: list[Part] = [text("roster-leaderless", count=len(found))]
    lines += [
        text("roster-leaderless-shift", post=post.name, starts=when(shift.starts_at))
        for shift, post in found[:GAPS_MOST]
    ]
    if len(found) > GAPS_MOST:
        lines.append(text("roster-leaderless-more", count=len(found) - GAPS_MOST))
    return lines


def leave_lines(session: Session, *, county: str, rows: Sequence[ShiftRow], policy: Policy) -> list[Part]:
    """Every shift of these that lies in the leave of someone who stands it."""
    if not rows:
        return []
    ids = {person_id for row in rows for person_id, _ in row.people}
    first = policy.local(min(row.starts_at for row in rows)).date()
    last = policy.local(max(row.ends_at for row in rows)).date()
    away = leaves_of(session, county=county, person_ids=ids, first=first, last=last)
    lines: list[Part] = []
    for row in rows:
        for person_id, role in row.people:
            for leave in away.get(person_id, []):
                if overlaps(leave.span(policy), row.span):
                    known: dict[str, Any] = {"first": day(leave.first_day), "last": day(leave.last_day)}
                    known["name"] = session.get_one(Person, (county, person_id)).name
                    line = _line(session, county, row, role)
                    lines.append(text("roster-leave-line", shift=line, **known))
    if not lines:
        return []
    return [text("roster-leave-head", count=len(lines)), *lines[:LINES_MOST]]


def _line(session: Session, county: str, row: ShiftRow, role: str) -> Part:
    post = session.get_one(Post, (county, row.post_id))
    shift = Shift(
        county=county,
        post_id=row.post_id,
        period_id=0,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        created_at=row.starts_at,
    )
    return shift_line(shift, post, role)


def _uneven_lines(session: Session, county: str, rows: Iterable[ShiftRow], policy: Policy) -> list[Part]:
    """Everyone's part, if leaders among themselves or officers have too different ones."""
    is_off = off_days(calendar_of(session, county=county))
    seats: dict[str, list[tuple[Slot, int]]] = {LEADER: [], OFFICER: []}
    for row in rows:
        on = policy.local(row.starts_at).date()
        for person_id, role in row.people:
            if role in seats:
                night = has_night(row.span, policy.zone)
                seats[role].append((Slot(row.post_id, role, row.span, on, night, is_off(on)), person_id))
    lines: list[Part] = []
    for held in seats.values():
        found = tallies(held)
        if held and is_uneven(found.values(), max(slot.weight for slot, _ in held)):
            lines += _parts(session, county, found)
    return lines


def _parts(session: Session, county: str, found: dict[int, Tally]) -> list[Part]:
    counts = [tally.shifts for tally in found.values()]
    lines: list[Part] = [text("fair-head", most=max(counts), least=min(counts))]
    for person_id, tally in sorted(found.items(), key=lambda each: -each[1].points)[:LINES_MOST]:
        name = session.get_one(Person, (county, person_id)).name
        known = {"shifts": tally.shifts, "nights": tally.nights, "off": tally.days_off}
        lines.append(text("fair-line", name=name, **known))
    return lines
