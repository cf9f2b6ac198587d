"""From the roster that stands to the one that is to stand: shift by shift, and who is told."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from models.audience import as_recipients
from models.audit import record
from models.base import Actor
from models.coverage import Span, overlaps
from models.duty import (
    DEPUTY,
    EXPECTED,
    MAY_CHECK_IN,
    REMOVED,
    STANDBY,
    KeyPeriod,
    Post,
    Shift,
    ShiftDuty,
)
from models.duty_notices import role_name, shift_line
from models.outbox import NOTICE, Recipient, send_to
from models.people import Person
from models.policy import Policy
from models.roster_rules import ShiftRow
from models.shift_people import put_on, schedule, silence, take_off
from models.text import Part, content, series, text, when

SOON = timedelta(hours=24)  # a change of a shift this near is told at any hour


@dataclass
class Published:
    """What a roster changed: numbers of shifts, and of people told; each person's changes in words."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    kept: int = 0
    told: int = 0
    changes: dict[int, list[Part]] = field(default_factory=lambda: defaultdict(list))
    soonest: datetime | None = None

    def note(self, person_id: int, line: Part, starts_at: datetime) -> None:
        """Keep a line for someone's one message."""
        self.changes[person_id].append(line)
        self.soonest = min(self.soonest or starts_at, starts_at)


@dataclass(frozen=True)
class _Change:
    """What every step of one publication needs to know."""

    session: Session
    by: Actor
    period: KeyPeriod
    posts: dict[int, Post]
    done: Published
    now: datetime
    policy: Policy


def change_shifts(
    session: Session,
    *,
    by: Actor,
    period: KeyPeriod,
    old: Sequence[Shift],
    rows: Sequence[ShiftRow],
    posts: dict[int, Post],
    now: datetime,
    policy: Policy,
) -> Published:
    """Make the standing shifts `old` into `rows`, keeping what is the same."""
    change = _Change(session, by, period, posts, Published(), now, policy)
    duties = _locked_duties(change, old)
    for shift, row in _pairs(old, rows):
        if shift is None:
            assert row is not None
            _add(change, row)
        elif row is None:
            _remove(change, shift, duties[shift.id])
        else:
            _keep(change, shift, row, duties[shift.id])
    session.flush()
    return change.done


def _locked_duties(change: _Change, shifts: Sequence[Shift]) -> dict[int, list[ShiftDuty]]:
    """Who stands these shifts, held against a check-in at the same moment (SQLite has one writer anyway)."""
    found: dict[int, list[ShiftDuty]] = defaultdict(list)
    query = select(ShiftDuty).where(
        ShiftDuty.county == change.period.county,
        col(ShiftDuty.shift_id).in_([shift.id for shift in shifts]),
        ShiftDuty.state != REMOVED,
    )
    for duty in change.session.exec(query.with_for_update().execution_options(populate_existing=True)):
        found[duty.shift_id].append(duty)
    return found


def _pairs(old: Sequence[Shift], rows: Sequence[ShiftRow]) -> Iterator[tuple[Shift | None, ShiftRow | None]]:
    """Each old shift with the row that goes on with it: the same hours, or else hours that overlap."""
    left = {(shift.post_id, shift.starts_at, shift.ends_at): shift for shift in old}
    moved = []
    for row in rows:
        same = left.pop((row.post_id, row.starts_at, row.ends_at), None)
        if same is not None:
            yield same, row
        else:
            moved.append(row)
    by_post = defaultdict(list)
    for shift in left.values():
        by_post[shift.post_id].append(shift)
    for row in moved:
        like = (one for one in by_post[row.post_id] if overlaps(Span(one.starts_at, one.ends_at), row.span))
        found = next(like, None)
        if found is not None:
            by_post[row.post_id].remove(found)
        yield found, row
    for shifts in by_post.values():
        yield from ((shift, None) for shift in shifts)


def _add(change: _Change, row: ShiftRow) -> None:
    shift = Shift(
        county=change.period.county,
        post_id=row.post_id,
        period_id=change.period.id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        note=row.note,
        created_at=change.now,
    )
    change.session.add(shift)
    for person_id, role in row.people:
        _put_on(change, shift, person_id, role)
    change.done.added += 1
    _event(change, shift, "add", {}, shift_facts(shift, row.people))


def _remove(change: _Change, shift: Shift, duties: Sequence[ShiftDuty]) -> None:
    people = [(duty.person_id, duty.role) for duty in duties]
    for duty in duties:
        _take_off(change, shift, duty)
    shift.removed_at = change.now
    change.session.add(shift)
    change.done.removed += 1
    _event(change, shift, "remove", shift_facts(shift, people), {})


def _keep(change: _Change, shift: Shift, row: ShiftRow, duties: Sequence[ShiftDuty]) -> None:
    """The same shift, perhaps with other hours or other people."""
    before = shift_facts(shift, [(duty.person_id, duty.role) for duty in duties])
    was = Span(shift.starts_at, shift.ends_at)
    wanted = dict(row.people)
    gone = [duty for duty in duties if duty.person_id not in wanted]
    for duty in gone:
        _take_off(change, shift, duty)
    shift.starts_at, shift.ends_at, shift.note = row.starts_at, row.ends_at, row.note
    change.session.add(shift)
    known = {duty.person_id: duty for duty in duties}
    for person_id, role in row.people:
        if person_id not in known:
            _put_on(change, shift, person_id, role)
        else:
            _stay_on(change, shift, known[person_id], role, was)
    after = shift_facts(shift, row.people)
    if after == before:
        change.done.kept += 1
        return
    if set(known) != set(wanted):
        _tell_team(change, shift, [one for one in row.people if one[0] in known], wanted)
    change.done.changed += 1
    _event(change, shift, "change", before, after)


def _tell_team(
    change: _Change, shift: Shift, staying: Sequence[tuple[int, str]], people: Iterable[int]
) -> None:
    """Those who stay hear with whom they stand the shift now."""
    names = series(change.session.get_one(Person, (shift.county, one)).name for one in people)
    post = change.posts[shift.post_id]
    for person_id, role in staying:
        line = text("roster-team", shift=shift_line(shift, post, role), names=names)
        change.done.note(person_id, line, shift.starts_at)


def _put_on(change: _Change, shift: Shift, person_id: int, role: str) -> None:
    put_on(change.session, shift=shift, person_id=person_id, role=role, now=change.now, policy=change.policy)
    post = change.posts[shift.post_id]
    change.done.note(person_id, text("roster-added", shift=shift_line(shift, post, role)), shift.starts_at)


def _take_off(change: _Change, shift: Shift, duty: ShiftDuty) -> None:
    take_off(change.session, duty=duty)
    line = text("roster-removed", shift=shift_line(shift, change.posts[shift.post_id], duty.role))
    change.done.note(duty.person_id, line, shift.starts_at)


def _stay_on(change: _Change, shift: Shift, duty: ShiftDuty, role: str, was: Span) -> None:
    """Someone who stays, perhaps at other hours or in another role. A check-in stands."""
    moved = was != Span(shift.starts_at, shift.ends_at)
    if not moved and duty.role == role:
        return
    post, former = change.posts[shift.post_id], duty.role
    if moved:
        line = text(
            "roster-moved",
            shift=shift_line(shift, post, role),
            was=when(was.starts_at),
            until=when(was.ends_at),
        )
    else:
        line = text("roster-role", shift=shift_line(shift, post, role), was=role_name(former))
    change.done.note(duty.person_id, line, min(shift.starts_at, was.starts_at))
    duty.role = role
    if duty.state in MAY_CHECK_IN:
        silence(change.session, duty=duty)
        duty.state = STANDBY if role == DEPUTY else EXPECTED
        duty.rung, duty.covered_by = 0, None
        duty.expected_at = max(shift.starts_at, change.now)
        schedule(change.session, duty=duty, shift=shift, now=change.now, policy=change.policy)
    change.session.add(duty)


def shift_facts(shift: Shift, people: Sequence[tuple[int, str]]) -> dict[str, Any]:
    return {
        "starts_at": shift.starts_at.isoformat(),
        "ends_at": shift.ends_at.isoformat(),
        "people": sorted([person_id, role] for person_id, role in people),
        "note": shift.note,
    }


def _event(change: _Change, shift: Shift, action: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    record(  # not flushed: the rows of a roster are written together
        change.session,
        by=change.by,
        subject="shift",
        subject_id=shift.id,
        action=action,
        now=change.now,
        before=before,
        after=after,
    )


def tell_changes(
    session: Session, *, period: KeyPeriod, done: Published, now: datetime, policy: Policy
) -> None:
    """One message for each person with all that changed for them; at night only if it is near."""
    urgent = done.soonest is not None and done.soonest - now <= SOON
    known = _recipients(session, period.county, done.changes)
    for person_id, lines in done.changes.items():
        send_to(
            session,
            [known[person_id]],
            county=period.county,
            body=content(text("roster-told", period=period.name), *lines),
            kind=NOTICE,
            now=now,
            policy=policy,
            subject=("period", period.id),
            urgent=urgent,
        )
        done.told += 1


def _recipients(session: Session, county: str, person_ids: Iterable[int]) -> dict[int, Recipient]:
    """These people with their chats, looked up together."""
    people = session.exec(select(Person).where(Person.county == county, col(Person.id).in_(list(person_ids))))
    return {each.person_id: each for each in as_recipients(session, people) if each.person_id is not None}
