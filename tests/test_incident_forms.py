"""Reporting an incident and adding to it by chat: few taps, any words, photos and places, slips, coming back."""

import pytest

from models.base import short
from models.files import attached
from tests.chat import Town
from tests.duty_chats import on_one, publish, row, until
from tests.hazard_chats import ON_SQLITE, answers, fill, replica
from tests.incident_chats import CALLED, MINUTE, acks, did, events, incidents, local, looked, report, tap


def photos(town: Town) -> int:
    incident = incidents(town)[-1]
    key = {"county": incident.county, "subject": "incident", "subject_id": incident.id, "kind": "scene"}
    return len(town.ask(lambda session: attached(session, **key)))


@pytest.mark.parametrize("word", ["突发", "突发事件", "出事了", "/incident", "incident"])
@on_one
async def test_many_words_start_it(town: Town, word: str) -> None:
    await town["officer"].says(word)
    town["officer"].sees("出了什么事")


@on_one
async def test_the_button_stands_in_the_help(town: Town) -> None:
    for who in ("grid_worker", "responsible", "officer", "office"):
        await town[who].says("帮助")
        await town[who].taps("🚨 报突发")
        town[who].sees("出了什么事")


@ON_SQLITE
@pytest.mark.parametrize("channel_name", ["web"], indirect=True)
async def test_the_button_stands_on_every_duty_message(town: Town) -> None:
    await publish(town, row())
    await until(town, 1, 8)
    for who in ("leader", "officer"):
        duty = [message for message in town[who].messages if "值班" in message.text or "签到" in message.text]
        assert duty
        assert all("🚨 报突发" in [label for label, _ in message.buttons] for message in duty[-2:])
    await town["officer"].taps("签到")
    assert "🚨 报突发" in [label for label, _ in town["officer"].last.buttons]
    await town["officer"].says("值班")
    await town["officer"].taps("🚨 报突发")
    assert "出了什么事" in town["officer"].last.text


@on_one
async def test_four_taps_are_enough(town: Town) -> None:
    worker = town["grid_worker"]
    await worker.says("突发")
    await worker.taps("火灾", "彭店镇", "还不清楚", "提交")
    incident = incidents(town)[0]
    assert (incident.kind, incident.area, incident.dead) == ("fire", "411024108", None)
    town["office"].reads("🚨 告警", "伤亡：还不清楚")


@on_one
async def test_the_persons_own_town_comes_first(town: Town) -> None:
    await town["grid_worker"].says("突发", "火灾")
    assert [label for label, _ in town["grid_worker"].last.buttons][:3] == [
        "彭店镇",
        "彭店镇刘拐村委会",
        "安陵镇",
    ]
    await town["other_worker"].says("突发", "火灾")
    assert town["other_worker"].last.buttons[0][0] == "马栏镇"


@pytest.mark.parametrize(
    ("who", "said", "area", "shown"),
    [
        ("grid_worker", "彭店", "411024108", "彭店镇"),
        ("grid_worker", "彭店镇刘拐村东头老槐树", "411024108229", "彭店镇刘拐村东头老槐树"),
        ("grid_worker", "马栏镇政府对面", "411024101", "马栏镇政府对面"),
        ("grid_worker", "G311国道与人民路交叉口", "411024108", "彭店镇G311国道与人民路交叉口"),
        ("office", "G311国道与人民路交叉口", "411024", "鄢陵县G311国道与人民路交叉口"),
        ("office", "34.1000, 114.1800", "411024", "鄢陵县"),
    ],
)
@on_one
async def test_any_words_are_a_place(town: Town, who: str, said: str, area: str, shown: str) -> None:
    incident = await report(town, who, place=said)
    assert incident.area == area
    town["head"].reads("🚨 告警", f"📍 {shown}")


@on_one
async def test_a_shared_location_answers_where(town: Town) -> None:
    worker = town["grid_worker"]
    await worker.says("突发", "火灾")
    await worker.shares_place(34.11, 114.19)
    worker.sees("有人伤亡吗")
    await worker.says("没有")
    worker.sees("可以上报了", "地点：彭店镇", "定位：34.11000, 114.19000")
    await worker.taps("提交")
    incident = incidents(town)[0]
    assert (incident.lat, incident.lon, incident.datum, incident.place_source) == (
        34.11,
        114.19,
        "WGS-84",
        "shared",
    )
    town["office"].reads("坐标：34.11000, 114.19000（WGS-84）")


@on_one
async def test_at_the_review_a_sentence_photos_and_a_place_can_be_added_and_all_changed(town: Town) -> None:
    worker = town["grid_worker"]
    await worker.says("突发", "火灾", "彭店镇", "没有", "粮库着火了", "火势很大")
    await worker.sends_photo()
    await worker.sends_photo("blue")
    await worker.shares_place()
    seen = worker.sees("可以上报了", "4. 情况：粮库着火了\n火势很大", "5. 照片：2 张", "6. 定位")
    assert "没有问题就点“提交”" in seen.text
    await worker.says("1")
    worker.sees("出了什么事")
    await worker.says("爆炸", "3")
    worker.sees("有人伤亡吗")
    await worker.says("伤2", "提交")
    incident = incidents(town)[0]
    assert (incident.kind, incident.hurt, incident.description) == ("explosion", 2, "粮库着火了\n火势很大")
    assert photos(town) == 2
    town["office"].reads("🚨 告警", "粮库着火了", "照片 2 张", "坐标")


@on_one
async def test_a_correction_at_the_review_counts(town: Town) -> None:
    worker = town["grid_worker"]
    await worker.says("突发", "火灾", "彭店镇", "2死3伤")
    worker.sees("死亡 2 人")
    await worker.says("更正，死了3人，伤2人")
    worker.sees("可以上报了", "死亡 3 人", "受伤 2 人", "情况：更正，死了3人，伤2人")
    await worker.says("又死1个")
    worker.sees("请写现在一共多少人")
    await worker.says("提交")
    incident = incidents(town)[0]
    assert (incident.dead, incident.hurt, incident.grade) == (3, 2, "serious")


@on_one
async def test_words_for_the_kind_are_understood_and_kept(town: Town) -> None:
    worker = town["grid_worker"]
    await worker.says("突发", "两辆车相撞了")
    worker.sees("在哪里")
    await worker.says("彭店镇", "没有")
    worker.sees("类别：交通事故", "情况：两辆车相撞了")


@on_one
async def test_a_photo_with_such_a_caption_starts_it_with_the_photo(town: Town) -> None:
    worker = town["grid_worker"]
    await worker.sends_photo(caption="彭店镇饭店爆炸，2人受伤")
    worker.sees("像是已经发生的事")
    await worker.taps("突发事件，马上报")
    worker.sees("可以上报了", "照片：1 张", "受伤 2 人")
    await worker.taps("提交")
    assert photos(town) == 1


@on_one
async def test_a_photo_sent_first_goes_into_the_incident_that_follows_at_once(town: Town) -> None:
    worker = town["grid_worker"]
    await worker.sends_photo()
    worker.sees("帮您开始上报")
    await worker.says("突发", "火灾", "彭店镇", "没有")
    worker.sees("可以上报了", "照片：1 张")


@on_one
async def test_a_half_filled_hazard_is_put_aside_and_lends_nothing(town: Town) -> None:
    worker = town["grid_worker"]
    await fill(worker, until="description")
    await worker.says("突发")
    worker.sees("您的“隐患上报”已先存好", "出了什么事")
    await worker.says("火灾", "马栏镇", "没有", "提交")
    worker.sees("已上报，编号 TF2026-001")
    worker.sees("您还有一份没填完的“隐患上报”")
    await worker.taps("继续填写")
    assert answers(town)["address"] == "刘拐村东头"


@on_one
async def test_a_sentence_that_begins_with_the_word_is_not_asked_about(town: Town) -> None:
    await town["officer"].says("突发：彭店镇板材厂起火，没有伤亡")
    town["officer"].sees("可以上报了", "类别：火灾", "地点：彭店镇", "无人员伤亡")
    await town["head"].says("/incident 马栏镇加油站着火")
    town["head"].sees("有人伤亡吗")


@on_one
async def test_meant_as_a_hazard_the_words_and_the_photo_are_in_the_hazard_form(town: Town) -> None:
    worker = town["grid_worker"]
    await worker.sends_photo(caption="彭店镇烧烤店着火了")
    await worker.says("隐患，还没出事")
    worker.sees("具体在什么位置")
    kept = answers(town)
    assert kept["area"] == "411024108"
    assert len(kept["photos"]) == 1
    assert "彭店镇烧烤店着火了" in kept["description"]


@on_one
async def test_answered_by_number_and_left_for_a_day_it_is_still_there(town: Town) -> None:
    worker = town["grid_worker"]
    await worker.says("彭店镇烧烤店爆炸3人受伤")
    other = replica(town)
    await other.passes(31 * MINUTE)
    worker.sees("您的“突发信息首报”还没有提交")
    await other["grid_worker"].says("1")
    worker.sees("可以上报了", "受伤 3 人")
    await other["grid_worker"].says("提交")
    assert incidents(town)[0].hurt == 3


@on_one
async def test_pressed_twice_it_is_reported_once(town: Town) -> None:
    worker = town["grid_worker"]
    await worker.says("突发", "火灾", "彭店镇", "没有")
    await worker.taps("提交")
    button = next(
        data for message in worker.messages for label, data in message.buttons if label == "✅ 提交"
    )
    assert "按钮已经过时" in await tap(town, "grid_worker", button)
    assert len(incidents(town)) == 1


@on_one
async def test_slips_at_each_question_are_one_sentence(town: Town) -> None:
    worker = town["grid_worker"]
    await worker.says("突发")
    for slip, told in (("？？", "请点一个选项"), ("啊", "请点一个选项")):
        await worker.says(slip)
        assert told in worker.last.text
        assert "出了什么事" in worker.last.text
    await worker.says("火灾", "。。。")
    assert "没有收到文字" in worker.last.text
    await worker.says("x" * 201)
    assert "太长了：最多 200 字" in worker.last.text
    await worker.shares_place(0.1, 0.1)
    assert "不在国内" in worker.last.text
    await worker.says("彭店镇", "没有", "x" * 2001)
    assert "太长了：最多 2,000 字" in worker.last.text
    await worker.sends_document("a.txt", b"x")
    assert "用不上" in worker.last.text
    await worker.taps("提交")
    assert incidents(town)[0].description == ""


@on_one
async def test_back_and_cancel_and_restore(town: Town) -> None:
    worker = town["grid_worker"]
    await worker.says("突发", "火灾", "彭店镇")
    await worker.says("上一步")
    worker.sees("在哪里")
    await worker.says("取消")
    worker.sees("已取消")
    await worker.taps("恢复刚才的草稿")
    await worker.says("马栏镇", "没有", "提交")
    assert incidents(town)[0].area == "411024101"


@on_one
async def test_a_note_a_fact_photos_and_a_place_are_added(town: Town) -> None:
    incident = await report(town)
    await acks(town, *CALLED)
    looked(town, *CALLED, "grid_worker")
    worker = town["grid_worker"]
    await worker.taps("➕ 补充")
    worker.sees("补充什么")
    await worker.sends_photo()
    worker.sees("照片收到，已存好", "补充什么")
    await worker.taps("就这些，提交")
    worker.sees("已补充")
    town["office"].sees("王芳补充", "照片 1 张")
    assert photos(town) == 1
    await worker.says("补充", "火已扑灭")
    town["head"].sees("王芳补充", "火已扑灭")
    await worker.says("补充", "已采取措施", "消防两车到场")
    town["town"].sees("王芳补充", "已采取措施：消防两车到场")
    await worker.taps("➕ 补充", "位置")
    await worker.shares_place()
    town["office"].sees("王芳补充", "坐标：34.10000")
    await worker.says("补充", "发生时间", "12:70")
    assert "没看懂时间" in worker.last.text
    await worker.says("8:50")
    town["office"].sees("王芳补充", "发生时间：9月28日（周一）08:50")
    await worker.says("补充", "直接经济损失", "35万")
    kept = incidents(town)[0]
    assert (kept.loss, kept.occurred_at, kept.facts) == (
        350_000,
        local(9, 28, 8, 50),
        {"measures": "消防两车到场"},
    )
    assert did(town, incident) == ["report", "add", "note", "add", "add", "add", "casualties"]
    assert [event.reason for event in events(town, incident) if event.action == "note"] == ["火已扑灭"]


@on_one
async def test_in_one_line_behind_the_command(town: Town) -> None:
    incident = await report(town)
    await town["town"].says("/add 已疏散周边群众")
    assert "已补充" in town["town"].last.text
    assert events(town, incident)[-1].reason == "已疏散周边群众"


@on_one
async def test_of_several_one_chooses_and_with_none_one_is_told(town: Town) -> None:
    await town["town"].says("补充")
    assert "没有您能补充的突发事件" in town["town"].last.text
    await report(town)
    await report(town, kind="火灾")
    await town["town"].says("补充")
    town["town"].sees("补充哪一件")
    await town["town"].taps("TF2026-001")
    await town["town"].says("第一件的事")
    assert events(town, incidents(town)[0])[-1].reason == "第一件的事"
    await town["other_town"].says("补充")
    assert "没有您能补充的" in town["other_town"].last.text


@on_one
async def test_the_casualties_can_be_reached_from_adding(town: Town) -> None:
    await report(town)
    await town["town"].taps("➕ 补充", "伤亡变化")
    town["town"].sees("伤亡：死亡 1 人", "有人伤亡吗")
    await town["town"].says("死2", "公安")
    assert incidents(town)[0].dead == 2


@on_one
async def test_a_time_before_the_month_or_after_now_is_refused(town: Town) -> None:
    await report(town)
    for said, told in (("8-1 9:00", "30 天以内"), ("今天 23:00", "还没到")):
        await town["town"].says("补充", "发生时间", said)
        assert told in town["town"].last.text
        await town["town"].says("取消")
    assert incidents(town)[0].occurred_at == incidents(town)[0].reported_at


@pytest.mark.parametrize(
    "verb", ["isee", "iadd", "icas", "itext", "ilevel", "ifalse", "ifinal", "ifacts", "inochange"]
)
@on_one
async def test_an_outsider_is_told_of_no_incident(town: Town, verb: str) -> None:
    incident = await report(town)
    for data in (f"a:{verb}:{short(incident.id)}", f"a:{verb}:zz", f"a:{verb}:"):
        said = await tap(town, "other_town", data)
        assert "没有找到这件突发事件" in said or "按钮已经过时" in said
    assert did(town, incident) == ["report"]


@pytest.mark.parametrize("verb", ["ilevel", "ifalse", "ifinal", "inochange", "itext"])
@on_one
async def test_what_is_the_offices_is_refused_to_the_town(town: Town, verb: str) -> None:
    incident = await report(town)
    assert "没有这项权限" in await tap(town, "town", f"a:{verb}:{short(incident.id)}")
