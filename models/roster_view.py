"""Looking at a roster day by day and shift by shift, each as far as they may see it."""

from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from models.base import Actor, UserError
from models.duty import REMOVED, KeyPeriod, Post, Shift, ShiftDuty
from models.duty_views import OnDuty, with_people
from models.people import ADMIN, OFFICE_LEADER, SAFETY_OFFICE, TOWN_OFFICER, covers, may
from models.policy import Policy

T = TypeVar("T")
SEES_ALL = (SAFETY_OFFICE, OFFICE_LEADER, ADMIN)
MAY_SEE = (*SEES_ALL, TOWN_OFFICER)


def may_see_post(by: Actor, area: str | None) -> bool:
    """The office and its head everything, a town's officer the town's posts."""
    return by.has(*SEES_ALL) or (area is not None and may(by, (TOWN_OFFICER,), area=area))


def towns_of(by: Actor) -> list[str] | None:
    """The areas whose posts the actor sees; None for all. Error: not-allowed."""
    if by.has(*SEES_ALL):
        return None
    towns = sorted({grant.area for grant in by.grants if grant.role == TOWN_OFFICER and grant.area})
    if not towns:
        raise UserError("not-allowed")
    return towns


def sees_period(by: Actor, period: KeyPeriod) -> bool:
    """Whether a period concerns anything that the actor sees."""
    towns = towns_of(by)
    if towns is None or period.area is None:
        return True
    return any(covers(period.area, town) or covers(town, period.area) for town in towns)


def days_ahead(
    session: Session, *, by: Actor, now: datetime, policy: Policy, period_id: int | None = None
) -> list[date]:
    """The days on which shifts begin that are not over, of a period or of all. Error: not-allowed."""
    query = select(Shift.starts_at).join(
        Post, (col(Post.county) == Shift.county) & (col(Post.id) == Shift.post_id)
    )
    query = _seen(query, by).where(col(Shift.ends_at) > now)
    if period_id is not None:
        query = query.where(Shift.period_id == period_id)
    return sorted({policy.local(starts_at).date() for starts_at in session.exec(query)})


def _seen(query: SelectOfScalar[T], by: Actor) -> SelectOfScalar[T]:
    """Only what the actor sees, of shifts that stand."""
    towns = towns_of(by)
    query = query.where(Shift.county == by.county, col(Shift.removed_at).is_(None))
    if towns is None:
        return query
    inside = ((col(Post.area) >= town) & (col(Post.area) <= town.ljust(15, "9")) for town in towns)
    return query.where(or_(*inside))


def shifts_on(
    session: Session, *, by: Actor, day: date, policy: Policy, period_id: int | None = None
) -> list[OnDuty]:
    """The shifts that begin on a day of the office's calendar, by hour and post. Error: not-allowed."""
    midnight = datetime.combine(day, time(), policy.zone).astimezone(UTC)
    following = datetime.combine(day + timedelta(days=1), time(), policy.zone).astimezone(UTC)
    query = (
        select(Shift)
        .join(Post, (col(Post.county) == Shift.county) & (col(Post.id) == Shift.post_id))
        .where(col(Shift.starts_at) >= midnight, col(Shift.starts_at) < following)
        .order_by(col(Shift.starts_at), Post.name)
    )
    if period_id is not None:
        query = query.where(Shift.period_id == period_id)
    shifts = session.exec(_seen(query, by)).all()
    rows = [(shift, session.get_one(Post, (by.county, shift.post_id))) for shift in shifts]
    return with_people(session, county=by.county, rows=rows)


def shift_seen(session: Session, *, by: Actor, shift_id: int) -> OnDuty:
    """One shift; its own people see it too. Errors: duty-unknown, not-allowed."""
    shift = session.get(Shift, (by.county, shift_id))
    if shift is None:
        raise UserError("duty-unknown")
    post = session.get_one(Post, (by.county, shift.post_id))
    (found,) = with_people(session, county=by.county, rows=[(shift, post)])
    if not may_see_post(by, post.area) and not _stands(session, by, shift_id):
        raise UserError("not-allowed")
    return found


def _stands(session: Session, by: Actor, shift_id: int) -> bool:
    query = select(ShiftDuty.id).where(
        ShiftDuty.county == by.county,
        ShiftDuty.shift_id == shift_id,
        ShiftDuty.person_id == by.person_id,
        ShiftDuty.state != REMOVED,
    )
    return session.exec(query).first() is not None
