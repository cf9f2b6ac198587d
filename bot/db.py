"""The one place that commits: `Database.run(fn)` gives a function its transaction and its thread.

Work that waits is done together: several functions share one transaction and hear back after its
commit. If one of them fails, the transaction is undone and each is done again alone, so that a
failure takes back only its own. On SQLite a single thread writes (BEGIN IMMEDIATE), in turn with those
of other processes; on PostgreSQL a few do.
"""

import asyncio
import json
import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session

from bot.turn import Turn
from models.base import Conflict, write_now

T = TypeVar("T")
log = structlog.get_logger()

BATCH = 64
TRIES = 5


@dataclass
class _Job:
    """Work and who waits for it: a thread, or a coroutine of `loop`."""

    work: Callable[[Session], Any]
    done: "Future[Any] | asyncio.Future[Any]"
    loop: asyncio.AbstractEventLoop | None = None
    ahead: "Ahead | None" = None


Ahead = tuple[Callable[[Session, list[Any]], None], Any]
"""What asks at once for all works done together, and what this one asks about."""


_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def make_engine(url: str, *, writer: bool = True) -> Engine:
    """An engine as the house uses it: UTF-8 JSON, and on SQLite WAL, full sync, explicit BEGIN IMMEDIATE."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
        return create_engine(parsed, json_serializer=_dumps, pool_pre_ping=True, pool_size=8)
    engine = create_engine(
        parsed, json_serializer=_dumps, connect_args={"timeout": 30, "check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "cache_size=-64000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")

    return engine


class Database:
    """A county's database. `run` for anything that writes, `read` for looking only."""

    def __init__(self, url: str, *, writers: int = 3) -> None:
        self.url = url
        self.engine = make_engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self.reader = make_engine(url, writer=False) if self.is_sqlite else self.engine
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._work, name=f"writer-{number}", daemon=True)
            for number in range(1 if self.is_sqlite else writers)
        ]
        self._turn = _turn_of(self.engine)
        self._readers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="reader")
        self._started = False
        self._starting = threading.Lock()

    async def run(self, work: Callable[[Session], T], *, ahead: Ahead | None = None) -> T:
        """`work(session)` in a transaction; returns after the commit. Raises what the work raised.

        The work may run more than once: alone, where something done together with it failed. With
        `ahead`, (ask, key), `ask(session, keys)` is called first, once for all works of the transaction
        that bring the same `ask`, and leaves what it found in the session's info.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        self._submit(_Job(work, done, loop, ahead))
        return await done

    def run_now(self, work: Callable[[Session], T]) -> T:
        """The same for callers without an event loop (the command line, tests)."""
        done: Future[T] = Future()
        self._submit(_Job(work, done))
        return done.result()

    def _submit(self, job: _Job) -> None:
        if not self._started:
            self._start()
        self._jobs.put(job)

    async def read(self, work: Callable[[Session], T]) -> T:
        """`work(session)` on a connection that is thrown away unsaved."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self.read_now, work)

    def read_now(self, work: Callable[[Session], T]) -> T:
        """The same for callers without an event loop."""
        with Session(self.reader) as session:
            return work(session)

    def close(self) -> None:
        """Finish what was handed in, then stop."""
        if self._started:
            for _ in self._threads:
                self._jobs.put(None)
            for thread in self._threads:
                thread.join()
        self._readers.shutdown()
        if self._turn is not None:
            self._turn.close()
        self.engine.dispose()
        self.reader.dispose()

    def _start(self) -> None:
        with self._starting:
            if not self._started:
                for thread in self._threads:
                    thread.start()
                self._started = True

    def _work(self) -> None:
        while True:
            jobs, stop = self._take()
            if jobs:
                self._commit_together(jobs)
            if stop:
                return

    def _take(self) -> tuple[list[_Job], bool]:
        """Wait for one job, then take all that wait with it."""
        jobs: list[_Job] = []
        job = self._jobs.get()
        while job is not None:
            jobs.append(job)
            if len(jobs) >= BATCH:
                return jobs, False
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return jobs, False
        return jobs, True

    def _commit_together(self, jobs: list[_Job]) -> None:
        """All in one transaction; if that fails for whatever reason, each alone."""
        if len(jobs) > 1:
            try:
                with self._transaction() as session:
                    _look_ahead(session, jobs)
                    results = [_work_in(session, job) for job in jobs]
            except Exception as error:  # noqa: BLE001 - found again, and answered, when each is done alone
                log.debug("done one by one", jobs=len(jobs), error=str(error))
            else:
                _answer([(job, result, None) for job, result in zip(jobs, results, strict=True)])
                return
        for job in jobs:
            self._alone(job)

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        with (
            self._turn or nullcontext(),
            self.engine.connect() as connection,
            connection.begin(),
            Session(connection, join_transaction_mode="rollback_only", expire_on_commit=False) as session,
        ):
            yield session
            write_now(session)

    def _alone(self, job: _Job) -> None:
        """In a transaction of its own, again where two replicas met; the last failure is the caller's."""
        for attempt in range(TRIES):
            try:
                with self._transaction() as session:
                    _look_ahead(session, [job])
                    result = _work_in(session, job)
            except Exception as error:  # noqa: BLE001 - handed to the caller, who waits for it
                if _worth_repeating(error) and attempt + 1 < TRIES:
                    time.sleep(0.02 * (attempt + 1))
                    continue
                _answer([(job, None, error)])
                return
            _answer([(job, result, None)])
            return


def _turn_of(engine: Engine) -> Turn | None:
    """The queue for an SQLite file; a database in memory has one process, PostgreSQL queues by itself."""
    file = engine.url.database
    if engine.dialect.name != "sqlite" or not file or file == ":memory:":
        return None
    return Turn(Path(file))


def _look_ahead(session: Session, jobs: list[_Job]) -> None:
    asked: dict[Callable[[Session, list[Any]], None], list[Any]] = {}
    for job in jobs:
        if job.ahead is not None:
            asked.setdefault(job.ahead[0], []).append(job.ahead[1])
    for ask, keys in asked.items():
        ask(session, keys)


def _work_in(session: Session, job: _Job) -> Any:
    result = job.work(session)
    session.flush()
    session.expunge_all()  # the next job in this transaction reads everything anew
    return result


def _worth_repeating(error: Exception) -> bool:
    """Two replicas that met at one row (a unique key, a deadlock, a serialization failure), a locked file."""
    if isinstance(error, (Conflict, IntegrityError)):
        return True
    if not isinstance(error, DBAPIError):
        return False
    return getattr(error.orig, "sqlstate", None) in ("40P01", "40001", "55P03") or "locked" in str(error.orig)


_Answer = tuple[_Job, Any, Exception | None]


def _answer(answers: list[_Answer]) -> None:
    """Tell those who wait: all of one event loop in one call to it."""
    by_loop: dict[asyncio.AbstractEventLoop | None, list[_Answer]] = {}
    for answer in answers:
        by_loop.setdefault(answer[0].loop, []).append(answer)
    for loop, its in by_loop.items():
        if loop is None:
            _settle(its)
            continue
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_settle, its)


def _settle(answers: list[_Answer]) -> None:
    for job, result, error in answers:
        if job.done.done():  # given up meanwhile
            continue
        if error is None:
            job.done.set_result(result)
        else:
            job.done.set_exception(error)


@contextmanager
def open_database(url: str) -> Iterator[Database]:
    """A database that is closed at the end."""
    database = Database(url)
    try:
        yield database
    finally:
        database.close()
