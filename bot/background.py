"""What runs behind the conversations: delivery, and APScheduler's handful of interval ticks."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from functools import partial

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.fetching import fetch_due
from bot.house import House
from bot.ticks import TICKS
from models.inbox import forget_old

log = structlog.get_logger()
Work = Callable[[], Awaitable[object]]


class Background:
    """Delivery and ticks of a house. Several processes may run each; nothing is kept in memory."""

    def __init__(self, house: House, *, roles: Collection[str] = ("deliver", "tick")) -> None:
        self.house, self.roles = house, roles
        self._stop = asyncio.Event()
        self._delivery: asyncio.Task[None] | None = None
        self._scheduler: AsyncIOScheduler | None = None

    async def start(self) -> None:
        """Begin."""
        if "deliver" in self.roles:
            self._delivery = asyncio.create_task(self.house.delivery.run(self._stop))
        if "tick" in self.roles:
            self._scheduler = self._schedule()
            self._scheduler.start()

    async def stop(self) -> None:
        """End, with the messages under way still sent."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
        self._stop.set()
        self.house.delivery.wake()
        if self._delivery is not None:
            await self._delivery
        await self.house.delivery.settle()

    def _schedule(self) -> AsyncIOScheduler:
        scheduler = AsyncIOScheduler(timezone="UTC")
        house = self.house
        works: list[tuple[str, int, Work]] = [
            (name, seconds, partial(house.run_tick, work)) for name, seconds, work in TICKS
        ]
        works.append(("files", 5, self._fetch_files))
        works.append(("inbox", 3600, self._forget))
        for name, seconds, work in works:
            scheduler.add_job(
                partial(_logged, name, work),
                IntervalTrigger(seconds=seconds, jitter=1),
                id=name,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        return scheduler

    async def _fetch_files(self) -> None:
        house = self.house
        while await fetch_due(
            db=house.db,
            channels=house.channels,
            storage=house.storage,
            clock=house.clock,
            county=house.county,
            policy=house.policy,
        ):
            pass

    async def _forget(self) -> None:
        now, county = self.house.clock.now(), self.house.county
        await self.house.db.run(lambda session: forget_old(session, county=county, now=now))


async def _logged(name: str, work: Work) -> None:
    """One tick. Its failure is logged and the next one tries again."""
    try:
        await work()
    except asyncio.CancelledError:
        return  # the program ends, and what was under way is undone
    except Exception:
        log.exception("tick failed", tick=name)
