"""The running service: what nobody foresaw pauses the polling and does not end it."""

import asyncio
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.db import Database
from tests.bot_api.waiting import until
from tests.county import County
from tests.telegram_chat import TelegramWire, telegram_town


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_an_update_that_cannot_be_read_does_not_end_the_polling(
    db: Database, county: County, tmp_path: Path
) -> None:
    async with telegram_town(db, county, tmp_path, mode="polling") as town:
        assert isinstance(town.wire, TelegramWire)
        updates = town.wire.api.updates
        with capture_logs() as logs:
            await updates.deliver({"update_id": 900_000, "message": {"date": "yesterday"}}, 1)
            await until(lambda: any("broke off" in entry["event"] for entry in logs))
        updates.pending.clear()  # Telegram forgets it after a day
        async with asyncio.timeout(20):
            await town.wire.user("grid_worker").says("帮助")
            await until(lambda: not updates.pending)
        await town.settle()
        town["grid_worker"].reads("上报隐患")
