"""Duty in the chat: checking in, who is on now, my shifts."""

from collections.abc import Sequence

from handlers.answers import parse_place
from handlers.context import Context, id_of
from handlers.conversations import open_form
from handlers.duty_buttons import duty_buttons
from handlers.duty_forms import CHECKIN, asked_of, checked_in
from handlers.duty_who import PRESENCE, asked, post_lines
from models.base import short
from models.checkin import check_in, ready_to_check_in
from models.duty import CALLED_ON, CHECKED_IN, DEPUTY, EXPECTED, MAY_CHECK_IN
from models.duty_notices import INCIDENT_ROW, shift_line
from models.duty_views import LINES_MOST, MyShift, my_shifts, who_is_on
from models.geo import Point
from models.on_post import is_held
from models.people import ADMIN, OFFICE_LEADER, SAFETY_OFFICE, covers
from models.places import area_index
from models.text import Part, Text, button, content, text, when

AWAITED = (EXPECTED, CALLED_ON)
MINE_MOST = 8


def checkin(ctx: Context, args: list[str]) -> None:
    """到岗签到: one tap where the post asks nothing more; else a short form for photo and place.

    Errors: form-old-button, not-your-shift, checkin-too-early, checkin-over.
    """
    duty_id = id_of(args)
    _check_in(ctx, duty_id)


def _check_in(ctx: Context, duty_id: int) -> None:
    by, now, policy = ctx.by, ctx.now, ctx.policy
    duty, _, post = ready_to_check_in(ctx.session, by=by, duty_id=duty_id, now=now, policy=policy)
    before = duty.state == CHECKED_IN
    if not before and (post.needs_place or post.needs_photo):
        open_form(ctx, CHECKIN, answers=asked_of(post), meta={"duty": duty.id})
        return
    duty = check_in(ctx.session, by=by, duty_id=duty_id, now=now, policy=policy)
    body = checked_in(ctx, duty)
    if before:
        body["lines"] = [text("checked-in-before"), *body["lines"]]
    ctx.toast = body["lines"][0]
    ctx.reply(body)


def checkin_word(ctx: Context, rest: str) -> None:
    """签到, typed: the person's own shift that is open; several are offered. None: when the next one is.

    A B角 who only stands by is asked first whether they really are there in another's place.
    """
    mine = my_shifts(ctx.session, by=ctx.by, now=ctx.now)
    opened = [each for each in mine if _is_open(ctx, each)]
    awaited = [each for each in opened if each.duty.state in AWAITED]
    meant = awaited or opened
    if len(meant) == 1 and (awaited or meant[0].duty.role != DEPUTY):
        _check_in(ctx, meant[0].duty.id)
    elif len(opened) == 1:
        line = shift_line(opened[0].shift, opened[0].post, opened[0].duty.role)
        ctx.reply(content(text("checkin-standby"), line, buttons=checkin_rows(opened)))
    elif opened:
        lines = [shift_line(each.shift, each.post, each.duty.role) for each in opened]
        ctx.reply(content(text("checkin-which"), *lines, buttons=checkin_rows(opened)))
    else:
        ctx.reply(content(*_nothing_open(ctx, mine)))


def awaited_now(ctx: Context) -> list[MyShift]:
    """The person's shifts at which they should check in now."""
    mine = my_shifts(ctx.session, by=ctx.by, now=ctx.now)
    return [each for each in mine if _is_open(ctx, each) and each.duty.state in AWAITED]


def take_place(ctx: Context) -> bool:
    """A place out of the blue checks in who is awaited at one post. False: they are not, or it is no place."""
    awaited = awaited_now(ctx) if ctx.inbound.kind == "location" else []
    if len(awaited) != 1:
        return False
    duty, post = awaited[0].duty, awaited[0].post
    place = parse_place(ctx, {}, ctx.inbound)
    if post.needs_photo:
        answers = asked_of(post) | {"place": {"v": place.value, "s": place.shown}}
        open_form(ctx, CHECKIN, answers=answers, meta={"duty": duty.id})
        return True
    point = Point(**place.value)
    duty = check_in(
        ctx.session, by=ctx.by, duty_id=duty.id, now=ctx.now, policy=ctx.policy, place=point, photo_ids=[]
    )
    ctx.reply(checked_in(ctx, duty))
    return True


def _is_open(ctx: Context, each: MyShift) -> bool:
    begun = each.shift.starts_at - ctx.policy.checkin_opens <= ctx.now
    return begun and each.duty.state in MAY_CHECK_IN


def _nothing_open(ctx: Context, mine: Sequence[MyShift]) -> list[Part]:
    done = [each for each in mine if each.duty.state == CHECKED_IN]
    ahead = [each for each in mine if each.duty.state in MAY_CHECK_IN]
    lines: list[Part] = [text("checkin-none")]
    if done:
        lines = [text("checked-in-before"), *checked_in(ctx, done[0].duty)["lines"]]
    if ahead:
        shift = shift_line(ahead[0].shift, ahead[0].post, ahead[0].duty.role)
        opens = when(ahead[0].shift.starts_at - ctx.policy.checkin_opens)
        lines.append(text("checkin-next", shift=shift, opens=opens))
    return lines if done or ahead else [text("mine-none")]


def checkin_rows(opened: Sequence[MyShift]) -> list[list[dict[str, object]]]:
    if len(opened) == 1:
        return [[button(text("button-checkin"), f"a:checkin:{short(opened[0].duty.id)}")]]
    return [
        [button(text("button-checkin-at", post=each.post.name), f"a:checkin:{short(each.duty.id)}")]
        for each in opened
    ]


def duty(ctx: Context, rest: str) -> None:
    """值班: who is on duty now where this person is (the office: everywhere), and their own shifts."""
    if rest and asked(ctx, f"/duty {rest}"):
        return
    area = _area(ctx)
    everywhere = ctx.by.has(SAFETY_OFFICE, OFFICE_LEADER, ADMIN)
    running = [
        one
        for one in who_is_on(ctx.session, county=ctx.county, at=ctx.now)
        if everywhere or one.post.area is None or (area is not None and covers(area, one.post.area))
    ]
    where = area_index(ctx.session, county=ctx.county).name(ctx.county if everywhere else area or ctx.county)
    lines: list[Part] = [text("duty-now", area=where) if running else text("duty-now-nobody", area=where)]
    for one in running[:LINES_MOST]:
        lines += post_lines(one)
    if len(running) > LINES_MOST:
        lines.append(text("duty-now-more", count=len(running) - LINES_MOST))
    mine = my_shifts(ctx.session, by=ctx.by, now=ctx.now, limit=MINE_MOST)
    lines += _mine_lines(ctx, mine)
    opened = [each for each in mine if _is_open(ctx, each)]
    rows = [*(checkin_rows(opened) if opened else []), *duty_buttons(ctx, running, mine)]
    rows += [[button(text("button-other-town"), "a:who:towns")], *INCIDENT_ROW]
    ctx.reply(content(*lines, buttons=rows))


def _area(ctx: Context) -> str | None:
    """The town a person belongs to: by their home, else by what they answer for."""
    areas = [ctx.person.area, *(grant.area for grant in ctx.by.grants)]
    return next((area[:9] for area in areas if area and len(area) >= 9), None)


def _mine_lines(ctx: Context, mine: Sequence[MyShift]) -> list[Part]:
    if not mine:
        return [text("mine-none")]
    return [text("mine-head"), *(_mine_line(ctx, each) for each in mine)]


def _presence(ctx: Context, each: MyShift) -> Text:
    """Whether one is in; past the shift's end, that one still waits to be relieved."""
    held = each.duty.state == CHECKED_IN and is_held(each.shift, ctx.now)
    return text("presence-held" if held else PRESENCE[each.duty.state])


def _mine_line(ctx: Context, each: MyShift) -> Text:
    shift = shift_line(each.shift, each.post, each.duty.role)
    if each.duty.state == CHECKED_IN or each.shift.starts_at <= ctx.now:
        return text("mine-now", shift=shift, presence=_presence(ctx, each))
    return text("mine-ahead", shift=shift)
