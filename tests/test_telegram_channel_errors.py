"""What Telegram's refusals and the network's faults mean for a message and for its address."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from telegram.error import BadRequest, Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.channel import Moved, PermanentError, Photo, Rendered, SendError, TemporaryError
from bot.telegram.channel import TelegramChannel, send_error
from bot.telegram.request import FloodControl
from tests.bot_api import BotApi, Fault, User, broken, drop, flood, hang, lose
from tests.bot_api.ptb import ptb_bot


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        await server.user(1001, "王芳").says("/start")
        yield server


@pytest.fixture
async def channel(api: BotApi) -> AsyncIterator[TelegramChannel]:
    async with ptb_bot(api, read_timeout=0.3) as bot:
        yield TelegramChannel(bot, lambda sha256: b"")


@pytest.fixture
def wang(api: BotApi) -> User:
    return api.user(1001)


async def failure(channel: TelegramChannel, address: str = "1001") -> SendError:
    with pytest.raises(SendError) as caught:
        await channel.send(address, Rendered("x"))
    return caught.value


async def test_addresses_that_are_gone(api: BotApi, channel: TelegramChannel, wang: User) -> None:
    api.user(2, "没写过")
    group = api.group(-5)
    await group.kicks_bot(wang)
    await wang.blocks()
    left = api.group(-6)
    await left.loses_bot(wang)
    for address in ("2", "-5", "-6", "1001", "77"):
        error = await failure(channel, address)
        assert isinstance(error, PermanentError)
        assert error.address_gone
    await wang.unblocks()
    wang.deactivates()
    error = await failure(channel)
    assert isinstance(error, PermanentError)
    assert (error.reason, error.address_gone) == ("Forbidden: user is deactivated", True)


async def test_a_group_that_moved(api: BotApi, channel: TelegramChannel) -> None:
    new = await api.group(-5).migrate()
    error = await failure(channel, "-5")
    assert isinstance(error, Moved)
    assert error.address == str(new.id)
    await channel.send(error.address, Rendered("x"))


async def test_flood_control(api: BotApi, channel: TelegramChannel) -> None:
    api.faults.add(flood(7))
    error = await failure(channel)
    assert isinstance(error, TemporaryError)
    assert error.retry_after == timedelta(seconds=7)


@pytest.mark.parametrize("fault", [broken(429), broken(500), broken(502), drop(), hang(), lose()])
async def test_faults_on_the_way(api: BotApi, channel: TelegramChannel, fault: Fault) -> None:
    api.faults.add(fault)
    error = await failure(channel)
    assert isinstance(error, TemporaryError)
    assert error.retry_after is None
    assert len(api.chat(1001).messages) == (fault.kind == "lose")


async def test_refused_content_is_permanent(channel: TelegramChannel, wang: User) -> None:
    for message in (Rendered("x" * 4097), Rendered("x", photos=(Photo(None, "unknown id"),))):
        with pytest.raises(PermanentError) as caught:
            await channel.send("1001", message)
        assert not caught.value.address_gone
    assert wang.messages == []


async def test_a_file_too_large_is_permanent(channel: TelegramChannel) -> None:
    with pytest.raises(PermanentError, match="Too Large"):
        await channel.send("1001", Rendered("x", file=("a.bin", bytes(52 * 1024 * 1024))))


@pytest.mark.parametrize(
    ("error", "temporary"),
    [
        (FloodControl(5), True),
        (NetworkError("x"), True),
        (InvalidToken(), True),
        (Conflict("x"), True),
        (TelegramError("Invalid server response"), True),
        (BadRequest("Wrong file_id or the file is temporarily unavailable"), True),
        (BadRequest("Not enough rights to send text messages to the chat"), False),
    ],
)
def test_mapping(error: TelegramError, temporary: bool) -> None:
    mapped = send_error(error)
    assert isinstance(mapped, TemporaryError if temporary else PermanentError)
    assert not getattr(mapped, "address_gone", False)


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
def test_ptbs_own_flood_error_is_understood() -> None:
    mapped = send_error(RetryAfter(5))
    assert isinstance(mapped, TemporaryError)
    assert mapped.retry_after == timedelta(seconds=5)
