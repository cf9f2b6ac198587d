"""What the program asks of a channel: send, edit, fetch a file, and say what it can do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, Protocol

from models.brakes import Paces


@dataclass(frozen=True)
class Capabilities:
    """What a channel can carry. Lengths are characters, except `max_data` (bytes); `paces`: how fast."""

    max_text: int
    max_buttons: int
    max_data: int = 64
    can_edit: bool = True
    can_request_location: bool = False
    can_push_first: bool = True
    max_download: int = 20 * 1024 * 1024
    paces: Paces | None = None


@dataclass(frozen=True)
class Button:
    """A button under a message: what it says and what comes back when it is tapped."""

    label: str
    data: str


@dataclass(frozen=True)
class Photo:
    """A photo to show: how the channel knows it, if it does, and where the bytes lie, if they do; or the
    bytes themselves, of a picture that was made for this message."""

    sha256: str | None
    remote_id: str | None = None
    data: bytes | None = None


@dataclass(frozen=True)
class Rendered:
    """A message in one language, ready for a channel; it fits the channel's capabilities.

    `request` asks for a keyboard that sends a location (only where `can_request_location`); then the
    first button is the one that sends it, and its data is "location".
    `clear_request` takes such a keyboard away again. `file` is a document to attach.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    photos: tuple[Photo, ...] = ()
    request: Literal["location"] | None = None
    clear_request: bool = False
    file: tuple[str, bytes] | None = None


class SendError(Exception):
    """A message that did not go out."""


class TemporaryError(SendError):
    """Try again later: flood control, a 5xx, a lost connection. `retry_after` is the channel's own wish."""

    def __init__(self, reason: str, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


class PermanentError(SendError):
    """Never try this message again. `address_gone`: the address itself is of no more use (blocked, left)."""

    def __init__(self, reason: str, *, address_gone: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.address_gone = address_gone


class Moved(SendError):
    """The chat has a new address (a Telegram group became a supergroup): save it and send there."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


class Channel(Protocol):
    """One channel. Each method raises SendError's children and nothing else for the network's faults."""

    name: str
    capabilities: Capabilities

    async def send(self, address: str, message: Rendered) -> str | None:
        """Send; returns the channel's message id where it gives one."""

    async def edit(self, address: str, message_id: str, message: Rendered) -> None:
        """Change a message sent before; unchanged content is no error."""

    async def answer_tap(self, tap_id: str, text: str = "") -> None:
        """Tell the channel that a tap was received; an old tap is no error."""

    async def set_menu(self, address: str, commands: Sequence[tuple[str, str]]) -> None:
        """Show a chat its commands (name, description), where the channel has such a menu."""

    async def fetch(self, remote_id: str) -> bytes:
        """The bytes of a file; PermanentError when the channel will not give it."""
