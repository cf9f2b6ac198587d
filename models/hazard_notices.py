"""What people are told of a hazard in plain words: the responsible side, the reporter, the office."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.audience import as_recipients, department_people, office_people
from models.base import Actor, new_id, short
from models.followers import followers_of
from models.hazard_cards import (
    card_lines,
    headline,
    office_buttons,
    owner_buttons,
    side_by_side,
    town_buttons,
    where_line,
)
from models.hazards import Hazard
from models.outbox import NOTICE, send_to
from models.people import RESPONSIBLE, TOWN_OFFICER, Person, people_with
from models.policy import Policy
from models.text import Part, Text, button, content, day, text, when

# Of what the responsible side hears. Of the rest of the moves only the cards tell.
_TO_OWNER = (
    *("assigned", "failed", "passed", "closed", "relieved"),
    *("regraded", "supervised", "delisted", "suspended", "resumed"),
)
_SHOWN_TO_OWNER = ("owner-assigned", "owner-failed", "owner-regraded")


def _see(hazard: Hazard) -> list[list[dict[str, Any]]]:
    return [[button(text("button-see"), f"a:see:{short(hazard.id)}")]]


def _send(
    session: Session,
    hazard: Hazard,
    people: Iterable[Person],
    body: dict[str, Any],
    key: str,
    now: datetime,
    policy: Policy,
    *,
    urgent: bool = False,
) -> int:
    """One notice to each of these people, once for this key and this state of the hazard."""
    recipients = as_recipients(session, people)
    return send_to(
        session,
        recipients,
        county=hazard.county,
        body=body,
        kind=NOTICE,
        now=now,
        policy=policy,
        dedup=f"{key}:{short(hazard.id)}:{hazard.row_version}",
        subject=("hazard", hazard.id),
        urgent=urgent,
    )


def _people(session: Session, county: str, ids: Iterable[int | None]) -> list[Person]:
    found = [session.get(Person, (county, each)) for each in dict.fromkeys(ids) if each is not None]
    return [person for person in found if person is not None]


def owners_of(session: Session, hazard: Hazard) -> list[Person]:
    """Whose it is: the person; else the responsible people of the unit, or the officers of the town."""
    if hazard.owner_id is not None:
        return _people(session, hazard.county, [hazard.owner_id])
    people: list[Person] = []
    if hazard.assigned_unit_id is not None:
        people = people_with(session, county=hazard.county, role=RESPONSIBLE, unit_id=hazard.assigned_unit_id)
    if hazard.assigned_area is not None and not people:
        people = people_with(session, county=hazard.county, role=TOWN_OFFICER, area=hazard.assigned_area)
    return people


def tell_owner(
    session: Session,
    *,
    hazard: Hazard,
    now: datetime,
    policy: Policy,
    key: str = "",
    reason: str = "",
    person_id: int | None = None,
    by: Actor | None = None,
    about: str = "",
) -> None:
    """Tell the responsible side in plain words what is now theirs to do, or no longer."""
    key = key or f"owner-{about or hazard.state}"
    if key.removeprefix("owner-") not in _TO_OWNER:
        return
    to = _people(session, hazard.county, [person_id]) if person_id else owners_of(session, hazard)
    to = [person for person in to if by is None or person.id != by.person_id]
    due = when(hazard.due_at) if hazard.due_at else ""
    level = text(f"level-{hazard.level}") if hazard.level else ""
    lines: list[Part] = [text(key, number=hazard.number, reason=reason, due=due, level=level)]
    if key in _SHOWN_TO_OWNER:
        lines += card_lines(session, hazard)
    buttons = owner_buttons(hazard) if key != "owner-relieved" else None
    _send(session, hazard, to, content(*lines, buttons=buttons), key, now, policy)


def tell_relieved(session: Session, *, hazard: Hazard, by: Actor, now: datetime, policy: Policy) -> None:
    """Whoever had it to do is told that they have not any more."""
    for person in owners_of(session, hazard):
        if person.id != by.person_id:
            key = "owner-relieved"
            tell_owner(session, hazard=hazard, key=key, now=now, policy=policy, person_id=person.id)


def tell_notice(
    session: Session,
    *,
    notice_id: int,
    hazards: Sequence[Hazard],
    merged: bool,
    now: datetime,
    policy: Policy,
) -> None:
    """One message for the hazards that were handed over together: who must do what by when."""
    first = hazards[0]
    assert first.due_at is not None
    head = text("notice-merged" if merged else "notice-assigned", count=len(hazards), due=when(first.due_at))
    lines: list[Part] = [head]
    rows = []
    for hazard in hazards:
        lines += [headline(hazard), where_line(session, hazard), hazard.description[:80]]
        rows.append([button(text("button-see-number", number=hazard.number), f"a:see:{short(hazard.id)}")])
    rows.append([button(text("button-accept-all"), f"a:accept_all:{short(notice_id)}")])
    key = f"notice:{short(notice_id)}"
    _send(session, first, owners_of(session, first), content(*lines, buttons=rows), key, now, policy)


def tell_reporter(
    session: Session,
    *,
    hazard: Hazard,
    now: datetime,
    policy: Policy,
    reason: str = "",
    by: Actor | None = None,
    about: str = "",
) -> None:
    """Tell the reporter, and those who follow, in plain words how it goes with what they saw."""
    ids = [hazard.reporter_id, *followers_of(session, county=hazard.county, hazard_id=hazard.id)]
    told_otherwise = {hazard.owner_id, by.person_id if by else None}
    to = _people(session, hazard.county, [each for each in ids if each not in told_otherwise])
    level = text(f"level-{hazard.level}") if hazard.level else ""
    due = when(hazard.due_at) if hazard.due_at else ""
    key = f"reporter-{about or hazard.state}"
    line = text(key, number=hazard.number, level=level, reason=reason, due=due)
    _send(session, hazard, to, content(line, buttons=_see(hazard)), "reporter", now, policy)


def _deciders(session: Session, hazard: Hazard, by: Actor | None) -> list[Person]:
    """The office and, of what is not hidden, the sector's department; not who has just done it themselves."""
    people = office_people(session, county=hazard.county)
    if not hazard.hidden:
        people += department_people(session, county=hazard.county, sector=hazard.sector, area=hazard.area)
    unique = {person.id: person for person in people}
    return [person for person in unique.values() if by is None or person.id != by.person_id]


def tell_office(
    session: Session,
    *,
    hazard: Hazard,
    by: Actor,
    key: str,
    now: datetime,
    policy: Policy,
    reason: str = "",
    until: datetime | None = None,
    extension_id: int | None = None,
) -> None:
    """Tell the office and the department that something waits for them: a card's edit alone makes no sound."""
    line = text(
        key, number=hazard.number, name=by.name, reason=reason, until=day_of(until, policy) if until else ""
    )
    buttons = office_buttons(hazard)
    if extension_id is not None:
        value = f"{short(hazard.id)}:{short(extension_id)}"
        buttons = [
            [
                button(text("button-approve"), f"a:approve:{value}"),
                button(text("button-refuse"), f"a:refuse:{value}"),
            ],
            *_see(hazard),
        ]
    body = content(line, where_line(session, hazard), buttons=buttons)
    if key == "office-submitted" and reason:
        body["lines"].append(text("office-fix-note", note=reason))
    if key == "office-submitted" and (pairs := side_by_side(session, hazard)):
        body["lines"].append(text("photos-side-by-side"))
        body["pairs"] = pairs
    _send(session, hazard, _deciders(session, hazard, by), body, key, now, policy)


def day_of(at: datetime, policy: Policy) -> Text:
    """The day of a moment in the office's zone."""
    return day(policy.local(at).date())


def tell_extension(
    session: Session,
    *,
    hazard: Hazard,
    to: int | None,
    approved: bool,
    reason: str,
    now: datetime,
    policy: Policy,
) -> None:
    """Whoever asked for a later deadline hears the answer; of a new deadline the responsible side, too."""
    key = "extension-approved" if approved else "extension-refused"
    due = day_of(hazard.due_at, policy) if hazard.due_at else ""
    line = text(key, number=hazard.number, due=due, reason=reason)
    people = {person.id: person for person in _people(session, hazard.county, [to])}
    if approved:
        people |= {person.id: person for person in owners_of(session, hazard)}
    body = content(line, buttons=owner_buttons(hazard))
    _send(session, hazard, people.values(), body, key, now, policy)


def tell_comment(
    session: Session,
    *,
    hazard: Hazard,
    by: Actor,
    said: str,
    photo_ids: list[int],
    now: datetime,
    policy: Policy,
) -> None:
    """A word on a hazard reaches the others involved: the reporter and those who follow, the responsible side,
    office, department."""
    people = _deciders(session, hazard, by)
    if not hazard.hidden:
        people += owners_of(session, hazard)
    followers = followers_of(session, county=hazard.county, hazard_id=hazard.id)
    people += _people(session, hazard.county, [hazard.reporter_id, *followers])
    others = {person.id: person for person in people if person.id != by.person_id}
    line = text("hazard-comment", number=hazard.number, name=by.name, said=said)
    buttons = [[button(text("button-comment"), f"a:comment:{short(hazard.id)}"), *_see(hazard)[0]]]
    key = f"comment:{short(new_id())}"  # another one each time, even of the same moment
    body = content(line, buttons=buttons, photos=photo_ids)
    _send(session, hazard, others.values(), body, key, now, policy)


def tell_followed(
    session: Session,
    *,
    hazard: Hazard,
    by: Actor,
    said: str,
    photo_ids: list[int],
    now: datetime,
    policy: Policy,
) -> None:
    """The office hears that somebody else saw the same hazard, and sees what they sent."""
    line = text("office-followed", number=hazard.number, name=by.name, said=said)
    buttons = office_buttons(hazard)
    body = content(line, where_line(session, hazard), buttons=buttons, photos=photo_ids)
    _send(session, hazard, _deciders(session, hazard, by), body, f"followed:{by.person_id}", now, policy)


def tell_draft(session: Session, *, hazard: Hazard, draft_id: int, now: datetime, policy: Policy) -> None:
    """The draft of a supervision notice waits for the office."""
    line = text("office-draft", number=hazard.number)
    buttons = [[button(text("button-draft"), f"a:draft:{short(draft_id)}"), *_see(hazard)[0]]]
    people = office_people(session, county=hazard.county)
    body = content(line, where_line(session, hazard), buttons=buttons)
    _send(session, hazard, people, body, f"draft:{short(draft_id)}", now, policy)


def tell_lookback(
    session: Session, *, hazard: Hazard, now: datetime, policy: Policy, doubted: bool = False
) -> None:
    """Somebody has to look again: the office and the department, of a general hazard the town, too."""
    key = "lookback-doubted" if doubted else "lookback-due"
    closed = day_of(hazard.closed_at, policy) if hazard.closed_at else ""
    lines = [text(key, number=hazard.number, closed=closed), where_line(session, hazard)]
    body = content(*lines, hazard.description[:200], buttons=office_buttons(hazard))
    step = f"{key}:{hazard.lookback_at}"
    deciders = _deciders(session, hazard, None)
    _send(session, hazard, deciders, body, step, now, policy)
    if hazard.level != "major" and hazard.assigned_area is None and not hazard.hidden:
        known = {person.id for person in deciders}
        town = people_with(session, county=hazard.county, role=TOWN_OFFICER, area=hazard.area[:9])
        others = [person for person in town if person.id not in known]
        body = content(*lines, hazard.description[:200], buttons=town_buttons(hazard))
        _send(session, hazard, others, body, step, now, policy)


def ask_reporter(session: Session, *, hazard: Hazard, now: datetime, policy: Policy) -> None:
    """Ask the reporter, some weeks after the closing, whether it is really fixed."""
    key = short(hazard.id)
    closed = day_of(hazard.closed_at, policy) if hazard.closed_at else ""
    lines = [text("ask-fixed", number=hazard.number, closed=closed), where_line(session, hazard)]
    buttons = [
        [
            button(text("button-really-fixed"), f"a:really_fixed:{key}"),
            button(text("button-not-fixed"), f"a:not_fixed:{key}"),
        ]
    ]
    body = content(*lines, hazard.description[:200], buttons=buttons)
    people = _people(session, hazard.county, [hazard.reporter_id])
    _send(session, hazard, people, body, "ask-fixed", now, policy)
