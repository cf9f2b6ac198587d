"""Violations of duty discipline (值守违规): recorded once from each fact, or by the office; explained; closed.

DOMAIN.md 3.3 has the family of terms. No statute gives minutes for them: the office sets the grace.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Session, col, or_, select

from models.audit import record
from models.base import (
    Actor,
    CountyRow,
    MaybeId,
    UserError,
    compare_and_set,
    insert_ignore,
    json_field,
    utc_field,
)
from models.duty import KeyPeriod, Post
from models.files import attach
from models.people import ADMIN, OFFICE_LEADER, SAFETY_OFFICE, TOWN_OFFICER, Person, covers, may, require
from models.policy import Policy
from models.text import Text
from models.violation_notices import ask_explanation

LATE, LEFT_POST, UNMANNED = "late", "left_post", "unmanned"  # 迟到, 脱岗, 漏岗
SUBSTITUTE, NO_ANSWER = "substitute", "no_answer"  # 替岗, 无人接听
LATE_REPORT, MISSING_REPORT = "late_report", "missing_report"  # 迟报, 漏报
KINDS = (LATE, LEFT_POST, UNMANNED, SUBSTITUTE, NO_ANSWER, LATE_REPORT, MISSING_REPORT)

ASKED, EXPLAINED, UPHELD, EXCUSED = "asked", "explained", "upheld", "excused"
STATES = (ASKED, EXPLAINED, UPHELD, EXCUSED)
OPEN = (ASKED, EXPLAINED)
IS_OPEN = "state IN ('asked','explained')"  # written out, for the partial index

SEES_ALL = (SAFETY_OFFICE, OFFICE_LEADER, ADMIN)
DECIDES = (SAFETY_OFFICE, ADMIN)
TEXT_MAX, PHOTOS_MAX = 500, 9


class Violation(CountyRow, table=True):
    """One violation. `fact` is what it was recorded from and makes it once. `detail` is that fact in words,
    `note` the office's own. `explain_by`: until when it may be explained; `due_at`: reminder, then deadline."""

    __table_args__ = (
        UniqueConstraint("county", "fact"),
        Index(
            "ix_violation_due",
            "county",
            "due_at",
            sqlite_where=sql("due_at IS NOT NULL"),
            postgresql_where=sql("due_at IS NOT NULL"),
        ),
        Index("ix_violation_open", "county", "id", sqlite_where=sql(IS_OPEN), postgresql_where=sql(IS_OPEN)),
        Index("ix_violation_period", "county", "period_id", "id"),
        Index("ix_violation_person", "county", "person_id", "id"),
        Index("ix_violation_area", "county", "area", "id"),
    )

    fact: str
    kind: str
    period_id: MaybeId = None
    post_id: MaybeId = None
    area: str | None = None
    person_id: MaybeId = None
    at: datetime = utc_field()
    detail: dict[str, Any] = json_field(dict)
    note: str = ""
    state: str = ASKED
    explain_by: datetime = utc_field()
    reminded: bool = False
    due_at: datetime | None = utc_field(default=None, nullable=True)
    explanation: str = ""
    explained_name: str = ""
    explained_at: datetime | None = utc_field(default=None, nullable=True)
    closed_name: str = ""
    closed_at: datetime | None = utc_field(default=None, nullable=True)
    reason: str = ""
    created_at: datetime = utc_field()


def record_violation(
    session: Session,
    *,
    by: Actor,
    fact: str,
    kind: str,
    at: datetime,
    now: datetime,
    policy: Policy,
    area: str | None,
    period_id: int | None = None,
    post_id: int | None = None,
    person_id: int | None = None,
    detail: Text | None = None,
    note: str = "",
) -> Violation | None:
    """Record a violation, unless one stands for this fact already, and ask for the explanation."""
    violation = Violation(
        county=by.county,
        fact=fact,
        kind=kind,
        period_id=period_id,
        post_id=post_id,
        area=area,
        person_id=person_id,
        at=at,
        detail=detail or {},
        note=note,
        explain_by=now + policy.explain_within,
        due_at=now + policy.explain_within * 3 / 4,
        created_at=now,
    )
    if not insert_ignore(session, Violation, violation.model_dump()):
        return None
    violation = session.get_one(Violation, (by.county, violation.id))
    after = {"kind": kind, "fact": fact, "person_id": person_id, "post_id": post_id, "note": note}
    keep_event(session, by, violation, "record", now, after=after)
    ask_explanation(session, violation, now=now, policy=policy)
    return violation


def keep_event(
    session: Session,
    by: Actor,
    violation: Violation,
    action: str,
    now: datetime,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """One event of a violation."""
    record(
        session,
        by=by,
        subject="violation",
        subject_id=violation.id,
        action=action,
        now=now,
        before=before,
        after=after,
        reason=reason,
    )


def restate_violation(
    session: Session, *, by: Actor, fact: str, kind: str, detail: Text, now: datetime
) -> None:
    """The same fact turned out to be another kind (a missing report came in late after all), while it is open."""
    violation = session.exec(
        select(Violation).where(Violation.county == by.county, Violation.fact == fact)
    ).first()
    if violation is None or violation.kind == kind:
        return
    before = {"kind": violation.kind}
    if move_open(session, violation, kind=kind, detail=detail):
        keep_event(session, by, violation, "restate", now, before=before, after={"kind": kind})


def move_open(session: Session, violation: Violation, **values: Any) -> bool:
    """Change one that is open, if nobody has closed it meanwhile."""
    return compare_and_set(session, violation, col(Violation.state).in_(OPEN), **values)


def record_by_hand(
    session: Session,
    *,
    by: Actor,
    post: Post,
    person_id: int | None,
    kind: str,
    note: str,
    photo_ids: Sequence[int],
    now: datetime,
    policy: Policy,
) -> Violation:
    """The office found it itself, by telephone or on the spot.

    Errors: not-allowed, violation-kind, violation-twice, photos-too-many.
    """
    require(by, *DECIDES)
    if kind not in KINDS:
        raise UserError("violation-kind")
    period = _running_period(session, by.county, post.area, now)
    person = session.get(Person, (by.county, person_id)) if person_id else None
    violation = record_violation(
        session,
        by=by,
        fact=f"hand:{by.person_id}:{now.isoformat()}:{post.id}:{person_id}",
        kind=kind,
        at=now,
        now=now,
        policy=policy,
        area=post.area or (person.area if person else None),
        period_id=period.id if period else None,
        post_id=post.id,
        person_id=person_id,
        note=note,
    )
    if violation is None:
        raise UserError("violation-twice")
    keep_photos(session, violation, "evidence", photo_ids, now)
    return violation


def _running_period(session: Session, county: str, area: str | None, now: datetime) -> KeyPeriod | None:
    """The key period that runs now for this area; of several the one that began last."""
    running = session.exec(
        select(KeyPeriod)
        .where(KeyPeriod.county == county, col(KeyPeriod.ends_at) > now, col(KeyPeriod.starts_at) <= now)
        .order_by(col(KeyPeriod.starts_at).desc())
    )
    return next((each for each in running if covers(each.area, area)), None)


def keep_photos(
    session: Session, violation: Violation, kind: str, photo_ids: Sequence[int], now: datetime
) -> None:
    """Put photos to a violation: evidence or explanation. Error: photos-too-many."""
    if len(photo_ids) > PHOTOS_MAX:
        raise UserError("photos-too-many", most=PHOTOS_MAX)
    attach(
        session,
        county=violation.county,
        subject="violation",
        subject_id=violation.id,
        kind=kind,
        file_ids=list(photo_ids),
        now=now,
    )


def may_see(by: Actor, violation: Violation) -> bool:
    """The office all; a town those of its area; a person their own."""
    own = by.person_id is not None and by.person_id == violation.person_id
    return may(by, SEES_ALL, area=violation.area) or own or of_the_town(by, violation)


def of_the_town(by: Actor, violation: Violation) -> bool:
    """Whether the actor answers for the town it happened in."""
    return violation.area is not None and may(by, (TOWN_OFFICER,), area=violation.area)


def violation_by_id(session: Session, *, by: Actor, violation_id: int) -> Violation:
    """A violation this person may see. Error: violation-unknown, also for one they may not see."""
    violation = session.get(Violation, (by.county, violation_id))
    if violation is None or not may_see(by, violation):
        raise UserError("violation-unknown")
    return violation


def violations_for(
    session: Session, *, by: Actor, limit: int, after: int | None = None, open_only: bool = True
) -> list[Violation]:
    """What this person may see, the newest first, from behind `after` on: the office all, a town its own,
    everybody their own."""
    query = select(Violation).where(Violation.county == by.county)
    if open_only:
        query = query.where(sql(f"violation.{IS_OPEN}"))
    if not may(by, SEES_ALL):
        query = query.where(or_(*_own(by)))
    if after is not None:
        query = query.where(col(Violation.id) < after)
    return list(session.exec(query.order_by(col(Violation.id).desc()).limit(limit)))


def _own(by: Actor) -> list[Any]:
    """The conditions under which a violation is this person's or their town's."""
    scopes = [grant.area for grant in by.grants if grant.role in (TOWN_OFFICER, *SEES_ALL) and grant.area]
    areas = [(col(Violation.area) >= area) & (col(Violation.area) <= area.ljust(15, "9")) for area in scopes]
    return [col(Violation.person_id) == by.person_id, *areas]
