"""What a free sentence, a photo or a place tells of a hazard before anything was asked."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from handlers.answers import area_answer, areas, clean
from handlers.context import Context
from handlers.forms import Answers
from models.base import UserError
from models.hazards import DESCRIPTION_MAX
from models.places import AreaIndex, Spot
from models.sectors import SECTORS
from models.text import text
from models.units import KnownUnit, Unit, units_in

LOOKED_THROUGH = 300  # known units of the town that are compared with a sentence
KNOWN_MIN = 4  # characters of a known unit's name; shorter ones stand in too many sentences by chance

_MARKS = re.compile(r"^\W+")


@cache
def _hints() -> dict[str, Any]:
    return tomllib.loads(files("handlers").joinpath("intake.toml").read_text(encoding="utf-8"))


def sector_of(sentence: str) -> str | None:
    """The sector whose words the sentence holds most of; the longer words weigh more.

    A thing (a boiler) weighs more than the place where it stands (a school), the place more than the rest.
    """
    return _best(sentence, _hints()["sectors"], _hints()["sector_weights"])


def kind_of(sentence: str) -> str | None:
    """The accident to be feared, by the words that stand for it."""
    return _best(sentence, _hints()["kinds"], _hints()["kind_weights"])


SENTENCE, SENTENCE_LATIN = 6, 15  # characters that make a sentence


def _best(sentence: str, table: dict[str, list[str]], extra: dict[str, int]) -> str | None:
    """The name with the most of its words said. A word inside a longer one that was said counts for nothing:
    a lift shaft (电梯井) is no lift (电梯)."""
    said = sentence.lower()
    found = {name: [word for word in words if word in said] for name, words in table.items()}
    every = {word for words in found.values() for word in words}
    weights = {}
    for name, words in found.items():
        whole = [word for word in words if not any(word != other and word in other for other in every)]
        if whole:
            weights[name] = sum(map(len, whole)) + extra.get(name, 0)
    return max(weights, key=lambda name: weights[name], default=None)


def looks_like_a_report(sentence: str, index: AreaIndex) -> bool:
    """Whether a free sentence tells of something: it holds a known word, or names a place. No question does."""
    said = sentence.lower()
    asks = _hints()["questions"]
    if said.endswith(tuple(asks["ends"])) or any(each in said for each in asks["holds"]):
        return False
    if sector_of(sentence) or kind_of(sentence):
        return True
    return len(sentence) >= SENTENCE and index.mentioned(sentence) is not None


def may_be_a_report(sentence: str) -> bool:
    """Whether it is long enough to be one, for all that is known of its words."""
    least = SENTENCE_LATIN if sentence.isascii() else SENTENCE
    return least <= len(sentence) <= DESCRIPTION_MAX


def known_unit(sentence: str, units: list[KnownUnit], index: AreaIndex) -> KnownUnit | None:
    """The unit on record that the sentence names, with or without its town; of several the longest name."""
    said = _without_towns(sentence, index)
    named = [
        unit
        for unit in units
        if len(unit.name) >= KNOWN_MIN
        and (
            unit.name in sentence
            or (len(bare := _without_towns(unit.name, index)) >= KNOWN_MIN and bare in said)
        )
    ]
    return max(named, key=lambda unit: len(unit.name), default=None)


def _without_towns(said: str, index: AreaIndex) -> str:
    for spot in index.spots:
        if spot.level == "town":
            said = said.replace(spot.name, "")
    return said


def new_unit(sentence: str, spot: Spot) -> str | None:
    """A unit named right behind its place: "彭店镇老王烧烤店". A trade alone ("彭店镇烧烤店") is no name.

    What a place has one of ("彭店镇卫生院") is called with the place.
    """
    place = next((name for name in spot.names if name in sentence), None)
    if place is None:
        return None
    behind = _MARKS.sub("", sentence.split(place, 1)[1])
    if sole := _patterns()["sole"].match(behind):
        return place + sole[0]
    named = _patterns()["named"].match(behind) or _patterns()["works"].match(behind)
    return named[0] if named else None


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """How names of units are built: nothing of a sentence's own words in them, and a trade at the end."""
    hints = _hints()["units"]
    letter = rf"[^\W{hints['never']}]"
    trades = "|".join(sorted(hints["trades"], key=len, reverse=True))
    return {
        "sole": re.compile("|".join(hints["sole"])),
        "named": re.compile(rf"(?!{'|'.join(hints['no_names'])}){letter}{{2,5}}?(?:{trades})", re.I),
        "works": re.compile(rf"{letter}{{4,8}}?(?:{'|'.join(hints['works'])})"),
    }


def _unit_of(ctx: Context, index: AreaIndex, sentence: str, spot: Spot | None) -> KnownUnit | str | None:
    """The unit on record in the town that is named, or in the person's own; else a new one's name."""
    town = spot.code if spot else ctx.home
    units = units_in(ctx.session, county=ctx.county, area=town, limit=LOOKED_THROUGH) if town else []
    return known_unit(sentence, units, index) or (new_unit(sentence, spot) if spot else None)


def from_sentence(ctx: Context, sentence: str) -> Answers:
    """Answers that a sentence gives: its description, and the place, unit, sector and kind that it names."""
    try:
        said = clean(sentence, most=DESCRIPTION_MAX)
    except UserError:
        return {}
    answers: Answers = {"description": {"v": said, "s": said}}
    index = areas(ctx)
    spot, sector = index.mentioned(said), sector_of(said)
    if spot:
        answer = area_answer(index, spot)
        answers["area"] = {"v": answer.value, "s": answer.shown}
    unit = _unit_of(ctx, index, said, spot)
    if isinstance(unit, KnownUnit):
        answers["unit"] = {"v": {"id": unit.id, "name": unit.name}, "s": unit.name}
        sector = sector or _sector_on_record(ctx, unit)
    elif unit:
        answers["unit"] = {"v": {"id": None, "name": unit}, "s": unit}
    if sector:
        answers["sector"] = {"v": sector, "s": text(f"sector-{sector}")}
    if kind := kind_of(said) or _hints()["kind_of_sector"].get(sector):
        answers["kind"] = {"v": kind, "s": text(f"kind-{kind}")}
    return answers


def _sector_on_record(ctx: Context, known: KnownUnit) -> str | None:
    unit = ctx.session.get(Unit, (ctx.county, known.id))
    return unit.sector if unit and unit.sector in SECTORS else None
