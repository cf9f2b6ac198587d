"""python-telegram-bot's own bot, on our transport, talking to the loopback server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from telegram import Update
from telegram.ext import ExtBot

from bot.telegram.request import AiohttpRequest
from tests.bot_api.server import BotApi


@asynccontextmanager
async def ptb_bot(api: BotApi, **timeouts: Any) -> AsyncIterator[ExtBot[None]]:
    """An initialized bot; `timeouts` go to both of its transports."""
    bot: ExtBot[None] = ExtBot(
        api.token,
        base_url=api.base_url,
        base_file_url=api.file_url,
        request=AiohttpRequest(**timeouts),
        get_updates_request=AiohttpRequest(**timeouts),
    )
    async with bot:
        yield bot


def ptb_update(update: dict[str, Any] | None) -> Update:
    """PTB's object for an update that the server made."""
    assert update is not None
    return Update.de_json(update, None)
