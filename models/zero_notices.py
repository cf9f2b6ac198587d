"""What people are told of zero reports: asked for one, chased for it, that it is in; the office's list by name."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.alarms import raise_alarm
from models.audience import as_recipients, recipients_for
from models.base import Actor, short
from models.duty import KeyPeriod
from models.outbox import CARD, NOTICE, REMINDER, Recipient, send_to
from models.people import Person
from models.policy import OFFICE, Policy
from models.text import Part, Text, button, clock, content, series, text, when
from models.zero_plan import CLOSED
from models.zero_rounds import GIVEN, ReportRound, ZeroReport, reports_of
from models.zero_units import people_of

NAMES_MOST = 60  # units named in one message; the board has all of them
_Rows = list[list[dict[str, Any]]]


def report_buttons(report: ZeroReport) -> _Rows:
    """The two taps: all is well, or something is the matter."""
    key = short(report.id)
    return [
        [button(text("button-well"), f"a:well:{key}"), button(text("button-news"), f"a:news:{key}")],
    ]


def recipients_of(session: Session, people: Iterable[Iterable[Person]]) -> dict[int, Recipient]:
    """All these people with their chats, by person: looked up together."""
    every = {person.id: person for group in people for person in group}
    return {each.person_id: each for each in as_recipients(session, every.values()) if each.person_id}


def reached(session: Session, round_: ReportRound, reports: Sequence[ZeroReport]) -> set[int]:
    """Those of these reports for which somebody has a chat and so could be asked, by id."""
    responsible = people_of(session, round_=round_, reports=reports)
    known = recipients_of(session, responsible.values())
    return {
        report_id
        for report_id, people in responsible.items()
        if any(known[person.id].account for person in people)
    }


def ask_reports(
    session: Session,
    round_: ReportRound,
    reports: Sequence[ZeroReport],
    *,
    step: str,
    now: datetime,
    policy: Policy,
) -> None:
    """Tell those who may give these reports: `step` is ask, nudge or chase."""
    responsible = people_of(session, round_=round_, reports=reports)
    known = recipients_of(session, responsible.values())
    period = session.get_one(KeyPeriod, (round_.county, round_.period_id))
    for report in reports:
        send_to(
            session,
            [known[person.id] for person in responsible[report.id]],
            county=round_.county,
            body=content(*_asked(report, round_, period, step, now), buttons=report_buttons(report)),
            kind=REMINDER,
            now=now,
            policy=policy,
            dedup=f"report:{short(report.id)}:{step}",
            subject=("report", report.id),
            urgent=True,
        )


_HEADS = {"ask": "zero-ask", "nudge": "zero-nudge", "chase": "zero-chase"}


def _asked(
    report: ZeroReport, round_: ReportRound, period: KeyPeriod, step: str, now: datetime
) -> list[Part]:
    minutes = max(0, int((now - round_.deadline_at).total_seconds() // 60))
    return [
        text(_HEADS[step], unit=report.name, until=clock(round_.deadline_at), minutes=minutes),
        text("zero-for", period=period.name, at=when(round_.at)),
        text("zero-typed"),
    ]


def tell_given(
    session: Session,
    report: ZeroReport,
    round_: ReportRound,
    *,
    by: Actor,
    now: datetime,
    policy: Policy,
) -> None:
    """The others who might have reported need not any more."""
    people = people_of(session, round_=round_, reports=[report])[report.id]
    others = [person for person in people if person.id != by.person_id]
    send_to(
        session,
        as_recipients(session, others),
        county=report.county,
        body=content(given_line(report), text("zero-for-others")),
        kind=NOTICE,
        now=now,
        policy=policy,
        dedup=f"report:{short(report.id)}:given",
        subject=("report", report.id),
        urgent=True,
    )


def given_line(report: ZeroReport) -> Text:
    """Who reported what, and when."""
    assert report.given_at is not None
    key = "zero-given-news" if report.what else "zero-given-well"
    return text(key, unit=report.name, name=report.given_name, at=clock(report.given_at))


def news_lines(report: ZeroReport) -> list[Part]:
    """What is the matter and where."""
    lines: list[Part] = [text("zero-news-what", what=report.what)]
    return [*lines, text("zero-news-place", place=report.place)] if report.place else lines


def alarm_news(
    session: Session,
    report: ZeroReport,
    round_: ReportRound,
    *,
    by: Actor,
    what: str,
    place: str,
    now: datetime,
    policy: Policy,
) -> None:
    """The office and the town are alarmed at once, and it climbs until someone answers."""
    person = session.get(Person, (by.county, by.person_id)) if by.person_id else None
    phone = (person.phone if person else "") or text("duty-no-phone")
    lines: list[Any] = [
        text("zero-news", unit=report.name, name=by.name, phone=phone),
        text("zero-news-what", what=what),
    ]
    if place:
        lines.append(text("zero-news-place", place=place))
    raise_alarm(
        session,
        by=by,
        subject=("report", report.id),
        area=report.area,
        lines=lines,
        now=now,
        policy=policy,
        buttons=[[button(text("button-see"), f"a:newsee:{short(report.id)}")]],
    )


def update_list(session: Session, round_: ReportRound, *, now: datetime, policy: Policy) -> None:
    """The office's one message of this round: who has not reported, by name, or that all have. It is edited."""
    reports = reports_of(session, county=round_.county, round_ids=[round_.id])
    missing = [each for each in reports if each.state not in GIVEN]
    send_to(
        session,
        [
            each
            for each in recipients_for(session, county=round_.county, audiences=[OFFICE], area=None)
            if each.account
        ],
        county=round_.county,
        body=content(*list_lines(session, round_, reports, missing)),
        kind=CARD,
        now=now,
        policy=policy,
        card=f"reports:{short(round_.id)}",
        dedup=f"reports:{short(round_.id)}:{round_.given}:{round_.rung}",
        subject=("reports", round_.id),
        urgent=True,
    )


def list_lines(
    session: Session,
    round_: ReportRound,
    reports: Sequence[ZeroReport],
    missing: Sequence[ZeroReport],
) -> list[Part]:
    """The round in one line, then each unit that is missing with whom to ring."""
    period = session.get_one(KeyPeriod, (round_.county, round_.period_id))
    known = {"period": period.name, "at": when(round_.at), "count": len(reports)}
    if not missing:
        return [text("zero-list-all", **known)]
    head = "zero-list-closed" if round_.rung >= CLOSED else "zero-list"
    lines: list[Part] = [text(head, missing=len(missing), **known)]
    lines += missing_lines(session, round_, missing[:NAMES_MOST])
    if len(missing) > NAMES_MOST:
        lines.append(text("zero-list-more", count=len(missing) - NAMES_MOST))
    return lines


def missing_lines(session: Session, round_: ReportRound, missing: Sequence[ZeroReport]) -> list[Part]:
    """Each unit with its people's names and telephones."""
    responsible = people_of(session, round_=round_, reports=missing)
    asked = reached(session, round_, missing)
    return [
        text(
            "zero-missing" if each.id in asked else "zero-missing-unreached",
            unit=each.name,
            who=_phones(responsible[each.id]),
        )
        for each in missing
    ]


def _phones(people: Sequence[Person]) -> Part:
    if not people:
        return text("zero-nobody")
    return series(f"{person.name} {person.phone}".strip() for person in people[:3])


def tell_not_asked(
    session: Session,
    period: KeyPeriod,
    *,
    first: datetime,
    count: int,
    now: datetime,
    policy: Policy,
) -> None:
    """Rounds that went by while the program did not run: nobody was asked, so nobody is at fault."""
    send_to(
        session,
        recipients_for(session, county=period.county, audiences=[OFFICE], area=None),
        county=period.county,
        body=content(text("zero-not-asked", period=period.name, at=when(first), count=count)),
        kind=NOTICE,
        now=now,
        policy=policy,
        subject=("period", period.id),
    )
