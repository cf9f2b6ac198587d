"""The calendar in the chat: which days are off, which are worked for it, and taking over a notice sent in."""

from datetime import date, timedelta

from handlers.context import Context, id_of
from models.calendar import Calendar, calendar_of
from models.calendar_upload import missing_lines, span_line
from models.people import ADMIN, SAFETY_OFFICE
from models.text import Part, content, day, series, text
from models.uploads import take_upload_days

AHEAD = timedelta(days=400)


def days_off(ctx: Context, rest: str) -> None:
    """放假: whether today is worked, the holidays ahead with the days worked for them, the years still unknown."""
    calendar = calendar_of(ctx.session, county=ctx.county)
    today = ctx.policy.local(ctx.now).date()
    years = (today.year, today.year + 1)
    lines: list[Part] = [*_today(calendar, today)]
    for year in years:
        if calendar.is_announced(year):
            lines += _year(calendar, year, today)
    lines += missing_lines(calendar, years=years)
    if ctx.by.has(SAFETY_OFFICE, ADMIN):
        lines.append(text("calendar-how"))
    ctx.reply(content(*lines))


def _today(calendar: Calendar, today: date) -> list[Part]:
    if not calendar.is_announced(today.year):
        return []
    key = "calendar-today-worked" if calendar.is_workday(today) else "calendar-today-off"
    return [text(key, day=day(today))]


def _year(calendar: Calendar, year: int, today: date) -> list[Part]:
    """The year's holidays that are not over, each as it was announced, and the weekend days worked for them."""
    lines: list[Part] = [span_line(span) for span in calendar.holiday_spans(year) if span.last >= today]
    lines += [text("calendar-worked", day=day(on)) for on in calendar.make_up_days(year) if on >= today]
    return [text("calendar-ahead", year=str(year)), *lines] if lines else []


def take(ctx: Context, args: list[str]) -> None:
    """导入: the notice that was previewed. Errors: form-old-button, those of `take_upload_days`."""
    upload_id = id_of(args)
    taken = take_upload_days(ctx.session, by=ctx.by, upload_id=upload_id, now=ctx.now, policy=ctx.policy)
    known = [year for year in taken.years if year not in taken.missing]
    lines: list[Part] = [text("calendar-taken", year=str(year)) for year in known]
    lines += [text("calendar-too-few", year=str(year)) for year in taken.missing]
    if taken.periods:
        names = series(period.name for period in taken.periods)
        lines.append(text("calendar-periods", count=len(taken.periods), names=names))
    ctx.toast = lines[0]
    ctx.reply(content(*lines))
