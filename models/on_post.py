"""Who is on post: nobody is off until relieved, so a shift may last longer than its hours.

A shift has the watch from its beginning, or from the moment its handover was confirmed (`taken_at`), until
it is relieved (`relieved_at`). Whoever has checked in on it stays on post until then, also past its end.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, or_, select

from models.base import Actor, MaybeId, UserError
from models.duty import CHECKED_IN, Post, Shift, ShiftDuty

HELD_MOST = timedelta(hours=24)  # after that a shift that nobody relieved is let go, and the office told
FOLLOWS_WITHIN = timedelta(hours=1)  # a shift that begins later than this after another does not relieve it
TAKEN_EARLY = timedelta(hours=4)  # a shift cannot be taken over longer than this before it begins


def following_shift(session: Session, shift: Shift) -> Shift | None:
    """The shift that relieves this one: the next of the same post, unless a gap lies between."""
    query = (
        select(Shift)
        .where(*_same_post(shift), col(Shift.starts_at) > shift.starts_at)
        .order_by(col(Shift.starts_at))
    )
    found = session.exec(query.limit(1).execution_options(populate_existing=True)).first()
    return found if found is not None and found.starts_at <= shift.ends_at + FOLLOWS_WITHIN else None


def former_shift(session: Session, shift: Shift) -> Shift | None:
    """The shift that this one relieves."""
    query = (
        select(Shift)
        .where(*_same_post(shift), col(Shift.starts_at) < shift.starts_at)
        .order_by(col(Shift.starts_at).desc())
    )
    found = session.exec(query.limit(1).execution_options(populate_existing=True)).first()
    return found if found is not None and shift.starts_at <= found.ends_at + FOLLOWS_WITHIN else None


def _same_post(shift: Shift) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Shift.county) == shift.county,
        col(Shift.post_id) == shift.post_id,
        col(Shift.removed_at).is_(None),
    )


def is_held(shift: Shift, now: datetime) -> bool:
    """Whether a shift's hours are over and nobody has relieved it; for someone who is in on it."""
    return shift.relieved_at is None and shift.ends_at <= now < shift.ends_at + HELD_MOST


def is_on_post(duty: ShiftDuty, shift: Shift, now: datetime) -> bool:
    """Whether someone who has checked in is still to be at the post."""
    if duty.state != CHECKED_IN or (shift.relieved_at is not None and shift.relieved_at <= now):
        return False
    return now < shift.ends_at + HELD_MOST


def has_the_watch(at: datetime) -> ColumnElement[bool]:
    """The shifts, in a query, that are responsible for their post at this moment: those that run, those
    taken over early, and those past their end that somebody is in on and nobody has relieved."""
    somebody_in = select(ShiftDuty.id).where(
        ShiftDuty.county == Shift.county, ShiftDuty.shift_id == Shift.id, ShiftDuty.state == CHECKED_IN
    )
    return and_(
        col(Shift.removed_at).is_(None),
        col(Shift.starts_at) <= at + TAKEN_EARLY,
        or_(col(Shift.starts_at) <= at, col(Shift.taken_at) <= at),
        or_(col(Shift.relieved_at).is_(None), col(Shift.relieved_at) > at),
        or_(col(Shift.ends_at) > at, and_(col(Shift.ends_at) > at - HELD_MOST, somebody_in.exists())),
    )


def my_posts(
    session: Session, *, county: str, person_id: MaybeId, now: datetime
) -> list[tuple[ShiftDuty, Shift, Post]]:
    """Where a person is on post now, the longest first."""
    rows = session.exec(
        select(ShiftDuty, Shift, Post)
        .join(Shift, and_(col(Shift.county) == ShiftDuty.county, col(Shift.id) == ShiftDuty.shift_id))
        .join(Post, and_(col(Post.county) == Shift.county, col(Post.id) == Shift.post_id))
        .where(
            ShiftDuty.county == county,
            ShiftDuty.person_id == person_id,
            ShiftDuty.state == CHECKED_IN,
            col(Shift.ends_at) > now - HELD_MOST,
            or_(col(Shift.relieved_at).is_(None), col(Shift.relieved_at) > now),
            col(Shift.removed_at).is_(None),
        )
        .order_by(col(Shift.starts_at), col(ShiftDuty.id))
    )
    return [(duty, shift, post) for duty, shift, post in rows]


def shift_and_post(session: Session, *, by: Actor, shift_id: int) -> tuple[Shift, Post]:
    """A shift as it stands, and its post. Error: shift-unknown."""
    query = select(Shift).where(Shift.county == by.county, Shift.id == shift_id)
    shift = session.exec(query.execution_options(populate_existing=True)).first()
    if shift is None:
        raise UserError("shift-unknown")
    return shift, session.get_one(Post, (by.county, shift.post_id))
