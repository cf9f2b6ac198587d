"""待交办 by unit: all that waits there handed over by one tap, in a notice of its own or one that is open."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from models.assignment import (
    TOGETHER_MOST,
    AssignmentNotice,
    assign_together,
    hazards_of_notice,
    to_assign_at,
)
from models.base import UserError, short
from models.hazards import Hazard
from tests.chat import Town
from tests.county import NOW, County
from tests.hazard_chats import ON_SQLITE, ON_THE_WEB, hazards
from tests.ledger import POLICY, actor, assigned, put, reported, verified

AT_SHOP: dict[str, Any] = {"unit_name": "老城烧烤店"}


def notices(town: Town) -> list[AssignmentNotice]:
    return town.ask(lambda session: list(session.exec(select(AssignmentNotice))))


def three(town: Town) -> None:
    """Three at the shop and one elsewhere."""
    for said in ("软管老化", "没有报警器", "气瓶未固定"):
        put(town, verified, unit_id=town.county.shop.id, description=said, **AT_SHOP)
    put(town, verified, description="调压箱旁堆放纸箱")


async def test_three_at_one_unit_by_one_tap(town: Town) -> None:
    three(town)
    office, keeper, worker = town["office"], town["keeper"], town["grid_worker"]
    await town.settle()
    office.looks(), keeper.looks(), worker.looks()
    await office.says("待交办")
    listed = office.sees("待交办", "软管老化", "没有报警器", "气瓶未固定", "调压箱旁")
    assert listed.text.index("调压箱旁") < listed.text.index("软管老化")  # the newest first
    await office.taps("老城烧烤店：3 处一并交办")
    office.sees("老城烧烤店：3 处待交办", "2026-0001 软管老化", "2026-0003 气瓶未固定", "交办给谁")
    await office.taps("老城烧烤店")
    office.sees("由谁负责")
    await office.taps("韩勇")
    office.sees("什么时候整改完")
    await office.taps("7 天内")
    office.sees("核对", "老城烧烤店", "韩勇")
    await office.taps("提交")
    office.sees("3 处隐患已一并交办给 韩勇")
    told = keeper.sees("交办给您（本单位） 3 处", "2026-0001", "2026-0002", "2026-0003")
    assert [label for label, _ in told.buttons][-1] == "全部接收"
    keeper.sees_nothing_else()
    for number in ("2026-0001", "2026-0002", "2026-0003"):
        worker.sees(f"您上报的 {number} 已交办")
    await keeper.taps("全部接收")
    assert [hazard.state for hazard in hazards(town)] == [*["rectifying"] * 3, "verified"]
    (notice,) = notices(town)
    assert {hazard.notice_id for hazard in hazards(town)} == {notice.id, None}
    await office.says("待交办")
    office.sees("调压箱旁")
    await office.taps("老城烧烤店：3 处一并交办")  # the old button again
    office.sees("没有可以交办的隐患")


async def test_typed_and_merged_into_the_notice_that_is_open(town: Town) -> None:
    three(town)
    office, keeper = town["office"], town["keeper"]
    await office.says("交办 老城烧烤店", "老城烧烤店", "韩勇", "7", "提交")
    office.sees("3 处隐患已一并交办")
    put(town, verified, unit_id=town.county.shop.id, description="灭火器过期", **AT_SHOP)
    put(town, verified, unit_id=town.county.shop.id, description="通道堵塞", **AT_SHOP)
    await town.settle()
    keeper.looks()
    await office.says("交办 老城烧烤店")
    office.sees("老城烧烤店：2 处待交办", "灭火器过期")
    await office.says("老城烧烤店")
    office.sees("该单位有在办的交办通知", "并进去吗")
    await office.taps("并入 9月28日（周一） 的交办（还有 3 处在办）")
    office.sees("什么时候整改完")
    await office.says("3", "提交")
    office.sees("2 处隐患已并入 老城烧烤店 的原交办")
    keeper.sees("原交办又增加 2 处隐患", "灭火器过期", "通道堵塞")
    (notice,) = notices(town)
    assert {hazard.notice_id for hazard in hazards(town) if hazard.unit_id} == {notice.id}
    assert {hazard.owner_id for hazard in hazards(town) if hazard.unit_id} == {town.county.keeper.id}


async def test_a_notice_of_its_own_beside_an_open_one(town: Town) -> None:
    three(town)
    office = town["office"]
    await office.says("交办 老城烧烤店", "老城烧烤店", "韩勇", "7", "提交")
    put(town, verified, unit_id=town.county.shop.id, description="灭火器过期", **AT_SHOP)
    await office.says("交办 老城烧烤店", "老城烧烤店", "单独发一份", "韩勇", "3", "提交")
    office.sees("1 处隐患已一并交办给 韩勇")
    assert len(notices(town)) == 2


@ON_THE_WEB
@ON_SQLITE
async def test_into_a_notice_that_is_full_nothing_is_merged(town: Town) -> None:
    for place in range(TOGETHER_MOST):
        put(town, verified, unit_id=town.county.shop.id, description=f"第{place}处", **AT_SHOP)
    office = town["office"]
    await office.says("交办 老城烧烤店", "老城烧烤店", "韩勇", "7", "提交")
    office.sees(f"{TOGETHER_MOST} 处隐患已一并交办")
    put(town, verified, unit_id=town.county.shop.id, description="灭火器过期", **AT_SHOP)
    await office.says("交办 老城烧烤店", "老城烧烤店")
    office.sees("由谁负责")  # the full one is not offered
    await office.says("韩勇", "3", "提交")
    office.sees("1 处隐患已一并交办")
    assert len(notices(town)) == 2


def test_a_full_notice_refuses_and_all_or_none_is_assigned(session: Session, county: County) -> None:
    office = actor(session, county, "office")
    how: dict[str, Any] = {"by": office, "due_at": NOW + timedelta(days=3), "now": NOW, "policy": POLICY}
    many = [verified(session, county, unit_id=county.shop.id, **AT_SHOP) for _ in range(TOGETHER_MOST)]
    notice = assign_together(session, hazards=many, unit_id=county.shop.id, **how)
    one = verified(session, county, unit_id=county.shop.id, **AT_SHOP)
    with pytest.raises(UserError, match="notice-full"):
        assign_together(session, hazards=[one], notice=notice, unit_id=county.shop.id, **how)
    with pytest.raises(UserError, match="notice-empty"):
        assign_together(session, hazards=[], unit_id=county.shop.id, **how)
    assert (one.state, len(hazards_of_notice(session, notice))) == ("verified", TOGETHER_MOST)


@ON_THE_WEB
async def test_what_another_has_assigned_meanwhile_is_left_out(town: Town) -> None:
    three(town)
    office, colleague = town["office"], town["colleague"]
    await office.says("交办 老城烧烤店", "老城烧烤店", "韩勇", "7")
    await colleague.says("交办 2026-0002", "县城管局", "刘洋", "7", "只交办这一处", "提交")
    colleague.sees("2026-0002 已交办给 刘洋")
    await office.says("提交")
    office.sees("2 处隐患已一并交办给 韩勇")
    owners = [hazard.owner_id for hazard in hazards(town)[:3]]
    assert owners == [town.county.keeper.id, town.county.responsible.id, town.county.keeper.id]


@ON_THE_WEB
@ON_SQLITE
async def test_a_unit_with_more_than_fit_into_one_notice(town: Town) -> None:
    for place in range(TOGETHER_MOST + 2):
        put(town, verified, unit_id=town.county.shop.id, description=f"第{place}处", **AT_SHOP)
    office = town["office"]
    await office.says("待交办")
    office.sees("该单位还有 29 处待交办")
    await office.taps(f"老城烧烤店：{TOGETHER_MOST + 2} 处一并交办")
    await office.says("老城烧烤店", "韩勇", "7", "提交")
    office.sees(f"{TOGETHER_MOST} 处隐患已一并交办")
    await office.says("待交办")
    office.sees("老城烧烤店", "第31处")


def test_who_may_assign_at_a_unit(session: Session, county: County) -> None:
    gas = verified(session, county, unit_id=county.shop.id, **AT_SHOP)
    fire = verified(session, county, unit_id=county.shop.id, sector="fire", **AT_SHOP)
    reported(session, county, unit_id=county.shop.id, **AT_SHOP)
    assigned(session, county, unit_id=county.shop.id, **AT_SHOP)

    def waiting(who: str) -> list[Hazard]:
        return to_assign_at(session, by=actor(session, county, who), unit_id=county.shop.id)

    assert waiting("office") == [gas, fire]
    assert waiting("department") == [gas]
    for who in ("town", "keeper", "responsible", "grid_worker", "inspector"):
        assert waiting(who) == [], who


@ON_THE_WEB
@ON_SQLITE
@pytest.mark.parametrize("who", ["town", "grid_worker", "keeper"])
async def test_an_outsider_assigns_nothing(town: Town, who: str) -> None:
    three(town)
    user = town[who]
    await user.says("帮助")
    await town.wire.tap(who, user.last, f"a:assign_unit:{short(town.county.shop.id)}")
    await town.settle()
    user.reads("没有可以交办的隐患")
    await user.says("交办 老城烧烤店")
    assert [hazard.state for hazard in hazards(town)] == ["verified"] * 4


async def test_the_strictest_rule_of_all_counts(town: Town) -> None:
    """The form's deadline by rule is that of the hazard that must be done first."""
    three(town)
    office = town["office"]
    await office.says("交办 老城烧烤店", "老城烧烤店", "韩勇")
    office.sees("什么时候整改完")
    assert any(label.startswith("按规定（10月13日") for label, _ in office.last.buttons)
    await office.taps("按规定")
    await office.says("提交")
    assert {hazard.due_rule for hazard in hazards(town)} == {"rule:15d", ""}
