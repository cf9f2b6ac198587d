"""The tick of handovers: begins those whose time has come, and climbs the ladder of those not done.

Everything is read from the roster at the moment it is said; a step is claimed by a guarded update.
"""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.alarms import raise_alarm
from models.audit import record
from models.base import compare_and_set, system
from models.duty import Shift
from models.handover_notices import (
    Scene,
    ask_outgoing,
    ask_release,
    hurry,
    late_lines,
    release_buttons,
    scene_of,
    silence,
    stay,
    tell_the_office,
)
from models.handover_release import lapse, let_go
from models.handovers import (
    AGAIN,
    ALARM,
    ASK,
    END,
    FILLED,
    LAPSE,
    LAPSES_AFTER,
    NUDGE,
    OPEN_STATES,
    UNMANNED,
    Handover,
    ladder_of,
    lets_go,
    make_handover,
    move,
    steps_passed,
)
from models.policy import Policy

_NAMES = {ASK: "ask", END: "end", NUDGE: "nudge", ALARM: "alarm", LAPSE: "lapse"}


def handovers_due(session: Session, *, county: str, now: datetime, policy: Policy, limit: int = 50) -> int:
    """The tick: handovers begun and steps taken, up to `limit` of each."""
    begun = _begin(session, county, now, policy, limit)
    due = session.exec(
        select(Handover)
        .where(Handover.county == county, col(Handover.due_at) <= now)
        .order_by(col(Handover.due_at), col(Handover.id))
        .limit(limit)
    ).all()
    return begun + sum(_step(session, handover, now, policy) for handover in due)


def _begin(session: Session, county: str, now: datetime, policy: Policy, limit: int) -> int:
    """Make the handovers of shifts that are about to end, or ended while the program was not running."""
    made = select(Handover.id).where(Handover.county == Shift.county, Handover.shift_id == Shift.id)
    ending = session.exec(
        select(Shift)
        .where(
            Shift.county == county,
            col(Shift.ends_at) <= now + policy.handover_asks,
            col(Shift.ends_at) > now - LAPSES_AFTER,
            col(Shift.removed_at).is_(None),
            ~made.exists(),
        )
        .order_by(col(Shift.ends_at), col(Shift.id))
        .limit(limit)
    ).all()
    for shift in ending:
        make_handover(session, shift=shift, now=now)
    return len(ending)


def _step(session: Session, handover: Handover, now: datetime, policy: Policy) -> int:
    shift = session.get_one(Shift, (handover.county, handover.shift_id))
    if shift.removed_at is not None:
        return _close(session, handover, now)
    steps = ladder_of(shift.ends_at, policy)
    asked_before = 0 if now < steps[0].at else handover.rung  # the end was put off: it begins anew
    rungs, following = steps_passed(steps, rung=asked_before, now=now)
    rung = max([asked_before, *rungs])
    if not _claim(session, handover, rung=rung, due_at=following) or not rungs:
        return 0
    _take(scene_of(session, handover, now=now, policy=policy), rungs)
    return 1


def _claim(session: Session, handover: Handover, **values: Any) -> bool:
    """Move the ladder on if nobody else has."""
    return compare_and_set(
        session,
        handover,
        col(Handover.rung) == handover.rung,
        col(Handover.due_at) == handover.due_at,
        col(Handover.state) == handover.state,
        col(Handover.version) == handover.version,
        **values,
    )


def _take(scene: Scene, rungs: list[int]) -> None:
    """Say what is due; of several steps missed together only what is still worth saying."""
    over = scene.now >= scene.shift.ends_at
    if not scene.outgoing and over:
        _close(scene.session, scene.handover, scene.now)
        return
    if rungs[-1] == LAPSE:
        if lapse(scene):
            tell_the_office(scene, late_lines(scene), step="lapse", urgent=False)
        return
    if over and _free_to_go(scene):
        let_go(scene, by=system(scene.shift.county))
        return
    if scene.outgoing:
        _say(scene, rungs)
    for rung in rungs:
        _event(scene, _NAMES.get(rung, "again"))


def _free_to_go(scene: Scene) -> bool:
    """Filled in, no shift follows, and the rule lets those on post go without asking anybody."""
    waiting = scene.handover.state == FILLED and scene.following is None
    return waiting and lets_go(scene.session, shift=scene.shift, post=scene.post, policy=scene.policy)


def _say(scene: Scene, rungs: list[int]) -> None:
    last = rungs[-1]
    step = f"{last}:{scene.shift.ends_at.isoformat()}"
    if last == ASK:
        if scene.handover.state != FILLED:
            ask_outgoing(scene)
        return
    stay(scene, step=step, alarmed=ALARM in rungs)
    if last == END:
        return
    if scene.following is not None:
        if rungs != [ALARM]:  # they were told ten minutes ago; now the office rings them
            hurry(scene, step=step)
    elif scene.handover.state == FILLED:
        ask_release(scene, step=step)
    if ALARM in rungs:
        _alarm(scene)
    elif last >= AGAIN:
        tell_the_office(scene, late_lines(scene), step=step)


def _alarm(scene: Scene) -> None:
    """Late relief alarms the office; a last shift that nobody waits for is only told."""
    last = scene.following is None
    if last and lets_go(scene.session, shift=scene.shift, post=scene.post, policy=scene.policy):
        tell_the_office(scene, late_lines(scene), step="alarm")
        return
    raise_alarm(
        scene.session,
        by=system(scene.shift.county),
        subject=("handover", scene.handover.id),
        area=scene.post.area,
        lines=late_lines(scene),
        now=scene.now,
        policy=scene.policy,
        buttons=release_buttons(scene.handover) if last else None,
    )


def _close(session: Session, handover: Handover, now: datetime) -> int:
    """Nobody was in on the shift, or it was taken off the roster: there is nothing to hand over."""
    if not move(session, handover, OPEN_STATES, state=UNMANNED, done_at=now, due_at=None):
        return 0
    silence(session, handover, reason="unmanned")
    by = system(handover.county)
    record(session, by=by, subject="handover", subject_id=handover.id, action="unmanned", now=now)
    return 1


def _event(scene: Scene, action: str) -> None:
    by = system(scene.shift.county)
    after = {"minutes": scene.minutes, "state": scene.handover.state}
    record(
        scene.session,
        by=by,
        subject="handover",
        subject_id=scene.handover.id,
        action=action,
        now=scene.now,
        after=after,
    )
