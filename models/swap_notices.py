"""What is said about a swap: to those asked, to whoever asked, to those who approve."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.audience import as_recipients, recipients_for
from models.base import Actor, short
from models.duty import LEADER, duties_of
from models.duty_notices import shift_line
from models.outbox import ALARM, NOTICE, REMINDER, Recipient, cancel, send_to
from models.people import Person
from models.policy import OFFICE, SHIFT_LEADER, TOWN, Policy
from models.roster_edit import Seat, seat_of
from models.swaps import ASKED, AT_ONCE, SWAP, SwapRequest, asks_of
from models.text import Part, button, content, text

_Rows = list[list[dict[str, Any]]]


class Told:
    """A request and the place it is about, for whoever speaks of it; each step is said once to each."""

    def __init__(self, session: Session, request: SwapRequest, *, now: datetime, policy: Policy) -> None:
        self.session, self.request, self.now, self.policy = session, request, now, policy
        self.seat: Seat = seat_of(session, county=request.county, duty_id=request.duty_id)
        self.other: Seat | None = None
        if request.kind == SWAP and request.other_duty_id is not None:
            self.other = seat_of(session, county=request.county, duty_id=request.other_duty_id)

    @property
    def seats(self) -> list[Seat]:
        """The places that change hands."""
        return [self.seat, *([self.other] if self.other else [])]

    @property
    def first_start(self) -> datetime:
        """The beginning of the earlier shift: until then it can be settled."""
        return min(seat.shift.starts_at for seat in self.seats)

    @property
    def is_near(self) -> bool:
        """Whether it is spoken of at any hour."""
        return self.first_start - self.now < AT_ONCE

    def person(self, person_id: int | None) -> Person | None:
        """One of those concerned."""
        return self.session.get(Person, (self.request.county, person_id)) if person_id else None

    def name(self, person_id: int | None) -> str:
        """Their name."""
        person = self.person(person_id)
        return person.name if person else ""

    def lines(self) -> list[Part]:
        """Which shift; for an exchange which other one; why."""
        seat = self.seat
        lines: list[Part] = [text("swap-shift", shift=shift_line(seat.shift, seat.post, seat.duty.role))]
        if self.other is not None:
            other = self.other
            line = shift_line(other.shift, other.post, other.duty.role)
            lines.append(text("swap-in-return", name=other.person.name, shift=line))
        if self.request.reason:
            lines.append(text("swap-reason", reason=self.request.reason))
        return lines

    def say(
        self,
        people: Iterable[Person],
        *lines: Part,
        step: str,
        kind: str = NOTICE,
        buttons: _Rows | None = None,
    ) -> None:
        """Say something to these people."""
        self.send(as_recipients(self.session, people), *lines, step=step, kind=kind, buttons=buttons)

    def send(
        self,
        recipients: list[Recipient],
        *lines: Part,
        step: str,
        kind: str = NOTICE,
        buttons: _Rows | None = None,
    ) -> None:
        """The same to recipients."""
        send_to(
            self.session,
            recipients,
            county=self.request.county,
            body=content(*lines, buttons=buttons),
            kind=kind,
            now=self.now,
            policy=self.policy,
            dedup=f"swap:{short(self.request.id)}:{step}",
            subject=("swap", self.request.id),
            urgent=self.is_near,
        )

    def asker(self, *lines: Part, step: str, kind: str = NOTICE, buttons: _Rows | None = None) -> None:
        """To whoever asked."""
        person = self.person(self.request.person_id)
        if person is not None:
            self.say([person], *lines, step=step, kind=kind, buttons=buttons)

    def unanswered(self) -> list[Person]:
        """Those asked who have not answered yet."""
        asks = asks_of(self.session, self.request)
        return people_by_id(
            self.session, self.request.county, [ask.person_id for ask in asks if ask.state == ASKED]
        )


def people_by_id(session: Session, county: str, person_ids: Iterable[int]) -> list[Person]:
    """Active people."""
    query = select(Person).where(
        Person.county == county, col(Person.id).in_(list(person_ids)), col(Person.active)
    )
    return list(session.exec(query.order_by(Person.name, col(Person.id))))


def answer_buttons(request: SwapRequest) -> _Rows:
    """For those asked."""
    key = short(request.id)
    return [
        [
            button(text("button-swap-yes"), f"a:swapyes:{key}"),
            button(text("button-swap-no"), f"a:swapno:{key}"),
        ]
    ]


def asker_buttons(request: SwapRequest, *, widen: bool = False) -> _Rows:
    """For whoever asked: ask everyone, withdraw."""
    key = short(request.id)
    rows: _Rows = [[button(text("button-swap-all"), f"a:swapall:{key}")]] if widen else []
    return [*rows, [button(text("button-swap-withdraw"), f"a:swapoff:{key}")]]


def approval_buttons(request: SwapRequest) -> _Rows:
    """For those who approve."""
    key = short(request.id)
    return [
        [
            button(text("button-swap-approve"), f"a:swapok:{key}"),
            button(text("button-swap-refuse"), f"a:swapbad:{key}"),
        ]
    ]


def silence(session: Session, request: SwapRequest, *, reason: str) -> None:
    """Take back what has not left yet."""
    cancel(
        session,
        county=request.county,
        subject=("swap", request.id),
        kinds=[REMINDER, ALARM, NOTICE],
        reason=reason,
    )


def ask(told: Told, people: Iterable[Person], *, step: str, kind: str = NOTICE) -> None:
    """Please take this shift."""
    name = told.name(told.request.person_id)
    head = text("swap-asks-return" if told.other else "swap-asks", name=name)
    people = list(people)
    several = [text("swap-first-wins")] if len(people) > 1 else []
    told.say(
        people, head, *told.lines(), *several, step=step, kind=kind, buttons=answer_buttons(told.request)
    )


def ask_approval(told: Told, *, step: str, everyone: bool) -> None:
    """Please approve. First the leader of the shift alone, if there is one; later, and shortly before, all."""
    request = told.request
    names = {"name": told.name(request.person_id), "taker": told.name(request.taker_id)}
    lines = [text("swap-approve-ask", **names), *told.lines()]
    leaders = shift_leaders(told) if SHIFT_LEADER in told.policy.swap_approvers else []
    recipients = as_recipients(told.session, leaders)
    if everyone or not leaders:
        known = {recipient.person_id for recipient in recipients}
        concerned = {request.person_id, request.taker_id}
        recipients += [
            each
            for each in office_and_town(told)
            if each.person_id is None or each.person_id not in known | concerned
        ]
    told.send(recipients, *lines, step=step, buttons=approval_buttons(request))


def shift_leaders(told: Told) -> list[Person]:
    """The 带班领导 of the shifts concerned, but for those whose own place it is about."""
    shift_ids = [seat.shift.id for seat in told.seats]
    duties = duties_of(told.session, county=told.request.county, shift_ids=shift_ids)
    concerned = {told.request.person_id, told.request.taker_id}
    leaders = {
        duty.person_id
        for standing in duties.values()
        for duty in standing
        if duty.role == LEADER and duty.person_id not in concerned
    }
    return people_by_id(told.session, told.request.county, leaders)


def office_and_town(told: Told) -> list[Recipient]:
    """The office, or the town where the policy names it alone."""
    named = [each for each in told.policy.swap_approvers if each in (OFFICE, TOWN)]
    area = told.seat.post.area
    return recipients_for(told.session, county=told.request.county, audiences=named or [OFFICE], area=area)


def tell_settled(told: Told, line: Part, *, by: Actor | None = None, others: Collection[str]) -> None:
    """It is over without a change: whoever asked stays on; those asked whose answer was one of `others` need
    do nothing any more."""
    request = told.request
    if by is None or by.person_id != request.person_id:
        told.asker(line, *told.lines()[:1], text("swap-you-stay"), step="settled")
    people = [each.person_id for each in asks_of(told.session, request) if each.state in others]
    told.say(
        people_by_id(told.session, request.county, people),
        text("swap-no-longer", name=told.name(request.person_id)),
        *told.lines()[:1],
        step="settled",
    )
