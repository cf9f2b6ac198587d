"""`zhishou duty verify-draw`: nothing before the end, the proof afterwards, and what does not fit is said."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from bot.db import open_database
from models.draw import commitment
from models.draw_seed import CheckSeed, draws_of
from models.duty import Shift
from models.people import Account, Person
from models.period_end import periods_end_due
from models.policy import Policy
from models.spot_checks import SpotCheck
from models.spot_watch import checks_due
from tests import shell
from tests.shell import PEOPLE, ROSTER, Shell, table

zhishou, ready = shell.zhishou, shell.ready

COUNTY, URL = "411024", "sqlite:///data/zhishou.db"
POLICY = Policy()
ENDED = datetime(2026, 10, 8, 1, 0, tzinfo=UTC)  # the morning after the National Day period


@pytest.fixture
def rostered(ready: Shell) -> Shell:
    """Two shifts published, whose leader has a chat."""
    assert ready("import", "people", table("people.csv", *PEOPLE)).code == 0
    assert ready("import", "roster", table("roster.csv", *ROSTER)).code == 0
    work(join)
    return ready


def work(done):
    with open_database(URL) as database:
        return database.run_now(done)


def join(session: Session) -> None:
    person = session.exec(select(Person).where(Person.name == "吴刚")).one()
    session.add(
        Account(
            county=COUNTY,
            channel="web",
            address="leader",
            person_id=person.id,
            joined_at=person.created_at,
            seen_at=person.created_at,
        )
    )


def play(session: Session) -> None:
    """Hold the first check and not the second; the period ends."""
    seed = session.exec(select(CheckSeed)).one()
    first = draws_of(seed, session.exec(select(Shift)).all(), POLICY)[0].at
    assert checks_due(session, county=COUNTY, now=first, policy=POLICY) == 1
    assert periods_end_due(session, county=COUNTY, now=ENDED, policy=POLICY) == 1


def test_nothing_is_shown_before_the_end(rostered: Shell) -> None:
    seed = work(lambda session: session.exec(select(CheckSeed.seed)).one())
    ran = rostered("duty", "verify-draw", "国庆节")
    assert ran.code == 2
    assert commitment(bytes.fromhex(seed)) in ran.line
    assert seed not in ran.out + ran.err
    assert seed not in rostered("outbox", "--limit", "1000").out


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "zh-CN",
            ("种子与事先公布的指纹一致", "抽出 2 次，按时查了 1 次，没有查 1 次", "时间都是种子算出的"),
        ),
        ("en", ("the seed fits", "Drawn 2, held 1, not held 1", "fell when the seed says")),
    ],
)
def test_the_proof(rostered: Shell, lang: str, words: tuple[str, ...]) -> None:
    work(play)
    ran = rostered("duty", "verify-draw", "国庆节", lang=lang)
    assert (ran.code, ran.err) == (0, "")
    seed = work(lambda session: session.exec(select(CheckSeed.seed)).one())
    for said in (*words, seed, commitment(bytes.fromhex(seed)), "彭店镇值班室", "2026-10-01", "2026-10-02"):
        assert said in ran.out


def test_a_check_that_was_moved_ends_with_one(rostered: Shell) -> None:
    work(play)

    def move(session: Session) -> None:
        check = session.exec(select(SpotCheck)).one()
        assert check.drawn_at is not None
        check.drawn_at += timedelta(minutes=1)
        session.add(check)

    work(move)
    ran = rostered("duty", "verify-draw", "国庆节")
    assert ran.code == 1
    assert "at a time that the seed does not give: 1" in ran.out


def test_a_seed_put_in_afterwards_ends_with_one(rostered: Shell) -> None:
    work(play)

    def change(session: Session) -> None:
        row = session.exec(select(CheckSeed)).one()
        row.seed, row.sha256 = "00" * 32, commitment(bytes(32))
        session.add(row)

    work(change)
    ran = rostered("duty", "verify-draw", "国庆节")
    assert ran.code == 1
    assert "does not fit the fingerprint" in ran.out


def test_a_period_that_is_none_or_had_no_checks(ready: Shell) -> None:
    ran = ready("duty", "verify-draw", "国庆节")
    assert (ran.code, "none" in ran.line) == (2, True)
    ready.set(office__spot_checks_per_day="0")
    assert ready("import", "people", table("people.csv", *PEOPLE)).code == 0
    assert ready("import", "roster", table("roster.csv", *ROSTER)).code == 0
    ran = ready("duty", "verify-draw", "国庆节")
    assert (ran.code, ran.line) == (2, "This period has no random spot checks.")
    assert "国庆节" in ready("duty", "verify-draw", "春节").line
