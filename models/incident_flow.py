"""Reporting an incident, and adding to it what becomes known."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from models.audit import record
from models.base import Actor, UserError, new_id
from models.files import attach
from models.incident_clock import next_ask
from models.incident_clocks import rules_row, set_clocks
from models.incident_grade import check_counts, grade_of
from models.incident_notices import acted, alarm_everyone, settle, tell_news
from models.incidents import (
    ADDRESS_MAX,
    DESCRIPTION_MAX,
    FACT_MAX,
    FACTS,
    KINDS,
    PHOTOS_MAX,
    FirstReport,
    Incident,
    change,
    counts_of,
    counts_row,
    keep_counts,
    may_add,
    need,
    need_open,
    number_of,
    scene_photos,
)
from models.people import next_number
from models.policy import Policy
from models.text import Part, text, when

BEHIND_MOST = timedelta(days=30)  # an incident is reported at once, or at least within a month


def check_first(report: FirstReport) -> None:
    """Refuse what cannot be stored. Errors: incident-kind-unknown, too-long, photos-too-many, those of the counts."""
    if report.kind not in KINDS:
        raise UserError("incident-kind-unknown")
    for said, most in (
        (report.description, DESCRIPTION_MAX),
        (report.address, ADDRESS_MAX),
        (report.unit, FACT_MAX),
    ):
        if len(said) > most:
            raise UserError("too-long", most=most, length=len(said))
    if len(report.photo_ids) > PHOTOS_MAX:
        raise UserError("photos-too-many", most=PHOTOS_MAX)
    check_counts(report.counts)


def report_incident(
    session: Session, *, by: Actor, report: FirstReport, now: datetime, policy: Policy
) -> Incident:
    """首报: anyone known may report; it is graded, its clocks start, and everyone of the first step is alarmed.

    At any hour (突发事件应对法 Art 17, 61; 国务院令第493号 Art 9-10). Errors: not-allowed, those of `check_first`.
    """
    if by.person_id is None or not by.grants:
        raise UserError("not-allowed")
    check_first(report)
    incident = _store(session, by, report, now, policy)
    record(
        session,
        by=by,
        subject="incident",
        subject_id=incident.id,
        action="report",
        now=now,
        after={**asdict(report), "grade": incident.grade},
    )
    keep_counts(session, by=by, incident=incident, source="", now=now)
    set_clocks(session, incident=incident, now=now, policy=policy)
    alarm_everyone(session, by=by, incident=incident, head=[], now=now, policy=policy)
    settle(session, incident=incident, now=now, policy=policy)
    return incident


def _store(session: Session, by: Actor, report: FirstReport, now: datetime, policy: Policy) -> Incident:
    year = policy.local(now).year
    fields: dict[str, Any] = {**asdict(report), **counts_row(report.counts)}
    for name in ("counts", "photo_ids", "unit"):
        fields.pop(name)
    assert by.person_id is not None
    incident = Incident(
        county=by.county,
        id=new_id(),
        number=number_of(year, next_number(session, county=by.county, series="incident", year=year)),
        grade=grade_of(report.counts),
        facts={"unit": report.unit} if report.unit else {},
        clock_rules=rules_row(policy.incident_clocks),
        occurred_at=now,
        reporter_id=by.person_id,
        reported_at=now,
        **fields,
    )
    incident.ask_at = ask_at_of(incident, now=now, policy=policy)
    session.add(incident)
    session.flush()
    _attach(session, incident, report.photo_ids, now)
    return incident


def _attach(session: Session, incident: Incident, photo_ids: list[int], now: datetime) -> None:
    attach(
        session,
        county=incident.county,
        subject="incident",
        subject_id=incident.id,
        kind="scene",
        file_ids=photo_ids,
        now=now,
    )


def ask_at_of(incident: Incident, *, now: datetime, policy: Policy) -> datetime | None:
    """When the office is next asked for a change; never where nobody came to harm."""
    if counts_of(incident).nobody:
        return None
    return next_ask(incident.kind, incident.occurred_at, after=now, seed=incident.id, policy=policy)


def add_to_incident(
    session: Session,
    *,
    by: Actor,
    incident: Incident,
    now: datetime,
    policy: Policy,
    facts: dict[str, str] | None = None,
    note: str = "",
    photo_ids: list[int] | None = None,
    place: dict[str, Any] | None = None,
    occurred_at: datetime | None = None,
) -> Incident:
    """补充: facts by name (a newer replaces the older), a note, photos, the place, when it happened.

    Everyone of the desk, the office and the town is told. Errors: not-allowed, incident-over, too-long,
    photos-too-many, nothing-added, incident-time, incident-fact-wrong.
    """
    need(may_add(session, by=by, incident=incident, now=now))
    need_open(incident)
    facts, photo_ids, note = dict(facts or {}), list(photo_ids or []), note.strip()
    _check_added(session, incident, facts, note, photo_ids, occurred_at, now)
    values: dict[str, Any] = {"facts": {**incident.facts, **facts}} if facts else {}
    if place:
        values |= {name: place.get(name) for name in ("lat", "lon", "accuracy")}
        values |= {"datum": place.get("datum", ""), "place_source": place.get("source", "")}
    if occurred_at:
        values["occurred_at"] = occurred_at
    before = change(session, incident=incident, **values)
    _attach(session, incident, photo_ids, now)
    record(
        session,
        by=by,
        subject="incident",
        subject_id=incident.id,
        action="note" if note else "add",
        now=now,
        before=_plain(before),
        after=_plain({**values, "photos": len(photo_ids)}),
        reason=note,
    )
    if occurred_at:
        incident.ask_at = ask_at_of(incident, now=now, policy=policy)
        session.add(incident)
    acted(session, by=by, incident=incident, now=now)
    lines = _added_lines(facts, note, photo_ids, place, occurred_at)
    settle(session, incident=incident, now=now, policy=policy)
    news: list[Part] = [text("incident-news", name=by.name), *lines]
    tell_news(session, by=by, incident=incident, lines=news, step="added", now=now, policy=policy)
    return incident


def _check_added(
    session: Session,
    incident: Incident,
    facts: dict[str, str],
    note: str,
    photo_ids: list[int],
    occurred_at: datetime | None,
    now: datetime,
) -> None:
    for name, said in facts.items():
        if name not in FACTS or not said.strip():
            raise UserError("incident-fact-wrong")
        if len(said) > FACT_MAX:
            raise UserError("too-long", most=FACT_MAX, length=len(said))
    if len(note) > DESCRIPTION_MAX:
        raise UserError("too-long", most=DESCRIPTION_MAX, length=len(note))
    if photo_ids and len(scene_photos(session, incident)) + len(photo_ids) > 5 * PHOTOS_MAX:
        raise UserError("photos-too-many", most=5 * PHOTOS_MAX)
    if occurred_at and not now - BEHIND_MOST <= occurred_at <= now:
        raise UserError("incident-time")


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()
    }


def _added_lines(
    facts: dict[str, str],
    note: str,
    photo_ids: list[int],
    place: dict[str, Any] | None,
    occurred_at: datetime | None,
) -> list[Part]:
    lines: list[Part] = [
        text("incident-added-fact", name=text(f"fact-{name}"), said=said) for name, said in facts.items()
    ]
    if note:
        lines.append(note)
    if photo_ids:
        lines.append(text("incident-photos", count=len(photo_ids)))
    if place:
        lat, lon = f"{place['lat']:.5f}", f"{place['lon']:.5f}"
        lines.append(text("incident-point", lat=lat, lon=lon, datum=place.get("datum", "")))
    if occurred_at:
        lines.append(text("incident-occurred", at=when(occurred_at)))
    if not lines:
        raise UserError("nothing-added")
    return lines
