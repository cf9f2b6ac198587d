"""Photos and documents: known by their channel first, then fetched into content-addressed storage."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, bindparam
from sqlalchemy import text as sql
from sqlmodel import Session, col, insert, select, update

from models.base import CountyRow, Id, new_id, utc_field, write_later
from models.prepared import execute_many

MAX_TRIES = 8


class File(CountyRow, table=True):
    """A file. `sha256` and `size` (bytes) are known once `state` is stored; EXIF is kept as found."""

    __table_args__ = (
        Index("ix_file_due", "county", "state", "due_at"),
        Index(
            "ix_file_sha256",
            "county",
            "sha256",
            sqlite_where=sql("sha256 IS NOT NULL"),
            postgresql_where=sql("sha256 IS NOT NULL"),
        ),
    )

    channel: str
    remote_id: str
    unique_id: str = ""
    kind: str = "photo"
    name: str = ""
    state: str = "pending"  # pending, stored, failed
    reason: str = ""
    attempts: int = 0
    due_at: datetime = utc_field()
    size: int = 0
    sha256: str | None = None
    mime: str = ""
    exif_at: str = ""
    exif_lat: float | None = None
    exif_lon: float | None = None
    created_at: datetime = utc_field()


class Attachment(CountyRow, table=True):
    """A file in its place: of which thing, and as what (before, after, comment, checkin)."""

    # With the id: SQLite without statistics would rather walk the whole key than sort a handful.
    __table_args__ = (Index("ix_attachment_subject", "county", "subject", "subject_id", "kind", "id"),)

    subject: str
    subject_id: Id
    kind: str
    file_id: Id
    created_at: datetime = utc_field()


_ADD = insert(File.__table__)  # type: ignore[attr-defined]


def add_file(
    session: Session,
    *,
    county: str,
    channel: str,
    remote_id: str,
    unique_id: str,
    kind: str,
    name: str,
    size: int,
    mime: str,
    now: datetime,
) -> int:
    """Record a file that a channel holds, to be fetched (at the transaction's end); its id.

    `size` is in bytes, 0 if unknown.
    """
    row: dict[str, Any] = {
        "county": county,
        "id": new_id(),
        "channel": channel,
        "remote_id": remote_id,
        "unique_id": unique_id,
        "kind": kind,
        "name": name,
        "state": "pending",
        "reason": "",
        "attempts": 0,
        "due_at": now,
        "size": size,
        "mime": mime,
        "exif_at": "",
        "created_at": now,
    }
    write_later(session, _ADD, row)
    return int(row["id"])


_ATTACH = insert(Attachment.__table__)  # type: ignore[attr-defined]


def attach(
    session: Session,
    *,
    county: str,
    subject: str,
    subject_id: int,
    kind: str,
    file_ids: list[int],
    now: datetime,
) -> None:
    """Put files to a thing."""
    row = {"county": county, "subject": subject, "subject_id": subject_id, "kind": kind, "created_at": now}
    rows = [row | {"id": new_id(), "file_id": file_id} for file_id in file_ids]
    if rows:
        execute_many(session.connection(), _ATTACH, rows)


_ATTACHED = (
    select(Attachment.file_id)
    .where(
        Attachment.county == bindparam("county"),
        Attachment.subject == bindparam("subject"),
        Attachment.subject_id == bindparam("id"),
        Attachment.kind == bindparam("kind"),
    )
    .order_by(col(Attachment.id))
)


def attached(session: Session, *, county: str, subject: str, subject_id: int, kind: str) -> list[int]:
    """The ids of a thing's files of one kind, in the order they came."""
    key = {"county": county, "subject": subject, "id": subject_id, "kind": kind}
    return list(session.connection().execute(_ATTACHED, key).scalars())


def add_stored_file(
    session: Session,
    *,
    county: str,
    channel: str,
    sha256: str,
    size: int,
    mime: str,
    now: datetime,
    exif_at: str = "",
    exif_place: tuple[float, float] | None = None,
) -> int:
    """Record a photo that lies in storage already; its id."""
    file = File(
        county=county,
        channel=channel,
        remote_id=sha256,
        unique_id=sha256,
        state="stored",
        due_at=now,
        size=size,
        sha256=sha256,
        mime=mime,
        exif_at=exif_at,
        exif_lat=exif_place[0] if exif_place else None,
        exif_lon=exif_place[1] if exif_place else None,
        created_at=now,
    )
    session.add(file)
    session.flush()
    return file.id


def all_attached(session: Session, *, county: str, subject: str, subject_id: int) -> list[tuple[str, int]]:
    """All of a thing's files, as (kind, file id), by kind and in the order they came."""
    rows = session.exec(
        select(Attachment.kind, Attachment.file_id)
        .where(
            Attachment.county == county, Attachment.subject == subject, Attachment.subject_id == subject_id
        )
        .order_by(Attachment.kind, col(Attachment.id))
    )
    return [(kind, file_id) for kind, file_id in rows]


def due_files(session: Session, *, county: str, now: datetime, limit: int = 20) -> list[File]:
    """Files still to be fetched."""
    return list(
        session.exec(
            select(File)
            .where(File.county == county, File.state == "pending", col(File.due_at) <= now)
            .order_by(col(File.due_at))
            .limit(limit)
        )
    )


def file_failed(
    session: Session, *, county: str, file_id: int, reason: str, final: bool, now: datetime
) -> None:
    """Note a failed fetch: tried again after 1, 2, 4 … minutes, given up after MAX_TRIES or when final."""
    file = session.get(File, (county, file_id))
    if file is None or file.state != "pending":
        return
    file.attempts += 1
    file.reason = reason
    file.due_at = now + timedelta(minutes=2 ** (file.attempts - 1))
    if final or file.attempts >= MAX_TRIES:
        file.state = "failed"
    session.add(file)


def file_stored(
    session: Session,
    *,
    county: str,
    file_id: int,
    sha256: str,
    size: int,
    mime: str,
    exif_at: str = "",
    exif_place: tuple[float, float] | None = None,
) -> None:
    """Note that a file lies in storage under its hash, and what its EXIF says of time and place."""
    session.execute(
        update(File)
        .where(col(File.county) == county, col(File.id) == file_id)
        .values(
            state="stored",
            sha256=sha256,
            size=size,
            mime=mime,
            exif_at=exif_at,
            exif_lat=exif_place[0] if exif_place else None,
            exif_lon=exif_place[1] if exif_place else None,
        )
    )
