"""Every way of spoiling the chain of events is found, and named."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, text
from sqlmodel import Session, SQLModel

from bot.db import Database
from models.audit import Event, row_hash, seal_of
from models.audit_check import PAGE, Walk, read_seal, seal_fault
from models.base import UserError
from tests.audit_chain import COUNTY, LENGTH, faults, head, rows, spoil, write, write_chain

COLUMNS = {
    "county": "'411025'",
    "seq": "77",
    "subject": "'alarm'",
    "subject_id": "99",
    "at": "'2026-09-28 01:00:59.000000'",
    "actor_id": "8",
    "actor_name": "'李静'",
    "channel": "'web'",
    "action": "'close'",
    "before": "'{}'",
    "after": '\'{"state": "closed"}\'',
    "reason": "''",
    "prev": "'x'",
    "hash": "'x'",
}


def test_every_column_is_tried() -> None:
    assert set(COLUMNS) == set(SQLModel.metadata.tables["event"].columns.keys())


@pytest.mark.parametrize("column", COLUMNS)
def test_an_edited_column_is_found(db: Database, column: str) -> None:
    write_chain(db)
    spoil(db, f"UPDATE event SET {column} = {COLUMNS[column]} WHERE seq = 6")
    found = {
        "county": [("missing", 6, 6)],
        "seq": [("missing", 6, 6), ("missing", 13, 76), ("changed", 77, 77), ("behind", 13, 77)],
        "hash": [("changed", 6, 6), ("unlinked", 7, 7)],
    }
    assert faults(db) == found.get(column, [("changed", 6, 6)])


def test_a_row_that_cannot_be_read_is_found(db: Database) -> None:
    """SQLite keeps anything in a column; PostgreSQL refuses a time or JSON that is none."""
    write_chain(db)
    if db.is_sqlite:
        spoil(db, "UPDATE event SET at = 'noon' WHERE seq = 4", "UPDATE event SET after = '{' WHERE seq = 5")
        assert faults(db) == [("unreadable", 4, 5)]
        spoil(db, "UPDATE event SET seq = 'x' WHERE seq = 8")
        assert faults(db) == [("unreadable", 4, 5), ("missing", 8, 8)]


GONE = {
    "first": ("seq = 1", [("missing", 1, 1)]),
    "middle": ("seq IN (4, 5, 9)", [("missing", 4, 5), ("missing", 9, 9)]),
    "last": ("seq = 12", [("cut-off", 12, 12)]),
    "tail": ("seq > 7", [("cut-off", 8, 12)]),
    "one thing": (
        "subject_id = 0",
        [("missing", 3, 3), ("missing", 6, 6), ("missing", 9, 9), ("cut-off", 12, 12)],
    ),
    "all": ("seq > 0", [("cut-off", 1, 12)]),
}


@pytest.mark.parametrize("which", GONE)
def test_a_deleted_row_is_found(db: Database, which: str) -> None:
    write_chain(db)
    where, found = GONE[which]
    spoil(db, f"DELETE FROM event WHERE {where}")
    assert faults(db) == found


def put_in(db: Database, seq: int, prev: str) -> str:
    """An event made as ours are, by somebody who knows how; its hash."""
    row = {**rows(db)[0], "seq": seq, "prev": prev, "reason": "补记"}
    row["hash"] = row_hash(row)
    with db.engine.begin() as connection:
        connection.execute(insert(Event.__table__), row)
    return row["hash"]


def test_a_row_put_in_in_the_middle_is_found(db: Database) -> None:
    write_chain(db)
    spoil(
        db,
        "UPDATE event SET seq = seq + 1000 WHERE seq > 5",
        "UPDATE event SET seq = seq - 999 WHERE seq > 1000",
        "UPDATE audithead SET seq = 13",
    )
    put_in(db, 6, rows(db)[4]["hash"])
    assert faults(db) == [("changed", 7, 13)]


def test_a_row_put_in_at_either_end_is_found(db: Database) -> None:
    write_chain(db)
    put_in(db, 13, head(db)[1])
    assert faults(db) == [("behind", 13, 13)]
    put_in(db, 0, "")
    assert faults(db) == [("inserted", 0, 0), ("behind", 13, 13)]


def test_a_row_replaced_by_one_that_fits_itself_is_found(db: Database) -> None:
    write_chain(db)
    spoil(db, "DELETE FROM event WHERE seq = 6")
    put_in(db, 6, rows(db)[4]["hash"])
    assert faults(db) == [("unlinked", 7, 7)]
    spoil(db, "DELETE FROM event WHERE seq = 12")
    put_in(db, 12, rows(db)[10]["hash"])
    assert faults(db) == [("unlinked", 7, 7), ("head", 12, 12)]


def test_two_rows_swapped_are_found(db: Database) -> None:
    write_chain(db)
    spoil(
        db,
        "UPDATE event SET seq = 100 WHERE seq = 5",
        "UPDATE event SET seq = 5 WHERE seq = 6",
        "UPDATE event SET seq = 6 WHERE seq = 100",
    )
    assert faults(db) == [("changed", 5, 6), ("unlinked", 7, 7)]


HEADS = {
    "hash": ("UPDATE audithead SET hash = 'x'", [("head", 12, 12)]),
    "forward": ("UPDATE audithead SET seq = 14", [("cut-off", 13, 14)]),
    "back": ("UPDATE audithead SET seq = 10", [("behind", 11, 12)]),
    "gone": ("DELETE FROM audithead", [("headless", 12, 12)]),
}


@pytest.mark.parametrize("how", HEADS)
def test_an_edited_head_is_found_and_work_goes_on(db: Database, how: str) -> None:
    """Also after more events: what was done to the head does not heal."""
    write_chain(db)
    statement, found = HEADS[how]
    spoil(db, statement)
    assert faults(db) == found
    write(db, 13, 14)
    write(db, 15)
    later = {
        "hash": [("unlinked", 13, 13)],
        "forward": [("missing", 13, 14)],
        "back": [("resumed", 13, 13)],
        "gone": [("resumed", 13, 13)],
    }
    assert faults(db) == later[how]
    assert [row["after"].get("place") for row in rows(db)][-2:] == [14, 15]


def test_an_emptied_chain_does_not_heal_either_while_its_head_stands(db: Database) -> None:
    write_chain(db)
    spoil(db, "DELETE FROM event")
    write(db, 13)
    assert faults(db) == [("missing", 1, 12)]


def recompute(db: Database) -> None:
    """Edit an event and compute the whole chain and its head anew, so that they fit one another."""
    stored, prev = rows(db), ""
    stored[5]["actor_name"] = "李静"
    with db.engine.begin() as connection:
        for row in stored:
            row["prev"] = prev
            row["hash"] = prev = row_hash(row)
        connection.execute(text("DELETE FROM event"))
        connection.execute(insert(Event.__table__), stored)
        connection.execute(text("UPDATE audithead SET hash = :hash"), {"hash": prev})


def seal_found(db: Database, typed: str) -> str | None:
    seal = read_seal(typed)
    fault = db.read_now(lambda session: seal_fault(session, county=COUNTY, seal=seal))
    return fault.kind if fault else None


def test_a_chain_computed_anew_is_found_by_an_old_seal(db: Database) -> None:
    write_chain(db)
    early, seal = f"5 {rows(db)[4]['hash'][:12]}", db.read_now(lambda s: seal_of(s, county=COUNTY))
    write(db, 13)
    assert (seal_found(db, seal), seal_found(db, early)) == (None, None)
    recompute(db)
    assert faults(db) == []
    assert (seal_found(db, seal), seal_found(db, early)) == ("seal", None)


def test_a_tail_cut_off_together_with_its_head_is_found_by_an_old_seal(db: Database) -> None:
    write_chain(db)
    seal = db.read_now(lambda session: seal_of(session, county=COUNTY))
    spoil(
        db,
        "DELETE FROM event WHERE seq > 10",
        "UPDATE audithead SET seq = 10, hash = (SELECT hash FROM event WHERE seq = 10)",
    )
    assert faults(db) == []
    assert seal_found(db, seal) == "sealless"


DIGITS = "ab12cd34ef56"


@pytest.mark.parametrize(
    "typed", [f"12345 {DIGITS}", f" 12345  {DIGITS.upper()} ", f"12345：{DIGITS}", f"12345 · {DIGITS}"]
)
def test_a_seal_is_read_as_people_copy_it(typed: str) -> None:
    seal = read_seal(typed)
    assert (seal.seq, seal.digits) == (12345, DIGITS)


@pytest.mark.parametrize("typed", ["", "12345", f"{DIGITS}", f"x {DIGITS}", "12345 ab12", f"1 {DIGITS}g"])
def test_what_is_no_seal_is_refused(typed: str) -> None:
    with pytest.raises(UserError, match="audit-seal-form"):
        read_seal(typed)


def test_a_walk_may_begin_later(db: Database) -> None:
    write_chain(db)
    spoil(db, "UPDATE event SET reason = 'x' WHERE seq IN (3, 9)")
    assert faults(db, 4) == [("changed", 9, 9)]
    assert faults(db, 10) == []
    spoil(db, "DELETE FROM event WHERE seq = 8")
    assert faults(db, 9) == [("missing", 8, 8), ("changed", 9, 9)]
    assert faults(db, 12) == []
    with pytest.raises(UserError, match="audit-from-unknown"):
        faults(db, 13)


def test_pages_join_without_a_seam(db: Database) -> None:
    write_chain(db)
    spoil(db, "UPDATE event SET reason = 'x' WHERE seq IN (3, 4, 5)", "DELETE FROM event WHERE seq = 8")
    for page in range(1, LENGTH + 2):

        def look(session: Session, page: int = page) -> tuple[list[str], int, int]:
            walked = Walk(session, COUNTY, page=page)
            return (
                [f"{fault.kind} {fault.first}-{fault.last}" for fault in walked.faults()],
                walked.count,
                walked.newest,
            )

        assert db.read_now(look) == (["changed 3-5", "missing 8-8"], LENGTH - 1, LENGTH)
    assert PAGE > 100


def test_what_is_written_during_the_walk_is_no_fault(db: Database) -> None:
    write_chain(db)

    def look(session: Session) -> list[str]:
        walked, seen = Walk(session, COUNTY, page=5), []
        page = walked._page

        def and_write(after: int) -> object:
            found = page(after)
            if after == 10 and not seen:  # past the last page that was full
                seen.append(after)
                write(db, 13, 14, 15)
            return found

        walked._page = and_write  # type: ignore[method-assign, assignment]
        return [fault.kind for fault in walked.faults()]

    assert db.read_now(look) == []
    assert head(db)[0] == LENGTH + 3
    assert faults(db) == []


def test_the_hash_covers_the_microsecond(db: Database) -> None:
    write_chain(db)
    row = rows(db)[0]
    assert row_hash({**row, "at": row["at"] + timedelta(microseconds=1)}) != row["hash"]
