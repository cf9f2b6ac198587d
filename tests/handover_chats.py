"""Short ways to a handover for tests in the chat: two shifts of one post, on the 1st and the 2nd of October."""

from typing import Any

from sqlmodel import col, select

from models.duty import Shift
from models.handovers import Handover
from tests.chat import PARTS, Town
from tests.duty_chats import publish, row, until

ALONE = {"deputy": "", "deputy_phone": ""}
NO_OFFICER = {"officer": "", "officer_phone": ""}
SECOND = {"date": "2026-10-02", "leader": "郑丽", "leader_phone": "13800000011"}


async def two_shifts(town: Town, **changes: Any) -> None:
    """吴刚 and 冯超 from the 1st at eight, 郑丽 from the 2nd; both of the first shift are in."""
    await publish(town, row(**ALONE), row(**ALONE | NO_OFFICER | SECOND | changes))
    await begin(town)


async def begin(town: Town) -> None:
    """The 1st of October, eight o'clock: those of the first shift check in."""
    await until(town, 1, 8)
    for who in ("leader", "officer"):
        await town[who].says("签到")
    for part in PARTS:
        town[part].looks()


async def fill_in(town: Town, who: str = "officer") -> None:
    """Fill in the handover: nothing of anything that the log does not know."""
    user = town[who]
    await user.taps("填写交接班", "其余都无")
    await user.says("提交")


def handovers(town: Town) -> list[Handover]:
    """All handovers, in the order of their shifts."""
    query = (
        select(Handover)
        .join(Shift, (col(Shift.county) == Handover.county) & (col(Shift.id) == Handover.shift_id))
        .order_by(col(Shift.starts_at))
    )
    found: list[Handover] = town.ask(lambda session: list(session.exec(query)))
    return found


def shifts(town: Town) -> list[Shift]:
    """All shifts, in order."""
    found: list[Shift] = town.ask(
        lambda session: list(session.exec(select(Shift).order_by(col(Shift.starts_at))))
    )
    return found
