"""Spot checks at the level of the rules: drawn in secret, held at their time, answered, blamed, proved."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import SQLModel, select

from models.alarms import Alarm
from models.audit import Event
from models.base import UserError
from models.checkin import check_in
from models.draw import commitment
from models.draw_proof import verify_draw
from models.draw_seed import CheckSeed, draws_of, revealed_seed, seed_of
from models.duty import Shift
from models.files import File
from models.geo import GCJ02, Point, wgs84_to_gcj02
from models.outbox import Message
from models.people import Account
from models.period_checks import checks_of
from models.period_end import periods_end_due
from models.policy import Policy
from models.posts import save_post
from models.spot_answer import answer_check
from models.spot_checks import LATE, NO_ANSWER, PASSED, UNREACHED, VOID, SpotAnswer, SpotCheck
from models.spot_start import start_check
from models.spot_watch import checks_due
from models.violations import Violation
from tests.duty_fixtures import COUNTY, NOW, OTHER_TOWN, WORDS, at, buttons, duty_session, town

__all__ = ["duty_session", "town"]
POLICY = Policy()
MINUTE = timedelta(minutes=1)
LAT, LON = 34.1000, 114.1900
HERE, FAR = Point(LAT, LON, source="live"), Point(LAT + 0.01, LON, source="live")


@pytest.fixture
def drawn(town, monkeypatch):
    """Three shift days with checks drawn, everything said so far out of the way."""
    monkeypatch.setattr("tests.duty_fixtures.POLICY", POLICY)
    save_post(town.session, by=town.actor("office"), now=NOW, post=town.post, lat=LAT, lon=LON)
    town.publish(*(town.row(day) for day in (1, 2, 3)))
    town.forget()
    return town


def seed(town) -> CheckSeed:
    found = seed_of(town.session, county=COUNTY, period_id=town.period.id)
    assert found is not None
    return found


def draws(town):
    shifts = town.session.exec(select(Shift).where(Shift.removed_at.is_(None))).all()
    return draws_of(seed(town), shifts, POLICY)


def first(town) -> datetime:
    return draws(town)[0].at


def tick(town, *moments):
    return [checks_due(town.session, county=COUNTY, now=now, policy=POLICY) for now in moments]


def enter(town, name, now):
    return check_in(town.session, by=town.actor(name), duty_id=town.duty(name).id, now=now, policy=POLICY)


def checks(town):
    query = select(SpotCheck).order_by(SpotCheck.id).execution_options(populate_existing=True)
    return town.session.exec(query).all()


def answers(town):
    query = select(SpotAnswer).order_by(SpotAnswer.id).execution_options(populate_existing=True)
    return town.session.exec(query).all()


def answer_of(town, name):
    return next(each for each in answers(town) if each.person_id == getattr(town, name).id)


def give(town, name, now, by=None, **proof):
    return answer_check(
        town.session,
        by=town.actor(by or name),
        answer_id=answer_of(town, name).id,
        now=now,
        policy=POLICY,
        **(proof or {"place": HERE}),
    )


def violations(town):
    return [(each.kind, each.person_id) for each in town.session.exec(select(Violation))]


def photo(town, sha256="a" * 64, **facts):
    file = File(
        county=COUNTY,
        channel="web",
        remote_id=sha256,
        state="stored",
        sha256=sha256,
        due_at=NOW,
        created_at=NOW,
        **facts,
    )
    town.session.add(file)
    town.session.flush()
    return file.id


# The draw, before and after


def test_with_the_roster_the_hash_is_shown_and_logged_and_the_seed_is_nowhere(town, monkeypatch, caplog):
    monkeypatch.setattr("tests.duty_fixtures.POLICY", POLICY)
    caplog.set_level(logging.DEBUG)
    town.publish(*(town.row(day) for day in (1, 2, 3)))
    row = seed(town)
    assert commitment(bytes.fromhex(row.seed)) == row.sha256
    assert row.sha256 in town.said("office")
    (event,) = town.session.exec(select(Event).where(Event.action == "commit_draw"))
    assert event.after == {"sha256": row.sha256, "per_day": 1, "margin_minutes": 15}
    for _ in range(2):
        tick(town, first(town))
    everything = everything_else(town) + caplog.text + repr(row) + str(row)
    assert row.seed not in everything
    assert row.sha256 in everything


def everything_else(town):
    """Every table but the seed's own, as it stands."""
    town.session.flush()
    tables = [table for name, table in SQLModel.metadata.tables.items() if name != "checkseed"]
    return "".join(str(town.session.connection().execute(table.select()).all()) for table in tables)


def test_a_second_roster_keeps_the_seed(drawn):
    before = seed(drawn).seed
    drawn.publish(drawn.row(1, leader="leader"))
    assert seed(drawn).seed == before
    assert "draw-committed" not in drawn.keys("office")


def test_without_checks_nothing_is_drawn(town):
    town.publish(town.row(1))
    assert seed_of(town.session, county=COUNTY, period_id=town.period.id) is None
    assert checks_of(town.session, county=COUNTY, period_id=town.period.id).check_at is None


def test_the_seed_is_shown_the_morning_after_and_proves_every_check(drawn):
    row, expected = seed(drawn), [draw.at for draw in draws(drawn)]
    secret = row.seed
    for moment in expected:
        tick(drawn, moment)
    for early in (at(3, 12), at(4, 8, 59)):
        periods_end_due(drawn.session, county=COUNTY, now=early, policy=POLICY)
        with pytest.raises(UserError, match="draw-secret"):
            revealed_seed(drawn.session, county=COUNTY, period_id=drawn.period.id)
        with pytest.raises(UserError, match="draw-secret"):
            verify_draw(drawn.session, period=drawn.period, policy=POLICY)
    assert secret not in drawn.said("office")
    assert periods_end_due(drawn.session, county=COUNTY, now=at(4, 9), policy=POLICY) == 1
    assert secret in drawn.said("office")
    proof = verify_draw(drawn.session, period=drawn.period, policy=POLICY)
    assert proof.holds
    assert [draw.at for draw, check in proof.draws if check] == expected
    assert len(expected) == 3


def test_a_period_without_a_draw_has_nothing_to_verify(town):
    town.publish(town.row(1))
    with pytest.raises(UserError, match="draw-none"):
        verify_draw(town.session, period=town.period, policy=POLICY)


def test_a_check_at_another_time_or_another_seed_is_found_out(drawn):
    tick(drawn, *(draw.at for draw in draws(drawn)))
    periods_end_due(drawn.session, county=COUNTY, now=at(4, 9), policy=POLICY)
    moved = checks(drawn)[0]
    moved.drawn_at += MINUTE
    drawn.session.add(moved)
    proof = verify_draw(drawn.session, period=drawn.period, policy=POLICY)
    assert not proof.holds
    assert [each.id for each in proof.strange] == [moved.id]
    moved.drawn_at -= MINUTE
    drawn.session.add(moved)
    row = seed(drawn)
    row.seed = "00" * 32
    row.sha256 = commitment(bytes(32))  # even with its own hash beside it: the log has the first
    drawn.session.add(row)
    proof = verify_draw(drawn.session, period=drawn.period, policy=POLICY)
    assert not proof.fits
    assert not proof.holds


def test_a_roster_changed_after_a_check_does_not_make_it_false(drawn):
    moment = first(drawn)
    tick(drawn, moment)
    drawn.publish(drawn.row(1, hours=23), now=moment + 20 * MINUTE)
    tick(drawn, *(draw.at for draw in draws(drawn)[1:]))
    periods_end_due(drawn.session, county=COUNTY, now=at(4, 9), policy=POLICY)
    assert verify_draw(drawn.session, period=drawn.period, policy=POLICY).holds


# Holding it


def test_it_is_held_at_its_minute_once_and_not_before(drawn):
    moment = first(drawn)
    enter(drawn, "officer", at(1, 8))
    drawn.forget()
    assert tick(drawn, moment - MINUTE) == [0]
    assert drawn.messages("officer") == []
    assert tick(drawn, moment, moment, moment + MINUTE) == [1, 0, 0]
    (message,) = drawn.messages("officer")
    assert message.kind == "alarm"
    assert message.state == "pending"  # also at night
    assert "查岗：彭店镇值班室" in drawn.said("officer")
    assert [each.split(":")[1] for each in buttons(message)] == ["here"]
    (check,) = checks(drawn)
    assert (check.drawn_at, check.answer_by) == (moment, moment + 10 * MINUTE)


def test_every_drawn_check_of_the_period_is_held(drawn):
    now = at(1, 0)
    while now < at(4, 8):
        tick(drawn, now)
        now += 5 * MINUTE
    assert [check.drawn_at for check in checks(drawn)] == [draw.at for draw in draws(drawn)]
    assert {check.drawn_at.astimezone(POLICY.zone).date() for check in checks(drawn)} <= {
        each.date() for each in (datetime(2026, 10, day, tzinfo=UTC) for day in (1, 2, 3, 4))
    }


def test_those_checked_in_are_asked_each_for_themselves(drawn):
    enter(drawn, "officer", at(1, 8))
    enter(drawn, "leader", at(1, 8))
    drawn.forget()
    tick(drawn, first(drawn))
    assert {each.person_id for each in answers(drawn)} == {drawn.officer.id, drawn.leader.id}
    assert drawn.keys("deputy") == []


def test_if_nobody_is_in_those_who_should_be_are_asked(drawn):
    tick(drawn, first(drawn))
    assert {each.person_id for each in answers(drawn)} == {drawn.officer.id, drawn.leader.id}


def test_a_deputy_who_stands_in_is_asked_instead(drawn):
    enter(drawn, "deputy", at(1, 8))
    drawn.forget()
    tick(drawn, first(drawn))
    assert [each.person_id for each in answers(drawn)] == [drawn.deputy.id]


def test_what_went_by_in_downtime_is_not_made_up(drawn):
    moment = first(drawn)
    tick(drawn, moment - 5 * MINUTE, moment + 10 * MINUTE)
    assert checks(drawn) == []
    tick(drawn, draws(drawn)[1].at + 9 * MINUTE)  # but a little late is still a surprise
    assert len(checks(drawn)) == 1


def test_a_shift_taken_off_the_roster_is_not_checked(drawn):
    drawn.publish(drawn.row(1), drawn.row(2), whole=True)
    tick(drawn, *(draw.at for draw in draws(drawn)), at(3, 12))
    assert len(checks(drawn)) == 2


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
