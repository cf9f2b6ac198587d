"""Resident memory of one process: idle, and after 200 and 2,000 reports by chat. Does it stay flat?

    python -m bench.memory [--conversations 200,2000 --users 50 --bots ours,reference]

The bot runs as in the speed bench, on SQLite behind the fake Telegram; its memory (with its children)
is read the moment so many reports have been submitted, and once more when it has been idle for a while.
Promised: ours is at most a quarter larger at the end than after the first count. What it grows by is
SQLite's page cache (64 MB a connection at most); with a cache of 2 MB it stays within 1 %.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

import psutil
import uvloop
from rich.console import Console
from rich.table import Table

from bench.bots import BOTS
from bench.runner import PATH, SECRET, Bot, BotFailed, Running, until_listening
from bench.script import Step, User
from bench.telegram_load import FakeTelegram, Load

OUT = Path(__file__).parent / "out"
MOST = 1.25
IDLE_SECONDS = 5.0


@dataclass
class Memory:
    """Megabytes of one bot: idle at first, by reports submitted, idle at last."""

    bot: str
    idle: float = 0.0
    after: dict[int, float] = field(default_factory=dict)
    at_last: float = 0.0
    seconds: float = 0.0

    @property
    def growth(self) -> float:
        """The last count's memory divided by the first's."""
        return self.after[max(self.after)] / self.after[min(self.after)]


def resident(pid: int) -> float:
    """Megabytes of a process and its children."""
    process = psutil.Process(pid)
    return round(
        sum(each.memory_info().rss for each in (process, *process.children(recursive=True))) / 2**20, 1
    )


class Watch:
    """Reads the memory of the bot the moment so many reports have been submitted."""

    def __init__(self, bot: Bot, counts: Sequence[int]) -> None:
        self.memory = Memory(bot.name)
        self._counts = sorted(counts)
        self.telegram: FakeTelegram | None = None
        self.pid = 0
        first, *others = bot.steps
        self.steps = [Step(partial(self._begins, first), first.expect), *others]

    def _begins(self, first: Step, user: User) -> dict:
        """A user begins a report, most often after another."""
        self.note()
        return first.make(user)

    def note(self) -> None:
        """Read it if a count has been reached."""
        if self.telegram is None:
            return
        done = sum(user.reports for user in self.telegram.users.values())
        while len(self.memory.after) < len(self._counts) and done >= self._counts[len(self.memory.after)]:
            self.memory.after[self._counts[len(self.memory.after)]] = resident(self.pid)


async def watch(bot: Bot, counts: Sequence[int], users: int, patience: float) -> Memory:
    """One bot from its start to the largest count. Error: BotFailed."""
    watching = Watch(bot, counts)
    load = Load(
        watching.steps,
        users=users,
        warm_seconds=0.0,
        seconds=patience,
        reports=-(-max(counts) // users),
        connections=bot.connections,
        secret=SECRET,
    )
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with FakeTelegram(load) as telegram:
            running = Running(bot, Path(folder), telegram.api_url)
            try:
                await until_listening(running)
                watching.telegram, watching.pid = telegram, running.process.pid
                await _measure(watching, telegram, running)
            finally:
                running.kill()
    if len(watching.memory.after) < len(counts):
        raise BotFailed(f"{bot.name}: only {list(watching.memory.after)} reports in {patience:.0f} s")
    return watching.memory


async def _measure(watching: Watch, telegram: FakeTelegram, running: Running) -> None:
    memory = watching.memory
    await asyncio.sleep(IDLE_SECONDS)
    memory.idle = resident(watching.pid)
    began = time.monotonic()
    await telegram.run("127.0.0.1", running.port, PATH, watching.pid)
    watching.note()
    memory.seconds = round(time.monotonic() - began, 1)
    await asyncio.sleep(IDLE_SECONDS)
    memory.at_last = resident(watching.pid)


def table_of(found: Sequence[Memory]) -> Table:
    """One line a bot."""
    counts = sorted(found[0].after)
    table = Table(title="Resident memory, MB")
    headings = ("idle", *(f"after {count:,} reports" for count in counts), "idle again", "growth", "seconds")
    table.add_column("bot")
    for heading in headings:
        table.add_column(heading, justify="right")
    for memory in found:
        sizes = [memory.idle, *(memory.after[count] for count in counts), memory.at_last]
        cells = [f"{size:.0f}" for size in sizes]
        table.add_row(memory.bot, *cells, f"×{memory.growth:.2f}", f"{memory.seconds:.0f}")
    return table


def options_from(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--bots", type=lambda text: text.split(","), default=["ours"])
    parser.add_argument(
        "--conversations", type=lambda text: list(map(int, text.split(","))), default=[200, 2000]
    )
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--patience", type=float, default=600.0, help="seconds until it is given up")
    parser.add_argument("--out", type=Path, default=OUT / "memory.json")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print, write; exit 1 if ours does not stay flat."""
    options = options_from(argv)
    console = Console(width=None if sys.stdout.isatty() else 120)
    found = [
        uvloop.run(watch(BOTS[name], options.conversations, options.users, options.patience))
        for name in options.bots
    ]
    console.print(table_of(found))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps([asdict(each) | {"growth": each.growth} for each in found], indent=2))
    console.print(f"→ {os.path.relpath(options.out)}")
    sys.exit(1 if any(each.bot == "ours" and each.growth > MOST for each in found) else 0)


if __name__ == "__main__":
    main()
