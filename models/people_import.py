"""Recording people from a table: known ones (by phone) are brought up to date, nobody is recorded twice."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.audit import record
from models.base import Actor, Grant, UserError
from models.people import (
    ADMIN,
    DEPARTMENT,
    INSPECTOR,
    INVITATION_LASTS,
    OFFICE_LEADER,
    RESPONSIBLE,
    SAFETY_OFFICE,
    Account,
    Person,
    Role,
    add_person,
    end_invitations,
    invite,
    require,
    role_of,
)
from models.people_rows import PersonRow
from models.units import Unit, find_or_add_unit

COUNTY_ROLES = (
    SAFETY_OFFICE,
    OFFICE_LEADER,
    ADMIN,
    INSPECTOR,
)  # theirs is the whole county, wherever they sit
_TOWN = re.compile(r"(人民政府|镇政府|乡政府|街道办事处|管委会)$")
_DEPARTMENT = re.compile(r"(局|委|委员会|办|办公室|大队|支队)$")


@dataclass(frozen=True)
class Imported:
    """What an import did: the people of the table, and how many of them are new."""

    people: list[Person]
    added: int

    @property
    def updated(self) -> int:
        return len(self.people) - self.added


@dataclass(frozen=True)
class Invited:
    """An invitation as it is handed on; the code is shown this once."""

    name: str
    phone: str
    code: str
    expires_at: datetime


def import_people(
    session: Session,
    *,
    by: Actor,
    rows: Sequence[PersonRow],
    now: datetime,
    progress: Callable[[int], None] | None = None,
) -> Imported:
    """Record these people and their roles. Units not known yet are recorded, too.

    Who is known by phone gets the row's name and language, and its title, unit and area where it has
    them. Roles are added, never taken away. Only an administrator makes administrators. `progress` hears
    how many rows are done. Errors: not-allowed.
    """
    require(by, SAFETY_OFFICE, ADMIN)
    if any(ADMIN in row.roles for row in rows) and not by.has(ADMIN):
        raise UserError("not-allowed")
    desk = _Desk(session, by, now)
    done: dict[int, Person] = {}
    for count, row in enumerate(rows, start=1):
        person = desk.put(row)
        done.setdefault(person.id, person)
        if progress:
            progress(count)
    session.flush()
    return Imported(list(done.values()), desk.added)


class _Desk:
    """One import under way: who and what is known already."""

    def __init__(self, session: Session, by: Actor, now: datetime) -> None:
        self.session, self.by, self.now, self.added = session, by, now, 0
        people = session.exec(
            select(Person).where(Person.county == by.county).order_by(col(Person.id).desc())
        )
        self.by_phone = {person.phone: person for person in people if person.phone}
        roles = session.exec(select(Role).where(Role.county == by.county))
        self.held = {(role.person_id, role.role, role.area, role.unit_id, role.sector) for role in roles}
        self.units: dict[tuple[str, str | None], Unit] = {}
        self.placed: set[int] = set()  # whose own area this table has named: the first row decides

    def put(self, row: PersonRow) -> Person:
        """Add the person, or bring them up to date."""
        unit_id = self.unit(row).id if row.unit else None
        grants = [_grant(role, row, unit_id) for role in row.roles]
        person = self.by_phone.get(row.phone) if row.phone else None
        if person is None:
            return self.add(row, grants, unit_id)
        wanted = {"name": row.name, "lang": row.lang, "active": True}
        wanted |= {"title": row.title} if row.title else {}
        wanted |= {"unit_id": unit_id} if unit_id else {}
        wanted |= {"area": row.area} if row.area and person.id not in self.placed else {}
        self.placed.add(person.id)
        before = {key: getattr(person, key) for key in wanted if getattr(person, key) != wanted[key]}
        for key in before:
            setattr(person, key, wanted[key])
        self.session.add(person)
        new = [grant for grant in grants if self.missing(person, grant)]
        for grant in new:
            self.session.add(role_of(person, grant))
        if before or new:
            self.note(person, "update", before, {key: wanted[key] for key in before}, new)
        return person

    def add(self, row: PersonRow, grants: list[Grant], unit_id: int | None) -> Person:
        """Someone nobody knew."""
        person = add_person(
            self.session,
            county=self.by.county,
            name=row.name,
            grants=grants,
            now=self.now,
            phone=row.phone,
            title=row.title,
            unit_id=unit_id,
            area=row.area,
            lang=row.lang,
        )
        self.by_phone[row.phone] = person
        self.placed.add(person.id)
        self.added += 1
        for grant in grants:
            self.missing(person, grant)
        self.note(person, "add", {}, {"name": row.name, "phone": row.phone}, grants)
        return person

    def missing(self, person: Person, grant: Grant) -> bool:
        """Whether the person lacks this role; it counts as held from now on."""
        key = (person.id, grant.role, grant.area, grant.unit_id, grant.sector)
        known = key in self.held
        self.held.add(key)
        return not known

    def note(
        self,
        person: Person,
        action: str,
        before: dict[str, object],
        after: dict[str, object],
        new: list[Grant],
    ) -> None:
        """Write the change down."""
        roles = [[grant.role, grant.area, grant.unit_id, grant.sector] for grant in new]
        record(
            self.session,
            by=self.by,
            subject="person",
            subject_id=person.id,
            action=action,
            now=self.now,
            before=before,
            after={**after, "roles_added": roles},
        )

    def unit(self, row: PersonRow) -> Unit:
        """The unit of this name, in the person's area if several have it; recorded now if it is new."""
        key = (row.unit, row.area)
        if key not in self.units:
            self.units[key] = self._find_unit(row)
        return self.units[key]

    def _find_unit(self, row: PersonRow) -> Unit:
        known = self.session.exec(
            select(Unit).where(Unit.county == self.by.county, Unit.name == row.unit)
        ).all()
        if len(known) == 1:
            return known[0]
        kind = unit_kind(row.unit)
        area = None if kind == "department" else row.area[:9] if kind == "town" and row.area else row.area
        unit = find_or_add_unit(
            self.session, county=self.by.county, name=row.unit, area=area, sector=None, now=self.now
        )
        if not known:
            unit.kind = kind
            self.session.add(unit)
        return unit


def unit_kind(name: str) -> str:
    """What a unit is by its name: a town's government, a department, else an enterprise."""
    name = re.sub(r"[(（].*[)）]$", "", name)
    if _TOWN.search(name):
        return "town"
    return "department" if _DEPARTMENT.search(name) else "enterprise"


def _grant(role: str, row: PersonRow, unit_id: int | None) -> Grant:
    if role in COUNTY_ROLES:
        return Grant(role)
    if role == DEPARTMENT:
        return Grant(role, row.area, None, row.sector)
    return Grant(role, row.area, unit_id if role == RESPONSIBLE else None)


def without_chat(session: Session, *, county: str, people: Iterable[Person]) -> list[Person]:
    """Those who have not joined on any channel yet."""
    joined = set(
        session.exec(
            select(Account.person_id).where(
                Account.county == county, col(Account.active), col(Account.person_id).is_not(None)
            )
        )
    )
    return [person for person in people if person.id not in joined]


def invite_people(session: Session, *, by: Actor, people: Iterable[Person], now: datetime) -> list[Invited]:
    """A single-use invitation for each; those they had and did not use end. Errors: not-allowed."""
    require(by, SAFETY_OFFICE, ADMIN)
    people = list(people)
    end_invitations(session, county=by.county, person_ids=[person.id for person in people], now=now)
    return [
        Invited(
            person.name,
            person.phone,
            invite(session, county=by.county, now=now, person_id=person.id, created_by=by.person_id),
            now + INVITATION_LASTS,
        )
        for person in people
    ]
