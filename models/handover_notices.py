"""What is said at a handover: to those who hand over, to those who take over, to the office."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.alarms import close_alarms
from models.audience import as_recipients
from models.base import short
from models.duty import CALLED_ON, CHECKED_IN, EXPECTED, LEADER, OFFICER, Post, Shift, ShiftDuty, duties_of
from models.duty_notices import checkin_buttons, person_line, tell_office
from models.handovers import ASKED, FILLED, ITEMS, QUERIED, Handover, handover_to
from models.on_post import following_shift
from models.outbox import ALARM, NOTICE, REMINDER, cancel, send_to
from models.people import Person
from models.policy import OFFICE, TOWN, Policy
from models.text import Part, Text, button, clock, content, text, when

_Rows = list[list[dict[str, Any]]]


@dataclass(frozen=True)
class Scene:
    """Everything a handover is about: the shift that ends, its post, the one that follows, and who is there."""

    session: Session
    handover: Handover
    shift: Shift
    post: Post
    following: Shift | None
    outgoing: list[ShiftDuty]
    incoming: list[ShiftDuty]
    now: datetime
    policy: Policy

    @property
    def fillers(self) -> list[ShiftDuty]:
        """Who is asked to fill it in: the officers who are in, else the leader or the B角."""
        return [duty for duty in self.outgoing if duty.role == OFFICER] or self.outgoing

    @property
    def minutes(self) -> int:
        """Whole minutes since the shift's end."""
        return max(0, int((self.now - self.shift.ends_at).total_seconds() // 60))


def scene_of(session: Session, handover: Handover, *, now: datetime, policy: Policy) -> Scene:
    """The handover with the roster as it stands now."""
    shift = session.get_one(Shift, (handover.county, handover.shift_id), populate_existing=True)
    post = session.get_one(Post, (handover.county, handover.post_id))
    following = following_shift(session, shift)
    shifts = [shift, *([following] if following else [])]
    duties = duties_of(session, county=handover.county, shift_ids=[each.id for each in shifts])
    outgoing = [duty for duty in duties[shift.id] if duty.state == CHECKED_IN]
    coming = duties[following.id] if following else []
    incoming = [duty for duty in coming if duty.state in (EXPECTED, CHECKED_IN, CALLED_ON)]
    return Scene(session, handover, shift, post, following, outgoing, incoming, now, policy)


def item_lines(handover: Handover) -> list[Part]:
    """What is handed over, item by item."""
    return [
        text(
            "handover-item",
            name=text(f"handover-item-{item}"),
            value=handover.items.get(item) or text("none"),
        )
        for item in ITEMS
    ]


def fill_buttons(handover: Handover) -> _Rows:
    """For those who hand over."""
    return [[button(text("button-fill-handover"), f"a:handover:{short(handover.id)}")]]


def confirm_buttons(handover: Handover) -> _Rows:
    """For those who take over: what they confirm is the version that they were shown."""
    key = short(handover.id)
    return [
        [
            button(text("button-take-over"), f"a:takeon:{key}:{handover.version}"),
            button(text("button-ask-back"), f"a:askback:{key}"),
        ],
        [button(text("button-log"), f"a:log:{short(handover.post_id)}")],
    ]


def release_buttons(handover: Handover) -> _Rows:
    """For the office."""
    return [[button(text("button-release"), f"a:release:{short(handover.id)}")]]


def handed_lines(scene: Scene) -> list[Part]:
    """What the incoming read before they confirm."""
    filler = scene.session.get(Person, (scene.shift.county, scene.handover.filled_by or 0))
    head = text("handover-handed", post=scene.post.name, name=filler.name if filler else "")
    return [head, *item_lines(scene.handover)]


def say(
    scene: Scene,
    duties: Iterable[ShiftDuty],
    lines: Sequence[Part],
    *,
    step: str,
    kind: str = REMINDER,
    buttons: _Rows | None = None,
) -> None:
    """Say something of the handover to these people; each step and version once, at any hour."""
    county = scene.shift.county
    people = {duty.person_id: scene.session.get_one(Person, (county, duty.person_id)) for duty in duties}
    send_to(
        scene.session,
        as_recipients(scene.session, people.values()),
        county=county,
        body=content(*lines, buttons=buttons),
        kind=kind,
        now=scene.now,
        policy=scene.policy,
        dedup=f"handover:{short(scene.handover.id)}:{scene.handover.version}:{step}",
        subject=("handover", scene.handover.id),
        urgent=True,
    )


def tell_the_office(
    scene: Scene, lines: Sequence[Part], *, step: str, buttons: _Rows | None = None, urgent: bool = True
) -> None:
    """Tell the office and the town."""
    tell_office(
        scene.session,
        county=scene.shift.county,
        lines=lines,
        now=scene.now,
        policy=scene.policy,
        area=scene.post.area,
        audiences=(OFFICE, TOWN),
        subject=("handover", scene.handover.id),
        dedup=f"handover:{short(scene.handover.id)}:{scene.handover.version}:{step}",
        urgent=urgent,
        buttons=buttons,
    )


def silence(session: Session, handover: Handover, *, reason: str) -> None:
    """Take back what has not left yet; its alarm ends."""
    subject = ("handover", handover.id)
    cancel(session, county=handover.county, subject=subject, kinds=[REMINDER, ALARM, NOTICE], reason=reason)
    close_alarms(session, county=handover.county, subject=subject, reason=reason)


def ask_outgoing(scene: Scene) -> None:
    """Before the end: please fill it in."""
    key = "handover-ask" if scene.following else "handover-ask-last"
    head = text(key, post=scene.post.name, ends=when(scene.shift.ends_at))
    say(scene, scene.fillers, [head], step="ask", buttons=fill_buttons(scene.handover))


def ask_incoming(scene: Scene) -> None:
    """It is filled in: please read and confirm."""
    lines = [*handed_lines(scene), text("handover-confirm-ask")]
    say(scene, scene.incoming, lines, step="confirm", buttons=confirm_buttons(scene.handover))


def ask_release(scene: Scene, *, step: str = "release") -> None:
    """No shift follows: the leader of the shift and the office are asked to let those on post go."""
    lines = [
        text("handover-release-ask", post=scene.post.name, ends=when(scene.shift.ends_at)),
        *_who("handover-outgoing", scene.session, scene.outgoing),
        *item_lines(scene.handover),
    ]
    buttons = release_buttons(scene.handover)
    tell_the_office(scene, lines, step=step, buttons=buttons)
    leaders = [duty for duty in scene.outgoing if may_let_go(duty, scene.handover)]
    say(scene, leaders, lines, step=step, buttons=buttons)


def may_let_go(duty: ShiftDuty, handover: Handover) -> bool:
    """Whether someone on the shift itself may let the others go: its leader, unless they filled it in."""
    return duty.role == LEADER and duty.person_id != handover.filled_by


def stay(scene: Scene, *, step: str, alarmed: bool = False) -> None:
    """At the end and after: do not leave before you are relieved, and whom that waits for."""
    if scene.handover.state == FILLED:
        key = "handover-stay-unconfirmed" if scene.following else "handover-stay-unreleased"
        duties, buttons = scene.outgoing, None
        lines = _who("handover-incoming", scene.session, scene.incoming)
    else:
        key = "handover-stay-unfilled" if scene.following else "handover-stay-last"
        duties, buttons, lines = scene.fillers, fill_buttons(scene.handover), []
    head = text(key, post=scene.post.name, past=_past(scene))
    told = [text("handover-office-told")] if alarmed else []
    say(scene, duties, [head, *lines, *told], step=step, buttons=buttons)


def _past(scene: Scene) -> Text:
    """That the time has come, or for how long it has been over."""
    minutes = scene.minutes
    return text("handover-past", minutes=minutes) if minutes else text("handover-time")


def hurry(scene: Scene, *, step: str) -> None:
    """After the end: someone on post waits to be relieved by you. What is handed over was shown before."""
    head = text("handover-hurry", post=scene.post.name, past=_past(scene))
    lines = [head, *_who("handover-outgoing", scene.session, scene.outgoing)]
    for duty in scene.incoming:
        if scene.handover.state == FILLED:
            ask = text("handover-confirm-ask")
            say(scene, [duty], [*lines, ask], step=step, buttons=confirm_buttons(scene.handover))
        elif duty.state != CHECKED_IN:
            say(scene, [duty], [*lines, text("handover-come")], step=step, buttons=checkin_buttons(duty))


def late_lines(scene: Scene) -> list[Part]:
    """What the office needs to know: which post, since when, and both telephone numbers. An alarm that
    climbs says it again later, so it names times, not minutes."""
    key = "handover-late" if scene.following else "handover-late-last"
    times = {"ends": when(scene.shift.ends_at), "at": clock(scene.now)}
    lines: list[Part] = [text(key, post=scene.post.name, **times)]
    lines += _who("handover-outgoing", scene.session, scene.outgoing)
    lines += _who("handover-incoming", scene.session, scene.incoming)
    if scene.following and not scene.incoming:
        lines.append(text("handover-no-incoming"))
    waits = {ASKED: "handover-waits-filling", QUERIED: "handover-waits-filling"}
    return [*lines, text(waits.get(scene.handover.state, "handover-waits-confirming"))]


def _who(key: str, session: Session, duties: Iterable[ShiftDuty]) -> list[Part]:
    """Names with telephone, and whether they are in."""
    there = {CHECKED_IN: text("presence-in")}
    return [
        text(key, person=person_line(session, duty), presence=there.get(duty.state, text("presence-awaited")))
        for duty in duties
    ]


def tell_done(scene: Scene, *, name: str) -> None:
    """Both sides: since when the one is relieved and the other has the watch."""
    at = when(scene.now)
    done = text("handover-relieved", post=scene.post.name, at=at, name=name)
    say(scene, scene.outgoing, [done], step="done", kind=NOTICE)
    others = [duty for duty in scene.incoming if duty.person_id != scene.handover.confirmed_by]
    line = text("handover-taken-by", post=scene.post.name, at=at, name=name)
    say(scene, others, [line], step="done", kind=NOTICE)


def tell_released(scene: Scene, *, name: str) -> None:
    """Those on post: they may go, by whose word."""
    key = "handover-released-by" if name else "handover-released"
    line = text(key, post=scene.post.name, at=when(scene.now), name=name)
    say(scene, scene.outgoing, [line], step="released", kind=NOTICE)


def tell_question(scene: Scene, *, name: str) -> None:
    """Those on post: the incoming asks something."""
    head = text("handover-question", name=name, question=scene.handover.question)
    asked = [duty for duty in scene.outgoing if duty.person_id == scene.handover.filled_by]
    say(scene, asked or scene.fillers, [head], step="question", kind=NOTICE, buttons=refill_rows(scene))


def refill_rows(scene: Scene) -> _Rows:
    """To add to what was handed over."""
    return [[button(text("button-refill-handover"), f"a:handover:{short(scene.handover.id)}")]]


def relief_is_here(session: Session, *, duty: ShiftDuty, shift: Shift, now: datetime, policy: Policy) -> None:
    """Someone of the next shift has checked in: those on post hear of it if they have not filled it in yet."""
    handover = handover_to(session, shift=shift)
    if handover is None or handover.state == FILLED:
        return
    scene = scene_of(session, handover, now=now, policy=policy)
    head = text("handover-relief-here", post=scene.post.name, person=person_line(session, duty))
    say(scene, scene.fillers, [head], step="here", kind=NOTICE, buttons=fill_buttons(handover))
