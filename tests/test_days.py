"""Days as people type them: spans, days of the week, dates without their year, the ends of months."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.days import read_day
from tests.chat import Town
from tests.hazard_chats import ON_SQLITE, ON_THE_WEB, assign, report

THURSDAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("7", "2026-12-03"),
        ("10天", "2026-12-06"),
        ("十天", "2026-12-06"),
        ("十天内", "2026-12-06"),
        ("15日内", "2026-12-11"),
        ("１５天之内", "2026-12-11"),
        ("一周", "2026-12-03"),
        ("两个星期内", "2026-12-10"),
        ("半个月", "2026-12-11"),
        ("一个月内", "2026-12-26"),
        ("within 10 days", "2026-12-06"),
        ("a week", "2026-12-03"),
        ("今天", "2026-11-26"),
        ("明天前", "2026-11-27"),
        ("大后天", "2026-11-29"),
        ("tomorrow", "2026-11-27"),
        ("周四", "2026-11-26"),
        ("周三", "2026-12-02"),
        ("这周三", "2026-11-25"),
        ("本周日", "2026-11-29"),
        ("下周五前", "2026-12-04"),
        ("by Friday", "2026-11-27"),
        ("next friday", "2026-12-04"),
        ("12月5日", "2026-12-05"),
        ("12月5号前完成", "2026-12-05"),
        ("12-5", "2026-12-05"),
        ("1.5", "2027-01-05"),
        ("2027年1月3日", "2027-01-03"),
        ("15日", "2026-12-15"),
        ("28号", "2026-11-28"),
        ("31号", "2026-12-31"),
        ("月底前", "2026-11-30"),
        ("下月底", "2026-12-31"),
        ("12月底前", "2026-12-31"),
        ("2月底", "2027-02-28"),
        ("年底前", "2026-12-31"),
        ("下个月15号", "2026-12-15"),
        ("15th", "2026-12-15"),
    ],
)
def test_the_day_meant(said: str, meant: str) -> None:
    assert read_day(said, today=THURSDAY) == date.fromisoformat(meant)


@pytest.mark.parametrize(
    "said", ["2月31日", "2027-02-29", "下周", "过几天", "尽快", "999999", "13个月", "13月底", "", "天", "-3"]
)
def test_no_day_was_said(said: str) -> None:
    assert read_day(said, today=THURSDAY) is None


def test_where_a_day_itself_is_asked_for_a_span_is_none() -> None:
    """ "3" for the first day of a leave may be the third."""
    for said in ("3", "十天", "一周", "半个月", "15日内"):
        assert read_day(said, today=THURSDAY, spans=False) is None
    assert read_day("下周五", today=THURSDAY, spans=False) == date(2026, 12, 4)


def test_a_month_later_than_the_31st_is_the_months_last_day() -> None:
    assert read_day("一个月", today=date(2026, 1, 31)) == date(2026, 2, 28)
    assert read_day("月底", today=date(2028, 2, 1)) == date(2028, 2, 29)


@given(st.text(max_size=12), st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_whatever_is_typed_is_a_day_or_none(said: str, today: date) -> None:
    on = read_day(said, today=today)
    assert on is None or isinstance(on, date)


@ON_THE_WEB
@ON_SQLITE
async def test_a_deadline_in_words(town: Town) -> None:
    await report(town)
    hazard = await assign(town, days="十天内")
    assert hazard.due_at is not None
    policy = town.house.policy
    assert (policy.local(hazard.due_at).date() - policy.local(town.clock.now()).date()).days == 10
