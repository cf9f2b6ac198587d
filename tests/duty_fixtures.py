"""A small county for the tests of duty: a town's post, its people with web chats, a key period of three days."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, col, select

from bot.words import Words
from models.audit import Event
from models.base import Actor, Grant, write_now
from models.duty import DEPUTY, LEADER, OFFICER, KeyPeriod, Post, Shift, ShiftDuty
from models.duty_publish import publish_roster
from models.outbox import Message
from models.people import (
    DUTY_LEADER,
    DUTY_OFFICER,
    OFFICE_LEADER,
    SAFETY_OFFICE,
    TOWN_OFFICER,
    Account,
    Person,
    add_person,
    person_actor,
)
from models.periods import add_period
from models.places import AreaRow, import_areas
from models.policy import Policy
from models.posts import save_post
from models.roster_rules import ShiftRow
from models.shift_changes import Published

COUNTY, TOWN, OTHER_TOWN = "411024", "411024108", "411024101"
ZONE = ZoneInfo("Asia/Shanghai")
POLICY = Policy(spot_checks=0)
WORDS = Words(ZONE)
NOW = datetime(2026, 9, 28, 1, 0, tzinfo=UTC)  # Monday 09:00


def at(day: int, hour: int, minute: int = 0, month: int = 10) -> datetime:
    """A moment of the office's clock in 2026."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


@dataclass
class Town:
    """People, a post that changes at 08:00, and the period 1 to 3 October."""

    session: Session
    office: Person
    town: Person
    head: Person
    leader: Person
    deputy: Person
    officer: Person
    other: Person
    post: Post
    period: KeyPeriod

    def actor(self, name: str) -> Actor:
        """One of the people, acting by the web."""
        return person_actor(self.session, person=getattr(self, name), channel="web")

    def row(
        self, day: int, *, post: Post | None = None, hour: int = 8, hours: int = 24, **people: str
    ) -> ShiftRow:
        """A shift of a day: leader="leader", deputy="deputy", officer="officer" unless told otherwise."""
        wanted = people or {"leader": "leader", "deputy": "deputy", "officer": "officer"}
        roles = {"leader": LEADER, "deputy": DEPUTY, "officer": OFFICER}
        found = tuple((getattr(self, name).id, roles[role]) for role, name in wanted.items())
        starts_at = at(day, hour)
        return ShiftRow((post or self.post).id, starts_at, starts_at + timedelta(hours=hours), found)

    def publish(
        self, *rows: ShiftRow, now: datetime = NOW, by: str = "office", whole: bool = False
    ) -> Published:
        """Publish a roster of these shifts."""
        return publish_roster(
            self.session,
            by=self.actor(by),
            period=self.period,
            rows=rows,
            now=now,
            policy=POLICY,
            whole=whole,
        )

    def duty(self, name: str, day: int | None = None) -> ShiftDuty:
        """A person's first duty, or that of the shift which begins on a day."""
        query = (
            select(ShiftDuty)
            .join(Shift, (col(Shift.id) == ShiftDuty.shift_id) & (col(Shift.county) == ShiftDuty.county))
            .where(ShiftDuty.person_id == getattr(self, name).id, ShiftDuty.state != "removed")
            .order_by(col(Shift.starts_at))
        )
        if day is not None:
            query = query.where(Shift.starts_at >= at(day, 0), Shift.starts_at < at(day, 23, 59))
        found = self.session.exec(query.execution_options(populate_existing=True)).first()
        assert found is not None
        return found

    def messages(self, name: str | None = None) -> list[Message]:
        """All messages that may still go out, of one person or of all, in the order they were written."""
        query = select(Message).where(Message.state != "cancelled").order_by(col(Message.id))
        if name is not None:
            query = query.where(Message.person_id == getattr(self, name).id)
        return list(self.session.exec(query.execution_options(populate_existing=True)))

    def keys(self, name: str) -> list[str]:
        """The first text key of each message to a person."""
        return [first_key(message) for message in self.messages(name)]

    def said(self, name: str) -> str:
        """All that a person was told, in Chinese words."""
        return "\n".join(
            WORDS.say(line, "zh-CN") for message in self.messages(name) for line in message.body["lines"]
        )

    def forget(self) -> None:
        """Start with an empty outbox."""
        for message in self.session.exec(select(Message)):
            self.session.delete(message)
        self.session.flush()

    def events(self, subject: str = "duty") -> list[str]:
        """The actions recorded of a kind of thing, in order."""
        write_now(self.session)
        query = select(Event).where(Event.subject == subject).order_by(col(Event.at), col(Event.seq))
        return [event.action for event in self.session.exec(query)]


def first_key(message: Message) -> str:
    """The key of a message's first line; of an alarm, that of what it is about."""
    keys = [line["k"] for line in message.body["lines"] if isinstance(line, dict) and "k" in line]
    return str(next((key for key in keys if not key.startswith("alarm-")), keys[0]))


def buttons(message: Message) -> list[str]:
    """The values of a message's buttons."""
    return [button["d"] for row in message.body.get("buttons", []) for button in row]


@pytest.fixture
def duty_session(session: Session) -> Session:
    """A session on each database in turn, with the county's areas."""
    _add_areas(session)
    return session


def _add_areas(session: Session) -> None:
    import_areas(
        session,
        rows=[
            AreaRow(COUNTY, "county", "鄢陵县", ""),
            AreaRow(TOWN, "town", "彭店镇", COUNTY),
            AreaRow(OTHER_TOWN, "town", "马栏镇", COUNTY),
        ],
    )


@pytest.fixture
def town(duty_session: Session) -> Town:
    """The town on Monday, 28 September, three days before its period."""
    return _make_town(duty_session)


def stored_town(session: Session) -> None:
    """The town with its first shift published, for tests that commit."""
    _add_areas(session)
    town = _make_town(session)
    town.publish(town.row(1))
    town.forget()


def _make_town(session: Session) -> Town:
    people = {
        "office": ("李静", SAFETY_OFFICE, None, "13800000007"),
        "town": ("陈明", TOWN_OFFICER, TOWN, "13800000003"),
        "head": ("张建国", OFFICE_LEADER, None, "13800000009"),
        "leader": ("吴刚", DUTY_LEADER, TOWN, "13800000010"),
        "deputy": ("郑丽", DUTY_LEADER, TOWN, "13800000011"),
        "officer": ("冯超", DUTY_OFFICER, TOWN, "13800000012"),
        "other": ("马超", DUTY_OFFICER, TOWN, "13800000014"),
    }
    made = {name: _person(session, name, *facts) for name, facts in people.items()}
    office = person_actor(session, person=made["office"], channel="web")
    post = save_post(session, by=office, now=NOW, name="彭店镇值班室", area=TOWN, phone="0374-7160000")
    period = add_period(
        session, by=office, name="花博会", starts_at=at(1, 0), ends_at=at(4, 0), now=NOW, policy=POLICY
    )
    return Town(session=session, post=post, period=period, **made)


def _person(session: Session, name: str, chinese: str, role: str, area: str | None, phone: str) -> Person:
    person = add_person(
        session, county=COUNTY, name=chinese, grants=[Grant(role, area)], now=NOW, phone=phone, area=area
    )
    session.add(
        Account(county=COUNTY, channel="web", address=name, person_id=person.id, joined_at=NOW, seen_at=NOW)
    )
    session.flush()
    return person
