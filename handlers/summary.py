"""The summary of a key period in the chat: of the one that runs or ended last, or of another by a tap."""

from handlers.context import Context, id_of
from models.base import UserError, short
from models.duty import KeyPeriod
from models.people import ADMIN, OFFICE_LEADER, SAFETY_OFFICE, require
from models.period_checks import periods_planned
from models.period_end import summary_body
from models.periods import period_by_id
from models.text import button, content, text

MAY_SEE = (SAFETY_OFFICE, OFFICE_LEADER, ADMIN)
PERIODS = 6


def summary(ctx: Context, rest: str) -> None:
    """值守小结: of the period that runs or ended last; earlier ones as buttons. Error: not-allowed."""
    require(ctx.by, *MAY_SEE)
    planned = periods_planned(ctx.session, county=ctx.county, now=ctx.now, limit=PERIODS * 2)
    begun = [period for period in planned if period.starts_at <= ctx.now][:PERIODS]
    if not begun:
        raise UserError("summary-none")
    _show(ctx, begun[0])
    if len(begun) > 1:
        rows = [[button(period.name, f"a:summary:{short(period.id)}")] for period in begun[1:]]
        ctx.reply(content(text("summary-which"), buttons=rows))


def show(ctx: Context, args: list[str]) -> None:
    """The summary of one period. Errors: not-allowed, form-old-button, period-unknown."""
    require(ctx.by, *MAY_SEE)
    period_id = id_of(args)
    _show(ctx, period_by_id(ctx.session, county=ctx.county, period_id=period_id))


def _show(ctx: Context, period: KeyPeriod) -> None:
    ctx.reply(summary_body(ctx.session, period=period, now=ctx.now, policy=ctx.policy))
