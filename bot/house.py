"""The house in one object: database, clock, channels, dispatch and delivery, however they are started."""

import asyncio
import contextlib
import secrets
from collections import defaultdict
from collections.abc import Coroutine, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

import structlog
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot.channel import Channel, SendError
from bot.clock import Clock
from bot.db import Database
from bot.delivery import Delivery
from bot.fetching import fetch_due
from bot.storage import Storage
from bot.ticks import TICK_MOST, TICKS, Tick
from bot.words import Words
from handlers.dispatch import Dispatcher, Handled
from handlers.inbound import Inbound
from models.outbox import LEASE
from models.policy import Policy
from models.text import text

log = structlog.get_logger()


class House:
    """One county's running program, without the servers in front of it."""

    def __init__(
        self,
        *,
        db: Database,
        storage: Storage,
        county: str,
        policy: Policy,
        clock: Clock | None = None,
        lease: timedelta = LEASE,
    ) -> None:
        self.db, self.storage, self.county, self.policy = db, storage, county, policy
        self.clock = clock or Clock()
        self.words = Words(policy.zone)
        self.worker = secrets.token_hex(6)
        self.channels: dict[str, Channel] = {}
        self.dispatcher = Dispatcher(
            county=county, policy=policy, say=self.words.say, worker=self.worker, lease=lease
        )
        self.delivery = Delivery(
            db=db,
            channels=self.channels,
            clock=self.clock,
            words=self.words,
            policy=policy,
            county=county,
            worker=self.worker,
            lease=lease,
            read_file=storage.get,
        )
        self._look_ahead = self.dispatcher.look_ahead
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.handled: dict[str, int] = defaultdict(int)

    def add(self, channel: Channel) -> None:
        """Put a channel to use."""
        self.channels[channel.name] = channel

    async def receive(self, inbound: Inbound, *, direct: bool = False) -> Handled:
        """Take one event: chats side by side, within a chat one after the other; back after the commit.

        With `direct` the caller itself carries the first reply (a webhook's own answer) where it
        can; then that reply is stored as sent and comes back in `Handled.direct`.
        """
        turn = self._turns.setdefault(f"{inbound.channel}:{inbound.address}", asyncio.Lock())
        async with turn:
            handled = await self._handle(inbound, direct)
        self.handled[inbound.channel] += 1
        self._after(inbound, handled)
        return handled

    async def _handle(self, inbound: Inbound, direct: bool) -> Handled:
        now = self.clock.now()
        try:
            return await self.db.run(
                lambda session: self.dispatcher.handle(session, inbound, now, direct=direct),
                ahead=(self._look_ahead, inbound),
            )
        except DBAPIError:
            raise  # not taken: the channel will bring it again
        except Exception:
            error_id = secrets.token_hex(3)
            log.exception("an event could not be handled", error_id=error_id, event_id=inbound.event_id)
            return await self.db.run(
                lambda session: self.dispatcher.apologise(
                    session, inbound, now, error_id=error_id, direct=direct
                )
            )

    def _after(self, inbound: Inbound, handled: Handled) -> None:
        self.delivery.deliver_replies(handled.replies)
        if handled.wake:
            self.delivery.wake()
        if handled.menu:
            menu = [(name, self.words.say(text(f"menu-{name}"), handled.lang)) for name in handled.menu]
            self.background(self.channels[inbound.channel].set_menu(inbound.address, menu))
        if inbound.tap_id:
            said = self.words.say(handled.toast, handled.lang) if handled.toast else ""
            self.background(self._answer_tap(inbound, said))

    async def _answer_tap(self, inbound: Inbound, said: str) -> None:
        with contextlib.suppress(SendError):  # it only stops the button's spinner
            await self.channels[inbound.channel].answer_tap(inbound.tap_id, said[:190])

    def background(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that nobody waits for."""
        self.delivery.track(asyncio.get_running_loop().create_task(work))

    async def tick(self) -> None:
        """Everything that falls due by the clock, once."""
        await self._run_ticks([work for _, _, work in TICKS])
        await fetch_due(
            db=self.db,
            channels=self.channels,
            storage=self.storage,
            clock=self.clock,
            county=self.county,
            policy=self.policy,
        )

    async def run_tick(self, work: Tick) -> int:
        """One kind of due work, until nothing of it is left; how much was done."""
        return await self._run_ticks([work])

    async def _run_ticks(self, works: Sequence[Tick]) -> int:
        """These kinds of due work, one after the other in one transaction, until nothing is left."""
        total, left = 0, list(works)
        while left:
            done = await self.db.run(partial(self._due, works=left, now=self.clock.now()))
            total += sum(done)
            left = [work for work, count in zip(left, done, strict=True) if count >= TICK_MOST]
        if total:
            self.delivery.wake()
        return total

    def _due(self, session: Session, works: Sequence[Tick], now: datetime) -> list[int]:
        done = []
        for work in works:
            done.append(work(session, county=self.county, now=now, policy=self.policy))
            session.flush()
            session.expunge_all()  # the next one reads everything anew
        return done

    async def fast_forward(self, by: timedelta, *, step: timedelta = timedelta(minutes=10)) -> None:
        """Move the clock in steps, so that everything on the way fires as it would have."""
        left = by
        while left > timedelta(0):
            self.clock.forward(min(step, left))
            left -= step
            await self.tick()
            await self.deliver_all()

    async def deliver_all(self) -> None:
        """Send whatever is due, until nothing is and nothing is under way: then the clock may be moved.

        What is being sent when it moves would outlive its lease, and be sent again.
        """
        await self.delivery.settle()
        while await self.delivery.once():
            await self.delivery.settle()
