"""Giving a reply link out: to whoever assigned the hazards, in words that can be forwarded as they are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.audience import as_recipients, office_people
from models.base import Actor, UserError, short, system
from models.hazard_notices import owners_of
from models.hazards import Hazard
from models.outbox import NOTICE, send_to
from models.people import RESPONSIBLE, Person, people_with
from models.places import area_index
from models.policy import Policy
from models.reply_links import good_links, hazards_of_link, issue_link, make_link
from models.text import Part, Text, button, content, text, when
from models.units import Unit

Body = dict[str, Any]
ASSIGNED, FAILED = "link-sms", "link-sms-failed"  # what the words to be forwarded say
CONTACTS_MOST = 3


def offer_link(
    session: Session, *, hazards: Sequence[Hazard], now: datetime, policy: Policy, says: str = ASSIGNED
) -> None:
    """Where nobody whose the hazards are now has a chat: make a link and give it to whoever assigned them.

    The hazards are of one assignment. Where there is no address to link to, the message says so.
    """
    first = hazards[0]
    owners = as_recipients(session, owners_of(session, first))
    if first.assigned_unit_id is None or any(each.account for each in owners):
        return
    if not policy.public_url:
        line = text("link-impossible", unit=unit_name(session, first), to=contacts(session, first))
        bodies = [content(line, buttons=[[_see(first)]])]
    else:
        _, token = issue_link(session, system(first.county), hazards, now, policy)
        head = text("link-made", unit=unit_name(session, first), to=contacts(session, first))
        bodies = _with_words(session, hazards, head, token, policy, says)
    for place, body in enumerate(bodies):
        send_to(
            session,
            as_recipients(session, _assigner(session, first)),
            county=first.county,
            body=body,
            kind=NOTICE,
            now=now,
            policy=policy,
            dedup=f"{says}:{short(first.id)}:{first.row_version}:{place}",
            subject=("hazard", first.id),
            urgent=True,  # whoever assigns it is awake, also in the quiet hours
        )


def link_on_demand(
    session: Session, *, by: Actor, hazard: Hazard, now: datetime, policy: Policy
) -> list[Body]:
    """A further link because the office wants one: what to do with it, and the words to be forwarded.

    Errors: those of `make_link`.
    """
    before = good_links(session, hazard=hazard, now=now)
    link, token = make_link(session, by=by, hazard=hazard, now=now, policy=policy)
    last = max((each.last_used_at for each in before if each.last_used_at), default=None)
    head: list[Part] = [
        text("link-ready", unit=unit_name(session, hazard), to=contacts(session, hazard)),
    ]
    if before:
        used = text("link-last-used", at=when(last)) if last else text("link-never-used")
        head.append(text("link-before", count=len(before), used=used))
    hazards = hazards_of_link(session, link)
    return _with_words(session, hazards, head, token, policy, ASSIGNED)


def _with_words(
    session: Session,
    hazards: Sequence[Hazard],
    head: Part | list[Part],
    token: str,
    policy: Policy,
    says: str,
) -> list[Body]:
    lines = head if isinstance(head, list) else [head]
    buttons = [[revoke_button(hazards[0]), _see(hazards[0])]]
    return [content(*lines, buttons=buttons), content(_words(session, hazards, token, policy, says))]


def _words(session: Session, hazards: Sequence[Hazard], token: str, policy: Policy, says: str) -> Text:
    """One short text for an SMS: office, unit, number, deadline, link."""
    first = hazards[0]
    due_at = min((hazard.due_at for hazard in hazards if hazard.due_at is not None), default=None)
    return text(
        says,
        county=area_index(session, county=first.county).name(first.county),
        unit=unit_name(session, first),
        number=first.number,
        count=len(hazards),
        due=when(due_at) if due_at else "",
        link=f"{policy.public_url}/r/{token}",
    )


def unit_name(session: Session, hazard: Hazard) -> str:
    """The unit the hazard was assigned to. Error: unit-gone."""
    unit = session.get(Unit, (hazard.county, hazard.assigned_unit_id)) if hazard.assigned_unit_id else None
    if unit is None:
        raise UserError("unit-gone")
    return unit.name


def contacts(session: Session, hazard: Hazard) -> Part:
    """Who can be called: the responsible people with their telephones, else the unit's own telephone."""
    people = owners_of(session, hazard) or people_with(
        session, county=hazard.county, role=RESPONSIBLE, unit_id=hazard.assigned_unit_id
    )
    known = [f"{person.name} {person.phone}".strip() for person in people[:CONTACTS_MOST]]
    unit = session.get(Unit, (hazard.county, hazard.assigned_unit_id))
    if not known and unit is not None and unit.phone:
        known = [unit.phone]
    return " / ".join(known) if known else text("link-whoever")


def _assigner(session: Session, hazard: Hazard) -> list[Person]:
    """Who assigned it; the office, where that person is gone."""
    person = session.get(Person, (hazard.county, hazard.assigned_by)) if hazard.assigned_by else None
    if person is not None and person.active:
        return [person]
    return office_people(session, county=hazard.county)


def revoke_button(hazard: Hazard) -> dict[str, Any]:
    """The button that makes all links for a hazard worthless."""
    return button(text("button-revoke-link"), f"a:revoke_link:{short(hazard.id)}")


def _see(hazard: Hazard) -> dict[str, Any]:
    return button(text("button-see"), f"a:see:{short(hazard.id)}")
