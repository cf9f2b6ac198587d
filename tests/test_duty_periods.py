"""Key periods, posts, coverage, the calendar's watch, and looking at the duty."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from models.base import UserError, system
from models.calendar import Calendar, DayRow, import_days
from models.checkin import check_in
from models.coverage_watch import calendar_due, coverage_due, period_gaps
from models.duty import KeyPeriod
from models.duty_views import duty_facts, facts_lines, my_shifts, who_is_on
from models.duty_watch import watch_due
from models.geo import Point
from models.periods import add_holiday_periods, add_period, period_by_id, periods_ahead
from models.posts import posts_of, save_post
from tests.duty_fixtures import COUNTY, NOW, OTHER_TOWN, POLICY, TOWN, WORDS, at, duty_session, town

__all__ = ["duty_session", "town"]


def test_holidays_become_periods_once(town):
    by = system(COUNTY)
    added = add_holiday_periods(town.session, by=by, calendar=Calendar(), now=NOW, policy=POLICY)
    assert [(period.name, period.starts_at, period.ends_at) for period in added] == [
        ("国庆节", at(1, 0), at(8, 0)),
    ]
    assert add_holiday_periods(town.session, by=by, calendar=Calendar(), now=NOW, policy=POLICY) == []
    assert [period.name for period in periods_ahead(town.session, county=COUNTY, now=NOW)] == [
        "花博会",
        "国庆节",
    ]


def test_a_corrected_calendar_moves_a_holiday_that_has_not_begun(town):
    by = system(COUNTY)
    add_holiday_periods(town.session, by=by, calendar=Calendar(), now=NOW, policy=POLICY)
    longer = Calendar([DayRow(date(2026, 10, 8), "国庆节", True)])
    (moved,) = add_holiday_periods(town.session, by=by, calendar=longer, now=NOW, policy=POLICY)
    assert moved.ends_at == at(9, 0)
    assert len(town.session.exec(select(KeyPeriod)).all()) == 2


@pytest.mark.parametrize(
    ("facts", "key"),
    [
        ({"name": " "}, "period-name"),
        ({"name": "节" * 61}, "period-name"),
        ({"ends_at": at(1, 0)}, "period-order"),
        ({"starts_at": at(1, 0, month=9), "ends_at": at(2, 0, month=9)}, "period-past"),
        ({"ends_at": at(1, 0) + timedelta(days=300)}, "period-long"),
    ],
)
def test_a_period_that_cannot_be(town, facts, key):
    wanted = {"name": "汛期", "starts_at": at(1, 0), "ends_at": at(5, 0)} | facts
    with pytest.raises(UserError, match=key):
        add_period(town.session, by=town.actor("office"), now=NOW, policy=POLICY, **wanted)
    with pytest.raises(UserError, match="not-allowed"):
        add_period(town.session, by=town.actor("town"), now=NOW, policy=POLICY, **wanted)
    with pytest.raises(UserError, match="period-unknown"):
        period_by_id(town.session, county=COUNTY, period_id=1)


@pytest.mark.parametrize(
    ("facts", "key"),
    [
        ({"name": ""}, "post-name"),
        ({"name": "南大门"}, "post-twice"),
        ({"starts": ["25:00"]}, "post-starts"),
        ({"lat": 34.0}, "post-place"),
        ({"lat": 134.0, "lon": 114.0}, "post-place"),
        ({"radius": 0}, "post-radius"),
    ],
)
def test_a_post_that_cannot_be(town, facts, key):
    office = town.actor("office")
    save_post(town.session, by=office, now=NOW, name="南大门")
    with pytest.raises(UserError, match=key):
        save_post(town.session, by=office, now=NOW, post=town.post, **facts)
    assert town.post.name == "彭店镇值班室"
    assert town.post not in town.session.dirty


def test_a_town_keeps_its_own_posts(town):
    officer = town.actor("town")
    save_post(town.session, by=officer, now=NOW, post=town.post, phone="0374-7161111")
    for area in (None, OTHER_TOWN):
        with pytest.raises(UserError, match="not-allowed"):
            save_post(town.session, by=officer, now=NOW, name="别处", area=area)
    with pytest.raises(UserError, match="not-allowed"):
        save_post(town.session, by=officer, now=NOW, post=town.post, area=OTHER_TOWN)
    with pytest.raises(UserError, match="not-allowed"):
        save_post(town.session, by=town.actor("officer"), now=NOW, post=town.post, phone="1")
    assert [post.name for post in posts_of(town.session, county=COUNTY, area=TOWN)] == ["彭店镇值班室"]
    assert posts_of(town.session, county=COUNTY, area=OTHER_TOWN) == []


def gaps(town, now=NOW):
    return [
        (gap.post.name, gap.span.starts_at, gap.span.ends_at)
        for gap in period_gaps(town.session, period=town.period, now=now, policy=POLICY)
    ]


def test_gaps_of_a_period(town):
    assert gaps(town) == [("彭店镇值班室", at(1, 8), at(4, 8))]
    town.publish(town.row(1), town.row(3, hours=12))
    assert gaps(town) == [("彭店镇值班室", at(2, 8), at(3, 8)), ("彭店镇值班室", at(3, 20), at(4, 8))]
    assert gaps(town, now=at(3, 9)) == [("彭店镇值班室", at(3, 20), at(4, 8))]
    assert gaps(town, now=at(5, 0)) == []
    town.publish(town.row(1), town.row(2), town.row(3))
    assert gaps(town) == []


def test_the_office_is_told_of_every_gap_three_days_before_and_each_day_until_it_begins(town):
    town.publish(town.row(1))
    town.forget()
    assert coverage_due(town.session, county=COUNTY, now=at(28, 8, 59, month=9), policy=POLICY) == 0
    told = []
    now = at(28, 9, month=9)
    while now < at(2, 0):
        if coverage_due(town.session, county=COUNTY, now=now, policy=POLICY):
            told.append(POLICY.local(now).day)
        now += timedelta(minutes=30)
    assert told == [28, 29, 30]
    assert town.keys("office") == ["coverage-gaps"] * 3
    assert "10月2日（周五）08:00 至 10月4日（周日）08:00 没人" in town.said("office")
    assert town.keys("town") == []


def test_a_post_without_any_shift_and_a_full_period(town):
    save_post(town.session, by=town.actor("office"), now=NOW, name="南大门")
    town.publish(town.row(1), town.row(2), town.row(3))
    town.forget()
    now = at(28, 10, month=9)
    coverage_due(town.session, county=COUNTY, now=now, policy=POLICY)
    assert "南大门：一班也没有排" in town.said("office")
    assert "彭店镇值班室" not in town.said("office")
    town.post = next(post for post in posts_of(town.session, county=COUNTY) if post.name == "南大门")
    rows = [town.row(day, officer="other") for day in (1, 2, 3)]
    town.publish(*rows, now=now)
    town.forget()
    for hour in range(24, 72):
        coverage_due(town.session, county=COUNTY, now=now + timedelta(hours=hour), policy=POLICY)
    assert town.keys("office") == ["coverage-full"]


def test_a_period_of_one_town_asks_only_its_posts(town):
    save_post(town.session, by=town.actor("office"), now=NOW, name="马栏镇值班室", area=OTHER_TOWN)
    town.period.area = OTHER_TOWN
    assert [name for name, *_ in gaps(town)] == ["马栏镇值班室"]


def calendar_days(town, first, count):
    for day in range(count):
        now = first + timedelta(days=day)
        calendar_due(town.session, county=COUNTY, now=now, policy=POLICY)
        calendar_due(town.session, county=COUNTY, now=now, policy=POLICY)


def test_a_year_not_announced_is_told_once_a_week_from_mid_november(town):
    calendar_days(town, at(1, 10, month=11), 14)
    assert town.keys("office") == []
    calendar_days(town, at(15, 10, month=11), 15)  # Sundays, the 15th, 22nd and 29th
    asked = [message.created_at for message in town.messages("office")]
    assert asked == [at(day, 10, month=11) for day in (15, 22, 29)]
    assert town.keys("office") == ["calendar-missing"] * 3
    assert "2027 年" in town.said("office")


def test_nobody_is_asked_for_a_year_that_is_there(town):
    days = [date(2027, 1, 1) + timedelta(days=place) for place in range(14)]
    rows = [DayRow(day, "元旦", True) for day in days]
    import_days(town.session, by=town.actor("office"), rows=rows, now=NOW)
    calendar_days(town, at(15, 10, month=11), 15)
    assert town.keys("office") == []


def test_a_year_that_has_begun_without_its_notice_is_asked_for_still(town):
    for month, day in ((12, 27), (12, 31)):
        calendar_due(town.session, county=COUNTY, now=at(day, 10, month=month), policy=POLICY)
    january = at(31, 10, month=12) + timedelta(days=4)
    calendar_due(town.session, county=COUNTY, now=january, policy=POLICY)
    assert town.keys("office") == ["calendar-missing"] * 2  # the weeks from 27 December and 3 January


def test_the_calendars_watch_makes_the_periods(town):
    assert calendar_due(town.session, county=COUNTY, now=NOW, policy=POLICY) == 1
    assert calendar_due(town.session, county=COUNTY, now=NOW, policy=POLICY) == 0
    assert {period.name for period in town.session.exec(select(KeyPeriod))} == {"花博会", "国庆节"}


def test_who_is_on(town):
    gate = save_post(town.session, by=town.actor("office"), now=NOW, name="南大门", area=OTHER_TOWN)
    town.publish(town.row(1), town.row(1, post=gate, officer="other"))
    assert who_is_on(town.session, county=COUNTY, at=at(1, 7, 59)) == []
    found = who_is_on(town.session, county=COUNTY, at=at(1, 8))
    assert [(on.post.name, [person.name for _, person in on.people]) for on in found] == [
        ("南大门", ["马超"]),
        ("彭店镇值班室", ["吴刚", "郑丽", "冯超"]),
    ]
    assert [on.post.name for on in who_is_on(town.session, county=COUNTY, at=at(1, 9), area=TOWN)] == [
        "彭店镇值班室"
    ]
    assert who_is_on(town.session, county=COUNTY, at=at(2, 8)) == []


def test_my_shifts(town):
    town.publish(town.row(1), town.row(2, leader="leader"), town.row(3))
    mine = my_shifts(town.session, by=town.actor("officer"), now=at(1, 12))
    assert [one.shift.starts_at for one in mine] == [at(1, 8), at(3, 8)]
    assert [
        one.shift.starts_at for one in my_shifts(town.session, by=town.actor("officer"), now=at(2, 8))
    ] == [at(3, 8)]
    assert my_shifts(town.session, by=town.actor("other"), now=NOW) == []


def words(facts):
    return WORDS.say(facts_lines(facts), "zh-CN")


def test_the_facts_of_a_day(town):
    save_post(town.session, by=town.actor("office"), now=NOW, name="南大门", lat=34.0, lon=114.0)
    town.publish(town.row(1), town.row(2))
    assert (
        words(duty_facts(town.session, county=COUNTY, now=at(20, 7, 40), policy=POLICY))
        == "今日值班：没有排班"
    )
    facts = duty_facts(town.session, county=COUNTY, now=at(1, 7, 40), policy=POLICY)
    assert (facts.posts, facts.expected, facts.checked_in, facts.missing) == (1, 2, 0, [])
    assert [post.name for post in facts.uncovered] == ["南大门"]
    for name, now in (("officer", at(1, 8, 5)),):
        check_in(
            town.session,
            by=town.actor(name),
            duty_id=town.duty(name).id,
            now=now,
            policy=POLICY,
            place=Point(34.0, 114.0),
        )
    facts = duty_facts(town.session, county=COUNTY, now=at(1, 9), policy=POLICY)
    assert (facts.expected, facts.checked_in, facts.late, facts.covered) == (2, 1, 1, 0)
    assert [(person.name, post.name) for person, post in facts.missing] == [("吴刚", "彭店镇值班室")]
    assert "未到：吴刚（彭店镇值班室） 13800000010" in words(facts)
    assert "有空班的岗位 1 个：南大门" in words(facts)
    watch_due(town.session, county=COUNTY, now=at(1, 9), policy=POLICY)
    check_in(
        town.session, by=town.actor("deputy"), duty_id=town.duty("deputy").id, now=at(1, 9, 5), policy=POLICY
    )
    facts = duty_facts(town.session, county=COUNTY, now=at(1, 9, 10), policy=POLICY)
    assert (facts.checked_in, facts.covered, facts.missing) == (1, 1, [])
    # On the next morning the night's shift still runs and today's has not begun: today's is told.
    facts = duty_facts(town.session, county=COUNTY, now=at(2, 7, 40), policy=POLICY)
    assert (facts.expected, facts.checked_in, facts.covered) == (2, 0, 0)
