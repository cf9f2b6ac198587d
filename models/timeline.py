"""A shift's history: who was on, what they were asked and answered, who took over, who was relieved."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, or_, select

from models.audit import Event
from models.base import Actor, UserError
from models.duty import Post, Shift, ShiftDuty
from models.handovers import Handover
from models.on_post import former_shift, shift_and_post
from models.people import ADMIN, OFFICE_LEADER, SAFETY_OFFICE, TOWN_OFFICER, Person, may
from models.swaps import SwapRequest

# What is told of each kind of thing. What other parts of the house record is passed over.
TOLD = {
    "shift": ("add", "change", "remove", "substitute", "swap"),
    "duty": (
        *("reminded", "called", "nudged", "alarmed", "deputy_called", "called_on"),
        *("check_in", "cover", "missed", "take_over"),
    ),
    "handover": (
        *("ask", "end", "nudge", "alarm", "again", "lapse", "unmanned"),
        *("fill", "question", "confirm", "release"),
    ),
    "swap": (
        *("ask", "widen", "accept", "decline", "give_back", "approve", "refuse"),
        *("withdraw", "recall", "expired", "void"),
    ),
}
HAPPENED = tuple(f"{subject}-{action}" for subject, actions in TOLD.items() for action in actions)


@dataclass(frozen=True)
class Happened:
    """One event: when, what, by whom (empty for the house itself), whom it is about, why.

    Of a change of the roster: who is `off` and who is `on`, each a name and a role, and whether its hours moved.
    """

    at: datetime
    what: str
    by: str
    about: list[str]
    reason: str
    off: list[tuple[str, str]]
    on: list[tuple[str, str]]
    moved: bool


def may_see_timeline(session: Session, *, by: Actor, shift: Shift, post: Post) -> bool:
    """The office, the town's officer for the town's posts, and those who stand or stood the shift."""
    if by.has(SAFETY_OFFICE, OFFICE_LEADER, ADMIN):
        return True
    if post.area is not None and may(by, (TOWN_OFFICER,), area=post.area):
        return True
    mine = select(ShiftDuty.id).where(
        ShiftDuty.county == by.county, ShiftDuty.shift_id == shift.id, ShiftDuty.person_id == by.person_id
    )
    return by.person_id is not None and session.exec(mine).first() is not None


def shift_timeline(session: Session, *, by: Actor, shift_id: int) -> tuple[Shift, Post, list[Happened]]:
    """All that happened to a shift and to those on it, oldest first. Errors: shift-unknown, not-allowed."""
    shift, post = shift_and_post(session, by=by, shift_id=shift_id)
    if not may_see_timeline(session, by=by, shift=shift, post=post):
        raise UserError("not-allowed")
    people = _people(session, shift)
    events = _events(session, shift, people)
    names = _names(session, by.county, people, events)
    return shift, post, [_happened(event, people, names) for event in events]


def _people(session: Session, shift: Shift) -> dict[int, int]:
    """Whose place each duty of the shift is, also those that were given up."""
    rows = session.exec(
        select(ShiftDuty.id, ShiftDuty.person_id).where(
            ShiftDuty.county == shift.county, ShiftDuty.shift_id == shift.id
        )
    )
    return dict(rows.all())


def _events(session: Session, shift: Shift, people: dict[int, int]) -> list[Event]:
    """The events of the shift, its people, the handovers into it and out of it, and the swaps about it."""
    former = former_shift(session, shift)
    ends = [shift.id, *([former.id] if former else [])]
    handovers = select(Handover.id).where(Handover.county == shift.county, col(Handover.shift_id).in_(ends))
    swaps = select(SwapRequest.id).where(
        SwapRequest.county == shift.county,
        or_(
            SwapRequest.shift_id == shift.id,
            col(SwapRequest.other_duty_id).in_(list(people)),
        ),
    )
    about = {
        "shift": [shift.id],
        "duty": list(people),
        "handover": list(session.exec(handovers)),
        "swap": list(session.exec(swaps)),
    }
    found: list[Event] = []
    for subject, ids in about.items():
        query = select(Event).where(
            Event.county == shift.county,
            Event.subject == subject,
            col(Event.subject_id).in_(ids),
            col(Event.action).in_(TOLD[subject]),
        )
        found += session.exec(query)
    return sorted(found, key=lambda event: event.seq)


def _names(session: Session, county: str, people: dict[int, int], events: Iterable[Event]) -> dict[int, str]:
    ids = {*people.values(), *(event.actor_id for event in events if event.actor_id)}
    ids |= {person_id for event in events for person_id in _mentioned(event)}
    rows = session.exec(
        select(Person.id, Person.name).where(Person.county == county, col(Person.id).in_(ids))
    )
    return dict(rows.all())


def _mentioned(event: Event) -> list[int]:
    """Whom an event's facts name: those on the shift afterwards, those asked, those relieved."""
    if event.subject == "shift":
        return [
            person_id for state in (event.before, event.after) for person_id, _ in state.get("people", [])
        ]
    return [*event.after.get("to", []), *event.after.get("relieved", [])]


def _happened(event: Event, people: dict[int, int], names: dict[int, str]) -> Happened:
    about = [people[event.subject_id]] if event.subject == "duty" else _mentioned(event)
    former, newer = (state.get("people", []) for state in (event.before, event.after))
    changed = event.subject == "shift" and bool(event.before)
    return Happened(
        at=event.at,
        what=f"{event.subject}-{event.action}",
        by=event.actor_name if event.actor_id else "",
        about=[names[person_id] for person_id in about if person_id in names],
        reason=event.reason,
        off=_named([one for one in former if one not in newer], names) if changed else [],
        on=_named([one for one in newer if one not in former], names) if changed else [],
        moved=changed and any(_differs(event, each) for each in ("starts_at", "ends_at")),
    )


def _named(people: Iterable[tuple[int, str]], names: dict[int, str]) -> list[tuple[str, str]]:
    return [(names[person_id], role) for person_id, role in people if person_id in names]


def _differs(event: Event, name: str) -> bool:
    return name in event.before and event.before[name] != event.after.get(name, event.before[name])
