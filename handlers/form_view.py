"""How a form shows: its question with the choices under it, and the review."""

from typing import Any

from handlers.context import Body, Context
from handlers.forms import Answers, Choice, Form, State, Step, is_wanted, value, wanted
from models.base import short
from models.text import Part, Text, button, content, text

_FULL_ROW = 18  # characters of labels that fit side by side on a narrow phone


def question(step: Step, answers: Answers) -> Text:
    """What is asked, or asked for more of."""
    if step.many:
        got = value(answers, step.name) or []
        return (
            text(f"{step.ask}-more", count=len(got), most=step.many)
            if got
            else text(step.ask, most=step.many)
        )
    return text(step.ask)


def _data(draft_id: int, seq: int, what: str) -> str:
    return f"f:{short(draft_id)}:{seq}:{what}"


def choice_rows(
    ctx: Context, step: Step, offered: list[Choice], draft_id: int, seq: int
) -> list[list[dict[str, Any]]]:
    """Choices in rows, as many side by side as a narrow phone shows in full."""
    rows: list[list[dict[str, Any]]] = []
    room = 0
    for place, choice in enumerate(offered):
        label = ctx.say(choice.label) if isinstance(choice.label, dict) else choice.label
        width = sum(2 if ord(letter) > 0x2E80 else 1 for letter in label) + 4
        if step.wide or not rows or room < width or len(rows[-1]) >= 3:
            rows.append([])
            room = 2 * _FULL_ROW
        rows[-1].append(button(choice.label, _data(draft_id, seq, str(place))))
        room -= width
    return rows


def control_row(form: Form, step: Step, draft_id: int, state: State) -> list[dict[str, Any]]:
    """Done, skip, back, cancel, as far as they make sense here."""
    row = []
    seq = state["seq"]
    if step.many and value(state["answers"], step.name):
        row.append(button(text("button-done"), _data(draft_id, seq, "d")))
    elif step.optional:
        row.append(button(text("button-skip"), _data(draft_id, seq, "s")))
    first = next((each.name for each in form.steps if is_wanted(each, state["answers"])), None)
    if step.name != first or "before" in state:
        row.append(button(text("button-back"), _data(draft_id, seq, "b")))
    row.append(button(text("button-cancel"), _data(draft_id, seq, "x")))
    return row


def review_body(form: Form, draft_id: int, state: State, notes: list[Part]) -> Body:
    """All answers, each to be changed by a tap, and the button that submits."""
    seq = state["seq"]
    lines: list[Part] = [*notes, text(f"form-review-{form.name}")]
    edits = []
    for place, step in enumerate(wanted(form, state["answers"])):
        shown = state["answers"][step.name]["s"]
        lines.append(
            text(
                "form-review-line",
                place=place + 1,
                name=text(f"{step.ask}-name"),
                value=shown or text("none"),
            )
        )
        edits.append(button(text("button-edit", place=place + 1), _data(draft_id, seq, f"e{place}")))
    lines.append(text("form-review-ask"))
    rows = [[button(text("button-submit"), _data(draft_id, seq, "ok"))]]
    rows += [edits[at : at + 5] for at in range(0, len(edits), 5)]
    rows.append(
        [
            button(text("button-back"), _data(draft_id, seq, "b")),
            button(text("button-cancel"), _data(draft_id, seq, "x")),
        ]
    )
    return content(*lines, buttons=rows, clear_request=True)
