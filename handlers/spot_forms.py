"""The forms of spot checks: answering one with a photo or a place, and the office beginning one."""

from typing import Any

from handlers.answers import parse_photo, parse_place, words_only
from handlers.context import Body, Context
from handlers.forms import Ambiguous, Answer, Answers, Choice, Form, Step, value
from handlers.inbound import Inbound
from models.base import UserError
from models.duty import Post
from models.duty_notices import role_name
from models.duty_views import OnDuty, who_is_on
from models.geo import Point
from models.places import area_index
from models.spot_answer import ON_THE_SPOT, answer_check, ready_to_answer
from models.spot_checks import LATE, SpotAnswer
from models.spot_start import start_check
from models.text import Part, clock, content, text
from models.zero_units import town_of

ALL = "all"
TOWNS_MOST, POSTS_MOST = 20, 8


def answered(ctx: Context, answer: SpotAnswer) -> Body:
    """What someone is told who has answered: in time or late, at the post or not."""
    post = ctx.session.get_one(Post, (ctx.county, answer.post_id))
    assert answer.answered_at is not None
    lines: list[Part] = [text("spot-passed", post=post.name, at=clock(answer.answered_at))]
    if answer.state == LATE:
        lines.append(text("spot-late", minutes=answer.late_minutes))
    if answer.outside:
        lines.append(text("spot-was-outside", metres=answer.distance))
    return content(*lines)


def fresh_photo(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """One photo; words prove nothing. Errors: spot-needs-proof, photo-not-file, file-too-big."""
    if inbound.kind not in ("photo", "file"):
        raise UserError("spot-needs-proof")
    return parse_photo("photo", 1, ctx=ctx, answers=answers, inbound=inbound)


def live_place(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """A place that was sent from where one is; degrees that are typed prove nothing. Error: spot-needs-proof."""
    if inbound.kind != "location" or inbound.place is None or inbound.place.source not in ON_THE_SPOT:
        raise UserError("spot-needs-proof")
    return parse_place(ctx, answers, inbound)


def _intro(ctx: Context, meta: dict[str, Any]) -> list[Part]:
    answer, _, post = ready_to_answer(ctx.session, by=ctx.by, answer_id=int(meta["answer"]), now=ctx.now)
    return [text("spot-at", post=post.name, role=role_name(answer.role))]


def _answer(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    return give_answer(ctx, int(meta["answer"]), value(answers, "place"), value(answers, "photo") or [])


def give_answer(ctx: Context, answer_id: int, place: dict[str, Any] | None, photo_ids: list[int]) -> Body:
    """Answer the check with what was sent."""
    answer = answer_check(
        ctx.session,
        by=ctx.by,
        answer_id=answer_id,
        now=ctx.now,
        policy=ctx.policy,
        place=Point(**place) if place else None,
        photo_ids=photo_ids,
    )
    return answered(ctx, answer)


SPOT = Form(
    "spot",
    1,
    (
        Step(
            "photo",
            "ask-spot-photo",
            fresh_photo,
            when=lambda answers: not value(answers, "place"),
            hint="location",
            catches="photo",
        ),
        Step(
            "place",
            "ask-spot-place",
            live_place,
            when=lambda answers: not value(answers, "photo"),
            hint="location",
            catches="location",
        ),
    ),
    _answer,
    review=False,
    intro=_intro,
)


def _running(ctx: Context) -> list[OnDuty]:
    return who_is_on(ctx.session, county=ctx.county, at=ctx.now)


def _towns(ctx: Context) -> dict[str, str]:
    """The towns with somebody on duty: code → name."""
    index = area_index(ctx.session, county=ctx.county)
    codes = sorted({code for one in _running(ctx) if (code := town_of(one.post.area))})
    return {code: index.name(code) for code in codes}


def _scopes(ctx: Context, answers: Answers) -> list[Choice]:
    towns = [Choice(f"town:{code}", name) for code, name in _towns(ctx).items()]
    return [Choice(ALL, text("spot-scope-all")), *towns[:TOWNS_MOST]]


def _parse_scope(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """A town or a post by its name, or a part of it. Errors: spot-scope-unknown; several fit: they are offered."""
    said = words_only(inbound, most=60)
    named = {f"town:{code}": name for code, name in _towns(ctx).items()}
    named |= {f"post:{one.post.id}": one.post.name for one in _running(ctx)}
    fitting = {key: name for key, name in named.items() if said == name} or {
        key: name for key, name in named.items() if said in name
    }
    if not fitting:
        raise UserError("spot-scope-unknown", said=said[:20])
    if len(fitting) > 1:
        choices = [Choice(key, name) for key, name in list(fitting.items())[:POSTS_MOST]]
        raise Ambiguous(choices, text("spot-scope-which"))
    ((key, name),) = fitting.items()
    return Answer(key, name)


def _start(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    scope = value(answers, "scope")
    check, asked = start_check(
        ctx.session, by=ctx.by, post_ids=_posts(ctx, scope), now=ctx.now, policy=ctx.policy
    )
    return content(text("spot-started", count=len(asked), until=clock(check.answer_by)))


def _posts(ctx: Context, scope: str) -> set[int] | None:
    kind, _, which = scope.partition(":")
    if kind == "town":
        return {one.post.id for one in _running(ctx) if town_of(one.post.area) == which}
    return {int(which)} if kind == "post" else None


SPOTSTART = Form(
    "spotstart",
    1,
    (Step("scope", "ask-spotstart-scope", _parse_scope, _scopes),),
    _start,
)
