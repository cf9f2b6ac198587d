"""The bot's processes: started, killed with SIGKILL, and started again at once."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from bench.runner import ROOT, free_port

SECRET = "bench"


class Replica:
    """One process of the bot with a configuration of its own. `on_tick` hears of a tick about to commit."""

    def __init__(self, number: int, folder: Path, *, url: str, api: str, mode: str) -> None:
        self.number = number
        self.port = free_port()
        self.on_tick: Callable[[Replica], None] = lambda replica: None
        self.boot_seconds = 1.0
        self._folder = folder
        self._log = folder / f"bot-{number}.log"
        self._config = folder / f"config-{number}.toml"
        self._config.write_text(self._settings(url, api, mode), encoding="utf-8")
        self._up = asyncio.Event()
        self._born: asyncio.Queue[int] = asyncio.Queue()
        self._parent: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._pid = 0
        self._began = 0.0

    def _settings(self, url: str, api: str, mode: str) -> str:
        return f"""
[telegram]
token = "1:bench"
base_url = "{api}/{self.number}/bot"
base_file_url = "{api}/{self.number}/file/bot"
mode = "{mode}"
webhook_url = "http://127.0.0.1:{self.port}/telegram"
webhook_secret = "{SECRET}"
webhook_listen = "127.0.0.1:{self.port}"
[web]
enabled = false
[log]
level = "warning"
[run]
lease_seconds = 2
[database]
url = "{url}"
[storage]
url = "{self._folder / "files"}"
"""

    async def start(self) -> None:
        """Start the parent and the first process; returns when that serves."""
        env = os.environ | {"ZHISHOU_CONFIG": str(self._config), "PYTHONPATH": str(ROOT)}
        with self._log.open("ab") as log:
            self._parent = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bench.crash.bot",
                cwd=self._folder,
                env=env,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )
        self._reading = asyncio.create_task(self._read())
        await self._begin()
        await self.up()

    async def kill(self) -> None:
        """SIGKILL, and a new process at once, which takes its time to serve."""
        os.kill(self._pid, signal.SIGKILL)
        await self._begin()

    async def up(self, seconds: float = 120.0) -> None:
        """Wait until the process serves. RuntimeError, with its last words, if it does not."""
        try:
            async with asyncio.timeout(seconds):
                await self._up.wait()
        except TimeoutError:
            raise RuntimeError(f"not up after {seconds} s: {self.last_words()}") from None

    async def end(self) -> None:
        """Kill it for good, its parent too."""
        if self._parent is None or self._parent.stdin is None:
            return
        self._parent.stdin.close()
        await self._parent.wait()
        if self._reading is not None:
            await self._reading

    def last_words(self) -> str:
        """The end of its log."""
        return self._log.read_text(errors="replace")[-2000:]

    async def _begin(self) -> None:
        assert self._parent is not None
        assert self._parent.stdin is not None
        self._parent.stdin.write(b"start\n")
        self._pid = await self._born.get()
        if not self._pid:
            raise RuntimeError(f"not started: {self.last_words()}")
        self._began = time.monotonic()

    async def _read(self) -> None:
        """What the parent and the process say; a killed one's last line may be cut short."""
        assert self._parent is not None
        assert self._parent.stdout is not None
        async for line in self._parent.stdout:
            word, _, rest = line.decode().strip().partition(" ")
            if word == "pid":
                self._up.clear()
                self._born.put_nowait(int(rest))
            elif word == "up":
                self.boot_seconds = time.monotonic() - self._began
                self._up.set()
            elif word == "tick":
                self.on_tick(self)
        self._born.put_nowait(0)


def complaints(replicas: Iterable[Replica]) -> int:
    """How many tracebacks stand in the logs."""
    return sum(replica._log.read_text(errors="replace").count("Traceback") for replica in replicas)
