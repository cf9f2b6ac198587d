"""The form of a key period of the office's own: a flower expo, the flood season, the weeks after an accident."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from handlers.answers import areas, choose_area, clean, parse_town, words_only
from handlers.context import Body, Context
from handlers.days import read_day
from handlers.forms import Answer, Answers, Choice, Form, Step, value
from handlers.inbound import Inbound
from models.base import UserError, short
from models.calendar import calendar_of
from models.duty import DUTY_LEVELS, REACHABLE
from models.periods import NAME_MAX, add_period, report_times
from models.roster_cells import NotADate, read_date
from models.text import Part, Text, button, content, day, series, text
from models.uploads import read_again
from models.workdays import unknown_years

_BEHIND, _AHEAD = timedelta(days=60), timedelta(days=300)  # where a day without its year is looked for
EVERYWHERE = "all"
_TIMES = ("15:00", "09:00、15:00")  # 历下区 2013: every day before 15:00


def _parse_name(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    said = clean(" ".join(words_only(inbound, most=NAME_MAX).split()), most=NAME_MAX)
    return Answer(said, said)


def typed_day(ctx: Context, inbound: Inbound) -> date:
    """A typed day; without its year the nearest that fits, or one from today on ("明天", "下周五").

    Error: period-day.
    """
    said = words_only(inbound, most=40)
    today = ctx.policy.local(ctx.now).date()
    try:
        return read_date(said, first=today - _BEHIND, last=today + _AHEAD)
    except (NotADate, OverflowError):
        on = read_day(said, today=today, spans=False)
    if on is None:
        raise UserError("period-day", said=said)
    return on


def _parse_begins(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    return day_answer(typed_day(ctx, inbound))


def _parse_ends(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """The last day. Error: period-order, if it is before the first."""
    on = typed_day(ctx, inbound)
    begins = value(answers, "begins")
    if begins and on < date.fromisoformat(begins):
        raise UserError("period-order")
    return day_answer(on)


def day_answer(on: date) -> Answer:
    """A day as an answer."""
    return Answer(on.isoformat(), day(on))


def level_name(level: str) -> Text:
    """A duty level in words."""
    return text(f"duty-level-{level}")


def _levels(ctx: Context, answers: Answers) -> list[Choice]:
    return [Choice(level, level_name(level)) for level in DUTY_LEVELS]


def _parse_times(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    """Times of day, as typed. Errors: those of `report_times`."""
    times = report_times(words_only(inbound, most=60))
    return Answer(times, series(times))


def _choose_times(ctx: Context, answers: Answers, picked: str) -> Answer:
    return Answer(report_times(picked), picked)


def _areas(ctx: Context, answers: Answers) -> list[Choice]:
    index = areas(ctx)
    towns = [Choice(spot.code, spot.name) for spot in index.spots if spot.level == "town"]
    return [Choice(EVERYWHERE, text("period-everywhere")), *towns]


def _choose_area(ctx: Context, answers: Answers, picked: str) -> Answer:
    if picked == EVERYWHERE:
        return Answer(None, text("period-everywhere"))
    return choose_area(ctx, answers, picked)


def _midnight(ctx: Context, iso: str, *, days: int = 0) -> datetime:
    on = date.fromisoformat(iso) + timedelta(days=days)
    return datetime.combine(on, time(), ctx.policy.zone).astimezone(UTC)


def _add_period(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    """From the first day's midnight to the last day's; a roster that waited for it is read again."""
    period = add_period(
        ctx.session,
        by=ctx.by,
        name=value(answers, "name"),
        starts_at=_midnight(ctx, value(answers, "begins")),
        ends_at=_midnight(ctx, value(answers, "ends"), days=1),
        now=ctx.now,
        policy=ctx.policy,
        area=value(answers, "area"),
        level=value(answers, "level", REACHABLE),
        reports=value(answers, "reports") or [],
    )
    lines: list[Part] = [text("period-added", period=period.name), *_not_announced(ctx, answers)]
    waiting = meta.get("upload")
    if waiting and read_again(ctx.session, by=ctx.by, upload_id=int(waiting)):
        return content(*lines, text("period-reads-again"))
    template = button(text("button-template", period=period.name), f"a:template:{short(period.id)}")
    times = button(text("button-zero-times", period=period.name), f"a:zerotimes:{short(period.id)}")
    return content(*lines, text("roster-how"), buttons=[[template], [times]])


def _not_announced(ctx: Context, answers: Answers) -> list[Part]:
    """A line for each year of the period whose days off are not known."""
    first, last = (date.fromisoformat(value(answers, name)) for name in ("begins", "ends"))
    years = unknown_years(calendar_of(ctx.session, county=ctx.county), first, last)
    return [text("calendar-period-not-yet", year=str(year)) for year in years]


PERIOD = Form(
    "period",
    2,
    (
        Step("name", "ask-period-name", _parse_name),
        Step("begins", "ask-period-begins", _parse_begins),
        Step("ends", "ask-period-ends", _parse_ends),
        Step("level", "ask-period-level", choices=_levels, wide=True),
        Step(
            "reports",
            "ask-period-reports",
            _parse_times,
            lambda ctx, answers: [Choice(each, each) for each in _TIMES],
            optional=True,
            choose=_choose_times,
            numbered=False,
        ),
        Step("area", "ask-period-area", parse_town, _areas, choose=_choose_area),
    ),
    _add_period,
)
