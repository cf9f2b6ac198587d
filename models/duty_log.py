"""The duty log (值班日志): what happens on a shift, written down by whoever is on post, never changed.

A correction is another entry. There is no operation that edits or deletes one.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Session, and_, col, select

from models.audit import record
from models.base import Actor, CountyRow, Id, UserError, utc_field
from models.duty import REMOVED, Post, Shift, ShiftDuty
from models.files import attach, attached
from models.on_post import HELD_MOST, is_on_post, my_posts
from models.people import ADMIN, OFFICE_LEADER, SAFETY_OFFICE, TOWN_OFFICER, Person, may

CALL, MESSAGE, INSTRUCTION, INCIDENT = "call", "message", "instruction", "incident"
PATROL, EQUIPMENT, MATTER, OTHER = "patrol", "equipment", "matter", "other"
LOG_KINDS = (CALL, MESSAGE, INSTRUCTION, INCIDENT, PATROL, EQUIPMENT, MATTER, OTHER)
BODY_MOST = 500
PHOTOS_MOST = 9


class LogEntry(CountyRow, table=True):
    """One entry: who wrote what when, on which shift. Its photos are attachments of ("log", id)."""

    __table_args__ = (
        Index("ix_logentry_post", "county", "post_id", "id"),
        Index("ix_logentry_shift", "county", "shift_id", "id"),
    )

    post_id: Id
    shift_id: Id
    person_id: Id
    kind: str
    body: str
    at: datetime = utc_field()


def add_entry(
    session: Session,
    *,
    by: Actor,
    duty_id: int,
    kind: str,
    body: str,
    now: datetime,
    photo_ids: Sequence[int] = (),
) -> LogEntry:
    """Write an entry as of now, into the log of the post at which `duty_id` has the actor on post.

    Errors: log-not-on-post, log-kind, log-empty, log-long, photos-too-many.
    """
    duty = session.get(ShiftDuty, (by.county, duty_id))
    shift = session.get(Shift, (by.county, duty.shift_id)) if duty else None
    if duty is None or shift is None or duty.person_id != by.person_id or not is_on_post(duty, shift, now):
        raise UserError("log-not-on-post")
    _check(kind, body, photo_ids)
    entry = LogEntry(
        county=by.county,
        post_id=shift.post_id,
        shift_id=shift.id,
        person_id=duty.person_id,
        kind=kind,
        body=body,
        at=now,
    )
    session.add(entry)
    session.flush()
    attach(
        session,
        county=by.county,
        subject="log",
        subject_id=entry.id,
        kind="log",
        file_ids=list(photo_ids),
        now=now,
    )
    after = {"shift_id": shift.id, "kind": kind, "body": body, "photos": len(photo_ids)}
    record(session, by=by, subject="log", subject_id=entry.id, action="write", now=now, after=after)
    return entry


def _check(kind: str, body: str, photo_ids: Sequence[int]) -> None:
    if kind not in LOG_KINDS:
        raise UserError("log-kind")
    if not body.strip():
        raise UserError("log-empty")
    if len(body) > BODY_MOST:
        raise UserError("log-long", most=BODY_MOST)
    if len(photo_ids) > PHOTOS_MOST:
        raise UserError("photos-too-many", most=PHOTOS_MOST)


def may_read_log(session: Session, *, by: Actor, post: Post, now: datetime) -> bool:
    """The office everywhere, the town's officer for the town's posts, and those on the shift that is on,
    was on within the day, or comes next."""
    if by.has(SAFETY_OFFICE, OFFICE_LEADER, ADMIN):
        return True
    if post.area is not None and may(by, (TOWN_OFFICER,), area=post.area):
        return True
    mine = session.exec(
        select(Shift)
        .join(ShiftDuty, and_(col(ShiftDuty.county) == Shift.county, col(ShiftDuty.shift_id) == Shift.id))
        .where(
            Shift.county == by.county,
            Shift.post_id == post.id,
            col(Shift.ends_at) > now - HELD_MOST,
            col(Shift.removed_at).is_(None),
            ShiftDuty.person_id == by.person_id,
            ShiftDuty.state != REMOVED,
        )
    ).all()
    upcoming = _upcoming(session, post, now) if mine else None
    return any(shift.starts_at <= now or shift.id == upcoming for shift in mine)


def _upcoming(session: Session, post: Post, now: datetime) -> int | None:
    """The post's next shift."""
    return session.exec(
        select(Shift.id)
        .where(
            Shift.county == post.county,
            Shift.post_id == post.id,
            col(Shift.starts_at) > now,
            col(Shift.removed_at).is_(None),
        )
        .order_by(col(Shift.starts_at))
        .limit(1)
    ).first()


def log_page(
    session: Session, *, by: Actor, post_id: int, now: datetime, limit: int, before: int | None = None
) -> tuple[Post, list[tuple[LogEntry, Person]]]:
    """The post's log, the newest first, from the entry before `before` on, with who wrote each.

    Errors: post-unknown, not-allowed.
    """
    post = session.get(Post, (by.county, post_id))
    if post is None:
        raise UserError("post-unknown")
    if not may_read_log(session, by=by, post=post, now=now):
        raise UserError("not-allowed")
    query = (
        select(LogEntry, Person)
        .join(Person, and_(col(Person.county) == LogEntry.county, col(Person.id) == LogEntry.person_id))
        .where(LogEntry.county == by.county, LogEntry.post_id == post_id)
    )
    if before is not None:
        query = query.where(col(LogEntry.id) < before)
    rows = session.exec(query.order_by(col(LogEntry.id).desc()).limit(limit))
    return post, [(entry, person) for entry, person in rows]


def shift_entries(session: Session, *, county: str, shift_id: int) -> list[LogEntry]:
    """What was written on a shift, in order."""
    return list(
        session.exec(
            select(LogEntry)
            .where(LogEntry.county == county, LogEntry.shift_id == shift_id)
            .order_by(col(LogEntry.id))
        )
    )


def entry_photos(session: Session, entry: LogEntry) -> list[int]:
    """The ids of an entry's photos."""
    return attached(session, county=entry.county, subject="log", subject_id=entry.id, kind="log")


def entry_with_photos(
    session: Session, *, by: Actor, entry_id: int, now: datetime
) -> tuple[LogEntry, list[int]]:
    """One entry for whoever may read the log, with its photos. Errors: log-unknown, not-allowed."""
    entry = session.get(LogEntry, (by.county, entry_id))
    if entry is None:
        raise UserError("log-unknown")
    if not may_read_log(session, by=by, post=session.get_one(Post, (by.county, entry.post_id)), now=now):
        raise UserError("not-allowed")
    return entry, entry_photos(session, entry)


def logs_of(session: Session, *, by: Actor, now: datetime, limit: int = 20) -> list[Post]:
    """The posts whose log this person would look into: where they are on post, else where they stood
    within the day or stand next."""
    here = [post for _, _, post in my_posts(session, county=by.county, person_id=by.person_id, now=now)]
    if here:
        return here
    stood = (
        select(Shift.post_id)
        .join(ShiftDuty, and_(col(ShiftDuty.county) == Shift.county, col(ShiftDuty.shift_id) == Shift.id))
        .where(
            Shift.county == by.county,
            ShiftDuty.person_id == by.person_id,
            ShiftDuty.state != REMOVED,
            col(Shift.ends_at) > now - HELD_MOST,
            col(Shift.removed_at).is_(None),
        )
    )
    rows = session.exec(
        select(Post).where(Post.county == by.county, col(Post.id).in_(stood)).order_by(Post.name).limit(limit)
    ).all()
    return [post for post in rows if may_read_log(session, by=by, post=post, now=now)]
