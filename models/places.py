"""The area tree (county, town, village, grid), its import, and finding a place in what people type."""

import csv
import io
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from weakref import WeakKeyDictionary

from pypinyin import lazy_pinyin
from rapidfuzz.distance import OSA
from sqlalchemy import Engine, Index, delete
from sqlmodel import Field, Session, SQLModel, col, select

from models.base import UserError, json_field
from models.text import Text

LEVELS = ("county", "town", "village", "grid")


class Area(SQLModel, table=True):
    """A division. Codes nest by prefix: county 6 digits, town 9, village 12, grid longer."""

    __table_args__ = (Index("ix_area_parent", "county", "parent_code"),)

    county: str = Field(primary_key=True, max_length=12)
    code: str = Field(primary_key=True, max_length=24)
    level: str
    name: str
    parent_code: str | None = None
    aliases: list[str] = json_field(list)


def town_of(area: str | None) -> str | None:
    """The town's code within a code; None for the county's own."""
    return area[:9] if area and len(area) >= 9 else None


@dataclass(frozen=True)
class AreaRow:
    """One line of an area table, as imported."""

    code: str
    level: str
    name: str
    parent_code: str
    aliases: tuple[str, ...] = ()


def parse_areas(data: str) -> list[AreaRow]:
    """Read an area table: columns code, level, name, parent_code and, if given, aliases (split by |).

    Errors: import-errors with every faulty row named by its number.
    """
    reader = csv.DictReader(io.StringIO(data.lstrip("\ufeff")))
    missing = {"code", "level", "name", "parent_code"} - set(reader.fieldnames or ())
    if missing:
        raise UserError("import-columns", columns=", ".join(sorted(missing)))
    rows: list[AreaRow] = []
    errors: list[Text] = []
    seen: set[str] = set()
    for number, raw in enumerate(reader, start=2):
        row = _area_row(raw)
        fault = _area_fault(row, seen)
        if fault:
            errors.append(
                {"k": "import-row", "p": {"row": number, "fault": {"k": fault, "p": {"value": row.code}}}}
            )
        seen.add(row.code)
        rows.append(row)
    if errors:
        raise UserError("import-errors", count=len(errors), errors=errors[:20])
    if not rows:
        raise UserError("import-empty")
    return rows


def _area_row(raw: dict[str, str | None]) -> AreaRow:
    cell = {
        key: (value or "").strip()
        for key, value in raw.items()
        if isinstance(key, str) and not isinstance(value, list)
    }
    aliases = tuple(alias for alias in cell.get("aliases", "").split("|") if alias)
    return AreaRow(cell["code"], cell["level"], cell["name"], cell["parent_code"], aliases)


def _area_fault(row: AreaRow, seen: set[str]) -> str | None:
    if not row.code or not row.name:
        return "import-area-blank"
    if row.level not in LEVELS:
        return "import-area-level"
    if row.code in seen:
        return "import-area-twice"
    if row.level != "county" and (row.parent_code not in seen or not row.code.startswith(row.parent_code)):
        return "import-area-parent"
    return None


def import_areas(session: Session, *, rows: Iterable[AreaRow]) -> str:
    """Replace a county's tree by these rows; returns the county's code. Parents come before children."""
    rows = list(rows)
    counties = [row for row in rows if row.level == "county"]
    if len(counties) != 1:
        raise UserError("import-one-county", count=len(counties))
    county = counties[0].code
    session.execute(delete(Area).where(col(Area.county) == county))
    for row in rows:
        parent = row.parent_code if row.level != "county" else None
        session.add(
            Area(
                county=county,
                code=row.code,
                level=row.level,
                name=row.name,
                parent_code=parent,
                aliases=list(row.aliases),
            )
        )
    session.flush()
    forget_areas()
    return county


_SUFFIXES = re.compile(
    r"(社区居民委员会|居民委员会|村民委员会|社区居委会|居委会|村委会|街道办事处|社区|镇|乡|街道|村)$"
)
_NOT_A_NAME = re.compile(r"[\s,，。.;；:：、/\\-]+")


def plain_name(name: str) -> str:
    """The name without its administrative ending, as people say it."""
    short = _SUFFIXES.sub("", name)
    return short if len(short) >= 2 else name


@dataclass(frozen=True)
class Spot:
    """One area in the search index: its names and how they sound."""

    code: str
    level: str
    name: str
    names: tuple[str, ...]
    sounds: tuple[str, ...]


class AreaIndex:
    """All names of a county's areas, for finding one in a typed answer or inside a sentence."""

    def __init__(self, rows: Iterable[tuple[str, str, str, list[str]]]) -> None:
        self.spots = tuple(_spot(*row) for row in rows)
        self.by_code = {spot.code: spot for spot in self.spots}

    def name(self, code: str | None) -> str:
        """The area's own name; empty for none."""
        spot = self.by_code.get(code or "")
        return spot.name if spot else ""

    def path(self, code: str | None) -> str:
        """Town and village in one: the names from the town down."""
        if not code:
            return ""
        above = [self.name(code[:length]) for length in (9, 12) if length < len(code)]
        return "".join([*above, self.name(code)])

    def find(self, typed: str, *, within: str | None = None, limit: int = 6) -> list[Spot]:
        """Areas meant by a typed answer, best first: exact, then part of it, then slips of the pen or ear.

        "彭店 刘拐" narrows by the town first. Nothing closer than one slip in three sounds is offered.
        """
        parts = [part for part in _NOT_A_NAME.split(self._in_the_county(typed.strip())) if part]
        if len(parts) > 1:
            towns = self.find(parts[0], within=within, limit=1)
            if towns:
                inner = self.find("".join(parts[1:]), within=towns[0].code, limit=limit)
                return inner or towns
        wanted = "".join(parts)
        if not wanted:
            return []
        said, sound = plain_name(wanted), _sound(plain_name(wanted))
        scored = []
        for spot in self.spots:
            if spot.level == "county" or (within and not spot.code.startswith(within)):
                continue
            score = _score(wanted, said, sound, spot)
            if score is not None:
                scored.append((score, LEVELS.index(spot.level), spot.code, spot))
        scored.sort(key=lambda item: item[:3])
        best = scored[0][0] if scored else 0
        named = [item[3].code for item in scored if item[0] == 0]
        found = [
            item[3]
            for item in scored
            if item[0] <= max(best, 1) and not (item[0] and item[2].startswith(tuple(named)))
        ][:limit]  # a place called by its very name stands for what lies within it
        return found or self._town_then_rest(wanted, within, limit)

    def _in_the_county(self, typed: str) -> str:
        """What stands behind the county's own name: "鄢陵县彭店镇" means the town, "鄢陵" alone nothing."""
        for spot in self.spots:
            if spot.level == "county":
                for name in (spot.name, spot.name.removesuffix("县")):
                    if typed == name or (name == spot.name and typed.startswith(name)):
                        return typed.removeprefix(name)
        return typed

    def _town_then_rest(self, wanted: str, within: str | None, limit: int) -> list[Spot]:
        """ "彭店镇刘拐村" written in one: the town's name first, then the village inside it."""
        for spot in self.spots:
            if spot.level != "town" or (within and not spot.code.startswith(within)):
                continue
            for name in spot.names:
                rest = wanted.removeprefix(name)
                if rest != wanted and len(rest) >= 2:
                    return self.find(rest, within=spot.code, limit=limit) or [spot]
        return []

    def mentioned(self, sentence: str) -> Spot | None:
        """The most exact area named inside a sentence; a village only by its full name or inside its town.

        None where two towns are named: which of them is meant has to be asked.
        """
        towns = [spot for spot in self.spots if spot.level == "town" and _named(spot, sentence)]
        if len(towns) > 1:
            return None
        town = towns[0] if towns else None
        villages = (
            spot
            for spot in self.spots
            if spot.level in ("village", "grid") and (town is None or spot.code.startswith(town.code))
        )
        rest = sentence
        if town is not None:
            for name in town.names:
                rest = rest.replace(name, " ")
        return _longest(rest, villages, full=town is None) or town


def _spot(code: str, level: str, name: str, aliases: list[str]) -> Spot:
    said = plain_name(name)
    names = [name, said, *aliases]
    if level == "village":
        names += [said + ending for ending in ("村", "社区", "居委会", "村委会")]
    unique = tuple(dict.fromkeys(sorted(names, key=len, reverse=True)))
    return Spot(code, level, name, unique, tuple(dict.fromkeys(_sound(each) for each in (said, *aliases))))


@lru_cache(maxsize=4096)
def _sound(name: str) -> str:
    return " ".join(lazy_pinyin(name))


_LATIN_ENDINGS = ("zhen", "xiang", "town", "cun", "village")


def _in_letters(typed: str) -> set[str]:
    """A name typed in pinyin, with and without what kind of place it is: "Pengdianzhen" is pengdian, too."""
    letters = typed.lower()
    return {letters, *(letters.removesuffix(ending) for ending in _LATIN_ENDINGS)}


def _score(wanted: str, said: str, sound: str, spot: Spot) -> int | None:
    """0 the very name, 1 part of it, 2 sounds the same, 3 one character or sound off; None is no match."""
    if wanted in spot.names or said in spot.names:
        return 0
    if len(said) >= 2 and any(said in name for name in spot.names):
        return 1
    if sound in spot.sounds:
        return 2
    if wanted.isascii():
        return 2 if _in_letters(wanted) & {other.replace(" ", "") for other in spot.sounds} else None
    syllables = sound.split()
    if len(syllables) >= 2:
        for other in spot.sounds:
            if len(other.split()) == len(syllables) and OSA.distance(sound, other, score_cutoff=1) <= 1:
                return 3
    plain = plain_name(spot.name)
    if len(said) >= 3 and OSA.distance(said, plain, score_cutoff=1) <= 1:
        return 3
    return None


def _named(spot: Spot, sentence: str) -> bool:
    """Whether a town is named; "大马路" is a big road, not the town 大马."""
    return any(name in sentence.replace(f"{name}路", "") for name in spot.names)


def _longest(sentence: str, spots: Iterable[Spot], *, full: bool) -> Spot | None:
    best: tuple[int, Spot] | None = None
    for spot in spots:
        for name in spot.names:
            if full and (name == plain_name(spot.name) or len(name) < 3):
                continue
            if name in sentence and (best is None or len(name) > best[0]):
                best = (len(name), spot)
    return best[1] if best else None


_loaded: WeakKeyDictionary[Engine, dict[str, tuple[float, AreaIndex]]] = WeakKeyDictionary()
_KEPT_SECONDS = 60  # how long another process's import may go unseen


def area_index(session: Session, *, county: str) -> AreaIndex:
    """The county's index, read again at most once a minute (at once after an import in this process)."""
    held = _loaded.setdefault(session.get_bind().engine, {})
    read_at, index = held.get(county, (0.0, None))
    if index is None or time.monotonic() - read_at > _KEPT_SECONDS:
        rows = session.exec(
            select(Area.code, Area.level, Area.name, Area.aliases)
            .where(Area.county == county)
            .order_by(Area.code)
        ).all()
        index = AreaIndex((code, level, name, list(aliases)) for code, level, name, aliases in rows)
        if rows:
            held[county] = (time.monotonic(), index)
    return index


def forget_areas() -> None:
    """Read the tree anew at the next look."""
    _loaded.clear()
