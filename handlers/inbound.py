"""What came in, the same for every channel: a text, a tap, a photo, a place, a file."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Kind = Literal["text", "tap", "photo", "location", "file", "contact", "voice", "other", "left"]


@dataclass(frozen=True)
class FileRef:
    """A file as its channel knows it; the bytes are fetched later by a worker.

    `remote_id` is what the channel's download call takes (Telegram: file_id; web: the stored sha256).
    `unique_id` stays the same across resends. `size` is in bytes, 0 where the channel does not tell.
    """

    remote_id: str
    unique_id: str
    kind: Literal["photo", "document"]
    size: int = 0
    name: str = ""
    mime: str = ""


@dataclass(frozen=True)
class Place:
    """A point: degrees, metres of accuracy (None: unknown), the datum and where it comes from."""

    lat: float
    lon: float
    accuracy: float | None = None
    datum: Literal["WGS-84", "GCJ-02"] = "WGS-84"
    source: Literal["live", "shared", "picked", "exif", "typed"] = "shared"


@dataclass(frozen=True)
class Inbound:
    """One event from a channel. `event_id` is the channel's own id of it and is recorded once.

    `address` is the chat it came from and where the answer goes; `sender` is who wrote in it (the
    same as `address` in a private chat). `data` is a button's callback value, never trusted.
    `tap_id` answers the tap at the channel. `album` groups photos sent together. `group` is the
    group's title, None in a private chat. `migrated_to` is a group's new address.
    """

    channel: str
    event_id: str
    address: str
    kind: Kind
    sender: str
    sent_at: datetime
    text: str = ""
    data: str = ""
    tap_id: str = ""
    files: tuple[FileRef, ...] = ()
    place: Place | None = None
    album: str = ""
    sender_name: str = ""
    group: str | None = None
    message_id: str = ""
    language: str = ""
    migrated_to: str = field(default="")
