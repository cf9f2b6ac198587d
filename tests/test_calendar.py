"""The calendar against the official arrangements."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from models.audit import Event
from models.base import UserError
from models.calendar import Calendar, CalendarDay, DayRow, calendar_of, import_days
from models.people import person_actor
from tests.duty_fixtures import COUNTY, NOW, duty_session, town

__all__ = ["duty_session", "town"]

# 国办发明电〔2025〕7号, as gov.cn has it: every day off and every make-up workday.
OFF_2026 = {
    "元旦": ("01-01", "01-03"),
    "春节": ("02-15", "02-23"),
    "清明节": ("04-04", "04-06"),
    "劳动节": ("05-01", "05-05"),
    "端午节": ("06-19", "06-21"),
    "中秋节": ("09-25", "09-27"),
    "国庆节": ("10-01", "10-07"),
}
WORK_2026 = ("01-04", "02-14", "02-28", "05-09", "09-20", "10-10")

# The State Council's notices of the other years (国办发明电〔2019〕16号, 2020's Spring Festival as prolonged on
# 26 January 2020, 〔2020〕27号, 〔2021〕11号, 〔2022〕16号, 〔2023〕7号, 〔2024〕12号): first and last day off
# of each holiday, and the make-up workdays; held against PyPI's chinesecalendar 1.11.0 day by day besides.
NOTICES = {
    2020: (
        "01-01/01-01 01-24/02-02 04-04/04-06 05-01/05-05 06-25/06-27 10-01/10-08",
        "01-19 04-26 05-09 06-28 09-27 10-10",
    ),
    2021: (
        "01-01/01-03 02-11/02-17 04-03/04-05 05-01/05-05 06-12/06-14 09-19/09-21 10-01/10-07",
        "02-07 02-20 04-25 05-08 09-18 09-26 10-09",
    ),
    2022: (
        "01-01/01-03 01-31/02-06 04-03/04-05 04-30/05-04 06-03/06-05 09-10/09-12 10-01/10-07",
        "01-29 01-30 04-02 04-24 05-07 10-08 10-09",
    ),
    2023: (
        "12-31/01-02 01-21/01-27 04-05/04-05 04-29/05-03 06-22/06-24 09-29/10-06",
        "01-28 01-29 04-23 05-06 06-25 10-07 10-08",
    ),
    2024: (
        "12-30/01-01 02-10/02-17 04-04/04-06 05-01/05-05 06-08/06-10 09-15/09-17 10-01/10-07",
        "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    ),
    2025: (
        "01-01/01-01 01-28/02-04 04-04/04-06 05-01/05-05 05-31/06-02 10-01/10-08",
        "01-26 02-08 04-27 09-28 10-11",
    ),
}


def official(year):
    """Every day of a year as its notice has it: day → off. December days of the next year's New Year too."""
    if year == 2026:
        off, work = " ".join(f"{first}/{last}" for first, last in OFF_2026.values()), " ".join(WORK_2026)
    else:
        off, work = NOTICES[year]
    spans = [tuple(map(_month_day, span.split("/"))) for span in off.split()]
    free = {
        day for (first, last) in spans for day in days(date(year - (first > last), *first), date(year, *last))
    }
    following = NOTICES.get(year + 1, ("", ""))[0].split("/")[0]
    if following.startswith("12-"):
        free |= set(days(date(year, *_month_day(following)), date(year, 12, 31)))
    made_up = {date(year, *_month_day(day)) for day in work.split()}
    return {
        day: day in free or (day.weekday() >= 5 and day not in made_up)
        for day in days(date(year, 1, 1), date(year, 12, 31))
    }


def _month_day(said):
    month, day = said.split("-")
    return int(month), int(day)


def days(first, last):
    return [first + timedelta(days=each) for each in range((last - first).days + 1)]


@pytest.mark.parametrize("year", range(2020, 2027))
def test_every_day_of_a_year_is_as_the_notice_has_it(year):
    calendar = Calendar()
    assert {day: calendar.is_off(day) for day in official(year)} == official(year)


def test_the_spans_of_2026_carry_the_holidays_names():
    spans = {
        span.name: (f"{span.first:%m-%d}", f"{span.last:%m-%d}") for span in Calendar().holiday_spans(2026)
    }
    assert spans == OFF_2026


@pytest.mark.parametrize("year", NOTICES)
def test_earlier_years_are_as_their_notices_have_them(year):
    calendar = Calendar()
    off, work = NOTICES[year]
    assert " ".join(f"{s.first:%m-%d}/{s.last:%m-%d}" for s in calendar.holiday_spans(year)) == off
    moved = [
        day
        for day in days(date(year, 1, 1), date(year, 12, 31))
        if day.weekday() >= 5 and calendar.is_workday(day)
    ]
    assert " ".join(f"{day:%m-%d}" for day in moved) == work


def test_two_holidays_in_one_are_named_both():
    assert Calendar().holiday_spans(2023)[-1].name == "中秋节、国庆节"


def test_every_year_since_2001_is_announced_and_2027_is_not():
    calendar = Calendar()
    assert all(calendar.is_announced(year) for year in range(2001, 2027))
    assert not calendar.is_announced(2027)
    for ask in (lambda: calendar.is_off(date(2027, 1, 1)), lambda: calendar.holiday_spans(2027)):
        with pytest.raises(UserError, match="calendar-not-announced"):
            ask()


def notice(year=2027):
    """A table as the office would import it for a year: seven days in May and fourteen in October."""
    off = [*days(date(year, 5, 1), date(year, 5, 7)), *days(date(year, 10, 1), date(year, 10, 14))]
    rows = [DayRow(day, "劳动节" if day.month == 5 else "国庆节", True, "通知") for day in off]
    return [*rows, DayRow(date(year, 5, 8), "劳动节调休上班", False, "通知")]


def test_an_imported_notice_announces_a_year_and_the_package_adds_nothing_to_it():
    calendar = Calendar(notice())
    assert calendar.is_announced(2027)
    assert [(span.name, span.days) for span in calendar.holiday_spans(2027)] == [
        ("劳动节", 7),
        ("国庆节", 14),
    ]
    assert calendar.is_workday(date(2027, 5, 8))  # a Saturday made up
    assert calendar.is_workday(date(2027, 2, 8))  # the package would compute Spring Festival here
    assert calendar.is_off(date(2027, 6, 5))


def test_a_day_of_the_offices_own_announces_nothing_but_holds():
    calendar = Calendar(
        [DayRow(date(2027, 6, 10), "县庆", True), DayRow(date(2026, 10, 8), "县里放假", True)]
    )
    assert not calendar.is_announced(2027)
    assert calendar.is_off(date(2027, 6, 10))
    assert calendar.is_off(date(2026, 10, 8))


def test_the_office_imports_and_replaces_a_year(duty_session, town):
    office = town.actor("office")
    december = DayRow(date(2026, 12, 31), "元旦", True, "通知")
    assert import_days(duty_session, by=office, rows=[*notice(), december], now=NOW) == [2026, 2027]
    assert calendar_of(duty_session, county=COUNTY).is_off(date(2026, 12, 31))
    corrected = [row for row in notice() if row.day != date(2027, 5, 7)]
    import_days(duty_session, by=office, rows=corrected, now=NOW)
    calendar = calendar_of(duty_session, county=COUNTY)
    assert calendar.holiday_spans(2027)[0].days == 6
    assert calendar.is_off(date(2026, 12, 31))
    assert len(duty_session.exec(select(CalendarDay)).all()) == len(corrected) + 1
    events = duty_session.exec(select(Event).where(Event.subject == "calendar"))
    assert sorted(event.subject_id for event in events) == [2026, 2027, 2027]


def test_a_few_days_correct_a_year_and_do_not_replace_its_notice(duty_session, town):
    office = town.actor("office")
    import_days(duty_session, by=office, rows=notice(), now=NOW)
    import_days(duty_session, by=office, rows=[DayRow(date(2027, 5, 7), "劳动节", False)], now=NOW)
    calendar = calendar_of(duty_session, county=COUNTY)
    assert calendar.is_announced(2027)
    assert calendar.is_workday(date(2027, 5, 7))
    assert calendar.holiday_spans(2027)[0].days == 6


def test_an_empty_table_imports_nothing(duty_session, town):
    with pytest.raises(UserError, match="import-empty"):
        import_days(duty_session, by=town.actor("office"), rows=[], now=NOW)


def test_only_the_office_imports(duty_session, town):
    with pytest.raises(UserError, match="not-allowed"):
        import_days(
            duty_session,
            by=person_actor(duty_session, person=town.officer, channel="web"),
            rows=notice(),
            now=NOW,
        )
