"""What people are told of a violation: to explain it, that it was explained, what the office decided."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import Session

from models.audience import as_recipients, audience_people, recipients_for
from models.base import short
from models.duty import Post
from models.files import attached
from models.outbox import NOTICE, REMINDER, send_to
from models.people import Person
from models.places import area_index
from models.policy import OFFICE, TOWN, Policy
from models.text import Part, Text, button, content, text, when

if TYPE_CHECKING:
    from models.violations import Violation


def kind_name(kind: str) -> Text:
    """迟到, 脱岗, 漏岗 …"""
    return text(f"violation-kind-{kind}")


def who(session: Session, violation: "Violation") -> str:
    """The person's name; where it is nobody's alone, the town's."""
    person = session.get(Person, (violation.county, violation.person_id)) if violation.person_id else None
    return person.name if person else area_index(session, county=violation.county).name(violation.area)


def where(session: Session, violation: "Violation") -> str:
    """The post, or else the town."""
    post = session.get(Post, (violation.county, violation.post_id)) if violation.post_id else None
    return post.name if post else area_index(session, county=violation.county).name(violation.area)


def fact_lines(session: Session, violation: "Violation") -> list[Part]:
    """What it is: kind, who, where, when, the fact behind it, the office's note."""
    place, name = where(session, violation), who(session, violation)
    known = {"kind": kind_name(violation.kind), "name": name, "at": when(violation.at)}
    lines: list[Part] = [
        text("violation-of-town", **known) if place == name else text("violation-fact", place=place, **known)
    ]
    if violation.detail:
        lines.append(violation.detail)
    if violation.note:
        lines.append(text("violation-note", note=violation.note))
    return lines


def explain_buttons(violation: "Violation") -> list[list[dict[str, object]]]:
    """To the form in which it is explained."""
    return [[button(text("button-explain"), f"a:explain:{short(violation.id)}")]]


def decide_buttons(violation: "Violation") -> list[list[dict[str, object]]]:
    """What the office can do with it."""
    key = short(violation.id)
    return [
        [
            button(text("button-uphold"), f"a:uphold:{key}"),
            button(text("button-excuse"), f"a:excuse:{key}"),
        ]
    ]


def people_asked(session: Session, violation: "Violation") -> list[Person]:
    """The person, and the officers of their town."""
    people: dict[int, Person] = {}
    person = session.get(Person, (violation.county, violation.person_id)) if violation.person_id else None
    if person is not None and person.active:
        people[person.id] = person
    town = audience_people(session, county=violation.county, audience=TOWN, area=violation.area)
    return list((people | {each.id: each for each in town}).values())


def ask_explanation(
    session: Session, violation: "Violation", *, now: datetime, policy: Policy, again: bool = False
) -> None:
    """Ask the person and their town to explain; `again`: the one reminder before the deadline."""
    head = "violation-remind" if again else "violation-recorded"
    lines = [
        text(head, until=when(violation.explain_by)),
        *fact_lines(session, violation),
    ]
    send_to(
        session,
        as_recipients(session, people_asked(session, violation)),
        county=violation.county,
        body=content(*lines, buttons=explain_buttons(violation)),
        kind=REMINDER if again else NOTICE,
        now=now,
        policy=policy,
        dedup=f"violation:{short(violation.id)}:{'again' if again else 'ask'}",
        subject=("violation", violation.id),
    )


def tell_explained(session: Session, violation: "Violation", *, now: datetime, policy: Policy) -> None:
    """The office hears the explanation, with its photos, and can decide at once."""
    lines = [
        text("violation-explained", name=violation.explained_name),
        *fact_lines(session, violation),
        text("violation-explanation", said=violation.explanation),
    ]
    photos = attached(
        session,
        county=violation.county,
        subject="violation",
        subject_id=violation.id,
        kind="explanation",
    )
    send_to(
        session,
        recipients_for(session, county=violation.county, audiences=[OFFICE], area=None, groups=False),
        county=violation.county,
        body=content(*lines, buttons=decide_buttons(violation), photos=photos),
        kind=NOTICE,
        now=now,
        policy=policy,
        subject=("violation", violation.id),
    )


def tell_closed(session: Session, violation: "Violation", *, now: datetime, policy: Policy) -> None:
    """The person and their town hear what was decided, and why."""
    lines = [
        text(f"violation-told-{violation.state}"),
        *fact_lines(session, violation),
        text("violation-reason", reason=violation.reason, name=violation.closed_name),
    ]
    send_to(
        session,
        as_recipients(session, people_asked(session, violation)),
        county=violation.county,
        body=content(*lines),
        kind=NOTICE,
        now=now,
        policy=policy,
        dedup=f"violation:{short(violation.id)}:closed",
        subject=("violation", violation.id),
    )
