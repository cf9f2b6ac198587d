"""Is it known already? While reporting: what is offered, what following it does, and that "no" goes on."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from models.base import UserError
from models.duplicates import likely_duplicates
from models.followers import followers_of
from models.geo import GCJ02, WGS84, Point, wgs84_to_gcj02
from models.hazard_comments import follow_hazard
from models.hazard_flow import (
    close_hazard,
    confirm_spot_fix,
    hand_over_hazard,
    mark_duplicate,
    reject_hazard,
)
from models.hazards import Hazard, attached_ids
from tests.chat import Town, User
from tests.county import NOW, County
from tests.hazard_chats import ON_SQLITE, ON_THE_WEB, draft, hazards
from tests.ledger import POLICY, VILLAGE, actor, assigned, fixed, put, reported, verified

HERE = (34.10, 114.18)
AT_SHOP: dict[str, Any] = {"unit_name": "老城烧烤店"}


def at_shop(town: Town, make: Any = reported, *args: Any, **fields: Any) -> Hazard:
    return put(town, make, *args, unit_id=town.county.shop.id, **AT_SHOP, **fields)


def near(north: float = 0, datum: str = WGS84) -> dict[str, Any]:
    """A place so many metres north of HERE, in this datum."""
    lat, lon = HERE[0] + north / 111_195, HERE[1]
    if datum == GCJ02:
        lat, lon = wgs84_to_gcj02(lat, lon)
    return {"lat": lat, "lon": lon, "datum": datum, "place_source": "shared"}


async def to_the_unit(user: User) -> None:
    """A report up to its unit, which is the shop."""
    await user.says("上报", "彭店镇", "跳过")
    await user.taps("老城烧烤店")


async def test_at_the_same_unit_it_is_followed_instead(town: Town) -> None:
    at_shop(town, reported, "other_worker", description="液化气罐放在厨房")
    await town.settle()
    worker, office, first = town["grid_worker"], town["office"], town["other_worker"]
    office.looks(), first.looks()
    await to_the_unit(worker)
    asked = worker.sees("这里已有人上报过隐患。是同一处吗")
    assert [label for label, _ in asked.buttons][:2] == [
        "是同一处：2026-0001（9月28日（周一））液化气罐放在厨房",
        "不是同一处，继续上报",
    ]
    await worker.taps("是同一处：2026-0001")
    worker.sees("说说隐患情况")
    await worker.says("厨房里还有第二个罐")
    worker.sees("拍照")
    await worker.sends_photo("blue")
    await worker.taps("发完了")
    review = worker.sees("核对", "是同一处：2026-0001", "厨房里还有第二个罐")
    assert "可能事故" not in review.text
    await worker.taps("提交")
    worker.sees("已记下", "并入 2026-0001", "进展会告诉您")
    office.reads("【2026-0001】", "另有 1 人反映同一隐患")
    told = office.sees("王芳 反映 2026-0001 同一隐患", "厨房里还有第二个罐")
    assert told.photos == 1
    assert len(hazards(town)) == 1
    await worker.taps("查看")
    card = worker.sees("【2026-0001】", "另有 1 人反映", "王芳 反映同一隐患", "（照片 1 张）")
    assert card.photos == 1
    await office.taps("属实·一般", "交办", "县城管局", "刘洋")
    await office.says("7", "提交")
    for user in (worker, first):
        user.sees("2026-0001 已核实")
        user.sees("2026-0001 已交办")
    await worker.says("我的")
    worker.sees("📂 我的", "2026-0001")


async def test_it_is_typed_as_well(town: Town) -> None:
    at_shop(town, reported, "other_worker")
    at_shop(town, reported, "other_worker", description="灭火器过期", sector="fire")
    worker = town["grid_worker"]
    await to_the_unit(worker)
    worker.sees(
        "是同一处吗",
    )
    await worker.says("是")
    worker.sees("请点一个选项")  # which of the two?
    await worker.says("9")
    worker.sees("请点一个选项")
    await worker.says("2026-2")
    worker.sees("说说隐患情况")
    await worker.says("上一步")
    worker.sees("是同一处吗")
    await worker.says("1")
    worker.sees("说说隐患情况")
    await worker.says("上一步", "不是")
    worker.sees("最怕出什么事故")
    await worker.says("上一步", "不是同一处，继续上报")
    worker.sees("最怕出什么事故")


async def test_close_by_in_the_same_sector(town: Town) -> None:
    put(town, reported, "other_worker", description="管道漏气", **near(40, GCJ02))
    put(town, reported, "other_worker", description="远处的", **near(60))
    put(town, reported, "other_worker", description="另一行业", sector="power", **near(1))
    worker = town["grid_worker"]
    await worker.says("上报", "彭店镇", "跳过", "跳过", "燃气", "爆炸", "有煤气味")
    await worker.sends_photo()
    await worker.taps("发完了")
    await worker.shares_place(*HERE)
    asked = worker.sees("是同一处吗")
    assert [label for label, _ in asked.buttons][:2] == [
        "是同一处：2026-0001（9月28日（周一））管道漏气",
        "不是同一处，继续上报",
    ]
    await worker.taps("不是同一处")
    worker.sees("当场整改了吗")
    await worker.says("没有", "一般", "提交")
    worker.sees("已上报，编号 2026-0004")
    assert hazards(town)[3].duplicate_of is None


async def test_followed_by_its_place_what_was_said_goes_with_it(town: Town) -> None:
    put(town, reported, "other_worker", description="管道漏气", **near(10))
    worker = town["grid_worker"]
    await worker.says("上报", "彭店镇", "跳过", "跳过", "燃气", "爆炸", "有煤气味")
    await worker.sends_photo()
    await worker.taps("发完了")
    await worker.shares_place(*HERE)
    await worker.says("是")
    worker.sees("核对", "有煤气味")
    await worker.says("提交")
    worker.sees("并入 2026-0001")
    (kept,) = hazards(town)
    assert town.ask(lambda session: len(attached_ids(session, kept))) == 1


async def test_back_edit_and_resume_around_the_question(town: Town) -> None:
    at_shop(town, reported, "other_worker")
    worker = town["grid_worker"]
    await to_the_unit(worker)
    worker.sees("是同一处吗")
    await worker.says("上一步")
    worker.sees("属于哪个行业领域")  # it came with the unit
    await worker.says("上一步")
    worker.sees("哪个单位")
    await worker.taps("老城烧烤店")
    worker.sees("是同一处吗")
    await worker.says("我的")  # off to something else, then back
    await worker.says("继续")
    worker.sees("是同一处吗")
    await worker.says("不是", "爆炸", "气瓶未固定")
    await worker.sends_photo()
    await worker.says("发完了", "跳过", "没有", "一般")
    review = worker.sees("核对", "是否同一处：不是同一处")
    place = review.text.split(". 是否同一处")[0].rsplit("\n", 1)[-1]
    await worker.says(place)
    worker.sees("是同一处吗")
    await worker.says("上一步")
    worker.sees("核对", "不是同一处")
    await worker.says(place, "是")
    after = worker.sees("核对", "是同一处：2026-0001")
    assert "可能事故" not in after.text
    await worker.says("提交")
    worker.sees("并入 2026-0001")
    assert len(hazards(town)) == 1


async def test_another_unit_is_asked_about_anew(town: Town) -> None:
    at_shop(town, reported, "other_worker")
    worker = town["grid_worker"]
    await worker.says("上报", "彭店镇", "跳过", "无名小店", "燃气", "爆炸", "气瓶未固定")
    await worker.sends_photo()
    await worker.says("发完了", "跳过", "没有", "一般")
    review = worker.sees("核对", "无名小店")
    assert "是否同一处" not in review.text
    await worker.says("3")
    await worker.taps("老城烧烤店")
    worker.sees("是同一处吗")


async def test_the_one_followed_is_done_before_it_is_submitted(town: Town) -> None:
    kept = at_shop(town, reported, "other_worker", spot_fixed=True, after_photo_ids=[1])
    worker = town["grid_worker"]
    await to_the_unit(worker)
    await worker.says("是", "第二个罐")
    await worker.sends_photo()
    await worker.says("发完了")
    review = worker.sees("核对", "是同一处：2026-0001")

    def done(session: Session) -> None:
        hazard = session.get_one(Hazard, (town.county.county, kept.id))
        how: dict[str, Any] = {"now": NOW, "policy": POLICY}
        hazard = confirm_spot_fix(session, by=actor(session, town.county, "office"), hazard=hazard, **how)
        close_hazard(session, by=actor(session, town.county, "colleague"), hazard=hazard, **how)

    town.house.db.run_now(done)
    await worker.says("提交")
    worker.sees("2026-0001 现在是“已销号”", "按新的隐患上报")
    place = review.text.split(". 是否同一处")[0].rsplit("\n", 1)[-1]
    await worker.says(place)
    worker.sees("最怕出什么事故")  # nothing is left that it could be
    await worker.says("爆炸", "跳过", "没有", "一般", "提交")
    worker.sees("已上报，编号 2026-0002")


async def test_one_that_is_gone_is_stepped_over_on_the_way_back(town: Town) -> None:
    kept = at_shop(town, reported, "other_worker")
    worker = town["grid_worker"]
    await to_the_unit(worker)
    await worker.says("不是")
    worker.sees("最怕出什么事故")

    def gone(session: Session) -> None:
        hazard = session.get_one(Hazard, (town.county.county, kept.id))
        office = actor(session, town.county, "office")
        reject_hazard(session, by=office, hazard=hazard, reason="没有", now=NOW, policy=POLICY)

    town.house.db.run_now(gone)
    await worker.says("上一步", "上一步")
    worker.sees("哪个单位")
    await worker.taps("老城烧烤店")
    worker.sees("最怕出什么事故")


async def test_resumed_when_there_is_nothing_left_to_choose_from(town: Town) -> None:
    kept = at_shop(town, reported, "other_worker")
    worker = town["grid_worker"]
    await to_the_unit(worker)
    worker.sees("是同一处吗")

    def gone(session: Session) -> None:
        hazard = session.get_one(Hazard, (town.county.county, kept.id))
        office = actor(session, town.county, "office")
        reject_hazard(session, by=office, hazard=hazard, reason="没有", now=NOW, policy=POLICY)

    town.house.db.run_now(gone)
    await worker.says("我的", "继续")
    worker.sees("最怕出什么事故")


@ON_THE_WEB
async def test_pressed_twice_it_is_followed_once(town: Town) -> None:
    at_shop(town, reported, "other_worker")
    worker = town["grid_worker"]
    await to_the_unit(worker)
    await worker.says("是", "第二个罐")
    await worker.sends_photo()
    await worker.says("发完了")
    review = worker.last
    submit = next(data for label, data in review.buttons if "提交" in label)
    await worker.taps("提交")
    worker.sees("并入 2026-0001")
    await town.wire.tap("grid_worker", review, submit)
    await town.settle()
    (kept,) = hazards(town)
    county = town.county
    followers = town.ask(lambda session: followers_of(session, county=county.county, hazard_id=kept.id))
    assert followers == [county.grid_worker.id]
    await to_the_unit(worker)
    await worker.says("是", "第三个罐")
    await worker.sends_photo()
    await worker.says("发完了", "提交")
    worker.sees("并入 2026-0001")
    town["office"].reads("另有 1 人反映同一隐患")


@ON_THE_WEB
@ON_SQLITE
async def test_ones_own_earlier_report_is_only_added_to(town: Town) -> None:
    at_shop(town, reported, "grid_worker")
    worker = town["grid_worker"]
    await to_the_unit(worker)
    await worker.says("是", "又多了一个罐")
    await worker.sends_photo()
    await worker.says("发完了", "提交")
    worker.sees("并入 2026-0001")
    await worker.says("2026-0001")
    assert "人反映同一隐患" not in worker.sees("【2026-0001】", "又多了一个罐").text


def offered(session: Session, county: County, **asked: Any) -> list[str]:
    given: dict[str, Any] = {"area": VILLAGE, "unit_id": None, "sector": "gas", "place": None} | asked
    by = actor(session, county, "grid_worker")
    return [each.number for each in likely_duplicates(session, by=by, policy=POLICY, **given)]


def test_only_what_is_open_and_public_is_offered(session: Session, county: County) -> None:
    shop: dict[str, Any] = {"unit_id": county.shop.id, **AT_SHOP, **near()}
    office, how = actor(session, county, "office"), {"now": NOW, "policy": POLICY}
    reported(session, county, **shop)
    verified(session, county, **shop)
    assigned(session, county, **shop)
    assert offered(session, county, unit_id=county.shop.id) == ["2026-0003", "2026-0002", "2026-0001"]
    fixed(session, county, sector="fire", **shop)
    assert offered(session, county, unit_id=county.shop.id, sector="fire")[0] == "2026-0004"
    reject_hazard(session, by=office, hazard=reported(session, county, **shop), reason="没有", **how)  # type: ignore[arg-type]
    covert = reported(session, county, "inspector", covert=True, **shop)
    here = Point(*HERE)
    for asked in ({"unit_id": county.shop.id}, {"place": here}):
        assert offered(session, county, **asked) == ["2026-0003", "2026-0002", "2026-0001"]
    hand_over_hazard(session, by=office, hazard=covert, **how)  # type: ignore[arg-type]
    assert offered(session, county, unit_id=county.shop.id)[0] == "2026-0006"


@pytest.mark.parametrize(
    ("sector", "metres", "found"),
    [
        ("gas", 45, True),
        ("gas", 55, False),
        ("fire", 95, True),
        ("fire", 105, False),
        ("construction", 190, True),
    ],
)
@pytest.mark.parametrize("stored", [WGS84, GCJ02])
@pytest.mark.parametrize("sent", [WGS84, GCJ02])
@ON_SQLITE
def test_the_radius_is_the_sectors_own_whatever_the_datum(
    session: Session, county: County, sector: str, metres: float, found: bool, stored: str, sent: str
) -> None:
    reported(session, county, sector=sector, **near(metres, stored))
    lat, lon = wgs84_to_gcj02(*HERE) if sent == GCJ02 else HERE
    assert bool(offered(session, county, sector=sector, place=Point(lat, lon, sent))) == found


def test_the_same_degrees_in_another_datum_are_another_place(session: Session, county: County) -> None:
    reported(session, county, **(near() | {"datum": GCJ02}))
    assert offered(session, county, place=Point(*HERE, WGS84)) == []
    assert offered(session, county, place=Point(*HERE, GCJ02)) == ["2026-0001"]


def test_who_may_follow(session: Session, county: County) -> None:
    hazard, covert = reported(session, county), reported(session, county, "inspector", covert=True)
    how: dict[str, Any] = {"said": "我也看到", "photo_ids": [], "now": NOW, "policy": POLICY}
    assert follow_hazard(session, by=actor(session, county, "other_worker"), hazard=hazard, **how)
    assert not follow_hazard(session, by=actor(session, county, "other_worker"), hazard=hazard, **how)
    assert not follow_hazard(session, by=actor(session, county, "grid_worker"), hazard=hazard, **how)
    for who, what in (("leader", hazard), ("grid_worker", covert), ("inspector", covert)):
        with pytest.raises(UserError, match="not-allowed"):
            follow_hazard(session, by=actor(session, county, who), hazard=what, **how)
    assert followers_of(session, county=county.county, hazard_id=hazard.id) == [county.other_worker.id]


def test_a_duplicate_found_later_lets_its_reporter_follow(session: Session, county: County) -> None:
    kept, other = reported(session, county), reported(session, county, "other_worker")
    office = actor(session, county, "office")
    mark_duplicate(session, by=office, hazard=other, kept=kept, now=NOW, policy=POLICY)
    assert followers_of(session, county=county.county, hazard_id=kept.id) == [county.other_worker.id]


@ON_THE_WEB
@ON_SQLITE
async def test_every_answer_filled_in_beforehand_is_changed_by_one_tap(town: Town) -> None:
    """A sentence fills in place, unit, sector, kind and description; each is put right at the review."""
    worker = town["grid_worker"]
    await worker.says("彭店镇老城烧烤店液化气罐和明火在一个屋")
    await worker.says("跳过")
    worker.sees("请拍照")
    assert {"area", "unit", "sector", "kind", "description"} <= draft(town).state["answers"].keys()
    await worker.sends_photo()
    await worker.says("发完了", "跳过", "没有", "一般")
    changes = {
        "镇村": ("马栏镇", "马栏镇"),
        "单位场所": ("彭店镇中心小学", "彭店镇中心小学"),
        "行业领域": ("消防", "消防"),
        "可能事故": ("火灾", "火灾"),
        "情况描述": ("灶台边堆放纸箱", "灶台边堆放纸箱"),
    }
    for name, (said, shown) in changes.items():
        review = worker.reads("核对", name)
        review = worker.last
        place = review.text.split(f". {name}")[0].rsplit("\n", 1)[-1]
        await worker.taps(f"✏️ {place}")
        await worker.says(said)
        if "是同一处吗" in worker.last.text:
            await worker.says("不是")
        assert f"{name}：{shown}" in worker.last.text, worker.last.text
    await worker.taps("提交")
    (hazard,) = hazards(town)
    assert (hazard.town, hazard.unit_name, hazard.sector, hazard.kind, hazard.description) == (
        *("411024101", "彭店镇中心小学", "fire", "fire", "灶台边堆放纸箱"),
    )
    await town.passes(timedelta(seconds=20), step=timedelta(seconds=10))
    await worker.says("查 纸箱")
    worker.sees("2026-0001")
