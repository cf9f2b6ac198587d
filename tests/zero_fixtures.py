"""A town whose zero reports are watched, for the tests of their rules, and short ways to give one."""

from datetime import time, timedelta

import pytest
from sqlmodel import select

from models.period_checks import set_reports
from models.posts import save_post
from models.violations import Violation
from models.zero_reports import give_news, give_well
from models.zero_rounds import ZeroReport
from models.zero_watch import reports_due
from tests.duty_fixtures import (
    COUNTY,
    NOW,
    OTHER_TOWN,
    POLICY,
    WORDS,
    duty_session,
    town,
)

__all__ = ["duty_session", "town"]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def period(town):
    """Shifts on all three days; the notices of the roster are out of the way."""
    town.publish(*(town.row(day) for day in (1, 2, 3)))
    town.forget()
    return town


@pytest.fixture
def posts(period):
    """The same, but each post reports; a second post stands in another town."""
    session, office = period.session, period.actor("office")
    second = save_post(session, by=office, now=NOW, name="马栏镇值班室", area=OTHER_TOWN)
    period.publish(period.row(1, post=second, leader="other"))
    by_post(period)
    period.forget()
    return period


def by_post(town, *times):
    times = times or (time(15),)
    set_reports(
        town.session,
        by=town.actor("office"),
        period_id=town.period.id,
        unit="post",
        times=times,
        now=NOW,
        policy=POLICY,
    )


def tick(town, *moments):
    return [reports_due(town.session, county=COUNTY, now=now, policy=POLICY) for now in moments]


def every_minute(town, first, last):
    while first <= last:
        tick(town, first)
        first += MINUTE


def report(town, unit=None):
    query = select(ZeroReport).order_by(ZeroReport.id).execution_options(populate_existing=True)
    rows = town.session.exec(query).all()
    return next(row for row in rows if unit is None or row.name == unit)


def well(town, name, now, unit=None):
    return give_well(
        town.session, by=town.actor(name), report_id=report(town, unit).id, now=now, policy=POLICY
    )


def news(town, name, now, what="配电房冒烟", **facts):
    given = {"place": "东院", "photo_ids": []} | facts
    return give_news(
        town.session,
        by=town.actor(name),
        report_id=report(town).id,
        what=what,
        now=now,
        policy=POLICY,
        **given,
    )


def violations(town):
    query = select(Violation).order_by(Violation.id).execution_options(populate_existing=True)
    return [(each.kind, each.person_id) for each in town.session.exec(query)]


def said(town, message):
    return "\n".join(WORDS.say(line, "zh-CN") for line in message.body["lines"])
