"""The seed of a key period's spot checks: made with its roster, committed to by its hash, shown at the end.

The seed stands in this table alone and in no message, event, log or list before it is shown.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, col, select

from models.audit import events_of, record
from models.base import Actor, CountyRow, Id, UserError, compare_and_set, insert_ignore, utc_field
from models.coverage import Span
from models.draw import check_windows, commitment, drawn_moment, new_seed
from models.duty import KeyPeriod
from models.duty_notices import tell_office
from models.policy import Policy
from models.text import text

COMMITTED, REVEALED = "commit_draw", "reveal_draw"  # the audit events of a period


class CheckSeed(CountyRow, table=True):
    """The secret of one period's draw, with the rules it was drawn by: checks a day, margin in minutes."""

    __table_args__ = (UniqueConstraint("county", "period_id"),)

    period_id: Id
    seed: str = Field(repr=False)
    sha256: str
    per_day: int
    margin_minutes: int
    revealed_at: datetime | None = utc_field(default=None, nullable=True)
    created_at: datetime = utc_field()

    @property
    def margin(self) -> timedelta:
        return timedelta(minutes=self.margin_minutes)


@dataclass(frozen=True, order=True)
class Draw:
    """A check that was drawn: when, at which post, the how-manieth of which shift day, and from which hours."""

    at: datetime
    post_id: int
    on: date
    k: int
    windows: tuple[Span, ...]


def commit_seed(
    session: Session, *, by: Actor, period: KeyPeriod, now: datetime, policy: Policy
) -> CheckSeed | None:
    """Make the period's seed, if it has none, and show its hash to the office. None: no checks are drawn."""
    if policy.spot_checks <= 0:
        return seed_of(session, county=period.county, period_id=period.id)
    seed = new_seed()
    row = CheckSeed(
        county=period.county,
        period_id=period.id,
        seed=seed.hex(),
        sha256=commitment(seed),
        per_day=policy.spot_checks,
        margin_minutes=int(policy.spot_margin.total_seconds() // 60),
        created_at=now,
    )
    if insert_ignore(session, CheckSeed, row.model_dump()):
        _tell_commitment(session, by, period, row, now, policy)
    return seed_of(session, county=period.county, period_id=period.id)


def _tell_commitment(
    session: Session, by: Actor, period: KeyPeriod, row: CheckSeed, now: datetime, policy: Policy
) -> None:
    after = {"sha256": row.sha256, "per_day": row.per_day, "margin_minutes": row.margin_minutes}
    record(session, by=by, subject="period", subject_id=period.id, action=COMMITTED, now=now, after=after)
    lines = [
        text("draw-committed", period=period.name, count=row.per_day),
        text("draw-hash", sha256=row.sha256),
        text("draw-why"),
    ]
    tell_office(
        session,
        county=period.county,
        lines=lines,
        now=now,
        policy=policy,
        subject=("period", period.id),
        dedup=f"draw:{period.id}",
        urgent=False,
    )


def seed_of(session: Session, *, county: str, period_id: int) -> CheckSeed | None:
    """The period's draw. For the tick and the proof; its seed is not to be shown before `revealed_at`."""
    return session.exec(
        select(CheckSeed).where(CheckSeed.county == county, CheckSeed.period_id == period_id)
    ).first()


def revealed_seed(session: Session, *, county: str, period_id: int) -> CheckSeed:
    """The draw of a period that is over. Errors: draw-none, draw-secret (not before its end)."""
    row = seed_of(session, county=county, period_id=period_id)
    if row is None:
        raise UserError("draw-none")
    if row.revealed_at is None:
        raise UserError("draw-secret", sha256=row.sha256)
    return row


def reveal_seed(
    session: Session, *, by: Actor, period: KeyPeriod, now: datetime, policy: Policy
) -> CheckSeed | None:
    """Show the seed of a period whose last shift is over, once; from then on nothing is drawn with it."""
    row = seed_of(session, county=period.county, period_id=period.id)
    if row is None:
        return None
    if not compare_and_set(session, row, col(CheckSeed.revealed_at).is_(None), revealed_at=now):
        return row
    after = {"seed": row.seed, "sha256": row.sha256}
    record(session, by=by, subject="period", subject_id=period.id, action=REVEALED, now=now, after=after)
    tell_office(
        session,
        county=period.county,
        lines=[text("draw-revealed", period=period.name), *seed_lines(row)],
        now=now,
        policy=policy,
        subject=("period", period.id),
        urgent=False,
    )
    return row


def seed_lines(row: CheckSeed) -> list[dict[str, object]]:
    """The seed and its hash in words; the seed only once it may be shown."""
    lines = [text("draw-hash", sha256=row.sha256)]
    return [text("draw-seed", seed=row.seed), *lines] if row.revealed_at else lines


def committed_hash(session: Session, *, period: KeyPeriod) -> tuple[str, datetime] | None:
    """The hash that the audit log holds of the period's seed, and since when."""
    for event in events_of(session, county=period.county, subject="period", subject_id=period.id):
        if event.action == COMMITTED:
            return str(event.after["sha256"]), event.at
    return None


def draws_of(seed: CheckSeed, shifts: Iterable[Any], policy: Policy) -> list[Draw]:
    """Every check that the seed draws from these shifts (or rows with their post and hours), in order. A shift day
    is that on which a shift begins."""
    days: dict[tuple[int, date], list[Span]] = defaultdict(list)
    for shift in shifts:
        on = policy.local(shift.starts_at).date()
        days[shift.post_id, on].append(Span(shift.starts_at, shift.ends_at))
    secret = bytes.fromhex(seed.seed)
    draws = []
    for (post_id, on), spans in days.items():
        windows = check_windows(spans, seed.margin)
        for k in range(1, seed.per_day + 1):
            at = drawn_moment(secret, post_id=post_id, on=on, k=k, windows=windows)
            if at is not None:
                draws.append(Draw(at, post_id, on, k, tuple(windows)))
    return sorted(draws)
