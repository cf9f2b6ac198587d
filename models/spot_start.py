"""Beginning a spot check (查岗): as it was drawn, or by the office; whoever is on duty is asked."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.audience import as_recipients
from models.audit import record
from models.base import Actor, UserError, insert_ignore, new_id, system
from models.draw_seed import Draw
from models.duty import CALLED_ON, CHECKED_IN, EXPECTED, ShiftDuty
from models.duty_views import OnDuty, who_is_on
from models.outbox import Recipient
from models.people import ADMIN, OFFICE_LEADER, SAFETY_OFFICE, Person, require
from models.policy import Policy
from models.spot_checks import ASKED, BY_OFFICE, DRAWN, UNREACHED, SpotAnswer, SpotCheck
from models.spot_notices import ask_person, tell_started, tell_unreached

MAY_CHECK = (SAFETY_OFFICE, OFFICE_LEADER, ADMIN)


def on_duty(one: OnDuty) -> list[tuple[ShiftDuty, Person]]:
    """Whom a check asks: those of the shift who are checked in; if nobody is, those who are awaited."""
    there = [(duty, person) for duty, person in one.people if duty.state == CHECKED_IN]
    return there or [(duty, person) for duty, person in one.people if duty.state in (EXPECTED, CALLED_ON)]


def start_drawn(
    session: Session, *, draw: Draw, period_id: int, county: str, now: datetime, policy: Policy
) -> bool:
    """Hold a check that was drawn; once, whoever ticks. False: it was held, or nobody is on duty there."""
    running = who_is_on(session, county=county, at=draw.at, post_ids=[draw.post_id])
    check = SpotCheck(
        county=county,
        key=key_of(period_id, draw),
        source=DRAWN,
        period_id=period_id,
        post_id=draw.post_id,
        on=draw.on,
        k=draw.k,
        windows=[[span.starts_at.isoformat(), span.ends_at.isoformat()] for span in draw.windows],
        drawn_at=draw.at,
        started_at=now,
        answer_by=now + policy.spot_answer,
        due_at=now + policy.spot_answer,
    )
    if not running or not insert_ignore(session, SpotCheck, check.model_dump()):
        return False
    _begin(session, system(county), check, running, now, policy)
    return True


def key_of(period_id: int, draw: Draw) -> str:
    """What makes a drawn check once."""
    return f"{period_id}:{draw.post_id}:{draw.on.isoformat()}:{draw.k}"


def start_check(
    session: Session, *, by: Actor, post_ids: Collection[int] | None, now: datetime, policy: Policy
) -> tuple[SpotCheck, list[SpotAnswer]]:
    """The office checks these posts now, or all that are stood (None): everybody on duty there at once.

    Who is being checked already is not asked twice. Errors: not-allowed, spot-nobody.
    """
    require(by, *MAY_CHECK)
    running = [
        one
        for one in who_is_on(session, county=by.county, at=now)
        if (post_ids is None or one.post.id in post_ids) and on_duty(one)
    ]
    if not running:
        raise UserError("spot-nobody")
    check = SpotCheck(
        county=by.county,
        key=f"office:{new_id()}",
        source=BY_OFFICE,
        post_id=running[0].post.id if len(running) == 1 else None,
        started_at=now,
        started_by=by.person_id,
        started_name=by.name,
        answer_by=now + policy.spot_answer,
        due_at=now + policy.spot_answer,
    )
    session.add(check)
    session.flush()
    answers = _begin(session, by, check, running, now, policy)
    if not answers:
        raise UserError("spot-asked-already")
    tell_started(session, check, answers, now=now, policy=policy)
    return check, answers


def _begin(
    session: Session,
    by: Actor,
    check: SpotCheck,
    running: Sequence[OnDuty],
    now: datetime,
    policy: Policy,
) -> list[SpotAnswer]:
    """Ask everybody on duty there, once: who waits to be relieved may be on the following shift, too."""
    busy = _being_checked(session, check.county, now) if check.source == BY_OFFICE else set()
    each_once: dict[int, tuple[OnDuty, ShiftDuty, Person]] = {}
    for one in running:
        for duty, person in on_duty(one):
            if person.id not in each_once or duty.state == CHECKED_IN:
                each_once[person.id] = (one, duty, person)
    asked = [each for each in each_once.values() if each[2].id not in busy and each[2].active]
    recipients = {each.person_id: each for each in as_recipients(session, [person for _, _, person in asked])}
    answers = []
    for one, duty, person in asked:
        answer = _ask(check, one, duty, recipients.get(person.id), now)
        session.add(answer)
        answers.append(answer)
    session.flush()
    for answer, (one, _, person) in zip(answers, asked, strict=True):
        if answer.state == ASKED:
            ask_person(session, check, answer, one, recipients[person.id], now=now, policy=policy)
    after = {"source": check.source, "asked": len(answers), "key": check.key}
    record(session, by=by, subject="spotcheck", subject_id=check.id, action="start", now=now, after=after)
    unreached = [answer for answer in answers if answer.state == UNREACHED]
    if unreached and check.source == DRAWN:
        tell_unreached(session, check, unreached, now=now, policy=policy)
    return answers


def _being_checked(session: Session, county: str, now: datetime) -> set[int]:
    """Who has a check to answer just now."""
    rows = session.exec(
        select(SpotAnswer.person_id)
        .join(
            SpotCheck,
            (col(SpotCheck.county) == SpotAnswer.county) & (col(SpotCheck.id) == SpotAnswer.check_id),
        )
        .where(SpotCheck.county == county, col(SpotCheck.due_at) > now, SpotAnswer.state == ASKED)
    )
    return set(rows)


def _ask(
    check: SpotCheck, one: OnDuty, duty: ShiftDuty, recipient: Recipient | None, now: datetime
) -> SpotAnswer:
    reached = recipient is not None and recipient.account is not None
    return SpotAnswer(
        county=check.county,
        id=new_id(),
        check_id=check.id,
        period_id=check.period_id or one.shift.period_id,
        post_id=one.post.id,
        shift_id=one.shift.id,
        person_id=duty.person_id,
        role=duty.role,
        state=ASKED if reached else UNREACHED,
        asked_at=now,
    )
