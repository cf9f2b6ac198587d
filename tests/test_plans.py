"""No tick, card, list or report reads a whole large table: the databases' own plans say so."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlmodel import Session

from bench.scale_load import World, build
from bench.scale_plans import Plan, plans_of
from bench.scale_work import WORKS, Work
from tests.databases import new_database

HAZARDS = 3000
BY_NAME = {work.name: work for work in WORKS}


@pytest.fixture(scope="module", params=["sqlite", "sqlite, analyzed", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A county of some thousand hazards. SQLite plans without statistics unless someone runs ANALYZE."""
    if request.param.startswith("sqlite"):
        made = build(_file(tmp_path_factory), HAZARDS, analyze="analyzed" in request.param)
        yield made
        made.db.close()
        return
    with new_database(request.getfixturevalue("postgres")) as url:
        made = build(url, HAZARDS, analyze=True)
        yield made
        made.db.close()


def _file(factory: pytest.TempPathFactory) -> str:
    folder: Path = factory.mktemp("plans")
    return f"sqlite:///{folder / 'county.db'}"


def plans(world: World, work: Work, without: str = "") -> list[Plan]:
    """How everything that this work asks is done, in a table too large to be read as a whole."""

    def once(connection: Connection) -> None:
        with Session(connection, join_transaction_mode="rollback_only", expire_on_commit=False) as session:
            work.run(session, world, 1)
            session.flush()

    return plans_of(world.db.engine, once, as_if_large=True, without=without)


def faults(world: World, work: Work, without: str = "") -> list[str]:
    """Its full reads, each under its statement."""
    return [f"{plan.statement}\n  {line}" for plan in plans(world, work, without) for line in plan.full]


@pytest.mark.parametrize("name", BY_NAME)
def test_nothing_reads_a_whole_table(world: World, name: str) -> None:
    assert faults(world, BY_NAME[name]) == []


USED = {
    "ix_hazard_overdue": "list: overdue, office",
    "ix_hazard_open": "list: open, office",
    "ix_hazard_owner": "list: mine to fix",
    "ix_hazard_open_state": "list: submitted, office",
    "ix_hazard_open_town": "list: town open, office",
    "ix_hazard_open_sector": "list: sector open, office",
    "ix_hazard_open_unit": "list: by unit, office",
    "ix_hazard_open_given": "list: unit open, office",
    "ix_hazard_open_major": "list: major, office",
    "ix_hazard_town": "list: town all, office",
    "ix_hazard_area": "list: village all, office",
    "ix_hazard_sector": "list: sector all, office",
    "ix_hazard_unit": "list: unit all, office",
    "ix_hazard_given": "list: unit all, office",
    "ix_hazard_given_town": "list: open, town",
    "ix_follower_person": "list: my, worker",
    "ix_alarm_open": "alarm: open for me",
    "ix_message_due": "outbox: claim 20",
    "ix_message_lease": "outbox: claim 20",
    "ix_message_open_lane": "outbox: claim 20",
}


@pytest.mark.parametrize("index", USED)
def test_an_index_is_used(world: World, index: str) -> None:
    """Where another would do at first, and less and less as the county grows."""
    lines = [line for plan in plans(world, BY_NAME[USED[index]]) for line in plan.lines]
    assert any(index in line.split() for line in lines), lines


LOST = {
    "ix_hazard_index": "tick search, due",
    "ix_hazard_remind": "tick deadlines, due",
    "ix_hazard_reporter": "list: my, worker",
    "ix_hazard_reported": "digest: its words",
    "ix_hazard_closed": "digest: its words",
    "ix_alarm_due": "tick alarms, due",
    "ix_draft_due": "tick drafts, due",
    "ix_draft_active": "update: /report",
    "ix_shiftduty_due": "tick duty, due",
    "ix_message_subject": "outbox: told of a hazard",
    "ix_message_alarm": "alarm: acknowledge",
    "ix_message_failed": "outbox: what failed",
    "ix_attachment_subject": "card by id",
    "ix_file_due": "files: due",
}


@pytest.mark.parametrize("index", LOST)
def test_a_lost_index_is_noticed(world: World, index: str) -> None:
    """What the test above would say without the index."""
    assert faults(world, BY_NAME[LOST[index]], without=index)
