"""Calls to the server without any library between."""

import json
from typing import Any

import aiohttp

from tests.bot_api.server import BotApi


class Raw:
    """`await raw("sendMessage", chat_id=1, text="x")`, by JSON."""

    def __init__(self, api: BotApi, session: aiohttp.ClientSession) -> None:
        self._api, self._session = api, session

    async def __call__(self, method: str, **params: Any) -> tuple[int, Any]:
        """The status, and the result or the description."""
        return await self.send(f"{self._api.base_url}{self._api.token}/{method}", json=params)

    async def send(self, url: str, **body: Any) -> tuple[int, Any]:
        """The same for a whole URL and any body."""
        async with self._session.post(url, **body) as response:
            answer = json.loads(await response.read())
        assert answer["ok"] == (response.status == 200)
        return response.status, answer["result"] if answer["ok"] else answer["description"]


def inline(**button: str) -> dict[str, Any]:
    """An inline keyboard of one button."""
    return {"inline_keyboard": [[{"text": "收到", **button}]]}
