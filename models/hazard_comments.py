"""What others say to a hazard: a comment with photos, and "me too"."""

from datetime import datetime

from sqlmodel import Session

from models.audit import record
from models.base import Actor, UserError
from models.followers import add_follower
from models.hazard_cards import update_cards
from models.hazard_notices import (
    tell_comment,
    tell_followed,
)
from models.hazard_sight import hazard_by_id
from models.hazard_states import MAY_REPORT, OPEN
from models.hazards import Hazard, attach_photos, touch
from models.policy import Policy
from models.text import text

COMMENT_MAX = 1000


def comment_on(
    session: Session,
    *,
    by: Actor,
    hazard: Hazard,
    said: str,
    photo_ids: list[int],
    now: datetime,
    policy: Policy,
) -> None:
    """A word on a hazard, with photos, from anyone who may see it; the others involved hear of it.

    Errors: hazard-unknown (not theirs to see), comment-empty, too-long.
    """
    hazard = hazard_by_id(session, by=by, hazard_id=hazard.id)
    said = said.strip()
    if not said and not photo_ids:
        raise UserError("comment-empty")
    if len(said) > COMMENT_MAX:
        raise UserError("too-long", most=COMMENT_MAX, length=len(said))
    _put_down(session, by, hazard, "comment", "comment", said, photo_ids, now)
    tell_comment(session, hazard=hazard, by=by, said=said, photo_ids=photo_ids, now=now, policy=policy)


def follow_hazard(
    session: Session,
    *,
    by: Actor,
    hazard: Hazard,
    said: str,
    photo_ids: list[int],
    now: datetime,
    policy: Policy,
) -> bool:
    """ "Me too": follow an open hazard instead of reporting it again, adding what one saw; whether it is new.

    Errors: not-allowed (who may not report; a covert finding is offered to nobody), hazard-moved-on.
    """
    if hazard.hidden or by.person_id is None or not by.has(*MAY_REPORT):
        raise UserError("not-allowed")
    _check_is_open(hazard)
    touch(session, hazard)
    _check_is_open(hazard)  # nobody can move it any more
    new = hazard.reporter_id != by.person_id and add_follower(
        session, county=by.county, hazard_id=hazard.id, person_id=by.person_id, now=now
    )
    _put_down(session, by, hazard, "follow", "before", said, photo_ids, now)
    update_cards(session, hazard=hazard, now=now, policy=policy)
    tell_followed(session, hazard=hazard, by=by, said=said, photo_ids=photo_ids, now=now, policy=policy)
    return bool(new)


def _put_down(
    session: Session,
    by: Actor,
    hazard: Hazard,
    action: str,
    photo_kind: str,
    said: str,
    photo_ids: list[int],
    now: datetime,
) -> None:
    """The words as an event, the photos with the hazard."""
    attach_photos(session, hazard, photo_kind, photo_ids, now)
    after = {"photos": len(photo_ids), "files": photo_ids}
    record(
        session,
        by=by,
        subject="hazard",
        subject_id=hazard.id,
        action=action,
        now=now,
        after=after,
        reason=said,
    )


def _check_is_open(hazard: Hazard) -> None:
    if hazard.state not in OPEN:
        raise UserError("hazard-moved-on", number=hazard.number, state=text(f"state-{hazard.state}"))
