"""A real `zhishou demo` in a process of its own."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGTERM, Signals

READY = "演示已启动"
PATIENCE = 120  # seconds; a busy machine takes its time


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


class Demo:
    """The demo on one port with one folder; it can be stopped and started again."""

    def __init__(self, data: Path, *command: str) -> None:
        self.data, self.command, self.port = data, command, free_port()
        self.process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """Where it is served."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> str:
        """Start it and wait until it says so; the line that it prints."""
        command = [*self.command, "--port", str(self.port), "--data", str(self.data)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert READY in line, line
        return line

    def stop(self, by: Signals = SIGTERM) -> int:
        """Stop it; its exit code."""
        assert self.process is not None
        self.process.send_signal(by)
        self.process.communicate(timeout=PATIENCE)
        return self.process.returncode


@contextmanager
def running_demo(data: Path, *options: str, module: str = "bot.demo") -> Iterator[Demo]:
    """The demo while it is needed."""
    demo = Demo(data, sys.executable, "-m", *module.split(), *options)
    demo.start()
    try:
        yield demo
    finally:
        if demo.process is not None and demo.process.poll() is None:
            demo.process.kill()
            demo.process.communicate()
