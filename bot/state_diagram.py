"""The picture and the table of a hazard's states in docs/hazard-states.md, from models/hazard_states.py.

`python -m bot.state_diagram` writes them anew.
"""

from zoneinfo import ZoneInfo

from bot.generated import DOCS, rewrite
from bot.words import Words
from models.hazard_states import OPEN, REPORTED, STATES, TRANSITIONS
from models.text import text

PAGE = DOCS / "hazard-states.md"
COMMAND = "python -m bot.state_diagram"


def diagram() -> str:
    """The states and the moves between them as mermaid; the last states lead out of the picture."""
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{_said(f"state-{state}")} {state}" as {state}' for state in STATES]
    lines.append(f"    [*] --> {REPORTED}: {_said('did-report')} report")
    for move in TRANSITIONS:
        label = f"{_said(f'did-{move.action}')} {move.action}"
        lines += [f"    {before} --> {move.leads_to(before)}: {label}" for before in move.before]
    lines += [f"    {state} --> [*]" for state in STATES if state not in OPEN]
    return "\n".join(["```mermaid", *lines, "```"])


def table() -> str:
    """The moves, one a row: from where, to where, by whom, under which rules."""
    rows = ["| move | in Chinese | from | to | by | rules |", "|---|---|---|---|---|---|"]
    for move in TRANSITIONS:
        after = _code(move.after) if move.after else "stays"
        cells = (_code(move.action), _said(f"did-{move.action}"), _code(*move.before), after)
        rows.append(f"| {' | '.join((*cells, _code(*move.by), _code(*move.rules)))} |")
    return "\n".join(rows)


def part() -> str:
    """What stands between the markers."""
    return f"{diagram()}\n\n{table()}"


def _said(key: str) -> str:
    return Words(ZoneInfo("Asia/Shanghai")).say(text(key), "zh-CN")


def _code(*names: str) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    rewrite(PAGE, COMMAND, part())
