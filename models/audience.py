"""Who is to be told: the office, a town, a leader, the owner; people and the groups bound for them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, and_, col, or_, select

from models.duty_desk import on_duty_at
from models.outbox import Chat, Recipient
from models.people import (
    ADMIN,
    DEPARTMENT,
    OFFICE_LEADER,
    SAFETY_OFFICE,
    TOWN_OFFICER,
    Account,
    Person,
    Role,
    accounts_of,
    covers,
    groups_for,
    people_with,
)
from models.places import town_of
from models.policy import DESK, LEADER, OFFICE, OWNER, TOWN, TOWN_DESK
from models.prepared import execute_once


def as_recipients(session: Session, people: Iterable[Person]) -> list[Recipient]:
    """People with the chats in which they are reached."""
    people = list(people)
    if not people:
        return []
    accounts = accounts_of(session, county=people[0].county, person_ids=[person.id for person in people])
    return [Recipient(person.id, person.lang, accounts.get(person.id)) for person in people]


_REACHED: list[Any] = [Role.role, Person.id, Person.lang, Account.channel, Account.address]
_ABOVE = or_(col(Role.area).is_(None), Role.area == bindparam("whole_county"), Role.area == bindparam("town"))
_CARD_READERS = (
    select(*_REACHED)
    .select_from(Role)
    .join(Person, and_(Person.county == Role.county, col(Person.id) == Role.person_id, col(Person.active)))
    .join(
        Account,
        and_(Account.county == Person.county, Account.person_id == Person.id, col(Account.active)),
        isouter=True,
    )
    .where(
        Role.county == bindparam("county"),
        or_(
            Role.role == SAFETY_OFFICE,
            Role.role == ADMIN,
            and_(
                Role.role == DEPARTMENT,
                Role.sector == bindparam("sector"),
                _ABOVE,
            ),
            and_(Role.role == TOWN_OFFICER, _ABOVE),
        ),
    )
    .order_by(Person.name, col(Person.id), col(Account.seen_at), col(Account.channel).desc())
)
_BOUND = select(Account.group_role, Account.group_area, Account.channel, Account.address).where(
    Account.county == bindparam("county"),
    col(Account.group_role).is_not(None),
    or_(Account.group_role == SAFETY_OFFICE, Account.group_role == TOWN_OFFICER),
    col(Account.active),
)


def card_readers(
    session: Session, *, county: str, area: str, sector: str
) -> tuple[list[Recipient], list[Recipient], list[Recipient]]:
    """Who has a hazard's card, each once: the office, the sector's department, the town; with the groups of
    the office and the town. Every report needs them, so it is two statements."""
    values = {"county": county, "whole_county": area[:6], "town": area[:9], "sector": sector}
    by_role: dict[str, dict[int, Recipient]] = {
        SAFETY_OFFICE: {},
        ADMIN: {},
        DEPARTMENT: {},
        TOWN_OFFICER: {},
    }
    readers = execute_once(session.connection(), _CARD_READERS, values)
    for role, person_id, lang, channel, address in readers:
        chat = Chat(channel, address) if channel else None  # the chat used last comes last
        by_role[role][person_id] = Recipient(person_id, lang, chat)
    office = by_role[SAFETY_OFFICE] or by_role[ADMIN]
    department = {key: found for key, found in by_role[DEPARTMENT].items() if key not in office}
    others = office | department
    town = {key: found for key, found in by_role[TOWN_OFFICER].items() if key not in others}
    groups: dict[str, list[Recipient]] = {SAFETY_OFFICE: [], TOWN_OFFICER: []}
    bound = execute_once(session.connection(), _BOUND, {"county": county})
    for role, group_area, channel, address in bound:
        if covers(group_area, area):
            groups[role].append(Recipient(None, "zh-CN", Chat(channel, address)))
    return (
        [*office.values(), *groups[SAFETY_OFFICE]],
        list(department.values()),
        [*town.values(), *groups[TOWN_OFFICER]],
    )


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


def department_people(session: Session, *, county: str, sector: str, area: str) -> list[Person]:
    """The people of the sector's department (行业主管部门) who answer for this area."""
    return people_with(session, county=county, role=DEPARTMENT, area=area, sector=sector)


def audience_people(
    session: Session,
    *,
    county: str,
    audience: str,
    area: str | None,
    owner_id: int | None = None,
    at: datetime | None = None,
) -> list[Person]:
    """The people of one audience of a ladder, for a thing in this area; a duty desk's as of `at`."""
    if audience == DESK:
        return on_duty_at(session, county=county, area=county, at=at) if at else []
    if audience == TOWN_DESK:
        town = town_of(area)
        return on_duty_at(session, county=county, area=town, at=at) if town and at else []
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
    at: datetime | None = None,
) -> list[Recipient]:
    """Everyone of these audiences, each once: people, then the groups bound for the office and the town."""
    people: dict[int, Person] = {}
    bound: list[Recipient] = []
    for audience in audiences:
        for person in audience_people(
            session, county=county, audience=audience, area=area, owner_id=owner_id, at=at
        ):
            people.setdefault(person.id, person)
        role = {OFFICE: SAFETY_OFFICE, TOWN: TOWN_OFFICER}.get(audience)
        if groups and role:
            bound += group_recipients(session, county=county, role=role, area=area)
    return [*as_recipients(session, people.values()), *bound]
