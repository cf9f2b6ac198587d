"""Short ways to a duty for tests in the chat: a roster file, sending it in, its post, the clock."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
from sqlmodel import Session, col, select

from models.duty import Post, Shift, ShiftDuty
from models.people import Person
from models.roster_columns import HEADINGS
from models.uploads import Upload
from tests.chat import PARTS, Seen, Town
from tests.hazard_chats import ON_SQLITE, ON_THE_WEB

ZONE = ZoneInfo("Asia/Shanghai")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ROW = {
    "date": "2026-10-01",
    "times": "08:00-次日08:00",
    "post": "彭店镇值班室",
    "leader": "吴刚",
    "leader_phone": "13800000010",
    "deputy": "郑丽",
    "deputy_phone": "13800000011",
    "officer": "冯超",
    "officer_phone": "13800000012",
    "phone": "0374-7160000",
}


def on_one(test: Any) -> Any:
    """For tests in which neither the channel nor the engine matters: the web chat on SQLite."""
    return ON_SQLITE(ON_THE_WEB(test))


def row(**changes: Any) -> list[Any]:
    """A line of the roster: 吴刚 leads, 郑丽 stands by, 冯超 is in the room, from the 1st at eight."""
    return [(ROW | changes).get(field, "") for field in HEADINGS]


def sheet(*rows: list[Any]) -> bytes:
    """The roster as an xlsx file."""
    book = openpyxl.Workbook()
    assert book.active is not None
    for each in (list(HEADINGS.values()), *rows):
        book.active.append(each)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def send_in(
    town: Town, *rows: list[Any], who: str = "office", data: bytes | None = None, name: str = "值班表.xlsx"
) -> Seen:
    """Send a roster file and have it read; the last answer."""
    await town.house.tick()  # the morning digest, the holidays
    await town.settle()
    town[who].looks()
    await town[who].sends_document(name, sheet(*rows) if data is None else data)
    await town.house.tick()
    await town.settle()
    return town[who].last


async def publish(town: Town, *rows: list[Any]) -> None:
    """Have a roster published, and everyone's notices read."""
    await send_in(town, *rows)
    await town["office"].taps("发布")
    for part in PARTS:
        town[part].looks()


async def until(town: Town, day: int, hour: int, minute: int = 0, *, month: int = 10) -> None:
    """Let time go by to this moment of the office's clock: coarsely first, the last two hours by minutes."""
    wanted = datetime(2026, month, day, hour, minute, tzinfo=ZONE).astimezone(UTC)
    coarse = wanted - 2 * HOUR - town.clock.now()
    if coarse > timedelta(0):
        await town.passes(coarse, step=6 * HOUR)
    await town.passes(wanted - town.clock.now(), step=10 * MINUTE)


def change_post(town: Town, **values: Any) -> None:
    """Set what the one post asks for."""

    def work(session: Session) -> None:
        post = session.exec(select(Post)).one()
        for name, value in values.items():
            setattr(post, name, value)
        session.add(post)

    town.house.db.run_now(work)


def speak_english(town: Town, *parts: str) -> None:
    """Have these people spoken to in English."""

    def work(session: Session) -> None:
        for part in parts:
            session.get_one(Person, (town.county.county, getattr(town.county, part).id)).lang = "en"

    town.house.db.run_now(work)


def duties(town: Town) -> dict[str, str]:
    """Who is where: name and the day a shift begins → state."""

    def look(session: Session) -> dict[str, str]:
        rows = session.exec(
            select(Person.name, Shift.starts_at, ShiftDuty.state)
            .join(ShiftDuty, col(ShiftDuty.person_id) == Person.id)
            .join(Shift, col(Shift.id) == ShiftDuty.shift_id)
            .order_by(col(ShiftDuty.id))
        )
        return {f"{name} {starts.astimezone(ZONE).day}": state for name, starts, state in rows}

    found: dict[str, str] = town.ask(look)
    return found


def uploads(town: Town) -> list[str]:
    """The states of all rosters sent in."""
    found: list[str] = town.ask(
        lambda session: list(session.exec(select(Upload.state).order_by(col(Upload.id))))
    )
    return found


def nothing_stored(town: Town) -> bool:
    """Whether no shift and no post came of a file."""
    return town.ask(
        lambda session: not session.exec(select(Shift)).all() and not session.exec(select(Post)).all()
    )
