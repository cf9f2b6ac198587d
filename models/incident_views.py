"""How an incident is shown: its headline, facts, clocks, who has answered, and the buttons under it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from models.alarm_roll import Called, missing_lines, roll_of
from models.alarm_table import Alarm
from models.base import short
from models.incident_clock import FOLLOW_UP
from models.incident_clocks import IncidentClock, running
from models.incident_grade import Counts, graver, may_reach
from models.incidents import OPEN, Incident, counts_of, level_of, place_of, scene_photos
from models.people import Person
from models.places import area_index
from models.text import Part, Text, button, clock, series, text, when

Rows = list[list[dict[str, Any]]]
COUNTED_DOWN = timedelta(hours=2)  # before its end a clock's minutes are shown running


def counts_line(counts: Counts) -> Part:
    """Who came to harm, as far as it is known; the loss where it is."""
    known = [text(f"count-{name}", count=value) for name, value in counts.people.items() if value]
    if counts.nobody:
        known = [text("count-nobody")]
    elif not known:
        known = [text("count-unknown" if counts.dead is None else "count-no-more")]
    unsaid = [name for name in ("dead", "missing", "trapped") if getattr(counts, name) is None]
    if unsaid and any(counts.people.values()):
        known.append(text("count-checking"))
    if counts.loss is not None:
        whole, rest = divmod(counts.loss, 10_000)
        known.append(text("count-loss", amount=f"{whole}.{rest:04d}".rstrip("0").rstrip(".")))
    return series(known)


def headline(incident: Incident) -> Text:
    """Number, kind, level and state."""
    return text(
        "incident-head",
        number=incident.number,
        kind=text(f"incident-kind-{incident.kind}"),
        level=text(f"grade-{level_of(incident)}"),
        state=text(f"incident-state-{incident.state}"),
    )


def where_line(session: Session, incident: Incident) -> Text:
    """Town, village and spot."""
    return text("incident-where", place=place_of(area_index(session, county=incident.county), incident))


def facts_lines(session: Session, incident: Incident) -> list[Part]:
    """What happened, where, to how many, who said so."""
    counts = counts_of(incident)
    lines: list[Part] = [where_line(session, incident)]
    if incident.description:
        lines.append(incident.description)
    lines.append(text("incident-casualties", people=counts_line(counts)))
    reach = may_reach(counts)
    if graver(reach, level_of(incident)):
        lines.append(text("incident-may-reach", grade=text(f"grade-{reach}")))
    if level_of(incident) != incident.grade:
        reason = incident.handling_reason
        lines.append(text("incident-handled", grade=text(f"grade-{incident.grade}"), reason=reason))
    if photos := len(scene_photos(session, incident)):
        lines.append(text("incident-photos", count=photos))
    if incident.lat is not None and incident.lon is not None:
        lat, lon = f"{incident.lat:.5f}", f"{incident.lon:.5f}"
        lines.append(text("incident-point", lat=lat, lon=lon, datum=incident.datum))
    reporter = session.get(Person, (incident.county, incident.reporter_id))
    name, phone = (reporter.name, reporter.phone) if reporter else ("", "")
    lines.append(
        text(
            "incident-reported",
            name=name,
            phone=phone or text("duty-no-phone"),
            at=when(incident.reported_at),
        )
    )
    return lines


def clock_name(clock: IncidentClock) -> Text:
    """What is to be done: phone, or written report, to whom."""
    return text(f"clock-{clock.means}", to=text(f"clock-to-{clock.to}"))


def clock_line(each: IncidentClock, now: datetime) -> Text:
    """One clock: how long is left, or since when it is over, or who did it when and how late."""
    what = clock_name(each)
    if each.done_at is not None:
        done: dict[str, Any] = {"what": what, "at": clock(each.done_at), "name": each.done_name}
        if each.late_minutes:
            return text("clock-done-late", minutes=each.late_minutes, **done)
        return text("clock-done", **done)
    seconds = (each.due_at - now).total_seconds()
    if seconds <= 0:
        return text("clock-overdue", what=what, minutes=int(-seconds // 60), due=when(each.due_at))
    if seconds > COUNTED_DOWN.total_seconds():
        return text("clock-until", what=what, due=when(each.due_at))
    return text("clock-left", what=what, minutes=-int(-seconds // 60), due=clock(each.due_at))


def newest_alarm(session: Session, incident: Incident) -> Alarm | None:
    """The alarm that went out last about it."""
    return session.exec(
        select(Alarm)
        .where(Alarm.county == incident.county, Alarm.subject == "incident", Alarm.subject_id == incident.id)
        .order_by(col(Alarm.id).desc())
        .limit(1)
    ).first()


def roll(session: Session, incident: Incident) -> list[Called]:
    """Who was called on by its newest alarm, and who has answered."""
    alarm = newest_alarm(session, incident)
    return roll_of(session, county=incident.county, alarm_id=alarm.id) if alarm else []


def roll_lines(called: Sequence[Called]) -> list[Part]:
    """How many have answered, who has not and how to reach them."""
    if not called:
        return []
    answered = sum(each.acked_at is not None for each in called)
    return [text("roll-head", answered=answered, count=len(called)), *missing_lines(called)]


def answered_lines(called: Iterable[Called]) -> list[Part]:
    """Who has answered, and when."""
    return [
        text("roll-answered", name=each.person.name, at=clock(each.acked_at))
        for each in called
        if each.acked_at is not None
    ]


def leading_buttons(incident: Incident, clocks: Sequence[IncidentClock]) -> Rows:
    """What the office and the desk may do next, by one tap."""
    key = short(incident.id)
    see = button(text("button-see"), f"a:isee:{key}")
    if incident.state != OPEN:
        return [[see]]
    rows: Rows = [
        [
            button(
                text(f"button-clock-{each.means}", to=text(f"clock-to-{each.to}")),
                f"a:idone:{short(each.id)}",
            )
        ]
        for each in running(clocks)
    ]
    stage = "follow_up" if any(each.done_at for each in clocks if each.means != "phone") else "first"
    rows.append(
        [
            button(text("button-casualties"), f"a:icas:{key}"),
            button(text("button-add"), f"a:iadd:{key}"),
        ]
    )
    rows.append([button(text("button-report-text"), f"a:itext:{key}:{stage}"), see])
    return rows


def adding_buttons(incident: Incident) -> Rows:
    """What its reporter and its town may do next."""
    key = short(incident.id)
    see = button(text("button-see"), f"a:isee:{key}")
    if incident.state != OPEN:
        return [[see]]
    return [
        [
            button(text("button-casualties"), f"a:icas:{key}"),
            button(text("button-add"), f"a:iadd:{key}"),
        ],
        [see],
    ]


def card_lines(
    session: Session, incident: Incident, clocks: Sequence[IncidentClock], now: datetime
) -> list[Part]:
    """The card: what it is, these clocks, and who has not answered."""
    lines: list[Part] = [headline(incident), *facts_lines(session, incident)]
    lines += [clock_line(each, now) for each in clocks if _worth_showing(each, clocks)]
    return lines + roll_lines(roll(session, incident)) if incident.state == OPEN else lines


def _worth_showing(each: IncidentClock, clocks: Sequence[IncidentClock]) -> bool:
    """Of the daily follow-ups that were done only the last."""
    if each.means != FOLLOW_UP or each.done_at is None:
        return True
    done = [other for other in clocks if other.means == FOLLOW_UP and other.done_at is not None]
    return each is done[-1]
