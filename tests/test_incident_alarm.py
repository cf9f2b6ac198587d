"""An incident's alarm: everyone called on must answer; whoever has not is reminded and named, whatever others do."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from bot.channel import PermanentError, Rendered
from bot.db import Database
from bot.web.channel import WebChannel
from handlers.inbound import Inbound
from models.alarm_calls import AlarmCall
from models.alarm_everyone import REMINDS_MOST, remind_calls_due
from models.alarms import climb_due
from models.audit import Event
from models.base import short
from models.duty import CALLED_ON, DEPUTY, OFFICER, STANDBY, Post, Shift, ShiftDuty
from models.people import SAFETY_OFFICE, TOWN_OFFICER, Account
from models.policy import LEADER, OFFICE, AlarmStep, Policy
from tests.chat import Town
from tests.county import NOW
from tests.duty_chats import on_one
from tests.hazard_chats import ON_THE_WEB, hazards, replica
from tests.hazard_chats import report as report_hazard
from tests.incident_chats import CALLED, MINUTE, acks, alarms, calls, incidents, look, messages, report, tap


def counts(town: Town, *whom: str) -> dict[str, int]:
    return {who: count for who in whom or (*CALLED, "leader", "officer") if (count := calls(town, who))}


def leave(town: Town, who: str) -> None:
    """Someone who has not joined anywhere."""

    def work(session: Session) -> None:
        account = session.get(Account, (town.house.county, "web", who))
        session.delete(account)

    town.house.db.run_now(work)


def put_on_duty(town: Town, *people: tuple[str, str, str], area: str | None = None, hours: int = 24) -> None:
    """A post (of the county, unless told otherwise) with a shift that runs now."""

    def work(session: Session) -> None:
        county = town.house.county
        post = Post(county=county, name=f"值班室{area or ''}", area=area, created_at=NOW)
        session.add(post)
        now = town.clock.now()
        shift = Shift(
            county=county,
            post_id=post.id,
            period_id=1,
            starts_at=now - timedelta(hours=1),
            ends_at=now + timedelta(hours=hours),
            created_at=NOW,
        )
        session.add(shift)
        for who, role, state in people:
            person = getattr(town.county, who)
            session.add(
                ShiftDuty(
                    county=county,
                    shift_id=shift.id,
                    person_id=person.id,
                    role=role,
                    state=state,
                    expected_at=now,
                    created_at=NOW,
                )
            )

    town.house.db.run_now(work)


@on_one
async def test_who_has_not_answered_is_reminded_every_five_minutes_whatever_the_others_do(town: Town) -> None:
    await report(town)
    assert counts(town) == dict.fromkeys(CALLED, 1)
    await acks(town, "office", "town")
    await town.passes(4 * MINUTE, step=MINUTE)
    assert counts(town) == dict.fromkeys(CALLED, 1)
    await town.passes(MINUTE, step=MINUTE)
    assert counts(town) == {"office": 1, "colleague": 2, "town": 1, "head": 2}
    town["head"].reads("您还没有点“收到”（已过 5 分钟）", "TF2026-001")
    await town.passes(10 * MINUTE, step=MINUTE)
    assert counts(town) == {"office": 1, "colleague": 4, "town": 1, "head": 4}
    await acks(town, "head")
    await town.passes(10 * MINUTE, step=MINUTE)
    assert counts(town) == {"office": 1, "colleague": 6, "town": 1, "head": 4}
    assert alarms(town)[0].acked_at is None
    await acks(town, "colleague")
    alarm = alarms(town)[0]
    assert (alarm.acked_at, alarm.due_at, alarm.answers) == (town.clock.now(), None, 4)
    await town.passes(60 * MINUTE)
    assert counts(town) == {"office": 1, "colleague": 6, "town": 1, "head": 4}


@on_one
async def test_those_who_have_answered_are_told_who_has_not_with_telephones(town: Town) -> None:
    leave(town, "colleague")
    await report(town)
    await acks(town, "office")
    await town.passes(10 * MINUTE, step=5 * MINUTE)
    told = town["office"].reads("已过 10 分钟，还有 3 人没有点“收到”，请打电话")
    assert "何伟 13800000008（还没加入，请打电话）" in told.text
    assert "陈明 13800000003（已送达）" in told.text
    assert "李静" not in told.text
    town["head"].looks()
    await acks(town, "head")
    await town.passes(10 * MINUTE, step=5 * MINUTE)
    town["head"].sees("已过 20 分钟，还有 2 人没有点“收到”")
    town["grid_worker"].reads("已收到 2/4 人", "未收到：何伟 13800000008（还没加入，请打电话）")


@on_one
async def test_on_which_channel_it_failed_stands_on_the_card(town: Town) -> None:
    class Blocked(WebChannel):
        async def send(self, address: str, message: Rendered) -> str | None:
            if address == "head":
                raise PermanentError("blocked", address_gone=True)
            return await super().send(address, message)

    house = town.house
    house.add(Blocked(db=house.db, county=house.county, fetch_file=house.storage.get))
    await report(town)
    await town.passes(MINUTE, step=MINUTE)
    for who in ("office", "grid_worker"):
        town[who].reads("未收到：张建国 13800000009（网页发送失败：blocked）")


@on_one
async def test_pressed_twice_or_typed_again_it_says_so_kindly(town: Town) -> None:
    await report(town)
    await acks(town, "office")
    await acks(town, "office")
    assert town["office"].last.text == "您已经点过“收到”了。"
    await town["office"].says("收到")
    assert "没有等您应答的告警" in town["office"].last.text
    await town["town"].says("收到")
    assert "您已收到" in town["town"].last.text
    assert alarms(town)[0].answers == 3  # a second press is counted, and changes nothing
    rows = look(town, AlarmCall)
    assert sum(row.acked_at is not None for row in rows) == 2


@on_one
async def test_whoever_was_not_called_cannot_answer(town: Town) -> None:
    await report(town)
    data = f"a:ack:{short(alarms(town)[0].id)}"
    for outsider in ("other_town", "other_worker", "responsible", "grid_worker", "officer"):
        assert "没有这项权限" in await tap(town, outsider, data)
    assert not any(row.acked_at for row in look(town, AlarmCall))


@on_one
async def test_in_a_group_each_member_answers_for_themselves(town: Town) -> None:
    def bind(session: Session) -> None:
        for address, role, area in (
            ("office-group", SAFETY_OFFICE, None),
            ("town-group", TOWN_OFFICER, "411024108"),
        ):
            session.add(
                Account(
                    county=town.house.county,
                    channel="web",
                    address=address,
                    group_role=role,
                    group_area=area,
                    joined_at=NOW,
                    seen_at=NOW,
                )
            )

    town.house.db.run_now(bind)
    await report(town)
    assert counts(town, "office-group", "town-group") == {"office-group": 1, "town-group": 1}
    for who, group, said in (
        ("office", "office-group", "acked-mine"),
        ("other_worker", "office-group", "not-allowed"),
        ("officer", "town-group", "acked-mine"),  # on duty for the area, though not called by name
        ("office", "office-group", "acked-already"),
    ):
        event = Inbound(
            channel="web",
            event_id=f"{who}-{said}",
            address=group,
            sender=who,
            group=group,
            kind="tap",
            data=f"a:ack:{short(alarms(town)[0].id)}",
            tap_id="t",
            sent_at=town.clock.now(),
        )
        handled = await town.house.receive(event)
        assert handled.toast == {"k": said}
    await town.passes(5 * MINUTE, step=5 * MINUTE)
    assert counts(town, *CALLED) == {"office": 1, "colleague": 2, "town": 2, "head": 2}


@on_one
async def test_the_duty_desk_is_called_from_the_roster(town: Town) -> None:
    put_on_duty(
        town,
        ("officer", OFFICER, "checked_in"),
        ("leader", "leader", "expected"),
        ("deputy", DEPUTY, STANDBY),
    )
    put_on_duty(town, ("other_responsible", OFFICER, "expected"), area="411024101")  # another town's post
    await report(town)
    assert counts(town, *CALLED, "officer", "leader", "deputy", "other_responsible") == {
        **dict.fromkeys(CALLED, 1),
        "officer": 1,
        "leader": 1,
    }
    town["officer"].reads("电话报县政府：还剩 20 分钟")
    await acks(town, "officer")
    await town["officer"].taps("已电话报县政府")
    town["office"].reads("电话报县政府：09:00 冯超")


@on_one
async def test_who_is_on_duty_in_the_town_is_called_and_sees_it(town: Town) -> None:
    here = town.county.grid_worker.area[:9]
    put_on_duty(town, ("other_responsible", OFFICER, "checked_in"), ("deputy", DEPUTY, STANDBY), area=here)
    await report(town)
    assert counts(town, "other_responsible", "deputy") == {"other_responsible": 1}
    on_duty = town["other_responsible"]  # no officer of the town, nothing but on its roster now
    assert "还剩" not in on_duty.last.text  # the clocks are the office's
    await on_duty.says("突发列表")
    on_duty.reads("TF2026-001")
    await on_duty.taps("补充")
    await on_duty.says("村干部已到场")
    town["office"].reads("村干部已到场")
    assert counts(town, "other_responsible") == {"other_responsible": 1}  # who acts has received it
    town.clock.forward(25 * 60 * MINUTE)
    await on_duty.says("突发列表")  # off duty: it is the next one's
    assert "TF2026-001" not in on_duty.last.text


@on_one
async def test_a_deputy_who_was_called_on_is_the_desk(town: Town) -> None:
    put_on_duty(town, ("deputy", DEPUTY, CALLED_ON))
    await report(town)
    assert counts(town, "deputy") == {"deputy": 1}


@on_one
async def test_who_comes_on_duty_meanwhile_is_called_at_the_next_step(town: Town) -> None:
    await report(town)
    put_on_duty(town, ("officer", OFFICER, "expected"))
    await town.passes(9 * MINUTE, step=MINUTE)
    assert counts(town, "officer") == {}
    await town.passes(MINUTE, step=MINUTE)
    assert counts(town, "officer") == {"officer": 1}
    await town.passes(5 * MINUTE, step=MINUTE)
    assert counts(town, "officer") == {"officer": 2}


@on_one
async def test_whoever_reports_it_needs_no_reminding_of_it(town: Town) -> None:
    await report(town, "town")
    assert counts(town) == dict.fromkeys(("office", "colleague", "head"), 1)
    town["town"].reads("已收到 0/3 人")
    await town.passes(10 * MINUTE, step=5 * MINUTE)
    assert calls(town, "town") == 0


@on_one
async def test_whoever_acts_on_it_has_received_it(town: Town) -> None:
    await report(town)
    await town["town"].taps("补充")
    await town["town"].says("消防到场")
    await town.passes(5 * MINUTE, step=5 * MINUTE)
    assert counts(town) == {"office": 2, "colleague": 2, "head": 2, "town": 1}


@on_one
async def test_a_restart_in_the_middle_loses_nobody(town: Town) -> None:
    await report(town)
    await acks(town, "office")
    restarted = replica(town)
    restarted.house.policy = Policy(
        ack_again=timedelta(minutes=1), incident_alarm_steps=(AlarmStep(0, (LEADER,)),)
    )
    await restarted.passes(4 * MINUTE, step=MINUTE)  # the alarm keeps the rhythm it was raised with
    assert counts(town) == dict.fromkeys(CALLED, 1)
    await restarted.passes(MINUTE, step=MINUTE)
    assert counts(town) == {"office": 1, "colleague": 2, "town": 2, "head": 2}
    again = replica(town)
    await again.passes(5 * MINUTE, step=MINUTE)
    assert counts(town) == {"office": 1, "colleague": 3, "town": 3, "head": 3}
    town["office"].reads("已过 10 分钟，还有 3 人")


@on_one
async def test_after_downtime_each_is_reminded_once(town: Town) -> None:
    await report(town)
    await acks(town, "office")
    town.clock.forward(47 * MINUTE)
    await replica(town).house.tick()
    await town.settle()
    assert counts(town) == {"office": 1, "colleague": 2, "town": 2, "head": 2}
    town["office"].reads("已过 47 分钟，还有 3 人")
    assert sum("人没有点“收到”" in message.text for message in town["office"].messages) == 1


@on_one
async def test_reminding_ends_after_two_hours_or_when_it_is_over(town: Town) -> None:
    await report(town)
    await acks(town, "office", "colleague", "town")
    await town.passes(180 * MINUTE, step=5 * MINUTE)
    assert counts(town, "head") == {"head": 1 + REMINDS_MOST}
    await report(town, kind="火灾")
    before = calls(town, "head")
    await town["office"].taps("查看", "误报")
    await town["office"].says("是演练")
    await town.passes(60 * MINUTE, step=5 * MINUTE)
    assert calls(town, "head") == before
    data = f"a:ack:{short(alarms(town)[-1].id)}"
    assert "已经解除" in await tap(town, "head", data)


@ON_THE_WEB
async def test_two_tickers_remind_once(town: Town, database_url: str) -> None:
    await report(town)
    town.clock.forward(10 * MINUTE)
    now, house = town.clock.now(), town.house
    second = Database(database_url)
    for work in (remind_calls_due, climb_due):
        done = await asyncio.gather(
            *(
                db.run(
                    lambda session, work=work: work(
                        session, county=house.county, now=now, policy=house.policy
                    )
                )
                for db in (house.db, second)
            )
        )
        assert sorted(done) == ([0, 4] if work is remind_calls_due else [0, 1])
    second.close()
    await town.settle()
    assert counts(town) == dict.fromkeys(CALLED, 2)


@ON_THE_WEB
async def test_the_last_two_who_answer_at_once_end_it(town: Town, database_url: str) -> None:
    await report(town)
    await acks(town, "office", "town")
    second = Database(database_url)
    other = replica(town, second)
    data = f"a:ack:{short(alarms(town)[0].id)}"
    await asyncio.gather(tap(town, "colleague", data), tap(other, "head", data))
    await town.settle()
    second.close()
    alarm = alarms(town)[0]
    assert alarm.acked_at == town.clock.now()
    answered = [event for event in look_events(town) if event.action == "acknowledge"]
    assert {event.actor_name for event in answered} == {"李静", "陈明", "何伟", "张建国"}
    found = [event.seq for event in look_events(town)]
    assert found == list(range(found[0], found[0] + 5))


def look_events(town: Town) -> list[Event]:
    alarm = alarms(town)[0]

    def work(session: Session) -> list[Event]:
        query = select(Event).where(Event.subject == "alarm", Event.subject_id == alarm.id)
        return list(session.exec(query.order_by(Event.seq)))  # type: ignore[arg-type]

    found: list[Event] = town.ask(work)
    return found


@on_one
async def test_an_alarm_for_one_answer_still_needs_only_one(town: Town) -> None:
    await report_hazard(town, major=True)
    await acks(town, "office")
    await town.passes(60 * MINUTE, step=5 * MINUTE)
    assert counts(town) == {"office": 1, "colleague": 1, "town": 1}
    assert look(town, AlarmCall) == []
    assert hazards(town)[0].suspected_major


@on_one
async def test_the_steps_are_the_offices_own(town: Town) -> None:
    town.house.policy = Policy(incident_alarm_steps=(AlarmStep(0, (OFFICE,)), AlarmStep(3, (LEADER,))))
    town.house.dispatcher = type(town.house.dispatcher)(
        county=town.house.county,
        policy=town.house.policy,
        say=town.house.words.say,
        worker=town.house.worker,
    )
    await report(town)
    assert counts(town) == {"office": 1, "colleague": 1}
    await town.passes(3 * MINUTE, step=MINUTE)
    assert counts(town) == {"office": 1, "colleague": 1, "head": 1}


@on_one
async def test_nobody_there_at_all_is_said_to_the_reporter(town: Town) -> None:
    for who in CALLED:
        leave(town, who)
    await report(town)
    town["grid_worker"].reads("现在没有人能在这里收到，请马上打电话报告")
    assert all(row.reason == "no-account" for row in messages(town) if row.alarm_id)
    assert incidents(town)[0].state == "open"


@pytest.mark.parametrize("who", ["office", "grid_worker", "head", "responsible"])
@on_one
async def test_anyone_known_may_report(town: Town, who: str) -> None:
    await report(town, who)
    assert incidents(town)[0].reporter_id == getattr(town.county, who).id
