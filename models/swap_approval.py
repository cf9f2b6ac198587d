"""Approving a swap: the leader of the shift or the office looks at it, and then the roster is changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import text as sql
from sqlmodel import Session, col, select

from models.audit import record
from models.base import Actor, Grant, UserError
from models.duty import LEADER, REMOVED, Shift, ShiftDuty
from models.people import ADMIN, SAFETY_OFFICE, TOWN_OFFICER, may
from models.policy import SHIFT_LEADER, TOWN, Policy
from models.roster_edit import may_change, substitute, swap
from models.swap_notices import Told, ask_approval, asker_buttons, silence, tell_settled
from models.swaps import (
    AGREED,
    DONE,
    IS_PENDING,
    OPEN,
    REASON_MOST,
    REFUSED,
    TAKEN,
    SwapRequest,
    move,
    swap_by_id,
)
from models.text import text


def begin_approval(told: Told) -> None:
    """Somebody has agreed: those who approve are asked; where nobody need, it is done at once."""
    request = told.request
    if not told.policy.swap_approvers:
        by = Actor(request.county, None, "system", "system", (Grant(SAFETY_OFFICE),))
        _change(told, by)
        return
    ask_approval(told, step=f"approve:{request.taken_at}", everyone=told.is_near)
    line = text("swap-agreed", taker=told.name(request.taker_id))
    told.asker(
        line,
        *told.lines()[:1],
        text("swap-you-stay-until"),
        step=f"agreed:{request.taken_at}",
        buttons=asker_buttons(request),
    )


def may_approve(session: Session, *, by: Actor, request: SwapRequest, policy: Policy) -> bool:
    """The office; the town's officer and the leader of the shift where the policy names them; never one of
    the two whose shifts they are."""
    if by.person_id in (request.person_id, request.taker_id):
        return False
    if by.has(SAFETY_OFFICE, ADMIN):
        return True
    told = Told(session, request, now=request.created_at, policy=policy)
    areas = [seat.post.area for seat in told.seats]
    if TOWN in policy.swap_approvers and all(
        area is not None and may(by, (TOWN_OFFICER,), area=area) for area in areas
    ):
        return True
    if SHIFT_LEADER not in policy.swap_approvers or not may_change(session, by=by, seats=told.seats):
        return False
    leads = select(ShiftDuty.id).where(
        ShiftDuty.county == by.county,
        col(ShiftDuty.shift_id).in_([seat.shift.id for seat in told.seats]),
        ShiftDuty.person_id == by.person_id,
        ShiftDuty.role == LEADER,
        ShiftDuty.state != REMOVED,
    )
    return session.exec(leads).first() is not None


def approve_swap(
    session: Session, *, by: Actor, request_id: int, now: datetime, policy: Policy
) -> SwapRequest:
    """同意: the roster is changed now, and everyone concerned is told. Twice changes nothing.

    Errors: swap-unknown, not-allowed, swap-settled, swap-not-taken, and those of `substitute` and `swap`.
    """
    request = _decidable(session, by, request_id, policy, done=DONE)
    if request.state == DONE:
        return request
    _change(Told(session, request, now=now, policy=policy), by)
    return request


def _decidable(session: Session, by: Actor, request_id: int, policy: Policy, *, done: str) -> SwapRequest:
    """A request that waits for a decision by this actor, or was decided so already."""
    request = swap_by_id(session, county=by.county, request_id=request_id)
    if not may_approve(session, by=by, request=request, policy=policy):
        raise UserError("not-allowed")
    if request.state not in (TAKEN, done):
        raise UserError("swap-not-taken" if request.state == OPEN else "swap-settled")
    return request


def _change(told: Told, by: Actor) -> None:
    """Change the roster; who is on and who is off is told by that."""
    session, request, seat, other = told.session, told.request, told.seat, told.other
    decided: dict[str, Any] = {
        "state": DONE,
        "decided_by": by.person_id,
        "decided_at": told.now,
        "due_at": None,
    }
    if not move(session, request, (TAKEN,), **decided):
        raise UserError("swap-settled")
    _record(session, by, request, "approve", told.now)
    silence(session, request, reason="done")
    given: dict[str, Any] = {"by": by, "reason": request.reason, "now": told.now, "policy": told.policy}
    if other is not None:
        swap(session, duty_id=seat.duty.id, other_duty_id=other.duty.id, **given)
    else:
        assert request.taker_id is not None
        substitute(session, duty_id=seat.duty.id, person_id=request.taker_id, **given)


def refuse_swap(
    session: Session, *, by: Actor, request_id: int, reason: str, now: datetime, policy: Policy
) -> SwapRequest:
    """不同意, with a reason; whoever asked stays on, and both are told. Twice changes nothing.

    Errors: swap-unknown, not-allowed, swap-settled, swap-not-taken, swap-reason, reason-long.
    """
    request = _decidable(session, by, request_id, policy, done=REFUSED)
    if request.state == REFUSED:
        return request
    reason = reason.strip()
    if not reason:
        raise UserError("swap-reason-needed")
    if len(reason) > REASON_MOST:
        raise UserError("reason-long", most=REASON_MOST)
    decided: dict[str, Any] = {
        "decided_by": by.person_id,
        "decided_at": now,
        "refusal": reason,
        "due_at": None,
    }
    if not move(session, request, (TAKEN,), state=REFUSED, **decided):
        raise UserError("swap-settled")
    silence(session, request, reason="refused")
    _record(session, by, request, "refuse", now, reason=reason)
    told = Told(session, request, now=now, policy=policy)
    tell_settled(told, text("swap-refused", name=by.name, reason=reason), by=by, others=(AGREED,))
    return request


def to_approve(session: Session, *, by: Actor, now: datetime, policy: Policy) -> list[SwapRequest]:
    """Requests that wait for this actor's decision."""
    query = (
        select(SwapRequest)
        .join(Shift, (col(Shift.county) == SwapRequest.county) & (col(Shift.id) == SwapRequest.shift_id))
        .where(
            SwapRequest.county == by.county,
            sql(IS_PENDING),
            SwapRequest.state == TAKEN,
            col(Shift.starts_at) > now,
        )
        .order_by(col(Shift.starts_at))
        .limit(100)
    )
    return [each for each in session.exec(query) if may_approve(session, by=by, request=each, policy=policy)]


def _record(
    session: Session, by: Actor, request: SwapRequest, action: str, now: datetime, reason: str = ""
) -> None:
    record(session, by=by, subject="swap", subject_id=request.id, action=action, now=now, reason=reason)
