"""Polling confirms what is handled and nothing else, whatever goes wrong on either side."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from structlog.testing import capture_logs
from telegram import Update
from telegram.error import InvalidToken

from bot.telegram.polling import ALLOWED_UPDATES, TRIES, poll
from tests.bot_api import BotApi, Fault, User, broken, drop, flood, hang
from tests.bot_api.ptb import ptb_bot
from tests.bot_api.waiting import until

Refuses = Callable[[str], bool]


class Handler:
    """Takes batches of texts; raises where `refuses` says so, and then takes nothing of the batch."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.taken: list[str] = []
        self.refuses: Refuses = lambda text: False
        self.before: Callable[[], Awaitable[None]] | None = None

    async def __call__(self, updates: list[Update]) -> None:
        texts = [update.message.text or "" for update in updates if update.message]
        self.batches.append(texts)
        if self.before is not None:
            await self.before()
        if any(map(self.refuses, texts)):
            raise LookupError(texts)
        self.taken.extend(text for text in texts if text not in self.taken)


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        yield server


@pytest.fixture
def wang(api: BotApi) -> User:
    return api.user(1001, "王芳")


@asynccontextmanager
async def polling(api: BotApi, handler: Handler, pause: float = 0.01) -> AsyncIterator[asyncio.Event]:
    """The loop, stopped at the end; whatever it raises is raised here."""
    stop = asyncio.Event()
    async with ptb_bot(api, read_timeout=0.3) as bot:
        task = asyncio.create_task(poll(bot, handler, stop, patience=timedelta(seconds=2), pause=pause))
        try:
            yield stop
        finally:
            stop.set()
            async with asyncio.timeout(2):
                await task


async def test_hands_over_in_order_and_confirms(api: BotApi, wang: User) -> None:
    handler = Handler()
    for text in "甲乙丙":
        await wang.says(text)
    async with polling(api, handler):
        await until(lambda: handler.taken == ["甲", "乙", "丙"])
        await until(lambda: not api.updates.pending)
        await wang.says("丁")
        await until(lambda: handler.taken[-1] == "丁")
    assert handler.batches == [["甲", "乙", "丙"], ["丁"]]
    asked = api.called("getUpdates")[0].params
    assert asked["allowed_updates"] == list(ALLOWED_UPDATES)
    assert asked["timeout"] == 2


async def test_nothing_is_confirmed_before_it_is_handled(api: BotApi, wang: User) -> None:
    handler, gate = Handler(), asyncio.Event()

    async def wait() -> None:
        await gate.wait()

    handler.before = wait
    await wang.says("甲")
    async with polling(api, handler):
        await until(lambda: handler.batches == [["甲"]])
        await asyncio.sleep(0.05)
        assert len(api.updates.pending) == 1
        gate.set()
        await until(lambda: not api.updates.pending)


async def test_a_kill_in_the_middle_loses_nothing(api: BotApi, wang: User) -> None:
    handler = Handler()

    async def forever() -> None:
        await asyncio.Event().wait()

    handler.before = forever
    await wang.says("甲")
    async with ptb_bot(api) as bot:
        killed = asyncio.create_task(poll(bot, handler, asyncio.Event()))
        await until(lambda: handler.batches == [["甲"]])
        killed.cancel()
        await asyncio.gather(killed, return_exceptions=True)
    assert handler.taken == []
    handler.before = None
    async with polling(api, handler):
        await until(lambda: handler.taken == ["甲"])


async def test_stops_promptly_in_a_long_poll_and_in_a_pause(api: BotApi) -> None:
    loop = asyncio.get_running_loop()
    for faults in (0, 1):
        api.faults.add(drop(), method="getUpdates", times=faults)
        async with polling(api, Handler(), pause=20):
            await asyncio.sleep(0.1)
            stopped = loop.time()
        assert loop.time() - stopped < 0.5


async def test_stop_waits_for_what_is_being_handled(api: BotApi, wang: User) -> None:
    handler = Handler()

    async def slow() -> None:
        await asyncio.sleep(0.2)

    handler.before = slow
    await wang.says("甲")
    async with polling(api, handler):
        await until(lambda: handler.batches == [["甲"]])
    assert handler.taken == ["甲"]


@pytest.mark.parametrize("fault", [drop(), broken(502), broken(429), hang(0.01)])
async def test_network_faults_back_off(api: BotApi, wang: User, fault: Fault) -> None:
    handler = Handler()
    api.faults.add(fault, method="getUpdates", times=3)
    await wang.says("甲")
    with capture_logs() as logs:
        async with polling(api, handler):
            await until(lambda: handler.taken == ["甲"])
    pauses = [entry["pause"] for entry in logs if entry["event"] == "polling_fault"]
    assert pauses == [0.01, 0.02, 0.04]
    assert {"event": "polling_recovered", "faults": 3, "log_level": "info"} in logs


async def test_flood_control_is_obeyed(api: BotApi, wang: User) -> None:
    handler = Handler()
    api.faults.add(flood(1), method="getUpdates")
    await wang.says("甲")
    started = asyncio.get_running_loop().time()
    async with polling(api, handler):
        await until(lambda: handler.taken == ["甲"])
    assert asyncio.get_running_loop().time() - started >= 1


async def test_conflict_is_one_clear_line_and_then_patience(api: BotApi, wang: User) -> None:
    handler = Handler()
    await wang.says("甲")
    async with ptb_bot(api) as other:
        await other.set_webhook("http://127.0.0.1:1/x")
        with capture_logs() as logs:
            async with polling(api, handler):
                await until(lambda: bool(api.called("getUpdates")))
                await other.delete_webhook()
                await until(lambda: handler.taken == ["甲"])
    errors = [entry for entry in logs if entry["log_level"] != "info"]
    assert [entry["event"] for entry in errors] == ["polling_conflict"]
    assert "webhook" in errors[0]["hint"]


async def test_a_wrong_token_is_raised(api: BotApi) -> None:
    async with ptb_bot(api) as bot:
        api.token = "1:another"
        with pytest.raises(InvalidToken):
            await poll(bot, Handler(), asyncio.Event())


async def test_a_failed_batch_comes_again(api: BotApi, wang: User) -> None:
    handler = Handler()
    handler.refuses = lambda text: len(handler.batches) < TRIES
    await wang.says("甲")
    await wang.says("乙")
    with capture_logs() as logs:
        async with polling(api, handler):
            await until(lambda: not api.updates.pending)
    assert handler.batches == [["甲", "乙"]] * TRIES
    assert handler.taken == ["甲", "乙"]
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == ["updates_failed"] * 2


async def test_a_poison_update_does_not_block_the_rest(api: BotApi, wang: User) -> None:
    handler = Handler()
    handler.refuses = lambda text: text == "毒"
    _, poison, _ = [await wang.says(text) for text in ("甲", "毒", "乙")]
    with capture_logs() as logs:
        async with polling(api, handler):
            await until(lambda: not api.updates.pending)
    assert handler.taken == ["甲", "乙"]
    assert handler.batches[:TRIES] == [["甲", "毒", "乙"]] * TRIES
    assert handler.batches[TRIES:] == [["甲"], ["毒"], ["乙"]] * TRIES
    skipped = [entry["update_id"] for entry in logs if entry["event"] == "update_skipped"]
    assert poison is not None
    assert skipped == [poison["update_id"]]


async def test_an_outage_skips_nothing(api: BotApi, wang: User) -> None:
    """When nothing at all goes through, the fault is not the updates'."""
    handler, down = Handler(), True
    handler.refuses = lambda text: down
    await wang.says("甲")
    await wang.says("乙")
    with capture_logs() as logs:
        async with polling(api, handler, pause=0.001):
            await until(lambda: len(handler.batches) > 20)
            await wang.says("丙")
            down = False
            await until(lambda: not api.updates.pending)
    assert handler.taken == ["甲", "乙", "丙"]
    assert not [entry for entry in logs if entry["event"] == "update_skipped"]


async def test_a_lone_poison_update_is_judged_by_the_next_one(api: BotApi, wang: User) -> None:
    handler = Handler()
    handler.refuses = lambda text: text == "毒"
    await wang.says("毒")
    async with polling(api, handler, pause=0.001):
        await until(lambda: len(handler.batches) > 8)
        assert len(api.updates.pending) == 1
        await wang.says("甲")
        await until(lambda: not api.updates.pending)
    assert handler.taken == ["甲"]


async def test_an_outage_in_the_middle_skips_nothing(api: BotApi, wang: User) -> None:
    """Each update fails in one pass or another, but none in all of them."""
    handler = Handler()
    handler.refuses = lambda text: len(handler.batches) not in (4, 6, 8, 10)
    for text in "甲乙丙":
        await wang.says(text)
    with capture_logs() as logs:
        async with polling(api, handler, pause=0.001):
            await until(lambda: not api.updates.pending)
    assert handler.batches[TRIES:] == [["甲"], ["乙"], ["丙"]] * 2
    assert sorted(handler.taken) == sorted("甲乙丙")
    assert not [entry for entry in logs if entry["event"] == "update_skipped"]
