"""Databases for tests, made once a worker and copied: empty, with all tables, with the sample county."""

import pickle
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from sqlalchemy import event
from sqlmodel import SQLModel

from bot.db import Database, open_database
from tests.county import County, make_county

EMPTY, TABLES, COUNTY = "empty", "tables", "county"
# What a crash of the machine could cost a test's server is of no interest to it.
_FAST = ("fsync", "synchronous_commit", "full_page_writes")


def make_fast(uri: str) -> None:
    """Tell a server that nobody will miss its files."""
    with psycopg.connect(uri, autocommit=True) as connection:
        for setting in _FAST:
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


def careless(database: Database) -> Database:
    """SQLite, too, need not wait for the disk."""
    if database.is_sqlite:
        for engine in (database.engine, database.reader):
            event.listen(engine, "connect", lambda opened, _: opened.execute("PRAGMA synchronous=OFF"))
    return database


def with_database(uri: str, name: str) -> str:
    """The server's URI with another database."""
    head, _, query = uri.partition("?")
    head = head.rsplit("/", 1)[0]
    return f"{head}/{name}" + (f"?{query}" if query else "")


def create_database(uri: str, name: str, template: str = "template1") -> str:
    """Make a database on this server, a copy of another; its URI."""
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return with_database(uri, name)


@contextmanager
def new_database(uri: str, template: str = "template1") -> Iterator[str]:
    """A database of this server that is gone afterwards; its URI."""
    name = f"t{secrets.token_hex(6)}"
    yield create_database(uri, name, template)
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@dataclass
class Databases:
    """The databases of one worker's tests; what they are copied from is made when it is first asked for."""

    folder: Path
    server: Callable[[], str]  # the PostgreSQL server's URI; started when it is first asked for
    _samples: dict[tuple[str, str], bytes] = field(default_factory=dict)  # pickled, for each what is made
    _shared: dict[tuple[str, str], Database] = field(default_factory=dict)

    @contextmanager
    def copy(self, engine: str, holds: str, folder: Path) -> Iterator[str]:
        """A database of its own with this content; its URL."""
        source = self._source(engine, holds)
        if engine == "sqlite":
            path = folder / "test.db"
            if holds != EMPTY:
                shutil.copyfile(source, path)
            yield f"sqlite:///{path}"
            return
        with new_database(self.server(), source) as url:
            yield url

    def sample(self, engine: str) -> County:
        """The people and units of the county on this engine."""
        self._source(engine, COUNTY)
        county: County = pickle.loads(self._samples[engine, COUNTY])
        return county

    def shared(self, engine: str, holds: str) -> Database:
        """The one database for all tests of this content that take back what they write."""
        if (engine, holds) not in self._shared:
            source = self._source(engine, holds)
            if engine == "sqlite":
                url = f"sqlite:///{shutil.copyfile(source, self.folder / f'shared_{holds}.db')}"
            else:
                url = create_database(self.server(), f"shared_{holds}", source)
            self._shared[engine, holds] = careless(Database(url))
        return self._shared[engine, holds]

    def close(self) -> None:
        """Let go of the shared ones."""
        for database in self._shared.values():
            database.close()

    def _source(self, engine: str, holds: str) -> str:
        """The name of the database, or the path of the file, that is copied; nobody is connected to it."""
        if holds == EMPTY:
            return "template1"
        if (engine, holds) not in self._samples:
            if engine == "sqlite":
                url = f"sqlite:///{self.folder / holds}.db"
            else:
                url = create_database(self.server(), holds)
            with open_database(url) as database:
                SQLModel.metadata.create_all(database.engine)
                sample = database.run_now(make_county) if holds == COUNTY else None
            self._samples[engine, holds] = pickle.dumps(sample)
        return holds if engine == "postgresql" else str(self.folder / f"{holds}.db")
