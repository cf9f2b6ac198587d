"""A roster shared out of what is stored: past periods, shifts elsewhere, leave, what runs already; who may."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import select

from models.base import Grant, UserError
from models.duty import Shift, ShiftDuty
from models.duty_publish import publish_roster
from models.duty_views import who_is_on
from models.leave import add_leave
from models.people import TOWN_OFFICER, add_person, person_actor
from models.periods import add_period
from models.posts import save_post
from models.rota_people import EVERYONE, LEADERS, OFFICERS, Group, groups_of, people_named, people_of
from models.rota_plan import Wish, plan_rota
from models.rota_proposals import discard_proposal, propose, publish_proposal, rows_of
from models.text import series
from tests.duty_fixtures import COUNTY, NOW, OTHER_TOWN, POLICY, TOWN, at, duty_session, town

__all__ = ["duty_session", "town"]


def wish(town, *officers, leaders=(), posts=None, **facts):
    people = {
        name: tuple(getattr(town, one).id for one in who)
        for name, who in (("officers", officers), ("leaders", leaders))
    }
    return Wish(post_ids=tuple(post.id for post in posts or [town.post]), **people, **facts)


def plan(town, wanted, *, by="office", now=NOW, period=None):
    return plan_rota(
        town.session,
        by=town.actor(by),
        period=period or town.period,
        wish=wanted,
        now=now,
        policy=POLICY,
    )


def names(town, rows):
    """Who has which shift: day → names."""
    known = {
        getattr(town, name).id: name for name in ("leader", "deputy", "officer", "other", "head", "town")
    }
    return {
        POLICY.local(row.starts_at).day: [known[person_id] for person_id, _ in row.people] for row in rows
    }


def test_who_had_a_shift_in_the_period_before_comes_later(town):
    earlier = add_period(
        town.session,
        by=town.actor("office"),
        name="中秋节",
        starts_at=at(28, 0, month=9),
        ends_at=at(30, 0, month=9),
        now=at(20, 8, month=9),
        policy=POLICY,
    )
    row = town.row(28, officer="officer")

    before = replace(row, starts_at=at(28, 8, month=9), ends_at=at(29, 8, month=9))
    publish_roster(
        town.session,
        by=town.actor("office"),
        period=earlier,
        rows=[before],
        now=at(20, 8, month=9),
        policy=POLICY,
    )
    found = plan(town, wish(town, "officer", "other", "head"))
    assert names(town, found.rows) == {1: ["other"], 2: ["head"], 3: ["officer"]}


def test_leave_and_a_shift_elsewhere_keep_someone_free(town):
    second = save_post(town.session, by=town.actor("office"), now=NOW, name="彭店镇政府", area=TOWN)
    town.publish(town.row(1, post=second, officer="officer"))
    add_leave(
        town.session,
        by=town.actor("office"),
        person_id=town.other.id,
        first=date(2026, 10, 3),
        last=date(2026, 10, 3),
        now=NOW,
        policy=POLICY,
    )
    found = plan(town, wish(town, "officer", "other"))
    assert names(town, found.rows) == {1: ["other"], 3: ["officer"]}
    assert [POLICY.local(slot.span.starts_at).day for slot in found.open] == [2]
    assert found.away == [town.other.id]


def test_what_runs_already_stays_and_only_what_is_ahead_is_shared_out(town):
    town.publish(town.row(1, leader="leader", officer="officer"))
    done = propose(
        town.session,
        by=town.actor("office"),
        period=town.period,
        wish=wish(town, "other", "head"),
        now=at(1, 12),
        policy=POLICY,
    )
    assert names(town, rows_of(done.proposal)) == {1: ["leader", "officer"], 2: ["other"], 3: ["head"]}
    publish_proposal(
        town.session, by=town.actor("office"), proposal_id=done.proposal.id, now=at(2, 12), policy=POLICY
    )
    shifts = town.session.exec(select(Shift)).all()
    assert [shift.removed_at for shift in shifts] == [None, None]  # the 2nd has begun with nobody on it
    (on,) = who_is_on(town.session, county=COUNTY, at=at(1, 13))
    assert [person.name for _, person in on.people] == ["吴刚", "冯超"]


def test_a_rehearsal_stores_nothing_and_tells_nobody(town):
    done = propose(
        town.session,
        by=town.actor("office"),
        period=town.period,
        wish=wish(town, "officer", "other", starts=("08:00", "20:00")),
        now=NOW,
        policy=POLICY,
    )
    assert done.would.added == len(done.plan.rows)
    assert town.session.exec(select(ShiftDuty)).all() == []
    assert town.messages() == []
    town.session.refresh(town.post)
    assert town.post.starts == ["08:00"]


def test_published_once_or_given_up_by_whoever_asked(town):
    made = [
        propose(
            town.session,
            by=town.actor("town"),
            period=town.period,
            wish=wish(town, "officer", "other"),
            now=NOW,
            policy=POLICY,
        ).proposal.id
        for _ in range(2)
    ]
    known = {"now": NOW, "policy": POLICY}
    with pytest.raises(UserError, match="rota-unknown-proposal"):
        publish_proposal(town.session, by=town.actor("office"), proposal_id=made[0], **known)
    publish_proposal(town.session, by=town.actor("town"), proposal_id=made[0], **known)
    with pytest.raises(UserError, match="rota-published"):
        publish_proposal(town.session, by=town.actor("town"), proposal_id=made[0], **known)
    discard_proposal(town.session, by=town.actor("town"), proposal_id=made[1], now=NOW)
    with pytest.raises(UserError, match="rota-discarded"):
        publish_proposal(town.session, by=town.actor("town"), proposal_id=made[1], **known)
    assert town.events("rota") == ["propose", "propose", "publish", "discard"]


def test_what_cannot_be_shared_out_is_told(town):
    other = save_post(town.session, by=town.actor("office"), now=NOW, name="马栏镇值班室", area=OTHER_TOWN)
    cases = {
        "rota-no-posts": (Wish(post_ids=(), officers=(town.officer.id,)), {}),
        "post-unknown": (Wish(post_ids=(1,), officers=(town.officer.id,)), {}),
        "rota-nobody": (wish(town), {}),
        "person-unknown": (Wish(post_ids=(town.post.id,), officers=(1,)), {}),
        "rota-each-range": (wish(town, "officer", each=9), {}),
        "rota-rules": (wish(town, "officer", rest=-1), {}),
        "post-starts": (wish(town, "officer", starts=("x",)), {}),
        "rota-over": (wish(town, "officer"), {"now": at(3, 9)}),
        "not-allowed": (wish(town, "officer", posts=[other]), {"by": "town"}),
    }
    for key, (wanted, how) in cases.items():
        with pytest.raises(UserError, match=key):
            plan(town, wanted, **how)
    for name in ("leader", "officer", "head"):
        with pytest.raises(UserError, match="not-allowed"):
            plan(town, wish(town, "officer"), by=name)


def test_too_much_at_once_is_refused(town, monkeypatch):
    monkeypatch.setattr("models.rota_plan.WORK_MOST", 2)
    with pytest.raises(UserError, match="rota-too-big"):
        plan(town, wish(town, "officer", "other"))


def test_a_year_without_its_notice_is_named(town):
    period = add_period(
        town.session,
        by=town.actor("office"),
        name="元旦前后",
        starts_at=at(30, 0, month=12),
        ends_at=at(31, 0, month=12) + timedelta(days=3),
        now=NOW,
        policy=POLICY,
    )
    found = plan(town, wish(town, "officer", "other"), period=period)
    assert found.unknown_years == [2027]
    assert sum(tally.days_off for tally in found.tallies.values()) == 0


def test_people_by_name_by_telephone_and_as_a_group(town, monkeypatch):
    session = town.session
    assert [one.id for one in people_named(session, county=COUNTY, said="马超、冯超")] == [
        town.other.id,
        town.officer.id,
    ]
    add_person(session, county=COUNTY, name="马超", grants=[], now=NOW, phone="13900000099", area=OTHER_TOWN)
    with pytest.raises(UserError, match="rota-namesakes"):
        people_named(session, county=COUNTY, said="马超")
    (found,) = people_named(session, county=COUNTY, said="马超 13800000014")
    assert found.id == town.other.id
    with pytest.raises(UserError, match="rota-unknown") as caught:
        people_named(session, county=COUNTY, said="冯超，王五；赵六")
    assert caught.value.params["names"] == series(["王五", "赵六"])
    area = Group(LEADERS, TOWN)
    assert [one.name for one in people_of(session, county=COUNTY, group=area)] == ["吴刚", "郑丽"]
    kinds = [
        (one.kind, one.count)
        for one in groups_of(session, county=COUNTY, area=TOWN, kinds=(OFFICERS, EVERYONE))
    ]
    assert kinds == [("officers", 2), ("everyone", 5)]
    monkeypatch.setattr("models.rota_people.PEOPLE_MOST", 1)
    with pytest.raises(UserError, match="rota-people-many"):
        people_named(session, county=COUNTY, said="冯超、吴刚")
    with pytest.raises(UserError, match="rota-people-many"):
        people_of(session, county=COUNTY, group=area)


def test_an_outsider_of_the_town_shares_nothing_out(town):
    outsider = add_person(
        town.session, county=COUNTY, name="孙涛", grants=[Grant(TOWN_OFFICER, OTHER_TOWN)], now=NOW
    )
    with pytest.raises(UserError, match="not-allowed"):
        plan_rota(
            town.session,
            by=person_actor(town.session, person=outsider, channel="web"),
            period=town.period,
            wish=wish(town, "officer"),
            now=NOW,
            policy=POLICY,
        )
