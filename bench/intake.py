"""How well a free sentence is understood: the place, unit, sector, accident and criterion it names.

    python -m bench.intake [--misses]

The labelled sentences (bench/labelled.csv) have three parts. The words were tuned on `tune`; `held` was
written together with it, by the same hand, and kept out of the tuning; `late` was written when the words
were finished, and nothing was changed for it: the figure to believe. Exit 1 below FLOORS. `--misses`
shows what went wrong, of `tune` only.
"""

import argparse
import csv
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlmodel import Session, SQLModel

from bot.criteria_table import first_criteria
from bot.db import open_database
from bot.sample import make_sample
from bot.schema import import_all_models
from handlers.context import Context
from handlers.forms import value
from handlers.inbound import Inbound
from handlers.intake import from_sentence
from models.criteria import Criterion, criteria_at
from models.criteria_rank import rank_criteria
from models.people import person_actor
from models.policy import Policy

LABELLED = Path(__file__).parent / "labelled.csv"
OUT = Path(__file__).parent / "out"
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
ON = date(2026, 11, 24)
PARTS = ("tune", "held", "late")
FIELDS = ("area", "unit", "sector", "kind")
FLOORS: dict[str, dict[str, float]] = {
    "held": {
        "area precision": 1.00,
        "area recall": 1.00,
        "unit precision": 1.00,
        "unit recall": 1.00,
        "sector precision": 0.95,
        "sector recall": 0.95,
        "kind precision": 0.98,
        "kind recall": 0.98,
        "criteria top-1": 0.96,
        "criteria top-3": 1.00,
        "ordinary left alone": 0.58,
    },
    "late": {
        "area precision": 1.00,
        "area recall": 1.00,
        "unit precision": 0.83,
        "unit recall": 0.71,
        "sector precision": 0.84,
        "sector recall": 0.72,
        "kind precision": 0.82,
        "kind recall": 0.67,
        "criteria top-1": 0.62,
        "criteria top-3": 0.75,
        "ordinary left alone": 0.75,
    },
}
"""What was reached, rounded down."""


@dataclass(frozen=True)
class Sentence:
    """One labelled sentence; what it does not name is empty."""

    part: str
    text: str
    area: str
    unit: str
    sector: str
    kind: str
    standard: str
    article: str
    item: str

    @property
    def code(self) -> str:
        """The criterion it meets; empty for an ordinary hazard."""
        return "-".join((self.standard, self.article, self.item)) if self.standard else ""


@dataclass(frozen=True)
class Understood:
    """What was made of it: the fields, and the codes of the criteria offered, best first."""

    fields: dict[str, str]
    codes: list[str]
    ms: float


@dataclass
class Figures:
    """One part's shares, by name; `counts` says of how many sentences."""

    part: str
    shares: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


def read_labelled() -> list[Sentence]:
    """The labelled sentences."""
    with LABELLED.open(encoding="utf-8", newline="") as file:
        return [Sentence(**row) for row in csv.DictReader(file)]


def understand(session: Session, sentence: Sentence, criteria: Sequence[Criterion], who: Any) -> Understood:
    """The sentence as the bot takes it, by a worker of the sample county."""
    inbound = Inbound("bench", "1", "1", "text", "1", NOW, text=sentence.text)
    ctx = Context(
        session=session,
        inbound=inbound,
        county=who.county,
        now=NOW,
        policy=Policy(),
        lang="zh-CN",
        say=str,
        person_id=who.id,
        person_name=who.name,
    )
    answers = from_sentence(ctx, sentence.text)
    found = {name: value(answers, name) or "" for name in FIELDS}
    found["unit"] = found["unit"]["name"] if found["unit"] else ""
    began = time.perf_counter()
    ranked = rank_criteria(sentence.text, found["sector"] or None, criteria)
    took = (time.perf_counter() - began) * 1000
    codes = {each.id: each.code for each in criteria}
    return Understood(found, [codes[each.id] for each in ranked], took)


def measure(part: str, pairs: Sequence[tuple[Sentence, Understood]]) -> Figures:
    """Precision and recall of each field; recall of criteria; how many ordinary hazards are offered any."""
    figures = Figures(part)
    for name in FIELDS:
        named = [(getattr(wanted, name), got.fields[name]) for wanted, got in pairs]
        right = sum(wanted == got != "" for wanted, got in named)
        _share(figures, f"{name} precision", right, sum(got != "" for _, got in named))
        _share(figures, f"{name} recall", right, sum(wanted != "" for wanted, _ in named))
    major = [(wanted.code, got.codes) for wanted, got in pairs if wanted.code]
    _share(figures, "criteria top-1", sum(codes[:1] == [code] for code, codes in major), len(major))
    _share(figures, "criteria top-3", sum(code in codes for code, codes in major), len(major))
    ordinary = [got.codes for wanted, got in pairs if not wanted.code]
    _share(figures, "ordinary left alone", sum(not codes for codes in ordinary), len(ordinary))
    return figures


def _share(figures: Figures, name: str, right: int, of: int) -> None:
    figures.shares[name] = round(right / of, 3) if of else 1.0
    figures.counts[name] = of


def below(figures: Sequence[Figures]) -> list[str]:
    """The shares that are lower than their floor."""
    return [
        f"{each.part}: {name} {each.shares[name]:.3f}, floor {floor:.2f}"
        for each in figures
        for name, floor in FLOORS.get(each.part, {}).items()
        if each.shares[name] < floor
    ]


def misses(pairs: Sequence[tuple[Sentence, Understood]]) -> Iterator[str]:
    """What went wrong with sentences of `tune`, one line each."""
    for wanted, got in pairs:
        if wanted.part != "tune":
            continue
        for name in FIELDS:
            if getattr(wanted, name) != got.fields[name]:
                yield f"{name}: {wanted.text} → {got.fields[name] or '-'}, not {getattr(wanted, name) or '-'}"
        if wanted.code not in (got.codes or [""]):
            yield f"criterion: {wanted.text} → {' '.join(got.codes) or '-'}, not {wanted.code or '-'}"


def table_of(figures: Sequence[Figures]) -> Table:
    """One line a share, one column a part."""
    table = Table(title="What a sentence tells")
    for heading in ("", *(each.part for each in figures)):
        table.add_column(heading)
    for name in figures[0].shares:
        table.add_row(name, *(f"{each.shares[name]:.3f} of {each.counts[name]}" for each in figures))
    return table


def run() -> list[tuple[Sentence, Understood]]:
    """Every sentence through a database with the sample county and the product's own criteria."""
    import_all_models()

    def work(session: Session) -> list[tuple[Sentence, Understood]]:
        sample = make_sample(session, now=NOW)
        first_criteria(session, by=person_actor(session, person=sample.office, channel="web"), now=NOW)
        criteria = criteria_at(session, on=ON)
        rank_criteria("", None, criteria)  # builds the index
        return [(each, understand(session, each, criteria, sample.office)) for each in read_labelled()]

    with tempfile.TemporaryDirectory() as folder, open_database(f"sqlite:///{folder}/intake.db") as database:
        SQLModel.metadata.create_all(database.engine)
        return database.run_now(work)


def main() -> None:
    """Measure, print, write bench/out/intake.json."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--misses", action="store_true", help="show the misses of `tune`")
    options = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 120)
    pairs = run()
    if options.misses:
        for line in misses(pairs):
            console.print(line, markup=False)
    figures = [measure(part, [pair for pair in pairs if pair[0].part == part]) for part in PARTS]
    console.print(table_of(figures))
    p50 = statistics.median(got.ms for _, got in pairs)
    console.print(f"ranking one sentence: {p50:.2f} ms (median)")
    broken = below(figures)
    for line in broken:
        console.print(f"[red]{line}[/red]")
    OUT.mkdir(parents=True, exist_ok=True)
    out = OUT / "intake.json"
    out.write_text(
        json.dumps(
            {"parts": [asdict(each) for each in figures], "rank_ms_p50": round(p50, 2), "below": broken},
            indent=2,
        ),
        encoding="utf-8",
    )
    console.print(f"→ {os.path.relpath(out)}")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
