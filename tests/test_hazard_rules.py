"""Every rule and every refusal of the loop: provoked, named, told why in both languages, and nothing is changed."""

import ast
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.words import LANGUAGES, Words
from models.base import UserError
from models.hazard_rules import RULES
from models.hazard_states import TRANSITIONS
from models.text import text
from tests import later_rule_cases
from tests.loop_fixtures import loop_county, world
from tests.loop_world import World, all_rows
from tests.rule_cases import Case

__all__ = ["loop_county", "world"]

CASES = later_rule_cases.CASES

MODELS = Path(__file__).parent.parent / "models"
ROOMS = ("assignment", "extensions", "supervision", "lookback", "commitments", "followers", "hazards")


def _rule_that_refused(error: UserError) -> set[str]:
    """The rules on the way to an error."""
    names = {rule.__name__: name for name, rule in RULES.items()}
    found, trace = set(), error.__traceback__
    while trace is not None:
        found.add(names.get(trace.tb_frame.f_code.co_name, ""))
        trace = trace.tb_next
    return found - {""}


def _case_ids() -> Iterator[str]:
    for place, case in enumerate(CASES):
        yield f"{case.key}-{case.rule or 'operation'}-{place}"


@pytest.mark.parametrize("case", CASES, ids=_case_ids())
def test_it_is_refused_by_name_and_nothing_changes(world: World, case: Case) -> None:
    refused = case.prepare(world)
    before = all_rows(world.session)
    with pytest.raises(UserError) as raised:
        refused()
    assert raised.value.key == case.key
    assert _rule_that_refused(raised.value) >= ({case.rule} if case.rule else set())
    assert all_rows(world.session) == before
    for lang in LANGUAGES:
        said = Words(ZoneInfo("Asia/Shanghai")).say(text(raised.value.key, **raised.value.params), lang)
        assert len(said) > 4
        assert "{" not in said


def test_every_rule_has_a_case() -> None:
    assert set(RULES) == {case.rule for case in CASES if case.rule}


def test_every_rule_is_used_by_the_table_and_the_table_uses_no_other() -> None:
    assert {rule for move in TRANSITIONS for rule in move.rules} == set(RULES)


def _raised(path: Path) -> set[str]:
    """The keys of the errors that a module raises."""
    calls = [
        node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
    ]
    return {ast.literal_eval(call.args[0]) for call in calls if getattr(call.func, "id", "") == "UserError"}


def test_every_error_of_the_loop_has_a_case() -> None:
    paths = [*sorted(MODELS.glob("hazard_*.py")), *(MODELS / f"{room}.py" for room in ROOMS)]
    raised = {key for path in paths for key in _raised(path)}
    assert len(raised) > 60
    assert raised - {case.key for case in CASES} == set()
