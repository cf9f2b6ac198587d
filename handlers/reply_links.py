"""回复链接 by taps: the office gets one for a unit without an account, and makes those it gave out worthless."""

from typing import Any

from handlers.context import Context, id_of, in_private
from models.base import short
from models.hazard_sight import hazard_by_id
from models.hazard_states import WITH_OWNER
from models.hazards import Hazard
from models.reply_links import good_links, may_link, revoke_links
from models.reply_notices import link_on_demand, revoke_button, unit_name
from models.text import button, content, text


def link_buttons(ctx: Context, hazard: Hazard) -> list[dict[str, Any]]:
    """For "more": a link for the unit it was assigned to, and taking back those that are out."""
    if hazard.assigned_unit_id is None or not may_link(ctx.by, hazard):
        return []
    rows = []
    if hazard.state in WITH_OWNER:
        rows.append(button(text("button-reply-link"), f"a:reply_link:{short(hazard.id)}"))
    if good_links(ctx.session, hazard=hazard, now=ctx.now):
        rows.append(revoke_button(hazard))
    return rows


def _hazard(ctx: Context, args: list[str]) -> Hazard:
    """In private only: whoever reads a link can use it."""
    in_private(ctx)
    hazard_id = id_of(args)
    return hazard_by_id(ctx.session, by=ctx.by, hazard_id=hazard_id)


def reply_link(ctx: Context, args: list[str]) -> None:
    """生成回复链接: what to do with it, then the words to be forwarded."""
    hazard = _hazard(ctx, args)
    for body in link_on_demand(ctx.session, by=ctx.by, hazard=hazard, now=ctx.now, policy=ctx.policy):
        ctx.reply(body)


def revoke_link(ctx: Context, args: list[str]) -> None:
    """作废回复链接: all for this hazard; a second tap finds none."""
    hazard = _hazard(ctx, args)
    count = revoke_links(ctx.session, by=ctx.by, hazard=hazard, now=ctx.now)
    if not count:
        ctx.toast = text("links-revoked-before")
    else:
        ctx.toast = text("links-revoked", unit=unit_name(ctx.session, hazard), count=count)
    ctx.reply(content(ctx.toast))
