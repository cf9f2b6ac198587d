"""The roster by pages: a key period, a day of it, one shift with its people and its history."""

from datetime import date
from typing import Any

from handlers.context import Context, id_of
from handlers.duty_who import PRESENCE, person_line, town_of
from models.base import UserError, short
from models.duty import KeyPeriod
from models.duty_notices import place_lines
from models.duty_views import OnDuty
from models.periods import period_by_id
from models.posts import may_edit_post
from models.roster_view import MAY_SEE, days_ahead, sees_period, shift_seen, shifts_on
from models.text import Part, button, clock, content, day, document, series, text, when
from models.timeline import may_see_timeline

DAYS_MOST, SHIFTS_MOST = 12, 6
Rows = list[list[dict[str, Any]]]


def _period(ctx: Context, args: list[str]) -> KeyPeriod:
    """Errors: not-allowed, period-unknown."""
    if not ctx.by.has(*MAY_SEE):
        raise UserError("not-allowed")
    period = period_by_id(ctx.session, county=ctx.county, period_id=id_of(args))
    if not sees_period(ctx.by, period):
        raise UserError("not-allowed")
    return period


def period(ctx: Context, args: list[str]) -> None:
    """A key period: its days with shifts, the roster as a file, sharing it out."""
    chosen = _period(ctx, args)
    key = short(chosen.id)
    days = days_ahead(ctx.session, by=ctx.by, now=ctx.now, policy=ctx.policy, period_id=chosen.id)
    lines: list[Part] = [
        text("roster-period", period=chosen.name, starts=when(chosen.starts_at), ends=when(chosen.ends_at)),
        text("period-days") if days else text("period-no-shifts"),
    ]
    found = [button(day(on), f"a:shifts:{key}:{on:%Y%m%d}") for on in days[:DAYS_MOST]]
    rows: Rows = [found[at : at + 2] for at in range(0, len(found), 2)]
    if days:
        rows.append([button(text("button-standing"), f"a:standing:{key}")])
    if may_edit_post(ctx.by, town_of(ctx)):
        rows.append([button(text("button-rota"), f"a:rota:{key}")])
    ctx.reply(content(*lines, buttons=rows))


def standing(ctx: Context, args: list[str]) -> None:
    """The roster of a period as it stands, as a file; of their town for a town's officer."""
    chosen = _period(ctx, args)
    area = town_of(ctx)
    sheet = document(text("roster-file-name", period=chosen.name), "standing", period=chosen.id, area=area)
    ctx.reply(content(text("roster-standing", period=chosen.name), file=sheet))


def day_page(ctx: Context, args: list[str]) -> None:
    """The shifts that begin on a day, a few at a time: a:shifts:<period>:<day>[:<from>]."""
    chosen = _period(ctx, args)
    try:
        on = date.fromisoformat(args[1])
        first = int(args[2]) if len(args) > 2 else 0
    except (ValueError, IndexError):
        raise UserError("form-old-button") from None
    found = shifts_on(ctx.session, by=ctx.by, day=on, policy=ctx.policy, period_id=chosen.id)
    lines: list[Part] = [text("shifts-on", day=day(on), period=chosen.name, count=len(found))]
    rows: Rows = []
    for one in found[first : first + SHIFTS_MOST]:
        lines += [_shift_line(one)]
        label = text("shift-choice", post=one.post.name, at=clock(one.shift.starts_at))
        rows.append([button(label, f"a:shift:{short(one.shift.id)}")])
    turn = []
    key = f"a:shifts:{short(chosen.id)}"
    if first + SHIFTS_MOST < len(found):
        turn.append(button(text("button-more"), f"{key}:{on:%Y%m%d}:{first + SHIFTS_MOST}"))
    days = days_ahead(ctx.session, by=ctx.by, now=ctx.now, policy=ctx.policy, period_id=chosen.id)
    following = next((each for each in days if each > on), None)
    if following is not None:
        turn.append(button(text("button-next-day", day=day(following)), f"{key}:{following:%Y%m%d}"))
    ctx.reply(content(*lines, buttons=[*rows, turn] if turn else rows))


def _shift_line(one: OnDuty) -> Part:
    names = series(person.name for _, person in one.people) if one.people else text("none")
    return text(
        "shift-line",
        post=one.post.name,
        starts=clock(one.shift.starts_at),
        ends=when(one.shift.ends_at),
        names=names,
    )


def shift(ctx: Context, args: list[str]) -> None:
    """One shift: place, telephone, its people; what may be changed. Errors: duty-unknown, not-allowed."""
    one = shift_seen(ctx.session, by=ctx.by, shift_id=id_of(args))
    lines: list[Part] = [
        text(
            "shift-head", post=one.post.name, starts=when(one.shift.starts_at), ends=when(one.shift.ends_at)
        ),
        *place_lines(one.post),
    ]
    if one.shift.removed_at is not None:
        lines.append(text("shift-removed"))
    begun = one.shift.starts_at <= ctx.now
    lines += [person_line(duty, person, PRESENCE if begun else {}) for duty, person in one.people]
    rows: Rows = []
    over = one.shift.ends_at <= ctx.now or one.shift.removed_at is not None
    if may_edit_post(ctx.by, one.post.area) and not over:
        for duty, person in one.people:
            rows.append(
                [
                    button(text("button-replace", name=person.name), f"a:replace:{short(duty.id)}"),
                    button(text("button-exchange", name=person.name), f"a:exchange:{short(duty.id)}"),
                ]
            )
    if may_see_timeline(ctx.session, by=ctx.by, shift=one.shift, post=one.post):
        rows.append([button(text("button-timeline"), f"a:timeline:{short(one.shift.id)}")])
    ctx.reply(content(*lines, buttons=rows))
