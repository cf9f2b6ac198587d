"""The closed loop in a county with 100,000 hazards stored: each move, each list, the card, on both databases.

    python -m bench.loop [--rows 100000 --engines sqlite,postgresql --calls 60]

A move is timed from the hazard in hand to the last row written, with its cards, notices and event; what leads
up to it is done before, untimed. Everything runs in a transaction that is taken back, so without the commit.
SQLite as the house leaves it, without statistics; PostgreSQL after VACUUM ANALYZE.
Promised: a list or a card takes no longer than 50 ms at p95.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlmodel import Session

from bench.results import percentile
from bench.scale_load import World, build, server
from bench.scale_rows import FIRST_ID, NOW, POLICY, facts
from bench.scale_work import WORKS
from bot.criteria_table import shipped_criteria
from bot.sample import COUNTY
from models import assignment, extensions, hazard_flow, lookback
from models.base import Actor, Grant, write_now
from models.criteria import import_criteria
from models.hazards import Hazard
from models.people import ADMIN, Person, person_actor

OUT = Path(__file__).parent / "out"
MOST_MS = 50.0
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Round:
    """One hazard on its way: the people whose turn it is, and the operations that they do to it."""

    session: Session
    world: World
    hazard: Hazard
    turn: int

    def actor(self, person_id: int) -> Actor:
        """A person with their roles."""
        person = self.session.get_one(Person, (COUNTY, person_id))
        return person_actor(self.session, person=person, channel="telegram")

    def office(self, operation: Callable[..., Any], **given: Any) -> Any:
        """The office does it."""
        return self._do(operation, self.world.sample.office.id, given)

    def colleague(self, operation: Callable[..., Any], **given: Any) -> Any:
        """Another of the office does it."""
        return self._do(operation, self.world.sample.colleague.id, given)

    def owner(self, operation: Callable[..., Any], **given: Any) -> Any:
        """Whoever has it to do does it."""
        return self._do(operation, self.owner_id, given)

    @property
    def owner_id(self) -> int:
        owners = self.world.cast.owners
        return owners[self.turn % len(owners)]

    def _do(self, operation: Callable[..., Any], person_id: int, given: dict[str, Any]) -> Any:
        given |= {"by": self.actor(person_id), "hazard": self.hazard, "now": NOW, "policy": POLICY}
        return operation(self.session, **given)


def _verify(on: Round) -> None:
    on.office(hazard_flow.verify_hazard, level="general")


def _grade(on: Round) -> None:
    given = {"level": "major", "criterion_id": CRITERION, "reason": "现场核实，与该条相符"}
    on.office(hazard_flow.verify_hazard, **given)


def _assign(on: Round) -> None:
    on.office(assignment.assign_hazard, due_at=NOW + 7 * DAY, owner_id=on.owner_id)


def _commit(on: Round) -> None:
    on.owner(hazard_flow.commit_to, item="measures", value="改用管道气，装报警器")


def _accept(on: Round) -> None:
    on.owner(hazard_flow.accept_hazard)


def _ask(on: Round) -> None:
    on.owner(extensions.ask_extension, new_due=NOW + 14 * DAY, reason="材料设备未到")


def _approve(on: Round) -> None:
    asked = extensions.pending_extension(on.session, hazard=on.hazard)
    assert asked is not None
    on.office(extensions.decide_extension, extension_id=asked.id, approve=True)


def _submit(on: Round) -> None:
    on.owner(hazard_flow.submit_fix, note="已整改", photo_ids=[FIRST_ID])


def _fail(on: Round) -> None:
    on.office(hazard_flow.fail_recheck, reason="只整改了一部分")


def _pass(on: Round) -> None:
    on.office(hazard_flow.pass_recheck)


def _close(on: Round) -> None:
    on.colleague(hazard_flow.close_hazard)


def _look_again(on: Round) -> None:
    on.office(lookback.start_lookback)


def _pass_lookback(on: Round) -> None:
    on.office(lookback.pass_lookback, note="", photo_ids=[FIRST_ID])


def _reopen(on: Round) -> None:
    on.office(lookback.reopen_hazard, reason="同样的隐患又出现了", photo_ids=[])


Did = Callable[[Round], None]
_AT_WORK: tuple[Did, ...] = (_verify, _assign, _accept)
_DONE: tuple[Did, ...] = (*_AT_WORK, _submit, _pass)
# What is timed, and what leads up to it.
MOVES: dict[str, tuple[Did, tuple[Did, ...]]] = {
    "verify": (_verify, ()),
    "grade as major": (_grade, ()),
    "assign": (_assign, (_verify,)),
    "commit to one of the five": (_commit, (_grade, _assign)),
    "accept": (_accept, (_verify, _assign)),
    "ask for more time": (_ask, _AT_WORK),
    "approve more time": (_approve, (*_AT_WORK, _ask)),
    "submit as fixed": (_submit, _AT_WORK),
    "fail the re-check": (_fail, (*_AT_WORK, _submit)),
    "pass the re-check": (_pass, (*_AT_WORK, _submit)),
    "close": (_close, _DONE),
    "begin the look-back": (_look_again, (*_DONE, _close)),
    "pass the look-back": (_pass_lookback, (*_DONE, _close, _look_again)),
    "reopen": (_reopen, (*_DONE, _close)),
}
CRITERION = next(row.id for row in shipped_criteria() if row.code == "GAS-9-1")


def looks() -> dict[str, Callable[[Session, World, int], object]]:
    """The report, and everything that shows hazards: what is promised to stay quick."""
    kinds = ("list", "card", "search", "report: submit")
    return {work.name: work.run for work in WORKS if work.name.startswith(kinds)}


def promised(name: str) -> bool:
    """Whether a person waits for it to be shown."""
    return name.startswith(("list", "card", "search"))


@dataclass
class Measured:
    """One operation on one engine, in ms."""

    engine: str
    name: str
    p50: float
    p95: float
    promised: bool

    @property
    def broken(self) -> bool:
        """Whether it was promised to be quicker."""
        return self.promised and self.p95 > MOST_MS


def _timed(world: World, turn: int, prepare: Callable[[Session], Callable[[], object]]) -> float:
    """One call in seconds, taken back."""
    with world.db.engine.connect() as connection, connection.begin() as transaction:
        with Session(connection, join_transaction_mode="rollback_only", expire_on_commit=False) as session:
            work = prepare(session)
            session.flush()
            write_now(session)
            began = time.perf_counter()
            work()
            session.flush()
            write_now(session)
            took = time.perf_counter() - began
        transaction.rollback()
    return took


def _moved(name: str, world: World, turn: int) -> Callable[[Session], Callable[[], object]]:
    did, before = MOVES[name]

    def prepare(session: Session) -> Callable[[], object]:
        places = range(world.rows - 1 - turn * 7, 0, -1)
        place = next(at for at in places if facts(at, world.rows, world.cast).state == "reported")
        on = Round(session, world, session.get_one(Hazard, (COUNTY, FIRST_ID + place)), turn)
        for each in before:
            each(on)
        return lambda: did(on)

    return prepare


def _looked(name: str, world: World, turn: int) -> Callable[[Session], Callable[[], object]]:
    run = looks()[name]
    return lambda session: lambda: run(session, world, turn)


def measure(engine: str, world: World, calls: int, console: Console) -> list[Measured]:
    """Every operation so many times, each on another hazard."""
    found = []
    for name in (*MOVES, *looks()):
        one = _moved if name in MOVES else _looked
        for turn in range(3):
            _timed(world, turn, one(name, world, turn))
        took = sorted(_timed(world, turn, one(name, world, turn)) for turn in range(calls))
        p50, p95 = percentile(took, 0.5), percentile(took, 0.95)
        found.append(Measured(engine, name, p50, p95, promised(name)))
        console.print(f"  {engine} {name}: p50 {p50:.1f}, p95 {p95:.1f} ms", highlight=False)
    return found


def run_engine(engine: str, options: argparse.Namespace, folder: Path, console: Console) -> list[Measured]:
    """Fill, then measure."""
    with server(engine, folder) as url:
        world = build(url("loop"), options.rows, analyze=engine != "sqlite")
        console.print(f"{engine}: {options.rows:,} hazards stored")
        try:
            admin = Actor(COUNTY, None, "bench", "cli", (Grant(ADMIN),))
            world.db.run_now(
                lambda session: import_criteria(session, by=admin, rows=shipped_criteria(), now=NOW)
            )
            return measure(engine, world, options.calls, console)
        finally:
            world.db.close()


def table_of(results: Sequence[Measured], rows: int) -> Table:
    """The engines side by side."""
    engines = list(dict.fromkeys(result.engine for result in results))
    table = Table(title=f"The loop with {rows:,} hazards stored; ms; * promised at most {MOST_MS:.0f} at p95")
    table.add_column("operation")
    for engine in engines:
        table.add_column(f"{engine} p50", justify="right")
        table.add_column("p95", justify="right")
    for name in dict.fromkeys(result.name for result in results):
        mine = [result for result in results if result.name == name]
        cells = [cell for each in mine for cell in (f"{each.p50:.1f}", f"{each.p95:.1f}")]
        style = "red" if any(each.broken for each in mine) else ""
        table.add_row(f"{name}{' *' if mine[0].promised else ''}", *cells, style=style)
    return table


def main() -> None:
    """Measure, print, write; exit 1 if a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--engines", type=lambda text: text.split(","), default=["sqlite", "postgresql"])
    parser.add_argument("--calls", type=int, default=60, help="of each operation")
    parser.add_argument("--out", type=Path, default=OUT / "loop.json")
    options = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 120)
    OUT.mkdir(parents=True, exist_ok=True)
    results: list[Measured] = []
    for engine in options.engines:
        with tempfile.TemporaryDirectory(prefix="bench-loop-") as folder:
            results += run_engine(engine, options, Path(folder), console)
    console.print(table_of(results, options.rows))
    rows = [asdict(each) | {"broken": each.broken} for each in results]
    options.out.write_text(json.dumps(rows, ensure_ascii=False, indent=2))
    console.print(f"→ {os.path.relpath(options.out)}")
    sys.exit(1 if any(each.broken for each in results) else 0)


if __name__ == "__main__":
    main()
