"""Zero reports (零报告, 平安报告): the rounds of a period and the report of each unit in them; the tables."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Session, col, select

from models.base import CountyRow, Id, MaybeId, utc_field

AWAITED, WELL, NEWS, MISSED = "awaited", "well", "news", "missed"
GIVEN = (WELL, NEWS)
STATES = (AWAITED, WELL, NEWS, MISSED)
OPEN_FOR = timedelta(hours=24)  # so long after its deadline a report is still taken, as late
WORDS_MAX, PLACE_MAX, PHOTOS_MAX = 500, 100, 9


class ReportRound(CountyRow, table=True):
    """All reports of one period at one hour (`at`). `by`: towns or posts. `deadline_at`: until when they are on
    time; the ladder (zero_plan) counts from it, `rung` is its last step taken, `due_at` the next one's moment."""

    __table_args__ = (
        UniqueConstraint("county", "period_id", "at"),
        Index(
            "ix_reportround_due",
            "county",
            "due_at",
            sqlite_where=sql("due_at IS NOT NULL"),
            postgresql_where=sql("due_at IS NOT NULL"),
        ),
        Index("ix_reportround_at", "county", "at"),
    )

    period_id: Id
    at: datetime = utc_field()
    deadline_at: datetime = utc_field()
    by: str
    rung: int = 0
    due_at: datetime | None = utc_field(default=None, nullable=True)
    given: int = 0
    created_at: datetime = utc_field()


class ZeroReport(CountyRow, table=True):
    """One report of one unit at one hour. `unit` ("town:411024108", "post:12") makes it once a round; `name` is
    the unit's as it was; `area` its town. News keeps what and where; its photos are attachments of ("report", id)."""

    __table_args__ = (
        UniqueConstraint("county", "round_id", "unit"),
        Index("ix_zeroreport_unit", "county", "unit", "id"),
    )

    round_id: Id
    unit: str
    name: str
    post_id: MaybeId = None
    area: str | None = None
    state: str = AWAITED
    given_at: datetime | None = utc_field(default=None, nullable=True)
    given_by: MaybeId = None
    given_name: str = ""
    late_minutes: int = 0
    what: str = ""
    place: str = ""
    created_at: datetime = utc_field()


def rounds_of(session: Session, *, county: str, since: datetime, until: datetime) -> list[ReportRound]:
    """The rounds whose hour lies in this time, the newest first."""
    return list(
        session.exec(
            select(ReportRound)
            .where(ReportRound.county == county, col(ReportRound.at) > since, col(ReportRound.at) <= until)
            .order_by(col(ReportRound.at).desc(), col(ReportRound.id).desc())
        )
    )


def reports_of(session: Session, *, county: str, round_ids: Sequence[int]) -> list[ZeroReport]:
    """The reports of these rounds, by town, then by name."""
    query = select(ZeroReport).where(ZeroReport.county == county, col(ZeroReport.round_id).in_(round_ids))
    rows = session.exec(query.execution_options(populate_existing=True))
    return sorted(rows, key=lambda each: (each.area or "", each.name, each.id))
