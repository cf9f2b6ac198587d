"""A bot as a process of its own in a folder of its own, and one measurement of it."""

import asyncio
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.results import Result
from bench.script import Step
from bench.telegram_load import FakeTelegram, Load

ROOT = Path(__file__).parent.parent
PATH = "/telegram"
SECRET = "bench"


@dataclass(frozen=True)
class Command:
    """How a bot is started."""

    argv: list[str]
    env: dict[str, str]


@dataclass(frozen=True)
class Bot:
    """A bot under measure. `start` may write files into the folder before the command is run.

    `connections` overrides what the bot asks for in setWebhook (0: one per user); `processes` are how
    many listen at its port.
    """

    name: str
    start: Callable[[Path, int, str], Command]
    steps: Sequence[Step]
    connections: int | None = None
    processes: int = 1


class BotFailed(Exception):
    """The bot's process ended or never listened; the message is the end of its log."""


class Running:
    """A bot's process, started and listening; ended, with its children, on exit."""

    def __init__(self, bot: Bot, tmp: Path, api_url: str) -> None:
        self.port, self._listeners = free_port(), bot.processes
        self._log = tmp / "bot.log"
        command = bot.start(tmp, self.port, api_url)
        env = os.environ | command.env
        env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), command.env.get("PYTHONPATH")]))
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(command.argv, cwd=tmp, env=env, stdout=log, stderr=log)

    def listening(self) -> bool:
        """Whether all its processes listen at the port; BotFailed if it has ended."""
        if self.process.poll() is not None:
            raise BotFailed(self.last_words())
        bot = psutil.Process(self.process.pid)
        open_ports = [each.net_connections("tcp") for each in (bot, *bot.children(recursive=True))]
        listening = [
            socket_ for each in open_ports for socket_ in each if socket_.status == psutil.CONN_LISTEN
        ]
        return sum(socket_.laddr.port == self.port for socket_ in listening) >= self._listeners

    def last_words(self) -> str:
        """The end of the bot's log."""
        return self._log.read_text(errors="replace")[-800:]

    def kill(self) -> None:
        """End the process and its children. Not gently: PTB would first work off its queue."""
        try:
            family = psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            family = []
        for child in family:
            child.kill()
        self.process.kill()
        self.process.wait()


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def measure(bot: Bot, load: Load) -> Result:
    """Start the bot in a fresh folder, put the load on it, end it."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with FakeTelegram(load) as telegram:
            running = Running(bot, Path(folder), telegram.api_url)
            try:
                await until_listening(running)
                return await telegram.run("127.0.0.1", running.port, PATH, running.process.pid)
            finally:
                running.kill()


async def until_listening(running: Running, patience: float = 60.0) -> None:
    """Wait for the bot's processes, and a moment more for its setWebhook."""
    deadline = time.monotonic() + patience
    while not running.listening():
        if time.monotonic() > deadline:
            raise BotFailed(f"not listening after {patience} s: {running.last_words()}")
        await asyncio.sleep(0.1)
    await asyncio.sleep(1.0)
