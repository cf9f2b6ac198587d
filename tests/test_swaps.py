"""The rules of swaps and takeovers: who is suitable, who may, races, and when they are recalled."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from bot.db import Database
from models.audit import events_of
from models.base import Actor, Grant, UserError, write_now
from models.checkin import check_in
from models.duty import EXPECTED, REMOVED, Shift, ShiftDuty
from models.duty_watch import watch_due
from models.leave import add_leave
from models.outbox import Message
from models.people import DUTY_OFFICER, Person, person_actor
from models.policy import OFFICE, TOWN, Policy
from models.posts import save_post
from models.roster_edit import seat_of, substitute
from models.swap_approval import approve_swap, may_approve, refuse_swap, to_approve
from models.swap_flow import accept_swap, ask_swap, decline_swap, widen_swap, withdraw_swap
from models.swap_people import hindrances, suitable_people
from models.swap_views import asked_of, offered_in_return, requests_of
from models.swap_watch import swaps_due
from models.swaps import (
    DONE,
    EXPIRED,
    NOT_BEFORE,
    OPEN,
    REFUSED,
    TAKEN,
    VOID,
    WITHDRAWN,
    SwapRequest,
    pending_for,
    reminder_times,
    swap_by_id,
)
from models.takeover import take_over_shift
from models.timeline import HAPPENED, shift_timeline
from tests.duty_fixtures import COUNTY, NOW, OTHER_TOWN, POLICY, _person, at, duty_session, stored_town, town
from tests.duty_fixtures import TOWN as AREA
from tests.test_duty_together import together

__all__ = ["duty_session", "town"]

HOUR = timedelta(hours=1)
ZONE = ZoneInfo("Asia/Shanghai")


# When it is recalled


def test_a_week_three_days_a_day_twelve_and_three_hours_before():
    starts = at(20, 8)
    times = reminder_times(starts, at(1, 9), POLICY)
    assert times == [at(13, 8), at(17, 8), at(19, 8), at(19, 20), at(20, 5)]
    assert reminder_times(starts, at(19, 7, 30), POLICY) == [
        at(19, 20),
        at(20, 5),
    ]  # none right after it was made


def test_at_night_only_what_is_less_than_twelve_hours_away():
    starts = at(20, 2)  # two in the morning: everything falls into the night
    assert reminder_times(starts, at(1, 9), POLICY) == [
        at(13, 7),
        at(17, 7),
        at(19, 7),
        at(19, 14),
        at(19, 23),
    ]
    noon = at(20, 12)
    assert at(20, 0) not in reminder_times(noon, at(1, 9), POLICY)
    assert at(20, 7) in reminder_times(noon, at(1, 9), POLICY)


@given(
    st.datetimes(min_value=at(1, 0).replace(tzinfo=None), max_value=at(30, 0).replace(tzinfo=None)),
    st.integers(0, 60 * 24 * 20),
)
def test_reminders_are_ahead_of_the_shift_and_by_day_unless_it_is_near(naive, minutes):
    starts = naive.replace(tzinfo=at(1, 0).tzinfo)
    created = starts - timedelta(minutes=minutes)
    times = reminder_times(starts, created, POLICY)
    assert times == sorted(set(times))
    for when in times:
        assert created + NOT_BEFORE <= when < starts
        assert not POLICY.is_quiet(when) or starts - when < 12 * HOUR


# Who is suitable


@pytest.fixture
def roster(town):
    """冯超 on the 1st and 3rd with 吴刚, 马超 on the 2nd; two more officers: 田宇 here, 白雪 in another town."""
    town.tian = _person(town.session, "tian", "田宇", DUTY_OFFICER, AREA, "13800000021")
    town.bai = _person(town.session, "bai", "白雪", DUTY_OFFICER, OTHER_TOWN, "13800000022")
    town.publish(
        town.row(1, leader="leader", officer="officer"),
        town.row(2, leader="deputy", officer="other"),
        town.row(3, leader="leader", officer="officer"),
    )
    town.forget()
    return town


def seat(town, name="officer", day=1):
    return seat_of(town.session, county=COUNTY, duty_id=town.duty(name, day).id)


def names(town, where, policy=POLICY):
    return {person.name for person in suitable_people(town.session, where, now=NOW, policy=policy)}


def test_same_town_right_role_free_and_rested(roster):
    assert names(roster, seat(roster)) == {"田宇"}  # 马超 would stand two days and nights on end
    assert names(roster, seat(roster), Policy(swap_rest=timedelta(0))) == {"田宇", "马超"}
    assert names(roster, seat(roster, "leader")) == set()
    assert names(roster, seat(roster, "leader"), Policy(swap_rest=timedelta(0))) == {"郑丽"}
    roster.publish(roster.row(2, leader="deputy"), now=NOW)
    assert names(roster, seat(roster, "deputy", 2)) == {"吴刚"}


def test_somewhere_else_at_the_time_or_too_soon(roster):
    office = roster.actor("office")
    post = save_post(roster.session, by=office, now=NOW, name="彭店镇防汛岗", area=AREA)
    roster.publish(
        roster.row(1, leader="leader", officer="officer"),
        roster.row(1, post=post, hour=20, hours=4, officer="tian"),
    )
    where = seat(roster)
    assert names(roster, where) == {"马超"}
    (why,) = hindrances(roster.session, where, [roster.tian.id], policy=POLICY).values()
    assert why["k"] == "swap-busy"
    roster.publish(
        roster.row(1, leader="leader", officer="officer"),
        roster.row(2, post=post, hour=15, hours=4, officer="tian"),
    )
    (why,) = hindrances(roster.session, seat(roster), [roster.tian.id], policy=POLICY).values()
    assert (why["k"], why["p"]["hours"]) == ("swap-no-rest", 8)
    roster.publish(
        roster.row(1, leader="leader", officer="officer"),
        roster.row(2, post=post, hour=16, hours=4, officer="tian"),
    )
    assert names(roster, seat(roster)) == {"马超", "田宇"}  # exactly eight hours are enough


def test_not_on_leave(roster):
    days = {"first": at(2, 0).astimezone(ZONE).date(), "last": at(4, 0).astimezone(ZONE).date()}
    add_leave(
        roster.session, by=roster.actor("tian"), person_id=roster.tian.id, now=NOW, policy=POLICY, **days
    )
    assert names(roster, seat(roster)) == set()  # the shift of the 1st runs into the 2nd
    (why,) = hindrances(roster.session, seat(roster), [roster.tian.id], policy=POLICY).values()
    assert why["k"] == "swap-on-leave"
    assert fault(ask, roster, person_id=roster.tian.id) == "swap-hindered"


def test_of_the_posts_unit_and_who_stood_it_lately(roster):
    roster.post.unit_id = roster.bai.unit_id = 77
    roster.session.flush()
    assert names(roster, seat(roster)) == {"田宇", "白雪"}
    roster.bai.unit_id = None
    roster.session.flush()
    assert names(roster, seat(roster)) == {"田宇"}
    roster.publish(roster.row(1, officer="officer"), roster.row(3, hour=8, officer="bai"))
    assert names(roster, seat(roster)) == {"田宇", "马超", "白雪"}
    roster.tian.active = False
    roster.session.flush()
    assert names(roster, seat(roster)) == {"马超", "白雪"}


# Asking, agreeing


def ask(town, name="officer", day=1, now=NOW, policy=POLICY, **more):
    return ask_swap(
        town.session, by=town.actor(name), duty_id=town.duty(name, day).id, now=now, policy=policy, **more
    )


def act(work, town, name, request, now=NOW + HOUR, policy=POLICY, **more):
    return work(town.session, by=town.actor(name), request_id=request.id, now=now, policy=policy, **more)


def fault(work, *args, **more):
    with pytest.raises(UserError) as caught:
        work(*args, **more)
    return caught.value.key


def test_what_can_be_asked_for(roster):
    tian, other = roster.tian.id, roster.other.id
    assert fault(ask, roster, person_id=roster.bai.id) == "swap-wrong-person"
    assert fault(ask, roster, person_id=roster.deputy.id) == "swap-wrong-person"
    assert fault(ask, roster, person_id=roster.officer.id) == "swap-wrong-person"
    assert fault(ask, roster, person_id=4711) == "swap-wrong-person"
    assert fault(ask, roster, person_id=other) == "swap-hindered"
    assert fault(ask, roster, person_id=tian, reason="长" * 101) == "reason-long"
    assert fault(ask, roster, now=at(1, 8)) == "swap-begun"
    assert fault(ask, roster, "leader") == "swap-nobody"
    theirs = roster.duty("other", 2).id
    assert fault(ask, roster, person_id=tian, other_duty_id=theirs) == "swap-not-theirs"
    assert (
        fault(ask, roster, person_id=roster.deputy.id, other_duty_id=roster.duty("deputy", 2).id)
        == "swap-roles"
    )
    not_mine = {
        "by": roster.actor("other"),
        "duty_id": roster.duty("officer", 1).id,
        "now": NOW,
        "policy": POLICY,
    }
    assert fault(ask_swap, roster.session, **not_mine) == "swap-not-yours"
    assert ask(roster, person_id=tian).state == OPEN
    assert fault(ask, roster, person_id=tian) == "swap-under-way"
    assert ask(roster, day=3).to_all  # another shift of theirs is another matter


def test_the_asked_are_told_and_the_others_not(roster):
    request = ask(roster, reason="家里有事")
    assert roster.keys("tian") == ["swap-asks"]
    assert "10月1日（周四）08:00" in roster.said("tian")
    assert "家里有事" in roster.said("tian")
    assert [roster.keys(name) for name in ("other", "bai", "office", "leader")] == [[]] * 4
    assert [each.id for each in asked_of(roster.session, by=roster.actor("tian"))] == [request.id]
    assert [each.id for each in requests_of(roster.session, by=roster.actor("officer"))] == [request.id]
    assert asked_of(roster.session, by=roster.actor("other")) == []


def test_the_leader_of_the_shift_approves_and_the_roster_is_changed(roster):
    request = ask(roster)
    act(accept_swap, roster, "tian", request)
    assert act(accept_swap, roster, "tian", request).state == TAKEN  # twice is no error
    assert (roster.keys("leader"), roster.keys("office")) == (["swap-approve-ask"], [])
    assert fault(act, approve_swap, roster, "tian", request) == "not-allowed"
    assert fault(act, approve_swap, roster, "officer", request) == "not-allowed"
    assert fault(act, approve_swap, roster, "deputy", request) == "not-allowed"  # the leader of another day
    assert fault(act, approve_swap, roster, "town", request) == "not-allowed"  # not named by the policy
    old = roster.duty("officer", 1)
    done = act(approve_swap, roster, "leader", request)
    assert (done.state, done.decided_by, done.due_at) == (DONE, roster.leader.id, None)
    assert (roster.duty("tian").state, roster.duty("tian").role) == (EXPECTED, "officer")
    roster.session.refresh(old)
    assert (old.state, old.due_at) == (REMOVED, None)
    assert act(approve_swap, roster, "leader", request).state == DONE  # twice is no error
    assert fault(act, withdraw_swap, roster, "officer", request) == "swap-settled"
    assert fault(act, refuse_swap, roster, "leader", request, reason="x") == "swap-settled"
    actions = [
        each.action
        for each in events_of(roster.session, county=COUNTY, subject="swap", subject_id=request.id)
    ]
    assert actions == ["ask", "accept", "approve"]


def test_an_exchange_needs_both_to_be_free(roster):
    theirs = roster.duty("other", 2)
    offers = offered_in_return(
        roster.session, seat=seat(roster, "officer", 1), person=roster.other, now=NOW, policy=POLICY
    )
    assert offers == []  # 冯超 would stand the 2nd and the 3rd on end
    calm = Policy(swap_rest=timedelta(0))
    offers = offered_in_return(
        roster.session, seat=seat(roster, "officer", 1), person=roster.other, now=NOW, policy=calm
    )
    assert [each.duty.id for each in offers] == [theirs.id]
    request = ask(roster, person_id=roster.other.id, other_duty_id=theirs.id, policy=calm)
    assert roster.keys("other") == ["swap-asks-return"]
    act(accept_swap, roster, "other", request, policy=calm)
    act(approve_swap, roster, "office", request, policy=calm)
    assert roster.duty("other").id != theirs.id
    assert seat(roster, "other", 1).shift.starts_at == at(1, 8)
    assert seat(roster, "officer", 2).shift.starts_at == at(2, 8)


@pytest.mark.parametrize(
    ("approvers", "asked", "may"),
    [
        ((), [], []),
        ((OFFICE,), ["office"], ["office"]),
        ((TOWN,), ["town"], ["office", "town"]),
        ((OFFICE, TOWN), ["office", "town"], ["office", "town"]),
        (("shift_leader",), ["leader"], ["office", "leader"]),
        (("shift_leader", OFFICE), ["leader"], ["office", "leader"]),
    ],
)
def test_who_approves_is_the_policys(roster, approvers, asked, may):
    policy = Policy(swap_approvers=approvers)
    request = act(accept_swap, roster, "tian", ask(roster, policy=policy), policy=policy)
    people = ("office", "town", "leader", "head", "deputy", "tian", "officer")
    assert [name for name in people if "swap-approve-ask" in roster.keys(name)] == asked
    if not approvers:
        assert request.state == DONE
        return
    allowed = [
        name
        for name in people
        if may_approve(roster.session, by=roster.actor(name), request=request, policy=policy)
    ]
    assert allowed == may
    waiting = [
        name for name in people if to_approve(roster.session, by=roster.actor(name), now=NOW, policy=policy)
    ]
    assert waiting == may
    stranger = Actor(COUNTY, 1, "", "web", (Grant("town_officer", OTHER_TOWN),))
    assert not may_approve(roster.session, by=stranger, request=request, policy=policy)


def test_a_leaders_own_swap_is_the_offices(roster):
    calm = Policy(swap_rest=timedelta(0))
    request = ask(roster, "leader", policy=calm, person_id=roster.deputy.id)
    act(accept_swap, roster, "deputy", request, policy=calm)
    assert "swap-approve-ask" in roster.keys("office")
    assert fault(act, approve_swap, roster, "leader", request, policy=calm) == "not-allowed"
    assert act(approve_swap, roster, "office", request, policy=calm).state == DONE


def test_refusing_takes_a_reason_and_leaves_the_roster(roster):
    request = act(accept_swap, roster, "tian", ask(roster))
    assert fault(act, refuse_swap, roster, "leader", request, reason=" ") == "swap-reason-needed"
    assert fault(act, refuse_swap, roster, "leader", request, reason="长" * 101) == "reason-long"
    assert fault(act, refuse_swap, roster, "town", request, reason="不行") == "not-allowed"
    roster.forget()
    refused = act(refuse_swap, roster, "leader", request, reason="那天要开会")
    assert (refused.state, refused.refusal) == (REFUSED, "那天要开会")
    assert act(refuse_swap, roster, "leader", request, reason="再说").refusal == "那天要开会"
    assert (roster.keys("officer"), roster.keys("tian")) == (["swap-refused"], ["swap-no-longer"])
    assert roster.duty("officer", 1).state == EXPECTED
    assert ask(roster).state == OPEN  # it may be asked again


def test_declining_and_giving_back(roster):
    request = ask(roster)
    assert fault(act, decline_swap, roster, "other", request) == "swap-not-asked"
    act(decline_swap, roster, "tian", request)
    assert roster.keys("officer") == ["swap-declined"]
    act(decline_swap, roster, "tian", request)
    assert roster.keys("officer") == ["swap-declined"]
    act(accept_swap, roster, "tian", request)
    given = act(decline_swap, roster, "tian", request, now=NOW + 2 * HOUR)
    assert (given.state, given.taker_id) == (OPEN, None)
    assert roster.keys("officer")[-1] == "swap-gave-back"
    act(accept_swap, roster, "tian", request, now=NOW + 3 * HOUR)
    assert roster.keys("leader").count("swap-approve-ask") == 1  # the first was taken back, unsent
    act(approve_swap, roster, "leader", request)
    assert fault(act, decline_swap, roster, "tian", request) == "swap-taken"


def test_from_one_to_everyone(roster):
    calm = Policy(swap_rest=timedelta(0))
    request = ask(roster, person_id=roster.other.id, other_duty_id=roster.duty("other", 2).id, policy=calm)
    assert fault(act, widen_swap, roster, "other", request, policy=calm) == "swap-not-yours"
    widened = act(widen_swap, roster, "officer", request, policy=calm)
    assert (widened.to_all, widened.kind, widened.other_duty_id) == (True, "substitute", None)
    assert roster.keys("tian") == ["swap-asks"]
    assert act(accept_swap, roster, "tian", request, policy=calm).taker_id == roster.tian.id
    assert fault(act, accept_swap, roster, "other", request, policy=calm) == "swap-taken"


def test_who_is_no_longer_free_cannot_agree(roster):
    request = ask(roster)
    office = roster.actor("office")
    post = save_post(roster.session, by=office, now=NOW, name="彭店镇防汛岗", area=AREA)
    substitute_for = roster.publish(
        roster.row(1, leader="leader", officer="officer"), roster.row(1, post=post, officer="tian")
    )
    assert substitute_for.added == 1
    assert fault(act, accept_swap, roster, "tian", request) == "swap-hindered"
    assert swap_by_id(roster.session, county=COUNTY, request_id=request.id).state == OPEN


def test_a_roster_changed_meanwhile_ends_it(roster):
    request = ask(roster)
    given = {"by": roster.actor("office"), "reason": "", "now": NOW, "policy": POLICY}
    substitute(roster.session, duty_id=request.duty_id, person_id=roster.tian.id, **given)
    assert fault(act, accept_swap, roster, "tian", request) in ("swap-moved-on", "swap-hindered")
    roster.forget()
    assert swaps_due(roster.session, county=COUNTY, now=at(30, 8, month=9), policy=POLICY) == 1
    assert swap_by_id(roster.session, county=COUNTY, request_id=request.id).state == VOID
    assert roster.messages() == []
    assert fault(act, withdraw_swap, roster, "officer", request) == "swap-settled"


# The tick


def tick(town, *moments):
    return [swaps_due(town.session, county=COUNTY, now=now, policy=POLICY) for now in moments]


def test_it_is_recalled_and_whoever_asked_hears_that_they_stay_on(roster):
    request = ask(roster)
    roster.forget()
    assert tick(roster, at(28, 22, month=9), at(30, 7, 59, month=9)) == [0, 0]  # three days ahead: too fresh
    assert tick(roster, at(30, 8, month=9), at(30, 8, month=9)) == [1, 0]
    assert (roster.keys("tian"), roster.keys("officer")) == (["swap-asks"], ["swap-still-open"])
    assert "还有 24 小时" in roster.said("officer")
    assert "这一班仍由您值" in roster.said("officer")
    act(accept_swap, roster, "tian", request, now=at(30, 9, month=9))
    roster.forget()
    tick(roster, at(30, 20, month=9))
    assert roster.keys("officer") == ["swap-still-unapproved"]
    assert roster.keys("leader") == roster.keys("office") == ["swap-approve-ask"]
    assert roster.keys("tian") == []
    roster.forget()
    tick(roster, at(1, 5))
    assert {message.state for message in roster.messages()} == {"pending"}  # three hours ahead: at night too
    roster.forget()
    assert tick(roster, at(1, 8), at(1, 8, 1)) == [1, 0]
    assert (roster.keys("officer"), roster.keys("tian")) == (["swap-expired"], ["swap-no-longer"])
    assert swap_by_id(roster.session, county=COUNTY, request_id=request.id).state == EXPIRED
    assert fault(act, approve_swap, roster, "leader", request, now=at(1, 8, 2)) == "swap-settled"


def test_downtime_says_once_what_is_still_worth_saying(roster):
    ask(roster)
    roster.forget()
    tick(roster, at(30, 21, month=9), at(30, 21, 1, month=9))
    assert roster.keys("officer") == ["swap-still-open"]
    assert "还有 11 小时" in roster.said("officer")
    roster.forget()
    tick(roster, at(1, 9))
    assert (roster.keys("officer"), roster.keys("tian")) == (["swap-expired"], [])


def test_after_the_beginning_nobody_agrees_even_before_the_tick(roster):
    request = ask(roster)
    assert fault(act, accept_swap, roster, "tian", request, now=at(1, 8)) == "swap-over"


def test_who_swapped_out_is_never_reminded(roster):
    """From the approval on, all that is said of the shift is said to the new one."""
    request = act(accept_swap, roster, "tian", ask(roster))
    act(approve_swap, roster, "leader", request)
    roster.forget()
    now = at(30, 7, month=9)
    while now < at(1, 9):
        watch_due(roster.session, county=COUNTY, now=now, policy=POLICY)
        tick(roster, now)
        now += timedelta(minutes=10)
    assert roster.keys("tian") == ["duty-remind", "duty-remind", "duty-call", "duty-nudge"]
    assert roster.keys("officer") == []


# The office puts someone on


def take_over(town, name="office", of="officer", who="tian", now=at(1, 9), reason="突发疾病", by=None):
    person = getattr(town, who)
    duty_id = town.duty(of, 1).id
    return take_over_shift(
        town.session,
        by=by or town.actor(name),
        duty_id=duty_id,
        person_id=person.id,
        reason=reason,
        now=now,
        policy=POLICY,
    )


def test_who_may_put_someone_on_and_how(roster):
    for name in ("leader", "officer", "tian", "head"):
        assert fault(take_over, roster, name) == "not-allowed"
    stranger = Actor(COUNTY, 1, "", "web", (Grant("town_officer", OTHER_TOWN),))
    assert fault(take_over, roster, by=stranger) == "not-allowed"
    assert fault(take_over, roster, reason=" ") == "takeover-reason"
    assert fault(take_over, roster, reason="长" * 101) == "reason-long"
    assert fault(take_over, roster, who="leader") == "substitute-there"
    assert fault(take_over, roster, now=at(2, 8)) == "shift-over"
    duty = take_over(roster, "town")
    assert (duty.state, duty.expected_at, duty.person_id) == (EXPECTED, at(1, 9), roster.tian.id)


def test_the_ladder_restarts_and_who_is_in_waits_for_the_new_one(roster):
    check_in(
        roster.session,
        by=roster.actor("officer"),
        duty_id=roster.duty("officer", 1).id,
        now=at(1, 8),
        policy=POLICY,
    )
    roster.forget()
    take_over(roster)
    assert sorted(roster.keys("tian")) == ["roster-told", "takeover-come"]
    assert {message.kind for message in roster.messages("tian")} == {"notice", "alarm"}
    assert "takeover-wait" in roster.keys("officer")
    assert "请等 田宇 13800000021 到岗" in roster.said("officer")
    assert "roster-told" in roster.keys("leader")
    roster.forget()
    for minute in (0, 10, 20):
        watch_due(roster.session, county=COUNTY, now=at(1, 9, minute), policy=POLICY)
    assert roster.keys("tian") == ["duty-call", "duty-nudge"]
    assert "缺岗：彭店镇值班室 值班人员 田宇" in roster.said("office")
    assert roster.keys("officer") == []


def test_a_swap_under_way_is_void_when_the_office_steps_in(roster):
    request = ask(roster)
    take_over(roster, now=NOW + HOUR)
    assert pending_for(roster.session, county=COUNTY, duty_id=request.duty_id) is None
    assert swap_by_id(roster.session, county=COUNTY, request_id=request.id).state == VOID
    assert "takeover-come" not in roster.keys("tian")  # it is three days ahead


# The history


def test_a_shifts_history_has_it_all_in_order_and_only_for_its_people(roster):
    request = act(accept_swap, roster, "tian", ask(roster, now=NOW + HOUR / 2, reason="家里有事"))
    act(approve_swap, roster, "leader", request, now=NOW + 2 * HOUR)
    check_in(
        roster.session,
        by=roster.actor("tian"),
        duty_id=roster.duty("tian", 1).id,
        now=at(1, 8),
        policy=POLICY,
    )
    shift_id = roster.duty("tian", 1).shift_id
    write_now(roster.session)
    history = {
        name: shift_timeline(roster.session, by=roster.actor(name), shift_id=shift_id)[2]
        for name in ("officer", "tian", "leader", "office", "head", "town")
    }
    told = [each.what for each in history["office"]]
    assert told == [
        "shift-add",
        "swap-ask",
        "swap-accept",
        "swap-approve",
        "shift-substitute",
        "duty-check_in",
    ]
    assert all(each == history["office"] for each in history.values())
    asked, approved = history["office"][1], history["office"][3]
    assert (asked.by, asked.about, asked.reason, approved.by) == ("冯超", ["田宇"], "家里有事", "吴刚")
    assert {each.what for each in history["office"]} <= set(HAPPENED)
    for name in ("other", "bai"):
        assert (
            fault(shift_timeline, roster.session, by=roster.actor(name), shift_id=shift_id) == "not-allowed"
        )
    assert fault(shift_timeline, roster.session, by=roster.actor("office"), shift_id=1) == "shift-unknown"


# Several at once


@pytest.fixture
def stored(db: Database) -> Database:
    """冯超 on the 1st; 马超 and 田宇 are asked to take it."""
    db.run_now(stored_town)

    def asking(session: Session) -> None:
        _person(session, "tian", "田宇", DUTY_OFFICER, AREA, "13800000021")
        duty = session.exec(select(ShiftDuty).where(ShiftDuty.role == "officer")).one()
        ask_swap(session, by=actor(session, "冯超"), duty_id=duty.id, now=NOW, policy=POLICY)

    db.run_now(asking)
    return db


def actor(session: Session, name: str) -> Actor:
    person = session.exec(select(Person).where(Person.name == name)).one()
    return person_actor(session, person=person, channel="web")


def doing(work, name, **more):
    def run(session: Session) -> str:
        request = session.exec(select(SwapRequest)).one()
        try:
            with session.begin_nested():
                by = actor(session, name)
                return work(
                    session, by=by, request_id=request.id, now=NOW + HOUR, policy=POLICY, **more
                ).state
        except UserError as error:
            return error.key

    return run


def left(db: Database):
    def look(session: Session):
        request = session.exec(select(SwapRequest)).one()
        on = session.exec(
            select(Person.name)
            .join(ShiftDuty, ShiftDuty.person_id == Person.id)
            .join(Shift, Shift.id == ShiftDuty.shift_id)
            .where(ShiftDuty.role == "officer", ShiftDuty.state != REMOVED)
        ).all()
        asked = session.exec(select(Message).where(Message.state != "cancelled")).all()
        approvals = [each for each in asked if each.body["lines"][0].get("k") == "swap-approve-ask"]
        taker = session.get(Person, (COUNTY, request.taker_id)) if request.taker_id else None
        return request.state, taker.name if taker else None, on, len(approvals)

    return db.run_now(look)


def test_of_two_who_agree_at_once_one_has_it(stored):
    results = together(stored, doing(accept_swap, "马超"), doing(accept_swap, "田宇"))
    assert sorted(results) == ["swap-taken", TAKEN]
    state, taker, on, approvals = left(stored)
    assert (state, on, approvals) == (TAKEN, ["冯超"], 1)
    assert taker == ("马超", "田宇")[results.index(TAKEN)]


def test_agreed_and_withdrawn_at_once_leaves_one_truth(stored):
    results = together(
        stored, doing(accept_swap, "马超"), doing(withdraw_swap, "冯超"), doing(accept_swap, "田宇")
    )
    state, _, on, _ = left(stored)
    assert state == WITHDRAWN  # a withdrawal is possible before and after someone agreed
    assert results[1] == WITHDRAWN
    assert on == ["冯超"]


def test_approved_and_withdrawn_at_once_leaves_one_truth(stored):
    stored.run_now(doing(accept_swap, "马超"))
    results = together(
        stored, doing(approve_swap, "吴刚"), doing(withdraw_swap, "冯超"), doing(approve_swap, "李静")
    )
    state, _, on, _ = left(stored)
    assert (state, on) in ((DONE, ["马超"]), (WITHDRAWN, ["冯超"]))
    assert (state in results[1:2]) == (state == WITHDRAWN)
    assert (DONE in results) == (state == DONE)


def test_four_ticking_at_once_recall_it_once(stored):
    def ticking(session: Session) -> int:
        return swaps_due(session, county=COUNTY, now=at(30, 8, month=9), policy=POLICY)

    assert sum(together(stored, *[ticking] * 4)) == 1
