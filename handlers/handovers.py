"""The handover in the chat: filling it in, 接班, asking back, letting go."""

from handlers.answers import areas
from handlers.context import Context, id_of
from handlers.conversations import open_form, resume
from handlers.duty_forms import CHECKIN, asked_of
from handlers.forms import Answers
from handlers.handover_form import ASK_BACK, HANDOVER
from models.base import UserError
from models.checkin import ready_to_check_in
from models.drafts import active_draft, parked_drafts
from models.duty import CHECKED_IN
from models.handover_flow import (
    confirm_handover,
    handover_mine,
    handover_scene,
    ready_to_fill,
)
from models.handover_notices import Scene, confirm_buttons, handed_lines
from models.handover_release import release_shift
from models.handovers import FILLED, INCIDENTS, ITEMS, fitting, prefilled
from models.incident_views import headline
from models.incidents import place_of, reported_within
from models.on_post import my_posts
from models.text import Part, clock, content, text, when


def fill(ctx: Context, args: list[str]) -> None:
    """填写交接班: the form, filled in as far as the log and the last handover know; or it goes on.

    Errors: form-old-button, handover-unknown, handover-over, handover-not-on-post, handover-too-early.
    """
    _fill(ctx, id_of(args))


def _fill(ctx: Context, handover_id: int) -> None:
    scene = ready_to_fill(ctx.session, by=ctx.by, handover_id=handover_id, now=ctx.now, policy=ctx.policy)
    if _resumed(ctx, scene.handover.id, scene.handover.version):
        return
    known = scene.handover.items or _known(ctx, scene)
    answers: Answers = {
        item: {"v": known[item], "s": known[item] or text("none")} for item in ITEMS if item in known
    }
    meta = {"handover": scene.handover.id, "version": scene.handover.version}
    if answers and not scene.handover.items:
        meta["prefilled"] = 1
    open_form(ctx, HANDOVER, answers=answers, meta=meta)


def _known(ctx: Context, scene: Scene) -> dict[str, str]:
    """What the log and the last handover say, and the incidents that were reported during the shift."""
    known = prefilled(ctx.session, shift=scene.shift, policy=ctx.policy)
    happened = reported_within(
        ctx.session,
        county=ctx.county,
        area=scene.post.area,
        since=scene.shift.starts_at,
        until=scene.shift.ends_at,
    )
    index = areas(ctx)
    lines = [
        ctx.say(
            text(
                "handover-incident",
                at=clock(each.reported_at),
                what=headline(each),
                place=place_of(index, each),
            )
        )
        for each in happened
    ]
    if lines:
        known[INCIDENTS] = fitting([*lines, *([known[INCIDENTS]] if INCIDENTS in known else [])])
    return known


def _resumed(ctx: Context, handover_id: int, version: int) -> bool:
    """Whether the form of this very handover was open or put aside already, and is shown again."""
    chat = {"county": ctx.county, "channel": ctx.inbound.channel, "address": ctx.inbound.address}
    present = active_draft(ctx.session, **chat)
    for draft in [*([present] if present else []), *parked_drafts(ctx.session, **chat)]:
        meta = draft.state["meta"]
        if draft.form == HANDOVER.name and (meta["handover"], meta["version"]) == (handover_id, version):
            resume(ctx, draft.id)
            return True
    return False


def word(ctx: Context, rest: str) -> None:
    """交接班, typed: what this person has to do about a handover now; else when theirs is due."""
    handover = handover_mine(ctx.session, by=ctx.by, now=ctx.now, policy=ctx.policy)
    if handover is None:
        ctx.reply(content(*_nothing(ctx)))
        return
    scene = handover_scene(ctx.session, by=ctx.by, handover_id=handover.id, now=ctx.now, policy=ctx.policy)
    if any(duty.person_id == ctx.person_id for duty in scene.outgoing) and handover.state != FILLED:
        _fill(ctx, handover.id)
    else:
        show(ctx, scene)


def _nothing(ctx: Context) -> list[Part]:
    here = my_posts(ctx.session, county=ctx.county, person_id=ctx.person_id, now=ctx.now)
    if not here:
        return [text("handover-none")]
    _, shift, post = here[0]
    return [text("handover-later", post=post.name, ends=when(shift.ends_at))]


def show(ctx: Context, scene: Scene) -> None:
    """The handover as it stands, with what this person may do."""
    incoming = any(duty.person_id == ctx.person_id for duty in scene.incoming)
    if scene.handover.state != FILLED:
        ctx.reply(content(text("handover-not-filled-yet", post=scene.post.name)))
    elif incoming:
        lines = [*handed_lines(scene), text("handover-confirm-ask")]
        ctx.reply(content(*lines, buttons=confirm_buttons(scene.handover)))
    else:
        ctx.reply(content(*handed_lines(scene), text("handover-waits-incoming")))


def take_on(ctx: Context, args: list[str]) -> None:
    """接班: `takeon:<handover>:<version>`. Where the post asks for a place or a photo, check in first.

    Errors: form-old-button and those of `confirm_handover`; if it was changed meanwhile, it is shown anew.
    """
    handover_id = id_of(args)
    version = int(args[1]) if len(args) > 1 and args[1].isdecimal() and len(args[1]) < 6 else None
    scene = handover_scene(ctx.session, by=ctx.by, handover_id=handover_id, now=ctx.now, policy=ctx.policy)
    if scene.handover.state == FILLED:
        if version != scene.handover.version:
            ctx.reply(content(text("handover-changed")))
            show(ctx, scene)
            return
        if _checks_in_first(ctx, scene):
            return
    handover = confirm_handover(
        ctx.session, by=ctx.by, handover_id=handover_id, version=version, now=ctx.now, policy=ctx.policy
    )
    assert handover.done_at is not None
    ctx.toast = text("handover-taken-on", post=scene.post.name, at=clock(handover.done_at))
    ctx.reply(content(ctx.toast, text("handover-taken-hint")))


def _checks_in_first(ctx: Context, scene: Scene) -> bool:
    """Open the check-in's form where the post asks for more than a tap."""
    mine = next((duty for duty in scene.incoming if duty.person_id == ctx.person_id), None)
    if mine is None or mine.state == CHECKED_IN or not (scene.post.needs_place or scene.post.needs_photo):
        return False
    duty, _, post = ready_to_check_in(ctx.session, by=ctx.by, duty_id=mine.id, now=ctx.now, policy=ctx.policy)
    open_form(ctx, CHECKIN, answers=asked_of(post), meta={"duty": duty.id})
    lines = ctx.replies[-1]["lines"]
    ctx.replies[-1]["lines"] = [text("handover-check-in-first"), *lines]
    return True


def question(ctx: Context, args: list[str]) -> None:
    """有疑问: ask those who hand over. Errors: form-old-button, handover-unknown, not-allowed."""
    scene = handover_scene(ctx.session, by=ctx.by, handover_id=id_of(args), now=ctx.now, policy=ctx.policy)
    if scene.handover.state != FILLED:
        raise UserError("handover-not-filled" if scene.handover.done_at is None else "handover-over")
    open_form(ctx, ASK_BACK, meta={"handover": scene.handover.id})


def release(ctx: Context, args: list[str]) -> None:
    """同意离岗. Errors: form-old-button and those of `release_shift`."""
    handover = release_shift(ctx.session, by=ctx.by, handover_id=id_of(args), now=ctx.now, policy=ctx.policy)
    assert handover.done_at is not None
    ctx.toast = text("handover-let-go", at=clock(handover.done_at))
    ctx.reply(content(ctx.toast))
