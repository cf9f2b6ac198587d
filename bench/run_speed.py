"""Ours against the reference, side by side: updates/s, latency and memory as ratios.

    python -m bench.run_speed                        # everything: some ten minutes
    python -m bench.run_speed --bots echo,reference --users 50 --delays 0 --repeats 1

Each bot is a process of its own on SQLite in a folder of its own; the load is this process. Repeats
are interleaved (a, b, c, a, b, c) so that a busy machine is busy for all, and medians are shown.
Ratios are taken within each repeat, then their median. `echo` answers at once without doing anything:
the ceiling of the machine and of the load itself. `ours-2` is ours in two processes.

≥ marks latencies cut short by the end of the clock. With 500 users and 50 ms the reference does not
get past the first step or two in a short run, and these need one call where a tap needs two: its rate
there is flattered (some 40 % above the one found with --warm 75 --seconds 75).
"""

import argparse
import json
import os
import platform
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path

import uvloop
from rich.console import Console
from rich.table import Table

from bench.bots import BOTS
from bench.results import Result
from bench.runner import SECRET, Bot, BotFailed, measure
from bench.telegram_load import Load


def median_of(results: Sequence[Result]) -> Result:
    """Field by field: the median of numbers, any of the flags, the sum of the errors."""
    merged = {}
    for each in fields(Result):
        values = [getattr(result, each.name) for result in results]
        if each.name == "errors":
            merged[each.name] = sum(values)
        elif isinstance(values[0], bool):
            merged[each.name] = any(values)
        elif isinstance(values[0], dict):
            merged[each.name] = {kind: count for value in values for kind, count in value.items()}
        else:
            merged[each.name] = statistics.median(values)
    return Result(**merged)


OURS = ("ours", "ours-2")  # in one process, in two

Cell = tuple[int, float]
"""Users and delay."""
Runs = dict[Cell, dict[str, list[Result]]]
Medians = dict[Cell, dict[str, Result]]


def run_all(options: argparse.Namespace, console: Console) -> Runs:
    """Measure every bot in every cell, repeats interleaved; a bot that fails is left out."""
    cells: list[Cell] = [(users, delay) for users in options.users for delay in options.delays]
    found: Runs = {cell: {} for cell in cells}
    failed: set[str] = set()
    for repeat in range(options.repeats):
        for users, delay in cells:
            for name in options.bots:
                if name in failed:
                    continue
                load = load_for(BOTS[name], users, delay, options, seed=repeat)
                try:
                    result = uvloop.run(measure(BOTS[name], load))
                except BotFailed as error:
                    console.print(f"[red]{name} did not start:[/red] {error}", highlight=False)
                    failed.add(name)
                    continue
                console.print(f"{repeat + 1} {name:>9} {users:>4} users {delay:>3.0f} ms: {result.rate}/s")
                found[users, delay].setdefault(name, []).append(result)
    return found


def load_for(bot: Bot, users: int, delay: float, options: argparse.Namespace, *, seed: int) -> Load:
    """The load of one cell."""
    return Load(
        bot.steps,
        users=users,
        delay_ms=delay,
        warm_seconds=options.warm,
        seconds=options.seconds,
        connections=bot.connections,
        secret=SECRET,
        seed=seed,
    )


def table_of(found: Runs, cells: Medians) -> Table:
    """The medians, and ours/reference where both ran."""
    table = Table(title="Hazard report, ten updates each; medians")
    headings = ("users", "delay", "bot", "updates/s", "p50 ms", "p95 ms", "p99 ms", "errors", "RSS MB")
    for heading in (*headings, "bot CPU", "load CPU"):
        table.add_column(heading, justify="right")
    for (users, delay), results in cells.items():
        for name, result in results.items():
            table.add_row(str(users), f"{delay:.0f}", name, *row_of(result))
        for name in OURS:
            if shares := ratios(found[users, delay], name):
                sign = "≤" if results["reference"].lower_bound else ""
                latencies = [f"{sign}×{shares[key]:.3g}" for key in ("p50_ms", "p95_ms", "p99_ms")]
                row = [f"×{shares['rate']:.3g}", *latencies, "", f"×{shares['bot_rss_mb']:.3g}"]
                table.add_row("", "", f"{name}/reference", *row, style="bold")
        table.add_section()
    return table


def row_of(result: Result) -> list[str]:
    """One result's numbers; ≥ marks percentiles that are lower bounds."""
    sign = "≥" if result.lower_bound else ""
    latencies = [f"{sign}{value:,.1f}" for value in (result.p50_ms, result.p95_ms, result.p99_ms)]
    shares = [f"{result.bot_rss_mb:.0f}", f"{result.bot_cpu:.0%}", f"{result.load_cpu:.0%}"]
    return [f"{result.rate:,.1f}", *latencies, str(result.errors), *shares]


def ratios(runs: dict[str, list[Result]], name: str) -> dict[str, float]:
    """This one divided by the reference, repeat by repeat, medians of that; nothing unless both ran."""
    pairs = list(zip(runs.get(name, []), runs.get("reference", []), strict=False))
    keys = ("rate", "p50_ms", "p95_ms", "p99_ms", "bot_rss_mb")
    found = {}
    for key in keys:
        shares = [getattr(ours, key) / getattr(other, key) for ours, other in pairs if getattr(other, key)]
        if shares:
            found[key] = statistics.median(shares)
    return found if len(found) == len(keys) else {}


def save(found: Runs, cells: Medians, path: Path) -> None:
    """Write every single result, the medians and the ratios."""
    rows = []
    for (users, delay), results in cells.items():
        row: dict = {"users": users, "delay_ms": delay, "bots": {}}
        for name, median in results.items():
            runs = [asdict(result) for result in found[users, delay][name]]
            row["bots"][name] = {"median": asdict(median), "runs": runs}
        row |= {f"{name}/reference": ratios(found[users, delay], name) for name in OURS}
        rows.append(row)
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"machine": machine, "cells": rows}, ensure_ascii=False, indent=2))


def numbers(text: str) -> list[int]:
    """`50,500` as numbers."""
    return [int(number) for number in text.split(",")]


def options_from(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--bots", type=lambda text: text.split(","), default=list(BOTS))
    parser.add_argument("--users", type=numbers, default=[50, 500])
    parser.add_argument("--delays", type=numbers, default=[0, 50], help="ms, there and back")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--warm", type=float, default=3.0, help="seconds before the clock runs")
    parser.add_argument("--seconds", type=float, default=8.0, help="seconds measured")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "out" / "speed.json")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print, write."""
    options = options_from(argv)
    console = Console(width=None if sys.stdout.isatty() else 120)
    found = run_all(options, console)
    cells = {
        cell: {name: median_of(results) for name, results in bots.items()} for cell, bots in found.items()
    }
    console.print(table_of(found, cells))
    for cell, bots in cells.items():
        for name, result in bots.items():
            if result.errors:
                console.print(cell, name, result.error_kinds)
    save(found, cells, options.out)
    console.print(f"→ {os.path.relpath(options.out)}")


if __name__ == "__main__":
    main()
