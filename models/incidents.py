"""Incidents (突发事件): the record, who may see it and add to it, and the queries."""

import re
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Session, col, func, or_, select, update

from models.base import Actor, Conflict, CountyRow, Id, MaybeId, UserError, json_field, utc_field
from models.duty_desk import areas_stood_for, is_desk
from models.files import attached
from models.incident_grade import PEOPLE, Counts, at_least, graver
from models.people import (
    ADMIN,
    DUTY_LEADER,
    DUTY_OFFICER,
    OFFICE_LEADER,
    SAFETY_OFFICE,
    TOWN_OFFICER,
    may,
)
from models.places import AreaIndex

KINDS = (
    "traffic",
    "fire",
    "gas",
    "explosion",
    "collapse",
    "drowning",
    "poisoning",
    "weather",
    "crowd",
    "other",
)
OPEN, CLOSED, FALSE_ALARM, MERGED = "open", "closed", "false_alarm", "merged"
STATES = (OPEN, CLOSED, FALSE_ALARM, MERGED)
COUNTED = (OPEN, CLOSED)  # what the statistics count
IS_OPEN = "state = 'open'"  # written out, for the partial index

# What a report upward says besides place, time and casualties (国务院令第493号 Art 12).
FACTS = ("unit", "course", "measures", "trend", "requests", "commander", "cause")
FACT_MAX = 1000
DESCRIPTION_MAX = 2000
ADDRESS_MAX = 200
PHOTOS_MAX = 9

OFFICE = (SAFETY_OFFICE, OFFICE_LEADER, ADMIN)
IN_TOWN = (TOWN_OFFICER, DUTY_OFFICER, DUTY_LEADER)


class Incident(CountyRow, table=True):
    """One incident. Numbers of persons and `loss` (yuan) are None while not known.

    `grade` follows from the numbers; `handling` is a higher level that the office has set. `clock_rules`
    are the reporting limits as they were at the first report. `ask_at`: when the office is next asked for a
    change of the casualties; `card_at`: when the cards are next renewed.
    """

    __table_args__ = (
        UniqueConstraint("county", "number"),
        Index("ix_incident_open", "county", "id", sqlite_where=sql(IS_OPEN), postgresql_where=sql(IS_OPEN)),
        Index("ix_incident_reporter", "county", "reporter_id", "id"),
        Index("ix_incident_occurred", "county", "occurred_at"),
        Index("ix_incident_reported", "county", "reported_at"),
        Index(
            "ix_incident_merged",
            "county",
            "merged_into",
            sqlite_where=sql("merged_into IS NOT NULL"),
            postgresql_where=sql("merged_into IS NOT NULL"),
        ),
        Index(
            "ix_incident_ask",
            "county",
            "ask_at",
            sqlite_where=sql("ask_at IS NOT NULL"),
            postgresql_where=sql("ask_at IS NOT NULL"),
        ),
        Index(
            "ix_incident_card",
            "county",
            "card_at",
            sqlite_where=sql("card_at IS NOT NULL"),
            postgresql_where=sql("card_at IS NOT NULL"),
        ),
    )

    number: str
    state: str = OPEN
    kind: str
    area: str
    address: str = ""
    description: str = ""
    lat: float | None = None
    lon: float | None = None
    accuracy: float | None = None
    datum: str = ""
    place_source: str = ""
    dead: int | None = None
    severe: int | None = None
    light: int | None = None
    hurt: int | None = None
    missing: int | None = None
    trapped: int | None = None
    loss: MaybeId = None
    grade: str
    handling: str = ""
    handling_reason: str = ""
    facts: dict[str, str] = json_field(dict)
    clock_rules: list[Any] = json_field(list)
    occurred_at: datetime = utc_field()
    reporter_id: Id
    reported_at: datetime = utc_field()
    ask_at: datetime | None = utc_field(default=None, nullable=True)
    card_at: datetime | None = utc_field(default=None, nullable=True)
    merged_into: MaybeId = None
    closed_at: datetime | None = utc_field(default=None, nullable=True)
    closed_reason: str = ""
    row_version: int = 1


class CasualtyChange(CountyRow, table=True):
    """What someone said of the casualties, and when: the numbers as they then stood, and the source.

    `counted` is false after the window of 第十三条: noted, but no part of the statistics.
    """

    __table_args__ = (Index("ix_casualtychange_incident", "county", "incident_id", "id"),)

    incident_id: Id
    at: datetime = utc_field()
    by: MaybeId = None
    by_name: str = ""
    source: str = ""
    counts: dict[str, Any] = json_field(dict)
    counted: bool = True


@dataclass(frozen=True)
class FirstReport:
    """What is known at first (首报). `photo_ids` are file ids; only kind and area must be known."""

    kind: str
    area: str
    counts: Counts = field(default_factory=Counts)
    address: str = ""
    description: str = ""
    unit: str = ""
    photo_ids: list[int] = field(default_factory=list)
    lat: float | None = None
    lon: float | None = None
    accuracy: float | None = None
    datum: str = ""
    place_source: str = ""


def counts_of(incident: Incident) -> Counts:
    """The numbers as they stand."""
    return Counts(**{name: getattr(incident, name) for name in (*PEOPLE, "loss")})


def counts_row(counts: Counts) -> dict[str, int | None]:
    """The numbers by their columns."""
    return asdict(counts)


def level_of(incident: Incident) -> str:
    """The grade by which it is handled: by the numbers, or the higher one that the office has set."""
    higher = incident.handling and graver(incident.handling, incident.grade)
    return incident.handling if higher else incident.grade


def change(session: Session, *, incident: Incident, **values: Any) -> dict[str, Any]:
    """Change columns of the record; what they were before. Error: Conflict, when another was quicker."""
    before = {name: getattr(incident, name) for name in values}
    changed = session.execute(
        update(Incident)
        .where(
            col(Incident.county) == incident.county,
            col(Incident.id) == incident.id,
            col(Incident.row_version) == incident.row_version,
        )
        .values(**values, row_version=incident.row_version + 1)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(incident.id)
    session.refresh(incident)
    return before


def may_lead(session: Session, *, by: Actor, now: datetime) -> bool:
    """The office, its leaders, the county's duty desk: they see and do all but close."""
    return by.has(*OFFICE) or is_desk(session, by=by, now=now)


def may_add(session: Session, *, by: Actor, incident: Incident, now: datetime) -> bool:
    """Who sees it may say what they know: its reporter, its town, who is on duty there, the office, the desk."""
    if by.person_id is not None and by.person_id == incident.reporter_id:
        return True
    if may(by, OFFICE) or (len(incident.area) > 6 and may(by, IN_TOWN, area=incident.area)):
        return True
    if is_desk(session, by=by, now=now) or _reported_the_same(session, by, incident):
        return True
    return any(incident.area.startswith(area) for area in areas_stood_for(session, by=by, at=now))


def _reported_the_same(session: Session, by: Actor, incident: Incident) -> bool:
    """Whether a report of theirs was merged into this one."""
    found = session.exec(
        select(Incident.id).where(
            Incident.county == incident.county,
            col(Incident.merged_into) == incident.id,
            Incident.reporter_id == by.person_id,
        )
    )
    return found.first() is not None


def incident_by_id(session: Session, *, by: Actor, incident_id: int, now: datetime) -> Incident:
    """An incident that this actor may see. Error: incident-unknown, also where it is not theirs to see."""
    incident = session.get(Incident, (by.county, incident_id), populate_existing=True)
    if incident is None or not may_add(session, by=by, incident=incident, now=now):
        raise UserError("incident-unknown")
    return incident


_NUMBER = re.compile(r"^TF[\s-]*(?:(\d{4})-)?0*(\d{1,6})$", re.IGNORECASE | re.ASCII)


def is_number(said: str) -> bool:
    """Whether it is written like an incident's number."""
    return _NUMBER.match(said.strip()) is not None


def number_of(year: int, place: int) -> str:
    """The number of the year's n-th incident."""
    return f"TF{year}-{place:03d}"


def incident_by_number(session: Session, *, by: Actor, number: str, year: int, now: datetime) -> Incident:
    """An incident by its number, the year left out for this year's. Error: incident-unknown."""
    match = _NUMBER.match(number.strip())
    full = number_of(int(match[1] or year), int(match[2])) if match else ""
    incident = session.exec(
        select(Incident).where(Incident.county == by.county, Incident.number == full)
    ).first()
    if incident is None or not may_add(session, by=by, incident=incident, now=now):
        raise UserError("incident-unknown")
    return incident


def incidents_for(
    session: Session,
    *,
    by: Actor,
    now: datetime,
    limit: int,
    only_open: bool = True,
    after: int | None = None,
) -> list[Incident]:
    """What this actor may see, the newest first: the office and the desk all, a town and who is on duty there
    its own, others theirs."""
    query = select(Incident).where(Incident.county == by.county)
    if only_open:
        query = query.where(sql(IS_OPEN))
    if after is not None:
        query = query.where(col(Incident.id) < after)
    if not may_lead(session, by=by, now=now):
        theirs = {grant.area for grant in by.grants if grant.role in IN_TOWN and grant.area}
        towns = sorted(theirs | areas_stood_for(session, by=by, at=now))
        mine: list[Any] = [Incident.reporter_id == by.person_id]
        mine += [func.substr(Incident.area, 1, len(town)) == town for town in towns]
        query = query.where(or_(*mine))
    return list(session.exec(query.order_by(col(Incident.id).desc()).limit(limit)))


def incidents_at_least(
    session: Session, *, county: str, grade: str, since: datetime, until: datetime
) -> list[Incident]:
    """Incidents of this grade or graver by their numbers that happened in [since, until), the oldest first.

    None: "未发生较大以上事故". False alarms and merged duplicates do not count, nor does a handling level.
    """
    return list(
        session.exec(
            select(Incident)
            .where(
                Incident.county == county,
                col(Incident.occurred_at) >= since,
                col(Incident.occurred_at) < until,
                col(Incident.grade).in_(at_least(grade)),
                col(Incident.state).in_(COUNTED),
            )
            .order_by(col(Incident.occurred_at), col(Incident.id))
        )
    )


def reported_within(
    session: Session, *, county: str, area: str | None, since: datetime, until: datetime
) -> list[Incident]:
    """What was reported in [since, until) in an area (None: anywhere), the oldest first; merged ones stand
    in the one that was kept."""
    query = select(Incident).where(
        Incident.county == county,
        col(Incident.reported_at) >= since,
        col(Incident.reported_at) < until,
        col(Incident.state) != MERGED,
    )
    found = session.exec(query.order_by(col(Incident.reported_at), col(Incident.id))).all()
    return [each for each in found if area is None or each.area.startswith(area)]


def open_count(session: Session, *, county: str) -> int:
    """How many are open."""
    query = select(func.count()).select_from(Incident).where(Incident.county == county, sql(IS_OPEN))
    return session.exec(query).one()


def reported_count(session: Session, *, county: str, since: datetime) -> int:
    """How many real ones were reported since then."""
    query = select(func.count()).select_from(Incident)
    query = query.where(
        Incident.county == county, col(Incident.reported_at) > since, col(Incident.state).in_(COUNTED)
    )
    return session.exec(query).one()


def casualty_changes(session: Session, *, incident: Incident) -> list[CasualtyChange]:
    """What was said of its casualties, the oldest first."""
    return list(
        session.exec(
            select(CasualtyChange)
            .where(CasualtyChange.county == incident.county, CasualtyChange.incident_id == incident.id)
            .order_by(col(CasualtyChange.id))
        )
    )


def keep_counts(
    session: Session,
    *,
    by: Actor,
    incident: Incident,
    source: str,
    now: datetime,
    noted: Counts | None = None,
) -> None:
    """One line of the casualties' own history: the numbers as they stand, or what was only noted."""
    session.add(
        CasualtyChange(
            county=incident.county,
            incident_id=incident.id,
            at=now,
            by=by.person_id,
            by_name=by.name,
            source=source,
            counts=counts_row(noted or counts_of(incident)),
            counted=noted is None,
        )
    )
    session.flush()


def need(allowed: bool) -> None:
    """Error: not-allowed."""
    if not allowed:
        raise UserError("not-allowed")


def need_open(incident: Incident) -> None:
    """Error: incident-over."""
    if incident.state != OPEN:
        raise UserError("incident-over", number=incident.number)


def scene_photos(session: Session, incident: Incident) -> list[int]:
    """The ids of its photos."""
    return attached(session, county=incident.county, subject="incident", subject_id=incident.id, kind="scene")


def place_of(index: AreaIndex, incident: Incident, *, county: bool = False) -> str:
    """Town, village and spot in one, without naming the town twice; with the county where it is asked for,
    or where nothing smaller is known."""
    known = len(incident.area) > len(incident.county)
    town = index.name(incident.area[:9]) if known else ""
    area = "" if not known or (town and town in incident.address) else index.path(incident.area)
    whole = f"{area}{incident.address}"
    return f"{index.name(incident.county)}{whole}" if county or not known else whole
