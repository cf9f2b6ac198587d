"""Violations: recorded once from each fact, explained by the person or their town, decided by the office."""

from datetime import timedelta

import pytest
from sqlmodel import select

from models.base import Actor, Grant, UserError, system
from models.checkin import check_in
from models.duty_watch import watch_due
from models.files import attached
from models.people import ADMIN, SAFETY_OFFICE, TOWN_OFFICER, Account, Role, add_person
from models.posts import save_post
from models.text import text
from models.violation_flow import close_violation, explain_violation
from models.violation_watch import digest_line, explanations_due
from models.violations import (
    KINDS,
    Violation,
    record_by_hand,
    record_violation,
    violation_by_id,
    violations_for,
)
from tests.duty_fixtures import COUNTY, NOW, OTHER_TOWN, POLICY, TOWN, WORDS, at, buttons, duty_session, town

__all__ = ["duty_session", "town"]
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NOON = at(1, 12)


@pytest.fixture
def shift(town):
    """One shift on 1 October; an officer of another town; the notices of the roster are out of the way."""
    town.publish(town.row(1))
    town.other_town = add_person(
        town.session, county=COUNTY, name="孙涛", grants=[Grant(TOWN_OFFICER, OTHER_TOWN)], now=NOW
    )
    town.session.add(
        Account(
            county=COUNTY,
            channel="web",
            address="t2",
            person_id=town.other_town.id,
            joined_at=NOW,
            seen_at=NOW,
        )
    )
    town.forget()
    return town


def by_hand(town, name="office", person="officer", kind="substitute", now=NOON, **facts):
    given = {"note": "门卫替班", "photo_ids": []} | facts
    return record_by_hand(
        town.session,
        by=town.actor(name),
        post=town.post,
        person_id=getattr(town, person).id if person else None,
        kind=kind,
        now=now,
        policy=POLICY,
        **given,
    )


def explain(town, violation, name="officer", now=NOON + HOUR, **facts):
    given = {"explanation": "家里有急事", "photo_ids": []} | facts
    return explain_violation(
        town.session, by=town.actor(name), violation=violation, now=now, policy=POLICY, **given
    )


def close(town, violation, name="office", upheld=True, now=NOON + 2 * HOUR):
    return close_violation(
        town.session,
        by=town.actor(name),
        violation=violation,
        upheld=upheld,
        reason="事实清楚",
        now=now,
        policy=POLICY,
    )


def watch(town, first, last, step=MINUTE):
    while first <= last:
        watch_due(town.session, county=COUNTY, now=first, policy=POLICY)
        first += step


def every(town):
    query = select(Violation).order_by(Violation.id).execution_options(populate_existing=True)
    return [(each.kind, each.person_id) for each in town.session.exec(query)]


# From facts


@pytest.mark.parametrize(("minute", "recorded"), [(0, False), (9, False), (10, True), (40, True)])
def test_late_beyond_the_grace(shift, minute, recorded):
    check_in(
        shift.session,
        by=shift.actor("officer"),
        duty_id=shift.duty("officer").id,
        now=at(1, 8) + minute * MINUTE,
        policy=POLICY,
    )
    assert every(shift) == ([("late", shift.officer.id)] if recorded else [])
    if recorded:
        assert f"签到晚了 {minute} 分钟" in shift.said("officer")
        assert shift.keys("town") == ["violation-recorded"]


def test_never_there_is_recorded_at_the_end_once(shift):
    watch(shift, at(1, 8), at(1, 8, 31))
    assert every(shift) == []
    watch(shift, at(2, 7, 59), at(2, 8, 3))
    assert set(every(shift)) == {
        ("unmanned", shift.leader.id),
        ("unmanned", shift.officer.id),
        ("unmanned", shift.deputy.id),  # who was called on and did not come
    }
    assert "没有到岗" in shift.said("leader")


def test_who_was_late_is_not_missed_as_well(shift):
    watch(shift, at(1, 8), at(1, 8, 31))
    for name in ("leader", "officer"):
        check_in(
            shift.session,
            by=shift.actor(name),
            duty_id=shift.duty(name).id,
            now=at(1, 9),
            policy=POLICY,
        )
    watch(shift, at(2, 7, 59), at(2, 8, 3))
    assert set(every(shift)) == {("late", shift.leader.id), ("late", shift.officer.id)}


def test_of_a_shift_the_program_did_not_see_nobody_is_accused(shift):
    watch(shift, at(2, 9), at(2, 9))
    assert every(shift) == []


def test_a_deputy_who_stands_in_makes_no_violation(shift):
    watch(shift, at(1, 8), at(1, 8, 31))
    for name in ("deputy", "officer"):
        check_in(
            shift.session,
            by=shift.actor(name),
            duty_id=shift.duty(name).id,
            now=at(1, 8, 9) if name == "officer" else at(1, 8, 40),
            policy=POLICY,
        )
    watch(shift, at(2, 7, 59), at(2, 8, 3))
    assert every(shift) == []


def test_one_fact_is_one_violation(shift):
    def once(kind="late"):
        return record_violation(
            shift.session,
            by=system(COUNTY),
            fact="duty:7",
            kind=kind,
            at=NOON,
            now=NOON,
            policy=POLICY,
            area=TOWN,
            person_id=shift.officer.id,
            detail=text("violation-late", starts="8:00", minutes=12),
        )

    assert once() is not None
    assert once() is None
    assert once("unmanned") is None
    assert every(shift) == [("late", shift.officer.id)]
    assert shift.events("violation") == ["record"]
    assert shift.keys("officer") == ["violation-recorded"]


# By hand


def test_the_office_records_what_it_found_with_photos(shift):
    violation = by_hand(shift, photo_ids=[3, 4])
    assert (violation.kind, violation.note, violation.area) == ("substitute", "门卫替班", TOWN)
    assert violation.period_id == shift.period.id
    assert attached(
        shift.session, county=COUNTY, subject="violation", subject_id=violation.id, kind="evidence"
    ) == [3, 4]
    assert "替岗：彭店镇值班室 冯超" in shift.said("officer")
    assert "10月2日（周五）12:00 前说明" in shift.said("officer")
    (message,) = shift.messages("officer")
    assert [each.split(":")[1] for each in buttons(message)] == ["explain"]
    assert shift.keys("town") == ["violation-recorded"]
    assert shift.keys("office") == []


def test_without_a_person_the_town_is_asked(shift):
    by_hand(shift, person=None, kind="unmanned")
    assert "漏岗：彭店镇值班室 彭店镇" in shift.said("town")
    assert shift.keys("officer") == []


@pytest.mark.parametrize("name", ["town", "leader", "officer", "head", "other_town"])
def test_recording_is_the_offices(shift, name):
    with pytest.raises(UserError, match="not-allowed"):
        by_hand(shift, name)
    assert every(shift) == []


def test_what_cannot_be_recorded(shift):
    with pytest.raises(UserError, match="violation-kind"):
        by_hand(shift, kind="drunk")
    with pytest.raises(UserError, match="photos-too-many"), shift.session.begin_nested():
        by_hand(shift, photo_ids=range(10))
    assert every(shift) == []
    by_hand(shift)
    with pytest.raises(UserError, match="violation-twice"):
        by_hand(shift)


# Explaining and deciding


def test_explained_then_upheld(shift):
    violation = by_hand(shift)
    shift.forget()
    explain(shift, violation, photo_ids=[9])
    (told,) = shift.messages("office")
    assert "家里有急事" in shift.said("office")
    assert told.body["photos"] == [9]
    assert [each.split(":")[1] for each in buttons(told)] == ["uphold", "excuse"]
    close(shift, violation)
    assert (violation.state, violation.closed_name, violation.reason) == ("upheld", "李静", "事实清楚")
    assert shift.keys("officer") == ["violation-told-upheld"]
    assert shift.keys("town") == ["violation-told-upheld"]
    assert "理由：事实清楚（李静）" in shift.said("officer")
    assert shift.events("violation") == ["record", "explain", "upheld"]


def test_excused_without_an_explanation(shift):
    violation = by_hand(shift)
    shift.forget()
    close(shift, violation, upheld=False)
    assert shift.keys("officer") == ["violation-told-excused"]


def test_what_is_decided_is_decided(shift):
    violation = by_hand(shift)
    close(shift, violation)
    with pytest.raises(UserError, match="violation-closed"):
        close(shift, violation, upheld=False)
    with pytest.raises(UserError, match="violation-closed"):
        explain(shift, violation)
    assert violation.state == "upheld"


def test_a_later_explanation_takes_the_place_of_the_first(shift):
    violation = by_hand(shift)
    explain(shift, violation, explanation="堵车")
    explain(shift, violation, "town", explanation="镇里派他下村")
    assert (violation.explanation, violation.explained_name) == ("镇里派他下村", "陈明")
    assert shift.events("violation") == ["record", "explain", "explain"]


@pytest.mark.parametrize(
    ("name", "may"),
    [("officer", True), ("town", True), ("other", False), ("other_town", False), ("leader", False)],
)
def test_who_may_explain(shift, name, may):
    violation = by_hand(shift)
    if may:
        assert explain(shift, violation, name).state == "explained"
        return
    with pytest.raises(UserError, match="not-allowed"):
        explain(shift, violation, name)


@pytest.mark.parametrize("name", ["officer", "town", "head", "other_town", "leader"])
def test_deciding_is_the_offices(shift, name):
    violation = by_hand(shift)
    with pytest.raises(UserError, match="not-allowed"):
        close(shift, violation, name)


def test_nobody_decides_on_themselves(shift):
    shift.session.add(Role(county=COUNTY, person_id=shift.officer.id, role=SAFETY_OFFICE))
    shift.session.flush()
    violation = by_hand(shift)
    with pytest.raises(UserError, match="not-allowed"):
        close(shift, violation, "officer")
    close(shift, violation, "office")


def test_who_sees_what(shift):
    other_post = save_post(
        shift.session, by=shift.actor("office"), now=NOW, name="马栏镇值班室", area=OTHER_TOWN
    )
    mine = by_hand(shift)
    record_by_hand(
        shift.session,
        by=shift.actor("office"),
        post=other_post,
        person_id=shift.other.id,
        kind="left_post",
        note="",
        photo_ids=[],
        now=NOON,
        policy=POLICY,
    )

    def seen(name):
        return {each.kind for each in violations_for(shift.session, by=shift.actor(name), limit=9)}

    assert seen("office") == seen("head") == {"substitute", "left_post"}
    assert seen("town") == seen("officer") == {"substitute"}
    assert seen("other_town") == seen("other") == {"left_post"}
    assert seen("leader") == set()
    for name, may in (
        ("office", True),
        ("officer", True),
        ("town", True),
        ("other", False),
        ("other_town", False),
    ):
        if may:
            assert violation_by_id(shift.session, by=shift.actor(name), violation_id=mine.id) == mine
        else:
            with pytest.raises(UserError, match="violation-unknown"):
                violation_by_id(shift.session, by=shift.actor(name), violation_id=mine.id)


def test_the_operator_at_the_shell_sees_all(shift):
    mine = by_hand(shift)
    shell = Actor(COUNTY, None, "root", "cli", (Grant(ADMIN),))
    assert violations_for(shift.session, by=shell, limit=9) == [mine]
    nobody = Actor(COUNTY, None, "root", "cli")
    assert violations_for(shift.session, by=nobody, limit=9) == []


def test_lists_page_by_page_open_ones_or_all(shift):
    made = [by_hand(shift, now=NOON + minute * MINUTE) for minute in range(5)]
    close(shift, made[4])
    by = shift.actor("office")
    newest = violations_for(shift.session, by=by, limit=2)
    assert newest == [made[3], made[2]]
    assert violations_for(shift.session, by=by, limit=9, after=newest[-1].id) == [made[1], made[0]]
    assert violations_for(shift.session, by=by, limit=9, open_only=False) == made[::-1]


# The clock


def tick(town, *moments):
    return [explanations_due(town.session, county=COUNTY, now=now, policy=POLICY) for now in moments]


def every_hour(town, first, last):
    while first <= last:
        tick(town, first)
        first += HOUR


def test_one_reminder_then_the_office_once(shift):
    by_hand(shift)
    shift.forget()
    every_hour(shift, NOON, at(2, 5))
    assert shift.messages() == []
    every_hour(shift, at(2, 6), at(2, 11))
    assert shift.keys("officer") == shift.keys("town") == ["violation-remind"]
    every_hour(shift, at(2, 12), at(3, 12))
    assert shift.keys("officer") == ["violation-remind"]
    assert shift.keys("office") == ["violation-silent"]
    assert "冯超" in shift.said("office")
    explain(shift, violations_for(shift.session, by=shift.actor("office"), limit=1)[0], now=at(3, 13))
    assert shift.keys("office") == ["violation-silent", "violation-explained"]  # late is still heard


def test_what_is_explained_or_decided_is_not_reminded(shift):
    explain(shift, by_hand(shift))
    close(shift, by_hand(shift, person="leader"))
    shift.forget()
    every_hour(shift, NOON, at(3, 12))
    assert shift.messages() == []


def test_after_downtime_over_both_only_the_office_is_told(shift):
    for person in ("officer", "leader"):
        by_hand(shift, person=person)
    shift.forget()
    assert tick(shift, at(4, 8), at(4, 8)) == [2, 0]
    assert shift.keys("officer") == []
    (told,) = shift.messages("office")
    words = [WORDS.say(line, "zh-CN") for line in told.body["lines"]]
    assert "下面 2 条违规过了期限" in words[0]
    assert len(words) == 4


def test_at_night_it_waits_for_the_morning(shift):
    by_hand(shift, now=at(1, 23))
    assert {message.state for message in shift.messages("officer")} == {"held"}


def test_the_digest_counts_what_is_open(shift):
    assert digest_line(shift.session, county=COUNTY) == []
    explain(shift, by_hand(shift))
    by_hand(shift, person="leader")
    close(shift, by_hand(shift, person="other"))
    (line,) = digest_line(shift.session, county=COUNTY)
    assert WORDS.say(line, "zh-CN") == "值守违规：待说明 1 条，待处理 1 条"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_name(kind):
    for lang in ("zh-CN", "en"):
        assert WORDS.say(text(f"violation-kind-{kind}"), lang)
