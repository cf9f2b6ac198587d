"""The server itself: tokens, methods, faults, and the log of what was called."""

import asyncio
import itertools
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.bot_api import editing, sending, service
from tests.bot_api.chats import Chat
from tests.bot_api.errors import Refused, bad_request
from tests.bot_api.faults import Fault, Faults, FloodLimits
from tests.bot_api.files import MAX_DOWNLOAD, Files
from tests.bot_api.params import MAX_UPLOAD, Params, read_params
from tests.bot_api.people import Group, User
from tests.bot_api.updates import Updates

Method = Callable[["BotApi", Params], Awaitable[Any]]

METHODS: dict[str, Method] = {
    function.__name__.replace("_", ""): function
    for function in (
        *(service.get_me, service.get_updates, service.get_file, service.get_chat),
        *(service.set_webhook, service.delete_webhook, service.get_webhook_info),
        *(service.set_my_commands, service.delete_my_commands, service.get_my_commands),
        *(service.send_chat_action, service.answer_callback_query),
        *(sending.send_message, sending.send_photo, sending.send_document),
        *(sending.send_location, sending.send_media_group),
        *(editing.edit_message_text, editing.edit_message_caption, editing.edit_message_reply_markup),
    )
}
TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


@dataclass(frozen=True)
class Call:
    """One call as it was answered; `via` is http or webhook (the answer to an update)."""

    method: str
    params: dict[str, Any]
    status: int
    description: str = ""
    via: str = "http"


class BotApi:
    """Telegram, for one bot, on loopback. `async with BotApi() as api: ...`

    `privacy`: in groups the bot gets only commands, as Telegram's default has it. `latency`: seconds
    before each answer. `limits`: a FloodLimits to enforce. `faults`: what goes wrong next.
    """

    def __init__(self, token: str = TOKEN, username: str = "zhishou_bot", *, privacy: bool = True) -> None:
        self.token, self.privacy = token, privacy
        self.me = {
            "id": int(token.split(":")[0]),
            "is_bot": True,
            "first_name": "Zhishou",
            "username": username,
        }
        self.files, self.faults, self.updates = Files(), Faults(), Updates(self)
        self.limits: FloodLimits | None = None
        self.latency = 0.0
        self.webhook_timeout, self.redeliver_after = 10.0, 0.05
        self.calls: list[Call] = []
        self.chats: dict[int, Chat] = {}
        self.taps: dict[str, service.Tap] = {}
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.closing = asyncio.Event()
        self._numbers = itertools.count(1)
        self._port = 0

    @property
    def root(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def base_url(self) -> str:
        """PTB's base_url: the token is put after it."""
        return f"{self.root}/bot"

    @property
    def file_url(self) -> str:
        """PTB's base_file_url."""
        return f"{self.root}/file/bot"

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=MAX_UPLOAD + 1024 * 1024)
        app.router.add_route("*", "/bot{token}/{method}", self._receive)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        await self.updates.close()
        await self._runner.cleanup()

    def user(self, user_id: int, name: str = "", language: str = "") -> User:
        """A person; the same one again for the same id."""
        if user_id not in self.chats:
            self.chats[user_id] = Chat(user_id, "private", name or f"user {user_id}", language)
        return User(self, self.chats[user_id])

    def group(self, group_id: int, title: str = "", kind: str = "group") -> Group:
        """A group with the bot in it; the same one again for the same id."""
        if group_id not in self.chats:
            self.chats[group_id] = Chat(group_id, kind, title or f"group {group_id}")
        return Group(self, self.chats[group_id])

    def chat(self, chat_id: int) -> Chat:
        """What stands in a chat."""
        return self.chats[chat_id]

    def called(self, method: str) -> list[Call]:
        """The calls of one method, oldest first."""
        return [call for call in self.calls if call.method == method.lower()]

    async def redeliver(self, update: dict[str, Any]) -> None:
        """Deliver an update once more, as Telegram does when it has not seen the answer."""
        body = next(value for key, value in update.items() if key != "update_id")
        await self.updates.deliver(update, body.get("chat", body.get("from"))["id"])

    def forget_taps(self) -> None:
        """Make every tap too old to be answered."""
        self.taps.clear()

    def next_number(self) -> int:
        """A number for a message, an album or a tap."""
        return next(self._numbers)

    def known_chat(self, params: Params) -> Chat:
        """The chat of a call, or Telegram's refusal."""
        chat_id = params.text("chat_id")
        if not chat_id:
            raise bad_request("chat_id is empty")
        chat = self.chats.get(_number(chat_id))
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def writable_chat(self, params: Params, messages: int = 1) -> Chat:
        """The chat of a call that writes `messages` into it, within the flood limits."""
        chat = self.known_chat(params)
        chat.check_writable()
        if self.limits is not None and messages:
            self.limits.check(chat.id, messages)
        return chat

    async def call_from_webhook(self, answer: dict[str, Any]) -> None:
        """Make the call that the webhook's answer asks for; the bot is not told what becomes of it."""
        values = dict(answer)
        method = str(values.pop("method", "")).lower()
        await self._execute(method, Params(values), "webhook")

    async def _receive(self, request: web.Request) -> web.Response:
        method = request.match_info["method"].lower()
        if request.match_info["token"] != self.token:
            return web.json_response(Refused(401, "Unauthorized").json(), status=401)
        try:
            params = await read_params(request)
        except Refused as refused:
            return web.json_response(refused.json(), status=refused.code)
        fault = self.faults.take(_number(params.text("chat_id")), method)
        if fault is not None and fault.kind != "lose":
            return await self._fail(request, fault)
        await asyncio.sleep(self.latency)
        status, answer = await self._execute(method, params, "http")
        if fault is not None:
            return _cut(request)
        return web.json_response(answer, status=status)

    async def _execute(self, method: str, params: Params, via: str) -> tuple[int, dict[str, Any]]:
        try:
            if method not in METHODS:
                raise Refused(404, "Not Found: method not found")
            result = await METHODS[method](self, params)
        except Refused as refused:
            self.calls.append(Call(method, params.values, refused.code, refused.description, via))
            return refused.code, refused.json()
        self.calls.append(Call(method, params.values, 200, via=via))
        return 200, {"ok": True, "result": result}

    async def _fail(self, request: web.Request, fault: Fault) -> web.Response:
        if fault.kind == "answer":
            return web.Response(status=fault.status, text=fault.body, content_type=fault.content_type)
        if fault.kind == "hang":
            closing = asyncio.ensure_future(self.closing.wait())
            await asyncio.wait((closing,), timeout=fault.seconds)
            closing.cancel()
        return _cut(request)

    async def _download(self, request: web.Request) -> web.Response:
        file = self.files.at(request.match_info["path"])
        if request.match_info["token"] != self.token:
            return web.json_response(Refused(401, "Unauthorized").json(), status=401)
        fault = self.faults.take(None, "download")
        if fault is not None:
            return await self._fail(request, fault)
        if file is None or file.size > MAX_DOWNLOAD:
            return web.json_response(Refused(404, "Not Found").json(), status=404)
        return web.Response(body=file.content, content_type="application/octet-stream")


def _number(text: str) -> int:
    try:
        return int(json.loads(text)) if text else 0
    except (ValueError, TypeError):
        return 0


def _cut(request: web.Request) -> web.Response:
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
