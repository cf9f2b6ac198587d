"""Everything that is measured, one after the other: python -m bench [--quick] [--only scale,memory]

Each part is a process of its own; one that fails does not stop the next. Exit 1 if a promise was broken
or a part failed. `--quick` takes some three minutes and shows that the parts work; its figures are rough.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.run_speed import OURS

ROOT = Path(__file__).parent.parent
OUT = Path(__file__).parent / "out"
RATE, P50_MS, TIMES = 1650.0, 55.0, 5.0
"""What ours is to reach with 50 users: updates/s, and ms with 50 ms to Telegram and back."""


@dataclass(frozen=True)
class Part:
    """A module of bench/, what it is told, and what its results must hold beyond its own exit code."""

    name: str
    module: str
    full: tuple[str, ...] = ()
    quick: tuple[str, ...] = ()
    check: Callable[[Path], list[str]] = lambda out: []


@dataclass
class Ran:
    """How a part went."""

    name: str
    code: int
    seconds: float
    broken: list[str] = field(default_factory=list)

    @property
    def kept(self) -> bool:
        """Whether it ran and kept its promises."""
        return self.code == 0 and not self.broken


def slow(out: Path) -> list[str]:
    """Where ours stays behind its promised rate or latency in speed.json, in the better of its two ways."""
    cells = json.loads((out / "speed.json").read_text(encoding="utf-8"))["cells"]
    found = []
    for cell in (cell for cell in cells if cell["users"] == 50):
        ours = [bot["median"] for name, bot in cell["bots"].items() if name in OURS]
        rate, p50 = max(each["rate"] for each in ours), min(each["p50_ms"] for each in ours)
        times = [shares["rate"] for name in OURS if (shares := cell[f"{name}/reference"])]
        if times and max(times) < TIMES:
            found.append(
                f"×{max(times):.1f} of the reference with {cell['delay_ms']} ms, promised ×{TIMES:.0f}"
            )
        if cell["delay_ms"] == 0 and rate < RATE:
            found.append(f"{rate:,.0f} updates/s, promised {RATE:,.0f}")
        if cell["delay_ms"] == 50 and p50 > P50_MS:
            found.append(f"p50 {p50:.1f} ms, promised {P50_MS:.0f}")
        if errors := sum(each["errors"] for each in ours):
            found.append(f"{errors} errors with {cell['delay_ms']} ms")
    return found


PARTS = (
    Part(
        "Speed",
        "bench.run_speed",
        quick=("--users", "50", "--repeats", "1", "--warm", "2", "--seconds", "4"),
        check=slow,
    ),
    Part("Crash", "bench.crash", quick=("--conversations", "30", "--kills", "10", "--replicas", "2")),
    Part("Scale", "bench.scale", quick=("--rows", "1000,30000", "--calls", "15")),
    Part("Memory", "bench.memory", quick=("--conversations", "100,500")),
    Part("Intake", "bench.intake", quick=()),
    Part("Loop", "bench.loop", quick=("--rows", "3000", "--calls", "15")),
    Part("Duty", "bench.duty_period", quick=("--posts", "40", "--days", "1")),
)


def run(part: Part, quick: bool, console: Console) -> Ran:
    """One part, its words going straight to the terminal."""
    console.rule(part.name)
    began = time.monotonic()
    argv = [sys.executable, "-m", part.module, *(part.quick if quick else part.full)]
    code = subprocess.run(argv, cwd=ROOT, check=False).returncode
    broken = _checked(part) if code == 0 else [f"exit code {code}"]
    return Ran(part.name, code, round(time.monotonic() - began, 1), broken)


def _checked(part: Part) -> list[str]:
    try:
        return part.check(OUT)
    except (OSError, ValueError, KeyError) as error:
        return [f"no results: {error}"]


def table_of(found: Sequence[Ran]) -> Table:
    """One line a part."""
    table = Table(title="Promises")
    for heading in ("part", "seconds", "", "broken"):
        table.add_column(heading)
    for ran in found:
        verdict = "[green]kept[/green]" if ran.kept else "[red]broken[/red]"
        table.add_row(ran.name, f"{ran.seconds:.0f}", verdict, "\n".join(ran.broken))
    return table


def main() -> None:
    """Run, sum up, write bench/out/summary.json."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small and rough, some three minutes")
    parser.add_argument("--only", type=lambda text: text.split(","), help="some of speed,crash,scale,memory")
    options = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 120)
    OUT.mkdir(parents=True, exist_ok=True)
    wanted = [part for part in PARTS if not options.only or part.name.lower() in options.only]
    found = [run(part, options.quick, console) for part in wanted]
    console.print(table_of(found))
    summary = OUT / "summary.json"
    summary.write_text(json.dumps([asdict(ran) | {"kept": ran.kept} for ran in found], indent=2))
    console.print(f"→ {os.path.relpath(summary)}")
    sys.exit(0 if all(ran.kept for ran in found) else 1)


if __name__ == "__main__":
    main()
