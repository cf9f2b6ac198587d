"""暗访: what is found under cover is nowhere to be seen by the inspected side until it is handed over.

Everything is walked: each list, card, search, hint, group, alarm, digest, comment, timeline, and each button's value.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from handlers.actions import ACTIONS
from handlers.lists import to_page
from models.assignment import assign_hazard
from models.base import Actor, Grant, UserError, short
from models.criteria import Criterion
from models.digest import digest_body
from models.duplicates import likely_duplicates
from models.followers import followers_of
from models.hazard_comments import comment_on
from models.hazard_flow import (
    close_hazard,
    confirm_spot_fix,
    correct_report,
    hand_over_hazard,
    mark_duplicate,
    reject_hazard,
    take_back_hazard,
    transfer_hazard,
    verify_hazard,
    withdraw_report,
)
from models.hazard_lists import ALL, PLAIN, SECTOR, TOWN, UNIT, Listing
from models.hazard_reports import HazardReport
from models.hazard_sight import can_see, hazard_by_id, hazard_by_number, sees
from models.hazards import Hazard
from models.lookback import doubt_fixed, lookback_due, reopen_hazard, start_lookback
from models.outbox import Message
from models.outbox_view import messages_told
from models.people import INSPECTOR, SAFETY_OFFICE, TOWN_OFFICER, Account, add_person, groups_for
from models.supervision import supervise_hazard, suspend_production
from models.units import Unit, find_units, units_in
from models.webchat import WebMessage
from tests.chat import Town
from tests.county import NOW, County, join_web
from tests.hazard_chats import ON_THE_WEB, hazards
from tests.ledger import POLICY, VILLAGE, actor, index, put, reported

INSIDERS = ("inspector", "office", "colleague", "head", "office-group")
OUTSIDERS = (
    *("town", "other_town", "department", "responsible", "other_responsible", "keeper", "grid_worker"),
    *("other_worker", "leader", "deputy", "officer", "second"),
)
ONE_OF_EACH = (
    "town",
    "department",
    "keeper",
    "grid_worker",
    "officer",
    "second",
)  # walks on the slower engine
CHATS = (*OUTSIDERS, "town-group")
# Where nothing is found, people read their own words again.
ECHOES = ("search-empty", "🔍 没有找到“")
SECRETS = ("2026-0001", "秘密烧烤店", "法兰渗漏")


def groups_and_another_inspector(session: Session, county: County) -> None:
    """The groups of the town and of the office, and a second covert team's inspector."""
    grant = Grant(INSPECTOR)
    second = add_person(
        session, county=county.county, name="石磊", grants=[grant], now=NOW, phone="13800000017"
    )
    chats: list[dict[str, Any]] = [
        {"address": "second", "person_id": second.id},
        {
            "address": "town-group",
            "group_role": TOWN_OFFICER,
            "group_area": "411024108",
            "group_title": "彭店群",
        },
        {"address": "office-group", "group_role": SAFETY_OFFICE, "group_title": "安委办群"},
    ]
    for chat in chats:
        session.add(Account(county=county.county, channel="web", joined_at=NOW, seen_at=NOW, **chat))
    session.flush()
    assert len(groups_for(session, county=county.county, role=TOWN_OFFICER, area=VILLAGE)) == 1


def leaks(town: Town) -> list[str]:
    """Whatever names the finding in an outsider's chat, or on its way there."""
    key = short(hazards(town)[0].id)

    def look(session: Session) -> list[str]:
        shown = session.exec(
            select(WebMessage.address, WebMessage.body).where(
                col(WebMessage.address).in_(CHATS), ~col(WebMessage.mine)
            )
        ).all()
        sent = session.exec(
            select(Message.address, Message.body).where(col(Message.address).in_(CHATS))
        ).all()
        said = [(address, json.dumps(body, ensure_ascii=False)) for address, body in (*shown, *sent)]
        named = [(who, body) for who, body in said if any(secret in body for secret in (*SECRETS, key))]
        return [f"{who}: {body}" for who, body in named if not any(echo in body for echo in ECHOES)]

    return town.ask(look)


async def found_under_cover(town: Town) -> None:
    """The inspector reports a new unit in 彭店镇, probably major, with a photo and a place."""
    inspector = town["inspector"]
    await inspector.says("上报", "彭店镇", "村口", "秘密烧烤店", "燃气", "爆炸", "储罐法兰渗漏")
    await inspector.sends_photo()
    await inspector.taps("发完了")
    await inspector.shares_place()
    await inspector.says("没有", "可能是重大隐患")
    review = inspector.last
    assert "暗访，先不公开" in review.text
    await inspector.says("提交")
    inspector.sees("已上报，编号 2026-0001")


async def walk(town: Town, who: str) -> None:
    """Everything somebody can say or tap, and every button's value with the finding's id forged into it."""
    user = town[who]
    for said in (
        *("帮助", "我的", "台账", "按镇", "按行业", "按单位", "未销号", "逾期", "重大", "待核实", "待交办"),
        *(
            "待复查",
            "待销号",
            "彭店镇",
            "彭店镇 全部",
            "刘拐村委会 全部",
            "燃气 全部",
            "2026-0001",
            "1",
            "查 1",
        ),
        *("找 2026-0001", "查 法兰", "查 渗", "查 秘密烧烤店", "查 烧烤店", "彭店镇 燃气", "查 彭店镇 燃气"),
        *("查 老城烧烤店", "交办 秘密烧烤店", "交办 2026-0001", "台账 秘密烧烤店", "值班"),
    ):
        await user.says(said)
        if "帮您开始上报" in user.last.text:
            await user.says("取消")
    key = short(hazards(town)[0].id)
    of = [(TOWN, "411024108"), (TOWN, VILLAGE), (SECTOR, "gas"), (UNIT, str(town.county.shop.id))]
    pages = [to_page(Listing(name)) for name in PLAIN] + [
        to_page(Listing(name, what, ALL)) for name, what in of
    ]
    forged = [f"a:{verb}:{key}" for verb in ACTIONS] + [f"a:find:{short(1 << 61)}:法兰", f"a:photos:{key}:0"]
    for data in (*pages, *forged):
        await town.wire.tap(who, user.last, data)
        await town.settle()
        if "取消" in str(user.last.buttons):
            await user.says("取消")


@ON_THE_WEB
async def test_nobody_of_the_inspected_side_learns_of_it_before_it_is_handed_over(town: Town) -> None:
    town.house.db.run_now(lambda session: groups_and_another_inspector(session, town.county))
    at_shop = {"unit_id": town.county.shop.id, "unit_name": "老城烧烤店"}
    await found_under_cover(town)
    put(town, reported, "inspector", covert=True, description="储罐法兰渗漏", **at_shop)
    index(town)
    office, inspector = town["office"], town["inspector"]
    office.reads("疑似重大隐患 2026-0001")
    office.reads("【2026-0001】", "🔒 暗访发现，尚未移交", "秘密烧烤店")
    town["office-group"].reads("【2026-0001】", "🔒 暗访发现")
    assert leaks(town) == []
    for who in OUTSIDERS if town.house.db.is_sqlite else ONE_OF_EACH:
        await walk(town, who)
        assert leaks(town) == [], who
    await town.passes(timedelta(days=1), step=timedelta(minutes=20))  # alarms climb, digests, nudges
    town["head"].reads("疑似重大隐患 2026-0001")
    office.reads("早报")
    assert leaks(town) == []
    await office.says("2026-0001")
    await office.taps("更多…", "💬 留言")
    await office.says("法兰渗漏要盯紧", "跳过")
    inspector.sees("李静 对 2026-0001 留言")
    await inspector.taps("💬 留言")
    await inspector.says("法兰渗漏还在", "跳过")
    office.sees("林峰 对 2026-0001 留言")
    await office.says("查 法兰", "2026-0001")
    await office.taps("收到")
    await office.says("2026-0001")
    await office.taps("属实·一般")
    assert leaks(town) == []
    await an_outsider_reports_beside_it(town)
    assert leaks(town) == []


async def an_outsider_reports_beside_it(town: Town) -> None:
    """The new unit is not offered, nor anything as the same; the number that is missing says nothing."""
    worker = town["grid_worker"]
    await worker.says("上报", "彭店镇", "村口")
    assert all("秘密" not in label for label, _ in worker.last.buttons)
    await worker.taps("老城烧烤店")
    worker.sees("最怕出什么事故")
    await worker.says("爆炸", "软管老化")
    await worker.sends_photo()
    await worker.taps("发完了")
    await worker.shares_place()
    worker.sees("当场整改了吗")
    await worker.says("没有", "一般", "提交")
    worker.sees("编号 2026-0003")


@ON_THE_WEB
async def test_once_handed_over_it_is_everybodys_who_has_to_know(town: Town) -> None:
    town.house.db.run_now(lambda session: groups_and_another_inspector(session, town.county))
    await found_under_cover(town)
    index(town)
    await town["office"].taps("移交（公开）")
    town["office"].sees("2026-0001 已移交")
    for who in ("town", "department", "town-group"):
        card = town[who].reads("【2026-0001】", "秘密烧烤店", "法兰渗漏")
        assert "🔒" not in card.text
    for who in ("town", "department"):
        await town[who].says("查 法兰")
        town[who].sees("🔍 “法兰”", "2026-0001")
        await town[who].says("2026-0001")
        town[who].sees("【2026-0001】", "办理记录")
        await town[who].says("重大")
        town[who].sees("2026-0001")
    for who in ("other_town", "grid_worker", "keeper", "second", "other_responsible"):
        await town[who].says("2026-0001", "查 法兰")
        assert not any(secret in message.text for message in town[who].messages for secret in SECRETS[::2]), (
            who
        )
    worker = town["grid_worker"]
    await worker.says("上报", "彭店镇", "村口")
    await worker.taps("秘密烧烤店")  # known from now on
    worker.sees("是同一处吗")
    await worker.says("是", "我也看到了")
    await worker.sends_photo()
    await worker.says("发完了", "提交")
    worker.sees("并入 2026-0001")


def insiders(county: County) -> set[int | None]:
    return {getattr(county, name).id for name in ("inspector", "office", "colleague", "head")}


def told(session: Session, county: County) -> set[int | None]:
    """Everyone who was told anything, and None for a group."""
    return {row.person_id for row in session.exec(select(Message)) if row.address != "office-group"}


@dataclass
class Case:
    """A covert finding, and the means to move it."""

    session: Session
    county: County
    hazard: Hazard
    how: dict[str, Any]

    def by(self, who: str) -> dict[str, Any]:
        return {"by": actor(self.session, self.county, who), "hazard": self.hazard, **self.how}


@pytest.fixture
def case(session: Session, county: County) -> Case:
    """A finding of a new unit, fixed on the spot, everybody reachable."""
    names = (
        "town",
        "department",
        "keeper",
        "responsible",
        "grid_worker",
        "office",
        "colleague",
        "head",
        "inspector",
    )
    join_web(session, county, *names)
    groups_and_another_inspector(session, county)
    covert: dict[str, Any] = {"covert": True, "unit_name": "秘密烧烤店", "description": "储罐法兰渗漏"}
    hazard = reported(session, county, "inspector", spot_fixed=True, after_photo_ids=[1], **covert)
    return Case(session, county, hazard, {"now": NOW, "policy": POLICY})


def _grade(case: Case, level: str = "general") -> None:
    query = select(Criterion.id).where(Criterion.code == "GAS-9-1")
    cited = {"criterion_id": case.session.exec(query).one()} if level == "major" else {}
    verify_hazard(case.session, level=level, **cited, **case.by("office"))


def _correct(case: Case) -> None:
    report = HazardReport(
        VILLAGE, "gas", "fire", "储罐法兰渗漏严重", "村口", None, "秘密饭店", no_photo_reason="不便"
    )
    correct_report(case.session, report=report, **case.by("inspector"))


def _to_the_end(case: Case) -> None:
    """Confirmed, closed, looked at again, doubted, back again."""
    confirm_spot_fix(case.session, **case.by("office"))
    close_hazard(case.session, **case.by("colleague"))
    start_lookback(case.session, **case.by("office"))
    late = NOW + timedelta(days=40)
    lookback_due(case.session, county=case.county.county, now=late, policy=POLICY)
    reopen_hazard(case.session, reason="又漏了", photo_ids=[], **case.by("office"))


def _doubted(case: Case) -> None:
    confirm_spot_fix(case.session, **case.by("office"))
    close_hazard(case.session, **case.by("colleague"))
    doubt_fixed(case.session, said="还在漏", **case.by("inspector"))


def _major(case: Case) -> None:
    _grade(case, "major")
    supervise_hazard(case.session, level="county", reason="", **case.by("office"))
    suspend_production(case.session, reason="责令停产", **case.by("office"))


def _transfer(case: Case) -> None:
    transfer_hazard(case.session, department="公安局", reason="职权", **case.by("office"))
    take_back_hazard(case.session, reason="退回", **case.by("office"))


def _duplicate(case: Case) -> None:
    """Into a public one: that must not show."""
    kept = reported(case.session, case.county)
    before = case.session.exec(select(Message.id)).all()
    mark_duplicate(case.session, kept=kept, **case.by("office"))
    case.session.flush()
    new = case.session.exec(select(Message).where(col(Message.id).not_in(before))).all()
    assert {message.person_id for message in new} <= insiders(case.county) | {None}
    assert followers_of(case.session, county=case.county.county, hazard_id=kept.id) == []
    case.session.execute(Message.__table__.delete().where(col(Message.subject_id) == kept.id))  # type: ignore[attr-defined]


MOVES: dict[str, Callable[[Case], Any]] = {
    "reported": lambda case: None,
    "verified": _grade,
    "major, listed, suspended": _major,
    "corrected": _correct,
    "withdrawn": lambda case: withdraw_report(case.session, **case.by("inspector")),
    "rejected": lambda case: reject_hazard(case.session, reason="没有", **case.by("office")),
    "duplicate": _duplicate,
    "transferred and back": _transfer,
    "to the end and back": _to_the_end,
    "doubted": _doubted,
    "commented": lambda case: comment_on(case.session, said="盯紧", photo_ids=[1], **case.by("office")),
}


@pytest.mark.parametrize("move", MOVES)
def test_whatever_is_done_with_it_the_inspected_side_is_not_told(case: Case, move: str) -> None:
    MOVES[move](case)
    case.session.flush()
    assert told(case.session, case.county) <= insiders(case.county)
    rows = messages_told(case.session, county=case.county.county, hazard=case.hazard.number, limit=1000)
    assert {row.message.address for row in rows} <= {
        "inspector",
        "office",
        "colleague",
        "head",
        "office-group",
    }
    assert rows
    names = [unit.name for unit in case.session.exec(select(Unit))]
    assert "秘密烧烤店" not in names
    assert "秘密饭店" not in names


def test_it_is_seen_by_its_finder_and_the_office_alone(case: Case) -> None:
    session, hazard, county = case.session, case.hazard, case.county
    link = Actor(county.county, None, "链接", "link", (), link_unit=county.shop.id)
    outsiders = [actor(session, county, who) for who in OUTSIDERS if who != "second"] + [link]
    hazard.owner_id, hazard.assigned_unit_id, hazard.assigned_area = (
        county.keeper.id,
        county.shop.id,
        "411024108",
    )
    session.flush()
    for by in outsiders:  # not even were it assigned to them
        assert not can_see(by, hazard) or by.person_id == county.keeper.id, by
    hazard.owner_id = hazard.assigned_unit_id = hazard.assigned_area = None
    session.flush()
    for by in outsiders:
        assert not sees(session, by=by, hazard=hazard)
        with pytest.raises(UserError, match="hazard-unknown"):
            hazard_by_id(session, by=by, hazard_id=hazard.id)
        with pytest.raises(UserError, match="hazard-unknown"):
            hazard_by_number(session, by=by, number=hazard.number, year=2026)
        with pytest.raises(UserError, match="hazard-unknown"):
            comment_on(session, by=by, hazard=hazard, said="?", photo_ids=[], **case.how)
    for who in ("inspector", "office", "head", "admin"):
        assert hazard_by_number(session, by=actor(session, county, who), number="1", year=2026) is hazard


def test_nothing_public_is_merged_into_it(case: Case) -> None:
    public = reported(case.session, case.county)
    office = actor(case.session, case.county, "office")
    with pytest.raises(UserError, match="duplicate-of-hidden"):
        mark_duplicate(case.session, by=office, hazard=public, kept=case.hazard, **case.how)
    other = reported(case.session, case.county, "inspector", covert=True)
    mark_duplicate(case.session, by=office, hazard=other, kept=case.hazard, **case.how)
    assert other.state == "duplicate"


def test_its_new_unit_is_on_record_once_it_is_handed_over(case: Case) -> None:
    session, county = case.session, case.county
    given: dict[str, Any] = {"county": county.county, "area": VILLAGE}
    assert find_units(session, typed="秘密", **given) == []
    assert all(unit.name != "秘密烧烤店" for unit in units_in(session, limit=100, **given))
    hand_over_hazard(session, **case.by("office"))
    (unit,) = find_units(session, typed="秘密", **given)
    assert case.hazard.unit_id == unit.id
    office = actor(session, county, "office")
    near = {"area": VILLAGE, "sector": "gas", "place": None, "policy": POLICY}
    assert likely_duplicates(session, by=office, unit_id=unit.id, **near) == [case.hazard]  # type: ignore[arg-type]


def test_to_assign_it_is_to_hand_it_over(case: Case) -> None:
    _grade(case)
    due_at = NOW + timedelta(days=3)
    assign_hazard(case.session, unit_id=case.county.shop.id, due_at=due_at, **case.by("office"))
    case.session.flush()
    assert not case.hazard.hidden
    assert case.session.get_one(Unit, (case.county.county, case.hazard.unit_id)).name == "秘密烧烤店"
    assert {case.county.keeper.id, case.county.town.id, case.county.department.id} <= told(
        case.session, case.county
    )


def test_the_digest_names_none_of_it(case: Case) -> None:
    made = digest_body(case.session, county=case.county.county, now=NOW, policy=POLICY)
    body = json.dumps(made, ensure_ascii=False)
    assert not any(secret in body for secret in SECRETS)
