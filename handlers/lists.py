"""Lists of hazards, page by page. All a page needs is in its button: which list, how far, where to go on."""

from typing import Any

from handlers.answers import areas
from handlers.context import Context, in_private
from models.assignment import to_assign_at
from models.base import UserError, short, unshort
from models.hazard_cards import where_line
from models.hazard_lists import (
    ALL,
    COUNTED_MOST,
    MAJOR,
    MINE,
    NARROWED,
    OPEN,
    OVERDUE,
    SECTOR,
    TOWN,
    UNIT,
    Listing,
    Waiting,
    count_hazards,
    is_listing,
    list_hazards,
    mark_of,
    units_with_open,
    waiting_to_be_assigned,
)
from models.hazard_sight import OVERSEERS
from models.hazard_states import (
    AUTHORITY,
    MAY_REPORT,
    OFFICE,
    PASSED,
    REPORTED,
    SUBMITTED,
    VERIFIED,
    WITH_OWNER,
)
from models.hazards import Hazard
from models.people import DEPARTMENT, OFFICE_LEADER, RESPONSIBLE, TOWN_OFFICER
from models.sectors import SECTORS
from models.text import Part, button, content, text, when
from models.units import Unit

PAGE = 5
_ONLY = {"o": OPEN, "d": OVERDUE, "a": ALL}
_LETTERS = {only: letter for letter, only in _ONLY.items()}
_SHOWN_OF_UNIT = 3
# The lists on the menu, and whom they are for.
_MENU: tuple[tuple[str, tuple[str, ...]], ...] = (
    (OPEN, (*OVERSEERS, RESPONSIBLE)),
    (OVERDUE, (*OVERSEERS, RESPONSIBLE)),
    (MAJOR, OVERSEERS),
    (REPORTED, (*AUTHORITY, OFFICE_LEADER)),
    (VERIFIED, (*AUTHORITY, OFFICE_LEADER)),
    (SUBMITTED, OVERSEERS),
    (PASSED, (*OFFICE, OFFICE_LEADER)),
)
_PICKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (TOWN, (*OFFICE, OFFICE_LEADER, DEPARTMENT)),
    (SECTOR, (*OFFICE, OFFICE_LEADER, TOWN_OFFICER)),
    (UNIT, OVERSEERS),
)


def ledger(ctx: Context) -> None:
    """台账: the lists that are this person's, with how many each holds, and the ways to look for others."""
    names = [name for name, roles in _MENU if ctx.by.has(*roles)]
    lists = [_counted(ctx, text(f"list-name-{name}"), Listing(name)) for name in (*names, MINE)]
    picks = [button(text(f"pick-{what}"), f"a:pick:{what}") for what, roles in _PICKS if ctx.by.has(*roles)]
    picks.append(button(text("menu-search"), "c:search"))
    ctx.reply(content(text("ledger-head"), buttons=[*_in_rows(lists), *_in_rows(picks)]))


def _in_rows(buttons: list[dict[str, Any]], most: int = 2) -> list[list[dict[str, Any]]]:
    return [buttons[at : at + most] for at in range(0, len(buttons), most)]


def _counted(ctx: Context, name: Part, listing: Listing) -> dict[str, Any]:
    """A list's button, with how many it holds."""
    count = count_hazards(ctx.session, by=ctx.by, listing=listing, now=ctx.now)
    many = text("list-many", most=COUNTED_MOST - 1) if count >= COUNTED_MOST else str(count)
    return button(text("list-counted", name=name, count=many), to_page(listing))


def pick(ctx: Context, args: list[str]) -> None:
    """Towns, sectors or units to choose from: `pick:<what>`."""
    in_private(ctx)
    what = args[0] if args else ""
    if what not in (TOWN, SECTOR, UNIT):
        raise UserError("form-old-button")
    picks = {TOWN: _towns, SECTOR: _sectors, UNIT: _units}[what](ctx)
    ctx.reply(content(text(f"pick-{what}-head"), buttons=_in_rows(picks, 1 if what == UNIT else 2)))


def _towns(ctx: Context) -> list[dict[str, Any]]:
    towns = [spot for spot in areas(ctx).spots if spot.level == "town"]
    return [_counted(ctx, spot.name, Listing(TOWN, spot.code)) for spot in towns]


def _sectors(ctx: Context) -> list[dict[str, Any]]:
    return [_counted(ctx, text(f"sector-{sector}"), Listing(SECTOR, sector)) for sector in SECTORS]


def _units(ctx: Context) -> list[dict[str, Any]]:
    """The units with most open hazards; the others are typed."""
    found = []
    for unit_id, count in units_with_open(ctx.session, by=ctx.by):
        if unit := ctx.session.get(Unit, (ctx.county, unit_id)):
            label = text("list-counted", name=unit.name, count=str(count))
            found.append(button(label, to_page(Listing(UNIT, str(unit_id)))))
    return found


def to_page(listing: Listing, mark: str = "") -> str:
    """The value of the button that shows a list, or goes on with it."""
    of = short(int(listing.of)) if listing.name == UNIT else listing.of
    path = f"{listing.name}:{of}:{_LETTERS[listing.only] if of else ''}"
    return f"a:list:{path}:{mark}"


def page(ctx: Context, args: list[str]) -> None:
    """A list, or a further page of it: `list:<name>:<of>:<how far>:<mark>`. Error: form-old-button."""
    in_private(ctx)
    name, of, only, mark = [*args, "", "", "", ""][:4]
    try:
        listing = Listing(name, str(unshort(of)) if name == UNIT else of, _ONLY.get(only, OPEN))
        if not is_listing(listing):
            raise ValueError(name)
        show_list(ctx, listing, after=mark)
    except (ValueError, OverflowError):
        raise UserError("form-old-button") from None


def my_page(ctx: Context) -> None:
    """What I reported and what is mine to fix."""
    show_list(ctx, Listing(MINE))


def show_list(ctx: Context, listing: Listing, *, after: str = "", at: int = 1) -> None:
    """A page of a list, the `at`th from `after` on."""
    if listing == Listing(VERIFIED) and ctx.by.has(*AUTHORITY):
        _show_waiting(ctx, after, at)
        return
    skip = (at - 1) * PAGE
    found = list_hazards(
        ctx.session, by=ctx.by, listing=listing, now=ctx.now, limit=PAGE + 1, after=after, skip=skip
    )
    rows = _narrowings(listing)
    if not found:
        ctx.reply(_nothing(ctx, listing, further=bool(after or skip), rows=rows))
        return
    if len(found) > PAGE:
        more = to_page(listing, mark_of(listing, found[PAGE - 1]))
        rows.insert(0, [button(text("button-more"), more)])
    ctx.reply(
        content(_head(ctx, listing), *lines_of(ctx, found[:PAGE]), buttons=[*numbers(found[:PAGE]), *rows])
    )


def _nothing(ctx: Context, listing: Listing, *, further: bool, rows: list[Any]) -> dict[str, Any]:
    if further:
        return content(text("list-end"), buttons=rows)
    line = text("list-my-empty") if listing.name == MINE else text("list-empty", what=_head(ctx, listing))
    if ctx.by.has(*MAY_REPORT) and not ctx.by.has(*OVERSEERS):
        rows = [*rows, [button(text("menu-report"), "c:report")]]
    return content(line, buttons=rows)


def _head(ctx: Context, listing: Listing) -> Part:
    if not listing.of:
        return text("list-head", what=text(f"list-name-{listing.name}"))
    return text("list-head-narrowed", what=_of(ctx, listing), only=text(f"list-only-{listing.only}"))


def _of(ctx: Context, listing: Listing) -> Part:
    """A town, sector or unit by its name. Error: form-old-button, when there is none."""
    if listing.name == SECTOR:
        return text(f"sector-{listing.of}")
    if listing.name == TOWN and listing.of in areas(ctx).by_code:
        return areas(ctx).path(listing.of)
    unit = ctx.session.get(Unit, (ctx.county, int(listing.of))) if listing.name == UNIT else None
    if unit is None:
        raise UserError("form-old-button")
    return unit.name


def _narrowings(listing: Listing) -> list[list[dict[str, Any]]]:
    """The other ways in which a list of a place, a sector or a unit can be seen."""
    if not listing.of:
        return []
    others = [Listing(listing.name, listing.of, only) for only in NARROWED if only != listing.only]
    return [[button(text(f"list-only-{other.only}"), to_page(other)) for other in others]]


def lines_of(ctx: Context, hazards: list[Hazard]) -> list[Part]:
    """Three lines a hazard: what it is, where, in which words."""
    lines: list[Part] = []
    for hazard in hazards:
        lines += [_line(ctx, hazard), where_line(ctx.session, hazard), hazard.description[:60]]
    return lines


def numbers(hazards: list[Hazard]) -> list[list[dict[str, Any]]]:
    """A button for each, by its number."""
    return _in_rows([button(hazard.number, f"a:see:{short(hazard.id)}") for hazard in hazards], 3)


def _line(ctx: Context, hazard: Hazard) -> Part:
    level = hazard.level or ("suspected" if hazard.suspected_major else "ungraded")
    return text(
        "list-line",
        number=hazard.number,
        level=text(f"level-{level}"),
        state=_state(ctx, hazard),
        at=when(hazard.reported_at),
    )


def _state(ctx: Context, hazard: Hazard) -> Part:
    if hazard.state in WITH_OWNER and hazard.due_at is not None and hazard.due_at <= ctx.now:
        local = ctx.policy.local
        return text("list-late", days=(local(ctx.now).date() - local(hazard.due_at).date()).days)
    state = text(f"state-{hazard.state}")
    return text("list-hidden", state=state) if hazard.hidden else state


def _show_waiting(ctx: Context, after: str, at: int) -> None:
    """待交办: what waits at one unit together, to be assigned by one tap; the rest one by one."""
    before = unshort(after) if after else None
    found = waiting_to_be_assigned(ctx.session, by=ctx.by, limit=at * PAGE + 1, before=before)
    groups = found[(at - 1) * PAGE : at * PAGE]
    if not groups:
        ctx.reply(_nothing(ctx, Listing(VERIFIED), further=before is not None or at > 1, rows=[]))
        return
    lines: list[Part] = [_head(ctx, Listing(VERIFIED))]
    rows: list[list[dict[str, Any]]] = []
    for group in groups:
        hazards = _waiting(ctx, group)
        lines += lines_of(ctx, hazards)
        if group.unit_id is not None and group.hazards > 1:
            rows.append([button(_together(group, hazards), f"a:assign_unit:{short(group.unit_id)}")])
            if group.hazards > len(hazards):
                lines.append(text("list-more-of-unit", count=group.hazards - len(hazards)))
        rows += numbers(hazards)
    if len(found) > at * PAGE:
        more = to_page(Listing(VERIFIED), short(groups[-1].newest))
        rows.append([button(text("button-more"), more)])
    ctx.reply(content(*lines, buttons=rows))


def _waiting(ctx: Context, group: Waiting) -> list[Hazard]:
    if group.unit_id is not None:
        return to_assign_at(ctx.session, by=ctx.by, unit_id=group.unit_id, limit=_SHOWN_OF_UNIT)
    return [ctx.session.get_one(Hazard, (ctx.county, group.newest))]


def _together(group: Waiting, hazards: list[Hazard]) -> Part:
    return text("button-assign-unit", unit=hazards[0].unit_name, count=group.hazards)
