"""What a free sentence, a photo or a place tells of a hazard before anything was asked."""

import tomllib
from functools import cache
from importlib.resources import files

from handlers.answers import area_answer, areas, clean
from handlers.context import Context
from handlers.forms import Answers
from models.base import UserError
from models.hazards import DESCRIPTION_MAX
from models.text import text


@cache
def _hints() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(files("handlers").joinpath("intake.toml").read_text(encoding="utf-8"))


def sector_of(sentence: str) -> str | None:
    """The sector whose words the sentence holds most of; the longer words weigh more."""
    return _best(sentence, _hints()["sectors"])


def kind_of(sentence: str) -> str | None:
    """The accident to be feared, by the words that stand for it."""
    return _best(sentence, _hints()["kinds"])


def _best(sentence: str, table: dict[str, list[str]]) -> str | None:
    weights = {
        name: sum(len(word) for word in words if word in sentence.lower()) for name, words in table.items()
    }
    best = max(weights, key=lambda name: weights[name])
    return best if weights[best] else None


def looks_like_a_report(sentence: str) -> bool:
    """Whether a free sentence says enough to be one: some length, or a known word in it."""
    return len(sentence) >= 6 or sector_of(sentence) is not None


def from_sentence(ctx: Context, sentence: str) -> Answers:
    """Answers that a sentence gives: its description, and the place, sector and kind that it names."""
    try:
        said = clean(sentence, most=DESCRIPTION_MAX)
    except UserError:
        return {}
    answers: Answers = {"description": {"v": said, "s": said}}
    index = areas(ctx)
    if spot := index.mentioned(said):
        answer = area_answer(index, spot)
        answers["area"] = {"v": answer.value, "s": answer.shown}
    if sector := sector_of(said):
        answers["sector"] = {"v": sector, "s": text(f"sector-{sector}")}
    if kind := kind_of(said):
        answers["kind"] = {"v": kind, "s": text(f"kind-{kind}")}
    return answers
