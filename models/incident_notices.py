"""What people are told of an incident: the card that is edited in place, its alarm, plain news."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from models.alarm_calls import calls_of
from models.alarm_everyone import answer_for_oneself
from models.alarm_roll import Called
from models.alarm_table import Alarm
from models.alarms import acknowledge, close_alarms, raise_alarm
from models.audience import as_recipients, recipients_for
from models.base import Actor, short
from models.incident_clocks import IncidentClock, clocks_of, running
from models.incident_merge import similar_to
from models.incident_views import (
    COUNTED_DOWN,
    Rows,
    adding_buttons,
    card_lines,
    facts_lines,
    headline,
    leading_buttons,
    newest_alarm,
    roll,
)
from models.incidents import OPEN, Incident
from models.outbox import CARD, NOTICE, Recipient, send_to
from models.people import Person
from models.policy import DESK, LEADER, OFFICE, TOWN, TOWN_DESK, Policy
from models.text import Part, button, content, text

LEADING = (DESK, OFFICE, LEADER)
IN_PLACE = (TOWN, TOWN_DESK)
RENEWED_EVERY, RENEWED_SOON = timedelta(minutes=5), timedelta(minutes=1)


def next_renewal(
    incident: Incident, clocks: Sequence[IncidentClock], called: Sequence[Called], *, now: datetime
) -> datetime | None:
    """When the cards are next worth renewing: while minutes run or someone has not answered, every five.

    After one, where it is not known yet whether the alarm has left.
    """
    waited_for = [each for each in called if each.acked_at is None]
    ahead = [each.due_at for each in running(clocks) if each.due_at + COUNTED_DOWN > now]
    if incident.state != OPEN or not (ahead or waited_for):
        return None
    if any(not each.reached and each.failed is None for each in waited_for):
        return now + RENEWED_SOON
    if waited_for or min(ahead) - now <= COUNTED_DOWN:
        return now + RENEWED_EVERY
    return min(ahead) - COUNTED_DOWN


def update_cards(session: Session, *, incident: Incident, now: datetime, policy: Policy) -> None:
    """Send or edit the incident's one card at the desk, the office, the leaders, in the town and at its reporter.

    The clocks are the leading ones' business: the town and the reporter do not see them.
    """
    clocks = clocks_of(session, incident=incident)
    key = {"county": incident.county, "area": incident.area, "at": now}
    leading = recipients_for(session, audiences=LEADING, **key)  # type: ignore[arg-type]
    town = recipients_for(session, audiences=IN_PLACE, **key)  # type: ignore[arg-type]
    reporter = session.get(Person, (incident.county, incident.reporter_id))
    others = [*town, *(as_recipients(session, [reporter]) if reporter and reporter.active else [])]
    known = {each.person_id for each in leading if each.person_id is not None}
    others = list({_who(each): each for each in others if each.person_id not in known}.values())
    for recipients, shown, buttons in (
        (leading, clocks, leading_buttons(incident, clocks)),
        (others, [], adding_buttons(incident)),
    ):
        body = content(*card_lines(session, incident, shown, now), buttons=buttons)
        _send_card(session, incident, recipients, body, now, policy)


def _who(recipient: Recipient) -> tuple[int | None, str]:
    return recipient.person_id, recipient.account.address if recipient.account else ""


def _send_card(
    session: Session,
    incident: Incident,
    recipients: Iterable[Recipient],
    body: dict[str, Any],
    now: datetime,
    policy: Policy,
) -> None:
    send_to(
        session,
        [recipient for recipient in recipients if recipient.account],
        county=incident.county,
        body=body,
        kind=CARD,
        now=now,
        policy=policy,
        card=f"incident:{short(incident.id)}",
        subject=("incident", incident.id),
        urgent=True,
    )


def tell(
    session: Session,
    *,
    incident: Incident,
    lines: Iterable[Part],
    audiences: Iterable[str],
    now: datetime,
    policy: Policy,
    step: str,
    kind: str = NOTICE,
    buttons: Rows | None = None,
    without: int | None = None,
    reporter: bool = False,
    urgent: bool = True,
    groups: bool = True,
) -> int:
    """Say something once to these audiences (and its reporter), at any hour unless not `urgent`."""
    recipients = recipients_for(
        session, county=incident.county, audiences=audiences, area=incident.area, at=now, groups=groups
    )
    if reporter and incident.reporter_id not in {each.person_id for each in recipients}:
        person = session.get(Person, (incident.county, incident.reporter_id))
        recipients += as_recipients(session, [person]) if person and person.active else []
    return send_to(
        session,
        [each for each in recipients if each.account and (without is None or each.person_id != without)],
        county=incident.county,
        body=content(*lines, buttons=buttons),
        kind=kind,
        now=now,
        policy=policy,
        dedup=f"incident:{short(incident.id)}:{step}",
        subject=("incident", incident.id),
        urgent=urgent,
    )


def alarm_everyone(
    session: Session, *, by: Actor, incident: Incident, head: list[Part], now: datetime, policy: Policy
) -> None:
    """Alarm everyone of the first step; a former alarm about it gives way. Likely duplicates are named."""
    subject = ("incident", incident.id)
    close_alarms(session, county=incident.county, subject=subject, reason="newer-alarm")
    lines: list[Part] = [headline(incident), *head, *facts_lines(session, incident)]
    rows: Rows = [[button(text("button-see"), f"a:isee:{short(incident.id)}")]]
    for other in similar_to(session, incident=incident, policy=policy):
        lines.append(text("incident-similar", number=other.number))
        merge = f"a:imerge:{short(incident.id)}:{short(other.id)}"
        rows.append([button(text("button-merge", number=other.number), merge)])
    raise_alarm(
        session,
        by=by,
        subject=subject,
        area=incident.area,
        lines=lines,
        now=now,
        policy=policy,
        buttons=rows,
        steps=policy.incident_alarm_steps,
        everyone=True,
    )


def settle(session: Session, *, incident: Incident, now: datetime, policy: Policy) -> None:
    """After whatever was done, or as minutes go by: the cards say so, and know when they are next renewed."""
    update_cards(session, incident=incident, now=now, policy=policy)
    clocks, called = clocks_of(session, incident=incident), roll(session, incident)
    incident.card_at = next_renewal(incident, clocks, called, now=now)
    session.add(incident)
    session.flush()


def answer_alarm(
    session: Session,
    *,
    by: Actor,
    alarm_id: int,
    now: datetime,
    policy: Policy,
    group: tuple[str, str] | None = None,
) -> tuple[Alarm, bool]:
    """收到 on any alarm; where it is an incident's, its cards show who has answered.

    False where this person had answered one that everyone must. Errors: those of `acknowledge`.
    """
    before = {
        call.person_id for call in calls_of(session, county=by.county, alarm_id=alarm_id) if call.acked_at
    }
    alarm = acknowledge(session, by=by, alarm_id=alarm_id, now=now, policy=policy, group=group)
    new = by.person_id not in before
    if new and alarm.subject == "incident":
        incident = session.get_one(Incident, (by.county, alarm.subject_id), populate_existing=True)
        settle(session, incident=incident, now=now, policy=policy)
    return alarm, new


def acted(session: Session, *, by: Actor, incident: Incident, now: datetime) -> None:
    """Whoever acts on it has received its alarm; the others still have to say so."""
    alarm = newest_alarm(session, incident)
    called = roll(session, incident)
    if alarm and any(each.person.id == by.person_id and each.acked_at is None for each in called):
        answer_for_oneself(session, alarm, by, now)


def tell_news(
    session: Session,
    *,
    by: Actor,
    incident: Incident,
    lines: list[Part],
    step: str,
    now: datetime,
    policy: Policy,
) -> None:
    """News for the leading ones, the town and the reporter, with what each may do next; not for who brings it."""
    clocks = clocks_of(session, incident=incident)
    for audiences, buttons in (
        (LEADING, leading_buttons(incident, clocks)[-2:]),
        (IN_PLACE, adding_buttons(incident)),
    ):
        tell(
            session,
            incident=incident,
            lines=[headline(incident), *lines],
            audiences=audiences,
            now=now,
            policy=policy,
            step=f"{step}:{incident.row_version}",
            buttons=buttons,
            without=by.person_id,
            reporter=audiences == IN_PLACE,
        )
