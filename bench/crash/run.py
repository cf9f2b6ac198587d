"""One run: users in closed loop against one or two replicas that die, and what came of it."""

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import text as sql
from sqlmodel import Session, col, func, select

from bench.crash.bot_api import OFFICE_CHATS, BotApi
from bench.crash.killer import Killer
from bench.crash.people import Reporter
from bench.crash.replicas import Replica, complaints
from bench.crash.updates import EXITS, Exit
from bench.our_data import prepare
from bot.db import Database, open_database
from bot.sample import COUNTY
from models.alarms import Alarm
from models.files import File
from models.outbox import OPEN, Message
from models.people import Account, Person

STAFF = ("李静", "何伟", "陈明", "孙涛")  # the office, its colleague, two towns: those who have OFFICE_CHATS
THINKING = 0.2  # seconds between an answer and the next thing said, at most
CROWD = 12  # users who begin at once; the others follow as updates are taken
PATIENCE = 180.0  # seconds for an answer, or for the last message to leave


@dataclass(frozen=True)
class Plan:
    """What is to be run."""

    engine: str = "sqlite"
    mode: str = "webhook"
    replicas: int = 1
    conversations: int = 200
    kills: int = 100
    seed: int = 1


@dataclass
class Outcome:
    """What one run came to. The promises hold when `broken` is empty."""

    plan: Plan
    counts: Counter[str] = field(default_factory=Counter)
    ways: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    broken: dict[str, list[str]] = field(default_factory=dict)

    def breaks(self, promise: str, what: str) -> None:
        """Note a promise that was not kept."""
        self.broken.setdefault(promise, []).append(what)

    def as_json(self) -> dict[str, Any]:
        """Everything, for a file."""
        return {
            "plan": asdict(self.plan),
            "seconds": round(self.seconds, 1),
            "kills": dict(self.ways),
            "counts": dict(self.counts),
            "broken": self.broken,
        }

    def line(self) -> str:
        """The run in one line, and what went wrong, if anything."""
        plan, counts = self.plan, self.counts
        line = (
            f"{plan.engine} {plan.mode} {plan.replicas} replica(s): {plan.conversations} conversations, "
            f"{self.ways.total()} kills ({', '.join(f'{way} {n}' for way, n in sorted(self.ways.items()))}), "
            f"{counts['taken']} updates taken, {counts['again']} given again, {counts['cut off']} cut off midway, "
            f"{counts['nobody there']} found nobody, "
            f"{counts['refused']} refused, {self.seconds:.0f} s: {counts['stored']} stored once, "
            f"{counts['alarms']} alarms in order, office saw twice {counts['seen twice']}, "
            f"reporters saw twice {counts['replies twice']}, tracebacks {counts['tracebacks']}; "
            f"{'all promises kept' if not self.broken else 'BROKEN: ' + ', '.join(self.broken)}"
        )
        faults = [f"    {promise}: {what}" for promise, all_ in self.broken.items() for what in all_[:10]]
        return "\n".join([line, *faults])


class Users:
    """The reporters, each in a closed loop: say, hear, think."""

    def __init__(self, outcome: Outcome, api: BotApi, exit_: Exit, killer: Killer) -> None:
        self._outcome, self._exit, self._killer = outcome, exit_, killer
        self._random = random.Random(outcome.plan.seed)
        self._ids = itertools.count(1_000_000)
        self._reporters = [Reporter(number) for number in range(outcome.plan.conversations)]
        api.reporters = {reporter.user.id: reporter for reporter in self._reporters}

    async def report(self) -> None:
        """Everyone reports once."""
        await asyncio.gather(*map(self._converse, self._reporters))

    async def _converse(self, reporter: Reporter) -> None:
        """Beginnings are spread, so that users stand at all steps whenever a process dies."""
        steps = reporter.story.steps()
        await self._killer.taken(int(max(0, reporter.story.number - CROWD) * len(steps) * 0.65))
        for place, step in enumerate(steps):
            await asyncio.sleep(self._random.random() * THINKING)
            await self._killer.hold()
            reporter.user.update_id = next(self._ids)
            since = len(reporter.texts)
            await self._exit.deliver({"update_id": reporter.user.update_id} | step.make(reporter.user))
            if not await reporter.hears(step.expect, since, PATIENCE):
                said = f"{reporter.user.id}: {step.expect!r} never came, but {reporter.texts[since:]}"
                self._outcome.breaks("draft lost", said)
                await self._killer.step(len(steps) - place)
                return
            await self._killer.step()


def join_staff(session: Session) -> None:
    """The office and the towns, on Telegram."""
    for name, chat in zip(STAFF, OFFICE_CHATS, strict=True):
        person = session.exec(select(Person).where(Person.name == name)).one()
        session.add(
            Account(
                county=COUNTY,
                channel="telegram",
                address=str(chat),
                person_id=person.id,
                joined_at=person.created_at,
                seen_at=person.created_at,
            )
        )


async def play(outcome: Outcome, url: str, folder: Path, api: BotApi) -> None:
    """The run itself, until everything that was to leave has left. The database is ready for the check."""
    plan = outcome.plan
    with open_database(url) as db:
        prepare(url, users=plan.conversations)
        db.run_now(join_staff)
        replicas = [
            Replica(number, folder, url=url, api=api.url, mode=plan.mode) for number in range(plan.replicas)
        ]
        exit_ = EXITS[plan.mode](api, replicas, plan.seed)
        await exit_.open()
        try:
            await asyncio.gather(*(replica.start() for replica in replicas))
            began = time.monotonic()
            await _with_kills(outcome, replicas, exit_, api)
            await _settled(outcome, db)
            outcome.seconds = time.monotonic() - began
        finally:
            await exit_.close()
            await asyncio.gather(*(replica.end() for replica in replicas))
        outcome.counts += exit_.counts
        outcome.counts["tracebacks"] = complaints(replicas)


async def _with_kills(outcome: Outcome, replicas: Sequence[Replica], exit_: Exit, api: BotApi) -> None:
    """The users report and the killer kills; both come to their end."""
    plan = outcome.plan
    updates = sum(len(Reporter(number).story.steps()) for number in range(plan.conversations))
    killer = Killer(replicas, exit_, api, kills=plan.kills, updates=updates, seed=plan.seed)
    users = Users(outcome, api, exit_, killer)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(killer.run())
        tasks.create_task(users.report())
    outcome.ways = killer.ways


async def _settled(outcome: Outcome, db: Database) -> None:
    """Wait until nothing is left to send, to climb or to fetch."""
    try:
        async with asyncio.timeout(PATIENCE):
            while left := await db.read(_left):  # noqa: ASYNC110 - another process's work has no event
                await asyncio.sleep(0.2)
    except TimeoutError:
        outcome.breaks("never left", str(left))


def _left(session: Session) -> dict[str, int]:
    """What is still under way."""
    works = {
        "messages": select(func.count()).select_from(Message).where(sql(OPEN)),
        "alarms": select(func.count()).select_from(Alarm).where(col(Alarm.due_at).is_not(None)),
        "files": select(func.count()).select_from(File).where(File.state == "pending"),
    }
    found = {name: session.exec(work).one() for name, work in works.items()}
    return {name: count for name, count in found.items() if count}
