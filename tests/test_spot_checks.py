"""Answering spot checks by the rules: in time, late, elsewhere, silent, by whom; photos; the office's own checks."""

import pytest
from sqlmodel import select

from models.alarms import Alarm
from models.base import UserError
from models.files import File
from models.geo import GCJ02, Point, wgs84_to_gcj02
from models.outbox import Message
from models.people import Account
from models.posts import save_post
from models.spot_checks import LATE, NO_ANSWER, PASSED, UNREACHED, VOID, SpotAnswer
from models.spot_start import start_check
from tests.duty_fixtures import COUNTY, NOW, OTHER_TOWN, WORDS, at, duty_session, town
from tests.spot_fixtures import (
    FAR,
    HERE,
    LAT,
    LON,
    MINUTE,
    POLICY,
    answer_of,
    checks,
    drawn,
    draws,
    enter,
    first,
    give,
    photo,
    tick,
    violations,
)

__all__ = ["drawn", "duty_session", "town"]


# Answering


@pytest.fixture
def asked(drawn):
    """The officer is in and has just been asked; nothing else is on its way."""
    enter(drawn, "officer", at(1, 8))
    tick(drawn, first(drawn))
    drawn.forget()
    return drawn


def test_a_live_place_at_the_post_passes(asked):
    now = first(asked) + 3 * MINUTE
    given = give(asked, "officer", now, place=HERE)
    assert (given.state, given.outside, given.distance, given.late_minutes) == (PASSED, False, 0, 0)
    tick(asked, first(asked) + 10 * MINUTE)
    assert asked.messages() == []
    assert violations(asked) == []
    assert "answer" in asked.events("check")


def test_the_last_second_counts(asked):
    assert give(asked, "officer", first(asked) + 10 * MINUTE).state == PASSED


def test_outside_passes_but_the_office_hears_and_it_is_put_down(asked):
    given = give(asked, "officer", first(asked) + MINUTE, place=FAR)
    assert (given.state, given.outside, given.distance) == (PASSED, True, 1112)
    assert asked.keys("office") == ["spot-outside"]
    assert "1,112 米" in asked.said("office")
    assert "13800000012" in asked.said("office")
    assert violations(asked) == [("left_post", asked.officer.id)]


def test_a_chinese_map_is_measured_in_one_datum(asked):
    shown = Point(*wgs84_to_gcj02(LAT, LON), datum=GCJ02, source="shared")
    assert give(asked, "officer", first(asked) + MINUTE, place=shown).distance == 0


def test_silence_alarms_the_office_with_the_telephone(asked):
    tick(asked, first(asked) + 9 * MINUTE)
    assert asked.messages() == []
    tick(asked, first(asked) + 10 * MINUTE)
    assert answer_of(asked, "officer").state == NO_ANSWER
    for name in ("office", "town"):
        message = next(each for each in asked.messages(name) if each.kind == "alarm")
        words = "\n".join(WORDS.say(line, "zh-CN") for line in message.body["lines"])
        assert "10 分钟没有回音" in words
        assert "冯超 13800000012" in words
        assert "0374-7160000" in words
    assert violations(asked) == [("no_answer", asked.officer.id)]
    assert tick(asked, first(asked) + 11 * MINUTE) == [0]


def test_an_answer_after_all_is_late_and_ends_the_alarm(asked):
    tick(asked, first(asked) + 10 * MINUTE)
    asked.forget()
    given = give(asked, "officer", first(asked) + 16 * MINUTE)
    assert (given.state, given.late_minutes) == (LATE, 6)
    assert asked.keys("office") == ["spot-came"]
    assert [each.closed for each in asked.session.exec(select(Alarm))] == ["answered"]
    assert violations(asked) == [("no_answer", asked.officer.id)]


def test_late_before_the_tick_comes_by_is_late_all_the_same(asked):
    given = give(asked, "officer", first(asked) + 11 * MINUTE)
    assert given.state == LATE
    assert violations(asked) == [("no_answer", asked.officer.id)]
    tick(asked, first(asked) + 12 * MINUTE)
    assert answer_of(asked, "officer").state == LATE


def test_downtime_while_it_was_awaited_makes_it_void(asked):
    tick(asked, first(asked) + 16 * MINUTE)
    assert answer_of(asked, "officer").state == VOID
    assert violations(asked) == []
    assert asked.keys("office") == ["spot-void"]


def test_twice_changes_nothing(asked):
    once = give(asked, "officer", first(asked) + MINUTE).model_dump()
    assert give(asked, "officer", first(asked) + 20 * MINUTE, place=FAR).model_dump() == once


def test_it_takes_a_photo_or_a_live_place(asked):
    now = first(asked) + MINUTE
    for proof in (
        {"photo_ids": []},
        {"place": Point(LAT, LON, source="typed")},
        {"place": Point(LAT, LON, source="exif")},
    ):
        with pytest.raises(UserError, match="spot-needs-proof"):
            give(asked, "officer", now, **proof)
    with pytest.raises(UserError, match="photos-too-many"):
        give(asked, "officer", now, photo_ids=[1, 2, 3, 4])
    assert answer_of(asked, "officer").state == "asked"


def test_only_who_was_asked(asked):
    for name in ("leader", "office", "town", "other"):
        with pytest.raises(UserError, match="spot-not-yours"):
            give(asked, "officer", first(asked) + MINUTE, by=name)


def test_after_the_shift_it_is_over(asked):
    tick(asked, first(asked) + 10 * MINUTE)
    with pytest.raises(UserError, match="spot-over"):
        give(asked, "officer", at(2, 8))


def test_who_was_not_relieved_and_is_on_the_next_shift_is_asked_once(drawn):
    enter(drawn, "leader", at(1, 8))
    enter(drawn, "officer", at(1, 8))
    later = next(draw.at for draw in draws(drawn) if draw.at > at(2, 8))
    assert sum(tick(drawn, later)) > 0
    asked = drawn.session.exec(select(SpotAnswer).where(SpotAnswer.asked_at == later)).all()
    assert sorted(answer.person_id for answer in asked) == sorted({answer.person_id for answer in asked})
    assert {answer.shift_id for answer in asked} == {
        drawn.duty("leader").shift_id
    }  # where they are checked in
    tick(drawn, later + 11 * MINUTE)  # and so it goes on


def test_who_has_no_chat_is_telephoned_and_not_blamed(drawn):
    account = drawn.session.get(Account, (COUNTY, "web", "officer"))
    account.active = False
    drawn.session.add(account)
    enter(drawn, "officer", at(1, 8))
    drawn.forget()
    tick(drawn, first(drawn))
    assert answer_of(drawn, "officer").state == UNREACHED
    assert drawn.keys("office") == ["spot-unreached"]
    tick(drawn, first(drawn) + 10 * MINUTE)
    assert violations(drawn) == []


# Photos


def test_a_fresh_photo_raises_no_doubt(asked):
    now = first(asked) + MINUTE
    taken = now.astimezone(POLICY.zone).strftime("%Y:%m:%d %H:%M:%S")
    file = photo(asked, exif_at=taken, exif_lat=LAT, exif_lon=LON)
    assert give(asked, "officer", now, photo_ids=[file]).state == PASSED
    tick(asked, now, now + MINUTE)
    given = answer_of(asked, "officer")
    assert (given.flags, given.photo_at) == ([], None)
    assert asked.messages("office") == []


def test_an_old_reused_and_far_photo_is_shown_to_the_office(asked):
    photo(asked, "b" * 64)
    now = first(asked) + MINUTE
    taken = (first(asked) - 31 * MINUTE).astimezone(POLICY.zone).strftime("%Y:%m:%d %H:%M:%S")
    file = photo(asked, "b" * 64, exif_at=taken, exif_lat=LAT + 0.01, exif_lon=LON)
    give(asked, "officer", now, photo_ids=[file])
    tick(asked, now, now)
    assert answer_of(asked, "officer").flags == ["old", "reused", "far"]
    (told,) = asked.messages("office")
    assert told.body["photos"] == [file]
    for words in ("早半小时以上", "以前发过", "不在值班点"):
        assert words in asked.said("office")
    assert "doubt" in asked.events("check")


def test_a_photo_still_on_its_way_is_looked_at_later_and_a_lost_one_said(asked):
    now = first(asked) + MINUTE
    file = photo(asked)
    row = asked.session.get_one(File, (COUNTY, file))
    row.state = "pending"
    give(asked, "officer", now, photo_ids=[file])
    tick(asked, now)
    assert answer_of(asked, "officer").photo_at == now + MINUTE
    row.state = "failed"
    asked.session.add(row)
    tick(asked, now + MINUTE)
    assert answer_of(asked, "officer").flags == ["lost"]


@pytest.mark.parametrize("written", ["", "0000:00:00 00:00:00", "yesterday", "2026-10-01", "２０２６"])
def test_a_camera_without_a_clock_proves_nothing(asked, written):
    now = first(asked) + MINUTE
    give(asked, "officer", now, photo_ids=[photo(asked, exif_at=written)])
    tick(asked, now)
    assert answer_of(asked, "officer").flags == []


# By the office's own hand


@pytest.fixture
def two(drawn):
    """A second post in another town with someone on duty; noon of the first day."""
    second = save_post(drawn.session, by=drawn.actor("office"), now=NOW, name="马栏镇值班室", area=OTHER_TOWN)
    drawn.publish(drawn.row(1, post=second, leader="other"))
    drawn.second = second
    drawn.forget()
    return drawn


def start(town, name="office", posts=None, now=None):
    return start_check(town.session, by=town.actor(name), post_ids=posts, now=now or at(1, 12), policy=POLICY)


def test_everybody_at_once_and_one_board_that_is_edited(two):
    check, asked = start(two)
    assert {each.person_id for each in asked} == {two.leader.id, two.officer.id, two.other.id}
    (board,) = two.messages("office")
    assert "共 3 人：在岗 0，位置不符 0，迟答 0，待应答 3" in two.said("office")
    give(two, "officer", at(1, 12, 2))
    give(two, "other", at(1, 12, 3))
    last = two.messages("office")[-1]
    assert last.card == board.card
    words = "\n".join(WORDS.say(line, "zh-CN") for line in last.body["lines"])
    assert "在岗 2" in words
    assert "人的位置没有核对（发“岗位”可补坐标）" in words
    assert "没答：彭店镇值班室 带班领导 吴刚 13800000010" in words
    tick(two, at(1, 12, 10))
    assert violations(two) == [("no_answer", two.leader.id)]
    assert two.session.exec(select(Alarm)).all() == []  # the board is before them
    assert check.source == "office"


def test_one_post_or_a_town(two):
    _, asked = start(two, posts={two.second.id})
    assert [each.person_id for each in asked] == [two.other.id]


def test_who_is_being_checked_is_not_asked_twice(two):
    start(two, posts={two.second.id})
    _, asked = start(two)
    assert {each.person_id for each in asked} == {two.leader.id, two.officer.id}
    with pytest.raises(UserError, match="spot-asked-already"):
        start(two)
    _, asked = start(two, now=at(1, 12, 11))
    assert len(asked) == 3


def test_nobody_is_on_duty(two):
    for posts, now in ((None, at(1, 7)), ({5}, at(1, 12)), (set(), at(1, 12))):
        with pytest.raises(UserError, match="spot-nobody"):
            start(two, posts=posts, now=now)


@pytest.mark.parametrize("name", ["town", "leader", "officer", "other"])
def test_checking_is_the_offices(two, name):
    with pytest.raises(UserError, match="not-allowed"):
        start(two, name)
    assert checks(two) == []


def test_the_head_may_check_too(two):
    assert len(start(two, "head")[1]) == 3


def test_nothing_said_is_left_over(asked):
    """A question that has not left when it is answered need not leave."""
    enter_row = Message(
        county=COUNTY,
        channel="web",
        address="officer",
        person_id=asked.officer.id,
        kind="alarm",
        priority=0,
        subject="check",
        subject_id=answer_of(asked, "officer").id,
        not_before=NOW,
        created_at=NOW,
    )
    asked.session.add(enter_row)
    asked.session.flush()
    give(asked, "officer", first(asked) + MINUTE)
    assert asked.messages("officer") == []
