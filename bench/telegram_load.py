"""A fake Telegram and its users in one process: a Bot API, a webhook sender and N users in closed loop.

The network is `delay_ms` there and back, half of it each way:

    user sends --(delay/2)--> bot's webhook --(delay/2)--> its body arrives: a reply, if it is a method
    bot calls the Bot API --(delay/2)--> the message arrives: a reply --(delay/2)--> the bot has its answer

A step's latency runs from the user's send to the arrival of its reply at Telegram, so no bot can be
faster than one `delay_ms`. A user sends the next update the moment the reply is there. Updates reach
the bot over at most as many connections as it asked for in setWebhook (40 if it did not say), which
is Telegram's own rule; `connections` overrides it.

    python -m bench.telegram_load --webhook 127.0.0.1:8443/telegram --script bench.bots:REPORT_STEPS
"""

import argparse
import asyncio
import contextlib
import importlib
import itertools
import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psutil
import uvloop

from bench.results import Counts, Gauge, Result, summarize
from bench.script import FIRST_USER, ScriptError, Step, User
from bench.wire import ApiConnection, Respond, WebhookConnection, WebhookPool

REPLIES = frozenset({"sendMessage", "sendPhoto", "sendDocument", "sendLocation"})
REDELIVER_AFTER = 1.0
"""Seconds until an update whose webhook answer was not a 2xx is sent again."""


@dataclass(frozen=True)
class Load:
    """What to put on a bot.

    `seconds` are measured after `warm_seconds`; with `reports` each user stops after that many and
    the run ends when all did. `redeliver` is the share of updates whose webhook answer is lost on
    its way to Telegram, which then sends the same update again. A user who waits `give_up_seconds`
    starts the script anew.
    """

    steps: Sequence[Step]
    users: int = 50
    delay_ms: float = 0.0
    warm_seconds: float = 3.0
    seconds: float = 8.0
    reports: int | None = None
    redeliver: float = 0.0
    give_up_seconds: float = 120.0
    connections: int | None = None
    secret: str = ""
    seed: int = 1


class FakeTelegram:
    """Telegram as one bot sees it. Use: `async with FakeTelegram(load) as telegram`, start the bot with
    `telegram.api_url`, then `await telegram.run(host, port, path, pid)`."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.counts = Counts()
        self.users = {FIRST_USER + n: User(FIRST_USER + n) for n in range(load.users)}
        self.api_url = ""
        self._half = load.delay_ms / 2000
        self._random = random.Random(load.seed)
        self._update_ids = itertools.count(1_000_000)
        self._max_connections, self._secret = 40, load.secret
        self._head = b""
        self._sending = False
        self._done = asyncio.Event()

    async def __aenter__(self) -> "FakeTelegram":
        self._loop = asyncio.get_running_loop()
        self._server = await self._loop.create_server(lambda: ApiConnection(self._called), "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.api_url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *failure: object) -> None:
        self._sending = False
        self._server.close()

    async def run(self, host: str, port: int, path: str, pid: int) -> Result:
        """Let the users talk to the bot at this webhook and measure."""
        limit = self.load.connections
        self._pool = WebhookPool(host, port, self._max_connections if limit is None else limit)
        self._head = self._request_head(host, port, path)
        self._sending = True
        for user in self.users.values():
            self._loop.call_later(self._random.random() * 0.2, self._send, user)
        watch = self._loop.create_task(self._give_up())
        try:
            await asyncio.sleep(self.load.warm_seconds)
            return await self._measure(Gauge(pid))
        finally:
            self._sending = False
            watch.cancel()
            self._pool.close()

    async def _measure(self, gauge: "Gauge") -> Result:
        self.counts = Counts()
        began = time.perf_counter()
        gauge.start()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._done.wait(), self.load.seconds)
        now = time.perf_counter()
        result = Result(users=self.load.users, delay_ms=self.load.delay_ms, seconds=now - began)
        summarize(result, self.counts, self._ages(now))
        gauge.stop(result)
        return result

    # -- users

    def _send(self, user: User) -> None:
        """The user's next update leaves for the bot."""
        if not self._sending:
            return
        user.update_id = next(self._update_ids)
        try:
            made = self.load.steps[user.step].make(user)
        except ScriptError as error:
            self._restart(user, f"script: {error}")
            return
        user.sent_at, user.waiting = time.perf_counter(), True
        body = json.dumps({"update_id": user.update_id} | made, ensure_ascii=False).encode()
        lost = self.load.redeliver > 0 and self._random.random() < self.load.redeliver
        self._post(body, lost)

    def _answered(self, user: User) -> None:
        """The reply has arrived: count it and go on."""
        user.waiting = False
        self.counts.latencies.append(time.perf_counter() - user.sent_at)
        user.step += 1
        if user.step == len(self.load.steps):
            user.step = 0
            user.reports += 1
            self.counts.reports += 1
        if user.step == 0 and self.load.reports is not None and user.reports >= self.load.reports:
            if all(other.reports >= self.load.reports for other in self.users.values()):
                self._done.set()
            return
        self._loop.call_soon(self._send, user)

    def _restart(self, user: User, why: str) -> None:
        """Count an error and start the user's script anew, a second later."""
        self.counts.errors[why[:120]] += 1
        user.step, user.waiting = 0, False
        self._loop.call_later(1.0, self._send, user)

    async def _give_up(self) -> None:
        """Users whose bot stays silent too long start anew."""
        while True:
            await asyncio.sleep(1.0)
            oldest = time.perf_counter() - self.load.give_up_seconds
            for user in self.users.values():
                if user.waiting and user.sent_at < oldest:
                    self._restart(user, f"no reply to step {user.step}")

    def _ages(self, now: float) -> list[float]:
        return [now - user.sent_at for user in self.users.values() if user.waiting]

    # -- the network towards the bot

    def _after_half(self, what: Callable[..., object], *args: object) -> None:
        if self._half:
            self._loop.call_later(self._half, what, *args)
        else:
            what(*args)

    def _post(self, body: bytes, lost: bool = False) -> None:
        """Send one update to the webhook; `lost`: the network will lose the bot's answer."""

        def leave(connection: WebhookConnection) -> None:
            self._after_half(connection.post, self._head, body, lambda *got: back(connection, *got))

        def back(connection: WebhookConnection, status: int, answer: bytes) -> None:
            self._after_half(arrive, connection, status, answer)

        def arrive(connection: WebhookConnection, status: int, answer: bytes) -> None:
            self._pool.release(connection)
            if lost:
                self._redeliver(body)
            elif 200 <= status < 300:
                self._webhook_body(answer)
            elif self._sending:
                self.counts.errors[f"webhook answered {status}"] += 1
                self._loop.call_later(REDELIVER_AFTER, self._redeliver, body)

        self._pool.acquire(leave)

    def _redeliver(self, body: bytes) -> None:
        if self._sending:
            self.counts.redelivered += 1
            self._post(body)

    def _request_head(self, host: str, port: int, path: str) -> bytes:
        secret = f"X-Telegram-Bot-Api-Secret-Token: {self._secret}\r\n" if self._secret else ""
        return (
            f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\n"
            f"{secret}Connection: keep-alive\r\nContent-Length: "
        ).encode()

    def _webhook_body(self, answer: bytes) -> None:
        """A method given as the webhook's own answer; anything else is no call."""
        if not answer.startswith(b"{"):
            return
        call = json.loads(answer)
        if "method" in call:
            self._perform(call["method"], call)

    # -- the Bot API

    def _called(self, path: str, params: dict, respond: Respond) -> None:
        """A call leaves the bot: half the delay to get here, half for its answer to get back."""

        def arrive() -> None:
            self.counts.api_calls += 1
            ok, result = self._perform(path.rsplit("/", 1)[-1], params)
            if ok:
                self._after_half(respond, 200, {"ok": True, "result": result})
            else:
                self.counts.errors[f"Bot API: {result}"] += 1
                self._after_half(respond, 400, {"ok": False, "error_code": 400, "description": result})

        self._after_half(arrive)

    def _perform(self, method: str, params: dict) -> tuple[bool, object]:
        """Carry out a method, from a call or from a webhook's answer."""
        if method in REPLIES:
            return self._message(params)
        if method.startswith("edit"):
            return True, {"message_id": int(params.get("message_id", 0)), "date": 0, "chat": _chat(params)}
        if method == "setWebhook":
            self._max_connections = int(params.get("max_connections") or 40)
            self._secret = params.get("secret_token") or self.load.secret
        return True, CANNED.get(method, True)

    def _message(self, params: dict) -> tuple[bool, object]:
        """A message arrives in its chat; if its user waits for it, it is the reply."""
        text = params.get("text") or params.get("caption") or ""
        if len(text) > 4096:
            return False, "Bad Request: message is too long"
        user = self.users.get(int(params.get("chat_id") or 0))
        if user is None:
            self.counts.unexpected += 1
            return True, {"message_id": 1, "date": 0, "chat": _chat(params), "text": text}
        message = user.sees(text, params.get("reply_markup"))
        if user.waiting and self.load.steps[user.step].expect in text:
            self._answered(user)
        else:
            self.counts.unexpected += 1
        return True, message


BOT = {"id": 1, "is_bot": True, "first_name": "bench", "username": "bench_bot"}
CANNED: dict[str, object] = {
    "getMe": BOT | {"can_join_groups": True, "can_read_all_group_messages": False},
    "getWebhookInfo": {"url": "", "has_custom_certificate": False, "pending_update_count": 0},
    "getUpdates": [],
    "getMyCommands": [],
    "getFile": {"file_id": "f", "file_unique_id": "f", "file_path": "photos/f.jpg"},
}


def _chat(params: dict) -> dict:
    return {"id": int(params.get("chat_id") or 0), "type": "private"}


def main() -> None:
    """Load a bot that runs already and calls no Bot API, or one told the printed address."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--webhook", required=True, help="host:port/path")
    parser.add_argument("--script", default="bench.bots:REPORT_STEPS", help="module:list of steps")
    parser.add_argument("--pid", type=int, default=0, help="the bot's process, for its memory")
    for name, kind, default in OPTIONS:
        parser.add_argument(f"--{name}", type=kind, default=default)
    options = parser.parse_args()
    print(uvloop.run(_main(options)).as_json())


OPTIONS: tuple[tuple[str, type, object], ...] = (
    ("users", int, 50),
    ("delay_ms", float, 0.0),
    ("warm_seconds", float, 3.0),
    ("seconds", float, 8.0),
    ("reports", int, None),
    ("redeliver", float, 0.0),
    ("connections", int, None),
    ("secret", str, ""),
)


async def _main(options: argparse.Namespace) -> Result:
    module, _, name = options.script.partition(":")
    steps = getattr(importlib.import_module(module), name)
    load = Load(steps, **{name: getattr(options, name) for name, _, _ in OPTIONS})
    address, _, path = options.webhook.partition("/")
    host, _, port = address.partition(":")
    async with FakeTelegram(load) as telegram:
        return await telegram.run(host, int(port), f"/{path}", options.pid or psutil.Process().pid)


if __name__ == "__main__":
    main()
