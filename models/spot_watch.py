"""The tick of spot checks: what was drawn is held at its time, and who has not answered is told the office."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.audit import record
from models.base import compare_and_set, system
from models.draw_seed import CheckSeed, Draw, draws_of, seed_of
from models.duty import Post, Shift
from models.period_checks import PeriodChecks, due_plans, move_plan
from models.policy import Policy
from models.roster_rules import SHIFT_MOST
from models.spot_answer import record_no_answer
from models.spot_checks import ASKED, BY_OFFICE, NO_ANSWER, VOID, SpotAnswer, SpotCheck, answers_of
from models.spot_notices import alarm_unanswered, tell_void, update_board
from models.spot_photos import photos_due
from models.spot_start import start_drawn
from models.zero_plan import TICK_LATE

LOOK_AHEAD = timedelta(hours=6)  # the draw is looked at anew at least so often


def checks_due(session: Session, *, county: str, now: datetime, policy: Policy) -> int:
    """The tick: checks to be held, checks whose time to answer is over, photos to be looked at; how many."""
    held = sum(
        _look(session, plan, now, policy)
        for plan in due_plans(session, county=county, name="check_at", now=now)
    )
    over = session.exec(
        select(SpotCheck)
        .where(SpotCheck.county == county, col(SpotCheck.due_at) <= now)
        .order_by(col(SpotCheck.due_at), col(SpotCheck.id))
    ).all()
    ended = sum(_end(session, check, now, policy) for check in over)
    return held + ended + photos_due(session, county=county, now=now, policy=policy)


def _look(session: Session, plan: PeriodChecks, now: datetime, policy: Policy) -> int:
    """Hold what the draw says for this moment; what went by in downtime is not made up: it would surprise nobody."""
    seed = seed_of(session, county=plan.county, period_id=plan.period_id)
    draws = _draws(session, plan, seed, now, policy) if seed is not None else []
    following = next((draw.at for draw in draws if draw.at > now), now + LOOK_AHEAD)
    over = seed is None or seed.revealed_at is not None
    if not move_plan(session, plan, "check_at", None if over else min(following, now + LOOK_AHEAD)) or over:
        return 0
    due = [draw for draw in draws if now - policy.spot_answer < draw.at <= now]
    return sum(_hold(session, plan, draw, now, policy) for draw in due)


def _hold(session: Session, plan: PeriodChecks, draw: Draw, now: datetime, policy: Policy) -> bool:
    return start_drawn(
        session, draw=draw, period_id=plan.period_id, county=plan.county, now=now, policy=policy
    )


def _draws(
    session: Session, plan: PeriodChecks, seed: CheckSeed, now: datetime, policy: Policy
) -> list[Draw]:
    """The draw of the shift days about this time, from the roster as it stands."""
    shifts = session.exec(
        select(Shift.post_id, Shift.starts_at, Shift.ends_at).where(
            Shift.county == plan.county,
            Shift.period_id == plan.period_id,
            col(Shift.removed_at).is_(None),
            col(Shift.starts_at) > now - SHIFT_MOST - timedelta(days=1),
            col(Shift.starts_at) < now + LOOK_AHEAD + timedelta(days=1),
        )
    ).all()
    return draws_of(seed, shifts, policy)


def _end(session: Session, check: SpotCheck, now: datetime, policy: Policy) -> int:
    """Its time to answer is over: who is silent is told the office. If the program did not run meanwhile, those
    who could not answer are not to blame."""
    void = now - check.answer_by > TICK_LATE
    if not _claim(session, check):
        return 0
    answers = answers_of(session, county=check.county, check_ids=[check.id])
    silent = [
        each
        for each in answers
        if each.state == ASKED and _give_up(session, each, VOID if void else NO_ANSWER)
    ]
    by, after = system(check.county), {"silent": len(silent), "void": void}
    record(session, by=by, subject="spotcheck", subject_id=check.id, action="end", now=now, after=after)
    if silent and void:
        tell_void(session, check, silent, now=now, policy=policy)
    elif silent:
        _blame(session, check, silent, now, policy)
    update_board(session, check, now=now, policy=policy)
    return 1


def _claim(session: Session, check: SpotCheck) -> bool:
    return compare_and_set(session, check, col(SpotCheck.due_at) == check.due_at, due_at=None)


def _give_up(session: Session, answer: SpotAnswer, state: str) -> bool:
    return compare_and_set(session, answer, col(SpotAnswer.state) == ASKED, state=state)


def _blame(
    session: Session, check: SpotCheck, silent: Sequence[SpotAnswer], now: datetime, policy: Policy
) -> None:
    """Put down as 无人接听; of a drawn check the office is alarmed, of its own it has the board before it."""
    for answer in silent:
        post = session.get_one(Post, (check.county, answer.post_id))
        record_no_answer(session, check, answer, post, now=now, policy=policy)
    if check.source != BY_OFFICE:
        alarm_unanswered(session, check, silent, now=now, policy=policy)
