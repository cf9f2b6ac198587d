"""Who is to be told: the office, a town, a leader, the owner; people and the groups bound for them."""

from collections.abc import Iterable

from sqlmodel import Session

from models.outbox import Recipient
from models.people import (
    ADMIN,
    OFFICE_LEADER,
    SAFETY_OFFICE,
    TOWN_OFFICER,
    Person,
    accounts_of,
    groups_for,
    people_with,
)
from models.policy import LEADER, OFFICE, OWNER, TOWN


def as_recipients(session: Session, people: Iterable[Person]) -> list[Recipient]:
    """People with the chats in which they are reached."""
    people = list(people)
    if not people:
        return []
    accounts = accounts_of(session, county=people[0].county, person_ids=[person.id for person in people])
    return [Recipient(person.id, person.lang, accounts.get(person.id)) for person in people]


def group_recipients(session: Session, *, county: str, role: str, area: str | None) -> list[Recipient]:
    """The group chats bound to this audience."""
    return [
        Recipient(None, "zh-CN", group) for group in groups_for(session, county=county, role=role, area=area)
    ]


def office_people(session: Session, *, county: str) -> list[Person]:
    """The safety office; where nobody holds that role yet, the administrators."""
    return people_with(session, county=county, role=SAFETY_OFFICE) or people_with(
        session, county=county, role=ADMIN
    )


def audience_people(
    session: Session, *, county: str, audience: str, area: str | None, owner_id: int | None = None
) -> list[Person]:
    """The people of one audience of a ladder, for a thing in this area."""
    if audience == OWNER:
        owner = session.get(Person, (county, owner_id)) if owner_id else None
        return [owner] if owner and owner.active else []
    if audience == TOWN:
        town = area[:9] if area else None
        return [] if town is None else people_with(session, county=county, role=TOWN_OFFICER, area=town)
    if audience == LEADER:
        return people_with(session, county=county, role=OFFICE_LEADER) or office_people(
            session, county=county
        )
    return office_people(session, county=county)


def recipients_for(
    session: Session,
    *,
    county: str,
    audiences: Iterable[str],
    area: str | None,
    owner_id: int | None = None,
    groups: bool = True,
) -> list[Recipient]:
    """Everyone of these audiences, each once: people, then the groups bound for the office and the town."""
    people: dict[int, Person] = {}
    bound: list[Recipient] = []
    for audience in audiences:
        for person in audience_people(
            session, county=county, audience=audience, area=area, owner_id=owner_id
        ):
            people.setdefault(person.id, person)
        role = {OFFICE: SAFETY_OFFICE, TOWN: TOWN_OFFICER}.get(audience)
        if groups and role:
            bound += group_recipients(session, county=county, role=role, area=area)
    return [*as_recipients(session, people.values()), *bound]
