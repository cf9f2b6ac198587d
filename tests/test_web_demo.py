"""The demo: its process begins, ends and goes on as promised; its clock and its sample."""

import json
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, func, select

from bot.db import Database, open_database
from bot.demo import PERSONAS, first_shift, seed
from bot.sample import COUNTY
from bot.web.demo_clock import DemoClock, keep_offset, kept_offset
from bot.web.demo_page import speak
from bot.words import Words
from models.digest import digest_due
from models.duty import Shift
from models.people import Account, Person
from models.policy import Policy
from models.webchat import WebMessage, web_messages
from tests.chat import Town
from tests.demo_process import PATIENCE, Demo, running_demo

CLI = "bot.cli demo"
EVENING = datetime(2026, 9, 28, 12, 0, tzinfo=UTC)  # 20:00 in Yanling


def say(demo: Demo, who: str, said: str) -> None:
    """Type as one of the people."""
    body = json.dumps({"id": f"say-{who}-{said}"[:60].encode().hex()[:60], "kind": "text", "text": said})
    request = urllib.request.Request(
        f"{demo.url}/chat/{who}/send", body.encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as response:
        assert response.status == 200


@contextmanager
def database_of(demo: Demo) -> Iterator[Database]:
    """The database that a stopped demo left."""
    with open_database(f"sqlite:///{demo.data / 'zhishou.db'}") as db:
        yield db


def said_to(db: Database, who: str) -> list[WebMessage]:
    """The chat of one of the people."""
    return db.read_now(lambda session: web_messages(session, county=COUNTY, address=who))


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_stopped_and_started_it_goes_on_where_it_was(tmp_path: Path, by: signal.Signals) -> None:
    with running_demo(tmp_path / "state", module=CLI) as demo:
        with urllib.request.urlopen(f"{demo.url}/healthz", timeout=PATIENCE) as response:
            assert json.load(response)["status"] == "ok"
        say(demo, "grid_worker", "上报")
        assert demo.stop(by) == 0
        with database_of(demo) as db:
            assert "哪个镇" in said_to(db, "grid_worker")[-1].body["text"]
            db.run_now(lambda session: keep_offset(session, COUNTY, timedelta(days=3)))
        demo.start()
        say(demo, "grid_worker", "彭店镇")
        assert demo.stop() == 0
        with database_of(demo) as db:
            rows = said_to(db, "grid_worker")
            assert "具体在什么位置" in rows[-1].body["text"]  # the draft went on
            assert rows[-1].created_at - rows[0].created_at > timedelta(days=2)  # and so did the clock
        assert sorted(path.name for path in tmp_path.iterdir()) == ["state"]


def test_a_port_that_is_taken_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        ended = subprocess.run(
            [sys.executable, "-m", *CLI.split(), "--port", port, "--data", str(tmp_path)],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
    assert ended.returncode == 2
    assert (ended.stdout + ended.stderr).strip() == f"端口 {port} 已被占用，请换一个（PORT=…）。"


@pytest.fixture
def seeded(db: Database) -> Database:
    """The demo's county, begun in the evening."""
    words = Words(Policy().zone)
    db.run_now(lambda session: seed(session, now=EVENING, words=words, policy=Policy()))
    return db


def test_everybody_of_the_demo_has_a_chat_and_is_seeded_once(seeded: Database) -> None:
    def counted(session: Session) -> tuple[int, int, int]:
        tables = (Account, Person, Shift)
        return tuple(session.exec(select(func.count()).select_from(each)).one() for each in tables)

    before = seeded.read_now(counted)
    assert before == (len(PERSONAS), len(PERSONAS) + 2, 3)
    words = Words(Policy().zone)
    seeded.run_now(lambda session: seed(session, now=EVENING, words=words, policy=Policy()))
    assert seeded.read_now(counted) == before


def test_the_first_shift_leaves_time_for_its_reminder(seeded: Database) -> None:
    assert first_shift(EVENING, Policy()) == datetime(2026, 9, 29, 0, 0, tzinfo=UTC)
    just_before = datetime(2026, 9, 28, 23, 0, tzinfo=UTC)  # 07:00
    assert first_shift(just_before, Policy()) == datetime(2026, 9, 30, 0, 0, tzinfo=UTC)


def test_a_demo_begun_in_the_evening_has_no_morning_digest(seeded: Database) -> None:
    def digests(session: Session, at: datetime) -> int:
        return digest_due(session, county=COUNTY, now=at, policy=Policy())

    assert seeded.run_now(lambda session: digests(session, EVENING + timedelta(hours=1))) == 0
    assert seeded.run_now(lambda session: digests(session, EVENING + timedelta(hours=13))) == 1


def test_the_language_button_turns_all_people(seeded: Database) -> None:
    seeded.run_now(lambda session: speak(session, county=COUNTY, addresses=PERSONAS, lang="en"))
    spoken = seeded.read_now(
        lambda session: session.exec(select(Person.lang, func.count()).group_by("lang")).all()
    )
    others = {"zh-CN": 2}  # the administrator and the shopkeeper have no chat in the demo
    assert dict(spoken) == {"en": len(PERSONAS)} | others


@pytest.mark.parametrize("channel_name", ["web"], indirect=True)
async def test_the_clock_is_pushed_once_at_a_time_and_kept(town: Town) -> None:
    clock = DemoClock(town.house)
    began = town.clock.now()
    first = clock.push(timedelta(hours=1))
    assert not clock.busy
    await first
    assert town.clock.now() - began == timedelta(hours=1)
    assert (clock.busy, clock.progress) == (False, 1.0)
    clock.busy = True
    await clock.push(timedelta(days=1))
    assert town.clock.now() - began == timedelta(hours=1)
    assert kept_offset(town.house.db, town.county.county) == town.clock.offset
