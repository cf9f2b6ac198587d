"""What every table and operation shares: ids, UTC times, who acts, and the one error people see."""

import itertools
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any

from sqlalchemy import BigInteger, DateTime, Dialect, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import JSON, TypeDecorator
from sqlmodel import Field, Session, SQLModel

from models.prepared import execute_many

EPOCH_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z
_counter = itertools.count(secrets.randbits(20))


def new_id() -> int:
    """A 62-bit id that grows with time and is unique across replicas: milliseconds, then 20 bits."""
    return ((time.time_ns() // 1_000_000 - EPOCH_MS) << 20) | (next(_counter) & 0xFFFFF)


_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@lru_cache(maxsize=1024)  # every button of a message has the same one
def short(number: int) -> str:
    """An id in base 36, for callback data (13 characters at most)."""
    out = ""
    while number:
        number, digit = divmod(number, 36)
        out = _DIGITS[digit] + out
    return out or "0"


def unshort(text: str) -> int:
    """The id that `short` wrote; ValueError if it is not one, or wider than a database's integer."""
    number = int(text, 36) if len(text) <= 13 else -1
    if not 0 <= number < 1 << 63:
        raise ValueError(text)
    return number


class UTCDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime on every database (SQLite forgets the zone of a plain DateTime)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# Ids are wider than SQL's INTEGER.
Id = Annotated[int, Field(sa_type=BigInteger)]
MaybeId = Annotated[int | None, Field(sa_type=BigInteger)]


def utc_field(**kwargs: Any) -> Any:
    """A column of aware UTC times."""
    return Field(sa_type=UTCDateTime, **kwargs)


def json_field(default_factory: Any) -> Any:
    """A JSON column. Assign a new value to change it; in-place changes are not saved."""
    return Field(default_factory=default_factory, sa_type=JSON, nullable=False)


class CountyRow(SQLModel):
    """A row that belongs to one county: its area code leads the key (docs/scale.md)."""

    county: str = Field(primary_key=True, max_length=12)
    id: int = Field(
        default_factory=new_id,
        primary_key=True,
        sa_type=BigInteger,
        sa_column_kwargs={"autoincrement": False},
    )


class UserError(Exception):
    """Something a person asked for that cannot be done; `key` names the sentence they are shown."""

    def __init__(self, key: str, **params: Any) -> None:
        super().__init__(key, params)
        self.key = key
        self.params = params


class Conflict(Exception):
    """Another process was quicker with the same row: the whole transaction is undone and done again."""


@dataclass(frozen=True)
class Grant:
    """One role with its scope: an area code, a unit id, a sector, or none of them (the whole county)."""

    role: str
    area: str | None = None
    unit_id: int | None = None
    sector: str | None = None


@dataclass(frozen=True)
class Actor:
    """Who acts, through which channel. `person_id` is None for the system itself, and for a unit that
    answers by its link (`link_unit`: that unit's id; `link_phone`: the telephone that was given)."""

    county: str
    person_id: int | None
    name: str
    channel: str
    grants: tuple[Grant, ...] = ()
    link_unit: int | None = None
    link_phone: str = ""

    def has(self, *roles: str) -> bool:
        return any(grant.role in roles for grant in self.grants)


def system(county: str) -> Actor:
    """The actor of ticks and imports."""
    return Actor(county=county, person_id=None, name="system", channel="system")


def chunks(rows: Iterable[Any], size: int) -> Iterable[list[Any]]:
    """`rows` in lists of at most `size`."""
    iterator = iter(rows)
    while batch := list(itertools.islice(iterator, size)):
        yield batch


_LATER, _LAST = "later", "last"  # in a session's info: what was put off, each with its rows


def write_later(session: Session, statement: Any, row: dict[str, Any]) -> None:
    """Put a plain insert, or an update of exactly one row, off to the end of the transaction.

    There it is done with its like in one go, which costs far less. Nothing in the transaction may
    read the row before. `statement` is the same object each time.
    """
    _put_off(session, _LATER, statement, row)


def do_last(session: Session, work: Callable[[Session, list[Any]], None], row: Any) -> None:
    """Hand `row` to `work(session, rows)`, with its like, after everything else of the transaction.

    For what others must wait for: a lock taken there is held for the commit alone.
    """
    _put_off(session, _LAST, work, row)


def _put_off(session: Session, when: str, key: Any, row: Any) -> None:
    session.info.setdefault(when, {}).setdefault(key, []).append(row)


def waiting(session: Session, statement: Any) -> list[dict[str, Any]]:
    """The rows that wait for `statement` (`write_later`)."""
    return list(session.info.get(_LATER, {}).get(statement, ()))


def put_off(session: Session, work: Callable[[Session, list[Any]], None]) -> list[Any]:
    """The rows that wait for `work`."""
    return list(session.info.get(_LAST, {}).get(work, ()))


def do_now(session: Session, work: Callable[[Session, list[Any]], None]) -> None:
    """Do at once what waits for `work`."""
    if rows := session.info.get(_LAST, {}).pop(work, None):
        work(session, rows)


def write_now(session: Session) -> None:
    """Do what was put off. Error: Conflict, when another has changed a row meanwhile that was to be updated."""
    for statement, rows in session.info.pop(_LATER, {}).items():
        done = execute_many(session.connection(), statement, rows)
        if statement.is_update and done.rowcount != len(rows):
            raise Conflict(len(rows))
    for work in list(session.info.get(_LAST, ())):
        do_now(session, work)


@contextmanager
def savepoint(session: Session) -> Iterator[None]:
    """If what is done inside raises, it is undone, and what it put off to the transaction's end forgotten.

    What had been put off before stays put off, also if it was written inside: that is undone as well.
    """
    before = {
        when: {key: list(rows) for key, rows in session.info.get(when, {}).items()}
        for when in (_LATER, _LAST)
    }
    try:
        with session.begin_nested():
            yield
    except BaseException:
        session.info.update(before)
        raise


def compare_and_set(session: Session, row: Any, *conditions: Any, **values: Any) -> bool:
    """Set columns of a stored row where the conditions on its table still hold; true for the one who found it so.

    The row is read anew either way.
    """
    table = type(row)
    done = session.execute(
        update(table)
        .where(table.county == row.county, table.id == row.id, *conditions)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    session.refresh(row)
    return int(done.rowcount) == 1  # type: ignore[attr-defined]


_INSERTS: dict[tuple[str, str], Any] = {}


def insert_ignore(session: Session, table: type[SQLModel], row: dict[str, Any]) -> bool:
    """Insert a row unless one of its unique keys stands already; whether it was new."""
    dialect = session.get_bind().dialect.name
    key = (dialect, str(table.__tablename__))
    if key not in _INSERTS:  # built once: building costs more than running
        insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
        statement = insert(table.__table__).on_conflict_do_nothing()  # type: ignore[attr-defined]
        _INSERTS[key] = statement.execution_options(preserve_rowcount=True)
    return bool(session.connection().execute(_INSERTS[key], row).rowcount == 1)
