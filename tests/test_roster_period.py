"""Which key period a roster belongs to."""

from datetime import date, timedelta

from models.duty import KeyPeriod
from models.policy import Policy
from models.roster_columns import DATE
from models.roster_period import fitting_period
from tests.period_county import at

FIRST = date(2026, 10, 1)


def period(name: str, days: int) -> KeyPeriod:
    return KeyPeriod(
        county="411024",
        key=name,
        name=name,
        source="office",
        starts_at=at(1),
        ends_at=at(1 + days),
        created_at=at(1),
    )


def chosen(*days: date) -> str:
    rows = [(number, {DATE: f"{day:%Y-%m-%d}"}) for number, day in enumerate(days)]
    both = [period("国庆节", 7), period("国庆值守", 8)]
    return fitting_period(rows, periods=both, today=FIRST, policy=Policy()).name


def test_a_day_beyond_the_holiday_belongs_to_the_offices_longer_period() -> None:
    assert chosen(*(FIRST + timedelta(days=day) for day in range(8))) == "国庆值守"


def test_of_two_that_hold_all_days_the_shorter_is_meant() -> None:
    assert chosen(*(FIRST + timedelta(days=day) for day in range(7))) == "国庆节"
