"""Spot checks (查岗): a check and the answer of each person asked; the tables and what is read from them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Session, col, select

from models.base import CountyRow, Id, MaybeId, json_field, utc_field

DRAWN, BY_OFFICE = "drawn", "office"

ASKED, PASSED, LATE, NO_ANSWER = "asked", "passed", "late", "no_answer"
UNREACHED = "unreached"  # has no chat: nobody could ask them, the office has to telephone
VOID = "void"  # the program did not run while the answer was awaited
STATES = (ASKED, PASSED, LATE, NO_ANSWER, UNREACHED, VOID)
IS_SILENT = "state IN ('asked','no_answer')"  # written out, for the partial index
LATE_TAKEN = timedelta(hours=1)  # so long after a check a photo out of the blue is taken for its late answer

OLD, REUSED, FAR, LOST = "old", "reused", "far", "lost"  # what may be wrong with a photo
PHOTO_FLAGS = (OLD, REUSED, FAR, LOST)


class SpotCheck(CountyRow, table=True):
    """One check. `key` makes a drawn one once: period, post, shift day, k; `windows` are the hours it was drawn
    from, so that it can be computed again. `answer_by`: until when an answer is in time; `due_at`: until it is
    looked at."""

    __table_args__ = (
        UniqueConstraint("county", "key"),
        Index(
            "ix_spotcheck_due",
            "county",
            "due_at",
            sqlite_where=sql("due_at IS NOT NULL"),
            postgresql_where=sql("due_at IS NOT NULL"),
        ),
        Index("ix_spotcheck_period", "county", "period_id", "id"),
        Index("ix_spotcheck_started", "county", "started_at"),
    )

    key: str
    source: str
    period_id: MaybeId = None
    post_id: MaybeId = None
    on: date | None = None
    k: int = 0
    windows: list[Any] = json_field(list)
    drawn_at: datetime | None = utc_field(default=None, nullable=True)
    started_at: datetime = utc_field()
    started_by: MaybeId = None
    started_name: str = ""
    answer_by: datetime = utc_field()
    due_at: datetime | None = utc_field(default=None, nullable=True)
    answered: int = 0


class SpotAnswer(CountyRow, table=True):
    """One person asked in a check, and what came of it. Photos are attachments of ("check", id); `photo_at`:
    when the photo is next looked at, `flags` what is wrong with it."""

    __table_args__ = (
        UniqueConstraint("county", "check_id", "person_id"),
        Index(
            "ix_spotanswer_silent",
            "county",
            "person_id",
            sqlite_where=sql(IS_SILENT),
            postgresql_where=sql(IS_SILENT),
        ),
        Index(
            "ix_spotanswer_photo",
            "county",
            "photo_at",
            sqlite_where=sql("photo_at IS NOT NULL"),
            postgresql_where=sql("photo_at IS NOT NULL"),
        ),
        Index("ix_spotanswer_period", "county", "period_id", "id"),
    )

    check_id: Id
    period_id: MaybeId = None
    post_id: Id
    shift_id: Id
    person_id: Id
    role: str
    state: str = ASKED
    asked_at: datetime = utc_field()
    answered_at: datetime | None = utc_field(default=None, nullable=True)
    late_minutes: int = 0
    outside: bool = False
    distance: int | None = None
    lat: float | None = None
    lon: float | None = None
    datum: str = ""
    accuracy: float | None = None
    place_source: str = ""
    photo_at: datetime | None = utc_field(default=None, nullable=True)
    flags: list[str] = json_field(list)


def answers_of(session: Session, *, county: str, check_ids: Sequence[int]) -> list[SpotAnswer]:
    """Everybody asked in these checks, as they were asked."""
    query = select(SpotAnswer).where(SpotAnswer.county == county, col(SpotAnswer.check_id).in_(check_ids))
    return list(session.exec(query.order_by(col(SpotAnswer.id)).execution_options(populate_existing=True)))


def open_answer(session: Session, *, county: str, person_id: int | None, now: datetime) -> SpotAnswer | None:
    """The check that this person still has to answer, or has just let pass, the newest; None if there is none."""
    if person_id is None:
        return None
    return session.exec(
        select(SpotAnswer)
        .where(
            SpotAnswer.county == county,
            SpotAnswer.person_id == person_id,
            sql(f"spotanswer.{IS_SILENT}"),
            col(SpotAnswer.asked_at) > now - LATE_TAKEN,
        )
        .order_by(col(SpotAnswer.id).desc())
        .limit(1)
    ).first()


def checks_since(session: Session, *, county: str, since: datetime, limit: int) -> list[SpotCheck]:
    """The checks begun since then, the newest first."""
    return list(
        session.exec(
            select(SpotCheck)
            .where(SpotCheck.county == county, col(SpotCheck.started_at) > since)
            .order_by(col(SpotCheck.started_at).desc(), col(SpotCheck.id).desc())
            .limit(limit)
        )
    )
