"""复查 by chat: failed twice, passed by another, and what was fixed on the spot."""

from tests.chat import Town
from tests.hazard_chats import ON_SQLITE, ON_THE_WEB, hazards
from tests.loop_chats import ON_BOTH_CHANNELS, assigned, fixed, plan, reported, state


@ON_BOTH_CHANNELS
async def test_it_fails_twice_and_passes_the_third_time(town: Town) -> None:
    office, keeper, worker = town["office"], town["keeper"], town["grid_worker"]
    await assigned(town)
    await fixed(town)
    office.sees("韩勇 报 2026-0001 整改完成", "左（红框）整改前，右（绿框）整改后")
    await office.taps("不合格", "只整改了一部分")
    keeper.sees("复查不合格，请继续整改：只整改了一部分")
    worker.sees("复查不合格，继续整改：只整改了一部分")
    await fixed(town, color="blue")
    await office.taps("不合格")
    await office.says("报警器没有装")
    keeper.sees("报警器没有装", "复查不合格 2 次")
    assert (state(town), hazards(town)[-1].failed_rechecks) == ("rectifying", 2)
    await fixed(town, color="white")
    await office.taps("复查合格")
    keeper.sees("复查合格")
    await office.taps("销号")
    keeper.sees("已销号。辛苦了")
    worker.sees("已销号。感谢您")
    assert state(town) == "closed"


@ON_THE_WEB
@ON_SQLITE
async def test_of_a_major_one_the_town_may_not_and_the_closer_is_another(town: Town) -> None:
    office = town["office"]
    await assigned(town, major=True)
    await plan(town)
    await fixed(town)
    shown = [label for message in town["town"].messages for label, _ in message.buttons]
    assert "复查合格" not in shown
    await office.taps("复查合格")
    said = office.sees("已请其他同事核对后销号")
    assert "销号" not in [label for label, _ in said.buttons]
    town["colleague"].sees("2026-0001 复查合格（李静），请您核对后销号")
    await office.taps("销号")
    office.sees("重大隐患的销号人不能是复查人")
    await town["colleague"].taps("销号")
    assert state(town) == "closed"


@ON_BOTH_CHANNELS
async def test_the_town_confirms_what_was_fixed_on_the_spot(town: Town) -> None:
    officer = town["town"]
    await reported(town, fixed=True)
    officer.reads("上报人称已当场整改，待核实")
    await officer.taps("确认已当场整改")
    officer.sees("已确认当场整改")
    town["grid_worker"].sees("复查合格")
    assert (state(town), hazards(town)[-1].level) == ("passed", "general")
    await town["office"].taps("销号")
    assert state(town) == "closed"


@ON_THE_WEB
@ON_SQLITE
async def test_nobody_confirms_their_own_fix_and_no_department_is_offered_the_closing(town: Town) -> None:
    officer = town["town"]
    await reported(town, fixed=True, who="town")
    await officer.taps("确认已当场整改")
    officer.sees("要由另一个人确认")
    await town["department"].taps("确认已当场整改")
    assert state(town) == "passed"
    last = [label for label, _ in town["department"].last.buttons]
    assert "✅ 销号" not in last
