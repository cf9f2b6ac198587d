"""The worker that fetches what people sent from their channel into storage, and reads the tables among it."""

import asyncio
import secrets
from collections.abc import Mapping
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy.exc import DBAPIError

from bot.channel import Channel, PermanentError, SendError
from bot.clock import Clock
from bot.db import Database
from bot.storage import NotAnImage, Storage, inspect_image
from models.base import UserError
from models.calendar_file import DayTable, is_day_table, read_days
from models.files import File, due_files, file_failed, file_stored
from models.policy import Policy
from models.roster_file import Sheet, read_sheets
from models.uploads import read_upload, uploads_to_read

log = structlog.get_logger()


async def fetch_due(
    *,
    db: Database,
    channels: Mapping[str, Channel],
    storage: Storage,
    clock: Clock,
    county: str,
    policy: Policy,
) -> int:
    """Fetch files that are due and read the tables among them, a few at a time; how many were tried."""
    now = clock.now()
    due = await db.read(lambda session: due_files(session, county=county, now=now))
    await asyncio.gather(*(_fetch(file, db, channels, storage, now) for file in due))
    return len(due) + await _read_uploads(db, storage, county, now, policy)


async def _read_uploads(db: Database, storage: Storage, county: str, now: datetime, policy: Policy) -> int:
    """Answer those whose roster has arrived; how many. A storage that fails just now is tried again later."""
    waiting = await db.read(lambda session: uploads_to_read(session, county=county))
    done = 0
    for upload_id, sha256, name in waiting:
        read = partial(read_upload, county=county, upload_id=upload_id, now=now, policy=policy)
        try:
            found = await asyncio.to_thread(_contents, storage, sha256, name)
            await db.run(partial(read, sheets=found))
        except (OSError, DBAPIError) as error:
            log.warning("roster not read", upload=upload_id, reason=str(error)[:200])
            continue
        except Exception:  # a fault of ours: the sender is told, the others go on
            error_id = secrets.token_hex(3)
            log.exception("a roster could not be read", error_id=error_id, upload=upload_id)
            await db.run(partial(read, sheets=UserError("internal-error", id=error_id)))
        done += 1
    return done


def _contents(storage: Storage, sha256: str | None, name: str) -> list[Sheet] | DayTable | UserError:
    """The cells of a stored file, or the days off it means, read outside any transaction; or why not."""
    if sha256 is None:
        return UserError("upload-not-fetched")
    try:
        data = storage.get(sha256)
        return DayTable(tuple(read_days(data))) if is_day_table(data, name) else read_sheets(data)
    except FileNotFoundError:
        return UserError("upload-not-fetched")
    except UserError as error:
        return error


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
