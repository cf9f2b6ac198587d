"""回头看: closed hazards are looked at again, and their reporters asked whether it is really fixed."""

import secrets
from contextlib import suppress
from datetime import datetime, timedelta

from sqlmodel import Session, col, select, update

from models.audit import events_of
from models.base import Actor, UserError, system
from models.hazard_flow import told
from models.hazard_notices import ask_reporter, tell_lookback, tell_office
from models.hazard_states import CLOSED, LOOKBACK, WRITTEN_OFF
from models.hazards import Hazard, attach_photos, move
from models.policy import Policy


def lookback_due(session: Session, *, county: str, now: datetime, policy: Policy, limit: int = 100) -> int:
    """The tick: of the closed hazards whose day has come, all major and reopened ones and a share of the
    others are to be looked at; the rest are done. Those under look-back are called to mind again."""
    due = session.exec(
        select(Hazard)
        .where(Hazard.county == county, col(Hazard.lookback_at) <= now)
        .order_by(col(Hazard.lookback_at))
        .limit(limit)
    ).all()
    for hazard in due:
        with suppress(UserError):  # another process was quicker with this one
            _look(session, hazard, now, policy)
    return len(due)


def _look(session: Session, hazard: Hazard, now: datetime, policy: Policy) -> None:
    if hazard.state == CLOSED and _drawn(hazard, policy):
        _start(session, system(hazard.county), hazard, now, policy)
    elif hazard.state == CLOSED:
        _skip(session, hazard, now, policy)
    else:
        _call_to_mind(session, hazard, now, policy)


def _drawn(hazard: Hazard, policy: Policy) -> bool:
    """Nobody can know beforehand which of the general ones are drawn."""
    must = hazard.level == "major" or hazard.reopened > 0
    return must or secrets.randbelow(100) < policy.lookback_percent


def _again(now: datetime, policy: Policy) -> datetime:
    return now + timedelta(days=policy.lookback_again_days)


def _start(session: Session, by: Actor, hazard: Hazard, now: datetime, policy: Policy) -> None:
    hazard = move(
        session,
        by=by,
        hazard=hazard,
        action="start_lookback",
        now=now,
        policy=policy,
        changes={"lookback_at": _again(now, policy)},
    )
    told(session, hazard, by, now, policy)
    tell_lookback(session, hazard=hazard, now=now, policy=policy)


def _skip(session: Session, hazard: Hazard, now: datetime, policy: Policy) -> None:
    by = system(hazard.county)
    changes = {"lookback_at": None}
    move(session, by=by, hazard=hazard, action="skip_lookback", now=now, policy=policy, changes=changes)


def _call_to_mind(session: Session, hazard: Hazard, now: datetime, policy: Policy) -> None:
    """The look-back is still to be done, or its hazard has moved on and wants none."""
    waiting = hazard.state == LOOKBACK
    claimed = session.execute(
        update(Hazard)
        .where(
            col(Hazard.county) == hazard.county,
            col(Hazard.id) == hazard.id,
            col(Hazard.lookback_at) == hazard.lookback_at,
            col(Hazard.state) == hazard.state,
        )
        .values(lookback_at=_again(now, policy) if waiting else None)
        .execution_options(synchronize_session=False)
    )
    if claimed.rowcount == 1 and waiting:  # type: ignore[attr-defined]
        tell_lookback(session, hazard=hazard, now=now, policy=policy)


def start_lookback(session: Session, *, by: Actor, hazard: Hazard, now: datetime, policy: Policy) -> Hazard:
    """The office wants to look again before the day has come."""
    _start(session, by, hazard, now, policy)
    return hazard


def pass_lookback(
    session: Session,
    *,
    by: Actor,
    hazard: Hazard,
    note: str,
    photo_ids: list[int],
    now: datetime,
    policy: Policy,
) -> Hazard:
    """回头看合格: seen again, with a photo; it is done. Errors: photo-needed, own-work, own-unit, own-town,
    major-needs-authority, and those of `move`."""
    hazard = move(
        session,
        by=by,
        hazard=hazard,
        action="pass_lookback",
        now=now,
        policy=policy,
        changes={"lookback_at": None},
        given={"photos": photo_ids},
        reason=note,
    )
    attach_photos(session, hazard, "lookback", photo_ids, now)
    told(session, hazard, by, now, policy)
    return hazard


def reopen_hazard(
    session: Session,
    *,
    by: Actor,
    hazard: Hazard,
    reason: str,
    photo_ids: list[int],
    now: datetime,
    policy: Policy,
) -> Hazard:
    """反弹: it is back; it stands on the ledger again, to be assigned anew. Errors: reason-needed.

    What was fixed on the spot is not so any more: it cannot be confirmed by its old photo.
    """
    changes = {
        "reopened": hazard.reopened + 1,
        "closed_at": None,
        "closed_by": None,
        "lookback_at": None,
        "ask_at": None,
        "rechecked_by": None,
        "submitted_by": None,
        "spot_fixed": False,
        "notice_id": None,
        "due_at": None,
    }
    hazard = move(
        session,
        by=by,
        hazard=hazard,
        action="reopen",
        now=now,
        policy=policy,
        changes=changes,
        reason=reason,
    )
    attach_photos(session, hazard, "before", photo_ids, now)
    told(session, hazard, by, now, policy, reason=reason, about="reopened")
    tell_office(session, hazard=hazard, by=by, key="office-reopened", reason=reason, now=now, policy=policy)
    return hazard


def ask_due(session: Session, *, county: str, now: datetime, policy: Policy, limit: int = 100) -> int:
    """The tick: so many days after the closing each reporter is asked, once, whether it is really fixed."""
    due = session.exec(
        select(Hazard)
        .where(Hazard.county == county, col(Hazard.ask_at) <= now)
        .order_by(col(Hazard.ask_at))
        .limit(limit)
    ).all()
    for hazard in due:
        claimed = session.execute(
            update(Hazard)
            .where(
                col(Hazard.county) == county,
                col(Hazard.id) == hazard.id,
                col(Hazard.ask_at) == hazard.ask_at,
            )
            .values(ask_at=None)
            .execution_options(synchronize_session=False)
        )
        if claimed.rowcount == 1 and hazard.state in WRITTEN_OFF:  # type: ignore[attr-defined]
            ask_reporter(session, hazard=hazard, now=now, policy=policy)
    return len(due)


def confirm_fixed(session: Session, *, by: Actor, hazard: Hazard, now: datetime, policy: Policy) -> Hazard:
    """The reporter says that it is fixed. Pressed twice it changes nothing."""
    if by.person_id == hazard.reporter_id and _said_last(session, hazard) == "confirm_fixed":
        return hazard
    return move(session, by=by, hazard=hazard, action="confirm_fixed", now=now, policy=policy)


def _said_last(session: Session, hazard: Hazard) -> str:
    """What the reporter said last of a closed hazard; empty if nothing since the closing, or a look after it."""
    events = events_of(session, county=hazard.county, subject="hazard", subject_id=hazard.id)
    ends = ("close", "confirm_fixed", "doubt", "pass_lookback")
    said = [event.action for event in events if event.action in ends]
    return said[-1] if said and hazard.state in WRITTEN_OFF else ""


def doubt_fixed(
    session: Session, *, by: Actor, hazard: Hazard, said: str, now: datetime, policy: Policy
) -> Hazard:
    """The reporter says that it is not: somebody has to look again. Pressed twice it changes nothing."""
    if by.person_id == hazard.reporter_id and _said_last(session, hazard) == "doubt":
        return hazard
    hazard = move(
        session,
        by=by,
        hazard=hazard,
        action="doubt",
        now=now,
        policy=policy,
        changes={"lookback_at": _again(now, policy)},
        reason=said,
    )
    told(session, hazard, by, now, policy)
    tell_lookback(session, hazard=hazard, now=now, policy=policy, doubted=True)
    return hazard
