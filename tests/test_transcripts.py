"""The main job as a chat: report, alarm, verify, assign, remind, fix, re-check, close."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from models.hazards import Hazard
from tests.chat import Town


async def report(town: Town, *, major: bool = True) -> None:
    """The grid worker's whole report."""
    worker = town["grid_worker"]
    await worker.says("上报")
    worker.sees("哪个镇")
    await worker.taps("彭店镇")
    worker.sees("具体在什么位置")
    await worker.says("刘拐村东头")
    await worker.taps("老城烧烤店")
    worker.sees("最怕出什么事故")
    await worker.taps("爆炸")
    await worker.says("液化气罐和明火在一个屋")
    await worker.sends_photo()
    worker.sees("已收到 1 张")
    await worker.taps("发完了")
    await worker.shares_place()
    await worker.taps("没有")
    await worker.taps("可能是重大隐患" if major else "一般")
    worker.sees("核对", "刘拐", "燃气")
    await worker.taps("提交")


@pytest.mark.everywhere
async def test_the_whole_life_of_a_hazard(town: Town) -> None:
    worker, office, owner = town["grid_worker"], town["office"], town["responsible"]
    await report(town)
    worker.sees("已上报", "2026-0001")
    office.reads("告警", "疑似重大隐患 2026-0001")
    await office.taps("收到")
    office.sees("已记录")
    town["colleague"].reads("李静 已应答")
    await office.taps("属实·重大…")
    office.sees("可能对应下面的判定标准", "建城规〔2023〕4号")
    await office.taps("GAS-9-1", "现场核实")
    office.sees("核对判定依据", "条目为摘要")
    await office.taps("提交")
    worker.sees("已核实", "重大隐患")
    await office.taps("交办")
    office.sees("交办给谁")
    await office.taps("县城管局", "刘洋", "3 天内", "提交")
    office.sees("已交办给 刘洋")
    owner.sees("交办给您", "2026-0001")
    worker.sees("已交办")
    await owner.taps("接收")
    owner.sees("五落实还缺", "措施", "资金", "预案")
    await owner.taps("填五落实…")
    await owner.says("搬走气瓶，改用管道气", "3000")
    await owner.taps("专人看守", "提交")
    owner.sees("五落实齐全，已开始整改")
    await town.passes(timedelta(days=3, hours=2), step=timedelta(minutes=30))
    owner.sees("还有 1 天")
    owner.sees("今天到期")
    await town.passes(timedelta(days=1), step=timedelta(minutes=30))
    owner.sees("逾期 1 天")
    town["town"].reads("逾期 1 天")
    await owner.taps("整改完成")
    await owner.sends_photo("green")
    await owner.taps("发完了", "跳过")
    owner.sees("等待安委办复查")
    office.reads("整改完成，请复查")
    await office.taps("复查合格")
    await office.taps("销号")
    office.sees("不能是复查人")
    await town["colleague"].taps("销号")
    worker.sees("已销号")
    hazard = town.ask(lambda session: session.exec(select(Hazard)).one())
    assert (hazard.state, hazard.level, hazard.area) == ("closed", "major", "411024108229")


def _hazards(session: Session) -> int:
    return len(session.exec(select(Hazard)).all())


async def test_a_sentence_starts_a_report(town: Town) -> None:
    worker = town["grid_worker"]
    await worker.says("彭店镇烧烤店液化气罐和明火在一个屋")
    worker.sees("帮您开始上报", "具体在什么位置")
    await worker.taps("跳过", "跳过")
    worker.sees("请拍照")
    await worker.sends_photo()
    await worker.taps("发完了", "跳过", "没有", "说不准")
    worker.sees("彭店镇", "燃气", "液化气罐和明火在一个屋")
    await worker.says("提交")
    worker.sees("2026-0001")
    assert town.ask(_hazards) == 1
