"""Zero reports at the level of the rules: who is asked, the ladder of the silent, once a unit, late, who may."""

from datetime import time, timedelta

import pytest
from sqlmodel import select

from models.alarms import Alarm
from models.base import Grant, UserError
from models.checkin import check_in
from models.duty import Shift
from models.files import attached
from models.people import TOWN_OFFICER, Account, add_person
from models.period_checks import checks_of, set_reports
from models.periods import add_period
from models.posts import save_post
from models.violations import Violation
from models.zero_board import boards, digest_line
from models.zero_reports import give_news, give_well, my_reports
from models.zero_rounds import AWAITED, MISSED, NEWS, WELL, ReportRound, ZeroReport
from models.zero_watch import reports_due
from tests.duty_fixtures import (
    COUNTY,
    NOW,
    OTHER_TOWN,
    POLICY,
    WORDS,
    at,
    buttons,
    duty_session,
    town,
)

__all__ = ["duty_session", "town"]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def period(town):
    """Shifts on all three days; the notices of the roster are out of the way."""
    town.publish(*(town.row(day) for day in (1, 2, 3)))
    town.forget()
    return town


@pytest.fixture
def posts(period):
    """The same, but each post reports; a second post stands in another town."""
    session, office = period.session, period.actor("office")
    second = save_post(session, by=office, now=NOW, name="马栏镇值班室", area=OTHER_TOWN)
    period.publish(period.row(1, post=second, leader="other"))
    by_post(period)
    period.forget()
    return period


def by_post(town, *times):
    times = times or (time(15),)
    set_reports(
        town.session,
        by=town.actor("office"),
        period_id=town.period.id,
        unit="post",
        times=times,
        now=NOW,
        policy=POLICY,
    )


def tick(town, *moments):
    return [reports_due(town.session, county=COUNTY, now=now, policy=POLICY) for now in moments]


def every_minute(town, first, last):
    while first <= last:
        tick(town, first)
        first += MINUTE


def report(town, unit=None):
    query = select(ZeroReport).order_by(ZeroReport.id).execution_options(populate_existing=True)
    rows = town.session.exec(query).all()
    return next(row for row in rows if unit is None or row.name == unit)


def well(town, name, now, unit=None):
    return give_well(
        town.session, by=town.actor(name), report_id=report(town, unit).id, now=now, policy=POLICY
    )


def news(town, name, now, what="配电房冒烟", **facts):
    given = {"place": "东院", "photo_ids": []} | facts
    return give_news(
        town.session,
        by=town.actor(name),
        report_id=report(town).id,
        what=what,
        now=now,
        policy=POLICY,
        **given,
    )


def violations(town):
    query = select(Violation).order_by(Violation.id).execution_options(populate_existing=True)
    return [(each.kind, each.person_id) for each in town.session.exec(query)]


def said(town, message):
    return "\n".join(WORDS.say(line, "zh-CN") for line in message.body["lines"])


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


# Giving it


def test_one_report_a_unit_and_the_others_are_told(posts):
    tick(posts, at(1, 14, 30))
    posts.forget()
    given, first = well(posts, "officer", at(1, 14, 40), "彭店镇值班室")
    assert (given.state, given.given_name, first) == (WELL, "冯超", True)
    assert posts.keys("leader") == ["zero-given-well"]
    assert posts.keys("officer") == []
    again, second = well(posts, "leader", at(1, 14, 41), "彭店镇值班室")
    assert (again.given_name, second) == ("冯超", False)
    assert posts.events("report") == ["give"]


def test_news_alarms_the_office_and_the_town(posts):
    tick(posts, at(1, 14, 30))
    posts.forget()
    given = news(posts, "officer", at(1, 14, 40), photo_ids=[7, 8])
    assert (given.state, given.what, given.place) == (NEWS, "配电房冒烟", "东院")
    assert attached(posts.session, county=COUNTY, subject="report", subject_id=given.id, kind="news") == [
        7,
        8,
    ]
    for name in ("office", "town"):
        (alarm,) = posts.messages(name)
        assert alarm.kind == "alarm"
        assert "彭店镇值班室（冯超 13800000012）" in said(posts, alarm)
        assert "什么事：配电房冒烟" in said(posts, alarm)
    assert len(posts.session.exec(select(Alarm)).all()) == 1


def test_news_may_follow_an_all_well_and_add_to_news(period):
    tick(period, at(1, 14, 30))
    well(period, "town", at(1, 14, 40))
    given = news(period, "town", at(1, 20), what="停电")
    given = news(period, "town", at(1, 21), what="来电了", place="西院")
    assert (given.what, given.place) == ("停电\n来电了", "东院\n西院")
    assert (given.given_at, given.late_minutes) == (at(1, 14, 40), 0)
    assert len(period.session.exec(select(Alarm)).all()) == 2
    assert violations(period) == []


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("officer", True),
        ("leader", True),
        ("office", True),  # for someone who telephones
        ("deputy", False),
        ("other", False),
        ("town", False),
        ("head", False),
    ],
)
def test_who_may_report_for_a_post(posts, name, may):
    tick(posts, at(1, 14, 30))
    if may:
        assert well(posts, name, at(1, 14, 40), "彭店镇值班室")[1]
        return
    for give in (lambda: well(posts, name, at(1, 14, 40)), lambda: news(posts, name, at(1, 14, 40))):
        with pytest.raises(UserError, match="not-allowed"):
            give()
    assert report(posts).state == AWAITED


def test_what_is_reported_for_by_the_office_is_not_the_offices_violation(posts):
    tick(posts, at(1, 14, 30), at(1, 15))
    well(posts, "office", at(1, 15, 25), "彭店镇值班室")
    assert violations(posts) == [("late_report", posts.leader.id)]


def test_who_may_report_for_a_town(period):
    session = period.session
    other = add_person(session, county=COUNTY, name="孙涛", grants=[Grant(TOWN_OFFICER, OTHER_TOWN)], now=NOW)
    session.add(
        Account(county=COUNTY, channel="web", address="t2", person_id=other.id, joined_at=NOW, seen_at=NOW)
    )
    period.other_town = other
    tick(period, at(1, 14, 30))
    for name in ("other_town", "leader"):
        with pytest.raises(UserError, match="not-allowed"):
            well(period, name, at(1, 14, 40))
    assert well(period, "town", at(1, 14, 40))[1]


def test_a_day_later_it_is_over(period):
    every_minute(period, at(1, 14, 30), at(1, 15))
    tick(period, at(1, 17))
    with pytest.raises(UserError, match="report-over"):
        well(period, "town", at(2, 15))
    with pytest.raises(UserError, match="report-unknown"):
        give_well(period.session, by=period.actor("town"), report_id=5, now=at(1, 15), policy=POLICY)


def test_too_many_photos(period):
    tick(period, at(1, 14, 30))
    with pytest.raises(UserError, match="photos-too-many"):
        news(period, "town", at(1, 14, 40), photo_ids=range(10))


def test_what_is_mine_to_report(posts):
    tick(posts, at(1, 14, 30))

    def mine(name):
        by = posts.actor(name)
        return [each.name for each in my_reports(posts.session, by=by, now=at(1, 14, 30), policy=POLICY)]

    assert mine("officer") == mine("leader") == ["彭店镇值班室"]
    assert mine("other") == ["马栏镇值班室"]
    assert mine("town") == mine("deputy") == []


# Setting the times


def test_the_office_sets_times_and_who(period):
    by_post(period, time(9), time(21), time(9))
    plan = checks_of(period.session, county=COUNTY, period_id=period.period.id)
    assert (plan.report_by, plan.report_times, plan.round_at) == ("post", ["09:00", "21:00"], at(1, 9))
    tick(period, at(1, 8, 30), at(1, 14, 30))
    assert [each.at for each in period.session.exec(select(ReportRound))] == [at(1, 9)]
    assert "set_reports" in period.events("period")


def test_a_later_roster_leaves_the_offices_times(period):
    by_post(period, time(9))
    period.publish(period.row(1, officer="other"))
    plan = checks_of(period.session, county=COUNTY, period_id=period.period.id)
    assert (plan.report_by, plan.report_times) == ("post", ["09:00"])


def test_no_times_nobody_reports(period):
    set_reports(
        period.session,
        by=period.actor("office"),
        period_id=period.period.id,
        unit="town",
        times=[],
        now=NOW,
        policy=POLICY,
    )
    every_minute(period, at(1, 14, 25), at(1, 15, 5))
    assert period.messages() == []


def test_the_times_are_the_offices(period):
    def setting(name, *times, period_id=None, now=NOW):
        with pytest.raises(UserError) as caught:
            set_reports(
                period.session,
                by=period.actor(name),
                period_id=period_id or period.period.id,
                unit="town",
                times=times,
                now=now,
                policy=POLICY,
            )
        return caught.value.key

    for name in ("town", "leader", "officer", "head"):
        assert setting(name, time(9)) == "not-allowed"
    assert setting("office", *(time(hour) for hour in range(13))) == "zero-times-many"
    assert setting("office", time(9), period_id=5) == "period-unknown"
    assert setting("office", time(9), now=at(4, 0)) == "period-past"


# Looking


def test_the_board_shows_the_office_all_and_a_town_its_own(posts):
    every_minute(posts, at(1, 14, 30), at(1, 15))
    news(posts, "officer", at(1, 15, 1))

    def seen(name):
        found = boards(posts.session, by=posts.actor(name), now=at(1, 15, 2), policy=POLICY)
        return [each.name for board in found for each in board.reports]

    assert seen("office") == seen("head") == ["马栏镇值班室", "彭店镇值班室"]
    assert seen("town") == ["彭店镇值班室"]
    assert seen("officer") == []


def test_the_digests_line(posts):
    every_minute(posts, at(1, 14, 30), at(1, 15))
    assert digest_line(posts.session, county=COUNTY, now=at(1, 14, 59)) == []
    well(posts, "officer", at(1, 15, 20), "彭店镇值班室")
    (line,) = digest_line(posts.session, county=COUNTY, now=at(2, 7, 40))
    assert WORDS.say(line, "zh-CN") == ("零报告（近一天）：应报 2，按时 0，迟报 1，漏报 1，有情况 0")
    assert digest_line(posts.session, county=COUNTY, now=at(2, 15, 1)) == []
