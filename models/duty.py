"""Duty (值守): key periods, posts, shifts, and who stands them; the tables.

Operations: periods, posts, duty_publish (the roster), checkin; ticks: duty_watch, coverage_watch.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Session, col, select

from models.base import CountyRow, Id, MaybeId, json_field, utc_field

LEADER, DEPUTY, OFFICER = "leader", "deputy", "officer"  # 带班领导 (A角), B角, 值班人员
DUTY_ROLES = (LEADER, DEPUTY, OFFICER)

# A person's presence on one shift.
EXPECTED = "expected"  # must check in
STANDBY = "standby"  # B角: comes when called on
CALLED_ON = "called_on"  # B角 called on because someone is missing
CHECKED_IN = "checked_in"
COVERED = "covered"  # the B角 is there instead
MISSED = "missed"  # the shift ended without them
REMOVED = "removed"  # no longer on this shift
MAY_CHECK_IN = (EXPECTED, STANDBY, CALLED_ON, COVERED)

HOLIDAY, OFFICE_OWN = "holiday", "office"
# How a period is kept: leaders within reach; leaders at the post round the clock; everyone at the post.
REACHABLE, ONSITE, ALL_HANDS = "reachable", "onsite", "all_hands"
DUTY_LEVELS = (ONSITE, REACHABLE, ALL_HANDS)


class KeyPeriod(CountyRow, table=True):
    """A key period (重点时段): a holiday, or the office's own (a flower expo). `key` makes it once.

    `area`: whose posts it concerns, None for all. `level`: how it is kept (DUTY_LEVELS). `report_times`:
    the times of day by which each post reports 平安, none where it need not. `coverage_at`: when the
    office is next told what is not covered. `version` guards against two rosters published at once.
    """

    __table_args__ = (
        UniqueConstraint("county", "key"),
        Index("ix_keyperiod_ends", "county", "ends_at"),
        Index(
            "ix_keyperiod_coverage",
            "county",
            "coverage_at",
            sqlite_where=sql("coverage_at IS NOT NULL"),
            postgresql_where=sql("coverage_at IS NOT NULL"),
        ),
    )

    key: str
    name: str
    source: str
    area: str | None = None
    level: str = ONSITE
    report_times: list[str] = json_field(list)
    starts_at: datetime = utc_field()
    ends_at: datetime = utc_field()
    coverage_at: datetime | None = utc_field(default=None, nullable=True)
    version: int = 1
    created_at: datetime = utc_field()


class Post(CountyRow, table=True):
    """A post (岗位). `lat`, `lon` are WGS-84; `radius` in metres, None for the policy's. `starts` are the
    times of day at which its shifts begin, each running to the next: ["08:00"] is 24 h."""

    __table_args__ = (UniqueConstraint("county", "name"), Index("ix_post_area", "county", "area"))

    name: str
    unit_id: MaybeId = None
    area: str | None = None
    phone: str = ""
    fax: str = ""
    place: str = ""
    lat: float | None = None
    lon: float | None = None
    radius: int | None = None
    needs_place: bool = False
    needs_photo: bool = False
    starts: list[str] = json_field(lambda: ["08:00"])
    active: bool = True
    created_at: datetime = utc_field()


class Shift(CountyRow, table=True):
    """One shift (班次) of a post; who stands it are its ShiftDuty rows. A removed one keeps its record.

    `taken_at`: since when it has the watch by a confirmed handover; `relieved_at`: since when it need
    not stand any more. Until then those who are in stay on post, also past `ends_at` (models/on_post.py).
    """

    __table_args__ = (
        Index("ix_shift_starts", "county", "starts_at"),
        Index("ix_shift_ends", "county", "ends_at"),
        Index("ix_shift_post", "county", "post_id", "starts_at"),
        Index("ix_shift_period", "county", "period_id", "ends_at"),
    )

    post_id: Id
    period_id: Id
    starts_at: datetime = utc_field()
    ends_at: datetime = utc_field()
    note: str = ""
    taken_at: datetime | None = utc_field(default=None, nullable=True)
    relieved_at: datetime | None = utc_field(default=None, nullable=True)
    removed_at: datetime | None = utc_field(default=None, nullable=True)
    created_at: datetime = utc_field()


class ShiftDuty(CountyRow, table=True):
    """One person on one shift: role, presence, how far the ladder has gone (`rung`, see duty_plan), and
    when the next step is due. A check-in keeps its moment, place (as given, with its datum), metres to
    the post, and minutes late; its photos are attachments of ("duty", id)."""

    __table_args__ = (
        Index(
            "ix_shiftduty_due",
            "county",
            "due_at",
            sqlite_where=sql("due_at IS NOT NULL"),
            postgresql_where=sql("due_at IS NOT NULL"),
        ),
        Index("ix_shiftduty_shift", "county", "shift_id"),
        Index("ix_shiftduty_person", "county", "person_id", "state"),
    )

    shift_id: Id
    person_id: Id
    role: str
    state: str = EXPECTED
    rung: int = 0
    expected_at: datetime = utc_field()
    due_at: datetime | None = utc_field(default=None, nullable=True)
    checked_at: datetime | None = utc_field(default=None, nullable=True)
    late_minutes: int = 0
    outside: bool = False
    distance: int | None = None
    lat: float | None = None
    lon: float | None = None
    datum: str = ""
    accuracy: float | None = None
    place_source: str = ""
    covered_by: MaybeId = None
    created_at: datetime = utc_field()


def duties_of(session: Session, *, county: str, shift_ids: Sequence[int]) -> dict[int, list[ShiftDuty]]:
    """Who stands these shifts: leader, deputy, officers, in that order."""
    found: dict[int, list[ShiftDuty]] = {shift_id: [] for shift_id in shift_ids}
    rows = session.exec(
        select(ShiftDuty).where(
            ShiftDuty.county == county, col(ShiftDuty.shift_id).in_(shift_ids), ShiftDuty.state != REMOVED
        )
    )
    for duty in sorted(rows, key=lambda duty: (DUTY_ROLES.index(duty.role), duty.id)):
        found[duty.shift_id].append(duty)
    return found
