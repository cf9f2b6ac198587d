"""The clocks of an incident: counted down, reminded of, recorded by one tap with who, when and how late."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import Session

from bot.db import Database
from models.base import UserError, short
from models.incident_clocks import clock_by_id, correct_time, mark_done
from models.incident_watch import incidents_due
from models.people import Person, person_actor
from models.policy import ClockRule, Policy
from tests.chat import Town
from tests.duty_chats import on_one
from tests.hazard_chats import ON_THE_WEB, replica
from tests.incident_chats import (
    CALLED,
    HOUR,
    MINUTE,
    acks,
    all_reported,
    casualties,
    clock,
    clocks,
    did,
    events,
    incidents,
    local,
    looked,
    report,
    tap,
)
from tests.test_incident_alarm import put_on_duty

LATER = Policy(incident_clocks=(ClockRule("ordinary", "phone", 5, "county"),), clock_near=2 * MINUTE)


async def quiet_report(town: Town, **values: str) -> None:
    """An incident that everyone called on has answered."""
    await report(town, **values)
    await acks(town, *CALLED)
    looked(town, *CALLED, "grid_worker")


@on_one
async def test_at_half_and_five_minutes_before_the_desk_and_the_office_hear_it_at_the_end_the_leaders_too(
    town: Town,
) -> None:
    put_on_duty(town, ("officer", "officer", "expected"))
    await quiet_report(town)
    await acks(town, "officer")
    looked(town, "officer")
    await town.passes(9 * MINUTE, step=MINUTE)
    assert not any("报送时间已过半" in message.text for message in town["officer"].messages)
    await town.passes(MINUTE, step=MINUTE)
    for who in ("office", "colleague", "officer"):
        seen = town[who].sees("报送时间已过半", "电话报县政府：还剩 10 分钟（09:20 前）")
        assert seen.buttons[0][0] == "☎ 已电话报县政府"
    await town.passes(5 * MINUTE, step=MINUTE)
    town["officer"].sees("报送快到时限", "还剩 5 分钟")
    assert not any("报送" in message.text and "⏰" in message.text for message in town["head"].messages)
    await town.passes(5 * MINUTE, step=MINUTE)
    for who in ("office", "officer", "head"):
        town[who].sees("报送已超时限，请马上报", "电话报县政府：已超 0 分钟")
    assert not any("报送已超时限" in message.text for message in town["town"].messages)
    assert did(town, incidents(town)[0]) == ["report", "clock_over"]


@on_one
async def test_the_card_counts_down_in_place(town: Town) -> None:
    await quiet_report(town)
    office = town["office"]
    cards = [message.id for message in office.messages if "还剩 20 分钟" in message.text]
    await town.passes(10 * MINUTE, step=5 * MINUTE)
    card = office.reads(
        "【TF2026-001】", "电话报县政府：还剩 10 分钟（09:20 前）", "书面报县政府：还剩 30 分钟"
    )
    assert card.id in cards
    await town.passes(15 * MINUTE, step=5 * MINUTE)
    office.reads(
        "电话报县政府：已超 5 分钟", "书面报县政府：还剩 15 分钟", "书面报省应急厅：9月28日（周一）15:00 前"
    )


@on_one
async def test_one_tap_records_who_and_when_and_ends_the_reminders(town: Town) -> None:
    await quiet_report(town)
    await town.passes(8 * MINUTE, step=4 * MINUTE)
    await town["office"].taps("已电话报县政府")
    town["office"].sees("已登记", "电话报县政府：09:08 李静")
    town["colleague"].reads("✅ 电话报县政府：09:08 李静")
    done = clock(town, "phone", "county")
    assert (done.done_name, done.late_minutes, done.remind_at) == ("李静", 0, None)
    looked(town, *CALLED)
    await town.passes(30 * MINUTE, step=5 * MINUTE)
    assert not any("电话报县政府：还剩" in message.text for message in town["office"].messages)
    assert did(town, incidents(town)[0]) == ["report", "clock_done"]


@on_one
async def test_pressed_twice_or_by_another_it_stays_as_it_was(town: Town) -> None:
    await quiet_report(town)
    data = f"a:idone:{short(clock(town, 'phone', 'county').id)}"
    await tap(town, "office", data)
    town.clock.forward(3 * MINUTE)
    for who in ("office", "colleague"):
        said = await tap(town, who, data)
        assert "已经登记过了" in said
        assert "09:00 李静" in said
    assert clock(town, "phone", "county").done_at == local(9, 28, 9)
    assert did(town, incidents(town)[0]) == ["report", "clock_done"]


@on_one
async def test_late_is_recorded_as_late(town: Town) -> None:
    await quiet_report(town)
    await town.passes(23 * MINUTE, step=MINUTE)
    await town["head"].taps("已电话报县政府")
    town["head"].sees("⚠️ 电话报县政府：09:23 张建国，迟报 3 分钟")
    assert clock(town, "phone", "county").late_minutes == 3
    await town["head"].taps("查看")
    town["head"].sees("经过", "登记 电话报县政府，迟报 3 分钟")


@on_one
async def test_a_begun_minute_is_late(town: Town) -> None:
    await quiet_report(town)
    town.clock.forward(20 * MINUTE + timedelta(seconds=1))
    await tap(town, "office", f"a:idone:{short(clock(town, 'phone', 'county').id)}")
    assert clock(town, "phone", "county").late_minutes == 1


@on_one
async def test_the_time_can_be_put_right_and_both_are_kept(town: Town) -> None:
    await quiet_report(town)
    await town.passes(25 * MINUTE, step=5 * MINUTE)
    await town["office"].taps("已电话报县政府", "时间不对")
    for wrong, said in (
        ("早上", "没看懂时间“早上”"),
        ("9:40", "时间要在"),  # the last 9:40 was yesterday's, long before the incident
        ("今天 9:40", "这个时间还没到"),
        ("8:59", "时间要在"),
    ):
        await town["office"].says(wrong)
        assert said in town["office"].last.text, wrong
    await town["office"].says("9:12")
    town["office"].sees("报送时间已改正", "✅ 电话报县政府：09:12 李静")
    kept = events(town, incidents(town)[0])[-1]
    assert kept.action == "clock_corrected"
    assert (kept.before["late_minutes"], kept.after["late_minutes"]) == (5, 0)


@on_one
async def test_neither_the_town_nor_the_reporter_may_record_it(town: Town) -> None:
    await quiet_report(town)
    data = f"a:idone:{short(clock(town, 'phone', 'county').id)}"
    for outsider in ("town", "grid_worker", "other_town", "officer", "responsible"):
        assert "没有这项权限" in await tap(town, outsider, data)
    assert clock(town, "phone", "county").done_at is None
    assert "按钮已经过时" in await tap(town, "office", "a:idone:!!")
    assert "没有找到这件突发事件" in await tap(town, "office", "a:idone:zz")


@on_one
async def test_a_written_report_remembers_the_text_it_was(town: Town) -> None:
    await quiet_report(town)
    await town["office"].taps("报告文本", "已书面报县政府")
    sent = clock(town, "written", "county")
    assert sent.report_id is not None
    assert clock(town, "phone", "county").report_id is None


@on_one
async def test_running_clocks_keep_the_limits_they_began_with(town: Town) -> None:
    await quiet_report(town)
    restarted = replica(town)
    restarted.house.policy = LATER
    await restarted.passes(9 * MINUTE, step=MINUTE)
    assert not any(
        "报送" in message.text and "⏳ 报送" in message.text for message in town["office"].messages
    )
    await restarted.passes(MINUTE, step=MINUTE)
    town["office"].sees("报送时间已过半", "还剩 10 分钟（09:20 前）")
    await restarted.passes(5 * MINUTE, step=MINUTE)
    town["office"].sees("报送快到时限")  # five minutes before, not two
    again = replica(town)
    await again.passes(5 * MINUTE, step=MINUTE)
    town["head"].sees("报送已超时限")


@on_one
async def test_even_a_later_rise_goes_by_the_limits_of_the_report(town: Town) -> None:
    await quiet_report(town)
    restarted = replica(town)
    restarted.house.policy = LATER
    await casualties(town, "死3")
    assert clock(town, "written", "province").due_at == local(9, 28, 10)


@on_one
async def test_as_the_grade_rises_limits_get_shorter_and_never_longer(town: Town) -> None:
    await quiet_report(town)
    await town.passes(10 * MINUTE, step=5 * MINUTE)
    await tap(town, "office", f"a:idone:{short(clock(town, 'written', 'county').id)}")
    await casualties(town, "死10")
    due = {(each.means, each.to): each.due_at for each in clocks(town)}
    assert due == {
        ("phone", "county"): local(9, 28, 9, 20),  # as it was
        ("written", "county"): local(9, 28, 9, 40),  # done
        ("written", "city"): local(9, 28, 11, 0),
        ("written", "province"): local(9, 28, 9, 45),  # was 15:00
        ("phone", "province"): local(9, 28, 9, 25),  # new
        ("follow_up", "province"): local(9, 28, 17, 0),
    }
    assert clock(town, "written", "county").done_at == local(9, 28, 9, 10)


@on_one
async def test_as_the_grade_falls_what_it_alone_called_for_stops_and_comes_back_with_it(town: Town) -> None:
    await quiet_report(town, hurt="死10")
    assert {(each.means, each.to) for each in clocks(town) if not each.void} >= {("phone", "province")}
    await casualties(town, "死1")
    void = {(each.means, each.to) for each in clocks(town) if each.void}
    assert void == {("phone", "province"), ("follow_up", "province")}
    assert "已经结束" in await tap(town, "office", f"a:idone:{short(clock(town, 'phone', 'province').id)}")
    await town.passes(20 * MINUTE, step=5 * MINUTE)
    assert not any("电话报省应急厅：已超" in message.text for message in town["office"].messages)
    await casualties(town, "死11")
    back = clock(town, "phone", "province")
    assert (back.void, back.due_at) == (False, local(9, 28, 9, 35))


@on_one
async def test_follow_ups_before_eight_and_seventeen_every_day(town: Town) -> None:
    await quiet_report(town, hurt="死3")
    await all_reported(town)
    looked(town, *CALLED)
    await town.passes(local(9, 28, 16, 0) - town.clock.now(), step=HOUR)
    town["office"].sees("报送快到时限", "续报省应急厅：还剩 1 小时（17:00 前）")
    await town["office"].taps("已续报省应急厅")
    town["office"].sees("续报省应急厅：16:00 李静")
    town["office"].reads("续报省应急厅：9月29日（周二）08:00 前")
    await town.passes(local(9, 29, 8, 0) - town.clock.now(), step=HOUR)
    town["head"].sees("报送已超时限", "续报省应急厅")
    due = [(each.due_at, each.done_at is None) for each in clocks(town) if each.means == "follow_up"]
    assert due == [
        (local(9, 28, 17), False),
        (local(9, 29, 8), True),  # nobody has sent it
        (local(9, 29, 17), True),
    ]
    late = next(each for each in clocks(town) if each.due_at == local(9, 29, 8))
    town.clock.forward(30 * MINUTE)
    await tap(town, "office", f"a:idone:{short(late.id)}")
    assert [each.late_minutes for each in clocks(town) if each.means == "follow_up"] == [0, 30, 0]
    assert sum(each.means == "follow_up" for each in clocks(town)) == 3


@on_one
async def test_an_ordinary_incident_has_no_daily_follow_ups(town: Town) -> None:
    await quiet_report(town)
    await town.passes(timedelta(days=1), step=HOUR)
    assert not any(each.means == "follow_up" for each in clocks(town))


@on_one
async def test_after_downtime_each_limit_is_said_once(town: Town) -> None:
    await quiet_report(town)
    town.clock.forward(50 * MINUTE)
    await replica(town).house.tick()
    await town.settle()
    said = [message.text for message in town["head"].messages if "报送已超时限" in message.text]
    assert len(said) == 2
    assert "电话报县政府：已超 30 分钟" in said[0]
    assert "书面报县政府：已超 10 分钟" in said[1]
    await town.passes(5 * MINUTE)
    assert sum("报送已超时限" in message.text for message in town["head"].messages) == 2


@ON_THE_WEB
async def test_two_tickers_speak_once(town: Town, database_url: str) -> None:
    await quiet_report(town)
    town.clock.forward(10 * MINUTE)
    now, house = town.clock.now(), town.house
    second = Database(database_url)
    await asyncio.gather(
        *(
            db.run(lambda session: incidents_due(session, county=house.county, now=now, policy=house.policy))
            for db in (house.db, second)
        )
    )
    second.close()
    await town.settle()
    assert sum("报送时间已过半" in message.text for message in town["office"].messages) == 1


@ON_THE_WEB
async def test_two_taps_at_once_leave_one(town: Town, database_url: str) -> None:
    await quiet_report(town)
    second = Database(database_url)
    other = replica(town, second)
    data = f"a:idone:{short(clock(town, 'phone', 'county').id)}"
    said = await asyncio.gather(tap(town, "office", data), tap(other, "colleague", data))
    second.close()
    name = clock(town, "phone", "county").done_name
    assert name in ("李静", "何伟")
    assert sum("已经登记过了" in each for each in said) == 1
    assert did(town, incidents(town)[0]) == ["report", "clock_done"]


def test_every_operation_on_a_clock_asks_who_it_is(session: Session, county: object) -> None:
    """An outsider learns nothing, not even whether there is one."""
    outsider = person_actor(
        session, person=session.get_one(Person, ("411024", county.town.id)), channel="web"
    )  # type: ignore[attr-defined]
    now = local(9, 28, 9)
    for work in (
        lambda: clock_by_id(session, by=outsider, clock_id=1, now=now),
        lambda: mark_done(session, by=outsider, clock_id=1, now=now, policy=Policy()),
        lambda: correct_time(session, by=outsider, clock_id=1, at=now, now=now),
    ):
        with pytest.raises(UserError) as caught:
            work()
        assert caught.value.key == "incident-unknown"


@on_one
async def test_what_was_never_recorded_cannot_be_put_right(town: Town) -> None:
    await quiet_report(town)
    await tap(town, "office", f"a:itime:{short(clock(town, 'phone', 'county').id)}")
    await town["office"].says("9:00")
    assert "还没有登记过报送" in town["office"].last.text
    assert clock(town, "phone", "county").done_at is None
