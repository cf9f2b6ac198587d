"""The transport under PTB, against a real server: what it sends, and what its failures become."""

import asyncio
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from aiohttp import web
from telegram import InputFile
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TimedOut,
)
from telegram.ext import ExtBot
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.telegram.request import AiohttpRequest
from tests.bot_api import BotApi, broken, drop, flood, hang, picture
from tests.bot_api.ptb import ptb_bot

Bot = ExtBot[None]


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        await server.user(1001, "王芳").says("/start")
        yield server


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with ptb_bot(api, read_timeout=0.5, connect_timeout=0.5) as bot:
        yield bot


async def test_sends_text_and_files(api: BotApi, bot: Bot) -> None:
    await bot.send_message(1001, "隐患：灭火器过期 & 无人看管")
    await bot.send_document(1001, InputFile(b"%PDF", filename='值班表 "十月".pdf'), caption="见附件")
    await bot.send_photo(1001, picture(2))
    text, document, photo = api.chat(1001).messages
    assert text.text == "隐患：灭火器过期 & 无人看管"
    assert document.file is not None
    assert (document.file.name, document.file.content, document.text) == (
        '值班表 "十月".pdf',
        b"%PDF",
        "见附件",
    )
    assert photo.photos[0].content == picture(2)


async def test_large_upload_raises_no_warning(api: BotApi, bot: Bot) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        await bot.send_document(1001, InputFile(b"x" * 3_000_000, filename="a.bin"))
    file = api.chat(1001).last.file
    assert file is not None
    assert file.size == 3_000_000


async def test_downloads(api: BotApi, bot: Bot) -> None:
    update = await api.user(1001).sends_document("照片 1.jpg", picture(5), "image/jpeg")
    assert update is not None
    file = await bot.get_file(update["message"]["document"]["file_id"])
    assert bytes(await file.download_as_bytearray()) == picture(5)


async def test_refusals_become_ptb_errors(api: BotApi, bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(77, "x")
    group = await api.group(-5).migrate()
    with pytest.raises(ChatMigrated) as migrated:
        await bot.send_message(-5, "x")
    assert migrated.value.new_chat_id == group.id
    await api.user(1001).blocks()
    with pytest.raises(Forbidden, match="blocked"):
        await bot.send_message(1001, "x")
    await bot.set_webhook("http://127.0.0.1:1/x")
    with pytest.raises(Conflict):
        await bot.get_updates()


async def test_flood_control_tells_how_long(api: BotApi, bot: Bot) -> None:
    api.faults.add(flood(7))
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(1001, "x")
    assert caught.value.retry_after == timedelta(seconds=7)


@pytest.mark.parametrize("status", [429, 500, 502])
async def test_html_answers(api: BotApi, bot: Bot, status: int) -> None:
    api.faults.add(broken(status))
    with pytest.raises(NetworkError) as caught:
        await bot.send_message(1001, "x")
    assert not isinstance(caught.value, BadRequest | TimedOut)


async def test_wrong_token(api: BotApi) -> None:
    bot: Bot = ExtBot("1:wrong", base_url=api.base_url, request=AiohttpRequest())
    with pytest.raises(InvalidToken):
        await bot.initialize()
    await bot.shutdown()


async def test_hang_times_out(api: BotApi, bot: Bot) -> None:
    api.faults.add(hang())
    started = asyncio.get_running_loop().time()
    with pytest.raises(TimedOut):
        await bot.send_message(1001, "x")
    assert 0.4 < asyncio.get_running_loop().time() - started < 2


async def test_a_timeout_of_one_call_only(api: BotApi, bot: Bot) -> None:
    api.faults.add(hang())
    with pytest.raises(TimedOut):
        await bot.send_message(1001, "x", read_timeout=0.05)
    api.faults.add(hang(0.7))
    with pytest.raises(NetworkError) as caught:
        await bot.send_message(1001, "x", read_timeout=5, write_timeout=5)
    assert not isinstance(caught.value, TimedOut)


async def test_dropped_connection(api: BotApi, bot: Bot) -> None:
    api.faults.add(drop())
    with pytest.raises(NetworkError, match="aiohttp") as caught:
        await bot.send_message(1001, "x")
    assert not isinstance(caught.value, TimedOut)
    await bot.send_message(1001, "y")


async def test_no_free_connection_is_said_to_be_unsent(api: BotApi) -> None:
    async with ptb_bot(api, connection_pool_size=1, pool_timeout=0.05, connect_timeout=0.05) as bot:
        api.faults.add(hang(0.5))
        first = asyncio.create_task(bot.send_message(1001, "x", read_timeout=5))
        await asyncio.sleep(0.05)
        with pytest.raises(TimedOut, match="not sent"):
            await bot.send_message(1001, "y")
        with pytest.raises(NetworkError):
            await first
    assert api.chat(1001).messages == []


@asynccontextmanager
async def serving(
    talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[str]:
    """A server that does on each connection what `talk` does; its address."""
    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_an_upload_that_nobody_reads_times_out() -> None:
    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(1)
        writer.close()

    request = AiohttpRequest(read_timeout=0.1, media_write_timeout=0.1, connect_timeout=0.1, pool_timeout=0.1)
    file = RequestParameter.from_input("document", InputFile(b"x" * 20_000_000, filename="a.bin"))
    async with serving(deaf) as url:
        with pytest.raises(TimedOut):
            await request.do_request(url, "POST", RequestData([file]))
    await request.shutdown()


async def test_a_slow_download_may_take_its_time() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n")
        for _ in range(6):
            await asyncio.sleep(0.15)
            writer.write(b"x")
        writer.close()

    request = AiohttpRequest(read_timeout=0.3, write_timeout=0.1, connect_timeout=0.1, pool_timeout=0.1)
    async with serving(drip) as url:
        assert await request.retrieve(url) == b"xxxxxx"
    await request.shutdown()


async def test_the_token_is_in_no_error(api: BotApi, unused_tcp_port: int) -> None:
    request = AiohttpRequest(connect_timeout=0.2, proxy=f"http://127.0.0.1:{unused_tcp_port}")
    for url in (f"https://127.0.0.1:{unused_tcp_port}/bot{api.token}/getMe", f"bad://bot{api.token}/getMe"):
        with pytest.raises(NetworkError) as caught:
            await request.do_request(url, "POST")
        assert api.token not in str(caught.value)
        assert caught.value.__suppress_context__
    await request.shutdown()


async def test_http_proxy(api: BotApi) -> None:
    asked: list[str] = []

    async def relay(request: web.BaseRequest) -> web.Response:
        asked.append(str(request.url))
        return web.json_response({"ok": True, "result": {}})

    runner = web.ServerRunner(web.Server(relay))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    request = AiohttpRequest(proxy=f"http://127.0.0.1:{runner.addresses[0][1]}")
    assert (await request.do_request("http://telegram.invalid/bot1:x/getMe", "POST"))[0] == 200
    assert asked == ["http://telegram.invalid/bot1:x/getMe"]
    await request.shutdown()
    await runner.cleanup()


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1080", "127.0.0.1:1080"])
def test_other_proxies_are_refused_clearly(proxy: str) -> None:
    with pytest.raises(ValueError, match="http://"):
        AiohttpRequest(proxy=proxy)


async def test_lazy_session_and_shutdown(api: BotApi) -> None:
    request = AiohttpRequest(read_timeout=3)
    assert request.read_timeout == 3
    url = f"{api.base_url}{api.token}/getMe"
    await request.shutdown()
    with pytest.raises(RuntimeError, match="not initialized"):
        await request.do_request(url, "POST")
    await request.initialize()
    assert (await request.do_request(url, "POST"))[0] == 200
    await request.shutdown()
