"""Zero reports by the rules: who is asked, the ladder of the silent, what downtime changes."""

from datetime import time

import pytest
from sqlmodel import select

from models.checkin import check_in
from models.duty import Shift
from models.period_checks import checks_of, set_reports
from models.periods import add_period
from models.zero_rounds import AWAITED, MISSED, ReportRound, reports_of
from tests.duty_fixtures import (
    COUNTY,
    NOW,
    POLICY,
    at,
    buttons,
    duty_session,
    town,
)
from tests.zero_fixtures import (
    MINUTE,
    by_post,
    every_minute,
    period,
    posts,
    report,
    said,
    tick,
    violations,
    well,
)

__all__ = ["duty_session", "period", "posts", "town"]


# Asking


def test_half_an_hour_ahead_the_towns_officer_is_asked_once(period):
    every_minute(period, at(1, 14, 29), at(1, 14, 59))
    (message,) = period.messages("town")
    assert "彭店镇，请在 15:00 前报" in said(period, message)
    key = buttons(message)
    assert [each.split(":")[1] for each in key] == ["well", "news"]
    assert message.state == "pending"
    assert [period.keys(name) for name in ("leader", "officer", "office", "head")] == [[]] * 4


def test_each_day_anew_and_not_after_the_period(period):
    every_minute(period, at(1, 14, 25), at(1, 14, 35))
    every_minute(period, at(2, 14, 25), at(2, 14, 35))
    every_minute(period, at(3, 14, 25), at(3, 14, 35))
    every_minute(period, at(4, 14, 25), at(4, 14, 35))
    rounds = period.session.exec(select(ReportRound)).all()
    assert sorted(each.at for each in rounds) == [at(day, 15) for day in (1, 2, 3)]
    assert checks_of(period.session, county=COUNTY, period_id=period.period.id).round_at is None


def test_by_post_those_on_the_shift_are_asked(posts):
    tick(posts, at(1, 14, 30))
    for name in ("leader", "officer", "other"):
        assert posts.keys(name) == ["zero-ask"], name
    assert posts.keys("deputy") == posts.keys("town") == []  # a B角 who stands by is not there
    assert "马栏镇值班室" in posts.said("other")


def test_a_deputy_who_stands_in_reports(posts):
    check_in(
        posts.session,
        by=posts.actor("deputy"),
        duty_id=posts.duty("deputy").id,
        now=at(1, 8),
        policy=POLICY,
    )
    tick(posts, at(1, 14, 30))
    assert posts.keys("deputy")[-1] == "zero-ask"
    assert "zero-ask" not in posts.keys("leader")  # whose place is taken


def test_at_the_change_of_shifts_those_report_who_stood_until_then(town):
    town.publish(town.row(1, officer="officer"), town.row(2, officer="other"))
    by_post(town, time(8))
    town.forget()
    tick(town, at(2, 7, 30))
    assert town.keys("officer") == ["zero-ask"]
    assert town.keys("other") == []


def test_who_was_swapped_in_is_nudged_not_who_was_swapped_out(posts):
    tick(posts, at(1, 14, 30))
    posts.publish(posts.row(1, leader="leader", officer="deputy"), now=at(1, 14, 40))
    posts.forget()
    tick(posts, at(1, 15))
    assert "zero-nudge" in posts.keys("deputy")
    assert "zero-nudge" not in posts.keys("officer")


def test_a_town_without_an_officer_is_reported_for_by_those_on_duty(period):
    officer = period.session.get(type(period.town), (COUNTY, period.town.id))
    officer.active = False
    period.session.add(officer)
    tick(period, at(1, 14, 30))
    assert period.keys("leader") == period.keys("officer") == ["zero-ask"]


def test_two_periods_at_once_ask_once(period):
    add_period(
        period.session,
        by=period.actor("office"),
        name="国庆节",
        starts_at=at(1, 0),
        ends_at=at(2, 0),
        now=NOW,
        policy=POLICY,
    )
    second = period.period
    other = period.session.exec(select(type(second)).where(type(second).name == "国庆节")).one()
    set_reports(
        period.session,
        by=period.actor("office"),
        period_id=other.id,
        unit="town",
        times=[time(15)],
        now=NOW,
        policy=POLICY,
    )
    shift = period.session.exec(select(Shift)).first()
    shift.period_id = other.id
    period.session.add(shift)
    tick(period, at(1, 14, 30))
    assert period.keys("town") == ["zero-ask"]


def test_where_nobody_stands_duty_nobody_is_asked(town):
    set_reports(
        town.session,
        by=town.actor("office"),
        period_id=town.period.id,
        unit="town",
        times=[time(15)],
        now=NOW,
        policy=POLICY,
    )
    tick(town, at(1, 14, 30))
    assert town.session.exec(select(ReportRound)).all() == []


# The ladder


def test_silence_minute_by_minute(period):
    every_minute(period, at(1, 14, 30), at(1, 14, 59))
    period.forget()
    every_minute(period, at(1, 15), at(1, 15, 14))
    assert period.keys("town") == ["zero-nudge"]
    every_minute(period, at(1, 15, 15), at(1, 15, 29))
    assert period.keys("town") == ["zero-nudge", "zero-chase"]
    assert "晚了 15 分钟" in period.said("town")
    assert period.keys("office") == []
    every_minute(period, at(1, 15, 30), at(1, 16, 59))
    (listed,) = period.messages("office")
    assert "应报 1 个，还有 1 个没报" in said(period, listed)
    assert "没报：彭店镇，陈明 13800000003" in said(period, listed)
    assert period.keys("town") == ["zero-nudge", "zero-chase"]
    assert report(period).state == AWAITED
    every_minute(period, at(1, 17), at(1, 18))
    assert report(period).state == MISSED
    closed = period.messages("office")[-1]
    assert closed.card == listed.card
    assert "漏报 1 个" in said(period, closed)
    assert violations(period) == [("missing_report", None)]
    assert period.keys("town")[-1] == "violation-recorded"
    assert period.events("reports") == ["open", "nudged", "chased", "listed", "closed"]


@pytest.mark.parametrize("minute", [-20, 0, 5, 20, 45])
def test_it_stops_the_moment_a_report_is_in(period, minute):
    every_minute(period, at(1, 14, 30), at(1, 15) + minute * MINUTE)
    well(period, "town", at(1, 15) + minute * MINUTE)
    period.forget()
    every_minute(period, at(1, 15) + minute * MINUTE, at(1, 18))
    assert period.keys("town") == []
    assert period.keys("office") == []


def test_the_offices_list_is_one_message_edited_as_they_come_in(posts):
    every_minute(posts, at(1, 14, 30), at(1, 15, 30))
    assert "还有 2 个没报" in said(posts, posts.messages("office")[-1])
    well(posts, "other", at(1, 15, 40), "马栏镇值班室")
    first = posts.messages("office")[-1]
    assert "还有 1 个没报" in said(posts, first)
    assert "马栏镇值班室" not in said(posts, first)
    well(posts, "officer", at(1, 15, 50), "彭店镇值班室")
    last = posts.messages("office")[-1]
    assert "2 个全部报齐" in said(posts, last)
    assert first.card == last.card


def test_late_is_noted_and_beyond_the_grace_a_violation(posts):
    every_minute(posts, at(1, 14, 30), at(1, 15, 20))
    given, _ = well(posts, "other", at(1, 15, 9), "马栏镇值班室")
    assert (given.late_minutes, violations(posts)) == (9, [])
    given, _ = well(posts, "officer", at(1, 15, 10), "彭店镇值班室")
    assert given.late_minutes == 10
    assert violations(posts) == [("late_report", posts.officer.id)]


def test_a_missing_report_that_comes_after_all_is_late_not_missing(posts):
    every_minute(posts, at(1, 14, 30), at(1, 17))
    missing = {("missing_report", posts.leader.id), ("missing_report", posts.other.id)}
    assert set(violations(posts)) == missing
    well(posts, "officer", at(1, 18), "彭店镇值班室")
    kinds = {person: kind for kind, person in violations(posts)}
    assert kinds == {posts.leader.id: "late_report", posts.other.id: "missing_report"}
    assert report(posts, "彭店镇值班室").late_minutes == 180


# Downtime


def test_downtime_at_the_hour_puts_the_ladder_off(period):
    """Nobody could report while the program did not run: it is nudged and counted from when it runs again."""
    tick(period, at(1, 14, 30))
    period.forget()
    every_minute(period, at(1, 15, 40), at(1, 16, 9))
    assert period.keys("town") == ["zero-nudge", "zero-chase"]
    assert period.keys("office") == []
    assert well(period, "town", at(1, 16, 9))[0].late_minutes == 29
    assert violations(period) == [("late_report", None)]


def test_downtime_before_the_hour_asks_late_with_a_quarter_of_an_hour(period):
    tick(period, at(1, 14, 55))
    assert "请在 15:10 前报" in period.said("town")
    tick(period, at(1, 15, 9))
    assert period.keys("town") == ["zero-ask"]
    assert well(period, "town", at(1, 15, 9))[0].late_minutes == 0


def test_downtime_over_whole_rounds_is_one_line_and_nobodys_fault(period):
    every_minute(period, at(3, 9), at(3, 9, 5))
    assert period.keys("town") == []
    (told,) = period.messages("office")
    assert "有 2 次零报告没有发出" in said(period, told)
    assert violations(period) == []
    tick(period, at(3, 14, 30))
    assert period.keys("town") == ["zero-ask"]


def test_two_ticking_at_once_say_it_once(period):
    assert tick(period, at(1, 14, 30), at(1, 14, 30)) == [1, 0]
    assert tick(period, at(1, 15), at(1, 15)) == [1, 0]
    assert period.keys("town") == ["zero-ask", "zero-nudge"]


def test_a_post_whose_shift_before_waits_to_be_relieved_is_asked_once(posts):
    check_in(
        posts.session,
        by=posts.actor("officer"),
        duty_id=posts.duty("officer").id,
        now=at(1, 8),
        policy=POLICY,
    )
    tick(posts, at(2, 14, 30))
    rounds = posts.session.exec(select(ReportRound).where(ReportRound.at == at(2, 15))).one()
    assert [each.name for each in reports_of(posts.session, county=COUNTY, round_ids=[rounds.id])] == [
        "彭店镇值班室"
    ]
