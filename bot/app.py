"""`zhishou run`: everything in one process, or the part of it that the roles name."""

import asyncio
import contextlib
import gc
import signal
from collections.abc import AsyncIterator
from datetime import timedelta

import structlog

from bot.background import Background
from bot.clock import Clock
from bot.db import Database
from bot.house import House
from bot.logs import configure_logs
from bot.settings import Settings
from bot.storage import Storage
from bot.telegram.service import TelegramConfig, TelegramService

log = structlog.get_logger()


async def serve(settings: Settings, *, stop: asyncio.Event | None = None) -> None:
    """Run until told to stop (SIGTERM, SIGINT, or `stop`); what was taken is finished first."""
    configure_logs(settings.log)
    stop = stop or _until_signalled()
    async with running(settings) as house:
        _spare_the_collector()
        log.info("running", county=house.county, channels=sorted(house.channels), roles=settings.run.roles)
        await stop.wait()
        log.info("stopping")


@contextlib.asynccontextmanager
async def running(settings: Settings, *, clock: Clock | None = None) -> AsyncIterator[House]:
    """The house with its channels, servers and background work, from settings."""
    roles = set(settings.run.roles)
    db = Database(settings.database.url)
    house = House(
        db=db,
        storage=Storage(settings.storage.url),
        county=settings.county.code,
        policy=settings.policy(),
        clock=clock,
        lease=timedelta(seconds=settings.run.lease_seconds),
    )
    telegram = TelegramService(house, telegram_config(settings)) if _has_telegram(settings) else None
    background = Background(house, roles=roles & {"deliver", "tick"})
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(db.close)
        if telegram is not None:
            stack.push_async_callback(telegram.close)
        if settings.web.enabled:
            await stack.enter_async_context(_web(house, settings, serving="serve" in roles))
        stack.push_async_callback(background.stop)
        await background.start()
        if telegram is not None:
            stack.push_async_callback(telegram.stop)
            await telegram.start(receive="serve" in roles)
        yield house


def _spare_the_collector() -> None:
    """What was made at the start stays: the garbage collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _has_telegram(settings: Settings) -> bool:
    return bool(settings.telegram.token.get_secret_value())


def telegram_config(settings: Settings) -> TelegramConfig:
    """The Telegram part of the settings."""
    telegram = settings.telegram
    return TelegramConfig(
        token=telegram.token.get_secret_value(),
        mode=telegram.mode,
        base_url=telegram.base_url,
        base_file_url=telegram.base_file_url,
        proxy=telegram.proxy or None,
        webhook_url=telegram.webhook_url,
        secret=telegram.webhook_secret.get_secret_value(),
        listen=telegram.webhook_listen,
        path=telegram.webhook_path,
    )


@contextlib.asynccontextmanager
async def _web(house: House, settings: Settings, *, serving: bool) -> AsyncIterator[None]:
    from bot.web.server import web_channel, web_server  # NiceGUI takes a second to import

    channel = web_channel(house)
    house.add(channel)
    if not serving:
        yield
        return
    async with web_server(
        house, channel, listen=settings.web.listen, secret=settings.web.secret.get_secret_value()
    ):
        yield


def _until_signalled() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop
