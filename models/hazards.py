"""Hazards (隐患): the record, and the one way by which it moves from state to state."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Session, col, update

from models.audit import record
from models.base import Actor, CountyRow, Id, MaybeId, UserError, compare_and_set, utc_field
from models.files import attach, attached
from models.geo import WGS84, Point
from models.hazard_rules import Attempt, check_rules
from models.hazard_states import (
    BY_ACTION,
    IS_OPEN,
    IS_OPEN_MAJOR,
    IS_WITH_OWNER,
    OWNER,
    REPORTED,
    REPORTER,
    SYSTEM,
)
from models.people import ADMIN, INSPECTOR, OFFICE_LEADER, RESPONSIBLE, SAFETY_OFFICE, TOWN_OFFICER, may
from models.policy import Policy

DESCRIPTION_MAX = 2000
ADDRESS_MAX = 200
PHOTOS_MAX = 9
MAY_FIND_COVERTLY = (INSPECTOR, SAFETY_OFFICE, ADMIN)
MAY_SEE_HIDDEN = (SAFETY_OFFICE, OFFICE_LEADER, ADMIN)


def _partial(name: str, *columns: str, where: str) -> Index:
    """An index of the rows that meet a condition."""
    return Index(name, "county", *columns, sqlite_where=sql(where), postgresql_where=sql(where))


class Hazard(CountyRow, table=True):
    """One hazard.

    `due_at` is the deadline of its rectification (整改时限), `due_rule` how it was set (by a rule of the
    office's, or by hand), `paused_days` what approved extensions added, `remind_at` the next rung of the
    ladder. `level` is the authority's, with its criterion; `suspected_major` the reporter's guess. A place
    carries its datum, accuracy (metres) and source. `hidden`: found under cover and not handed over yet.
    `supervised` is the level of a listed supervision (挂牌督办). `lookback_at` is when it is looked at
    again (回头看), `ask_at` when its reporter is asked whether it is really fixed. `town` is its area's town.
    `index_at` is when its words are to be indexed for the search (models/hazard_search.py).
    """

    __table_args__ = (
        UniqueConstraint("county", "number"),
        Index(
            "ix_hazard_open",
            "county",
            "id",
            "state",
            sqlite_where=sql(IS_OPEN),
            postgresql_where=sql(IS_OPEN),
        ),
        Index("ix_hazard_reporter", "county", "reporter_id", "id"),
        Index(
            "ix_hazard_owner",
            "county",
            "owner_id",
            "id",
            sqlite_where=sql(IS_OPEN),
            postgresql_where=sql(IS_OPEN),
        ),
        # A list goes by its own index, newest first: one for the open ones, one for all that there ever were.
        _partial("ix_hazard_open_state", "state", "id", where=IS_OPEN),
        _partial("ix_hazard_open_town", "town", "id", where=IS_OPEN),
        _partial("ix_hazard_open_sector", "sector", "id", where=IS_OPEN),
        _partial("ix_hazard_open_unit", "unit_id", "id", where=IS_OPEN),
        _partial("ix_hazard_open_given", "assigned_unit_id", "id", where=IS_OPEN),
        _partial("ix_hazard_open_major", "id", where=IS_OPEN_MAJOR),
        Index("ix_hazard_town", "county", "town", "id"),
        Index("ix_hazard_area", "county", "area", "id"),
        Index("ix_hazard_sector", "county", "sector", "id"),
        Index("ix_hazard_unit", "county", "unit_id", "id"),
        Index("ix_hazard_given", "county", "assigned_unit_id", "id"),
        _partial("ix_hazard_given_town", "assigned_area", "id", where="assigned_area IS NOT NULL"),
        _partial("ix_hazard_index", "index_at", where="index_at IS NOT NULL"),
        Index("ix_hazard_notice", "county", "notice_id"),
        Index(
            "ix_hazard_lookback",
            "county",
            "lookback_at",
            sqlite_where=sql("lookback_at IS NOT NULL"),
            postgresql_where=sql("lookback_at IS NOT NULL"),
        ),
        Index(
            "ix_hazard_ask",
            "county",
            "ask_at",
            sqlite_where=sql("ask_at IS NOT NULL"),
            postgresql_where=sql("ask_at IS NOT NULL"),
        ),
        Index("ix_hazard_reported", "county", "reported_at"),
        Index("ix_hazard_closed", "county", "closed_at"),
        Index(
            "ix_hazard_remind",
            "county",
            "remind_at",
            sqlite_where=sql("remind_at IS NOT NULL"),
            postgresql_where=sql("remind_at IS NOT NULL"),
        ),
        Index(
            "ix_hazard_overdue",
            "county",
            "due_at",
            "state",
            sqlite_where=sql(IS_WITH_OWNER),
            postgresql_where=sql(IS_WITH_OWNER),
        ),
    )

    number: str
    state: str = REPORTED
    area: str
    town: str = ""
    address: str = ""
    unit_id: MaybeId = None
    unit_name: str = ""
    sector: str
    kind: str
    description: str
    no_photo_reason: str = ""
    lat: float | None = None
    lon: float | None = None
    accuracy: float | None = None
    datum: str = ""
    place_source: str = ""
    spot_fixed: bool = False
    suspected_major: bool = False
    level: str | None = None
    reporter_id: Id
    reported_at: datetime = utc_field()
    covert: bool = False
    hidden: bool = False
    verified_by: MaybeId = None
    criterion_id: str | None = None
    level_reason: str = ""
    duplicate_of: MaybeId = None
    transferred_to: str = ""
    notice_id: MaybeId = None
    assigned_unit_id: MaybeId = None
    assigned_area: str | None = None
    owner_id: MaybeId = None
    assigned_by: MaybeId = None
    assigned_at: datetime | None = utc_field(default=None, nullable=True)
    due_at: datetime | None = utc_field(default=None, nullable=True)
    due_rule: str = ""
    paused_days: int = 0
    rung: int = 0
    remind_at: datetime | None = utc_field(default=None, nullable=True)
    submitted_at: datetime | None = utc_field(default=None, nullable=True)
    submitted_by: MaybeId = None
    fix_note: str = ""
    failed_rechecks: int = 0
    rechecked_by: MaybeId = None
    supervised: str = ""
    supervised_at: datetime | None = utc_field(default=None, nullable=True)
    delisted_at: datetime | None = utc_field(default=None, nullable=True)
    suspended_at: datetime | None = utc_field(default=None, nullable=True)
    resumed_at: datetime | None = utc_field(default=None, nullable=True)
    closed_at: datetime | None = utc_field(default=None, nullable=True)
    closed_by: MaybeId = None
    lookback_at: datetime | None = utc_field(default=None, nullable=True)
    ask_at: datetime | None = utc_field(default=None, nullable=True)
    reopened: int = 0
    index_at: datetime | None = utc_field(default=None, nullable=True)
    row_version: int = 1

    @property
    def point(self) -> Point | None:
        """Where it is, if that is known."""
        if self.lat is None or self.lon is None:
            return None
        return Point(self.lat, self.lon, self.datum or WGS84, self.accuracy, self.place_source)

    @property
    def is_listed(self) -> bool:
        """Under listed supervision (挂牌) and not taken off it (摘牌)."""
        return bool(self.supervised) and self.delisted_at is None

    @property
    def is_suspended(self) -> bool:
        """Production is suspended (停产) and its resumption not approved."""
        return self.suspended_at is not None and self.resumed_at is None


def move(
    session: Session,
    *,
    by: Actor,
    hazard: Hazard,
    action: str,
    now: datetime,
    policy: Policy,
    changes: dict[str, Any] | None = None,
    given: dict[str, Any] | None = None,
    noted: dict[str, Any] | None = None,
    reason: str = "",
) -> Hazard:
    """Take one step of the transition table: permission, state, rules, compare-and-set, event.

    `changes` are columns, `given` what the rules look at besides, `noted` what only the event keeps. Press
    twice, change once. Errors: not-allowed; hazard-moved-on when the state does not allow the step (someone
    was quicker); those of the move's rules.
    """
    transition = BY_ACTION[action]
    if not may_move(by, hazard, action):
        raise UserError("not-allowed")
    if hazard.state not in transition.before:
        raise _moved_on(hazard)
    changes, reason = changes or {}, reason.strip()
    check_rules(transition.rules, Attempt(session, by, hazard, now, policy, changes, given or {}, reason))
    values = {"state": transition.leads_to(hazard.state), **changes}
    before = {name: _plain(getattr(hazard, name)) for name in values}
    if not _compare_and_set(session, hazard, values):
        raise _moved_on(hazard)
    after = {name: _plain(value) for name, value in values.items()} | (noted or {})
    record(
        session,
        by=by,
        subject="hazard",
        subject_id=hazard.id,
        action=action,
        now=now,
        before=before,
        after=after,
        reason=reason,
    )
    return hazard


def _compare_and_set(session: Session, hazard: Hazard, values: dict[str, Any]) -> bool:
    """Set the columns if nobody has changed the row since it was read; read it anew either way."""
    return compare_and_set(
        session,
        hazard,
        col(Hazard.row_version) == hazard.row_version,
        **values,
        row_version=hazard.row_version + 1,
    )


def touch(session: Session, hazard: Hazard) -> None:
    """Hold the row for a change that is in none of its columns, and read it anew; its cards are sent again."""
    session.execute(
        update(Hazard)
        .where(col(Hazard.county) == hazard.county, col(Hazard.id) == hazard.id)
        .values(row_version=col(Hazard.row_version) + 1)
        .execution_options(synchronize_session=False)
    )
    session.refresh(hazard)


def _moved_on(hazard: Hazard) -> UserError:
    return UserError("hazard-moved-on", number=hazard.number, state={"k": f"state-{hazard.state}"})


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def may_move(by: Actor, hazard: Hazard, action: str) -> bool:
    """Whether the transition table lets this actor take this step; its rules are looked at by `move`."""
    allowed = BY_ACTION[action].by
    if SYSTEM in allowed and by.channel == "system":
        return True
    if REPORTER in allowed and by.person_id is not None and by.person_id == hazard.reporter_id:
        return True
    if OWNER in allowed and is_owner(by, hazard):
        return True
    if hazard.hidden and not may(by, MAY_SEE_HIDDEN, area=hazard.area):
        return False
    return may(by, allowed, area=hazard.area, sector=hazard.sector)


def is_owner(by: Actor, hazard: Hazard) -> bool:
    """The person it was assigned to; a responsible person of the same unit, or the unit by its link; where
    it was given to a town as such, the town's officers."""
    if hazard.owner_id is not None and by.person_id == hazard.owner_id:
        return True
    unit, area = hazard.assigned_unit_id, hazard.assigned_area
    if unit is not None and (by.link_unit == unit or may(by, (RESPONSIBLE,), unit_id=unit)):
        return True
    return area is not None and may(by, (TOWN_OFFICER,), area=area)


def attach_photos(session: Session, hazard: Hazard, kind: str, photo_ids: list[int], now: datetime) -> None:
    """Put photos to a hazard: before, after, comment, lookback."""
    attach(
        session,
        county=hazard.county,
        subject="hazard",
        subject_id=hazard.id,
        kind=kind,
        file_ids=photo_ids,
        now=now,
    )


def attached_ids(session: Session, hazard: Hazard, kind: str = "before") -> list[int]:
    """The hazard's photos of one kind."""
    return attached(session, county=hazard.county, subject="hazard", subject_id=hazard.id, kind=kind)
