"""The roster in the chat: periods and who is missing where, the empty table, publishing what was sent in."""

from handlers.context import Context, id_of
from handlers.conversations import open_form
from handlers.duty_period import PERIOD, day_answer, level_name
from handlers.duty_who import town_of
from handlers.forms import Answers
from models.base import UserError, short
from models.calendar import calendar_of
from models.calendar_upload import missing_lines
from models.coverage_watch import coverage_lines, period_gaps, years_needed
from models.duty import ONSITE, KeyPeriod
from models.people import ADMIN, INVITATION_LASTS, SAFETY_OFFICE, require
from models.periods import period_by_id, periods_ahead
from models.posts import posts_of
from models.roster_review import leaderless_lines, without_leader
from models.roster_view import MAY_SEE, may_see_post, sees_period
from models.shift_changes import Published
from models.text import Part, button, content, document, series, text, when
from models.upload_notices import file_name, names_line
from models.uploads import (
    MAY_SEND_ROSTERS,
    discard_upload,
    invite_rostered,
    own_upload,
    publish_upload,
    waiting_people,
)

MAY_PLAN = (SAFETY_OFFICE, ADMIN)
PERIODS, GAPS = 5, 8  # shown in one message


def roster(ctx: Context, rest: str) -> None:
    """值班表: the key periods ahead with what is not covered; the tables to fill in. Error: not-allowed."""
    _may_see(ctx)
    ahead = periods_ahead(ctx.session, county=ctx.county, now=ctx.now)
    periods = [period for period in ahead if sees_period(ctx.by, period)][:PERIODS]
    lines: list[Part] = [text("roster-head") if periods else text("roster-none")]
    rows = []
    for period in periods:
        lines += _period_lines(ctx, period)
        key = short(period.id)
        rows.append(
            [
                button(text("button-period", period=period.name), f"a:period:{key}"),
                button(text("button-template", period=period.name), f"a:template:{key}"),
            ]
        )
    calendar = calendar_of(ctx.session, county=ctx.county)
    lines += missing_lines(calendar, years=years_needed(ctx.policy.local(ctx.now).date()))
    if ctx.by.has(*MAY_SEND_ROSTERS):
        lines.append(text("roster-how"))
    if ctx.by.has(*MAY_SEND_ROSTERS):
        rows.append([button(text("button-posts"), "a:posts")])
    if ctx.by.has(*MAY_PLAN):
        rows[-1].append(button(text("button-new-period"), "a:newperiod"))
    ctx.reply(content(*lines, buttons=rows))


def _period_lines(ctx: Context, period: KeyPeriod) -> list[Part]:
    lines: list[Part] = [
        text("roster-period", period=period.name, starts=when(period.starts_at), ends=when(period.ends_at))
    ]
    if period.level != ONSITE:
        lines.append(text("roster-level", level=level_name(period.level)))
    if period.report_times:
        lines.append(text("roster-reports", times=series(period.report_times)))
    posts = posts_of(ctx.session, county=ctx.county, area=period.area)
    if not any(may_see_post(ctx.by, post.area) for post in posts):
        return [*lines, text("roster-no-posts")]
    found = period_gaps(ctx.session, period=period, now=ctx.now, policy=ctx.policy)
    gaps = [gap for gap in found if may_see_post(ctx.by, gap.post.area)]
    alone = [
        (shift, post)
        for shift, post in without_leader(ctx.session, period=period, now=ctx.now)
        if may_see_post(ctx.by, post.area)
    ]
    if not gaps and not alone:
        return [*lines, text("roster-covered")]
    lines += coverage_lines(period, gaps[:GAPS])[1:]
    if len(gaps) > GAPS:
        lines.append(text("roster-more", count=len(gaps) - GAPS))
    return lines + leaderless_lines(alone)


def _may_see(ctx: Context) -> None:
    if not ctx.by.has(*MAY_SEE):
        raise UserError("not-allowed")


def template(ctx: Context, args: list[str]) -> None:
    """The empty roster of a period, as a file. Errors: not-allowed, period-unknown."""
    _may_see(ctx)
    period = period_by_id(ctx.session, county=ctx.county, period_id=id_of(args))
    name = text("roster-file-name", period=period.name)
    sheet = document(name, "roster", period=period.id, area=town_of(ctx))
    ctx.reply(content(text("roster-template", period=period.name), text("roster-how"), file=sheet))


def new_period(ctx: Context, args: list[str]) -> None:
    """A key period of the office's own; for a roster that fits none, with the days it covers."""
    require(ctx.by, *MAY_PLAN)
    answers: Answers = {}
    meta: dict[str, int] = {}
    if args:
        upload = own_upload(ctx.session, by=ctx.by, upload_id=id_of(args))
        meta["upload"] = upload.id
        for name, on in (("begins", upload.first_day), ("ends", upload.last_day)):
            if on is not None:
                answer = day_answer(on)
                answers[name] = {"v": answer.value, "s": answer.shown}
    open_form(ctx, PERIOD, answers=answers, meta=meta)


def publish(ctx: Context, args: list[str]) -> None:
    """发布: a roster that was previewed; who is newly named and has no chat can be invited next."""
    upload_id = id_of(args)
    period, done = publish_upload(ctx.session, by=ctx.by, upload_id=upload_id, now=ctx.now, policy=ctx.policy)
    ctx.toast = text("roster-published", period=period.name)
    lines: list[Part] = [ctx.toast, *published_lines(done.published)]
    waiting = waiting_people(ctx.session, by=ctx.by, upload_id=upload_id)
    lines += names_line("upload-without-chat", [person.name for person in waiting])
    offer = waiting and ctx.by.has(*MAY_PLAN)
    codes = [[button(text("button-codes"), f"a:codes:{short(upload_id)}")]]
    ctx.reply(content(*lines, buttons=codes if offer else None))


def published_lines(done: Published) -> list[Part]:
    """What a published roster changed, and how many were told."""
    counts = {"added": done.added, "changed": done.changed, "removed": done.removed}
    return [text("upload-changes", **counts), text("roster-told-count", told=done.told)]


def discard(ctx: Context, args: list[str]) -> None:
    """取消: nothing of the file is used."""
    upload = discard_upload(ctx.session, by=ctx.by, upload_id=id_of(args), now=ctx.now)
    ctx.toast = text("upload-given-up", name=file_name(upload.name))
    ctx.reply(content(ctx.toast))


def codes(ctx: Context, args: list[str]) -> None:
    """Invitations for those a roster names who have not joined, as a table. Error: not-allowed."""
    invited = invite_rostered(ctx.session, by=ctx.by, upload_id=id_of(args), now=ctx.now)
    if not invited:
        ctx.reply(content(text("codes-none")))
        return
    head = [text("codes-name"), text("codes-phone"), text("codes-code"), text("codes-expires")]
    rows = [[each.name, each.phone, each.code, when(each.expires_at)] for each in invited]
    table = document(text("codes-file"), "table", head=head, rows=rows)
    ctx.reply(content(text("codes-here", count=len(rows), days=INVITATION_LASTS.days), file=table))
