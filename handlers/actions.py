"""Every one-tap action by its verb. A tap's value is `a:<verb>:<id>[:<more>]` and is never trusted."""

from collections.abc import Callable

from handlers import (
    duty,
    duty_calendar,
    duty_edit,
    duty_feed,
    duty_leave,
    duty_log,
    duty_pages,
    duty_post,
    duty_roster,
    duty_rota,
    duty_who,
    handovers,
    swaps,
    timeline,
)
from handlers import hazard_actions as hazards
from handlers.context import Context
from handlers.conversations import resume
from handlers.lists import page
from models.alarms import acknowledge
from models.base import UserError, unshort
from models.text import content, text

Action = Callable[[Context, list[str]], None]


def ack(ctx: Context, args: list[str]) -> None:
    """收到: answer an alarm."""
    inbound = ctx.inbound
    group = (inbound.channel, inbound.address) if inbound.group is not None else None
    alarm = acknowledge(
        ctx.session, by=ctx.by, alarm_id=_id(args), now=ctx.now, policy=ctx.policy, group=group
    )
    mine = alarm.acked_by == ctx.person_id
    if alarm.acked_by is None:
        ctx.toast = text("acked-over")
    else:
        ctx.toast = text("acked-mine") if mine else text("acked-before", name=alarm.acked_name)
    if ctx.inbound.group is None:
        ctx.reply(content(ctx.toast))


def resume_draft(ctx: Context, args: list[str]) -> None:
    """Take up a draft again."""
    resume(ctx, _id(args))


def _id(args: list[str]) -> int:
    try:
        return unshort(args[0])
    except (ValueError, IndexError):
        raise UserError("form-old-button") from None


ACTIONS: dict[str, Action] = {
    "ack": ack,
    "resume": resume_draft,
    "see": hazards.see,
    "verify": hazards.verify,
    "reject": hazards.reject,
    "assign": hazards.assign,
    "accept": hazards.accept,
    "fix": hazards.fix,
    "pass": hazards.pass_,
    "fail": hazards.fail,
    "close": hazards.close,
    "correct": hazards.correct,
    "withdraw": hazards.withdraw,
    "list": page,
    "checkin": duty.checkin,
    "template": duty_roster.template,
    "newperiod": duty_roster.new_period,
    "publish": duty_roster.publish,
    "discard": duty_roster.discard,
    "codes": duty_roster.codes,
    "days": duty_calendar.take,
    "who": duty_who.who,
    "period": duty_pages.period,
    "shifts": duty_pages.day_page,
    "shift": duty_pages.shift,
    "history": duty_pages.history,
    "standing": duty_pages.standing,
    "replace": duty_edit.replace,
    "exchange": duty_edit.exchange,
    "rota": duty_rota.rota,
    "rotapublish": duty_rota.publish,
    "rotatable": duty_rota.table,
    "rotaagain": duty_rota.again,
    "rotadiscard": duty_rota.discard,
    "posts": duty_post.posts,
    "post": duty_post.edit_post,
    "newpost": duty_post.new_post,
    "leavenew": duty_leave.new_leave,
    "leavecancel": duty_leave.cancel,
    "feed": duty_feed.make,
    "feedpost": duty_feed.make_for_post,
    "feedposts": duty_feed.choose_post,
    "feedstop": duty_feed.stop,
    "note": duty_log.note_tap,
    "log": duty_log.log_tap,
    "logpics": duty_log.photos,
    "handover": handovers.fill,
    "takeon": handovers.take_on,
    "askback": handovers.question,
    "release": handovers.release,
    "swap": swaps.start,
    "swapyes": swaps.yes,
    "swapno": swaps.no,
    "swapall": swaps.everyone,
    "swapoff": swaps.withdraw,
    "swapok": swaps.approve,
    "swapbad": swaps.refuse,
    "takeover": swaps.takeover,
    "timeline": timeline.tap,
}


def act(ctx: Context, data: str) -> None:
    """Do what a tapped button stands for. Errors: form-old-button for anything that is no action of ours."""
    parts = data.split(":")
    action = ACTIONS.get(parts[1]) if len(parts) >= 2 and parts[0] == "a" else None
    if action is None:
        raise UserError("form-old-button")
    action(ctx, parts[2:])
