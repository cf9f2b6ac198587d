"""What people do with a handover: fill it in, confirm it, ask back, let go without relief.

Nobody is off until relieved: only a confirmation by someone of the next shift, or the office's word where no
shift follows or where the next is there already, ends the watch of those on post.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, col, select, update

from models.audit import record
from models.base import Actor, UserError, system
from models.checkin import check_in
from models.duty import CHECKED_IN, REMOVED, Shift, ShiftDuty, duties_of
from models.handover_notices import (
    Scene,
    ask_incoming,
    ask_release,
    may_let_go,
    scene_of,
    silence,
    tell_done,
    tell_question,
    tell_released,
    tell_the_office,
)
from models.handovers import (
    ALARM,
    DONE,
    FILLED,
    ITEM_MOST,
    ITEMS,
    LAPSED,
    OPEN_STATES,
    QUERIED,
    RELEASED,
    Handover,
    handover_by_id,
    handover_of,
    handover_to,
    lets_go,
    make_handover,
    move,
    open_handovers,
)
from models.on_post import is_on_post, my_posts
from models.people import ADMIN, OFFICE_LEADER, SAFETY_OFFICE, TOWN_OFFICER, Person, may
from models.policy import Policy
from models.text import text, when

QUESTION_MOST = 200
REASON_MOST = 100


def handover_mine(session: Session, *, by: Actor, now: datetime, policy: Policy) -> Handover | None:
    """The handover that this person has to fill in or to confirm now: that of the shift on which they are
    on post, made if it is time; else that of the shift before theirs."""
    for _, shift, _ in my_posts(session, county=by.county, person_id=by.person_id, now=now):
        found = handover_of(session, shift=shift)
        if found is None and now >= _opens(shift, policy):
            found = make_handover(session, shift=shift, now=now)
        if found is not None and found.state in OPEN_STATES:
            return found
    ahead = session.exec(
        select(Shift)
        .join(
            ShiftDuty,
            (col(ShiftDuty.county) == Shift.county) & (col(ShiftDuty.shift_id) == Shift.id),
        )
        .where(
            Shift.county == by.county,
            ShiftDuty.person_id == by.person_id,
            ShiftDuty.state != REMOVED,
            col(Shift.starts_at) <= now + policy.checkin_opens,
            col(Shift.ends_at) > now,
            col(Shift.removed_at).is_(None),
        )
        .order_by(col(Shift.starts_at))
    ).all()
    waiting = (handover_to(session, shift=shift) for shift in ahead)
    return next((each for each in waiting if each is not None), None)


def _opens(shift: Shift, policy: Policy) -> datetime:
    """From when on it can be filled in."""
    return shift.ends_at - max(policy.handover_asks, policy.checkin_opens)


def ready_to_fill(session: Session, *, by: Actor, handover_id: int, now: datetime, policy: Policy) -> Scene:
    """The handover, if the actor is on post on the shift that ends and it is still open.

    Errors: handover-unknown, handover-over, handover-not-on-post, handover-too-early.
    """
    scene = _open_scene(session, by, handover_id, now, policy)
    if not any(
        duty.person_id == by.person_id and is_on_post(duty, scene.shift, now) for duty in scene.outgoing
    ):
        raise UserError("handover-not-on-post")
    opens = _opens(scene.shift, policy)
    if now < opens:
        raise UserError("handover-too-early", opens=when(opens))
    return scene


def fill_handover(
    session: Session,
    *,
    by: Actor,
    handover_id: int,
    items: Mapping[str, str],
    now: datetime,
    policy: Policy,
) -> Handover:
    """Fill in what is handed over, by ITEMS (an empty one is 无); again as long as nobody has confirmed.

    The next shift is asked to confirm. Where none follows, those on post may go at the shift's end, or the
    office is asked, as the policy has it. Errors: those of `ready_to_fill`, handover-item-long,
    handover-moved-on.
    """
    scene = ready_to_fill(session, by=by, handover_id=handover_id, now=now, policy=policy)
    kept = {item: items.get(item, "").strip() for item in ITEMS}
    if any(len(said) > ITEM_MOST for said in kept.values()):
        raise UserError("handover-item-long", most=ITEM_MOST)
    handover = scene.handover
    filled = {"items": kept, "filled_by": by.person_id, "filled_at": now, "question": ""}
    if not move(session, handover, OPEN_STATES, state=FILLED, version=handover.version + 1, **filled):
        raise UserError("handover-moved-on")
    _record(session, by, handover, "fill", now, after={"version": handover.version, "items": kept})
    silence(session, handover, reason="filled")
    if scene.following is not None:
        ask_incoming(scene)
    elif not lets_go(session, shift=scene.shift, post=scene.post, policy=policy):
        ask_release(scene)
    elif now >= scene.shift.ends_at:
        let_go(scene, by=system(by.county))
    return handover


def confirm_handover(
    session: Session,
    *,
    by: Actor,
    handover_id: int,
    now: datetime,
    policy: Policy,
    version: int | None = None,
) -> Handover:
    """接班: someone of the next shift, who is in, takes over; those on post are relieved as of now.

    Where the post asks neither place nor photo, this is their check-in as well. `version`: what they were
    shown. Confirming twice changes nothing. Errors: handover-unknown, handover-not-incoming, handover-taken,
    handover-over, handover-not-filled, handover-changed, handover-moved-on, and those of a check-in.
    """
    scene = scene_of(
        session, handover_by_id(session, county=by.county, handover_id=handover_id), now=now, policy=policy
    )
    handover = scene.handover
    if handover.state == DONE and handover.confirmed_by == by.person_id:
        return handover
    mine = _incoming_duty(scene, by)
    _check_confirmable(session, handover, version)
    if mine.state != CHECKED_IN:
        check_in(session, by=by, duty_id=mine.id, now=now, policy=policy)
    if not move(
        session, handover, (FILLED,), state=DONE, confirmed_by=by.person_id, done_at=now, due_at=None
    ):
        raise UserError("handover-moved-on")
    was_late = handover.rung >= ALARM
    _relieve(scene, by, "confirm", reason="")
    tell_done(scene, name=by.name)
    if was_late:
        line = text("handover-done-late", post=scene.post.name, at=when(now), name=by.name)
        tell_the_office(scene, [line], step="done")
    return handover


def _incoming_duty(scene: Scene, by: Actor) -> ShiftDuty:
    """The actor's own duty on the shift that follows. Error: handover-not-incoming."""
    following = scene.following
    duty = None
    if following is not None and by.person_id is not None:
        duty = scene.session.exec(
            select(ShiftDuty).where(
                ShiftDuty.county == by.county,
                ShiftDuty.shift_id == following.id,
                ShiftDuty.person_id == by.person_id,
                ShiftDuty.state != REMOVED,
            )
        ).first()
    if duty is None:
        raise UserError("handover-not-incoming")
    return duty


def _check_confirmable(session: Session, handover: Handover, version: int | None) -> None:
    if handover.state == DONE:
        other = session.get(Person, (handover.county, handover.confirmed_by or 0))
        raise UserError("handover-taken", name=other.name if other else "")
    if handover.state not in OPEN_STATES:
        raise UserError("handover-over")
    if handover.state != FILLED:
        raise UserError("handover-not-filled")
    if version is not None and version != handover.version:
        raise UserError("handover-changed")


def ask_back(
    session: Session, *, by: Actor, handover_id: int, question: str, now: datetime, policy: Policy
) -> Handover:
    """The incoming send it back with a question; what was filled in stays, to be added to.

    Errors: handover-unknown, handover-over, handover-not-incoming, handover-not-filled, handover-moved-on,
    question-empty, question-long.
    """
    scene = _open_scene(session, by, handover_id, now, policy)
    _incoming_duty(scene, by)
    question = question.strip()
    if not question:
        raise UserError("question-empty")
    if len(question) > QUESTION_MOST:
        raise UserError("question-long", most=QUESTION_MOST)
    _check_confirmable(session, scene.handover, None)
    if not move(session, scene.handover, (FILLED,), state=QUERIED, question=question, asked_by=by.person_id):
        raise UserError("handover-moved-on")
    _record(session, by, scene.handover, "question", now, reason=question)
    tell_question(scene, name=by.name)
    return scene.handover


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
    _relieve(scene, by, "release", reason=reason)
    tell_released(scene, name=by.name if by.person_id else "")
    return True


def _relieve(scene: Scene, by: Actor, action: str, *, reason: str) -> None:
    """The one shift is relieved, the other has the watch; earlier handovers of the post are passed over."""
    session, now = scene.session, scene.now
    _set_shift(session, scene.shift, relieved_at=now)
    if scene.following is not None:
        _set_shift(session, scene.following, taken_at=now)
    late = max(0, int((now - scene.shift.ends_at).total_seconds() // 60))
    people = sorted(duty.person_id for duty in scene.outgoing)
    after = {"relieved": people, "late_minutes": late}
    _record(session, by, scene.handover, action, now, after=after, reason=reason)
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
    _record(scene.session, system(scene.shift.county), scene.handover, "lapse", scene.now)
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


def _open_scene(session: Session, by: Actor, handover_id: int, now: datetime, policy: Policy) -> Scene:
    """A handover that is not over. Errors: handover-unknown, handover-over."""
    handover = handover_by_id(session, county=by.county, handover_id=handover_id)
    if handover.state not in OPEN_STATES:
        raise UserError("handover-over")
    return scene_of(session, handover, now=now, policy=policy)


def handover_scene(session: Session, *, by: Actor, handover_id: int, now: datetime, policy: Policy) -> Scene:
    """A handover for those of either shift and for whoever may let go, whatever its state.

    Errors: handover-unknown, not-allowed.
    """
    scene = scene_of(
        session, handover_by_id(session, county=by.county, handover_id=handover_id), now=now, policy=policy
    )
    shifts = [scene.shift.id, *([scene.following.id] if scene.following else [])]
    duties = duties_of(session, county=by.county, shift_ids=shifts)
    ours = {duty.person_id for standing in duties.values() for duty in standing}
    if by.person_id not in ours and not may_release(scene, by):
        raise UserError("not-allowed")
    return scene


def _record(
    session: Session,
    by: Actor,
    handover: Handover,
    action: str,
    now: datetime,
    *,
    after: dict[str, object] | None = None,
    reason: str = "",
) -> None:
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
