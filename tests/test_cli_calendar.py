"""The official notice and the roster at the command line."""

import json
import re
from pathlib import Path

import openpyxl
import pytest
from sqlmodel import select

from bot.db import open_database
from models.calendar import calendar_of
from models.duty import Shift
from tests import shell
from tests.shell import PEOPLE, ROSTER, Shell, table
from tests.test_calendar_chat import notice

zhishou, ready = shell.zhishou, shell.ready
COUNTY = "411024"
OFFICERS = tuple(
    (name, f"1390000000{place}", "值班员", "彭店镇") for place, name in enumerate(("钱一", "孙二", "李三"))
)


def announced(year: int) -> bool:
    with open_database("sqlite:///data/zhishou.db") as database:
        return database.read_now(lambda session: calendar_of(session, county=COUNTY).is_announced(year))


def test_a_notice_is_imported_as_a_whole_or_not_at_all(ready: Shell) -> None:
    faulty = Path("faulty.csv")
    faulty.write_bytes(notice(**{"2027_01_02": "2027-13-02,元旦,true,"}))
    ran = ready("import", "holidays", str(faulty), lang="zh-CN")
    assert ran.code == 2
    assert "第 3 行：日期“2027-13-02”不对" in ran.err
    assert not announced(2027)
    good = Path("good.csv")
    good.write_bytes(notice())
    ran = ready("import", "holidays", str(good))
    assert (ran.code, ran.out) == (0, "✓ Days off of 2027 imported\n")
    assert announced(2027)


def test_json_and_too_few_days(ready: Shell) -> None:
    file = Path("days.json")
    file.write_text(json.dumps([{"date": "2027-01-01", "name": "元旦", "is_off_day": True}]))
    ran = ready("import", "holidays", str(file), lang="zh-CN")
    assert "2027 年录入的放假天数少于法定 13 天" in ran.out
    assert not announced(2027)


def test_a_roster_is_shared_out_looked_at_and_published(ready: Shell) -> None:
    assert ready("import", "people", table("people.csv", *PEOPLE, *OFFICERS)).code == 0
    assert ready("import", "roster", table("roster.csv", *ROSTER)).code == 0
    asked = ("roster", "generate", "--town", "彭店镇", "--leaders", "ALL", "--officers", "钱一、孙二,李三")
    look = ready(*asked, "--out", "roster.xlsx")
    assert look.code == 0
    assert "Every shift has its people" not in look.out  # one leader cannot lead every day
    assert "Places for which nobody could be found" in look.out
    assert re.search(r"钱一\W+3\W+3\W+3", look.out)
    assert "run it again with --publish" in look.out
    assert openpyxl.load_workbook("roster.xlsx").worksheets[0]["C3"].value == "彭店镇值班室"
    with open_database("sqlite:///data/zhishou.db") as database:
        assert len(database.read_now(lambda session: session.exec(select(Shift)).all())) == 2
    done = ready(*asked, "--publish", lang="zh-CN")
    assert "新增 5 班，变更 2 班，取消 0 班" in done.out
    assert "钱一" in ready("outbox", "--person", "钱一").out


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ((), "请至少选一个岗位"),
        (("--town", "没有镇"), "没有找到"),
        (("--post", "没有"), "没有岗位“没有”"),
        (("--town", "彭店镇"), "带班领导和值班人员至少要有一样"),
        (("--town", "彭店镇", "--officers", "张三"), "没有登记过：张三"),
        (("--town", "彭店镇", "--leaders", "吴刚", "--starts", "8点"), "接班时间请写成 08:00 这样"),
    ],
)
def test_a_wish_that_cannot_be_is_one_line(ready: Shell, arguments: tuple[str, ...], line: str) -> None:
    assert ready("import", "roster", table("roster.csv", *ROSTER)).code == 0
    ran = ready("roster", "generate", *arguments, lang="zh-CN")
    assert ran.code == 2
    assert line in ran.line
