"""What a user of the bench says and taps: steps that make update k from the last reply."""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field

FIRST_USER = 10_000_000
"""Telegram id of the bench's first user; the others count up from here."""


class ScriptError(Exception):
    """The bot's last message does not let the script go on."""


@dataclass
class User:
    """One person in a private chat with the bot (chat id = user id), as Telegram sees them."""

    id: int
    step: int = 0
    reports: int = 0
    sent_at: float = 0.0
    waiting: bool = False
    update_id: int = 0
    messages: int = 0
    text: str = ""
    shown: dict = field(default_factory=dict)
    buttons: list[dict] = field(default_factory=list)

    @property
    def person(self) -> dict:
        """Telegram's User object."""
        return {"id": self.id, "is_bot": False, "first_name": f"网格员{self.id}", "language_code": "zh-hans"}

    @property
    def chat(self) -> dict:
        """Telegram's Chat object."""
        return {"id": self.id, "type": "private", "first_name": f"网格员{self.id}"}

    def message(self, **content: object) -> dict:
        """A new message of this chat, with the chat's next number."""
        self.messages += 1
        return {"message_id": self.messages, "date": int(time.time()), "chat": self.chat} | content

    def sees(self, text: str, markup: object) -> dict:
        """A message of the bot arrives; its inline buttons, if any, replace those seen before."""
        message = self.message(text=text)
        self.text = text
        rows = markup.get("inline_keyboard") if isinstance(markup, dict) else None
        if rows:
            self.shown, self.buttons = message, [button for row in rows for button in row]
        return message


Make = Callable[[User], dict]
"""Makes an update without its update_id, e.g. {"message": {...}}."""


@dataclass(frozen=True)
class Step:
    """One update of the script. Only a message that contains `expect` counts as its answer."""

    make: Make
    expect: str = ""


def say(text: str, *, expect: str = "") -> Step:
    """Send a text or a command; `{user}` stands for the user's id."""

    def make(user: User) -> dict:
        said = text.replace("{user}", str(user.id))
        message = user.message(**{"from": user.person}, text=said)
        if said.startswith("/"):
            command = len(said.split()[0])
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": command}]
        return {"message": message}

    return Step(make, expect)


def tap(button: int | str, *, expect: str = "") -> Step:
    """Tap an inline button of the last message that had any: by its index or a part of its label."""

    def make(user: User) -> dict:
        chosen = _find(user, button)
        return {
            "callback_query": {
                "id": str(user.update_id),
                "from": user.person,
                "chat_instance": str(user.id),
                "data": chosen["callback_data"],
                "message": user.shown,
            }
        }

    return Step(make, expect)


def photo(*, expect: str = "") -> Step:
    """Send a photo (two sizes, as Telegram gives them)."""

    def make(user: User) -> dict:
        key = f"{user.id}-{user.update_id}"
        sizes = [_size(f"{key}-s", 90), _size(f"{key}-l", 1280)]
        return {"message": user.message(**{"from": user.person}, photo=sizes)}

    return Step(make, expect)


_places = itertools.count()


def _somewhere() -> dict[str, float]:
    """A place 100 metres and more from any other, so that no two reports are held to be the same hazard."""
    east, north = divmod(next(_places), 500)
    return {"latitude": 33.9 + north * 0.001, "longitude": 114.0 + east * 0.0015}


def locate(lat: float | None = None, lon: float | None = None, *, expect: str = "") -> Step:
    """Send this location, or another one each time."""

    def make(user: User) -> dict:
        place = _somewhere() if lat is None else {"latitude": lat, "longitude": lon}
        return {"message": user.message(**{"from": user.person}, location=place)}

    return Step(make, expect)


def _size(key: str, width: int) -> dict:
    return {"file_id": key, "file_unique_id": key, "width": width, "height": width, "file_size": width * 100}


def _find(user: User, button: int | str) -> dict:
    """The button meant; ScriptError when the user does not see it."""
    if isinstance(button, int):
        if button < len(user.buttons):
            return user.buttons[button]
    else:
        for shown in user.buttons:
            if button in shown["text"]:
                return shown
    raise ScriptError(f"no button {button!r} under {user.text[:60]!r}")
