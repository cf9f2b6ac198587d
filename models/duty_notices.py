"""What people are told of their duty: the lines of a shift, and the message of each step."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.audience import as_recipients, recipients_for
from models.base import short
from models.duty import DEPUTY, Post, Shift, ShiftDuty, duties_of
from models.outbox import NOTICE, send_to
from models.people import Person
from models.policy import OFFICE, Policy
from models.text import Part, Text, button, content, text, when

_Rows = list[list[dict[str, Any]]]
INCIDENT_ROW: _Rows = [
    [button(text("menu-incident"), "c:incident")]
]  # what someone on duty must find at once


def role_name(role: str) -> Text:
    """带班领导, B角, 值班人员."""
    return text(f"duty-role-{role}")


def shift_line(shift: Shift, post: Post, role: str) -> Text:
    """Post, role and hours in one line."""
    return text(
        "duty-shift",
        post=post.name,
        role=role_name(role),
        starts=when(shift.starts_at),
        ends=when(shift.ends_at),
    )


def place_lines(post: Post) -> list[Part]:
    """Where the post is and its telephone, as far as known."""
    lines: list[Part] = []
    if post.place:
        lines.append(text("duty-place", place=post.place))
    if post.phone:
        lines.append(text("duty-post-phone", phone=post.phone))
    return lines


def team_lines(session: Session, shift: Shift, *, without: int | None = None) -> list[Part]:
    """Who else stands this shift, with telephone."""
    lines: list[Part] = []
    for duty in duties_of(session, county=shift.county, shift_ids=[shift.id])[shift.id]:
        if duty.person_id != without:
            lines.append(person_line(session, duty))
    return lines


def person_line(session: Session, duty: ShiftDuty) -> Text:
    """One person of a shift: role, name, telephone."""
    person = session.get(Person, (duty.county, duty.person_id))
    name, phone = (person.name, person.phone) if person else ("", "")
    return text("duty-person", role=role_name(duty.role), name=name, phone=phone or text("duty-no-phone"))


def checkin_buttons(duty: ShiftDuty) -> _Rows:
    """The one tap by which someone says that they are there."""
    return [[button(text("button-checkin"), f"a:checkin:{short(duty.id)}")]]


def takeover_buttons(duty: ShiftDuty) -> _Rows:
    """For the office, to put someone else on at once."""
    return [[button(text("button-takeover"), f"a:takeover:{short(duty.id)}")]]


def tell_duty(
    session: Session,
    *,
    duty: ShiftDuty,
    lines: Iterable[Part],
    kind: str,
    step: str,
    now: datetime,
    policy: Policy,
    buttons: _Rows | None = None,
    urgent: bool = True,
) -> None:
    """Say one step to the person whose duty it is; each step of a shift once."""
    person = session.get(Person, (duty.county, duty.person_id))
    if person is None:
        return
    send_to(
        session,
        as_recipients(session, [person]),
        county=duty.county,
        body=content(*lines, buttons=[*(buttons or []), *INCIDENT_ROW]),
        kind=kind,
        now=now,
        policy=policy,
        dedup=f"duty:{short(duty.id)}:{step}",
        subject=("duty", duty.id),
        urgent=urgent,
    )


def tell_office(
    session: Session,
    *,
    county: str,
    lines: Iterable[Part],
    now: datetime,
    policy: Policy,
    area: str | None = None,
    audiences: Iterable[str] = (OFFICE,),
    subject: tuple[str, int] | None = None,
    dedup: str | None = None,
    urgent: bool = True,
    without: int | None = None,
    buttons: _Rows | None = None,
) -> int:
    """Tell the office (or other audiences) and the groups bound for it."""
    recipients = recipients_for(session, county=county, audiences=audiences, area=area)
    return send_to(
        session,
        [recipient for recipient in recipients if without is None or recipient.person_id != without],
        county=county,
        body=content(*lines, buttons=buttons),
        kind=NOTICE,
        now=now,
        policy=policy,
        dedup=dedup,
        subject=subject,
        urgent=urgent,
    )


def deputies(duties: Iterable[ShiftDuty]) -> list[ShiftDuty]:
    """The B角 among those of a shift."""
    return [duty for duty in duties if duty.role == DEPUTY]
