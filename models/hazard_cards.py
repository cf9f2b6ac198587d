"""A hazard as people see it: its lines, its buttons, and the one card that is edited in place as it moves."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.audience import card_readers
from models.base import short
from models.commitments import commitments_of, missing_commitments
from models.criteria import Criterion
from models.followers import follower_count
from models.hazard_states import (
    ASSIGNED,
    CLOSED,
    LOOKBACK,
    OPEN,
    PASSED,
    RECTIFYING,
    REPORTED,
    SUBMITTED,
    VERIFIED,
    WITH_OWNER,
)
from models.hazards import Hazard, attached_ids
from models.outbox import CARD, Recipient, send_to
from models.people import Person
from models.places import area_index
from models.policy import Policy
from models.text import Text, button, content, series, text, when

Rows = list[list[dict[str, Any]]]
Lines = list[Text | str]


def where_line(session: Session, hazard: Hazard) -> Text:
    """Town, village, address and unit in one line."""
    area = area_index(session, county=hazard.county).path(hazard.area)
    return text("hazard-where", area=area, address=hazard.address, unit=hazard.unit_name or text("none"))


def headline(hazard: Hazard) -> Text:
    """Number, level and state."""
    level = hazard.level or ("suspected" if hazard.suspected_major else "ungraded")
    return text(
        "hazard-head", number=hazard.number, level=text(f"level-{level}"), state=text(f"state-{hazard.state}")
    )


def card_lines(session: Session, hazard: Hazard) -> Lines:
    """The facts of a hazard, as everyone who may see it sees them."""
    reporter = session.get(Person, (hazard.county, hazard.reporter_id))
    lines: Lines = [
        where_line(session, hazard),
        text("hazard-what", sector=text(f"sector-{hazard.sector}"), kind=text(f"kind-{hazard.kind}")),
        hazard.description,
        text("hazard-photos", count=len(attached_ids(session, hazard)), reason=hazard.no_photo_reason),
        text(
            "hazard-reported",
            name=reporter.name if reporter else "",
            phone=reporter.phone if reporter else "",
            at=when(hazard.reported_at),
        ),
    ]
    if hazard.lat is not None and hazard.lon is not None:
        lines.append(
            text("hazard-point", lat=f"{hazard.lat:.5f}", lon=f"{hazard.lon:.5f}", datum=hazard.datum)
        )
    if hazard.hidden:
        lines.append(text("hazard-hidden"))
    if hazard.spot_fixed:
        lines.append(text("hazard-spot-fixed"))
    if hazard.state in OPEN:
        count = follower_count(session, county=hazard.county, hazard_id=hazard.id)
        lines += [text("hazard-followers", count=count)] if count else []
    return [*lines, *_progress_lines(session, hazard)]


def _progress_lines(session: Session, hazard: Hazard) -> Lines:
    """How far it has come: its criterion, who must do it by when, what stands in the way."""
    lines: Lines = []
    if hazard.criterion_id and (cited := session.get(Criterion, hazard.criterion_id)):
        lines.append(text("hazard-criterion", document=cited.document_no, title=cited.title))
    if hazard.transferred_to:
        lines.append(text("hazard-transferred", to=hazard.transferred_to))
    if hazard.due_at and hazard.assigned_at:
        lines.append(_owner_line(session, hazard, hazard.due_at))
    if hazard.paused_days:
        lines.append(text("hazard-paused", days=hazard.paused_days))
    if hazard.state in WITH_OWNER and hazard.level == "major":
        missing = missing_commitments(session, hazard=hazard)
        if missing:
            names = series(text(f"commitment-{item}") for item in missing)
            lines.append(text("hazard-five-missing", names=names))
    if hazard.is_listed:
        lines.append(text(f"hazard-listed-{hazard.supervised}"))
    if hazard.is_suspended:
        lines.append(text("hazard-suspended"))
    if hazard.failed_rechecks:
        lines.append(text("hazard-failed", times=hazard.failed_rechecks))
    if hazard.reopened:
        lines.append(text("hazard-reopened", times=hazard.reopened))
    if hazard.submitted_at and hazard.submitted_at >= (hazard.assigned_at or hazard.submitted_at):
        after = len(attached_ids(session, hazard, "after"))
        lines.append(
            text(
                "hazard-fix", note=hazard.fix_note or text("none"), at=when(hazard.submitted_at), count=after
            )
        )
    return lines


def _owner_line(session: Session, hazard: Hazard, due_at: datetime) -> Text:
    owner = session.get(Person, (hazard.county, hazard.owner_id)) if hazard.owner_id else None
    if owner is not None:
        return text("hazard-owner", name=owner.name, phone=owner.phone, due=when(due_at))
    duty = commitments_of(session, county=hazard.county, hazard_id=hazard.id).get("duty")
    return text("hazard-owner", name=duty.value if duty else "", phone="", due=when(due_at))


def side_by_side(session: Session, hazard: Hazard, most: int = 4) -> list[list[int]]:
    """Photos before and after the work in pairs: the newest ones after, each beside one before."""
    before = attached_ids(session, hazard, "before")
    after = attached_ids(session, hazard, "after")[-most:]
    return (
        [[before[min(place, len(before) - 1)], photo] for place, photo in enumerate(after)] if before else []
    )


def _button(action: str, key: str) -> dict[str, Any]:
    return button(text(f"button-{action}"), f"a:{action}:{key}")


# What the office, or the sector's department, most probably does next; the rest is behind "more".
_NEXT: dict[str, tuple[tuple[str, ...], ...]] = {
    REPORTED: (("verify", "grade"), ("reject",)),
    VERIFIED: (("assign",),),
    ASSIGNED: (),
    RECTIFYING: (),
    SUBMITTED: (("pass", "fail"),),
    PASSED: (("close",),),
    CLOSED: (),
    LOOKBACK: (("pass_lookback", "reopen"),),
}


def office_buttons(hazard: Hazard, *, department: bool = False) -> Rows:
    """What the office (or the sector's `department`, which closes and delists nothing) may do, by one tap."""
    key = short(hazard.id)
    rows = [[_button(action, key) for action in row] for row in _NEXT.get(hazard.state, ())]
    if department and hazard.state == PASSED:
        rows = []
    if hazard.state == REPORTED and hazard.spot_fixed and not hazard.suspected_major:
        rows.insert(0, [_button("confirm_spot_fix", key)])
    if hazard.hidden:
        rows.insert(0, [_button("hand_over", key)])
    if hazard.state == PASSED and hazard.is_listed and not department:
        rows.insert(0, [_button("delist", key)])
    if hazard.state == PASSED and hazard.is_suspended:
        rows.insert(0, [_button("resume_production", key)])
    return [*rows, [_button("further", key), _button("see", key)]]


def town_buttons(hazard: Hazard) -> Rows:
    """What a town's officer may do; nothing of that with a hazard that is the town's own to rectify."""
    key = short(hazard.id)
    rows: Rows = []
    if hazard.assigned_area is not None:
        return [[_button("more", key), _button("see", key)]]
    if hazard.state == SUBMITTED and hazard.level != "major":
        rows.append([_button("pass", key), _button("fail", key)])
    if hazard.state == REPORTED and hazard.spot_fixed and not hazard.suspected_major:
        rows.append([_button("confirm_spot_fix", key)])
    if hazard.state == LOOKBACK and hazard.level != "major":
        rows.append([_button("pass_lookback", key), _button("reopen", key)])
    return [*rows, [_button("further", key), _button("see", key)]]


def owner_buttons(hazard: Hazard) -> Rows:
    """What the responsible side may do next, by one tap."""
    key = short(hazard.id)
    tail = [_button("further", key), _button("see", key)]
    if hazard.state == ASSIGNED and hazard.level == "major":
        return [[_button("five", key), _button("accept", key)], tail]
    if hazard.state == ASSIGNED:
        return [[_button("accept", key), _button("fix", key)], tail]
    if hazard.state == RECTIFYING:
        return [[_button("fix", key)], tail]
    return [[_button("see", key)]]


def update_cards(
    session: Session, *, hazard: Hazard, now: datetime, policy: Policy, urgent: bool = False
) -> None:
    """Send or edit the hazard's one card at the office, the sector's department, the town and their groups.

    Of a covert finding only the office has one, until it is handed over.
    """
    office, department, town = card_readers(
        session, county=hazard.county, area=hazard.area, sector=hazard.sector
    )
    readers = [(office, office_buttons(hazard))]
    if not hazard.hidden:
        readers += [(department, office_buttons(hazard, department=True)), (town, town_buttons(hazard))]
    if not any(recipient.account for recipients, _ in readers for recipient in recipients):
        return
    lines = [headline(hazard), *card_lines(session, hazard)]
    for recipients, buttons in readers:
        _send_card(session, hazard, recipients, content(*lines, buttons=buttons), now, policy, urgent)


def _send_card(
    session: Session,
    hazard: Hazard,
    recipients: list[Recipient],
    body: dict[str, Any],
    now: datetime,
    policy: Policy,
    urgent: bool,
) -> None:
    send_to(
        session,
        [recipient for recipient in recipients if recipient.account],
        county=hazard.county,
        body=body,
        kind=CARD,
        now=now,
        policy=policy,
        card=f"hazard:{short(hazard.id)}",
        dedup=f"card:{short(hazard.id)}:{hazard.row_version}",
        subject=("hazard", hazard.id),
        urgent=urgent,
    )
