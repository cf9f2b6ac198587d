"""Handovers (交接班): what one shift hands to the next, whose turn it is, and the times of its ladder.

The operations stand in models/handover_flow.py, the tick in models/handover_watch.py.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Session, col, select

from models.base import (
    CountyRow,
    Id,
    MaybeId,
    UserError,
    compare_and_set,
    insert_ignore,
    json_field,
    new_id,
    utc_field,
)
from models.coverage import Span, clock_times, needed_span
from models.duty import KeyPeriod, Post, Shift
from models.duty_log import CALL, EQUIPMENT, INCIDENT, INSTRUCTION, MATTER, MESSAGE, shift_entries
from models.on_post import former_shift
from models.policy import Policy

# Whose turn it is.
ASKED = "asked"  # the outgoing: to fill it in
QUERIED = "queried"  # the outgoing: the incoming has a question
FILLED = "filled"  # the incoming: to confirm; where no shift follows, the office: to release
OPEN_STATES = (ASKED, QUERIED, FILLED)
# How it ended.
DONE = "done"  # the incoming confirmed
RELEASED = "released"  # let go by the office, or by the rule for the last shift
UNMANNED = "unmanned"  # nobody was in to hand anything over
LAPSED = "lapsed"  # a later handover of the post, or a day, passed over it

# What is handed over (未办结事项、来电来文、领导批示、突发情况、设备), and which kinds of log entries tell of it.
MATTERS, CALLS, INSTRUCTIONS, INCIDENTS, GEAR = "matters", "calls", "instructions", "incidents", "gear"
ITEMS = (MATTERS, CALLS, INSTRUCTIONS, INCIDENTS, GEAR)
ITEM_OF = {
    MATTER: MATTERS,
    CALL: CALLS,
    MESSAGE: CALLS,
    INSTRUCTION: INSTRUCTIONS,
    INCIDENT: INCIDENTS,
    EQUIPMENT: GEAR,
}
ITEM_MOST = 800

# When no shift follows, filling it in lets one go: models.policy.Policy.handover_release.
BY_OFFICE, AT_PERIOD_END, ALWAYS = "office", "period_end", "always"


class Handover(CountyRow, table=True):
    """The handover of one shift. `items` are what is handed over, by ITEMS; an empty one is 无. `version`
    counts how often it was filled in: what is confirmed is what was shown. `rung` and `due_at`: its ladder."""

    __table_args__ = (
        UniqueConstraint("county", "shift_id"),
        Index(
            "ix_handover_due",
            "county",
            "due_at",
            sqlite_where=sql("due_at IS NOT NULL"),
            postgresql_where=sql("due_at IS NOT NULL"),
        ),
        Index("ix_handover_post", "county", "post_id", "state"),
    )

    shift_id: Id
    post_id: Id
    state: str = ASKED
    items: dict[str, str] = json_field(dict)
    version: int = 0
    filled_by: MaybeId = None
    filled_at: datetime | None = utc_field(default=None, nullable=True)
    question: str = ""
    asked_by: MaybeId = None
    confirmed_by: MaybeId = None
    done_at: datetime | None = utc_field(default=None, nullable=True)
    rung: int = 0
    due_at: datetime | None = utc_field(default=None, nullable=True)
    created_at: datetime = utc_field()


# The ladder's rungs; each is taken once.
WAITING, ASK, END, NUDGE, ALARM, AGAIN, LAPSE = 0, 1, 2, 3, 4, 5, 20
AGAIN_EVERY, AGAIN_TIMES = timedelta(hours=1), 6
LAPSES_AFTER = timedelta(hours=24)


@dataclass(frozen=True)
class Step:
    """A rung of the ladder, and when it is due."""

    rung: int
    at: datetime


def ladder_of(ends_at: datetime, policy: Policy) -> list[Step]:
    """Asked before the end, told to stay at the end, both sides nudged, the office alarmed, reminded every
    hour for a while, and after a day given up."""
    steps = [
        Step(ASK, ends_at - policy.handover_asks),
        Step(END, ends_at),
        Step(NUDGE, ends_at + policy.handover_nudge),
        Step(ALARM, ends_at + policy.handover_alarm),
    ]
    steps += [Step(AGAIN + time, ends_at + AGAIN_EVERY * (time + 1)) for time in range(AGAIN_TIMES)]
    return [*steps, Step(LAPSE, ends_at + LAPSES_AFTER)]


def steps_passed(steps: list[Step], *, rung: int, now: datetime) -> tuple[list[int], datetime | None]:
    """The rungs to be taken now, in order, and when the next is due."""
    due = [step.rung for step in steps if step.at <= now and step.rung > rung]
    ahead = [step.at for step in steps if step.at > now and step.rung > rung]
    return due, ahead[0] if ahead else None


def make_handover(session: Session, *, shift: Shift, now: datetime) -> Handover:
    """The shift's handover, made now if there is none. Its ladder begins at once."""
    row = Handover(county=shift.county, id=new_id(), shift_id=shift.id, post_id=shift.post_id, created_at=now)
    row.due_at = now
    insert_ignore(session, Handover, row.model_dump())
    found = handover_of(session, shift=shift)
    assert found is not None
    return found


def handover_of(session: Session, *, shift: Shift) -> Handover | None:
    """The handover of this shift to the next, if it has begun."""
    query = select(Handover).where(Handover.county == shift.county, Handover.shift_id == shift.id)
    return session.exec(query.execution_options(populate_existing=True)).first()


def handover_to(session: Session, *, shift: Shift) -> Handover | None:
    """The handover by which this shift is to get the watch, if it is still open."""
    former = former_shift(session, shift)
    found = handover_of(session, shift=former) if former else None
    return found if found is not None and found.state in OPEN_STATES else None


def handover_by_id(session: Session, *, county: str, handover_id: int) -> Handover:
    """A handover as it stands. Error: handover-unknown."""
    query = select(Handover).where(Handover.county == county, Handover.id == handover_id)
    found = session.exec(query.execution_options(populate_existing=True)).first()
    if found is None:
        raise UserError("handover-unknown")
    return found


def move(session: Session, handover: Handover, states: Collection[str], **values: Any) -> bool:
    """Compare and set: true for the one who found it in one of these states and at the version read."""
    return compare_and_set(
        session,
        handover,
        col(Handover.state).in_(states),
        col(Handover.version) == handover.version,
        **values,
    )


def open_handovers(session: Session, *, county: str, post_id: int) -> list[Handover]:
    """The post's handovers that are not done."""
    query = select(Handover).where(
        Handover.county == county, Handover.post_id == post_id, col(Handover.state).in_(OPEN_STATES)
    )
    return list(session.exec(query.execution_options(populate_existing=True)))


def prefilled(session: Session, *, shift: Shift, policy: Policy) -> dict[str, str]:
    """What the form can be filled in with: matters still open when the shift began, and the log's entries."""
    lines: dict[str, list[str]] = {item: [] for item in ITEMS}
    former = former_shift(session, shift)
    handed = handover_of(session, shift=former) if former else None
    if handed is not None and handed.items.get(MATTERS):
        lines[MATTERS].append(handed.items[MATTERS])
    for entry in shift_entries(session, county=shift.county, shift_id=shift.id):
        if entry.kind in ITEM_OF:
            lines[ITEM_OF[entry.kind]].append(f"{policy.local(entry.at):%H:%M} {entry.body}")
    return {item: fitting(said) for item, said in lines.items() if said}


def fitting(lines: list[str]) -> str:
    """As many of the last lines as fit; the log has them all."""
    said = "\n".join(lines)
    return said if len(said) <= ITEM_MOST else "…" + said[-(ITEM_MOST - 1) :]


def lets_go(session: Session, *, shift: Shift, post: Post, policy: Policy) -> bool:
    """Whether those on a shift that no other follows may go once it is filled in (Policy.handover_release)."""
    if policy.handover_release != AT_PERIOD_END:
        return policy.handover_release == ALWAYS
    period = session.get_one(KeyPeriod, (shift.county, shift.period_id))
    need = needed_span(Span(period.starts_at, period.ends_at), clock_times(post.starts), policy.zone)
    return shift.ends_at >= need.ends_at
