"""One call of getMe, plain: whether the token, the proxy and the address work, whose bot it is, what time it is."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp

from bot.options import TelegramSettings
from models.text import Text, text


class ProbeError(Exception):
    """getMe did not work; `text` says why, without the token."""

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(key)
        self.text: Text = text(key, **params)


@dataclass(frozen=True)
class Me:
    """The bot as Telegram knows it, and the time of Telegram's answer."""

    username: str
    date: datetime | None


async def get_me(telegram: TelegramSettings, *, seconds: float = 15) -> Me:
    """Ask Telegram who the bot is. Error: ProbeError."""
    url = f"{telegram.base_url}{telegram.token.get_secret_value()}/getMe"
    limit = aiohttp.ClientTimeout(total=seconds)
    try:
        async with (
            aiohttp.ClientSession(timeout=limit) as session,
            session.get(url, proxy=telegram.proxy or None) as response,
        ):
            if response.status in (401, 404):
                raise ProbeError("check-telegram-token")
            answer = await response.json(content_type=None)
            username = answer["result"]["username"]
    except TimeoutError:
        raise ProbeError("check-telegram-timeout", seconds=seconds) from None
    except (aiohttp.ClientError, OSError) as error:
        raise ProbeError("check-telegram-away", reason=type(error).__name__) from None
    except (ValueError, KeyError, TypeError):
        raise ProbeError("check-telegram-strange", status=response.status) from None
    return Me(str(username), _date(response.headers.get("Date", "")))


def _date(header: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(header)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
