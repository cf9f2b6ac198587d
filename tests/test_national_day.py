"""A whole National Day period: 8 days, 14 towns and zones, 40 posts round the clock, on both channels, every
message accounted for.

Run it alone: .venv/bin/python -m pytest -n 0 tests/test_national_day.py
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bot.db import Database
from models.outbox import CARD, REPLY, Message
from tests.county import County as Sample
from tests.period_acts import plan_changes, plan_checks, plan_faults, plan_incident, plan_reports, plan_shifts
from tests.period_county import DAY, DAYS, MINUTE, NO_CHAT, SAMPLE, County, at
from tests.period_life import OVER, PUBLISHED, Life
from tests.period_model import EXPLAIN, Account, Looks, Told, told_at
from tests.period_news import CLOCKS, FINISHED, PLACE, REPORTED, Incident, Report, desk_at, happened, reported
from tests.period_play import POLICY, Play
from tests.period_spot import Asked, spot_checks
from tests.period_sum import counted
from tests.telegram_chat import IDS, town_on

HOUR = timedelta(hours=1)
FIRST_LOOK = PUBLISHED - 2 * MINUTE
# What the clock says by itself; the rest follows from what somebody does.
BY_THE_CLOCK = (
    "duty-remind",
    "duty-call",
    "duty-nudge",
    "duty-leaders-told",
    "duty-deputy-called",
    "alarm-head",
    "alarm-again",
    "alarm-you-have-not",
    "alarm-missing",
    "handover-ask",
    "handover-stay",
    "handover-hurry",
    "handover-released",
    "swap-asks",
    "swap-still-open",
    "spot-ask",
    "violation-re",
    "violation-silent",
    "zero-ask",
    "zero-nudge",
    "zero-chase",
    "zero-list",
    "clock-half",
    "summary-head",
)
CAN_WAIT = ("violation-",)  # through the night
PATIENCE = 3  # moments, on a channel that is sent to at a pace


@pytest.fixture
async def stage(channel_name: str, db: Database, county: Sample, tmp_path: Path) -> AsyncIterator[Play]:
    """The county with everybody in it, with spot checks drawn."""
    async with town_on(channel_name, db, county, tmp_path, POLICY) as town:
        play = Play(town, Life(County()))
        town.house.db.run_now(play.settle_in)
        yield play


@dataclass
class Expected:
    """All that the account says."""

    account: Account
    asked: list[Asked]
    reports: list[Report]
    incident: Incident
    looks: list[datetime]


def account_for(play: Play) -> Expected:
    """Who must hear what when, before anything of it has happened."""
    account = Account(play.life)
    mornings = [at(28, 7, 40, month=9) + day * DAY for day in range((OVER - at(28, month=9)).days + 1)]
    account.published(mornings)
    account.swapped()
    account.taken_over()
    for turn in play.county.turns:
        account.watched(turn)
        account.relieved(turn)
    asked = spot_checks(play.life, play.seed(), play.posts)
    account.checked(asked)
    reports = reported(account)
    incident = happened(account)
    account.explained()
    return Expected(account, asked, reports, incident, looks_of(account))


def looks_of(account: Account) -> list[datetime]:
    """When the program looks at its clock: whenever something is due by it, and every four hours."""
    looks = {PUBLISHED + MINUTE + hour * HOUR for hour in range(0, 14 * 24, 4)}
    for told in account.told:
        if told.what.startswith(BY_THE_CLOCK):
            looks.add(told.until + MINUTE if told.after else told.until)
    looks |= {fault.at + EXPLAIN for fault in account.faults}
    looks |= {at(1 + day, 7) for day in range(DAYS + 1)} | {at(29, 7, month=9), at(30, 7, month=9)}
    return sorted(look for look in looks if PUBLISHED < look <= OVER)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("channel_name", "engine_name"), [("web", "sqlite"), ("telegram-webhook", "postgresql")], indirect=True
)
async def test_every_message_of_a_national_day_period_is_accounted_for(stage: Play) -> None:
    await stage.publish()
    expected = account_for(stage)
    plan_shifts(stage)
    plan_changes(stage)
    plan_reports(stage, expected.reports)
    plan_checks(stage, expected.asked)
    plan_faults(stage, expected.account.faults)
    plan_incident(stage, expected.incident)
    stage.acts = {moment: acts for moment, acts in stage.acts.items() if moment < OVER}
    await stage.run(expected.looks)

    sent = messages(stage)
    assert "\n".join(differences(stage, expected, sent)) == ""
    assert "\n".join(late_or_lost(stage, sent)) == ""
    assert "\n".join(unasked(stage, sent)) == ""
    assert "\n".join(cards_of(stage, expected, sent)) == ""
    faults = [fault for fault in expected.account.faults if fault.at < OVER - HOUR]
    numbers = counted(stage.life, expected.asked, expected.reports, faults, OVER - HOUR)
    assert {key: said for key, said in summary_of(sent).items() if key in numbers} == numbers


def messages(play: Play) -> list[Message]:
    """Everything that was written to be sent since the first look."""

    def look(session: Session) -> list[Message]:
        since = col(Message.created_at) >= FIRST_LOOK
        return list(session.exec(select(Message).where(since).order_by(col(Message.id))))

    found: list[Message] = play.town.ask(look)
    return found


def what_of(message: Message) -> str:
    """What a message is, by the keys of its first lines."""
    first, *others = message.body["lines"]
    if first["k"].startswith(("alarm-head", "alarm-again", "alarm-acked", "alarm-you", "roster-told")):
        return f"{first['k']}/{others[0]['k']}"
    if first["k"] in ("violation-recorded", "violation-remind"):
        return f"{first['k']}/{others[0]['p']['kind']['k']}"
    return str(first["k"])


def differences(play: Play, expected: Expected, sent: list[Message]) -> list[str]:
    """What was told and should not have been, what should have been and was not, and what at another time."""
    names = {person_id: name for name, person_id in play.people.items()}
    looks = Looks(play.looked)
    due: dict[tuple[str, str], list[tuple[datetime, datetime]]] = defaultdict(list)
    for told in expected.account.told:
        first, last = window(told, looks)
        if first <= OVER:
            due[told.who, told.what].append((first, last))
    came: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for message in sent:
        if message.kind != REPLY and not is_card(message):
            came[names[message.person_id or 0], what_of(message)].append(message.created_at)
    return [
        line for pair in sorted(due.keys() | came.keys()) for line in _unlike(pair, due[pair], came[pair])
    ]


def _unlike(pair: tuple[str, str], due: list[tuple[datetime, datetime]], came: list[datetime]) -> list[str]:
    due, came = sorted(due), sorted(came)
    if len(due) == len(came) and all(
        first <= at <= last for (first, last), at in zip(due, came, strict=True)
    ):
        return []
    shown = [f"{moment.astimezone(ZONE):%d %H:%M}" for moment in came]
    wanted = [f"{first.astimezone(ZONE):%d %H:%M}-{last.astimezone(ZONE):%H:%M}" for first, last in due]
    return [f"{pair[0]} {pair[1]}: due {wanted}, came {shown}"]


def window(told: Told, looks: Looks) -> tuple[datetime, datetime]:
    """From when until when it may come: to the minute, or at the first look after it was due."""
    if told.at == told.until and not told.after:
        return told.at, told.at
    return looks(told.at, after=told.after), looks(told.until, after=told.after)


def is_card(message: Message) -> bool:
    """Whether it is the incident's card, of which the later ones edit the first."""
    return message.kind == CARD and message.subject == "incident"


def late_or_lost(play: Play, sent: list[Message]) -> list[str]:
    """Messages that did not go out, or not at the first moment after they might: at once, or in the morning
    where they can wait. Who never joined is on record as not reached."""
    moments = sorted({*play.looked, *play.acts})
    wrong = []
    for message in sent:
        waits = message.kind != REPLY and what_of(message).startswith(CAN_WAIT)
        right = told_at(message.created_at, waits=waits)
        if message.person_id == play.people[NO_CHAT]:
            fine = (message.state, message.reason) == ("failed", "no-account")
        elif message.reason == "newer-card":
            fine = is_card(message)
        elif right > OVER:
            fine = message.state == "held"
        else:
            soon = moments[bisect_right(moments, right) : bisect_right(moments, right) + PATIENCE]
            fine = message.sent_at is not None and right <= message.sent_at <= (soon or [OVER])[-1]
        if not fine:
            wrong.append(f"{what_of(message)} {message.state} {message.created_at} {message.sent_at}")
    return wrong


def unasked(play: Play, sent: list[Message]) -> list[str]:
    """Answers to people who had said nothing, and people who said something and had no answer."""
    by_address = {address: name for name, address in play.addresses.items()}
    by_address |= {str(IDS[part]): name for part, name in SAMPLE.items()}
    answered = set()
    for message in sent:
        if message.kind == REPLY:
            answered.add((by_address[message.address], message.created_at))
    return [f"{name} {moment}" for name, moment in sorted(answered ^ play.spoke)]


def cards_of(play: Play, expected: Expected, sent: list[Message]) -> list[str]:
    """Who has the incident's card and should not, or the other way round; cards of before or after it."""
    names = {person_id: name for name, person_id in play.people.items()}
    cards = [message for message in sent if is_card(message)]
    readers = {names[message.person_id or 0] for message in cards}
    wrong = sorted(readers ^ set(expected.incident.readers))
    for name in readers:
        mine = [card.created_at for card in cards if names[card.person_id or 0] == name]
        moments = {REPORTED, *expected.incident.answers.values(), FINISHED}
        moments |= {REPORTED + done * MINUTE for *_, done in CLOCKS}
        if name not in readers_by_day(play, expected) and not moments <= set(mine):
            wrong.append(f"{name} {sorted(moments - set(mine))}")
        wrong += [f"{name} {moment}" for moment in mine if not REPORTED <= moment <= FINISHED]
    return wrong


def readers_by_day(play: Play, expected: Expected) -> set[str]:
    """The duty desks change in between."""
    return {
        name
        for moment in (REPORTED, FINISHED)
        for town in (None, PLACE)
        for name in desk_at(expected.account, moment, town=town)
    }


def summary_of(sent: list[Message]) -> dict[str, Any]:
    """What the summary says, by its lines."""
    (body, _) = [message.body for message in sent if what_of(message) == "summary-head"]
    return {
        line["k"]: line["p"] for line in body["lines"] if line["k"].startswith("summary-") and "p" in line
    }


ZONE: Any = POLICY.zone
