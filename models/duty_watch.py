"""The watch tick: reminders before a shift, the call at its start, and the ladder for whoever is missing.

Everything is read from the roster at the moment it is said; a step is taken by a guarded update, so that
any number of processes may tick; after downtime what is still worth saying is said once.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, SQLModel, col, select, update

from models.alarms import raise_alarm
from models.audit import record
from models.base import short, system
from models.duty import (
    CALLED_ON,
    DEPUTY,
    EXPECTED,
    MISSED,
    STANDBY,
    Post,
    Shift,
    ShiftDuty,
    duties_of,
)
from models.duty_notices import (
    checkin_buttons,
    deputies,
    person_line,
    place_lines,
    role_name,
    shift_line,
    takeover_buttons,
    team_lines,
    tell_duty,
    tell_office,
)
from models.duty_plan import (
    ALARMED,
    CALLED,
    DEPUTY_CALLED,
    NUDGED,
    OVER,
    REMINDED,
    RUNG_NAMES,
    Step,
    next_at,
    plan,
    steps_due,
)
from models.duty_violations import note_presence
from models.outbox import ALARM, REMINDER
from models.people import Person
from models.policy import LEADER as LEADERS
from models.policy import TOWN, Policy
from models.text import Part, clock, text, when

SOON = timedelta(hours=2)


def steps_of(duty: ShiftDuty, shift: Shift, policy: Policy) -> list[Step]:
    """The plan of one person's shift."""
    return plan(
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        expected_at=duty.expected_at,
        awaited=duty.state in (EXPECTED, CALLED_ON),
        seed=duty.id,
        policy=policy,
    )


def watch_due(session: Session, *, county: str, now: datetime, policy: Policy, limit: int = 100) -> int:
    """The tick: everyone whose next step is due, up to `limit`; returns how many steps were taken."""
    due = session.exec(
        select(ShiftDuty)
        .where(ShiftDuty.county == county, col(ShiftDuty.due_at) <= now)
        .order_by(col(ShiftDuty.due_at), col(ShiftDuty.id))
        .limit(limit)
    ).all()
    unseen: list[ShiftDuty] = []
    known = _look_up(session, county, due)
    taken = sum(_watch(session, duty, now, policy, unseen) for duty in due)
    del known  # held until here
    if unseen:
        _tell_unseen(session, county, unseen, now, policy)
    return taken


def _look_up(session: Session, county: str, due: Sequence[ShiftDuty]) -> list[SQLModel]:
    """The shifts, posts and people of these duties at once: as long as they are held, the session has them when
    they are asked for one by one (a holiday morning reminds hundreds in one tick)."""
    shift_ids = {duty.shift_id for duty in due}
    if len(shift_ids) < 2:
        return []
    shifts = session.exec(select(Shift).where(Shift.county == county, col(Shift.id).in_(shift_ids))).all()
    post_ids = {shift.post_id for shift in shifts}
    posts = session.exec(select(Post).where(Post.county == county, col(Post.id).in_(post_ids))).all()
    standing = select(ShiftDuty.person_id).where(
        ShiftDuty.county == county, col(ShiftDuty.shift_id).in_(shift_ids)
    )
    people = session.exec(select(Person).where(Person.county == county, col(Person.id).in_(standing))).all()
    return [*shifts, *posts, *people]


def _watch(session: Session, duty: ShiftDuty, now: datetime, policy: Policy, unseen: list[ShiftDuty]) -> int:
    shift = session.get_one(Shift, (duty.county, duty.shift_id))
    assert duty.due_at is not None
    steps = steps_of(duty, shift, policy)
    rungs = steps_due(steps, rung=duty.rung, due_at=duty.due_at, starts_at=shift.starts_at, now=now)
    former = duty.rung
    rung = max([former, *rungs])
    over = OVER in rungs
    state = MISSED if over and duty.state in (EXPECTED, CALLED_ON) else duty.state
    if (
        not _claim(session, duty, rung=rung, state=state, due_at=next_at(steps, rung=rung, now=now))
        or not rungs
    ):
        return 0
    if over:
        _event(session, duty, "missed", now, {"state": state})
        if state == MISSED and former < ALARMED:
            unseen.append(duty)
        else:  # of what the program did not see nobody is accused
            note_presence(session, duty=duty, shift=shift, now=now, policy=policy)
        return 1
    _take(session, duty, shift, rungs, now, policy)
    return 1


def _claim(session: Session, duty: ShiftDuty, **values: Any) -> bool:
    """Move it on if nobody else has: a check-in, a new roster or another process's tick."""
    moved = session.execute(
        update(ShiftDuty)
        .where(
            col(ShiftDuty.county) == duty.county,
            col(ShiftDuty.id) == duty.id,
            col(ShiftDuty.state) == duty.state,
            col(ShiftDuty.rung) == duty.rung,
            col(ShiftDuty.due_at) == duty.due_at if duty.due_at else col(ShiftDuty.due_at).is_(None),
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        session.refresh(duty)
        return False
    for name, value in values.items():
        set_committed_value(duty, name, value)
    return True


def _take(
    session: Session, duty: ShiftDuty, shift: Shift, rungs: list[int], now: datetime, policy: Policy
) -> None:
    """Say what is due; of a call and a nudge missed together only the nudge."""
    post = session.get_one(Post, (duty.county, shift.post_id))
    if REMINDED in rungs:
        _remind(session, duty, shift, post, now, policy)
    if NUDGED in rungs:
        _nudge(session, duty, shift, post, now, policy)
    elif CALLED in rungs:
        _call(session, duty, shift, post, now, policy)
    if ALARMED in rungs:
        _alarm(session, duty, shift, post, now, policy)
    if DEPUTY_CALLED in rungs:
        _call_deputy(session, duty, shift, post, now, policy)
    for rung in rungs:
        _event(session, duty, RUNG_NAMES[rung], now, {"shift_id": shift.id, "minutes": _minutes(duty, now)})


def _event(session: Session, duty: ShiftDuty, action: str, now: datetime, after: dict[str, Any]) -> None:
    by = system(duty.county)
    after = {"person_id": duty.person_id, **after}
    record(session, by=by, subject="duty", subject_id=duty.id, action=action, now=now, after=after)


def _minutes(duty: ShiftDuty, now: datetime) -> int:
    return max(0, int((now - duty.expected_at).total_seconds() // 60))


def _remind(
    session: Session, duty: ShiftDuty, shift: Shift, post: Post, now: datetime, policy: Policy
) -> None:
    """Before the shift. A reminder a day ahead may wait for the morning, one for an hour ahead may not."""
    urgent = shift.starts_at - now <= SOON or policy.quiet_ends(now) >= shift.starts_at
    lines: list[Part] = [text("duty-remind"), shift_line(shift, post, duty.role), *place_lines(post)]
    if duty.role == DEPUTY:
        lines.append(text("duty-standby"))
    lines += [*_asked(post), *team_lines(session, shift, without=duty.person_id)]
    step = f"remind:{shift.starts_at.isoformat()}:{now.isoformat()}"
    tell_duty(
        session, duty=duty, lines=lines, kind=REMINDER, step=step, now=now, policy=policy, urgent=urgent
    )


def _asked(post: Post) -> list[Part]:
    """What a check-in at this post takes."""
    asked = {(True, True): "both", (True, False): "place", (False, True): "photo"}
    kind = asked.get((post.needs_place, post.needs_photo))
    return [text(f"duty-asks-{kind}")] if kind else []


def _call(session: Session, duty: ShiftDuty, shift: Shift, post: Post, now: datetime, policy: Policy) -> None:
    lines = [text("duty-call"), shift_line(shift, post, duty.role), *_asked(post)]
    _say(session, duty, shift, lines, "call", now, policy)


def _nudge(
    session: Session, duty: ShiftDuty, shift: Shift, post: Post, now: datetime, policy: Policy
) -> None:
    head = text("duty-nudge", minutes=_minutes(duty, now))
    _say(
        session, duty, shift, [head, shift_line(shift, post, duty.role), *_asked(post)], "nudge", now, policy
    )


def _say(
    session: Session,
    duty: ShiftDuty,
    shift: Shift,
    lines: list[Part],
    step: str,
    now: datetime,
    policy: Policy,
    kind: str = REMINDER,
) -> None:
    tell_duty(
        session,
        duty=duty,
        lines=lines,
        kind=kind,
        step=f"{step}:{shift.starts_at.isoformat()}",
        now=now,
        policy=policy,
        buttons=checkin_buttons(duty),
    )


def _missing_lines(session: Session, duty: ShiftDuty, shift: Shift, post: Post, now: datetime) -> list[Part]:
    """Who is missing where, and the telephones to ring."""
    person = session.get_one(Person, (duty.county, duty.person_id))
    head = text(
        "duty-missing-called" if duty.role == DEPUTY else "duty-missing",
        name=person.name,
        role=role_name(duty.role),
        post=post.name,
        starts=when(duty.expected_at),
        at=clock(now),
    )
    phone = person.phone or text("duty-no-phone")
    return [head, text("duty-missing-phone", phone=phone), *place_lines(post)]


def _alarm(
    session: Session, duty: ShiftDuty, shift: Shift, post: Post, now: datetime, policy: Policy
) -> None:
    duties = duties_of(session, county=duty.county, shift_ids=[shift.id])[shift.id]
    lines = _missing_lines(session, duty, shift, post, now)
    lines += [person_line(session, other) for other in duties if other.id != duty.id]
    raise_alarm(
        session,
        by=system(duty.county),
        subject=("duty", duty.id),
        area=post.area,
        lines=lines,
        now=now,
        policy=policy,
        # Of a B角 nobody takes over: the place to be filled is that of whom they were called on for.
        buttons=takeover_buttons(duty) if duty.role != DEPUTY else None,
    )


def _call_deputy(
    session: Session, duty: ShiftDuty, shift: Shift, post: Post, now: datetime, policy: Policy
) -> None:
    """Call on the B角 of the shift, and tell the town and its leaders."""
    lines = _missing_lines(session, duty, shift, post, now)
    duties = duties_of(session, county=duty.county, shift_ids=[shift.id])[shift.id]
    standing = [each for each in deputies(duties) if each.id != duty.id]
    others = [
        each for each in duties if each.id != duty.id and each.state == EXPECTED and each.rung >= ALARMED
    ]
    missing = [*lines, *(_missing_lines(session, each, shift, post, now)[0] for each in others)]
    for deputy in standing:
        if _call_on(session, deputy, shift, now, policy):
            called = [text("duty-deputy-called"), *missing, shift_line(shift, post, DEPUTY), *_asked(post)]
            _say(session, deputy, shift, called, f"deputy-{short(duty.id)}", now, policy, kind=ALARM)
            _event(session, deputy, "called_on", now, {"for": duty.person_id})
    for deputy in standing:
        lines.append(text("duty-deputy-is", person=person_line(session, deputy)))
    if not standing:
        lines.append(text(f"duty-nobody-{duty.role}"))
    tell_office(
        session,
        county=duty.county,
        lines=[text("duty-leaders-told"), *lines],
        now=now,
        policy=policy,
        area=post.area,
        audiences=(TOWN, LEADERS),
        subject=("duty", duty.id),
        without=duty.person_id,
    )


def _call_on(session: Session, deputy: ShiftDuty, shift: Shift, now: datetime, policy: Policy) -> bool:
    """From standing by to being awaited from now on, by the same ladder; true for the first who calls."""
    if deputy.state != STANDBY:
        return False
    steps = plan(
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        expected_at=now,
        awaited=True,
        seed=deputy.id,
        policy=policy,
    )
    due_at = next_at(steps, rung=CALLED, now=now)
    return _claim(session, deputy, state=CALLED_ON, rung=CALLED, expected_at=now, due_at=due_at)


def _tell_unseen(
    session: Session, county: str, unseen: list[ShiftDuty], now: datetime, policy: Policy
) -> None:
    """Shifts that ended with nobody checked in and no alarm raised (the program was not running)."""
    lines: list[Part] = [text("duty-unseen", count=len(unseen))]
    for duty in unseen:
        shift = session.get_one(Shift, (county, duty.shift_id))
        post = session.get_one(Post, (county, shift.post_id))
        lines += [
            text(
                "duty-unseen-shift",
                post=post.name,
                starts=when(shift.starts_at),
                who=person_line(session, duty),
            )
        ]
    tell_office(session, county=county, lines=lines, now=now, policy=policy, urgent=False)
