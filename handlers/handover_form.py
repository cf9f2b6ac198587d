"""The forms of a handover: what is handed over, and a question back."""

from typing import Any

from handlers.answers import clean, words_only
from handlers.context import Body, Context
from handlers.forms import Answer, Answers, Choice, Form, Step, value
from handlers.inbound import Inbound
from models.base import UserError
from models.duty_notices import person_line
from models.handover_flow import (
    QUESTION_MOST,
    ask_back,
    fill_handover,
    handover_scene,
    ready_to_fill,
)
from models.handover_notices import Scene, handed_lines
from models.handovers import FILLED, ITEM_MOST, ITEMS, RELEASED
from models.text import Part, content, text, when

ALL_NONE = "#rest"  # 其余都无


def _choices(item: str, ctx: Context, answers: Answers) -> list[Choice]:
    """无; and, while more than one is open, 其余都无."""
    open_ones = [each for each in ITEMS if each not in answers]
    choices = [Choice("", text("handover-nothing"))]
    if len(open_ones) > 1:
        choices.append(Choice(ALL_NONE, text("handover-rest-nothing")))
    return choices


def _choose(item: str, ctx: Context, answers: Answers, picked: str) -> Answer:
    nothing = Answer("", text("none"))
    if picked != ALL_NONE:
        return nothing
    rest = {each: nothing for each in ITEMS if each not in answers and each != item}
    return Answer("", text("none"), also=rest)


def _parse(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """Typed words. Errors: form-need-text, text-empty, too-long."""
    said = words_only(inbound, most=ITEM_MOST)
    return Answer(said, said)


def _step(item: str) -> Step:
    return Step(
        item,
        f"ask-handover-{item}",
        _parse,
        lambda ctx, answers: _choices(item, ctx, answers),
        choose=lambda ctx, answers, picked: _choose(item, ctx, answers, picked),
    )


def _scene(ctx: Context, meta: dict[str, Any]) -> Scene:
    return ready_to_fill(
        ctx.session, by=ctx.by, handover_id=int(meta["handover"]), now=ctx.now, policy=ctx.policy
    )


def _intro(ctx: Context, meta: dict[str, Any]) -> list[Part]:
    """Which post, when; the question if there is one; that the log has filled some of it in."""
    scene = _scene(ctx, meta)
    lines: list[Part] = [text("handover-form", post=scene.post.name, ends=when(scene.shift.ends_at))]
    if scene.handover.question:
        lines.append(text("handover-question-was", question=scene.handover.question))
    if meta.get("prefilled"):
        lines.append(text("handover-prefilled"))
    return lines


def _fill(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    handover = fill_handover(
        ctx.session,
        by=ctx.by,
        handover_id=int(meta["handover"]),
        items={item: value(answers, item) or "" for item in ITEMS},
        now=ctx.now,
        policy=ctx.policy,
    )
    scene = handover_scene(ctx.session, by=ctx.by, handover_id=handover.id, now=ctx.now, policy=ctx.policy)
    return content(text("handover-filled"), *filled_lines(ctx, scene))


def filled_lines(ctx: Context, scene: Scene) -> list[Part]:
    """Whom it now waits for."""
    if scene.handover.state == RELEASED:
        return [text("handover-may-go")]
    if scene.following is None:
        ends = when(scene.shift.ends_at)
        return [text("handover-waits-office", ends=ends)]
    lines: list[Part] = [text("handover-waits-incoming")]
    return lines + [person_line(ctx.session, duty) for duty in scene.incoming]


HANDOVER = Form("handover", 1, tuple(_step(item) for item in ITEMS), _fill, intro=_intro)


def _parse_question(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    if inbound.kind != "text":
        raise UserError("form-need-text")
    said = clean(inbound.text, most=QUESTION_MOST)
    return Answer(said, said)


def _question_intro(ctx: Context, meta: dict[str, Any]) -> list[Part]:
    scene = handover_scene(
        ctx.session, by=ctx.by, handover_id=int(meta["handover"]), now=ctx.now, policy=ctx.policy
    )
    return handed_lines(scene) if scene.handover.state == FILLED else []


def _question(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    ask_back(
        ctx.session,
        by=ctx.by,
        handover_id=int(meta["handover"]),
        question=value(answers, "question"),
        now=ctx.now,
        policy=ctx.policy,
    )
    return content(text("handover-asked-back"))


ASK_BACK = Form(
    "askback",
    1,
    (Step("question", "ask-handover-question", _parse_question),),
    _question,
    review=False,
    intro=_question_intro,
)
