"""Chats and their messages, as Telegram keeps them."""

import time
from dataclasses import dataclass, field
from typing import Any

from tests.bot_api.errors import bad_request, forbidden
from tests.bot_api.files import StoredFile
from tests.bot_api.markup import Button, Markup


@dataclass(frozen=True)
class Edit:
    """What a message said before an edit."""

    text: str
    buttons: tuple[tuple[Button, ...], ...]


@dataclass
class Message:
    """One message; `method` is the call that made it, empty if a person wrote it."""

    id: int
    chat: "Chat"
    sender: dict[str, Any]
    method: str = ""
    text: str = ""
    markup: Markup = field(default_factory=Markup)
    photos: tuple[StoredFile, ...] = ()
    file: StoredFile | None = None
    album: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    edits: list[Edit] = field(default_factory=list)
    date: int = field(default_factory=lambda: int(time.time()))

    @property
    def buttons(self) -> tuple[tuple[Button, ...], ...]:
        """The inline buttons, row by row."""
        return self.markup.inline

    @property
    def labels(self) -> list[str]:
        """The labels of all buttons that can be tapped, inline or on the reply keyboard."""
        keyboard = [button["text"] for row in self.markup.keyboard or () for button in row]
        return [button.label for row in self.buttons for button in row] + keyboard

    def button(self, label: str) -> Button:
        """The inline button with this label."""
        for row in self.buttons:
            for button in row:
                if button.label == label:
                    return button
        raise AssertionError(f"no button {label!r} under message {self.id}, only {self.labels}")

    def json(self) -> dict[str, Any]:
        """The message as the Bot API writes it."""
        answer = {"message_id": self.id, "date": self.date, "chat": self.chat.json(), "from": self.sender}
        answer.update(self.extra)
        if self.photos:
            answer["photo"] = self.photos[0].sizes_json()
        if self.file is not None:
            answer["document"] = self.file.document_json()
        if self.text:
            answer["caption" if self.has_caption else "text"] = self.text
        if self.album:
            answer["media_group_id"] = self.album
        if self.edits:
            answer["edit_date"] = int(time.time())
        markup = self.markup.json()
        return answer if markup is None else {**answer, "reply_markup": markup}

    @property
    def has_caption(self) -> bool:
        """Whether the text stands under something else."""
        media = {"voice", "video", "sticker"} & self.extra.keys()
        return bool(self.photos or self.file is not None or media)


@dataclass
class Chat:
    """A private chat or a group, with the bot's standing in it.

    `started`: the person has written to the bot. `standing` is the bot's: member, left or kicked.
    """

    id: int
    type: str
    title: str
    language: str = ""
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    standing: str = "member"
    migrated_to: int | None = None
    keyboard: tuple[tuple[dict[str, Any], ...], ...] | None = None
    history: list[Message] = field(default_factory=list)

    @property
    def private(self) -> bool:
        """Whether this is one person's chat with the bot."""
        return self.type == "private"

    @property
    def messages(self) -> list[Message]:
        """What the bot sent, oldest first; `history` holds the people's messages too."""
        return [message for message in self.history if message.method]

    @property
    def last(self) -> Message:
        """The bot's newest message."""
        return self.messages[-1]

    def json(self) -> dict[str, Any]:
        """The chat as the Bot API writes it."""
        if self.private:
            return {"id": self.id, "type": "private", "first_name": self.title}
        return {"id": self.id, "type": self.type, "title": self.title}

    def find(self, message_id: int) -> Message | None:
        """A message by its id."""
        return next((message for message in self.history if message.id == message_id), None)

    def check_writable(self) -> None:
        """Refuse as Telegram refuses a bot that may not write here."""
        if self.private:
            self._check_person()
        elif self.migrated_to is not None:
            raise bad_request(
                "group chat was upgraded to a supergroup chat", migrate_to_chat_id=self.migrated_to
            )
        elif self.standing == "kicked":
            raise forbidden(f"bot was kicked from the {self.type} chat")
        elif self.standing == "left":
            raise forbidden(f"bot is not a member of the {self.type} chat")

    def _check_person(self) -> None:
        if self.deactivated:
            raise forbidden("user is deactivated")
        if self.blocked:
            raise forbidden("bot was blocked by the user")
        if not self.started:
            raise forbidden("bot can't initiate conversation with a user")
