"""The methods that send."""

import json
from typing import TYPE_CHECKING, Any

from tests.bot_api.chats import Chat, Message
from tests.bot_api.errors import bad_request
from tests.bot_api.files import StoredFile
from tests.bot_api.markup import Markup, read_markup
from tests.bot_api.params import Params

if TYPE_CHECKING:
    from tests.bot_api.server import BotApi

MAX_TEXT = 4096
MAX_CAPTION = 1024


def utf16_length(text: str) -> int:
    """Telegram counts UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def read_text(params: Params) -> str:
    """The text of a message, trimmed as Telegram trims it."""
    text = params.text("text")
    if not text:
        raise bad_request("message text is empty")
    if not text.strip():
        raise bad_request("text must be non-empty")
    if utf16_length(text.strip()) > MAX_TEXT:
        raise bad_request("message is too long")
    return text.strip()


def check_caption(text: str) -> str:
    """A caption, trimmed; it may be empty."""
    if utf16_length(text.strip()) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return text.strip()


async def send_message(api: "BotApi", params: Params) -> Any:
    """sendMessage"""
    text = read_text(params)
    chat = api.writable_chat(params)
    return _send(api, chat, "sendMessage", read_markup(params, private=chat.private), text=text)


async def send_photo(api: "BotApi", params: Params) -> Any:
    """sendPhoto"""
    caption = check_caption(params.text("caption"))
    photo = api.files.from_call(params, "photo", "Photo")
    chat = api.writable_chat(params)
    markup = read_markup(params, private=chat.private)
    return _send(api, chat, "sendPhoto", markup, text=caption, photos=(photo,))


async def send_document(api: "BotApi", params: Params) -> Any:
    """sendDocument"""
    caption = check_caption(params.text("caption"))
    file = api.files.from_call(params, "document", "Document")
    chat = api.writable_chat(params)
    markup = read_markup(params, private=chat.private)
    return _send(api, chat, "sendDocument", markup, text=caption, file=file)


async def send_location(api: "BotApi", params: Params) -> Any:
    """sendLocation"""
    latitude, longitude = params.number("latitude"), params.number("longitude")
    if latitude is None or longitude is None or not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad_request("wrong location specified")
    if params.integer("live_period") and not 60 <= params.integer("live_period") <= 86_400:
        raise bad_request("wrong live location period specified")
    chat = api.writable_chat(params)
    extra = {"location": {"latitude": latitude, "longitude": longitude}}
    return _send(api, chat, "sendLocation", read_markup(params, private=chat.private), extra=extra)


async def send_media_group(api: "BotApi", params: Params) -> Any:
    """sendMediaGroup. The documentation's two at least are enforced, though Telegram lets one pass."""
    items = params.parsed("media", "media")
    if not isinstance(items, list) or not items:
        raise bad_request("there are no messages to send")
    if len(items) < 2:
        raise bad_request("too few messages to send as an album")
    if len(items) > 10:
        raise bad_request("too many messages to send as an album")
    media = [_album_item(api, params, item) for item in items]
    if len({file.kind for file, _ in media}) > 1:
        raise bad_request("document can't be mixed with other media types")
    chat = api.writable_chat(params, messages=len(media))
    album = str(api.next_number())
    return [_send(api, chat, "sendMediaGroup", Markup(), album=album, **_fields(*item)) for item in media]


def _album_item(api: "BotApi", params: Params, item: Any) -> tuple[StoredFile, str]:
    if not isinstance(item, dict) or item.get("type") not in ("photo", "document"):
        raise bad_request(f"can't parse InputMedia: type {json.dumps(item)} is unsupported")
    reference = item.get("media")
    if not isinstance(reference, str) or not reference:
        raise bad_request("can't parse InputMedia: media not found")
    kind = "Photo" if item["type"] == "photo" else "Document"
    return api.files.resolve(params, reference, "", kind), check_caption(item.get("caption") or "")


def _fields(file: StoredFile, caption: str) -> dict[str, Any]:
    media = {"photos": (file,)} if file.kind == "Photo" else {"file": file}
    return {"text": caption, **media}


def _send(api: "BotApi", chat: Chat, method: str, markup: Markup, **fields: Any) -> dict[str, Any]:
    message = Message(api.next_number(), chat, api.me, method, markup=markup, **fields)
    chat.history.append(message)
    if markup.keyboard is not None:
        chat.keyboard = markup.keyboard
    elif markup.removes:
        chat.keyboard = None
    return message.json()
