"""A posted update as PTB's Update: the commonest kinds without the fields that nothing here asks about.

`Update.de_json` looks for some ninety fields in a message, and takes the message under a tapped button
apart as well, which is our own. That is half of what an update costs before anything is done about it.
"""

from datetime import UTC, datetime
from typing import Any

from telegram import Bot, CallbackQuery, Chat, InaccessibleMessage, Location, Message, PhotoSize, Update, User

_PLAIN = frozenset(
    {
        "message_id",
        "from",
        "chat",
        "date",
        "text",
        "photo",
        "caption",
        "media_group_id",
        "location",
        # Not kept: what is marked in a text, and what it answers to, which was handled then.
        "entities",
        "caption_entities",
        "link_preview_options",
        "reply_to_message",
    }
)


def read_update(data: dict[str, Any], bot: Bot | None = None) -> Update:
    """What `Update.de_json` makes, as far as `to_inbound` asks. Whatever is not plain goes that way itself."""
    query, message = data.get("callback_query"), data.get("message")
    if isinstance(query, dict) and isinstance(query.get("message"), dict):
        return Update(data["update_id"], callback_query=_tap(query))
    if isinstance(message, dict) and "from" in message and _PLAIN.issuperset(message):
        return Update(data["update_id"], message=_message(message))
    return Update.de_json(data, bot)


def _tap(query: dict[str, Any]) -> CallbackQuery:
    """A tap. Of the message under the button only the chat and the number, as Telegram gives one too old."""
    under = query["message"]
    shown = InaccessibleMessage(Chat.de_json(under["chat"]), under["message_id"])
    sender = User.de_json(query["from"])
    return CallbackQuery(query["id"], sender, query["chat_instance"], message=shown, data=query.get("data"))


def _message(message: dict[str, Any]) -> Message:
    """A text, a photo or a place."""
    place = message.get("location")
    return Message(
        message["message_id"],
        datetime.fromtimestamp(message["date"], UTC),
        Chat.de_json(message["chat"]),
        User.de_json(message["from"]),
        text=message.get("text"),
        caption=message.get("caption"),
        media_group_id=message.get("media_group_id"),
        photo=PhotoSize.de_list(message.get("photo") or []),
        location=None if place is None else Location.de_json(place),
    )
