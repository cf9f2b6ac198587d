"""Whose turn it is to write, where several processes share one SQLite file.

SQLite lets one write at a time, and whoever finds the file locked sleeps and tries again: the process
that just wrote gets it back before the sleeper wakes, so a busy one keeps the others out for as long
as it is busy. Here they queue instead.
"""

import fcntl
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO


class Turn:
    """A place in the queue of those who write to one file: `with turn:` waits, writes, passes on.

    The queue is made of locks on two empty files, which the kernel frees when a process dies. It only
    keeps the order: that no two write at once is SQLite's own doing.
    """

    def __init__(self, database: Path) -> None:
        self._paths = (Path(f"{database}-next"), Path(f"{database}-turn"))
        self._files: list[IO[bytes]] = []
        self._open = ExitStack()

    def __enter__(self) -> None:
        if not self._files:
            self._files = [self._open.enter_context(path.open("ab")) for path in self._paths]
        following, writing = self._files
        # Who waits to write holds the place of the next in line, so who just wrote cannot come before.
        fcntl.flock(following, fcntl.LOCK_EX)
        fcntl.flock(writing, fcntl.LOCK_EX)
        fcntl.flock(following, fcntl.LOCK_UN)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        fcntl.flock(self._files[1], fcntl.LOCK_UN)

    def close(self) -> None:
        """Leave the queue."""
        self._open.close()
        self._files = []
