"""Spot checks by the rules: drawn in secret, held at their time, proved afterwards."""

import logging
from datetime import UTC, datetime

import pytest
from sqlmodel import SQLModel, select

from models.audit import Event
from models.base import UserError, write_now
from models.draw import commitment
from models.draw_proof import verify_draw
from models.draw_seed import revealed_seed, seed_of
from models.period_checks import checks_of
from models.period_end import periods_end_due
from tests.duty_fixtures import COUNTY, at, buttons, duty_session, town
from tests.spot_fixtures import (
    MINUTE,
    POLICY,
    answers,
    checks,
    drawn,
    draws,
    enter,
    first,
    seed,
    tick,
)

__all__ = ["drawn", "duty_session", "town"]


# The draw, before and after


def test_with_the_roster_the_hash_is_shown_and_logged_and_the_seed_is_nowhere(town, monkeypatch, caplog):
    monkeypatch.setattr("tests.duty_fixtures.POLICY", POLICY)
    caplog.set_level(logging.DEBUG)
    town.publish(*(town.row(day) for day in (1, 2, 3)))
    row = seed(town)
    assert commitment(bytes.fromhex(row.seed)) == row.sha256
    assert row.sha256 in town.said("office")
    write_now(town.session)
    (event,) = town.session.exec(select(Event).where(Event.action == "commit_draw"))
    assert event.after == {"sha256": row.sha256, "per_day": 1, "margin_minutes": 15}
    for _ in range(2):
        tick(town, first(town))
    everything = everything_else(town) + caplog.text + repr(row) + str(row)
    assert row.seed not in everything
    assert row.sha256 in everything


def everything_else(town):
    """Every table but the seed's own, as it stands."""
    write_now(town.session)
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
