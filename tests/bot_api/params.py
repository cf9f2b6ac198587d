"""A call's parameters, whichever way they came: query, JSON, form or multipart."""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from tests.bot_api.errors import Refused, bad_request

MAX_UPLOAD = 50 * 1024 * 1024


@dataclass
class Upload:
    """A file part of a multipart body."""

    name: str
    content: bytes
    mime: str


@dataclass
class Params:
    """The parameters of one call, and the files that came with them."""

    values: dict[str, Any]
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A string, as Telegram reads any JSON value where it wants one; empty if it is missing."""
        value = self.values.get(name)
        if value is None:
            return ""
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int = 0) -> int:
        """A number; what is none counts as the default, as with Telegram."""
        try:
            return int(self.text(name))
        except ValueError:
            return default

    def number(self, name: str) -> float | None:
        """A decimal number, None if it is missing or none."""
        try:
            return float(self.text(name))
        except ValueError:
            return None

    def flag(self, name: str) -> bool:
        """A boolean, in the spellings that Telegram takes."""
        return self.text(name).lower() in ("true", "yes", "1")

    def parsed(self, name: str, what: str) -> Any:
        """A JSON value, be it inside a JSON body or a string of a form; None if it is missing."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {what} JSON object") from None


async def read_params(request: web.Request) -> Params:
    """Everything a request carries; 413 if the body is larger than Telegram takes."""
    params = Params(dict(request.query))
    try:
        if request.content_type == "application/json":
            params.values.update(_json_object(await request.read()))
        elif request.content_type.startswith("multipart/"):
            await _read_parts(request, params)
        else:
            params.values.update(await request.post())
    except web.HTTPRequestEntityTooLarge:
        raise Refused(413, "Request Entity Too Large") from None
    return params


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(value, dict):
        raise bad_request("can't parse JSON object")
    return value


async def _read_parts(request: web.Request, params: Params) -> None:
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        assert part.name is not None
        content = bytes(await part.read())
        if len(content) > MAX_UPLOAD:
            raise Refused(413, "Request Entity Too Large")
        if part.filename is None:
            params.values[part.name] = content.decode()
        else:
            mime = part.headers.get("Content-Type", "application/octet-stream")
            params.uploads[part.name] = Upload(part.filename, content, mime)
