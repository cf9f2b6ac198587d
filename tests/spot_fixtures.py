"""A town whose posts are checked, for the tests of the rules, and short ways to hold and answer a check."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from models.checkin import check_in
from models.draw_seed import CheckSeed, draws_of, seed_of
from models.duty import Shift
from models.files import File
from models.geo import Point
from models.policy import Policy
from models.posts import save_post
from models.spot_answer import answer_check
from models.spot_checks import SpotAnswer, SpotCheck
from models.spot_watch import checks_due
from models.violations import Violation
from tests.duty_fixtures import COUNTY, NOW, duty_session, town

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
