"""Short ways to an incident for tests in the chat, and looks into what they left."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from models.alarms import Alarm
from models.audit import Event, events_of
from models.base import short
from models.incident_clocks import IncidentClock
from models.incident_report import UpwardReport
from models.incidents import CasualtyChange, Incident
from models.outbox import Message
from models.people import Person
from tests.chat import Town

ZONE = ZoneInfo("Asia/Shanghai")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CALLED = ("office", "colleague", "town", "head")


async def report(
    town: Town, who: str = "grid_worker", *, kind: str = "爆炸", place: str = "彭店镇", hurt: str = "死1伤3"
) -> Incident:
    """A first report in four answers; the incident it made."""
    await town[who].says("突发", kind, place, hurt)
    assert "可以上报了" in town[who].last.text, town[who].last.text
    await town[who].taps("提交")
    return incidents(town)[-1]


async def casualties(town: Town, said: str, who: str = "office", source: str = "医院") -> None:
    """Report changed casualties from the newest card."""
    await town[who].taps("伤亡变化")
    await town[who].says(said, source)


async def acks(town: Town, *whom: str) -> None:
    """They each tap 收到."""
    for who in whom:
        await town[who].taps("收到")


async def all_reported(town: Town) -> None:
    """The office records every limit as kept."""
    for clock in clocks(town):
        if clock.done_at is None and not clock.void and clock.means != "follow_up":
            await tap(town, "office", f"a:idone:{short(clock.id)}")


async def tap(town: Town, who: str, data: str) -> str:
    """Send a button's value, whether or not this person has such a button; the answer."""
    await town.wire.receive(who, kind="tap", data=data, tap_id="t")  # type: ignore[attr-defined]
    await town.settle()
    return town[who].last.text


def look(town: Town, table: Any) -> list[Any]:
    """All rows of a table, in the order they came."""

    def work(session: Session) -> list[Any]:
        return list(session.exec(select(table).order_by(col(table.id))))

    found: list[Any] = town.ask(work)
    return found


def incidents(town: Town) -> list[Incident]:
    return look(town, Incident)


def clocks(town: Town) -> list[IncidentClock]:
    return look(town, IncidentClock)


def changes(town: Town) -> list[CasualtyChange]:
    return look(town, CasualtyChange)


def reports(town: Town) -> list[UpwardReport]:
    return look(town, UpwardReport)


def alarms(town: Town) -> list[Alarm]:
    return look(town, Alarm)


def messages(town: Town) -> list[Message]:
    return look(town, Message)


def clock(town: Town, means: str, to: str) -> IncidentClock:
    """One limit."""
    return next(each for each in clocks(town) if (each.means, each.to) == (means, to))


def events(town: Town, incident: Incident) -> list[Event]:
    """An incident's events."""
    found: list[Event] = town.ask(
        lambda session: events_of(
            session, county=town.house.county, subject="incident", subject_id=incident.id
        )
    )
    return found


def did(town: Town, incident: Incident) -> list[str]:
    """What was done with it, in order, but for the reminders."""
    return [event.action for event in events(town, incident) if event.action != "clock_reminded"]


def calls(town: Town, who: str) -> int:
    """How often someone was called on or reminded to answer."""
    return sum(
        message.text.startswith("🚨") and "请点“收到”" in message.text for message in town[who].messages
    )


def local(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment of the office's clock in 2026."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


def looked(town: Town, *whom: str) -> None:
    """They have read everything so far."""
    for who in whom:
        town[who].looks()


def make_english(town: Town, *parts: str) -> None:
    """Have these people spoken to in English."""

    def work(session: Session) -> None:
        for part in parts:
            session.get_one(Person, (town.county.county, getattr(town.county, part).id)).lang = "en"

    town.house.db.run_now(work)
