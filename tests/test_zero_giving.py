"""Giving a zero report by the rules: once a unit, news, who may, the times the office sets, the board."""

from datetime import time

import pytest
from sqlmodel import select

from models.alarms import Alarm
from models.base import Grant, UserError
from models.files import attached
from models.people import TOWN_OFFICER, Account, add_person
from models.period_checks import checks_of, set_reports
from models.zero_board import boards, digest_line
from models.zero_reports import give_well, my_reports
from models.zero_rounds import AWAITED, NEWS, WELL, ReportRound
from tests.duty_fixtures import (
    COUNTY,
    NOW,
    OTHER_TOWN,
    POLICY,
    WORDS,
    at,
    duty_session,
    town,
)
from tests.zero_fixtures import (
    by_post,
    every_minute,
    news,
    period,
    posts,
    report,
    said,
    tick,
    violations,
    well,
)

__all__ = ["duty_session", "period", "posts", "town"]


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
