"""The deadline ladder, the quiet hours and the morning digest, by the clock."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from bot.db import Database
from models.audit import seal_of
from models.digest import digest_due, digest_time
from models.ladder import first_rung, passed_rungs, rung_time
from models.ladder_watch import remind_due
from models.outbox import DIGEST, REMINDER, Message
from models.policy import OWNER, Policy, Rung, jitter
from tests.chat import Town, web_town
from tests.county import NOW, County
from tests.hazard_chats import ON_SQLITE, ON_THE_WEB, assign, fix, hazards, report
from tests.test_alarms import bind_groups

ZONE = ZoneInfo("Asia/Shanghai")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
PARTS = ("responsible", "other_responsible", "town", "other_town", "office", "colleague", "head")


def local(day: int, hour: int, minute: int = 0, month: int = 10) -> datetime:
    """A moment of the office's clock."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


async def until(town: Town, at: datetime) -> None:
    """Let time go by, coarsely."""
    await town.passes(at - town.clock.now(), step=timedelta(hours=6))


async def mornings(town: Town, *days: int) -> None:
    """Live through the half hour of these mornings in which the ladder speaks."""
    for day in days:
        await until(town, local(day, 9))
        await town.passes(30 * MINUTE)


def reminders(town: Town) -> list[Message]:
    """All reminders, in the order they were written."""
    query = select(Message).where(Message.kind == REMINDER).order_by(Message.id)  # type: ignore[arg-type]
    return town.ask(lambda session: list(session.exec(query)))


def reminded(town: Town) -> dict[int, set[str]]:
    """Who was reminded on which day of October."""
    names = {getattr(town.county, part).id: part for part in PARTS}
    found: dict[int, set[str]] = {}
    for row in reminders(town):
        day = row.created_at.astimezone(ZONE).day
        found.setdefault(day, set()).add(names[row.person_id] if row.person_id else row.address)
    return found


LADDER = {
    2: {"responsible"},
    4: {"responsible"},
    5: {"responsible"},
    6: {"responsible", "town"},
    8: {"responsible", "office", "colleague"},
    12: {"responsible", "head"},
}


# The ladder


@ON_THE_WEB
@ON_SQLITE
async def test_each_rung_reaches_whom_it_names_once(town: Town) -> None:
    bind_groups(town)
    await report(town)
    await assign(town, "7")
    await mornings(town, *range(1, 15))
    told = {day: set(whom) for day, whom in LADDER.items()}
    told[6] |= {"town-group"}
    told[8] |= {"office-group"}
    assert reminded(town) == told
    assert len(reminders(town)) == sum(len(whom) for whom in told.values())
    minutes = {row.created_at.astimezone(ZONE).strftime("%H:%M") for row in reminders(town)}
    assert all("09:00" < each <= "09:30" for each in minutes)
    words = ["还有 3 天", "还有 1 天", "今天到期", "已逾期 1 天", "已逾期 3 天", "已逾期 7 天"]
    said = [message.text for message in town["responsible"].messages if "隐患 2026-0001" in message.text]
    assert [word for word in words if any(word in each for each in said)] == words
    town["head"].reads("已逾期 7 天", "隐患 2026-0001", "刘拐村东头")


@ON_THE_WEB
@ON_SQLITE
async def test_it_stops_the_moment_it_is_done_and_goes_on_when_it_was_not(town: Town) -> None:
    await report(town)
    await assign(town, "7")
    await mornings(town, 2, 4)
    await fix(town)
    await mornings(town, 5, 6, 7)
    assert set(reminded(town)) == {2, 4}
    await town["office"].taps("不合格", "只整改了一部分")
    town["responsible"].reads("复查不合格", "只整改了一部分")
    await mornings(town, 8)
    assert reminded(town)[8] == LADDER[8]
    await fix(town)
    await town["office"].taps("复查合格")
    await town["office"].taps("✅ 销号")
    await mornings(town, 12, 13)
    assert set(reminded(town)) == {2, 4, 8}


@ON_THE_WEB
@ON_SQLITE
async def test_a_new_deadline_is_reckoned_anew(town: Town) -> None:
    await report(town)
    await assign(town, "7")
    await mornings(town, 2)
    office = town["office"]
    await office.taps("更多…", "重新交办", "县消防", "周强")
    await office.says("10-10", "责任单位有变", "提交")
    town["responsible"].reads("已改交他人办理")
    assert hazards(town)[0].due_at == local(10, 18)
    await mornings(town, 4, 5, 6, 7, 9, 10, 11)
    assert reminded(town) == {
        2: {"responsible"},
        7: {"other_responsible"},
        9: {"other_responsible"},
        10: {"other_responsible"},
        11: {"other_responsible", "town"},
    }


@ON_THE_WEB
@ON_SQLITE
async def test_a_short_deadline_has_only_the_rungs_still_ahead(town: Town) -> None:
    await report(town)
    await assign(town, "0")
    due = hazards(town)[0].due_at
    assert due == local(28, 18, month=9)
    await until(town, local(29, 12, month=9))
    assert reminded(town) in (
        {28: {"responsible"}, 29: {"responsible", "town"}},
        {29: {"responsible", "town"}},
    )


@ON_THE_WEB
@ON_SQLITE
async def test_after_days_of_downtime_what_was_missed_is_said_once(town: Town) -> None:
    await report(town)
    await assign(town, "7")
    await mornings(town, 2)
    town.clock.forward(7 * DAY)  # 9 October: four rungs missed
    for _ in range(3):
        await town.house.tick()
        await town.settle()
    assert reminded(town) == {2: {"responsible"}, 9: {"responsible", "town", "office", "colleague"}}
    assert len(reminders(town)) == 5
    town["responsible"].reads("已逾期 4 天")
    await mornings(town, 12)
    assert reminded(town)[12] == LADDER[12]


async def _both(town: Town, url: str, tick: Callable[..., int]) -> list[int]:
    """The same tick by two processes at once; what each did."""
    second, now, house = Database(url), town.clock.now(), town.house

    def work(session: Session) -> int:
        return tick(session, county=house.county, now=now, policy=house.policy)

    done = await asyncio.gather(house.db.run(work), second.run(work))
    second.close()
    return sorted(done)


@ON_THE_WEB
async def test_two_tickers_remind_and_digest_once(town: Town, database_url: str) -> None:
    await report(town)
    await assign(town, "1")
    town.clock.forward(DAY + 30 * MINUTE)
    assert await _both(town, database_url, remind_due) == [0, 1]
    assert await _both(town, database_url, digest_due) == [0, 1]
    await town.settle()
    assert reminded(town) == {29: {"responsible"}}
    assert sum("早报" in message.text for message in town["office"].messages) == 1


# Quiet hours


def _state(town: Town, kind: str) -> Counter[str]:
    rows = town.ask(lambda session: session.exec(select(Message.state).where(Message.kind == kind)).all())
    return Counter(rows)


@ON_THE_WEB
@ON_SQLITE
async def test_the_night_holds_what_can_wait_until_seven(town: Town) -> None:
    await report(town)
    await until(town, local(28, 23, month=9))
    worker = town["grid_worker"]
    worker.looks()
    await town["office"].taps("属实·一般")
    town["office"].sees("已核实")
    await until(town, local(29, 6, 59, month=9))
    worker.sees_nothing_else()
    held = town.ask(lambda session: session.exec(select(Message).where(Message.state == "held")).all())
    assert {(row.reason, row.not_before) for row in held} == {("quiet-hours", local(29, 7, month=9))}
    await until(town, local(29, 7, month=9))
    worker.sees("已核实")
    assert _state(town, "notice") == {"sent": 1}


@pytest.mark.parametrize("done", [False, True])
@ON_SQLITE
async def test_a_held_reminder_comes_later_or_never_if_it_is_done(
    db: Database, county: County, tmp_path: Path, done: bool
) -> None:
    policy = Policy(quiet_from=clock_time(8), quiet_to=clock_time(10))
    town = web_town(db, county, tmp_path, policy)
    await town.passes(2 * timedelta(hours=1))
    await report(town)
    await assign(town, "1")
    owner = town["responsible"]
    await until(town, local(29, 9, 30, month=9))
    owner.looks()
    assert _state(town, REMINDER) == {"held": 1}
    if done:
        await fix(town)
    await until(town, local(29, 10, month=9))
    assert _state(town, REMINDER) == {"cancelled" if done else "sent": 1}
    assert any("今天到期" in message.text for message in owner.messages) is not done


def test_the_quiet_hours_over_midnight_within_a_day_and_not_at_all() -> None:
    night = Policy()
    assert [night.is_quiet(local(1, hour)) for hour in (21, 22, 23, 0, 6, 7, 12)] == [
        False,
        True,
        True,
        True,
        True,
        False,
        False,
    ]
    assert night.quiet_ends(local(1, 23)) == local(2, 7)
    assert night.quiet_ends(local(2, 3)) == local(2, 7)
    noon = Policy(quiet_from=clock_time(12), quiet_to=clock_time(14))
    assert [noon.is_quiet(local(1, hour)) for hour in (11, 12, 13, 14)] == [False, True, True, False]
    never = Policy(quiet_from=clock_time(7), quiet_to=clock_time(7))
    assert not any(never.is_quiet(local(1, hour)) for hour in range(24))


# The digest


@ON_THE_WEB
@ON_SQLITE
async def test_the_digest_comes_once_each_morning_and_counts(town: Town) -> None:
    await report(town)
    await report(town, major=True)
    await town["office"].taps("收到")
    await assign(town, "1")
    for day in (29, 30):
        await until(town, local(day, 7, 30, month=9))
        for who in PARTS:
            town[who].looks()
        await town.passes(30 * MINUTE, step=5 * MINUTE)
        seal = town.ask(lambda session: seal_of(session, county=town.county.county))
        town["office"].sees("早报", f"{day}日", "未销号 2 处", "消息：全部送出", f"变更记录存证码：{seal}")
        town["colleague"].sees("早报")
    await until(town, local(1, 12))
    town["office"].sees("早报", "10月1日", "新报 0 处", "逾期：1 处", "2026-0002 已逾期 2 天")
    assert all("早报" not in message.text for who in ("town", "head") for message in town[who].messages)
    rows = town.ask(lambda session: session.exec(select(Message).where(Message.kind == DIGEST)).all())
    days = Counter(row.created_at.astimezone(ZONE).day for row in rows)
    assert days == {28: 2, 29: 2, 30: 2, 1: 2}


@ON_THE_WEB
@ON_SQLITE
async def test_after_downtime_there_is_one_digest_and_none_at_night(town: Town) -> None:
    town.clock.forward(5 * DAY + timedelta(hours=14))  # 3 October, 23:00
    for _ in range(3):
        await town.house.tick()
        await town.settle()
    office = town["office"]
    office.sees_nothing_else()
    await until(town, local(4, 12))
    office.sees("早报", "10月4日")
    office.sees_nothing_else()


# Pure arithmetic

moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
ladders = st.lists(st.integers(-30, 30), min_size=1, max_size=8, unique=True).map(
    lambda days: tuple(Rung(day, (OWNER,)) for day in sorted(days))
)
policies = st.builds(
    Policy,
    zone=st.sampled_from([ZONE, ZoneInfo("UTC"), ZoneInfo("America/New_York")]),
    ladder=ladders,
    ladder_time=st.sampled_from([clock_time(9), clock_time(8, 30), clock_time(18)]),
)
seeds = st.integers(0, 2**62)


@given(moments, policies, seeds)
def test_rungs_ascend_and_lie_on_their_day_beside_the_round_hours(
    due_at: datetime, policy: Policy, seed: int
) -> None:
    times = [rung_time(due_at, rung, seed=seed, policy=policy) for rung in policy.ladder]
    assert times == sorted(set(times))
    for at, rung in zip(times, policy.ladder, strict=True):
        shown = policy.local(at)
        assert shown.date() == policy.local(due_at).date() + rung.days * DAY
        assert shown.minute not in (0, 30)


@given(moments, policies, seeds, st.lists(st.integers(0, 80 * 24), max_size=12))
def test_however_one_looks_each_rung_is_passed_once(
    due_at: datetime, policy: Policy, seed: int, looks: list[int]
) -> None:
    began = due_at - 40 * DAY
    place, at = first_rung(due_at, now=began, seed=seed, policy=policy)
    first = place
    said: list[Rung] = []
    for hours in sorted(looks):
        now = began + timedelta(hours=hours)
        if at is None or at > now:  # the tick would not look at it
            continue
        rungs, place, at = passed_rungs(due_at, rung=place, now=now, seed=seed, policy=policy)
        assert rungs
        said += rungs
    assert said == list(policy.ladder[first:place])
    assert (at is None) == (place == len(policy.ladder))


@given(seeds)
def test_the_jitter_is_some_minutes_and_always_the_same(seed: int) -> None:
    assert 2 * MINUTE <= jitter(seed) <= 26 * MINUTE
    assert jitter(seed) == jitter(seed)


def test_the_jitter_spreads_a_crowd() -> None:
    crowd = Counter(jitter((1 << 50) + number) for number in range(2500))
    assert len(crowd) == 25
    assert max(crowd.values()) < 200


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)))
def test_the_digest_is_due_before_eight_beside_the_half_hour(on: date) -> None:
    at = digest_time(on, Policy()).astimezone(ZONE)
    assert at.date() == on
    assert clock_time(7, 40) <= at.time() < clock_time(7, 50)
    assert NOW.tzinfo is UTC
