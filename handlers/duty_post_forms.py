"""The form of a post (岗位): what it is called, where it is, its telephone, its shifts, what a check-in asks."""

from typing import Any

from handlers.answers import areas, choose_area, clean, parse_place, parse_town, words_only
from handlers.context import Body, Context
from handlers.duty_who import town_of
from handlers.forms import Answer, Answers, Choice, Form, Step, value
from handlers.inbound import Inbound
from models.base import UserError
from models.duty import Post
from models.periods import report_times
from models.posts import NAME_MAX, save_post
from models.text import Part, Text, button, content, series, text

PATTERNS = ("08:00", "08:30", "09:00", "08:00 20:00")
COUNTY = "county"
NOTHING, PLACE, PHOTO, BOTH = "nothing", "place", "photo", "both"
ASKS = {NOTHING: (False, False), PLACE: (True, False), PHOTO: (False, True), BOTH: (True, True)}
PHONE_MOST, PLACE_MOST = 40, 100


def _words(most: int, inbound: Inbound) -> Answer:
    said = clean(" ".join(words_only(inbound, most=most).split()), most=most)
    return Answer(said, said)


def _parse_name(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    return _words(NAME_MAX, inbound)


def _parse_phone(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    return _words(PHONE_MOST, inbound)


def _parse_address(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    return _words(PLACE_MOST, inbound)


def _areas(ctx: Context, answers: Answers) -> list[Choice]:
    """The office any town or the county itself; a town's officer their own town."""
    index, own = areas(ctx), town_of(ctx)
    if own is not None:
        return [Choice(own, index.name(own))]
    towns = [Choice(spot.code, spot.name) for spot in index.spots if spot.level == "town"]
    return [Choice(COUNTY, text("post-of-county")), *towns]


def _choose_area(ctx: Context, answers: Answers, picked: str) -> Answer:
    return Answer(None, text("post-of-county")) if picked == COUNTY else choose_area(ctx, answers, picked)


def pattern_name(starts: list[str]) -> Text:
    """A post's shifts in words."""
    if len(starts) == 1:
        return text("rota-pattern-24h", start=starts[0])
    return text("rota-pattern", starts=series(starts))


def _patterns(ctx: Context, answers: Answers) -> list[Choice]:
    return [Choice(each, pattern_name(each.split())) for each in PATTERNS]


def _choose_pattern(ctx: Context, answers: Answers, picked: str) -> Answer:
    return Answer(picked.split(), pattern_name(picked.split()))


def _parse_pattern(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """Times of day at which the shifts begin, each running to the next. Error: post-starts."""
    try:
        starts = report_times(words_only(inbound, most=60))
    except UserError:
        raise UserError("post-starts") from None
    return Answer(starts, pattern_name(starts))


def ask_name(kind: str) -> Text:
    """What a check-in asks for, in words."""
    return text(f"post-asks-{kind}")


def _asks(ctx: Context, answers: Answers) -> list[Choice]:
    return [Choice(kind, ask_name(kind)) for kind in ASKS]


def _wants_place(answers: Answers) -> bool:
    return ASKS[value(answers, "asks", NOTHING)][0]


def _save(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    post_id = meta.get("post")
    post = ctx.session.get(Post, (ctx.county, int(post_id))) if post_id else None
    if post_id and post is None:
        raise UserError("post-unknown")
    needs_place, needs_photo = ASKS[value(answers, "asks")]
    spot = value(answers, "spot") if needs_place else None
    values: dict[str, Any] = {
        "name": value(answers, "name"),
        "area": value(answers, "area"),
        "phone": value(answers, "phone") or "",
        "place": value(answers, "place") or "",
        "starts": value(answers, "pattern"),
        "needs_place": needs_place,
        "needs_photo": needs_photo,
    }
    if spot:
        values |= {"lat": spot["lat"], "lon": spot["lon"]}
    saved = save_post(ctx.session, by=ctx.by, now=ctx.now, post=post, **values)
    lines: list[Part] = [text("post-changed" if post else "post-added", name=saved.name)]
    more = [[button(text("button-new-post"), "a:newpost")]]
    return content(*lines, buttons=more if not post else None)


def answers_of(ctx: Context, post: Post) -> Answers:
    """A post as the form's answers, to be changed one by one."""
    kind = next(kind for kind, asked in ASKS.items() if asked == (post.needs_place, post.needs_photo))
    county = text("post-of-county")
    answers: Answers = {
        "name": {"v": post.name, "s": post.name},
        "area": {"v": post.area, "s": areas(ctx).path(post.area) if post.area else county},
        "phone": {"v": post.phone or None, "s": post.phone or text("none")},
        "place": {"v": post.place or None, "s": post.place or text("none")},
        "pattern": {"v": list(post.starts), "s": pattern_name(list(post.starts))},
        "asks": {"v": kind, "s": ask_name(kind)},
    }
    if post.needs_place:
        shown = text("post-spot", lat=f"{post.lat:.5f}", lon=f"{post.lon:.5f}") if post.lat else text("none")
        spot = {"lat": post.lat, "lon": post.lon} if post.lat is not None else None
        answers["spot"] = {"v": spot, "s": shown}
    return answers


POST = Form(
    "post",
    1,
    (
        Step("name", "ask-post-name", _parse_name),
        Step("area", "ask-post-area", parse_town, _areas, choose=_choose_area),
        Step("phone", "ask-post-phone", _parse_phone, optional=True),
        Step("place", "ask-post-place", _parse_address, optional=True),
        Step("pattern", "ask-post-pattern", _parse_pattern, _patterns, choose=_choose_pattern, wide=True),
        Step("asks", "ask-post-asks", choices=_asks, wide=True),
        Step(
            "spot",
            "ask-post-spot",
            parse_place,
            when=_wants_place,
            optional=True,
            hint="location",
            catches="location",
        ),
    ),
    _save,
)
