"""The Bot API's side of sending: takes every message, remembers when, and answers a little later."""

import asyncio
import contextlib
import io
import itertools
import json
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from PIL import Image

from bench.crash.people import Reporter
from models.base import unshort

OFFICE_CHATS = (42, 43, 44, 45)
ANSWER_TAKES = 0.03  # seconds, at most
LOST_AFTER = 1.0  # seconds: by then its sender is dead
AGAIN = "仍无人应答"


@dataclass(frozen=True)
class Arrived:
    """A message of the bot in a chat: which alarm's which call (0: the first), or whose card."""

    text: str
    alarm: tuple[int, int] | None
    hazard: int | None


class BotApi:
    """The Bot API on loopback. `on_sending` hears of each message to the office before it is taken; if it
    says true, the message never arrives: its sender is killed with it still on the way."""

    def __init__(self, seed: int) -> None:
        self.reporters: dict[int, Reporter] = {}
        self.chats: dict[int, list[Arrived]] = defaultdict(list)
        self.on_sending: Callable[[int], bool] = lambda replica: False
        self.get_updates: Callable[[dict[str, Any]], Any] | None = None
        self.url = ""
        self._ids = itertools.count(1)
        self._random = random.Random(seed)

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator["BotApi"]:
        """Serve it."""
        app = web.Application()
        app.router.add_post("/{replica}/bot{token}/{method}", self._called)
        app.router.add_get("/{replica}/file/bot{token}/{path:.+}", self._file)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()

    async def _called(self, request: web.Request) -> web.Response:
        method, replica = request.match_info["method"], int(request.match_info["replica"])
        params = await _params(request)
        if method == "sendMessage":
            if int(params["chat_id"]) in OFFICE_CHATS and self.on_sending(replica):
                await asyncio.sleep(LOST_AFTER)
                return web.Response(status=502)
            result = self.execute(params)
            await asyncio.sleep(self._random.random() * ANSWER_TAKES)
        elif method == "editMessageText":
            result = self._edited(params)
        elif method == "getUpdates" and self.get_updates is not None:
            return await self.get_updates(params)
        else:
            result = _other(method, params)
        return web.json_response({"ok": True, "result": result})

    def execute(self, call: dict[str, Any]) -> dict[str, Any]:
        """sendMessage, as a call of its own or as a webhook's answer."""
        chat, text, markup = _message(call)
        self.chats[chat].append(_arrived(text, markup))
        if chat in self.reporters:
            self.reporters[chat].arrives(text, markup)
        return {"message_id": next(self._ids), "date": 0, "chat": {"id": chat, "type": "private"}}

    def _edited(self, call: dict[str, Any]) -> dict[str, Any]:
        """A message that reads otherwise now: its reader sees that; it is no new one."""
        chat, text, markup = _message(call)
        if chat in self.reporters:
            self.reporters[chat].arrives(text, markup)
        number = int(call["message_id"])
        return {"message_id": number, "date": 0, "chat": {"id": chat, "type": "private"}}

    async def _file(self, request: web.Request) -> web.Response:
        return web.Response(body=picture(request.match_info["path"]), content_type="image/jpeg")


def picture(name: str) -> bytes:
    """A small photo that is no other's."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "JPEG", comment=name.encode())
    return out.getvalue()


def _other(method: str, params: dict[str, Any]) -> Any:
    if method == "getMe":
        return {"id": 1, "is_bot": True, "first_name": "bench", "username": "bench_bot"}
    if method == "getFile":
        name = str(params["file_id"])
        return {"file_id": name, "file_unique_id": name, "file_path": name}
    return True


def _message(call: dict[str, Any]) -> tuple[int, str, Any]:
    """Chat, text and markup of a call."""
    markup = call.get("reply_markup")
    markup = json.loads(markup) if isinstance(markup, str) else markup
    return int(call["chat_id"]), str(call["text"]), markup


def _arrived(text: str, markup: Any) -> Arrived:
    """What a message is, by what its buttons do."""
    alarm = hazard = None
    for row in markup.get("inline_keyboard", ()) if isinstance(markup, dict) else ():
        for button in row:
            parts = str(button["callback_data"]).split(":")
            if parts[:2] == ["a", "ack"]:
                alarm = (unshort(parts[2]), int(AGAIN in text))
            elif parts[:2] == ["a", "see"]:
                hazard = unshort(parts[2])
    return Arrived(text, alarm, hazard)


async def _params(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        return dict(await request.json())
    return dict(await request.post()) if request.can_read_body else {}
