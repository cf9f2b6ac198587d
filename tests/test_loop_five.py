"""五落实 by chat: no work on a major hazard before all five are settled, each with who and when."""

from datetime import timedelta

from models.commitments import FIVE, commitments_of
from tests.chat import Town
from tests.hazard_chats import ON_SQLITE, ON_THE_WEB, hazards
from tests.loop_chats import ON_BOTH_CHANNELS, assigned, plan, state


def settled(town: Town) -> dict[str, tuple[str, str]]:
    """What is settled of the newest hazard, and by whom."""
    hazard = hazards(town)[-1]
    rows = town.ask(lambda session: commitments_of(session, county=hazard.county, hazard_id=hazard.id))
    return {item: (row.value, row.set_name) for item, row in rows.items()}


@ON_BOTH_CHANNELS
async def test_the_responsible_person_fills_them_and_the_work_begins(town: Town) -> None:
    keeper = town["keeper"]
    await assigned(town, major=True)
    keeper.sees("交办给您", "五落实还缺", "措施", "资金", "预案")
    await keeper.taps("接收")
    keeper.sees("2026-0001 还不能开始整改", "措施", "资金", "预案")
    await keeper.taps("填五落实…")
    keeper.sees("五落实：责任、措施、资金、时限、预案", "责任：老城烧烤店 韩勇", "怎样整改")
    await keeper.says("气瓶搬到室外，加装报警器", "3000")
    keeper.sees("整改期间怎样防止出事")
    await keeper.taps("专人看守")
    keeper.sees("3,000元", "专人看守")
    await keeper.taps("提交")
    keeper.sees("五落实齐全，已开始整改")
    assert state(town) == "rectifying"
    assert set(settled(town)) == set(FIVE)
    assert settled(town)["measures"] == ("气瓶搬到室外，加装报警器", "韩勇")
    assert settled(town)["duty"] == ("老城烧烤店 韩勇", "李静")


@ON_BOTH_CHANNELS
async def test_left_half_way_they_are_taken_up_the_next_day(town: Town) -> None:
    keeper = town["keeper"]
    await assigned(town, major=True)
    await keeper.taps("填五落实…")
    await keeper.says("气瓶搬到室外")
    await town.passes(timedelta(hours=22), step=timedelta(hours=1))
    keeper.reads("五落实", "还没有")
    await keeper.says("继续")
    keeper.sees("要花多少钱")
    await keeper.says("3000")
    await keeper.taps("整改期间停用", "提交")
    assert state(town) == "rectifying"


@ON_BOTH_CHANNELS
async def test_one_is_replaced_with_a_reason(town: Town) -> None:
    keeper = town["keeper"]
    await assigned(town, major=True)
    await plan(town)
    await keeper.taps("更多…", "填五落实…")
    await keeper.says("2")  # the second line of the review: the funds
    await keeper.says("8000")
    keeper.sees("改动了原来的内容，请写明原因")
    await keeper.says("报价涨了")
    await keeper.taps("提交")
    keeper.sees("五落实已登记")
    assert settled(town)["funds"] == ("8,000元", "韩勇")
    await keeper.taps("查看")
    keeper.sees("资金：8,000元", "报价涨了")


@ON_THE_WEB
@ON_SQLITE
async def test_the_office_fills_them_for_a_unit_that_cannot_and_the_unit_accepts(town: Town) -> None:
    office, keeper = town["office"], town["keeper"]
    await assigned(town, major=True)
    await office.taps("更多…", "填五落实…")
    await office.says("气瓶搬到室外", "3000")
    await office.taps("专人看守", "提交")
    office.sees("五落实已登记")
    assert state(town) == "assigned"
    assert settled(town)["plan"][1] == "李静"
    await keeper.taps("接收")
    assert state(town) == "rectifying"


@ON_THE_WEB
@ON_SQLITE
async def test_what_another_unit_had_planned_does_not_count_for_the_next(town: Town) -> None:
    office = town["office"]
    await assigned(town, major=True)
    await plan(town)
    await office.taps("更多…", "重新交办", "县城管局", "刘洋", "7 天内", "责任单位有变", "提交")
    assert set(settled(town)) == {"duty", "deadline"}
    await town["responsible"].taps("接收")
    town["responsible"].sees("还不能开始整改")
