"""How a watch ends: relieved by the next shift, let go by the office, or given up after a day."""

from datetime import datetime

from sqlmodel import Session, col, update

from models.audit import record
from models.base import Actor, UserError, system
from models.duty import CHECKED_IN, Shift
from models.handover_notices import Scene, may_let_go, scene_of, silence, tell_released
from models.handovers import (
    LAPSED,
    OPEN_STATES,
    RELEASED,
    Handover,
    handover_by_id,
    move,
    open_handovers,
)
from models.people import ADMIN, OFFICE_LEADER, SAFETY_OFFICE, TOWN_OFFICER, may
from models.policy import Policy
from models.text import when

REASON_MOST = 100


def release_shift(
    session: Session, *, by: Actor, handover_id: int, now: datetime, policy: Policy, reason: str = ""
) -> Handover:
    """Let those on post go at the end of their shift: the office, the town's officer, or the shift's leader.

    Only where no shift follows, or where someone of the next is in already (so that it is not confirmed for
    some other reason): a post is never left because somebody let go. Doing it twice changes nothing.
    Errors: handover-unknown, not-allowed, release-early, release-nobody-there, handover-over, reason-long.
    """
    scene = scene_of(
        session, handover_by_id(session, county=by.county, handover_id=handover_id), now=now, policy=policy
    )
    if not may_release(scene, by):
        raise UserError("not-allowed")
    if scene.handover.state == RELEASED:
        return scene.handover
    if scene.handover.state not in OPEN_STATES:
        raise UserError("handover-over")
    if len(reason) > REASON_MOST:
        raise UserError("reason-long", most=REASON_MOST)
    if now < scene.shift.ends_at:
        raise UserError("release-early", ends=when(scene.shift.ends_at))
    if scene.following is not None and not any(duty.state == CHECKED_IN for duty in scene.incoming):
        raise UserError("release-nobody-there")
    let_go(scene, by=by, reason=reason)
    return scene.handover


def may_release(scene: Scene, by: Actor) -> bool:
    """The office, its leaders, the town's officer for the town's posts; the leader of the shift for others."""
    if by.has(SAFETY_OFFICE, OFFICE_LEADER, ADMIN):
        return True
    if scene.post.area is not None and may(by, (TOWN_OFFICER,), area=scene.post.area):
        return True
    return any(duty.person_id == by.person_id and may_let_go(duty, scene.handover) for duty in scene.outgoing)


def let_go(scene: Scene, *, by: Actor, reason: str = "") -> bool:
    """End the watch of those on post without a confirmation; false if someone was quicker."""
    if not move(scene.session, scene.handover, OPEN_STATES, state=RELEASED, done_at=scene.now, due_at=None):
        return False
    relieve(scene, by, "release", reason=reason)
    tell_released(scene, name=by.name if by.person_id else "")
    return True


def relieve(scene: Scene, by: Actor, action: str, *, reason: str = "") -> None:
    """The one shift is relieved, the other has the watch; earlier handovers of the post are passed over."""
    session, now = scene.session, scene.now
    _set_shift(session, scene.shift, relieved_at=now)
    if scene.following is not None:
        _set_shift(session, scene.following, taken_at=now)
    late = max(0, int((now - scene.shift.ends_at).total_seconds() // 60))
    people = sorted(duty.person_id for duty in scene.outgoing)
    after = {"relieved": people, "late_minutes": late}
    record_step(session, by, scene.handover, action, now, after=after, reason=reason)
    silence(session, scene.handover, reason="handed-over")
    for other in open_handovers(session, county=scene.shift.county, post_id=scene.post.id):
        shift = session.get_one(Shift, (other.county, other.shift_id))
        if shift.starts_at < scene.shift.starts_at:
            lapse(scene_of(session, other, now=now, policy=scene.policy))


def lapse(scene: Scene) -> bool:
    """Give a handover up that nobody completed; whoever was on post is off."""
    if not move(scene.session, scene.handover, OPEN_STATES, state=LAPSED, done_at=scene.now, due_at=None):
        return False
    _set_shift(scene.session, scene.shift, relieved_at=scene.now)
    record_step(scene.session, system(scene.shift.county), scene.handover, "lapse", scene.now)
    silence(scene.session, scene.handover, reason="lapsed")
    return True


def _set_shift(session: Session, shift: Shift, **values: datetime) -> None:
    session.execute(
        update(Shift)
        .where(col(Shift.county) == shift.county, col(Shift.id) == shift.id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    session.refresh(shift)


def record_step(
    session: Session,
    by: Actor,
    handover: Handover,
    action: str,
    now: datetime,
    *,
    after: dict[str, object] | None = None,
    reason: str = "",
) -> None:
    """An event of the handover."""
    record(
        session,
        by=by,
        subject="handover",
        subject_id=handover.id,
        action=action,
        now=now,
        after=after,
        reason=reason,
    )
