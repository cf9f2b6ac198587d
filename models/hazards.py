"""Hazards (隐患): the record, and the operations that report, correct and withdraw one."""

import re
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import make_transient_to_detached
from sqlmodel import Session, col, func, insert, select, update

from models.audit import record
from models.base import Actor, CountyRow, Id, MaybeId, UserError, utc_field
from models.files import attach, attached
from models.hazard_states import BY_ACTION, IS_OPEN, IS_WITH_OWNER, MAY_REPORT, OWNER, REPORTED, REPORTER
from models.people import SAFETY_OFFICE, TOWN_OFFICER, may, next_number
from models.policy import Policy
from models.units import find_or_add_unit

SECTORS = (
    "gas",
    "chemicals",
    "transport",
    "construction",
    "fire",
    "special_equipment",
    "tourism",
    "health",
    "education",
    "power",
    "other",
)
KINDS = ("fire", "explosion", "collapse", "rollover", "other")
LEVELS = ("general", "major")

DESCRIPTION_MAX = 2000
ADDRESS_MAX = 200
PHOTOS_MAX = 9


class Hazard(CountyRow, table=True):
    """One hazard. `due_at` is the deadline of its rectification (整改时限), `remind_at` the next rung of
    the ladder; both are empty until it is assigned. `level` is the office's; `suspected_major` the
    reporter's guess. A place carries its datum, accuracy (metres) and source."""

    __table_args__ = (
        UniqueConstraint("county", "number"),
        Index(
            "ix_hazard_open",
            "county",
            "id",
            "state",
            sqlite_where=sql(IS_OPEN),
            postgresql_where=sql(IS_OPEN),
        ),
        Index("ix_hazard_reporter", "county", "reporter_id", "id"),
        Index(
            "ix_hazard_owner",
            "county",
            "owner_id",
            "id",
            sqlite_where=sql(IS_OPEN),
            postgresql_where=sql(IS_OPEN),
        ),
        Index("ix_hazard_area", "county", "area", "state"),
        Index("ix_hazard_unit", "county", "unit_id", "state"),
        Index("ix_hazard_reported", "county", "reported_at"),
        Index("ix_hazard_closed", "county", "closed_at"),
        Index(
            "ix_hazard_remind",
            "county",
            "remind_at",
            sqlite_where=sql("remind_at IS NOT NULL"),
            postgresql_where=sql("remind_at IS NOT NULL"),
        ),
        Index(
            "ix_hazard_overdue",
            "county",
            "due_at",
            "state",
            sqlite_where=sql(IS_WITH_OWNER),
            postgresql_where=sql(IS_WITH_OWNER),
        ),
    )

    number: str
    state: str = REPORTED
    area: str
    address: str = ""
    unit_id: MaybeId = None
    unit_name: str = ""
    sector: str
    kind: str
    description: str
    no_photo_reason: str = ""
    lat: float | None = None
    lon: float | None = None
    accuracy: float | None = None
    datum: str = ""
    place_source: str = ""
    spot_fixed: bool = False
    suspected_major: bool = False
    level: str | None = None
    reporter_id: Id
    reported_at: datetime = utc_field()
    verified_by: MaybeId = None
    assigned_unit_id: MaybeId = None
    owner_id: MaybeId = None
    assigned_at: datetime | None = utc_field(default=None, nullable=True)
    due_at: datetime | None = utc_field(default=None, nullable=True)
    rung: int = 0
    remind_at: datetime | None = utc_field(default=None, nullable=True)
    submitted_at: datetime | None = utc_field(default=None, nullable=True)
    fix_note: str = ""
    failed_rechecks: int = 0
    closed_at: datetime | None = utc_field(default=None, nullable=True)
    row_version: int = 1


@dataclass(frozen=True)
class HazardReport:
    """What a reporter says of a hazard. `photo_ids` are file ids; without any, a reason is given."""

    area: str
    sector: str
    kind: str
    description: str
    address: str = ""
    unit_id: int | None = None
    unit_name: str = ""
    photo_ids: list[int] = field(default_factory=list)
    no_photo_reason: str = ""
    lat: float | None = None
    lon: float | None = None
    accuracy: float | None = None
    datum: str = ""
    place_source: str = ""
    spot_fixed: bool = False
    suspected_major: bool = False


def check_report(report: HazardReport) -> None:
    """Refuse what cannot be stored; each error names the field."""
    if report.sector not in SECTORS:
        raise UserError("sector-unknown")
    if report.kind not in KINDS:
        raise UserError("kind-unknown")
    if not report.description.strip():
        raise UserError("description-empty")
    if len(report.description) > DESCRIPTION_MAX:
        raise UserError("too-long", most=DESCRIPTION_MAX, length=len(report.description))
    if len(report.address) > ADDRESS_MAX:
        raise UserError("too-long", most=ADDRESS_MAX, length=len(report.address))
    if len(report.photo_ids) > PHOTOS_MAX:
        raise UserError("photos-too-many", most=PHOTOS_MAX)
    if not report.photo_ids and not report.no_photo_reason.strip():
        raise UserError("photo-or-reason")


def _fields(session: Session, report: HazardReport, by: Actor, now: datetime) -> dict[str, Any]:
    fields = asdict(report)
    fields.pop("photo_ids")
    if report.unit_name and report.unit_id is None:
        unit = find_or_add_unit(
            session, county=by.county, name=report.unit_name, area=report.area, sector=report.sector, now=now
        )
        fields["unit_id"] = unit.id
    return fields


_INSERT = insert(Hazard.__table__)  # type: ignore[attr-defined]


def report_hazard(
    session: Session, *, by: Actor, report: HazardReport, now: datetime, policy: Policy
) -> Hazard:
    """Store a report under the year's next number (安全生产法 Art 74–75: anyone may report, villages must).

    Errors: not-allowed, and those of `check_report`.
    """
    if not by.has(*MAY_REPORT):
        raise UserError("not-allowed")
    check_report(report)
    assert by.person_id is not None
    year = policy.local(now).year
    number = next_number(session, county=by.county, series="hazard", year=year)
    hazard = Hazard(
        county=by.county,
        number=f"{year}-{number:04d}",
        reporter_id=by.person_id,
        reported_at=now,
        **_fields(session, report, by, now),
    )
    session.connection().execute(_INSERT, hazard.model_dump())
    make_transient_to_detached(hazard)
    session.add(hazard)
    attach(
        session,
        county=by.county,
        subject="hazard",
        subject_id=hazard.id,
        kind="before",
        file_ids=report.photo_ids,
        now=now,
    )
    record(
        session,
        by=by,
        subject="hazard",
        subject_id=hazard.id,
        action="report",
        now=now,
        after={"state": REPORTED, **asdict(report)},
    )
    return hazard


def move(
    session: Session,
    *,
    by: Actor,
    hazard: Hazard,
    action: str,
    now: datetime,
    changes: dict[str, Any] | None = None,
    reason: str = "",
) -> Hazard:
    """Take one step of the transition table: permission, compare-and-set, event. Press twice, change once.

    Errors: not-allowed; hazard-moved-on when the state does not allow the step (someone was quicker).
    """
    transition = BY_ACTION[action]
    if not may_move(by, hazard, action):
        raise UserError("not-allowed")
    if hazard.state not in transition.before:
        raise UserError("hazard-moved-on", number=hazard.number, state={"k": f"state-{hazard.state}"})
    values = {"state": transition.after, **(changes or {})}
    before = {name: _plain(getattr(hazard, name)) for name in values}
    moved = session.execute(
        update(Hazard)
        .where(
            col(Hazard.county) == hazard.county,
            col(Hazard.id) == hazard.id,
            col(Hazard.row_version) == hazard.row_version,
        )
        .values(**values, row_version=hazard.row_version + 1)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        session.refresh(hazard)
        raise UserError("hazard-moved-on", number=hazard.number, state={"k": f"state-{hazard.state}"})
    session.refresh(hazard)
    record(
        session,
        by=by,
        subject="hazard",
        subject_id=hazard.id,
        action=action,
        now=now,
        before=before,
        after={name: _plain(value) for name, value in values.items()},
        reason=reason,
    )
    return hazard


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def may_move(by: Actor, hazard: Hazard, action: str) -> bool:
    """Whether the transition table lets this actor take this step."""
    allowed = BY_ACTION[action].by
    if REPORTER in allowed and by.person_id is not None and by.person_id == hazard.reporter_id:
        return True
    if OWNER in allowed and is_owner(by, hazard):
        return True
    return may(by, allowed, area=hazard.area)


def is_owner(by: Actor, hazard: Hazard) -> bool:
    """The person it was assigned to, or a responsible person of the same unit."""
    if hazard.owner_id is not None and by.person_id == hazard.owner_id:
        return True
    unit = hazard.assigned_unit_id
    return unit is not None and may(by, ("responsible",), unit_id=unit)


def can_see(by: Actor, hazard: Hazard) -> bool:
    """Its reporter, its owner's unit, its town, the office."""
    if by.person_id is not None and by.person_id == hazard.reporter_id:
        return True
    if is_owner(by, hazard):
        return True
    return may(by, (TOWN_OFFICER, SAFETY_OFFICE, "office_leader", "admin"), area=hazard.area)


def correct_hazard(
    session: Session, *, by: Actor, hazard: Hazard, report: HazardReport, now: datetime, policy: Policy
) -> Hazard:
    """Replace what was reported, within the edit window and while nobody has acted on it.

    Errors: edit-window-over, and those of `move` and `check_report`.
    """
    _within_window(hazard, now, policy)
    check_report(report)
    known = set(attached_ids(session, hazard))
    attach(
        session,
        county=by.county,
        subject="hazard",
        subject_id=hazard.id,
        kind="before",
        file_ids=[photo for photo in report.photo_ids if photo not in known],
        now=now,
    )
    return move(
        session, by=by, hazard=hazard, action="correct", now=now, changes=_fields(session, report, by, now)
    )


def attached_ids(session: Session, hazard: Hazard, kind: str = "before") -> list[int]:
    """The hazard's photos of one kind."""
    return attached(session, county=hazard.county, subject="hazard", subject_id=hazard.id, kind=kind)


def withdraw_hazard(session: Session, *, by: Actor, hazard: Hazard, now: datetime, policy: Policy) -> Hazard:
    """Take a report back within the edit window. Errors: edit-window-over, and those of `move`."""
    _within_window(hazard, now, policy)
    return move(session, by=by, hazard=hazard, action="withdraw", now=now)


def _within_window(hazard: Hazard, now: datetime, policy: Policy) -> None:
    if now - hazard.reported_at > policy.edit_window:
        minutes = int(policy.edit_window.total_seconds() // 60)
        raise UserError("edit-window-over", minutes=minutes, number=hazard.number)


def hazard_by_id(session: Session, *, by: Actor, hazard_id: int) -> Hazard:
    """A hazard that this actor may see. Error: hazard-unknown, also where it is not theirs to see."""
    hazard = session.get(Hazard, (by.county, hazard_id))
    if hazard is None or not can_see(by, hazard):
        raise UserError("hazard-unknown")
    return hazard


_NUMBER = re.compile(r"^(?:(\d{4})-)?0*(\d{1,9})$")


def hazard_by_number(session: Session, *, by: Actor, number: str, year: int) -> Hazard:
    """A hazard by its number, the year left out for this year's. Error: hazard-unknown."""
    match = _NUMBER.match(number.strip())
    if match is None:
        raise UserError("hazard-unknown")
    full = f"{match[1] or year}-{int(match[2]):04d}"
    hazard = session.exec(select(Hazard).where(Hazard.county == by.county, Hazard.number == full)).first()
    if hazard is None or not can_see(by, hazard):
        raise UserError("hazard-unknown")
    return hazard


def hazards_of(session: Session, *, by: Actor, limit: int, after: int | None = None) -> list[Hazard]:
    """What concerns this person, newest first: reported by them, or assigned to them and open."""
    reported = select(Hazard).where(Hazard.county == by.county, Hazard.reporter_id == by.person_id)
    to_fix = select(Hazard).where(Hazard.county == by.county, Hazard.owner_id == by.person_id, sql(IS_OPEN))
    found: dict[int, Hazard] = {}
    for query in (reported, to_fix):  # one look for both would read and sort all that they ever reported
        if after is not None:
            query = query.where(col(Hazard.id) < after)
        newest = session.exec(query.order_by(col(Hazard.id).desc()).limit(limit))
        found |= {hazard.id: hazard for hazard in newest}
    return [found[hazard_id] for hazard_id in sorted(found, reverse=True)[:limit]]


def open_hazards(
    session: Session, *, by: Actor, limit: int, area: str | None = None, after: int | None = None
) -> list[Hazard]:
    """Open hazards of an area (or the county), newest first."""
    query = select(Hazard).where(Hazard.county == by.county, sql(IS_OPEN))
    if area and len(area) > 6:  # as a function: a range would lead to the area's closed ones, years of them
        query = query.where(func.substr(Hazard.area, 1, len(area)) == area)
    if after is not None:
        query = query.where(col(Hazard.id) < after)
    return list(session.exec(query.order_by(col(Hazard.id).desc()).limit(limit)))


def overdue_hazards(session: Session, *, county: str, now: datetime, limit: int = 100) -> list[Hazard]:
    """Past their deadline and still with the responsible unit, the longest overdue first."""
    return list(
        session.exec(
            select(Hazard)
            .where(
                Hazard.county == county,
                sql(IS_WITH_OWNER),
                col(Hazard.due_at) <= now,
            )
            .order_by(col(Hazard.due_at))
            .limit(limit)
        )
    )
