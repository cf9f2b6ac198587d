"""Several processes at once on real databases: each step is said once, and a check-in beats the ladder."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import Session, select

from bot.db import Database
from models.alarms import Alarm
from models.checkin import check_in
from models.duty import CHECKED_IN, DEPUTY, ShiftDuty
from models.duty_watch import watch_due
from models.outbox import Message
from models.people import Person, person_actor
from tests.duty_fixtures import COUNTY, POLICY, at, first_key, stored_town


@pytest.fixture
def stored(db: Database) -> Database:
    """A database with the town's first shift published."""
    db.run_now(stored_town)
    return db


def together(db, *works):
    """Run all at the same time, each in its own transaction; their results."""
    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result() for future in [pool.submit(db.run_now, work) for work in works]]


def told(db):
    def look(session: Session):
        return Counter(
            first_key(m) for m in session.exec(select(Message).where(Message.state != "cancelled"))
        )

    return db.run_now(look)


def test_four_ticking_at_once_say_each_step_once(stored):
    for minute in (0, 10, 20, 30):
        now = at(1, 8, minute)
        tick = lambda session, now=now: watch_due(session, county=COUNTY, now=now, policy=POLICY)  # noqa: E731
        assert sum(together(stored, *[tick] * 4)) == 2
    counts = told(stored)
    assert counts["duty-call"] == counts["duty-nudge"] == 2
    assert counts["duty-deputy-called"] == 1
    alarms = stored.run_now(lambda session: len(session.exec(select(Alarm)).all()))
    assert alarms == 2


def test_check_ins_and_ticks_at_the_same_moment_leave_one_truth(stored):
    now = at(1, 8, 20)

    def tick(session):
        return watch_due(session, county=COUNTY, now=now, policy=POLICY)

    def enter(role):
        def work(session):
            duty = session.exec(select(ShiftDuty).where(ShiftDuty.role == role)).one()
            person = session.get_one(Person, (COUNTY, duty.person_id))
            by = person_actor(session, person=person, channel="web")
            return check_in(session, by=by, duty_id=duty.id, now=now, policy=POLICY).state

        return work

    together(stored, tick, enter("leader"), tick, enter("officer"), enter("leader"), tick)

    def look(session):
        duties = session.exec(select(ShiftDuty).where(ShiftDuty.role != DEPUTY)).all()
        open_alarms = session.exec(select(Alarm).where(Alarm.due_at.is_not(None))).all()
        return {duty.state for duty in duties}, {duty.due_at for duty in duties}, len(open_alarms)

    assert stored.run_now(look) == ({CHECKED_IN}, {None}, 0)
    later = at(1, 9)
    assert stored.run_now(lambda session: watch_due(session, county=COUNTY, now=later, policy=POLICY)) == 0
