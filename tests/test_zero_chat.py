"""Zero reports in the chat: typed words, wrong answers, who may, the times the office sets."""

from sqlmodel import select

from models.base import short
from models.files import Attachment
from models.period_checks import PeriodChecks
from models.violations import Violation
from models.zero_rounds import ZeroReport
from tests.chat import Town
from tests.check_chats import SECOND, asked, count, forged
from tests.duty_chats import on_one, publish, row, until
from tests.hazard_chats import hazards


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
    await office.says("花博会", "10-15", "10-17", "1", "跳过", "1", "提交")
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
