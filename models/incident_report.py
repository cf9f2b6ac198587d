"""The text of a report upward (首报, 续报, 终报) from the record, by 国务院令第493号 Art 12; versions kept.

It is Chinese in any language: its texts are the same in both (bot/texts/*/incident_report.ftl).
"""

from datetime import datetime
from functools import reduce
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Session, col, select

from models.audit import events_of, record
from models.base import Actor, CountyRow, Id, MaybeId, UserError, json_field, utc_field
from models.incident_grade import Counts, graver, may_reach
from models.incidents import (
    FACTS,
    FALSE_ALARM,
    MERGED,
    Incident,
    change,
    counts_of,
    level_of,
    may_lead,
    place_of,
)
from models.people import Person
from models.places import area_index
from models.policy import Policy
from models.text import Part, Text, text

FIRST, FOLLOW_UP, FINAL = "first", "follow_up", "final"  # 首报, 续报, 终报
STAGES = (FIRST, FOLLOW_UP, FINAL)
_STOPS = " 。；;，,.\t"


class UpwardReport(CountyRow, table=True):
    """One version of a report's text as it was made, and by whom."""

    __table_args__ = (UniqueConstraint("county", "incident_id", "stage", "version"),)

    incident_id: Id
    stage: str
    version: int
    lines: list[Any] = json_field(list)
    made_at: datetime = utc_field()
    made_by: MaybeId = None
    made_name: str = ""


def doc_time(at: datetime, policy: Policy) -> Text:
    """A moment as a document writes it, to the minute."""
    local = policy.local(at)
    return text(
        "doc-time",
        year=str(local.year),
        month=local.month,
        day=local.day,
        hour=local.hour,
        minute=f"{local.minute:02d}",
    )


def _known(said: str | None) -> Part:
    return _sentence(said or "") or text("doc-unknown")


def _sentence(said: str) -> str:
    """Typed words as a part of a sentence: one line, no full stop at its end."""
    return "；".join(each.strip(_STOPS) for each in said.splitlines() if each.strip(_STOPS))


def _row(parts: list[Text]) -> Part:
    return reduce(lambda more, one: text("doc-and", one=one, more=more), reversed(parts[:-1]), parts[-1])


def _casualties(counts: Counts) -> Text:
    """What is known, 死亡 first, also where it is none; then what is still being checked."""
    if counts.nobody:
        return text("doc-nobody")
    known = [text(f"doc-{name}", count=value) for name, value in counts.people.items() if value]
    names = [text(f"doc-unsure-{name}") for name in counts.unsure]
    checking = text("doc-checking", names=_row(names)) if names else ""
    if known:
        none_dead = text("doc-none-dead") if counts.dead == 0 else ""
        return text("doc-casualties", known=_row(known), dead=none_dead, checking=checking)
    return (
        text("doc-only-none-dead", checking=checking) if counts.dead == 0 else text("doc-casualties-unknown")
    )


def loss_words(loss: int | None) -> Text:
    """The direct economic loss in 万元, without losing a yuan."""
    if loss is None:
        return text("doc-unknown")
    whole, rest = divmod(loss, 10_000)
    shown = f"{whole}.{rest:04d}".rstrip("0").rstrip(".")
    return text("doc-loss", amount=shown)


def _grade(incident: Incident, counts: Counts) -> Text:
    reach = may_reach(counts)
    worse = text("doc-may-reach", grade=text(f"doc-grade-{reach}")) if graver(reach, incident.grade) else ""
    level = level_of(incident)
    handled = text("doc-handled-as", grade=text(f"doc-grade-{level}")) if level != incident.grade else ""
    return text("doc-grade", grade=text(f"doc-grade-{incident.grade}"), worse=worse, handled=handled)


def report_lines(
    session: Session, *, incident: Incident, stage: str, now: datetime, policy: Policy
) -> list[Part]:
    """The text, line by line. What is not known yet says 正在核实."""
    index, counts, facts = area_index(session, county=incident.county), counts_of(incident), incident.facts
    place = place_of(index, incident, county=True)
    kind = text(f"doc-kind-{incident.kind}")
    lines: list[Part] = [
        text("doc-title", place=place, kind=kind, stage=text(f"doc-stage-{stage}")),
        text("doc-number", number=incident.number),
        text("doc-when-where", at=doc_time(incident.occurred_at, policy), place=place, kind=kind),
        text("doc-unit", said=_known(facts.get("unit"))),
        text(
            "doc-counts", now=doc_time(now, policy), people=_casualties(counts), loss=loss_words(counts.loss)
        ),
        _grade(incident, counts),
        text("doc-course", said=_known(facts.get("course") or incident.description)),
    ]
    if notes := notes_of(session, incident):
        lines.append(text("doc-notes", said="；".join(notes)))
    if stage == FINAL or facts.get("cause"):
        lines.append(text("doc-cause", said=_known(facts.get("cause"))))
    lines += [
        text("doc-measures", said=_known(facts.get("measures"))),
        text("doc-trend", said=_known(facts.get("trend"))),
        text("doc-requests", said=_sentence(facts.get("requests") or "") or text("doc-no-requests")),
        text("doc-commander", said=_known(facts.get("commander"))),
    ]
    reporter = session.get(Person, (incident.county, incident.reporter_id))
    if reporter is not None:
        title = reporter.title or ""
        lines.append(text("doc-reporter", name=reporter.name, title=title, phone=reporter.phone))
    lines.append(text("doc-signed", county=index.name(incident.county), now=doc_time(now, policy)))
    return lines


def notes_of(session: Session, incident: Incident) -> list[str]:
    """What was added in free words, the oldest first."""
    events = events_of(session, county=incident.county, subject="incident", subject_id=incident.id)
    return [_sentence(event.reason) for event in events if event.action == "note" and event.reason]


def missing_facts(incident: Incident) -> list[str]:
    """What the report does not know yet and a form can ask for."""
    wanted = [name for name in FACTS if name not in ("cause", "requests")]
    return [name for name in wanted if not incident.facts.get(name)]


def newest_version(session: Session, *, incident: Incident, stage: str = "") -> UpwardReport | None:
    """The text made last, of one stage where it is named."""
    query = select(UpwardReport).where(
        UpwardReport.county == incident.county, UpwardReport.incident_id == incident.id
    )
    if stage:
        query = query.where(UpwardReport.stage == stage)
    return session.exec(query.order_by(col(UpwardReport.id).desc()).limit(1)).first()


def versions_of(session: Session, *, incident: Incident) -> list[UpwardReport]:
    """All texts made, the oldest first."""
    query = select(UpwardReport).where(
        UpwardReport.county == incident.county, UpwardReport.incident_id == incident.id
    )
    return list(session.exec(query.order_by(col(UpwardReport.id))))


def make_report(
    session: Session, *, by: Actor, incident: Incident, stage: str, now: datetime, policy: Policy
) -> UpwardReport:
    """The text as of now; kept as a new version where it says something else than the last.

    Errors: not-allowed, report-stage, incident-over.
    """
    if not may_lead(session, by=by, now=now):
        raise UserError("not-allowed")
    if stage not in STAGES:
        raise UserError("report-stage")
    if incident.state in (MERGED, FALSE_ALARM):
        raise UserError("incident-over", number=incident.number)
    lines = report_lines(session, incident=incident, stage=stage, now=now, policy=policy)
    last = newest_version(session, incident=incident, stage=stage)
    if last is not None and _said(last.lines) == _said(lines):
        return last
    change(session, incident=incident)
    version = UpwardReport(
        county=incident.county,
        incident_id=incident.id,
        stage=stage,
        version=last.version + 1 if last else 1,
        lines=lines,
        made_at=now,
        made_by=by.person_id,
        made_name=by.name,
    )
    session.add(version)
    session.flush()
    after = {"stage": stage, "version": version.version}
    record(session, by=by, subject="incident", subject_id=incident.id, action="text", now=now, after=after)
    return version


def _said(lines: list[Any]) -> list[Any]:
    """The lines without the moment they were made at."""
    return [_timeless(line) for line in lines]


def _timeless(line: Any) -> Any:
    if not isinstance(line, dict) or "p" not in line:
        return line
    return {**line, "p": {name: value for name, value in line["p"].items() if name != "now"}}
