"""What the pages fetch beside NiceGUI's own: sending, photos, health. Plain HTTP, so that it can be tried again."""

import asyncio
import io
import secrets
from typing import Literal
from urllib.parse import quote

import structlog
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from PIL import Image, ImageOps
from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from sqlalchemy import text as sql
from sqlalchemy.exc import SQLAlchemyError

from bot.storage import NotAnImage, inspect_image
from bot.web.chats import Chats, EventId, Sent
from handlers.inbound import FileRef

MOST = 20 * 1024 * 1024  # bytes of one file
THUMBNAIL = 480  # pixels of its longer side
SESSION_CHAT = "chat"  # in the signed cookie: the address of this browser's chat

log = structlog.get_logger()


def new_address() -> str:
    """The address of a new chat: 128 random bits."""
    return secrets.token_hex(16)


class Routes:
    """The plain routes of one house's web chats."""

    def __init__(self, chats: Chats, home: str) -> None:
        self.chats, self.home = chats, home
        self.house = chats.house

    def add_to(self, app: FastAPI) -> None:
        """Serve them."""
        app.add_api_route("/", self.index, methods=["GET", "HEAD"], include_in_schema=False)
        app.add_api_route("/healthz", self.health, methods=["GET"])
        app.add_api_route("/metrics", self.metrics, methods=["GET"])
        app.add_api_route("/files/{sha256}", self.file, methods=["GET"])
        app.add_api_route("/chat/{address}/send", self.send, methods=["POST"])
        app.add_api_route("/chat/{address}/files", self.upload, methods=["POST"])
        app.add_api_route("/chat/{address}/messages/{message}/file", self.document, methods=["GET"])

    async def index(self) -> RedirectResponse:
        return RedirectResponse(self.home)

    async def health(self) -> Response:
        """Ready, or not: whether the database answers."""
        try:
            await self.house.db.read(lambda session: session.execute(sql("SELECT 1")).scalar())
        except SQLAlchemyError as error:
            log.warning("not healthy", error=str(error)[:200])
            return JSONResponse({"status": "database"}, 503)
        channels = sorted(self.house.channels)
        return JSONResponse({"status": "ok", "county": self.house.county, "channels": channels})

    async def metrics(self) -> Response:
        """Counters for Prometheus."""
        registry = CollectorRegistry()
        handled = Counter("zhishou_events", "Events taken since the start", ["channel"], registry=registry)
        for channel, count in self.house.handled.items():
            handled.labels(channel).inc(count)
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    def _check(self, request: Request, address: str) -> None:
        """A browser writes in its own chat only, and in the personas' of a demo."""
        if address not in self.chats.personas and request.session.get(SESSION_CHAT) != address:
            raise HTTPException(403)

    async def send(self, request: Request, address: str, sent: Sent) -> dict[str, str]:
        """One text, tap or place; the answer comes after it is stored."""
        self._check(request, address)
        return {"toast": await self.chats.take(address, sent, language=language_of(request))}

    async def upload(
        self,
        request: Request,
        address: str,
        id: EventId,
        kind: Literal["photo", "file"] = "photo",
        album: str = "",
        name: str = "",
    ) -> dict[str, str]:
        """One file, as the body. 413: too big; 415: not a photo."""
        self._check(request, address)
        language = language_of(request)
        data = await _body(request, MOST)
        if (await self.chats.who(address)).person_id is None:
            await self.chats.refuse_file(address, id, kind, language)
            return {"toast": ""}
        try:
            mime = (await asyncio.to_thread(inspect_image, data))[0] if kind == "photo" else ""
        except NotAnImage:
            raise HTTPException(415) from None
        sha256 = await asyncio.to_thread(self.house.storage.put, data)
        stored: Literal["photo", "document"] = "photo" if kind == "photo" else "document"
        file = FileRef(sha256, sha256, stored, size=len(data), name=name[:200], mime=mime)
        await self.chats.take_file(address, id, file, album=album[:64], language=language)
        return {"toast": ""}

    async def file(self, request: Request, sha256: str, size: Literal["full", "small"] = "full") -> Response:
        """A photo, for people who have joined; nothing else that lies in storage."""
        if not await self._may_see(request):
            raise HTTPException(403)
        try:
            data = await asyncio.to_thread(self.house.storage.get, sha256)
            mime = (await asyncio.to_thread(inspect_image, data))[0]
            if size == "small":
                data, mime = await asyncio.to_thread(shown_photo, data), "image/jpeg"
        except (OSError, NotAnImage):  # not there, no picture, or only half of one
            raise HTTPException(404) from None
        headers = {
            "Cache-Control": "private, max-age=31536000, immutable",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        return Response(data, media_type=mime, headers=headers)

    async def document(self, request: Request, address: str, message: int) -> Response:
        """The document of a message, for the chat that has the message; always as a download."""
        self._check(request, address)
        found = await self.chats.file_of(address, message)
        if found is None:
            raise HTTPException(404)
        name, sha256 = found
        data = await asyncio.to_thread(self.house.storage.get, sha256)
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
            "Cache-Control": "private",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        return Response(data, media_type="application/octet-stream", headers=headers)

    async def _may_see(self, request: Request) -> bool:
        if self.chats.personas:
            return True
        address: str | None = request.session.get(SESSION_CHAT)
        return address is not None and (await self.chats.who(address)).person_id is not None


def language_of(request: Request) -> str:
    """The language that the browser would rather have."""
    return request.headers.get("accept-language", "").split(",")[0].strip()


async def _body(request: Request, most: int) -> bytes:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise HTTPException(413)
        parts.append(part)
    return b"".join(parts)


def shown_photo(data: bytes, longest: int = THUMBNAIL) -> bytes:
    """A photo drawn anew at most so many pixels wide and high: a JPEG with nothing in it but the picture."""
    with Image.open(io.BytesIO(data)) as image:
        image.draft("RGB", (longest * 2, longest * 2))
        upright = ImageOps.exif_transpose(image).convert("RGB")
        upright.thumbnail((longest, longest))
        out = io.BytesIO()
        upright.save(out, "JPEG", quality=80)
    return out.getvalue()
