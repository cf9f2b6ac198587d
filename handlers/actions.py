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
    incident,
    spot,
    summary,
    swaps,
    timeline,
    violations,
    zero,
)
from handlers import incident_actions as incidents
from handlers.acks import answered
from handlers.assign_unit import assign_unit
from handlers.context import Context, id_of
from handlers.conversations import resume
from handlers.hazard_actions import VERBS
from handlers.hazard_photos import photos
from handlers.lists import page, pick
from handlers.reply_links import reply_link, revoke_link
from handlers.search import find
from handlers.unclear import report_it
from models.base import UserError
from models.text import content

Action = Callable[[Context, list[str]], None]


def ack(ctx: Context, args: list[str]) -> None:
    """收到: answer an alarm."""
    inbound = ctx.inbound
    group = (inbound.channel, inbound.address) if inbound.group is not None else None
    ctx.toast = answered(ctx, id_of(args), group)
    if ctx.inbound.group is None:
        ctx.reply(content(ctx.toast))


def resume_draft(ctx: Context, args: list[str]) -> None:
    """Take up a draft again."""
    resume(ctx, id_of(args))


ACTIONS: dict[str, Action] = {
    "ack": ack,
    "resume": resume_draft,
    "report_it": report_it,
    **VERBS,
    "reply_link": reply_link,
    "revoke_link": revoke_link,
    "list": page,
    "pick": pick,
    "find": find,
    "photos": photos,
    "assign_unit": assign_unit,
    "checkin": duty.checkin,
    "template": duty_roster.template,
    "newperiod": duty_roster.new_period,
    "publish": duty_roster.publish,
    "discard": duty_roster.discard,
    "codes": duty_roster.codes,
    "isee": incidents.see,
    "idone": incidents.done,
    "itime": incidents.time,
    "iadd": incidents.add,
    "icas": incidents.casualties,
    "ifacts": incidents.fill,
    "itext": incidents.report_text,
    "ilevel": incidents.level,
    "ifalse": incidents.false,
    "ifinal": incidents.final,
    "imerge": incidents.merge,
    "inochange": incidents.unchanged,
    "ilist": incident.page,
    "well": zero.well,
    "news": zero.news,
    "newsee": zero.see_news,
    "zerotimes": zero.zero_times,
    "here": spot.here,
    "spotstart": spot.start,
    "seed": spot.seed,
    "viol": violations.see,
    "viols": violations.page,
    "explain": violations.explain,
    "uphold": violations.uphold,
    "excuse": violations.excuse,
    "newviol": violations.new,
    "summary": summary.show,
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
    "days": duty_calendar.take,
    "who": duty_who.who,
    "period": duty_pages.period,
    "shifts": duty_pages.day_page,
    "shift": duty_pages.shift,
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
}


def act(ctx: Context, data: str) -> None:
    """Do what a tapped button stands for. Errors: form-old-button for anything that is no action of ours."""
    parts = data.split(":")
    action = ACTIONS.get(parts[1]) if len(parts) >= 2 and parts[0] == "a" else None
    if action is None:
        raise UserError("form-old-button")
    action(ctx, parts[2:])
