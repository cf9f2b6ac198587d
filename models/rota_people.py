"""Whom a roster is to be shared out among: named one by one, or everyone of a town, a unit, a duty role."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from models.base import UserError
from models.people import DUTY_LEADER, DUTY_OFFICER, Person, Role
from models.roster_cells import is_phone, read_names, read_phones
from models.text import series
from models.units import Unit

PEOPLE_MOST = 300
LEADERS, OFFICERS, EVERYONE, OF_UNIT = "leaders", "officers", "everyone", "unit"


@dataclass(frozen=True)
class Group:
    """People who can be meant together: of a kind, in an area (None: the county's own) or a unit."""

    kind: str
    area: str | None = None
    unit_id: int | None = None
    name: str = ""
    count: int = 0


def people_named(session: Session, *, county: str, said: str) -> list[Person]:
    """The people of these names, in their order; behind a name may stand the telephone, for namesakes.

    Errors: rota-unknown, rota-namesakes, rota-people-many.
    """
    parts = [part for part in re.split(r"[、,，;；\n]+", said) if part.strip()]
    found: dict[int, Person] = {}
    unknown = []
    for part in parts:
        people = _named(session, county, part)
        if len(people) > 1:
            raise UserError("rota-namesakes", name=people[0].name, count=len(people))
        if people:
            found[people[0].id] = people[0]
        else:
            unknown.append(part.strip()[:20])
    if unknown or not found:
        raise UserError("rota-unknown", names=series(unknown or [said.strip()[:20]]))
    if len(found) > PEOPLE_MOST:
        raise UserError("rota-people-many", most=PEOPLE_MOST)
    return list(found.values())


def _named(session: Session, county: str, part: str) -> list[Person]:
    match = re.fullmatch(r"\s*(.*?)\s*(\+?[\d\s-]{7,})?\s*", part)
    name, number = (match[1], match[2] or "") if match else (part, "")
    phones = [each for each in read_phones(number) if is_phone(each)]
    names = read_names(name)
    query = select(Person).where(Person.county == county, col(Person.active))
    if phones:
        query = query.where(Person.phone == phones[0])
    if names:
        query = query.where(Person.name == names[0])
    if not names and not phones:
        return []
    return list(session.exec(query.order_by(col(Person.id)).limit(5)))


def people_of(session: Session, *, county: str, group: Group) -> list[Person]:
    """Everyone of a group, by name. Error: rota-people-many."""
    query = select(Person).where(Person.county == county, col(Person.active))
    role = {LEADERS: DUTY_LEADER, OFFICERS: DUTY_OFFICER}.get(group.kind)
    if role is not None:
        holds = select(Role.person_id).where(Role.county == county, Role.role == role)
        query = query.where(col(Person.id).in_(holds))
    if group.unit_id is not None:
        query = query.where(Person.unit_id == group.unit_id)
    elif group.area is None:
        query = query.where(col(Person.area).is_(None))
    else:
        query = query.where(col(Person.area) >= group.area, col(Person.area) <= group.area.ljust(15, "9"))
    people = list(session.exec(query.order_by(Person.name, col(Person.id)).limit(PEOPLE_MOST + 1)))
    if len(people) > PEOPLE_MOST:
        raise UserError("rota-people-many", most=PEOPLE_MOST)
    return people


def groups_of(session: Session, *, county: str, area: str | None, kinds: Sequence[str]) -> list[Group]:
    """The groups of an area that have anybody: by duty role, everyone, and its units."""
    found = []
    for kind in kinds:
        group = Group(kind, area)
        count = len(people_of(session, county=county, group=group)) if kind != EVERYONE or area else 0
        if count:
            found.append(Group(kind, area, count=count))
    query = (
        select(Unit.id, Unit.name, func.count(col(Person.id)))
        .join(Person, (col(Person.county) == Unit.county) & (col(Person.unit_id) == Unit.id))
        .where(Unit.county == county, col(Person.active))
        .group_by(col(Unit.id), col(Unit.name))
        .order_by(Unit.name)
    )
    if area is None:
        query = query.where(col(Unit.area).is_(None))
    else:
        query = query.where(col(Unit.area) >= area, col(Unit.area) <= area.ljust(15, "9"))
    units = session.exec(query.limit(6)).all()
    return found + [Group(OF_UNIT, area, unit_id, name, count) for unit_id, name, count in units]


def people_like(session: Session, *, county: str, said: str, limit: int = 8) -> list[Person]:
    """People of this very name, or else whose name has it in it."""
    active = select(Person).where(Person.county == county, col(Person.active)).order_by(Person.name)
    exact = session.exec(active.where(Person.name == said).limit(limit)).all()
    return list(
        exact or session.exec(active.where(col(Person.name).contains(said, autoescape=True)).limit(limit))
    )
