"""What is measured: each tick, the outbox, a card, the lists, a report, with what it needs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlmodel import Session

from bench.scale_lists import list_works
from bench.scale_load import World
from bench.scale_rows import BEFORE, FIRST_ID, NOW, POLICY, facts, mixed
from bot.sample import COUNTY, VILLAGE
from bot.ticks import TICKS
from bot.words import Words
from handlers.context import Context
from handlers.dispatch import Dispatcher
from handlers.hazard_page import show
from handlers.inbound import Inbound
from models.alarms import acknowledge, open_alarms_for
from models.base import new_id
from models.coverage_watch import calendar_due, coverage_due
from models.digest import digest_body
from models.duty_watch import watch_due
from models.files import due_files
from models.hazard_flow import submit_report, verify_hazard
from models.hazard_lists import overdue_hazards
from models.hazard_reports import HazardReport
from models.hazard_sight import hazard_by_id, hazard_by_number
from models.inbox import forget_old
from models.outbox import cancel, stuck_count
from models.outbox_view import messages_told
from models.people import Person, person_actor
from models.sending import claim, mark_sent

WORDS = Words(POLICY.zone)


@dataclass(frozen=True)
class Work:
    """One thing the house does; `promised`: its time may not double between 1,000 and 1,000,000."""

    name: str
    run: Callable[[Session, World, int], object]
    promised: bool = False


def context(session: Session, world: World, person: Person, kind: Any = "text", **values: Any) -> Context:
    """This person, saying something now."""
    inbound = Inbound("telegram", str(new_id()), f"chat-{person.id}", kind, "1", NOW, **values)
    say = partial(WORDS.say, lang="zh-CN")
    return Context(session, inbound, COUNTY, NOW, POLICY, "zh-CN", say, person.id, person.name)


def _all_ticks() -> dict[str, Callable[..., int]]:
    """Those that run, and the duty's, whether or not they are wired yet."""
    duty = {"duty": watch_due, "coverage": coverage_due, "calendar": calendar_due}
    wired = {name: work for name, _, work in TICKS}
    known = set(wired.values())
    return wired | {name: work for name, work in duty.items() if work not in known}


def _tick(work: Callable[..., int], now: datetime, session: Session, world: World, turn: int) -> int:
    return work(session, county=COUNTY, now=now, policy=POLICY)


def _ticks() -> list[Work]:
    works = []
    for name, work in _all_ticks().items():
        works.append(Work(f"tick {name}, nothing due", partial(_tick, work, BEFORE), promised=True))
        works.append(Work(f"tick {name}, due", partial(_tick, work, NOW), promised=True))
    return works


def _claim(now: datetime, session: Session, world: World, turn: int) -> int:
    return len(claim(session, county=COUNTY, worker="bench", now=now))


def _mark(session: Session, world: World, turn: int) -> None:
    message_id = (FIRST_ID + _some(world, turn)) * 4
    mark_sent(session, county=COUNTY, message_id=message_id, remote_id="7", now=NOW, worker="bench")


def _some(world: World, turn: int) -> int:
    """The place of some stored hazard, another one each turn."""
    return mixed(turn * 7919 + 13, world.rows)


def _by_number(session: Session, world: World, turn: int) -> None:
    ctx = context(session, world, world.sample.office)
    number = str(1 + mixed(turn * 7919, min(world.rows, 200_000) - 400))
    show(ctx, hazard_by_number(session, by=ctx.by, number=number, year=NOW.year))


def _by_id(session: Session, world: World, turn: int) -> None:
    ctx = context(session, world, world.sample.office)
    show(ctx, hazard_by_id(session, by=ctx.by, hazard_id=FIRST_ID + _some(world, turn)))


def _person(session: Session, person_id: int) -> Person:
    return session.get_one(Person, (COUNTY, person_id))


def _overdue(session: Session, world: World, turn: int) -> None:
    overdue_hazards(session, county=COUNTY, now=NOW, limit=11)


def _report(major: bool, session: Session, world: World, turn: int) -> None:
    by = person_actor(session, person=_person(session, world.cast.reporters[turn % 40]), channel="telegram")
    report = HazardReport(
        VILLAGE,
        "gas",
        "fire",
        "气瓶间没有通风",
        "村东头",
        None,
        "第一家店",
        [FIRST_ID],
        suspected_major=major,
    )
    submit_report(session, by=by, report=report, now=NOW, policy=POLICY)


def _verify(session: Session, world: World, turn: int) -> None:
    ctx = context(session, world, world.sample.office)
    place = next(
        at for at in range(turn, world.rows) if facts(at, world.rows, world.cast).state == "reported"
    )
    hazard = hazard_by_id(session, by=ctx.by, hazard_id=FIRST_ID + place)
    verify_hazard(session, by=ctx.by, hazard=hazard, level="general", now=NOW, policy=POLICY)


def _acknowledge(session: Session, world: World, turn: int) -> None:
    ctx = context(session, world, world.sample.office)
    acknowledge(session, by=ctx.by, alarm_id=FIRST_ID + world.rows + turn % 20, now=NOW, policy=POLICY)


def _alarms_open(session: Session, world: World, turn: int) -> None:
    open_alarms_for(session, by=context(session, world, world.sample.office).by)


def _said(said: str, session: Session, world: World, turn: int) -> None:
    """One update through the dispatcher: inbox, account, draft, answer."""
    person = world.cast.reporters[30 + turn % 40]
    inbound = Inbound("telegram", str(new_id()), f"chat-{person}", "text", str(person), NOW, text=said)
    Dispatcher(county=COUNTY, policy=POLICY, say=WORDS.say, worker="bench").handle(session, inbound, NOW)


def _told(session: Session, world: World, turn: int) -> None:
    number = f"{NOW.year}-{1 + mixed(turn, min(world.rows, 200_000) - 400):04d}"
    messages_told(session, county=COUNTY, hazard=number)


def _failed(session: Session, world: World, turn: int) -> None:
    messages_told(session, county=COUNTY, failed=True)


def _cancel(session: Session, world: World, turn: int) -> None:
    subject = ("hazard", FIRST_ID + _some(world, turn))
    cancel(session, county=COUNTY, subject=subject, kinds=["reminder"], reason="done")


WORKS: list[Work] = [
    *_ticks(),
    Work("inbox: forget", lambda session, world, turn: forget_old(session, county=COUNTY, now=NOW), True),
    Work("files: due", lambda session, world, turn: due_files(session, county=COUNTY, now=NOW), True),
    Work("outbox: claim, nothing due", partial(_claim, BEFORE), True),
    Work("outbox: claim 20", partial(_claim, NOW), True),
    Work("outbox: mark sent", _mark),
    Work("outbox: cancel", _cancel),
    Work("outbox: stuck", lambda session, world, turn: stuck_count(session, county=COUNTY, now=NOW)),
    Work("outbox: told of a hazard", _told),
    Work("outbox: what failed", _failed),
    Work("card by number", _by_number, True),
    Work("card by id", _by_id, True),
    *(Work(name, run, promised) for name, run, promised in list_works(context)),
    Work("digest: overdue", _overdue),
    Work("report: submit", partial(_report, False)),
    Work("report: submit, major", partial(_report, True)),
    Work("verify", _verify),
    Work("alarm: acknowledge", _acknowledge),
    Work("alarm: open for me", _alarms_open),
    Work("update: /report", partial(_said, "/report")),
    Work("digest: its words", lambda s, w, turn: digest_body(s, county=COUNTY, now=NOW, policy=POLICY)),
]
