"""What works done together share: one look ahead, and rows written in one call of the driver."""

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import bindparam, event
from sqlmodel import Session, col, select, update

from bot.db import Database
from models.arrivals import Arrival, EventKey, Sender, arrivals
from models.base import Conflict, Grant, write_later, write_now
from models.drafts import CANCELLED, PARKED, Draft, active_draft, add_draft, step_draft
from models.inbox import take_event
from models.outbox import Message, Outgoing, store_reply
from models.people import GRID_WORKER, Account, Person
from models.prepared import Prepared, execute_many, execute_once
from tests.county import NOW, County, join_web

COUNTY = "411024"
STATE = {"at": "area", "seq": 1, "answers": {"地点": [1.5, None, True]}, "说": "“引号”'\"\\%(x)s ?"}


def draft(session: Session, address: str, draft_id: int, *, status: str = "active") -> None:
    add_draft(
        session,
        county=COUNTY,
        draft_id=draft_id,
        channel="web",
        address=address,
        person_id=1,
        form="hazard",
        form_version=1,
        state=STATE,
        status=status,
        due_at=None,
        now=NOW,
    )


def step(session: Session, draft_id: int, *, row_version: int = 1) -> None:
    step_draft(
        session,
        county=COUNTY,
        draft_id=draft_id,
        row_version=row_version,
        state={**STATE, "seq": 2},
        form_version=3,
        status="active",
        due_at=NOW + timedelta(minutes=30, microseconds=7),
        now=NOW,
    )


# Who writes


def look(db: Database, *events: EventKey) -> list[Arrival]:
    def work(session: Session) -> list[Arrival]:
        found = arrivals(session, county=COUNTY, events=events)
        return [found[key] for key in events]

    return db.read_now(work)


def web(address: str, event_id: str = "1") -> EventKey:
    return EventKey("web", address, event_id)


def test_a_stranger_is_nobody(db: Database) -> None:
    assert look(db, web("x")) == [Arrival(Sender())]
    assert look(db) == []


def test_everything_of_several_chats_in_one_look(db: Database, county: County) -> None:
    def fill(session: Session) -> None:
        join_web(session, county, "grid_worker", "leader")
        session.flush()
        draft(session, "grid_worker", 11)
        draft(session, "leader", 12, status=PARKED)
        draft(session, "leader", 13, status=CANCELLED)
        take_event(session, county=COUNTY, channel="web", event_id="7", now=NOW, reply_id=70)
        take_event(session, county=COUNTY, channel="telegram", event_id="8", now=NOW, reply_id=80)

    db.run_now(fill)
    keys = (web("grid_worker", "7"), web("leader", "8"), web("x", "9"), EventKey("telegram", "leader", "8"))
    worker, leader, stranger, elsewhere = look(db, *keys)
    assert (worker.taken, worker.reply_id) == (True, 70)
    assert worker.sender == Sender(
        county.grid_worker.id,
        True,
        NOW,
        "王芳",
        "zh-CN",
        True,
        county.grid_worker.area,
        11,
        "hazard",
        1,
        STATE,
        1,
        False,
        (Grant(GRID_WORKER, county.grid_worker.area),),
    )
    assert (leader.taken, leader.sender.name, leader.sender.draft_id, leader.sender.parked) == (
        False,
        county.leader.name,
        None,
        True,
    )
    assert stranger == Arrival(Sender())
    assert elsewhere == Arrival(Sender(), taken=True, reply_id=80)


def test_a_person_switched_off_and_a_chat_given_up_are_told(db: Database, county: County) -> None:
    def fill(session: Session) -> None:
        join_web(session, county, "grid_worker", "leader")
        session.flush()
        session.execute(update(Person).where(col(Person.id) == county.leader.id).values(active=False))
        session.execute(update(Account).where(col(Account.address) == "grid_worker").values(active=False))

    db.run_now(fill)
    worker, leader = look(db, web("grid_worker"), web("leader"))
    assert (worker.sender.active, worker.sender.person_active) == (False, True)
    assert (leader.sender.active, leader.sender.person_active) == (True, False)


def test_a_look_is_three_statements_however_many_ask(db: Database, county: County) -> None:
    db.run_now(lambda session: join_web(session, county, "grid_worker", "leader"))
    asked: list[str] = []
    event.listen(db.reader, "before_cursor_execute", lambda *given: asked.append(given[2]))
    chats = ["grid_worker", "leader", *map(str, range(40))]
    look(db, *(web(chat, str(number)) for number, chat in enumerate(chats)))
    assert len([statement for statement in asked if statement.startswith("SELECT")]) == 3


# Looking ahead


async def _held(db: Database, *works: tuple[Callable[[Session], Any], Any]) -> list[Any]:
    """These works, handed in while the writers are busy, so that they wait together."""
    go_on = threading.Event()
    writers = 1 if db.is_sqlite else 3
    holding = [asyncio.create_task(db.run(lambda session: go_on.wait(10))) for _ in range(writers)]
    await asyncio.sleep(0.05)
    waiting = [asyncio.create_task(db.run(work, ahead=ahead)) for work, ahead in works]
    await asyncio.sleep(0)
    go_on.set()
    done = await asyncio.gather(*waiting, return_exceptions=True)
    await asyncio.gather(*holding)
    return done


async def test_those_who_wait_together_ask_once(db: Database) -> None:
    asked: list[list[int]] = []

    def ask(session: Session, keys: list[int]) -> None:
        asked.append(list(keys))
        session.info["found"] = {key: key * 10 for key in keys}

    done = await _held(
        db, *((lambda session, key=key: session.info["found"][key], (ask, key)) for key in (1, 2, 3))
    )
    assert done == [10, 20, 30]
    assert sorted(key for keys in asked for key in keys) == [1, 2, 3]
    if db.is_sqlite:
        assert asked == [[1, 2, 3]]


async def test_where_one_fails_each_asks_for_itself(db: Database) -> None:
    asked: list[list[int]] = []

    def ask(session: Session, keys: list[int]) -> None:
        asked.append(list(keys))

    def fails(session: Session) -> None:
        raise ValueError("no")

    done = await _held(
        db, (lambda session: "one", (ask, 1)), (fails, (ask, 2)), (lambda session: "three", None)
    )
    assert (done[0], type(done[1]), done[2]) == ("one", ValueError, "three")
    assert [1] in asked
    assert [2] in asked


async def test_a_question_that_fails_is_its_asker_s_fault_alone(db: Database) -> None:
    def ask(session: Session, keys: list[int]) -> None:
        raise LookupError("no")

    done = await _held(db, (lambda session: "one", (ask, 1)), (lambda session: "two", None))
    assert (type(done[0]), done[1]) == (LookupError, "two")


# Written in one call


def stored(db: Database) -> list[dict[str, Any]]:
    def work(session: Session) -> list[dict[str, Any]]:
        return [row.model_dump() for row in session.exec(select(Draft).order_by(col(Draft.id)))]

    return db.read_now(work)


def test_rows_are_as_sqlalchemy_itself_would_write_them(db: Database) -> None:
    row = {
        "county": COUNTY,
        "channel": "web",
        "address": "甲",
        "person_id": 1 << 61,
        "form": "hazard",
        "form_version": 1,
        "state": STATE,
        "status": "done",
        "row_version": 1,
        "nudges": 0,
        "due_at": None,
        "created_at": NOW.astimezone(UTC) + timedelta(microseconds=1),
        "updated_at": datetime.fromisoformat("2026-09-28T09:00:00.000002+08:00"),
    }
    insert = Draft.__table__.insert()  # type: ignore[attr-defined]

    def work(session: Session) -> None:
        session.connection().execute(insert, [row | {"id": 1}])
        execute_many(session.connection(), insert, [row | {"id": 2}, row | {"id": 3, "due_at": NOW}])

    db.run_now(work)
    theirs, ours, third = stored(db)
    assert {**theirs, "id": 2} == ours
    assert {**ours, "id": 3, "due_at": NOW} == third
    with db.reader.connect() as connection:
        raw = connection.exec_driver_sql("SELECT state, due_at, created_at FROM draft ORDER BY id").all()
    assert tuple(raw[0]) == tuple(raw[1])


def test_updates_keep_their_constants_and_count_rows(db: Database) -> None:
    def fill(session: Session) -> None:
        draft(session, "a", 1)
        draft(session, "b", 2)

    db.run_now(fill)

    def work(session: Session) -> None:
        step(session, 1)
        step(session, 2)

    db.run_now(work)
    assert [(row["form_version"], row["row_version"], row["nudges"]) for row in stored(db)] == [(3, 2, 0)] * 2
    assert stored(db)[0]["due_at"] == NOW + timedelta(minutes=30, microseconds=7)

    def late(session: Session) -> None:
        step(session, 1, row_version=2)
        step(session, 2, row_version=1)
        write_now(session)

    with pytest.raises(Conflict):
        db.run_now(late)
    assert [row["row_version"] for row in stored(db)] == [2, 2]


def test_a_form_opened_a_moment_ago_is_found(db: Database) -> None:
    def work(session: Session) -> tuple[int, int | None]:
        draft(session, "a", 1)
        found = [active_draft(session, county=COUNTY, channel="web", address=chat) for chat in ("a", "b")]
        assert found[0] is not None
        return found[0].id, found[1] and found[1].id

    assert db.run_now(work) == (1, None)


def test_once_with_one_value_and_with_several(db: Database, county: County) -> None:
    persons = select(Person.name, Person.id).where(Person.county == bindparam("county"))
    named = persons.where(Person.name == bindparam("name"), col(Person.active).is_(True))

    def work(session: Session) -> tuple[int, Any]:
        every = execute_once(session.connection(), persons, {"county": COUNTY}).all()
        return len(every), execute_once(session.connection(), named, {"name": "王芳", "county": COUNTY}).one()

    count, row = db.run_now(work)
    assert (count > 5, tuple(row)) == (True, ("王芳", county.grid_worker.id))


def test_what_cannot_be_made_ready_is_refused(db: Database) -> None:
    several = select(Person.id).where(col(Person.id).in_([1, 2]))
    missing = select(Person.id).where(Person.id == bindparam("id"))
    with pytest.raises(AssertionError, match="IN"):
        db.run_now(lambda session: execute_once(session.connection(), several, {}))
    with pytest.raises(KeyError):
        db.run_now(lambda session: execute_once(session.connection(), missing, {}))


def test_a_statement_is_made_ready_once(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    ready = Prepared.__init__

    def count(self: Prepared, *given: Any) -> None:
        made.append(given)
        ready(self, *given)

    monkeypatch.setattr(Prepared, "__init__", count)
    insert = Draft.__table__.insert()  # type: ignore[attr-defined]
    row = {
        "county": COUNTY,
        "person_id": 1,
        "form": "x",
        "form_version": 1,
        "status": "done",
        "row_version": 1,
    }
    row |= {"channel": "web", "address": "a", "nudges": 0, "state": {}, "created_at": NOW, "updated_at": NOW}

    def work(session: Session) -> None:
        for number in range(3):
            write_later(session, insert, row | {"id": number})
            write_now(session)
        write_later(session, insert, row | {"id": 7, "due_at": NOW})
        write_now(session)

    db.run_now(work)
    assert len(made) == 2  # one for each set of columns
    assert [draft["due_at"] for draft in stored(db)] == [None, None, None, NOW]


def test_a_reply_comes_back_as_it_was_written(db: Database) -> None:
    reply = Outgoing(COUNTY, 5, "web", "甲", "reply", {"lines": ["100%", {"k": "x"}]}, "en", None)
    db.run_now(lambda session: store_reply(session, reply, person_id=None, now=NOW, worker="w", direct=False))
    (row,) = db.read_now(lambda session: session.exec(select(Message)).all())
    assert (row.body, row.state, row.leased_by, row.sent_at) == (reply.body, "sending", "w", None)
