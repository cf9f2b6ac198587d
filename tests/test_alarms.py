"""Alarms: who is called on, how they climb until someone answers, and what stops them."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from bot.channel import Rendered, TemporaryError
from bot.db import Database
from bot.web.channel import WebChannel
from handlers.dispatch import Handled
from handlers.inbound import Inbound
from models.alarms import Alarm, climb_due
from models.audit import Event
from models.base import short
from models.outbox import ALARM, Message
from models.people import SAFETY_OFFICE, TOWN_OFFICER, Account
from models.policy import LEADER, OFFICE, AlarmStep, Policy
from tests.chat import Town
from tests.county import NOW
from tests.hazard_chats import ON_SQLITE, ON_THE_WEB, assign, hazards, replica, report

pytestmark = ON_THE_WEB
MINUTE = timedelta(minutes=1)
CALLED = ("office", "colleague", "town")
EVERYONE = (*CALLED, "head", "other_town", "responsible", "leader", "officer", "other_worker")
GROUPS = {
    "office-group": (SAFETY_OFFICE, None),
    "town-group": (TOWN_OFFICER, "411024108"),
    "other-group": (TOWN_OFFICER, "411024101"),
}


def bind_groups(town: Town) -> None:
    """A group each for the office, the town and another town."""

    def work(session: Session) -> None:
        for address, (role, area) in GROUPS.items():
            session.add(
                Account(
                    county=town.house.county,
                    channel="web",
                    address=address,
                    group_title=address,
                    group_role=role,
                    group_area=area,
                    joined_at=NOW,
                    seen_at=NOW,
                )
            )

    town.house.db.run_now(work)


def alarm(town: Town) -> Alarm:
    return town.ask(lambda session: session.exec(select(Alarm)).one())


def calls(town: Town, who: str) -> int:
    """How often someone was called on."""
    return sum("🚨" in message.text for message in town[who].messages)


def called(town: Town, *whom: str) -> dict[str, int]:
    """Those of them who were called on, and how often."""
    return {who: count for who in whom if (count := calls(town, who))}


async def tap(town: Town, who: str, *, group: str | None = None, at: datetime | None = None) -> Handled:
    """收到 on the alarm, in one's own chat or in a group."""
    event = Inbound(
        channel="web",
        event_id=f"{who}-{group}-{at}",
        address=group or who,
        sender=who,
        group=group,
        kind="tap",
        data=f"a:ack:{short(alarm(town).id)}",
        tap_id="t",
        sent_at=town.clock.now(),
    )
    handled = await town.house.receive(event)
    await town.settle()
    return handled


@ON_SQLITE
async def test_the_office_and_the_town_are_called_at_once_with_their_groups(town: Town) -> None:
    bind_groups(town)
    await report(town, major=True)
    assert called(town, *EVERYONE, *GROUPS) == dict.fromkeys((*CALLED, "office-group", "town-group"), 1)
    seen = town["town"].reads("疑似重大隐患 2026-0001", "刘拐村", "13800000001", "请点“收到”")
    assert seen.buttons[0][0] == "✅ 收到"


@ON_SQLITE
async def test_a_general_hazard_alarms_nobody(town: Town) -> None:
    await report(town)
    await town.passes(60 * MINUTE)
    assert called(town, *EVERYONE) == {}


@ON_SQLITE
async def test_unanswered_it_climbs_to_the_leader_and_ends(town: Town) -> None:
    bind_groups(town)
    await report(town, major=True)
    expected = {
        9: {"office": 1, "town": 1, "office-group": 1, "town-group": 1},
        10: {"office": 2, "town": 1, "office-group": 2, "town-group": 1},
        20: {"office": 3, "town": 1, "head": 1, "office-group": 3, "town-group": 1},
        40: {"office": 4, "town": 1, "head": 2, "office-group": 4, "town-group": 1},
        180: {"office": 4, "town": 1, "head": 2, "office-group": 4, "town-group": 1},
    }
    for minute, counts in expected.items():
        await town.passes(NOW + minute * MINUTE - town.clock.now(), step=5 * MINUTE)
        assert called(town, "office", "town", "head", "other_town", *GROUPS) == counts, minute
    town["head"].reads("已过 20 分钟，仍无人应答", "疑似重大隐患 2026-0001")
    climbed = town.ask(lambda session: session.exec(select(Event).where(Event.subject == "alarm")).all())
    assert [event.after["rung"] for event in climbed] == [1, 2, 3, 4]


@ON_SQLITE
async def test_received_it_stops_and_the_others_hear_who_answers(town: Town) -> None:
    bind_groups(town)
    await report(town, major=True)
    await town["office"].taps("收到")
    town["office"].reads("您已收到，请马上处理")
    for other in ("colleague", "town", "office-group", "town-group"):
        town[other].reads("李静 已应答告警")
    assert not any("已应答" in message.text for message in town["office"].messages)
    before = called(town, *EVERYONE, *GROUPS)
    await town.passes(60 * MINUTE, step=5 * MINUTE)
    assert called(town, *EVERYONE, *GROUPS) == before
    town["head"].sees_nothing_else()
    town.clock.forward(MINUTE)
    await town["town"].taps("收到")
    town["town"].reads("李静 已先应答")
    row = alarm(town)
    assert (row.acked_name, row.acked_at) == ("李静", NOW)


@ON_SQLITE
async def test_the_word_answers_as_the_button_does(town: Town) -> None:
    await report(town, major=True)
    await town["town"].says("收到")
    town["town"].reads("您已收到")
    assert alarm(town).acked_name == "陈明"
    await town["town"].says("收到")
    town["town"].reads("没有等您应答的告警")


@ON_SQLITE
async def test_only_those_called_on_may_answer(town: Town) -> None:
    await report(town, major=True)
    for outsider in ("other_town", "other_worker", "responsible"):
        await tap(town, outsider)
        town[outsider].sees("没有这项权限")
    assert alarm(town).acked_at is None
    await town.passes(10 * MINUTE)
    assert calls(town, "office") == 2


@ON_SQLITE
async def test_in_a_group_a_member_who_was_called_answers_for_all(town: Town) -> None:
    bind_groups(town)
    await report(town, major=True)
    for nobody, said in (("other_worker", "not-allowed"), ("a stranger", "stranger-tap")):
        handled = await tap(town, nobody, group="town-group")
        assert handled.toast is not None
        assert (handled.toast["k"], handled.replies) == (said, [])
    assert alarm(town).acked_at is None
    handled = await tap(town, "town", group="town-group")
    assert handled.toast == {"k": "acked-mine"}
    assert alarm(town).acked_name == "陈明"
    town["office"].reads("陈明 已应答告警")
    town["town-group"].reads("陈明 已应答告警")
    await town.passes(30 * MINUTE)
    assert calls(town, "head") == 0


@ON_SQLITE
async def test_in_a_group_the_duty_officer_of_the_area_answers_too(town: Town) -> None:
    bind_groups(town)
    await report(town, major=True)
    handled = await tap(town, "officer", group="other-group")
    assert handled.toast == {"k": "not-allowed"}
    handled = await tap(town, "officer", group="town-group")
    assert handled.toast == {"k": "acked-mine"}
    assert alarm(town).acked_name == "冯超"


@ON_SQLITE
async def test_an_alarm_that_is_over_needs_no_answer(town: Town) -> None:
    await report(town, major=True)
    await town["grid_worker"].taps("撤回")
    handled = await tap(town, "office")
    assert handled.toast == {"k": "acked-over"}
    assert alarm(town).acked_at is None


@ON_SQLITE
@pytest.mark.parametrize("how", ["撤回", "属实·重大", "现场核实，情况不存在"])
async def test_whoever_acts_on_it_stops_it(town: Town, how: str) -> None:
    await report(town, major=True)
    if how == "撤回":
        await town["grid_worker"].taps(how)
    elif how == "属实·重大":
        await town["office"].taps("属实·重大…", "GAS-9-1", "现场核实", "提交")
    else:
        await town["office"].taps(*(["不属实"] if "不存在" in how else []), how)
    await town.passes(60 * MINUTE)
    assert called(town, *CALLED, "head") == dict.fromkeys(CALLED, 1)
    if how == "属实·重大":
        town["town"].reads("李静 已应答告警")


class DownChannel(WebChannel):
    """A web chat that nothing reaches."""

    async def send(self, address: str, message: Rendered) -> str | None:
        raise TemporaryError("down")


@ON_SQLITE
async def test_a_call_that_has_not_left_is_taken_back_when_it_is_over(town: Town) -> None:
    house = town.house
    house.add(DownChannel(db=house.db, county=house.county, fetch_file=house.storage.get))
    await report(town, major=True)
    data = f"a:withdraw:{short(hazards(town)[0].id)}"
    await town.wire.receive("grid_worker", kind="tap", data=data, tap_id="t")
    await town.settle()
    states = town.ask(lambda session: session.exec(select(Message.state).where(Message.kind == ALARM)).all())
    assert set(states) == {"cancelled"}


@ON_SQLITE
async def test_after_downtime_what_was_missed_is_said_once(town: Town) -> None:
    await report(town, major=True)
    town.clock.forward(25 * MINUTE)
    await town.house.tick()
    await town.settle()
    assert called(town, *EVERYONE) == {"office": 2, "colleague": 2, "town": 1, "head": 1}
    town["head"].reads("已过 25 分钟")
    town.clock.forward(timedelta(days=5))
    await town.house.tick()
    await town.settle()
    assert called(town, *EVERYONE) == {"office": 3, "colleague": 3, "town": 1, "head": 2}
    await town.passes(60 * MINUTE)
    assert calls(town, "head") == 2


async def test_two_tickers_climb_once(town: Town, database_url: str) -> None:
    await report(town, major=True)
    town.clock.forward(10 * MINUTE)
    now, house = town.clock.now(), town.house
    second = Database(database_url)
    climbed = await asyncio.gather(
        *(
            db.run(lambda session: climb_due(session, county=house.county, now=now, policy=house.policy))
            for db in (house.db, second)
        )
    )
    second.close()
    await town.settle()
    assert sorted(climbed) == [0, 1]
    assert calls(town, "office") == 2


async def test_two_answers_at_once_leave_one(town: Town, database_url: str) -> None:
    await report(town, major=True)
    second = Database(database_url)
    other = replica(town, second)
    await asyncio.gather(tap(town, "office"), tap(other, "colleague"))
    second.close()
    said = [town[who].last.text for who in ("office", "colleague")]
    name = alarm(town).acked_name
    assert name in ("李静", "何伟")
    answered = town.ask(
        lambda session: session.exec(select(Event).where(Event.action == "acknowledge")).all()
    )
    assert [event.actor_name for event in answered] == [name]
    assert any("您已收到" in each for each in said)


@ON_SQLITE
async def test_a_running_alarm_keeps_the_steps_it_was_raised_with(town: Town) -> None:
    await report(town, major=True)
    steps = (AlarmStep(0, (OFFICE,)), AlarmStep(1, (LEADER,)))
    restarted = replica(town)
    restarted.house.policy = Policy(alarm_steps=steps)
    await restarted.passes(9 * MINUTE, step=MINUTE)
    assert calls(town, "head") == 0
    await restarted.passes(MINUTE)
    assert calls(town, "office") == 2


@ON_SQLITE
async def test_the_night_does_not_hold_an_alarm(town: Town) -> None:
    await town.passes(timedelta(hours=15), step=timedelta(hours=3))  # midnight
    await report(town, major=True)
    assert called(town, *EVERYONE) == dict.fromkeys(CALLED, 1)
    town["office"].reads("【2026-0001】")
    await town["office"].taps("收到")
    town["colleague"].reads("李静 已应答告警")


@ON_SQLITE
async def test_someone_without_a_chat_is_on_record_as_not_told(town: Town) -> None:
    def leave(session: Session) -> None:
        account = session.get(Account, (town.house.county, "web", "colleague"))
        assert account is not None
        session.delete(account)

    town.house.db.run_now(leave)
    await report(town, major=True)
    rows = town.ask(lambda session: session.exec(select(Message).where(Message.kind == ALARM)).all())
    missed = [row for row in rows if row.person_id == town.county.colleague.id]
    assert [(row.state, row.reason) for row in missed] == [("failed", "no-account")]
    await assign(town)
    assert hazards(town)[0].state == "assigned"
