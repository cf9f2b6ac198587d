"""What people are told of a hazard: the card that is edited in place, and plain words to each side."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.audience import as_recipients, office_and_town, office_people
from models.base import Actor, short
from models.hazard_states import ASSIGNED, PASSED, RECTIFYING, REPORTED, SUBMITTED, VERIFIED
from models.hazards import Hazard, attached_ids
from models.outbox import CARD, NOTICE, Recipient, send_to, to_person
from models.people import Person
from models.places import area_index
from models.policy import Policy
from models.text import Text, button, content, text, when

_Rows = list[list[dict[str, Any]]]


def where_line(session: Session, hazard: Hazard) -> Text:
    """Town, village, address and unit in one line."""
    area = area_index(session, county=hazard.county).path(hazard.area)
    return text("hazard-where", area=area, address=hazard.address, unit=hazard.unit_name or text("none"))


def card_lines(session: Session, hazard: Hazard) -> list[Text | str]:
    """The facts of a hazard, as everyone sees them."""
    reporter = session.get(Person, (hazard.county, hazard.reporter_id))
    lines: list[Text | str] = [
        where_line(session, hazard),
        text("hazard-what", sector=text(f"sector-{hazard.sector}"), kind=text(f"kind-{hazard.kind}")),
        hazard.description,
        text("hazard-photos", count=len(attached_ids(session, hazard)), reason=hazard.no_photo_reason),
        text(
            "hazard-reported",
            name=reporter.name if reporter else "",
            phone=reporter.phone if reporter else "",
            at=when(hazard.reported_at),
        ),
    ]
    if hazard.lat is not None and hazard.lon is not None:
        lines.append(
            text("hazard-point", lat=f"{hazard.lat:.5f}", lon=f"{hazard.lon:.5f}", datum=hazard.datum)
        )
    if hazard.spot_fixed:
        lines.append(text("hazard-spot-fixed"))
    if hazard.owner_id and hazard.due_at:
        owner = session.get(Person, (hazard.county, hazard.owner_id))
        name, phone = (owner.name, owner.phone) if owner else ("", "")
        lines.append(text("hazard-owner", name=name, phone=phone, due=when(hazard.due_at)))
    if hazard.fix_note and hazard.submitted_at:
        lines.append(text("hazard-fix", note=hazard.fix_note, at=when(hazard.submitted_at)))
    return lines


def headline(hazard: Hazard) -> Text:
    """Number, level and state."""
    level = hazard.level or ("suspected" if hazard.suspected_major else "ungraded")
    return text(
        "hazard-head", number=hazard.number, level=text(f"level-{level}"), state=text(f"state-{hazard.state}")
    )


def office_buttons(hazard: Hazard) -> _Rows:
    """What the office may do next, by one tap."""
    key = short(hazard.id)
    if hazard.state == REPORTED:
        return [
            [
                button(text("button-verify-general"), f"a:verify:{key}:general"),
                button(text("button-verify-major"), f"a:verify:{key}:major"),
            ],
            [button(text("button-reject"), f"a:reject:{key}"), button(text("button-see"), f"a:see:{key}")],
        ]
    if hazard.state == VERIFIED:
        return [
            [button(text("button-assign"), f"a:assign:{key}"), button(text("button-see"), f"a:see:{key}")]
        ]
    if hazard.state in (ASSIGNED, RECTIFYING):
        return [
            [button(text("button-reassign"), f"a:assign:{key}"), button(text("button-see"), f"a:see:{key}")]
        ]
    if hazard.state == SUBMITTED:
        return [
            [
                button(text("button-pass"), f"a:pass:{key}"),
                button(text("button-fail"), f"a:fail:{key}"),
            ],
            [button(text("button-see"), f"a:see:{key}")],
        ]
    if hazard.state == PASSED:
        return [[button(text("button-close"), f"a:close:{key}"), button(text("button-see"), f"a:see:{key}")]]
    return [[button(text("button-see"), f"a:see:{key}")]]


def owner_buttons(hazard: Hazard) -> _Rows:
    """What the responsible person may do next, by one tap."""
    key = short(hazard.id)
    see = button(text("button-see"), f"a:see:{key}")
    fixed = button(text("button-fixed"), f"a:fix:{key}")
    if hazard.state == ASSIGNED:
        return [[button(text("button-accept"), f"a:accept:{key}"), fixed], [see]]
    if hazard.state == RECTIFYING:
        return [[fixed, see]]
    return [[see]]


def update_cards(
    session: Session, *, hazard: Hazard, now: datetime, policy: Policy, urgent: bool = False
) -> None:
    """Send or edit the hazard's one card at the office, in the town and in the groups bound for them."""
    office, town = office_and_town(session, county=hazard.county, area=hazard.area)
    if not any(recipient.account for recipient in (*office, *town)):
        return
    lines = [headline(hazard), *card_lines(session, hazard)]
    see = [[button(text("button-see"), f"a:see:{short(hazard.id)}")]]
    for recipients, buttons in ((office, office_buttons(hazard)), (town, see)):
        _send_card(session, hazard, recipients, content(*lines, buttons=buttons), now, policy, urgent)


def _send_card(
    session: Session,
    hazard: Hazard,
    recipients: list[Recipient],
    body: dict[str, Any],
    now: datetime,
    policy: Policy,
    urgent: bool,
) -> None:
    send_to(
        session,
        [recipient for recipient in recipients if recipient.account],
        county=hazard.county,
        body=body,
        kind=CARD,
        now=now,
        policy=policy,
        card=f"hazard:{short(hazard.id)}",
        dedup=f"card:{short(hazard.id)}:{hazard.row_version}",
        subject=("hazard", hazard.id),
        urgent=urgent,
    )


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
) -> None:
    """Tell the responsible person in plain words what is now theirs to do, or no longer."""
    person_id = person_id or hazard.owner_id
    key = key or f"owner-{hazard.state}"
    if person_id is None or (by is not None and by.person_id == person_id):
        return
    if key not in ("owner-assigned", "owner-rectifying", "owner-passed", "owner-closed", "owner-relieved"):
        return
    lines: list[Text | str] = [text(key, number=hazard.number, reason=reason, due=_due(hazard))]
    if key in ("owner-assigned", "owner-rectifying"):
        lines += card_lines(session, hazard)
    buttons = owner_buttons(hazard) if key != "owner-relieved" else None
    _notice(session, hazard, person_id, content(*lines, buttons=buttons), key, now, policy)


def _due(hazard: Hazard) -> Text | str:
    return when(hazard.due_at) if hazard.due_at else ""


def tell_reporter(
    session: Session, *, hazard: Hazard, now: datetime, policy: Policy, reason: str = ""
) -> None:
    """Tell the reporter in plain words how it goes with what they reported."""
    if hazard.reporter_id == hazard.owner_id:
        return
    level = text(f"level-{hazard.level}") if hazard.level else ""
    line = text(
        f"reporter-{hazard.state}", number=hazard.number, level=level, reason=reason, due=_due(hazard)
    )
    body = content(line, buttons=[[button(text("button-see"), f"a:see:{short(hazard.id)}")]])
    _notice(session, hazard, hazard.reporter_id, body, "reporter", now, policy)


def tell_office(session: Session, *, hazard: Hazard, by: Actor, now: datetime, policy: Policy) -> None:
    """Tell the office that a re-check is waiting: the card's edit alone makes no sound."""
    people = [person for person in office_people(session, county=hazard.county) if person.id != by.person_id]
    send_to(
        session,
        [recipient for recipient in as_recipients(session, people) if recipient.account],
        county=hazard.county,
        body=content(
            text("office-submitted", number=hazard.number, name=by.name), buttons=office_buttons(hazard)
        ),
        kind=NOTICE,
        now=now,
        policy=policy,
        dedup=f"submitted:{short(hazard.id)}:{hazard.row_version}",
        subject=("hazard", hazard.id),
    )


def _notice(
    session: Session,
    hazard: Hazard,
    person_id: int,
    body: dict[str, Any],
    key: str,
    now: datetime,
    policy: Policy,
) -> None:
    person = session.get(Person, (hazard.county, person_id))
    recipient = to_person(
        session, county=hazard.county, person_id=person_id, lang=person.lang if person else "zh-CN"
    )
    send_to(
        session,
        [recipient],
        county=hazard.county,
        body=body,
        kind=NOTICE,
        now=now,
        policy=policy,
        dedup=f"{key}:{short(hazard.id)}:{hazard.row_version}",
        subject=("hazard", hazard.id),
    )
