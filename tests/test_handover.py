"""The rules of a handover: whose turn, who may, races, the ladder, and that a post is never nobody's."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from bot.db import Database
from models.alarms import Alarm
from models.audit import events_of
from models.base import Actor, Grant, UserError
from models.checkin import check_in
from models.duty import CHECKED_IN, Shift, ShiftDuty
from models.duty_log import add_entry
from models.duty_views import who_is_on
from models.handover_flow import ask_back, confirm_handover, fill_handover
from models.handover_release import release_shift
from models.handover_watch import handovers_due
from models.handovers import (
    AGAIN,
    ALARM,
    ASK,
    DONE,
    END,
    FILLED,
    ITEM_MOST,
    LAPSE,
    LAPSED,
    NUDGE,
    QUERIED,
    RELEASED,
    Handover,
    ladder_of,
    prefilled,
    steps_passed,
)
from models.on_post import following_shift, former_shift
from models.outbox import Message
from models.people import Person, person_actor
from models.policy import Policy
from tests.duty_fixtures import COUNTY, POLICY, _make_town, at, duty_session, stored_town, town
from tests.test_duty_together import together

__all__ = ["duty_session", "town"]

STEP = timedelta(minutes=1)


# Arithmetic


def test_the_ladder_counts_from_the_end():
    steps = {step.rung: step.at for step in ladder_of(at(2, 8), POLICY)}
    assert [steps[rung] for rung in (ASK, END, NUDGE, ALARM)] == [
        at(2, 7, 40),
        at(2, 8),
        at(2, 8, 10),
        at(2, 8, 20),
    ]
    assert [steps[AGAIN + time] for time in range(6)] == [at(2, 9 + time) for time in range(6)]
    assert steps[LAPSE] == at(3, 8)
    own = Policy(handover_asks=timedelta(minutes=45), handover_nudge=5 * STEP, handover_alarm=15 * STEP)
    assert [step.at for step in ladder_of(at(2, 8), own)][:4] == [
        at(2, 7, 15),
        at(2, 8),
        at(2, 8, 5),
        at(2, 8, 15),
    ]


@given(st.lists(st.integers(-60, 1600), min_size=1, max_size=30))
def test_each_step_is_taken_once_whenever_the_tick_comes(minutes):
    """Whatever the moments at which it is looked: every rung that has passed, in order, none twice."""
    steps, rung, taken = ladder_of(at(2, 8), POLICY), 0, []
    for minute in sorted(minutes):
        now = at(2, 8) + minute * STEP
        rungs, following = steps_passed(steps, rung=rung, now=now)
        taken += rungs
        rung = max([rung, *rungs])
        assert following is None or following > now
    assert taken == [step.rung for step in steps if step.at <= at(2, 8) + max(minutes) * STEP]


# Three shifts of the post: leader and officer, other, deputy


@pytest.fixture
def watch(town):
    town.publish(
        town.row(1, leader="leader", officer="officer"),
        town.row(2, officer="other"),
        town.row(3, leader="deputy"),
    )
    for name in ("leader", "officer"):
        enter(town, name, at(1, 8))
    town.forget()
    return town


def enter(town, name, now):
    return check_in(town.session, by=town.actor(name), duty_id=town.duty(name).id, now=now, policy=POLICY)


def tick(town, *moments, policy=POLICY):
    return [handovers_due(town.session, county=COUNTY, now=now, policy=policy) for now in moments]


def every_minute(town, first, last):
    now = first
    while now <= last:
        tick(town, now)
        now += STEP


def the_handover(town, place=0):
    query = select(Handover).join(Shift, col(Shift.id) == Handover.shift_id).order_by(col(Shift.starts_at))
    return list(town.session.exec(query.execution_options(populate_existing=True)))[place]


def fill(town, name="officer", now=None, place=0, policy=POLICY, **items):
    return fill_handover(
        town.session,
        by=town.actor(name),
        handover_id=the_handover(town, place).id,
        items=items,
        now=now or at(2, 7, 45),
        policy=policy,
    )


def confirm(town, name="other", now=None, place=0, **more):
    return confirm_handover(
        town.session,
        by=town.actor(name),
        handover_id=the_handover(town, place).id,
        now=now or at(2, 8, 3),
        policy=POLICY,
        **more,
    )


def release(town, name="office", now=None, place=0, by=None):
    return release_shift(
        town.session,
        by=by or town.actor(name),
        handover_id=the_handover(town, place).id,
        now=now or at(2, 8, 5),
        policy=POLICY,
    )


def fault(work, *args, **more):
    with pytest.raises(UserError) as caught:
        work(*args, **more)
    return caught.value.key


def test_the_officers_are_asked_else_the_leader(watch):
    assert tick(watch, at(2, 7, 39), at(2, 7, 40), at(2, 7, 41)) == [0, 2, 0]
    assert (watch.keys("officer"), watch.keys("leader"), watch.keys("other")) == (["handover-ask"], [], [])
    enter(watch, "other", at(2, 8))
    fill(watch)
    confirm(watch)
    watch.forget()
    tick(watch, at(3, 7, 40))
    assert (watch.keys("other"), watch.keys("officer")) == (["handover-ask"], [])


def test_what_is_filled_in_comes_from_the_log_and_the_last_handover(watch):
    def note(name, kind, body, now):
        add_entry(
            watch.session, by=watch.actor(name), duty_id=watch.duty(name).id, kind=kind, body=body, now=now
        )

    note("officer", "call", "县局来电", at(1, 9, 5))
    note("leader", "message", "镇里来文", at(1, 22, 30))
    note("officer", "patrol", "看了工地", at(1, 10))
    note("officer", "equipment", "传真机没墨", at(1, 11))
    first, second, _ = watch.session.exec(select(Shift).order_by(col(Shift.starts_at)))
    known = {"calls": "09:05 县局来电\n22:30 镇里来文", "gear": "11:00 传真机没墨"}
    assert prefilled(watch.session, shift=first, policy=POLICY) == known
    tick(watch, at(2, 7, 40))
    fill(watch, matters="护栏没修好", calls=known["calls"])
    confirm(watch)
    assert prefilled(watch.session, shift=second, policy=POLICY) == {"matters": "护栏没修好"}
    for number in range(12):
        note("other", "call", f"{number} " + "长" * 90, at(2, 9, number))
    long = prefilled(watch.session, shift=second, policy=POLICY)["calls"]
    assert len(long) == ITEM_MOST
    assert long.startswith("…")
    assert long.endswith("长")


def test_who_may_do_what_and_when(watch):
    tick(watch, at(2, 7, 40))
    assert fault(fill, watch, "other") == "handover-not-on-post"
    assert fault(fill, watch, "office") == "handover-not-on-post"
    assert fault(fill, watch, calls="长" * 801) == "handover-item-long"
    assert fault(confirm, watch) == "handover-not-filled"
    assert fault(fill, watch, now=at(2, 7, 29)) == "handover-too-early"
    fill(watch, "leader")
    for name in ("officer", "leader", "deputy", "office", "town"):
        assert fault(confirm, watch, name) == "handover-not-incoming"
        assert fault(question, watch, name) == "handover-not-incoming"
    assert fault(confirm, watch, now=at(2, 7, 29)) == "checkin-too-early"
    assert fault(confirm, watch, version=7) == "handover-changed"
    assert fault(question, watch, said=" ") == "question-empty"
    assert fault(question, watch, said="？" * 201) == "question-long"
    assert confirm(watch).state == DONE
    assert watch.duty("other").state == CHECKED_IN
    assert confirm(watch).done_at == at(2, 8, 3)  # twice is no error
    assert fault(fill, watch, now=at(2, 8, 4)) == "handover-over"
    assert fault(question, watch) == "handover-over"
    assert fault(release, watch) == "handover-over"


def question(town, name="other", said="护栏呢？", now=None):
    return ask_back(
        town.session,
        by=town.actor(name),
        handover_id=the_handover(town).id,
        question=said,
        now=now or at(2, 7, 50),
        policy=POLICY,
    )


def test_of_two_who_take_over_the_second_hears_who_did(watch):
    first = watch.row(1, leader="leader", officer="officer")
    watch.publish(first, watch.row(2, officer="other", leader="deputy"), now=at(1, 9))
    tick(watch, at(2, 7, 40))
    fill(watch)
    confirm(watch)
    with pytest.raises(UserError) as caught:
        confirm(watch, "deputy")
    assert (caught.value.key, caught.value.params) == ("handover-taken", {"name": "马超"})
    assert "马超 已接班" in watch.said("deputy")


def test_a_question_goes_to_whoever_filled_it_in_and_loses_nothing(watch):
    tick(watch, at(2, 7, 40))
    fill(watch, "leader", matters="护栏没修好")
    watch.forget()
    handover = question(watch)
    assert (handover.state, handover.items["matters"], handover.version) == (QUERIED, "护栏没修好", 1)
    assert (watch.keys("leader"), watch.keys("officer")) == (["handover-question"], [])
    assert fault(confirm, watch) == "handover-not-filled"
    fill(watch, "officer", now=at(2, 7, 55), matters="护栏没修好，交警在看")
    assert (the_handover(watch).state, the_handover(watch).question) == (FILLED, "")
    assert watch.keys("other") == ["handover-handed"]


def test_what_was_about_to_be_said_is_taken_back(watch):
    tick(watch, at(2, 7, 40))
    fill(watch)
    assert watch.keys("officer") == []
    every_minute(watch, at(2, 8), at(2, 8, 25))
    (alarm,) = watch.session.exec(select(Alarm).where(Alarm.subject == "handover"))
    assert alarm.due_at is not None
    watch.forget()
    confirm(watch, now=at(2, 8, 26))
    watch.session.refresh(alarm)
    assert (alarm.due_at, alarm.closed) == (None, "handed-over")
    assert watch.keys("officer") == watch.keys("leader") == ["handover-relieved"]
    assert "handover-done-late" in watch.keys("office")
    watch.forget()
    every_minute(watch, at(2, 8, 27), at(2, 10))
    assert watch.messages() == []


def test_the_ladder_goes_on_until_it_is_done(watch):
    every_minute(watch, at(2, 7, 30), at(2, 8, 25))
    assert watch.keys("officer") == ["handover-ask", *["handover-stay-unfilled"] * 3]
    assert watch.keys("other") == ["handover-hurry"]  # not filled in: come, and check in
    assert watch.keys("office") == ["handover-late"]
    assert "交班人还没有填交接班" in watch.said("office")
    watch.forget()
    fill(watch, now=at(2, 8, 26))
    assert watch.keys("office") == []
    every_minute(watch, at(2, 8, 27), at(2, 15, 30))
    assert watch.keys("other") == ["handover-handed", *["handover-hurry"] * 6]
    assert watch.keys("office") == ["handover-late"] * 6
    actions = [each.action for each in events(watch)]
    assert actions == ["ask", "end", "nudge", "alarm", "fill", *["again"] * 6]


def events(town, place=0):
    return events_of(town.session, county=COUNTY, subject="handover", subject_id=the_handover(town, place).id)


def test_after_a_day_it_is_given_up_and_the_office_told(watch):
    every_minute(watch, at(2, 7, 40), at(2, 8))
    watch.forget()
    tick(watch, at(3, 8))
    handover = the_handover(watch)
    assert (handover.state, handover.done_at) == (LAPSED, at(3, 8))
    assert watch.keys("office") == ["handover-late"]


def test_a_later_handover_passes_over_one_that_was_never_confirmed(watch):
    tick(watch, at(2, 7, 40))
    enter(watch, "other", at(2, 8))
    tick(watch, at(3, 7, 40))
    fill(watch, "other", now=at(3, 7, 45), place=1)
    confirm(watch, "deputy", now=at(3, 7, 50), place=1)
    assert [the_handover(watch, place).state for place in (0, 1)] == [LAPSED, DONE]
    (on,) = who_is_on(watch.session, county=COUNTY, at=at(3, 7, 51))
    assert [person.name for _, person in on.people] == ["郑丽"]


def test_nobody_lets_go_while_the_relief_is_not_there(watch):
    tick(watch, at(2, 7, 40))
    assert fault(release, watch, now=at(2, 7, 59)) == "release-early"
    assert fault(release, watch) == "release-nobody-there"
    enter(watch, "other", at(2, 8, 1))
    for name in ("officer", "other", "deputy"):
        assert fault(release, watch, name) == "not-allowed"
    stranger = Actor(COUNTY, watch.town.id, "", "web", (Grant("town_officer", "411024101"),))
    assert fault(release, watch, by=stranger) == "not-allowed"
    handover = release(watch, "town")
    assert (handover.state, handover.done_at) == (RELEASED, at(2, 8, 5))
    assert "经 陈明 同意" in watch.said("officer")
    assert release(watch, "office", at(2, 8, 9)).done_at == at(2, 8, 5)  # twice is no error


def test_the_leader_lets_the_others_go_but_not_on_their_own_word(town):
    town.publish(town.row(1, leader="leader", officer="officer"))
    for name in ("leader", "officer"):
        enter(town, name, at(1, 8))
    tick(town, at(2, 7, 40))
    fill(town, "leader")
    assert fault(release, town, "leader") == "not-allowed"
    fill(town, "officer")
    assert release(town, "leader").state == RELEASED


@pytest.mark.parametrize(
    ("rule", "day", "state"),
    [("period_end", 3, RELEASED), ("period_end", 1, FILLED), ("always", 1, RELEASED), ("office", 3, FILLED)],
)
def test_the_rule_for_a_shift_that_nobody_follows(town, rule, day, state):
    policy = Policy(handover_release=rule)
    town.publish(town.row(day, officer="officer"))
    enter(town, "officer", at(day, 8))
    tick(town, at(day + 1, 7, 40), policy=policy)
    fill(town, now=at(day + 1, 7, 50), policy=policy)
    assert the_handover(town).state == FILLED  # never before the end
    tick(town, at(day + 1, 8), policy=policy)
    assert the_handover(town).state == state
    assert ("handover-release-ask" in town.keys("office")) == (state == FILLED)


def test_filled_in_late_the_last_shift_goes_at_once(town):
    town.publish(town.row(3, officer="officer"))
    enter(town, "officer", at(3, 8))
    every_minute(town, at(4, 7, 40), at(4, 8, 21))
    assert {message.kind for message in town.messages("office")} == {"notice"}  # told, not alarmed
    assert fill(town, now=at(4, 8, 30)).state == RELEASED


def test_the_roster_is_read_when_it_is_said(watch):
    """Someone put on the next shift in the meantime is asked, not who was taken off."""
    tick(watch, at(2, 7, 40))
    rows = watch.row(1, leader="leader", officer="officer"), watch.row(2, leader="deputy")
    watch.publish(*rows, watch.row(3, officer="other"), now=at(2, 7, 42))
    watch.forget()
    fill(watch)
    assert (watch.keys("deputy"), watch.keys("other")) == (["handover-handed"], [])
    assert fault(confirm, watch, "other") == "handover-not-incoming"
    assert confirm(watch, "deputy").state == DONE


def test_a_shift_that_was_put_off_is_asked_again(watch):
    tick(watch, at(2, 7, 40))
    longer = watch.row(1, leader="leader", officer="officer", hours=30)
    watch.publish(longer, watch.row(2, hour=14, hours=18, officer="other"), now=at(2, 7, 45))
    watch.forget()
    every_minute(watch, at(2, 7, 46), at(2, 13, 45))
    assert watch.keys("officer") == ["handover-ask"]


def test_what_follows_and_what_went_before(watch):
    first, second, third = watch.session.exec(select(Shift).order_by(col(Shift.starts_at)))
    assert (following_shift(watch.session, first).id, former_shift(watch.session, third).id) == (
        second.id,
        second.id,
    )
    assert (former_shift(watch.session, first), following_shift(watch.session, third)) == (None, None)
    second.starts_at += timedelta(hours=1, minutes=1)
    watch.session.add(second)
    watch.session.flush()
    assert (following_shift(watch.session, first), former_shift(watch.session, second)) == (None, None)


# Never nobody


MOVES = st.sampled_from(
    ["in0", "in1", "in2", "fill0", "fill1", "fill2", "take1", "take2", "ask1", "let0", "let1", "let2"]
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 3 * 24 * 60), MOVES), max_size=25))
def test_at_every_moment_somebody_has_the_post(db_once, moves):
    """Whoever comes, fills in, confirms, asks or lets go, and whenever: from the first shift's beginning to
    the last's end there is no minute in which the post is nobody's, and the ones on it are on that shift."""
    with db_once.engine.connect() as connection, Session(connection) as session:
        three = _make_town(session)
        three.publish(
            three.row(1, officer="officer"), three.row(2, officer="other"), three.row(3, officer="deputy")
        )
        names = ("officer", "other", "deputy")
        ends = [at(2, 8), at(3, 8), at(4, 8)]
        now = at(1, 7, 30)
        timeline = sorted(moves)
        for minutes in range(0, 3 * 24 * 60 + 90, 30):
            now = at(1, 7, 30) + minutes * STEP
            tick(three, now)
            while timeline and timeline[0][0] <= minutes:
                attempt(three, names, timeline.pop(0)[1], now)
            if at(1, 8) <= now < ends[-1]:
                on = who_is_on(session, county=COUNTY, at=now)
                assert on, now
                assert all(each.people for each in on)
            assert not_listed(session, now) == set(), now
        connection.rollback()


def not_listed(session, now):
    """Who is in on a shift that nobody has relieved, and yet not on the list of those on duty; or relieved,
    and still on it."""
    listed = {duty.id for one in who_is_on(session, county=COUNTY, at=now) for duty, _ in one.people}
    rows = session.exec(
        select(ShiftDuty.id, Shift.relieved_at, Shift.ends_at, Shift.starts_at)
        .join(Shift, col(Shift.id) == ShiftDuty.shift_id)
        .where(ShiftDuty.state == CHECKED_IN)
    ).all()
    there = {
        key
        for key, relieved, ends, starts in rows
        if starts <= now and not relieved and now < ends + 24 * 60 * STEP
    }
    gone = {key for key, relieved, _, _ in rows if relieved}
    return (there - listed) | (gone & listed)


def attempt(town, names, move, now):
    """One move, if it is allowed."""
    place = int(move[-1])
    try:
        with town.session.begin_nested():
            if move.startswith("in"):
                enter(town, names[place], now)
            elif move.startswith("fill"):
                fill(town, names[place], now=now, place=place)
            elif move.startswith("take"):
                confirm(town, names[place], now=now, place=place - 1)
            elif move.startswith("ask"):
                question(town, names[place], now=now)
            else:
                release(town, "office", now=now, place=place)
    except (UserError, IndexError):
        pass


@pytest.fixture
def db_once(tmp_path):
    from sqlmodel import SQLModel

    from tests.duty_fixtures import _add_areas

    database = Database(f"sqlite:///{tmp_path / 'once.db'}")
    SQLModel.metadata.create_all(database.engine)
    database.run_now(_add_areas)
    yield database
    database.close()


# Several at once


def test_confirmed_and_asked_back_at_the_same_moment_leaves_one_truth(db: Database):
    db.run_now(stored_handover)

    def confirming(session: Session):
        return attempt_at(
            session,
            lambda by, key: (
                confirm_handover(session, by=by, handover_id=key, now=at(2, 8, 3), policy=POLICY).state
            ),
        )

    def asking(session: Session):
        return attempt_at(
            session,
            lambda by, key: (
                ask_back(
                    session, by=by, handover_id=key, question="护栏呢？", now=at(2, 8, 3), policy=POLICY
                ).state
            ),
        )

    def ticking(session: Session):
        return handovers_due(session, county=COUNTY, now=at(2, 8, 10), policy=POLICY)

    results = together(db, confirming, asking, confirming, ticking, asking, ticking)
    handover, shift, said = db.run_now(_left)
    assert handover.state in (DONE, QUERIED)
    assert (shift.relieved_at is not None) == (handover.state == DONE)
    assert (DONE in results) == (handover.state == DONE)
    assert (QUERIED in results) == (handover.state == QUERIED)
    assert said.count("handover-relieved") == (1 if handover.state == DONE else 0)


def stored_handover(session: Session) -> None:
    """The first shift's handover, filled in, for `other` to confirm."""
    stored_town(session)
    town = Reader(session)
    fill_handover(
        session, by=town.actor("冯超"), handover_id=town.begin(), items={}, now=at(2, 7, 45), policy=POLICY
    )


class Reader:
    """The stored town by its people's names."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def person(self, name: str) -> Person:
        return self.session.exec(select(Person).where(Person.name == name)).one()

    def actor(self, name: str) -> Actor:
        return person_actor(self.session, person=self.person(name), channel="web")

    def begin(self) -> int:
        """冯超 is in on the 1st, 马超 stands the 2nd; the handover's id."""
        shift = self.session.exec(select(Shift)).one()
        duty = self.session.exec(select(ShiftDuty).where(ShiftDuty.person_id == self.person("冯超").id)).one()
        check_in(self.session, by=self.actor("冯超"), duty_id=duty.id, now=at(1, 8), policy=POLICY)
        new = Shift(
            county=COUNTY,
            post_id=shift.post_id,
            period_id=shift.period_id,
            starts_at=at(2, 8),
            ends_at=at(3, 8),
            created_at=at(1, 8),
        )
        self.session.add(new)
        self.session.flush()
        self.session.add(
            ShiftDuty(
                county=COUNTY,
                shift_id=new.id,
                person_id=self.person("马超").id,
                role="officer",
                expected_at=at(2, 8),
                created_at=at(1, 8),
            )
        )
        self.session.flush()
        handovers_due(self.session, county=COUNTY, now=at(2, 7, 40), policy=POLICY)
        return self.session.exec(select(Handover)).one().id


def attempt_at(session: Session, work):
    handover = session.exec(select(Handover)).one()
    try:
        with session.begin_nested():
            return work(Reader(session).actor("马超"), handover.id)
    except UserError as error:
        return error.key


def _left(session: Session):
    shift = session.exec(select(Shift).order_by(col(Shift.starts_at))).first()
    rows = session.exec(select(Message).where(Message.state != "cancelled", Message.subject == "handover"))
    keys = [
        message.body["lines"][0]["k"]
        for message in rows
        if message.person_id == Reader(session).person("冯超").id
    ]
    return session.exec(select(Handover)).one(), shift, keys
