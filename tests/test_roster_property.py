"""Whatever is done to a roster: nobody on two posts at once, no minute uncovered unless it is reported, and
nobody told of a shift that is no longer theirs."""

from collections import defaultdict
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from models.base import UserError
from models.coverage import Span
from models.coverage_watch import period_gaps
from models.duty import DEPUTY, REMOVED, Post, Shift, ShiftDuty
from models.duty_watch import watch_due
from models.outbox import ALARM, REMINDER, Message
from models.posts import save_post
from models.roster_edit import substitute, swap
from tests.duty_fixtures import COUNTY, NOW, POLICY, TOWN, at, duty_session, town

__all__ = ["duty_session", "town"]

NAMES = ("leader", "deputy", "officer", "other", "head", "town")
person = st.integers(0, len(NAMES) - 1)
place = st.integers(0, 30)
step = st.one_of(
    st.tuples(st.just("substitute"), place, person),
    st.tuples(st.just("swap"), place, place),
    st.tuples(
        st.just("publish"),
        st.integers(0, 1),
        st.lists(st.tuples(st.integers(1, 3), person, person), max_size=3),
    ),
    st.tuples(st.just("wait"), st.integers(1, 30), place),
)


class Play:
    """A roster of two posts being changed while time goes by."""

    def __init__(self, town):
        self.town, self.now, self.seen = town, NOW, set()
        office = town.actor("office")
        self.posts = [town.post, save_post(town.session, by=office, now=NOW, name="彭店镇政府", area=TOWN)]
        for post, leader, officer in (
            (self.posts[0], "leader", "officer"),
            (self.posts[1], "deputy", "other"),
        ):
            town.publish(*(town.row(day, post=post, leader=leader, officer=officer) for day in (1, 2, 3)))

    def duties(self):
        query = select(ShiftDuty).where(ShiftDuty.state != REMOVED).order_by(col(ShiftDuty.id))
        return self.town.session.exec(query.execution_options(populate_existing=True)).all()

    def do(self, kind, one, other):
        """One step; what cannot be is refused and changes nothing."""
        try:
            with self.town.session.begin_nested():
                getattr(self, kind)(one, other)
        except UserError:
            self.town.session.expire_all()

    def substitute(self, one, other):
        duties = self.duties()
        substitute(
            self.town.session,
            by=self.town.actor("office"),
            duty_id=duties[one % len(duties)].id,
            person_id=getattr(self.town, NAMES[other]).id,
            reason="",
            now=self.now,
            policy=POLICY,
        )

    def swap(self, one, other):
        duties = self.duties()
        swap(
            self.town.session,
            by=self.town.actor("office"),
            duty_id=duties[one % len(duties)].id,
            other_duty_id=duties[other % len(duties)].id,
            reason="",
            now=self.now,
            policy=POLICY,
        )

    def publish(self, post, rows):
        made = [
            self.town.row(day, post=self.posts[post], leader=NAMES[one], officer=NAMES[other])
            for day, one, other in rows
        ]
        self.town.publish(*made, now=self.now)

    def wait(self, hours, _):
        """Time goes by in steps of half an hour; whatever is said is said to those who stand the shift."""
        for _ in range(hours * 2):
            self.now += timedelta(minutes=30)
            while watch_due(self.town.session, county=COUNTY, now=self.now, policy=POLICY) >= 100:
                pass
            self.check_said()

    def check_said(self):
        query = select(Message).where(
            Message.subject == "duty",
            col(Message.kind).in_((REMINDER, ALARM)),
            col(Message.person_id).is_not(None),
        )
        for message in self.town.session.exec(query):
            if message.id in self.seen:
                continue
            self.seen.add(message.id)
            duty = self.town.session.get_one(ShiftDuty, (COUNTY, message.subject_id))
            assert duty.state != REMOVED
            if message.kind == REMINDER:
                assert message.person_id == duty.person_id

    def check(self):
        self.nobody_is_twice()
        self.every_minute_is_covered_or_reported()
        self.nothing_is_left_to_say_to_who_is_off()

    def nobody_is_twice(self):
        held = defaultdict(list)
        for duty in self.duties():
            shift = self.town.session.get_one(Shift, (COUNTY, duty.shift_id))
            assert shift.removed_at is None
            if duty.role != DEPUTY:
                held[duty.person_id].append(Span(shift.starts_at, shift.ends_at))
        for spans in held.values():
            for one, other in pairwise(sorted(spans)):
                assert one.ends_at <= other.starts_at

    def every_minute_is_covered_or_reported(self):
        gaps = period_gaps(self.town.session, period=self.town.period, now=NOW, policy=POLICY)
        shifts = self.town.session.exec(select(Shift).where(col(Shift.removed_at).is_(None))).all()
        for post in self.town.session.exec(select(Post)):
            mine = [Span(shift.starts_at, shift.ends_at) for shift in shifts if shift.post_id == post.id]
            missing = [gap.span for gap in gaps if gap.post.id == post.id]
            for hour in range(72):
                moment = at(1, 8) + timedelta(hours=hour, minutes=30)
                inside = [
                    any(span.starts_at <= moment < span.ends_at for span in spans)
                    for spans in (mine, missing)
                ]
                assert inside in ([True, False], [False, True]), (post.name, moment)

    def nothing_is_left_to_say_to_who_is_off(self):
        off = select(ShiftDuty.id).where(ShiftDuty.state == REMOVED)
        query = select(Message).where(
            Message.subject == "duty",
            col(Message.subject_id).in_(off),
            Message.kind == REMINDER,
            col(Message.state).in_(("pending", "held")),
        )
        assert self.town.session.exec(query).all() == []


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(step, min_size=1, max_size=8))
def test_whatever_is_done_to_a_roster(town, steps):
    with town.session.begin_nested() as example:
        play = Play(town)
        for each in steps:
            play.do(*each)
            play.check()
        example.rollback()
    town.session.expire_all()
