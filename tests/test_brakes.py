"""How fast a channel is sent to: shared by all workers, never slower for an alarm."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from bot.db import Database
from models.brakes import Brakes, Pace, Paces, refilled
from models.outbox import ALARM, NOTICE, Chat, Message, Recipient, send_to
from models.policy import Policy
from models.sending import claim
from models.text import content
from tests.county import NOW, County

PACES = {"telegram": Paces(all=Pace(5, 1), group=Pace(2, 60))}


@given(st.floats(-10, 25), st.floats(-100, 1e9))
def test_a_bucket_never_overflows_nor_empties_by_waiting(tokens: float, seconds: float) -> None:
    after = refilled(tokens, seconds, Pace(25, 1))
    assert min(tokens, 25) <= after <= 25


def queue(session: Session, county: County, chats: int, kind: str = NOTICE, *, each: int = 1) -> None:
    for number in range(chats * each):
        chat = Chat("telegram", f"{kind}{number % chats}")
        send_to(
            session,
            [Recipient(1 if kind != "group" else None, "zh-CN", chat)],
            county=county.county,
            body=content("x"),
            kind=NOTICE if kind == "group" else kind,
            now=NOW,
            policy=Policy(),
        )


def claimed(db: Database, county: County, worker: str = "a", after: float = 0) -> int:
    now = NOW + timedelta(seconds=after)
    return len(db.run_now(lambda s: claim(s, county=county.county, worker=worker, now=now, paces=PACES)))


def test_workers_share_one_channels_pace(db: Database, county: County) -> None:
    db.run_now(lambda session: queue(session, county, 20))
    assert [claimed(db, county, "a"), claimed(db, county, "b")] == [5, 0]
    assert claimed(db, county, "b", after=0.4) == 2
    assert claimed(db, county, "a", after=10) == 5


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_an_alarm_does_not_wait_and_what_follows_it_does(db: Database, county: County) -> None:
    db.run_now(lambda session: queue(session, county, 9, ALARM))
    db.run_now(lambda session: queue(session, county, 9))
    assert claimed(db, county) == 9
    assert claimed(db, county, after=0.5) == 0
    assert claimed(db, county, after=1.5) == 3


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_flood_of_alarms_holds_the_others_up_for_two_buckets_at_most(db: Database, county: County) -> None:
    db.run_now(lambda session: queue(session, county, 90, ALARM))
    assert claimed(db, county) == 90
    db.run_now(lambda session: queue(session, county, 9))
    assert [claimed(db, county, after=0.9), claimed(db, county, after=2)] == [0, 5]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_group_has_a_pace_of_its_own_and_keeps_its_order(db: Database, county: County) -> None:
    db.run_now(lambda session: queue(session, county, 1, "group", each=4))
    db.run_now(lambda session: queue(session, county, 2))
    assert claimed(db, county) == 4

    def state(session: Session) -> list[str]:
        rows = session.exec(select(Message).where(Message.address == "group0").order_by(Message.id))  # type: ignore[arg-type]
        return [row.state for row in rows]

    assert db.read_now(state) == ["sending", "sending", "pending", "pending"]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_channel_without_a_pace_is_never_held_up(db: Database, county: County) -> None:
    def work(session: Session) -> bool:
        brakes = Brakes(session, county.county, {}, NOW)
        return all(brakes.let("web", None, urgent=False) for _ in range(1000))

    assert db.run_now(work)
