"""The methods that change a message sent before."""

from typing import TYPE_CHECKING, Any

from tests.bot_api.chats import Edit, Message
from tests.bot_api.errors import bad_request
from tests.bot_api.markup import Markup, read_inline_markup
from tests.bot_api.params import Params
from tests.bot_api.sending import check_caption, read_text

if TYPE_CHECKING:
    from tests.bot_api.server import BotApi

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)


async def edit_message_text(api: "BotApi", params: Params) -> Any:
    """editMessageText"""
    text = read_text(params)
    message, markup = _editable(api, params)
    if message.has_caption or "location" in message.extra:
        raise bad_request("there is no text in the message to edit")
    return _change(message, text, markup)


async def edit_message_caption(api: "BotApi", params: Params) -> Any:
    """editMessageCaption"""
    caption = check_caption(params.text("caption"))
    message, markup = _editable(api, params)
    if not message.has_caption:
        raise bad_request("there is no caption in the message to edit")
    return _change(message, caption, markup)


async def edit_message_reply_markup(api: "BotApi", params: Params) -> Any:
    """editMessageReplyMarkup"""
    message, markup = _editable(api, params)
    return _change(message, message.text, markup)


def _editable(api: "BotApi", params: Params) -> tuple[Message, Markup]:
    """The message to edit, if it is the bot's own and has no reply keyboard, and its new markup."""
    message_id = params.integer("message_id")
    if message_id <= 0:
        raise bad_request("message identifier is not specified")
    chat = api.writable_chat(params)
    message = chat.find(message_id)
    if message is None:
        raise bad_request("message to edit not found")
    if not message.method or message.markup.keyboard is not None or message.markup.removes:
        raise bad_request("message can't be edited")
    return message, read_inline_markup(params)


def _change(message: Message, text: str, markup: Markup) -> dict[str, Any]:
    if (message.text, message.buttons) == (text, markup.inline):
        raise bad_request(NOT_MODIFIED)
    message.edits.append(Edit(message.text, message.buttons))
    message.text, message.markup = text, markup
    return message.json()
