"""Buttons: their values fit and lead somewhere, and texts call them by the name they bear."""

import ast
import re

import pytest

from bot.words import LANGUAGES
from handlers import words
from handlers.actions import ACTIONS
from handlers.commands import COMMANDS
from handlers.commands import LANGUAGES as OFFERED_LANGUAGES
from handlers.hazard_actions import _MORE
from handlers.search import CARRIED_MOST
from models.base import new_id, short
from models.hazard_cards import _NEXT
from models.hazard_lists import PLAIN, SECTOR, TOWN, UNIT
from models.incident_report import STAGES
from models.sectors import SECTORS
from tests.texts import read_language, sources

TO_TAP = {"zh-CN": re.compile("点“(.+?)”"), "en": re.compile('[Tt]ap "(.+?)"')}


def _bare(label: str) -> str:
    """A label without the picture before it and the dots behind it."""
    return re.sub(r"^\W+|\W+$", "", label)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_buttons_people_are_told_to_tap_are_called_so(lang: str) -> None:
    texts = read_language(lang)
    labels = {
        _bare(said)
        for key, message in texts.items()
        if key == "none" or key.startswith(("button-", "menu-", "suspected-", "casualties-"))
        for said in message.variants
    }
    told = {
        _bare(word): key
        for key, message in texts.items()
        for said in message.variants
        for word in TO_TAP[lang].findall(said)
    }
    assert len(told) >= 3
    assert {word: key for word, key in told.items() if word not in labels} == {}


# How long the holes of a button's value can get, in bytes.
HOLES = {
    "seq": 9,
    "word": max(len(word.encode()) for word in words.guessable()),
    "path": max(
        len("::town") + 24 + len("o"),
        *(len(f"sector:{sector}:o") for sector in SECTORS),
        *(len(f"{name}::") for name in PLAIN),
    ),
    "mark": len(short(1 << 52)) + len(".") + len(short(2**63 - 1)),
    "what": max(len(what) for what in (TOWN, SECTOR, UNIT)),
    "cut": CARRIED_MOST,
    "begin + _HISTORY_PAGE": 5,
    "first + POSTS_MOST": 5,
    "first + SHOWN": 5,
    "on": len("20261001"),
    "area": 24,
    "town": 24,
    "name": len("open"),
    "handover.version": 9,
    "verb": max(map(len, ACTIONS)),
    "action": max(map(len, ACTIONS)),
    "more": 0,
    "value": 2 * len(short(2**63 - 1)) + 1,
    "code": max(map(len, OFFERED_LANGUAGES)),
    "command.name": max(map(len, COMMANDS)),
    "stage": max(map(len, STAGES)),
    "which": len("open"),
}


def built_values() -> list[tuple[str, str, int]]:
    """Every value of a button that the code builds: where, its template, its greatest length in bytes."""
    found = []
    for path, tree in sources("handlers", "models").items():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.JoinedStr) and re.match("[acf]:", _head(node))):
                continue
            size, shown = 0, ""
            for part in node.values:
                if isinstance(part, ast.Constant):
                    size, shown = size + len(str(part.value).encode()), shown + str(part.value)
                elif isinstance(part, ast.FormattedValue):
                    size, shown = size + _hole(ast.unparse(part.value)), shown + "{}"
            found.append((f"{path}:{node.lineno}", shown, size))
    return found


def _head(node: ast.JoinedStr) -> str:
    return str(node.values[0].value) if isinstance(node.values[0], ast.Constant) else ""


def _hole(expression: str) -> int:
    if expression == "key" or expression.startswith("short("):
        return len(short(2**63 - 1))
    assert expression in HOLES, f"how long can {expression} get? Write it into HOLES"
    return HOLES[expression]


def test_every_value_of_a_button_fits_into_64_bytes() -> None:
    assert len(short(2**63 - 1)) == 13
    assert 0 < new_id() < 2**63
    assert len(built_values()) > 20
    assert {(where, value) for where, value, size in built_values() if size > 64} == set()


def test_every_button_leads_somewhere() -> None:
    verbs = {(where, value.split(":")[1]) for where, value, _ in built_values() if value.startswith("a:")}
    tables = [*_MORE.values(), *(action for rows in _NEXT.values() for row in rows for action in row)]
    verbs = {(where, verb) for where, verb in verbs if verb != "{}"} | {("a table", verb) for verb in tables}
    assert {(where, verb) for where, verb in verbs if verb not in ACTIONS} == set()
