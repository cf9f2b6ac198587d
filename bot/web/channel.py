"""The web chat as a channel: sending is a row in the transcript, which open pages show at once."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from bot.channel import Capabilities, PermanentError, Rendered
from bot.db import Database
from models.webchat import WebMessage


def as_body(message: Rendered) -> dict[str, Any]:
    """A rendered message as the page shows it."""
    return {
        "text": message.text,
        "buttons": [
            [[button.label, button.data] for button in row]
            for row in message.buttons
            if row[0].data != "location"  # the page has a button of its own for that
        ],
        "photos": [photo.sha256 for photo in message.photos if photo.sha256],
        "request": message.request or "",
    }


class WebChannel:
    """Writes to the transcript and tells the open pages of this process; others look once a second."""

    name = "web"
    capabilities = Capabilities(max_text=20_000, max_buttons=100, can_request_location=True)

    def __init__(self, *, db: Database, county: str, fetch_file: Callable[[str], bytes]) -> None:
        self.db, self.county, self._fetch_file = db, county, fetch_file
        self.listeners: dict[str, set[Callable[[], None]]] = {}

    async def send(self, address: str, message: Rendered) -> str | None:
        """Add to the transcript; the id is the row's."""
        now = datetime.now(UTC)
        row = WebMessage(
            county=self.county, address=address, body=as_body(message), created_at=now, edited_at=now
        )
        await self.db.run(lambda session: session.add(WebMessage(**row.model_dump())))
        self._tell(address)
        return str(row.id)

    async def edit(self, address: str, message_id: str, message: Rendered) -> None:
        """Change a message of the transcript where it stands."""

        def work(session: Session) -> None:
            row = session.get(WebMessage, (self.county, int(message_id)))
            if row is None:
                raise PermanentError("message to edit not found")
            row.body, row.edited_at = as_body(message), datetime.now(UTC)
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
