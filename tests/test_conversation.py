"""A conversation survives what people and machines do to it: restarts, days, second thoughts, second presses."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text as sql
from sqlmodel import Session, select, update

from bot.db import Database
from handlers.conversations import FORMS, nudge_due
from handlers.inbound import Inbound
from models.base import short
from models.drafts import Draft
from models.hazards import Hazard
from models.outbox import Message
from tests.chat import Town
from tests.hazard_chats import (
    ON_POSTGRESQL,
    ON_SQLITE,
    ON_THE_WEB,
    DoubledWire,
    answer,
    answers,
    draft,
    files,
    fill,
    hazards,
    replica,
    report,
)

pytestmark = ON_THE_WEB
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


# Restarts, replicas, redelivery


async def test_a_restart_and_three_days_in_the_middle_lose_nothing(town: Town) -> None:
    await fill(town["grid_worker"], until="kind")
    town.clock.forward(3 * DAY)
    worker = replica(town)["grid_worker"]
    worker.looks()
    await worker.says("爆炸")
    worker.sees("说说隐患情况")
    for step in ("description", "photos", "location", "spot_fixed", "suspected"):
        await answer(worker, step)
    worker.sees("核对", "刘拐村东头", "老街早点铺", "燃气")
    await worker.taps("提交")
    worker.sees("2026-0001")
    (hazard,) = hazards(town)
    assert (hazard.area, hazard.sector, hazard.kind) == ("411024108229", "gas", "explosion")


async def test_two_replicas_take_turns_in_one_conversation(town: Town, database_url: str) -> None:
    second = Database(database_url)
    both = (town["grid_worker"], replica(town, second)["grid_worker"])
    await both[1].says("上报")
    for place, step in enumerate(("area", "address", "unit", "sector", "kind", "description", "photos")):
        await answer(both[place % 2], step)
    await both[0].shares_place()
    await both[1].says("没有")
    await both[0].says("一般")
    await both[1].taps("提交")
    second.close()
    assert len(hazards(town)) == 1
    assert len(files(town)) == 1


def _submits(town: Town, count: int) -> list[Inbound]:
    """The same press of "submit", as that many events."""
    data = f"f:{short(draft(town).id)}:{draft(town).state['seq']}:ok"
    now = town.clock.now()
    return [
        Inbound("web", f"press-{place}", "grid_worker", "tap", "grid_worker", now, data=data, tap_id="t")
        for place in range(count)
    ]


@ON_SQLITE
async def test_pressed_twice_it_is_submitted_once(town: Town) -> None:
    worker = town["grid_worker"]
    await fill(worker)
    for event in _submits(town, 2):
        await town.house.receive(event)
        await town.settle()
    worker.sees("已上报", "2026-0001")
    worker.sees("按钮已经过时")
    assert len(hazards(town)) == 1


@ON_POSTGRESQL
async def test_pressed_at_two_replicas_at_the_same_instant_it_is_submitted_once(
    town: Town, database_url: str
) -> None:
    await report(town)  # now the counter of the year has its row, at which both can be held
    await fill(town["grid_worker"])
    events = _submits(town, 2)
    second = Database(database_url)
    other = replica(town, second)
    with town.house.db.engine.connect() as gate, gate.begin():
        gate.execute(sql("SELECT * FROM setting WHERE name = 'number:hazard:2026' FOR UPDATE"))
        pressed = [
            asyncio.create_task(each.house.receive(event))
            for each, event in zip((town, other), events, strict=True)
        ]
        async with asyncio.timeout(60):
            while await town.house.db.read(_waiting_for_a_lock) < 2:  # noqa: ASYNC110 - a lock has no event
                await asyncio.sleep(0.01)
    await asyncio.gather(*pressed)
    await town.settle()
    await other.settle()
    second.close()
    assert [hazard.number for hazard in hazards(town)] == ["2026-0001", "2026-0002"]
    said = [message.text for message in town["grid_worker"].messages[-2:]]
    assert sum("已上报" in each for each in said) == 1
    assert sum("过时" in each for each in said) == 1


def _waiting_for_a_lock(session: Session) -> int:
    count = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    return int(session.execute(sql(count)).scalar_one())


async def test_every_event_brought_twice_counts_once(town: Town) -> None:
    town.wire = DoubledWire(town.house, town.county)
    await report(town)
    assert len(hazards(town)) == 1
    assert len(files(town)) == 1
    said = [message.text for message in town["grid_worker"].messages]
    assert len(said) == len(set(said)) == 13


async def test_a_redelivered_update_has_the_same_answer_carried_again(town: Town) -> None:
    event = Inbound("web", "once", "grid_worker", "text", "grid_worker", town.clock.now(), text="上报")
    first = await town.house.receive(event, direct=True)
    again = await town.house.receive(event, direct=True)
    assert first.direct is not None
    assert first.direct == again.direct
    assert (first.repeated, again.repeated) == (False, True)
    assert town.ask(lambda session: len(session.exec(select(Message)).all())) == 1
    assert draft(town).row_version == 1


# Left half-way


@ON_SQLITE
async def test_an_abandoned_report_is_asked_about_after_half_an_hour_and_next_day(town: Town) -> None:
    worker = town["grid_worker"]
    await fill(worker, until="kind")
    worker.looks()
    await town.passes(20 * MINUTE)
    worker.sees_nothing_else()
    await town.passes(20 * MINUTE)
    worker.sees("隐患上报", "还没有提交")
    await town.passes(20 * HOUR, step=HOUR)
    worker.sees_nothing_else()  # 05:40: kept for the morning
    await town.passes(2 * HOUR, step=HOUR)
    worker.sees("还没有提交")
    await town.passes(5 * DAY, step=6 * HOUR)
    worker.sees_nothing_else()
    await worker.taps("继续填写")
    worker.sees("最怕出什么事故")
    assert answers(town)["address"] == "刘拐村东头"


@ON_SQLITE
async def test_whoever_goes_on_or_has_finished_is_not_asked(town: Town) -> None:
    worker = town["grid_worker"]
    await fill(worker, until="kind")
    await town.passes(20 * MINUTE)
    await answer(worker, "kind")
    worker.looks()
    await town.passes(20 * MINUTE)
    worker.sees_nothing_else()
    for step in ("description", "photos", "location", "spot_fixed", "suspected"):
        await answer(worker, step)
    await worker.says("提交")
    worker.looks()
    await town.passes(2 * DAY, step=6 * HOUR)
    worker.sees_nothing_else()


async def test_two_tickers_ask_once(town: Town, database_url: str) -> None:
    await fill(town["grid_worker"], until="kind")
    town.clock.forward(HOUR)
    now, county, policy = town.clock.now(), town.house.county, town.house.policy
    second = Database(database_url)
    asked = await asyncio.gather(
        *(
            db.run(lambda session: nudge_due(session, county=county, now=now, policy=policy))
            for db in (town.house.db, second)
        )
    )
    second.close()
    assert sorted(asked) == [0, 1]


# Second thoughts


@ON_SQLITE
@pytest.mark.parametrize("way", ["/cancel", "取消", "✖ 取消"])
async def test_what_was_cancelled_can_be_restored(town: Town, way: str) -> None:
    worker = town["grid_worker"]
    await fill(worker, until="kind")
    await (worker.taps(way) if way.startswith("✖") else worker.says(way))
    worker.sees("已取消", "可以恢复")
    await worker.says("/resume")
    worker.sees("没有未完成的表单")
    await worker.taps("恢复")
    worker.sees("最怕出什么事故")
    assert set(answers(town)) == {"area", "address", "unit", "sector"}
    await worker.says("/cancel")
    await worker.says("上报")
    await worker.taps("恢复")  # the new one is put aside, not lost
    worker.sees("最怕出什么事故")


@ON_SQLITE
@pytest.mark.parametrize("way", ["取消", "不要了"])
async def test_what_was_put_aside_can_be_dropped(town: Town, way: str) -> None:
    worker = town["grid_worker"]
    await fill(worker, until="kind")
    await worker.says("搜索", "液化气")
    worker.sees("您还有一份没填完的“隐患上报”")
    await (worker.taps(way) if way == "不要了" else worker.says(way))
    worker.sees("已取消", "可以恢复")
    await worker.says("取消")
    assert worker.last.text == "现在没有未完成的表单。"
    await worker.says("继续")
    worker.sees("没有未完成的表单", "恢复刚才的草稿")
    await worker.taps("恢复")
    worker.sees("最怕出什么事故")


@ON_SQLITE
async def test_a_second_report_puts_the_first_aside_and_offers_it_again(town: Town) -> None:
    worker = town["grid_worker"]
    await fill(worker, until="kind")
    await fill(worker)
    worker.sees("已先存好", "哪个镇")
    await worker.taps("提交")
    worker.sees("2026-0001")
    worker.sees("还有一份没填完")
    await worker.taps("继续填写")
    worker.sees("最怕出什么事故")


@ON_SQLITE
async def test_back_opens_the_question_before(town: Town) -> None:
    worker = town["grid_worker"]
    await fill(worker, until="sector")
    await worker.says("上一步")
    worker.sees("哪个单位")
    await worker.taps("⬅ 上一步")
    worker.sees("具体在什么位置")
    await worker.says("返回")
    worker.sees("哪个镇")
    await worker.says("上一步")
    worker.sees("已经是第一步", "哪个镇")
    assert answers(town) == {}


@ON_SQLITE
async def test_what_may_be_left_out_is_skipped_and_the_rest_is_not(town: Town) -> None:
    worker = town["grid_worker"]
    await worker.says("上报", "彭店镇", "跳过")
    worker.sees("哪个单位")
    await worker.taps("跳过")
    for step in ("sector", "kind"):
        worker.looks()
        await worker.says("跳过")
        worker.sees("不能跳过")
        await answer(worker, step)
    worker.looks()
    await worker.says("跳过")
    worker.sees("不能跳过", "说说隐患情况")
    await answer(worker, "description")
    await worker.says("发完了")
    worker.sees("先发一张", "请拍照")
    await answer(worker, "photos")
    await worker.says("跳过", "没有", "一般")
    worker.sees("核对", "单位场所：无", "定位：无")


@ON_SQLITE
async def test_any_answer_can_be_changed_at_the_review(town: Town) -> None:
    worker = town["grid_worker"]
    await fill(worker)
    await worker.taps("✏️ 6")
    worker.sees("说说隐患情况")
    await worker.says("改过的情况")
    worker.sees("核对", "改过的情况", "刘拐村东头")
    await worker.says("5")
    worker.sees("最怕出什么事故")
    await worker.says("上一步")
    worker.sees("核对", "爆炸", "改过的情况")
    await worker.says("99")
    worker.sees("点它的序号", "核对")
    await worker.says("好像没问题")
    worker.sees("点它的序号", "核对")
    await worker.says("7")
    await worker.sends_photo("blue")
    await worker.sends_photo("green")
    await worker.says("发完了", "提交")
    (hazard,) = hazards(town)
    assert (hazard.description, hazard.kind) == ("改过的情况", "explosion")
    worker.looks()
    await worker.taps("查看")
    worker.sees("照片 2 张")


@ON_SQLITE
async def test_a_photo_sent_during_a_change_is_kept_when_the_change_is_given_up(town: Town) -> None:
    worker = town["grid_worker"]
    await fill(worker)
    await worker.taps("✏️ 2")
    await worker.sends_photo("blue")
    worker.sees("照片收到，已存好", "具体在什么位置")
    await worker.says("上一步")
    worker.sees("核对", "刘拐村东头", "2 张")


@ON_SQLITE
async def test_without_a_photo_a_reason_is_asked_and_a_late_photo_makes_it_needless(town: Town) -> None:
    worker = town["grid_worker"]
    await fill(worker, until="photos")
    await worker.taps("不便拍照")
    worker.sees("为什么不便拍照")
    await worker.says("老板不让拍")
    await worker.says("跳过", "没有", "一般")
    worker.sees("核对", "老板不让拍")
    await worker.sends_photo()
    review = worker.sees("核对", "1 张").text
    assert "老板不让拍" not in review
    await worker.says("提交")
    assert hazards(town)[0].no_photo_reason == ""


@ON_SQLITE
async def test_the_word_for_reporting_submits_at_the_review(town: Town) -> None:
    worker = town["grid_worker"]
    await fill(worker)
    await worker.says("上报")
    worker.sees("已上报", "2026-0001")


# Out of the blue


@ON_SQLITE
async def test_an_album_is_one_answer(town: Town) -> None:
    worker = town["grid_worker"]
    await fill(worker, until="photos")
    worker.looks()
    for color in ("red", "green", "blue"):
        await worker.sends_photo(color, album="a1")
    await town.passes(timedelta(seconds=2))
    worker.sees("已收到 3 张")
    worker.sees_nothing_else()
    assert len(answers(town)["photos"]) == 3


@ON_SQLITE
async def test_an_album_can_come_first(town: Town) -> None:
    worker = town["grid_worker"]
    for color in ("red", "green", "blue"):
        await worker.sends_photo(color, album="a1")
    await town.passes(timedelta(seconds=2))
    worker.sees("帮您开始上报", "哪个镇")
    worker.sees("照片收到，已存好", "哪个镇")
    worker.sees_nothing_else()
    assert len(answers(town)["photos"]) == 3


@ON_SQLITE
async def test_a_photo_first_is_not_asked_for_again(town: Town) -> None:
    worker = town["grid_worker"]
    await worker.sends_photo(caption="马栏镇加油站油罐漏油")
    worker.sees("帮您开始上报", "具体在什么位置")
    assert answers(town)["description"] == "马栏镇加油站油罐漏油"
    assert (answers(town)["area"], answers(town)["sector"]) == ("411024101", "chemicals")
    await worker.says("跳过", "跳过")
    worker.sees("发送位置")
    assert "photos" in answers(town)


@ON_SQLITE
async def test_a_place_first_is_not_asked_for_again(town: Town) -> None:
    worker = town["grid_worker"]
    await worker.shares_place(34.1, 114.18)
    worker.sees("帮您开始上报", "哪个镇")
    for step in ("area", "address", "unit", "sector", "kind", "description", "photos"):
        await answer(worker, step)
    worker.sees("当场整改了吗")
    assert answers(town)["location"]["lat"] == 34.1


@ON_SQLITE
async def test_a_sentence_fills_in_what_it_says(town: Town) -> None:
    worker = town["grid_worker"]
    await worker.says("彭店镇烧烤店液化气罐和明火在一个屋")
    worker.sees("帮您开始上报", "具体在什么位置")
    assert answers(town) == {
        "area": "411024108",
        "sector": "gas",
        "kind": "explosion",
        "description": "彭店镇烧烤店液化气罐和明火在一个屋",
    }


@ON_SQLITE
async def test_a_greeting_starts_nothing(town: Town) -> None:
    worker = town["grid_worker"]
    for said in ("你好", "在吗", "谢谢"):
        await worker.says(said)
        worker.sees("没看懂")
    assert town.ask(lambda session: session.exec(select(Draft)).all()) == []


# After it was submitted


@ON_SQLITE
async def test_a_report_can_be_corrected_within_ten_minutes(town: Town) -> None:
    worker = town["grid_worker"]
    await report(town)
    town.clock.forward(10 * MINUTE)
    await worker.taps("✏️ 修改")
    worker.sees("核对", "刘拐村东头")
    await worker.taps("✏️ 10")
    await worker.says("可能是重大隐患", "提交")
    worker.sees("2026-0001 已更正")
    town["office"].reads("疑似重大隐患 2026-0001")
    (hazard,) = hazards(town)
    assert (hazard.suspected_major, hazard.state) == (True, "reported")


@ON_SQLITE
async def test_a_report_can_be_withdrawn_within_ten_minutes_by_its_reporter_only(town: Town) -> None:
    hazard = await report(town)
    other = town["other_worker"]
    for verb in ("withdraw", "correct"):
        await town.wire.receive("other_worker", kind="tap", data=f"a:{verb}:{short(hazard.id)}", tap_id="t")
        await town.settle()
        other.sees("没有找到这条隐患")
    worker = town["grid_worker"]
    await worker.taps("↩ 撤回")
    worker.sees("2026-0001 已撤回")
    assert hazards(town)[0].state == "withdrawn"
    await worker.taps("↩ 撤回")
    worker.sees("已撤回", "不需要了")


@ON_SQLITE
async def test_after_ten_minutes_it_is_too_late(town: Town) -> None:
    await report(town)
    worker = town["grid_worker"]
    await worker.taps("✏️ 修改")
    town.clock.forward(11 * MINUTE)
    await worker.taps("✏️ 6")
    await worker.says("改晚了", "提交")
    worker.sees("已超过 10 分钟", "核对")
    await worker.says("取消")
    for button in ("✏️ 修改", "↩ 撤回"):
        await worker.taps(button)
        worker.sees("已超过 10 分钟")
    (hazard,) = hazards(town)
    assert (hazard.description, hazard.state, hazard.row_version) == ("液化气罐和明火在一个屋", "reported", 1)


# Language and versions


@ON_SQLITE
async def test_the_language_can_be_changed_in_the_middle(town: Town) -> None:
    worker = town["grid_worker"]
    await fill(worker, until="sector")
    await worker.says("/lang en")
    worker.sees("Changed to English")
    await worker.says("Gas")
    worker.sees("What accident do you fear most?")
    await worker.taps("Explosion")
    worker.sees("Describe the hazard")
    await worker.says("gas cylinder beside a fire")
    await worker.says("/lang zh")
    await worker.sends_photo()
    worker.sees("已收到 1 张")
    await worker.says("done", "skip", "没有", "一般", "ok")
    worker.sees("已上报")
    assert hazards(town)[0].sector == "gas"


@ON_SQLITE
async def test_a_draft_of_an_older_form_keeps_its_answers_and_is_asked_anew(town: Town) -> None:
    worker = town["grid_worker"]
    await fill(worker, until="kind")

    def age(session: Session) -> None:
        session.execute(update(Draft).values(form_version=0))

    town.house.db.run_now(age)
    worker.looks()
    await worker.says("爆炸")
    worker.sees("最怕出什么事故")
    assert answers(town)["address"] == "刘拐村东头"
    assert draft(town).form_version == FORMS["hazard"].version
    await worker.says("爆炸")
    worker.sees("说说隐患情况")
    await worker.says("/cancel")
    town.house.db.run_now(age)
    await worker.taps("恢复")
    worker.sees("说说隐患情况")
    assert draft(town).form_version == FORMS["hazard"].version
    assert town.ask(lambda session: session.exec(select(Hazard)).all()) == []
