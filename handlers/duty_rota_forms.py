"""The form that shares a roster out (排班): which period and posts, which shifts, among whom."""

from typing import Any

from handlers.answers import areas, words_only
from handlers.context import Body, Context
from handlers.duty_rota_view import proposal_body
from handlers.duty_who import town_of
from handlers.forms import Answer, Answers, Choice, Form, Step, value
from handlers.inbound import Inbound
from models.base import UserError
from models.coverage import clock_times
from models.duty import KeyPeriod, Post
from models.people import Person
from models.periods import period_by_id, periods_ahead, report_times
from models.posts import may_edit_post, posts_of
from models.roster_view import sees_period
from models.rota_people import (
    EVERYONE,
    LEADERS,
    OF_UNIT,
    OFFICERS,
    Group,
    groups_of,
    people_named,
    people_of,
)
from models.rota_plan import EACH_MOST, Wish
from models.rota_proposals import propose
from models.text import Part, Text, series, text

PERIODS, POSTS_SHOWN, NAMES_SHOWN = 6, 12, 8
OWN = "own"
PATTERNS = ("08:00", "08:30", "09:00", "08:00 20:00")


def _period(ctx: Context, answers: Answers) -> KeyPeriod:
    return period_by_id(ctx.session, county=ctx.county, period_id=int(value(answers, "period")))


def _periods(ctx: Context, answers: Answers) -> list[Choice]:
    ahead = periods_ahead(ctx.session, county=ctx.county, now=ctx.now)
    return [Choice(str(one.id), one.name) for one in ahead if sees_period(ctx.by, one)][:PERIODS]


def _parse_period(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """A period by its name. Error: period-unknown."""
    said = words_only(inbound, most=60)
    ahead = periods_ahead(ctx.session, county=ctx.county, now=ctx.now)
    found = [one for one in ahead if said in one.name and sees_period(ctx.by, one)]
    if not found:
        raise UserError("period-unknown")
    return Answer(str(found[0].id), found[0].name)


def _own_posts(ctx: Context) -> list[Post]:
    posts = posts_of(ctx.session, county=ctx.county, area=town_of(ctx))
    return [post for post in posts if may_edit_post(ctx.by, post.area)]


def _posts(ctx: Context, answers: Answers) -> list[Choice]:
    """All posts of a town together, then single ones."""
    posts, index = _own_posts(ctx), areas(ctx)
    towns: dict[str, list[Post]] = {}
    for post in posts:
        if post.area:
            towns.setdefault(post.area[:9], []).append(post)
    found = [
        Choice(f"t:{town}", text("rota-town-posts", town=index.name(town), count=len(held)))
        for town, held in sorted(towns.items())
        if len(held) > 1 or len(towns) > 1
    ]
    return found + [Choice(f"p:{post.id}", post.name) for post in posts[:POSTS_SHOWN]]


def _choose_posts(ctx: Context, answers: Answers, picked: str) -> Answer:
    kind, _, key = picked.partition(":")
    posts = _own_posts(ctx)
    if kind == "t":
        return _posts_answer([post for post in posts if post.area and post.area.startswith(key)])
    return _posts_answer([post for post in posts if str(post.id) == key])


def _posts_answer(posts: list[Post]) -> Answer:
    if not posts:
        raise UserError("post-unknown")
    return Answer([post.id for post in posts], series(post.name for post in posts[:POSTS_SHOWN]))


def _parse_posts(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """Posts by their names, or a town's. Errors: post-unknown; rota-post-unknown names the first."""
    found: dict[int, Post] = {}
    posts, index = _own_posts(ctx), areas(ctx)
    for said in words_only(inbound, most=300).replace(",", "、").replace("，", "、").split("、"):
        town = next((spot.code for spot in index.spots if spot.level == "town" and said in spot.names), None)
        named = [post for post in posts if post.name == said.strip()]
        named = named or [post for post in posts if town and post.area and post.area.startswith(town)]
        if not named:
            raise UserError("rota-post-unknown", said=said.strip()[:20])
        found |= {post.id: post for post in named}
    return _posts_answer(list(found.values()))


def _patterns(ctx: Context, answers: Answers) -> list[Choice]:
    named = [Choice(each, _pattern_name(each)) for each in PATTERNS]
    return [Choice(OWN, text("rota-own-pattern")), *named]


def _pattern_name(starts: str) -> Text:
    """A pattern in words: 24 hours from a time of day, or the times at which its shifts begin."""
    if " " in starts:
        return text("rota-pattern", starts=series(starts.split()))
    return text("rota-pattern-24h", start=starts)


def _choose_pattern(ctx: Context, answers: Answers, picked: str) -> Answer:
    if picked == OWN:
        return Answer([], text("rota-own-pattern"))
    return Answer(picked.split(), _pattern_name(picked))


def _parse_pattern(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """Times of day at which the shifts begin. Error: post-starts."""
    try:
        starts = report_times(words_only(inbound, most=60))
    except UserError:
        raise UserError("post-starts") from None
    clock_times(starts)
    return Answer(starts, _pattern_name(" ".join(starts)))


def _area(ctx: Context, answers: Answers) -> str | None:
    """The town that all the posts lie in, if it is one."""
    posts = [post for post in _own_posts(ctx) if post.id in value(answers, "posts")]
    towns = {post.area[:9] if post.area else None for post in posts}
    return towns.pop() if len(towns) == 1 else None


def _groups(ctx: Context, answers: Answers, kinds: tuple[str, ...]) -> list[Choice]:
    found = groups_of(ctx.session, county=ctx.county, area=_area(ctx, answers), kinds=kinds)
    return [Choice(f"{one.kind}:{one.unit_id or one.area or ''}", _group_name(ctx, one)) for one in found]


def _group_name(ctx: Context, group: Group) -> Text:
    where = group.name or areas(ctx).name(group.area or ctx.county)
    return text(f"rota-group-{group.kind}", where=where, count=group.count)


def _leader_groups(ctx: Context, answers: Answers) -> list[Choice]:
    return _groups(ctx, answers, (LEADERS,))


def _officer_groups(ctx: Context, answers: Answers) -> list[Choice]:
    return _groups(ctx, answers, (OFFICERS, EVERYONE))


def _choose_people(ctx: Context, answers: Answers, picked: str) -> Answer:
    kind, _, key = picked.partition(":")
    group = Group(kind, unit_id=int(key)) if kind == OF_UNIT else Group(kind, key or None)
    return _people_answer(people_of(ctx.session, county=ctx.county, group=group))


def _parse_people(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """People by name. Errors: those of `people_named`."""
    said = words_only(inbound, most=2_000)
    return _people_answer(people_named(ctx.session, county=ctx.county, said=said))


def _people_answer(people: list[Person]) -> Answer:
    names = series(person.name for person in people[:NAMES_SHOWN])
    return Answer([person.id for person in people], text("rota-people", names=names, count=len(people)))


def _each(ctx: Context, answers: Answers) -> list[Choice]:
    return [Choice(str(count), text("rota-each", count=count)) for count in range(1, 4)]


def _parse_each(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """How many officers a shift has. Error: rota-each-range."""
    said = words_only(inbound, most=10).removesuffix("人").removesuffix("个")
    if not said.isdecimal() or not 1 <= int(said) <= EACH_MOST:
        raise UserError("rota-each-range", most=EACH_MOST)
    return Answer(said, text("rota-each", count=int(said)))


def _propose(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    wish = Wish(
        post_ids=tuple(value(answers, "posts")),
        leaders=tuple(value(answers, "leaders") or ()),
        officers=tuple(value(answers, "officers") or ()),
        starts=tuple(value(answers, "pattern") or ()),
        each=int(value(answers, "each") or 1),
    )
    done = propose(
        ctx.session,
        by=ctx.by,
        period=_period(ctx, answers),
        wish=wish,
        now=ctx.now,
        policy=ctx.policy,
        form=answers,
    )
    return proposal_body(ctx, done)


def _has_officers(answers: Answers) -> bool:
    return bool(value(answers, "officers"))


def _intro(ctx: Context, meta: dict[str, Any]) -> list[Part]:
    return [text("rota-intro")] if not meta.get("again") else []


ROTA = Form(
    "rota",
    1,
    (
        Step("period", "ask-rota-period", _parse_period, _periods),
        Step("posts", "ask-rota-posts", _parse_posts, _posts, choose=_choose_posts, wide=True),
        Step(
            "pattern",
            "ask-rota-pattern",
            _parse_pattern,
            _patterns,
            choose=_choose_pattern,
            wide=True,
        ),
        Step(
            "leaders",
            "ask-rota-leaders",
            _parse_people,
            _leader_groups,
            optional=True,
            choose=_choose_people,
            wide=True,
        ),
        Step(
            "officers",
            "ask-rota-officers",
            _parse_people,
            _officer_groups,
            optional=True,
            choose=_choose_people,
            wide=True,
        ),
        Step("each", "ask-rota-each", _parse_each, _each, when=_has_officers, numbered=False),
    ),
    _propose,
    intro=_intro,
)
