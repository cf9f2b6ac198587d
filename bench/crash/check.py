"""After a run: what is stored, what was sent, in which order, compared with what people said and saw."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text as sql
from sqlmodel import Session, col, select

from bench.crash.bot_api import OFFICE_CHATS, BotApi, picture
from bench.crash.people import Reporter
from bench.crash.run import Outcome
from bot.db import Database
from bot.sample import COUNTY
from bot.storage import Storage
from models.alarms import Alarm
from models.audit import events_of
from models.audit_check import walk
from models.base import unshort
from models.drafts import DONE, Draft
from models.files import File
from models.hazards import Hazard, attached_ids
from models.outbox import Message
from models.people import Account
from models.units import Unit

NUMBER = re.compile(r"已上报，编号 (\d{4}-\d+)")
CALLS = 2  # how often an alarm calls before its ladder ends


def check(outcome: Outcome, api: BotApi, db: Database, folder: Path) -> None:
    """Note every promise that was not kept."""
    storage = Storage(str(folder / "files"))
    with Session(db.reader) as session:
        hazards = _hazards_by_chat(session)
        for reporter in api.reporters.values():
            _check_report(outcome, session, reporter, hazards.get(reporter.user.id, []), storage)
        everything = [hazard for of_one in hazards.values() for hazard in of_one]
        _check_numbers(outcome, everything)
        for hazard in everything:
            _check_events(outcome, session, hazard)
        for fault in walk(session, county=COUNTY).faults():
            outcome.breaks("one chain of events", str(fault))
        _check_nothing_over(outcome, session, api)
        for chat in OFFICE_CHATS:
            _check_chat(outcome, session, api, chat)
    outcome.counts["replies twice"] = sum(_repeated(chat.texts) for chat in api.reporters.values())


def _hazards_by_chat(session: Session) -> dict[int, list[Hazard]]:
    found: dict[int, list[Hazard]] = defaultdict(list)
    rows = session.exec(
        select(Account.address, Hazard).join(Hazard, col(Hazard.reporter_id) == Account.person_id)
    )
    for address, hazard in rows:
        found[int(address)].append(hazard)
    return found


def _check_report(
    outcome: Outcome, session: Session, reporter: Reporter, hazards: Sequence[Hazard], storage: Storage
) -> None:
    """Stored once, under the number that was told, with every answer as it was given."""
    told = {match[1] for text in reporter.texts if (match := NUMBER.search(text))}
    if len(hazards) != 1 or told != {hazard.number for hazard in hazards}:
        stored = [hazard.number for hazard in hazards]
        outcome.breaks("stored once", f"{reporter.user.id}: told {told}, stored {stored}")
        return
    outcome.counts["stored"] += 1
    hazard = hazards[0]
    for name, said in reporter.story.stored().items():
        if getattr(hazard, name) != said:
            outcome.breaks(
                "answers intact", f"{hazard.number} {name}: {getattr(hazard, name)!r}, not {said!r}"
            )
    files = [session.get(File, (hazard.county, id_)) for id_ in attached_ids(session, hazard)]
    intact = [file for file in files if file is not None and _intact(file, storage)]
    if len(files) != reporter.story.photos or len(intact) != len(files):
        outcome.breaks("photos intact", f"{hazard.number}: {len(intact)} of {len(files)} photos")


def _intact(file: File, storage: Storage) -> bool:
    """Fetched, and the very photo that was sent."""
    return file.sha256 is not None and storage.get(file.sha256) == picture(file.remote_id)


def _check_numbers(outcome: Outcome, hazards: Iterable[Hazard]) -> None:
    numbers = sorted(int(hazard.number.partition("-")[2]) for hazard in hazards)
    if numbers != list(range(1, len(numbers) + 1)):
        outcome.breaks("numbers without gaps", str(numbers))


def _check_events(outcome: Outcome, session: Session, hazard: Hazard) -> None:
    """One event of the report, one alarm with one event a call."""
    alarms = session.exec(
        select(Alarm).where(Alarm.county == hazard.county, Alarm.subject_id == hazard.id)
    ).all()
    if len(alarms) != 1:
        outcome.breaks("one alarm each", f"{hazard.number}: {len(alarms)}")
    wanted = [
        ("hazard", hazard.id, ["report"]),
        *(("alarm", alarm.id, ["climb"] * CALLS) for alarm in alarms),
    ]
    for subject, subject_id, actions in wanted:
        events = events_of(session, county=hazard.county, subject=subject, subject_id=subject_id)
        if [event.action for event in events] != actions:
            said = [(event.seq, event.action) for event in events]
            outcome.breaks("every event once", f"{subject} of {hazard.number}: {said}")


def _check_nothing_over(outcome: Outcome, session: Session, api: BotApi) -> None:
    """One draft a conversation, all done; as many files and units as were sent and named; nothing failed."""
    stories = [reporter.story for reporter in api.reporters.values()]
    drafts = Counter(session.exec(select(Draft.status)))
    if drafts != {DONE: len(stories)}:
        outcome.breaks("drafts done", str(dict(drafts)))
    files = len(session.exec(select(File.id)).all())
    if files != sum(story.photos for story in stories):
        outcome.breaks("photos once", f"{files} files")
    units = Counter(session.exec(select(Unit.name).where(col(Unit.name).startswith("第"))))
    if units != Counter(story.unit for story in stories if story.unit):
        outcome.breaks("units once", str(units))
    failed = session.exec(
        select(Message.kind, Message.state, Message.reason).where(
            col(Message.state).not_in(("sent", "cancelled")), Message.reason != "no-account"
        )
    ).all()
    if failed:
        outcome.breaks("everything sent", str(failed[:5]))


def _check_chat(outcome: Outcome, session: Session, api: BotApi, chat: int) -> None:
    """Every alarm and card of this chat came; alarms by their first arrival in the order of writing."""
    seen = api.chats[chat]
    calls = [message.alarm for message in seen if message.alarm is not None]
    cards = [message.hazard for message in seen if message.alarm is None and message.hazard is not None]
    written = _written(session, chat)
    first = {call: place for place, call in reversed(list(enumerate(calls)))}
    for call in (call for call, _ in written if call not in first):
        outcome.breaks("alarms sent", f"chat {chat}: {call}")
    for call in first.keys() - {call for call, _ in written}:
        outcome.breaks("alarms sent", f"chat {chat}: {call} was never written")
    wanted = session.exec(
        select(Message.subject_id).where(Message.kind == "card", Message.address == str(chat))
    ).all()
    for hazard in set(wanted) - set(cards):
        outcome.breaks("cards sent", f"chat {chat}: hazard {hazard}")
    for one, other in _inverted([(first[call], at) for call, at in written if call in first]):
        outcome.breaks("alarms in order", f"chat {chat}: {written[one][0]} after {written[other][0]}")
    outcome.counts["alarms"] += len(first)
    outcome.counts["seen twice"] += _repeated(calls) + _repeated(cards)


def _repeated(seen: Iterable[Any]) -> int:
    counted = Counter(seen)
    return counted.total() - len(counted)


def _inverted(written: Sequence[tuple[int, Any]]) -> list[tuple[int, int]]:
    """Pairs that arrived the other way round: written first and committed first, yet seen later.

    Two transactions of PostgreSQL may overlap; then neither of their messages was before the other.
    """
    return [
        (one, other)
        for other in range(len(written))
        for one in range(other)
        if written[one][0] > written[other][0] and written[one][1] <= written[other][1]
    ]


def _written(session: Session, chat: int) -> list[tuple[tuple[int, int], Any]]:
    """The calls to this chat in the order in which their rows were made, and when each was committed."""
    commits = _commits(session)
    rows = session.exec(
        select(Message.alarm_id, Message.dedup)
        .where(Message.kind == "alarm", Message.address == str(chat))
        .order_by(col(Message.id))
    )
    found = []
    for alarm_id, dedup in rows:
        _, key, rung = str(dedup).partition(">")[0].split(":")
        assert unshort(key) == alarm_id
        found.append(((alarm_id, int(rung)), commits.get((alarm_id, int(rung)), 0)))
    return found


def _commits(session: Session) -> dict[tuple[int, int], datetime]:
    """When each call of an alarm was committed. On SQLite one writes at a time: rows say it all."""
    if session.get_bind().dialect.name == "sqlite":
        return {}
    call = "row_number() OVER (PARTITION BY subject_id ORDER BY seq) - 1"
    rows = session.execute(
        sql(f"SELECT subject_id, {call}, pg_xact_commit_timestamp(xmin) FROM event WHERE subject = 'alarm'")
    )
    return {(alarm_id, rung): at for alarm_id, rung, at in rows}
