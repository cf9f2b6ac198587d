"""Duty in the chat: the roster sent in, reminders, check-in, the ladder for whoever is missing."""

import io
import re
import zipfile
from datetime import timedelta

import openpyxl
import pytest
from sqlmodel import select

from bot import fetching
from handlers.context import MAX_FILE
from handlers.inbound import FileRef
from models.alarms import Alarm
from models.audit import Event
from models.duty import KeyPeriod, Shift, ShiftDuty
from models.files import Attachment
from models.people import Invitation, Person
from models.roster_columns import HEADINGS
from models.roster_file import Sheet
from tests.chat import Town
from tests.duty_chats import (
    HOUR,
    MINUTE,
    change_post,
    duties,
    nothing_stored,
    publish,
    row,
    send_in,
    sheet,
    speak_english,
    until,
    uploads,
)
from tests.hazard_chats import ON_SQLITE, ON_THE_WEB, draft, replica

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

ON_ONE = [ON_THE_WEB, ON_SQLITE]


def on_one(test):
    """On the web chat and SQLite only."""
    for mark in ON_ONE:
        test = mark(test)
    return test


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
    office.sees("新增 0 班，改动 1 班，取消 0 班", "2 人会收到通知")
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
        "早报 10月1日", "今日值班：1 个岗位，应到 4 人，已到 0 人", "未到：吴刚（彭店镇值班室）"
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
    deputy.sees("点一个")
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
    for who in ("grid_worker", "town", "leader", "responsible"):
        await town[who].says("值班表")
        town[who].reads("没有这项权限")
    await town["head"].says("值班表")
    seen = town["head"].reads("重点时段")
    assert not any("新建" in label for label, _ in seen.buttons)


# A roster as a file


@on_one
async def test_published_once_however_often_pressed(town: Town) -> None:
    office = town["office"]
    await send_in(town, row())
    await office.taps("发布", "发布", "取消")
    office.sees("国庆节值班表已发布")
    office.sees("已经发布过了")
    office.sees("已经发布过了")
    assert len(town.ask(lambda session: session.exec(select(Shift)).all())) == 1
    told = [message for message in town["leader"].messages if "与您有关" in message.text]
    assert len(told) == 1
    published = town.ask(lambda session: session.exec(select(Event).where(Event.action == "publish")).all())
    assert sorted(event.subject for event in published) == ["period", "upload"]


@on_one
async def test_discarded_it_changes_nothing(town: Town) -> None:
    office = town["office"]
    await send_in(town, row())
    await office.taps("取消", "发布")
    office.sees("已取消，什么也没有改")
    office.sees("已经取消了")
    assert nothing_stored(town)
    assert uploads(town) == ["discarded"]


@on_one
async def test_a_preview_leaves_nothing_behind(town: Town) -> None:
    await send_in(town, row(leader="新来的", leader_phone="13900000009"))
    town["office"].reads(
        "新岗位 1 个：彭店镇值班室", "新人员 1 人：新来的", "还没有加入、收不到消息的 1 人：新来的"
    )
    assert nothing_stored(town)
    names = town.ask(lambda session: session.exec(select(Person.name)).all())
    assert "新来的" not in names
    town["officer"].sees_nothing_else()
    period = town.ask(lambda session: session.exec(select(KeyPeriod)).one())
    assert period.version == 1


@on_one
async def test_the_same_file_again_changes_nothing(town: Town) -> None:
    await publish(town, row(), row(date="10月2日"))
    await send_in(town, row(), row(date="10月2日"))
    town["office"].sees("新增 0 班，改动 0 班，取消 0 班", "0 人会收到通知")
    await town["office"].taps("发布")
    town["leader"].sees_nothing_else()


@on_one
async def test_the_newly_named_get_invitations(town: Town) -> None:
    office = town["office"]
    await send_in(town, row(leader="新来的", leader_phone="13900000009"))
    await office.taps("发布", "给他们邀请码")
    name, data = office.reads("1 人的邀请码在表里").document or ("", b"")
    assert name == "邀请码.xlsx"
    head, (who, phone, code, _) = openpyxl.load_workbook(io.BytesIO(data)).active.values
    assert head == ("姓名", "手机", "邀请码", "有效期至")
    assert (who, phone) == ("新来的", "13900000009")
    await town["newcomer"].says(code)
    town["newcomer"].sees("新来的，您已加入")
    await town["newcomer"].says("值班")
    town["newcomer"].sees("我的班", "彭店镇值班室 带班领导")
    assert len(town.ask(lambda session: session.exec(select(Invitation)).all())) == 1
    await office.taps("给他们邀请码")
    office.reads("他们都已经加入了")


@on_one
async def test_a_roster_without_its_period_is_read_again_once_there_is_one(town: Town) -> None:
    office = town["office"]
    await send_in(town, row(date="2026-11-10"), row(date="2026-11-11"))
    office.sees("没有导入", "从 11月10日（周二） 到 11月11日（周三）", "请先新建重点时段")
    await office.taps("新建重点时段")
    office.sees("叫什么名字")
    await office.says("花博会")
    office.sees("请核对重点时段", "名称：花博会", "第一天：11月10日（周二）", "最后一天：11月11日（周三）")
    await office.taps("提交")
    office.sees("已新建重点时段“花博会”", "重新看您发的值班表")
    await town.house.tick()
    await town.settle()
    office.sees("没有问题", "时段：花博会", "新增 2 班")
    await office.taps("发布")
    office.sees("花博会值班表已发布")


@on_one
async def test_of_two_periods_the_shorter_has_the_roster(town: Town) -> None:
    office = town["office"]
    await town.house.tick()
    await office.says("值班表")
    await office.taps("新建重点时段")
    await office.says("秋收防火", "9-20", "10-31", "提交")
    await send_in(town, row())
    office.sees("时段：国庆节")
    await send_in(town, row(date="10月20日"), row(date="10月21日"))
    office.sees("正在看")
    office.sees("时段：秋收防火")


@on_one
async def test_a_fault_of_ours_is_told_and_stops_nobody_else(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await send_in(town, row())
    monkeypatch.setattr(
        fetching, "read_sheets", lambda data: [Sheet("", [(1, [{}])] * 3)] if b"!" in data else 1 / 0
    )
    await town["office"].sends_document("a.csv", b"x")
    await town["colleague"].sends_document("b.csv", b"!")
    await town.house.tick()
    await town.settle()
    town["office"].reads("“a.csv”没有导入", "系统出了点问题")
    town["colleague"].reads("“b.csv”没有导入", "缺少这些列")
    assert uploads(town) == ["previewed", "refused", "refused"]


@on_one
async def test_a_period_of_the_offices_own(town: Town) -> None:
    office = town["office"]
    await office.says("值班表")
    await office.taps("新建重点时段")
    await office.says("花博会", "下个月", "2月31日")
    office.sees("没看懂日期“下个月”")
    office.sees("没看懂日期“2月31日”")
    await office.says("11月10日", "11-9")
    office.sees("结束时间要在开始时间之后")
    await office.says("11-12", "提交")
    office.sees("已新建重点时段“花博会”", "直接把文件")
    period = town.ask(
        lambda session: session.exec(select(KeyPeriod).where(KeyPeriod.source == "office")).one()
    )
    assert period.ends_at - period.starts_at == timedelta(days=3)


def zipped(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "x")
    return out.getvalue()


def with_formula() -> bytes:
    return sheet(row(date="=TODAY()"))


HTML = "<b>张&三<script>"
BAD: dict[str, tuple[bytes, str]] = {
    "only headings": (sheet(), "表里没有内容"),
    "no such day": (sheet(row(), row(date="2月31日")), "第 3 行：没有“2月31日”这一天"),
    "a formula": (with_formula(), "第 2 行：“值班日期”是公式"),
    "an old xls": (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "旧版 Excel"),
    "a broken zip": (sheet(row())[:900], "坏了，打不开"),
    "another zip": (zipped("word/document.xml"), "这不是值班表"),
    "a picture": (b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(range(256)), "这不是值班表"),
    "wrong columns": ("姓名,电话\n王芳,13800000001\n".encode(), "缺少这些列：值班日期"),
    "a web page": (b"<!doctype html><html><body>404</body></html>", "这不是值班表"),
    "markup in cells": (sheet(row(leader=HTML, leader_phone="")), f"没有登记过“{HTML}”"),
    "emoji": (sheet(row(officer="😀" * 31, officer_phone="")), "太长，最多 30 个字"),
    "unknown name": (sheet(row(leader="\u202e无名", leader_phone="")), "无名”，请写上手机号"),
    "twice at once": (sheet(row(), row()), "第 3 行：彭店镇值班室 与第 2 行时间重叠"),
    "only blanks": (b" \n ", "这个文件是空的"),
}


@on_one
@pytest.mark.parametrize("kind", BAD)
async def test_a_bad_file_gets_one_clear_answer_and_nothing_is_stored(town: Town, kind: str) -> None:
    data, said = BAD[kind]
    await send_in(town, data=data)
    office = town["office"]
    office.sees("正在看")
    office.sees("“值班表.xlsx”没有导入", said)
    office.sees_nothing_else()
    assert nothing_stored(town)
    assert uploads(town) == ["refused"]


@on_one
async def test_a_row_with_control_characters_is_only_text(town: Town) -> None:
    data = sheet(row(note="@everyone <i>x</i> 🔥", place="=1+1".replace("=", "＝")))
    await send_in(town, data=data, name="a\x00\u202eb\n值班表.xlsx")
    office = town["office"]
    office.sees("收到“a b 值班表.xlsx”")
    office.sees("没有问题")
    await office.taps("发布")
    assert len(town.ask(lambda session: session.exec(select(Shift)).all())) == 1


@on_one
async def test_a_file_too_big_is_refused_at_once(town: Town) -> None:
    big = FileRef("big", "big", "document", size=MAX_FILE + 1, name="值班表.xlsx")
    await town.wire.receive("office", kind="file", files=(big,))
    await town.settle()
    town["office"].sees("文件太大（上限 20 MB）")
    assert uploads(town) == []


@on_one
async def test_a_file_that_never_comes_is_told(town: Town) -> None:
    gone = FileRef("0" * 64, "0" * 64, "document", size=10, name="值班表.xlsx")
    await town.wire.receive("office", kind="file", files=(gone,))
    await town.passes(3 * HOUR)
    town["office"].reads("没有导入", "文件没有取到")
    assert uploads(town) == ["refused"]


@on_one
@pytest.mark.parametrize("who", ["grid_worker", "leader", "responsible", "head"])
async def test_a_file_from_someone_who_may_not(town: Town, who: str) -> None:
    await send_in(town, row(), who=who)
    town[who].sees("这个文件用不上")
    town[who].sees_nothing_else()
    assert uploads(town) == []


@on_one
async def test_a_file_from_a_stranger(town: Town) -> None:
    await send_in(town, row(), who="a stranger")
    town["a stranger"].sees("您还没有加入")
    town["a stranger"].sees_nothing_else()
    assert uploads(town) == []


@on_one
async def test_a_town_publishes_its_own_posts_only(town: Town) -> None:
    await send_in(town, row(post="马栏镇值班室"), who="town")
    town["town"].sees("正在看")
    town["town"].sees("第 2 行：“马栏镇值班室”不归您管")
    await send_in(town, row(), who="town")
    await town["town"].taps("发布")
    town["town"].reads("值班表已发布")
    assert duties(town)["吴刚 1"] == "expected"


@on_one
async def test_anothers_upload_cannot_be_published(town: Town) -> None:
    seen = await send_in(town, row())
    data = next(data for label, data in seen.buttons if "发布" in label)
    for who in ("colleague", "town", "grid_worker"):
        await town.wire.receive(who, kind="tap", data=data, tap_id="t")
        await town.settle()
        town[who].reads("找不到这份值班表")
    assert uploads(town) == ["previewed"]
    assert nothing_stored(town)


@on_one
async def test_what_was_published_meanwhile_is_found_when_publishing(town: Town) -> None:
    office = town["office"]
    await send_in(town, row())
    await send_in(town, row(post="马栏镇值班室", officer="", officer_phone=""))
    await office.taps("发布")
    office.reads("国庆节值班表已发布")
    first = next(message for message in office.messages if "彭店镇值班室" in message.text)
    data = next(data for label, data in first.buttons if "发布" in label)
    await town.wire.receive("office", kind="tap", data=data, tap_id="t")
    await town.settle()
    office.reads("吴刚 与已经排好的班同时在两个岗位")
    assert uploads(town) == ["previewed", "published"]
    assert len(town.ask(lambda session: session.exec(select(Shift)).all())) == 1


@on_one
async def test_in_the_middle_of_a_report_a_roster_is_still_taken(town: Town) -> None:
    office = town["office"]
    await office.says("上报")
    await send_in(town, row())
    office.sees("正在看")
    office.sees("没有问题")
    await office.sends_document("说明.docx", b"PK")
    office.sees("这个文件用不上")
    assert draft(town, "office").form == "hazard"


@ON_THE_WEB
async def test_two_readers_answer_once(town: Town) -> None:
    office = town["office"]
    await town.house.tick()
    await town.settle()
    office.looks()
    await office.sends_document("值班表.xlsx", sheet(row()))
    await town.house.tick()
    await replica(town).house.tick()
    await town.settle()
    office.sees("正在看")
    office.sees("没有问题")
    office.sees_nothing_else()


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
    await office.says("Expo", "submit")
    await send_in(town, row(leader="Newcomer", leader_phone="13900000009"))
    await office.taps("Publish", "Invitations for them")
    await send_in(town, row())
    await office.taps("Publish", "Publish")
    await until(town, 1, 8, 10)
    await leader.says("duty", "check in", "check in")
    names = "国庆节|彭店镇|值班室|值班表|吴刚|郑丽|冯超|鄢陵县|新来的|2月31日|10月1日"
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
