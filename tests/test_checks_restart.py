"""The program is replaced by another in the middle of each ladder: nothing is lost, nothing is said twice."""

from collections import Counter

from sqlmodel import select

from models.spot_checks import SpotAnswer
from models.violations import Violation
from tests.chat import Town
from tests.check_chats import SECOND, checked_town, drawn, on_the_web, to
from tests.duty_chats import HOUR, MINUTE, on_one, publish, row, until
from tests.hazard_chats import replica

__all__ = ["checked_town"]


def texts(town: Town, who: str, words: str) -> int:
    return sum(words in message.text for message in town[who].messages)


@on_one
async def test_reports_go_on_in_another_process_at_every_step(town: Town) -> None:
    await publish(town, row(), row(**SECOND))
    await until(town, 1, 14, 20)
    for minutes in (10, 30, 15, 15, 90):  # asked, nudged, chased, listed, closed: each by a new process
        town = replica(town)
        await town.passes(minutes * MINUTE, step=5 * MINUTE)
        if minutes == 90:
            break
        if texts(town, "town", "晚了 15 分钟"):
            await replica(town)["town"].says("平安无事")
    town = replica(town)
    await town.passes(HOUR)
    for words, count in (("请在 15:00 前报", 1), ("零报告时间到了", 1), ("晚了 15 分钟，请马上报", 1)):
        assert [texts(town, who, words) for who in ("town", "other_town")] == [count, count], words
    assert texts(town, "office", "零报告已截止：应报 2 个，漏报 1 个") == 1
    assert texts(town, "town", "迟报：彭店镇") == 1
    assert texts(town, "other_town", "漏报：马栏镇") == 1
    kinds = town.ask(lambda session: Counter(session.exec(select(Violation.kind))))
    assert kinds == {"late_report": 1, "missing_report": 1}


@on_one
async def test_the_form_of_news_survives_a_restart(town: Town) -> None:
    await publish(town, row())
    await until(town, 1, 14, 30)
    await town["town"].taps("有情况")
    await town["town"].says("养老院停电")
    town = replica(town)
    await town["town"].says("镇东头")
    town = replica(town)
    await town["town"].sends_photo()
    await replica(town)["town"].says("发完了")
    town["office"].reads("什么事：养老院停电", "地点：镇东头")


@on_the_web
async def test_a_spot_check_goes_on_in_another_process(checked_town: Town) -> None:
    town = checked_town
    await publish(town, row())
    await until(town, 1, 7, 50)
    for who in ("leader", "officer"):
        await town[who].says("签到")
    await to(town, drawn(town)[0].at - MINUTE)
    town = replica(town)
    await town.passes(MINUTE)
    assert texts(town, "officer", "🔦 查岗") == 1
    await town["officer"].taps("我在岗")
    town = replica(town)
    await town["officer"].taps("我在岗")  # the same form is shown again
    await town["officer"].sends_photo("blue")
    town["officer"].reads("查岗已应答")
    town = replica(town)
    await town.passes(9 * MINUTE, step=MINUTE)
    town = replica(town)
    await town.passes(2 * MINUTE, step=MINUTE)
    assert texts(town, "leader", "10 分钟内") == texts(town, "officer", "10 分钟内") == 1
    assert texts(town, "office", "🚨 告警\n查岗无人应答") == 1
    found = town.ask(lambda session: Counter(session.exec(select(SpotAnswer.state))))
    assert found == {"passed": 1, "no_answer": 1}


@on_one
async def test_an_explanation_is_reminded_and_given_up_across_restarts(town: Town) -> None:
    await publish(town, row())
    await until(town, 1, 8, 15)
    await town["leader"].says("签到")
    assert texts(town, "leader", "记录了一条值守违规") == 1
    for _ in range(4):
        town = replica(town)
        await town.passes(8 * HOUR, step=2 * HOUR)
    assert texts(town, "leader", "这条值守违规还没有说明") == 1
    assert texts(town, "office", "过了期限没有说明") == 1


@on_the_web
async def test_the_end_of_a_period_is_summed_up_once_whoever_runs(checked_town: Town) -> None:
    town = checked_town
    await publish(town, row())
    await until(town, 8, 8, 50)
    for _ in range(3):
        town = replica(town)
        await town.passes(10 * MINUTE)
    assert texts(town, "office", "📊 国庆节值守小结") == 1
    assert texts(town, "office", "查岗种子现在公布") == 1
