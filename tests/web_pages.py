"""The pages of a house over real HTTP, and browsers without a screen: each with its own cookies."""

import contextlib
import io
import itertools
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from bot.clock import FixedClock
from bot.db import Database
from bot.house import House
from bot.storage import Storage
from bot.web.chats import Chats
from bot.web.pages import build_app
from bot.web.server import serving, web_channel
from models.policy import Policy
from models.webchat import WebMessage, web_messages
from tests.county import NOW, County

SECRET = "a secret for the cookies"
_ADDRESS = re.compile(r'"address":"([0-9a-f]{32})"')


@dataclass
class Browser:
    """One browser at the pages."""

    http: aiohttp.ClientSession
    language: str = "zh-CN,zh;q=0.9"
    _ids: Any = field(default_factory=lambda: itertools.count(1))

    async def page(self, path: str = "/chat") -> str:
        """A page's source, as it comes."""
        async with self.http.get(path, headers={"Accept-Language": self.language}) as response:
            response.raise_for_status()
            return await response.text()

    async def address(self) -> str:
        """Open the chat; the address that the page writes to."""
        found = _ADDRESS.search(await self.page())
        assert found is not None
        return found[1]

    async def send(self, address: str, **sent: Any) -> tuple[int, Any]:
        """One text, tap or place; the status and what came back."""
        body = {"id": f"event-{next(self._ids)}", **sent}
        headers = {"Accept-Language": self.language}
        async with self.http.post(f"/chat/{address}/send", json=body, headers=headers) as response:
            return response.status, await response.json()

    async def upload(self, address: str, data: bytes, **query: str) -> int:
        """One file; the status."""
        query = {"id": f"event-{next(self._ids)}", "kind": "photo", **query}
        async with self.http.post(f"/chat/{address}/files", params=query, data=io.BytesIO(data)) as response:
            return response.status

    async def get(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        """A path's status, bytes and headers."""
        async with self.http.get(path, allow_redirects=False) as response:
            return response.status, await response.read(), dict(response.headers)


@dataclass
class Pages:
    """A house with its pages open."""

    house: House
    base: str

    @contextlib.asynccontextmanager
    async def browser(self, language: str = "zh-CN,zh;q=0.9") -> AsyncIterator[Browser]:
        """A browser that was never here."""
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(self.base, cookie_jar=jar) as http:
            yield Browser(http, language)

    async def transcript(self, address: str) -> list[WebMessage]:
        """What the chat shows, once everything that is on its way has arrived."""
        await self.house.deliver_all()
        county = self.house.county
        return await self.house.db.read(
            lambda session: web_messages(session, county=county, address=address, limit=10_000)
        )

    async def texts(self, address: str) -> list[str]:
        """The words of the bot's messages."""
        return [row.body["text"] for row in await self.transcript(address) if not row.mine]


@contextlib.asynccontextmanager
async def open_pages(
    db: Database,
    county: County,
    folder: Path,
    *,
    personas: frozenset[str] = frozenset(),
    policy: Policy | None = None,
) -> AsyncIterator[Pages]:
    """Serve a house's pages on a free port."""
    storage = Storage(str(folder / "files"))
    clock = FixedClock(NOW)
    house = House(db=db, storage=storage, county=county.county, policy=policy or Policy(), clock=clock)
    web = web_channel(house)
    house.add(web)
    app = build_app(Chats(house, web, personas), secret=SECRET)
    async with serving(app, "127.0.0.1", 0) as port:
        yield Pages(house, f"http://127.0.0.1:{port}")
        await house.delivery.settle()
