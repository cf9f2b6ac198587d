"""The running service: what nobody foresaw pauses the polling and does not end it."""

import asyncio
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.db import Database
from bot.house import House
from bot.storage import Storage
from bot.telegram.service import TelegramService
from tests.bot_api import BotApi
from tests.bot_api.waiting import until
from tests.chat import UNCHECKED
from tests.county import County
from tests.telegram_chat import TelegramWire, config_for, telegram_town


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


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_several_processes_take_updates_at_one_address(
    db: Database, county: County, tmp_path: Path
) -> None:
    """Each with a house of its own; when one stops the other has all."""
    async with BotApi() as api:
        config = config_for(api, "webhook")
        storage = Storage(str(tmp_path))
        houses = [House(db=db, storage=storage, county=county.county, policy=UNCHECKED) for _ in range(2)]
        one, other = (TelegramService(house, config) for house in houses)
        try:
            await one.start()
            await other.start()
            await api.user(1, "陌生人").says("你好")
            await one.stop()
            await api.user(2, "另一个人").says("你好")
            await until(lambda: not api.updates.pending)
        finally:
            await other.stop()
            for house, service in zip(houses, (one, other), strict=True):
                await house.delivery.settle()
                await service.close()
        assert all("邀请码" in api.user(who, "").messages[-1].text for who in (1, 2))
