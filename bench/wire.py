"""HTTP/1.1 with as little as a bench needs: bytes in, bytes out, callbacks instead of tasks.

A general client or server would cost the load process more than the bots under measure cost theirs.
"""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from urllib.parse import parse_qsl

import httptools

Answer = Callable[[int, bytes], None]
"""Called once per request sent: the HTTP status (0: the connection broke) and the body."""


class WebhookConnection(asyncio.Protocol):
    """One keep-alive connection to the bot's webhook; one request at a time."""

    def __init__(self, pool: "WebhookPool") -> None:
        self._pool = pool
        self._answer: Answer | None = None
        self._body = b""
        self._parser = httptools.HttpResponseParser(self)
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to write."""
        self.transport = transport  # type: ignore[assignment]

    def post(self, head: bytes, body: bytes, answer: Answer) -> None:
        """Send one update; `answer` is called when the bot's response is complete."""
        self._answer, self._body = answer, b""
        if self.transport is None or self.transport.is_closing():
            self._finish(0, b"")
            return
        self.transport.write(b"%b%d\r\n\r\n%b" % (head, len(body), body))

    def data_received(self, data: bytes) -> None:
        """Bytes of a response; nonsense ends the connection."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._close()

    def on_body(self, part: bytes) -> None:
        """A piece of the response's body (called by the parser)."""
        self._body += part

    def on_message_complete(self) -> None:
        """The response is whole (called by the parser)."""
        if not self._parser.should_keep_alive():
            self._close()
        self._finish(self._parser.get_status_code(), self._body)

    def connection_lost(self, exc: Exception | None) -> None:
        """The bot closed: an update under way has no answer."""
        self._pool.lost(self)
        self._finish(0, b"")

    def usable(self) -> bool:
        """Whether the next update may go this way."""
        return self.transport is not None and not self.transport.is_closing()

    def _close(self) -> None:
        if self.transport is not None:
            self.transport.close()

    def _finish(self, status: int, body: bytes) -> None:
        answer, self._answer = self._answer, None
        if answer is not None:
            answer(status, body)


class WebhookPool:
    """At most `limit` connections to the webhook (0: as many as needed), as Telegram's max_connections."""

    def __init__(self, host: str, port: int, limit: int) -> None:
        self._host, self._port, self.limit = host, port, limit
        self._free: list[WebhookConnection] = []
        self._open: set[WebhookConnection] = set()
        self._waiting: deque[Callable[[WebhookConnection], None]] = deque()
        self._opening: set[asyncio.Task[None]] = set()

    def acquire(self, then: Callable[[WebhookConnection], None]) -> None:
        """Call `then` with a connection, now or when one is free."""
        while self._free:
            connection = self._free.pop()
            if connection.usable():
                then(connection)
                return
        self._waiting.append(then)
        self._open_one()

    def release(self, connection: WebhookConnection) -> None:
        """Give the connection to who waits longest."""
        if not connection.usable():
            if self._waiting:
                self._open_one()
        elif self._waiting:
            self._waiting.popleft()(connection)
        else:
            self._free.append(connection)

    def lost(self, connection: WebhookConnection) -> None:
        """Forget a closed connection and replace it if somebody waits."""
        self._open.discard(connection)
        if self._waiting:
            self._open_one()

    def close(self) -> None:
        """Close everything; whoever waits is dropped."""
        self._waiting.clear()
        for task in self._opening:
            task.cancel()
        for connection in list(self._open):
            connection._close()

    def _open_one(self) -> None:
        if self.limit and len(self._open) + len(self._opening) >= self.limit:
            return
        task = asyncio.get_running_loop().create_task(self._connect())
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)

    async def _connect(self) -> None:
        """Open one connection; a bot that is down is asked again until it is up."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                _, connection = await loop.create_connection(
                    lambda: WebhookConnection(self), self._host, self._port
                )
                break
            except OSError:
                await asyncio.sleep(0.1)
        self._open.add(connection)
        self.release(connection)


Respond = Callable[[int, dict], None]
Serve = Callable[[str, dict, Respond], None]
"""Handles one Bot API call: the URL's path, its parameters, and where the answer goes."""


class ApiConnection(asyncio.Protocol):
    """One connection of the bot to the fake Bot API."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self._path, self._type, self._body = "", b"", b""
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to write."""
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        """Bytes of a request; nonsense ends the connection."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            if self._transport is not None:
                self._transport.close()

    def on_url(self, url: bytes) -> None:
        """The request's path and query (called by the parser)."""
        self._path, self._type, self._body = self._path + url.decode(), b"", b""

    def on_header(self, name: bytes, value: bytes) -> None:
        """Only the body's type matters (called by the parser)."""
        if name.lower() == b"content-type":
            self._type = value

    def on_body(self, part: bytes) -> None:
        """A piece of the body (called by the parser)."""
        self._body += part

    def on_message_complete(self) -> None:
        """The call is whole (called by the parser)."""
        path, self._path = self._path, ""
        path, _, query = path.partition("?")
        self._serve(path, parameters(self._type, self._body, query), self._respond)

    def _respond(self, status: int, answer: dict) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        body = json.dumps(answer).encode()
        head = b"HTTP/1.1 %d OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        self._transport.write(head % (status, len(body)) + body)


def parameters(content_type: bytes, body: bytes, query: str = "") -> dict:
    """A call's parameters from JSON or a form, as the Bot API takes them. Multipart is not understood."""
    if content_type.startswith(b"application/json"):
        return json.loads(body or b"{}")
    form = body.decode() if content_type.startswith(b"application/x-www-form") else ""
    found: dict = dict(parse_qsl(query) + parse_qsl(form, keep_blank_values=True))
    markup = found.get("reply_markup")
    if isinstance(markup, str):
        found["reply_markup"] = json.loads(markup)
    return found
