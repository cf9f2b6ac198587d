"""Zero reports in the chat: all well, something happened, the board, and the office's times for a period."""

from collections.abc import Sequence

from handlers.context import Context, id_of
from handlers.conversations import open_form
from handlers.zero_forms import NEWS, REPORTS
from models.base import UserError, short
from models.files import attached
from models.people import ADMIN, SAFETY_OFFICE, require
from models.periods import periods_ahead
from models.text import Part, button, content, text, when
from models.zero_board import board_lines, boards, may_see, sees_boards
from models.zero_notices import given_line, news_lines, report_buttons
from models.zero_reports import give_well, my_reports, report_for
from models.zero_rounds import GIVEN, ReportRound, ZeroReport

MAY_SET = (SAFETY_OFFICE, ADMIN)
PERIODS, BUTTONS, PHOTOS = 3, 6, 10


def well(ctx: Context, args: list[str]) -> None:
    """平安无事. Errors: form-old-button, report-unknown, not-allowed, report-over."""
    _well(ctx, id_of(args))


def _well(ctx: Context, report_id: int) -> None:
    report, first = give_well(ctx.session, by=ctx.by, report_id=report_id, now=ctx.now, policy=ctx.policy)
    if not first:
        ctx.toast = text("zero-given-before")
        ctx.reply(content(ctx.toast, given_line(report), text("zero-later-news")))
        return
    ctx.toast = text("zero-well-done", unit=report.name)
    lines: list[Part] = [ctx.toast]
    if report.late_minutes:
        lines.append(text("zero-late-by", minutes=report.late_minutes))
    ctx.reply(content(*lines, text("zero-later-news")))


def news(ctx: Context, args: list[str]) -> None:
    """有情况: a short form. Errors: form-old-button, report-unknown, not-allowed, report-over."""
    _news(ctx, id_of(args))


def _news(ctx: Context, report_id: int) -> None:
    report, _ = report_for(ctx.session, by=ctx.by, report_id=report_id, now=ctx.now)
    open_form(ctx, NEWS, meta={"report": report.id})


def well_word(ctx: Context, rest: str) -> None:
    """平安无事, typed: of the one report that is out; several are offered."""
    mine = _mine(ctx)
    awaited = [each for each in mine if each.state not in GIVEN]
    if len(awaited) == 1 or (not awaited and len(mine) == 1):
        _well(ctx, (awaited or mine)[0].id)
    else:
        _offer(ctx, awaited or mine)


def news_word(ctx: Context, rest: str) -> None:
    """有情况, typed: of the one report that is out, else of the last one given."""
    mine = _mine(ctx)
    awaited = [each for each in mine if each.state not in GIVEN]
    if len(awaited) > 1:
        _offer(ctx, awaited)
    elif mine:
        _news(ctx, mine[0].id)
    else:
        raise UserError("zero-none")


def _mine(ctx: Context) -> list[ZeroReport]:
    return my_reports(ctx.session, by=ctx.by, now=ctx.now, policy=ctx.policy)


def _offer(ctx: Context, reports: Sequence[ZeroReport]) -> None:
    if not reports:
        raise UserError("zero-none")
    lines: list[Part] = [text("zero-which")]
    rows = []
    for report in reports[:BUTTONS]:
        lines.append(_line(ctx, report))
        rows += report_buttons(report)
    ctx.reply(content(*lines, buttons=rows))


def _line(ctx: Context, report: ZeroReport) -> Part:
    if report.state in GIVEN:
        return given_line(report)
    round_ = ctx.session.get_one(ReportRound, (report.county, report.round_id))
    return text("zero-mine", unit=report.name, at=when(round_.at))


def zero(ctx: Context, rest: str) -> None:
    """零报告: the board of what they may see, the office's times; last, at hand, what this person has to report."""
    for board in boards(ctx.session, by=ctx.by, now=ctx.now, policy=ctx.policy):
        ctx.reply(content(*board_lines(ctx.session, board)))
    awaited = [each for each in _mine(ctx) if each.state not in GIVEN][:PERIODS]
    if not ctx.replies and not awaited:
        ctx.reply(content(text("zero-board-none" if sees_boards(ctx.by) else "zero-none")))
    for report in awaited:
        ctx.reply(content(_line(ctx, report), text("zero-typed"), buttons=report_buttons(report)))
    rows = _time_buttons(ctx) if ctx.by.has(*MAY_SET) else []
    if rows:
        ctx.replies[-1]["buttons"] = [*ctx.replies[-1].get("buttons", []), *rows]


def _time_buttons(ctx: Context) -> list[list[dict[str, object]]]:
    periods = periods_ahead(ctx.session, county=ctx.county, now=ctx.now, limit=PERIODS)
    return [
        [button(text("button-zero-times", period=period.name), f"a:zerotimes:{short(period.id)}")]
        for period in periods
    ]


def zero_times(ctx: Context, args: list[str]) -> None:
    """The times at which a period's reports are due, and by whom. Errors: form-old-button, not-allowed."""
    require(ctx.by, *MAY_SET)
    open_form(ctx, REPORTS, meta={"period": id_of(args)})


def see_news(ctx: Context, args: list[str]) -> None:
    """What is the matter, with its photos. Errors: form-old-button, report-unknown."""
    report = ctx.session.get(ZeroReport, (ctx.county, id_of(args)))
    if report is None or not may_see(ctx.by, report) or report.given_at is None:
        raise UserError("report-unknown")
    photos = attached(ctx.session, county=ctx.county, subject="report", subject_id=report.id, kind="news")
    ctx.reply(content(given_line(report), *news_lines(report), photos=photos[:PHOTOS]))
