"""The roll of an alarm that everyone must answer: who has, who has not, how they were told, their telephones."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.alarm_calls import calls_of
from models.outbox import Message
from models.people import Person
from models.text import Part, Text, text

REACHED = ("sent", "delivered", "read")


@dataclass(frozen=True)
class Called:
    """One person on the roll. `reached`: some message left; `failed`: channel and reason of one that never will."""

    person: Person
    acked_at: datetime | None
    reached: bool
    failed: tuple[str, str] | None

    @property
    def has_chat(self) -> bool:
        """False for someone who has joined nowhere: only the telephone reaches them."""
        return self.reached or self.failed is None or self.failed[1] != "no-account"


def roll_of(session: Session, *, county: str, alarm_id: int) -> list[Called]:
    """Everyone called on, in the order they were."""
    calls = calls_of(session, county=county, alarm_id=alarm_id)
    told: dict[int, list[tuple[str, str, str]]] = {}
    for person_id, state, channel, reason in session.exec(
        select(Message.person_id, Message.state, Message.channel, Message.reason)
        .where(
            Message.county == county, col(Message.alarm_id) == alarm_id, col(Message.person_id).is_not(None)
        )
        .order_by(col(Message.id))
    ):
        told.setdefault(person_id or 0, []).append((state, channel, reason))
    people = session.exec(
        select(Person).where(Person.county == county, col(Person.id).in_([call.person_id for call in calls]))
    )
    by_id = {person.id: person for person in people}
    return [
        _called(by_id[call.person_id], call.acked_at, told.get(call.person_id, []))
        for call in calls
        if call.person_id in by_id
    ]


def _called(person: Person, acked_at: datetime | None, told: list[tuple[str, str, str]]) -> Called:
    failed = [(channel, reason) for state, channel, reason in told if state == "failed"]
    reached = any(state in REACHED for state, _, _ in told)
    return Called(person, acked_at, reached, failed[-1] if failed else None)


def missing_lines(roll: Iterable[Called]) -> list[Part]:
    """Those who have not answered, each with telephone and how the message fared."""
    return [
        text(
            "roll-missing",
            name=each.person.name,
            phone=each.person.phone or text("duty-no-phone"),
            how=_how(each),
        )
        for each in roll
        if each.acked_at is None
    ]


def _how(each: Called) -> Text:
    if not each.has_chat:
        return text("roll-no-chat")
    if each.failed is not None:
        key = "roll-failed-then-sent" if each.reached else "roll-failed"
        return text(key, channel=text(f"channel-{each.failed[0]}"), reason=each.failed[1])
    return text("roll-sent" if each.reached else "roll-not-sent")
