"""The corners of reports, checks and violations in the chat: typed words, wrong answers, who may, what is listed."""

import re

import pytest
from sqlmodel import func, select

from models.base import short
from models.files import Attachment
from models.period_checks import PeriodChecks
from models.spot_checks import SpotAnswer, SpotCheck
from models.violations import Violation
from models.zero_rounds import ZeroReport
from tests.chat import PARTS, Town
from tests.check_chats import SECOND, checked_town, drawn, to
from tests.duty_chats import MINUTE, on_one, publish, row, send_in, speak_english, until
from tests.hazard_chats import ON_SQLITE, draft, hazards

__all__ = ["checked_town"]
HAN = re.compile("[\u4e00-\u9fff]")


def on_the_web(test):
    return ON_SQLITE(pytest.mark.parametrize("checked_town", ["web"], indirect=True)(test))


async def asked(town: Town) -> None:
    """The first day's shift is manned and the town's report has been asked for."""
    await publish(town, row())
    await until(town, 1, 7, 50)
    for who in ("leader", "officer"):
        await town[who].says("签到")
    await until(town, 1, 14, 30)
    for part in PARTS:
        town[part].looks()


def count(town: Town, table) -> int:
    found: int = town.ask(lambda session: session.exec(select(func.count()).select_from(table)).one())
    return found


async def forged(town: Town, who: str, *datas: str) -> None:
    for data in datas:
        await town.wire.receive(who, kind="tap", data=data, tap_id="t")
    await town.settle()


# Zero reports


@on_one
async def test_typed_words_do_what_the_buttons_do(town: Town) -> None:
    await asked(town)
    officer = town["town"]
    await officer.says("零报告")
    officer.sees("彭店镇，10月1日（周四）15:00这一次：还没有报")
    await officer.says("/well")
    officer.sees("收到：彭店镇平安无事")
    await officer.says("平安无事")
    officer.sees("这一次已经报过了")
    await officer.says("有情况")
    officer.sees("彭店镇 14:30已报平安（陈明）", "出了什么事")
    await officer.says("停电", "跳过", "跳过")
    officer.sees("在什么地方")
    town["office"].reads("什么事：停电")
    assert town.ask(lambda session: session.exec(select(ZeroReport.what)).one()) == "停电"


@on_one
async def test_who_has_nothing_to_report_is_told_so(town: Town) -> None:
    await asked(town)
    for who, said in (("leader", "平安无事"), ("grid_worker", "有情况"), ("officer", "零报告")):
        await town[who].says(said)
        town[who].sees("现在没有要您报的零报告")
    await town["grid_worker"].says("零报告")
    town["grid_worker"].sees("没有这项权限")
    await town["other_town"].says("零报告")
    town["other_town"].sees("近一天没有零报告")


@on_one
async def test_bad_answers_about_what_happened_leave_nothing_half_stored(town: Town) -> None:
    await asked(town)
    officer, office = town["town"], town["office"]
    await officer.taps("有情况")
    await officer.sends_photo()
    officer.sees("照片收到，已存好", "出了什么事")
    await officer.says("跳过")
    officer.sees("这一项不能跳过")
    await officer.says("长" * 501)
    officer.sees("太长了：最多 500 字")
    await officer.shares_place()
    officer.sees("这一步用不上这种内容")
    assert (count(town, Attachment), hazards(town)) == (0, [])
    await officer.says("/cancel")
    officer.sees("已取消")
    office.sees_nothing_else()
    assert town.ask(lambda session: session.exec(select(ZeroReport.state)).one()) == "awaited"
    await officer.taps("恢复")
    await officer.says("停水", "东街", "跳过")
    office.reads("什么事：停水")
    assert count(town, Attachment) == 1  # skipping throws no photo away


@on_one
async def test_others_and_forgers_cannot_report(town: Town) -> None:
    await asked(town)
    report_id = town.ask(lambda session: session.exec(select(ZeroReport.id)).one())
    key = short(report_id)
    for who in ("leader", "other_town", "grid_worker", "head"):
        await forged(town, who, f"a:well:{key}", f"a:news:{key}")
        town[who].sees("没有这项权限")
        town[who].sees("没有这项权限")
    await forged(town, "town", "a:well", "a:well:!", "a:well:1", "a:news:zzzzzzzzzzzzz", f"a:newsee:{key}")
    assert town.ask(lambda session: session.exec(select(ZeroReport.state)).one()) == "awaited"
    await town["town"].says("有情况")
    await town["town"].says("停电", "跳过", "跳过")
    await forged(town, "other_town", f"a:newsee:{key}")
    town["other_town"].sees("找不到这份零报告")


@on_one
async def test_the_office_reports_for_who_telephones(town: Town) -> None:
    await asked(town)
    report_id = town.ask(lambda session: session.exec(select(ZeroReport.id)).one())
    await forged(town, "office", f"a:well:{short(report_id)}")
    town["office"].sees("收到：彭店镇平安无事")
    town["town"].sees("彭店镇 14:30已报平安（李静）", "您不用再报")


@on_one
async def test_the_office_sets_the_times_with_the_period_and_later(town: Town) -> None:
    office = town["office"]
    await office.says("值班表")
    await office.taps("新建重点时段")
    await office.says("花博会", "10-15", "10-17", "提交")
    office.sees("已新建重点时段“花博会”")
    await office.taps("零报告时间：花博会")
    office.sees("花博会", "由谁来报")
    await office.says("2")
    for said, answered in (
        ("下午三点", "没看懂时间“下午三点”"),
        ("25:00", "没看懂时间“25:00”"),
        (" ".join(f"{hour}:00" for hour in range(13)), "核对"),
    ):
        await office.says(said)
        office.sees(answered)
    await office.says("提交")
    office.sees("一天最多 12 次")
    await office.says("2")
    await office.says("9点半和21:00")
    office.sees("1. 谁来报：各岗位", "2. 时间：09:30、21:00")
    await office.says("提交")
    office.sees("花博会：各岗位每天 09:30、21:00 报")
    await office.says("零报告")
    await office.taps("零报告时间：花博会")
    await office.taps("各镇区", "不用报")
    await office.says("提交")
    office.sees("花博会：不用报零报告")
    plan = town.ask(lambda session: session.exec(select(PeriodChecks)).one())
    assert (plan.report_by, plan.report_times, plan.round_at) == ("town", [], None)
    await forged(town, "town", f"a:zerotimes:{short(plan.period_id)}")
    town["town"].sees("没有这项权限")


@on_one
async def test_by_post_the_leader_and_the_officer_share_one_report(town: Town) -> None:
    await publish(town, row(), row(**SECOND))
    await town["office"].says("零报告")
    await town["office"].taps("零报告时间", "各岗位", "15:00")
    await town["office"].says("提交")
    await until(town, 1, 7, 50)
    for who in ("leader", "officer"):
        await town[who].says("签到")
    await until(town, 1, 14, 30)
    town["leader"].looks()
    await town["officer"].taps("平安无事")
    town["leader"].sees("彭店镇值班室 14:30已报平安（冯超）", "您不用再报")
    await until(town, 1, 15, 30)
    town["leader"].sees_nothing_else()
    town["office"].reads("还有 1 个没报", "马栏镇值班室，王海 13900000001（没有加入，请打电话）")
    await town["office"].says("零报告")
    town["office"].reads("平安（彭店镇）：彭店镇值班室")
    await until(town, 1, 17, 30)
    kinds = town.ask(lambda session: list(session.exec(select(Violation.kind))))
    assert kinds == []  # who has no chat was not asked


@on_one
async def test_the_digest_counts_yesterdays_reports_and_what_is_open(town: Town) -> None:
    await asked(town)
    await until(town, 1, 17)
    await until(town, 2, 7, 55)
    town["office"].reads("早报", "零报告（近一天）：应报 1，按时 0，迟报 0，漏报 1", "值守违规：待说明 1 条")


# Spot checks


async def check(town: Town) -> None:
    """The office has begun a check of all posts at half past two."""
    await asked(town)
    await town["office"].says("查岗")
    await town["office"].taps("现在查岗", "全部在值的岗位")
    await town["office"].says("提交")
    for part in PARTS:
        town[part].looks()


@on_one
async def test_a_photo_just_sent_answers_and_starts_no_report(town: Town) -> None:
    await check(town)
    await town["officer"].sends_photo("blue")
    town["officer"].sees("查岗已应答：彭店镇值班室 14:30")
    town["officer"].sees_nothing_else()
    assert hazards(town) == []
    await town["leader"].shares_place()
    town["leader"].sees("查岗已应答")
    town["office"].reads("共 2 人：在岗 2", "待应答 0，没有应答 0")


@on_one
async def test_a_place_answers_at_the_question_for_a_photo(town: Town) -> None:
    await check(town)
    await town["officer"].says("我在岗")
    town["officer"].sees("请拍一张现在的现场照片，或发送您现在的位置")
    await town["officer"].shares_place()
    town["officer"].sees("查岗已应答")
    town["officer"].sees_nothing_else()


@on_one
async def test_words_and_typed_degrees_prove_nothing(town: Town) -> None:
    await check(town)
    officer = town["officer"]
    await officer.taps("我在岗")
    for said in ("在", "34.10000, 114.18000", "跳过"):
        await officer.says(said)
    await officer.sends_document("x.pdf", b"%PDF")
    officer.looks()
    found = town.ask(lambda session: list(session.exec(select(SpotAnswer.state))))
    assert found == ["asked", "asked"]
    assert count(town, Attachment) == 0
    first = draft(town, "officer").id
    await officer.taps("我在岗")
    assert draft(town, "officer").id == first


@on_one
async def test_others_and_forgers_cannot_answer(town: Town) -> None:
    await check(town)
    mine, other = town.ask(
        lambda session: [short(each.id) for each in session.exec(select(SpotAnswer).order_by(SpotAnswer.id))]
    )
    for who in ("grid_worker", "office", "deputy"):
        await forged(town, who, f"a:here:{mine}", f"a:here:{other}")
        town[who].sees("这次查岗没有问您")
    await forged(town, "officer", "a:here", "a:here:!", "a:here:1", "a:spotstart", "a:seed:1")
    assert town.ask(lambda session: list(session.exec(select(SpotAnswer.state)))) == ["asked", "asked"]
    assert count(town, SpotCheck) == 1


@on_one
async def test_where_to_check_is_asked_until_it_is_clear(town: Town) -> None:
    await publish(town, row(), row(**SECOND))
    office = town["office"]
    await until(town, 1, 9)
    await office.says("spot check")
    await office.taps("现在查岗")
    await office.says("陈化店")
    office.sees("现在值班的岗位里没有“陈化店”")
    await office.sends_photo()
    office.sees("这一步用不上")
    await office.says("马栏镇")
    office.sees("1. 范围：马栏镇")
    await office.says("提交")
    office.sees("共问 1 人")
    office.reads("没有加入，请打电话：马栏镇值班室 带班领导 王海")
    await until(town, 2, 9)
    await office.says("查岗")
    await office.taps("现在查岗")
    await office.says("全部在值的岗位", "提交")
    office.sees("那里现在没有人值班")


@on_the_web
async def test_the_seed_is_in_no_message_before_the_end(checked_town: Town) -> None:
    from models.draw_seed import CheckSeed

    town = checked_town
    await publish(town, row())
    secret, period_id = town.ask(
        lambda session: session.exec(select(CheckSeed.seed, CheckSeed.period_id)).one()
    )
    await to(town, drawn(town)[0].at)
    for who in ("office", "head"):
        await town[who].says("查岗")
        await town[who].taps("查岗种子")
        town[who].sees("种子的指纹")
    for who in ("town", "leader", "grid_worker"):
        await forged(town, who, f"a:seed:{short(period_id)}")
        town[who].reads("没有这项权限")
    assert not any(secret in message.text for part in PARTS for message in town[part].messages)
    await until(town, 8, 9, 5)
    await town["office"].says("查岗")
    await town["office"].taps("查岗种子")
    town["office"].reads("的随机查岗", secret, "verify-draw")


# Violations


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
    await office.taps("Report times", "each post")
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
    names = (
        "国庆节|彭店镇|马栏镇|值班室|值班表|吴刚|郑丽|冯超|王海|鄢陵县|李静|陈明|孙涛"
        "|09:00、15:00|09:00、15:00、21:00"
    )
    for who in everyone:
        for message in town[who].messages:
            said = re.sub(names, "", " ".join([message.text, *(label for label, _ in message.buttons)]))
            said = re.sub("副镇长|党委委员|值班员|、", "", said)
            assert not HAN.search(said), said
    office.reads("Duty summary of 国庆节", "Spot checks: ")
    office.reads("zero report for Thu 1 Oct 15:00")
