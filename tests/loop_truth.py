"""What must hold of the loop whatever was done, said again here and not asked of the rules under test."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection
from sqlmodel import Session, select

from models.audit import Event
from models.base import Actor
from models.commitments import Commitment
from models.criteria import Criterion
from models.duplicates import likely_duplicates
from models.extensions import Extension
from models.hazard_lists import MINE, OPEN, Listing, list_hazards
from models.hazard_sight import can_see
from models.hazard_states import BY_ACTION, WITH_OWNER, WRITTEN_OFF
from models.hazards import Hazard
from models.outbox import Message
from models.policy import Policy

Row = dict[str, Any]
TICKED = {"rung", "remind_at", "lookback_at", "ask_at"}  # the clock moves them on without an event
ACCEPTS = {
    *("pass_recheck", "fail_recheck", "delist", "resume_production", "close", "pass_lookback"),
    *("approve_extension", "refuse_extension"),
}
NEVER_ASSIGNED = ("reported", "verified", "rejected", "withdrawn", "duplicate")
AUTHORITY = {"safety_office", "admin", "department"}


@dataclass
class Look:
    """All that is stored of the hazards at one moment."""

    hazards: dict[int, Row]
    events: dict[int, list[Row]]
    five: dict[int, dict[str, Row]]

    @property
    def event_count(self) -> int:
        return sum(map(len, self.events.values()))


def look(connection: Connection) -> Look:
    """Read everything anew."""
    rows = connection.execute(select(Hazard.__table__)).mappings()  # type: ignore[attr-defined]
    events: dict[int, list[Row]] = defaultdict(list)
    table = Event.__table__  # type: ignore[attr-defined]
    for event in connection.execute(select(table).where(table.c.subject == "hazard").order_by(table.c.seq)):
        events[event.subject_id].append(dict(event._mapping))
    five: dict[int, dict[str, Row]] = defaultdict(dict)
    for one in connection.execute(select(Commitment.__table__)).mappings():  # type: ignore[attr-defined]
        five[one["hazard_id"]][one["item"]] = dict(one)
    return Look({row["id"]: dict(row) for row in rows}, events, five)


@dataclass
class People:
    """Who the actors are, for judging whether they accept what is their own."""

    actors: dict[str, Actor]
    units: dict[int, set[int]] = field(default_factory=dict)  # person id -> units they are of

    def own(self, name: str, row: Row, rectifiers: set[int]) -> bool:
        """Whether this actor is on the rectifying side of a hazard."""
        actor = self.actors[name]
        if actor.person_id is None or actor.person_id in rectifiers:
            return True
        if row["assigned_unit_id"] in self.units.get(actor.person_id, set()):
            return True
        area = row["assigned_area"]
        officer = any(g.role == "town_officer" and area and area.startswith(g.area) for g in actor.grants)
        return officer and not any(grant.role in AUTHORITY for grant in actor.grants)


def rectifiers(events: list[Row]) -> set[int]:
    """Everyone who was to rectify it, or said that it was done, since it was last assigned."""
    found: set[int] = set()
    for event in events:
        if event["action"] in ("assign", "hand_back", "reopen", "take_back"):
            found = set()
        for key in ("owner_id", "submitted_by"):
            found |= {event["after"][key]} if event["after"].get(key) else set()
    return found


def no_self_acceptance(before: Look, hazard_id: int, action: str, by: str, people: People) -> None:
    """What `by` has just accepted was not their own, their unit's, their town's."""
    row = before.hazards[hazard_id]
    if action in ACCEPTS:
        assert not people.own(by, row, rectifiers(before.events[hazard_id])), f"{by} {action} their own"
    if action == "confirm_spot_fix":
        assert people.actors[by].person_id != row["reporter_id"]
        assert not people.own(by, row, rectifiers(before.events[hazard_id]))
    if action == "close" and row["level"] == "major":
        assert people.actors[by].person_id != row["rechecked_by"]
    if action in ("pass_recheck", "pass_lookback") and row["level"] == "major":
        assert any(grant.role in AUTHORITY for grant in people.actors[by].grants)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def life_is_lawful(row: Row, events: list[Row]) -> None:
    """The events alone, from the report on, lead by moves of the table to the row as it is: none is lost."""
    assert events[0]["action"] == "report"
    state, known, moves = "reported", {}, 0
    held = sum(event["action"] == "follow" for event in events)  # holds the row, so that nobody moves it
    for event in events[1:]:
        move = BY_ACTION.get(event["action"])
        if move is None:
            continue
        moves += 1
        before, after = event["before"], event["after"]
        assert state in move.before, f"{move.action} from {state}"
        assert (before["state"], after["state"]) == (state, move.leads_to(state))
        assert [key for key in before if key in known and known[key] != before[key]] == []
        state = after["state"]
        known |= {key: value for key, value in after.items() if key in row and key not in TICKED}
    assert row["state"] == state
    assert row["row_version"] == 1 + moves + held
    assert {key: _plain(row[key]) for key in known} == known


def row_is_lawful(row: Row, events: list[Row], five: dict[str, Row]) -> None:
    """What may stand in a row at the same time."""
    state, major = row["state"], row["level"] == "major"
    assigned = any((row["owner_id"], row["assigned_unit_id"], row["assigned_area"]))
    listed = bool(row["supervised"]) and row["delisted_at"] is None
    suspended = row["suspended_at"] is not None and row["resumed_at"] is None
    if row["due_at"] is not None:
        assert row["assigned_at"] is not None
        assert assigned
        assert state not in NEVER_ASSIGNED
    if state in (*WITH_OWNER, "submitted"):
        assert row["due_at"] is not None
        assert set(five) >= {"duty", "deadline"}
        assert five["deadline"]["value"] == f"{Policy().local(row['due_at']):%Y-%m-%d %H:%M}"
    if major and state in ("rectifying", "submitted"):
        assert len(five) == 5
        assert all(each["set_at"] and each["set_name"] for each in five.values())
    assert row["remind_at"] is None or state in WITH_OWNER
    assert row["lookback_at"] is None or state in ("closed", "lookback")
    assert not row["hidden"] or not assigned
    if state in WRITTEN_OFF:
        assert row["closed_by"] is not None
        assert not listed
    assert not suspended or state not in (*WRITTEN_OFF, "rejected", "duplicate")
    if major:
        assert row["criterion_id"] is not None
        assert _grading(events)["after"]["criterion_id"] == row["criterion_id"]


def _grading(events: list[Row]) -> Row:
    return [event for event in events if event["action"] in ("verify", "regrade")][-1]


def criteria_hold(connection: Connection, events: list[Row]) -> None:
    """Each grading as major cited a criterion in force on its day."""
    for event in events:
        cited = event["after"].get("criterion_id")
        if event["action"] in ("verify", "regrade") and event["after"]["level"] == "major":
            table = Criterion.__table__  # type: ignore[attr-defined]
            found = connection.execute(select(table).where(table.c.id == cited)).one()
            on = Policy().local(event["at"]).date()
            assert found.effective_from <= on <= (found.effective_to or on)


def ledger_is_lawful(connection: Connection, seen: Look) -> None:
    """Of the whole: numbers without gaps, no message twice, one wish for time at a time."""
    numbers = sorted(row["number"] for row in seen.hazards.values())
    years = Counter(number[:4] for number in numbers)
    assert numbers == sorted(
        f"{year}-{at:04d}" for year, count in years.items() for at in range(1, count + 1)
    )
    keys = [key for (key,) in connection.execute(select(Message.dedup)) if key is not None]
    assert len(keys) == len(set(keys))
    pending = connection.execute(select(Extension.hazard_id).where(Extension.state == "pending"))
    waiting = [hazard_id for (hazard_id,) in pending]
    assert len(waiting) == len(set(waiting))


INSPECTED = ("town", "other_town", "keeper", "responsible", "department", "grid_worker", "link")


def hidden_stays_hidden(connection: Connection, seen: Look, people: People) -> None:
    """The inspected side sees, lists, is offered and is told nothing of a covert finding."""
    hidden = {key: row for key, row in seen.hazards.items() if row["hidden"]}
    if not hidden:
        return
    persons = {people.actors[name].person_id for name in INSPECTED} - {None}
    told = connection.execute(
        select(Message.person_id, Message.subject_id).where(Message.subject == "hazard")
    )
    assert {(who, what) for who, what in told if what in hidden and who in persons} == set()
    with Session(connection, join_transaction_mode="rollback_only") as session:
        for name in INSPECTED:
            by = people.actors[name]
            shown = []
            for name_of_list in (MINE, OPEN):
                shown += list_hazards(
                    session, by=by, listing=Listing(name_of_list), now=datetime.now(UTC), limit=50
                )
            for row in hidden.values():
                given = {"area": row["area"], "unit_id": row["unit_id"], "sector": row["sector"]}
                shown += likely_duplicates(session, by=by, place=None, policy=Policy(), **given)
            assert {hazard.id for hazard in shown} & set(hidden) == set(), name
            assert not any(can_see(by, session.get_one(Hazard, (by.county, key))) for key in hidden), name
