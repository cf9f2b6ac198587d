"""The loopback Telegram refuses what Telegram refuses, with Telegram's words."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.bot_api import BotApi
from tests.bot_api.raw import Raw, inline

TEXT = {"chat_id": 1001, "text": "x"}
TOO_MANY = {"inline_keyboard": [[{"text": "a", "callback_data": "b"}] * 101]}
NO_TEXT_BUTTONS = "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@pytest.fixture
async def call() -> AsyncIterator[Raw]:
    async with BotApi() as api, aiohttp.ClientSession() as session:
        await api.user(1001, "王芳").says("/start")
        yield Raw(api, session)


@pytest.mark.parametrize(
    ("method", "params", "refusal"),
    [
        ("sendMessage", {"text": "x"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": 1001}, "message text is empty"),
        ("sendMessage", {"chat_id": 1001, "text": " \n"}, "text must be non-empty"),
        ("sendMessage", {"chat_id": 1001, "text": "😀" * 2049}, "message is too long"),
        ("sendMessage", {"chat_id": 77, "text": "x"}, "chat not found"),
        ("sendMessage", {"chat_id": "@nobody", "text": "x"}, "chat not found"),
        ("sendMessage", TEXT | {"reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
        ("sendMessage", TEXT | {"reply_markup": []}, "object expected as reply markup"),
        ("sendMessage", TEXT | {"reply_markup": inline(callback_data="测" * 22)}, "BUTTON_DATA_INVALID"),
        ("sendMessage", TEXT | {"reply_markup": inline(callback_data="")}, "BUTTON_DATA_INVALID"),
        ("sendMessage", TEXT | {"reply_markup": inline()}, NO_TEXT_BUTTONS),
        ("sendMessage", TEXT | {"reply_markup": TOO_MANY}, "reply markup is too long"),
        ("sendPhoto", {"chat_id": 1001}, "there is no photo in the request"),
        ("sendPhoto", {"chat_id": 1001, "photo": "nothing"}, "wrong file identifier/HTTP URL specified"),
        ("sendPhoto", {"chat_id": 1001, "photo": "x", "caption": "长" * 1025}, "message caption is too long"),
        ("sendMediaGroup", {"chat_id": 1001, "media": []}, "there are no messages to send"),
        (
            "sendMediaGroup",
            {"chat_id": 1001, "media": [{"type": "photo", "media": "x"}]},
            "too few messages to send as an album",
        ),
        (
            "sendMediaGroup",
            {"chat_id": 1001, "media": [{"type": "photo", "media": "x"}] * 11},
            "too many messages to send as an album",
        ),
        ("sendLocation", {"chat_id": 1001, "latitude": 91, "longitude": 0}, "wrong location specified"),
        ("editMessageText", {"chat_id": 1001, "text": "x"}, "message identifier is not specified"),
        ("editMessageText", {"chat_id": 1001, "text": "x", "message_id": 999}, "message to edit not found"),
        ("answerCallbackQuery", {"callback_query_id": "1"}, QUERY_TOO_OLD),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "长" * 201}, "MESSAGE_TOO_LONG"),
        ("getFile", {"file_id": "nothing"}, "invalid file_id"),
        ("getFile", {}, "file_id not specified"),
        ("getChat", {"chat_id": 77}, "chat not found"),
        ("sendChatAction", {"chat_id": 1001, "action": "dancing"}, "wrong parameter action in request"),
        ("setMyCommands", {"commands": [{"command": "帮助", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        (
            "setMyCommands",
            {"commands": [{"command": "help", "description": ""}]},
            "BOT_COMMAND_DESCRIPTION_INVALID",
        ),
        (
            "setWebhook",
            {"url": "http://example.org/x"},
            "bad webhook: An HTTPS URL must be provided for webhook",
        ),
        (
            "setWebhook",
            {"url": "https://example.org/x", "secret_token": "空"},
            "secret token contains unallowed characters",
        ),
    ],
)
async def test_refusals(call: Raw, method: str, params: dict[str, Any], refusal: str) -> None:
    assert await call(method, **params) == (400, f"Bad Request: {refusal}")
