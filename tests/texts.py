"""The texts and the code that speaks them: what the .ftl files hold, which keys the source names, and with what."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl
from fluent.syntax.visitor import Visitor

ROOT = Path(__file__).parent.parent
SHAPE = re.compile(r"[a-z][a-z0-9_]*(-[A-Za-z0-9_]+)+")
PLACEABLE = "\ufffc"


@dataclass(frozen=True)
class Message:
    """One text: its file, what it shows, and each way it may read, with PLACEABLE where a value goes."""

    file: str
    shows: frozenset[str]
    variants: tuple[str, ...]


class _Shown(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ftl.VariableReference) -> None:
        self.names.add(node.id.name)


def _variants(pattern: ftl.Pattern) -> list[str]:
    parts: list[list[str]] = []
    for element in pattern.elements:
        if isinstance(element, ftl.TextElement):
            parts.append([element.value])
        elif isinstance(element.expression, ftl.SelectExpression):
            parts.append([said for each in element.expression.variants for said in _variants(each.value)])
        else:
            parts.append([PLACEABLE])
    return ["".join(chosen) for chosen in product(*parts)]


def read_resource(name: str, source: str) -> dict[str, Message]:
    """The texts of one file. Broken entries and repeated keys are errors."""
    found: dict[str, Message] = {}
    for entry in FluentParser().parse(source).body:
        assert not isinstance(entry, ftl.Junk), f"{name}: {entry.content!r}"
        if not isinstance(entry, ftl.Message):
            continue
        key = entry.id.name
        assert entry.value is not None, f"{name}: {key} says nothing"
        assert key not in found, f"{name}: {key} stands twice"
        shown = _Shown()
        shown.visit(entry)
        found[key] = Message(name, frozenset(shown.names), tuple(_variants(entry.value)))
    return found


def read_language(lang: str) -> dict[str, Message]:
    """All texts of a language. A key in two files is an error."""
    found: dict[str, Message] = {}
    for path in sorted((ROOT / "bot/texts" / lang).glob("*.ftl")):
        texts = read_resource(path.name, path.read_text(encoding="utf-8"))
        assert not texts.keys() & found.keys(), (
            f"{path.name}: {texts.keys() & found.keys()} stand elsewhere too"
        )
        found |= texts
    return found


# Calls that name a text: the place of the key among the arguments, and the parameters if they are always these.
CALLS: dict[str, tuple[int, frozenset[str] | None]] = {
    "text": (0, None),
    "text_of": (0, None),
    "UserError": (0, None),
    "ProbeError": (0, None),
    "_Fault": (0, None),
    "show": (0, None),
    "say": (0, None),
    "_say": (0, None),
    "_said": (1, frozenset({"number"})),
    "refuse": (0, frozenset()),
    "Step": (1, frozenset({"most"})),
}


@dataclass(frozen=True)
class Use:
    """A key (or a family of keys, with {} for its holes) in the source, and the parameters it is given."""

    where: str
    key: str
    given: frozenset[str] | None  # None: not to be seen from the source

    @property
    def is_family(self) -> bool:
        return "{}" in self.key


def template(node: ast.JoinedStr) -> str:
    """An f-string with {} for its holes."""
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)


def _keys(node: ast.expr) -> Iterator[str]:
    """The keys that an expression may come to."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield template(node)
    elif isinstance(node, ast.IfExp):
        yield from (*_keys(node.body), *_keys(node.orelse))
    elif isinstance(node, ast.BoolOp):
        yield from (key for each in node.values for key in _keys(each))


def named(where: str, tree: ast.Module) -> Iterator[Use]:
    """Every key named in a call that takes one, or in a text written out as {"k": …}."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            place, given = CALLS.get(called, (None, None))
            if place is None or len(node.args) <= place:
                continue
            if given is None and all(each.arg for each in node.keywords):
                given = frozenset(str(each.arg) for each in node.keywords)
            yield from (
                Use(f"{where}:{node.lineno}", key, given)
                for key in _keys(node.args[place])
                if re.fullmatch(r"[a-z{][\w{}-]*", key)
            )
        elif isinstance(node, ast.Dict):
            for name, value in zip(node.keys, node.values, strict=True):
                if isinstance(name, ast.Constant) and name.value == "k":
                    yield from (Use(f"{where}:{node.lineno}", key, None) for key in _keys(value))


def strings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every string of a file, f-strings as templates, docstrings aside."""
    skipped = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    joined = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    skipped |= {id(part) for node in joined for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, template(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield node.lineno, node.value


@cache
def sources(*folders: str) -> dict[str, ast.Module]:
    """Path → syntax tree of every module below these folders."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
    }


def samples(message: Message, value: Any) -> dict[str, Any]:
    """A value for everything a text shows; minutes are always a number."""
    return {name: 95 if name == "minutes" else value for name in message.shows}


LITERALLY = ("主机:端口", "用户:密码", "数字:字母", f"{PLACEABLE}, {PLACEABLE}")
HALF_WIDTH = re.compile(rf"[\u4e00-\u9fff”{PLACEABLE}] ?[,;:?!()]|[,;:?!()] ?[\u4e00-\u9fff“{PLACEABLE}]")


def half_width(said: str) -> list[str]:
    """Half-width marks where Chinese or a value stands beside them."""
    for literal in LITERALLY:
        said = said.replace(literal, "")
    return HALF_WIDTH.findall(said)
