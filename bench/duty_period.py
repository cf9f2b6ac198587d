"""A key period of 400 posts and 8 days, published, reminded and reported, on both databases.

    python -m bench.duty_period [--posts 400 --days 8 --play 8 --engines sqlite,postgresql]

The clock is the real one, put forward to the next moment at which something is due and a random part of the
duty tick's five seconds beyond it; ticks and delivery then work as in a running house, side by side in one
process. Most people do what they should (written straight into the tables, untimed); some never come, some
stay silent, so that the ladders run. Lateness: from the moment a message was due to that at which the channel
had it. The channel takes everything at once: what Telegram's own pace adds is not in it.
Promised: a tick takes no longer than a second at p95; a message is no later than ten at p95.
"""

import argparse
import asyncio
import bisect
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import text as sql
from sqlmodel import Session, SQLModel, col, func, insert, select, update

import bot.house
from bench.results import percentile
from bench.scale_load import server
from bot.channel import Capabilities, Rendered
from bot.clock import Clock
from bot.db import Database
from bot.sample import COUNTY, TOWN, make_sample
from bot.storage import Storage
from models.alarms import Alarm
from models.audience import office_people
from models.duty import CHECKED_IN, EXPECTED, LEADER, OFFICER, Post, Shift, ShiftDuty
from models.duty_publish import publish_roster
from models.handovers import ASK, ASKED, DONE, Handover
from models.outbox import TO_SEND, Message
from models.people import Account, Person, person_actor
from models.period_checks import PeriodChecks, set_reports
from models.periods import add_period
from models.policy import POST, Policy
from models.roster_rules import ShiftRow
from models.spot_checks import ASKED as CHECKED
from models.spot_checks import PASSED, SpotAnswer, SpotCheck
from models.violations import Violation
from models.zero_rounds import AWAITED, WELL, ReportRound, ZeroReport

OUT = Path(__file__).parent / "out"
NOW = datetime(2026, 9, 30, 4, 0, tzinfo=UTC)  # noon of the day before
FIRST = datetime(2026, 10, 1, 0, 0, tzinfo=UTC)  # eight in the morning
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
POLICY = Policy()
LED_EVERY, MISSING_EVERY = 5, 33  # every fifth post has a leader, too; every 33rd person never comes
TICK_EVERY = 5.0  # seconds; bot/ticks.py
TICK_MOST_MS, LATE_MOST_S = 1_000.0, 10.0


class Sink:
    """A channel that takes everything at once."""

    name = "bench"
    capabilities = Capabilities(max_text=4096, max_buttons=100, can_edit=True)

    async def send(self, address: str, message: Rendered) -> str | None:
        return "1"

    async def edit(self, address: str, message_id: str, message: Rendered) -> None: ...

    async def answer_tap(self, tap_id: str, text: str = "") -> None: ...

    async def set_menu(self, address: str, commands: Sequence[tuple[str, str]]) -> None: ...

    async def fetch(self, remote_id: str) -> bytes:
        return b""


@dataclass
class Look:
    """One look at the clock: what was due when, when it began, how long the ticks took, and how much of a
    processor this process used meanwhile (sending goes on beside it)."""

    due: datetime
    began: datetime
    seconds: float
    cpu: float


@dataclass
class Measured:
    """One engine's period."""

    engine: str
    posts: int
    days: int
    played: int
    duties: int
    publish_s: float
    looks: int
    tick_p50_ms: float
    tick_p95_ms: float
    tick_max_ms: float
    cpu_p50_ms: float
    cpu_p95_ms: float
    cpu_max_ms: float
    messages: int
    late_p50_s: float
    late_p95_s: float
    late_max_s: float
    seconds: float

    @property
    def broken(self) -> bool:
        """Whether a promise is."""
        return self.tick_p95_ms > TICK_MOST_MS or self.late_p95_s > LATE_MOST_S


class Period:
    """A county with this many posts, and its days as they go by."""

    def __init__(self, db: Database, folder: Path, posts: int, days: int, play: int) -> None:
        self.db, self.posts, self.days, self.play = db, posts, days, play
        self.clock = Clock(NOW - datetime.now(UTC))
        self.house = bot.house.House(
            db=db, storage=Storage(str(folder / "files")), county=COUNTY, policy=POLICY, clock=self.clock
        )
        self.house.add(Sink())
        self.looks: list[Look] = []
        self.random = random.Random(1)
        self.missing: set[int] = set()

    def fill(self, session: Session) -> None:
        """The sample county with posts, and four people for each who take turns."""
        sample = make_sample(session, now=NOW)
        rows: dict[Any, list[dict[str, Any]]] = {Post: [], Person: [], Account: []}
        for part in ("office", "colleague", "head", "town"):
            rows[Account].append(_account(getattr(sample, part).id))
        for place in range(self.posts):
            rows[Post].append(
                Post(county=COUNTY, name=f"岗位{place}", area=TOWN, created_at=NOW).model_dump()
            )
            for turn in range(4):
                person = Person(county=COUNTY, name=f"值班员{place}-{turn}", area=TOWN, created_at=NOW)
                rows[Person].append(person.model_dump())
                rows[Account].append(_account(person.id))
        for table, values in rows.items():
            session.execute(insert(table), values)

    def publish(self, session: Session) -> int:
        """Make the period, publish its roster, have every post report; how many duties."""
        by = person_actor(session, person=office_people(session, county=COUNTY)[0], channel="bench")
        ends_at, told = FIRST + self.days * DAY, {"now": NOW, "policy": POLICY}
        period = add_period(session, by=by, name="国庆值守", starts_at=FIRST, ends_at=ends_at, **told)  # type: ignore[arg-type]
        posts = session.exec(select(Post.id).order_by(col(Post.id))).all()
        named = session.exec(
            select(Person.id).where(col(Person.name).like("值班员%")).order_by(col(Person.id))
        )
        people = named.all()
        self.missing = set(people[::MISSING_EVERY])
        rows = [
            _row(post, place, day, people) for place, post in enumerate(posts) for day in range(self.days)
        ]
        publish_roster(session, by=by, period=period, rows=rows, **told)  # type: ignore[arg-type]
        set_reports(
            session,
            by=by,
            period_id=period.id,
            unit=POST,
            times=POLICY.report_times,
            **told,  # type: ignore[arg-type]
        )
        return sum(len(row.people) for row in rows)

    def next_due(self, session: Session) -> datetime | None:
        """When the clock next has something to say."""
        found = [
            _least(session, ShiftDuty.due_at),
            _least(session, Handover.due_at),
            _least(session, PeriodChecks.round_at, -POLICY.report_lead),
            _least(session, PeriodChecks.check_at),
            _least(session, PeriodChecks.summary_at),
            _least(session, ReportRound.due_at),
            _least(session, SpotCheck.due_at),
            _least(session, Alarm.due_at),
            _least(session, Violation.due_at),
            self._next_end(session),
            session.exec(
                select(func.min(Message.not_before)).where(Message.county == COUNTY, sql(TO_SEND))
            ).one(),
        ]
        return min((moment for moment in found if moment is not None), default=None)

    def _next_end(self, session: Session) -> datetime | None:
        made = select(Handover.id).where(Handover.county == Shift.county, Handover.shift_id == Shift.id)
        ends_at = session.exec(select(func.min(Shift.ends_at)).where(~made.exists())).one()
        return ends_at - POLICY.handover_asks if ends_at else None

    def live(self, session: Session) -> None:
        """What people have done by now, written straight into the tables."""
        now = self.clock.now()
        arrived = (ShiftDuty.state == EXPECTED, col(ShiftDuty.expected_at) <= now + 10 * MINUTE)
        came = {"state": CHECKED_IN, "checked_at": now, "due_at": None}
        session.execute(
            update(ShiftDuty).where(*arrived, col(ShiftDuty.person_id).not_in(self.missing)).values(**came)
        )
        handed = (Handover.state == ASKED, col(Handover.rung) >= ASK)
        over = select(Handover.shift_id).where(*handed).scalar_subquery()
        session.execute(update(Shift).where(col(Shift.id).in_(over)).values(relieved_at=col(Shift.ends_at)))
        session.execute(update(Handover).where(*handed).values(state=DONE, due_at=None, done_at=now))
        session.execute(update(SpotAnswer).where(SpotAnswer.state == CHECKED).values(state=PASSED))
        silent = select(Post.id).where(col(Post.name).like("%7")).scalar_subquery()
        well = (ZeroReport.state == AWAITED, col(ZeroReport.post_id).not_in(silent))
        session.execute(update(ZeroReport).where(*well).values(state=WELL, given_at=now))

    async def run(self) -> None:
        """From the eve to the morning after."""
        last = FIRST + self.play * DAY + (DAY if self.play == self.days else timedelta(0)) + 2 * HOUR
        while True:
            due = await self.db.read(self.next_due)
            if due is None or due > last:
                return
            phase = timedelta(seconds=self.random.uniform(0, TICK_EVERY))
            ahead = due + phase - self.clock.now()
            if ahead > timedelta(0):
                self.clock.forward(ahead)
            await self.db.run(self.live)
            await self._look(due)
            self._say_how_it_goes(due)

    def _say_how_it_goes(self, due: datetime) -> None:
        """A line for each day that is over: a whole period takes a while."""
        day = POLICY.local(due).date()
        if len(self.looks) < 2 or POLICY.local(self.looks[-2].due).date() == day:
            return
        ticks = sorted(look.seconds for look in self.looks)
        p50, p95, most = (percentile(ticks, share) for share in (0.5, 0.95, 1.0))
        said = f"  up to {day}: {len(ticks)} looks, ticks p50 {p50}, p95 {p95}, max {most} ms"
        Console().print(said, highlight=False)

    async def _look(self, due: datetime) -> None:
        began, cpu, at = time.perf_counter(), time.process_time(), self.clock.now()
        ticking = asyncio.create_task(self.house.tick())
        ticking.add_done_callback(
            lambda _: self.looks.append(Look(due, at, time.perf_counter() - began, time.process_time() - cpu))
        )
        while not ticking.done():
            if not await self.house.delivery.once():
                await asyncio.wait({ticking}, timeout=0.05)
        ticking.result()
        await self.house.deliver_all()

    def lateness(self, session: Session) -> list[float]:
        """Seconds from due to sent, in order; of what was held for the morning from then on."""
        begins = [look.began for look in self.looks]
        rows = session.exec(
            select(Message.created_at, Message.not_before, Message.sent_at).where(
                col(Message.sent_at).is_not(None), col(Message.created_at) >= begins[0]
            )
        )
        late = []
        for created_at, not_before, sent_at in rows:
            look = self.looks[bisect.bisect_right(begins, created_at) - 1]
            assert sent_at is not None
            due = not_before if not_before > created_at else look.due
            late.append((sent_at - due).total_seconds())
        return sorted(late)


def _least(session: Session, column: Any, shift: timedelta = timedelta(0)) -> datetime | None:
    found = session.exec(select(func.min(column))).one()
    return found + shift if found else None


def _account(person_id: int) -> dict[str, Any]:
    known = {"channel": "bench", "address": str(person_id), "person_id": person_id}
    return Account(county=COUNTY, **known, joined_at=NOW, seen_at=NOW).model_dump()


def _row(post: int, place: int, day: int, people: Sequence[int]) -> ShiftRow:
    own = people[place * 4 : place * 4 + 4]
    roles = [(own[day % 2], OFFICER)]
    if place % LED_EVERY == 0:
        roles.append((own[2 + day % 2], LEADER))
    return ShiftRow(post, FIRST + day * DAY, FIRST + (day + 1) * DAY, tuple(roles))


def measure(engine: str, url: str, folder: Path, posts: int, days: int, play: int) -> Measured:
    """One engine."""
    db = Database(url)
    SQLModel.metadata.create_all(db.engine)
    began = time.perf_counter()
    try:
        period = Period(db, folder, posts, days, play)
        db.run_now(period.fill)
        published = time.perf_counter()
        duties = db.run_now(period.publish)
        took = time.perf_counter() - published
        asyncio.run(_played(period))
        late = db.read_now(period.lateness)
        ticks = sorted(look.seconds for look in period.looks)
        p50, p95, most = (percentile(ticks, share) for share in (0.5, 0.95, 1.0))
        cpus = [percentile(sorted(look.cpu for look in period.looks), share) for share in (0.5, 0.95, 1.0)]
        lates = [round(percentile(late, share) / 1000, 2) for share in (0.5, 0.95, 1.0)]
        seconds = round(time.perf_counter() - began, 1)
        known = (engine, posts, days, play, duties, round(took, 2), len(ticks))
        return Measured(*known, p50, p95, most, *cpus, len(late), *lates, seconds)
    finally:
        db.close()


def _measured(engine: str, url: str, folder: Path, options: argparse.Namespace) -> Measured:
    return measure(engine, url, folder, options.posts, options.days, options.play or options.days)


async def _played(period: Period) -> None:
    await period.house.deliver_all()  # the roster itself
    await period.run()


def table_of(results: Sequence[Measured]) -> Table:
    """The engines side by side."""
    first = results[0]
    title = f"{first.posts} posts, {first.days} days; * promised: {TICK_MOST_MS:.0f} ms, {LATE_MOST_S:.0f} s"
    table = Table(title=title)
    table.add_column("")
    for each in results:
        table.add_column(each.engine, justify="right", style="red" if each.broken else "")
    rows = asdict(first) | {}
    for name in list(rows)[3:]:
        shown = f"{name}{' *' if name in ('tick_p95_ms', 'late_p95_s') else ''}"
        table.add_row(shown, *(f"{getattr(each, name):,}" for each in results))
    return table


def main() -> None:
    """Measure, print, write; exit 1 if a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--posts", type=int, default=400)
    parser.add_argument("--days", type=int, default=8)
    parser.add_argument(
        "--play", type=int, default=0, help="of these days the first so many; all unless told"
    )
    parser.add_argument("--engines", type=lambda text: text.split(","), default=["sqlite", "postgresql"])
    parser.add_argument("--out", type=Path, default=OUT / "duty_period.json")
    options = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 120)
    OUT.mkdir(parents=True, exist_ok=True)
    results = []
    for engine in options.engines:
        with tempfile.TemporaryDirectory(prefix="bench-duty-") as folder, server(engine, Path(folder)) as url:
            results.append(_measured(engine, url("duty"), Path(folder), options))
            console.print(f"{engine}: {results[-1].seconds:.0f} s", highlight=False)
    console.print(table_of(results))
    rows = [asdict(each) | {"broken": each.broken} for each in results]
    options.out.write_text(json.dumps(rows, ensure_ascii=False, indent=2))
    console.print(f"→ {os.path.relpath(options.out)}")
    sys.exit(1 if any(each.broken for each in results) else 0)


if __name__ == "__main__":
    main()
