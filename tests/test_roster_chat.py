"""The roster in the chat: by pages, someone replaced, two swapped, the history; who may see and do what."""

import io

import openpyxl

from tests.chat import Town
from tests.duty_chats import duties, on_one, publish, row, speak_english, until

SECOND = {"date": "2026-10-02", "leader": "郑丽", "leader_phone": "13800000011", "officer": "马超"}
SECOND |= {"officer_phone": "13900000014", "deputy": "", "deputy_phone": ""}


async def two_days(town: Town) -> None:
    """吴刚 and 冯超 on the 1st, 郑丽 and 马超 on the 2nd."""
    await publish(town, row(), row(**SECOND))


async def test_a_tap_on_a_shift_replaces_someone_and_all_concerned_hear_of_it(town: Town) -> None:
    office = town["office"]
    await two_days(town)
    await office.says("值班表")
    await office.taps("🗓 国庆节", "10月1日（周四）")
    office.sees(
        "国庆节 10月1日（周四），共 1 班", "彭店镇值班室 08:00 至 10月2日（周五）08:00：吴刚、郑丽、冯超"
    )
    await office.taps("彭店镇值班室 08:00")
    office.sees("带班领导：吴刚 13800000010", "值班人员：冯超 13800000012")
    await office.taps("换人：冯超")
    seen = office.sees("换成谁")
    assert any("马超" in label for label, _ in seen.buttons)
    await office.says("张三丰")
    office.sees("没有登记过：张三丰")
    await office.says("吴刚", "出差", "提交")
    office.sees("这一班里")  # 吴刚 is on this very shift
    await office.says("2", "马超", "提交")
    office.sees("已换人：彭店镇值班室 值班人员：10月1日（周四）08:00", "冯超 换成 马超", "都已通知")
    town["officer"].sees("替班", "改由 马超 值，您不用去了", "原因：出差")
    town["leader"].sees("冯超 换成 马超 13900000014", "原因：出差")
    town["town"].sees("冯超 换成 马超")
    town["colleague"].sees("冯超 换成 马超")
    await office.taps("班次记录")
    office.sees("李静 排班：吴刚、郑丽、冯超", "李静 换人（出差）", "下：值班人员 冯超", "上：值班人员 马超")
    await office.taps("提交")
    office.sees("已经过时")
    town["officer"].looks()
    await until(town, 1, 9)
    assert "冯超 1" not in {who for who, state in duties(town).items() if state != "removed"}
    town["officer"].sees_nothing_else()


@on_one
async def test_typed_from_the_beginning_by_the_towns_officer(town: Town) -> None:
    officer = town["town"]
    await two_days(town)
    await officer.says("换人")
    officer.sees("哪一天的班")
    await officer.says("10-9")
    officer.sees("10月9日（周五） 没有可以换人的班")
    await officer.says("10-2", "值班室", "马超", "冯超", "跳过")
    officer.sees(
        "请核对换人",
        "1. 原来的人：值班人员 马超 10月2日（周五）08:00 彭店镇值班室",
        "2. 换成：冯超",
        "原因：无",
    )
    await officer.says("提交")
    officer.sees("马超 换成 冯超")
    town["office"].sees("马超 换成 冯超")
    await officer.says("对调", "10-1", "1", "1")
    officer.sees("和哪一班对调")
    await officer.says("郑丽")
    officer.sees("您说的是哪一班")
    await officer.taps("带班领导 郑丽 10月2日")
    await officer.says("跳过", "提交")
    officer.sees("已经在这一班里")  # 郑丽 stands by on the first
    await officer.says("取消")


@on_one
async def test_two_are_swapped_by_the_office(town: Town) -> None:
    office = town["office"]
    await publish(town, row(deputy="", deputy_phone=""), row(**SECOND))
    await office.says("值班表")
    await office.taps("🗓 国庆节", "10月1日", "彭店镇值班室 08:00", "对调：冯超", "值班人员 马超 10月2日")
    await office.says("家里有事", "提交")
    office.sees(
        "已对调", "冯超 改值 彭店镇值班室 值班人员：10月2日", "马超 改值 彭店镇值班室 值班人员：10月1日"
    )
    town["officer"].sees("调班：您改值 彭店镇值班室 值班人员：10月2日", "原因：家里有事")
    found = {who: state for who, state in duties(town).items() if state != "removed"}
    assert {"冯超 2", "马超 1"} <= set(found)


@on_one
async def test_each_sees_and_changes_what_is_theirs(town: Town) -> None:
    await two_days(town)
    office = town["office"]
    await office.says("值班表")
    await office.taps("🗓 国庆节")
    period = next(data for label, data in office.last.buttons if "现在的值班表" in label)
    await office.taps("10月1日", "彭店镇值班室 08:00")
    shift = next(data for label, data in office.last.buttons if "班次记录" in label)
    change = next(data for label, data in office.last.buttons if "换人：冯超" in label)
    for who in ("other_town", "grid_worker", "responsible"):
        for data in (shift, change, shift.replace("timeline", "shift")):
            await town.wire.tap(who, office.last, data)
            await town.settle()
            town[who].sees("没有这项权限")
    await town["other_town"].says("值班表")
    assert "一班也没有" not in town["other_town"].last.text
    await town.wire.tap("other_town", office.last, period.replace("standing", "period"))
    await town.settle()
    town["other_town"].reads("还没有排班")
    await town.wire.tap("officer", office.last, shift.replace("timeline", "shift"))  # it is their own shift
    await town.settle()
    seen = town["officer"].sees("带班领导：吴刚")
    assert [label for label, _ in seen.buttons] == ["🕘 班次记录"]
    await town.wire.tap("officer", office.last, change)
    await town.settle()
    town["officer"].sees("没有这项权限")
    for data in (
        "a:shift",
        "a:shift:!",
        "a:shift:zz",
        "a:period:1",
        "a:shifts:1:2",
        "a:replace:x",
        "a:history:0",
    ):
        await town.wire.tap("office", office.last, data)
        await town.settle()
    assert duties(town)["冯超 1"] == "expected"


@on_one
async def test_the_leader_of_the_shift_replaces_by_typing(town: Town) -> None:
    """The 带班领导 approves for those on the shift; the roster's pages are not theirs."""
    await two_days(town)
    office = town["office"]
    await office.says("值班表")
    await office.taps("🗓 国庆节", "10月1日", "彭店镇值班室 08:00")
    change = next(data for label, data in office.last.buttons if "换人：冯超" in label)
    await town.wire.tap("leader", office.last, change)
    await town.settle()
    town["leader"].sees("换成谁")
    await town["leader"].says("马超", "跳过", "提交")
    town["leader"].sees("冯超 换成 马超")


@on_one
async def test_the_roster_as_it_stands_comes_as_a_table_that_reads_back(town: Town) -> None:
    office = town["office"]
    await two_days(town)
    await office.says("值班表")
    await office.taps("🗓 国庆节", "现在的值班表")
    name, data = office.sees("国庆节现在的值班表").document or ("", b"")
    cells = list(openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True))
    assert cells[2][:4] == ("2026-10-01", "08:00-次日08:00", "彭店镇值班室", "吴刚")
    await office.sends_document(name, data)
    await town.house.tick()
    await town.settle()
    office.reads("新增 0 班，改动 0 班，取消 0 班")


@on_one
async def test_who_stays_on_a_shift_hears_with_whom(town: Town) -> None:
    await two_days(town)
    changed = row(officer="马超", officer_phone="13900000014")
    await publish(town, changed)
    assert any("同班人员有变" in each.text for each in town["leader"].messages)
    town["leader"].reads("现在是 吴刚、郑丽、马超")


@on_one
async def test_in_english(town: Town) -> None:
    office = town["office"]
    await two_days(town)
    speak_english(town, "office", "officer")
    await office.says("roster")
    await office.taps("🗓 国庆节", "Thu 1 Oct", "彭店镇值班室 08:00", "Replace 冯超", "马超", "Ill", "Submit")
    office.sees("马超 instead of 冯超", "Everyone concerned")
    town["officer"].sees("Substitute", "you need not go", "Reason: ill")
    await office.taps("History")
    office.sees(
        "put on by 李静: 吴刚, 郑丽, 冯超", "someone replaced by 李静 (ill)", "off: duty officer 冯超"
    )


@on_one
async def test_a_shift_without_a_leader_is_told_where_others_have_one(town: Town) -> None:
    nobody = {"leader": "", "leader_phone": "", "deputy": "", "deputy_phone": ""}
    days = [row(date=f"2026-10-{day:02d}") for day in range(1, 7)]
    await publish(
        town,
        *days,
        row(date="2026-10-07", **nobody),
        row(post="县委值班室", officer="马超", officer_phone="13900000014", **nobody),
    )
    office = town["office"]
    preview = next(seen.text for seen in reversed(office.messages) if "有 1 班没有带班领导" in seen.text)
    assert "10月7日（周三）08:00" in preview  # before it is published
    await office.says("值班表")
    said = office.last.text
    assert "有 1 班没有带班领导" in said
    assert "▪ 彭店镇值班室：10月7日（周三）08:00" in said
    assert said.count("10月7日（周三）08:00") == 1
    await until(town, 8, 9)
    await office.says("值班表")
    assert "没有带班领导" not in office.last.text
