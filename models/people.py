"""People, what they may do and where, and the chats by which they are reached."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Index, Integer, String, UniqueConstraint, bindparam, cast
from sqlalchemy import text as sql
from sqlmodel import Field, Session, SQLModel, and_, col, or_, select, update

from models.base import Actor, CountyRow, Grant, Id, MaybeId, UserError, chunks, insert_ignore, utc_field
from models.prepared import execute_once

GRID_WORKER = "grid_worker"
TOWN_OFFICER = "town_officer"
RESPONSIBLE = "responsible"
DUTY_OFFICER = "duty_officer"
DUTY_LEADER = "duty_leader"
SAFETY_OFFICE = "safety_office"
OFFICE_LEADER = "office_leader"
ADMIN = "admin"
DEPARTMENT = "department"  # of a sector's department (行业主管部门): grades and accepts in its sector
INSPECTOR = "inspector"  # of a covert inspection team (暗访组)
ROLES = (
    GRID_WORKER,
    TOWN_OFFICER,
    RESPONSIBLE,
    DUTY_OFFICER,
    DUTY_LEADER,
    SAFETY_OFFICE,
    OFFICE_LEADER,
    ADMIN,
    DEPARTMENT,
    INSPECTOR,
)

# No 0, O, 1, I, L: the code is read out on the telephone.
_CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
INVITATION_LASTS = timedelta(days=7)


class Person(CountyRow, table=True):
    """Someone the office knows, whether or not they have joined on a channel yet."""

    __table_args__ = (Index("ix_person_phone", "county", "phone"),)

    name: str
    phone: str = ""
    title: str = ""
    unit_id: MaybeId = None
    area: str | None = None
    lang: str = "zh-CN"
    active: bool = True
    created_at: datetime = utc_field()


class Role(CountyRow, table=True):
    """One role of a person, scoped to an area, a unit or a sector; none means the whole county."""

    __table_args__ = (
        Index("ix_role_role", "county", "role", "area"),
        Index("ix_role_person", "county", "person_id"),
    )

    person_id: Id
    role: str
    area: str | None = None
    unit_id: MaybeId = None
    sector: str | None = None


class Account(SQLModel, table=True):
    """A chat: a person's private one, or a group bound to an area. Its address is where messages go."""

    __table_args__ = (
        Index("ix_account_person", "county", "person_id"),
        Index(
            "ix_account_group",
            "county",
            "group_role",
            sqlite_where=sql("group_role IS NOT NULL"),
            postgresql_where=sql("group_role IS NOT NULL"),
        ),
    )

    county: str = Field(primary_key=True, max_length=12)
    channel: str = Field(primary_key=True)
    address: str = Field(primary_key=True)
    person_id: MaybeId = None
    group_title: str | None = None
    group_area: str | None = None
    group_role: str | None = None
    active: bool = True
    reason: str = ""
    joined_at: datetime = utc_field()
    seen_at: datetime = utc_field()


class Invitation(CountyRow, table=True):
    """A single-use code by which a person joins, or a group is bound. Only its hash is kept."""

    __table_args__ = (UniqueConstraint("county", "code_hash"),)

    code_hash: str
    person_id: MaybeId = None
    group_role: str | None = None
    group_area: str | None = None
    expires_at: datetime = utc_field()
    used_at: datetime | None = utc_field(default=None, nullable=True)
    used_by: str = ""
    created_by: MaybeId = None
    created_at: datetime = utc_field()


class Setting(SQLModel, table=True):
    """Small facts about a county that are neither configuration nor records (the clock's offset, counters)."""

    county: str = Field(primary_key=True, max_length=12)
    name: str = Field(primary_key=True)
    value: str


def add_person(
    session: Session,
    *,
    county: str,
    name: str,
    grants: Iterable[Grant],
    now: datetime,
    phone: str = "",
    title: str = "",
    unit_id: int | None = None,
    area: str | None = None,
    lang: str = "zh-CN",
) -> Person:
    """Record a person with their roles."""
    person = Person(
        county=county,
        name=name,
        phone=phone,
        title=title,
        unit_id=unit_id,
        area=area,
        lang=lang,
        created_at=now,
    )
    session.add(person)
    for grant in grants:
        if grant.role not in ROLES:
            raise UserError("unknown-role", role=grant.role)
        session.add(role_of(person, grant))
    session.flush()
    return person


def role_of(person: Person, grant: Grant) -> Role:
    """A grant as a person's row."""
    return Role(
        county=person.county,
        person_id=person.id,
        role=grant.role,
        area=grant.area,
        unit_id=grant.unit_id,
        sector=grant.sector,
    )


def _hash(code: str) -> str:
    return hashlib.sha256(code.strip().upper().replace("-", "").encode()).hexdigest()


def invite(
    session: Session,
    *,
    county: str,
    now: datetime,
    person_id: int | None = None,
    group_role: str | None = None,
    group_area: str | None = None,
    created_by: int | None = None,
    lasts: timedelta = INVITATION_LASTS,
) -> str:
    """Make an invitation and return its code, which is shown this once. Ten letters, single use."""
    code = "".join(secrets.choice(_CODE_LETTERS) for _ in range(10))
    session.add(
        Invitation(
            county=county,
            code_hash=_hash(code),
            person_id=person_id,
            group_role=group_role,
            group_area=group_area,
            expires_at=now + lasts,
            created_by=created_by,
            created_at=now,
        )
    )
    session.flush()
    return code


def end_invitations(session: Session, *, county: str, person_ids: Iterable[int], now: datetime) -> None:
    """The unused invitations of these people are good no more: a lost code must not open the door."""
    for some in chunks(person_ids, 500):
        session.execute(
            update(Invitation)
            .where(
                col(Invitation.county) == county,
                col(Invitation.person_id).in_(some),
                col(Invitation.used_at).is_(None),
                col(Invitation.expires_at) > now,
            )
            .values(expires_at=now)
        )


def _take_invitation(session: Session, *, county: str, code: str, used_by: str, now: datetime) -> Invitation:
    found = session.exec(
        select(Invitation).where(Invitation.county == county, Invitation.code_hash == _hash(code))
    ).first()
    if found is None:
        raise UserError("invitation-unknown")
    if found.used_at is None and found.expires_at <= now:
        raise UserError("invitation-expired")
    taken = session.execute(
        update(Invitation)
        .where(
            col(Invitation.county) == county,
            col(Invitation.id) == found.id,
            col(Invitation.used_at).is_(None),
        )
        .values(used_at=now, used_by=used_by)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise UserError("invitation-used")
    return found


def join(session: Session, *, county: str, channel: str, address: str, code: str, now: datetime) -> Person:
    """Bind a private chat to the person the code was made for.

    Errors: invitation-unknown, invitation-expired, invitation-used, invitation-is-for-group.
    """
    invitation = _take_invitation(session, county=county, code=code, used_by=f"{channel}:{address}", now=now)
    if invitation.person_id is None:
        raise UserError("invitation-is-for-group")
    person = session.get(Person, (county, invitation.person_id))
    if person is None or not person.active:
        raise UserError("invitation-unknown")
    _put_account(session, county=county, channel=channel, address=address, now=now, person_id=person.id)
    return person


def bind_group(
    session: Session, *, county: str, channel: str, address: str, title: str, code: str, now: datetime
) -> Account:
    """Bind a group chat to the audience the code was made for (the office, or one town).

    Errors: those of `join`, invitation-is-for-person.
    """
    invitation = _take_invitation(session, county=county, code=code, used_by=f"{channel}:{address}", now=now)
    if invitation.group_role is None:
        raise UserError("invitation-is-for-person")
    return _put_account(
        session,
        county=county,
        channel=channel,
        address=address,
        now=now,
        group_title=title,
        group_role=invitation.group_role,
        group_area=invitation.group_area,
    )


def _put_account(
    session: Session, *, county: str, channel: str, address: str, now: datetime, **values: object
) -> Account:
    account = session.get(Account, (county, channel, address))
    if account is None:
        account = Account(county=county, channel=channel, address=address, joined_at=now, seen_at=now)
    account.active, account.reason, account.seen_at = True, "", now
    for name, value in values.items():
        setattr(account, name, value)
    session.add(account)
    session.flush()
    return account


_GRANTS = select(Role.role, Role.area, Role.unit_id, Role.sector).where(
    Role.county == bindparam("county"), Role.person_id == bindparam("person")
)


def grants_of(session: Session, *, county: str, person_id: int) -> tuple[Grant, ...]:
    """All roles of a person."""
    rows = execute_once(session.connection(), _GRANTS, {"county": county, "person": person_id})
    return tuple(Grant(*row) for row in rows)


def person_actor(session: Session, *, person: Person, channel: str) -> Actor:
    """The person as one who acts, with their roles."""
    grants = grants_of(session, county=person.county, person_id=person.id)
    return Actor(person.county, person.id, person.name, channel, grants)


def covers(area: str | None, code: str | None) -> bool:
    """Whether an area contains another: division codes nest by prefix (county 6, town 9, village 12 digits)."""
    return area is None or (code is not None and code.startswith(area))


def may(
    by: Actor,
    roles: Sequence[str],
    *,
    area: str | None = None,
    unit_id: int | None = None,
    sector: str | None = None,
) -> bool:
    """Whether the actor has one of the roles over this area (and unit, and sector, where the role has one)."""
    for grant in by.grants:
        if grant.role not in roles or grant.sector not in (None, sector):
            continue
        if grant.unit_id is not None:
            if grant.unit_id == unit_id:
                return True
        elif covers(grant.area, area):
            return True
    return False


def require(by: Actor, *roles: str, area: str | None = None, unit_id: int | None = None) -> None:
    """Raise not-allowed unless `may`."""
    if not may(by, roles, area=area, unit_id=unit_id):
        raise UserError("not-allowed")


# Statements that every report runs are built once: building one costs more than running it.
_PEOPLE = (
    select(Person)
    .join(Role, and_(col(Role.county) == Person.county, col(Role.person_id) == Person.id))
    .where(Role.county == bindparam("county"), Role.role == bindparam("role"), col(Person.active))
    .order_by(Person.name, col(Person.id))
    .distinct()
)
_PEOPLE_OF_UNIT = _PEOPLE.where(
    or_(col(Role.unit_id) == bindparam("unit"), col(Person.unit_id) == bindparam("unit"))
)
_PEOPLE_OVER_AREA = _PEOPLE.where(
    or_(col(Role.area).in_(bindparam("above", expanding=True)), col(Role.area).is_(None))
)
_PEOPLE_OF_SECTOR = _PEOPLE_OVER_AREA.where(Role.sector == bindparam("sector"))


def people_with(
    session: Session,
    *,
    county: str,
    role: str,
    area: str | None = None,
    unit_id: int | None = None,
    sector: str | None = None,
) -> list[Person]:
    """Active people who hold a role: of this unit where one is named, else at this area or above it, of this
    sector where one is named with the area."""
    values = {"county": county, "role": role}
    if unit_id is not None:
        return list(session.execute(_PEOPLE_OF_UNIT, values | {"unit": unit_id}).scalars())
    if area is not None:
        above = sorted({area[:length] for length in (6, 9, 12, len(area))})
        if sector is not None:
            found = session.execute(_PEOPLE_OF_SECTOR, values | {"above": above, "sector": sector})
            return list(found.scalars())
        return list(session.execute(_PEOPLE_OVER_AREA, values | {"above": above}).scalars())
    return list(session.execute(_PEOPLE, values).scalars())


_GROUPS = select(Account).where(
    Account.county == bindparam("county"),
    col(Account.group_role).is_not(None),
    Account.group_role == bindparam("role"),
    col(Account.active),
)


def groups_for(session: Session, *, county: str, role: str, area: str | None = None) -> list[Account]:
    """Active groups bound to an audience: the office's, or those of the area's town."""
    found = session.execute(_GROUPS, {"county": county, "role": role}).scalars()
    return [group for group in found if covers(group.group_area, area)]


_ACCOUNTS = (
    select(Account)
    .where(
        Account.county == bindparam("county"),
        col(Account.person_id).in_(bindparam("people", expanding=True)),
        col(Account.active),
    )
    .order_by(col(Account.seen_at), col(Account.channel).desc())
)


def accounts_of(session: Session, *, county: str, person_ids: Sequence[int]) -> dict[int, Account]:
    """The chat in which each person is reached: the active one they used last."""
    if not person_ids:
        return {}
    found = session.execute(_ACCOUNTS, {"county": county, "people": list(person_ids)}).scalars()
    return {account.person_id: account for account in found if account.person_id is not None}


def account_of(session: Session, *, county: str, person_id: int) -> Account | None:
    """The chat in which a person is reached."""
    return accounts_of(session, county=county, person_ids=[person_id]).get(person_id)


def disable_account(
    session: Session, *, county: str, channel: str, address: str, reason: str
) -> Account | None:
    """Stop using an address (blocked, left, deactivated). None if it was not in use."""
    account = session.get(Account, (county, channel, address))
    if account is None or not account.active:
        return None
    account.active, account.reason = False, reason
    session.add(account)
    session.flush()
    return account


_SETTING = Setting.__table__  # type: ignore[attr-defined]
_NEXT = (
    update(_SETTING)
    .where(_SETTING.c.county == bindparam("k_county"), _SETTING.c.name == bindparam("k_name"))
    .values(value=cast(cast(_SETTING.c.value, Integer) + 1, String))
    .returning(_SETTING.c.value)
)


def next_number(session: Session, *, county: str, series: str, year: int) -> int:
    """The next number of a series in a year, from 1, without gaps (rolled back with the transaction)."""
    name = f"number:{series}:{year}"
    key = {"k_county": county, "k_name": name}
    row = execute_once(session.connection(), _NEXT, key).first()
    if row is None:
        insert_ignore(session, Setting, {"county": county, "name": name, "value": "0"})
        row = execute_once(session.connection(), _NEXT, key).one()
    return int(row[0])
