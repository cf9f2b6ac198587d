"""Calendar feeds (日历订阅): the shifts of a person or a post behind a secret address, which can be revoked."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Index, UniqueConstraint, func
from sqlmodel import Session, col, select, update

from models.audit import Event, record
from models.base import Actor, CountyRow, Id, MaybeId, UserError, short, utc_field
from models.duty import REMOVED, Post, Shift, ShiftDuty
from models.duty_views import OnDuty, with_people
from models.people import DUTY_LEADER, DUTY_OFFICER, Person, may, person_actor
from models.roster_view import may_see_post

LOOK_BACK = timedelta(days=90)
SHIFTS_MOST = 1_000


class Feed(CountyRow, table=True):
    """One secret address: a person's own shifts, or those of a post. Only the token's hash is kept."""

    __table_args__ = (
        UniqueConstraint("county", "token_hash"),
        Index("ix_feed_person", "county", "person_id"),
    )

    person_id: Id
    post_id: MaybeId = None
    token_hash: str
    revoked_at: datetime | None = utc_field(default=None, nullable=True)
    created_at: datetime = utc_field()


@dataclass(frozen=True)
class FeedShift:
    """One shift as an entry of a calendar. `uid` stays the same while the shift changes; `revision` counts
    the changes, the last of them at `changed_at`. `role` is the subscriber's own, None in a post's feed."""

    uid: str
    at: OnDuty
    role: str | None
    revision: int
    changed_at: datetime


@dataclass(frozen=True)
class FeedView:
    """What a feed shows, in whose language. `post` is None for a person's own shifts."""

    person: Person
    post: Post | None
    shifts: list[FeedShift]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def may_subscribe(by: Actor, post: Post) -> bool:
    """Whoever sees the post's roster, and those who stand duty in its area."""
    return may_see_post(by, post.area) or may(by, (DUTY_LEADER, DUTY_OFFICER), area=post.area)


def make_feed(session: Session, *, by: Actor, now: datetime, post_id: int | None = None) -> str:
    """A new secret for the actor's own shifts, or a post's; it is told this once, and ends the one before.

    Errors: not-allowed, post-unknown.
    """
    if by.person_id is None:
        raise UserError("not-allowed")
    if post_id is not None:
        post = session.get(Post, (by.county, post_id))
        if post is None:
            raise UserError("post-unknown")
        if not may_subscribe(by, post):
            raise UserError("not-allowed")
    _revoke(session, by, now, post_id=post_id, every=False)
    token = secrets.token_urlsafe(24)
    feed = Feed(
        county=by.county,
        person_id=by.person_id,
        post_id=post_id,
        token_hash=_hash(token),
        created_at=now,
    )
    session.add(feed)
    session.flush()
    after = {"person": by.person_id, "post": post_id}
    record(session, by=by, subject="feed", subject_id=feed.id, action="make", now=now, after=after)
    return token


def revoke_feeds(session: Session, *, by: Actor, now: datetime) -> int:
    """End all of the actor's addresses; how many there were."""
    return _revoke(session, by, now, post_id=None, every=True)


def _revoke(session: Session, by: Actor, now: datetime, *, post_id: int | None, every: bool) -> int:
    query = (
        update(Feed)
        .where(
            col(Feed.county) == by.county,
            col(Feed.person_id) == by.person_id,
            col(Feed.revoked_at).is_(None),
        )
        .values(revoked_at=now)
        .execution_options(synchronize_session=False)
    )
    if not every:
        query = query.where(col(Feed.post_id) == post_id if post_id else col(Feed.post_id).is_(None))
    return int(session.execute(query).rowcount)  # type: ignore[attr-defined]


def view_feed(session: Session, *, county: str, token: str, now: datetime) -> FeedView | None:
    """What stands behind a secret; None for one that is unknown or revoked, or whose owner may not any more."""
    feed = session.exec(
        select(Feed).where(
            Feed.county == county, Feed.token_hash == _hash(token), col(Feed.revoked_at).is_(None)
        )
    ).first()
    person = session.get(Person, (county, feed.person_id)) if feed else None
    if feed is None or person is None or not person.active:
        return None
    if feed.post_id is None:
        return FeedView(person, None, _own(session, person, now))
    post = session.get(Post, (county, feed.post_id))
    if post is None or not may_subscribe(person_actor(session, person=person, channel="web"), post):
        return None
    return FeedView(person, post, _of_post(session, post, now))


def _own(session: Session, person: Person, now: datetime) -> list[FeedShift]:
    rows = session.exec(
        select(ShiftDuty, Shift, Post)
        .join(Shift, (col(Shift.county) == ShiftDuty.county) & (col(Shift.id) == ShiftDuty.shift_id))
        .join(Post, (col(Post.county) == Shift.county) & (col(Post.id) == Shift.post_id))
        .where(
            ShiftDuty.county == person.county,
            ShiftDuty.person_id == person.id,
            ShiftDuty.state != REMOVED,
            col(Shift.ends_at) > now - LOOK_BACK,
            col(Shift.removed_at).is_(None),
        )
        .order_by(col(Shift.starts_at), col(Shift.id))
        .limit(SHIFTS_MOST)
    ).all()
    shown = with_people(session, county=person.county, rows=[(shift, post) for _, shift, post in rows])
    changes = _changes(session, person.county, [shift.id for _, shift, _ in rows])
    return [
        FeedShift(f"duty-{short(duty.id)}", one, duty.role, *changes.get(shift.id, (0, duty.created_at)))
        for (duty, shift, _), one in zip(rows, shown, strict=True)
    ]


def _of_post(session: Session, post: Post, now: datetime) -> list[FeedShift]:
    shifts = session.exec(
        select(Shift)
        .where(
            Shift.county == post.county,
            Shift.post_id == post.id,
            col(Shift.ends_at) > now - LOOK_BACK,
            col(Shift.removed_at).is_(None),
        )
        .order_by(col(Shift.starts_at), col(Shift.id))
        .limit(SHIFTS_MOST)
    ).all()
    shown = with_people(session, county=post.county, rows=[(shift, post) for shift in shifts])
    changes = _changes(session, post.county, [shift.id for shift in shifts])
    return [
        FeedShift(
            f"shift-{short(one.shift.id)}", one, None, *changes.get(one.shift.id, (0, one.shift.created_at))
        )
        for one in shown
    ]


def _changes(session: Session, county: str, ids: Sequence[int]) -> dict[int, tuple[int, datetime]]:
    """How often each shift was changed after it was made, and when last: from the audit."""
    rows = session.exec(
        select(Event.subject_id, func.count(), func.max(Event.at))
        .where(Event.county == county, Event.subject == "shift", col(Event.subject_id).in_(ids))
        .group_by(col(Event.subject_id))
    )
    return {shift_id: (int(count) - 1, at) for shift_id, count, at in rows}
