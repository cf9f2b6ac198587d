"""The photos of a message, got ready for its channel: pairs put side by side, and what the channel does not know."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlmodel import Session

from bot.channel import Channel, Photo, SendError
from bot.photo_pairs import side_by_side
from bot.storage import NotAnImage
from models.files import File
from models.text import text

log = structlog.get_logger()

PATIENCE = 10  # seconds that a photo is waited for which is not in storage yet


@dataclass(frozen=True)
class Kept:
    """Where a photo is to be had: in storage, once it was fetched, and at the channel that it came by."""

    sha256: str | None
    channel: str
    remote_id: str
    failed: bool = False


def photo_ids(body: Mapping[str, Any]) -> list[int]:
    """The file ids of all photos of a message, those in pairs first."""
    return [*(photo for pair in body.get("pairs", []) for photo in pair), *body.get("photos", [])]


def kept_photos(session: Session, county: str, ids: Sequence[int]) -> dict[int, Kept]:
    """Where these photos are to be had."""
    files = [session.get(File, (county, file_id)) for file_id in dict.fromkeys(ids)]
    return {
        file.id: Kept(file.sha256, file.channel, file.remote_id, file.state == "failed")
        for file in files
        if file is not None
    }


@dataclass(frozen=True)
class Shown:
    """The photos as the channel takes them, and whether every pair of them is one picture."""

    photos: list[Photo]
    side_by_side: bool = True

    def words(self, body: dict[str, Any]) -> dict[str, Any]:
        """The message with words that fit what is shown."""
        if self.side_by_side:
            return body
        whole, loose = text("photos-side-by-side"), text("photos-in-order")
        return body | {"lines": [loose if line == whole else line for line in body["lines"]]}


class Pictures:
    """Makes a message's photos ready. `read_file` gives the bytes under a hash; it may block."""

    def __init__(
        self, channels: Mapping[str, Channel], read_file: Callable[[str], bytes] | None = None
    ) -> None:
        self._channels, self._read_file = channels, read_file

    async def ready(self, body: Mapping[str, Any], kept: Mapping[int, Kept], channel: str) -> Shown:
        """The photos as the channel takes them. A pair of which one cannot be had is shown as what is there."""
        pairs = [tuple(pair) for pair in body.get("pairs", [])]
        composed = await asyncio.gather(
            *(self._pair(kept.get(before), kept.get(after)) for before, after in pairs)
        )
        whole = [Photo(None, data=picture) for picture in composed if picture is not None]
        loose = [
            photo for pair, picture in zip(pairs, composed, strict=True) if picture is None for photo in pair
        ]
        ids = dict.fromkeys([*loose, *body.get("photos", [])])
        found = await asyncio.gather(*(self._single(kept.get(file_id), channel) for file_id in ids))
        return Shown([*whole, *(photo for photo in found if photo is not None)], not loose)

    async def _pair(self, before: Kept | None, after: Kept | None) -> bytes | None:
        left, right = await asyncio.gather(self._bytes(before), self._bytes(after))
        if left is None or right is None:
            return None
        try:
            return await asyncio.to_thread(side_by_side, left, right)
        except NotAnImage as error:
            log.warning("photos not put side by side", reason=str(error))
            return None

    async def _single(self, kept: Kept | None, channel: str) -> Photo | None:
        if kept is None:
            return None
        if kept.sha256 or kept.channel == channel:
            return Photo(kept.sha256, kept.remote_id if kept.channel == channel else None)
        data = await self._bytes(kept)  # of another channel, and not fetched from there yet
        return None if data is None else Photo(None, data=data)

    async def _bytes(self, kept: Kept | None) -> bytes | None:
        """The photo itself, from storage or straight from its channel; None where it cannot be had."""
        if kept is None or self._read_file is None:
            return None
        if kept.sha256 is not None:
            return await _tried(asyncio.to_thread(self._read_file, kept.sha256))
        origin = self._channels.get(kept.channel)
        return None if origin is None or kept.failed else await _tried(origin.fetch(kept.remote_id))


async def _tried(getting: Awaitable[bytes]) -> bytes | None:
    try:
        return await asyncio.wait_for(getting, PATIENCE)
    except (SendError, OSError, TimeoutError) as error:
        log.warning("a photo is not to be had", reason=str(error)[:200])
        return None
