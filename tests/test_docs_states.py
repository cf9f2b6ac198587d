"""The made parts of the manual are as the code makes them: the states of a hazard, the settings."""

import re
from pathlib import Path

import pytest

from bot import options_table, state_diagram
from bot.generated import DOCS, END, begin, fill
from bot.settings import Settings, load_settings
from models.hazard_states import BY_ACTION, OPEN, STATES, TRANSITIONS, Transition

ARROW = re.compile(r"^ +(\S+) --> (\S+?)(?:: .* (\S+))?$", re.M)
ROW = re.compile(r"^\| `(\w+\.\w+)` \| (?:`(.*?)`|empty) \| (.+) \|$", re.M)


def made_part(page: str, command: str) -> str:
    return page.partition(begin(command))[2].partition(END)[0]


STATES_PAGE = state_diagram.PAGE.read_text(encoding="utf-8")
STATES_PART = made_part(STATES_PAGE, state_diagram.COMMAND)
SETTINGS_PAGE = options_table.PAGE.read_text(encoding="utf-8")
SETTINGS_PART = made_part(SETTINGS_PAGE, options_table.COMMAND)


def test_the_page_of_states_is_as_the_table_makes_it() -> None:
    again = f"run: {state_diagram.COMMAND}"
    assert fill(STATES_PAGE, state_diagram.COMMAND, state_diagram.part()) == STATES_PAGE, again


def test_the_page_of_settings_is_as_the_options_make_it() -> None:
    again = f"run: {options_table.COMMAND}"
    assert fill(SETTINGS_PAGE, options_table.COMMAND, options_table.part()) == SETTINGS_PAGE, again


def test_the_picture_has_an_arrow_for_each_move_and_no_other() -> None:
    arrows = ARROW.findall(STATES_PART)
    moves = {
        (before, move.leads_to(before), name) for name, move in BY_ACTION.items() for before in move.before
    }
    ends = {(state, "[*]", "") for state in STATES if state not in OPEN}
    assert set(arrows) == moves | ends | {("[*]", STATES[0], "report")}
    assert len(arrows) == len(set(arrows))


def test_the_table_names_who_may() -> None:
    rows = [line for line in STATES_PART.splitlines() if line.startswith("| `")]
    found = {
        re.findall(r"`(\w+)`", row)[0]: [set(re.findall(r"`(\w+)`", cell)) for cell in row.split("|")[-3:-1]]
        for row in rows
    }
    assert found == {name: [set(move.by), set(move.rules)] for name, move in BY_ACTION.items()}


def test_every_state_is_named_in_chinese() -> None:
    names = {state: name for name, state in re.findall(r'state "(\S+) \w+" as (\w+)', STATES_PART)}
    assert sorted(names) == sorted(STATES)
    assert [name for name in names.values() if not re.fullmatch(r"[\u4e00-\u9fff]+", name)] == []


def test_a_changed_table_changes_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    before = state_diagram.part()
    more = Transition("close", ("reported",), "closed", ("admin",))
    monkeypatch.setattr(state_diagram, "TRANSITIONS", (*TRANSITIONS, more))
    assert before != state_diagram.part()
    assert "    reported --> closed" in state_diagram.diagram()
    assert "| `reported` | `closed` | `admin` |  |" in state_diagram.table()


def test_the_defaults_shown_can_be_set_and_are_the_defaults(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rows = {name: default for name, default, _ in ROW.findall(SETTINGS_PART)}
    sections = {name: field.annotation.model_fields for name, field in Settings.model_fields.items()}  # type: ignore[union-attr]
    assert set(rows) == {f"{name}.{key}" for name, fields in sections.items() for key in fields}
    steps = {name for name, default in rows.items() if default.endswith("steps")}
    of_incidents = {"office.incident_alarm_steps", "office.incident_clocks"}
    assert steps == {"office.ladder", "office.alarm_steps", "office.deadline_rules"} | of_incidents
    monkeypatch.chdir(tmp_path)
    for name in set(rows) - steps:
        monkeypatch.setenv(f"ZHISHOU_{name.replace('.', '__').upper()}", rows[name])
    assert load_settings().model_dump() == Settings().model_dump()


def test_what_is_written_by_hand_stays() -> None:
    kept = fill(f"above\n{begin('x')}\nold\n{END}\nbelow\n", "x", "new")
    assert kept == f"above\n{begin('x')}\n\nnew\n\n{END}\nbelow\n"
    assert fill(kept, "x", "new") == kept


def test_a_page_without_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="no markers for: x"):
        fill("nothing to fill in\n", "x", "new")


def test_every_name_in_the_glossary_is_in_the_code() -> None:
    glossary = (DOCS / "glossary.md").read_text(encoding="utf-8")
    source = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("models", "handlers", "bot")
        for path in (DOCS.parent / folder).rglob("*.py")
    )
    names = [name for row in re.findall(r"^\|.*\|$", glossary, re.M) for name in re.findall(r"`(\w+)`", row)]
    assert len(names) > 60
    assert [name for name in names if not re.search(rf"\b{name}\b", source)] == []
