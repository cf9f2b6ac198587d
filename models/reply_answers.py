"""What a unit does by its reply link: the moves of its owner, with who answered kept in place of a person."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from models.base import Actor, UserError
from models.commitments import DUTY, commitments_of, missing_commitments
from models.hazard_flow import accept_hazard, commit_to, settle, submit_fix
from models.hazard_states import ASSIGNED
from models.hazards import Hazard
from models.policy import Policy
from models.reply_links import CHANNEL, ReplyLink
from models.reply_notices import unit_name

NAME_MAX = 20
_PHONE = re.compile(r"[+(]?[0-9][0-9 ()-]{5,18}[0-9]")


def checked_answerer(name: str, phone: str) -> tuple[str, str]:
    """Who answers, as they say: a name and a telephone. Errors: answer-name, answer-phone."""
    name, phone = " ".join(name.split()), phone.strip()
    if not name or len(name) > NAME_MAX or not any(letter.isalpha() for letter in name):
        raise UserError("answer-name", most=NAME_MAX)
    if not _PHONE.fullmatch(phone):
        raise UserError("answer-phone")
    return name, phone


def link_actor(link: ReplyLink, *, signed: str, phone: str) -> Actor:
    """The unit as one who acts; `signed` is the name that the records bear."""
    return Actor(link.county, None, signed, CHANNEL, (), link.unit_id, phone)


def accept_by_link(session: Session, *, by: Actor, hazard: Hazard, now: datetime, policy: Policy) -> None:
    """接收; who accepts is noted as responsible, as a person with an account would be. Errors: those of
    `accept_hazard`."""
    _sign(session, by, hazard, now)
    accept_hazard(session, by=by, hazard=hazard, now=now, policy=policy)


def accept_all_by_link(
    session: Session, *, by: Actor, hazards: Sequence[Hazard], now: datetime, policy: Policy
) -> int:
    """Accept what can be accepted as it stands; how many. Error: accepted-none."""
    ready = [
        hazard
        for hazard in hazards
        if hazard.state == ASSIGNED and not missing_commitments(session, hazard=hazard)
    ]
    if not ready:
        raise UserError("accepted-none")
    for hazard in ready:
        accept_by_link(session, by=by, hazard=hazard, now=now, policy=policy)
    return len(ready)


def commit_by_link(
    session: Session,
    *,
    by: Actor,
    hazard: Hazard,
    values: dict[str, str],
    reason: str,
    now: datetime,
    policy: Policy,
) -> None:
    """五落实: settle what was filled in; once all five stand, the work begins. Errors: those of `commit_to`,
    five-missing."""
    for item, value in values.items():
        commit_to(
            session, by=by, hazard=hazard, item=item, value=value, now=now, policy=policy, reason=reason
        )
    if hazard.state == ASSIGNED:
        accept_by_link(session, by=by, hazard=hazard, now=now, policy=policy)


def fix_by_link(
    session: Session,
    *,
    by: Actor,
    hazard: Hazard,
    note: str,
    photo_ids: list[int],
    now: datetime,
    policy: Policy,
) -> None:
    """整改完成. Errors: those of `submit_fix`."""
    _sign(session, by, hazard, now)
    submit_fix(session, by=by, hazard=hazard, note=note, photo_ids=photo_ids, now=now, policy=policy)


def _sign(session: Session, by: Actor, hazard: Hazard, now: datetime) -> None:
    """责任: of a unit to which nobody belongs here, the one who answers; not where a person was named."""
    if hazard.owner_id is not None:
        return
    value = f"{unit_name(session, hazard)} {by.name} {by.link_phone}"
    former = commitments_of(session, county=hazard.county, hazard_id=hazard.id).get(DUTY)
    if former is None or former.value != value:
        settle(session, by=by, hazard=hazard, item=DUTY, value=value, now=now)
