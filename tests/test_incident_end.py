"""How an incident ends: the final report, a false alarm, merged into the one that came first."""

import pytest
from sqlmodel import Session

from models.base import Actor, UserError, short
from models.incident_end import close_false, finish, merge_incidents
from models.incident_flow import report_incident
from models.incident_grade import Counts
from models.incident_merge import similar_to
from models.incidents import FirstReport, Incident, may_add
from models.people import person_actor
from models.policy import Policy
from tests.chat import Town
from tests.county import County
from tests.duty_chats import on_one
from tests.incident_chats import (
    CALLED,
    HOUR,
    MINUTE,
    acks,
    alarms,
    all_reported,
    calls,
    casualties,
    clocks,
    did,
    incidents,
    local,
    looked,
    report,
    reports,
    tap,
)

POLICY = Policy()
NOW = local(9, 28, 9)
HERE = {"lat": 34.10, "lon": 114.18, "datum": "WGS-84"}


@on_one
async def test_the_final_report_closes_it_and_everyone_hears_of_it(town: Town) -> None:
    incident = await report(town, hurt="死1重伤2困0失联0")
    await acks(town, *CALLED)
    await all_reported(town)
    looked(town, *CALLED, "grid_worker")
    await town["office"].taps("查看", "终报")
    town["office"].sees("情况报告（终报）", "原因：正在核实")
    town["office"].sees("以上是 TF2026-001 的终报", "伤亡变化仍会按期询问")
    assert incidents(town)[0].state == "open"
    await town["office"].taps("确认终报并结束")
    assert town["office"].last.text == "✅ TF2026-001 已终报。"
    for who in ("colleague", "head", "town", "grid_worker"):
        town[who].reads("已终报：死亡 1 人、重伤 2 人", "李静")
    town["colleague"].reads("【TF2026-001】爆炸 · 一般 · 已终报")
    kept = incidents(town)[0]
    assert (kept.state, kept.closed_at, kept.ask_at is not None) == ("closed", town.clock.now(), True)
    assert [each.stage for each in reports(town)] == ["final"]
    assert did(town, incident)[-1] == "final"
    assert "已经结束" in await tap(town, "office", f"a:ifinal:{short(incident.id)}:yes")


@on_one
async def test_no_final_report_while_somebody_is_not_accounted_for(town: Town) -> None:
    incident = await report(town, hurt="还不清楚")
    await all_reported(town)
    office = town["office"]
    await office.taps("查看", "终报")
    assert not any("情况报告（终报）" in each.text for each in office.messages)
    office.sees("这些还在核实，不能终报：死亡、伤情、失联、被困。", "没有的写 0")
    assert not any("确认终报" in label for label, _ in office.last.buttons)
    assert "不能终报" in await tap(town, "office", f"a:ifinal:{short(incident.id)}:yes")
    await casualties(town, "死0伤2失联0被困0")
    await office.taps("查看", "终报")
    office.sees("这些还在核实，不能终报：伤情。")  # two hurt, nobody knows how badly
    await casualties(town, "重伤1轻伤1")
    assert incidents(town)[0].state == "open"
    await office.taps("查看", "终报", "确认终报")
    assert office.last.text == "✅ TF2026-001 已终报。"


@on_one
async def test_nobody_hurt_needs_no_more_numbers_for_the_final_report(town: Town) -> None:
    await report(town, hurt="没有")
    await all_reported(town)
    await town["office"].taps("查看", "终报", "确认终报")
    assert incidents(town)[0].state == "closed"


@on_one
async def test_no_final_report_while_a_report_upward_is_not_recorded(town: Town) -> None:
    await report(town)
    await town["office"].taps("已电话报县政府", "查看", "终报")
    said = town["office"].last.text
    assert "还有报送没有登记：书面报县政府、书面报市应急局、书面报省应急厅" in said
    assert incidents(town)[0].state == "open"


@on_one
async def test_a_false_alarm_ends_everything_and_says_why(town: Town) -> None:
    incident = await report(town)
    looked(town, *CALLED, "grid_worker")
    await town["office"].taps("查看", "误报")
    town["office"].sees("为什么是误报")
    await town["office"].taps("现场核实，没有发生")
    assert "已按误报结束" in town["office"].last.text
    for who in ("colleague", "head", "town", "grid_worker"):
        town[who].reads("误报，已解除：现场核实，没有发生", "李静")
    before = {who: calls(town, who) for who in CALLED}
    await town.passes(HOUR, step=5 * MINUTE)
    assert {who: calls(town, who) for who in CALLED} == before
    assert not any("报送" in message.text and "时限" in message.text for message in town["office"].messages)
    kept = incidents(town)[0]
    assert (kept.state, kept.closed_reason, kept.ask_at) == ("false_alarm", "现场核实，没有发生", None)
    assert (alarms(town)[0].closed, {each.void for each in clocks(town)}) == ("false_alarm", {True})
    for data in ("iadd", "icas", "itext", "ilevel", "ifalse"):
        said = await tap(town, "office", f"a:{data}:{short(incident.id)}")
        if data == "icas":
            await town["office"].says("死5", "医院")
            said = town["office"].last.text
        assert "已经结束" in said, data


async def report_here(town: Town, who: str, lat: float = 34.10) -> Incident:
    """A report with a location."""
    await town[who].says("突发", "火灾")
    await town[who].shares_place(lat, 114.18)
    await town[who].says("伤1")
    await town[who].taps("提交")
    return incidents(town)[-1]


@on_one
async def test_two_reports_close_in_place_and_time_are_offered_as_one(town: Town) -> None:
    first = await report_here(town, "grid_worker")
    await town.passes(10 * MINUTE, step=5 * MINUTE)
    second = await report_here(town, "other_worker", 34.102)  # some 220 m away
    offer = town["office"].reads("🚨 告警", "TF2026-002", "可能与 TF2026-001 是同一件事")
    assert "🔗 与 TF2026-001 合并" in [label for label, _ in offer.buttons]
    looked(town, *CALLED, "grid_worker", "other_worker")
    await town["office"].taps("与 TF2026-001 合并")
    town["office"].sees("TF2026-002 要并入 TF2026-001 吗", "首报：王芳", "首报：赵磊")
    await town["office"].taps("确认合并")
    town["office"].sees("TF2026-002 已并入 TF2026-001", "伤亡人数没有相加")
    for who in ("colleague", "other_worker"):
        town[who].reads("TF2026-002 已并入 TF2026-001（李静）", "受伤 1 人")
    kept, gone = incidents(town)
    assert (kept.state, gone.state, gone.merged_into) == ("open", "merged", kept.id)
    assert [each.void for each in clocks(town) if each.incident_id == second.id] == [True] * 4
    assert (did(town, first)[-1], did(town, second)[-1]) == ("merge_in", "merge")
    before = calls(town, "head")
    await town.passes(5 * MINUTE, step=5 * MINUTE)
    assert calls(town, "head") == before + 1  # only the one that stays goes on calling
    await town["other_worker"].says("TF1")
    assert "【TF2026-001】" in town["other_worker"].last.text  # who reported the same sees it


@on_one
async def test_pressed_again_there_is_nothing_left_to_merge(town: Town) -> None:
    one = await report_here(town, "grid_worker")
    other = await report_here(town, "other_worker")
    data = f"a:imerge:{short(other.id)}:{short(one.id)}:y"
    await tap(town, "office", data)
    assert "已经结束" in await tap(town, "office", data)
    assert "同一条" in await tap(town, "office", f"a:imerge:{short(one.id)}:{short(one.id)}:y")
    assert "没有这项权限" in await tap(town, "grid_worker", f"a:imerge:{short(one.id)}:{short(one.id)}:y")


@pytest.fixture
def by(session: Session, county: County) -> Actor:
    return person_actor(session, person=county.office, channel="web")


def made(session: Session, by: Actor, minutes: int = 0, **values: object) -> Incident:
    fields = {"kind": "fire", "area": "411024108", "counts": Counts(dead=0, hurt=1), **values}
    return report_incident(
        session,
        by=by,
        report=FirstReport(**fields),
        now=NOW + minutes * MINUTE,
        policy=POLICY,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("minutes", "values", "similar"),
    [
        (30, HERE | {"lat": 34.1044}, True),  # 489 m
        (30, HERE | {"lat": 34.1046}, False),  # 511 m
        (31, HERE, False),
        (5, HERE | {"kind": "explosion"}, True),  # the same event is often called two things
        (5, {}, True),  # without a place: the same kind in the same town
        (5, {"area": "411024108229"}, True),
        (5, {"kind": "explosion"}, False),
        (5, {"area": "411024101"}, False),
        (5, {"area": "411024"}, False),  # somewhere in the county
    ],
)
def test_what_is_likely_the_same(
    session: Session, by: Actor, minutes: int, values: dict[str, object], similar: bool
) -> None:
    one = made(session, by, **HERE)
    other = made(session, by, minutes, **values)
    assert [each.number for each in similar_to(session, incident=other, policy=POLICY)] == (
        [one.number] if similar else []
    )


def test_what_is_over_is_not_offered(session: Session, by: Actor) -> None:
    one = made(session, by, **HERE)
    close_false(session, by=by, incident=one, reason="演练", now=NOW, policy=POLICY)
    assert similar_to(session, incident=made(session, by, **HERE), policy=POLICY) == []


def test_the_earlier_one_stays_whichever_is_named_first(session: Session, by: Actor) -> None:
    one, other = made(session, by), made(session, by, 5, description="二楼还在烧", **HERE)
    kept, gone = merge_incidents(session, by=by, one=other, other=one, now=NOW + HOUR, policy=POLICY)
    assert (kept.number, gone.number) == (one.number, other.number)
    assert (kept.lat, kept.description) == (34.10, "二楼还在烧")


@pytest.mark.parametrize("who", ["town", "leader", "officer", "grid_worker", "responsible", "other_town"])
def test_only_the_office_closes(session: Session, county: County, by: Actor, who: str) -> None:
    one, other = made(session, by), made(session, by)
    outsider = person_actor(session, person=getattr(county, who), channel="web")
    for work in (
        lambda: finish(session, by=outsider, incident=one, now=NOW, policy=POLICY),
        lambda: close_false(session, by=outsider, incident=one, reason="误报", now=NOW, policy=POLICY),
        lambda: merge_incidents(session, by=outsider, one=one, other=other, now=NOW, policy=POLICY),
    ):
        with pytest.raises(UserError) as caught:
            work()
        assert caught.value.key == "not-allowed"
    assert one.state == other.state == "open"


def test_a_false_alarm_needs_a_reason(session: Session, by: Actor) -> None:
    one = made(session, by)
    for reason, fault in ((" ", "reason-needed"), ("x" * 501, "too-long")):
        with pytest.raises(UserError) as caught:
            close_false(session, by=by, incident=one, reason=reason, now=NOW, policy=POLICY)
        assert caught.value.key == fault


def test_a_merged_reports_reporter_sees_the_one_that_stays(
    session: Session, county: County, by: Actor
) -> None:
    worker = person_actor(session, person=county.other_worker, channel="web")
    one, other = made(session, by), made(session, worker)
    assert not may_add(session, by=worker, incident=one, now=NOW)
    merge_incidents(session, by=by, one=one, other=other, now=NOW, policy=POLICY)
    assert may_add(session, by=worker, incident=one, now=NOW)


@on_one
async def test_after_the_final_report_reminders_of_follow_ups_end(town: Town) -> None:
    await report(town, hurt="死3伤0失联0被困0")
    await acks(town, *CALLED)
    await all_reported(town)
    await town["office"].taps("查看", "终报", "确认终报")
    looked(town, *CALLED)
    await town.passes(local(9, 29, 18) - town.clock.now(), step=HOUR)
    assert not any("续报" in message.text for message in town["head"].messages[town["head"].read :])
    await town["office"].taps("查看")
    await casualties(town, "死4")
    assert incidents(town)[0].dead == 4
