"""The command line as an operator meets it: a folder of their own, what they type, what comes back."""

import csv
import os
import re
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli import program
from bot.clock import FixedClock
from tests.county import NOW

CODE = re.compile(r"[2-9A-HJKMNP-Z]{10}")


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def line(self) -> str:
        """The one line that a fault is."""
        assert "Traceback" not in self.err
        assert self.err.count("\n") == 1, self.err
        return self.err.removeprefix("zhishou: ").rstrip("\n")


@dataclass(frozen=True)
class Shell:
    """The program in a folder of the test's own, at NOW."""

    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str | Path, lang: str = "en") -> Ran:
        self.monkeypatch.setenv("ZHISHOU_LANG", lang)
        code = program.run([str(argument) for argument in arguments])
        said = self.capsys.readouterr()
        return Ran(code, said.out, said.err)

    def set(self, **settings: str) -> None:
        """Settings by the environment: telegram__token."""
        for name, value in settings.items():
            self.monkeypatch.setenv(f"ZHISHOU_{name.upper()}", value)


@pytest.fixture
def zhishou(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.upper().startswith("ZHISHOU_"):
            monkeypatch.delenv(name)
    monkeypatch.setattr("bot.cli.desk.Clock", lambda: FixedClock(NOW))
    return Shell(monkeypatch, capsys)


_made: list[bytes] = []  # the database that `zhishou init` makes, kept for the next test


@pytest.fixture
def ready(zhishou: Shell) -> Shell:
    """A county on SQLite after `zhishou init`."""
    stored = Path("data/zhishou.db")
    if _made:
        stored.parent.mkdir()
        stored.write_bytes(_made[0])
        return zhishou
    assert zhishou("init").code == 0
    assert not stored.with_suffix(".db-wal").exists()
    _made.append(stored.read_bytes())
    return zhishou


def process(folder: Path, *command: str, **environment: str) -> Ran:
    """A command as a process of its own, with nothing of ours in its environment but this."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("ZHISHOU_")}
    ran = subprocess.run(
        command, cwd=folder, env=kept | environment, capture_output=True, timeout=120, check=False
    )
    return Ran(ran.returncode, ran.stdout.decode(), ran.stderr.decode())


def table(name: str, *rows: tuple[str, ...]) -> Path:
    """A CSV file as Excel saves it."""
    with Path(name).open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    return Path(name)


PEOPLE = (
    ("姓名", "电话", "角色", "镇/村"),
    ("王芳", "13800000001", "网格员", "彭店镇刘拐村"),
    ("吴刚", "13800000010", "带班领导", "彭店镇"),
)
ROSTER = (
    ("值班日期", "班次起止", "单位/岗位", "带班领导姓名(A角)", "带班领导手机"),
    ("2026-10-01", "08:00-次日08:00", "彭店镇值班室", "吴刚", "13800000010"),
    ("2026-10-02", "08:00-次日08:00", "彭店镇值班室", "吴刚", "13800000010"),
)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
