"""The forms of duty: a check-in that asks for a place or a photo, and a key period of the office's own."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from handlers.answers import clean, parse_photo, parse_place, words_only
from handlers.context import Body, Context
from handlers.forms import Answer, Answers, Form, Step, value
from handlers.handover_view import awaiting
from handlers.inbound import Inbound
from models.base import UserError, short
from models.checkin import PHOTOS_MAX, check_in, ready_to_check_in
from models.duty import Post, Shift, ShiftDuty
from models.duty_notices import INCIDENT_ROW, shift_line, team_lines
from models.geo import Point
from models.periods import NAME_MAX, add_period
from models.roster_cells import NotADate, read_date
from models.text import Part, button, clock, content, day, text
from models.uploads import read_again

_BEHIND, _AHEAD = timedelta(days=60), timedelta(days=300)  # where a day without its year is looked for


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
    return content(*lines, *handed, buttons=[*buttons, *INCIDENT_ROW])


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


def _parse_name(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    said = clean(" ".join(words_only(inbound, most=NAME_MAX).split()), most=NAME_MAX)
    return Answer(said, said)


def _day(ctx: Context, inbound: Inbound) -> date:
    """A typed day. Error: period-day."""
    said = words_only(inbound, most=40)
    today = ctx.policy.local(ctx.now).date()
    try:
        return read_date(said, first=today - _BEHIND, last=today + _AHEAD)
    except (NotADate, OverflowError):
        raise UserError("period-day", said=said) from None


def _parse_begins(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    return day_answer(_day(ctx, inbound))


def _parse_ends(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """The last day. Error: period-order, if it is before the first."""
    on = _day(ctx, inbound)
    begins = value(answers, "begins")
    if begins and on < date.fromisoformat(begins):
        raise UserError("period-order")
    return day_answer(on)


def day_answer(on: date) -> Answer:
    """A day as an answer."""
    return Answer(on.isoformat(), day(on))


def _midnight(ctx: Context, iso: str, *, days: int = 0) -> datetime:
    on = date.fromisoformat(iso) + timedelta(days=days)
    return datetime.combine(on, time(), ctx.policy.zone).astimezone(UTC)


def _add_period(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    """From the first day's midnight to the last day's; a roster that waited for it is read again."""
    period = add_period(
        ctx.session,
        by=ctx.by,
        name=value(answers, "name"),
        starts_at=_midnight(ctx, value(answers, "begins")),
        ends_at=_midnight(ctx, value(answers, "ends"), days=1),
        now=ctx.now,
        policy=ctx.policy,
    )
    lines: list[Part] = [text("period-added", period=period.name)]
    waiting = meta.get("upload")
    if waiting and read_again(ctx.session, by=ctx.by, upload_id=int(waiting)):
        return content(*lines, text("period-reads-again"))
    template = button(text("button-template", period=period.name), f"a:template:{short(period.id)}")
    times = button(text("button-zero-times", period=period.name), f"a:zerotimes:{short(period.id)}")
    return content(*lines, text("roster-how"), buttons=[[template], [times]])


PERIOD = Form(
    "period",
    1,
    (
        Step("name", "ask-period-name", _parse_name),
        Step("begins", "ask-period-begins", _parse_begins),
        Step("ends", "ask-period-ends", _parse_ends),
    ),
    _add_period,
)
