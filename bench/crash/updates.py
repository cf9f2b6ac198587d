"""Telegram's side of receiving: an update is given again and again until the bot has taken it."""

import asyncio
import contextlib
import json
import random
from bisect import insort
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import aiohttp
from aiohttp import web

from bench.crash.bot_api import BotApi
from bench.crash.replicas import SECRET, Replica

AGAIN = 0.3  # the share of updates whose answer is lost on its way
AT_ONCE = 0.3  # the share of those that come again before the first is answered
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 8.0  # seconds, doubled from try to try
CONNECTIONS = 100


class Exit:
    """What both ways of giving updates share. `on_taken` hears which replica took one."""

    def __init__(self, api: BotApi, replicas: Sequence[Replica], seed: int) -> None:
        self.api, self.replicas = api, replicas
        self.counts: Counter[str] = Counter()
        self.on_taken: Callable[[Replica], None] = lambda replica: None
        self.random = random.Random(seed)

    async def open(self) -> None:
        """Before the first update."""

    async def deliver(self, update: dict[str, Any]) -> None:
        """Give one update, in the order of its chat."""
        raise NotImplementedError

    async def close(self) -> None:
        """After the last."""


class Webhook(Exit):
    """Posts updates to any replica, whether it is up or not, as a load balancer would."""

    async def open(self) -> None:
        """Open the connections."""
        self._http = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=30), connector=aiohttp.TCPConnector(limit=CONNECTIONS)
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    async def deliver(self, update: dict[str, Any]) -> None:
        """Until one answer gets through, with a back-off; some answers are lost, once."""
        pause = FIRST_PAUSE
        lose = self.random.random() < AGAIN
        while True:
            answers = await self._post_all(update, 2 if lose and self.random.random() < AT_ONCE else 1)
            if lose and answers:
                lose = False
                self.counts["again"] += 1
                answers.pop(0)
                if not answers:
                    continue
            if answers:
                self._execute(answers[-1])
                return
            await asyncio.sleep(pause * (0.5 + self.random.random()))
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _post_all(self, update: dict[str, Any], times: int) -> list[bytes]:
        """The answers that were given; a second time goes out while the first is under way."""
        chosen = [self.random.choice(self.replicas) for _ in range(times)]
        answers = await asyncio.gather(*(self._post(replica, update) for replica in chosen))
        return [answer for answer in answers if answer is not None]

    async def _post(self, replica: Replica, update: dict[str, Any]) -> bytes | None:
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        url = f"http://127.0.0.1:{replica.port}/telegram"
        try:
            async with self._http.post(url, json=update, headers=headers) as response:
                body = await response.read()
        except aiohttp.ClientConnectorError:
            self.counts["nobody there"] += 1
            return None
        except (aiohttp.ClientError, TimeoutError):
            self.counts["cut off"] += 1
            return None
        if response.status != 200:
            self.counts["refused"] += 1
            return None
        self.counts["taken"] += 1
        self.on_taken(replica)
        return body

    def _execute(self, answer: bytes) -> None:
        if answer:
            self.api.execute(json.loads(answer))


class Polling(Exit):
    """Gives updates to getUpdates until an offset confirms them; some confirmations are forgotten, once."""

    async def open(self) -> None:
        """Answer getUpdates."""
        self._pending: list[tuple[int, dict[str, Any]]] = []
        self._forgotten: set[int] = set()
        self._news = asyncio.Event()
        self._poller = asyncio.Event()
        self.api.get_updates = self._get_updates

    async def close(self) -> None:
        """Let a call that waits go."""
        self._poller.set()
        self._news.set()

    async def deliver(self, update: dict[str, Any]) -> None:
        """Put it where the next call finds it."""
        insort(self._pending, (update["update_id"], update), key=lambda pair: pair[0])
        self._news.set()

    async def _get_updates(self, params: dict[str, Any]) -> web.Response:
        """Confirms what is below the offset; a newer call ends an older one, as with Telegram."""
        self._poller.set()
        self._poller = superseded = asyncio.Event()
        self._confirm(int(params.get("offset") or 0))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(float(params.get("timeout") or 0)):
                while not self._pending and not superseded.is_set():
                    self._news.clear()
                    await self._news.wait()
        if superseded.is_set():
            conflict = {"ok": False, "error_code": 409, "description": "Conflict: another getUpdates"}
            return web.json_response(conflict, status=409)
        return web.json_response({"ok": True, "result": [update for _, update in self._pending[:100]]})

    def _confirm(self, offset: int) -> None:
        kept = []
        for number, update in self._pending:
            if number >= offset:
                kept.append((number, update))
            elif number not in self._forgotten and self.random.random() < AGAIN:
                self._forgotten.add(number)
                self.counts["again"] += 1
                kept.append((number, update))
            else:
                self.counts["taken"] += 1
                self.on_taken(self.replicas[0])
        self._pending = kept


EXITS: dict[str, type[Exit]] = {"webhook": Webhook, "polling": Polling}
