"""Sharing a roster out in the chat: asked for, looked at, published or asked for again."""

from handlers.context import Context, id_of
from handlers.conversations import open_form
from handlers.duty_roster import published_lines
from handlers.duty_rota_forms import ROTA
from handlers.forms import Answers
from models.base import UserError
from models.people import ADMIN, SAFETY_OFFICE, TOWN_OFFICER
from models.periods import period_by_id
from models.rota_proposals import discard_proposal, own_proposal, publish_proposal
from models.text import content, document, text

MAY_SHARE_OUT = (SAFETY_OFFICE, ADMIN, TOWN_OFFICER)


def rota(ctx: Context, args: list[str]) -> None:
    """排班, tapped at a period. Errors: not-allowed, period-unknown."""
    if not ctx.by.has(*MAY_SHARE_OUT):
        raise UserError("not-allowed")
    period = period_by_id(ctx.session, county=ctx.county, period_id=id_of(args))
    open_form(ctx, ROTA, answers={"period": {"v": str(period.id), "s": period.name}})


def rota_word(ctx: Context, rest: str) -> None:
    """排班, typed."""
    open_form(ctx, ROTA)


def publish(ctx: Context, args: list[str]) -> None:
    """发布: everyone whose shift changes is told."""
    period, done = publish_proposal(
        ctx.session, by=ctx.by, proposal_id=id_of(args), now=ctx.now, policy=ctx.policy
    )
    ctx.toast = text("roster-published", period=period.name)
    ctx.reply(content(ctx.toast, *published_lines(done)))


def table(ctx: Context, args: list[str]) -> None:
    """The proposal as the office's table: to print, or to change by hand and send back."""
    proposal = own_proposal(ctx.session, by=ctx.by, proposal_id=id_of(args))
    period = period_by_id(ctx.session, county=ctx.county, period_id=proposal.period_id)
    sheet = document(text("roster-file-name", period=period.name), "rota", proposal=proposal.id)
    ctx.reply(content(text("rota-table", period=period.name), file=sheet))


def again(ctx: Context, args: list[str]) -> None:
    """改条件: the form again with all its answers, each to be changed by a tap."""
    proposal = own_proposal(ctx.session, by=ctx.by, proposal_id=id_of(args))
    answers: Answers = proposal.form
    open_form(ctx, ROTA, answers=answers, meta={"again": True})


def discard(ctx: Context, args: list[str]) -> None:
    """取消: nothing of it is used."""
    discard_proposal(ctx.session, by=ctx.by, proposal_id=id_of(args), now=ctx.now)
    ctx.toast = text("rota-given-up")
    ctx.reply(content(ctx.toast))
