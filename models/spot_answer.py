"""Answering a spot check: a tap with a fresh photo or a live place, in time or late, at the post or not."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, update

from models.alarms import close_alarms
from models.audit import record
from models.base import Actor, UserError, compare_and_set, system
from models.duty import Post, Shift
from models.files import attach
from models.geo import Point, distance
from models.outbox import ALARM, cancel
from models.policy import Policy
from models.spot_checks import (
    ASKED,
    LATE,
    NO_ANSWER,
    PASSED,
    UNREACHED,
    VOID,
    SpotAnswer,
    SpotCheck,
    answers_of,
)
from models.spot_notices import tell_late, tell_outside, update_board
from models.text import clock, text, when
from models.violations import LEFT_POST, record_violation
from models.violations import NO_ANSWER as UNANSWERED

PHOTOS_MAX = 3
MAY_ANSWER = (ASKED, NO_ANSWER, UNREACHED, VOID)
ON_THE_SPOT = ("live", "shared")  # a place that was sent, not typed or read from a picture


def ready_to_answer(
    session: Session, *, by: Actor, answer_id: int, now: datetime
) -> tuple[SpotAnswer, SpotCheck, Post]:
    """This person's own check. Errors: spot-not-yours, spot-over (the shift has ended)."""
    answer = session.get(SpotAnswer, (by.county, answer_id))
    if answer is None or by.person_id is None or answer.person_id != by.person_id:
        raise UserError("spot-not-yours")
    check = session.get_one(SpotCheck, (by.county, answer.check_id))
    shift = session.get_one(Shift, (by.county, answer.shift_id))
    if answer.state in MAY_ANSWER and now >= max(shift.ends_at, check.answer_by):
        raise UserError("spot-over", at=when(check.started_at))
    return answer, check, session.get_one(Post, (by.county, answer.post_id))


def answer_check(
    session: Session,
    *,
    by: Actor,
    answer_id: int,
    now: datetime,
    policy: Policy,
    place: Point | None = None,
    photo_ids: Sequence[int] = (),
) -> SpotAnswer:
    """I am here. It takes a photo taken now or the place where one is. Twice changes nothing.

    In time or late, at the post or outside its radius is recorded, never refused; a photo is looked at when it
    has been fetched. Errors: spot-not-yours, spot-over, spot-needs-proof, photos-too-many.
    """
    answer, check, post = ready_to_answer(session, by=by, answer_id=answer_id, now=now)
    if answer.state not in MAY_ANSWER:
        return answer
    if len(photo_ids) > PHOTOS_MAX:
        raise UserError("photos-too-many", most=PHOTOS_MAX)
    if not photo_ids and (place is None or place.source not in ON_THE_SPOT):
        raise UserError("spot-needs-proof")
    former = _take(session, answer, check, post, place, now, policy, has_photos=bool(photo_ids))
    if former is None:
        return answer
    _keep(session, by, answer, photo_ids, now)
    cancel(session, county=by.county, subject=("check", answer.id), kinds=[ALARM], reason="answered")
    _count(session, check)
    _follow_up(session, check, answer, post, former, now, policy)
    update_board(session, check, now=now, policy=policy)
    return answer


def _take(
    session: Session,
    answer: SpotAnswer,
    check: SpotCheck,
    post: Post,
    place: Point | None,
    now: datetime,
    policy: Policy,
    *,
    has_photos: bool,
) -> str | None:
    """Its state before, or None if it has been answered. Meanwhile the clock may put them down as silent."""
    while (former := answer.state) in MAY_ANSWER:
        values = _facts(check, former, post, place, now, policy) | ({"photo_at": now} if has_photos else {})
        if _move(session, answer, former, **values):
            return former
    return None


def _facts(
    check: SpotCheck, former: str, post: Post, place: Point | None, now: datetime, policy: Policy
) -> dict[str, Any]:
    """What the answer says. Once the clock has put someone down as silent, their answer is late."""
    late = max(0, int((now - check.answer_by).total_seconds() // 60))
    facts: dict[str, Any] = {
        "state": LATE if former == NO_ANSWER or now > check.answer_by else PASSED,
        "answered_at": now,
        "late_minutes": late,
    }
    if place is None:
        return facts
    facts |= {"lat": place.lat, "lon": place.lon, "datum": place.datum, "accuracy": place.accuracy}
    facts["place_source"] = place.source
    if post.lat is not None and post.lon is not None:
        metres = round(distance(place, Point(post.lat, post.lon)))
        facts |= {"distance": metres, "outside": metres > (post.radius or policy.checkin_radius)}
    return facts


def _move(session: Session, answer: SpotAnswer, former: str, **values: Any) -> bool:
    return compare_and_set(session, answer, col(SpotAnswer.state) == former, **values)


def _keep(session: Session, by: Actor, answer: SpotAnswer, photo_ids: Sequence[int], now: datetime) -> None:
    attach(
        session,
        county=by.county,
        subject="check",
        subject_id=answer.id,
        kind="checkin",
        file_ids=list(photo_ids),
        now=now,
    )
    said = ("state", "late_minutes", "outside", "distance", "place_source")
    after = {name: getattr(answer, name) for name in said} | {"photos": len(photo_ids)}
    record(session, by=by, subject="check", subject_id=answer.id, action="answer", now=now, after=after)


def _count(session: Session, check: SpotCheck) -> None:
    """One more is in. The update makes answers that come at once wait for each other: the board is never stale."""
    session.execute(
        update(SpotCheck)
        .where(col(SpotCheck.county) == check.county, col(SpotCheck.id) == check.id)
        .values(answered=SpotCheck.answered + 1)
        .execution_options(synchronize_session=False)
    )
    session.refresh(check)


def _follow_up(
    session: Session,
    check: SpotCheck,
    answer: SpotAnswer,
    post: Post,
    former: str,
    now: datetime,
    policy: Policy,
) -> None:
    """What the office hears of it, and what is put down as a violation."""
    if former == NO_ANSWER:
        tell_late(session, check, answer, now=now, policy=policy)
        _close_alarm(session, check)
    if former == ASKED and answer.state == LATE:  # the tick has not come by yet
        record_no_answer(session, check, answer, post, now=now, policy=policy)
    if answer.outside:
        tell_outside(session, check, answer, now=now, policy=policy)
        detail = text("spot-outside-detail", at=clock(check.started_at), metres=answer.distance)
        _record(session, check, answer, post, LEFT_POST, detail, now, policy)


def _close_alarm(session: Session, check: SpotCheck) -> None:
    """The alarm is over when nobody of the check is silent any more."""
    answers = answers_of(session, county=check.county, check_ids=[check.id])
    if not any(each.state == NO_ANSWER for each in answers):
        subject = ("spotcheck", check.id)
        close_alarms(session, county=check.county, subject=subject, reason="answered")


def record_no_answer(
    session: Session, check: SpotCheck, answer: SpotAnswer, post: Post, *, now: datetime, policy: Policy
) -> None:
    """无人接听: no answer within the minutes the office has set."""
    minutes = int((check.answer_by - check.started_at).total_seconds() // 60)
    detail = text("spot-silent-detail", at=clock(check.started_at), minutes=minutes)
    _record(session, check, answer, post, UNANSWERED, detail, now, policy)


def _record(
    session: Session,
    check: SpotCheck,
    answer: SpotAnswer,
    post: Post,
    kind: str,
    detail: dict[str, Any],
    now: datetime,
    policy: Policy,
) -> None:
    record_violation(
        session,
        by=system(check.county),
        fact=f"check:{answer.id}:{kind}",
        kind=kind,
        at=check.started_at,
        now=now,
        policy=policy,
        area=post.area,
        period_id=answer.period_id,
        post_id=post.id,
        person_id=answer.person_id,
        detail=detail,
    )
