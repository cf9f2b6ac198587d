"""Whom the names of a roster mean: by telephone first, then by name; or someone new."""

from collections import defaultdict

from sqlmodel import Session, col, select

from models.duty import LEADER
from models.people import Person
from models.roster import Named
from models.text import Text, text


class RosterPeople:
    """The county's people by telephone and by name, and those whom the roster adds."""

    def __init__(self, session: Session, county: str) -> None:
        self.by_phone: dict[str, tuple[int, str]] = {}
        self.by_name: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self.new: dict[int, tuple[Named, str, str]] = {}
        self.phones: dict[int, str] = {}
        self.roles: dict[int, str] = {}
        known = select(Person.id, Person.name, Person.phone).where(
            Person.county == county, col(Person.active)
        )
        for person_id, name, phone in session.exec(known):
            self._add(person_id, name, phone)

    def _add(self, person_id: int, name: str, phone: str) -> None:
        self.by_name[name].append((person_id, phone))
        if phone:
            self.by_phone[phone] = (person_id, name)

    def find(self, named: Named, role: str, post: str) -> int | Text:
        """Whom a name means: by telephone, then by name; someone new with a telephone gets a negative id."""
        found = self._by_phone(named) if named.phone else self._by_name(named)
        if found is None:
            found = -len(self.new) - 1
            self.new[found] = (named, role, post)
            self._add(found, named.name, named.phone)
        if isinstance(found, int) and self.roles.get(found) != LEADER:
            self.roles[found] = role
        return found

    def _by_phone(self, named: Named) -> int | Text | None:
        if named.phone in self.by_phone:
            person_id, name = self.by_phone[named.phone]
            if name != named.name:
                return text("roster-row-phone-owner", phone=named.phone, name=named.name, known=name)
            return person_id
        without = [person_id for person_id, phone in self.by_name[named.name] if not phone]
        if len(without) != 1:
            return None
        # Known by name only until now: the roster brings the telephone.
        self.phones[without[0]] = named.phone
        self.by_name[named.name].remove((without[0], ""))
        self._add(without[0], named.name, named.phone)
        return without[0]

    def _by_name(self, named: Named) -> int | Text:
        found = self.by_name[named.name]
        if len(found) == 1:
            return found[0][0]
        key = "roster-row-ambiguous" if found else "roster-row-unknown"
        return text(key, name=named.name, count=len(found))
