"""The forms of zero reports: what happened, and when a period's reports are due."""

from datetime import time
from functools import partial
from typing import Any

from handlers.answers import parse_photo, words_only
from handlers.context import Body, Context
from handlers.forms import Answer, Answers, Choice, Form, Step, value
from handlers.inbound import Inbound
from models.base import UserError
from models.period_checks import UNITS, set_reports
from models.periods import period_by_id
from models.text import Part, content, series, text, when
from models.zero_notices import given_line
from models.zero_reports import give_news, report_for
from models.zero_rounds import PHOTOS_MAX, PLACE_MAX, WORDS_MAX
from models.zero_times import NotATime, read_times


def _words(most: int, ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    said = words_only(inbound, most=most)
    return Answer(said, said)


def _photos(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    return parse_photo("photos", PHOTOS_MAX, ctx=ctx, answers=answers, inbound=inbound)


def _news_intro(ctx: Context, meta: dict[str, Any]) -> list[Part]:
    report, round_ = report_for(ctx.session, by=ctx.by, report_id=int(meta["report"]), now=ctx.now)
    if report.given_at is not None:
        return [given_line(report)]
    return [text("zero-mine", unit=report.name, at=when(round_.at))]


def _news(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    report = give_news(
        ctx.session,
        by=ctx.by,
        report_id=int(meta["report"]),
        what=value(answers, "what"),
        place=value(answers, "where") or "",
        photo_ids=value(answers, "photos") or [],
        now=ctx.now,
        policy=ctx.policy,
    )
    lines: list[Part] = [text("zero-news-done", unit=report.name)]
    if report.late_minutes:
        lines.append(text("zero-late-by", minutes=report.late_minutes))
    return content(*lines)


NEWS = Form(
    "news",
    1,
    (
        Step("what", "ask-news-what", partial(_words, WORDS_MAX)),
        Step("where", "ask-news-where", partial(_words, PLACE_MAX), optional=True),
        Step("photos", "ask-news-photos", _photos, many=PHOTOS_MAX, optional=True, catches="photo"),
    ),
    _news,
    review=False,
    intro=_news_intro,
)


def _by_choices(ctx: Context, answers: Answers) -> list[Choice]:
    return [Choice(unit, text(f"reports-by-{unit}")) for unit in UNITS]


def _times_choices(ctx: Context, answers: Answers) -> list[Choice]:
    usual = tuple(f"{each:%H:%M}" for each in ctx.policy.report_times)
    sets = dict.fromkeys(filter(None, [usual, ("09:00", "15:00"), ("09:00", "15:00", "21:00")]))
    return [*(Choice(" ".join(each), series(each)) for each in sets), Choice("0", text("reports-none"))]


def _times(said: str) -> list[time]:
    try:
        return read_times(said)
    except NotATime as unclear:
        raise UserError("zero-times-unclear", said=str(unclear)[:20]) from None


def _answer(times: list[time]) -> Answer:
    typed = [f"{each:%H:%M}" for each in times]
    return Answer(typed, series(typed) if typed else text("reports-none"))


def _parse_times(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    return _answer(_times(words_only(inbound, most=100)))


def _choose_times(ctx: Context, answers: Answers, picked: str) -> Answer:
    return _answer(_times(picked))


def _reports_intro(ctx: Context, meta: dict[str, Any]) -> list[Part]:
    return [period_by_id(ctx.session, county=ctx.county, period_id=int(meta["period"])).name]


def _set(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    period = period_by_id(ctx.session, county=ctx.county, period_id=int(meta["period"]))
    times = [time.fromisoformat(each) for each in value(answers, "times")]
    plan = set_reports(
        ctx.session,
        by=ctx.by,
        period_id=period.id,
        unit=value(answers, "by"),
        times=times,
        now=ctx.now,
        policy=ctx.policy,
    )
    if not times:
        return content(text("zero-times-off", period=period.name))
    by = text(f"reports-by-{plan.report_by}")
    return content(text("zero-times-set", period=period.name, by=by, times=series(plan.report_times)))


REPORTS = Form(
    "reports",
    1,
    (
        Step("by", "ask-reports-by", choices=_by_choices),
        Step(
            "times",
            "ask-reports-times",
            _parse_times,
            _times_choices,
            numbered=False,
            wide=True,
            choose=_choose_times,
        ),
    ),
    _set,
    intro=_reports_intro,
)
