"""What people do with a handover: fill it in, confirm it, ask back.

Nobody is off until relieved: how a watch ends otherwise stands in models/handover_release.py.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, col, select

from models.base import Actor, UserError, system
from models.checkin import check_in
from models.duty import CHECKED_IN, REMOVED, Shift, ShiftDuty, duties_of
from models.handover_notices import (
    Scene,
    ask_incoming,
    ask_release,
    scene_of,
    silence,
    tell_done,
    tell_question,
    tell_the_office,
)
from models.handover_release import let_go, may_release, record_step, relieve
from models.handovers import (
    ALARM,
    DONE,
    FILLED,
    ITEM_MOST,
    ITEMS,
    OPEN_STATES,
    QUERIED,
    Handover,
    handover_by_id,
    handover_of,
    handover_to,
    lets_go,
    make_handover,
    move,
)
from models.on_post import is_on_post, my_posts
from models.people import Person
from models.policy import Policy
from models.text import text, when

QUESTION_MOST = 200


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
    record_step(session, by, handover, "fill", now, after={"version": handover.version, "items": kept})
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
    relieve(scene, by, "confirm")
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
    record_step(session, by, scene.handover, "question", now, reason=question)
    tell_question(scene, name=by.name)
    return scene.handover


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
