"""Importing a roster: names become people, posts are found or made, and the whole is published or nothing is."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from models.base import Actor, Grant
from models.duty import OFFICER as OFFICER_DUTY
from models.duty import KeyPeriod, Post
from models.duty_publish import find_clashes, publish_roster, standing_shifts
from models.people import DUTY_LEADER, DUTY_OFFICER, Person, Role, add_person, grants_of
from models.places import area_index
from models.policy import Policy
from models.posts import may_edit_post, save_post
from models.roster import Named, RosterLine, new_start, raise_faults, read_roster
from models.roster_people import RosterPeople
from models.roster_rules import HOURS_MOST, ShiftRow, row_fault
from models.shift_changes import Published
from models.text import Text, text, when
from models.units import Unit

_Faults = list[tuple[int, Text]]


@dataclass
class RosterPlan:
    """A roster read and understood, not yet stored: new people and posts have negative ids for now."""

    lines: list[RosterLine]
    rows: list[ShiftRow] = field(default_factory=list)
    posts: dict[str, int] = field(default_factory=dict)
    new_posts: list[str] = field(default_factory=list)
    new_people: dict[int, tuple[Named, str, str]] = field(default_factory=dict)  # with duty role and post
    new_phones: dict[int, str] = field(default_factory=dict)
    roles: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RosterImport:
    """What an import did. `people` are new: each needs an invitation. `rostered` are all whom it names,
    `post_ids` all posts that it has shifts of."""

    published: Published
    people: list[Person]
    posts: list[Post]
    rostered: list[int] = field(default_factory=list)
    post_ids: list[int] = field(default_factory=list)


def plan_roster(
    session: Session,
    *,
    by: Actor,
    period: KeyPeriod,
    data: bytes,
    now: datetime,
    policy: Policy,
    whole: bool = False,
) -> RosterPlan:
    """Read a roster file and say what it would do; stores nothing.

    Errors: those of `read_roster`; import-errors also for names nobody has, two with one name, someone on
    two posts at once, a post twice at once, and posts that are not the actor's.
    """
    lines = read_roster(data, period=period, policy=policy)
    return plan_lines(session, by=by, period=period, lines=lines, now=now, whole=whole)


def plan_lines(
    session: Session,
    *,
    by: Actor,
    period: KeyPeriod,
    lines: list[RosterLine],
    now: datetime,
    whole: bool = False,
) -> RosterPlan:
    """What these shifts would do; stores nothing. Errors: import-errors, as in `plan_roster`."""
    plan = RosterPlan(lines)
    faults = _find_posts(session, by, plan)
    faults += _find_people(session, by.county, plan)
    raise_faults(faults)
    faults = _row_faults(plan, period)
    raise_faults(faults or _clash_faults(session, by.county, period, plan, now, whole))
    return plan


def _find_posts(session: Session, by: Actor, plan: RosterPlan) -> _Faults:
    known = {post.name: post for post in session.exec(select(Post).where(Post.county == by.county))}
    areas = area_index(session, county=by.county)
    faults: _Faults = []
    for line in plan.lines:
        if line.post in plan.posts:
            continue
        post = known.get(line.post)
        if post is None:
            spot = areas.mentioned(line.post)
            plan.new_posts.append(line.post)
        area = post.area if post else spot.code if spot else None
        if not may_edit_post(by, area):
            faults.append((line.row, text("roster-row-not-yours", post=line.post)))
        plan.posts[line.post] = post.id if post else -len(plan.new_posts)
    return faults


def _find_people(session: Session, county: str, plan: RosterPlan) -> _Faults:
    people = RosterPeople(session, county)
    for line in plan.lines:  # telephones first: a name alone may be told in full in a later row
        for named, role in line.people:
            if named.phone:
                people.find(named, role, line.post)
    faults: _Faults = []
    for line in plan.lines:
        found = []
        for named, role in line.people:
            person_id = people.find(named, role, line.post)
            if isinstance(person_id, int):
                found.append((person_id, role))
            else:
                faults.append((line.row, person_id))
        post_id = plan.posts[line.post]
        plan.rows.append(ShiftRow(post_id, line.span.starts_at, line.span.ends_at, tuple(found), line.note))
    plan.new_people, plan.new_phones, plan.roles = people.new, people.phones, people.roles
    return faults


def _row_faults(plan: RosterPlan, period: KeyPeriod) -> _Faults:
    faults: _Faults = []
    for line, row in zip(plan.lines, plan.rows, strict=True):
        fault = row_fault(row, period)
        if fault:
            faults.append(
                (line.row, text(fault, post=line.post, starts=when(row.starts_at), hours=HOURS_MOST))
            )
    return faults


def _clash_faults(
    session: Session, county: str, period: KeyPeriod, plan: RosterPlan, now: datetime, whole: bool
) -> _Faults:
    lines = [line for line in plan.lines if line.span.ends_at > now]
    rows = [row for row in plan.rows if row.ends_at > now]
    post_ids = {post_id for post_id in plan.posts.values() if post_id > 0}
    old = standing_shifts(session, period=period, post_ids=None if whole else post_ids, now=now)
    replaced = {shift.id for shift in old}
    faults: _Faults = []
    for clash in find_clashes(session, county=county, rows=rows, replaced=replaced, now=now):
        inside = clash.second < len(lines)
        line = lines[clash.second] if inside else lines[clash.first]
        other = (
            text("roster-other-row", row=lines[clash.first].row) if inside else text("roster-other-roster")
        )
        if clash.person_id is None:
            faults.append((line.row, text("roster-row-post-twice", post=line.post, other=other)))
        else:
            name = _name(session, county, plan, clash.person_id)
            faults.append((line.row, text("roster-row-person-twice", name=name, other=other)))
    return faults


def _name(session: Session, county: str, plan: RosterPlan, person_id: int) -> str:
    if person_id in plan.new_people:
        return plan.new_people[person_id][0].name
    return session.get_one(Person, (county, person_id)).name


def import_roster(
    session: Session,
    *,
    by: Actor,
    period: KeyPeriod,
    data: bytes,
    now: datetime,
    policy: Policy,
    whole: bool = False,
) -> RosterImport:
    """Read a roster file and publish it, all or nothing. Errors: those of `plan_roster` and `publish_roster`."""
    lines = read_roster(data, period=period, policy=policy)
    return import_lines(session, by=by, period=period, lines=lines, now=now, policy=policy, whole=whole)


def import_lines(
    session: Session,
    *,
    by: Actor,
    period: KeyPeriod,
    lines: list[RosterLine],
    now: datetime,
    policy: Policy,
    whole: bool = False,
) -> RosterImport:
    """Publish shifts that were read before, all or nothing. Errors: as in `import_roster`."""
    plan = plan_lines(session, by=by, period=period, lines=lines, now=now, whole=whole)
    posts = _make_posts(session, by, plan, now, policy)
    people = _make_people(session, by.county, plan, posts, now)
    rows = [
        ShiftRow(
            posts[line.post].id,
            row.starts_at,
            row.ends_at,
            tuple(
                (people[person_id].id if person_id < 0 else person_id, role) for person_id, role in row.people
            ),
            row.note,
        )
        for line, row in zip(plan.lines, plan.rows, strict=True)
    ]
    published = publish_roster(session, by=by, period=period, rows=rows, now=now, policy=policy, whole=whole)
    rostered = sorted({person_id for row in rows for person_id, _ in row.people})
    new_posts = [posts[name] for name in plan.new_posts]
    post_ids = sorted({row.post_id for row in rows})
    return RosterImport(published, list(people.values()), new_posts, rostered, post_ids)


def _make_posts(
    session: Session, by: Actor, plan: RosterPlan, now: datetime, policy: Policy
) -> dict[str, Post]:
    """Add the new posts; a post's telephone and place are the roster's newest."""
    areas = area_index(session, county=by.county)
    lines: dict[str, list[RosterLine]] = defaultdict(list)
    for line in plan.lines:
        lines[line.post].append(line)
    posts = {}
    for name, mine in lines.items():
        values: dict[str, Any] = {
            "phone": next((line.phone for line in mine if line.phone), ""),
            "fax": next((line.fax for line in mine if line.fax), ""),
            "place": next((line.place for line in mine if line.place), ""),
        }
        if plan.posts[name] < 0:
            spot = areas.mentioned(name)
            of_unit = select(Unit.id).where(Unit.county == by.county, Unit.name == mine[0].unit)
            unit_id = session.exec(of_unit).first()
            area = spot.code if spot else None
            values |= {"name": name, "area": area, "unit_id": unit_id, "starts": new_start(mine, policy)}
            posts[name] = save_post(session, by=by, now=now, **values)
            continue
        posts[name] = post = session.get_one(Post, (by.county, plan.posts[name]))
        changed = {key: value for key, value in values.items() if value and getattr(post, key) != value}
        if changed:
            save_post(session, by=by, now=now, post=post, **changed)
    return posts


def _make_people(
    session: Session, county: str, plan: RosterPlan, posts: dict[str, Post], now: datetime
) -> dict[int, Person]:
    """Add the new people, by their negative ids; give the known ones their telephone and a duty role."""
    made = {}
    for number, (named, role, post) in plan.new_people.items():
        grant = Grant(_granted(plan.roles.get(number, role)), area=posts[post].area)
        made[number] = add_person(
            session,
            county=county,
            name=named.name,
            grants=[grant],
            now=now,
            phone=named.phone,
            title=named.title,
            area=posts[post].area,
        )
    for person_id, phone in plan.new_phones.items():
        session.get_one(Person, (county, person_id)).phone = phone
    grant_duty_roles(
        session, county, ((person_id, role) for person_id, role in plan.roles.items() if person_id > 0)
    )
    return made


def _granted(role: str) -> str:
    return DUTY_OFFICER if role == OFFICER_DUTY else DUTY_LEADER


def grant_duty_roles(session: Session, county: str, roles: Iterable[tuple[int, str]]) -> None:
    """Who stands a shift has a role of duty: these people, each with the role on the roster."""
    for person_id, role in roles:
        held = {grant.role for grant in grants_of(session, county=county, person_id=person_id)}
        if not held & {DUTY_LEADER, DUTY_OFFICER}:
            area = session.get_one(Person, (county, person_id)).area
            session.add(Role(county=county, person_id=person_id, role=_granted(role), area=area))
    session.flush()
