"""What each of the National Day test's people does at their moment: in the chat, or by the operation."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.alarms import open_alarms_for
from models.base import Actor
from models.checkin import check_in
from models.duty import REMOVED, Shift, ShiftDuty
from models.geo import Point
from models.handover_flow import confirm_handover, fill_handover, handover_mine
from models.incident_clocks import IncidentClock, mark_done
from models.incident_end import finish
from models.incident_notices import answer_alarm, settle
from models.incidents import Incident
from models.spot_answer import answer_check
from models.spot_checks import open_answer
from models.swap_approval import approve_swap
from models.swap_flow import ask_swap
from models.swaps import SwapRequest
from models.takeover import take_over_shift
from models.violation_flow import close_violation, explain_violation
from models.violations import Violation
from models.zero_reports import give_news, my_reports
from tests.chat import User
from tests.period_county import MINUTE, OFFICE, Turn
from tests.period_life import OUTSIDE, SPOT_ACKED, SWAPS, TAKEN_OVER, TAKEOVER_ACKED, Relief, Seat, Swap, key
from tests.period_model import Fault
from tests.period_news import CLOCKS, FINISHED, NEWS_ACKED, PLACE, REPORTED, REPORTER, Report
from tests.period_news import Incident as Happened
from tests.period_play import POLICY, Play, is_hall
from tests.period_spot import Asked

HOUR = 60 * MINUTE
HERE, FAR = (34.10, 114.18), (34.12, 114.18)


def plan_shifts(play: Play) -> None:
    """Everyone checks in, hands over, takes over."""
    for turn in play.county.turns:
        for seat in play.life.seats[key(turn)]:
            if seat.arrives is not None and _by_chat(play, seat):
                play.says(seat.arrives, seat.name, _check_in(seat))
            elif seat.arrives is not None:
                play.does(seat.arrives, seat.name, _checks_in(play, seat))
        _hand_over(play, turn, play.life.reliefs[key(turn)])


def _by_chat(play: Play, seat: Seat) -> bool:
    return play.in_chat(seat.name) or is_hall(seat.turn.post.name) or seat.turn.number % 3 == 0


def _check_in(seat: Seat) -> Any:
    async def talk(user: User) -> None:
        await user.says("签到")
        if is_hall(seat.turn.post.name):
            place = FAR if (*key(seat.turn), seat.role) in OUTSIDE else HERE
            await user.shares_place(*place)
        assert "已签到" in user.last.text or user.reads("已签到"), user.last.text

    return talk


def _checks_in(play: Play, seat: Seat) -> Any:
    def work(session: Session, *, by: Actor, now: datetime) -> None:
        check_in(session, by=by, duty_id=duty_of(session, play, seat), now=now, policy=POLICY)

    return work


def _hand_over(play: Play, turn: Turn, relief: Relief) -> None:
    if play.in_chat(relief.filler):
        play.says(relief.filled, relief.filler, _fill_in)
    else:
        play.does(relief.filled, relief.filler, _fill)
    if relief.confirmed is None:
        return
    if play.in_chat(relief.confirmer):
        play.says(relief.confirmed, relief.confirmer, _take_over)
    else:
        play.does(relief.confirmed, relief.confirmer, _confirm)


async def _fill_in(user: User) -> None:
    await user.taps("填写交接班", "其余都无")
    await user.says("提交")


async def _take_over(user: User) -> None:
    await user.taps("✅ 接班")


def _fill(session: Session, *, by: Actor, now: datetime) -> None:
    handover = handover_mine(session, by=by, now=now, policy=POLICY)
    assert handover is not None, (by.name, now)
    items = {"matters": "李庄路口护栏没修好"}
    fill_handover(session, by=by, handover_id=handover.id, items=items, now=now, policy=POLICY)


def _confirm(session: Session, *, by: Actor, now: datetime) -> None:
    handover = handover_mine(session, by=by, now=now, policy=POLICY)
    assert handover is not None, (by.name, now)
    confirm_handover(session, by=by, handover_id=handover.id, now=now, policy=POLICY)


def plan_changes(play: Play) -> None:
    """The swaps, and the office's taking over of a shift that nobody came to."""
    for swap in SWAPS:
        _swap(play, swap)
    for place, (minutes, _) in TAKEN_OVER.items():
        turn = play.life.of_post[place[0]][place[1]]
        former, new = play.life.seats[key(turn)]

        def take(
            session: Session, *, by: Actor, now: datetime, former: Seat = former, new: Seat = new
        ) -> None:
            duty, person_id = duty_of(session, play, former), play.people[new.name]
            take_over_shift(
                session, by=by, duty_id=duty, person_id=person_id, reason="没到岗", now=now, policy=POLICY
            )

        play.does(turn.starts + minutes * MINUTE, OFFICE[0], take)
        play.does(turn.starts + TAKEOVER_ACKED * MINUTE, OFFICE[0], _acknowledge("duty", "handover"))


def _swap(play: Play, swap: Swap) -> None:
    turn = play.life.of_post[swap.post][swap.number]
    seats = play.life.seats[key(turn)]
    former, new = (seat for seat in seats if seat.role == swap.role)
    leader = next(seat.name for seat in seats if seat.role == "leader")

    def ask(session: Session, *, by: Actor, now: datetime) -> None:
        duty, person_id = duty_of(session, play, former), play.people[new.name]
        ask_swap(session, by=by, duty_id=duty, person_id=person_id, now=now, policy=POLICY)

    def approve(session: Session, *, by: Actor, now: datetime) -> None:
        request = session.exec(select(SwapRequest).where(SwapRequest.state == "taken")).one()
        approve_swap(session, by=by, request_id=request.id, now=now, policy=POLICY)

    async def agrees(user: User) -> None:
        await user.taps("我来值")

    async def approves(user: User) -> None:
        await user.taps("✅ 同意")

    play.does(swap.asked, former.name, ask)
    play.says(swap.agreed, new.name, agrees)
    if play.in_chat(leader):
        play.says(swap.approved, leader, approves)
    else:
        play.does(swap.approved, leader, approve)


def duty_of(session: Session, play: Play, seat: Seat) -> int:
    """The row of someone's place on a shift."""
    query = (
        select(ShiftDuty.id)
        .join(Shift, col(Shift.id) == ShiftDuty.shift_id)
        .where(
            Shift.post_id == play.posts[seat.turn.post.name],
            Shift.starts_at == seat.turn.starts,
            ShiftDuty.person_id == play.people[seat.name],
            ShiftDuty.state != REMOVED,
        )
    )
    return int(session.exec(query).one())


def _acknowledge(*subjects: str) -> Any:
    """Answer every alarm of this hour about such things that one was called on for."""

    def work(session: Session, *, by: Actor, now: datetime) -> None:
        called = open_alarms_for(session, by=by, limit=100)
        alarms = [each for each in called if each.subject in subjects and each.raised_at > now - HOUR]
        assert alarms, (by.name, now, subjects)
        for alarm in alarms:
            answer_alarm(session, by=by, alarm_id=alarm.id, now=now, policy=POLICY)

    return work


def plan_reports(play: Play, reports: list[Report]) -> None:
    """The zero reports: one tap; once there is news."""
    for report in reports:
        if report.given is None:
            continue
        if report.news:
            play.does(report.given, report.people[0], _news)
            acked = report.given + NEWS_ACKED * MINUTE
            play.does(acked, OFFICE[0], _acknowledge("report"))
        else:
            play.says(report.given, report.people[0], _all_well)


async def _all_well(user: User) -> None:
    await user.taps("平安无事")
    user.reads("平安无事。")


def _news(session: Session, *, by: Actor, now: datetime) -> None:
    (report,) = [each for each in my_reports(session, by=by, now=now, policy=POLICY) if each.given_at is None]
    what = {"what": "配电房冒烟，已断电", "place": "镇政府东院", "photo_ids": []}
    give_news(session, by=by, report_id=report.id, now=now, policy=POLICY, **what)  # type: ignore[arg-type]


def plan_checks(play: Play, asked: list[Asked]) -> None:
    """The spot checks: answered by a place; the office answers the alarm about whom nobody heard of."""
    silent: dict[datetime, list[Asked]] = {}
    for each in asked:
        if each.answered is not None:
            _answer(play, each)
        if each.silent:
            silent.setdefault(each.at, []).append(each)
    for moment, several in silent.items():
        if any(each.answered is None for each in several):
            play.does(moment + SPOT_ACKED * MINUTE, OFFICE[0], _acknowledge("spotcheck"))


def _answer(play: Play, each: Asked) -> None:
    place = FAR if each.outside else HERE
    assert each.answered is not None
    if play.in_chat(each.seat.name):

        async def talk(user: User) -> None:
            await user.taps("我在岗")
            await user.shares_place(*place)

        play.says(each.answered, each.seat.name, talk)
        return

    def work(session: Session, *, by: Actor, now: datetime) -> None:
        answer = open_answer(session, county=by.county, person_id=by.person_id, now=now)
        assert answer is not None, (by.name, now)
        here = Point(*place, source="live")
        answer_check(session, by=by, answer_id=answer.id, now=now, policy=POLICY, place=here)

    play.does(each.answered, each.seat.name, work)


def plan_faults(play: Play, faults: list[Fault]) -> None:
    """Explanations, and what the office decides."""
    for fault in faults:
        name = fault.who or play.county.officers(fault.town)[0]
        if fault.explained is not None:
            play.does(fault.explained, name, _explain(play, fault))
        if fault.closed is not None:
            play.does(fault.closed, OFFICE[1], _close(play, fault))


def _the(session: Session, play: Play, fault: Fault) -> Violation:
    kinds = (fault.kind, fault.becomes)
    found = session.exec(select(Violation).where(col(Violation.kind).in_(kinds))).all()
    person_id = play.people[fault.who] if fault.who else None
    (one,) = [each for each in found if (each.person_id, each.created_at) == (person_id, fault.at)]
    return one


def _explain(play: Play, fault: Fault) -> Any:
    def work(session: Session, *, by: Actor, now: datetime) -> None:
        words = {"explanation": "路上堵车", "photo_ids": []}
        violation = _the(session, play, fault)
        explain_violation(session, by=by, violation=violation, now=now, policy=POLICY, **words)  # type: ignore[arg-type]

    return work


def _close(play: Play, fault: Fault) -> Any:
    def work(session: Session, *, by: Actor, now: datetime) -> None:
        violation, upheld = _the(session, play, fault), fault.upheld
        close_violation(
            session, by=by, violation=violation, upheld=upheld, reason="已核实", now=now, policy=POLICY
        )

    return work


def plan_incident(play: Play, happened: Happened) -> None:
    """Reported in four answers, answered by everyone called on, reported upward, closed in the morning."""

    async def report(user: User) -> None:
        await user.says("突发", "爆炸", PLACE, "死1重伤2轻伤1失联0被困0")
        await user.taps("提交")

    async def received(user: User) -> None:
        await user.taps("✅ 收到")

    play.says(REPORTED, REPORTER, report)
    for name, moment in happened.answers.items():
        play.says(moment, name, received)
    for means, to, _, minutes in CLOCKS:
        play.does(REPORTED + minutes * MINUTE, OFFICE[0], _report_upward(means, to))
    play.does(FINISHED, OFFICE[0], _finish)


def _report_upward(means: str, to: str) -> Any:
    def work(session: Session, *, by: Actor, now: datetime) -> None:
        query = select(IncidentClock).where(IncidentClock.means == means, IncidentClock.to == to)
        clock, _ = mark_done(session, by=by, clock_id=session.exec(query).one().id, now=now, policy=POLICY)
        incident = session.get_one(Incident, (by.county, clock.incident_id))
        settle(session, incident=incident, now=now, policy=POLICY)

    return work


def _finish(session: Session, *, by: Actor, now: datetime) -> None:
    finish(session, by=by, incident=session.exec(select(Incident)).one(), now=now, policy=POLICY)
