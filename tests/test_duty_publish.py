"""A roster replaces the one before as a whole, and tells each person concerned once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from models.base import UserError
from models.checkin import check_in
from models.duty import CHECKED_IN, REMOVED, Shift, ShiftDuty
from models.duty_watch import watch_due
from models.posts import save_post
from tests.duty_fixtures import COUNTY, NOW, OTHER_TOWN, POLICY, at, duty_session, first_key, town

__all__ = ["duty_session", "town"]


def changes(message):
    return [line["k"] for line in message.body["lines"][1:]]


def test_everyone_on_a_new_roster_gets_one_message_with_all_their_shifts(town):
    done = town.publish(town.row(1), town.row(2), town.row(3, leader="leader", officer="other"))
    assert (done.added, done.changed, done.removed, done.kept, done.told) == (3, 0, 0, 0, 4)
    (told,) = town.messages("leader")
    assert first_key(told) == "roster-told"
    assert changes(told) == ["roster-added"] * 3
    assert changes(town.messages("deputy")[0]) == ["roster-added"] * 2
    assert changes(town.messages("other")[0]) == ["roster-added"]
    assert "10月3日（周六）08:00 至 10月4日（周日）08:00" in town.said("other")
    assert town.messages("office") == []
    assert town.events("shift") == ["add"] * 3


def test_the_same_roster_again_changes_nothing_and_tells_nobody(town):
    rows = [town.row(1), town.row(2)]
    town.publish(*rows)
    town.forget()
    done = town.publish(*rows)
    assert (done.added, done.changed, done.removed, done.kept, done.told) == (0, 0, 0, 2, 0)
    assert town.messages() == []


def test_created_changed_and_removed_each_tell_whom_they_concern(town):
    town.publish(town.row(1), town.row(2), town.row(3))
    town.forget()
    half_past = replace(town.row(2), starts_at=at(2, 8, 30), ends_at=at(3, 8))
    done = town.publish(town.row(1, leader="leader", officer="other"), half_past)
    assert (done.added, done.changed, done.removed, done.kept) == (0, 2, 1, 0)
    assert changes(town.messages("leader")[0]) == ["roster-team", "roster-moved", "roster-removed"]
    assert changes(town.messages("officer")[0]) == ["roster-removed", "roster-moved", "roster-removed"]
    assert changes(town.messages("other")[0]) == ["roster-added"]
    assert "08:30" in town.said("leader")
    assert len(town.messages()) == 4


def test_a_role_changed_is_told(town):
    town.publish(town.row(1))
    town.forget()
    town.publish(town.row(1, leader="deputy", deputy="leader", officer="officer"))
    assert "改角色" in town.said("leader")
    assert "原来是B角" in town.said("deputy")
    assert town.messages("officer") == []


def test_a_check_in_outlives_a_new_roster(town):
    town.publish(town.row(1), town.row(2))
    duty = town.duty("officer", 1)
    check_in(town.session, by=town.actor("officer"), duty_id=duty.id, now=at(1, 7, 55), policy=POLICY)
    moved = replace(town.row(1), ends_at=at(1, 20))
    town.publish(moved, town.row(2, leader="leader"), now=at(1, 9))
    assert town.duty("officer", 1).id == duty.id
    assert town.duty("officer", 1).state == CHECKED_IN
    assert town.duty("officer", 1).due_at is None
    with pytest.raises(AssertionError):
        town.duty("officer", 2)


def test_what_is_over_is_not_touched(town):
    town.publish(town.row(1), town.row(2))
    town.publish(town.row(3), now=at(2, 12))
    shifts = town.session.exec(select(Shift).order_by(Shift.starts_at)).all()
    assert [shift.removed_at is None for shift in shifts] == [True, False, True]


def test_a_person_taken_off_is_not_reminded_and_the_one_put_on_is(town):
    town.publish(town.row(1, officer="officer"))
    town.publish(town.row(1, officer="other"))
    town.forget()
    assert watch_due(town.session, county=COUNTY, now=at(1, 7), policy=POLICY) == 1
    assert town.keys("other") == ["duty-remind"]
    assert town.keys("officer") == []


def test_a_reminder_not_yet_sent_is_taken_back(town):
    town.publish(town.row(1, officer="officer"))
    watch_due(town.session, county=COUNTY, now=at(1, 7), policy=POLICY)
    assert town.keys("officer")[-1] == "duty-remind"
    town.publish(town.row(1, officer="other"), now=at(1, 7, 5))
    assert "duty-remind" not in town.keys("officer")


def test_other_posts_stay_unless_the_roster_is_the_whole(town):
    gate = save_post(town.session, by=town.actor("office"), now=NOW, name="南大门")
    town.publish(town.row(1))
    done = town.publish(town.row(1, post=gate, officer="other"))
    assert (done.added, done.removed) == (1, 0)
    done = town.publish(town.row(1, post=gate, officer="other"), whole=True)
    assert (done.kept, done.removed) == (1, 1)
    states = {
        duty.state
        for duty in town.session.exec(select(ShiftDuty).where(ShiftDuty.person_id == town.leader.id))
    }
    assert states == {REMOVED}


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"ends_at": at(1, 8)}, "roster-order"),
        ({"ends_at": at(5, 8)}, "roster-long"),
        ({"starts_at": at(29, 8, month=9), "ends_at": at(30, 8, month=9)}, "roster-outside"),
        ({"people": ()}, "roster-nobody"),
    ],
)
def test_a_faulty_shift_refuses_the_whole_roster(town, change, key):
    with pytest.raises(UserError, match=key):
        town.publish(town.row(2), replace(town.row(1), **change))
    assert town.session.exec(select(Shift)).all() == []
    assert town.messages() == []


def test_one_person_twice_in_a_shift(town):
    with pytest.raises(UserError, match="roster-twice-in-shift"):
        town.publish(town.row(1, leader="leader", officer="leader"))


def test_nobody_on_two_posts_and_no_post_twice_at_once(town):
    gate = save_post(town.session, by=town.actor("office"), now=NOW, name="南大门")
    with pytest.raises(UserError, match="roster-person-twice"):
        town.publish(
            town.row(1, officer="officer"), town.row(1, post=gate, hour=20, hours=12, officer="officer")
        )
    with pytest.raises(UserError, match="roster-post-twice"):
        town.publish(town.row(1, officer="officer"), town.row(1, hour=20, hours=12, officer="other"))
    town.publish(town.row(1, officer="officer"))
    with pytest.raises(UserError, match="roster-person-twice"):
        town.publish(town.row(1, post=gate, hour=7, hours=2, officer="officer"))
    # One after the other, and a deputy of two posts, are well.
    town.publish(
        town.row(2, post=gate, officer="officer", deputy="deputy"),
        town.row(2, officer="other", deputy="deputy"),
    )


def test_a_town_publishes_its_own_posts_only(town):
    town.publish(town.row(1), by="town")
    elsewhere = save_post(
        town.session, by=town.actor("office"), now=NOW, name="马栏镇值班室", area=OTHER_TOWN
    )
    for by in ("town", "officer"):
        with pytest.raises(UserError, match="not-allowed"):
            town.publish(town.row(1, post=elsewhere, officer="other"), by=by)
    with pytest.raises(UserError, match="not-allowed"):
        town.publish(town.row(2), by="officer")
    with pytest.raises(UserError, match="roster-empty"):
        town.publish()


def test_two_rosters_at_once_are_not_both_published(town):
    stale = town.period.version
    town.publish(town.row(1))
    assert town.period.version == stale + 1


def test_at_night_only_a_near_change_is_told_at_once(town):
    town.publish(town.row(3), now=at(28, 23, month=9))
    assert [message.state for message in town.messages("leader")] == ["held"]
    town.forget()
    town.publish(town.row(1, officer="other"), now=at(30, 23, month=9))
    assert [message.state for message in town.messages("other")] == ["pending"]


def test_someone_put_on_a_shift_that_has_begun_is_called_at_once_and_counted_from_then(town):
    town.publish(town.row(1))
    noon = at(1, 12)
    town.publish(town.row(1, leader="leader", officer="other"), now=noon)
    duty = town.duty("other")
    assert duty.due_at == duty.expected_at == noon
    town.forget()
    watch_due(town.session, county=COUNTY, now=noon, policy=POLICY)
    assert "duty-call" in town.keys("other")
    assert town.duty("other").due_at == noon + timedelta(minutes=10)
