"""交办 by chat: to a person, a unit or a town as such; handed back, passed on, assigned again."""

from tests.chat import Town
from tests.hazard_chats import ON_SQLITE, ON_THE_WEB, hazards
from tests.loop_chats import ON_BOTH_CHANNELS, assigned, fixed, reported, state


async def given_to(town: Town, *choices: str) -> None:
    """A general hazard, handed to whom these choices say."""
    await reported(town)
    await town["office"].taps("属实·一般", "交办", *choices, "7 天内", "提交")


@ON_BOTH_CHANNELS
async def test_it_is_handed_back_and_assigned_again(town: Town) -> None:
    office, keeper, owner = town["office"], town["keeper"], town["responsible"]
    await assigned(town)
    await keeper.taps("更多…", "退回，不归我办…")
    keeper.sees("为什么退回")
    await keeper.says("房东的管道，不归我")
    keeper.sees("已退回安委办")
    office.sees("韩勇 退回 2026-0001：房东的管道，不归我", "请重新交办")
    hazard = hazards(town)[-1]
    assert (hazard.state, hazard.owner_id, hazard.due_at) == ("verified", None, None)
    await office.taps("交办", "县城管局", "刘洋", "3 天内", "提交")
    owner.sees("交办给您：隐患 2026-0001")
    await owner.taps("接收")
    assert state(town) == "rectifying"


@ON_BOTH_CHANNELS
async def test_it_is_passed_on_within_the_town(town: Town) -> None:
    officer = town["town"]
    await given_to(town, "彭店镇", "单位（镇）自行安排")
    officer.sees("交办给您：隐患 2026-0001")
    await officer.taps("更多…", "转给同事…")
    officer.sees("转给哪位同事")
    await officer.taps("韩勇") if "韩勇" in officer.last.text else await officer.says("没有这个人")
    officer.sees("没有找到这个人")
    assert state(town) == "assigned"


@ON_BOTH_CHANNELS
async def test_to_a_unit_as_such_whoever_of_it_takes_it_is_responsible(town: Town) -> None:
    keeper = town["keeper"]
    await given_to(town, "老城烧烤店", "单位（镇）自行安排")
    keeper.sees("交办给您：隐患 2026-0001", "责任人：老城烧烤店")
    assert hazards(town)[-1].owner_id is None
    await keeper.taps("接收")
    hazard = hazards(town)[-1]
    assert (hazard.state, hazard.owner_id) == ("rectifying", town.county.keeper.id)
    await keeper.taps("查看")
    keeper.sees("责任人：韩勇 13800000016")


@ON_BOTH_CHANNELS
async def test_what_a_town_is_given_the_town_does_not_accept(town: Town) -> None:
    officer, office = town["town"], town["office"]
    await given_to(town, "彭店镇", "单位（镇）自行安排")
    officer.sees("交办给您：隐患 2026-0001", "责任人：彭店镇")
    town["other_town"].sees_nothing_else()
    await officer.taps("接收")
    await fixed(town, "town")
    assert [label for label, _ in officer.last.buttons if "合格" in label] == []
    office.sees("陈明 报 2026-0001 整改完成")
    await office.taps("复查合格")
    officer.sees("复查合格")
    await office.taps("销号")
    assert state(town) == "closed"


@ON_THE_WEB
@ON_SQLITE
async def test_the_towns_government_is_the_town(town: Town) -> None:
    officer = town["town"]
    await given_to(town, "彭店镇人民政府")
    officer.sees("交办给您：隐患 2026-0001", "责任人：彭店镇人民政府")
    hazard = hazards(town)[-1]
    assert (hazard.assigned_unit_id, hazard.assigned_area) == (
        town.county.town_unit.id,
        town.county.town_unit.area,
    )
    await officer.taps("接收")
    assert state(town) == "rectifying"


@ON_THE_WEB
@ON_SQLITE
async def test_who_is_relieved_hears_of_it_and_whoever_reported_is_not_told_twice(town: Town) -> None:
    keeper, worker = town["keeper"], town["grid_worker"]
    await assigned(town)
    worker.looks()
    await town["office"].taps("更多…", "重新交办", "县城管局", "刘洋", "7 天内", "责任单位有变", "提交")
    keeper.sees("已改交他人办理")
    worker.sees("已交办")
    worker.sees_nothing_else()
