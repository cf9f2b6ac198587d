"""The webhook answers after the work, keeps strangers out, and lets Telegram send again."""

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.telegram.webhook import MAX_BODY, SECRET_HEADER, make_app
from tests.bot_api import BotApi, User
from tests.bot_api.raw import Raw
from tests.bot_api.waiting import until

SECRET = "s3cret_Token-1"
Answer = dict[str, Any] | None


class Bot:
    """A bot behind the webhook: what it was given, and what it does with the next update."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.url = ""
        self.act: Callable[[dict[str, Any]], Awaitable[Answer]] = self.nothing

    async def nothing(self, update: dict[str, Any]) -> Answer:
        return None

    async def __call__(self, update: dict[str, Any]) -> Answer:
        self.seen.append(update.get("message", {}).get("text", ""))
        return await self.act(update)

    async def fail(self, update: dict[str, Any]) -> Answer:
        raise LookupError(update["update_id"])

    async def greet(self, update: dict[str, Any]) -> Answer:
        chat = update["message"]["chat"]["id"]
        return {"method": "sendMessage", "chat_id": chat, "text": "您好 " + update["message"]["text"]}


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    bot = Bot()
    runner = web.AppRunner(make_app(secret=SECRET, path="/tg/hook", process=bot))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    bot.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield bot
    await runner.cleanup()


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def api(bot: Bot, client: aiohttp.ClientSession) -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        server.redeliver_after = 0.01
        call = Raw(server, client)
        assert (await call("setWebhook", url=f"{bot.url}/tg/hook", secret_token=SECRET))[0] == 200
        yield server


@pytest.fixture
def wang(api: BotApi) -> User:
    return api.user(1001, "王芳")


async def statuses(api: BotApi, update: dict[str, Any] | None, count: int) -> list[int]:
    """The webhook's first answers to `update`, as soon as there are that many."""
    assert update is not None
    found = api.updates.deliveries[update["update_id"]]
    await until(lambda: len(found) >= count)
    return found


async def test_an_update_is_processed_once(api: BotApi, bot: Bot, wang: User) -> None:
    update = await wang.says("隐患")
    assert bot.seen == ["隐患"]
    assert await statuses(api, update, 1) == [200]
    assert api.updates.pending == []


async def test_the_answer_is_a_method_call(api: BotApi, bot: Bot, wang: User) -> None:
    bot.act = bot.greet
    await wang.says("/start")
    assert wang.chat.last.text == "您好 /start"
    assert [(call.method, call.via) for call in api.calls[1:]] == [("sendmessage", "webhook")]


async def test_the_answer_waits_for_the_work(api: BotApi, bot: Bot, wang: User) -> None:
    done = asyncio.Event()

    async def slow(update: dict[str, Any]) -> Answer:
        await done.wait()
        return None

    bot.act = slow
    saying = asyncio.create_task(wang.says("甲"))
    await until(lambda: bool(bot.seen))
    await asyncio.sleep(0.05)
    assert api.updates.deliveries == {}
    done.set()
    assert await statuses(api, await saying, 1) == [200]


async def test_a_failure_is_sent_again_in_order(api: BotApi, bot: Bot, wang: User) -> None:
    bot.act = bot.fail
    with capture_logs() as logs:
        first = await wang.says("甲")
        assert (await statuses(api, first, 2))[:2] == [500, 500]
        bot.act = bot.nothing
        second = await wang.says("乙")
    assert (await statuses(api, first, 3))[-1] == 200
    assert await statuses(api, second, 1) == [200]
    assert bot.seen[-2:] == ["甲", "乙"]
    assert set(bot.seen[:-1]) == {"甲"}
    assert first is not None
    assert logs[0]["event"] == "update_failed"
    assert logs[0]["update_id"] == first["update_id"]


async def test_a_chat_that_fails_does_not_hold_up_another(api: BotApi, bot: Bot, wang: User) -> None:
    async def only_one(update: dict[str, Any]) -> Answer:
        return await bot.fail(update) if update["message"]["chat"]["id"] == 1001 else None

    bot.act = only_one
    with capture_logs():
        await wang.says("甲")
        other = await api.user(1002).says("乙")
        assert await statuses(api, other, 1) == [200]
        bot.act = bot.nothing
        await until(lambda: not api.updates.pending)


async def test_no_answer_in_time_is_sent_again(api: BotApi, bot: Bot, wang: User) -> None:
    api.webhook_timeout = 0.1

    async def first_slow(update: dict[str, Any]) -> Answer:
        await asyncio.sleep(0.3 if len(bot.seen) == 1 else 0)
        return None

    bot.act = first_slow
    update = await wang.says("甲")
    assert (await statuses(api, update, 2))[:2] == [0, 200]
    assert bot.seen == ["甲", "甲"]


async def test_redelivery_of_any_update(api: BotApi, bot: Bot, wang: User) -> None:
    update = await wang.says("甲")
    await wang.says("乙")
    assert update is not None
    await api.redeliver(update)
    assert bot.seen == ["甲", "乙", "甲"]


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", "秘密"])
async def test_strangers_are_refused(bot: Bot, client: aiohttp.ClientSession, secret: str | None) -> None:
    headers = {} if secret is None else {SECRET_HEADER: secret}
    async with client.post(f"{bot.url}/tg/hook", json={"update_id": 1}, headers=headers) as response:
        assert (response.status, await response.read()) == (403, b"")
    assert bot.seen == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"update_id": 1}', 200),
        (b"", 400),
        (b"{", 400),
        (b"[1]", 400),
        (b"\xff\xfe", 400),
        (b'{"a": "' + b"x" * (MAX_BODY - 9) + b'"}', 200),
        (b'{"a": "' + b"x" * MAX_BODY + b'"}', 413),
    ],
)
async def test_bodies(bot: Bot, client: aiohttp.ClientSession, body: bytes, status: int) -> None:
    async with client.post(
        f"{bot.url}/tg/hook", data=io.BytesIO(body), headers={SECRET_HEADER: SECRET}
    ) as response:
        assert response.status == status
    assert len(bot.seen) == (status == 200)


async def test_other_paths_and_methods(bot: Bot, client: aiohttp.ClientSession) -> None:
    async with client.get(f"{bot.url}/healthz") as response:
        assert response.status == 200
    async with client.get(f"{bot.url}/tg/hook") as response:
        assert response.status == 405
    async with client.post(f"{bot.url}/other", headers={SECRET_HEADER: SECRET}) as response:
        assert response.status == 404


@pytest.mark.parametrize("secret", ["", "空", "a b", "x" * 257])
def test_a_secret_that_telegram_would_not_take(secret: str) -> None:
    with pytest.raises(ValueError, match="secret"):
        make_app(secret=secret, path="/x", process=Bot())
