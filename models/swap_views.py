"""Looking at swaps: my requests, those that wait for my answer, what could be exchanged for what."""

from datetime import datetime

from sqlmodel import Session, col, select

from models.base import Actor, UserError
from models.duty_views import coming_duties
from models.people import Person
from models.policy import Policy
from models.roster_edit import Seat
from models.swap_flow import check_can, their_seat
from models.swaps import ASKED, OPEN, PENDING, SwapAsk, SwapRequest


def requests_of(session: Session, *, by: Actor) -> list[SwapRequest]:
    """The actor's own requests that are under way."""
    query = select(SwapRequest).where(
        SwapRequest.county == by.county,
        SwapRequest.person_id == by.person_id,
        col(SwapRequest.state).in_(PENDING),
    )
    return list(session.exec(query.order_by(col(SwapRequest.id))))


def asked_of(session: Session, *, by: Actor) -> list[SwapRequest]:
    """Requests that wait for the actor's answer."""
    query = (
        select(SwapRequest)
        .join(
            SwapAsk, (col(SwapAsk.county) == SwapRequest.county) & (col(SwapAsk.request_id) == SwapRequest.id)
        )
        .where(
            SwapRequest.county == by.county,
            SwapRequest.state == OPEN,
            SwapAsk.person_id == by.person_id,
            SwapAsk.state == ASKED,
        )
    )
    return list(session.exec(query.order_by(col(SwapRequest.id))))


def offered_in_return(
    session: Session, *, seat: Seat, person: Person, now: datetime, policy: Policy
) -> list[Seat]:
    """The coming places of a colleague for which this one could be exchanged, the nearest first."""
    found = []
    for duty in coming_duties(session, county=person.county, person_id=person.id, now=now):
        try:
            other = their_seat(session, seat, person, duty.id, now)
            check_can(session, seat, person, other=other, policy=policy)
        except UserError:
            continue
        found.append(other)
    return found
