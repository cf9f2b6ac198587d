"""The worker that fetches what people sent from their channel into storage."""

import asyncio
from collections.abc import Mapping
from datetime import datetime

import structlog

from bot.channel import Channel, PermanentError, SendError
from bot.clock import Clock
from bot.db import Database
from bot.storage import NotAnImage, Storage, inspect_image
from models.files import File, due_files, file_failed, file_stored

log = structlog.get_logger()


async def fetch_due(
    *, db: Database, channels: Mapping[str, Channel], storage: Storage, clock: Clock, county: str
) -> int:
    """Fetch files that are due, a few at a time; how many were tried."""
    now = clock.now()
    due = await db.read(lambda session: due_files(session, county=county, now=now))
    await asyncio.gather(*(_fetch(file, db, channels, storage, now) for file in due))
    return len(due)


async def _fetch(
    file: File, db: Database, channels: Mapping[str, Channel], storage: Storage, now: datetime
) -> None:
    channel = channels.get(file.channel)
    if channel is None:
        return
    try:
        data = await channel.fetch(file.remote_id)
        mime, exif_at, place = (
            await asyncio.to_thread(inspect_image, data) if file.kind == "photo" else ("", "", None)
        )
        sha256 = await asyncio.to_thread(storage.put, data)
    except (SendError, NotAnImage, OSError) as error:
        final = isinstance(error, (PermanentError, NotAnImage))
        reason = str(error)[:200]
        log.warning("file not fetched", file=file.id, reason=reason, final=final)
        await db.run(
            lambda session: file_failed(
                session, county=file.county, file_id=file.id, reason=reason, final=final, now=now
            )
        )
        return
    await db.run(
        lambda session: file_stored(
            session,
            county=file.county,
            file_id=file.id,
            sha256=sha256,
            size=len(data),
            mime=mime,
            exif_at=exif_at,
            exif_place=place,
        )
    )
