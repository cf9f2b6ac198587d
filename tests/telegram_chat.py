"""The chat harness over Telegram: the strict loopback Bot API, PTB, polling or webhook."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

from sqlmodel import Session

from bot.clock import FixedClock
from bot.db import Database
from bot.house import House
from bot.storage import Storage
from bot.telegram.service import TelegramConfig, TelegramService
from models.people import Account
from models.policy import Policy
from tests.bot_api import BotApi
from tests.bot_api.people import User as ApiUser
from tests.chat import PARTS, UNCHECKED, Seen, Town, web_town
from tests.county import NOW, County

SECRET = "a-secret-of-the-test"
IDS = {part: 1000 + place for place, part in enumerate(PARTS)}


class TelegramWire:
    """Users of the loopback Bot API."""

    def __init__(self, api: BotApi, house: House) -> None:
        self.api, self.house = api, house
        self._albums: dict[str, str] = {}

    def user(self, who: str) -> ApiUser:
        """This part's Telegram user."""
        return self.api.user(IDS[who], who, language="zh-hans")

    async def text(self, who: str, said: str) -> None:
        await self.user(who).says(said)
        await self._taken()

    async def tap(self, who: str, message: Seen, data: str) -> None:
        user = self.user(who)
        under = user.chat.find(int(message.id))
        assert under is not None
        if data.startswith("keyboard:"):
            await user.says(data.removeprefix("keyboard:"))
        else:
            await user.taps_data(data, under)
        await self._taken()

    async def photo(self, who: str, data: bytes, caption: str, album: str) -> None:
        await self.user(who).sends_photo(data, caption)
        await self._taken()

    async def place(self, who: str, lat: float, lon: float) -> None:
        await self.user(who).shares_location(lat, lon)
        await self._taken()

    async def document(self, who: str, name: str, data: bytes) -> None:
        await self.user(who).sends_document(name, data, "application/octet-stream")
        await self._taken()

    async def _taken(self) -> None:
        """Wait until the bot has confirmed everything (polling does so with its next call)."""
        async with asyncio.timeout(10):
            while self.api.updates.pending:  # noqa: ASYNC110 - the loopback API tells nobody
                await asyncio.sleep(0.005)

    def transcript(self, who: str) -> list[Seen]:
        shown = []
        for message in self.user(who).messages:
            if not message.method:
                continue
            inline = tuple((button.label, button.data) for row in message.buttons for button in row)
            keyboard = tuple(
                (button["text"], f"keyboard:{button['text']}")
                for row in message.markup.keyboard or ()
                for button in row
                if not button.get("request_location")
            )
            document = (message.file.name, message.file.content) if message.file else None
            shown.append(
                Seen(str(message.id), message.text, inline + keyboard, len(message.photos), document)
            )
        return shown


def config_for(api: BotApi, mode: str) -> TelegramConfig:
    """A bot of this API, in this mode."""
    port = free_port()
    return TelegramConfig(
        token=api.token,
        mode=mode,
        base_url=api.base_url,
        base_file_url=api.file_url,
        secret=SECRET,
        listen=f"127.0.0.1:{port}",
        webhook_url=f"http://127.0.0.1:{port}/telegram",
    )


@contextlib.asynccontextmanager
async def telegram_town(
    db: Database, county: County, folder: Path, *, mode: str, policy: Policy | None = None
) -> AsyncIterator[Town]:
    """A house with a real PTB bot talking to the loopback Bot API, at NOW; everyone joined and has written to it."""
    clock = FixedClock(NOW)
    house = House(
        db=db,
        storage=Storage(str(folder / "files")),
        county=county.county,
        policy=policy or UNCHECKED,
        clock=clock,
    )
    async with BotApi() as api:
        service = TelegramService(house, config_for(api, mode))
        await service.start()
        _without_brakes(house)
        wire = TelegramWire(api, house)
        try:
            db.run_now(lambda session: join_telegram(session, county, *PARTS))
            for who in PARTS:
                wire.user(who).chat.started = True
            yield Town(house, county, wire, clock)
        finally:
            await service.stop()
            await house.delivery.settle()
            await service.close()


@contextlib.asynccontextmanager
async def town_on(
    channel: str, db: Database, county: County, folder: Path, policy: Policy | None = None
) -> AsyncIterator[Town]:
    """The house and its people on this channel."""
    if channel == "web":
        yield web_town(db, county, folder, policy)
        return
    mode = channel.removeprefix("telegram-")
    async with telegram_town(db, county, folder, mode=mode, policy=policy) as made:
        yield made


def _without_brakes(house: House) -> None:
    """The clock stands still between two messages, so no pace would ever let more of them leave."""
    channel = house.channels["telegram"]
    channel.capabilities = replace(channel.capabilities, paces=None)


def join_telegram(session: Session, county: County, *names: str) -> None:
    """Give these people of the sample a Telegram account."""
    for name in names:
        session.add(
            Account(
                county=county.county,
                channel="telegram",
                address=str(IDS[name]),
                person_id=getattr(county, name).id,
                joined_at=NOW,
                seen_at=NOW,
            )
        )


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
