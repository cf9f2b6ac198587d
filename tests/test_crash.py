"""Processes killed with SIGKILL, small: nothing confirmed is lost or doubled, whatever instant they die at."""

import asyncio
import copy
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import Session, col, delete, select, update

from bench.crash.__main__ import crash
from bench.crash.bot_api import OFFICE_CHATS, Arrived, BotApi
from bench.crash.check import check
from bench.crash.databases import fresh_database
from bench.crash.run import Outcome, Plan, play
from bot.db import open_database
from models.audit import Event
from models.drafts import ACTIVE, Draft
from models.files import Attachment
from models.hazards import Hazard
from models.outbox import Message

PLANS = (
    Plan("sqlite", "webhook", replicas=2, conversations=12, kills=6, seed=2),
    Plan("postgresql", "webhook", replicas=2, conversations=12, kills=6, seed=3),
    Plan("sqlite", "polling", replicas=1, conversations=12, kills=6, seed=4),
)


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: f"{plan.engine}-{plan.mode}")
def test_every_promise_is_kept(plan: Plan, tmp_path: Path) -> None:
    with fresh_database(plan.engine, tmp_path) as url:
        outcome = asyncio.run(crash(plan, tmp_path, url))
    assert not outcome.broken, outcome.line()
    assert outcome.ways.total() == plan.kills
    assert outcome.counts["stored"] == plan.conversations
    assert outcome.counts["again"] > 0
    assert outcome.counts["tracebacks"] == 0, outcome.line()


@dataclass(frozen=True)
class Finished:
    """A run without kills: its folder, and what people saw."""

    folder: Path
    api: BotApi
    outcome: Outcome


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    folder = tmp_path_factory.mktemp("crash")
    outcome = Outcome(Plan(conversations=3, kills=0))

    async def run() -> BotApi:
        async with BotApi(outcome.plan.seed).listening() as api:
            await play(outcome, f"sqlite:///{folder / 'crash.db'}", folder, api)
        return api

    return Finished(folder, asyncio.run(run()), outcome)


def broken_after(
    finished: Finished, tmp_path: Path, spoil: Callable[[Session, dict[int, list[Arrived]]], object]
) -> dict[str, list[str]]:
    """What the check says when a copy of the run is spoilt."""
    shutil.copytree(finished.folder, tmp_path / "copy")
    api, outcome = copy.copy(finished.api), Outcome(finished.outcome.plan)
    api.chats = {chat: list(seen) for chat, seen in finished.api.chats.items()}
    with open_database(f"sqlite:///{tmp_path / 'copy' / 'crash.db'}") as db:
        db.run_now(lambda session: spoil(session, api.chats))
        check(outcome, api, db, tmp_path / "copy")
    return outcome.broken


def test_the_check_is_content_with_what_is_whole(finished: Finished, tmp_path: Path) -> None:
    assert broken_after(finished, tmp_path, lambda session, chats: None) == {}


def first_hazard(session: Session) -> Hazard:
    return session.exec(select(Hazard).order_by(Hazard.number)).all()[0]


def again(session: Session, row: Hazard) -> None:
    """The same hazard once more, under the next number."""
    number = f"{row.number[:5]}0004"
    session.add(Hazard(**row.model_dump(exclude={"id", "number"}), number=number))


def one_lost(seen: list[Arrived]) -> None:
    """An alarm's first call, and whatever it was seen as again, never came."""
    lost = next(message.alarm for message in seen if message.alarm)
    seen[:] = [message for message in seen if message.alarm != lost]


SPOILT = {
    "stored once": lambda session, chats: session.delete(first_hazard(session)),
    "one alarm each": lambda session, chats: again(session, first_hazard(session)),
    "numbers without gaps": lambda session, chats: session.execute(
        update(Hazard).where(col(Hazard.number).endswith("1")).values(number="2026-0009")
    ),
    "answers intact": lambda session, chats: session.execute(update(Hazard).values(address="别处")),
    "photos intact": lambda session, chats: session.execute(delete(Attachment)),
    "one chain of events": lambda session, chats: session.execute(
        update(Event).where(col(Event.subject) == "hazard").values(actor_name="别人")
    ),
    "every event once": lambda session, chats: session.execute(
        delete(Event).where(col(Event.subject) == "alarm")
    ),
    "drafts done": lambda session, chats: session.execute(
        update(Draft).where(col(Draft.address).endswith("1")).values(status=ACTIVE)
    ),
    "everything sent": lambda session, chats: session.execute(
        update(Message).where(col(Message.kind) == "card").values(state="failed", reason="x")
    ),
    "alarms sent": lambda session, chats: one_lost(chats[OFFICE_CHATS[0]]),
    "cards sent": lambda session, chats: chats[OFFICE_CHATS[1]].clear(),
    "alarms in order": lambda session, chats: chats[OFFICE_CHATS[0]].reverse(),
}


@pytest.mark.parametrize("promise", SPOILT)
def test_the_check_sees_a_broken_promise(finished: Finished, tmp_path: Path, promise: str) -> None:
    assert promise in broken_after(finished, tmp_path, SPOILT[promise])
