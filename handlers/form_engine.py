"""The form engine: a conversation is data, and one step of it is a function of state and event.

Written once here: asking, choices by tap, number or label, back, skip, cancel, several answers,
review with tap-to-edit, and answers that come out of turn.
"""

from contextlib import suppress
from dataclasses import replace
from typing import Any

from handlers import words
from handlers.context import Context
from handlers.form_view import choice_rows, control_row, question, review_body
from handlers.forms import (
    REVIEW,
    UNASKED,
    Ambiguous,
    Answer,
    Answers,
    Choice,
    Elsewhere,
    Form,
    Outcome,
    State,
    Step,
    value,
    wanted,
)
from handlers.inbound import Inbound
from models.base import UserError, savepoint, short
from models.text import Part, button, content, text

_CONTROLS = {"b": "back", "s": "skip", "x": "cancel", "d": "done", "ok": "submit"}


def begin(
    form: Form, ctx: Context, draft_id: int, *, answers: Answers | None = None, meta: Any = None
) -> Outcome:
    """Open a form, with what is known already."""
    state: State = {"at": "", "seq": 0, "answers": answers or {}, "meta": meta or {}}
    notes = form.intro(ctx, state["meta"]) if form.intro else []
    return _go_on(form, ctx, draft_id, state, notes)


def ask_again(form: Form, ctx: Context, draft_id: int, state: State, *, note: Part | None = None) -> Outcome:
    """Show the open question once more."""
    return _ask(form, ctx, draft_id, state, state["at"], [note] if note else [])


def take(form: Form, ctx: Context, draft_id: int, state: State, inbound: Inbound) -> Outcome:
    """One event into an open form. What cannot be understood changes nothing and is said so."""
    try:
        if inbound.kind == "tap":
            return _tap(form, ctx, draft_id, state, inbound)
        if inbound.kind == "text":
            return _typed(form, ctx, draft_id, state, inbound)
        return _sent(form, ctx, draft_id, state, inbound)
    except Ambiguous as unsure:
        return _ask(form, ctx, draft_id, state, state["at"], [unsure.ask], unsure.choices)
    except UserError as error:
        return ask_again(form, ctx, draft_id, state, note=text(error.key, **error.params))


def _tap(form: Form, ctx: Context, draft_id: int, state: State, inbound: Inbound) -> Outcome:
    parts = inbound.data.split(":")
    if len(parts) != 4 or parts[1] != short(draft_id) or parts[2] != str(state["seq"]):
        raise UserError("form-old-button")
    what = parts[3]
    if what.isdecimal():
        return _chosen(form, ctx, draft_id, state, _place(what))
    if what.startswith("e") and what[1:].isdecimal():
        return _edit(form, ctx, draft_id, state, _place(what[1:]))
    return _control(form, ctx, draft_id, state, _CONTROLS.get(what, ""))


def _place(what: str) -> int:
    """The place a button names. Error: form-old-button for one that no button of ours has."""
    if len(what) > 3:
        raise UserError("form-old-button")
    return int(what)


def _typed(form: Form, ctx: Context, draft_id: int, state: State, inbound: Inbound) -> Outcome:
    said = inbound.text.strip()
    chosen = _choice_typed(form, ctx, state, said)
    if chosen is not None:
        return _chosen(form, ctx, draft_id, state, chosen)
    word = _control_typed(form, state, said)
    if word and _control_fits(form, state, word):
        return _control(form, ctx, draft_id, state, word)
    if state["at"] == REVIEW:
        if _number(said):
            return _edit(form, ctx, draft_id, state, _number(said) - 1)
        if not form.words:
            raise UserError("form-review-words")
    if form.words and (state["at"] == REVIEW or form.step(state["at"]).parse is None):
        return _kept(form, ctx, draft_id, state, form.step(form.words), inbound)
    try:
        return _parsed(form, ctx, draft_id, state, form.step(state["at"]), inbound)
    except Elsewhere:
        return _kept(form, ctx, draft_id, state, form.step(form.words), inbound)


def _control_typed(form: Form, state: State, said: str) -> str | None:
    """back, skip, cancel, done or submit. Who does not know, or would rather submit, skips what can be skipped.

    Error: form-not-yet, for what cannot: it is no answer.
    """
    word = words.control(said)
    if state["at"] == REVIEW:
        return word
    optional = form.step(state["at"]).optional
    if optional and (word == "submit" or words.unsure(said)):
        return "skip"
    if word == "submit":
        raise UserError("form-not-yet")
    return word


def _choice_typed(form: Form, ctx: Context, state: State, said: str) -> int | None:
    offered = state.get("offered", [])
    numbered = bool(offered) and form.step(state["at"]).numbered
    if numbered and 1 <= _number(said) <= len(offered):
        return _number(said) - 1
    for place, (picked, label) in enumerate(offered):
        shown = ctx.say(label) if isinstance(label, dict) else label
        if said == shown or (words.plain(said) and words.plain(said) == words.plain(shown)):
            return place
        if picked == "" and words.control(said) == "skip":  # the choice that says "none"
            return place
        if isinstance(label, dict) and words.means(said, label.get("k", "")):
            return place
    return None


def _number(said: str) -> int:
    """A typed or tapped number of a choice; 0 for anything else."""
    return int(said) if said.isdecimal() and len(said) <= 3 else 0


def _control_fits(form: Form, state: State, word: str) -> bool:
    if word in ("cancel", "back"):
        return True
    if word == "submit":
        return bool(state["at"] == REVIEW)
    if state["at"] == REVIEW:
        return False
    step = form.step(state["at"])
    return word == "skip" or (word == "done" and bool(step.many))


def _sent(form: Form, ctx: Context, draft_id: int, state: State, inbound: Inbound) -> Outcome:
    """A photo, a place, a file: to the open question if it takes it, else to the one that wants it."""
    at = state["at"]
    state = _with_caption(form, ctx, state, inbound)
    if at != REVIEW and form.step(at).catches == inbound.kind:
        return _parsed(form, ctx, draft_id, state, form.step(at), inbound)
    wanting = next((step for step in form.steps if step.catches == inbound.kind), None)
    if wanting is None or wanting.parse is None:
        raise UserError(_unfit(form, at, inbound))
    return _album(_kept(form, ctx, draft_id, state, wanting, inbound), inbound)


def _with_caption(form: Form, ctx: Context, state: State, inbound: Inbound) -> State:
    """The words under a photo are the answer of the step for words, where it has none yet."""
    name = form.caption or form.words
    if inbound.kind != "photo" or not inbound.text.strip() or not name or name in state["answers"]:
        return state
    step = form.step(name)
    if step.parse is None:
        return state
    with suppress(UserError):  # too long: then it is asked for
        answer = step.parse(ctx, state["answers"], replace(inbound, kind="text", files=()))
        return {**state, "answers": _with(state["answers"], step, answer)}
    return state


def _kept(form: Form, ctx: Context, draft_id: int, state: State, wanting: Step, inbound: Inbound) -> Outcome:
    """Kept for a step that is not open; the open one is asked again."""
    if wanting.parse is None:
        raise UserError("form-choose")
    at = state["at"]
    answer = wanting.parse(ctx, state["answers"], inbound)
    kept = {**state, "answers": _with(state["answers"], wanting, answer)}
    if "before" in state:  # stays when the edit is given up
        kept["before"] = _with(state["before"], wanting, answer)
    if at == REVIEW or form.step(at) not in wanted(form, kept["answers"]):  # it answers the open one as well
        return _go_on(form, ctx, draft_id, kept)
    note = text("form-kept-words") if inbound.kind == "text" else text(f"form-kept-{inbound.kind}")
    return ask_again(form, ctx, draft_id, kept, note=note)


def _unfit(form: Form, at: str, inbound: Inbound) -> str:
    """Why something sent cannot be used at all."""
    if inbound.kind == "voice":
        return "voice-unheard"
    if inbound.kind != "file":
        return "form-wrong-kind"
    wants_photo = at != REVIEW and form.step(at).catches == "photo"
    return "photo-not-file" if wants_photo else "file-unexpected"


def _album(outcome: Outcome, inbound: Inbound) -> Outcome:
    """An album's photos come one by one and are answered once: each answer takes the place of the last."""
    if inbound.album:
        outcome.body["card"] = f"album:{inbound.album}"
    return outcome


def _parsed(form: Form, ctx: Context, draft_id: int, state: State, step: Step, inbound: Inbound) -> Outcome:
    if step.parse is None:
        raise UserError("form-choose")
    answer = step.parse(ctx, state["answers"], inbound)
    return _store(form, ctx, draft_id, state, step, answer, inbound)


def _chosen(form: Form, ctx: Context, draft_id: int, state: State, place: int) -> Outcome:
    offered = state.get("offered", [])
    if state["at"] == REVIEW or place >= len(offered):
        raise UserError("form-old-button")
    step = form.step(state["at"])
    picked, label = offered[place]
    answer = step.choose(ctx, state["answers"], picked) if step.choose else Answer(picked, label)
    return _store(form, ctx, draft_id, {**state, "picked": True}, step, answer, None)


def _store(
    form: Form, ctx: Context, draft_id: int, state: State, step: Step, answer: Answer, inbound: Inbound | None
) -> Outcome:
    answers = _with(state["answers"], step, answer)
    kept = {**state, "answers": answers}
    picked = kept.pop("picked", False)
    if step.many and not picked and len(answers[step.name]["v"]) < step.many:
        outcome = ask_again(form, ctx, draft_id, kept)
        return _album(outcome, inbound) if inbound is not None else outcome
    return _go_on(form, ctx, draft_id, kept)


def _with(answers: Answers, step: Step, answer: Answer) -> Answers:
    result = dict(answers)
    result[step.name] = {"v": answer.value, "s": answer.shown}
    for name, other in answer.also.items():
        result[name] = {"v": other.value, "s": other.shown}
    return result


def _control(form: Form, ctx: Context, draft_id: int, state: State, word: str) -> Outcome:
    if word == "cancel":
        body = content(
            text("form-cancelled"),
            buttons=[[button(text("button-restore"), f"a:resume:{short(draft_id)}")]],
            clear_request=True,
        )
        return Outcome(state, body, "cancelled")
    if word == "back":
        return _back(form, ctx, draft_id, state)
    if (word == "submit") != (state["at"] == REVIEW):  # a tap that no message of ours offers here
        raise UserError("form-old-button")
    if word == "submit":
        return _submit(form, ctx, draft_id, state)
    if word == "skip":
        return _skip(form, ctx, draft_id, state)
    if word == "done":
        return _done(form, ctx, draft_id, state)
    raise UserError("form-old-button")


def _skip(form: Form, ctx: Context, draft_id: int, state: State) -> Outcome:
    step = form.step(state["at"])
    if not step.optional:
        raise UserError("form-no-skip")
    if step.many and value(state["answers"], step.name):  # nothing that was sent is thrown away
        return _go_on(form, ctx, draft_id, state)
    answers = {**state["answers"], step.name: {"v": None, "s": text("none")}}
    return _go_on(form, ctx, draft_id, {**state, "answers": answers})


def _done(form: Form, ctx: Context, draft_id: int, state: State) -> Outcome:
    step = form.step(state["at"])
    if not step.many or not value(state["answers"], step.name):
        raise UserError("form-nothing-yet")
    return _go_on(form, ctx, draft_id, state)


def _go_on(form: Form, ctx: Context, draft_id: int, state: State, notes: list[Part] | None = None) -> Outcome:
    """Ask the first question that has no answer; when all have one, show the review (or submit)."""
    state = {key: kept for key, kept in state.items() if key != "before"}
    for step in form.steps:
        if step.name in state["answers"] or (step.when is not None and not step.when(state["answers"])):
            continue
        given = _by_itself(step, ctx, state["answers"])
        if given is None:
            return _ask(form, ctx, draft_id, state, step.name, notes or [])
        state = {**state, "answers": {**state["answers"], **given}}
    if not form.review:
        return _submit(form, ctx, draft_id, state)
    return _ask(form, ctx, draft_id, state, REVIEW, notes or [])


def _by_itself(step: Step, ctx: Context, answers: Answers) -> Answers | None:
    """The answer to a question that need not be asked: there is nothing to choose, or but one thing.

    Where there was nothing it is marked, and neither shown nor gone back to.
    """
    if not (step.auto or step.auto_one) or step.choices is None:
        return None
    offered = step.choices(ctx, answers)
    if not offered and step.auto:
        return {step.name: {"v": None, "s": "", UNASKED: True}}
    if len(offered) == 1 and step.auto_one:
        picked = offered[0]
        answer = (
            step.choose(ctx, answers, picked.value) if step.choose else Answer(picked.value, picked.label)
        )
        return {step.name: {"v": answer.value, "s": answer.shown}}
    return None


def _back(form: Form, ctx: Context, draft_id: int, state: State) -> Outcome:
    """Open the question before this one again; from an edit, go back to the review with nothing changed."""
    if "before" in state:  # an edit from the review is given up
        return _go_on(form, ctx, draft_id, {**state, "answers": state["before"]})
    names = [step.name for step in wanted(form, state["answers"])]
    place = len(names) if state["at"] == REVIEW else names.index(state["at"])
    answers = state["answers"]
    for name in reversed(names[:place]):
        answers = _without(answers, name)
        step = form.step(name)
        if not step.auto or (
            step.choices and step.choices(ctx, answers)
        ):  # else there is nothing left to ask
            return _ask(form, ctx, draft_id, {**state, "answers": answers}, name, [])
    raise UserError("form-at-start")


def _without(answers: Answers, name: str) -> Answers:
    """The answers but this one, and those that were not asked for: another answer may call for them."""
    return {key: kept for key, kept in answers.items() if key != name and UNASKED not in kept}


def _edit(form: Form, ctx: Context, draft_id: int, state: State, place: int) -> Outcome:
    steps = wanted(form, state["answers"])
    if state["at"] != REVIEW or not 0 <= place < len(steps):
        raise UserError("form-review-words")
    name = steps[place].name
    kept = {**state, "answers": _without(state["answers"], name), "before": state["answers"]}
    return _ask(form, ctx, draft_id, kept, name, [])


def _submit(form: Form, ctx: Context, draft_id: int, state: State) -> Outcome:
    if any(step.name not in state["answers"] for step in wanted(form, state["answers"])):
        return _go_on(form, ctx, draft_id, state)
    with savepoint(ctx.session):  # a refusal half-way leaves nothing behind
        body = form.submit(ctx, state["answers"], state["meta"])
    body.setdefault("clear", True)
    return Outcome(state, body, "done")


def _ask(
    form: Form,
    ctx: Context,
    draft_id: int,
    state: State,
    at: str,
    notes: list[Part],
    choices: list[Choice] | None = None,
) -> Outcome:
    if at == REVIEW:
        state = {**state, "at": at, "seq": state["seq"] + 1, "offered": []}
        return Outcome(state, review_body(form, draft_id, state, notes))
    step = form.step(at)
    shown = choices if choices is not None else (step.choices(ctx, state["answers"]) if step.choices else [])
    if step.auto and not shown:  # what there was to choose from is gone
        answers = {**state["answers"], at: {"v": None, "s": "", UNASKED: True}}
        return _go_on(form, ctx, draft_id, {**state, "answers": answers}, notes)
    offered = [[choice.value, choice.label] for choice in shown]
    same = state["at"] == at and state.get("offered") == offered  # then buttons shown before still hold
    state = {**state, "at": at, "seq": state["seq"] + (0 if same else 1), "offered": offered}
    rows = choice_rows(ctx, step, shown, draft_id, state["seq"])
    rows.append(control_row(form, step, draft_id, state))
    shown_above = step.shows(ctx, state["answers"]) if step.shows and choices is None else []
    body = content(*notes, *shown_above, question(step, state["answers"]), buttons=rows, request=step.hint)
    if not step.numbered:
        body["unnumbered"] = True
    return Outcome(state, body)
