"""Telegram as a running service: PTB's Application at the edge, polling or webhook in front of it."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from aiohttp import web
from telegram import BotCommand, BotCommandScopeChat, Update
from telegram.error import InvalidToken, NetworkError, TelegramError
from telegram.ext import Application, ContextTypes, ExtBot, TypeHandler

from bot.house import House
from bot.render import render
from bot.telegram.channel import TelegramChannel
from bot.telegram.inbound import to_inbound
from bot.telegram.polling import ALLOWED_UPDATES, poll
from bot.telegram.reading import read_update
from bot.telegram.request import AiohttpRequest
from bot.telegram.webhook import make_app
from models.text import text

log = structlog.get_logger()
WEBHOOK_CONNECTIONS = 100  # Telegram's most; each holds one chat's update for as long as a commit takes


@dataclass(frozen=True)
class TelegramConfig:
    """What the service needs to know. `mode` is polling or webhook; `listen` is host:port."""

    token: str
    mode: str = "polling"
    base_url: str = "https://api.telegram.org/bot"
    base_file_url: str = "https://api.telegram.org/file/bot"
    proxy: str | None = None
    webhook_url: str = ""
    secret: str = ""
    listen: str = "127.0.0.1:8443"
    path: str = "/telegram"


class MenuChannel(TelegramChannel):
    """The channel with the command menu that each chat is shown."""

    async def set_menu(self, address: str, commands: Sequence[tuple[str, str]]) -> None:
        """Show these commands in this chat only; a failure changes nothing that matters."""
        menu = [BotCommand(name, description) for name, description in commands]
        try:
            await self._bot.set_my_commands(menu, scope=BotCommandScopeChat(int(address)))
        except TelegramError as error:
            log.info("menu not set", reason=str(error))


class TelegramService:
    """Receives updates for a house and sends over the same bot."""

    def __init__(self, house: House, config: TelegramConfig) -> None:
        self.house, self.config = house, config
        self.bot = make_bot(config)
        self.channel = MenuChannel(self.bot, house.storage.get)
        self.application = Application.builder().bot(self.bot).updater(None).build()
        self.application.add_handler(TypeHandler(Update, self._on_update))
        self._answers: dict[int, dict[str, Any] | None] = {}
        self._stop = asyncio.Event()
        self._polling: asyncio.Task[None] | None = None
        self._starting: asyncio.Task[None] | None = None
        self._runner: web.AppRunner | None = None
        house.add(self.channel)

    async def start(self, *, receive: bool = True) -> None:
        """Connect and take updates. A bad network only delays it; InvalidToken if the token is none."""
        try:
            await self._connect(receive)
        except NetworkError as error:
            log.warning("telegram not reached, trying on", error=str(error))
            self._starting = asyncio.create_task(self._keep_connecting(receive))

    async def _connect(self, receive: bool) -> None:
        await self.application.initialize()
        if not receive:
            return
        await self._default_menu()
        if self.config.mode == "webhook":
            await self._listen()
            return
        await self.bot.delete_webhook()
        self._polling = asyncio.create_task(self._keep_polling())

    async def _keep_connecting(self, receive: bool) -> None:
        pause = 1.0
        while not self._stop.is_set():
            await asyncio.sleep(pause)
            pause = min(pause * 2, 60.0)
            try:
                await self._connect(receive)
            except NetworkError as error:
                log.warning("telegram not reached, trying on", error=str(error), pause=pause)
            except TelegramError as error:
                log.error("telegram refuses us", error=str(error))
                return
            else:
                log.info("telegram reached")
                return

    async def _keep_polling(self) -> None:
        """Poll until told to stop. What nobody foresaw (an update that PTB cannot read) only pauses it."""
        pause = 1.0
        while not self._stop.is_set():
            try:
                await poll(self.bot, self._on_batch, self._stop)
            except InvalidToken as error:
                log.error("telegram refuses us", error=str(error))
                return
            except Exception:
                log.exception("polling broke off, beginning again", pause=pause)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stop.wait(), pause)
                pause = min(pause * 2, 60.0)

    async def stop(self) -> None:
        """Take no more updates; what was taken is committed already."""
        self._stop.set()
        if self._starting is not None:
            self._starting.cancel()
        if self._polling is not None:
            await asyncio.gather(self._polling, return_exceptions=True)
        if self._runner is not None:
            await self._runner.cleanup()

    async def close(self) -> None:
        """Close the connections, after the last message was sent."""
        await self.application.shutdown()

    async def _listen(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()  # an earlier try that failed half-way
        app = make_app(secret=self.config.secret, path=self.config.path, process=self._on_webhook)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        host, _, port = self.config.listen.rpartition(":")
        # Several processes may take updates at one address; the kernel deals the connections out.
        await web.TCPSite(self._runner, host, int(port), reuse_port=True).start()
        if self.config.webhook_url:
            await self.bot.set_webhook(
                self.config.webhook_url,
                secret_token=self.config.secret,
                allowed_updates=list(ALLOWED_UPDATES),
                max_connections=WEBHOOK_CONNECTIONS,
            )

    async def _default_menu(self) -> None:
        try:
            for lang, code in (("zh-CN", None), ("en", "en")):
                menu = [BotCommand(name, self._say(f"menu-{name}", lang)) for name in ("help", "lang")]
                await self.bot.set_my_commands(menu, language_code=code)
        except TelegramError as error:
            log.info("default menu not set", reason=str(error))

    def _say(self, key: str, lang: str) -> str:
        return self.house.words.say(text(key), lang)

    async def _on_batch(self, updates: list[Update]) -> None:
        """A polled batch: chats side by side, each in order; returns when all is committed."""
        chats: dict[int, list[Update]] = {}
        for update in updates:
            chat = update.effective_chat
            chats.setdefault(chat.id if chat else 0, []).append(update)
        done = await asyncio.gather(*map(self._in_order, chats.values()), return_exceptions=True)
        for error in done:
            if isinstance(error, BaseException):
                raise error  # the batch comes again; what was taken of it is known by its ids

    async def _in_order(self, updates: list[Update]) -> None:
        for update in updates:
            inbound = to_inbound(update, username=self.bot.username)
            if inbound is not None:
                await self.house.receive(inbound)

    async def _on_webhook(self, data: dict[str, Any]) -> dict[str, Any] | None:
        """One posted update through PTB's own handlers; its first reply goes back in the answer."""
        update = read_update(data, self.bot)
        await self.application.process_update(update)
        if update.update_id not in self._answers:
            raise RuntimeError("the update was not processed")  # PTB logs a handler's error and goes on
        return self._answers.pop(update.update_id)

    async def _on_update(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        inbound = to_inbound(update, username=self.bot.username)
        answer = None
        if inbound is not None:
            handled = await self.house.receive(inbound, direct=True)
            if handled.direct is not None:
                answer = self._answer(inbound.address, handled.direct)
        self._answers[update.update_id] = answer

    def _answer(self, address: str, message: Any) -> dict[str, Any] | None:
        parts = render(message.body, lang=message.lang, words=self.house.words, can=self.channel.capabilities)
        return self.channel.as_webhook_answer(address, parts[0])


def make_bot(config: TelegramConfig) -> ExtBot[None]:
    """PTB's bot on our transport."""

    def transport() -> AiohttpRequest:
        return AiohttpRequest(proxy=config.proxy, read_timeout=20.0, connect_timeout=10.0)

    return ExtBot(
        config.token,
        base_url=config.base_url,
        base_file_url=config.base_file_url,
        request=transport(),
        get_updates_request=transport(),
    )
