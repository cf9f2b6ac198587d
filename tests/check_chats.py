"""Short ways to a watched period for tests in the chat: a house that draws spot checks, its draw, its moments."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from bot.db import Database
from models.draw_seed import CheckSeed, Draw, draws_of
from models.duty import Shift
from models.policy import Policy
from tests.chat import Town, web_town
from tests.county import County
from tests.duty_chats import MINUTE, publish, row
from tests.telegram_chat import telegram_town

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


@pytest.fixture(params=["web", "telegram-polling", "telegram-webhook"])
async def checked_town(
    request: pytest.FixtureRequest, db: Database, county: County, tmp_path: Path
) -> AsyncIterator[Town]:
    """The house and its people, on each channel in turn, with spot checks drawn."""
    if request.param == "web":
        yield web_town(db, county, tmp_path, CHECKED)
        return
    mode = request.param.removeprefix("telegram-")
    async with telegram_town(db, county, tmp_path, mode=mode, policy=CHECKED) as made:
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
