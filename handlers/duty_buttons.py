"""The buttons under 值班: what this person can do about the duty just now."""

from collections.abc import Sequence
from typing import Any

from handlers.context import Context
from models.base import short
from models.duty import CHECKED_IN, EXPECTED, STANDBY
from models.duty_views import MyShift, OnDuty
from models.on_post import is_on_post
from models.posts import may_edit_post
from models.text import button, text

_Rows = list[list[dict[str, Any]]]


def duty_buttons(ctx: Context, running: Sequence[OnDuty], mine: Sequence[MyShift]) -> _Rows:
    """On post: the log. A coming shift: to swap it. Who may edit the roster: to put someone on. The history."""
    rows: _Rows = []
    here = [
        each for each in mine if each.duty.state == CHECKED_IN and is_on_post(each.duty, each.shift, ctx.now)
    ]
    if here:
        log = button(text("button-log"), f"a:log:{short(here[0].post.id)}")
        rows.append([button(text("button-write-log"), "a:note"), log])
    coming = [
        each for each in mine if each.shift.starts_at > ctx.now and each.duty.state in (EXPECTED, STANDBY)
    ]
    last = [button(text("button-swap"), "a:swap")] if coming else []
    answers_for = any(may_edit_post(ctx.by, one.post.area) for one in running)
    if answers_for:
        last.append(button(text("button-takeover"), "a:takeover"))
    if mine or answers_for:
        last.append(button(text("button-timeline"), "a:timeline"))
    return [*rows, *([last] if last else [])]
