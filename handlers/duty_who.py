"""谁在值班 in full: of a town, of a post, in a group; by button, or by words such as 彭店镇谁在值班."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from handlers.context import Context
from handlers.days import read_day
from models.base import UserError
from models.duty import CALLED_ON, CHECKED_IN, COVERED, EXPECTED, MISSED, STANDBY, Post, ShiftDuty
from models.duty_notices import place_lines, role_name
from models.duty_views import OnDuty, next_shift, who_is_on, who_is_on_from
from models.people import Person
from models.places import area_index
from models.posts import posts_of
from models.roster_view import MAY_SEE, SEES_ALL
from models.text import Part, Text, button, content, day, series, text, when

PRESENCE = {
    EXPECTED: "presence-awaited",
    STANDBY: "presence-standby",
    CALLED_ON: "presence-called",
    CHECKED_IN: "presence-in",
    COVERED: "presence-covered",
    MISSED: "presence-missed",
}
HELD = {CHECKED_IN: "presence-held"}
POSTS_MOST, TOWNS_MOST, SAID_MOST = 8, 20, 30
Rows = list[list[dict[str, Any]]]
_DAY = re.compile(
    r"大后天|后天|明天|明晚|今晚|今天|\d{1,2}\s*月\s*\d{1,2}\s*[日号]?|\d{1,2}\s*[日号]|"
    r"下?周[一二三四五六日天]|tomorrow",
    re.I,
)
_EVENINGS = {"今晚": "今天", "明晚": "明天"}
# The question in the words people use, and what else may stand around the place that it is about.
_QUESTION = re.compile(r"谁|值班|on duty|duty", re.I)
_FILLER = re.compile(
    r"谁|在|值班|带班|现在|今天|今晚|请问|的|是|呢|了|吗|有|人|哪些|哪个|who|is|'s|on|duty|now|today|in|at|the|[\s,，、:：?？。.!！/]",
    re.I,
)


def town_of(ctx: Context) -> str | None:
    """The town whose posts this person sees; None for who sees all."""
    if ctx.by.has(*SEES_ALL):
        return None
    areas = [grant.area for grant in ctx.by.grants if grant.area] + ([ctx.home] if ctx.home else [])
    return next((area[:9] for area in areas if len(area) >= 9), None)


def person_line(duty: ShiftDuty, person: Person, presence: Mapping[str, str] = PRESENCE) -> Text:
    """One person of a shift with telephone, and whether they are there where that is known."""
    key = presence.get(duty.state)
    phone = person.phone or text("duty-no-phone")
    known = {"role": role_name(duty.role), "name": person.name, "phone": phone}
    return text("duty-now-person", presence=text(key), **known) if key else text("duty-person", **known)


def post_lines(one: OnDuty) -> list[Part]:
    """A post whose shift runs: until when, where, its telephone, its people."""
    lines: list[Part] = [text("duty-now-post", post=one.post.name, ends=when(one.shift.ends_at))]
    presence = HELD if one.held else PRESENCE
    return [*lines, *place_lines(one.post), *(person_line(*each, presence) for each in one.people)]


def in_area(ctx: Context, area: str, first: int = 0) -> None:
    """Who is on duty in a town (or the county), a few posts at a time, each with its telephone."""
    running = who_is_on(ctx.session, county=ctx.county, at=ctx.now, area=area)
    where = area_index(ctx.session, county=ctx.county).path(area)
    shown = running[first : first + POSTS_MOST]
    lines: list[Part] = [text("duty-now", area=where) if running else text("duty-now-nobody", area=where)]
    for one in shown:
        lines += post_lines(one)
    if first == 0:
        lines += _unmanned(ctx, area, running)
    rows: Rows = []
    if first + POSTS_MOST < len(running):
        rows.append([button(text("button-more"), f"a:who:{area}:{first + POSTS_MOST}")])
    ctx.reply(content(*lines, buttons=rows))


def _unmanned(ctx: Context, area: str, running: list[OnDuty]) -> list[Part]:
    """The area's posts that nobody stands just now; not for the whole county, where that is many."""
    if len(area) <= 6:
        return []
    manned = {one.post.id for one in running}
    idle = [post for post in posts_of(ctx.session, county=ctx.county, area=area) if post.id not in manned]
    if not idle or not running:
        return []
    names = series(post.name for post in idle[:POSTS_MOST])
    return [text("duty-now-idle", count=len(idle), posts=names)]


def at_post(ctx: Context, post: Post) -> None:
    """Who is on duty at a post now, or who is next there."""
    running = who_is_on(ctx.session, county=ctx.county, at=ctx.now, area=post.area)
    here = [one for one in running if one.post.id == post.id]
    if here:
        ctx.reply(content(*(line for one in here for line in post_lines(one))))
        return
    lines: list[Part] = [text("duty-now-nobody", area=post.name), *place_lines(post)]
    coming = next_shift(ctx.session, county=ctx.county, post_id=post.id, now=ctx.now)
    if coming is not None:
        lines.append(text("duty-next", starts=when(coming.shift.starts_at)))
        lines += [person_line(duty, person, {}) for duty, person in coming.people]
    ctx.reply(content(*lines))


def who(ctx: Context, args: list[str]) -> None:
    """a:who:<area>[:<from>], or a:who:towns for the choice of towns."""
    try:
        area, first = args[0], max(0, int(args[1])) if len(args) > 1 else 0
    except (ValueError, IndexError):
        raise UserError("form-old-button") from None
    index = area_index(ctx.session, county=ctx.county)
    if area == "towns":
        ctx.reply(content(text("duty-which-town"), buttons=town_buttons(ctx)))
    elif area not in index.by_code:
        raise UserError("form-old-button")
    else:
        in_area(ctx, area, first)


def town_buttons(ctx: Context) -> Rows:
    """A button for each town that has posts."""
    index = area_index(ctx.session, county=ctx.county)
    towns = sorted({post.area[:9] for post in posts_of(ctx.session, county=ctx.county) if post.area})
    found = [button(index.name(town), f"a:who:{town}") for town in towns[:TOWNS_MOST] if index.name(town)]
    return [found[at : at + 3] for at in range(0, len(found), 3)]


def asked(ctx: Context, said: str) -> bool:
    """Whether words ask who is on duty at a post or in a town; then they are answered.

    A post or a town by its very name, with nothing beside it but the question. Anything else may be a
    report, and is left alone.
    """
    said = said.strip()
    if len(said) > SAID_MOST or not _QUESTION.search(said):
        return False
    if _asked_of_day(ctx, said):
        return True
    posts = posts_of(ctx.session, county=ctx.county)
    found = [post for post in posts if post.name in said and _only_asks(said.replace(post.name, " "))]
    if found:
        at_post(ctx, max(found, key=lambda post: len(post.name)))
        return True
    town = _town(ctx, said)
    if town is not None:
        in_area(ctx, town)
    return town is not None


def _asked_of_day(ctx: Context, said: str) -> bool:
    """ "明天谁带班", "彭店镇10月1号谁值班": the shifts that begin on that day, for who may see a roster."""
    named = _DAY.search(said)
    if named is None or not ctx.by.has(*MAY_SEE):
        return False
    today = ctx.policy.local(ctx.now).date()
    on = read_day(_EVENINGS.get(named[0], "".join(named[0].split())), today=today, spans=False)
    rest = said.replace(named[0], " ")
    own = town_of(ctx) or ctx.county
    area = own if _only_asks(rest) else _town(ctx, rest)
    if on is None or area is None or (on == today and named[0] not in _EVENINGS):
        return False
    if area != own and not ctx.by.has(*SEES_ALL):
        return False
    _on_day(ctx, area, on)
    return True


def _on_day(ctx: Context, area: str, on: date) -> None:
    since = datetime.combine(on, time(), ctx.policy.zone).astimezone(UTC)
    running = who_is_on_from(
        ctx.session, county=ctx.county, area=area, since=since, until=since + timedelta(days=1)
    )
    where = area_index(ctx.session, county=ctx.county).path(area)
    key = "duty-on-day" if running else "duty-on-day-nobody"
    lines: list[Part] = [text(key, area=where, on=day(on))]
    for one in running[:POSTS_MOST]:
        times = {"starts": when(one.shift.starts_at), "ends": when(one.shift.ends_at)}
        lines.append(text("duty-on-day-post", post=one.post.name, **times))
        lines += [person_line(*each, {}) for each in one.people]
    if len(running) > POSTS_MOST:
        lines.append(text("duty-on-day-more", count=len(running) - POSTS_MOST))
    ctx.reply(content(*lines))


def _only_asks(rest: str) -> bool:
    return not _FILLER.sub("", rest)


def _town(ctx: Context, said: str) -> str | None:
    """The town, or the county, that the question is about."""
    index = area_index(ctx.session, county=ctx.county)
    for spot in index.spots:
        if spot.level in ("county", "town"):
            for name in spot.names:  # the longest first
                if name in said and _only_asks(said.replace(name, " ")):
                    return spot.code
    return None


def may_ask_in_group(said: str) -> bool:
    """Only the question itself: in a group people say 值班 for other reasons."""
    return said.startswith("/") or "谁" in said or "who" in said.lower()
