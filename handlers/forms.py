"""What a form is: its steps, their choices and answers. How it goes on stands in form_engine.py."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from handlers.context import Body, Context
from handlers.inbound import Inbound
from models.text import Part

State = dict[str, Any]
REVIEW = "#review"
UNASKED = "unasked"  # marks an answer to a question that there was no reason to ask


@dataclass(frozen=True)
class Choice:
    """One answer that can be tapped."""

    value: str
    label: Part


@dataclass(frozen=True)
class Answer:
    """What a parser made of an event: the value to keep (JSON), how to show it, and what else it told."""

    value: Any
    shown: Part
    also: Mapping[str, "Answer"] = field(default_factory=dict)


class Ambiguous(Exception):
    """Several things may be meant: offer these instead of the step's own choices."""

    def __init__(self, choices: list[Choice], ask: Part) -> None:
        super().__init__(ask)
        self.choices = choices
        self.ask = ask


Answers = dict[str, dict[str, Any]]


class Elsewhere(Exception):
    """Raised by a step's parse for words that are no answer to it: they are kept for the form's step of words."""


class Turn(Exception):
    """What was answered belongs into another form: go on there, with these answers."""

    def __init__(self, form: "Form", answers: Answers) -> None:
        super().__init__(form.name)
        self.form = form
        self.answers = answers


@dataclass(frozen=True)
class Step:
    """One question. `parse` turns an event that is no choice into an Answer or raises UserError.

    `choices` are worked out when the question is asked. `when` says whether it is asked at all.
    `many` is how many answers it collects at most. `hint` tells the channel what to make easy.
    `catches` is the kind of event that belongs here even when another question is open.
    `numbered` is false where a typed number is an answer itself, not the place of a choice. `shows` are lines
    above the question. `auto`: where there is no choice the question is not asked, where `auto_one` and there
    is but one it is taken.
    """

    name: str
    ask: str
    parse: Callable[[Context, Answers, Inbound], Answer] | None = None
    choices: Callable[[Context, Answers], list[Choice]] | None = None
    when: Callable[[Answers], bool] | None = None
    optional: bool = False
    many: int = 0
    hint: Literal["location"] | None = None
    catches: str = ""
    wide: bool = False
    numbered: bool = True
    choose: Callable[[Context, Answers, str], Answer] | None = None
    shows: Callable[[Context, Answers], list[Part]] | None = None
    auto: bool = False
    auto_one: bool = False


@dataclass(frozen=True)
class Form:
    """A form: its steps and what submitting does. `version` pins stored drafts to this shape.

    `words` names the step that keeps words typed where only a choice is asked for, or at the review.
    `caption` names the one for the words under a photo, where that is another. Nobody is reminded of one that
    is not `nudged`.
    """

    name: str
    version: int
    steps: tuple[Step, ...]
    submit: Callable[[Context, Answers, dict[str, Any]], Body]
    review: bool = True
    intro: Callable[[Context, dict[str, Any]], list[Part]] | None = None
    words: str = ""
    caption: str = ""
    nudged: bool = True

    def step(self, name: str) -> Step:
        """The step of this name."""
        return next(step for step in self.steps if step.name == name)


@dataclass
class Outcome:
    """Where a form stands after an event: its new state, what to say, and whether it is over."""

    state: State
    body: Body
    over: Literal["", "done", "cancelled"] = ""


def value(answers: Answers, name: str, default: Any = None) -> Any:
    """An answer's value."""
    entry = answers.get(name)
    return default if entry is None else entry["v"]


def wanted(form: Form, answers: Answers) -> list[Step]:
    """The steps that these answers call for."""
    return [step for step in form.steps if is_wanted(step, answers)]


def is_wanted(step: Step, answers: Answers) -> bool:
    """Whether these answers call for this step."""
    return (step.when is None or step.when(answers)) and UNASKED not in answers.get(step.name, {})
