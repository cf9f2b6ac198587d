"""The methods around the messages: who the bot is, taps, files, commands, chats, updates."""

import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.bot_api.errors import bad_request
from tests.bot_api.files import MAX_DOWNLOAD
from tests.bot_api.params import Params
from tests.bot_api.sending import utf16_length

if TYPE_CHECKING:
    from tests.bot_api.server import BotApi

TAP_TIMEOUT = 30.0
MAX_TAP_ANSWER = 200
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
_CHAT_ACTIONS = ("typing", "upload_photo", "upload_document", "find_location", "choose_sticker")
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")


@dataclass
class Tap:
    """A tap that awaits the bot's answer; `answer` is the text shown, None until it is answered."""

    id: str
    answer: str | None = None
    alert: bool = False
    at: float = field(default_factory=time.monotonic)


async def get_me(api: "BotApi", params: Params) -> Any:
    """getMe"""
    flags = {"can_join_groups": True, "supports_inline_queries": False}
    return {**api.me, **flags, "can_read_all_group_messages": not api.privacy}


async def answer_callback_query(api: "BotApi", params: Params) -> Any:
    """answerCallbackQuery"""
    text = params.text("text")
    if utf16_length(text) > MAX_TAP_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    tap = api.taps.get(params.text("callback_query_id"))
    if tap is None or time.monotonic() - tap.at > TAP_TIMEOUT:
        raise bad_request(QUERY_TOO_OLD)
    tap.answer, tap.alert = text, params.flag("show_alert")
    return True


async def get_file(api: "BotApi", params: Params) -> Any:
    """getFile"""
    file = api.files.get(params.text("file_id"))
    if file.size > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    return {**file.json(), "file_path": file.path}


async def get_chat(api: "BotApi", params: Params) -> Any:
    """getChat"""
    chat = api.known_chat(params)
    return {**chat.json(), "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _GIFTS}


async def send_chat_action(api: "BotApi", params: Params) -> Any:
    """sendChatAction"""
    if params.text("action") not in _CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    api.writable_chat(params, messages=0)
    return True


async def set_my_commands(api: "BotApi", params: Params) -> Any:
    """setMyCommands"""
    commands = params.parsed("commands", "commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse commands: expected an Array")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        _check_command(command)
    api.commands[_commands_key(params)] = commands
    return True


async def delete_my_commands(api: "BotApi", params: Params) -> Any:
    """deleteMyCommands"""
    api.commands.pop(_commands_key(params), None)
    return True


async def get_my_commands(api: "BotApi", params: Params) -> Any:
    """getMyCommands"""
    return api.commands.get(_commands_key(params), [])


async def get_updates(api: "BotApi", params: Params) -> Any:
    """getUpdates"""
    return await api.updates.get(
        offset=params.integer("offset"),
        limit=min(max(params.integer("limit", 100), 1), 100),
        timeout=min(max(params.integer("timeout"), 0), 50),
        allowed=params.parsed("allowed_updates", "allowed_updates"),
    )


async def set_webhook(api: "BotApi", params: Params) -> Any:
    """setWebhook; an empty URL removes it. Plain http is let pass on loopback, as with a local server."""
    url, secret = params.text("url"), params.text("secret_token")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad_request("secret token contains unallowed characters")
    if url and not re.match(r"https://|http://(127\.0\.0\.1|localhost)[:/]", url):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    allowed = params.parsed("allowed_updates", "allowed_updates")
    drop = params.flag("drop_pending_updates")
    await api.updates.set_webhook(url, secret, drop, allowed, params.integer("max_connections", 40))
    return True


async def delete_webhook(api: "BotApi", params: Params) -> Any:
    """deleteWebhook"""
    await api.updates.set_webhook("", "", params.flag("drop_pending_updates"), None, 40)
    return True


async def get_webhook_info(api: "BotApi", params: Params) -> Any:
    """getWebhookInfo"""
    updates = api.updates
    info = {
        "url": updates.url,
        "has_custom_certificate": False,
        "pending_update_count": len(updates.pending),
        "max_connections": updates.max_connections,
    }
    if updates.last_error:
        info |= {"last_error_date": int(time.time()), "last_error_message": updates.last_error}
    return info


_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)


def _commands_key(params: Params) -> tuple[str, str]:
    scope = params.parsed("scope", "BotCommandScope") or {"type": "default"}
    return str(scope), params.text("language_code")


def _check_command(command: Any) -> None:
    name, description = command.get("command", ""), command.get("description", "")
    if not _COMMAND.fullmatch(name.removeprefix("/")):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= utf16_length(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
