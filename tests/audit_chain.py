"""A short chain of events to spoil, and what the walk says of it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from bot.db import Database
from models.audit import AuditHead, Event, record
from models.audit_check import Fault, walk
from models.base import Actor
from tests.county import NOW

COUNTY = "411024"
LENGTH = 12
BY = Actor(COUNTY, 7, "王芳", "telegram")


def note(session: Session, place: int, *, by: Actor = BY, subject_id: int | None = None) -> None:
    """The event at this place: of three hazards in turn."""
    record(
        session,
        by=by,
        subject="hazard",
        subject_id=place % 3 if subject_id is None else subject_id,
        action="verify",
        now=NOW + timedelta(seconds=place),
        before={"state": "reported", "due": None},
        after={"state": "verified", "place": place, "distance": 0.1},
        reason="当场",
    )


def write(db: Database, *places: int) -> None:
    """These events in one transaction."""

    def work(session: Session) -> None:
        for place in places:
            note(session, place)

    db.run_now(work)


def write_chain(db: Database) -> None:
    """LENGTH events, five to a transaction."""
    for start in range(1, LENGTH + 1, 5):
        write(db, *range(start, min(start + 5, LENGTH + 1)))


def spoil(db: Database, *statements: str, **values: Any) -> None:
    """What somebody does who reaches the database past the program."""
    with db.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement), values)


def faults(db: Database, start: int = 1) -> list[tuple[str, int, int]]:
    """Everything the walk finds."""

    def look(session: Session) -> list[Fault]:
        return list(walk(session, county=COUNTY, start=start).faults())

    return [(fault.kind, fault.first, fault.last) for fault in db.read_now(look)]


def rows(db: Database) -> list[dict[str, Any]]:
    """The events as they stand."""
    with db.reader.connect() as connection:
        asked = Event.__table__.select().order_by(Event.__table__.c.seq)
        return [dict(row) for row in connection.execute(asked).mappings()]


def head(db: Database) -> tuple[int, str]:
    def look(session: Session) -> tuple[int, str]:
        found = session.get_one(AuditHead, (COUNTY,))
        return found.seq, found.hash

    return db.read_now(look)
