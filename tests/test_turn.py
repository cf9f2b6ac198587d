"""Processes that share one SQLite file write in turn: a busy one does not keep the others out."""

import fcntl
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session

from bot.db import Database, open_database

OTHER = """
import sys
from sqlalchemy import text
from bot.db import open_database

with open_database(sys.argv[1]) as db:
    db.run_now(lambda session: session.execute(text("INSERT INTO writes (who) VALUES ('other')")))
"""


def others_wait(file: Path) -> bool:
    """Whether somebody holds the place of the next in line."""
    with Path(f"{file}-next").open("ab") as place:
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def write(session: Session, who: str) -> None:
    session.execute(text("INSERT INTO writes (who) VALUES (:who)"), {"who": who})


def test_who_waits_comes_before_who_just_wrote(tmp_path: Path) -> None:
    file = tmp_path / "county.db"
    with open_database(f"sqlite:///{file}") as db:
        db.run_now(lambda session: session.execute(text("CREATE TABLE writes (who TEXT)")))
        other: list[subprocess.Popen[bytes]] = []

        def first(session: Session) -> None:
            """Write; the other process comes meanwhile and has to wait."""
            write(session, "busy")
            if not other:
                other.append(subprocess.Popen([sys.executable, "-c", OTHER, str(db.url)]))
            while not others_wait(file):
                assert other[0].poll() is None
                time.sleep(0.01)

        db.run_now(first)
        for _ in range(20):  # at once, again and again
            db.run_now(lambda session: write(session, "busy"))
        assert other[0].wait(30) == 0
        assert writers(db)[:3] == ["busy", "other", "busy"]


def test_a_killed_process_leaves_the_queue(tmp_path: Path) -> None:
    file = tmp_path / "county.db"
    hold = "import sys, time; from bot.turn import Turn; from pathlib import Path\n"
    hold += "with Turn(Path(sys.argv[1])): print('mine', flush=True); time.sleep(600)"
    with open_database(f"sqlite:///{file}") as db:
        db.run_now(lambda session: session.execute(text("CREATE TABLE writes (who TEXT)")))
        with subprocess.Popen([sys.executable, "-c", hold, str(file)], stdout=subprocess.PIPE) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"mine\n"
            holder.kill()
            db.run_now(lambda session: write(session, "alive"))
        assert writers(db) == ["alive"]


def writers(db: Database) -> list[str]:
    """Who wrote, in order."""
    statement = text("SELECT who FROM writes ORDER BY rowid")
    return list(db.read_now(lambda session: session.execute(statement).scalars()))
