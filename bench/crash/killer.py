"""When the processes die: spread over the updates of the run, each at an instant of its own kind."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence

from bench.crash.bot_api import BotApi
from bench.crash.replicas import Replica
from bench.crash.updates import Exit

WAYS = {"update": 40, "sending": 20, "tick": 15, "start": 15, "any": 10}
"""While updates are taken; while a message to the office is under way; while a tick has done something
and commits; while it is starting; at any moment. In a hundred kills."""
PATIENCE = 4.0  # seconds to wait for a moment; then the process dies at any


class Killer:
    """Kills `kills` times, spread over `updates`; users wait (`hold`) where they would run ahead of it."""

    def __init__(
        self, replicas: Sequence[Replica], exit_: Exit, api: BotApi, *, kills: int, updates: int, seed: int
    ) -> None:
        self.ways: Counter[str] = Counter()
        self.replicas = replicas
        self._random = random.Random(seed)
        self._ways = self._random.choices(list(WAYS), list(WAYS.values()), k=kills)
        self._points = sorted(self._random.uniform(0.01, 0.97) * updates for _ in range(kills))
        self._slack = max(30, updates // 50)
        self._taken = 0
        self._moved = asyncio.Condition()
        self._waiting: dict[str, asyncio.Future[Replica]] = {}
        exit_.on_taken = self._on_taken
        api.on_sending = self._on_sending
        for replica in replicas:
            replica.on_tick = self._on_tick

    async def run(self) -> None:
        """Kill as often as was asked for."""
        last = self.replicas[0]
        for done, way in enumerate(self._ways):
            if way != "start":
                await self.taken(int(self._points[done]))
            last = await self._moment(way, last)
            await last.kill()
            await self._tell()

    async def hold(self) -> None:
        """Wait until the kills have kept up with the updates taken."""
        await self._until(self._kept_up)

    async def taken(self, count: int) -> None:
        """Wait until so many updates were taken."""
        await self._until(lambda: self._taken >= count)

    async def step(self, count: int = 1) -> None:
        """A user has had an answer (or gave up): so many updates of the run are done with."""
        self._taken += count
        await self._tell()

    def _kept_up(self) -> bool:
        done = self.ways.total()
        return done >= len(self._points) or self._taken < self._points[done] + self._slack

    async def _moment(self, way: str, last: Replica) -> Replica:
        """Wait for an instant of this kind; who is to die."""
        replica = self._random.choice(self.replicas)
        if way in ("update", "sending", "tick"):
            happened = await self._wait_for(way)
            way, replica = (way, happened) if happened else ("any", replica)
            await asyncio.sleep(self._random.random() * 0.02)
        elif way == "start":
            replica = last
            await asyncio.sleep(self._random.random() * last.boot_seconds)
        else:
            await asyncio.sleep(self._random.random())
        self.ways[way] += 1
        return replica

    async def _wait_for(self, way: str) -> Replica | None:
        self._waiting[way] = asyncio.get_running_loop().create_future()
        try:
            return await asyncio.wait_for(self._waiting[way], PATIENCE)
        except TimeoutError:
            return None
        finally:
            del self._waiting[way]

    def _on_taken(self, replica: Replica) -> None:
        self._happens("update", replica)

    def _on_tick(self, replica: Replica) -> None:
        self._happens("tick", replica)

    def _on_sending(self, number: int) -> bool:
        """Whether the sender is about to die with this message still on its way to Telegram."""
        return self._happens("sending", self.replicas[number]) and self._random.random() < 0.5

    def _happens(self, way: str, replica: Replica) -> bool:
        """Tell the killer, if it waits for such a moment; whether it did."""
        waiting = self._waiting.get(way)
        if waiting is None or waiting.done():
            return False
        waiting.set_result(replica)
        return True

    async def _tell(self) -> None:
        async with self._moved:
            self._moved.notify_all()

    async def _until(self, true: Callable[[], bool]) -> None:
        async with self._moved:
            await self._moved.wait_for(true)
