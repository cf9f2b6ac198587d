"""The web chats of a house: whose each is, what it shows, and what its browser sends."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlmodel import Session

from bot.house import House
from bot.web.channel import WebChannel
from handlers.inbound import FileRef, Inbound, Place
from models.people import Account, Person
from models.text import text
from models.webchat import WebMessage

EventId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{4,64}$")]


class Point(BaseModel):
    """A place from the browser: degrees of WGS-84, and metres of accuracy where it knows them."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    accuracy: float | None = Field(None, ge=0)
    source: Literal["live", "picked", "typed"] = "picked"


class Sent(BaseModel):
    """What a browser sends, under an id that it makes once and keeps when it sends it again."""

    model_config = ConfigDict(extra="forbid")

    id: EventId
    kind: Literal["text", "tap", "location"]
    text: str = Field("", max_length=20_000)
    data: str = Field("", max_length=200)
    message: str = Field("", max_length=20)
    place: Point | None = None


@dataclass(frozen=True)
class Who:
    """The person behind a chat; nobody known: `person_id` is None."""

    person_id: int | None
    name: str
    title: str
    lang: str


@dataclass(frozen=True)
class Chats:
    """The chats of one house. `personas` are the addresses that anyone may use (the demo's); `tiles` is
    the address of map tiles with {z}/{x}/{y}, empty where there are none."""

    house: House
    web: WebChannel
    personas: frozenset[str] = frozenset()
    tiles: str = ""

    async def who(self, address: str, *, language: str = "") -> Who:
        """Whose chat this is; for an unknown one the language its browser asks for."""
        return await self.house.db.read(lambda session: self._who(session, address, language))

    def _who(self, session: Session, address: str, language: str) -> Who:
        county = self.house.county
        account = session.get(Account, (county, self.web.name, address))
        person = session.get(Person, (county, account.person_id)) if account and account.person_id else None
        if person is None or not person.active:
            return Who(None, "", "", _language(language))
        return Who(person.id, person.name, person.title, person.lang)

    async def greet(self, address: str, language: str) -> None:
        """Open an empty chat: the bot asks for the invitation, or tells what can be done."""
        await self._receive(address, "hello", language, kind="text", text="/start")

    async def take(self, address: str, sent: Sent, *, language: str = "") -> str:
        """Take one text, tap or place. Returns what to flash up for a tap that no message answers."""
        event_id = f"{address}:{sent.id}"
        body = _own(sent)
        if body is not None:
            await self.web.keep(address, event_id, body)
        place = Place(**sent.place.model_dump()) if sent.place else None
        return await self._receive(
            address,
            sent.id,
            language,
            kind=sent.kind,
            text=sent.text,
            data=sent.data,
            place=place,
            message_id=sent.message,
            tap_id=sent.id if sent.kind == "tap" else "",
        )

    async def take_file(
        self, address: str, event: str, file: FileRef, *, album: str = "", language: str = ""
    ) -> None:
        """Take one photo or document that lies in storage already."""
        photo = {"photos": [file.remote_id], "album": album}
        document = {"file": file.name, "sha256": file.remote_id}
        body = {"event": event, "text": "", "photos": [], **(photo if file.kind == "photo" else document)}
        await self.web.keep(address, f"{address}:{event}", body)
        kind: Literal["photo", "file"] = "photo" if file.kind == "photo" else "file"
        await self._receive(address, event, language, kind=kind, files=(file,), album=album)

    async def file_of(self, address: str, message_id: int) -> tuple[str, str] | None:
        """The name and hash of the document in a message of this chat; None where there is none."""
        county = self.house.county
        row = await self.house.db.read(lambda session: session.get(WebMessage, (county, message_id)))
        if row is None or row.address != address or "sha256" not in row.body:
            return None
        return row.body["file"], row.body["sha256"]

    async def refuse_file(self, address: str, event: str, kind: str, language: str) -> None:
        """A file from someone unknown is not kept; the bot tells them how to join."""
        await self._receive(address, event, language, kind="photo" if kind == "photo" else "file")

    async def _receive(self, address: str, event: str, language: str, **values: Any) -> str:
        inbound = Inbound(
            channel=self.web.name,
            event_id=f"{address}:{event}",  # a browser cannot use up the ids of another's
            address=address,
            sender=address,
            sent_at=self.house.clock.now(),
            language=language,
            **values,
        )
        handled = await self.house.receive(inbound)
        if handled.toast is None or handled.replies:
            return ""
        return self.house.words.say(handled.toast, handled.lang)

    def words(self, lang: str) -> dict[str, str]:
        """What the page itself says, by the keys that it knows."""
        return {name: self.house.words.say(text(f"web-{name}"), lang) for name in PAGE_WORDS}

    def shown(self, row: WebMessage, lang: str) -> dict[str, Any]:
        """A message as the page wants it. Ids are text: they are longer than a browser's numbers."""
        local = row.created_at.astimezone(self.house.words.zone)
        return {
            "id": str(row.id),
            "mine": row.mine,
            "time": f"{local:%H:%M}",
            "day": self.house.words.day(local.date(), lang),
            "edited": row.edited_at.timestamp(),
            **row.body,
        }


PAGE_WORDS = (
    "write",
    "send",
    "photo",
    "see-photo",
    "take-photo",
    "choose-photo",
    "location",
    "pick-place",
    "locating",
    "file",
    "menu",
    "sending",
    "too-big",
    "not-image",
    "not-sent",
    "close",
    "new",
    "earlier",
    "offline",
    "offline-kept",
)


def _own(sent: Sent) -> dict[str, Any] | None:
    """The person's own bubble; a tap has none, its button shows it."""
    if sent.kind == "tap":
        return None
    body: dict[str, Any] = {"event": sent.id, "text": sent.text, "photos": []}
    if sent.place:
        body["place"] = [sent.place.lat, sent.place.lon]
    return body


def _language(accepted: str) -> str:
    return "zh-CN" if not accepted or accepted.startswith("zh") else "en"
