"""Posts (岗位): where duty is stood, what a check-in there needs, and its pattern of shifts."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.audit import record
from models.base import Actor, UserError
from models.coverage import clock_times
from models.duty import Post
from models.people import ADMIN, SAFETY_OFFICE, TOWN_OFFICER, may

NAME_MAX = 60


def may_edit_post(by: Actor, area: str | None) -> bool:
    """The office everywhere; a town's officer for the posts of the town."""
    return may(by, (SAFETY_OFFICE, ADMIN)) or (area is not None and may(by, (TOWN_OFFICER,), area=area))


def save_post(session: Session, *, by: Actor, now: datetime, post: Post | None = None, **values: Any) -> Post:
    """Add a post, or change one: any of its fields by name.

    Errors: not-allowed, post-name, post-twice, post-starts, post-place, post-radius.
    """
    before = {name: getattr(post, name) for name in values} if post else {}
    if "name" in values:
        values["name"] = values["name"].strip()
    kept = post.model_dump() if post else {"county": by.county, "name": "", "created_at": now}
    wanted = Post(**(kept | values))
    if not may_edit_post(by, wanted.area) or (post and not may_edit_post(by, post.area)):
        raise UserError("not-allowed")
    _check_post(session, wanted)
    for name, value in values.items():
        setattr(post or wanted, name, value)
    post = post or wanted
    session.add(post)
    session.flush()
    record(
        session,
        by=by,
        subject="post",
        subject_id=post.id,
        action="save",
        now=now,
        before=before,
        after=values,
    )
    return post


def _check_post(session: Session, post: Post) -> None:
    if not post.name or len(post.name) > NAME_MAX:
        raise UserError("post-name", most=NAME_MAX)
    other = session.exec(select(Post.id).where(Post.county == post.county, Post.name == post.name)).first()
    if other is not None and other != post.id:
        raise UserError("post-twice", name=post.name)
    try:
        clock_times(post.starts)
    except ValueError:
        raise UserError("post-starts") from None
    if (post.lat is None) != (post.lon is None) or abs(post.lat or 0) > 90 or abs(post.lon or 0) > 180:
        raise UserError("post-place")
    if post.radius is not None and post.radius <= 0:
        raise UserError("post-radius")


def posts_of(session: Session, *, county: str, area: str | None = None) -> list[Post]:
    """Active posts, of an area and below it where one is given, by name."""
    query = select(Post).where(Post.county == county, col(Post.active))
    if area and len(area) > 6:
        query = query.where(col(Post.area) >= area, col(Post.area) <= area.ljust(15, "9"))
    return list(session.exec(query.order_by(Post.name)))
