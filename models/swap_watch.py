"""The tick of swaps: recalls what is still open before the shift, and ends it when the shift begins.

Each time whoever asked is told that they stay on. A step is claimed by a guarded update; after downtime what
is still worth saying is said once.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from models.audit import record
from models.base import compare_and_set, system
from models.duty import REMOVED
from models.outbox import REMINDER
from models.policy import Policy
from models.swap_flow import COMING
from models.swap_notices import Told, ask, ask_approval, asker_buttons, silence, tell_settled
from models.swaps import AGREED, EXPIRED, OPEN, PENDING, VOID, SwapRequest, move, next_due
from models.text import text


def swaps_due(session: Session, *, county: str, now: datetime, policy: Policy, limit: int = 50) -> int:
    """The tick: requests whose reminder or end is due, up to `limit`."""
    due = session.exec(
        select(SwapRequest)
        .where(SwapRequest.county == county, col(SwapRequest.due_at) <= now)
        .order_by(col(SwapRequest.due_at), col(SwapRequest.id))
        .limit(limit)
    ).all()
    return sum(_step(session, request, now, policy) for request in due)


def _step(session: Session, request: SwapRequest, now: datetime, policy: Policy) -> int:
    told = Told(session, request, now=now, policy=policy)
    over = told.first_start <= now
    moved = request.state in PENDING and any(seat.duty.state == REMOVED for seat in told.seats)
    following = (
        None if over or moved else next_due(request, starts_at=told.first_start, now=now, policy=policy)
    )
    if not _claim(session, request, following) or request.state not in PENDING:
        return 0
    if moved:
        end_swap(told, VOID)
    elif over:
        _expire(told)
    else:
        _recall(told)
    return 1


def _claim(session: Session, request: SwapRequest, following: datetime | None) -> bool:
    """Move it on if nobody else has."""
    return compare_and_set(
        session,
        request,
        col(SwapRequest.due_at) == request.due_at,
        col(SwapRequest.state) == request.state,
        due_at=following,
    )


def end_swap(told: Told, state: str) -> bool:
    """End a request without a change: the shift began, or the roster was changed otherwise."""
    if not move(told.session, told.request, PENDING, state=state, due_at=None):
        return False
    silence(told.session, told.request, reason=state)
    _event(told, state)
    return True


def _expire(told: Told) -> None:
    if end_swap(told, EXPIRED) and told.seat.duty.state in COMING:
        tell_settled(told, text("swap-expired"), others=(AGREED,))


def _recall(told: Told) -> None:
    """Still open: those who have not answered are asked again, those who approve likewise, and the one who
    asked hears that they stay on."""
    request = told.request
    hours = max(1, round((told.first_start - told.now).total_seconds() / 3600))
    step = f"recall:{told.now.isoformat()}"
    if request.state == OPEN:
        ask(told, told.unanswered(), step=step, kind=REMINDER)
        line = text("swap-still-open", hours=hours)
        rows = asker_buttons(request, widen=not request.to_all)
    else:
        ask_approval(told, step=step, everyone=True)
        line = text("swap-still-unapproved", taker=told.name(request.taker_id), hours=hours)
        rows = asker_buttons(request)
    told.asker(line, *told.lines()[:1], text("swap-you-stay"), step=step, kind=REMINDER, buttons=rows)
    _event(told, "recall")


def _event(told: Told, action: str) -> None:
    by = system(told.request.county)
    record(told.session, by=by, subject="swap", subject_id=told.request.id, action=action, now=told.now)
