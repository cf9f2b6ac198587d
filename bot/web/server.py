"""Serving the pages: uvicorn inside the program's own loop."""

import asyncio
import contextlib
import secrets
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from fastapi import FastAPI

from bot.house import House
from bot.web.channel import WebChannel
from bot.web.chats import Chats
from bot.web.pages import build_app

GOODBYE = 3  # seconds that open requests have when the program ends


def web_channel(house: House) -> WebChannel:
    """The web chat of a house."""
    storage = house.storage
    return WebChannel(
        db=house.db,
        county=house.county,
        fetch_file=storage.get,
        keep_file=storage.put,
        clock=house.clock,
    )


@contextlib.asynccontextmanager
async def web_server(
    house: House, channel: WebChannel, *, listen: str, secret: str, tiles: str = ""
) -> AsyncIterator[None]:
    """Serve a house's pages on HOST:PORT. Without a secret there is a new one: all browsers join again."""
    app = build_app(Chats(house, channel, tiles=tiles), secret=secret or secrets.token_hex(32))
    host, _, port = listen.rpartition(":")
    async with serving(app, host.strip("[]"), int(port)):
        yield


@contextlib.asynccontextmanager
async def serving(app: FastAPI, host: str, port: int) -> AsyncIterator[int]:
    """Serve an application until the end; gives the port (0: any free one). OSError if it cannot be had."""
    with bound(host, port) as sock:
        server = _Server(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=GOODBYE,
            )
        )
        task = asyncio.create_task(server.serve(sockets=[sock]))
        waiting = asyncio.create_task(server.ready.wait())
        try:
            await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                task.result()
                raise RuntimeError("the web server did not start")
            yield int(sock.getsockname()[1])
        finally:
            waiting.cancel()
            server.should_exit = True
            await asyncio.gather(task, waiting, return_exceptions=True)


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=2048)


class _Server(uvicorn.Server):
    """Signals are the program's business, not the server's; `ready` is set once it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
