"""Short ways through the hazard forms for tests that are about something else, and looks into what they left."""

import itertools
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.db import Database
from bot.house import House
from bot.web.channel import WebChannel
from handlers.forms import UNASKED
from handlers.inbound import Inbound
from models.drafts import ACTIVE, Draft
from models.files import File
from models.hazards import Hazard
from tests.chat import Town, User, WebWire

# For tests in which neither the channel nor the engine matters.
ON_THE_WEB = pytest.mark.parametrize("channel_name", ["web"], indirect=True)
ON_SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)

STEPS = (
    "area",
    "address",
    "unit",
    "sector",
    "kind",
    "description",
    "photos",
    "location",
    "spot_fixed",
    "suspected",
)


async def answer(user: User, step: str) -> None:
    """Answer one question of the report."""
    typed = {
        "area": "彭店镇",
        "address": "刘拐村东头",
        "unit": "老街早点铺",
        "sector": "燃气",
        "kind": "爆炸",
        "description": "液化气罐和明火在一个屋",
        "spot_fixed": "没有",
        "suspected": "一般",
    }
    if step == "photos":
        await user.sends_photo()
        await user.says("发完了")
    elif step == "location":
        await user.shares_place()
    else:
        await user.says(typed[step])


async def fill(user: User, *, until: str | None = None) -> None:
    """Start a report and answer up to the question `until` (left open), or up to the review.

    Whether it is one that is known already is answered with no.
    """
    await user.says("上报")
    for step in STEPS[: STEPS.index(until) if until else None]:
        await answer(user, step)
        if user.messages and "是同一处吗" in user.last.text:
            await user.says("不是同一处，继续上报")


async def report(town: Town, who: str = "grid_worker", *, major: bool = False) -> Hazard:
    """A whole report; the hazard it made."""
    user = town[who]
    await fill(user, until="suspected")
    await user.says("可能是重大隐患" if major else "一般", "提交")
    return hazards(town)[-1]


async def assign(town: Town, days: str = "7") -> Hazard:
    """Verify the newest hazard and hand it to the responsible person of the gas office."""
    office = town["office"]
    await office.taps("属实·一般", "交办", "县城管局", "刘洋")
    await office.says(days, "提交")
    return hazards(town)[-1]


async def fix(town: Town) -> None:
    """The responsible person reports it fixed."""
    owner = town["responsible"]
    await owner.taps("整改完成")
    await owner.sends_photo("green")
    await owner.says("发完了", "跳过")


def hazards(town: Town) -> list[Hazard]:
    """All hazards, as they were reported."""
    return town.ask(lambda session: list(session.exec(select(Hazard).order_by(Hazard.number))))


def files(town: Town) -> list[File]:
    """All files."""
    return town.ask(lambda session: list(session.exec(select(File))))


def draft(town: Town, who: str = "grid_worker") -> Draft:
    """The open form of a web chat."""

    def look(session: Session) -> Draft:
        return session.exec(select(Draft).where(Draft.address == who, Draft.status == ACTIVE)).one()

    return town.ask(look)


def answers(town: Town, who: str = "grid_worker") -> dict[str, Any]:
    """The values of the open form."""
    given = draft(town, who).state["answers"].items()
    return {name: entry["v"] for name, entry in given if UNASKED not in entry}


_wires = itertools.count(1)


def replica(town: Town, db: Database | None = None) -> Town:
    """Another process of the same house: same database, storage and clock, its own memory."""
    first = town.house
    db = db or first.db
    house = House(db=db, storage=first.storage, county=first.county, policy=first.policy, clock=first.clock)
    storage = first.storage
    house.add(WebChannel(db=db, county=first.county, fetch_file=storage.get, keep_file=storage.put))
    return Town(house, town.county, OtherWire(house, town.county), town.clock)


class OtherWire(WebWire):
    """A web chat whose events have ids of their own."""

    def __init__(self, house: House, county: Any) -> None:
        super().__init__(house, county)
        self._ids = itertools.count(1_000_000 * next(_wires))


class DoubledWire(WebWire):
    """A web chat that brings each event twice."""

    async def receive(self, who: str, **values: Any) -> None:
        event = Inbound(
            channel="web",
            event_id=str(next(self._ids)),
            address=who,
            sender=who,
            sent_at=self.house.clock.now(),
            **values,
        )
        await self.house.receive(event)
        again = await self.house.receive(event)
        assert again.repeated
