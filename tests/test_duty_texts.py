"""The texts of duty: both languages hold the same, and every key the modules use is there."""

import ast
import re
from pathlib import Path

from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl
from fluent.syntax.visitor import Visitor

ROOT = Path(__file__).parent.parent
MODULES = (
    *("calendar", "checkin", "coverage_watch", "periods", "posts", "shift_changes"),
    *("duty_notices", "duty_publish", "duty_views", "duty_watch"),
    *(
        "roster",
        "roster_columns",
        "roster_file",
        "roster_import",
        "roster_people",
        "roster_rules",
        "roster_template",
    ),
)
OTHERS = re.compile(r"^(import-(row|errors|empty|columns)|not-allowed|photos-too-many)$")
KEY = re.compile(
    r"^(button|calendar|checkin|coverage|duty|not-your|period|post|roster|import|not|photos)-[a-z0-9-]*[a-z0-9]$"
)


class Placeholders(Visitor):
    def __init__(self):
        self.names = set()

    def visit_VariableReference(self, node):
        self.names.add(node.id.name)


def messages(lang, files="duty.ftl"):
    found = {}
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / f"bot/texts/{lang}").glob(files)]
    for entry in (entry for each in texts for entry in FluentParser().parse(each).body):
        assert not isinstance(entry, ftl.Junk), entry.content
        if isinstance(entry, ftl.Message):
            assert entry.id.name not in found, entry.id.name
            visitor = Placeholders()
            visitor.visit(entry)
            found[entry.id.name] = visitor.names
    return found


def used():
    """Key → parameters, of every text and error in the modules whose key and parameters are written out."""
    for module in MODULES:
        tree = ast.parse((ROOT / f"models/{module}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("text", "UserError", "_Fault"):
                for key in ast.walk(node.args[0]):
                    if isinstance(key, ast.Constant) and isinstance(key.value, str) and KEY.match(key.value):
                        spread = any(keyword.arg is None for keyword in node.keywords)
                        yield (
                            module,
                            key.value,
                            None if spread else {keyword.arg for keyword in node.keywords},
                        )


def test_both_languages_hold_the_same_keys_and_placeholders():
    assert messages("zh-CN") == messages("en")


def test_every_key_is_there_and_gets_the_parameters_it_shows():
    known = messages("zh-CN", "*.ftl")
    calls = list(used())
    assert len(calls) > 80
    for module, key, params in calls:
        if OTHERS.match(key):
            continue
        assert key in known, (module, key)
        assert params is None or known[key] <= params, (module, key)


def test_no_text_is_left_over():
    known = set(messages("zh-CN"))
    source = "".join((ROOT / f"models/{module}.py").read_text(encoding="utf-8") for module in MODULES)
    families = ("duty-role-", "duty-nobody-", "duty-asks-", "roster-note-", "roster-template-title")
    unused = {key for key in known if f'"{key}"' not in source and not key.startswith(families)}
    assert unused == set()
