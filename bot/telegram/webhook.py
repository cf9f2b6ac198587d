"""The address that Telegram posts updates to: it answers only when an update is processed."""

import hmac
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiohttp import web

log = structlog.get_logger()

Process = Callable[[dict[str, Any]], Awaitable[dict[str, Any] | None]]

MAX_BODY = 1024 * 1024
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


def make_app(*, secret: str, path: str, process: Process) -> web.Application:
    """The webhook at POST `path` and a sign of life at GET /healthz.

    200 goes out only after `process` has returned (its return value, if any, is a method call that
    Telegram executes); 500 if it raised, and then Telegram sends the update again.
    """
    if not _SECRET.fullmatch(secret):
        raise ValueError("the webhook's secret must be 1 to 256 characters of A-Z, a-z, 0-9, _ and -")
    expected = secret.encode()

    async def receive(request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "").encode(errors="surrogateescape")
        if not hmac.compare_digest(given, expected):
            return web.Response(status=403)
        update = _json_object(await request.read())
        return web.Response(status=400) if update is None else await _answer(process, update)

    app = web.Application(client_max_size=MAX_BODY)
    app.router.add_post(path, receive)
    app.router.add_get("/healthz", _healthz)
    return app


async def _answer(process: Process, update: dict[str, Any]) -> web.Response:
    """The edge: whatever `process` raises becomes a 500 and a log entry."""
    try:
        call = await process(update)
    except Exception:
        log.exception("update_failed", update_id=update.get("update_id"))
        return web.Response(status=500)
    if call is None:
        return web.Response()
    body = json.dumps(call, ensure_ascii=False, separators=(",", ":")).encode()
    return web.Response(body=body, content_type="application/json")


def _json_object(body: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


async def _healthz(request: web.Request) -> web.Response:
    return web.Response(text="ok")
