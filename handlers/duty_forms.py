"""The form of a check-in that asks for a place or a photo."""

from typing import Any

from handlers.answers import parse_photo, parse_place
from handlers.context import Body, Context
from handlers.forms import Answer, Answers, Form, Step, value
from handlers.handover_view import awaiting
from handlers.inbound import Inbound
from models.base import UserError
from models.checkin import PHOTOS_MAX, check_in, ready_to_check_in
from models.duty import Post, Shift, ShiftDuty
from models.duty_notices import shift_line, team_lines
from models.geo import Point
from models.text import Part, clock, content, text


def checked_in(ctx: Context, duty: ShiftDuty) -> Body:
    """What someone is told who is in: since when, what the office hears of it, who else is there."""
    shift = ctx.session.get_one(Shift, (ctx.county, duty.shift_id))
    post = ctx.session.get_one(Post, (ctx.county, shift.post_id))
    assert duty.checked_at is not None
    lines: list[Part] = [text("checked-in", post=post.name, at=clock(duty.checked_at))]
    if duty.late_minutes:
        lines.append(text("checked-in-late", minutes=duty.late_minutes))
    if duty.outside:
        lines.append(text("checked-in-outside", metres=duty.distance))
    team = team_lines(ctx.session, shift, without=duty.person_id)
    if team:
        lines += [text("checked-in-team"), *team]
    handed, buttons = awaiting(ctx, shift)
    return content(*lines, *handed, buttons=buttons)


_PLACE_FAULTS = {"place-unclear": "checkin-place-unclear", "place-outside": "checkin-place-outside"}


def _parse_place(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """A place as in a report, but one that cannot be left out."""
    try:
        return parse_place(ctx, answers, inbound)
    except UserError as error:
        raise UserError(_PLACE_FAULTS.get(error.key, error.key), **error.params) from None


def _parse_photo(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    return parse_photo("photo", PHOTOS_MAX, ctx=ctx, answers=answers, inbound=inbound)


def _checkin_intro(ctx: Context, meta: dict[str, Any]) -> list[Part]:
    duty, shift, post = ready_to_check_in(
        ctx.session, by=ctx.by, duty_id=int(meta["duty"]), now=ctx.now, policy=ctx.policy
    )
    return [shift_line(shift, post, duty.role)]


def _check_in(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    place = value(answers, "place")
    duty = check_in(
        ctx.session,
        by=ctx.by,
        duty_id=int(meta["duty"]),
        now=ctx.now,
        policy=ctx.policy,
        place=Point(**place) if place else None,
        photo_ids=value(answers, "photo") or [],
    )
    return checked_in(ctx, duty)


def asked_of(post: Post) -> Answers:
    """What the form should know of the post: which of its questions are asked."""
    return {"asked": {"v": {"photo": post.needs_photo, "place": post.needs_place}, "s": ""}}


def _asks(name: str, answers: Answers) -> bool:
    return bool(value(answers, "asked", {}).get(name))


CHECKIN = Form(
    "checkin",
    1,
    (
        Step(
            "photo",
            "ask-checkin-photo",
            _parse_photo,
            when=lambda answers: _asks("photo", answers),
            catches="photo",
        ),
        Step(
            "place",
            "ask-checkin-place",
            _parse_place,
            when=lambda answers: _asks("place", answers),
            hint="location",
            catches="location",
        ),
    ),
    _check_in,
    review=False,
    intro=_checkin_intro,
)
