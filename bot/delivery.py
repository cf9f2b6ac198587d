"""Sending what the outbox holds: claim, render, send, mark. At least once, in order per chat."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from functools import partial
from itertools import groupby

import structlog
from sqlmodel import Session

from bot.channel import Channel, Moved, PermanentError, TemporaryError
from bot.clock import Clock
from bot.db import Database
from bot.documents import make_document
from bot.pictures import Kept, Pictures, kept_photos, photo_ids
from bot.render import render
from bot.words import Words
from models import outbox, sending
from models.base import UserError
from models.office_notices import tell_address_gone
from models.outbox import Outgoing
from models.policy import Policy
from models.sending import Card

log = structlog.get_logger()


class Delivery:
    """Delivers one county's messages over its channels. Any number of processes may run one."""

    def __init__(
        self,
        *,
        db: Database,
        channels: Mapping[str, Channel],
        clock: Clock,
        words: Words,
        policy: Policy,
        county: str,
        worker: str,
        lease: timedelta = outbox.LEASE,
        read_file: Callable[[str], bytes] | None = None,
    ) -> None:
        self.db, self.channels, self.clock, self.words = db, channels, clock, words
        self.policy, self.county, self.worker = policy, county, worker
        self.lease = lease
        self._pictures = Pictures(channels, read_file)
        self._patience = lease.total_seconds() * 0.6  # ours is given up before another may take it
        self._wake = asyncio.Event()
        self._lanes: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()

    def wake(self) -> None:
        """There is something to send."""
        self._wake.set()

    async def run(self, stop: asyncio.Event, *, every: float = 1.0) -> None:
        """Claim and send until told to stop."""
        while not stop.is_set():
            try:
                if await self.once():
                    continue
            except Exception:
                log.exception("delivery failed; trying again")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), every)
            self._wake.clear()

    async def once(self) -> int:
        """Send what is due now, one call after the other; how many messages were claimed."""
        async with self._turn:
            claimed = await self.db.run(self._claim)
            lanes = groupby(claimed, key=lambda message: (message.channel, message.address))
            await asyncio.gather(*(self.send_lane(list(messages)) for _, messages in lanes))
            return len(claimed)

    def _claim(self, session: Session) -> list[Outgoing]:
        paces = {name: channel.capabilities.paces for name, channel in self.channels.items()}
        return sending.claim(
            session,
            county=self.county,
            worker=self.worker,
            now=self.clock.now(),
            lease=self.lease,
            paces={name: pace for name, pace in paces.items() if pace is not None},
        )

    async def send_lane(self, messages: list[Outgoing]) -> None:
        """The messages of one chat, one after the other; a temporary fault leaves the rest for later."""
        began = time.monotonic()
        for place, message in enumerate(messages):
            if place and time.monotonic() - began > self._patience / 3:
                await self._give_back(messages[place:])
                return
            try:
                remote_id = await asyncio.wait_for(self._send(message), self._patience)
            except TimeoutError:
                await self._put_off(messages[place:], "timeout", None)
                return
            except TemporaryError as error:
                await self._put_off(messages[place:], error.reason, error.retry_after)
                return
            except PermanentError as error:
                if await self._give_up(message, error):
                    return
            except Moved as error:
                await self._moved(message, error.address)
                return
            except Exception:  # a fault of ours must not stop the others; the row says so and is tried again
                log.exception("cannot send", message=message.id)
                await self._put_off(messages[place:], "internal", None)
                return
            else:
                await self.sent(message, remote_id)

    async def _send(self, message: Outgoing) -> str | None:
        channel = self.channels.get(message.channel)
        if channel is None:
            raise TemporaryError("channel-not-running", timedelta(minutes=1))
        kept, card = await self._look_up(message)
        shown = await self._pictures.ready(message.body, kept, message.channel)
        parts = render(
            shown.words(message.body),
            lang=message.lang,
            words=self.words,
            can=channel.capabilities,
            photos=shown.photos,
            file=await self._document(message),
        )
        if card and channel.capabilities.can_edit and len(parts) == 1:
            try:
                await channel.edit(message.address, card, parts[0])
                return card
            except PermanentError as error:
                if error.address_gone:
                    raise
                log.info("card cannot be edited, sent anew", message=message.id, reason=error.reason)
        remote_id = None
        for part in parts:
            remote_id = await channel.send(message.address, part)
        return remote_id

    async def _look_up(self, message: Outgoing) -> tuple[dict[int, Kept], str | None]:
        ids = photo_ids(message.body)
        if not ids and not message.card:
            return {}, None

        def look(session: Session) -> tuple[dict[int, Kept], str | None]:
            key = (message.county, message.channel, message.address, message.card)
            card = session.get(Card, key) if message.card else None
            return kept_photos(session, message.county, ids), card.remote_id if card else None

        return await self.db.read(look)

    async def _document(self, message: Outgoing) -> tuple[str, bytes] | None:
        document = message.body.get("file")
        if document is None:
            return None
        make = partial(
            make_document, document=document, county=message.county, words=self.words, lang=message.lang
        )
        try:
            return await self.db.read(make)
        except UserError as error:
            raise PermanentError(error.key) from error

    async def sent(self, message: Outgoing, remote_id: str | None) -> None:
        """Note that the channel took it."""
        now = self.clock.now()
        await self.db.run(
            lambda session: sending.mark_sent(
                session,
                county=self.county,
                message_id=message.id,
                remote_id=remote_id,
                now=now,
                worker=self.worker,
            )
        )

    async def _put_off(self, messages: list[Outgoing], reason: str, retry_after: timedelta | None) -> None:
        now, ids = self.clock.now(), [message.id for message in messages]
        log.info("put off", message=ids[0], reason=reason, channel=messages[0].channel)
        await self.db.run(
            lambda session: sending.mark_temporary(
                session, county=self.county, message_ids=ids, reason=reason, now=now, retry_after=retry_after
            )
        )

    async def _give_back(self, messages: list[Outgoing]) -> None:
        ids = [message.id for message in messages]
        await self.db.run(
            lambda session: sending.release(session, county=self.county, message_ids=ids, worker=self.worker)
        )

    async def _give_up(self, message: Outgoing, error: PermanentError) -> bool:
        """Note that it will never go out; whether the address is gone with it."""
        now = self.clock.now()

        def work(session: Session) -> None:
            account = sending.mark_permanent(
                session,
                county=self.county,
                message_id=message.id,
                reason=error.reason,
                now=now,
                address_gone=error.address_gone,
            )
            if account is not None:
                tell_address_gone(session, account=account, reason=error.reason, now=now, policy=self.policy)

        await self.db.run(work)
        self.wake()
        return error.address_gone

    async def _moved(self, message: Outgoing, address: str) -> None:
        await self.db.run(
            lambda session: sending.mark_moved(
                session, county=self.county, channel=message.channel, old=message.address, new=address
            )
        )
        self.wake()

    def deliver_replies(self, messages: Iterable[Outgoing]) -> None:
        """Send replies that were stored already leased to this worker, without waiting for the next claim."""
        replies = list(messages)
        if replies:
            self.track(asyncio.get_running_loop().create_task(self.send_lane(replies)))

    def track(self, task: "asyncio.Task[None]") -> None:
        """Keep a task until it is done; `settle` waits for it."""
        self._lanes.add(task)
        task.add_done_callback(self._lanes.discard)

    async def settle(self) -> None:
        """Wait for the replies under way."""
        while self._lanes:
            await asyncio.gather(*self._lanes)
