"""A shift's history in the chat, by tap or by word."""

from handlers.context import Context, id_of
from models.base import UserError, short
from models.duty_notices import role_name
from models.duty_views import my_shifts, who_is_on
from models.text import Part, button, content, series, text, when
from models.timeline import Happened, may_see_timeline, shift_timeline

EVENTS_MOST = 40
SHIFTS_MOST = 20


def word(ctx: Context, rest: str) -> None:
    """班次记录: of one's own shifts, and of those that run where one answers for them."""
    mine = my_shifts(ctx.session, by=ctx.by, now=ctx.now, limit=SHIFTS_MOST)
    found = {each.shift.id: (each.shift, each.post) for each in mine}
    for one in who_is_on(ctx.session, county=ctx.county, at=ctx.now):
        if may_see_timeline(ctx.session, by=ctx.by, shift=one.shift, post=one.post):
            found.setdefault(one.shift.id, (one.shift, one.post))
    if not found:
        raise UserError("timeline-none")
    rows = []
    for shift, post in list(found.values())[:SHIFTS_MOST]:
        label = text("timeline-shift", post=post.name, starts=when(shift.starts_at))
        rows.append([button(label, f"a:timeline:{short(shift.id)}")])
    ctx.reply(content(text("timeline-which"), buttons=rows))


def tap(ctx: Context, args: list[str]) -> None:
    """`timeline:<shift>`, or `timeline` to choose. Errors: form-old-button, shift-unknown, not-allowed."""
    if not args:
        word(ctx, "")
        return
    shift_id = id_of(args)
    shift, post, happened = shift_timeline(ctx.session, by=ctx.by, shift_id=shift_id)
    head = text("timeline-head", post=post.name, starts=when(shift.starts_at), ends=when(shift.ends_at))
    lines: list[Part] = [head]
    if len(happened) > EVENTS_MOST:
        lines.append(text("timeline-more", count=len(happened) - EVENTS_MOST))
    lines += [line for each in happened[-EVENTS_MOST:] for line in _lines(each)]
    ctx.reply(content(*lines))


def _lines(each: Happened) -> list[Part]:
    """An event as a person reads it; under a change of the roster, who is off and who is on."""
    what = text(f"happened-{each.what}", by=each.by or text("system-name"), about=series(each.about))
    if each.reason:
        lines: list[Part] = [text("timeline-line-reason", at=when(each.at), what=what, reason=each.reason)]
    else:
        lines = [text("timeline-line", at=when(each.at), what=what)]
    for key, people in (("timeline-off", each.off), ("timeline-on", each.on)):
        if people:
            named = series(text("duty-who", role=role_name(role), name=name) for name, role in people)
            lines.append(text(key, people=named))
    if each.moved:
        lines.append(text("timeline-hours"))
    return lines
