"""What the pages, the texts and the Makefile name is there: targets, commands, options, settings, links."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from bot.cli.program import app
from bot.settings import NOT_SETTINGS, Settings
from bot.words import LANGUAGES
from handlers.commands import COMMANDS
from tests.texts import half_width, read_language

ROOT = Path(__file__).parent.parent
EXAMPLE = (ROOT / "config.example.toml").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
MANUAL = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in ROOT.glob("docs/*.md")
}
PAGES = MANUAL | {path.name: path.read_text(encoding="utf-8") for path in ROOT.glob("*.md")}
TARGETS = set(re.findall(r"^([a-z][a-z-]*):(?!=)", MAKEFILE, re.M))
SETTINGS = {
    f"{section}.{key}"
    for section, part in Settings.model_fields.items()
    for key in part.annotation.model_fields  # type: ignore[union-attr]
}
VARIABLES = {f"ZHISHOU_{name.replace('.', '__').upper()}" for name in SETTINGS} | NOT_SETTINGS
TEXTS = {f"{lang}: {key}": each for lang in LANGUAGES for key, each in read_language(lang).items()}


def code_in(page: str) -> Iterator[str]:
    """The lines of a page's code: fenced blocks, and what stands between backticks."""
    for block in re.findall(r"^```[^\n]*\n(.*?)^```", page, re.M | re.S):
        yield from block.splitlines()
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", page, flags=re.M | re.S))


def strange_targets(lines: Iterable[str]) -> set[str]:
    """What `make` is asked for in these lines and the Makefile does not have."""
    asked = [
        words for line in lines for words in re.findall(r"(?:^|[\s;&])make((?: [A-Za-z][\w=./-]*)+)", line)
    ]
    return {word for words in asked for word in words.split() if "=" not in word} - TARGETS


def strange_commands(lines: Iterable[str]) -> set[str]:
    """Commands of `zhishou` in these lines that are none, or have not the options shown."""
    typed = [each for line in lines for each in re.findall(r"(?:^|[\s/;&])zhishou(?= )([^#|;&\n]*)", line)]
    return {f"zhishou{each}" for each in typed if not _is_command(each.split())}


def _is_command(typed: list[str]) -> bool:
    command: Any = get_command(app)
    options, left = _options(command), iter(typed)
    for word in left:
        if word.startswith("-"):
            name, _, given = word.partition("=")
            if name not in options | {"--help": True}:
                return False
            if not given and not options.get(name, True):
                next(left, None)
        elif word in getattr(command, "commands", {}):
            command = command.commands[word]
            options |= _options(command)
        elif re.fullmatch("[a-z]+", word) and hasattr(command, "commands"):
            return False
    return True


def _options(command: Any) -> dict[str, bool]:
    """The options of a command, and whether they stand alone, with no value behind them."""
    return {
        name: bool(getattr(param, "is_flag", False))
        for param in command.params
        for name in (*param.opts, *param.secondary_opts)
    }


def all_options(command: Any) -> set[str]:
    """The options of a command and of those below it."""
    below = getattr(command, "commands", {}).values()
    return {"--help", *_options(command)}.union(*(all_options(each) for each in below))


def strange_settings(lines: Iterable[str]) -> set[str]:
    """Settings and variables in these lines that there are not."""
    sections = "|".join(Settings.model_fields)
    text = "\n".join(lines)
    named = set(re.findall(rf"(?<![\w./@-])(?:{sections})\.[a-z_]+(?![\w./-])", text))
    return (named - SETTINGS) | (set(re.findall(r"\bZHISHOU_\w+", text)) - VARIABLES)


def dead_links(name: str, page: str) -> set[str]:
    """Links of a page to files that are not there."""
    links = re.findall(r"\]\(([^)#\s]+)", page)
    inside = {link for link in links if not re.match(r"[a-z]+:", link)}
    return {link for link in inside if not (ROOT / name).parent.joinpath(link).exists()}


def untold(page: str) -> set[str]:
    """Commands of the chat that a manual does not name by a word that can be typed."""
    typed = tomllib.loads((ROOT / "handlers/words.toml").read_text(encoding="utf-8"))["commands"]
    listed = {command.name for command in COMMANDS.values() if command.listed}
    return {name for name in listed if not any(word in page for word in typed[name] if len(word) > 1)}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_names_only_what_is_there(name: str) -> None:
    lines = list(code_in(PAGES[name]))
    assert strange_targets(lines) == set()
    assert strange_commands(lines) == set()
    assert strange_settings(lines) == set()
    assert dead_links(name, PAGES[name]) == set()


def test_the_manual_names_every_command_of_the_chat() -> None:
    """As soon as there is a manual; /help shows the same commands to those who may use them."""
    assert not MANUAL or untold("\n".join(PAGES.values())) == set()


def test_the_readme_says_how_to_start() -> None:
    assert "make demo" in code_in(PAGES["README.md"])


def test_a_page_that_names_something_else_is_caught() -> None:
    page = (
        "Run `make demo PORT=80` or `make dmeo`; make sure of it.\n\n```\nmake test lint\nmake bild\n"
        "zhishou import people a.csv --out b.csv\nzhishou --lang en outbox --failed\n"
        "zhishou imprt areas\nzhishou import towns\nzhishou init --dmin x\n"
        "export ZHISHOU_TELEGRAM__TOKNE=1 ZHISHOU_LANG=en\n```\n"
        "`telegram.tokne` `web.listen` [a](README.md) [b](nowhere.md#x) [c](https://x.y)"
    )
    lines = list(code_in(page))
    assert strange_targets(lines) == {"dmeo", "bild"}
    assert strange_commands(lines) == {
        "zhishou imprt areas",
        "zhishou import towns",
        "zhishou init --dmin x",
    }
    assert strange_settings(lines) == {"telegram.tokne", "ZHISHOU_TELEGRAM__TOKNE"}
    assert dead_links("README.md", page) == {"nowhere.md"}
    assert untold("发“上报”") == untold("") - {"report"} != set()


def test_the_makefile_names_only_what_is_there() -> None:
    recipes = [line.replace("$(BIN)/", "").strip() for line in MAKEFILE.splitlines() if line.startswith("\t")]
    assert any(line.startswith("zhishou demo") for line in recipes)
    assert strange_commands(recipes) == set()
    phony = set(re.findall(r"^\.PHONY: (.*)", MAKEFILE, re.M)[0].split())
    assert phony == TARGETS
    assert set(re.findall(r"^([a-z-]+):.*## \S", MAKEFILE, re.M)) == TARGETS


def test_texts_name_only_commands_options_and_settings_that_are_there() -> None:
    lines = {name: list(each.variants) for name, each in TEXTS.items()}
    named = [each for said in lines.values() for line in said for each in re.findall(r"--[a-z]+", line)]
    assert {"--again", "--out"} <= set(named) <= all_options(get_command(app))
    faults = {name: strange_commands(said) | strange_settings(said) for name, said in lines.items()}
    assert {name: fault for name, fault in faults.items() if fault} == {}


def test_every_section_of_the_example_has_a_comment_above_it() -> None:
    lines = EXAMPLE.splitlines()
    for section in Settings.model_fields:
        above = lines[lines.index(f"[{section}]") - 1]
        assert re.match(r"# .+[\u4e00-\u9fff].*。$", above), section


def test_every_comment_of_the_example_is_in_both_languages() -> None:
    remarks = [line for line in EXAMPLE.splitlines() if line.startswith("#")][4:]
    assert len(remarks) >= len(SETTINGS)
    assert [line for line in remarks if not re.match(r"# .*[a-z.].*[\u4e00-\u9fff]", line)] == []
    assert [line for line in EXAMPLE.splitlines() if line.startswith("#") and half_width(line)] == []
