"""The bot under test: a parent that has everything imported and forks one process of the bot per line read.

    python -m bench.crash.bot          (the settings come from ZHISHOU_CONFIG)

A fork saves the seconds that the imports take; all that the bot does when it starts (settings, database,
Bot API, webhook) happens in the child, after the fork. The child says `pid NUMBER`, `up` when it serves, and
`tick NAME` when a tick has done something and is about to commit. Ticks run every second and alarms
climb at once, so that there is something to interrupt.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import time
from typing import Any

import uvloop

from bot.app import running
from bot.logs import configure_logs
from bot.settings import Settings, load_settings
from bot.ticks import TICKS
from models.policy import LEADER, OFFICE, TOWN, AlarmStep, Policy

NEVER_QUIET = time(0)  # from and to the same hour: nothing waits for the morning, whenever this runs
ALARM_STEPS = (AlarmStep(0, (OFFICE, TOWN)), AlarmStep(0, (OFFICE, LEADER)))


class Hurried(Settings):
    """The settings with an alarm that climbs at the very next tick."""

    def policy(self) -> Policy:
        """The office's rules, in a hurry."""
        return replace(
            super().policy(), alarm_steps=ALARM_STEPS, quiet_from=NEVER_QUIET, quiet_to=NEVER_QUIET
        )


async def live() -> None:
    """Serve until killed."""
    settings = Hurried.model_construct(**dict(load_settings()))
    configure_logs(settings.log)
    TICKS[:] = [(name, 1, _announced(name, work)) for name, _, work in TICKS]
    async with running(settings):
        _tell("up")
        await asyncio.Event().wait()


def _announced(name: str, work: Callable[..., int]) -> Callable[..., int]:
    def told(*args: Any, **kwargs: Any) -> int:
        done = work(*args, **kwargs)
        if done:
            _tell(f"tick {name}")
        return done

    return told


def _tell(line: str) -> None:
    os.write(sys.stdout.fileno(), f"{line}\n".encode())


def main() -> None:
    """Fork a bot for each line on stdin, after the one before has died; the last dies with us."""
    child = 0
    try:
        for _ in sys.stdin:
            if child:
                os.waitpid(child, 0)
            child = os.fork()
            if not child:
                _tell(f"pid {os.getpid()}")
                uvloop.run(live())
                os._exit(1)
    finally:
        if child:
            os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    main()
