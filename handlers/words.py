"""The words by which controls and commands are typed (words.toml)."""

import re
import tomllib
from functools import cache
from importlib.resources import files


@cache
def _table() -> dict[str, dict[str, str]]:
    data = tomllib.loads(files("handlers").joinpath("words.toml").read_text(encoding="utf-8"))
    return {
        part: {word: name for name, words in entries.items() for word in words}
        for part, entries in data.items()
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
