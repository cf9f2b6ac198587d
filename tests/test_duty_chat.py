"""Duty in the chat: the roster sent in, reminders, check-in, the ladder for whoever is missing."""

import io
import re
from datetime import timedelta

import openpyxl
from sqlmodel import select

from models.alarms import Alarm
from models.duty import KeyPeriod, ShiftDuty
from models.files import Attachment
from models.roster_columns import HEADINGS
from tests.chat import Town
from tests.duty_chats import (
    HOUR,
    MINUTE,
    change_post,
    duties,
    on_one,
    publish,
    row,
    send_in,
    speak_english,
    until,
)
from tests.hazard_chats import draft

HAN = re.compile("[\u4e00-\u9fff]")


# The whole way, on every channel and database


async def test_from_the_empty_table_to_the_check_in(town: Town) -> None:
    office, leader, officer = town["office"], town["leader"], town["officer"]
    await town.house.tick()  # the calendar makes the holiday a key period
    await office.says("值班表")
    office.sees("国庆节", "还没有岗位", "直接把文件")
    await office.taps("空表：国庆节")
    name, data = office.sees("国庆节的空表").document or ("", b"")
    assert name == "国庆节值班表.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert "鄢陵县 国庆节 值班表" in str(book.worksheets[0]["A1"].value)
    for place, cell in enumerate(row(), start=1):
        book.worksheets[0].cell(5, place).value = cell
    out = io.BytesIO()
    book.save(out)
    await office.sends_document("值班表.xlsx", out.getvalue())
    office.sees("收到“值班表.xlsx”")
    await town.house.tick()
    await town.settle()
    office.sees("没有问题，还没有发布", "时段：国庆节", "岗位 1 个，共 1 班", "新增 1 班", "3 人会收到通知")
    leader.sees_nothing_else()
    await office.taps("发布")
    office.sees("国庆节值班表已发布", "3 人已通知")
    leader.sees("与您有关", "彭店镇值班室 带班领导", "10月1日（周四）08:00")
    await until(town, 30, 8, 30, month=9)
    leader.sees("值班提醒", "0374-7160000", "冯超 13800000012")
    await until(town, 1, 7, 10)
    leader.sees("值班提醒")
    await until(town, 1, 7, 50)
    leader.sees_nothing_else()
    await officer.says("签到")
    officer.sees("已签到：彭店镇值班室 07:50", "带班领导：吴刚 13800000010")
    await until(town, 1, 8)
    leader.sees("值班时间到了")
    await leader.taps("到岗签到")
    leader.sees("已签到：彭店镇值班室 08:00")
    await leader.taps("到岗签到")
    leader.sees("已经签过到了")
    await until(town, 1, 9)
    for user in (leader, officer):
        user.sees_nothing_else()
    assert duties(town) == {"吴刚 1": "checked_in", "郑丽 1": "standby", "冯超 1": "checked_in"}


async def test_a_check_in_with_photo_and_place_far_away_is_flagged_not_refused(town: Town) -> None:
    leader, office = town["leader"], town["office"]
    await publish(town, row())
    change_post(town, needs_place=True, needs_photo=True, lat=34.10, lon=114.18)
    await until(town, 1, 7, 40)
    leader.looks()
    await leader.says("签到")
    leader.sees("彭店镇值班室 带班领导", "请拍一张现场照片")
    await leader.says("跳过")
    leader.sees("不能跳过")
    await leader.sends_photo()
    leader.sees("请发送您现在的位置")
    await leader.says("在值班室")
    leader.sees("请发送位置，或输入“纬度，经度”")
    await leader.says("跳过")
    leader.sees("不能跳过")
    await leader.shares_place(34.12, 114.18)
    leader.sees("已签到：彭店镇值班室 07:40", "离值班点 2,224 米")
    office.reads("吴刚 签到位置离值班点 2,224 米，请核实")
    await until(town, 1, 8, 40)
    assert not any("还没有签到" in message.text for message in leader.messages)
    kept = town.ask(lambda session: session.exec(select(ShiftDuty).where(ShiftDuty.outside)).one())
    assert (kept.state, kept.distance, kept.place_source) == ("checked_in", 2224, "shared")
    photos = town.ask(lambda session: session.exec(select(Attachment)).all())
    assert [(each.subject, each.subject_id, each.kind) for each in photos] == [("duty", kept.id, "checkin")]


# Reminders and the ladder


@on_one
async def test_the_missing_are_nudged_the_office_alarmed_the_deputy_called(town: Town) -> None:
    office, leader, deputy = town["office"], town["leader"], town["deputy"]
    await publish(town, row())
    await until(town, 1, 7, 50)
    await town["officer"].says("签到")
    await until(town, 1, 8)
    for user in (leader, deputy, office, town["head"]):
        user.looks()
    await town.passes(10 * MINUTE)
    leader.sees("已过 10 分钟，您还没有签到")
    office.sees_nothing_else()
    await town.passes(10 * MINUTE)
    office.sees("告警", "缺岗：彭店镇值班室 带班领导 吴刚", "本人电话：13800000010", "郑丽 13800000011")
    deputy.sees_nothing_else()
    await town.passes(10 * MINUTE)
    deputy.sees("请您马上到岗顶班", "吴刚")
    town["head"].reads("有人没到岗", "已通知 B角：郑丽 13800000011")
    await deputy.taps("到岗签到")
    deputy.sees("已签到：彭店镇值班室 08:30")
    await town.passes(HOUR)
    leader.sees_nothing_else()
    await leader.says("值班")
    leader.sees("彭店镇现在值班", "吴刚 13800000010 B角顶班", "郑丽 13800000011 ✅ 已到")
    assert duties(town) == {"吴刚 1": "covered", "郑丽 1": "checked_in", "冯超 1": "checked_in"}


@on_one
async def test_who_comes_late_is_told_so_and_the_alarm_ends(town: Town) -> None:
    await publish(town, row())
    await until(town, 1, 8, 20)
    await town["leader"].taps("到岗签到")
    town["leader"].reads("已签到", "晚了 20 分钟")
    town["office"].reads("吴刚 已到岗签到（晚 20 分钟）")
    alarms = town.ask(lambda session: session.exec(select(Alarm)).all())
    assert sorted(alarm.closed for alarm in alarms) == ["", "checked-in"]  # 冯超 is still missing


@on_one
async def test_a_swapped_shift_is_reminded_to_the_new_person_only(town: Town) -> None:
    office, old, new = town["office"], town["leader"], town["deputy"]
    await publish(town, row(deputy="", deputy_phone=""))
    new.looks()
    swapped = row(leader="郑丽", leader_phone="13800000011", deputy="", deputy_phone="")
    await send_in(town, swapped)
    office.sees("新增 0 班，改动 1 班，取消 0 班", "3 人会收到通知")  # who shares the shift, too
    old.sees_nothing_else()
    await office.taps("发布")
    old.sees("取消：彭店镇值班室 带班领导")
    new.sees("新排：彭店镇值班室 带班领导")
    await until(town, 1, 7, 10)
    new.sees("值班提醒")
    new.sees("值班提醒")
    old.sees_nothing_else()
    await until(town, 1, 8)
    new.sees("值班时间到了")
    old.sees_nothing_else()
    await old.says("签到")
    old.sees("近期没有给您排班")


@on_one
async def test_the_office_hears_ahead_what_is_not_covered(town: Town) -> None:
    await publish(town, row(date="2026-10-02"))
    await town.passes(HOUR)
    town["office"].reads(
        "国庆节", "还有 1 个岗位没有排满", "10月1日（周四）08:00 至 10月2日（周五）08:00 没人"
    )
    await town["office"].says("值班表")
    town["office"].reads("【国庆节】", "10月3日（周六）08:00 至 10月8日（周四）08:00 没人")


@on_one
async def test_without_posts_nobody_is_troubled_with_coverage(town: Town) -> None:
    await town.passes(timedelta(days=2), step=6 * HOUR)
    assert not any("排满" in message.text for message in town["office"].messages)


@on_one
async def test_the_digest_tells_todays_duty(town: Town) -> None:
    await publish(town, row(date="2026-09-30"), row())
    await until(town, 1, 7, 55)
    town["office"].reads(
        "早报 10月1日", "今日值班：1 个岗位，应到 2 人，已到 0 人", "未到：吴刚（彭店镇值班室）"
    )


@on_one
async def test_holidays_become_key_periods_once(town: Town) -> None:
    for _ in range(3):
        await town.passes(timedelta(days=1), step=6 * HOUR)
    periods = town.ask(lambda session: session.exec(select(KeyPeriod).order_by(KeyPeriod.starts_at)).all())
    assert [period.name for period in periods] == ["国庆节"]


# Checking in


@on_one
async def test_the_word_finds_the_shift_or_says_when(town: Town) -> None:
    leader = town["leader"]
    await leader.says("签到")
    leader.sees("近期没有给您排班")
    await publish(town, row())
    await leader.says("签到")
    leader.sees("现在没有要您签到的班", "您下一班：彭店镇值班室", "07:30 起可以签到")
    await until(town, 1, 7, 30)
    await leader.says("/checkin")
    leader.sees("已签到：彭店镇值班室 07:30")
    await leader.says("到岗签到")
    leader.sees("已经签过到了", "07:30")


@on_one
async def test_several_open_shifts_are_offered(town: Town) -> None:
    deputy = town["deputy"]
    one = row(date="2026-10-01", times="08:00-20:00", leader="郑丽", leader_phone="13800000011", deputy="")
    two = row(times="20:00-次日08:00", leader="郑丽", leader_phone="13800000011", deputy="")
    other = row(post="彭店镇防汛岗", leader="吴刚", officer="", officer_phone="")
    await publish(town, *([*each[:7], "", *each[8:]] for each in (one, two)), other)
    await until(town, 1, 19, 45)
    deputy.looks()
    await deputy.says("签到")
    deputy.sees("有几班可以签到", "08:00 至 10月1日（周四）20:00", "20:00 至 10月2日")
    await deputy.says("值班")
    deputy.sees("我的班", "还没签到")
    data = [
        data for message in deputy.messages for _, data in message.buttons if data.startswith("a:checkin")
    ]
    await deputy.taps("签到：彭店镇防汛岗")
    deputy.sees("已签到：彭店镇防汛岗")
    assert len(set(data)) == 3


@on_one
async def test_a_deputy_is_not_checked_in_by_a_word_alone(town: Town) -> None:
    await publish(town, row())
    await until(town, 1, 7, 40)
    deputy = town["deputy"]
    deputy.looks()
    await deputy.says("签到")
    deputy.sees("您是B角，平时不用签到")
    assert duties(town)["郑丽 1"] == "standby"
    await deputy.taps("到岗签到")
    assert duties(town) == {"吴刚 1": "covered", "郑丽 1": "checked_in", "冯超 1": "expected"}


@on_one
async def test_others_and_forgers_cannot_check_in(town: Town) -> None:
    await publish(town, row())
    await until(town, 1, 8)
    data = next(
        data for message in town["leader"].messages for _, data in message.buttons if "checkin" in data
    )
    await town.wire.receive("grid_worker", kind="tap", data=data, tap_id="t")
    await town.settle()
    town["grid_worker"].reads("这一班没有您")
    for forged in ("a:checkin", "a:checkin:!", "a:checkin:zzzzzzzzzzzzz", "a:checkin:1"):
        await town.wire.receive("leader", kind="tap", data=forged, tap_id="t")
    await town.settle()
    assert duties(town)["吴刚 1"] == "expected"


@on_one
async def test_the_button_too_early_and_too_late(town: Town) -> None:
    await publish(town, row())
    duty = town.ask(lambda session: session.exec(select(ShiftDuty).where(ShiftDuty.role == "leader")).one())
    await until(town, 1, 8)
    data = next(
        data for message in town["leader"].messages for _, data in message.buttons if "checkin" in data
    )
    await until(town, 2, 8)
    await town.wire.receive("leader", kind="tap", data=data, tap_id="t")
    await town.settle()
    town["leader"].reads("已经结束，不能再签到")
    town["leader"].reads("彭店镇值班室 带班领导")
    assert duty.state == "expected"
    assert duties(town)["吴刚 1"] == "missed"


@on_one
async def test_the_form_pressed_twice_is_one_form(town: Town) -> None:
    await publish(town, row())
    change_post(town, needs_photo=True)
    await until(town, 1, 8)
    leader = town["leader"]
    leader.looks()
    await leader.taps("到岗签到")
    leader.sees("请拍一张现场照片")
    first = draft(town, "leader").id
    await leader.taps("到岗签到")
    leader.sees("请拍一张现场照片")
    assert draft(town, "leader").id == first
    await leader.sends_photo()
    leader.sees("已签到")
    leader.sees_nothing_else()


@on_one
async def test_a_typed_place_checks_in(town: Town) -> None:
    await publish(town, row())
    change_post(town, needs_place=True, lat=34.10, lon=114.18)
    await until(town, 1, 8)
    await town["leader"].taps("到岗签到")
    await town["leader"].says("34.10001, 114.18001")
    assert "离值班点" not in town["leader"].reads("已签到").text
    assert (
        town.ask(
            lambda session: session.exec(
                select(ShiftDuty.place_source).where(ShiftDuty.role == "leader")
            ).one()
        )
        == "typed"
    )


# Who is on duty


@on_one
async def test_each_sees_the_duty_of_their_own_place(town: Town) -> None:
    await publish(
        town,
        row(),
        row(
            post="马栏镇值班室",
            leader="王海",
            leader_phone="13900000001",
            officer="",
            officer_phone="",
            deputy="",
            deputy_phone="",
        ),
    )
    await until(town, 1, 9)
    await town["office"].says("值班")
    town["office"].reads("鄢陵县现在值班", "彭店镇值班室", "马栏镇值班室", "王海 13900000001 还没签到")
    await town["grid_worker"].says("谁在值班")
    seen = town["grid_worker"].reads("彭店镇现在值班", "吴刚 13800000010", "没有给您排班")
    assert "马栏" not in seen.text
    await town["other_worker"].says("/duty")
    assert "吴刚" not in town["other_worker"].reads("马栏镇现在值班", "王海").text


@on_one
async def test_the_roster_is_the_offices(town: Town) -> None:
    for who in ("grid_worker", "leader", "responsible"):
        await town[who].says("值班表")
        town[who].reads("没有这项权限")
    await town["head"].says("值班表")
    seen = town["head"].reads("重点时段")
    assert not any("新建" in label for label, _ in seen.buttons)


# English


@on_one
async def test_english_throughout(town: Town) -> None:
    speak_english(town, "office", "leader")
    office, leader = town["office"], town["leader"]
    await town.house.tick()
    await office.says("roster")
    await send_in(town, row(), row(date="2月31日"))
    await send_in(town, row(date="2026-11-10"))
    await office.taps("New key period")
    await office.says("Expo", "1", "skip", "the whole county", "submit")
    await send_in(town, row(leader="Newcomer", leader_phone="13900000009"))
    await office.taps("Publish", "Invitations for them")
    await send_in(town, row())
    await office.taps("Publish", "Publish")
    await until(town, 1, 8, 10)
    await leader.says("duty", "check in", "check in")
    names = (
        "国庆节|彭店镇|值班室|值班表|吴刚|郑丽|冯超|鄢陵县|新来的|2月31日|10月1日|[\\u4e00-\\u9fff]{2,3}镇"
    )
    for who in (office, leader):
        for message in who.messages:
            said = re.sub(names, "", " ".join([message.text, *(label for label, _ in message.buttons)]))
            assert not HAN.search(said), said
    leader.reads("Checked in: 彭店镇值班室 08:10", "10 min after the time")
    office.reads("row 3: there is no day", "was not imported")
    document = next(message.document for message in office.messages if message.document)
    assert document[0] == "invitations.xlsx"


def test_the_columns_of_these_tests_are_the_templates() -> None:
    assert len(row()) == len(HEADINGS)
