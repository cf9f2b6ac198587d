"""One county a module on each database, and a world in it that is taken back after each test."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, SQLModel

from bot.db import Database
from tests.chat import PARTS
from tests.county import County, join_web, make_county
from tests.databases import new_database
from tests.loop_world import World, add_criteria

__all__ = ["Stored", "loop_county", "stored_county", "world", "world_in"]


@dataclass(frozen=True)
class Stored:
    """A database with the sample county in it, everyone with a web chat."""

    engine: Engine
    sample: County


@contextmanager
def stored_county(url: str, joined: Sequence[str] = PARTS) -> Iterator[Stored]:
    """The county stored at this address, with web chats for those who have joined."""
    db = Database(url)
    SQLModel.metadata.create_all(db.engine)

    def fill(session: Session) -> County:
        sample = make_county(session)
        add_criteria(session)
        join_web(session, sample, *joined)
        return sample

    yield Stored(db.engine, db.run_now(fill))
    db.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def loop_county(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stored]:
    """The county of a module, on each database in turn."""
    if request.param == "sqlite":
        with stored_county(f"sqlite:///{tmp_path_factory.mktemp('loop') / 'loop.db'}") as made:
            yield made
        return
    with new_database(request.getfixturevalue("postgres")) as url, stored_county(url) as made:
        yield made


@contextmanager
def world_in(stored: Stored) -> Iterator[World]:
    """A world whose transaction is taken back."""
    with stored.engine.connect() as connection, connection.begin() as transaction:
        with Session(connection, join_transaction_mode="rollback_only") as session:
            yield World(session, stored.sample)
        transaction.rollback()


@pytest.fixture
def world(loop_county: Stored) -> Iterator[World]:
    """The loop at NOW, nothing reported yet."""
    with world_in(loop_county) as made:
        yield made
