"""Updates on their way to the bot: kept until getUpdates confirms them or the webhook answers 2xx."""

import asyncio
import itertools
import json
from bisect import insort
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import aiohttp

from tests.bot_api.errors import Refused

if TYPE_CHECKING:
    from tests.bot_api.server import BotApi

# Telegram leaves these out unless they are asked for by name.
UNASKED = ("chat_member", "message_reaction", "message_reaction_count")


@dataclass(order=True)
class Pending:
    """An update that the bot has not taken yet; the lane is its chat."""

    id: int
    json: dict[str, Any] = field(compare=False)
    lane: int = field(compare=False)
    tried: asyncio.Event = field(compare=False, default_factory=asyncio.Event)


class Updates:
    """The queue of updates, and both of its exits."""

    def __init__(self, api: "BotApi") -> None:
        self._api = api
        self._ids = itertools.count(700_001)
        self._news = asyncio.Event()
        self._poller: asyncio.Event | None = None
        self._lanes: dict[int, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(40)
        self._session: aiohttp.ClientSession | None = None
        self._allowed: list[str] = []
        self._secret = ""
        self.pending: list[Pending] = []
        self.url = ""
        self.max_connections = 40
        self.last_error = ""
        self.deliveries: dict[int, list[int]] = {}
        """The webhook's statuses for each update id (0: no answer)."""

    async def emit(self, kind: str, body: dict[str, Any], lane: int) -> dict[str, Any] | None:
        """Queue a new update; with a webhook, wait until it was tried once. None if not asked for."""
        if kind not in self._allowed if self._allowed else kind in UNASKED:
            return None
        update = {"update_id": next(self._ids), kind: body}
        await self.deliver(update, lane)
        return update

    async def deliver(self, update: dict[str, Any], lane: int) -> None:
        """Queue `update`, be it new or one that was delivered before."""
        entry = Pending(update["update_id"], update, lane)
        insort(self.pending, entry)
        self._news.set()
        if self.url:
            self._work_on(lane)
            await entry.tried.wait()

    async def get(self, *, offset: int, limit: int, timeout: int, allowed: Any) -> list[Any]:  # noqa: ASYNC109
        """getUpdates. A second one ends the first, as with Telegram."""
        if self.url:
            reason = "can't use getUpdates method while webhook is active"
            raise Refused(409, f"Conflict: {reason}; use deleteWebhook to delete the webhook first")
        if self._poller is not None:
            self._poller.set()
        self._poller = mine = asyncio.Event()
        if isinstance(allowed, list):
            self._allowed = allowed
        self._confirm(offset)
        await self._wait_for_news(timeout, mine)
        if mine.is_set():
            reason = "terminated by other getUpdates request"
            raise Refused(409, f"Conflict: {reason}; make sure that only one bot instance is running")
        self._poller = None
        return [entry.json for entry in self.pending[:limit]]

    def _confirm(self, offset: int) -> None:
        """Forget what is below the offset; a negative one keeps that many of the newest."""
        if offset < 0:
            self.pending = self.pending[offset:]
        elif offset > 0:
            self.pending = [entry for entry in self.pending if entry.id >= offset]

    async def _wait_for_news(self, seconds: float, superseded: asyncio.Event) -> None:
        self._news.clear()
        if self.pending or not seconds:
            return
        waits = [asyncio.ensure_future(e.wait()) for e in (self._news, superseded, self._api.closing)]
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def set_webhook(
        self, url: str, secret: str, drop: bool, allowed: Any, max_connections: int
    ) -> None:
        """Set or remove the webhook; what is pending goes to the new exit unless it is dropped."""
        await self._stop_lanes()
        self.url, self._secret, self.last_error = url, secret, ""
        self.max_connections = max_connections
        self._slots = asyncio.Semaphore(max_connections)
        if isinstance(allowed, list):
            self._allowed = allowed
        if drop:
            self.pending.clear()
        if url:
            if self._poller is not None:
                self._poller.set()
            for lane in {entry.lane for entry in self.pending}:
                self._work_on(lane)

    async def close(self) -> None:
        """Stop delivering."""
        await self._stop_lanes()
        if self._session is not None:
            await self._session.close()

    async def _stop_lanes(self) -> None:
        tasks = list(self._lanes.values())
        self._lanes.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for entry in self.pending:
            entry.tried.set()

    def _work_on(self, lane: int) -> None:
        if lane not in self._lanes:
            self._lanes[lane] = asyncio.create_task(self._deliver_lane(lane))

    async def _deliver_lane(self, lane: int) -> None:
        """Deliver one chat's updates in order, each again and again until the webhook takes it."""
        pause = self._api.redeliver_after
        while entry := next((entry for entry in self.pending if entry.lane == lane), None):
            async with self._slots:
                taken = await self._post(entry.json)
            if taken:
                self.pending = [other for other in self.pending if other is not entry]
                pause = self._api.redeliver_after
            entry.tried.set()
            if not taken:
                await asyncio.sleep(pause)
                pause = min(pause * 2, 60)
        self._lanes.pop(lane, None)

    async def _post(self, update: dict[str, Any]) -> bool:
        """Whether the webhook answered 2xx in time; a method call in its answer is then made."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(self._api.webhook_timeout))
        headers = {"X-Telegram-Bot-Api-Secret-Token": self._secret} if self._secret else {}
        status, body, is_json = 0, b"", False
        try:
            async with self._session.post(self.url, json=update, headers=headers) as response:
                body, status = await response.read(), response.status
                is_json = response.content_type == "application/json"
        except (aiohttp.ClientError, TimeoutError) as error:
            self.last_error = str(error) or "Read timeout expired"
        self.deliveries.setdefault(update["update_id"], []).append(status)
        if not 200 <= status < 300:
            self.last_error = f"Wrong response from the webhook: {status}" if status else self.last_error
            return False
        if body and is_json:
            await self._api.call_from_webhook(json.loads(body))
        return True
