"""Violations and the summary in the chat: who sees what, explaining, deciding, recording, in English too."""

import re

from sqlmodel import select

from models.base import short
from models.violations import Violation
from tests.chat import PARTS, Town
from tests.check_chats import SECOND, checked_town, count, forged, on_the_web
from tests.duty_chats import MINUTE, on_one, publish, row, send_in, speak_english, until

__all__ = ["checked_town"]
HAN = re.compile("[\u4e00-\u9fff]")


async def late(town: Town) -> None:
    """The leader was a quarter of an hour late."""
    await publish(town, row())
    await until(town, 1, 7, 50)
    await town["officer"].says("签到")
    await until(town, 1, 8, 20)
    await town["leader"].says("签到")
    for part in PARTS:
        town[part].looks()


@on_one
async def test_each_sees_their_own(town: Town) -> None:
    await late(town)
    for who in ("office", "head", "town", "leader"):
        await town[who].says("违规")
        town[who].sees("1. 迟到：彭店镇值班室 吴刚", "（待说明）")
    for who in ("other_town", "officer"):
        await town[who].says("违规")
        town[who].sees("没有待处理的值守违规")
    await town["grid_worker"].says("违规")
    town["grid_worker"].sees("没有这项权限")
    await town["head"].taps("1")
    seen = town["head"].sees("迟到：彭店镇值班室 吴刚", "说明期限")
    assert seen.buttons == ()
    await town["town"].taps("1")
    assert [label for label, _ in town["town"].sees("迟到").buttons] == ["✍️ 说明原因"]


@on_one
async def test_others_and_forgers_cannot_see_explain_or_decide(town: Town) -> None:
    await late(town)
    key = short(town.ask(lambda session: session.exec(select(Violation.id)).one()))
    for who in ("officer", "other_town", "grid_worker"):
        await forged(town, who, f"a:viol:{key}", f"a:explain:{key}", f"a:uphold:{key}", f"a:excuse:{key}")
        for _ in range(4):
            town[who].sees("找不到这条违规")
    for who in ("leader", "town", "head"):
        await forged(town, who, f"a:uphold:{key}", "a:newviol")
        town[who].sees("没有这项权限")
        town[who].sees("没有这项权限")
    await forged(town, "office", f"a:explain:{key}")
    town["office"].sees("没有这项权限")
    await forged(town, "office", "a:viol", "a:viol:!", "a:viols", "a:viols:none", "a:viols:open:!")
    assert town.ask(lambda session: session.exec(select(Violation.state)).one()) == "asked"


@on_one
async def test_explaining_wrongly_pressing_twice_and_too_late(town: Town) -> None:
    await late(town)
    leader, office = town["leader"], town["office"]
    await leader.taps("说明原因")
    await leader.sends_photo()
    leader.sees("照片收到", "请说明原因")
    await leader.says("长" * 501)
    leader.sees("最多 500 字")
    await leader.says("车坏在路上")
    await leader.says("跳过")
    leader.sees("说明已交县安委办")
    assert office.sees("车坏在路上").photos == 1
    await office.taps("免责")
    await office.says("长" * 501)
    office.sees("理由是什么")
    await office.says("车辆故障属实")
    office.sees("已认定：免责")
    leader.sees("免责", "车辆故障属实（李静）")
    await leader.taps("说明原因")
    leader.sees("这条违规已经处理完了")
    await town["colleague"].taps("成立")
    town["colleague"].reads("这条违规已经处理完了")
    await leader.says("违规")
    await leader.taps("全部（含已处理）")
    leader.sees("值守违规（全部）", "免责")
    await leader.taps("1")
    leader.sees("状态：免责", "说明（吴刚）：车坏在路上", "理由：车辆故障属实（李静）")


@on_one
async def test_two_of_the_office_deciding_at_once_is_one_decision(town: Town) -> None:
    await late(town)
    await town["leader"].taps("说明原因")
    await town["leader"].says("堵车", "跳过")
    await town["office"].taps("成立")
    await town["colleague"].taps("免责")
    await town["office"].says("1")
    await town["colleague"].says("1")
    town["colleague"].reads("这条违规已经处理完了")
    assert town.ask(lambda session: session.exec(select(Violation.state)).one()) == "upheld"


@on_one
async def test_the_office_records_one_and_wrong_answers_store_nothing(town: Town) -> None:
    await late(town)
    office = town["office"]
    await office.says("违规")
    await office.taps("登记违规")
    await office.says("陈化店")
    office.sees("没有找到岗位“陈化店”")
    await office.says("彭店")
    office.sees("是谁")
    await office.says("李四")
    office.sees("是谁")
    await office.says("冯超")
    office.sees("什么违规")
    await office.says("喝酒")
    office.sees("请点一个选项")
    await office.says("4")
    office.sees("写一两句情况")
    await office.sends_photo()
    await office.says("门卫代班", "跳过")
    office.sees("2. 人员：冯超", "3. 种类：替岗", "4. 情况：门卫代班", "5. 照片：1 张")
    assert count(town, Violation) == 1
    await office.says("提交")
    office.sees("已登记，已请本人和镇里说明")
    town["officer"].sees("替岗：彭店镇值班室 冯超", "备注：门卫代班")
    town["town"].sees("替岗：彭店镇值班室 冯超")
    await office.says("违规")
    office.sees("1. 替岗", "2. 迟到")
    await office.taps("1")
    assert office.sees("替岗").photos == 1


@on_one
async def test_a_long_list_goes_page_by_page(town: Town) -> None:
    await late(town)
    office = town["office"]
    for _ in range(6):
        await office.says("违规")
        await office.taps("登记违规", "彭店镇值班室", "冯超", "脱岗")
        await office.says("不在", "跳过", "提交")
        await town.passes(MINUTE)
    await office.says("违规")
    first = office.reads("1. 脱岗", "5. 脱岗")
    assert "6." not in first.text
    office.looks()
    await office.taps("更多")
    office.sees("1. 脱岗", "2. 迟到")


# The summary


@on_one
async def test_the_summary_is_the_offices(town: Town) -> None:
    await town["office"].says("值守小结")
    town["office"].sees("还没有开始过的重点时段")
    await late(town)
    await town["head"].says("/summary")
    town["head"].sees("国庆节值守小结（10月1日（周四）至 10月7日（周三））", "迟到 1", "违规：1 条")
    for who in ("town", "leader", "grid_worker"):
        await town[who].says("值守小结")
        town[who].sees("没有这项权限")
        await forged(town, who, "a:summary:1")
        town[who].sees("没有这项权限")
    await forged(town, "office", "a:summary", "a:summary:!", "a:summary:1")
    town["office"].reads("找不到这个重点时段")


# English


@on_the_web
async def test_english_throughout(checked_town: Town) -> None:
    town = checked_town
    everyone = ("office", "colleague", "head", "town", "other_town", "leader", "officer", "deputy")
    speak_english(town, *everyone)
    office, leader, officer = town["office"], town["leader"], town["officer"]
    await send_in(town, row(), row(**SECOND))
    await office.taps("Publish")
    await office.says("zero report")
    await office.taps("Report times", "Each post")
    await office.says("three", "15:00", "submit")
    await until(town, 1, 8, 15)
    await leader.says("check in")
    await leader.taps("Explain")
    await leader.says("traffic", "skip")
    await office.taps("Uphold", "no good reason")
    await until(town, 1, 14, 30)
    await officer.taps("Something happened")
    await officer.says("a fire", "the yard", "skip")
    await until(town, 1, 17, 30)
    await office.says("zero report", "violations")
    await office.taps("Record one", "彭店镇值班室", "冯超", "left the post")
    await office.says("away", "skip", "submit")
    await office.says("spot check")
    await office.taps("Check now", "all posts")
    await office.says("submit")
    await officer.says("i am here", "yes")
    await officer.sends_photo("red")
    await leader.shares_place()
    await until(town, 1, 18, 30)
    await office.says("spot check")
    await office.taps("Seed of the checks")
    await until(town, 8, 9, 5)
    await office.says("duty summary")
    names = "国庆节|彭店镇|马栏镇|值班室|值班表|吴刚|郑丽|冯超|王海|鄢陵县|李静|陈明|孙涛"
    for who in everyone:
        for message in town[who].messages:
            said = re.sub(names, "", " ".join([message.text, *(label for label, _ in message.buttons)]))
            said = re.sub("副镇长|党委委员|值班员|、", "", said)
            assert not HAN.search(said), said
    office.reads("Duty summary of 国庆节", "Spot checks: ")
    office.reads("zero report for Thu 1 Oct 15:00")
