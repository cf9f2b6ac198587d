"""Several processes at once on real databases: each step once, one report a unit, and an answer beats the clock."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from bot.db import Database
from models.draw_seed import CheckSeed, draws_of
from models.duty import Shift
from models.geo import Point
from models.outbox import Message
from models.people import Person, person_actor
from models.period_checks import plan_checks
from models.period_end import periods_end_due
from models.periods import periods_ahead
from models.policy import Policy
from models.spot_answer import answer_check
from models.spot_checks import SpotAnswer, SpotCheck
from models.spot_watch import checks_due
from models.violation_watch import explanations_due
from models.violations import Violation
from models.zero_reports import give_well
from models.zero_rounds import ReportRound, ZeroReport
from models.zero_watch import reports_due
from tests.duty_fixtures import COUNTY, NOW, at, first_key, stored_town

POLICY = Policy(report_by="post")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def stored(db: Database) -> Database:
    """A database with the town's first shift published, its checks drawn and its posts reporting."""

    def work(session: Session) -> None:
        stored_town(session)
        (period,) = periods_ahead(session, county=COUNTY, now=NOW)
        office = session.exec(select(Person).where(Person.name == "李静")).one()
        by = person_actor(session, person=office, channel="web")
        plan = plan_checks(session, by=by, period=period, now=NOW, policy=POLICY)
        plan.report_by = "post"
        session.add(plan)

    db.run_now(work)
    return db


def together(db, *works):
    """Run all at the same time, each in its own transaction; their results."""
    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result() for future in [pool.submit(db.run_now, work) for work in works]]


def ticking(tick, now):
    return lambda session: tick(session, county=COUNTY, now=now, policy=POLICY)


def told(db):
    def look(session: Session):
        return Counter(first_key(m) for m in session.exec(select(Message)))

    return db.run_now(look)


def well(name, now):
    def work(session):
        person = session.exec(select(Person).where(Person.name == name)).one()
        by = person_actor(session, person=person, channel="web")
        report = session.exec(select(ZeroReport)).one()
        return give_well(session, by=by, report_id=report.id, now=now, policy=POLICY)[1]

    return work


def test_four_ticking_at_once_take_each_step_of_a_report_once(stored):
    for moment in (at(1, 14, 30), at(1, 15), at(1, 15, 15), at(1, 15, 30), at(1, 17)):
        assert sum(together(stored, *[ticking(reports_due, moment)] * 4)) == 1
    counts = told(stored)
    assert counts["zero-ask"] == counts["zero-nudge"] == counts["zero-chase"] == 2
    assert counts["zero-list"] == counts["zero-list-closed"] == 1
    assert stored.run_now(lambda session: len(session.exec(select(Violation)).all())) == 1


def test_reports_at_the_same_moment_leave_one(stored):
    together(stored, ticking(reports_due, at(1, 14, 30)))
    together(stored, ticking(reports_due, at(1, 15)))
    now = at(1, 15, 30)
    tick = ticking(reports_due, now)
    given = together(stored, well("吴刚", now), tick, well("冯超", now), well("吴刚", now), well("冯超", now))
    assert [each for each in given if each is True] == [True]

    def look(session):
        return session.exec(select(ReportRound.given)).one(), told_last(session)

    given, last = stored.run_now(look)
    assert given == 1
    assert last in ("zero-list-all", None)


def told_last(session):
    cards = [
        message
        for message in session.exec(select(Message).where(Message.kind == "card").order_by(Message.id))
        if message.state != "cancelled"
    ]
    return first_key(cards[-1]) if cards else None


def drawn(session):
    seed = session.exec(select(CheckSeed)).one()
    return draws_of(seed, session.exec(select(Shift)).all(), POLICY)[0].at


def test_four_ticking_at_once_hold_and_end_a_check_once(stored):
    moment = stored.run_now(drawn)
    together(stored, *[ticking(checks_due, moment)] * 4)
    assert stored.run_now(lambda session: len(session.exec(select(SpotCheck)).all())) == 1
    assert told(stored)["spot-ask"] == 2
    together(stored, *[ticking(checks_due, moment + 10 * MINUTE)] * 4)
    assert told(stored)["spot-unanswered"] == 2  # the office and the town
    kinds = stored.run_now(lambda session: [each.kind for each in session.exec(select(Violation))])
    assert kinds == ["no_answer", "no_answer"]


def test_an_answer_at_the_last_moment_and_the_tick_leave_one_truth(stored):
    moment = stored.run_now(drawn)
    together(stored, ticking(checks_due, moment))
    now = moment + 10 * MINUTE

    def answer(session):
        given = session.exec(select(SpotAnswer).order_by(SpotAnswer.id)).first()
        person = session.get_one(Person, (COUNTY, given.person_id))
        by = person_actor(session, person=person, channel="web")
        place = Point(34.1, 114.18, source="live")
        answer_check(session, by=by, answer_id=given.id, now=now, policy=POLICY, place=place)
        return given.person_id

    tick = ticking(checks_due, now)
    person_id = together(stored, answer, tick, answer, tick)[0]

    def look(session):
        states = {each.person_id: each.state for each in session.exec(select(SpotAnswer))}
        blamed = {each.person_id for each in session.exec(select(Violation))}
        return states, blamed, session.exec(select(SpotCheck.answered)).one()

    states, blamed, answered = stored.run_now(look)
    assert answered == 1
    assert states[person_id] == ("late" if person_id in blamed else "passed")
    assert {person for person, state in states.items() if state == "no_answer"} <= blamed


def test_reminders_and_the_end_of_a_period_come_once(stored):
    together(stored, ticking(reports_due, at(1, 14, 30)))
    together(stored, ticking(reports_due, at(1, 15)))
    together(stored, ticking(reports_due, at(1, 17)))
    together(stored, *[ticking(explanations_due, at(2, 11))] * 4)
    together(stored, *[ticking(explanations_due, at(2, 17))] * 4)
    together(stored, *[ticking(periods_end_due, at(4, 9))] * 4)
    counts = told(stored)
    assert counts["violation-remind"] == 2  # the leader and the town
    assert counts["violation-silent"] == counts["summary-head"] == counts["draw-revealed"] == 1
