"""回复链接: the link by which a responsible unit without an account answers; made, found, counted, revoked.

Who holds one acts for the unit (Actor.link_unit), on the hazards of the link and on nothing else.
"""

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Index, UniqueConstraint, or_
from sqlalchemy import text as sql
from sqlmodel import Session, col, select, update

from models.audit import record
from models.base import Actor, CountyRow, Id, MaybeId, UserError, short, utc_field
from models.hazard_states import (
    ASSIGNED,
    AUTHORITY,
    CLOSED,
    COMPLETED,
    LOOKBACK,
    PASSED,
    RECTIFYING,
    SUBMITTED,
    WITH_OWNER,
)
from models.hazards import Hazard
from models.people import may
from models.policy import Policy
from models.text import text

TOKEN_BYTES = 16  # 128 random bits
SHOWN = (ASSIGNED, RECTIFYING, SUBMITTED, PASSED, CLOSED, LOOKBACK, COMPLETED)
CHANNEL = "link"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
_USE_COUNTS_AGAIN = timedelta(minutes=1)
_BY_HAZARD, _BY_NOTICE = "hazard_id IS NOT NULL", "notice_id IS NOT NULL"


class ReplyLink(CountyRow, table=True):
    """One link: of one unit, for one hazard or for the hazards of one notice. Only its token's hash is kept.

    `expires_at` is as it was made; a deadline that was extended meanwhile carries it on (`ends_at`).
    `uses` counts how often the page was opened, minutes apart.
    """

    __table_args__ = (
        UniqueConstraint("county", "token_hash"),
        Index(
            "ix_replylink_hazard",
            "county",
            "hazard_id",
            sqlite_where=sql(_BY_HAZARD),
            postgresql_where=sql(_BY_HAZARD),
        ),
        Index(
            "ix_replylink_notice",
            "county",
            "notice_id",
            sqlite_where=sql(_BY_NOTICE),
            postgresql_where=sql(_BY_NOTICE),
        ),
    )

    token_hash: str
    unit_id: Id
    hazard_id: MaybeId = None
    notice_id: MaybeId = None
    expires_at: datetime = utc_field()
    made_by: MaybeId = None
    made_at: datetime = utc_field()
    revoked_by: MaybeId = None
    revoked_at: datetime | None = utc_field(default=None, nullable=True)
    uses: int = 0
    last_used_at: datetime | None = utc_field(default=None, nullable=True)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def may_link(by: Actor, hazard: Hazard) -> bool:
    """Whether this actor may give out, or revoke, links for a hazard: the office, the sector's department."""
    return not hazard.hidden and may(by, AUTHORITY, area=hazard.area, sector=hazard.sector)


def make_link(
    session: Session, *, by: Actor, hazard: Hazard, now: datetime, policy: Policy
) -> tuple[ReplyLink, str]:
    """A further link for the unit a hazard, or its whole notice, was assigned to; and its token, shown this once.

    Those made before stay good. Errors: not-allowed, link-not-assigned, link-no-unit, link-no-address.
    """
    if not may_link(by, hazard):
        raise UserError("not-allowed")
    if hazard.state not in WITH_OWNER:
        raise UserError("link-not-assigned", number=hazard.number, state=text(f"state-{hazard.state}"))
    if hazard.assigned_unit_id is None:
        raise UserError("link-no-unit", number=hazard.number)
    if not policy.public_url:
        raise UserError("link-no-address")
    return issue_link(session, by, [hazard], now, policy)


def issue_link(
    session: Session, by: Actor, hazards: Sequence[Hazard], now: datetime, policy: Policy
) -> tuple[ReplyLink, str]:
    """A link for hazards of one assignment, without a look at who asks for it; and its token."""
    first, token = hazards[0], secrets.token_urlsafe(TOKEN_BYTES)
    assert first.assigned_unit_id is not None
    last_due = max(hazard.due_at or now for hazard in hazards)
    link = ReplyLink(
        county=first.county,
        token_hash=_hash(token),
        unit_id=first.assigned_unit_id,
        hazard_id=None if first.notice_id else first.id,
        notice_id=first.notice_id,
        expires_at=last_due + policy.reply_link_lasts,
        made_by=by.person_id,
        made_at=now,
    )
    session.add(link)
    session.flush()
    for hazard in hazards:
        noted = {"link": short(link.id), "expires_at": link.expires_at.isoformat()}
        record(
            session,
            by=by,
            subject="hazard",
            subject_id=hazard.id,
            action="make_link",
            now=now,
            after=noted,
        )
    return link, token


def revoke_links(session: Session, *, by: Actor, hazard: Hazard, now: datetime) -> int:
    """Make every link for a hazard and its notice worthless; how many were good. Errors: not-allowed."""
    if not may_link(by, hazard):
        raise UserError("not-allowed")
    done = session.execute(
        update(ReplyLink)
        .where(
            col(ReplyLink.county) == hazard.county,
            _of_hazard(hazard),
            col(ReplyLink.revoked_at).is_(None),
            col(ReplyLink.expires_at) > now,
        )
        .values(revoked_at=now, revoked_by=by.person_id)
        .execution_options(synchronize_session=False)
    )
    count = int(done.rowcount)  # type: ignore[attr-defined]
    if count:
        noted = {"links": count}
        record(
            session,
            by=by,
            subject="hazard",
            subject_id=hazard.id,
            action="revoke_link",
            now=now,
            after=noted,
        )
    return count


def _of_hazard(hazard: Hazard) -> ColumnElement[bool]:
    own = col(ReplyLink.hazard_id) == hazard.id
    return own if hazard.notice_id is None else or_(own, col(ReplyLink.notice_id) == hazard.notice_id)


def good_links(session: Session, *, hazard: Hazard, now: datetime) -> list[ReplyLink]:
    """The links for a hazard and its notice that still open, the newest last."""
    return list(
        session.exec(
            select(ReplyLink)
            .where(
                ReplyLink.county == hazard.county,
                _of_hazard(hazard),
                col(ReplyLink.revoked_at).is_(None),
                col(ReplyLink.expires_at) > now,
            )
            .order_by(col(ReplyLink.id))
        )
    )


def find_link(session: Session, *, county: str, token: str, now: datetime, policy: Policy) -> ReplyLink:
    """The link behind a token. Errors: link-unknown, link-revoked, link-expired."""
    link = None
    if _TOKEN.fullmatch(token):
        query = select(ReplyLink).where(ReplyLink.county == county, ReplyLink.token_hash == _hash(token))
        link = session.exec(query).first()
    if link is None:
        raise UserError("link-unknown")
    if link.revoked_at is not None:
        raise UserError("link-revoked")
    if now >= ends_at(link, hazards_of_link(session, link), policy):
        raise UserError("link-expired")
    return link


def ends_at(link: ReplyLink, hazards: Sequence[Hazard], policy: Policy) -> datetime:
    """When a link ends: as it was made, or so long after a deadline that was extended since."""
    dues = [hazard.due_at for hazard in hazards if hazard.due_at is not None and hazard.state in WITH_OWNER]
    return max([link.expires_at, *(due + policy.reply_link_lasts for due in dues)])


def hazards_of_link(session: Session, link: ReplyLink) -> list[Hazard]:
    """What the link shows: its hazards, as long as they are this unit's; never one that is hidden."""
    own = Hazard.id == link.hazard_id if link.notice_id is None else col(Hazard.notice_id) == link.notice_id
    return list(
        session.exec(
            select(Hazard)
            .where(
                Hazard.county == link.county,
                own,
                Hazard.assigned_unit_id == link.unit_id,
                col(Hazard.hidden).is_(False),
                col(Hazard.state).in_(SHOWN),
            )
            .order_by(col(Hazard.id))
        )
    )


def hazard_of_link(session: Session, link: ReplyLink, hazard_id: int) -> Hazard:
    """One of the link's hazards. Error: hazard-unknown, for every other."""
    for hazard in hazards_of_link(session, link):
        if hazard.id == hazard_id:
            return hazard
    raise UserError("hazard-unknown")


def note_use(session: Session, link: ReplyLink, now: datetime) -> None:
    """Count that the page was opened: once a minute at most."""
    session.execute(
        update(ReplyLink)
        .where(
            col(ReplyLink.county) == link.county,
            col(ReplyLink.id) == link.id,
            or_(col(ReplyLink.last_used_at).is_(None), col(ReplyLink.last_used_at) < now - _USE_COUNTS_AGAIN),
        )
        .values(uses=ReplyLink.uses + 1, last_used_at=now)
        .execution_options(synchronize_session=False)
    )
