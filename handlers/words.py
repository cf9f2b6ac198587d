"""The words by which controls and commands are typed (words.toml)."""

import re
import tomllib
from functools import cache
from importlib.resources import files


@cache
def _lists() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(files("handlers").joinpath("words.toml").read_text(encoding="utf-8"))


@cache
def _table() -> dict[str, dict[str, str]]:
    return {
        part: {word: name for name, words in entries.items() for word in words}
        for part, entries in _lists().items()
    }


_MONEY = re.compile(r"^(\d{1,9}(?:\.\d{1,4})?)\s*(\w*)$")
_ORNAMENT = re.compile(r"^[^\w/?？]+|[\s。.!！▼]+$")


_PARTING = " :：,，、\n\u3000"


def plain(text: str) -> str:
    """Without blanks, full stops and the little picture that a button's label begins with."""
    return _ORNAMENT.sub("", text.strip()).lower()


def control(text: str) -> str | None:
    """back, skip, cancel, done or submit, if that is what was typed."""
    return _table()["controls"].get(plain(text))


def money(text: str) -> int | None:
    """Whole yuan, if that is what was typed: "3000", "3,000元", "1.5万"."""
    match = _MONEY.match(text.strip().lower().replace(",", ""))
    if match is None or match[2] not in _table()["money"]:
        return None
    return round(float(match[1]) * {"yuan": 1, "wan": 10_000}[_table()["money"][match[2]]])


def command(text: str) -> tuple[str, str] | None:
    """The command typed and what stands behind it: ("start", "CODE")."""
    word = plain(text)
    if name := _table()["commands"].get(word):
        return name, ""
    said = text.strip()
    for opener, name in _table()["openers"].items():
        if said.lower().startswith(opener) and said[len(opener) : len(opener) + 1] in _PARTING:
            return name, said[len(opener) :].lstrip(_PARTING)
    head, _, rest = said.partition(" ")
    if head.startswith("/"):
        name = _table()["commands"].get(head.lower())
        return (name, rest.strip()) if name else None
    return None


def named(part: str, text: str) -> str | None:
    """The entry of a part of the table that lists this word."""
    return _table()[part].get(text)


def listing(part: str, name: str) -> tuple[str, ...]:
    """The words of one entry of a part of the table."""
    return tuple(word for word, entry in _table()[part].items() if entry == name)


@cache
def guessable() -> tuple[str, ...]:
    """Every word that calls a command or a list, without those that begin with a slash."""
    return tuple(
        word for part in ("commands", "lists") for word in _table()[part] if word[0] != "/" and len(word) > 1
    )


def listed(text: str) -> str | None:
    """The list that is called so: "逾期" is overdue."""
    return _table()["lists"].get(plain(text))


def narrowed(text: str) -> str | None:
    """How far a list goes: open, overdue or all."""
    return _table()["narrowed"].get(plain(text))


def picked(text: str) -> str | None:
    """By what to choose a list: town, sector or unit."""
    return _table()["picks"].get(plain(text))


def which(text: str) -> str | None:
    """incident or hazard, where it was asked which of them is meant: "是真的" is an incident."""
    return _table()["which"].get(plain(text))


def unsure(text: str) -> bool:
    """Whether it says that the answer is not known."""
    return plain(text) in _table()["unsure"]


def means(text: str, key: str) -> bool:
    """Whether it is another word for the choice that this text names."""
    return plain(text) in _lists()["meant"].get(key, ())


def of_mine(text: str) -> str | None:
    """What was said of a hazard that is one's own to put right: fix, accept, hand_back, extend, five or see."""
    return _table()["mine"].get(plain(text).rstrip("?？"))


def same(text: str) -> str | None:
    """yes or no to whether it is the same."""
    return _table()["same"].get(plain(text))


@cache
def _page() -> re.Pattern[str]:
    words = _table()["page"]
    before, after = (
        "|".join(word for word, at in words.items() if at == where) for where in ("before", "after")
    )
    return re.compile(rf"^(.+?)\s*(?:{before})\s*(\d{{1,2}})\s*(?:{after})?$", re.IGNORECASE)


def page(text: str) -> tuple[str, int]:
    """What was typed without its page, and the page: "逾期 第2页"."""
    match = _page().match(text.strip())
    return (match[1], max(1, int(match[2]))) if match else (text.strip(), 1)


_NUMBER = re.compile(r"^\s*\d{4}-\d{1,9}\s*$")


def is_number(text: str) -> bool:
    """Whether a hazard's whole number was typed: "2026-0012"."""
    return _NUMBER.match(text) is not None


_SHORT = re.compile(r"^\w{2,6}$")
_ASKING = re.compile(r"^(\S+?)[\s:：,，]+(.+)$", re.DOTALL)


def asking(text: str) -> tuple[str, str] | None:
    """What is asked for with a word in front: ("find", "液化气") for "查 液化气" or "搜索：液化气"."""
    said = text.strip()
    match = _ASKING.match(said)
    if match and (verb := _table()["asking"].get(match[1].lower())):
        return verb, match[2].strip()
    for head, verb in _table()["glued"].items():
        if said.startswith(head) and len(said) > len(head):
            return verb, said.removeprefix(head).strip()
    for head, verb in _table()["glued_short"].items():
        rest = said.removeprefix(head)
        if rest != said and _SHORT.match(rest) and rest[0] not in _table()["goes_on"]:
            return verb, rest
    return None
