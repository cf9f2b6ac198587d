"""`zhishou audit` at the command line: whole, spoilt, sealed, shown."""

import pytest
from sqlmodel import Session

from bot import schema
from bot.db import open_database
from models.hazard_reports import HazardReport, report_hazard
from models.people import person_actor
from models.policy import Policy
from tests import shell
from tests.audit_chain import head, note, spoil
from tests.county import NOW, make_county
from tests.shell import Shell

zhishou, ready = shell.zhishou, shell.ready
URL = "sqlite:///data/zhishou.db"


@pytest.fixture
def chain(zhishou: Shell) -> Shell:
    """A county in which somebody has reported a hazard, after 1,998 other events, one of them an import."""

    def work(session: Session) -> None:
        for place in range(1997):
            note(session, place)
        worker = make_county(session).grid_worker
        report_hazard(
            session,
            by=person_actor(session, person=worker, channel="telegram"),
            report=HazardReport(
                area="411024108229",
                sector="fire",
                kind="fire",
                description="配电箱门敞开",
                no_photo_reason="手机没电",
            ),
            now=NOW,
            policy=Policy(),
        )

    schema.upgrade(URL)
    with open_database(URL) as database:
        database.run_now(work)
    return zhishou


def test_a_chain_that_is_whole(chain: Shell) -> None:
    with open_database(URL) as database:
        newest, sealed = head(database)
    assert newest == 1999
    ran = chain("audit", "verify", lang="zh-CN")
    assert (ran.code, ran.out) == (
        0,
        f"✓ 共 1,999 条变更记录，逐条相符。最新：第 1999 条，校验值 {sealed}\n",
    )
    ran = chain("audit", "verify", "--seal", f"1999 {sealed[:12]}")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        f"✓ 1,999 events, all as they were written. The newest: no. 1999, hash {sealed}",
        f"✓ The seal 1999 {sealed[:12]} fits",
    ]
    assert "✓ 1 event, as it was written" in chain("audit", "verify", "--from", "1999").out


def test_every_broken_place_is_a_line(chain: Shell) -> None:
    with open_database(URL) as database:
        spoil(
            database,
            "UPDATE event SET actor_name = '李静' WHERE seq IN (7, 8, 9, 1200)",
            "DELETE FROM event WHERE seq = 1100",
            "UPDATE audithead SET seq = 2001",
        )
    ran = chain("audit", "verify", "--seal", "1500 000000000000", lang="zh-CN")
    assert ran.code == 1
    *lines, last = ran.out.splitlines()
    assert lines == [
        "✗ 第 7–9 条：内容与校验值不符，被改过",
        "✗ 第 1100 条：缺失，被删除",
        "✗ 第 1200 条：内容与校验值不符，被改过",
        "✗ 第 2000–2001 条：末尾缺失，被截掉（链头记到第 2001 条）",
        "✗ 第 1500 条：与存证码不符，整条链被重算过",
    ]
    assert last.startswith("✗ 看了 1,998 条变更记录，5 处不符。最新：第 1999 条，校验值 ")
    ran = chain("audit", "verify", "--from", "1201")
    assert ran.code == 1
    assert ran.out.splitlines()[0] == (
        "✗ no. 2000–2001: missing at the end, cut off (the head is at no. 2001)"
    )


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_what_is_asked_wrongly_is_said_in_one_line(chain: Shell, lang: str) -> None:
    for asked in (("verify", "--from", "3000"), ("verify", "--seal", "1999"), ("show", "alarm", "x")):
        ran = chain("audit", *asked, lang=lang)
        assert (ran.code, ran.out) == (2, "")
        assert ran.line
    assert chain("audit", "show", "hazard", "2026-0009").line
    assert chain("audit", "show", "alarm", "5").out.count("\n") == 1


def test_a_county_without_events(ready: Shell) -> None:
    with open_database(URL) as database:
        spoil(database, "DELETE FROM event", "DELETE FROM audithead")
    ran = ready("audit", "verify")
    assert (ran.code, ran.out) == (0, "No events yet.\n")


def test_a_hazard_s_events_are_shown(chain: Shell) -> None:
    ran = chain("audit", "show", "hazard", "1", lang="zh-CN")
    assert ran.code == 0
    (line,) = ran.out.splitlines()
    assert line.startswith("第 1999 条 2026-09-28 09:00 王芳（telegram）report {")
    assert "配电箱门敞开" in line
