"""A harness in which a test reads like a chat, the same on every channel.

await worker.says("上报"); worker.sees("哪个镇"); await worker.taps("彭店镇")
"""

import io
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from PIL import Image
from sqlmodel import Session

from bot.clock import FixedClock
from bot.db import Database
from bot.house import House
from bot.storage import Storage
from bot.web.channel import WebChannel
from handlers.inbound import FileRef, Inbound, Place
from models.policy import Policy
from models.webchat import web_messages
from tests.county import NOW, County, join_web

# No spot checks by chance in tests that are about something else.
UNCHECKED = Policy(spot_checks=0)


def jpeg(color: str = "red", size: int = 64) -> bytes:
    """A small real photo."""
    out = io.BytesIO()
    Image.new("RGB", (size, size), color).save(out, "JPEG")
    return out.getvalue()


@dataclass(frozen=True)
class Seen:
    """A message as its reader has it now."""

    id: str
    text: str
    buttons: tuple[tuple[str, str], ...]  # label, data
    photos: int = 0
    document: tuple[str, bytes] | None = None  # name and content


class Wire(Protocol):
    """How a chat's user reaches the house and what they see there; one per channel."""

    async def text(self, who: str, said: str) -> None: ...
    async def tap(self, who: str, message: Seen, data: str) -> None: ...
    async def photo(self, who: str, data: bytes, caption: str, album: str) -> None: ...
    async def place(self, who: str, lat: float, lon: float) -> None: ...
    async def document(self, who: str, name: str, data: bytes) -> None: ...
    def transcript(self, who: str) -> list[Seen]: ...


@dataclass
class User:
    """One person at one channel."""

    who: str
    town: "Town"
    read: int = 0

    async def says(self, *said: str) -> None:
        """Type, one message after the other."""
        for each in said:
            await self.town.wire.text(self.who, each)
            await self.town.settle()

    async def taps(self, label: str, *more: str) -> None:
        """Tap the newest button with this label (or whose label holds it), then further ones."""
        for each in (label, *more):
            message, data = self._button(each)
            await self.town.wire.tap(self.who, message, data)
            await self.town.settle()

    def _button(self, label: str) -> tuple[Seen, str]:
        for exact in (True, False):
            for message in reversed(self.messages):
                for shown, data in message.buttons:
                    if shown == label if exact else label.casefold() in shown.casefold():
                        return message, data
        raise AssertionError(f"{self.who} has no button {label!r}; last: {self.messages[-1:]}")

    async def sends_photo(self, color: str = "red", *, caption: str = "", album: str = "") -> None:
        """Send a photo."""
        await self.town.wire.photo(self.who, jpeg(color), caption, album)
        await self.town.settle()

    async def shares_place(self, lat: float = 34.10, lon: float = 114.18) -> None:
        """Share a location."""
        await self.town.wire.place(self.who, lat, lon)
        await self.town.settle()

    async def sends_document(self, name: str, data: bytes) -> None:
        """Send a file."""
        await self.town.wire.document(self.who, name, data)
        await self.town.settle()

    @property
    def messages(self) -> list[Seen]:
        """Everything sent to this person, as it reads now."""
        return self.town.wire.transcript(self.who)

    @property
    def last(self) -> Seen:
        """The newest message."""
        return self.messages[-1]

    def sees(self, *parts: str) -> Seen:
        """Assert that some message since the last look holds all parts; it counts as looked at."""
        fresh = self.messages[self.read :]
        for place, message in enumerate(fresh):
            if all(part in message.text for part in parts):
                self.read += place + 1
                return message
        raise AssertionError(f"{self.who} does not see {parts}; fresh: {[each.text for each in fresh]}")

    def reads(self, *parts: str) -> Seen:
        """Assert that some message, however old, now holds all parts (cards are edited in place)."""
        for message in self.messages:
            if all(part in message.text for part in parts):
                return message
        raise AssertionError(f"{self.who} has nothing with {parts}: {[each.text for each in self.messages]}")

    def sees_nothing_else(self) -> None:
        """Assert that nothing came since the last look."""
        fresh = [message.text for message in self.messages[self.read :]]
        assert not fresh, f"{self.who} also sees {fresh}"

    def looks(self) -> None:
        """Everything so far counts as seen."""
        self.read = len(self.messages)


@dataclass
class Town:
    """The house under test and its people."""

    house: House
    county: County
    wire: Wire
    clock: FixedClock
    users: dict[str, User] = field(default_factory=dict)

    def __getitem__(self, who: str) -> User:
        return self.users.setdefault(who, User(who, self))

    async def settle(self) -> None:
        """Let everything that is on its way arrive."""
        await self.house.deliver_all()

    async def passes(self, by: timedelta, *, step: timedelta = timedelta(minutes=10)) -> None:
        """Time goes by, with every tick on the way."""
        await self.house.fast_forward(by, step=step)

    def ask(self, work: Callable[[Session], Any]) -> Any:
        """Look into the database."""
        return self.house.db.read_now(work)


class WebWire:
    """The web chat: events go straight to the house, the transcript is read from the database."""

    def __init__(self, house: House, county: County) -> None:
        self.house, self.county = house, county
        self._ids = itertools.count(1)

    async def receive(self, who: str, **values: Any) -> None:
        """One event of this person."""
        event = Inbound(
            channel="web",
            event_id=str(next(self._ids)),
            address=who,
            sender=who,
            sent_at=self.house.clock.now(),
            **values,
        )
        await self.house.receive(event)

    async def text(self, who: str, said: str) -> None:
        await self.receive(who, kind="text", text=said)

    async def tap(self, who: str, message: Seen, data: str) -> None:
        await self.receive(who, kind="tap", data=data, tap_id="t", message_id=message.id)

    async def photo(self, who: str, data: bytes, caption: str, album: str) -> None:
        sha256 = self.house.storage.put(data)
        ref = FileRef(sha256, sha256, "photo", size=len(data), mime="image/jpeg")
        await self.receive(who, kind="photo", files=(ref,), text=caption, album=album)

    async def place(self, who: str, lat: float, lon: float) -> None:
        await self.receive(who, kind="location", place=Place(lat, lon))

    async def document(self, who: str, name: str, data: bytes) -> None:
        sha256 = self.house.storage.put(data)
        await self.receive(who, kind="file", files=(FileRef(sha256, sha256, "document", len(data), name),))

    def transcript(self, who: str) -> list[Seen]:
        rows = self.house.db.read_now(
            lambda session: web_messages(session, county=self.county.county, address=who, limit=10_000)
        )
        return [_seen(row, self.house.storage) for row in rows if not row.mine]


def _seen(row: Any, storage: Storage) -> Seen:
    buttons = tuple((label, data) for line in row.body["buttons"] for label, data in line)
    sha256 = row.body.get("sha256")
    document = (row.body["file"], storage.get(sha256)) if sha256 else None
    return Seen(str(row.id), row.body["text"], buttons, len(row.body["photos"]), document)


PARTS = (
    "grid_worker",
    "other_worker",
    "town",
    "other_town",
    "responsible",
    "other_responsible",
    "office",
    "colleague",
    "head",
    "leader",
    "deputy",
    "officer",
    "department",
    "inspector",
    "keeper",
)


def web_town(db: Database, county: County, folder: Path, policy: Policy | None = None) -> Town:
    """A house with the web chat, everyone of the sample joined, at NOW."""
    clock = FixedClock(NOW)
    storage = Storage(str(folder / "files"))
    house = House(db=db, storage=storage, county=county.county, policy=policy or UNCHECKED, clock=clock)
    channel = WebChannel(db=db, county=county.county, fetch_file=storage.get, keep_file=storage.put)
    house.add(channel)
    db.run_now(lambda session: join_web(session, county, *PARTS))
    return Town(house, county, WebWire(house, county), clock)
