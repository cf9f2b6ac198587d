"""From an everyday sentence to the criteria it may meet: candidates to pick from, never a verdict.

The sentence is enriched by the standards' own words (criteria_words.toml) and compared by pairs of
characters, and more weakly by pairs of sounds (a wrong character of the right sound is the usual slip).
"""

import heapq
import math
import re
import tomllib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

from pypinyin import lazy_pinyin

from models.criteria import Criterion

_BREAK = re.compile(r"[^\w]+|_")
_K, _B = 1.2, 0.5  # BM25: how soon a repeated pair is enough, how much a long title is held against it
_SOUND, _SINGLE = 0.35, 0.15  # what a pair of sounds and a single character weigh beside a pair of characters
_ADDED = 0.5  # what the standards' words weigh beside the person's own
_GROUP, _OWN_SECTOR = 10.0, 3.0
_OFF_GROUP = 0.4  # a criterion of another sector, and of a thing that the sentence does not name
_HEAD_MAX = 8  # characters of a title's head that names a thing or trade
FLOOR = 14.0  # below this a likeness is chance


class Ranked(NamedTuple):
    """A criterion's id and how like the sentence it is (no unit, more is better)."""

    id: str
    score: float


class Entry(NamedTuple):
    """What of a criterion is compared."""

    id: str
    standard: str
    sector: str
    title: str


@dataclass(frozen=True)
class _Words:
    """The word table: what people say -> what the standards say, and the words that name a group."""

    say: list[tuple[re.Pattern[str], str]]
    groups: dict[str, re.Pattern[str]]
    general: frozenset[str]
    also: dict[str, dict[str, str]]


@cache
def _words() -> _Words:
    table = tomllib.loads(files("models").joinpath("criteria_words.toml").read_text(encoding="utf-8"))
    say = [(re.compile("|".join(entry["said"])), entry["means"]) for entry in table["say"]]
    groups = {name: re.compile("|".join(said)) for name, said in table["groups"].items()}
    return _Words(say, groups, frozenset(table["general"]), table["also"])


def plain(sentence: str) -> str:
    """The sentence in plain forms and lower case, everything but letters and digits as one blank."""
    return _BREAK.sub(" ", unicodedata.normalize("NFKC", sentence).lower()).strip()


def _features(said: str, weight: float = 1.0) -> dict[str, float]:
    """Pairs of characters, single characters and pairs of sounds, each with what it weighs."""
    found: dict[str, float] = {}
    for part in plain(said).split():
        sounds = _sounds(part)
        for letter in part:
            found[letter] = weight * _SINGLE
        for first, second in pairwise(part):
            found[first + second] = weight
        for first, second in pairwise(sounds):
            found[f"{first} {second}"] = weight * _SOUND
    return found


@lru_cache(maxsize=8192)
def _sounds(part: str) -> tuple[str, ...]:
    return tuple(lazy_pinyin(part))


def enriched(sentence: str) -> dict[str, float]:
    """What is looked up for a sentence: its own pairs, and those of the standards' words for what it says."""
    said = plain(sentence)
    found = _features(said)
    meant = " ".join(means for pattern, means in _words().say if pattern.search(said))
    for feature, weight in _features(meant, _ADDED).items():
        found[feature] = max(weight, found.get(feature, 0.0))
    return found


class CriteriaIndex:
    """The criteria made ready for ranking; built once, 0.2 s for three hundred."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = tuple(entries)
        self._groups = [_group_of(entry) for entry in self._entries]
        features = [list(_features(_compared(entry))) for entry in self._entries]
        held_by = Counter(feature for each in features for feature in each)
        average = sum(len(each) for each in features) / max(1, len(features))
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, each in enumerate(features):
            worth = (_K + 1) / (1 + _K * (1 - _B + _B * len(each) / average))
            for feature in each:
                self._postings[feature].append((place, worth * _rarity(held_by[feature], len(features))))

    def rank(self, description: str, sector: str | None, limit: int) -> list[Ranked]:
        """The most like first, none below FLOOR."""
        scores = self._likeness(description)
        said, words = plain(description), _words()
        named = {group for group, pattern in words.groups.items() if pattern.search(said)}
        for place, entry in enumerate(self._entries):
            group = self._groups[place]
            own, general = entry.sector == sector, group in words.general
            if group in named and (own or not (sector and general)):
                scores[place] += _GROUP
            elif not own and (sector or not general):
                scores[place] *= _OFF_GROUP
            if scores[place] and own:
                scores[place] += _OWN_SECTOR
        best = heapq.nsmallest(limit, range(len(scores)), key=lambda place: (-scores[place], place))
        return [
            Ranked(self._entries[place].id, round(scores[place], 2))
            for place in best
            if scores[place] >= FLOOR
        ]

    def _likeness(self, description: str) -> list[float]:
        scores = [0.0] * len(self._entries)
        for feature, weight in enriched(description).items():
            for place, worth in self._postings.get(feature, ()):
                scores[place] += weight * worth
        return scores


def _compared(entry: Entry) -> str:
    """The title, but not what all items of an article begin with, and what people call it."""
    head, colon, rest = entry.title.partition(":")
    code, _, begins = entry.id.partition("@")
    also = (
        _words().also.get(f"{entry.standard}@{begins}", {}).get(code.removeprefix(f"{entry.standard}-"), "")
    )
    return f"{rest if colon and len(head) > _HEAD_MAX else entry.title} {also}"


def _rarity(holders: int, of: int) -> float:
    """BM25's weight of a feature that so many titles hold."""
    return math.log(1 + (of - holders + 0.5) / (holders + 0.5))


def _group_of(entry: Entry) -> str:
    """What a criterion is about: the word before the colon of its title, else its standard."""
    head, colon, _ = entry.title.partition(":")
    return f"{entry.standard} {head}" if colon and len(head) <= _HEAD_MAX else entry.standard


@lru_cache(maxsize=16)
def _index(entries: tuple[Entry, ...]) -> CriteriaIndex:
    return CriteriaIndex(entries)


def rank_criteria(
    description: str, sector: str | None, criteria: Iterable[Criterion], limit: int = 3
) -> list[Ranked]:
    """The criteria that an everyday description most probably meets, best first; none where nothing is like it.

    The hazard's sector is preferred, not required: one site may be judged by several lists.
    """
    entries = tuple(Entry(each.id, each.standard, each.sector, each.title) for each in criteria)
    return _index(entries).rank(description, sector, limit)
