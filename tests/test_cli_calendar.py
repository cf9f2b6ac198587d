"""The official notice and the roster at the command line."""

import json
from pathlib import Path

from bot.db import open_database
from models.calendar import calendar_of
from tests import shell
from tests.shell import Shell
from tests.test_calendar_chat import notice

zhishou, ready = shell.zhishou, shell.ready
COUNTY = "411024"


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
