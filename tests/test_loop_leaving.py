"""How a hazard leaves the ledger before it is fixed, and comes back: transferred, rejected."""

from tests.chat import Town
from tests.hazard_chats import ON_SQLITE, ON_THE_WEB, hazards
from tests.loop_chats import ON_BOTH_CHANNELS, assigned, graded, reported, state


@ON_BOTH_CHANNELS
async def test_it_is_transferred_and_taken_back(town: Town) -> None:
    office, keeper, worker = town["office"], town["keeper"], town["grid_worker"]
    await assigned(town)
    await office.taps("更多…", "移送其他部门…")
    office.sees("移送给哪个部门")
    await office.says("市市场监管局")
    office.sees("为什么移送")
    await office.taps("属于该部门职权")
    office.sees("2026-0001 已移送市市场监管局")
    keeper.sees("已改交他人办理，您不用再管")
    worker.sees("已移送有关部门办理", "属于该部门职权")
    assert (state(town), hazards(town)[-1].transferred_to) == ("transferred", "市市场监管局")
    await office.taps("查看", "更多…", "收回移送…")
    await office.says("市局函复不归他们")
    office.sees("已收回，请重新核实")
    worker.sees("由安委办收回，重新核实")
    hazard = hazards(town)[-1]
    assert (hazard.state, hazard.owner_id, hazard.due_at, hazard.transferred_to) == (
        "reported",
        None,
        None,
        "",
    )
    await office.taps("属实·一般")
    assert state(town) == "verified"


@ON_BOTH_CHANNELS
async def test_it_is_rejected_with_a_reason_that_the_reporter_reads(town: Town) -> None:
    office, worker = town["office"], town["grid_worker"]
    await reported(town, major=True)
    await office.taps("不属实")
    office.sees("会告诉上报人")
    await office.says("现场是教学模型，没有气")
    office.sees("已按不属实办结")
    worker.sees("经核实不属实：现场是教学模型，没有气")
    await town["colleague"].taps("收到")
    town["colleague"].sees("已经解除")
    assert state(town) == "rejected"


@ON_THE_WEB
@ON_SQLITE
async def test_what_is_listed_or_stands_still_is_not_simply_rejected(town: Town) -> None:
    office, department = town["office"], town["department"]
    await graded(town)
    await office.taps("更多…", "停产…")
    await office.says("县应急局现场决定")
    await office.taps("更多…", "不属实")
    await office.taps("现场核实，情况不存在")
    office.sees("还在停产，批准复产后才能办结")
    await office.says("取消")
    await office.taps("更多…", "挂牌督办…", "县级", "久拖不改")
    await department.taps("更多…")
    assert all("不属实" not in label for label, _ in department.last.buttons)
    assert state(town) == "verified"
