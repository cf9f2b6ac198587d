"""What those concerned are told when one takes another's place on a shift, or two change places."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import Session

from models.audience import as_recipients, recipients_for
from models.base import Actor
from models.duty import KeyPeriod, Shift, ShiftDuty, duties_of
from models.duty_notices import place_lines, shift_line, team_lines
from models.outbox import NOTICE, Recipient, send_to
from models.people import Person
from models.policy import OFFICE, TOWN, Policy
from models.shift_changes import SOON
from models.text import Part, Text, content, text

if TYPE_CHECKING:
    from models.roster_edit import Seat


def tell_substituted(
    session: Session, *, by: Actor, seat: "Seat", person: Person, reason: str, now: datetime, policy: Policy
) -> None:
    """The one who is off, the one who is on, the rest of the shift, the office and the town."""
    tell = _Tell(session, by, seat.shift, reason, now, policy)
    line = shift_line(seat.shift, seat.post, seat.duty.role)
    tell.person(seat.person, text("roster-substituted-out", shift=line, name=person.name))
    tell.person(
        person,
        text("roster-substituted-in", shift=line, name=seat.person.name),
        *place_lines(seat.post),
        *team_lines(session, seat.shift, without=person.id),
    )
    tell.others(
        [seat.shift],
        seat.post.area,
        text(
            "roster-substituted",
            shift=line,
            name=seat.person.name,
            new=person.name,
            phone=person.phone or text("duty-no-phone"),
        ),
    )


def tell_swapped(
    session: Session, *, by: Actor, one: "Seat", other: "Seat", reason: str, now: datetime, policy: Policy
) -> None:
    """The two who change places, the rest of both shifts, the office and the towns."""
    tell = _Tell(session, by, min(one.shift, other.shift, key=lambda s: s.starts_at), reason, now, policy)
    for seat, there in ((one, other), (other, one)):
        tell.person(
            seat.person,
            text("roster-swapped-you", was=_line(seat), shift=_line(there), name=there.person.name),
            *place_lines(there.post),
            *team_lines(session, there.shift, without=seat.person.id),
        )
    known = text(
        "roster-swapped",
        one=text("roster-swapped-to", name=one.person.name, shift=_line(other)),
        other=text("roster-swapped-to", name=other.person.name, shift=_line(one)),
    )
    for area in dict.fromkeys((one.post.area, other.post.area)):
        tell.others([one.shift, other.shift], area, known)


def _line(seat: "Seat") -> Text:
    return shift_line(seat.shift, seat.post, seat.duty.role)


class _Tell:
    """One change being told: each person once, at any hour if the shift is near."""

    def __init__(
        self, session: Session, by: Actor, first: Shift, reason: str, now: datetime, policy: Policy
    ) -> None:
        self.session, self.by, self.shift, self.reason = session, by, first, reason
        self.now, self.policy = now, policy
        self.told: set[int | None] = {by.person_id} - {None}
        self.head = text("roster-told", period=session.get_one(KeyPeriod, (by.county, first.period_id)).name)

    def person(self, person: Person, *lines: Part) -> None:
        """One of those whose place it is; told even if they did it themselves."""
        self._send(as_recipients(self.session, [person]), lines)
        self.told.add(person.id)

    def others(self, shifts: Iterable[Shift], area: str | None, line: Part) -> None:
        """Who stands these shifts too, the office and the town, but for whoever did it."""
        team = duties_of(self.session, county=self.by.county, shift_ids=[shift.id for shift in shifts])
        people = [self._of(duty) for duties in team.values() for duty in duties]
        recipients = as_recipients(self.session, people)
        recipients += recipients_for(self.session, county=self.by.county, audiences=(OFFICE, TOWN), area=area)
        fresh = {self._key(each): each for each in recipients if each.person_id not in self.told}
        self._send(list(fresh.values()), [line])
        self.told |= {each.person_id for each in fresh.values()} - {None}

    def _of(self, duty: ShiftDuty) -> Person:
        return self.session.get_one(Person, (duty.county, duty.person_id))

    def _key(self, recipient: Recipient) -> object:
        chat = recipient.account
        return recipient.person_id or (chat and (chat.channel, chat.address))

    def _send(self, recipients: list[Recipient], lines: Iterable[Part]) -> None:
        why = [text("roster-reason", reason=self.reason)] if self.reason else []
        send_to(
            self.session,
            recipients,
            county=self.by.county,
            body=content(self.head, *lines, *why),
            kind=NOTICE,
            now=self.now,
            policy=self.policy,
            subject=("shift", self.shift.id),
            urgent=self.shift.starts_at - self.now <= SOON,
        )
