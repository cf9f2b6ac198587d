"""Casualties as people write them: "死1伤3困2", "3人受伤，其中1人重伤", "2 dead, 3 injured"; and sums of money."""

import re
import tomllib
import unicodedata
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from models.base import UserError
from models.incident_grade import COUNT_MAX, LOSS_MAX, PEOPLE, Counts

_GAP = r"[\s,，、;；。.:：]"


@cache
def words() -> dict[str, Any]:
    """The tables of incident.toml."""
    return tomllib.loads(files("handlers").joinpath("incident.toml").read_text(encoding="utf-8"))


def _any(names: list[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Number before word, word before number; what may stand between and around; ranges; nothing at all."""
    table, other = words()["casualties"], words()["casualty_words"]
    numerals = "".join(words()["numerals"]["digits"]) + "".join(words()["numerals"]["tens"])
    number = rf"(?P<minus>{_any(other['minus'])})?\s*(?P<number>\d+|[{numerals}]+|{_any(other['none'])})"
    fill = rf"(?:\s|{_any(other['fill'])})*"
    kinds = "|".join(f"(?P<{name}>{_any(said)})" for name, said in {"all": other["all"], **table}.items())
    return {
        "number first": re.compile(rf"{number}{fill}(?:{kinds})", re.IGNORECASE),
        "word first": re.compile(rf"(?:{kinds}){fill}{number}", re.IGNORECASE),
        "word": re.compile(kinds, re.IGNORECASE),
        "between": re.compile(rf"(?:{_GAP}|{_any(other['fill'])}|{_any(other['of_these'])})*", re.IGNORECASE),
        "range": re.compile(rf"(?:\d|[{numerals}])\s*(?:{_any(other['to'])})\s*(?:\d|[{numerals}])"),
        "more": re.compile(rf"(?:{_any(other['more'])}){fill}(?:{number}{fill})?(?:{kinds})", re.IGNORECASE),
        "none": re.compile(rf"(?:0|{_any(other['none'])}){fill}", re.IGNORECASE),
        "unknown": re.compile(rf"(?:{_any(other['all'])})?{fill}(?:{_any(other['unknown'])})", re.IGNORECASE),
        "only a number": re.compile(rf"{number}{fill}", re.IGNORECASE),
    }


def read_number(said: str) -> int | None:
    """A whole number in digits or in Chinese numerals (up to thousands); None if it is none.

    Errors: count-too-many, count-negative.
    """
    said = unicodedata.normalize("NFKC", said)
    minus = next((each for each in words()["casualty_words"]["minus"] if said.startswith(each)), None)
    if minus and read_number(said.removeprefix(minus).strip()):
        raise UserError("count-negative")
    if said.isdecimal():
        digits = said.lstrip("0") or "0"
        if len(digits) > len(str(COUNT_MAX)):
            raise UserError("count-too-many", most=str(COUNT_MAX))
        return int(digits)
    numerals = words()["numerals"]
    if not said or any(
        letter not in numerals["digits"] and letter not in numerals["tens"] for letter in said
    ):
        return None
    total, digit = 0, None
    for letter in said:
        if letter in numerals["tens"]:
            total += (1 if digit is None else digit) * int(numerals["tens"][letter])
            digit = None
        else:
            digit = int(numerals["digits"][letter])
    return total + (digit or 0)


def read_casualties(said: str) -> Counts:
    """A whole answer. What it does not name is not known.

    Errors: casualties-unclear, casualties-how-many (who came to harm, but not how many), casualties-of-what
    (a number, but not of what), casualties-range, casualties-more (how many more, not how many in all),
    casualties-twice, count-negative, count-too-many.
    """
    said = unicodedata.normalize("NFKC", said).strip(" \n,，。.;；!！")
    if _patterns()["unknown"].fullmatch(said):
        return Counts()
    if _patterns()["none"].fullmatch(said):
        return Counts(**dict.fromkeys(PEOPLE, 0))
    if _patterns()["range"].search(said):
        raise UserError("casualties-range")
    if _patterns()["more"].search(said):
        raise UserError("casualties-more")
    found, rest = _scan(said)
    fault = _fault(said, rest)
    if not found or fault != "casualties-unclear" or re.search(r"\d", rest):
        raise UserError(fault)
    return _counted(found, said)


def casualties_in(sentence: str) -> Counts | None:
    """The casualties that a sentence names, whatever else it says; None if it names none, or not clearly."""
    if says_how_many_more(sentence):
        return None
    said = unicodedata.normalize("NFKC", sentence)
    try:
        found, _ = _scan(said)
        return _counted(found, said) if found else None
    except UserError:
        return None


def says_how_many_more(sentence: str) -> bool:
    """Whether it tells how many more came to harm, which is no number of all."""
    said = unicodedata.normalize("NFKC", sentence)
    return _patterns()["more"].search(said) is not None


def _scan(said: str) -> tuple[list[tuple[str, int]], str]:
    """Each number with what it counts, in order, and what is left of the sentence around them."""
    found: list[tuple[str, int]] = []
    rest, at = [], 0
    while at < len(said):
        match = _patterns()["number first"].match(said, at) or _patterns()["word first"].match(said, at)
        if match is not None:
            found.append((_kind(match), _value(match)))
            at = match.end()
        elif (gap := _patterns()["between"].match(said, at)) is not None and gap.end() > at:
            at = gap.end()
        else:
            rest.append(said[at])
            at += 1
    return found, "".join(rest)


def _kind(match: re.Match[str]) -> str:
    return next(name for name in (*PEOPLE, "all") if match[name])


def _value(match: re.Match[str]) -> int:
    number = read_number(match["number"])
    value = 0 if number is None else number
    return -value if match["minus"] and value else value


def _fault(said: str, rest: str) -> str:
    if _patterns()["only a number"].fullmatch(said):
        return "casualties-of-what"
    if _patterns()["word"].search(rest) and not re.search(r"\d", rest):
        return "casualties-how-many"
    return "casualties-unclear"


def _counted(found: list[tuple[str, int]], said: str) -> Counts:
    counts: dict[str, int] = {}
    for name, value in found:
        if value < 0:
            raise UserError("count-negative")
        if value > COUNT_MAX:
            raise UserError("count-too-many", most=str(COUNT_MAX))
        if name == "all":
            if value:
                raise UserError("casualties-of-what")
            counts |= dict.fromkeys(PEOPLE, 0)
        elif name in counts:
            raise UserError("casualties-twice")
        else:
            counts[name] = value
    if any(each in said.lower() for each in words()["casualty_words"]["of_these"]) and "hurt" in counts:
        counts["hurt"] = max(0, counts["hurt"] - counts.get("severe", 0) - counts.get("light", 0))
    return Counts(**counts)


def read_loss(said: str) -> int:
    """A sum in yuan: "1200万", "0.8亿", "350000元". Errors: loss-unclear, loss-too-much."""
    said = unicodedata.normalize("NFKC", said).replace(",", "").replace(" ", "").lower()
    table = words()["loss"]
    pattern = rf"(\d{{1,15}}(?:\.\d{{1,8}})?)(?:({_any(table['yi'])})|({_any(table['wan'])})|{_any(table['yuan'])})?"
    match = re.fullmatch(pattern, said)
    if match is None:
        raise UserError("loss-unclear")
    yuan = int(Decimal(match[1]) * (100_000_000 if match[2] else 10_000 if match[3] else 1))
    if yuan > LOSS_MAX:
        raise UserError("loss-too-much")
    return yuan
