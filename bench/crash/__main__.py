"""The matrix: a line for each run, everything into bench/out/crash.json, exit 1 if a promise was broken."""

import argparse
import asyncio
import itertools
import json
import sys
import tempfile
from pathlib import Path

from bench import crash as package
from bench.crash.bot_api import BotApi
from bench.crash.check import check
from bench.crash.databases import fresh_database
from bench.crash.run import Outcome, Plan, play
from bot.db import open_database

OUT = Path(__file__).parent.parent / "out" / "crash.json"


async def crash(plan: Plan, folder: Path, url: str) -> Outcome:
    """One run on an empty database, and its check."""
    outcome = Outcome(plan)
    async with BotApi(plan.seed).listening() as api:
        await play(outcome, url, folder, api)
    with open_database(url) as db:
        check(outcome, api, db, folder)
    return outcome


def run(plan: Plan) -> Outcome:
    """One run in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="bench-crash-") as name:
        folder = Path(name)
        with fresh_database(plan.engine, folder) as url:
            return asyncio.run(crash(plan, folder, url))


def plans(given: argparse.Namespace) -> list[Plan]:
    """All combinations; polling is for one process only, as Telegram has it."""
    return [
        Plan(engine, mode, replicas, given.conversations, given.kills, given.seed)
        for mode, engine, replicas in itertools.product(
            given.modes.split(","), given.engines.split(","), map(int, given.replicas.split(","))
        )
        if mode == "webhook" or replicas == 1
    ]


def main() -> None:
    """Run the matrix."""
    parser = argparse.ArgumentParser(
        description=package.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--conversations", type=int, default=200)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--replicas", default="1,2")
    parser.add_argument("--engines", default="sqlite,postgresql")
    parser.add_argument("--modes", default="webhook,polling")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    outcomes = []
    for plan in plans(given):
        outcomes.append(run(plan))
        print(outcomes[-1].line(), flush=True)
        save(outcomes, given.out)
    sys.exit(1 if any(outcome.broken for outcome in outcomes) else 0)


def save(outcomes: list[Outcome], out: Path) -> None:
    """Everything so far, as JSON."""
    out.parent.mkdir(exist_ok=True)
    everything = [outcome.as_json() for outcome in outcomes]
    out.write_text(json.dumps(everything, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
