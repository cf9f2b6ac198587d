"""A roster sent to the bot as a file: previewed, published once, or refused in one clear answer."""

import io
import zipfile
from datetime import timedelta

import openpyxl
import pytest
from sqlmodel import select

from bot import fetching
from handlers.context import MAX_FILE
from handlers.inbound import FileRef
from models.audit import Event
from models.duty import KeyPeriod, Shift
from models.people import Invitation, Person
from models.roster_file import Sheet
from tests.chat import Town
from tests.duty_chats import (
    HOUR,
    duties,
    nothing_stored,
    on_one,
    publish,
    row,
    send_in,
    sheet,
    uploads,
)
from tests.hazard_chats import ON_THE_WEB, draft, replica


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
    await office.says("花博会", "1", "跳过", "全县")
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
    await office.says("秋收防火", "9-20", "10-31", "带班领导保持联系", "跳过", "1", "提交")
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
    await office.says("11-12", "领导到岗带班、24小时值班", "25点")
    office.sees("没看懂时间“25点”")
    await office.says("9点半、15:00", "马兰镇")
    office.sees("值守要求：领导到岗带班、24小时值班", "零报告时间：09:30、15:00", "范围：马栏镇")
    await office.says("提交")
    office.sees("已新建重点时段“花博会”", "直接把文件")
    period = town.ask(
        lambda session: session.exec(select(KeyPeriod).where(KeyPeriod.source == "office")).one()
    )
    assert period.ends_at - period.starts_at == timedelta(days=3)
    assert (period.level, period.report_times, period.area) == ("onsite", ["09:30", "15:00"], "411024101")


@on_one
async def test_a_period_in_a_year_without_its_notice_says_so(town: Town) -> None:
    office = town["office"]
    await office.says("值班表")
    await office.taps("新建重点时段")
    await office.says("岁末年初", "2026-12-20", "2027-1-31")
    await office.taps("全员在岗", "09:00、15:00", "全县", "提交")
    office.sees("已新建重点时段“岁末年初”", "2027 年的放假安排还没有公布")


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
