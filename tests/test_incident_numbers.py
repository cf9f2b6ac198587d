"""The numbers of an incident: changes with their source, regrading, the handling level, the windows of Art 13."""

import pytest
from sqlmodel import Session

from models.base import Actor, UserError, short
from models.incident_flow import add_to_incident, report_incident
from models.incident_grade import Counts
from models.incident_numbers import change_casualties, no_change, set_handling
from models.incidents import FirstReport, Incident
from models.people import person_actor
from models.policy import Policy
from tests.chat import Town
from tests.county import County
from tests.duty_chats import on_one
from tests.hazard_chats import replica
from tests.incident_chats import (
    CALLED,
    DAY,
    HOUR,
    acks,
    all_reported,
    casualties,
    changes,
    did,
    events,
    incidents,
    local,
    looked,
    report,
    tap,
)

POLICY = Policy()
NOW = local(9, 28, 9)


@on_one
async def test_each_change_keeps_who_when_and_the_source(town: Town) -> None:
    incident = await report(town)
    town.clock.forward(HOUR)
    await casualties(town, "死2", "town", "公安")
    kept = [
        (row.by_name, row.source, row.counts["dead"], row.counts["hurt"], row.counted)
        for row in changes(town)
    ]
    assert kept == [("王芳", "", 1, 3, True), ("陈明", "公安", 2, 3, True)]
    event = events(town, incident)[-1]
    assert (event.action, event.actor_name, event.reason, event.at) == (
        "casualties",
        "陈明",
        "公安",
        local(9, 28, 10),
    )
    assert (event.before["dead"], event.after["dead"]) == (1, 2)
    for who in ("office", "head", "grid_worker"):
        town[who].reads("伤亡有变化", "死亡 1 人", "死亡 2 人", "来源：公安，陈明报")


@on_one
async def test_what_a_change_does_not_name_stays(town: Town) -> None:
    await report(town, hurt="死1伤3困2")
    await casualties(town, "困0重伤1")
    incident = incidents(town)[0]
    assert (incident.dead, incident.hurt, incident.trapped, incident.severe) == (
        1,
        2,
        0,
        1,
    )  # one of the three hurt


@on_one
async def test_the_same_numbers_are_no_change(town: Town) -> None:
    incident = await report(town)
    await casualties(town, "死1伤3")
    assert "没有变化" in town["office"].last.text
    assert did(town, incident) == ["report"]


@on_one
async def test_as_the_grade_rises_everyone_is_alarmed_once_more(town: Town) -> None:
    await report(town)
    await acks(town, *CALLED)
    looked(town, *CALLED, "grid_worker")
    await casualties(town, "死3")
    town["office"].sees("等级升为🟠 较大，已重新告警")
    for who in ("colleague", "town", "head"):
        town[who].sees("🚨 告警", "较大", "等级由一般升为🟠 较大")
    town["office"].reads("已收到 0/3 人")
    await casualties(town, "死4", "colleague")
    assert not any("等级由🟠 较大升" in message.text for message in town["head"].messages)
    assert incidents(town)[0].grade == "serious"


@on_one
async def test_by_taps_each_kind_is_asked_for(town: Town) -> None:
    worker = town["grid_worker"]
    await worker.says("突发", "坍塌", "彭店镇")
    await worker.taps("逐项点选")
    worker.sees("死亡几人")
    await worker.taps("2 人")
    worker.sees("重伤")
    await worker.says("十二")
    worker.sees("轻伤几人")
    await worker.taps("没有")
    worker.sees("失联几人")
    await worker.says("没有")
    worker.sees("被困几人")
    await worker.taps("还不清楚")
    worker.sees("可以上报了", "1. 类别：坍塌", "4. 死亡：2", "5. 重伤：12")
    await worker.taps("提交")
    incident = incidents(town)[0]
    counts = (incident.dead, incident.severe, incident.light, incident.missing, incident.trapped)
    assert counts == (2, 12, 0, 0, None)
    assert incident.grade == "serious"


@on_one
async def test_the_line_can_still_be_typed_half_way_through_the_taps(town: Town) -> None:
    worker = town["grid_worker"]
    await worker.says("突发", "坍塌", "彭店镇")
    await worker.taps("逐项点选", "1 人")
    await worker.says("死1重伤2轻伤3")
    worker.sees("可以上报了", "死亡 1 人、重伤 2 人、轻伤 3 人")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("死-1", "人数不能是负数"),
        ("死99999", "人数最多 9999"),
        ("99999", "请写清是死亡还是受伤"),
        ("好多人", "没看懂伤亡人数"),
        ("有人受伤", "请写清几个人"),
        ("伤3-5人", "请先报一个数"),
        ("死1死2", "同一项写了两次"),
        ("", "没有收到文字"),
    ],
)
@on_one
async def test_a_slip_in_the_numbers_is_one_clear_sentence_and_nothing_is_stored(
    town: Town, said: str, told: str
) -> None:
    worker = town["grid_worker"]
    await worker.says("突发", "火灾", "彭店镇", said or " ")
    assert told in worker.last.text
    assert "有人伤亡吗" in worker.last.text
    await worker.says("伤3")
    worker.sees("可以上报了", "受伤 3 人")
    assert incidents(town) == []


@pytest.mark.parametrize(
    ("said", "told"), [("-1", "人数不能是负数"), ("99999", "人数最多 9999"), ("几个", "没看懂")]
)
@on_one
async def test_a_slip_in_one_number_too(town: Town, said: str, told: str) -> None:
    worker = town["grid_worker"]
    await worker.says("突发", "火灾", "彭店镇")
    await worker.taps("逐项点选")
    await worker.says(said)
    assert told in worker.last.text
    assert "死亡几人" in worker.last.text


@on_one
async def test_the_office_may_set_a_higher_level_with_a_reason(town: Town) -> None:
    incident = await report(town)
    await town["office"].taps("查看", "提级")
    town["office"].sees("按什么等级处置")
    await town["office"].taps("🔴 重大")
    await town["office"].says(" ")
    assert "没有收到文字" in town["office"].last.text
    await town["office"].says("省里关注")
    town["office"].sees("现在按🔴 重大处置")
    town["head"].sees("等级由一般升为🔴 重大", "省里关注")
    town["office"].reads(
        "【TF2026-001】爆炸 · 🔴 重大", "按人数为一般，已提级处置：省里关注", "电话报省应急厅：还剩 15 分钟"
    )
    kept = incidents(town)[0]
    assert (kept.grade, kept.handling) == ("ordinary", "major")
    assert did(town, incident) == ["report", "handling"]
    await casualties(town, "死3", "colleague")
    assert incidents(town)[0].grade == "serious"
    assert "重大" in town["office"].last.text  # it stays at the higher level


@on_one
async def test_no_level_below_the_numbers(town: Town) -> None:
    await report(town, hurt="死3")
    await town["office"].taps("查看", "提级")
    assert [label for label, _ in town["office"].last.buttons][:3] == ["🟠 较大", "🔴 重大", "🔴 特别重大"]
    await town["office"].says("一般")
    assert "请点一个选项" in town["office"].last.text
    await town["office"].taps("🟠 较大")
    await town["office"].says("就这样")
    assert "现在就是按🟠 较大处置的" in town["office"].last.text


@on_one
async def test_the_level_can_be_lifted_again(town: Town) -> None:
    await report(town)
    for level, reason in (("🔴 重大", "关注"), ("一般", "平息")):
        await town["office"].taps("查看", "提级", level)
        await town["office"].says(reason)
    kept = incidents(town)[0]
    assert (kept.handling, kept.handling_reason) == ("", "平息")
    town["office"].reads("【TF2026-001】爆炸 · 一般")


def act(session: Session, county: County, who: str) -> Actor:
    return person_actor(session, person=getattr(county, who), channel="web")


@pytest.fixture
def incident(session: Session, county: County) -> Incident:
    """One dead in 彭店镇, reported by the grid worker."""
    return report_incident(
        session,
        by=act(session, county, "grid_worker"),
        report=FirstReport("explosion", "411024108", Counts(dead=1)),
        now=NOW,
        policy=POLICY,
    )


# Who may do what: insiders, then outsiders.
MAY = {
    "add": (
        ("office", "head", "admin", "town", "leader", "officer", "grid_worker"),
        ("other_town", "other_worker", "responsible"),
    ),
    "casualties": (
        ("office", "head", "admin", "town", "leader", "grid_worker"),
        ("other_town", "other_worker", "responsible"),
    ),
    "handling": (("office", "head", "admin"), ("town", "leader", "grid_worker", "other_town", "responsible")),
    "no_change": (("office", "head", "admin"), ("town", "grid_worker", "other_town", "responsible")),
}


def work(session: Session, by: Actor, incident: Incident, name: str) -> None:
    who = {"session": session, "by": by, "incident": incident, "now": NOW, "policy": POLICY}
    {
        "add": lambda: add_to_incident(**who, note="火灭了"),  # type: ignore[arg-type]
        "casualties": lambda: change_casualties(**who, counts=Counts(dead=2), source=""),  # type: ignore[arg-type]
        "handling": lambda: set_handling(**who, level="major", reason="关注"),  # type: ignore[arg-type]
        "no_change": lambda: no_change(**who),  # type: ignore[arg-type]
    }[name]()


@pytest.mark.parametrize(("name", "who"), [(name, who) for name, (may, _) in MAY.items() for who in may])
def test_an_insider_may(session: Session, county: County, incident: Incident, name: str, who: str) -> None:
    work(session, act(session, county, who), incident, name)


@pytest.mark.parametrize(("name", "who"), [(name, who) for name, (_, not_) in MAY.items() for who in not_])
def test_an_outsider_may_not(
    session: Session, county: County, incident: Incident, name: str, who: str
) -> None:
    version = incident.row_version
    with pytest.raises(UserError) as caught:
        work(session, act(session, county, who), incident, name)
    assert caught.value.key == "not-allowed"
    session.refresh(incident)
    assert incident.row_version == version


@on_one
async def test_the_office_is_asked_before_the_window_ends_and_on_its_last_day(town: Town) -> None:
    await report(town)
    await acks(town, *CALLED)
    await all_reported(town)
    looked(town, *CALLED)
    asked = []
    for day in range(1, 35):
        restarted = replica(town)  # another process every day
        await restarted.passes(local(9, 28, 10) + day * DAY - town.clock.now(), step=6 * HOUR)
        fresh = [message.text for message in town["office"].messages[town["office"].read :]]
        asked += [(day, text) for text in fresh if "伤亡有变化吗" in text]
        looked(town, "office", "town", "head")
    assert [day for day, _ in asked] == [23, 27, 30]
    assert "❓ 第 23 天，伤亡有变化吗？" in asked[0][1]
    assert "补报伤亡变化还剩 7 天" in asked[0][1]
    assert "今天是补报伤亡变化的最后一天" in asked[2][1]
    assert not any("伤亡有变化吗" in message.text for message in town["town"].messages)


@on_one
async def test_traffic_and_fire_within_seven_days(town: Town) -> None:
    await report(town, kind="火灾")
    await town.passes(9 * DAY, step=6 * HOUR)
    asked = [message.text for message in town["office"].messages if "伤亡有变化吗" in message.text]
    assert [text.split("，")[0] for text in asked] == ["❓ 第 4 天", "❓ 第 7 天"]


@on_one
async def test_where_nobody_came_to_harm_nothing_is_asked(town: Town) -> None:
    await report(town, kind="火灾", hurt="没有")
    await town.passes(9 * DAY, step=6 * HOUR)
    assert not any("伤亡有变化吗" in message.text for message in town["office"].messages)


@on_one
async def test_no_change_is_an_answer_by_one_tap(town: Town) -> None:
    incident = await report(town, kind="火灾")
    await town.passes(local(10, 2, 10) - town.clock.now(), step=6 * HOUR)
    await town["office"].taps("没有变化")
    assert "已记录：伤亡没有变化" in town["office"].last.text
    await town["office"].taps("没有变化")
    assert "今天已经回答过了" in town["office"].last.text
    assert did(town, incident).count("no_change") == 1
    assert "没有这项权限" in await tap(town, "town", f"a:inochange:{short(incident.id)}")


@on_one
async def test_a_change_after_the_window_is_noted_and_does_not_count(town: Town) -> None:
    incident = await report(town, kind="火灾", hurt="死2重伤1")
    await town.passes(local(10, 5, 23, 50) - town.clock.now(), step=DAY)
    await casualties(town, "死3重伤0")
    assert incidents(town)[0].grade == "serious"  # the last minutes of the seventh day
    await town.passes(10 * HOUR, step=HOUR)
    await casualties(town, "死9")
    assert "已超过 7 天，按规定不再计入统计，这次变化已作记录" in town["office"].last.text
    kept = incidents(town)[0]
    assert (kept.dead, kept.grade) == (3, "serious")
    assert [(row.counts["dead"], row.counted) for row in changes(town)] == [(2, True), (3, True), (9, False)]
    assert did(town, incident)[-1] == "casualties_late"


@on_one
async def test_a_closed_incident_still_takes_changes_within_the_window(town: Town) -> None:
    await report(town, hurt="死2伤0失联0被困0")
    await all_reported(town)
    await town["office"].taps("查看", "终报", "确认终报")
    assert incidents(town)[0].state == "closed"
    await town.passes(5 * DAY, step=DAY)
    await town["office"].taps("查看")
    await casualties(town, "死3")
    assert (incidents(town)[0].grade, incidents(town)[0].state) == ("serious", "closed")
