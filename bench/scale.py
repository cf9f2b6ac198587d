"""What a long past costs: the same work with 1,000 and with 1,000,000 hazards stored, on both databases.

    python -m bench.scale [--rows 1000,1000000 --engines sqlite,postgresql --calls 200]

Every county has the same amount due, only more behind it. Each call runs in a transaction that is taken
back, the sizes in turn, so that a busy machine is busy for all; medians are shown, without the commit.
SQLite is measured as the house leaves it, without statistics, and once more after ANALYZE; PostgreSQL
after VACUUM ANALYZE, which its autovacuum does. Promised: a tick and a card take no longer than twice
what they take with the smallest county, by the median and by the lower quartile.
The plans of all statements go to bench/out/scale-<engine>-<rows>.txt; a full read of a large table is
marked there and counted in the table.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection
from sqlmodel import Session

from bench.scale_load import World, analyze_all, build, server
from bench.scale_plans import Plan, plans_of
from bench.scale_work import WORKS, Work

OUT = Path(__file__).parent / "out"
MOST = 2.0
NOISE_MS = 0.2
"""Below this difference a ratio is the clock's and the machine's, not the database's."""


@dataclass
class Measured:
    """One work on one engine: ms by number of rows, and the largest county's full reads."""

    engine: str
    work: str
    promised: bool
    medians: dict[int, float] = field(default_factory=dict)
    quartiles: dict[int, float] = field(default_factory=dict)
    full: list[str] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """The largest county's time divided by the smallest's."""
        return self.medians[max(self.medians)] / self.medians[min(self.medians)]

    @property
    def broken(self) -> bool:
        """Whether a promise is."""
        few, many = min(self.medians), max(self.medians)
        doubled = (
            times[many] > MOST * times[few] and times[many] - times[few] > NOISE_MS
            for times in (self.medians, self.quartiles)
        )
        return self.promised and all(doubled)


def timed(work: Work, world: World, turn: int) -> float:
    """One call in ms, taken back."""
    with world.db.engine.connect() as connection, connection.begin() as transaction:
        with Session(connection, join_transaction_mode="rollback_only", expire_on_commit=False) as session:
            began = time.perf_counter()
            work.run(session, world, turn)
            session.flush()
            took = time.perf_counter() - began
        transaction.rollback()
    return took * 1000


def measure(work: Work, worlds: Sequence[World], engine: str, calls: int) -> Measured:
    """Medians of so many calls each (fewer of slow ones), the counties in turn."""
    first = [max(timed(work, world, turn) for turn in range(3)) for world in worlds]
    calls = max(7, min(calls, int(6_000 / max(sum(first), 1))))
    taken: dict[int, list[float]] = {world.rows: [] for world in worlds}
    for turn in range(calls):
        for world in worlds:
            taken[world.rows].append(timed(work, world, turn))
    medians = {rows: round(statistics.median(times), 3) for rows, times in taken.items()}
    quartiles = {rows: round(statistics.quantiles(times)[0], 3) for rows, times in taken.items()}
    return Measured(engine, work.name, work.promised, medians, quartiles)


def plans(work: Work, world: World) -> list[Plan]:
    """How the statements of this work are done."""

    def once(connection: Connection) -> None:
        with Session(connection, join_transaction_mode="rollback_only", expire_on_commit=False) as session:
            work.run(session, world, 1)
            session.flush()

    return plans_of(world.db.engine, once)


def run_engine(
    engine: str, works: Sequence[Work], options: argparse.Namespace, folder: Path, console: Console
) -> list[Measured]:
    """Fill, measure, explain."""
    with server(engine, folder) as url:
        worlds: list[World] = []
        try:
            for count in options.rows:
                began = time.perf_counter()
                worlds.append(build(url(f"county{count}"), count, analyze=engine != "sqlite"))
                console.print(f"{engine}: {count:,} hazards stored in {time.perf_counter() - began:.0f} s")
            results = _all(engine, works, worlds, options.calls, console)
            if engine == "sqlite":
                for world in worlds:
                    analyze_all(world.db.engine)
                results += _all("sqlite-analyzed", works, worlds, options.calls, console)
            return results
        finally:
            for world in worlds:
                world.db.close()


def _all(
    engine: str, works: Sequence[Work], worlds: Sequence[World], calls: int, console: Console
) -> list[Measured]:
    for world in worlds:
        plans_file(engine, world.rows).unlink(missing_ok=True)
    return [_measured(work, worlds, engine, calls, console) for work in works]


def _measured(work: Work, worlds: Sequence[World], engine: str, calls: int, console: Console) -> Measured:
    result = measure(work, worlds, engine, calls)
    for world in worlds:
        found = plans(work, world)
        save_plans(engine, world.rows, work, found)
        if world is worlds[-1]:
            result.full = [line for plan in found for line in plan.full]
    shown = ", ".join(f"{median:.2f}" for median in result.medians.values())
    console.print(f"  {work.name}: {shown} ms", highlight=False)
    return result


def plans_file(engine: str, rows: int) -> Path:
    """Where the plans of a county go."""
    return OUT / f"scale-{engine}-{rows}.txt"


def save_plans(engine: str, rows: int, work: Work, found: Sequence[Plan]) -> None:
    """Append to the county's file; full reads are marked."""
    with plans_file(engine, rows).open("a", encoding="utf-8") as file:
        file.write(f"\n=== {work.name}\n")
        for plan in found:
            file.write(f"\n{' '.join(plan.statement.split())[:600]}\n")
            file.writelines(f"    {line}\n" for line in plan.lines)
            file.writelines(f"  ! FULL READ: {line}\n" for line in plan.full)


def table_of(results: Sequence[Measured]) -> Table:
    """Both engines side by side."""
    engines = list(dict.fromkeys(result.engine for result in results))
    table = Table(title=f"Hazards stored; ms, medians; * promised to stay within ×{MOST:.0f}")
    table.add_column("work")
    for engine in engines:
        for rows in next(result for result in results if result.engine == engine).medians:
            table.add_column(f"{engine} {rows:,}", justify="right")
        table.add_column("ratio", justify="right")
        table.add_column("full", justify="right")
    for name in dict.fromkeys(result.work for result in results):
        mine = [result for result in results if result.work == name]
        cells = [f"{name}{' *' if mine[0].promised else ''}"]
        for result in mine:
            cells += [f"{median:.2f}" for median in result.medians.values()]
            cells += [f"×{result.ratio:.2f}{' !' if result.broken else ''}", str(len(result.full) or "")]
        table.add_row(*cells, style="red" if any(result.broken for result in mine) else "")
    return table


def options_from(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--rows", type=lambda text: sorted(map(int, text.split(","))), default=[1000, 1_000_000]
    )
    parser.add_argument("--engines", type=lambda text: text.split(","), default=["sqlite", "postgresql"])
    parser.add_argument("--calls", type=int, default=200, help="of each work, on each county")
    parser.add_argument("--only", default="", help="works whose name holds this")
    parser.add_argument("--out", type=Path, default=OUT / "scale.json")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print, write; exit 1 if a promise was broken."""
    options = options_from(argv)
    console = Console(width=None if sys.stdout.isatty() else 170)
    OUT.mkdir(parents=True, exist_ok=True)
    works = [work for work in WORKS if options.only in work.name]
    results: list[Measured] = []
    for engine in options.engines:
        with tempfile.TemporaryDirectory(prefix="bench-scale-") as folder:
            results += run_engine(engine, works, options, Path(folder), console)
    console.print(table_of(results))
    rows = [asdict(each) | {"ratio": round(each.ratio, 2), "broken": each.broken} for each in results]
    options.out.write_text(json.dumps(rows, ensure_ascii=False, indent=2))
    console.print(f"→ {os.path.relpath(options.out)}")
    sys.exit(1 if any(result.broken for result in results) else 0)


if __name__ == "__main__":
    main()
