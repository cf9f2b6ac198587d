"""Long polling that confirms updates only after they are handled, so that a kill loses none.

PTB's own Updater confirms them first and keeps them in memory.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import structlog
from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

log = structlog.get_logger()

Handle = Callable[[list[Update]], Awaitable[None]]

ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member")
TRIES = 3
NETWORK_PAUSE_MAX = 30.0
HANDLE_PAUSE_MAX = 5.0
CONFLICT_PAUSES = 30


async def poll(
    bot: Bot,
    handle: Handle,
    stop: asyncio.Event,
    *,
    patience: timedelta = timedelta(seconds=30),
    pause: float = 1.0,
) -> None:
    """Fetch, hand over, confirm, until `stop` is set. InvalidToken is raised; all else is retried.

    `handle` returns when everything is committed; it must bear to be given an update again. A call
    waits `patience` for news. `pause` is the first pause after a fault, in seconds; it doubles with
    each fault in a row.
    """
    await _Polling(bot, handle, stop, patience, pause).run()


class _Polling:
    """The loop's memory: the offset to confirm, and the faults in a row on either side."""

    def __init__(
        self, bot: Bot, handle: Handle, stop: asyncio.Event, patience: timedelta, pause: float
    ) -> None:
        self._bot, self._handle, self._stop = bot, handle, stop
        self._patience, self._pause = patience, pause
        self._offset: int | None = None
        self._network_faults = 0
        self._handle_faults = 0

    async def run(self) -> None:
        while not self._stop.is_set():
            batch = await self._fetch()
            if batch and await self._hand_over(batch):
                self._offset = batch[-1].update_id + 1

    async def _fetch(self) -> Sequence[Update]:
        """The next updates; none after a fault (then it has paused already) or when told to stop."""
        try:
            batch = await self._updates_or_stop()
        except InvalidToken:
            raise
        except TelegramError as error:
            await self._rest_after(error)
            return ()
        if self._network_faults:
            log.info("polling_recovered", faults=self._network_faults)
        self._network_faults = 0
        return batch

    async def _updates_or_stop(self) -> Sequence[Update]:
        """Telegram keeps the call open until something happens, so it is given up when told to stop."""
        call = asyncio.ensure_future(
            self._bot.get_updates(
                offset=self._offset, timeout=self._patience, allowed_updates=ALLOWED_UPDATES
            )
        )
        stopped = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait((call, stopped), return_when=asyncio.FIRST_COMPLETED)
            return call.result() if call.done() else ()
        finally:
            for task in (call, stopped):
                task.cancel()
            await asyncio.gather(call, stopped, return_exceptions=True)

    async def _rest_after(self, error: TelegramError) -> None:
        seconds = min(self._pause * 2**self._network_faults, NETWORK_PAUSE_MAX)
        self._network_faults = min(self._network_faults + 1, 16)
        if isinstance(error, RetryAfter):
            wish = error.retry_after
            seconds = wish.total_seconds() if isinstance(wish, timedelta) else float(wish)
        elif isinstance(error, Conflict):
            seconds = CONFLICT_PAUSES * self._pause
            log.error("polling_conflict", hint="a webhook is set, or another program polls this bot")
        if not isinstance(error, Conflict):
            level = log.warning if isinstance(error, NetworkError | RetryAfter) else log.error
            level("polling_fault", error=error.message, pause=seconds)
        await self._rest(seconds)

    async def _hand_over(self, batch: Sequence[Update]) -> bool:
        """Whether the whole batch is done with and may be confirmed."""
        if self._handle_faults < TRIES and await self._try(list(batch)):
            self._handle_faults = 0
            return True
        self._handle_faults += 1
        if self._handle_faults >= TRIES and await self._one_at_a_time(batch):
            self._handle_faults = 0
            return True
        await self._rest(min(self._pause * 2 ** min(self._handle_faults - 1, 8), HANDLE_PAUSE_MAX))
        return False

    async def _one_at_a_time(self, batch: Sequence[Update]) -> bool:
        """Skip an update that fails every time while others go through.

        If nothing at all goes through, the fault is not an update's (the database is down, say), and
        nothing is skipped: the batch comes again, with whatever has arrived since.
        """
        failing = {update.update_id for update in batch}
        for attempt in range(TRIES):
            if attempt:
                await self._rest(self._pause * attempt)
            failed = {update.update_id for update in batch if not await self._try([update])}
            if len(failed) == len(batch) or self._stop.is_set():
                return not failed
            failing &= failed
            if not failing:
                return True
        for update_id in sorted(failing):
            log.error("update_skipped", update_id=update_id, tries=TRIES)
        return True

    async def _try(self, updates: list[Update]) -> bool:
        """Whether `handle` took them. Whatever it raises must not end the polling."""
        try:
            await self._handle(updates)
        except Exception:
            log.exception("updates_failed", update_ids=[update.update_id for update in updates])
            return False
        return True

    async def _rest(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stop.wait(), seconds)
        except TimeoutError:
            return
