"""Who was told what: the outbox as people look at it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text as sql
from sqlmodel import Session, and_, col, select

from models.base import UserError
from models.hazards import Hazard
from models.outbox import FAILED, Message
from models.people import Account, Person


@dataclass(frozen=True)
class Told:
    """One message with whom it was for: a person, or a group by its title."""

    message: Message
    to: str
    phone: str = ""


def messages_told(
    session: Session,
    *,
    county: str,
    failed: bool = False,
    hazard: str = "",
    person: str = "",
    limit: int = 50,
) -> list[Told]:
    """The newest messages first: of one hazard, to people of one name, or only those that failed.

    Errors: hazard-unknown, outbox-person-unknown.
    """
    query = (
        select(Message, Person.name, Person.phone, Account.group_title)
        .join(
            Person, and_(Person.county == Message.county, col(Person.id) == Message.person_id), isouter=True
        )
        .join(
            Account,
            and_(
                Account.county == Message.county,
                Account.channel == Message.channel,
                Account.address == Message.address,
            ),
            isouter=True,
        )
        .where(Message.county == county)
    )
    if failed:
        query = query.where(sql(FAILED))
    if hazard:
        hazard_id = _hazard_id(session, county, hazard)
        query = query.where(Message.subject == "hazard", Message.subject_id == hazard_id)
    if person:
        query = query.where(col(Message.person_id).in_(_person_ids(session, county, person)))
    rows = session.exec(query.order_by(col(Message.id).desc()).limit(limit))
    return [Told(message, name or title or "", phone or "") for message, name, phone, title in rows]


def _hazard_id(session: Session, county: str, number: str) -> int:
    found = session.exec(select(Hazard.id).where(Hazard.county == county, Hazard.number == number)).first()
    if found is None:
        raise UserError("hazard-unknown")
    return found


def _person_ids(session: Session, county: str, name: str) -> Sequence[int]:
    found = session.exec(select(Person.id).where(Person.county == county, Person.name == name)).all()
    if not found:
        raise UserError("outbox-person-unknown", name=name)
    return found
