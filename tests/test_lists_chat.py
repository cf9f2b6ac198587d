"""Lists and searches as people meet them: the menu, its numbers, typed names, pages, nothing that is not theirs."""

from datetime import timedelta

import pytest

from handlers.lists import to_page
from handlers.search import CARRIED_MOST, carried
from handlers.words import asking
from models.base import short
from models.hazard_lists import Listing
from tests.chat import Town
from tests.hazard_chats import ON_SQLITE, ON_THE_WEB, hazards
from tests.ledger import OTHER_VILLAGE, assigned, fixed, index, put, reported, verified


async def ledger(town: Town) -> None:
    """A little of everything; two days later one is overdue."""
    put(town, reported, suspected_major=True, description="气瓶间没有通风")
    put(town, verified, unit_name="老街早点铺", description="软管老化")
    put(town, verified, unit_name="老街早点铺", description="没有报警器")
    put(town, assigned, days=1, description="调压箱旁堆放纸箱")
    put(town, fixed, "other_worker", area=OTHER_VILLAGE, sector="fire", description="安全出口锁死")
    put(town, reported, "inspector", covert=True, description="储罐渗漏")
    index(town)
    await town.passes(timedelta(days=2), step=timedelta(hours=12))
    for who in ("office", "town", "other_town", "department", "responsible", "grid_worker", "inspector"):
        town[who].looks()


async def test_the_office_finds_its_way_by_taps(town: Town) -> None:
    await ledger(town)
    office = town["office"]
    await office.says("台账")
    menu = office.sees("隐患台账")
    labels = [label for label, _ in menu.buttons]
    assert labels == [
        *("未销号 6", "⏰ 逾期 1", "🔴 重大 1", "待核实 2", "待交办 2", "待复查 1", "待销号 0", "我的 0"),
        *("按镇", "按行业", "按单位", "🔍 搜索"),
    ]
    await office.taps("⏰ 逾期 1")
    office.sees("⏰ 逾期", "2026-0004", "逾期 1 天", "调压箱旁")
    await office.taps("2026-0004")
    office.sees("【2026-0004】", "办理记录")
    await office.taps("🔴 重大")
    office.sees("2026-0001", "疑似重大")
    await office.taps("待销号 0")
    office.sees("待销号：没有您能看到的隐患")
    await office.taps("按镇", "马栏镇 1")
    office.sees("马栏镇 · 未销号", "2026-0005")
    await office.taps("逾期")
    office.sees("马栏镇 · 逾期：没有您能看到的隐患")
    await office.taps("全部")
    office.sees("马栏镇 · 全部", "2026-0005")
    await office.taps("按行业", "燃气 5")
    office.sees("燃气 · 未销号", "🔒 暗访，未移交", "储罐渗漏")
    await office.taps("按单位", "老街早点铺 2")
    office.sees("老街早点铺 · 未销号", "2026-0003", "2026-0002")


async def test_the_same_is_typed(town: Town) -> None:
    await ledger(town)
    office = town["office"]
    for said, *seen in (
        ("逾期", "⏰ 逾期", "2026-0004"),
        ("重大", "🔴 重大", "2026-0001"),
        ("待复查", "待复查", "2026-0005"),
        ("彭店镇", "彭店镇 · 未销号", "2026-0004"),
        ("彭店镇 逾期", "彭店镇 · 逾期", "2026-0004"),
        ("刘拐村委会", "彭店镇刘拐村委会 · 未销号"),
        ("燃气 全部", "燃气 · 全部"),
        ("按行业", "看哪个行业"),
        ("台账 消防", "消防 · 未销号", "2026-0005"),
        ("/open 逾期", "⏰ 逾期"),
        ("查 锁死", "🔍 “锁死”", "2026-0005"),
        ("搜索锁死", "🔍 “锁死”", "2026-0005"),
        ("搜索：老街早点铺", "老街早点铺 · 未销号", "2026-0003"),
        ("查 早点铺", "🔍 “早点铺”", "2026-0003"),
        ("/search 马栏镇 安全出口", "2026-0005"),
        ("找 2026-5", "【2026-0005】", "办理记录"),
        ("2026-0005", "【2026-0005】", "办理记录"),
        ("逾期 第2页", "没有更多了"),
        ("查 锁死 第2页", "没有更多了"),
        ("照片 2026-5", "2026-0005 的照片"),
        ("记录 5", "办理记录", "赵磊"),
        ("留言 2026-0005", "要说什么"),
    ):
        await office.says(said)
        office.sees(*seen)


async def test_a_list_goes_on_to_its_end(town: Town) -> None:
    for place in range(12):
        put(town, reported, description=f"第{place}处软管老化")
    index(town)
    office = town["office"]
    await office.says("台账")
    await office.taps("未销号 12")
    first = office.sees("第11处", "第7处")
    assert "第6处" not in first.text
    await office.taps("更多 ▼")
    office.sees("第6处", "第2处")
    await office.taps("更多 ▼")
    last = office.sees("第1处", "第0处")
    assert all("下一页" not in label for label, _ in last.buttons)
    await office.says("未销号 第3页")
    office.sees("第1处", "第0处")
    await office.says("查 软管老化")
    office.sees("“软管老化”", "第11处", "第7处")
    await office.taps("更多 ▼")
    office.sees("第6处", "第2处")
    await office.says("查 软管老化 第3页")
    office.sees("第1处", "第0处")


async def test_a_search_is_asked_for_and_leaves_a_report_where_it_is(town: Town) -> None:
    await ledger(town)
    worker = town["grid_worker"]
    await worker.says("上报", "彭店镇")
    await worker.says("搜索")
    worker.sees("已先存好", "查什么")
    await worker.says("软管")
    worker.sees("🔍 “软管”", "2026-0002")
    worker.sees("上报")  # what was put aside is offered again
    await worker.taps("继续")
    worker.sees("具体在什么位置")


@ON_THE_WEB
@ON_SQLITE
async def test_nobody_is_reminded_of_a_search(town: Town) -> None:
    office = town["office"]
    await town.passes(timedelta(minutes=10))  # the morning's digest
    await office.says("搜索")
    office.looks()
    await town.passes(timedelta(hours=2))
    office.sees_nothing_else()


async def test_everyone_has_their_own(town: Town) -> None:
    await ledger(town)
    menus = {
        "town": ["未销号 4", "⏰ 逾期 1", "🔴 重大 1", "待复查 0", "我的 0", "按行业", "按单位", "🔍 搜索"],
        "other_town": [
            "未销号 1",
            "⏰ 逾期 0",
            "🔴 重大 0",
            "待复查 1",
            "我的 0",
            "按行业",
            "按单位",
            "🔍 搜索",
        ],
        "department": [
            *("未销号 4", "⏰ 逾期 1", "🔴 重大 1", "待核实 1", "待交办 2", "待复查 0", "我的 0"),
            *("按镇", "按单位", "🔍 搜索"),
        ],
        "responsible": ["未销号 2", "⏰ 逾期 1", "我的 2", "🔍 搜索"],
        "grid_worker": ["我的 4", "🔍 搜索"],
        "inspector": ["我的 1", "🔍 搜索"],
    }
    for who, expected in menus.items():
        await town[who].says("台账")
        menu = town[who].sees("隐患台账")
        assert [label for label, _ in menu.buttons] == expected, who
    worker = town["grid_worker"]
    await worker.says("逾期")
    worker.sees("⏰ 逾期", "2026-0004")
    await worker.says("马栏镇")
    worker.sees("马栏镇 · 未销号：没有您能看到的隐患")
    assert "📷 上报隐患" in [label for label, _ in worker.last.buttons]
    await worker.says("查 安全出口")
    worker.sees("没有找到“安全出口”，或您无权查看")
    await worker.says("2026-0005")
    worker.sees("没有找到这条隐患，或您无权查看")
    await town["other_town"].says("彭店镇")
    town["other_town"].sees("彭店镇 · 未销号：没有您能看到的隐患")


async def test_in_english(town: Town) -> None:
    await ledger(town)
    office = town["office"]
    await office.says("/lang en", "open")
    office.sees("Tap a list")
    await office.taps("Overdue 1")
    office.sees("⏰ Overdue", "2026-0004", "overdue for 1 day")
    for said, seen in (
        ("overdue", "⏰ Overdue"),
        ("gas all", "Gas · All"),
        ("to re-check", "2026-0005"),
        ("find 锁死", '"锁死"'),
        ("by town", "Which town"),
    ):
        await office.says(said)
        office.sees(seen)


@ON_THE_WEB
@ON_SQLITE
async def test_what_cannot_be_searched_for(town: Town) -> None:
    office = town["office"]
    await office.says("查 。。")
    office.sees("没有收到文字")
    await office.says("查 " + "灭" * 61)
    office.sees("61")
    await office.says("/search " + "灭" * 30)
    office.sees("字太多", "没有找到")
    await office.says("查 罐")
    office.sees("单个字只能逐条找")
    await office.says("查")
    assert hazards(town) == []


@ON_THE_WEB
@ON_SQLITE
@pytest.mark.parametrize(
    "data",
    [
        "a:list",
        "a:list:",
        "a:list:nothing::",
        "a:list:open:::!!",
        "a:list:open:411024108:o:",
        "a:list:overdue:::zz",
        "a:list:town:999999999:o:",
        "a:list:town:٤١١٠٢٤١٠٨:o:",
        "a:list:sector:alchemy:o:",
        "a:list:unit:zzzzzzzzzzzzz:o:",
        "a:list:unit:1:o:",
        "a:pick:",
        "a:pick:person",
        "a:find",
        "a:find::",
        "a:find:!:灭火器",
        "a:assign_unit:",
        "a:assign_unit:!",
        "a:photos:!",
        "a:photos:1:0",
    ],
)
async def test_forged_buttons_lead_nowhere(town: Town, data: str) -> None:
    put(town, reported)
    office = town["office"]
    await office.says("帮助")
    await town.wire.tap("office", office.last, data)
    await town.settle()
    said = office.last.text
    assert "过时" in said or "旧" in said or "没有" in said or "过期" in said, said


def test_the_longest_words_and_marks_fit_into_a_button() -> None:
    assert carried("灭" * 30) == "灭" * (CARRIED_MOST // 3)
    assert carried("a" * 60) == "a" * CARRIED_MOST
    assert carried("查 灭火器") == "查 灭火器"
    assert len(f"a:find:{short(2**63 - 1)}:{carried('灭' * 30)}".encode()) <= 64
    assert len(to_page(Listing("sector", "special_equipment", "overdue"), "z" * 26).encode()) <= 64
    assert len(to_page(Listing("town", "4" * 24, "overdue"), "z" * 24).encode()) <= 64


def test_what_is_searched_may_stand_right_behind_the_word() -> None:
    assert [asking(said) for said in ("查液化气", "查 液化气", "查找煤气罐", "搜：煤气罐")] == [
        ("find", "液化气"),
        ("find", "液化气"),
        ("find", "煤气罐"),
        ("find", "煤气罐"),
    ]
    for report in ("查出漏气", "查获一批烟花爆竹", "查处违规停放的电动车", "查看", "查", "查岗"):
        assert asking(report) is None
