"""A roster that was shared out and is shown first: kept between the preview and the tap that publishes it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col

from models.audit import record
from models.base import (
    Actor,
    CountyRow,
    Id,
    MaybeId,
    UserError,
    compare_and_set,
    json_field,
    savepoint,
    utc_field,
)
from models.coverage import overlaps
from models.duty import KeyPeriod, Post
from models.duty_publish import publish_roster
from models.periods import period_by_id
from models.policy import Policy
from models.posts import save_post
from models.roster_import import grant_duty_roles
from models.roster_rules import ShiftRow
from models.rota_plan import RotaPlan, Wish, plan_rota, running_rows, wish_of
from models.shift_changes import Published

PROPOSED, PUBLISHED, DISCARDED = "proposed", "published", "discarded"
_OVER = {PUBLISHED: "rota-published", DISCARDED: "rota-discarded"}


class RotaProposal(CountyRow, table=True):
    """One proposal of a period. `rows` are its shifts, `wish` what it was made from (rota_plan.Wish), and
    `form` the answers of the form that asked for it, so that it can be asked again."""

    period_id: Id
    person_id: MaybeId = None
    state: str = PROPOSED
    wish: dict[str, Any] = json_field(dict)
    rows: list[Any] = json_field(list)
    form: dict[str, Any] = json_field(dict)
    created_at: datetime = utc_field()
    done_at: datetime | None = utc_field(default=None, nullable=True)


@dataclass(frozen=True)
class Proposed:
    """A proposal with what it says and what publishing it would change."""

    proposal: RotaProposal
    plan: RotaPlan
    would: Published


def propose(
    session: Session,
    *,
    by: Actor,
    period: KeyPeriod,
    wish: Wish,
    now: datetime,
    policy: Policy,
    form: dict[str, Any] | None = None,
) -> Proposed:
    """Share a roster out and keep it to be looked at; nothing of it holds yet.

    Errors: those of `plan_rota` and `publish_roster`, which is tried and undone.
    """
    plan = plan_rota(session, by=by, period=period, wish=wish, now=now, policy=policy)
    proposal = RotaProposal(
        county=by.county,
        period_id=period.id,
        person_id=by.person_id,
        wish=wish.as_json(),
        rows=[_as_json(row) for row in plan.rows],
        form=form or {},
        created_at=now,
    )
    session.add(proposal)
    _event(session, by, proposal, "propose", now)
    return Proposed(proposal, plan, _rehearse(session, by, period, wish, plan.rows, now, policy))


class _Undone(Exception):
    """Ends a rehearsal."""


def _rehearse(
    session: Session,
    by: Actor,
    period: KeyPeriod,
    wish: Wish,
    rows: list[ShiftRow],
    now: datetime,
    policy: Policy,
) -> Published:
    """Publish it and undo that: what it would change is known exactly."""
    seen: list[Published] = []
    if not rows:
        return Published()
    try:
        with savepoint(session):
            seen.append(_publish(session, by, period, wish, rows, now, policy))
            raise _Undone
    except _Undone:
        session.expire_all()  # what was read inside is no longer so
    return seen[0]


def _publish(
    session: Session,
    by: Actor,
    period: KeyPeriod,
    wish: Wish,
    rows: list[ShiftRow],
    now: datetime,
    policy: Policy,
) -> Published:
    """The posts take on the pattern that the shifts were made by."""
    for post_id in wish.post_ids:
        post = session.get_one(Post, (by.county, post_id))
        if wish.starts and post.starts != list(wish.starts):
            save_post(session, by=by, now=now, post=post, starts=list(wish.starts))
    grant_duty_roles(session, by.county, [each for row in rows for each in row.people])
    return publish_roster(session, by=by, period=period, rows=rows, now=now, policy=policy)


def _as_json(row: ShiftRow) -> list[Any]:
    hours = [row.starts_at.isoformat(), row.ends_at.isoformat()]
    return [row.post_id, *hours, [list(each) for each in row.people], row.note]


def rows_of(proposal: RotaProposal) -> list[ShiftRow]:
    """The proposal's shifts."""
    return [
        ShiftRow(
            post_id,
            datetime.fromisoformat(starts),
            datetime.fromisoformat(ends),
            tuple((person_id, role) for person_id, role in people),
            note,
        )
        for post_id, starts, ends, people, note in proposal.rows
    ]


def own_proposal(session: Session, *, by: Actor, proposal_id: int) -> RotaProposal:
    """A proposal of the actor's own. Error: rota-unknown-proposal."""
    proposal = session.get(RotaProposal, (by.county, proposal_id))
    if proposal is None or proposal.person_id != by.person_id:
        raise UserError("rota-unknown-proposal")
    return proposal


def publish_proposal(
    session: Session, *, by: Actor, proposal_id: int, now: datetime, policy: Policy
) -> tuple[KeyPeriod, Published]:
    """Publish a proposal; what has begun meanwhile stays as it stands.

    Errors: rota-unknown-proposal, rota-published, rota-discarded, and those of `publish_roster` where
    something has changed since.
    """
    proposal = own_proposal(session, by=by, proposal_id=proposal_id)
    _move(session, proposal, PUBLISHED, now)
    period = period_by_id(session, county=by.county, period_id=proposal.period_id)
    wish = wish_of(proposal.wish)
    rows = running_rows(session, period=period, post_ids=wish.post_ids, now=now)
    held = [(row.post_id, row.span) for row in rows]
    rows += [
        row
        for row in rows_of(proposal)
        if row.starts_at > now
        and not any(post == row.post_id and overlaps(span, row.span) for post, span in held)
    ]
    done = _publish(session, by, period, wish, rows, now, policy)
    _event(session, by, proposal, "publish", now)
    return period, done


def discard_proposal(session: Session, *, by: Actor, proposal_id: int, now: datetime) -> RotaProposal:
    """Give a proposal up. Errors: rota-unknown-proposal, rota-published, rota-discarded."""
    proposal = own_proposal(session, by=by, proposal_id=proposal_id)
    _move(session, proposal, DISCARDED, now)
    _event(session, by, proposal, "discard", now)
    return proposal


def _move(session: Session, proposal: RotaProposal, state: str, now: datetime) -> None:
    if not compare_and_set(session, proposal, col(RotaProposal.state) == PROPOSED, state=state, done_at=now):
        raise UserError(_OVER[proposal.state])


def _event(session: Session, by: Actor, proposal: RotaProposal, action: str, now: datetime) -> None:
    session.flush()
    after = {"period": proposal.period_id, "shifts": len(proposal.rows)}
    record(session, by=by, subject="rota", subject_id=proposal.id, action=action, now=now, after=after)
