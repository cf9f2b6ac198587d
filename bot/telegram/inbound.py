"""A Telegram update as the Inbound that every channel shares. Pure: nothing is asked of anybody."""

import re
from datetime import UTC, datetime
from typing import Any, Literal

from telegram import (
    CallbackQuery,
    Chat,
    ChatMember,
    ChatMemberRestricted,
    ChatMemberUpdated,
    Contact,
    Location,
    Message,
    Update,
    User,
)
from telegram.ext.filters import StatusUpdate

from handlers.inbound import FileRef, Inbound, Kind, Place

_COMMAND = re.compile(r"(/\w+)@(\w+)")


def to_inbound(update: Update, *, username: str = "", received_at: datetime | None = None) -> Inbound | None:
    """What `update` says, or None where there is nothing to handle (an edit, a service message).

    `username` is the bot's own: a command addressed to another bot of the group is not ours. Telegram
    does not say when a button was tapped, so a tap carries `received_at` (the present, if not given).
    A contact's text is the bare phone number only where it is the sender's own; somebody else's
    stands after their name, so that it cannot be taken for the sender's.
    """
    if update.callback_query is not None:
        return _tap(update.update_id, update.callback_query, received_at or datetime.now(UTC))
    if update.my_chat_member is not None:
        return _membership(update.update_id, update.my_chat_member)
    if update.message is not None:
        return _message(update.update_id, update.message, username)
    return None


def _message(update_id: int, message: Message, username: str) -> Inbound | None:
    sender = message.from_user
    if sender is None:
        return None
    if message.migrate_to_chat_id is not None:
        return _inbound(update_id, message, sender, "other", migrated_to=str(message.migrate_to_chat_id))
    # An anonymous administrator, a channel or a bot writes under an id that many share: nobody's own.
    if message.sender_chat is not None or sender.is_bot:
        return None
    if message.text is not None:
        text = _without_mention(message.text, username)
        return None if text is None else _inbound(update_id, message, sender, "text", text=text)
    content = _content(message, sender)
    if content["kind"] == "other" and StatusUpdate.ALL.filter(Update(update_id, message=message)):
        return None
    return _inbound(update_id, message, sender, **content)


def _without_mention(text: str, username: str) -> str | None:
    """`/bind@our_bot CODE` as `/bind CODE`; None if the command is another bot's."""
    command = _COMMAND.match(text)
    if command is None:
        return text
    if username and command[2].lower() != username.lower():
        return None
    return command[1] + text[command.end() :]


def _content(message: Message, sender: User) -> dict[str, Any]:
    """The fields of an Inbound that depend on what kind of message it is (a text apart)."""
    album = message.media_group_id or ""
    caption = message.caption or ""
    if message.photo:
        return {"kind": "photo", "files": (_photo(message),), "album": album, "text": caption}
    # Telegram repeats an animation as a document, for old bots.
    if message.document is not None and message.animation is None:
        file = _document(message.document)
        kind: Kind = "photo" if file.kind == "photo" else "file"
        return {"kind": kind, "files": (file,), "album": album, "text": caption}
    if message.location is not None:
        return {"kind": "location", **_location(message, message.location)}
    if message.contact is not None:
        return {"kind": "contact", "text": _contact(message.contact, sender)}
    if message.voice is not None:
        return {"kind": "voice", "files": (_document(message.voice),), "text": caption}
    return {"kind": "other", "text": caption}


def _photo(message: Message) -> FileRef:
    """The largest of the sizes that Telegram made of one photo."""
    photo = max(message.photo, key=lambda size: size.width * size.height)
    return FileRef(photo.file_id, photo.file_unique_id, "photo", photo.file_size or 0, mime="image/jpeg")


def _document(media: Any) -> FileRef:
    """A document or a voice note; an image sent as a file is a photo that kept its EXIF data."""
    mime = media.mime_type or ""
    return FileRef(
        media.file_id,
        media.file_unique_id,
        "photo" if mime.startswith("image/") else "document",
        media.file_size or 0,
        getattr(media, "file_name", None) or "",
        mime,
    )


def _location(message: Message, location: Location) -> dict[str, Any]:
    """The place: live only if the sender's own phone still tells it, picked if it is a venue."""
    # Through to_dict, because PTB warns of a deprecation when live_period itself is read.
    live = location.to_dict().get("live_period") and message.forward_origin is None
    venue = message.venue
    source: Literal["picked", "live", "shared"] = "picked" if venue else "live" if live else "shared"
    place = Place(location.latitude, location.longitude, accuracy=location.horizontal_accuracy, source=source)
    return {"place": place, "text": f"{venue.title} {venue.address}".strip() if venue else ""}


def _contact(contact: Contact, sender: User) -> str:
    if contact.user_id == sender.id:
        return contact.phone_number
    return " ".join(filter(None, (contact.first_name, contact.last_name, contact.phone_number)))


def _tap(update_id: int, query: CallbackQuery, received_at: datetime) -> Inbound | None:
    """A tap under one of our messages, also under one too old for Telegram to show its text."""
    if query.message is None:
        return None
    return Inbound(
        kind="tap",
        sent_at=received_at.astimezone(UTC),
        data=query.data or "",
        tap_id=query.id,
        message_id=str(query.message.message_id),
        **_who_and_where(update_id, query.message.chat, query.from_user),
    )


def _membership(update_id: int, change: ChatMemberUpdated) -> Inbound | None:
    """The bot was blocked or removed; that it was let in (again) needs no handling."""
    now = change.new_chat_member
    gone = now.status in (ChatMember.LEFT, ChatMember.BANNED) or (
        isinstance(now, ChatMemberRestricted) and not now.is_member
    )
    if not gone:
        return None
    who = _who_and_where(update_id, change.chat, change.from_user)
    return Inbound(kind="left", sent_at=change.date.astimezone(UTC), **who)


def _inbound(update_id: int, message: Message, sender: User, kind: Kind, **fields: Any) -> Inbound:
    return Inbound(
        kind=kind,
        sent_at=message.date.astimezone(UTC),
        message_id=str(message.message_id),
        **_who_and_where(update_id, message.chat, sender),
        **fields,
    )


def _who_and_where(update_id: int, chat: Chat, sender: User) -> dict[str, Any]:
    return {
        "channel": "telegram",
        "event_id": str(update_id),
        "address": str(chat.id),
        "sender": str(sender.id),
        "sender_name": sender.full_name,
        "language": sender.language_code or "",
        "group": None if chat.type == Chat.PRIVATE else chat.title or "",
    }
