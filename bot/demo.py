"""`zhishou demo`: the sample county with everybody's phone on one page, and a clock that can be pushed."""

import argparse
import asyncio
import contextlib
import gc
import secrets
import signal
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import uvloop
from sqlmodel import Session

from bot import schema
from bot.background import Background
from bot.clock import Clock
from bot.criteria_table import first_criteria
from bot.db import Database, open_database
from bot.house import House
from bot.sample import COUNTY, TOWN, Sample, make_sample
from bot.storage import Storage
from bot.web.chats import Chats
from bot.web.demo_clock import DemoClock, keep_offset, kept_offset
from bot.web.pages import build_app
from bot.web.server import serving, web_channel
from bot.words import Words
from models.digest import digest_time
from models.duty import DEPUTY, LEADER, OFFICER
from models.duty_publish import publish_roster
from models.people import Account, Person, Setting, person_actor
from models.periods import add_period
from models.policy import Policy
from models.posts import save_post
from models.roster_rules import ShiftRow
from models.text import text

HOST = "127.0.0.1"
LANG = "zh-CN"
SECRET = "demo-secret"  # models.people.Setting: what signs the cookies
SHIFT_STARTS = time(8)
SHIFT = timedelta(days=1)
SOON = timedelta(minutes=90)  # the first shift starts no sooner, so that its reminder is seen
DAYS = 3

# Whose phones there are: the parts of bot/sample.py; a part's name is the address of its chat.
PERSONAS = (
    "grid_worker",
    "other_worker",
    "responsible",
    "other_responsible",
    "leader",
    "deputy",
    "officer",
    "office",
    "colleague",
    "head",
    "town",
    "other_town",
    "department",
    "inspector",
)


def run(port: int, data: str | Path, *, start: datetime | None = None) -> None:
    """Serve the demo on this machine until it is stopped; its state lives in the folder `data`.

    A new demo begins at `start`, by default now; one that is there goes on where its clock stands.
    """
    served = uvloop.run(_run(port, Path(data), start or datetime.now(UTC)))
    if not served:
        sys.exit(2)  # not from within the loop: that one may never end then
    gc.freeze()  # what is left need not be taken apart: Ctrl+C gives the prompt back at once


async def _run(port: int, data: Path, start: datetime) -> bool:
    """Whether the port was to be had."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    url = f"sqlite:///{data / 'zhishou.db'}"
    await asyncio.to_thread(schema.upgrade, url)
    words = Words(Policy().zone)
    with open_database(url) as db:
        is_new = await db.run(lambda session: seed(session, now=start, words=words, policy=Policy()))
        try:
            async with _open(db, data, port, greet=is_new):
                _print(words, "demo-ready", address=f"http://{HOST}:{port}/")
                await stop.wait()
        except OSError:
            _print(words, "demo-port-taken", port=str(port))
            return False
    return True


@contextlib.asynccontextmanager
async def _open(db: Database, data: Path, port: int, *, greet: bool = False) -> AsyncIterator[None]:
    clock = Clock(kept_offset(db, COUNTY))
    policy = Policy(public_url=f"http://{HOST}:{port}")
    house = House(db=db, storage=Storage(str(data / "files")), county=COUNTY, policy=policy, clock=clock)
    web = web_channel(house)
    house.add(web)
    secret = await db.run(_secret)
    chats = Chats(house, web, frozenset(PERSONAS))
    app = build_app(chats, secret=secret, demo=DemoClock(house))
    background = Background(house)
    async with serving(app, HOST, port):  # first: where the port is taken nothing has begun
        try:
            if greet:  # before anything else is said to them
                for part in PERSONAS:
                    await chats.greet(part, LANG)
            await background.start()
            yield
        finally:
            await background.stop()


def seed(session: Session, *, now: datetime, words: Words, policy: Policy) -> bool:
    """Store the sample county with everybody's chat and a duty to come, unless it is there; whether it was new."""
    if session.get(Setting, (COUNTY, SECRET)) is not None:
        return False
    sample = make_sample(session, now=now)
    for part in PERSONAS:
        person: Person = getattr(sample, part)
        session.add(
            Account(
                county=COUNTY, channel="web", address=part, person_id=person.id, joined_at=now, seen_at=now
            )
        )
    session.flush()
    first_criteria(session, by=person_actor(session, person=sample.office, channel="web"), now=now)
    seed_duty(session, sample, now, words=words, policy=policy)
    session.add(Setting(county=COUNTY, name=SECRET, value=secrets.token_hex(32)))
    today = policy.local(now).date()
    if now >= digest_time(today, policy):  # no morning digest in the evening
        session.add(Setting(county=COUNTY, name="digest", value=today.isoformat()))
    keep_offset(session, COUNTY, now - datetime.now(UTC))
    return True


def seed_duty(session: Session, sample: Sample, now: datetime, *, words: Words, policy: Policy) -> None:
    """A key period from the next morning, with its roster: who leads, who stands by, who is in the room."""
    by = person_actor(session, person=sample.office, channel="web")
    starts_at = first_shift(now, policy)
    period = add_period(
        session,
        by=by,
        name=words.say(text("demo-period"), LANG),
        starts_at=starts_at,
        ends_at=starts_at + DAYS * SHIFT,
        now=now,
        policy=policy,
    )
    post = save_post(
        session,
        by=by,
        now=now,
        name=words.say(text("demo-post"), LANG),
        area=TOWN,
        phone=words.say(text("demo-post-phone"), LANG),
    )
    rows = []
    for day in range(DAYS):
        begins = starts_at + day * SHIFT
        pair = (sample.leader, sample.deputy) if day % 2 == 0 else (sample.deputy, sample.leader)
        people = ((pair[0].id, LEADER), (pair[1].id, DEPUTY), (sample.officer.id, OFFICER))
        rows.append(ShiftRow(post.id, begins, begins + SHIFT, people))
    publish_roster(session, by=by, period=period, rows=rows, now=now, policy=policy)


def first_shift(now: datetime, policy: Policy) -> datetime:
    """The next morning's change of shift that leaves time for its reminder."""
    local = policy.local(now)
    morning = datetime.combine(local.date(), SHIFT_STARTS, policy.zone)
    return morning if morning - now >= SOON else morning + SHIFT


def _secret(session: Session) -> str:
    return session.get_one(Setting, (COUNTY, SECRET)).value


def _print(words: Words, key: str, **params: str) -> None:
    sys.stdout.write(words.say(text(key, **params), LANG) + "\n")
    sys.stdout.flush()


def main() -> None:
    """`python -m bot.demo --port 8080 --data demo-data`."""
    parser = argparse.ArgumentParser(prog="python -m bot.demo")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--data", type=Path, default=Path("demo-data"))
    parser.add_argument(
        "--start", type=datetime.fromisoformat, help="when a new demo begins, with its offset"
    )
    options = parser.parse_args()
    run(options.port, options.data, start=options.start)


if __name__ == "__main__":
    main()
