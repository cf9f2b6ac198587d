"""How an incident ends: the final report, a false alarm, or merged into the report that came first."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.alarms import close_alarms
from models.audit import record
from models.base import Actor, UserError
from models.files import attach
from models.incident_clock import FOLLOW_UP
from models.incident_clocks import clocks_of, running, stop_clocks
from models.incident_notices import IN_PLACE, LEADING, settle, tell
from models.incident_numbers import checked_reason
from models.incident_report import FINAL, make_report
from models.incident_views import clock_name, counts_line, headline
from models.incidents import (
    CLOSED,
    FALSE_ALARM,
    MERGED,
    OFFICE,
    Incident,
    change,
    counts_of,
    need,
    need_open,
    scene_photos,
)
from models.outbox import REMINDER, cancel
from models.policy import Policy
from models.text import Part, series, text


def finish(session: Session, *, by: Actor, incident: Incident, now: datetime, policy: Policy) -> Incident:
    """终报: its text is kept, and the incident is closed; its casualties are still asked for (第十三条).

    Errors: not-allowed, incident-over, final-needs-counts (what is being checked), final-needs-clocks (what
    is not recorded yet).
    """
    need(by.has(*OFFICE))
    need_open(incident)
    if against := unfinished(session, incident):
        raise against[0]
    make_report(session, by=by, incident=incident, stage=FINAL, now=now, policy=policy)
    _end(session, by, incident, CLOSED, "", now, policy)
    line = text("incident-finished", people=counts_line(counts_of(incident)), name=by.name)
    _tell_all(session, by, incident, line, now, policy)
    return incident


def unfinished(session: Session, incident: Incident) -> list[UserError]:
    """What still stands against a final report: final-needs-counts, final-needs-clocks."""
    found = []
    counts = counts_of(incident)
    unsure = dict.fromkeys((*counts.unsure, *(["injured"] if counts.hurt else [])))
    if unsure:
        names = series(text(f"unsure-{name}") for name in unsure)
        found.append(UserError("final-needs-counts", names=names))
    owed = [each for each in running(clocks_of(session, incident=incident)) if each.means != FOLLOW_UP]
    if owed:
        found.append(UserError("final-needs-clocks", clocks=series(clock_name(each) for each in owed)))
    return found


def close_false(
    session: Session, *, by: Actor, incident: Incident, reason: str, now: datetime, policy: Policy
) -> Incident:
    """误报: the office closes what was none, with a reason that everyone called on is told.

    Errors: not-allowed, incident-over, reason-needed, too-long.
    """
    need(by.has(*OFFICE))
    need_open(incident)
    reason = checked_reason(reason)
    _end(session, by, incident, FALSE_ALARM, reason, now, policy, ask_at=None)
    _tell_all(session, by, incident, text("incident-was-false", reason=reason, name=by.name), now, policy)
    return incident


def merge_incidents(
    session: Session, *, by: Actor, one: Incident, other: Incident, now: datetime, policy: Policy
) -> tuple[Incident, Incident]:
    """合并: two reports of one event become the one that came first; its clocks have run since then.

    What the later one knows of the place and its photos are kept; its numbers are not added, but shown.
    Returns the kept and the merged. Errors: not-allowed, incident-over, merge-itself.
    """
    need(by.has(*OFFICE))
    if one.id == other.id:
        raise UserError("merge-itself")
    need_open(one)
    need_open(other)
    kept, gone = sorted((one, other), key=lambda each: (each.reported_at, each.id))
    photos, said = scene_photos(session, gone), counts_line(counts_of(gone))
    _keep(session, by, kept, gone, photos, now)
    reason = kept.number
    _end(session, by, gone, MERGED, reason, now, policy, ask_at=None, merged_into=kept.id)
    settle(session, incident=kept, now=now, policy=policy)
    line = text("incident-merged", number=gone.number, kept=kept.number, people=said, name=by.name)
    tell(
        session,
        incident=gone,
        lines=[line],
        audiences=(*LEADING, *IN_PLACE),
        now=now,
        policy=policy,
        step="merged",
        without=by.person_id,
        reporter=True,
    )
    return kept, gone


def _keep(
    session: Session, by: Actor, kept: Incident, gone: Incident, photos: list[int], now: datetime
) -> None:
    """What the merged report adds to the one that stays."""
    values: dict[str, Any] = {}
    if kept.lat is None and gone.lat is not None:
        values = {name: getattr(gone, name) for name in ("lat", "lon", "accuracy", "datum", "place_source")}
    if not kept.description and gone.description:
        values["description"] = gone.description
    change(session, incident=kept, **values)
    attach(
        session,
        county=kept.county,
        subject="incident",
        subject_id=kept.id,
        kind="scene",
        file_ids=photos,
        now=now,
    )
    record(
        session,
        by=by,
        subject="incident",
        subject_id=kept.id,
        action="merge_in",
        now=now,
        after={"number": gone.number, **values},
        reason=gone.number,
    )


def _end(
    session: Session,
    by: Actor,
    incident: Incident,
    state: str,
    reason: str,
    now: datetime,
    policy: Policy,
    **values: Any,
) -> None:
    before = change(session, incident=incident, state=state, closed_at=now, closed_reason=reason, **values)
    action = {CLOSED: "final", FALSE_ALARM: "false_alarm", MERGED: "merge"}[state]
    record(
        session,
        by=by,
        subject="incident",
        subject_id=incident.id,
        action=action,
        now=now,
        before={"state": before["state"]},
        after={"state": state},
        reason=reason,
    )
    subject = ("incident", incident.id)
    stop_clocks(session, incident=incident)
    close_alarms(session, county=incident.county, subject=subject, reason=state)
    cancel(session, county=incident.county, subject=subject, kinds=[REMINDER], reason=state)
    settle(session, incident=incident, now=now, policy=policy)


def _tell_all(
    session: Session, by: Actor, incident: Incident, line: Part, now: datetime, policy: Policy
) -> None:
    tell(
        session,
        incident=incident,
        lines=[headline(incident), line],
        audiences=(*LEADING, *IN_PLACE),
        now=now,
        policy=policy,
        step="ended",
        without=by.person_id,
        reporter=True,
    )
