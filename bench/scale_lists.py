"""Lists, searches and hints as they are measured: for each of those who ask, however much is stored."""

from collections.abc import Callable, Iterator
from functools import partial

from sqlmodel import Session

from bench.scale_load import World
from bench.scale_rows import FIRST_ID, POLICY, facts, mixed
from bot.sample import COUNTY, OTHER_TOWN, TOWN, VILLAGE
from handlers.assign_unit import assign_unit
from handlers.context import Context
from handlers.hazard_page import history
from handlers.lists import ledger, pick, show_list
from handlers.search import answer, results
from models.base import short
from models.duplicates import likely_duplicates
from models.geo import Point
from models.hazard_lists import ALL, MINE, NARROWED, OPEN, OVERDUE, PLAIN, SECTOR, UNIT, Listing
from models.hazard_lists import TOWN as OF_TOWN
from models.hazards import Hazard
from models.people import Person

MakeContext = Callable[..., Context]
Run = Callable[[Session, World, int], object]
WHO = ("office", "town", "department", "responsible", "worker")


def _as(make: MakeContext, who: str, session: Session, world: World, turn: int) -> Context:
    """Someone of this kind, another one each turn where there are several."""
    if who == "worker":
        person = session.get_one(Person, (COUNTY, world.cast.reporters[turn % 40]))
    elif who == "owner":
        person = session.get_one(Person, (COUNTY, world.cast.owners[turn % 40]))
    else:
        person = getattr(world.sample, who)
    return make(session, world, person)


def _list(
    make: MakeContext, who: str, listing: Listing, after: bool, session: Session, world: World, turn: int
) -> None:
    if listing.name == UNIT:
        listing = Listing(UNIT, str(world.cast.units[turn % 40]), listing.only)
    mark = short(FIRST_ID + world.rows // 2) if after else ""
    show_list(_as(make, who, session, world, turn), listing, after=mark)


def _menu(make: MakeContext, who: str, session: Session, world: World, turn: int) -> None:
    ledger(_as(make, who, session, world, turn))


def _pick(make: MakeContext, who: str, what: str, session: Session, world: World, turn: int) -> None:
    pick(_as(make, who, session, world, turn), [what])


def _search(make: MakeContext, who: str, said: str, session: Session, world: World, turn: int) -> None:
    answer(_as(make, who, session, world, turn), said)


def _search_further(make: MakeContext, said: str, session: Session, world: World, turn: int) -> None:
    results(_as(make, "office", session, world, turn), said, FIRST_ID + world.rows // 2)


def _history(make: MakeContext, session: Session, world: World, turn: int) -> None:
    history(_as(make, "office", session, world, turn), [short(FIRST_ID + mixed(turn * 7919, world.rows))])


def _together(make: MakeContext, session: Session, world: World, turn: int) -> None:
    """The unit of a hazard that waits to be assigned."""
    place = next(
        at for at in range(turn, world.rows) if facts(at, world.rows, world.cast).state == "verified"
    )
    unit = session.get_one(Hazard, (COUNTY, FIRST_ID + place)).unit_id
    assign_unit(_as(make, "office", session, world, turn), [short(unit or 0)])


def _hint(at_unit: bool, make: MakeContext, session: Session, world: World, turn: int) -> None:
    likely_duplicates(
        session,
        by=_as(make, "worker", session, world, turn).by,
        area=VILLAGE,
        unit_id=world.cast.units[turn % 40] if at_unit else None,
        sector="gas",
        place=None if at_unit else Point(34.1, 114.2),
        policy=POLICY,
    )


# What the office is measured with; of the others a part of it.
OF = {
    "town": Listing(OF_TOWN, OTHER_TOWN),
    "village": Listing(OF_TOWN, VILLAGE),
    "sector": Listing(SECTOR, "power"),
    "unit": Listing(UNIT, "0"),
}
SAID = ("老化", "储罐法兰", "灭火器 护栏", "彭店镇 灭火器", "罐", "没有的")


def list_works(make: MakeContext) -> Iterator[tuple[str, Run, bool]]:
    """Each work's name, what it does, and whether its time is promised not to grow."""
    for who in WHO:
        alone = who == "office"
        yield f"list: menu, {who}", partial(_menu, make, who), False
        for name in PLAIN if alone else (MINE, OPEN, OVERDUE):
            yield f"list: {name}, {who}", partial(_list, make, who, Listing(name), False), False
        for name, listing in OF.items():
            for only in NARROWED if alone else (ALL,):
                narrowed = Listing(listing.name, listing.of, only)
                yield f"list: {name} {only}, {who}", partial(_list, make, who, narrowed, False), False
        for said in SAID if alone else SAID[:2]:
            yield f"search: {said}, {who}", partial(_search, make, who, said), False
    yield from _further(make)


def _further(make: MakeContext) -> Iterator[tuple[str, Run, bool]]:
    """Pages from half-way, and what is offered beside lists."""
    yield "list: mine to fix", partial(_list, make, "owner", Listing(MINE), False), False
    yield "list: open, half-way", partial(_list, make, "office", Listing(OPEN), True), True
    yield "list: town all, half-way", partial(_list, make, "office", Listing(OF_TOWN, TOWN, ALL), True), True
    yield "search: half-way", partial(_search_further, make, "老化"), True
    for what in (OF_TOWN, SECTOR, UNIT):
        yield f"list: by {what}, office", partial(_pick, make, "office", what), False
    yield f"list: by {UNIT}, town", partial(_pick, make, "town", UNIT), False
    yield "card: history", partial(_history, make), True
    yield "assign: all at a unit", partial(_together, make), False
    yield "hint: same unit", partial(_hint, True, make), False
    yield "hint: close by", partial(_hint, False, make), False
