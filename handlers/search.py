"""Finding hazards by what is typed: the name of a list, a town, a sector, a unit, a number, or any words."""

from dataclasses import dataclass
from typing import Any

from handlers import words
from handlers.answers import areas, clean, words_only
from handlers.context import Body, Context, id_of, in_private
from handlers.forms import Answer, Answers, Form, Step, value
from handlers.inbound import Inbound
from handlers.lists import PAGE, lines_of, numbers, show_list, to_page
from models.base import UserError, short
from models.hazard_lists import OPEN, SECTOR, TOWN, UNIT, Listing
from models.hazard_search import Found, runs, search_hazards
from models.hazard_sight import hazard_by_number
from models.places import AreaIndex, Spot
from models.sectors import SECTORS
from models.text import Part, button, content, text
from models.units import find_units

SAID_MOST = 60
CARRIED_MOST = 43  # bytes of the words that a button can carry beside its mark
_UNITS_SHOWN = 3


@dataclass(frozen=True)
class Asked:
    """What was asked for: within a town or village, within a sector, in these words."""

    area: str | None = None
    sector: str | None = None
    words: str = ""


def understood(ctx: Context, said: str) -> Asked:
    """What each part of a search means: a place and a sector by their names, the rest as it is."""
    area = sector = None
    rest = []
    for part in said.split():
        spot, behind = _place(areas(ctx), part) if area is None else (None, part)
        named = _sector(ctx, part)
        if spot is not None:
            area = spot.code
            rest += [behind] if behind else []
        elif named and sector is None:
            sector = named
        else:
            rest.append(part)
    return Asked(area, sector, " ".join(rest))


def _place(index: AreaIndex, part: str) -> tuple[Spot | None, str]:
    """The town or village that is named, and what is written right behind a town's full name."""
    named = [spot for spot in index.spots if spot.level != "county" and part in _names(spot)]
    if len(named) == 1:
        return named[0], ""
    towns = [spot for spot in index.spots if spot.level == "town" and part.startswith(spot.name)]
    if named or not towns:
        return None, part
    within = [spot for spot in index.spots if spot.code.startswith(towns[0].code)]
    whole = next((spot for spot in within if part == index.path(spot.code)), None)
    return (whole, "") if whole else (towns[0], part.removeprefix(towns[0].name))


def _names(spot: Spot) -> tuple[str, ...]:
    """A town may be called for short; a village for short is often a word of its own."""
    return spot.names if spot.level == "town" else (spot.name,)


def _sector(ctx: Context, part: str) -> str | None:
    plain = part.casefold()
    return next((each for each in SECTORS if ctx.say(text(f"sector-{each}")).casefold() == plain), None)


def listed(ctx: Context, said: str) -> bool:
    """Show the list that was called by its name: "逾期", "彭店镇", "燃气 全部"; false if it is none."""
    said, at = words.page(said)
    head, _, last = said.rpartition(" ")
    only = words.narrowed(last) if head else None
    listing = _listing(ctx, head if only else said, only or OPEN)
    if listing is None:
        return False
    show_list(ctx, listing, at=at)
    return True


def _listing(ctx: Context, said: str, only: str) -> Listing | None:
    name = words.listed(said)
    if name is not None:
        return Listing(name) if only == OPEN else None
    asked = understood(ctx, said)
    if asked.area and asked == Asked(area=asked.area):
        return Listing(TOWN, asked.area, only)
    if asked.sector and asked == Asked(sector=asked.sector):
        return Listing(SECTOR, asked.sector, only)
    return None


def find(ctx: Context, args: list[str]) -> None:
    """The next page of a search: `find:<mark>:<words>`. Error: form-old-button."""
    in_private(ctx)
    before = id_of(args)
    ctx.reply(results(ctx, ":".join(args[1:]), before))


def answer(ctx: Context, said: str) -> None:
    """What was asked for with "查 …": a list by its name, a unit by its name, else what the words are found in."""
    in_private(ctx)
    said = clean(said, most=SAID_MOST)
    if listed(ctx, said):
        return
    said, at = words.page(said)
    units = find_units(ctx.session, county=ctx.county, typed=said, area=ctx.home)
    exact = [unit for unit in units if unit.name == said]
    if len(exact) == 1:
        show_list(ctx, Listing(UNIT, str(exact[0].id)))
    else:
        ctx.reply(results(ctx, said, at=at))


def results(ctx: Context, said: str, before: int | None = None, *, at: int = 1) -> Body:
    """A page of what was found, the `at`th from `before` on: newest first, open and closed."""
    numbered = _by_number(ctx, said)
    if numbered:
        return content(*lines_of(ctx, numbered), buttons=numbers(numbered))
    cut = carried(said)
    asked = understood(ctx, cut)
    if not (asked.area or asked.sector or runs(asked.words)):
        raise UserError("text-empty")
    first = before is None and at == 1
    found = _found(ctx, asked, before, at)
    units = _units(ctx, asked) if first else []
    lines: list[Part] = [_head(cut, found.hazards, further=found.before is not None, first=first)]
    if cut != said:
        lines.append(text("search-cut", said=cut))
    if any(len(run) == 1 for run in runs(asked.words)):
        lines.append(text("search-one-letter"))
    rows = [*numbers(found.hazards), *units]
    if found.before is not None:
        key = "button-more" if found.hazards else "button-search-on"
        value = f"a:find:{short(found.before)}:{cut}"
        rows.append([button(text(key), value)])
    return content(*lines, *lines_of(ctx, found.hazards), buttons=rows)


def _found(ctx: Context, asked: Asked, before: int | None, at: int) -> Found:
    """The page wanted, by way of those before it."""
    found = Found(before=before)
    for turn in range(at):
        if turn and found.before is None:
            return Found()
        found = search_hazards(
            ctx.session,
            by=ctx.by,
            said=asked.words,
            area=asked.area,
            sector=asked.sector,
            limit=PAGE,
            before=found.before,
        )
    return found


def _head(said: str, found: list[Any], *, further: bool, first: bool) -> Part:
    if found:
        return text("search-head", said=said)
    if further:
        return text("search-not-yet", said=said)
    return text("search-empty", said=said) if first else text("list-end")


def carried(said: str) -> str:
    """As much of the words as a button can carry: whole letters."""
    return said.encode()[:CARRIED_MOST].decode(errors="ignore").strip()


def _by_number(ctx: Context, said: str) -> list[Any]:
    year = ctx.policy.local(ctx.now).year
    try:
        return [hazard_by_number(ctx.session, by=ctx.by, number=said, year=year)]
    except UserError:
        return []


def _units(ctx: Context, asked: Asked) -> list[list[dict[str, Any]]]:
    """Units that are called so: each leads to its own list."""
    typed = asked.words
    if len(typed) < 2:
        return []
    found = find_units(
        ctx.session, county=ctx.county, typed=typed, area=asked.area or ctx.home, limit=_UNITS_SHOWN
    )
    return [
        [button(text("button-unit", name=unit.name), to_page(Listing(UNIT, str(unit.id))))] for unit in found
    ]


def _parse(ctx: Context, answers: Answers, inbound: Inbound) -> Answer:
    said = words_only(inbound, most=SAID_MOST)
    return Answer(said, said)


def _submit(ctx: Context, answers: Answers, meta: dict[str, Any]) -> Body:
    """The first page of what was found, or the list that was named."""
    before = len(ctx.replies)
    answer(ctx, value(answers, "what"))
    shown = ctx.replies.pop()
    assert len(ctx.replies) == before
    return shown


SEARCH = Form("search", 1, (Step("what", "ask-search", _parse),), _submit, review=False, nudged=False)
