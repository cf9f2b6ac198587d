"""The watch played with a movable clock: reminders, the ladder for the missing, and when it stops."""

from datetime import timedelta

import pytest
from sqlmodel import select

from models.alarms import Alarm, climb_due
from models.base import short
from models.checkin import check_in
from models.duty import CALLED_ON, COVERED, MISSED, STANDBY
from models.duty_watch import watch_due
from tests.duty_fixtures import COUNTY, POLICY, at, buttons, duty_session, town

__all__ = ["duty_session", "town"]


@pytest.fixture
def shift(town):
    """One shift on 1 October with everyone on it; the notice of the roster is out of the way."""
    town.publish(town.row(1))
    town.forget()
    return town


def tick(town, *moments):
    return [watch_due(town.session, county=COUNTY, now=now, policy=POLICY) for now in moments]


def every_minute(town, first, last):
    now = first
    while now <= last:
        tick(town, now)
        now += timedelta(minutes=1)


def enter(town, name, now, **facts):
    return check_in(
        town.session, by=town.actor(name), duty_id=town.duty(name).id, now=now, policy=POLICY, **facts
    )


def test_a_day_ahead_and_an_hour_ahead_are_said_once_to_each(shift):
    every_minute(shift, at(30, 7, 50, month=9), at(30, 8, 40, month=9))
    assert [shift.keys(name) for name in ("leader", "deputy", "officer")] == [["duty-remind"]] * 3
    assert "10月1日（周四）08:00" in shift.said("leader")
    assert "0374-7160000" in shift.said("leader")
    assert "值班人员：冯超 13800000012" in shift.said("leader")
    assert "您是B角" in shift.said("deputy")
    shift.forget()
    every_minute(shift, at(1, 6, 50), at(1, 7, 30))
    assert [shift.keys(name) for name in ("leader", "deputy", "officer", "other")] == [
        ["duty-remind"]
    ] * 3 + [[]]


def test_a_week_ahead_too_where_the_roster_stands_that_early(town):
    town.publish(town.row(1), now=at(20, 9, month=9))
    town.forget()
    every_minute(town, at(24, 7, 50, month=9), at(24, 8, 40, month=9))
    assert [town.keys(name) for name in ("leader", "deputy", "officer", "other")] == [["duty-remind"]] * 3 + [
        []
    ]


def test_the_whole_ladder_minute_by_minute(shift):
    tick(shift, at(1, 7))
    shift.forget()
    enter(shift, "officer", at(1, 7, 58))
    every_minute(shift, at(1, 7, 59), at(1, 8, 9))
    assert shift.keys("leader") == ["duty-call"]
    checkin = f"a:checkin:{short(shift.duty('leader').id)}"
    assert buttons(shift.messages("leader")[0]) == [checkin, "c:incident"]
    assert shift.keys("office") == []
    every_minute(shift, at(1, 8, 10), at(1, 8, 19))
    assert shift.keys("leader") == ["duty-call", "duty-nudge"]
    every_minute(shift, at(1, 8, 20), at(1, 8, 29))
    assert shift.keys("office") == ["duty-missing"]
    assert "吴刚" in shift.said("office")
    assert "13800000010" in shift.said("office")
    assert "0374-7160000" in shift.said("office")
    assert shift.messages("office")[0].kind == "alarm"
    assert shift.keys("deputy") == []
    every_minute(shift, at(1, 8, 30), at(1, 8, 39))
    assert shift.keys("deputy") == ["duty-deputy-called"]
    checkin = f"a:checkin:{short(shift.duty('deputy').id)}"
    assert buttons(shift.messages("deputy")[0]) == [checkin, "c:incident"]
    assert shift.duty("deputy").state == CALLED_ON
    assert shift.keys("head") == ["duty-leaders-told"]
    assert shift.keys("town")[-1] == "duty-leaders-told"
    assert "已通知 B角：郑丽 13800000011" in shift.said("head")
    assert shift.keys("officer") == []
    ladder = [action for action in shift.events() if action not in ("check_in", "called_on", "reminded")]
    assert ladder == ["called", "nudged", "alarmed", "deputy_called"]


@pytest.mark.parametrize("minute", [-5, 5, 15, 25])
def test_it_stops_the_moment_someone_is_in(shift, minute):
    every_minute(shift, at(1, 7, 40), at(1, 8) + timedelta(minutes=minute))
    before = len(shift.messages("leader"))
    enter(shift, "leader", at(1, 8) + timedelta(minutes=minute))
    enter(shift, "officer", at(1, 8) + timedelta(minutes=minute))
    shift.forget()
    every_minute(shift, at(1, 8) + timedelta(minutes=minute), at(1, 9, 30))
    climb_due(shift.session, county=COUNTY, now=at(1, 9, 30), policy=POLICY)
    assert shift.messages() == []
    assert before <= 3
    assert all(alarm.due_at is None for alarm in shift.session.exec(select(Alarm)))


def test_the_deputy_stands_in_and_the_ladder_stops(shift):
    enter(shift, "officer", at(1, 8))
    every_minute(shift, at(1, 8), at(1, 8, 31))
    shift.forget()
    enter(shift, "deputy", at(1, 8, 40))
    leader = shift.duty("leader")
    assert (leader.state, leader.covered_by, leader.due_at) == (COVERED, shift.deputy.id, None)
    assert leader.late_minutes == 40
    assert shift.keys("office") == ["duty-came-called"]
    assert "郑丽 已到岗签到（通知后 10 分钟）" in shift.said("office")
    shift.forget()
    every_minute(shift, at(1, 8, 41), at(1, 9, 41))
    climb_due(shift.session, county=COUNTY, now=at(1, 9, 41), policy=POLICY)
    assert shift.messages() == []
    # The leader comes after all: that counts as late.
    assert enter(shift, "leader", at(1, 10)).late_minutes == 120


def test_the_deputy_called_on_is_stood_down_when_the_leader_comes(shift):
    enter(shift, "officer", at(1, 8))
    every_minute(shift, at(1, 8), at(1, 8, 31))
    shift.forget()
    enter(shift, "leader", at(1, 8, 35))
    assert shift.keys("deputy") == ["duty-stand-down"]
    assert shift.duty("deputy").state == STANDBY
    assert shift.keys("office") == ["duty-came"]


def test_a_deputy_who_does_not_come_is_chased_and_missed_too(shift):
    enter(shift, "officer", at(1, 8))
    every_minute(shift, at(1, 8), at(1, 8, 31))
    shift.forget()
    every_minute(shift, at(1, 8, 32), at(1, 8, 49))
    assert shift.keys("deputy") == ["duty-nudge"]
    assert "已过 10 分钟" in shift.said("deputy")
    assert shift.keys("office") == []
    every_minute(shift, at(1, 8, 50), at(1, 8, 59))
    assert shift.keys("office") == ["duty-missing-called"]
    said = shift.said("office")
    assert "B角 郑丽" in said
    assert "08:30 已通知顶班" in said
    assert "13800000011" in said
    assert buttons(shift.messages("office")[0]) == [
        f"a:ack:{short(shift.session.exec(select(Alarm)).all()[-1].id)}"
    ]
    shift.forget()
    every_minute(shift, at(1, 9), at(1, 9, 5))
    assert shift.keys("head") == ["duty-leaders-told"]
    assert "B角也没有到，请马上另派人" in shift.said("head")
    assert "已通知" not in shift.said("head").replace("已通知顶班", "")
    shift.forget()
    enter(shift, "leader", at(1, 9, 10))  # at last: then nobody need be looked for
    assert shift.keys("deputy") == ["duty-stand-down"]
    every_minute(shift, at(1, 9, 11), at(1, 10))
    climb_due(shift.session, county=COUNTY, now=at(1, 10), policy=POLICY)
    assert shift.keys("office") == ["duty-came"]
    assert all(alarm.due_at is None for alarm in shift.session.exec(select(Alarm)))


def test_the_deputy_stays_called_while_someone_else_is_missing(shift):
    every_minute(shift, at(1, 8), at(1, 8, 31))
    assert shift.keys("deputy") == ["duty-deputy-called"]  # once, for both who are missing
    assert "吴刚" in shift.said("deputy")
    assert "冯超" in shift.said("deputy")
    enter(shift, "leader", at(1, 8, 35))
    assert shift.duty("deputy").state == CALLED_ON
    shift.forget()
    enter(shift, "deputy", at(1, 8, 45))
    assert shift.duty("officer").state == COVERED
    assert "替 冯超 顶班，缺岗告警已解除" in shift.said("office")


def test_two_hours_of_downtime_are_made_good_once_and_sensibly(shift):
    enter(shift, "officer", at(1, 7, 50))
    tick(shift, at(1, 6, 50))
    shift.forget()
    every_minute(shift, at(1, 8, 50), at(1, 8, 59))
    assert shift.keys("leader") == ["duty-nudge"]
    assert "已过 50 分钟" in shift.said("leader")
    assert shift.keys("office") == ["duty-missing"]
    assert shift.keys("deputy") == ["duty-deputy-called"]
    assert shift.keys("head") == ["duty-leaders-told"]
    assert "duty-remind" not in shift.keys("deputy")


def test_downtime_before_the_shift_says_the_latest_reminder_once(shift):
    every_minute(shift, at(1, 7, 20), at(1, 7, 40))
    assert shift.keys("leader") == ["duty-remind"]


def test_downtime_over_the_whole_shift_is_one_line_to_the_office(shift):
    every_minute(shift, at(2, 9), at(2, 9, 5))
    assert [shift.keys(name) for name in ("leader", "deputy", "officer")] == [[], [], []]
    assert shift.keys("office") == ["duty-unseen"]
    assert "吴刚" in shift.said("office")
    assert "冯超" in shift.said("office")
    assert shift.duty("leader").state == MISSED
    assert shift.duty("leader").due_at is None


def test_someone_who_never_came_is_missed_at_the_end(shift):
    every_minute(shift, at(1, 8), at(1, 9, 1))
    shift.forget()
    tick(shift, at(2, 8))
    assert shift.duty("leader").state == MISSED
    assert shift.duty("deputy").state == MISSED
    assert shift.keys("office") == []  # the office was alarmed at the time
    assert shift.keys("leader") == ["violation-recorded"]


def test_without_a_deputy_the_leaders_are_told_so(town):
    town.publish(town.row(1, leader="leader"))
    town.forget()
    every_minute(town, at(1, 8), at(1, 8, 31))
    assert "没有安排B角" in town.said("head")


def test_two_ticking_at_once_say_it_once(shift):
    first = tick(shift, at(1, 8))
    assert first == [2]
    assert tick(shift, at(1, 8)) == [0]
    assert shift.keys("leader") == ["duty-call"]


def test_a_shift_at_night_is_called_and_chased_at_night(town):
    night = town.row(1, hour=23, hours=9)
    town.publish(night)
    tick(town, at(1, 0))
    town.forget()
    every_minute(town, at(1, 21, 55), at(1, 23, 31))
    for name in ("leader", "deputy", "head", "office"):
        assert {message.state for message in town.messages(name)} == {"pending"}, name
    assert town.keys("leader") == ["duty-remind", "duty-call", "duty-nudge"]


def test_the_steps_due_are_counted(shift):
    assert tick(shift, at(30, 8, 30, month=9), at(1, 7), at(1, 8), at(1, 8, 5)) == [3, 3, 2, 0]
