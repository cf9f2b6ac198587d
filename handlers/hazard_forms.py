"""Short forms about one hazard that ask for a reason, photos or a word, written once as a table."""

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlmodel import Session

from handlers.answers import parse_photo, words_only
from handlers.context import Body, Context
from handlers.forms import Answer, Answers, Choice, Form, Step, value
from handlers.inbound import Inbound
from models import assignment, extensions, hazard_comments, hazard_flow, lookback, supervision
from models.base import short
from models.hazard_cards import card_lines, headline
from models.hazard_rules import REASON_MAX
from models.hazard_sight import hazard_by_id
from models.hazards import PHOTOS_MAX, Hazard
from models.text import Part, button, content, text


def hazard_of(ctx: Context, meta: dict[str, Any]) -> Hazard:
    """The hazard a form is about. Error: hazard-unknown."""
    return hazard_by_id(ctx.session, by=ctx.by, hazard_id=int(meta["hazard"]))


def intro(ctx: Context, meta: dict[str, Any]) -> list[Part]:
    """What the form is about, in three lines."""
    hazard = hazard_of(ctx, meta)
    return [headline(hazard), *card_lines(ctx.session, hazard)[:3]]


def see_button(hazard: Hazard) -> list[list[dict[str, Any]]]:
    """The button that shows the hazard in full."""
    return [[button(text("button-see"), f"a:see:{short(hazard.id)}")]]


def parse_words(ctx: Context, answers: Answers, inbound: Inbound, *, most: int = REASON_MAX) -> Answer:
    """Typed words as they are."""
    said = words_only(inbound, most=most)
    return Answer(said, said)


def say_choice(prefix: str, ctx: Context, answers: Answers, picked: str) -> Answer:
    """A tapped reason, as if it had been typed."""
    said = ctx.say(text(f"{prefix}-{picked}"))
    return Answer(said, said)


def _listed(prefix: str, names: tuple[str, ...], ctx: Context, answers: Answers) -> list[Choice]:
    return [Choice(name, text(f"{prefix}-{name}")) for name in names]


def reason_step(name: str, choices: tuple[str, ...], *, optional: bool = False) -> Step:
    """The question for a reason: some to tap, any to type."""
    return Step(
        "reason",
        f"ask-{name}-reason",
        parse_words,
        partial(_listed, name, choices) if choices else None,
        optional=optional,
        wide=True,
        choose=partial(say_choice, name),
    )


def photo_step(name: str, *, optional: bool = False) -> Step:
    """The question for photos."""

    def parse(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
        return parse_photo("photos", PHOTOS_MAX, ctx=ctx, answers=answers, inbound=inbound)

    return Step("photos", f"ask-{name}-photos", parse, many=PHOTOS_MAX, catches="photo", optional=optional)


Operation = Callable[..., Any]


def _with_reason(
    operation: Operation, name: str, ctx: Context, answers: Answers, meta: dict[str, Any]
) -> Body:
    """Do it with the reason that was given (and the photos, where the form asks for some)."""
    more = {"photo_ids": value(answers, "photos") or []} if "photos" in answers else {}
    hazard = hazard_of(ctx, meta)
    operation(
        ctx.session,
        by=ctx.by,
        hazard=hazard,
        reason=value(answers, "reason") or "",
        now=ctx.now,
        policy=ctx.policy,
        **more,
    )
    return content(text(f"{name}-done", number=hazard.number), buttons=see_button(hazard))


def reason_form(
    name: str, operation: Operation, choices: tuple[str, ...] = (), *, photos: bool = False
) -> Form:
    """A form that asks for a reason (and photos), then does one thing."""
    steps = [reason_step(name, choices)]
    if photos:
        steps.append(photo_step(name, optional=True))
    submit = partial(_with_reason, operation, name)
    return Form(name, 2, tuple(steps), submit, review=False, intro=intro)


def _lower(session: Session, **given: Any) -> Hazard:
    """定为一般: of a level that was major before."""
    return hazard_flow.verify_hazard(session, level="general", **given)


REASON_FORMS = {
    form.name: form
    for form in (
        reason_form("reject", hazard_flow.reject_hazard, ("untrue", "not-hazard")),
        reason_form("lower", _lower, ("not-met", "part-gone")),
        reason_form("fail", hazard_flow.fail_recheck, ("partly", "unclear-photo", "back-again")),
        reason_form("hand_back", assignment.hand_back_hazard, ("not-ours", "not-able")),
        reason_form("take_back", hazard_flow.take_back_hazard),
        reason_form("suspend", supervision.suspend_production),
        reason_form("reopen", lookback.reopen_hazard, ("same-again", "never-fixed"), photos=True),
    )
}


def _fix(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    hazard = hazard_flow.submit_fix(
        ctx.session,
        by=ctx.by,
        hazard=hazard_of(ctx, meta),
        note=value(answers, "note") or "",
        photo_ids=value(answers, "photos") or [],
        now=ctx.now,
        policy=ctx.policy,
    )
    return content(text("fixed-done", number=hazard.number), buttons=see_button(hazard))


FIX = Form(
    "fix",
    2,
    (photo_step("fix"), Step("note", "ask-fix-note", parse_words, optional=True)),
    _fix,
    review=False,
    intro=intro,
    caption="note",
)


def _lookback_intro(ctx: Context, meta: dict[str, Any]) -> list[Part]:
    hazard = hazard_of(ctx, meta)
    return [headline(hazard), *card_lines(ctx.session, hazard)[:3]]


def _lookback(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    hazard = lookback.pass_lookback(
        ctx.session,
        by=ctx.by,
        hazard=hazard_of(ctx, meta),
        note=value(answers, "note") or "",
        photo_ids=value(answers, "photos") or [],
        now=ctx.now,
        policy=ctx.policy,
    )
    return content(text("lookback-done", number=hazard.number), buttons=see_button(hazard))


LOOK_AGAIN = Form(
    "lookback",
    1,
    (photo_step("lookback"), Step("note", "ask-lookback-note", parse_words, optional=True)),
    _lookback,
    review=False,
    intro=_lookback_intro,
)


def _doubt(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    hazard = lookback.doubt_fixed(
        ctx.session,
        by=ctx.by,
        hazard=hazard_of(ctx, meta),
        said=value(answers, "reason") or "",
        now=ctx.now,
        policy=ctx.policy,
    )
    return content(text("doubt-done", number=hazard.number), buttons=see_button(hazard))


DOUBT = Form(
    "doubt",
    1,
    (reason_step("doubt", ("still-there", "came-back"), optional=True),),
    _doubt,
    review=False,
    intro=intro,
)


def _parse_comment(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    return parse_words(ctx, answers, inbound, most=hazard_comments.COMMENT_MAX)


def _comment(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    hazard = hazard_of(ctx, meta)
    hazard_comments.comment_on(
        ctx.session,
        by=ctx.by,
        hazard=hazard,
        said=value(answers, "said") or "",
        photo_ids=value(answers, "photos") or [],
        now=ctx.now,
        policy=ctx.policy,
    )
    return content(text("comment-done", number=hazard.number), buttons=see_button(hazard))


COMMENT = Form(
    "comment",
    2,
    (
        Step("said", "ask-comment", _parse_comment, optional=True),
        photo_step("comment", optional=True),
    ),
    _comment,
    review=False,
    intro=intro,
)


def _refuse_extension(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    hazard = hazard_of(ctx, meta)
    extensions.decide_extension(
        ctx.session,
        by=ctx.by,
        hazard=hazard,
        extension_id=int(meta["extension"]),
        approve=False,
        reason=value(answers, "reason") or "",
        now=ctx.now,
        policy=ctx.policy,
    )
    return content(text("refuse-done", number=hazard.number), buttons=see_button(hazard))


REFUSE = Form(
    "refuse",
    1,
    (reason_step("refuse", ("in-time", "too-dangerous")),),
    _refuse_extension,
    review=False,
    intro=intro,
)
