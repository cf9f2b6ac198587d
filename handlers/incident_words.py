"""What a free sentence tells of an incident: that one has happened at all, its kind, its casualties."""

from typing import Any

from handlers.answers import clean
from handlers.casualties import casualties_in, words
from handlers.context import Context
from handlers.forms import Answers
from handlers.intake import from_sentence
from models.base import UserError
from models.incident_grade import Counts
from models.incident_views import counts_line
from models.incidents import DESCRIPTION_MAX
from models.text import text


def kind_of(sentence: str) -> str | None:
    """The kind whose words the sentence holds most of; the longer words weigh more."""
    said, extra = sentence.lower(), words()["kind_weights"]
    weights = {
        name: sum(len(each) for each in listed if each in said) for name, listed in words()["kinds"].items()
    }
    weights = {name: weight + extra.get(name, 0) for name, weight in weights.items() if weight}
    return max(weights, key=lambda name: weights[name], default=None)


def surely_an_incident(sentence: str) -> bool:
    """Whether it begins by saying so."""
    return sentence.lower().lstrip("! ！").startswith(tuple(words()["happened"]["sure"]))


def looks_like_an_incident(sentence: str) -> bool:
    """Whether it tells of something that has happened, not of what might: harm to people, or the event itself."""
    said, table = sentence.lower(), words()["happened"]
    if surely_an_incident(said):
        return True
    if any(each in said for each in table["supposed"]):
        return False
    counts = casualties_in(said)
    if counts is not None and any(counts.people.values()):
        return True
    return any(each in said for each in (*table["people"], *table["words"]))


def counts_answer(counts: Counts) -> dict[str, Any]:
    """Numbers as a form's answer."""
    known = {name: value for name, value in counts.people.items() if value is not None}
    return {"v": known, "s": counts_line(counts)}


def from_incident(ctx: Context, sentence: str) -> Answers:
    """Answers that a sentence gives to the first report: its words, place, unit, kind, casualties."""
    try:
        said = clean(sentence, most=DESCRIPTION_MAX)
    except UserError:
        return {}
    answers = {
        name: kept for name, kept in from_sentence(ctx, said).items() if name in ("area", "description")
    }
    unit = from_sentence(ctx, said).get("unit")
    if unit:
        answers["unit"] = {"v": unit["v"]["name"], "s": unit["s"]}
    if kind := kind_of(said):
        answers["kind"] = {"v": kind, "s": text(f"incident-kind-{kind}")}
    if (counts := casualties_in(said)) is not None:
        answers["casualties"] = counts_answer(counts)
    return answers
