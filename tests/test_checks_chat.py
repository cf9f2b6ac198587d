"""Zero reports, spot checks, violations and the summary as people meet them in the chat."""

import io
import re

import openpyxl
from sqlmodel import select

from models.draw_seed import CheckSeed
from models.spot_checks import SpotAnswer
from models.violations import Violation
from models.zero_rounds import ZeroReport
from tests.chat import PARTS, Town
from tests.check_chats import SECOND, checked_town, drawn, to, watched
from tests.duty_chats import (
    MINUTE,
    change_post,
    publish,
    row,
    until,
)

__all__ = ["checked_town"]

HAN = re.compile("[\u4e00-\u9fff]")


def look_away(town: Town) -> None:
    for part in PARTS:
        town[part].looks()


def states(town: Town) -> list[str]:
    found: list[str] = town.ask(lambda session: list(session.exec(select(ZeroReport.state))))
    return found


# The stories, on every channel and database


async def test_a_report_in_time_and_one_that_is_chased_listed_explained_and_upheld(town: Town) -> None:
    office, officer, other = town["office"], town["town"], town["other_town"]
    await publish(town, row(), row(**SECOND))
    await until(town, 1, 14, 20)
    look_away(town)
    await until(town, 1, 14, 30)
    officer.sees("零报告：彭店镇，请在 15:00 前报", "国庆节，10月1日（周四）15:00这一次")
    other.sees("零报告：马栏镇")
    await officer.taps("平安无事")
    officer.sees("收到：彭店镇平安无事")
    await officer.taps("平安无事")
    officer.sees("这一次已经报过了", "彭店镇 14:30已报平安（陈明）")
    await until(town, 1, 15)
    other.sees("零报告时间到了，马栏镇还没有报")
    await until(town, 1, 15, 20)
    other.sees("晚了 20 分钟，请马上报", "点名")
    office.sees_nothing_else()
    await until(town, 1, 15, 30)
    listed = office.sees("应报 2 个，还有 1 个没报", "没报：马栏镇，孙涛 13800000004")
    assert "彭店" not in listed.text
    officer.sees_nothing_else()
    await other.says("平安无事")
    other.sees("收到：马栏镇平安无事", "晚了 30 分钟")
    office.reads("2 个全部报齐")
    assert listed.text not in [message.text for message in office.messages]  # it was edited
    other.sees("记录了一条值守违规", "迟报：马栏镇", "15:30才报，晚了 30 分钟")
    await other.taps("说明原因")
    other.sees("迟报：马栏镇", "请说明原因")
    await other.says("山里没有信号")
    await other.sends_photo()
    await other.says("发完了")
    other.sees("说明已交县安委办")
    told = office.sees("孙涛说明了原因", "山里没有信号")
    assert told.photos == 1
    await office.taps("成立")
    await office.taps("没有正当理由")
    office.sees("已认定：违规成立")
    other.sees("违规成立", "理由：没有正当理由（李静）")
    assert states(town) == ["well", "well"]


async def test_news_goes_to_the_office_as_an_alarm_with_its_photo(town: Town) -> None:
    office, officer = town["office"], town["town"]
    await publish(town, row())
    await until(town, 1, 14, 30)
    look_away(town)
    await officer.taps("有情况")
    officer.sees("出了什么事")
    await officer.says("养老院停电")
    officer.sees("在什么地方")
    await officer.says("镇东头")
    officer.sees("有照片请发来")
    await officer.sends_photo()
    await officer.says("发完了")
    officer.sees("已报县安委办：彭店镇有情况", "同时打电话")
    office.sees("告警", "有情况：彭店镇（陈明 13800000003）", "什么事：养老院停电", "地点：镇东头")
    await office.taps("查看")
    shown = office.sees("14:30已报有情况（陈明）", "养老院停电")
    assert shown.photos == 1
    await office.taps("收到")
    office.sees("已记录")
    await office.says("零报告")
    office.sees("应报 1 个：平安 0，有情况 1，没报 0", "彭店镇：养老院停电")


async def test_a_drawn_check_is_answered_and_another_is_not(checked_town: Town) -> None:
    town = checked_town
    office, leader, officer = town["office"], town["leader"], town["officer"]
    await publish(town, row(), row(date="2026-10-02"))
    sha256 = town.ask(lambda session: session.exec(select(CheckSeed.sha256)).one())
    assert any(sha256 in message.text for message in office.messages)
    change_post(town, lat=34.10, lon=114.18)
    await until(town, 1, 7, 50)
    for user in (leader, officer):
        await user.says("签到")
    first = drawn(town)[0].at
    await to(town, first)
    look_away(town)
    await town.passes(MINUTE)
    for user in (leader, officer):
        user.sees_nothing_else()  # asked at that very minute, once
    asked = officer.reads("查岗：彭店镇值班室", "10 分钟内")
    assert ("✅ 我在岗", asked.buttons[0][1]) == asked.buttons[0]
    await officer.taps("我在岗")
    officer.sees("请拍一张现在的现场照片，或发送您现在的位置")
    await officer.says("我真的在")
    officer.sees("请拍一张现场照片，或发送您现在的位置")
    await officer.sends_photo("blue")
    officer.sees("查岗已应答：彭店镇值班室")
    await officer.taps("我在岗")
    officer.sees("您已经应答过了")
    office.sees_nothing_else()
    await town.passes(9 * MINUTE)
    office.sees("查岗无人应答", "吴刚 13800000010")
    await leader.shares_place(34.12, 114.18)  # without tapping anything
    leader.reads("查岗已应答", "超过应答时间", "2,224 米")
    office.reads("查岗迟答")
    office.reads("位置离值班点 2,224 米")
    found = town.ask(lambda session: session.exec(select(SpotAnswer).order_by(SpotAnswer.id)).all())
    assert sorted((each.state, each.outside) for each in found) == [("late", True), ("passed", False)]
    kinds = town.ask(lambda session: list(session.exec(select(Violation.kind))))
    assert sorted(kinds) == ["left_post", "no_answer"]


async def test_the_office_checks_everybody_at_once(town: Town) -> None:
    office, leader, officer = town["office"], town["leader"], town["officer"]
    await publish(town, row())
    await until(town, 1, 7, 50)
    for user in (leader, officer):
        await user.says("签到")
    await until(town, 1, 10)
    look_away(town)
    await office.says("查岗")
    office.sees("近一天的查岗", "近一天没有查过岗")
    await office.taps("现在查岗")
    office.sees("查哪里")
    await office.says("彭店")
    office.sees("名字像的有几个")
    await office.taps("彭店镇值班室")
    office.sees("请核对查岗")
    await office.says("提交")
    office.sees("已发出查岗，共问 2 人，10:10 前应答")
    office.reads("共 2 人：在岗 0，位置不符 0，迟答 0，待应答 2")
    officer.sees("查岗：彭店镇值班室，请在 10:10 前应答")
    await officer.says("在岗")
    officer.sees("请拍一张")
    await officer.sends_photo("green")
    officer.sees("查岗已应答")
    board = office.reads("共 2 人：在岗 1", "没答：彭店镇值班室 带班领导 吴刚")
    await town.passes(10 * MINUTE)
    office.reads("在岗 1，位置不符 0，迟答 0，待应答 0，没有应答 1")
    assert board.text not in [message.text for message in office.messages]  # it was edited
    await leader.says("我在岗")
    leader.sees("请拍一张")
    await leader.says("取消")
    await officer.says("我在岗")
    officer.sees("现在没有要您应答的查岗")
    await office.says("查岗")
    office.sees("10:00 彭店镇值班室（李静发起）：2 人，在岗 1", "没有应答 1")


async def test_the_period_ends_with_its_summary_and_the_seed(checked_town: Town) -> None:
    town = checked_town
    office = town["office"]
    await watched(town, row(**SECOND))
    secret = town.ask(lambda session: session.exec(select(CheckSeed.seed)).one())
    await until(town, 1, 8, 5)
    await town["officer"].says("签到")
    await office.says("查岗")
    await office.taps("查岗种子：国庆节")
    office.reads("的随机查岗", "时段结束后（10月8日（周四）09:00起）公布")
    await until(town, 8, 8, 50)
    office.looks()
    assert not any(secret in message.text for message in office.messages)
    await until(town, 8, 9)
    summary = office.sees("国庆节值守小结", "岗位 2 个", "签到：应到 3 人次，按时 0，迟到 1，未到 2")
    office.sees("查岗种子现在公布", f"种子：{secret}")
    name, data = summary.document or ("", b"")
    assert name == "国庆节值守小结.xlsx"
    towns, posts = openpyxl.load_workbook(io.BytesIO(data)).worksheets
    assert [towns.title, posts.title] == ["按镇区", "按岗位"]
    assert [cell.value for cell in towns["A"]] == ["镇区", "马栏镇", "彭店镇", "合计"]
    assert [cell.value for cell in posts["B"]] == ["岗位", "马栏镇值班室", "彭店镇值班室"]
    head = [cell.value for cell in towns[1]]
    last = dict(zip(head, [cell.value for cell in towns[4]], strict=True))
    assert (last["应到人次"], last["迟到"], last["未到"]) == (3, 1, 2)
    await until(town, 9, 9)
    assert sum("国庆节值守小结" in message.text for message in office.messages) == 1
    await office.says("值守小结")
    office.reads("国庆节值守小结")
