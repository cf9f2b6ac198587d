"""Every one-tap action by its verb. A tap's value is `a:<verb>:<id>[:<more>]` and is never trusted."""

from collections.abc import Callable

from handlers import duty, duty_roster
from handlers.assign_unit import assign_unit
from handlers.context import Context
from handlers.conversations import resume
from handlers.hazard_actions import VERBS
from handlers.hazard_photos import photos
from handlers.lists import page, pick
from handlers.search import find
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
    **VERBS,
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
}


def act(ctx: Context, data: str) -> None:
    """Do what a tapped button stands for. Errors: form-old-button for anything that is no action of ours."""
    parts = data.split(":")
    action = ACTIONS.get(parts[1]) if len(parts) >= 2 and parts[0] == "a" else None
    if action is None:
        raise UserError("form-old-button")
    action(ctx, parts[2:])
