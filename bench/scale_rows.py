"""A county with as many hazards as wanted, and all that is stored with each, as rows ready for bulk loading.

A thousand hazards a day, 95 % of them closed, up to now; so a larger county is one with a longer past.
What is due is the same at every size: DUE of each kind, within the last hour. Everything follows from a
hazard's place in line, so that each table can be written by itself.
"""

import hashlib
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlmodel import SQLModel

from bot.sample import COUNTY
from models.alarms import Alarm
from models.audit import Event
from models.base import short
from models.drafts import Draft
from models.files import Attachment, File
from models.hazard_search import HazardGram
from models.hazard_search import grams as grams_in
from models.hazards import Hazard
from models.inbox import InboxRow
from models.outbox import Message
from models.policy import Policy, alarm_plan
from models.sectors import KINDS, SECTORS

NOW = datetime(2026, 9, 28, 0, 0, tzinfo=UTC)  # Monday 08:00 in Yanling
BEFORE = NOW - timedelta(hours=2)  # nothing of what is due at NOW is due yet
JUST = NOW - timedelta(minutes=30)
DUE = 20
A_DAY = 1000
A_REPORT = 12  # updates
FIRST_ID = 10_000
POLICY = Policy()

# Of a thousand: the state, how many, and whether it is past its deadline.
_SPREAD = (
    ("closed", 950, False),
    ("rejected", 5, False),
    ("reported", 3, False),
    ("verified", 3, False),
    ("assigned", 13, False),
    ("rectifying", 17, False),
    ("rectifying", 2, True),
    ("submitted", 5, False),
    ("passed", 2, False),
)
STATES = tuple((state, late) for state, count, late in _SPREAD for _ in range(count))


# What is wrong, in the order of mixed places; one of a thousand is RARE.
WORDS = (
    "配电箱门敞开，线路老化裸露",
    "灭火器过期，压力不足",
    "安全出口堆放纸箱",
    "液化气罐和明火在一个屋",
    "燃气软管老化，没有报警器",
    "脚手架没有连墙件",
    "电动车在楼道充电",
    "叉车没有检验合格证",
    "货车超载，轮胎磨光",
    "教室吊扇松动",
    "氧气瓶没有固定",
    "护栏缺失，没有警示牌",
)
RARE = "储罐法兰渗漏"


@dataclass(frozen=True)
class Cast:
    """Who takes part, by person id, and where."""

    reporters: list[int]
    owners: list[int]
    office: list[int]
    areas: list[str]
    posts: list[int]
    period: int
    units: list[int]


class Rows:
    """Rows of one table as lists in the order of its columns; JSON as text."""

    def __init__(self, model: type[SQLModel], **same: Any) -> None:
        self.table = model.__table__  # type: ignore[attr-defined]
        self.columns = [column.name for column in self.table.columns]
        self._place = {name: place for place, name in enumerate(self.columns)}
        blank = {name: field.get_default(call_default_factory=True) for name, field in _fields(model)}
        self._same = [same.get(name, blank.get(name)) for name in self.columns]
        self._same = [json.dumps(value) if isinstance(value, dict | list) else value for value in self._same]

    def row(self, **values: Any) -> list[Any]:
        """One row: these values, else those given for all."""
        made = self._same.copy()
        for name, value in values.items():
            made[self._place[name]] = value
        return made


def _fields(model: type[SQLModel]) -> list[tuple[str, Any]]:
    return [(name, field) for name, field in model.model_fields.items() if not field.is_required()]


def mixed(number: int, among: int) -> int:
    """A number below `among`, spread evenly, always the same for the same number."""
    return (number * 2654435761 >> 8) % among


class Facts(NamedTuple):
    """What the place in line decides of a hazard."""

    id: int
    at: datetime
    state: str
    late: bool
    due: bool
    reporter: int
    owner: int


def facts(place: int, count: int, cast: Cast) -> Facts:
    """The hazard at this place, the oldest first; the oldest DUE have a reminder due."""
    state, late = STATES[mixed(place, len(STATES))]
    due = place < DUE
    return Facts(
        FIRST_ID + place,
        NOW - timedelta(hours=1) - (count - place) * timedelta(days=1) / A_DAY,
        "assigned" if due else state,
        late and not due,
        due,
        cast.reporters[mixed(place + 1, len(cast.reporters))],
        cast.owners[mixed(place + 2, len(cast.owners))],
    )


def hazards(count: int, cast: Cast) -> tuple[Rows, Iterator[list[Any]]]:
    """The hazards, numbered within their year."""
    rows = Rows(Hazard, county=COUNTY)

    def each() -> Iterator[list[Any]]:
        year, number = 0, 0
        for place in range(count):
            fact = facts(place, count, cast)
            local = POLICY.local(fact.at).year
            year, number = (year, number + 1) if local == year else (local, 1)
            yield rows.row(
                id=fact.id,
                number=f"{year}-{number:04d}",
                state=fact.state,
                area=cast.areas[mixed(place + 3, len(cast.areas))],
                town=cast.areas[mixed(place + 3, len(cast.areas))][:9],
                address=f"第{place}号院",
                unit_id=cast.units[mixed(place, len(cast.units))],
                unit_name=f"第{mixed(place, len(cast.units))}家店",
                description=words_at(place),
                index_at=JUST if place < DUE else None,
                sector=SECTORS[place % len(SECTORS)],
                kind=KINDS[place % len(KINDS)],
                lat=34.1,
                lon=114.2,
                datum="WGS-84",
                place_source="shared",
                suspected_major=place % 100 == 0,
                level="general",
                reporter_id=fact.reporter,
                reported_at=fact.at,
                **_progress(fact, cast),
            )

    return rows, each()


def words_at(place: int) -> str:
    """What is wrong at this place in line."""
    return RARE if place % 1000 == 999 else WORDS[mixed(place + 5, len(WORDS))]


def _progress(fact: Facts, cast: Cast) -> dict[str, Any]:
    if fact.state in ("reported", "verified", "rejected"):
        return {}
    held = fact.state in ("assigned", "rectifying")
    due_at = fact.at + timedelta(days=15)
    if held:
        due_at = NOW + timedelta(days=2 if fact.due else 5 + fact.id % 20)
    if fact.late:
        due_at = NOW - timedelta(days=10, minutes=fact.id % 1000)
    ahead = NOW + timedelta(days=1 + fact.id % 3)
    return {
        "owner_id": fact.owner,
        "assigned_unit_id": cast.units[mixed(fact.id + 3, len(cast.units))],
        "assigned_at": fact.at,
        "due_at": due_at,
        "rung": 0 if fact.due else 6 if fact.late else 1,
        "remind_at": None if fact.late or not held else JUST if fact.due else ahead,
        "closed_at": min(fact.at + timedelta(days=fact.id % 12), JUST) if fact.state == "closed" else None,
    }


def events(count: int, cast: Cast) -> tuple[Rows, Iterator[list[Any]]]:
    """What is known of each: reported, and how it went on."""
    rows = Rows(Event, county=COUNTY, subject="hazard", channel="telegram", actor_name="网格员")
    numbers = itertools.count(1)

    def each() -> Iterator[list[Any]]:
        for place in range(count):
            fact = facts(place, count, cast)
            seal = hashlib.sha256(str(place).encode()).hexdigest()
            said = {"state": "reported", "description": "配电箱门敞开", "address": f"第{place}号院"}
            keys = {"subject_id": fact.id, "at": fact.at, "actor_id": fact.reporter}
            yield rows.row(**keys, seq=next(numbers), action="report", after=json.dumps(said), hash=seal)
            if fact.state != "reported":
                after = json.dumps({"state": fact.state})
                yield rows.row(
                    **keys, seq=next(numbers), action="verify", after=after, prev=seal, hash=seal[::-1]
                )

    return rows, each()


def photos(count: int, cast: Cast) -> tuple[Rows, Iterator[list[Any]]]:
    """A stored photo of each hazard."""
    rows = Rows(File, county=COUNTY, channel="telegram", state="stored", size=180_000, mime="image/jpeg")

    def each() -> Iterator[list[Any]]:
        for place in range(count):
            fact = facts(place, count, cast)
            seal = hashlib.sha256(str(place).encode()).hexdigest()
            remote = {"remote_id": f"remote-{place}", "unique_id": f"unique-{place}"}
            yield rows.row(id=fact.id, **remote, sha256=seal, due_at=fact.at, created_at=fact.at)

    return rows, each()


def attachments(count: int, cast: Cast) -> tuple[Rows, Iterator[list[Any]]]:
    """The photo in its place."""
    rows = Rows(Attachment, county=COUNTY, subject="hazard", kind="before")

    def each() -> Iterator[list[Any]]:
        for place in range(count):
            fact = facts(place, count, cast)
            yield rows.row(id=fact.id, subject_id=fact.id, file_id=fact.id, created_at=fact.at)

    return rows, each()


def drafts(count: int, cast: Cast) -> tuple[Rows, Iterator[list[Any]]]:
    """The form behind each hazard, done; DUE newer ones left half-way."""
    state = {"at": "description", "answers": {"area": {"v": "411024108", "s": "彭店镇"}}, "offered": []}
    kept = {"person_id": cast.reporters[0], "form": "hazard", "form_version": 1, "state": state}
    rows = Rows(Draft, county=COUNTY, channel="telegram", status="done", **kept)

    def each() -> Iterator[list[Any]]:
        for place in range(count):
            fact = facts(place, count, cast)
            by = {"person_id": fact.reporter, "address": f"chat-{fact.reporter}"}
            yield rows.row(id=fact.id, **by, created_at=fact.at, updated_at=fact.at)
        for place in range(DUE):
            by = {"person_id": cast.reporters[place], "address": f"chat-{cast.reporters[place]}"}
            left = {"status": "active", "due_at": JUST, "created_at": BEFORE, "updated_at": BEFORE}
            yield rows.row(id=FIRST_ID + count + place, **by, **left)

    return rows, each()


def messages(count: int, cast: Cast) -> tuple[Rows, Iterator[list[Any]]]:
    """Sent: a card to the office, a notice to the owner, two calls of each alarm. DUE are to be sent."""
    lines = [{"k": "hazard-head", "p": {"number": "2026-0001", "level": {"k": "level-general"}}}]
    body = {"lines": [*lines, "配电箱门敞开，线路老化裸露"], "buttons": [[{"t": "看", "d": "a:see:1"}]]}
    rows = Rows(Message, county=COUNTY, channel="telegram", body=body, priority=2, state="sent")

    def each() -> Iterator[list[Any]]:
        for place in range(count):
            fact = facts(place, count, cast)
            at = {"not_before": fact.at, "created_at": fact.at, "sent_at": fact.at, "subject": "hazard"}
            key = short(fact.id)
            office = cast.office[place % len(cast.office)]
            told = [("card", office, f"card:{key}:1"), ("notice", fact.owner, f"owner-assigned:{key}:2")]
            if place % 100 == 0:
                told += [("alarm", person, f"alarm:{key}:1") for person in cast.office[:2]]
            for number, (kind, person, dedup) in enumerate(told):
                yield rows.row(
                    id=fact.id * 4 + number,
                    kind=kind,
                    person_id=person,
                    address=f"chat-{person}",
                    dedup=f"{dedup}>{person}",
                    card=f"hazard:{key}" if kind == "card" else None,
                    alarm_id=fact.id if kind == "alarm" else None,
                    subject_id=fact.id,
                    remote_id=str(fact.id * 4 + number),
                    **at,
                )
        for place in range(DUE):
            person = cast.reporters[place]
            to = {"kind": "notice", "person_id": person, "address": f"chat-{person}", "state": "pending"}
            yield rows.row(id=(FIRST_ID + count + place) * 4, **to, not_before=JUST, created_at=JUST)

    return rows, each()


def alarms(count: int, cast: Cast) -> tuple[Rows, Iterator[list[Any]]]:
    """One for a hundred hazards, answered; DUE, the newest, unanswered and due to climb."""
    rows = Rows(Alarm, county=COUNTY, subject="hazard", plan=alarm_plan(POLICY.alarm_steps), rung=1)

    def each() -> Iterator[list[Any]]:
        for place in range(0, count, 100):
            fact = facts(place, count, cast)
            acked = {"acked_at": fact.at + timedelta(minutes=4), "acked_by": cast.office[0]}
            yield rows.row(id=fact.id, subject_id=fact.id, raised_at=fact.at, **acked)
        for place in range(DUE):
            area = cast.areas[place]
            waits = {"raised_at": JUST - timedelta(minutes=10), "due_at": JUST, "area": area}
            yield rows.row(id=FIRST_ID + count + place, subject_id=FIRST_ID + place, **waits)

    return rows, each()


def inbox(count: int, cast: Cast) -> tuple[Rows, Iterator[list[Any]]]:
    """The ids of a week's updates, A_REPORT for each hazard: older ones are forgotten."""
    rows = Rows(InboxRow, county=COUNTY, channel="telegram")

    def each() -> Iterator[list[Any]]:
        for place in range(max(0, count - 7 * A_DAY), count):
            fact = facts(place, count, cast)
            for turn in range(A_REPORT):
                number = place * A_REPORT + turn
                yield rows.row(event_id=f"update-{number}", at=fact.at, reply_id=fact.id)

    return rows, each()


def grams(count: int, cast: Cast) -> tuple[Rows, Iterator[list[Any]]]:
    """The pairs of letters of all descriptions but the newest, in the order of the key; those are due."""
    rows = Rows(HazardGram, county=COUNTY)

    def each() -> Iterator[list[Any]]:
        places: dict[str, list[int]] = {said: [] for said in (*WORDS, RARE)}
        for place in range(DUE, count):
            places[words_at(place)].append(FIRST_ID + place)
        pairs = {said: grams_in(said) for said in places}
        for gram in sorted(set().union(*pairs.values())):
            for hazard_id in sorted(id for said in places if gram in pairs[said] for id in places[said]):
                yield rows.row(gram=gram, hazard_id=hazard_id)

    return rows, each()


TABLES = (hazards, grams, events, photos, attachments, drafts, messages, alarms, inbox)
