"""Short ways to a watched period for tests in the chat: a house that draws spot checks, its draw, its moments."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, func, select

from bot.db import Database
from models.draw_seed import CheckSeed, Draw, draws_of
from models.duty import Shift
from models.policy import Policy
from tests.chat import PARTS, Town
from tests.county import County
from tests.duty_chats import MINUTE, publish, row, until
from tests.hazard_chats import ON_SQLITE
from tests.telegram_chat import town_on

CHECKED = Policy()
SECOND = {
    "post": "马栏镇值班室",
    "leader": "王海",
    "leader_phone": "13900000001",
    "deputy": "",
    "deputy_phone": "",
    "officer": "",
    "officer_phone": "",
}


@pytest.fixture
async def checked_town(
    channel_name: str, db: Database, county: County, tmp_path: Path
) -> AsyncIterator[Town]:
    """The house and its people, with spot checks drawn."""
    async with town_on(channel_name, db, county, tmp_path, CHECKED) as made:
        yield made


def drawn(town: Town) -> list[Draw]:
    """What the seed draws from the roster as it stands."""

    def look(session: Session) -> list[Draw]:
        seed = session.exec(select(CheckSeed)).one()
        shifts = session.exec(select(Shift).where(col(Shift.removed_at).is_(None))).all()
        return draws_of(seed, shifts, CHECKED)

    found: list[Draw] = town.ask(look)
    return found


async def to(town: Town, moment: datetime) -> None:
    """Let time go by to this very moment: coarsely first, then by minutes."""
    left = moment - town.clock.now()
    if left > 40 * MINUTE:
        await town.passes(left - 40 * MINUTE, step=timedelta(hours=6))
    await town.passes(moment - town.clock.now() - MINUTE, step=10 * MINUTE)
    await town.passes(MINUTE)


async def watched(town: Town, *more: list[object]) -> None:
    """The roster of the first day is published; everyone's notices are read."""
    await publish(town, row(), *more)


def on_the_web(test: Any) -> Any:
    """For tests in which neither the channel nor the engine matters: the web chat on SQLite, with checks drawn."""
    return ON_SQLITE(pytest.mark.parametrize("channel_name", ["web"], indirect=True)(test))


async def asked(town: Town) -> None:
    """The first day's shift is manned and the town's report has been asked for."""
    await publish(town, row())
    await until(town, 1, 7, 50)
    for who in ("leader", "officer"):
        await town[who].says("签到")
    await until(town, 1, 14, 30)
    for part in PARTS:
        town[part].looks()


def count(town: Town, table: Any) -> int:
    """How many rows of a table there are."""
    found: int = town.ask(lambda session: session.exec(select(func.count()).select_from(table)).one())
    return found


async def forged(town: Town, who: str, *datas: str) -> None:
    """Taps of these values, whether or not any message of this person has such a button."""
    for data in datas:
        await town.wire.receive(who, kind="tap", data=data, tap_id="t")
    await town.settle()
