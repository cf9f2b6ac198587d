"""Reporting a hazard (隐患上报), correcting and withdrawing the report."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import make_transient_to_detached
from sqlmodel import Session, insert

from models.audit import record
from models.base import Actor, UserError
from models.hazard_search import forget_words, words_of
from models.hazard_states import MAY_REPORT, REPORTED
from models.hazards import (
    ADDRESS_MAX,
    DESCRIPTION_MAX,
    MAY_FIND_COVERTLY,
    PHOTOS_MAX,
    Hazard,
    attach_photos,
    attached_ids,
    move,
)
from models.people import next_number
from models.policy import Policy
from models.prepared import execute_many
from models.sectors import KINDS, SECTORS
from models.units import find_or_add_unit


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
    after_photo_ids: list[int] = field(default_factory=list)
    covert: bool = False


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
    if len(report.after_photo_ids) > PHOTOS_MAX:
        raise UserError("photos-too-many", most=PHOTOS_MAX)
    if report.spot_fixed and not report.after_photo_ids:
        raise UserError("photo-needed")


def _fields(
    session: Session, report: HazardReport, by: Actor, now: datetime, *, hidden: bool
) -> dict[str, Any]:
    fields = asdict(report) | {"town": report.area[:9], "index_at": now}
    fields.pop("photo_ids")
    fields.pop("after_photo_ids")
    if report.unit_name and report.unit_id is None and not hidden:
        unit = find_or_add_unit(
            session, county=by.county, name=report.unit_name, area=report.area, sector=report.sector, now=now
        )
        fields["unit_id"] = unit.id
    return fields


def unit_made_known(session: Session, *, hazard: Hazard, now: datetime) -> dict[str, Any]:
    """The change by which a new unit that was named under cover is recorded, once that is handed over: until
    then nobody is offered its name."""
    if not hazard.hidden or hazard.unit_id is not None or not hazard.unit_name:
        return {}
    unit = find_or_add_unit(
        session,
        county=hazard.county,
        name=hazard.unit_name,
        area=hazard.area,
        sector=hazard.sector,
        now=now,
    )
    return {"unit_id": unit.id}


_INSERT = insert(Hazard.__table__)  # type: ignore[attr-defined]


def report_hazard(
    session: Session, *, by: Actor, report: HazardReport, now: datetime, policy: Policy
) -> Hazard:
    """Store a report under the year's next number (安全生产法 Art 74–75: anyone may report, villages must).

    A covert finding (暗访) stays hidden until the office hands it over; only inspectors and the office make
    one. Errors: not-allowed, and those of `check_report`.
    """
    if not by.has(*MAY_REPORT) or (report.covert and not by.has(*MAY_FIND_COVERTLY)):
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
        hidden=report.covert,
        **_fields(session, report, by, now, hidden=report.covert),
    )
    execute_many(session.connection(), _INSERT, [hazard.model_dump()])
    make_transient_to_detached(hazard)
    session.add(hazard)
    attach_photos(session, hazard, "before", report.photo_ids, now)
    attach_photos(session, hazard, "after", report.after_photo_ids, now)
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


def correct_hazard(
    session: Session, *, by: Actor, hazard: Hazard, report: HazardReport, now: datetime, policy: Policy
) -> Hazard:
    """Replace what was reported, within the edit window and while nobody has acted on it.

    Whether it was found under cover is not corrected. Errors: those of `move` and `check_report`.
    """
    check_report(report)
    changes = _fields(session, report, by, now, hidden=hazard.hidden) | {"covert": hazard.covert}
    former = words_of(hazard)
    hazard = move(session, by=by, hazard=hazard, action="correct", now=now, policy=policy, changes=changes)
    forget_words(session, hazard=hazard, said=former)
    for kind, photo_ids in (("before", report.photo_ids), ("after", report.after_photo_ids)):
        known = set(attached_ids(session, hazard, kind))
        attach_photos(session, hazard, kind, [photo for photo in photo_ids if photo not in known], now)
    return hazard


def withdraw_hazard(session: Session, *, by: Actor, hazard: Hazard, now: datetime, policy: Policy) -> Hazard:
    """Take a report back within the edit window. Errors: those of `move`."""
    return move(session, by=by, hazard=hazard, action="withdraw", now=now, policy=policy)
