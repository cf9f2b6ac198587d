"""What people do: each act becomes a real update, for getUpdates or for the webhook.

Each act returns its update, or None where Telegram would not tell the bot of it.
"""

import time
from typing import TYPE_CHECKING, Any

from tests.bot_api.chats import Chat, Message
from tests.bot_api.files import StoredFile, picture
from tests.bot_api.service import Tap

if TYPE_CHECKING:
    from tests.bot_api.server import BotApi

Update = dict[str, Any] | None
LIVE_PERIOD = 900


class User:
    """A person with a phone. `to` is the group to write in; without it, the chat with the bot."""

    def __init__(self, api: "BotApi", chat: Chat) -> None:
        self._api = api
        self.chat = chat

    @property
    def id(self) -> int:
        """The person's id, which is also the id of the chat with the bot."""
        return self.chat.id

    @property
    def messages(self) -> list[Message]:
        """What the bot sent to this person."""
        return self.chat.messages

    def json(self) -> dict[str, Any]:
        """The person as the Bot API writes them."""
        person = {"id": self.id, "is_bot": False, "first_name": self.chat.title}
        return {**person, "language_code": self.chat.language} if self.chat.language else person

    async def says(self, text: str, *, to: "Group | None" = None) -> Update:
        """Send a text."""
        entities = {}
        if text.startswith("/"):
            command = {"type": "bot_command", "offset": 0, "length": len(text.split()[0])}
            entities = {"entities": [command]}
        return await self._sends(to, text=text, extra=entities)

    async def taps(self, message: Message, label: str, *, inaccessible: bool = False) -> Update:
        """Tap a button by its label; one of a reply keyboard sends its label as text.

        `inaccessible`: the message is so old that Telegram does not show it to the bot any more.
        """
        keyboard = [button for row in message.markup.keyboard or () for button in row]
        if any(button["text"] == label and not button.get("request_location") for button in keyboard):
            return await self.says(label, to=None if message.chat.private else Group(self._api, message.chat))
        return await self.taps_data(message.button(label).data, message, inaccessible=inaccessible)

    async def taps_data(
        self, data: str, message: Message | None = None, *, inaccessible: bool = False
    ) -> Update:
        """Send any callback data, forged if need be, as from under `message` (the bot's last one)."""
        under = message or self.chat.last
        tap = Tap(str(4_382_000_000_000_000 + self._api.next_number()))
        self._api.taps[tap.id] = tap
        shown = under.json()
        if inaccessible:
            shown = {"message_id": under.id, "chat": under.chat.json(), "date": 0}
        query = {"id": tap.id, "from": self.json(), "message": shown, "chat_instance": "-1", "data": data}
        return await self._api.updates.emit("callback_query", query, under.chat.id)

    async def sends_photo(
        self, photo: bytes | int = 1, caption: str = "", *, to: "Group | None" = None
    ) -> Update:
        """Send a photo: these bytes, or the picture of that number."""
        content = picture(photo) if isinstance(photo, int) else photo
        return await self._sends(to, text=caption, photos=(self._api.files.add_photo(content),))

    async def sends_album(self, size: int, caption: str = "", *, to: "Group | None" = None) -> list[Update]:
        """Send an album: one update for each photo, the caption under the first."""
        album, files = str(self._api.next_number()), self._api.files
        photos = [files.add_photo(picture(number)) for number in range(1, size + 1)]
        captions = [caption, *[""] * (size - 1)]
        return [
            await self._sends(to, text=words, photos=(photo,), album=album)
            for photo, words in zip(photos, captions, strict=True)
        ]

    async def sends_document(
        self, name: str, content: bytes, mime: str, caption: str = "", *, size: int | None = None
    ) -> Update:
        """Send a file; `size` plays a larger one than `content` is."""
        file = self._api.files.add_document(name, content, mime, size)
        return await self._sends(None, text=caption, file=file)

    async def shares_location(
        self, lat: float, lon: float, accuracy: float | None = None, live: bool = False, **extra: Any
    ) -> Update:
        """Send a place; a live one goes on for a quarter of an hour."""
        location: dict[str, Any] = {"latitude": lat, "longitude": lon}
        if accuracy is not None:
            location["horizontal_accuracy"] = accuracy
        if live:
            location["live_period"] = LIVE_PERIOD
        return await self._sends(None, extra={"location": location, **extra})

    async def picks_venue(self, lat: float, lon: float, title: str, address: str = "") -> Update:
        """Send a place from the list; Telegram repeats it as a location."""
        place = {"latitude": lat, "longitude": lon}
        venue = {"location": place, "title": title, "address": address}
        return await self._sends(None, extra={"location": place, "venue": venue})

    async def sends_contact(self, phone: str, name: str = "", user_id: int | None = None) -> Update:
        """Send a contact: the own one, unless another `name` or `user_id` is given."""
        contact: dict[str, Any] = {"phone_number": phone, "first_name": name or self.chat.title}
        if user_id or not name:
            contact["user_id"] = user_id or self.id
        return await self._sends(None, extra={"contact": contact})

    async def sends_voice(self, seconds: int = 3) -> Update:
        """Send a voice note."""
        file = self._api.files.add_document("", b"OggS", "audio/ogg")
        return await self._sends(None, extra={"voice": {**_media(file), "duration": seconds}})

    async def sends_sticker(self) -> Update:
        """Send a sticker."""
        file = self._api.files.add_document("", b"RIFF", "image/webp")
        shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return await self._sends(None, extra={"sticker": {**file.json(), **shape}})

    async def sends(self, *, to: "Group | None" = None, text: str = "", **extra: Any) -> Update:
        """Send any other message, with these fields of the Bot API."""
        return await self._sends(to, text=text, extra=extra)

    async def edits(self, update: dict[str, Any], text: str = "", **extra: Any) -> Update:
        """Change a message sent before."""
        message = {**update["message"], **extra, "edit_date": int(time.time())}
        if text:
            message["text"] = text
        return await self._api.updates.emit("edited_message", message, message["chat"]["id"])

    async def blocks(self) -> Update:
        """Block the bot."""
        self.chat.blocked = True
        return await _standing_changes(self._api, self.chat, self, "member", "kicked")

    async def unblocks(self) -> Update:
        """Let the bot write again."""
        self.chat.blocked = False
        return await _standing_changes(self._api, self.chat, self, "kicked", "member")

    def deactivates(self) -> None:
        """Delete the account; Telegram tells the bot nothing."""
        self.chat.deactivated = True

    async def _sends(self, to: "Group | None", **fields: Any) -> Update:
        chat = self.chat if to is None else to.chat
        sender = fields.get("extra", {}).get("from") or self.json()
        message = Message(self._api.next_number(), chat, sender, **fields)
        chat.history.append(message)
        chat.started = True
        if self._api.privacy and not chat.private and not message.text.startswith("/"):
            return None
        return await self._api.updates.emit("message", message.json(), chat.id)


class Group:
    """A group with the bot in it."""

    def __init__(self, api: "BotApi", chat: Chat) -> None:
        self._api = api
        self.chat = chat

    @property
    def id(self) -> int:
        """The group's id."""
        return self.chat.id

    @property
    def messages(self) -> list[Message]:
        """What the bot sent to the group."""
        return self.chat.messages

    async def kicks_bot(self, by: User) -> Update:
        """Remove the bot."""
        self.chat.standing = "kicked"
        return await _standing_changes(self._api, self.chat, by, "member", "kicked")

    async def loses_bot(self, by: User) -> Update:
        """The bot leaves."""
        self.chat.standing = "left"
        return await _standing_changes(self._api, self.chat, by, "member", "left")

    async def adds_bot(self, by: User) -> Update:
        """Let the bot in (again)."""
        self.chat.standing = "member"
        return await _standing_changes(self._api, self.chat, by, "left", "member")

    async def announces(self, by: User, **service: Any) -> Update:
        """A service message: somebody joined, the title changed."""
        message = Message(self._api.next_number(), self.chat, by.json(), extra=service)
        self.chat.history.append(message)
        return await self._api.updates.emit("message", message.json(), self.id)

    async def migrate(self, by: User | None = None) -> "Group":
        """Become a supergroup with another id; the bot is told in both chats."""
        by = by or self._api.user(1, "group owner")
        new = self._api.group(-1_000_000_000_000 + self.id, self.chat.title, "supergroup")
        self.chat.migrated_to = new.id
        await self.announces(by, migrate_to_chat_id=new.id)
        await new.announces(by, migrate_from_chat_id=self.id)
        return new


def _media(file: StoredFile) -> dict[str, Any]:
    return {**file.json(), "mime_type": file.mime}


async def _standing_changes(api: "BotApi", chat: Chat, by: User, old: str, new: str) -> Update:
    change = {
        "chat": chat.json(),
        "from": by.json(),
        "date": int(time.time()),
        "old_chat_member": _member(api, old),
        "new_chat_member": _member(api, new),
    }
    return await api.updates.emit("my_chat_member", change, chat.id)


def _member(api: "BotApi", status: str) -> dict[str, Any]:
    member = {"user": api.me, "status": status}
    return {**member, "until_date": 0} if status == "kicked" else member
