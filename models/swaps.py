"""Asking for a swap (调班) or a substitute (替班): who asked whom for which shift, and how far it has come.

Until somebody has taken the shift and it is approved, whoever asked stays on it. The operations stand in
models/swap_flow.py and models/swap_approval.py, the tick in models/swap_watch.py.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Session, col, select

from models.base import CountyRow, Id, MaybeId, UserError, compare_and_set, utc_field
from models.policy import Policy

SUBSTITUTE, SWAP = "substitute", "swap"

OPEN = "open"  # somebody is asked
TAKEN = "taken"  # somebody has agreed; to be approved
DONE = "done"  # the roster is changed
REFUSED = "refused"  # not approved
WITHDRAWN = "withdrawn"  # by whoever asked
EXPIRED = "expired"  # the shift began
VOID = "void"  # the roster was changed otherwise meanwhile
PENDING = (OPEN, TAKEN)
IS_PENDING = "state IN ('open','taken')"

ASKED, DECLINED, AGREED = "asked", "declined", "agreed"

REASON_MOST = 100
AT_ONCE = timedelta(hours=12)  # a shift this near is spoken of at any hour
NOT_BEFORE = timedelta(hours=1)  # no reminder sooner than this after the request


class SwapRequest(CountyRow, table=True):
    """One request about one place on one shift. `other_duty_id`: the place offered in return (SWAP).
    `to_all`: everyone suitable is asked. `due_at`: the next reminder, or the shift's beginning."""

    __table_args__ = (
        Index(
            "ix_swaprequest_pending",
            "county",
            "duty_id",
            unique=True,
            sqlite_where=sql(IS_PENDING),
            postgresql_where=sql(IS_PENDING),
        ),
        Index(
            "ix_swaprequest_due",
            "county",
            "due_at",
            sqlite_where=sql("due_at IS NOT NULL"),
            postgresql_where=sql("due_at IS NOT NULL"),
        ),
        Index("ix_swaprequest_shift", "county", "shift_id"),
        Index(
            "ix_swaprequest_other",
            "county",
            "other_duty_id",
            sqlite_where=sql("other_duty_id IS NOT NULL"),
            postgresql_where=sql("other_duty_id IS NOT NULL"),
        ),
        Index("ix_swaprequest_person", "county", "person_id", "state"),
    )

    duty_id: Id
    shift_id: Id
    person_id: Id
    kind: str
    other_duty_id: MaybeId = None
    to_all: bool = False
    reason: str = ""
    state: str = OPEN
    taker_id: MaybeId = None
    taken_at: datetime | None = utc_field(default=None, nullable=True)
    decided_by: MaybeId = None
    decided_at: datetime | None = utc_field(default=None, nullable=True)
    refusal: str = ""
    due_at: datetime | None = utc_field(default=None, nullable=True)
    created_at: datetime = utc_field()


class SwapAsk(CountyRow, table=True):
    """One person who is asked to take a shift, and what they answered."""

    __table_args__ = (
        UniqueConstraint("county", "request_id", "person_id"),
        Index("ix_swapask_person", "county", "person_id", "state"),
    )

    request_id: Id
    person_id: Id
    state: str = ASKED
    answered_at: datetime | None = utc_field(default=None, nullable=True)
    created_at: datetime = utc_field()


def reminder_times(starts_at: datetime, created_at: datetime, policy: Policy) -> list[datetime]:
    """When an open request is recalled: so long before the shift, not right after it was made, and in the
    quiet hours only if the shift is less than twelve hours away; otherwise when they end."""
    times = []
    for before in policy.swap_reminders:
        at = starts_at - before
        if before >= AT_ONCE and policy.is_quiet(at):
            at = policy.quiet_ends(at)
        if created_at + NOT_BEFORE <= at < starts_at:
            times.append(at)
    return sorted(set(times))


def next_due(request: SwapRequest, *, starts_at: datetime, now: datetime, policy: Policy) -> datetime:
    """The next reminder, or else the shift's beginning, at which the request expires."""
    ahead = (at for at in reminder_times(starts_at, request.created_at, policy) if at > now)
    return next(ahead, starts_at)


def swap_by_id(session: Session, *, county: str, request_id: int) -> SwapRequest:
    """A request as it stands. Error: swap-unknown."""
    query = select(SwapRequest).where(SwapRequest.county == county, SwapRequest.id == request_id)
    found = session.exec(query.execution_options(populate_existing=True)).first()
    if found is None:
        raise UserError("swap-unknown")
    return found


def pending_for(session: Session, *, county: str, duty_id: int) -> SwapRequest | None:
    """The request that is under way for this place."""
    query = select(SwapRequest).where(
        SwapRequest.county == county, SwapRequest.duty_id == duty_id, sql(IS_PENDING)
    )
    return session.exec(query.execution_options(populate_existing=True)).first()


def asks_of(session: Session, request: SwapRequest) -> list[SwapAsk]:
    """Everyone who was asked, in the order they were."""
    query = (
        select(SwapAsk)
        .where(SwapAsk.county == request.county, SwapAsk.request_id == request.id)
        .order_by(col(SwapAsk.id))
    )
    return list(session.exec(query.execution_options(populate_existing=True)))


def set_ask(session: Session, ask: SwapAsk, states: Collection[str], state: str, now: datetime) -> bool:
    """An answer of someone asked; compare and set."""
    return compare_and_set(session, ask, col(SwapAsk.state).in_(states), state=state, answered_at=now)


def move(session: Session, request: SwapRequest, states: Collection[str], **values: Any) -> bool:
    """Compare and set: true for the one who found the request in one of these states."""
    return compare_and_set(session, request, col(SwapRequest.state).in_(states), **values)
