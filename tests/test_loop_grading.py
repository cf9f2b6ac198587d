"""定级: who decides the level, by which criterion, and how a decision is changed."""

from models.audit import events_of
from tests.chat import Town
from tests.hazard_chats import ON_SQLITE, ON_THE_WEB, hazards
from tests.loop_chats import ON_BOTH_CHANNELS, assigned, graded, reported


@ON_BOTH_CHANNELS
async def test_a_major_hazard_cites_the_criterion_that_the_office_has_read(town: Town) -> None:
    office, worker = town["office"], town["grid_worker"]
    await reported(town, major=True)
    await office.taps("属实·重大…")
    office.sees("可能对应下面的判定标准", "由您判定", "建城规〔2023〕4号")
    await office.says("gas-9-1")
    office.sees("为什么这样判定")
    await office.says("气瓶和灶台在一个屋，见照片")
    office.sees("核对判定依据", "第 9 条第 1 项", "条目为摘要，原文见")
    await office.taps("提交")
    said = office.sees("已定为重大隐患")
    assert said.buttons[0][0] == "📨 交办"
    worker.sees("已核实", "重大隐患")
    hazard = hazards(town)[-1]
    assert (hazard.level, hazard.criterion_id[:7], hazard.level_reason) == (
        "major",
        "GAS-9-1",
        "气瓶和灶台在一个屋，见照片",
    )
    await office.taps("查看")
    office.sees("判定依据：建城规〔2023〕4号", "气瓶和灶台在一个屋")


@ON_THE_WEB
@ON_SQLITE
async def test_once_it_is_graded_the_reporter_cannot_open_it_again(town: Town) -> None:
    await graded(town)
    worker = town["grid_worker"]
    await worker.taps("修改")
    worker.sees("2026-0001 现在是“已核实”")
    await worker.says("继续")
    worker.sees("没有未完成的表单")


@ON_THE_WEB
@ON_SQLITE
async def test_a_criterion_is_found_by_words_and_none_by_nonsense(town: Town) -> None:
    office = town["office"]
    await reported(town, major=True)
    await office.taps("属实·重大…")
    await office.says("月亮上的石头qqq")
    office.sees("没有找到", "换个关键词")
    await office.says("气瓶")
    office.sees("您指的是哪一条")


@ON_THE_WEB
@ON_SQLITE
async def test_the_department_of_the_sector_decides_too_and_no_other(town: Town) -> None:
    department = town["department"]
    await reported(town, major=True)
    await department.taps("属实·重大…", "GAS-9-1", "现场核实", "提交")
    department.sees("已定为重大隐患")
    town["office"].reads("马军 已应答")
    assert hazards(town)[-1].verified_by == town.county.department.id
    for who in ("town", "grid_worker", "head"):
        assert all("属实" not in label for message in town[who].messages for label, _ in message.buttons), who


@ON_BOTH_CHANNELS
async def test_pressed_twice_it_says_so_and_nobody_hears_of_it_again(town: Town) -> None:
    office, worker = town["office"], town["grid_worker"]
    await reported(town)
    card = next(message for message in office.messages if "属实·一般" in dict(message.buttons))
    await office.taps("属实·一般")
    worker.sees("已核实，定为一般隐患")
    worker.looks()
    await town.wire.tap("office", card, dict(card.buttons)["属实·一般"])
    await town.settle()
    office.reads("2026-0001 已经定为一般隐患，不用再定")
    worker.sees_nothing_else()
    assert hazards(town)[-1].row_version == 2


@ON_BOTH_CHANNELS
async def test_a_general_one_turns_out_to_be_major_while_it_is_being_fixed(town: Town) -> None:
    office, keeper = town["office"], town["keeper"]
    await assigned(town)
    await keeper.taps("接收")
    assert hazards(town)[-1].state == "rectifying"
    await office.taps("更多…", "改为重大…", "GAS-9-1", "专家认定", "提交")
    keeper.sees("重新定级为🔴 重大隐患", "请重新接收", "专家认定")
    town["grid_worker"].sees("重新定级为🔴 重大隐患")
    await keeper.taps("接收")
    keeper.sees("五落实还缺", "措施", "资金", "预案")
    assert hazards(town)[-1].state == "assigned"


@ON_BOTH_CHANNELS
async def test_to_lower_a_level_a_reason_is_asked_and_kept(town: Town) -> None:
    office = town["office"]
    await graded(town)
    await office.taps("更多…", "改为一般…")
    office.sees("为什么改为一般")
    await office.taps("不符合判定标准")
    office.sees("已改定为一般隐患")
    hazard = hazards(town)[-1]
    assert (hazard.level, hazard.criterion_id, hazard.level_reason) == (
        "general",
        None,
        "经核实，不符合判定标准",
    )
    events = town.ask(
        lambda session: events_of(session, county=hazard.county, subject="hazard", subject_id=hazard.id)
    )
    former = events[-1]
    assert (former.before["level"], former.before["criterion_id"][:7], former.reason) == (
        "major",
        "GAS-9-1",
        "经核实，不符合判定标准",
    )
