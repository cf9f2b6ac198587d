"""What a reply link's page shows: the unit's hazards as the unit may see them.

Nothing here names the reporter (安全生产法 Art 74: who reports a danger is protected), nor anyone else.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.audit import Event, events_of
from models.base import Actor
from models.commitments import commitments_of
from models.criteria import Criterion
from models.extensions import APPROVED, PENDING, Extension, extensions_of
from models.files import File
from models.hazard_states import ASSIGNED, BY_ACTION, RECTIFYING, SUBMITTED, WITH_OWNER, WRITTEN_OFF
from models.hazards import Hazard, attached_ids, may_move
from models.places import area_index
from models.policy import Policy
from models.reply_links import CHANNEL, ReplyLink, hazards_of_link
from models.text import Text, text, when
from models.units import Unit

PHOTO_KINDS = ("before", "after")


@dataclass(frozen=True)
class ShownHazard:
    """One hazard of the page. `days` until the deadline's day (negative: over), `late` once it is over;
    photos by their ids; `five`: what is settled of the five; `can`: what the unit may do with it now."""

    id: int
    number: str
    state: str
    major: bool
    head: Text
    facts: tuple[Text, ...]
    due_at: datetime | None
    days: int
    late: bool
    notes: tuple[Text, ...]
    warnings: tuple[Text, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]
    five: tuple[tuple[str, str], ...]
    can: tuple[str, ...]


@dataclass(frozen=True)
class LinkView:
    """The page: whose it is, and its hazards. `finished`: nothing of it is the unit's any more."""

    county: str
    unit: str
    phone: str
    hazards: tuple[ShownHazard, ...]

    @property
    def finished(self) -> bool:
        return all(each.state in WRITTEN_OFF for each in self.hazards)

    @property
    def waiting(self) -> int:
        """How many wait for the unit."""
        return sum(each.state in WITH_OWNER for each in self.hazards)


def link_view(session: Session, link: ReplyLink, *, now: datetime, policy: Policy) -> LinkView:
    """Everything that the link's page shows."""
    unit = session.get(Unit, (link.county, link.unit_id))
    shown = tuple(_shown(session, link, hazard, now, policy) for hazard in hazards_of_link(session, link))
    county = area_index(session, county=link.county).name(link.county)
    return LinkView(county, unit.name if unit else "", policy.office_phone, shown)


def _shown(session: Session, link: ReplyLink, hazard: Hazard, now: datetime, policy: Policy) -> ShownHazard:
    held = _while_held(events_of(session, county=link.county, subject="hazard", subject_id=hazard.id))
    wishes = [each for each in extensions_of(session, hazard=hazard) if each.asked_at >= _since(hazard)]
    due, with_owner = hazard.due_at, hazard.state in WITH_OWNER
    stored = {kind: _stored(session, hazard, kind) for kind in PHOTO_KINDS}
    settled = commitments_of(session, county=link.county, hazard_id=hazard.id)
    return ShownHazard(
        id=hazard.id,
        number=hazard.number,
        state=hazard.state,
        major=hazard.level == "major",
        head=text(f"reply-level-{hazard.level or 'general'}"),
        facts=_facts(session, hazard),
        due_at=due,
        days=(policy.local(due).date() - policy.local(now).date()).days if due else 0,
        late=due is not None and with_owner and due <= now,
        notes=_notes(hazard, wishes[-1] if wishes else None) if with_owner else (),
        warnings=_warnings(hazard, held),
        before=stored["before"],
        after=stored["after"],
        five=tuple((item, row.value) for item, row in settled.items()) if hazard.level == "major" else (),
        can=_can(link, hazard, pending=any(each.state == PENDING for each in wishes)),
    )


def _facts(session: Session, hazard: Hazard) -> tuple[Text, ...]:
    """Where and what; of a major one by which criterion."""
    area = area_index(session, county=hazard.county).path(hazard.area)
    facts = [
        text("reply-where", area=area, address=hazard.address),
        text("reply-kind", sector=text(f"sector-{hazard.sector}"), kind=text(f"kind-{hazard.kind}")),
        text("reply-what", said=hazard.description),
    ]
    if hazard.unit_name and hazard.unit_id != hazard.assigned_unit_id:
        facts.insert(1, text("reply-at", unit=hazard.unit_name))
    cited = session.get(Criterion, hazard.criterion_id) if hazard.criterion_id else None
    if cited is not None:
        facts.append(text("hazard-criterion", document=cited.document_no, title=cited.title))
    return tuple(facts)


def _since(hazard: Hazard) -> datetime:
    return hazard.assigned_at or hazard.reported_at


def _while_held(events: list[Event]) -> list[Event]:
    """What happened since it was assigned last."""
    last = max((place for place, event in enumerate(events) if event.action == "assign"), default=0)
    return events[last:]


def _warnings(hazard: Hazard, held: list[Event]) -> tuple[Text, ...]:
    """What was said at a failed re-check, and what the unit must stop."""
    found = []
    failed = [event for event in held if event.action == "fail_recheck"]
    if failed and hazard.state == RECTIFYING:
        found.append(text("reply-failed", at=when(failed[-1].at), reason=failed[-1].reason))
    if hazard.is_suspended:
        found.append(text("reply-suspended"))
    if hazard.is_listed:
        found.append(text("reply-listed", level=text(f"supervised-{hazard.supervised}")))
    return tuple(found)


def _notes(hazard: Hazard, wish: Extension | None) -> tuple[Text, ...]:
    """What became of the last wish for a later deadline."""
    if wish is None:
        return ()
    if wish.state == PENDING:
        return (text("reply-extension-pending", until=when(wish.new_due)),)
    if wish.state == APPROVED:
        return (text("reply-extension-approved", days=hazard.paused_days),)
    return (text("reply-extension-refused", reason=wish.decision),)


def _can(link: ReplyLink, hazard: Hazard, *, pending: bool) -> tuple[str, ...]:
    """The moves to be offered, the likeliest first. A major one is accepted by filling in the five."""
    by = Actor(link.county, None, "", CHANNEL, (), link.unit_id)
    begins = "commit" if hazard.level == "major" else "accept"
    wanted = [begins, "submit_fix"] if hazard.state == ASSIGNED else ["submit_fix"]
    wanted += ["comment"] if hazard.state in (*WITH_OWNER, SUBMITTED) else []
    wanted += [] if pending else ["ask_extension"]
    wanted += ["commit"] if hazard.level == "major" and hazard.state == RECTIFYING else []
    wanted.append("hand_back")
    if hazard.level == "major" and hazard.state == ASSIGNED:
        wanted.remove("submit_fix")
    return tuple(
        action
        for action in wanted
        if action == "comment" or (hazard.state in BY_ACTION[action].before and may_move(by, hazard, action))
    )


def _stored(session: Session, hazard: Hazard, kind: str) -> tuple[int, ...]:
    """The photos of one kind that lie in storage."""
    ids = attached_ids(session, hazard, kind)
    if not ids:
        return ()
    query = select(File.id).where(
        File.county == hazard.county, col(File.id).in_(ids), col(File.sha256).is_not(None)
    )
    stored = set(session.exec(query))
    return tuple(each for each in ids if each in stored)


def photo_of_link(session: Session, link: ReplyLink, file_id: int) -> str | None:
    """The hash of a photo, if one of the link's hazards shows it."""
    for hazard in hazards_of_link(session, link):
        if any(file_id in attached_ids(session, hazard, kind) for kind in PHOTO_KINDS):
            file = session.get(File, (link.county, file_id))
            return file.sha256 if file is not None else None
    return None
