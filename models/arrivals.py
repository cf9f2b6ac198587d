"""Who writes in a chat and what stands open there: looked up for all events that are handled together."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, exists, literal_column
from sqlmodel import Session, and_, select

from models.base import Grant
from models.drafts import ACTIVE, PARKED, Draft
from models.inbox import InboxRow
from models.people import Account, Person, Role

_ACCOUNT = Account.__table__  # type: ignore[attr-defined]
_PERSON = Person.__table__  # type: ignore[attr-defined]
_DRAFT = Draft.__table__  # type: ignore[attr-defined]
_PUT_ASIDE = _DRAFT.alias("put_aside")
_ROLE = Role.__table__  # type: ignore[attr-defined]
_INBOX = InboxRow.__table__  # type: ignore[attr-defined]


class EventKey(NamedTuple):
    """An event as it is known by: the channel's name, the chat, the channel's own id."""

    channel: str
    address: str
    event_id: str


class Sender(NamedTuple):
    """The chat's account, its person with their roles, the form open in it, and whether others are put aside.

    Nothing is set for a stranger.
    """

    person_id: int | None = None
    active: bool = False
    seen_at: datetime | None = None
    name: str = ""
    lang: str = "zh-CN"
    person_active: bool = False
    home: str | None = None
    draft_id: int | None = None
    form: str = ""
    form_version: int = 0
    state: Any = None
    row_version: int = 0
    parked: bool = False
    grants: tuple[Grant, ...] = ()


class Arrival(NamedTuple):
    """An event's sender; `taken`: it was handled before, and `reply_id` answered it."""

    sender: Sender
    taken: bool = False
    reply_id: int | None = None


_PARKED: Any = (
    select(literal_column("1"))
    .select_from(_PUT_ASIDE)
    .where(
        _PUT_ASIDE.c.county == _ACCOUNT.c.county,
        _PUT_ASIDE.c.channel == _ACCOUNT.c.channel,
        _PUT_ASIDE.c.address == _ACCOUNT.c.address,
        _PUT_ASIDE.c.status == literal_column(f"'{PARKED}'"),  # as below
    )
)
_COLUMNS: list[Any] = [
    _ACCOUNT.c.address,
    _ACCOUNT.c.person_id,
    _ACCOUNT.c.active,
    _ACCOUNT.c.seen_at,
    _PERSON.c.name,
    _PERSON.c.lang,
    _PERSON.c.active.label("person_active"),
    _PERSON.c.area.label("home"),
    _DRAFT.c.id.label("draft_id"),
    _DRAFT.c.form,
    _DRAFT.c.form_version,
    _DRAFT.c.state,
    _DRAFT.c.row_version,
    exists(_PARKED).label("parked"),
]
_SENDERS = (
    select(*_COLUMNS)
    .select_from(
        _ACCOUNT.outerjoin(
            _PERSON, and_(_PERSON.c.county == _ACCOUNT.c.county, _PERSON.c.id == _ACCOUNT.c.person_id)
        ).outerjoin(
            _DRAFT,
            and_(
                _DRAFT.c.county == _ACCOUNT.c.county,
                _DRAFT.c.channel == _ACCOUNT.c.channel,
                _DRAFT.c.address == _ACCOUNT.c.address,
                _DRAFT.c.status
                == literal_column(f"'{ACTIVE}'"),  # a bound value would miss the partial index
            ),
        )
    )
    .where(
        _ACCOUNT.c.county == bindparam("county"),
        _ACCOUNT.c.channel == bindparam("channel"),
        _ACCOUNT.c.address.in_(bindparam("chats", expanding=True)),
    )
)
_TAKEN = select(_INBOX.c.event_id, _INBOX.c.reply_id).where(
    _INBOX.c.county == bindparam("county"),
    _INBOX.c.channel == bindparam("channel"),
    _INBOX.c.event_id.in_(bindparam("events", expanding=True)),
)
_ROLE_COLUMNS: list[Any] = [
    _ROLE.c.person_id,
    _ROLE.c.role,
    _ROLE.c.area,
    _ROLE.c.unit_id,
    _ROLE.c.sector,
]
_ROLES = select(*_ROLE_COLUMNS).where(
    _ROLE.c.county == bindparam("county"), _ROLE.c.person_id.in_(bindparam("people", expanding=True))
)
_STRANGER = Sender()


def arrivals(session: Session, *, county: str, events: Iterable[EventKey]) -> dict[EventKey, Arrival]:
    """What is known of these events and their chats: three statements for each channel, however many."""
    by_channel: dict[str, list[EventKey]] = {}
    for event in events:
        by_channel.setdefault(event.channel, []).append(event)
    found: dict[EventKey, Arrival] = {}
    for channel, its in by_channel.items():
        senders = _senders(session, county, channel, {event.address for event in its})
        ids = {"county": county, "channel": channel, "events": [event.event_id for event in its]}
        taken = {row.event_id: row.reply_id for row in session.connection().execute(_TAKEN, ids)}
        for event in its:
            sender = senders.get(event.address, _STRANGER)
            found[event] = Arrival(sender, event.event_id in taken, taken.get(event.event_id))
    return found


def _senders(session: Session, county: str, channel: str, chats: set[str]) -> dict[str, Sender]:
    """By chat."""
    key = {"county": county, "channel": channel, "chats": list(chats)}
    rows = session.connection().execute(_SENDERS, key).all()
    grants: dict[int, tuple[Grant, ...]] = {}
    if people := {row.person_id for row in rows if row.person_id is not None}:
        asked = {"county": county, "people": list(people)}
        for person_id, *role in session.connection().execute(_ROLES, asked):
            grants[person_id] = (*grants.get(person_id, ()), Grant(*role))
    return {row[0]: Sender(*row[1:])._replace(grants=grants.get(row[1], ())) for row in rows}
