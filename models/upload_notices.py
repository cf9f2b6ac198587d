"""What someone who sent a roster is answered once it has been read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlmodel import Session

from models.base import Actor, UserError, short
from models.outbox import NOTICE, Chat, Recipient, send_to
from models.people import ADMIN, SAFETY_OFFICE, Person
from models.policy import Policy
from models.roster_period import NoPeriod
from models.text import Part, Text, button, content, day, series, text, when

if TYPE_CHECKING:
    from models.uploads import Upload

NAMES_MOST = 10


@dataclass(frozen=True)
class Preview:
    """What publishing a roster would do."""

    period_id: int
    period: str
    starts_at: datetime
    ends_at: datetime
    posts: int
    shifts: int
    added: int
    changed: int
    removed: int
    told: int
    new_posts: list[str]
    new_people: list[str]
    without_chat: list[str]
    review: list[Part] = field(default_factory=list)


def file_name(name: str) -> Text:
    """A file's name in a sentence; not every channel tells one."""
    return text("upload-named", name=name) if name else text("upload-nameless")


def names_line(key: str, names: Sequence[str]) -> list[Part]:
    """A line that counts people or posts and names the first of them; none for nobody."""
    if not names:
        return []
    shown = [*names[:NAMES_MOST], *(["…"] if len(names) > NAMES_MOST else [])]
    return [text(key, count=len(names), names=series(shown))]


def tell_preview(
    session: Session, upload: "Upload", person: Person, preview: Preview, *, now: datetime, policy: Policy
) -> None:
    """The roster is in order: what it would change, and the two buttons."""
    lines: list[Part] = [
        text("upload-read", name=file_name(upload.name)),
        text(
            "upload-period",
            period=preview.period,
            starts=when(preview.starts_at),
            ends=when(preview.ends_at),
        ),
        text("upload-shifts", posts=preview.posts, shifts=preview.shifts),
        text("upload-changes", added=preview.added, changed=preview.changed, removed=preview.removed),
        *names_line("upload-new-posts", preview.new_posts),
        *names_line("upload-new-people", preview.new_people),
        *names_line("upload-without-chat", preview.without_chat),
        *preview.review,
        text("upload-ask", told=preview.told),
    ]
    key = short(upload.id)
    buttons = [
        [
            button(text("button-publish"), f"a:publish:{key}"),
            button(text("button-discard"), f"a:discard:{key}"),
        ]
    ]
    _tell(session, upload, person, content(*lines, buttons=buttons), now, policy)


def tell_fault(
    session: Session, upload: "Upload", person: Person, error: UserError, *, now: datetime, policy: Policy
) -> None:
    """Why the file was not taken."""
    body = content(text("upload-refused", name=file_name(upload.name)), text(error.key, **error.params))
    _tell(session, upload, person, body, now, policy)


def tell_no_period(
    session: Session,
    upload: "Upload",
    person: Person,
    by: Actor,
    error: NoPeriod,
    *,
    now: datetime,
    policy: Policy,
) -> None:
    """No key period fits; whoever may make one is offered that."""
    lines: list[Part] = [text("upload-refused", name=file_name(upload.name))]
    lines.append(text(error.key, first=day(error.first), last=day(error.last)))
    if not by.has(SAFETY_OFFICE, ADMIN):
        _tell(session, upload, person, content(*lines, text("upload-no-period-ask")), now, policy)
        return
    offer = button(text("button-new-period"), f"a:newperiod:{short(upload.id)}")
    lines.append(text("upload-no-period-make"))
    _tell(session, upload, person, content(*lines, buttons=[[offer]]), now, policy)


def _tell(
    session: Session, upload: "Upload", person: Person, body: dict[str, Any], now: datetime, policy: Policy
) -> None:
    """In the chat the file came from, at any hour: they are waiting."""
    chat = Chat(upload.channel, upload.address)
    send_to(
        session,
        [Recipient(person.id, person.lang, chat)],
        county=upload.county,
        body=body,
        kind=NOTICE,
        now=now,
        policy=policy,
        subject=("upload", upload.id),
        urgent=True,
    )
