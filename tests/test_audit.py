"""One chain of events a county: numbered without gaps, whoever writes, whatever is undone."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace

import pytest
from sqlalchemy import insert
from sqlmodel import Session, select

from bot.db import Database
from models.audit import events_of, row_hash, seal_of
from models.audit_check import walk
from models.base import Conflict, UserError, savepoint, write_later, write_now
from models.inbox import InboxRow, take_event
from tests.audit_chain import BY, COUNTY, LENGTH, faults, head, note, rows, spoil, write, write_chain
from tests.county import NOW


def of_hazard(session: Session, subject_id: int) -> list[int]:
    """The places of a hazard's events."""
    found = events_of(session, county=COUNTY, subject="hazard", subject_id=subject_id)
    return [event.after["place"] for event in found]


# What is written


def test_events_are_numbered_and_chained_and_the_head_is_the_newest(db: Database) -> None:
    assert db.read_now(lambda session: seal_of(session, county=COUNTY)) is None
    write_chain(db)
    stored = rows(db)
    assert [row["seq"] for row in stored] == list(range(1, LENGTH + 1))
    assert [row["after"]["place"] for row in stored] == list(range(1, LENGTH + 1))
    assert [row["prev"] for row in stored] == ["", *(row["hash"] for row in stored[:-1])]
    assert all(row["hash"] == row_hash(row) for row in stored)
    assert head(db) == (LENGTH, stored[-1]["hash"])
    assert faults(db) == []
    seal = db.read_now(lambda session: seal_of(session, county=COUNTY))
    assert seal == f"{LENGTH} {stored[-1]['hash'][:12]}"


def test_a_thing_has_its_own_events_also_those_of_this_transaction(db: Database) -> None:
    write_chain(db)

    def work(session: Session) -> tuple[list[int], list[int]]:
        note(session, 13, subject_id=2)
        return of_hazard(session, 1), of_hazard(session, 2)

    assert db.run_now(work) == ([1, 4, 7, 10], [2, 5, 8, 11, 13])
    assert faults(db) == []


def test_counties_have_chains_of_their_own(db: Database) -> None:
    def work(session: Session) -> None:
        for place in (1, 2, 3):
            note(session, place)
            note(session, place, by=replace(BY, county="411025"))

    db.run_now(work)
    assert sorted((row["county"], row["seq"]) for row in rows(db)) == [
        (county, seq) for county in (COUNTY, "411025") for seq in (1, 2, 3)
    ]
    assert faults(db) == []
    other = db.read_now(lambda session: list(walk(session, county="411025").faults()))
    assert other == []


def test_work_that_fails_leaves_no_event_of_what_was_done_together(db: Database) -> None:
    """Three that wait are done in one transaction; it fails, and each is done again alone."""
    entered, go_on = threading.Event(), threading.Event()

    def holds_the_writer(session: Session) -> None:
        entered.set()
        go_on.wait(10)

    def fails(session: Session) -> None:
        note(session, 2)
        raise ValueError("no")

    works: list[Callable[[Session], None]] = [lambda session: note(session, 1), fails]
    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(db.run_now, holds_the_writer)]
        assert entered.wait(10)
        done += [pool.submit(db.run_now, work) for work in (*works, lambda session: note(session, 3))]
        while db.is_sqlite and db._jobs.qsize() < 3:
            time.sleep(0.001)
        go_on.set()
    assert [type(each.exception()) for each in done] == [type(None), type(None), ValueError, type(None)]
    assert sorted(row["after"]["place"] for row in rows(db)) == [1, 3]
    assert faults(db) == []


def test_two_processes_at_once_make_one_chain_without_gaps(db: Database, database_url: str) -> None:
    second, each = Database(database_url), 40

    def write_all(database: Database, start: int) -> None:
        for place in range(start, start + each):
            write(database, place, place)

    threads = [
        threading.Thread(target=write_all, args=(database, start))
        for database, start in ((db, 100), (second, 200), (db, 300), (second, 400))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    second.close()
    stored = rows(db)
    assert [row["seq"] for row in stored] == list(range(1, 8 * each + 1))
    assert sorted(row["after"]["place"] for row in stored) == sorted(
        place for start in (100, 200, 300, 400) for place in [*range(start, start + each)] * 2
    )
    assert faults(db) == []


def test_a_head_that_moved_is_a_conflict(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a database that gives no lock the guarded update decides."""
    write(db, 1)
    stale = SimpleNamespace(seq=1, hash=rows(db)[0]["hash"], newest=1)
    write(db, 2)
    spoil(db, "DELETE FROM event WHERE seq = 2")
    monkeypatch.setattr("models.audit._taken_head", lambda session, county: stale)
    with pytest.raises(Conflict):
        write(db, 3)


# Savepoints


def refused(session: Session, work: Callable[[Session], None]) -> None:
    """Do it in a savepoint, and then refuse it."""

    def work_and_refuse() -> None:
        work(session)
        raise UserError("not-allowed")

    with pytest.raises(UserError), savepoint(session):
        work_and_refuse()


def entry(session: Session, place: int) -> None:
    """An event, and a row that is put off."""
    note(session, place)
    inbox(session, str(place))


def inbox(session: Session, event_id: str) -> None:
    take_event(session, county=COUNTY, channel="web", event_id=event_id, now=NOW, reply_id=1)


@pytest.mark.parametrize("looks", [False, True])
def test_what_a_savepoint_takes_back_was_never_recorded(db: Database, looks: bool) -> None:
    """Neither when it was still pending, nor when somebody looked and everything pending was written."""

    def inside(session: Session) -> None:
        entry(session, 2)
        if looks:
            assert of_hazard(session, 2) == [2]
            write_now(session)

    def work(session: Session) -> None:
        entry(session, 1)
        refused(session, inside)
        entry(session, 3)

    db.run_now(work)
    assert [row["after"]["place"] for row in rows(db)] == [1, 3]
    kept = db.read_now(lambda session: session.exec(select(InboxRow.event_id)).all())
    assert sorted(kept) == ["1", "3"]
    assert faults(db) == []


def test_what_a_savepoint_keeps_is_recorded_in_order(db: Database) -> None:
    def work(session: Session) -> None:
        note(session, 1)
        with savepoint(session):
            note(session, 2)
            refused(session, lambda session: note(session, 3))
        note(session, 4)

    db.run_now(work)
    assert [row["after"]["place"] for row in rows(db)] == [1, 2, 4]
    assert faults(db) == []


def test_put_off_rows_of_other_statements_do_not_mix(db: Database) -> None:
    one, other = insert(InboxRow.__table__), insert(InboxRow.__table__)

    def work(session: Session) -> int:
        row = {"county": COUNTY, "channel": "web", "at": NOW}
        write_later(session, one, {**row, "event_id": "1"})
        write_later(session, other, {**row, "event_id": "2", "reply_id": 5})
        write_now(session)
        return len(session.exec(select(InboxRow)).all())

    assert db.run_now(work) == 2
