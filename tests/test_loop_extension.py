"""延期 by chat: asked with a reason, decided by another, and the time added is shown."""

from datetime import timedelta

from tests.chat import Town
from tests.hazard_chats import ON_SQLITE, ON_THE_WEB, hazards
from tests.loop_chats import ON_BOTH_CHANNELS, assigned


async def asked(town: Town) -> None:
    """The keeper wants a week more."""
    keeper = town["keeper"]
    await assigned(town)
    await keeper.taps("接收")
    await keeper.taps("更多…", "申请延期…")
    keeper.sees("延到什么时候")
    await keeper.taps("延 7 天", "材料设备未到", "提交")
    keeper.sees("延期申请已报安委办", "批复前原时限不变")


@ON_BOTH_CHANNELS
async def test_it_is_approved_and_the_time_is_shown(town: Town) -> None:
    office, keeper, worker = town["office"], town["keeper"], town["grid_worker"]
    await asked(town)
    before = hazards(town)[-1].due_at
    office.sees("韩勇 申请 2026-0001 延期到 10月12日", "材料设备未到")
    town["department"].sees("韩勇 申请 2026-0001 延期到")
    await office.taps("同意延期")
    keeper.sees("同意延期，新时限 10月12日")
    worker.sees("经批准延期，新时限")
    keeper.sees_nothing_else()
    hazard = hazards(town)[-1]
    assert (hazard.due_at - before, hazard.paused_days) == (timedelta(days=7), 7)
    await keeper.taps("查看")
    keeper.sees("经批准延期共 7 天")
    await town["colleague"].taps("同意延期")
    town["colleague"].sees("李静 已经批复过了")
    assert hazards(town)[-1].paused_days == 7


@ON_BOTH_CHANNELS
async def test_it_is_refused_with_a_reason(town: Town) -> None:
    office, keeper = town["office"], town["keeper"]
    await asked(town)
    due_at = hazards(town)[-1].due_at
    await office.taps("不同意…", "危险性大")
    office.sees("不同意延期，已告知申请人")
    keeper.sees("不同意延期：危险性大，不能拖延", "不变")
    assert (hazards(town)[-1].due_at, hazards(town)[-1].paused_days) == (due_at, 0)
    await keeper.taps("更多…", "申请延期…", "延 15 天", "天气影响施工", "提交")
    office.sees("延期到 10月20日")


@ON_THE_WEB
@ON_SQLITE
async def test_a_second_wish_waits_for_the_first_and_a_new_assignment_ends_it(town: Town) -> None:
    office, keeper = town["office"], town["keeper"]
    await asked(town)
    await keeper.taps("更多…", "申请延期…", "延 15 天", "天气影响施工", "提交")
    keeper.sees("已有一个延期申请在等批复")
    await keeper.says("取消")
    await office.taps("更多…", "重新交办", "县城管局", "刘洋", "3 天内", "责任单位有变", "提交")
    await town["colleague"].taps("同意延期")
    town["colleague"].sees("已重新交办，原来的延期申请作废")
    assert hazards(town)[-1].owner_id == town.county.responsible.id


@ON_THE_WEB
@ON_SQLITE
async def test_a_form_left_open_while_the_hazard_was_handed_back_is_answered_plainly(town: Town) -> None:
    keeper = town["keeper"]
    await assigned(town)
    await keeper.taps("更多…", "申请延期…", "延 7 天", "材料设备未到")
    await town["office"].taps("更多…", "移送其他部门…", "县住建局", "属于该部门职权")
    await keeper.taps("提交")
    keeper.sees("现在是“已移送”，这一步已经不需要了")
