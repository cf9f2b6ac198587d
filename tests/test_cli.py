"""The first day of a county at the command line: init, invitations, imports, empty tables."""

import csv
import re
import stat
import sys
from pathlib import Path

import openpyxl
import pytest
from sqlmodel import Session, select

from bot.db import open_database
from models.duty import Shift
from models.people import ADMIN, SAFETY_OFFICE, Account, bind_group, grants_of, join
from tests import shell
from tests.county import NOW
from tests.shell import CODE, PEOPLE, ROSTER, Shell, process, table

zhishou, ready = shell.zhishou, shell.ready

COUNTY = "411024"
EXAMPLE = Path(__file__).parent.parent / "config.example.toml"


def test_the_first_day_of_a_county(zhishou: Shell, database_url: str) -> None:
    """init, the administrator joins, invitations, people, the empty roster and the full one, the outbox."""
    zhishou.set(database__url=database_url, telegram__bot_name="zhishou_bot")
    first = zhishou("init")
    assert first.code == 0
    code = CODE.findall(first.out)[0]
    assert f"https://t.me/zhishou_bot?start={code}" in first.out
    with open_database(database_url) as database:
        admin = database.run_now(lambda session: enter(session, code))
        assert admin == ("管理员", [ADMIN])
    assert CODE.findall(zhishou("init").out) == []
    assert CODE.findall(zhishou("init", "--again").out)[0] != code
    other = zhishou("init", "--admin", "李静", "--phone", "13800000007")
    assert (other.code, CODE.findall(other.out)) == (2, [])
    assert other.line == (
        "There are administrators already (管理员), so 李静 was not recorded. "
        "To add one: zhishou invite 李静 --role admin --phone NUMBER"
    )

    person = zhishou("invite", "李静", "--role", "安委办", "--phone", "13800000007")
    with open_database(database_url) as database:
        office = database.run_now(lambda session: enter(session, CODE.findall(person.out)[0]))
        assert office == ("李静", [SAFETY_OFFICE])

    done = zhishou("import", "people", table("people.csv", *PEOPLE), "--out", "codes.csv")
    assert "2 people added" in done.out
    assert stat.S_IMODE(Path("codes.csv").stat().st_mode) == 0o600
    rows = list(csv.DictReader(Path("codes.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [row["name"] for row in rows] == ["王芳", "吴刚"]
    assert all(CODE.fullmatch(row["code"]) and row["link"].endswith(row["code"]) for row in rows)
    with open_database(database_url) as database:
        assert database.run_now(lambda session: enter(session, rows[1]["code"]))[0] == "吴刚"

    published = zhishou("import", "roster", table("roster.csv", *ROSTER))
    assert "2 shifts added" in published.out
    assert "1 new post: 彭店镇值班室" in published.out
    with open_database(database_url) as database:
        assert len(database.read_now(lambda session: session.exec(select(Shift)).all())) == 2
    told = zhishou("outbox", "--person", "吴刚")
    assert "吴刚" in told.out
    assert "13800000010" in told.out
    assert "pending" in told.out
    assert zhishou("outbox", "--failed").out == "No such messages.\n"


def enter(session: Session, code: str) -> tuple[str, list[str]]:
    """Join by an invitation, as the bot does; the person's name and roles."""
    person = join(session, county=COUNTY, channel="web", address=f"chat-{code}", code=code, now=NOW)
    grants = grants_of(session, county=COUNTY, person_id=person.id)
    return person.name, [grant.role for grant in grants]


def test_a_group_is_invited(ready: Shell) -> None:
    ran = ready("invite", "--group", "town", "--area", "彭店镇", lang="zh-CN")
    code = CODE.findall(ran.out)[0]
    assert f"镇区安全负责人 彭店镇 群的邀请码：{code}。请在群里发送 /bind {code}" in ran.out

    def bind(session: Session) -> Account:
        return bind_group(
            session, county=COUNTY, channel="telegram", address="-1", title="群", code=code, now=NOW
        )

    with open_database("sqlite:///data/zhishou.db") as database:
        bound = database.run_now(bind)
        assert (bound.group_role, bound.group_area) == ("town_officer", "411024108")
    assert "县安委办 鄢陵县 群的邀请码" in ready("invite", "--group", "office", lang="zh-CN").out


def test_an_import_that_fails_leaves_nothing(ready: Shell) -> None:
    wrong = table("wrong.csv", *PEOPLE, ("马超", "123", "网格员", "彭店镇"))
    ran = ready("import", "people", wrong, "--out", "codes.csv", lang="zh-CN")
    assert ran.code == 2
    assert "第 4 行" in ran.err
    assert "123" in ran.err
    assert not Path("codes.csv").exists()
    late = table("late.csv", *ROSTER, ("2026-10-40", *ROSTER[1][1:]))
    assert "第 4 行" in ready("import", "roster", late, "--out", "codes.csv", lang="zh-CN").err
    assert not Path("codes.csv").exists()
    assert ready("outbox", "--person", "王芳").line == "There is nobody called 王芳."


def test_areas_are_imported(ready: Shell) -> None:
    head = ("code", "level", "name", "parent_code")
    mine = table("areas.csv", head, (COUNTY, "county", "鄢陵县", ""), ("411024108", "town", "彭店镇", COUNTY))
    assert ready("import", "areas", mine).out == "✓ 2 areas imported\n"
    other = table("other.csv", head, ("411025", "county", "襄城县", ""))
    assert ready("import", "areas", other).line == (
        "The area table is that of 411025; the county set is 411024 (county.code)."
    )


@pytest.mark.parametrize("kind", ["people", "roster"])
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_an_empty_table_is_handed_out_once(kind: str, lang: str, ready: Shell) -> None:
    ran = ready("template", kind, "--out", "mine.xlsx", lang=lang)
    assert (ran.code, "mine.xlsx" in ran.out) == (0, True)
    written = Path("mine.xlsx").read_bytes()
    sheet, notes = openpyxl.load_workbook("mine.xlsx").worksheets
    assert {"people": "姓名", "roster": "值班日期"}[kind] in [
        cell.value for row in sheet.iter_rows(max_row=3) for cell in row
    ]
    assert bool(re.search("一行写一", str(notes["A1"].value))) == (lang == "zh-CN")
    again = ready("template", kind, "--out", "mine.xlsx", lang=lang)
    assert (
        again.line
        == {
            "zh-CN": "mine.xlsx：写不了（已有同名文件）",
            "en": "mine.xlsx: cannot be written (File exists)",
        }[lang]
    )
    assert Path("mine.xlsx").read_bytes() == written


def test_the_example_is_a_configuration_that_works(zhishou: Shell) -> None:
    Path("config.toml").write_bytes(EXAMPLE.read_bytes())
    assert zhishou("init").code == 0
    assert Path("data/zhishou.db").exists()


def test_a_terminal_that_knows_ascii_only_is_enough(tmp_path: Path) -> None:
    ran = process(tmp_path, sys.executable, "-m", "bot.cli", "init", PYTHONIOENCODING="ascii")
    assert (ran.code, ran.err) == (0, "")
    assert len(CODE.findall(ran.out)) == 1


def test_the_version_is_told(zhishou: Shell) -> None:
    ran = zhishou("version")
    assert (ran.code, ran.err) == (0, "")
    assert re.fullmatch(r"zhishou \d+\.\d+\.\d+\n", ran.out)
