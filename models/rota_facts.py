"""What sharing out shifts must know of the people: their shifts elsewhere, their leave, what they had before."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.calendar import Calendar
from models.coverage import Span
from models.duty import DEPUTY, MISSED, REMOVED, Shift, ShiftDuty
from models.leave import Leave, leaves_of
from models.policy import Policy
from models.rota import Candidate, IsOff, Slot, has_night

LOOK_BACK = timedelta(days=365)
_NEAR = timedelta(days=4)  # the longest shift, and a rest


def candidates(
    session: Session,
    *,
    county: str,
    roles: dict[int, frozenset[str]],
    need: Span,
    replaced: Sequence[int],
    calendar: Calendar,
    policy: Policy,
) -> list[Candidate]:
    """The people with their duty roles, in the order given, for a roster of the hours `need`.

    `replaced` are the shifts that the roster takes the place of: they make nobody busy.
    """
    ids = list(roles)
    busy: dict[int, list[Span]] = defaultdict(list)
    before: dict[int, float] = defaultdict(float)
    idle: dict[int, datetime] = {}
    is_off = off_days(calendar)
    for person_id, shift in _shifts(session, county, ids, need):
        if shift.id in replaced:
            continue
        span = Span(shift.starts_at, shift.ends_at)
        if span.ends_at > need.starts_at - _NEAR:
            busy[person_id].append(span)
        if span.ends_at <= need.starts_at:
            before[person_id] += _slot(shift, span, is_off, policy).weight
            idle[person_id] = max(idle.get(person_id, span.ends_at), span.ends_at)
    away = _leaves(session, county, ids, need, policy)
    return [
        Candidate(
            person_id,
            roles[person_id],
            tuple(busy[person_id]),
            tuple(leave.span(policy) for leave in away.get(person_id, [])),
            before[person_id],
            idle.get(person_id),
        )
        for person_id in ids
    ]


def _leaves(
    session: Session, county: str, ids: Sequence[int], need: Span, policy: Policy
) -> dict[int, list[Leave]]:
    first, last = (policy.local(at).date() for at in (need.starts_at, need.ends_at))
    return leaves_of(session, county=county, person_ids=ids, first=first, last=last)


def _shifts(session: Session, county: str, ids: Sequence[int], need: Span) -> list[tuple[int, Shift]]:
    """Shifts that these people stood in the year before or stand around these hours; not as B角."""
    rows = session.exec(
        select(ShiftDuty.person_id, Shift)
        .join(Shift, (col(Shift.county) == ShiftDuty.county) & (col(Shift.id) == ShiftDuty.shift_id))
        .where(
            ShiftDuty.county == county,
            col(ShiftDuty.person_id).in_(ids),
            col(ShiftDuty.state).not_in((REMOVED, MISSED)),
            ShiftDuty.role != DEPUTY,
            col(Shift.starts_at) > need.starts_at - LOOK_BACK,
            col(Shift.starts_at) < need.ends_at + _NEAR,
            col(Shift.removed_at).is_(None),
        )
        .order_by(col(Shift.starts_at), col(Shift.id))
    )
    return [(person_id, shift) for person_id, shift in rows]


def _slot(shift: Shift, span: Span, is_off: IsOff, policy: Policy) -> Slot:
    on = policy.local(span.starts_at).date()
    return Slot(shift.post_id, "", span, on, has_night(span, policy.zone), is_off(on))


def off_days(calendar: Calendar) -> IsOff:
    """Whether a day is off; one of a year that is not announced counts as any other."""
    return lambda on: calendar.is_announced(on.year) and calendar.is_off(on)
