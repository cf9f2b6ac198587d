"""One takes another's place on a shift, two change places: who may, who is told, what stays."""

import pytest
from sqlmodel import select

from models.base import Grant, UserError, write_now
from models.duty import REMOVED, STANDBY, ShiftDuty
from models.duty_watch import watch_due
from models.people import TOWN_OFFICER, add_person, person_actor
from models.posts import save_post
from models.roster_edit import substitute, swap
from models.timeline import shift_timeline
from tests.duty_fixtures import COUNTY, NOW, OTHER_TOWN, POLICY, at, duty_session, town

__all__ = ["duty_session", "town"]


def replace(town, name, new, *, by="office", reason="出差", now=NOW, day=None):
    """Someone takes the place of another."""
    duty, person = town.duty(name, day), getattr(town, new)
    return substitute(
        town.session,
        by=town.actor(by),
        duty_id=duty.id,
        person_id=person.id,
        reason=reason,
        now=now,
        policy=POLICY,
    )


def change(town, one, other, *, by="office", now=NOW, reason=""):
    """Two duties change people."""
    return swap(
        town.session,
        by=town.actor(by),
        duty_id=one.id,
        other_duty_id=other.id,
        reason=reason,
        now=now,
        policy=POLICY,
    )


def two_days(town):
    """吴刚 leads on the 1st with 冯超, 郑丽 on the 2nd with 马超."""
    town.publish(
        town.row(1, leader="leader", officer="officer"), town.row(2, leader="deputy", officer="other")
    )
    town.forget()


def test_a_substitute_stands_the_shift_and_everyone_concerned_is_told(town):
    town.publish(town.row(1))
    town.forget()
    old = town.duty("officer")
    duty = replace(town, "officer", "other")
    town.session.flush()
    town.session.refresh(old)
    assert (old.state, old.due_at) == (REMOVED, None)
    assert (duty.person_id, duty.role, duty.shift_id) == (town.other.id, "officer", old.shift_id)
    assert duty.due_at is not None
    assert duty.due_at < at(1, 8)
    assert "您不用去了" in town.said("officer")
    assert "改由 马超 值" in town.said("officer")
    assert "由您值（原来是 冯超）" in town.said("other")
    assert "吴刚 13800000010" in town.said("other")
    for name in ("leader", "deputy", "town"):
        assert "冯超 换成 马超 13800000014" in town.said(name), name
        assert "原因：出差" in town.said(name)
    assert town.said("office") == ""  # who did it knows


def test_nobody_is_told_twice_and_the_head_is_left_alone(town):
    town.publish(town.row(1))
    town.forget()
    replace(town, "officer", "other", by="town")
    assert [
        len(town.messages(name)) for name in ("office", "leader", "officer", "other", "town", "head")
    ] == [
        1,
        1,
        1,
        1,
        0,
        0,
    ]


def test_the_reminders_go_to_whoever_stands_it_in_the_end(town):
    town.publish(town.row(1))
    town.forget()
    replace(town, "officer", "other")
    town.forget()
    for moment in (at(30, 9, month=9), at(1, 7), at(1, 8)):
        watch_due(town.session, county=COUNTY, now=moment, policy=POLICY)
    assert town.messages("officer") == []
    assert town.keys("other") == ["duty-remind", "duty-remind", "duty-call"]


def test_put_on_while_the_shift_runs_they_are_expected_from_then(town):
    town.publish(town.row(1))
    for moment in (at(1, 8), at(1, 8, 10), at(1, 8, 20)):
        watch_due(town.session, county=COUNTY, now=moment, policy=POLICY)
    town.forget()
    duty = replace(town, "officer", "other", now=at(1, 8, 25))
    assert duty.expected_at == at(1, 8, 25)
    watch_due(town.session, county=COUNTY, now=at(1, 8, 25), policy=POLICY)
    assert town.keys("other")[-1] == "duty-call"


def test_a_deputy_put_on_stands_by(town):
    town.publish(town.row(1))
    assert replace(town, "deputy", "other").state == STANDBY


@pytest.mark.parametrize(
    ("name", "new", "key"),
    [
        ("officer", "officer", "substitute-same"),
        ("officer", "leader", "substitute-there"),
        ("officer", "other", "duty-elsewhere"),
    ],
)
def test_who_cannot_take_the_place_is_refused(town, name, new, key):
    second = save_post(town.session, by=town.actor("office"), now=NOW, name="彭店镇政府", area=town.post.area)
    town.publish(town.row(1), town.row(1, post=second, officer="other"))
    with pytest.raises(UserError, match=key):
        replace(town, name, new)


def test_a_place_given_away_before_an_ended_shift_and_nobody_are_refused(town):
    town.publish(town.row(1))
    duty = town.duty("officer")
    replace(town, "officer", "other")
    known = {"by": town.actor("office"), "reason": "", "now": NOW, "policy": POLICY}
    with pytest.raises(UserError, match="duty-changed"):
        substitute(town.session, duty_id=duty.id, person_id=town.head.id, **known)
    with pytest.raises(UserError, match="duty-unknown"):
        substitute(town.session, duty_id=1, person_id=town.head.id, **known)
    with pytest.raises(UserError, match="person-unknown"):
        substitute(town.session, duty_id=town.duty("leader").id, person_id=1, **known)
    with pytest.raises(UserError, match="reason-long"):
        replace(town, "leader", "head", reason="长" * 101)
    with pytest.raises(UserError, match="shift-over"):
        replace(town, "leader", "head", now=at(2, 8))


def test_office_town_and_the_leader_of_the_shift_approve_others_do_not(town):
    town.publish(town.row(1))
    replace(town, "officer", "other", by="leader")
    with pytest.raises(UserError, match="not-allowed"):  # their own place
        replace(town, "leader", "head", by="leader")
    for who in ("officer", "other", "head", "deputy"):
        with pytest.raises(UserError, match="not-allowed"):
            replace(town, "leader", "head", by=who)
    replace(town, "leader", "head", by="town")


def test_a_town_officer_does_not_change_another_towns_post(town):
    town.publish(town.row(1))
    outsider = add_person(
        town.session, county=COUNTY, name="孙涛", grants=[Grant(TOWN_OFFICER, OTHER_TOWN)], now=NOW
    )
    with pytest.raises(UserError, match="not-allowed"):
        substitute(
            town.session,
            by=person_actor(town.session, person=outsider, channel="web"),
            duty_id=town.duty("officer").id,
            person_id=town.other.id,
            reason="",
            now=NOW,
            policy=POLICY,
        )


def test_two_change_places_and_all_of_both_shifts_hear_of_it(town):
    two_days(town)
    there = change(town, town.duty("officer"), town.duty("other"), reason="家里有事")
    assert (there.person_id, town.duty("officer").shift_id) == (town.officer.id, there.shift_id)
    assert town.duty("other", 1).role == "officer"
    assert "您改值 彭店镇值班室 值班人员：10月2日" in town.said("officer")
    assert "原来的 彭店镇值班室 值班人员：10月1日" in town.said("officer")
    assert "您改值 彭店镇值班室 值班人员：10月1日" in town.said("other")
    for name in ("leader", "deputy", "town"):
        assert "冯超 改值" in town.said(name), name
        assert "马超 改值" in town.said(name), name
        assert len(town.messages(name)) == 1


def test_leaders_change_with_leaders_or_deputies_only(town):
    town.publish(town.row(1), town.row(2, leader="head", officer="other"))
    change(town, town.duty("leader", 1), town.duty("deputy", 1))  # A角 and B角 of one shift
    assert (town.duty("deputy", 1).role, town.duty("leader", 1).state) == ("leader", STANDBY)
    with pytest.raises(UserError, match="swap-roles"):
        change(town, town.duty("officer", 1), town.duty("head", 2))
    with pytest.raises(UserError, match="swap-same"):
        change(town, town.duty("officer", 1), town.duty("officer", 1))


def test_a_swap_that_would_put_someone_on_two_posts_is_refused(town):
    second = save_post(town.session, by=town.actor("office"), now=NOW, name="彭店镇政府", area=town.post.area)
    town.publish(
        town.row(1, officer="officer"),
        town.row(2, officer="other"),
        town.row(2, post=second, officer="officer"),
    )
    with pytest.raises(UserError, match="duty-elsewhere"):
        change(town, town.duty("officer", 1), town.duty("other", 2))
    states = [duty.state for duty in town.session.exec(select(ShiftDuty))]
    assert REMOVED not in states


def test_the_history_of_a_shift_is_told_to_those_concerned(town):
    town.publish(town.row(1))
    duty = town.duty("officer")

    def told(who):
        write_now(town.session)
        return shift_timeline(town.session, by=town.actor(who), shift_id=duty.shift_id)[2]

    with pytest.raises(UserError, match="not-allowed"):
        told("other")
    replace(town, "officer", "other")
    added, replaced = told("office")
    assert (added.what, added.by, added.reason, added.off, added.on) == ("shift-add", "李静", "", [], [])
    assert town.officer.name in added.about
    assert (replaced.what, replaced.by, replaced.reason) == ("shift-substitute", "李静", "出差")
    assert replaced.off == [(town.officer.name, "officer")]
    assert replaced.on == [(town.other.name, "officer")]
    assert not replaced.moved
    assert len(told("officer")) == 2
    with pytest.raises(UserError, match="shift-unknown"):
        shift_timeline(town.session, by=town.actor("office"), shift_id=1)
