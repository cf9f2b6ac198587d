"""An incident from the first words to the final report, as a transcript on every channel."""

from datetime import timedelta

from tests.chat import Town
from tests.hazard_chats import ON_SQLITE
from tests.incident_chats import CALLED, MINUTE, calls, did, incidents, make_english, report, reports


@ON_SQLITE
async def test_the_whole_story(town: Town) -> None:
    worker, office, boss = town["grid_worker"], town["office"], town["head"]
    await worker.says("突发")
    worker.sees("出了什么事", "120")
    await worker.taps("爆炸")
    worker.sees("在哪里")
    await worker.taps("彭店镇")
    worker.sees("有人伤亡吗")
    await worker.says("死1伤3困2")
    worker.sees("可以上报了", "爆炸", "死亡 1 人、受伤 3 人（伤情核实中）、被困 2 人")
    await worker.taps("提交")
    worker.sees("已上报，编号 TF2026-001", "已告警 4 人")
    for who in CALLED:
        town[who].sees(
            "🚨 告警", "【TF2026-001】爆炸 · 一般 · 处置中", "死亡 1 人", "13800000001", "请点“收到”"
        )
    office.reads(
        "电话报县政府：还剩 20 分钟（09:20 前）", "书面报县政府：还剩 40 分钟（09:40 前）", "已收到 0/4 人"
    )
    worker.reads("已收到 0/4 人")
    assert not any("电话报县政府" in message.text for message in worker.messages)

    await office.taps("收到")
    office.sees("您已收到，请马上处理")
    worker.reads("已收到 1/4 人", "未收到：陈明 13800000003")
    await town.passes(5 * MINUTE, step=5 * MINUTE)
    assert {who: calls(town, who) for who in CALLED} == {"office": 1, "colleague": 2, "town": 2, "head": 2}
    await town["colleague"].taps("收到")
    await boss.says("收到")
    await town["town"].taps("收到")
    office.reads("已收到 4/4 人")

    await office.taps("已电话报县政府")
    office.sees("已登记", "电话报县政府：09:05 李静")
    await town["town"].taps("伤亡变化")
    town["town"].sees("死亡 1 人")
    await town["town"].says("死3伤4困0")
    await town["town"].taps("现场")
    town["town"].sees("死亡 3 人、受伤 4 人", "等级升为🟠 较大")
    boss.sees("等级由一般升为🟠 较大", "死亡 1 人", "死亡 3 人", "来源：现场，陈明报")
    await town.passes(MINUTE, step=MINUTE)
    office.reads("书面报省应急厅：还剩 59 分钟", "续报省应急厅：9月28日（周一）17:00 前")

    await office.taps("报告文本")
    office.sees("首报第 1 稿", "还缺", "已采取措施")
    text = office.sees("关于鄢陵县彭店镇爆炸事故的情况报告（首报）").text
    assert "造成死亡3人、受伤4人（伤情正在核实）" in text
    assert "已采取措施：正在核实" in text
    assert "国务院令第493号第三条，初步判定为较大" in text
    assert incidents(town)[0].grade == "serious"
    assert len(reports(town)) == 1


@ON_SQLITE
async def test_a_sentence_alone_is_asked_about_and_sent_in_two_taps(town: Town) -> None:
    worker = town["grid_worker"]
    await worker.says("彭店镇烧烤店爆炸3人受伤")
    seen = worker.sees("像是已经发生的事")
    assert [label for label, _ in seen.buttons][:2] == ["🚨 突发事件，马上报", "隐患，还没出事"]
    await worker.taps("突发事件，马上报")
    worker.sees("可以上报了", "类别：爆炸", "地点：彭店镇", "受伤 3 人", "彭店镇烧烤店爆炸3人受伤")
    await worker.taps("提交")
    worker.sees("TF2026-001")
    town["office"].sees("🚨 告警", "彭店镇烧烤店爆炸3人受伤")
    assert incidents(town)[0].hurt == 3


@ON_SQLITE
async def test_the_same_sentence_meant_as_a_hazard_loses_no_word(town: Town) -> None:
    worker = town["grid_worker"]
    await worker.says("彭店镇烧烤店爆炸3人受伤", "在镇政府对面")
    worker.sees("这句话收到，已存好", "是哪一种")
    await worker.taps("隐患，还没出事")
    worker.sees("具体在什么位置")
    await worker.says("跳过", "跳过", "一般", "取消")
    assert incidents(town) == []


@ON_SQLITE
async def test_english_all_the_way(town: Town) -> None:
    make_english(town, "grid_worker", "office")
    worker, office = town["grid_worker"], town["office"]
    await worker.says("incident")
    worker.sees("What happened?")
    await worker.says("fire")
    worker.sees("Where?")
    await worker.says("彭店镇")
    worker.sees("Was anyone hurt?")
    await worker.says("2 dead, 1 missing")
    worker.sees("Ready to be sent", "2 dead, 1 missing")
    await worker.taps("Submit")
    worker.sees("Reported as TF2026-001", "4 people are being called")
    office.sees("Alarm", "[TF2026-001] Fire · ordinary · open", "At worst", "serious")
    await office.taps("Received", "Report text")
    office.sees("first report, version 1")
    office.sees("关于鄢陵县彭店镇火灾事故的情况报告（首报）", "造成死亡2人、失联1人")


@ON_SQLITE
async def test_a_night_in_the_quiet_hours_holds_nothing_back(town: Town) -> None:
    await town.passes(timedelta(hours=16), step=timedelta(hours=4))  # 01:00
    incident = await report(town)
    for who in CALLED:
        town[who].reads("🚨 告警", incident.number)
    town["office"].reads("电话报县政府：还剩 20 分钟（01:20 前）")
    await town.passes(10 * MINUTE, step=5 * MINUTE)
    town["office"].reads("报送时间已过半", "电话报县政府：还剩 10 分钟")
    assert did(town, incident) == ["report"]
