"""The web chat as a channel: sending is a row in the transcript, which open pages show at once."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from bot.channel import Capabilities, PermanentError, Photo, Rendered
from bot.clock import Clock
from bot.db import Database
from models.inbox import InboxRow
from models.webchat import WebMessage, web_messages

_LOOK_BACK = 50  # own messages among which one that is sent again is looked for


def no_storage(data: bytes) -> str:
    """For a channel that was given no storage: it cannot send documents."""
    raise PermanentError("no storage for documents")


def as_body(message: Rendered, keep_file: Callable[[bytes], str]) -> dict[str, Any]:
    """A rendered message as the page shows it; its document, and a photo that was made for it, go into
    storage and are known by their hash."""
    body: dict[str, Any] = {
        "text": message.text,
        "buttons": [
            [[button.label, button.data] for button in row]
            for row in message.buttons
            if row[0].data != "location"  # the page has a button of its own for that
        ],
        "photos": [sha256 for photo in message.photos if (sha256 := _hash(photo, keep_file))],
        "request": message.request or "",
        "clear": message.clear_request,  # nothing is asked any more
    }
    if message.file is not None:
        name, data = message.file
        body |= {"file": name, "sha256": keep_file(data)}
    return body


def _hash(photo: Photo, keep_file: Callable[[bytes], str]) -> str | None:
    if photo.data is not None:
        return keep_file(photo.data)
    return photo.sha256 or photo.remote_id  # an upload lies in storage before the worker has looked at it


class WebChannel:
    """Writes to the transcript and tells the open pages of this process; others look once a second."""

    name = "web"
    capabilities = Capabilities(max_text=20_000, max_buttons=100, can_request_location=True)

    def __init__(
        self,
        *,
        db: Database,
        county: str,
        fetch_file: Callable[[str], bytes],
        keep_file: Callable[[bytes], str] = no_storage,
        clock: Clock | None = None,
    ) -> None:
        self.db, self.county = db, county
        self._fetch_file, self._keep_file = fetch_file, keep_file
        self.clock = clock or Clock()  # what a message shows; `edited_at` is real time, for those who look
        self.listeners: dict[str, set[Callable[[], None]]] = {}

    async def send(self, address: str, message: Rendered) -> str | None:
        """Add to the transcript; the id is the row's."""
        row = self._row(address, await self._body(message))
        await self.db.run(lambda session: session.add(WebMessage(**row.model_dump())))
        self._tell(address)
        return str(row.id)

    async def keep(self, address: str, event_id: str, body: dict[str, Any]) -> None:
        """Add what the person said or sent themselves, once however often the browser sends it."""
        row = self._row(address, body, mine=True)

        def work(session: Session) -> None:
            before = web_messages(session, county=self.county, address=address, limit=_LOOK_BACK)
            taken = session.get(InboxRow, (self.county, self.name, event_id)) is not None
            if not taken and all(each.body.get("event") != body["event"] for each in before if each.mine):
                session.add(WebMessage(**row.model_dump()))

        await self.db.run(work)
        self._tell(address)

    async def _body(self, message: Rendered) -> dict[str, Any]:
        if message.file is None and all(photo.data is None for photo in message.photos):
            return as_body(message, self._keep_file)
        return await asyncio.to_thread(as_body, message, self._keep_file)

    def _row(self, address: str, body: dict[str, Any], *, mine: bool = False) -> WebMessage:
        return WebMessage(
            county=self.county,
            address=address,
            mine=mine,
            body=body,
            created_at=self.clock.now(),
            edited_at=datetime.now(UTC),
        )

    async def edit(self, address: str, message_id: str, message: Rendered) -> None:
        """Change a message of the transcript where it stands."""
        body = await self._body(message)

        def work(session: Session) -> None:
            row = session.get(WebMessage, (self.county, int(message_id)))
            if row is None:
                raise PermanentError("message to edit not found")
            row.body, row.edited_at = body, datetime.now(UTC)
            session.add(row)

        await self.db.run(work)
        self._tell(address)

    async def answer_tap(self, tap_id: str, text: str = "") -> None:
        """The page shows no spinner that would wait for this."""

    async def set_menu(self, address: str, commands: Sequence[tuple[str, str]]) -> None:
        """The page has no menu of commands; the help message's buttons serve."""

    async def fetch(self, remote_id: str) -> bytes:
        """An uploaded file lies in storage already, under its hash."""
        return self._fetch_file(remote_id)

    def listen(self, address: str, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back whenever this chat changes; returns what ends it."""
        self.listeners.setdefault(address, set()).add(callback)
        return lambda: self.listeners.get(address, set()).discard(callback)

    def _tell(self, address: str) -> None:
        for callback in list(self.listeners.get(address, ())):
            callback()
