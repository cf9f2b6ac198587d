"""The lines the house is built on, read from its source: who imports whom, and who alone may do what."""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HOUSE = ("bot", "handlers", "models")
OURS = {*HOUSE, "tests", "bench"}
MAY_IMPORT = {"models": {"models"}, "handlers": {"handlers", "models"}, "bot": set(HOUSE)}
# The core knows neither event loop nor network: operations are plain functions on a session.
EDGES = {
    "aiohttp",
    "asyncio",
    "fastapi",
    "http",
    "httpx",
    "requests",
    "socket",
    "urllib3",
    "uvicorn",
    "uvloop",
}
HAN = re.compile("[\u4e00-\u9fff]")
CHINESE = {
    "bot/cli/setup.py": "the first administrator's name, as data",
    "bot/cli/templates.py": "names of the files that are handed out",
    "bot/options.py": "the county's name, a default of the settings",
    "bot/people_template.py": "an office table: its sheets and choices are Chinese in any language",
    "bot/sample.py": "the sample county's places and people",
    "bot/words.py": "how a day is written",
    "handlers/days.py": "a pattern of typed dates",
    "handlers/commands.py": "the typed name of a language",
    "handlers/duty_rota_forms.py": "how a number of people is typed",
    "handlers/duty_who.py": "the question who is on duty, as it is typed",
    "models/calendar.py": "words of the official days off",
    "models/calendar_file.py": "headings and words of the official day table",
    "models/people_import.py": "endings of units' names",
    "models/people_rows.py": "headings and words of the people table",
    "models/periods.py": "how times of day are typed",
    "models/places.py": "endings of places' names",
    "models/roster.py": "words that mark a remark below a roster",
    "models/roster_cells.py": "how times and days are written in rosters",
    "models/roster_columns.py": "headings of rosters",
    "models/roster_template.py": "an office table with its sample rows",
    "models/zero_times.py": "how times of day are written",
}

Found = Iterator[tuple[int, str]]
Rule = Callable[[str, ast.Module], Found]


def imported(path: str, tree: ast.Module) -> Found:
    """Every module that a file imports, at whatever depth, relative ones by their full name."""
    package = path.removesuffix("/__init__.py").removesuffix(".py").split("/")
    if not path.endswith("/__init__.py"):
        package = package[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield node.lineno, module
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and _called(node) in ("import_module", "__import__"):
            yield from (
                (node.lineno, name.value)
                for name in node.args[:1]
                if isinstance(name, ast.Constant) and isinstance(name.value, str)
            )


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def layers(path: str, tree: ast.Module) -> Found:
    """models imports models; handlers those and itself; bot all three; nobody tests or bench."""
    allowed = MAY_IMPORT[path.split("/")[0]]
    for line, module in imported(path, tree):
        if module.split(".")[0] in OURS - allowed:
            yield line, f"imports {module}"


def quiet_core(path: str, tree: ast.Module) -> Found:
    """models and handlers import nothing that waits or talks."""
    if path.startswith("bot/"):
        return
    for line, module in imported(path, tree):
        if module.split(".")[0] in EDGES:
            yield line, f"imports {module}"


def only_in(folder: str, library: str) -> Rule:
    """A library of one folder alone."""

    def rule(path: str, tree: ast.Module) -> Found:
        if path.startswith(f"{folder}/"):
            return
        for line, module in imported(path, tree):
            if module.split(".")[0] == library:
                yield line, f"imports {module}"

    return rule


def environment(path: str, tree: ast.Module) -> Found:
    """Only the settings read the environment."""
    if re.fullmatch(r"bot/settings\w*\.py", path):
        return
    names = {"environ", "environb", "getenv", "getenvb", "putenv"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in names:
            yield node.lineno, node.attr
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            yield from ((node.lineno, alias.name) for alias in node.names if alias.name in names)


def commits(path: str, tree: ast.Module) -> Found:
    """Only bot/db.py ends a transaction; migrations run in one of bot/schema.py's own."""
    if path == "bot/db.py":
        return
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        opens = node.func.attr == "begin" and not node.args and not node.keywords  # commits at its end
        if node.func.attr in ("commit", "rollback") or (opens and path != "bot/schema.py"):
            yield node.lineno, f".{node.func.attr}()"


def savepoints(path: str, tree: ast.Module) -> Found:
    """A savepoint by models.base.savepoint, which also forgets what was put off inside."""
    if path == "models/base.py":
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) == "begin_nested":
            yield node.lineno, ".begin_nested()"


def prints(path: str, tree: ast.Module) -> Found:
    """Only the command line prints."""
    if path.startswith("bot/cli/"):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in ("print", "pprint"):
            yield node.lineno, "prints"


def speaks(path: str, tree: ast.Module) -> Found:
    """What people read stands in bot/texts; Chinese in code is data, in the modules listed above."""
    if path not in CHINESE:
        yield from chinese(tree)


def chinese(tree: ast.Module) -> Found:
    """String literals with Chinese in them, docstrings aside."""
    remarks = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)) or id(node) in remarks:
            continue
        if HAN.search(node.value):
            yield node.lineno, f"says {node.value!r}"


RULES: dict[str, Rule] = {
    "layers": layers,
    "quiet core": quiet_core,
    "telegram": only_in("bot/telegram", "telegram"),
    "nicegui": only_in("bot/web", "nicegui"),
    "environment": environment,
    "commits": commits,
    "savepoints": savepoints,
    "prints": prints,
    "speaks": speaks,
}


@cache
def sources() -> list[tuple[str, ast.Module]]:
    paths = [path for folder in HOUSE for path in sorted((ROOT / folder).rglob("*.py"))]
    return [
        (path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))) for path in paths
    ]


def broken(rule: str, path: str, tree: ast.Module) -> list[str]:
    return [f"{path}:{line} {what}" for line, what in RULES[rule](path, tree)]


@pytest.mark.parametrize("rule", RULES)
def test_the_house_keeps_its_lines(rule: str) -> None:
    looked_at = sources()
    assert {path.split("/")[0] for path, _ in looked_at} == set(HOUSE)
    assert [fault for path, tree in looked_at for fault in broken(rule, path, tree)] == []


OFFENDERS = [
    ("layers", "models/x.py", "from handlers.forms import Form"),
    ("layers", "models/x.py", "import bot.settings as settings"),
    ("layers", "models/x.py", "def late():\n    from bot import db"),
    ("layers", "models/sub/x.py", "from ...handlers import forms"),
    ("layers", "handlers/x.py", "from bot.words import Words"),
    ("layers", "handlers/x.py", "if TYPE_CHECKING:\n    import bot"),
    ("layers", "handlers/x.py", "from ..bot import db"),
    ("layers", "handlers/x.py", "importlib.import_module('bot.db')"),
    ("layers", "bot/x.py", "from tests.county import NOW"),
    ("layers", "bot/web/x.py", "import bench.runner"),
    ("quiet core", "models/x.py", "import aiohttp"),
    ("quiet core", "handlers/x.py", "from asyncio import sleep"),
    ("telegram", "handlers/x.py", "from telegram import Update"),
    ("telegram", "bot/x.py", "import telegram.ext"),
    ("telegram", "bot/telegram_x.py", "import telegram"),
    ("nicegui", "bot/demo.py", "from nicegui import ui"),
    ("nicegui", "bot/telegram/x.py", "def page():\n    import nicegui"),
    ("environment", "bot/app.py", "import os\nhome = os.environ['HOME']"),
    ("environment", "bot/cli/x.py", "import os as system\nsystem.getenv('X')"),
    ("environment", "models/x.py", "from os import environ as e"),
    ("commits", "models/x.py", "def f(session):\n    session.commit()"),
    ("commits", "handlers/x.py", "session.rollback()"),
    ("commits", "bot/x.py", "with engine.begin() as connection:\n    pass"),
    ("savepoints", "handlers/x.py", "with ctx.session.begin_nested():\n    pass"),
    ("prints", "handlers/x.py", "print('x')"),
    ("prints", "bot/app.py", "from pprint import pprint\npprint(1)"),
    ("speaks", "handlers/x.py", "ctx.reply('好的')"),
    ("speaks", "models/x.py", "def f(x):\n    return f'{x} 天'"),
    ("speaks", "bot/web/x.py", "KEY = {'隐患': 1}"),
]


@pytest.mark.parametrize(("rule", "path", "source"), OFFENDERS)
def test_an_offender_is_caught(rule: str, path: str, source: str) -> None:
    assert broken(rule, path, ast.parse(source)) != []


INNOCENT = [
    ("models/x.py", "from models.base import UserError\nfrom . import text\nimport models"),
    ("handlers/x.py", "from models.text import text\nfrom handlers import forms\nforms.begin(form, 1)"),
    ("handlers/x.py", '"""值守。"""\n\n\ndef f():\n    """隐患。"""  # 上报'),
    ("handlers/x.py", "with savepoint(ctx.session):\n    pass"),
    ("models/base.py", "session.begin_nested()"),
    ("bot/x.py", "import asyncio\nfrom bot.telegram.service import Service\nfrom handlers import forms"),
    ("bot/telegram/x.py", "from telegram.ext import Application"),
    ("bot/web/sub/x.py", "from nicegui import ui"),
    ("bot/settings_files.py", "import os\nos.environ.get('X')"),
    ("bot/db.py", "connection.commit()\nwith engine.begin():\n    pass"),
    ("bot/schema.py", "with engine.begin():\n    pass"),
    ("bot/cli/x.py", "print(1)"),
    ("bot/sample.py", "NAME = '王芳'"),
]


@pytest.mark.parametrize(("path", "source"), INNOCENT)
def test_the_innocent_are_left_alone(path: str, source: str) -> None:
    assert [fault for rule in RULES for fault in broken(rule, path, ast.parse(source))] == []


def test_the_list_of_modules_with_chinese_is_no_longer_than_it_must_be() -> None:
    speaking = {path for path, tree in sources() if next(chinese(tree), None)}
    assert set(CHINESE) - speaking == set()
