"""Telegram's Bot API on loopback, as strict as the original, with people to play on it."""

from tests.bot_api.chats import Chat, Message
from tests.bot_api.faults import Fault, FloodLimits, broken, drop, flood, hang, lose
from tests.bot_api.files import picture
from tests.bot_api.markup import Button
from tests.bot_api.people import Group, User
from tests.bot_api.server import BotApi, Call

__all__ = [
    "BotApi",
    "Button",
    "Call",
    "Chat",
    "Fault",
    "FloodLimits",
    "Group",
    "Message",
    "User",
    "broken",
    "drop",
    "flood",
    "hang",
    "lose",
    "picture",
]
