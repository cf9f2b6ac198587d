"""Lists as the database gives them: what is in them, for whom, in which order, page by page."""

import random
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models.assignment import assign_hazard
from models.base import Actor, Grant
from models.followers import add_follower, is_follower
from models.hazard_flow import hand_over_hazard, reject_hazard, verify_hazard
from models.hazard_lists import (
    ALL,
    MAJOR,
    MINE,
    NARROWED,
    OPEN,
    OVERDUE,
    PLAIN,
    SECTOR,
    STATES,
    TOWN,
    UNIT,
    Listing,
    count_hazards,
    is_listing,
    list_hazards,
    mark_of,
    units_with_open,
    waiting_to_be_assigned,
)
from models.hazard_sight import can_see, sight, unhidden, visible
from models.hazard_states import OPEN as OPEN_STATES
from models.hazards import Hazard
from models.people import (
    ADMIN,
    DEPARTMENT,
    GRID_WORKER,
    OFFICE_LEADER,
    RESPONSIBLE,
    SAFETY_OFFICE,
    TOWN_OFFICER,
)
from tests.county import NOW, County
from tests.ledger import OTHER_VILLAGE, POLICY, VILLAGE, actor, assigned, fixed, reported, verified

LATER = NOW + timedelta(days=3)


@pytest.fixture
def ledger(session: Session, county: County) -> list[Hazard]:
    """A little of everything, in both towns, some of it under cover, some overdue at LATER."""
    made = [
        reported(session, county),
        reported(session, county, suspected_major=True),
        reported(session, county, "other_worker", area=OTHER_VILLAGE, sector="fire"),
        reported(session, county, "inspector", covert=True),
        reported(session, county, "inspector", covert=True, area=OTHER_VILLAGE, unit_name="某店"),
        verified(session, county, unit_name="老街早点铺"),
        verified(session, county, unit_name="老街早点铺", sector="fire"),
        verified(session, county, "other_worker", area=OTHER_VILLAGE),
        assigned(session, county, days=1),
        assigned(session, county, days=2, unit_id=county.shop.id, unit_name=county.shop.name),
        assigned(session, county, days=9, to="shop", sector="fire"),
        fixed(session, county, "other_worker", area=OTHER_VILLAGE),
    ]
    office = actor(session, county, "office")
    gone = reported(session, county)
    made.append(reject_hazard(session, by=office, hazard=gone, reason="没有", now=NOW, policy=POLICY))
    to_town = verified(session, county, "other_worker", area=OTHER_VILLAGE)
    due_at = NOW + timedelta(days=1)
    how: dict[str, Any] = {"by": office, "due_at": due_at, "now": NOW, "policy": POLICY}
    made.append(assign_hazard(session, hazard=to_town, area="411024108", **how))
    to_one = verified(session, county, "other_worker", area=OTHER_VILLAGE)
    made.append(assign_hazard(session, hazard=to_one, owner_id=county.other_responsible.id, **how))
    follower = county.grid_worker.id
    add_follower(session, county=county.county, hazard_id=made[2].id, person_id=follower, now=NOW)
    session.flush()
    return made


def seen_by(session: Session, by: Actor, hazards: list[Hazard]) -> set[str]:
    """By the rule itself, one after the other."""
    return {
        each.number
        for each in hazards
        if can_see(by, each) or (not each.hidden and is_follower(session, by=by, hazard_id=each.id))
    }


def numbers(hazards: list[Hazard]) -> list[str]:
    return [hazard.number for hazard in hazards]


PEOPLE = (
    *("grid_worker", "other_worker", "town", "other_town", "responsible", "other_responsible", "keeper"),
    *("office", "head", "admin", "department", "inspector", "leader", "officer"),
)


def test_a_list_holds_what_its_reader_may_see_and_nothing_else(
    session: Session, county: County, ledger: list[Hazard]
) -> None:
    for who in PEOPLE:
        by = actor(session, county, who)
        found = session.exec(select(Hazard).where(Hazard.county == county.county, visible(by))).all()
        assert {hazard.number for hazard in found} == seen_by(session, by, ledger), who


ROLES = (GRID_WORKER, TOWN_OFFICER, RESPONSIBLE, SAFETY_OFFICE, OFFICE_LEADER, ADMIN, DEPARTMENT)


def test_so_it_is_with_any_mix_of_roles(session: Session, county: County, ledger: list[Hazard]) -> None:
    draw = random.Random(7)
    people = [None, county.grid_worker.id, county.inspector.id, county.other_responsible.id]
    units = [None, county.gas.id, county.shop.id]
    areas = [None, "411024", "411024108", "411024101", VILLAGE, OTHER_VILLAGE]
    for _ in range(300):
        grants = tuple(
            Grant(
                draw.choice(ROLES), draw.choice(areas), draw.choice(units), draw.choice([None, "gas", "fire"])
            )
            for _ in range(draw.randint(0, 2))
        )
        link = draw.choice([None, None, county.gas.id])
        by = Actor(county.county, draw.choice(people), "某人", "web", grants, link_unit=link)
        found = session.exec(select(Hazard).where(visible(by))).all()
        assert {hazard.number for hazard in found} == seen_by(session, by, ledger), by
        parts = [session.exec(select(Hazard.number).where(part)).all() for part in sight(by)]
        assert {number for part in parts for number in part} == seen_by(session, by, ledger), by


def listings(county: County) -> list[Listing]:
    """Every list there is."""
    of = [(TOWN, "411024108"), (TOWN, "411024101"), (TOWN, VILLAGE), (SECTOR, "gas"), (SECTOR, "fire")]
    of += [(UNIT, str(county.gas.id)), (UNIT, str(county.shop.id))]
    return [
        *(Listing(name) for name in PLAIN),
        *(Listing(name, what, only) for name, what in of for only in NARROWED),
    ]


def belongs(session: Session, by: Actor, listing: Listing, hazard: Hazard) -> bool:
    """Whether a hazard belongs into a list, told without the database."""
    late = hazard.state in ("assigned", "rectifying") and hazard.due_at is not None and hazard.due_at <= LATER
    open_ = hazard.state in OPEN_STATES
    if listing.name == MINE:
        mine = hazard.owner_id == by.person_id or (
            hazard.owner_id is None
            and hazard.assigned_unit_id in {grant.unit_id for grant in by.grants} - {None}
        )
        follows = not hazard.hidden and is_follower(session, by=by, hazard_id=hazard.id)
        return hazard.reporter_id == by.person_id or (mine and open_) or follows
    plain = {
        OPEN: open_,
        OVERDUE: late,
        MAJOR: open_ and (hazard.level == "major" or (hazard.level is None and hazard.suspected_major)),
        **{state: hazard.state == state for state in STATES},
    }
    if listing.name in plain:
        return plain[listing.name]
    of = {
        TOWN: hazard.area.startswith(listing.of),
        SECTOR: hazard.sector == listing.of,
        UNIT: listing.of in (str(hazard.unit_id), str(hazard.assigned_unit_id)),
    }
    return of[listing.name] and {OPEN: open_, OVERDUE: late, ALL: True}[listing.only]


def test_every_list_holds_what_belongs_there_of_what_one_may_see(
    session: Session, county: County, ledger: list[Hazard]
) -> None:
    for who in PEOPLE:
        by = actor(session, county, who)
        seen = [each for each in ledger if each.number in seen_by(session, by, ledger)]
        for listing in listings(county):
            expected = {each.number for each in seen if belongs(session, by, listing, each)}
            found = list_hazards(session, by=by, listing=listing, now=LATER, limit=100)
            assert sorted(numbers(found)) == sorted(expected), (who, listing)
            assert count_hazards(session, by=by, listing=listing, now=LATER) == len(expected)


def test_page_after_page_nothing_is_lost_or_shown_twice(
    session: Session, county: County, ledger: list[Hazard]
) -> None:
    for who in ("office", "town", "grid_worker", "responsible"):
        by = actor(session, county, who)
        for listing in listings(county):
            given: dict[str, Any] = {"by": by, "listing": listing, "now": LATER}
            whole = numbers(list_hazards(session, limit=100, **given))
            assert paged(session, **given) == whole, (who, listing)
            assert numbers(list_hazards(session, limit=2, skip=2, **given)) == whole[2:4]


def paged(session: Session, *, listing: Listing, **given: Any) -> list[str]:
    """A whole list, two at a time."""
    shown: list[str] = []
    mark = ""
    while found := list_hazards(session, listing=listing, limit=2, after=mark, **given):
        shown += numbers(found)
        mark = mark_of(listing, found[-1])
    return shown


def test_the_newest_come_first_and_of_the_overdue_the_longest(
    session: Session, county: County, ledger: list[Hazard]
) -> None:
    by = actor(session, county, "office")
    found = list_hazards(session, by=by, listing=Listing(OPEN), now=LATER, limit=100)
    assert numbers(found) == sorted(numbers(found), reverse=True)
    late = list_hazards(session, by=by, listing=Listing(TOWN, "411024108", OVERDUE), now=LATER, limit=100)
    assert [each.due_at for each in late] == sorted(each.due_at for each in late if each.due_at)
    assert len(late) == 2


def test_more_than_can_be_counted_at_a_glance(session: Session, county: County) -> None:
    for _ in range(103):
        reported(session, county)
    by = actor(session, county, "office")
    assert count_hazards(session, by=by, listing=Listing(OPEN), now=NOW) == 100


@pytest.mark.parametrize(
    "listing",
    [
        Listing("nothing"),
        Listing("closed"),
        Listing(OPEN, "411024108"),
        Listing(OPEN, "", ALL),
        Listing(TOWN),
        Listing(TOWN, "411024"),
        Listing(TOWN, "41102410x"),
        Listing(TOWN, "٤١١٠٢٤١٠٨"),
        Listing(TOWN, "4" * 25),
        Listing(TOWN, "411024108", "closed"),
        Listing(SECTOR, "alchemy"),
        Listing(UNIT, str(1 << 63)),
        Listing(UNIT, "-1"),
    ],
)
def test_no_such_list(listing: Listing) -> None:
    assert not is_listing(listing)


def test_a_mark_that_is_none(session: Session, county: County) -> None:
    by = actor(session, county, "office")
    for name in (OPEN, OVERDUE):
        for mark in ("!", "zzzzzzzzzzzzzz", ".", "1.", "zzzzzzzzzzzz.1", "-1"):
            with pytest.raises(ValueError, match=r".*"):
                list_hazards(session, by=by, listing=Listing(name), now=NOW, limit=5, after=mark)


def test_what_waits_to_be_assigned_stands_by_unit_and_what_is_covert_alone(
    session: Session, county: County, ledger: list[Hazard]
) -> None:
    office = actor(session, county, "office")
    covert = ledger[3]
    verify_hazard(session, by=office, hazard=covert, level="general", now=NOW, policy=POLICY)
    found = waiting_to_be_assigned(session, by=office, limit=10)
    at_unit = ledger[5].unit_id
    assert [(group.unit_id, group.hazards) for group in found] == [(None, 1), (at_unit, 2), (None, 1)]
    assert [group.newest for group in found] == [ledger[7].id, ledger[6].id, covert.id]
    assert waiting_to_be_assigned(session, by=office, limit=10, before=ledger[6].id) == found[2:]
    gas = waiting_to_be_assigned(session, by=actor(session, county, "department"), limit=10)
    assert [(group.unit_id, group.hazards) for group in gas] == [(None, 1), (at_unit, 1)]
    for who in ("town", "responsible", "grid_worker", "inspector", "head"):
        assert waiting_to_be_assigned(session, by=actor(session, county, who), limit=10) == [], who


def test_the_units_with_most_open_hazards(session: Session, county: County, ledger: list[Hazard]) -> None:
    at_unit = ledger[5].unit_id
    office = units_with_open(session, by=actor(session, county, "office"))
    assert office == [(at_unit, 2), (county.shop.id, 1)]
    assert units_with_open(session, by=actor(session, county, "department")) == [
        (county.shop.id, 1),
        (at_unit, 1),
    ]
    assert units_with_open(session, by=actor(session, county, "other_town")) == []


def test_the_condition_for_what_is_covert(session: Session, county: County, ledger: list[Hazard]) -> None:
    def hidden(who: str) -> int:
        by = actor(session, county, who)
        return len(session.exec(select(Hazard).where(unhidden(by), col(Hazard.hidden))).all())

    assert [hidden(who) for who in ("office", "head", "inspector", "town", "department")] == [2, 2, 2, 0, 0]
    hand_over_hazard(session, by=actor(session, county, "office"), hazard=ledger[3], now=NOW, policy=POLICY)
    assert hidden("office") == 1
