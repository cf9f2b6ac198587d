"""The official notice in the chat: asked for, sent in, held against the paper, taken over; and the days off."""

import json
import re
from datetime import date, timedelta

from sqlmodel import select

from models.calendar import CalendarDay
from models.duty import KeyPeriod
from tests.chat import Town
from tests.duty_chats import HOUR, on_one, speak_english, until

HAN = re.compile("[\u4e00-\u9fff]")
SPANS = {
    "元旦": ((1, 1), 3),
    "春节": ((2, 5), 8),
    "清明节": ((4, 3), 3),
    "劳动节": ((5, 1), 5),
    "端午节": ((6, 9), 1),
    "中秋节": ((9, 15), 1),
    "国庆节": ((10, 1), 7),
}
NAMES = "|".join(SPANS) + "|李静"


def notice(**changes: str) -> bytes:
    """A notice for 2027 as the office would have it typed up; made up, and only for this test."""
    rows = ["date,name,is_off_day,source"]
    for name, ((month, day), days) in SPANS.items():
        first = date(2027, month, day)
        rows += [f"{first + timedelta(days=each)},{name},true,国办发明电〔2026〕0号" for each in range(days)]
    rows += ["2027-02-14,春节调休上班,false,", "2027-10-09,国庆节调休上班,false,"]
    return "\n".join(changes.get(row.split(",")[0].replace("-", "_"), row) for row in rows).encode()


async def send(town: Town, who: str, data: bytes, name: str = "2027年放假安排.csv") -> None:
    """Send a file and have it read."""
    await town[who].sends_document(name, data)
    await town.house.tick()
    await town.settle()


def stored(town: Town) -> int:
    return town.ask(lambda session: len(session.exec(select(CalendarDay)).all()))


async def test_the_office_is_asked_sends_the_notice_and_takes_it_over(town: Town) -> None:
    office, colleague = town["office"], town["colleague"]
    await until(town, 15, 12, month=11)
    office.reads("2027 年的放假安排还没有录入", "私聊发给我")
    await until(town, 22, 12, month=11)
    asked = [each for each in office.messages if "2027 年的放假安排还没有录入" in each.text]
    assert len(asked) == 2
    for user in (office, colleague):
        user.looks()
    await office.says("值班表")
    office.sees("2027 年的放假安排还没有公布")
    await send(town, "office", notice())
    office.sees("收到“2027年放假安排.csv”")
    seen = office.sees("请对照正式通知核对", "【2027 年】放假 28 天，调休上班 2 天", "对了就点“录入”")
    assert "▪ 国庆节：10月1日（周五） 至 10月7日（周四），共 7 天" in seen.text
    assert "▪ 端午节：6月9日（周三），1 天" in seen.text
    assert "▪ 2月14日（周日） 上班（春节调休上班）" in seen.text
    assert stored(town) == 0
    await office.taps("录入")
    office.sees("2027 年的放假安排已录入", "已按节假日新建重点时段 7 个：元旦、春节、清明节")
    colleague.sees("2027 年的放假安排，李静 已经录入")
    await office.taps("录入")
    office.sees("已经发布过了")
    assert stored(town) == 30
    await until(town, 29, 12, month=11)
    for user in (office, colleague):
        assert not any("还没有" in message.text for message in user.messages[user.read :])
    names = town.ask(lambda session: session.exec(select(KeyPeriod.name)).all())
    assert "端午节" in names


@on_one
async def test_a_faulty_notice_is_refused_as_a_whole_by_its_rows(town: Town) -> None:
    await send(
        town, "office", notice(**{"2027_01_02": "2027-13-02,元旦,true,", "2027_05_01": "2027-05-01,,true,"})
    )
    town["office"].reads(
        "没有导入", "有 2 处错误", "第 3 行：日期“2027-13-02”不对", "第 16 行：没有写节日名称"
    )
    assert stored(town) == 0


@on_one
async def test_json_and_ics_are_taken_too_and_a_change_of_mind(town: Town) -> None:
    office = town["office"]
    days = [{"date": f"2027-01-{each:02}", "name": "元旦", "isOffDay": True} for each in range(1, 4)]
    await send(town, "office", json.dumps({"days": days}).encode(), "days.json")
    office.reads("【2027 年】只有放假 3 天、上班 0 天，不是全年的通知", "▪ 1月1日（周五） 放假（元旦）")
    await office.taps("取消")
    office.reads("“days.json”已取消，什么也没有改")
    ics = (
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20270101\nDTEND;VALUE=DATE:20270104\n"
        "SUMMARY:元旦（休）\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    await send(town, "office", ics.encode(), "days.ics")
    office.looks()
    await office.taps("录入")
    office.sees("2027 年录入的放假天数少于法定 13 天")
    assert stored(town) == 3


@on_one
async def test_only_the_office_puts_in_the_days_off(town: Town) -> None:
    await send(town, "town", notice())
    town["town"].reads("没有导入", "没有这项权限")
    await town["leader"].sends_document("days.ics", b"BEGIN:VCALENDAR")
    town["leader"].reads("这个文件用不上")
    await send(town, "office", notice())
    data = next(data for label, data in town["office"].last.buttons if "录入" in label)
    await town.wire.tap("colleague", town["office"].last, data)
    assert stored(town) == 0


@on_one
async def test_anyone_may_ask_which_days_are_off(town: Town) -> None:
    worker = town["grid_worker"]
    await worker.says("放假")
    seen = worker.sees(
        "今天 9月28日（周一）：上班",
        "国庆节：10月1日（周四） 至 10月7日（周三）",
        "2027 年的放假安排还没有公布",
    )
    assert "10月10日（周六） 调休上班" in seen.text
    assert "春节" not in seen.text
    assert "文件" not in seen.text
    await town["office"].says("节假日")
    town["office"].sees("有新的正式通知")


@on_one
async def test_in_english(town: Town) -> None:
    speak_english(town, "office", "colleague")
    office = town["office"]
    await until(town, 15, 12, month=11)
    await office.says("days off", "roster")
    await send(town, "office", notice(), "days.csv")
    await office.taps("Take over")
    await town.passes(HOUR)
    for who in ("office", "colleague"):
        for message in town[who].messages:
            said = re.sub(NAMES + "|调休上班|国办发明电〔2026〕0号", "", message.text)
            assert not HAN.search(said), said
    office.reads("The official days off of 2027 are in the system.")
