"""Everything that leaves: one row per message and chat, written with the change that caused it.

How it leaves, at least once and in order within a chat, stands in models/sending.py.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Index, UniqueConstraint, bindparam
from sqlalchemy import text as sql
from sqlmodel import Session, col, func, insert, select, update

from models.base import CountyRow, MaybeId, insert_ignore, json_field, utc_field, write_later
from models.people import Account, account_of
from models.policy import Policy

# What leaves first. Replies are a person waiting; an alarm is a life.
REPLY, ALARM, NOTICE, CARD, REMINDER, DIGEST = "reply", "alarm", "notice", "card", "reminder", "digest"
PRIORITY = {REPLY: 0, ALARM: 0, NOTICE: 2, CARD: 2, REMINDER: 3, DIGEST: 4}
CAN_WAIT = {NOTICE, CARD, REMINDER, DIGEST}

# Written out, not bound: SQLite uses a partial index only where the statement itself names its condition.
TO_SEND = "state IN ('pending','held')"
OPEN = "state IN ('pending','held','sending')"
SENDING = "state = 'sending'"
FAILED = "state = 'failed'"

LEASE = timedelta(seconds=60)


class Message(CountyRow, table=True):
    """One message to one chat.

    `state`: pending (to be sent), held (quiet hours, until `not_before`), sending (claimed until
    `lease_until`), sent, delivered, read, failed (never again; `reason`), cancelled (no longer worth
    saying). `card` names a message that is edited in place: a later row of the same card edits it.
    """

    __table_args__ = (
        UniqueConstraint("county", "dedup"),
        Index(
            "ix_message_due",
            "county",
            "priority",
            "not_before",
            sqlite_where=sql(TO_SEND),
            postgresql_where=sql(TO_SEND),
        ),
        Index(
            "ix_message_open_lane",
            "county",
            "channel",
            "address",
            sqlite_where=sql(OPEN),
            postgresql_where=sql(OPEN),
        ),
        Index(
            "ix_message_lease",
            "county",
            "lease_until",
            sqlite_where=sql(SENDING),
            postgresql_where=sql(SENDING),
        ),
        Index(
            "ix_message_alarm",
            "county",
            "alarm_id",
            "person_id",
            sqlite_where=sql("alarm_id IS NOT NULL"),
            postgresql_where=sql("alarm_id IS NOT NULL"),
        ),
        Index("ix_message_failed", "county", "id", sqlite_where=sql(FAILED), postgresql_where=sql(FAILED)),
        Index("ix_message_person", "county", "person_id", "id"),
        Index("ix_message_subject", "county", "subject", "subject_id", "id"),
    )

    channel: str
    address: str
    person_id: MaybeId = None
    kind: str
    priority: int
    body: dict[str, Any] = json_field(dict)
    lang: str = "zh-CN"
    card: str | None = None
    dedup: str | None = None
    subject: str | None = None
    subject_id: MaybeId = None
    alarm_id: MaybeId = None
    state: str = "pending"
    reason: str = ""
    not_before: datetime = utc_field()
    lease_until: datetime | None = utc_field(default=None, nullable=True)
    leased_by: str = ""
    attempts: int = 0
    remote_id: str | None = None
    created_at: datetime = utc_field()
    sent_at: datetime | None = utc_field(default=None, nullable=True)


class Chat(NamedTuple):
    """Where messages go."""

    channel: str
    address: str


@dataclass(frozen=True)
class Recipient:
    """Who is to be told: a person (reached in their last used chat), or a group chat."""

    person_id: int | None
    lang: str
    account: Account | Chat | None


@dataclass(slots=True)
class Outgoing:
    """A message on its way out, as delivery takes it: the row without the database behind it."""

    county: str
    id: int
    channel: str
    address: str
    kind: str
    body: dict[str, Any]
    lang: str
    card: str | None


_INSERT_REPLY = insert(Message.__table__)  # type: ignore[attr-defined]
QUEUED = "queued"  # in a session's info: there is something for delivery to look at
DIRECT = "direct"  # leased_by of a reply that went out as the webhook's own answer


def store_reply(
    session: Session,
    reply: Outgoing,
    *,
    person_id: int | None,
    now: datetime,
    worker: str,
    direct: bool,
    lease: timedelta = LEASE,
    pause: timedelta | None = None,
) -> None:
    """Write an answer to someone's own message: carried by the webhook's answer (`direct`), leased to
    the worker that will send it at once, or, with a `pause`, left for delivery."""
    state = "sent" if direct else "pending" if pause else "sending"
    row = {
        "county": reply.county,
        "id": reply.id,
        "channel": reply.channel,
        "address": reply.address,
        "person_id": person_id,
        "kind": reply.kind,
        "priority": PRIORITY[reply.kind],
        "body": reply.body,
        "lang": reply.lang,
        "card": reply.card,
        "state": state,
        "reason": "",
        "not_before": now + pause if pause else now,
        "lease_until": now + lease if state == "sending" else None,
        "leased_by": DIRECT if direct else worker if state == "sending" else "",
        "attempts": 0,
        "created_at": now,
        "sent_at": now if direct else None,
    }
    write_later(session, _INSERT_REPLY, row)


def reply_for_replay(session: Session, *, county: str, message_id: int) -> Outgoing | None:
    """The answer an event was given before, if it went out as the webhook's answer and may be lost."""
    message = session.get(Message, (county, message_id))
    if message is None or message.leased_by != DIRECT:
        return None
    return outgoing(message)


_RECENT = (
    select(Message.body)
    .where(
        Message.county == bindparam("county"),
        Message.person_id == bindparam("person"),
        Message.channel == bindparam("channel"),
        Message.address == bindparam("address"),
        col(Message.state).in_(("sending", "sent", "delivered", "read")),
        col(Message.created_at) >= bindparam("since"),
    )
    .order_by(col(Message.id).desc())
    .limit(bindparam("most"))
)


def recent_bodies(
    session: Session, *, county: str, person_id: int, channel: str, address: str, since: datetime, most: int
) -> list[dict[str, Any]]:
    """What was sent to a person in a chat of theirs since then, the newest first."""
    asked = {"county": county, "person": person_id, "channel": channel, "address": address}
    return list(session.execute(_RECENT, {**asked, "since": since, "most": most}).scalars())


def outgoing(message: Message) -> Outgoing:
    """The row as delivery takes it."""
    return Outgoing(
        message.county,
        message.id,
        message.channel,
        message.address,
        message.kind,
        message.body,
        message.lang,
        message.card,
    )


def send_to(
    session: Session,
    recipients: Iterable[Recipient],
    *,
    county: str,
    body: dict[str, Any],
    kind: str,
    now: datetime,
    policy: Policy,
    dedup: str | None = None,
    card: str | None = None,
    subject: tuple[str, int] | None = None,
    alarm_id: int | None = None,
    urgent: bool = False,
    not_before: datetime | None = None,
) -> int:
    """Queue one message for each recipient; returns how many were newly queued.

    `dedup` makes it once per recipient for ever. What can wait is held through the quiet hours
    unless `urgent`. A card replaces its own updates that have not left yet. Someone without a chat
    gets a row that says so (state failed, reason no-account), for the office to see.
    """
    count = 0
    for recipient in recipients:
        row = Message(
            county=county,
            channel=recipient.account.channel if recipient.account else "",
            address=recipient.account.address if recipient.account else "",
            person_id=recipient.person_id,
            kind=kind,
            priority=PRIORITY[kind],
            body=body,
            lang=recipient.lang,
            card=card,
            dedup=f"{dedup}>{_who(recipient)}" if dedup else None,
            subject=subject[0] if subject else None,
            subject_id=subject[1] if subject else None,
            alarm_id=alarm_id,
            not_before=not_before or now,
            created_at=now,
        )
        if recipient.account is None:
            row.state, row.reason = "failed", "no-account"
        elif kind in CAN_WAIT and not urgent and policy.is_quiet(row.not_before):
            row.state, row.not_before, row.reason = "held", policy.quiet_ends(row.not_before), "quiet-hours"
        if insert_ignore(session, Message, row.model_dump()):
            count += 1
            session.info[QUEUED] = True
            if card:
                replace_unsent(session, row)
    return count


def _who(recipient: Recipient) -> str:
    if recipient.person_id is not None:
        return str(recipient.person_id)
    assert recipient.account is not None
    return f"{recipient.account.channel}:{recipient.account.address}"


def replace_unsent(session: Session, card: "Outgoing | Message") -> None:
    """Take back updates of a card that have not left yet: a newer one follows."""
    session.execute(
        update(Message)
        .where(
            col(Message.county) == card.county,
            col(Message.channel) == card.channel,
            col(Message.address) == card.address,
            col(Message.card) == card.card,
            col(Message.id) != card.id,
            sql(TO_SEND),
        )
        .values(state="cancelled", reason="newer-card")
    )


def to_person(session: Session, *, county: str, person_id: int, lang: str = "zh-CN") -> Recipient:
    """A person as a recipient."""
    return Recipient(person_id, lang, account_of(session, county=county, person_id=person_id))


def cancel(
    session: Session, *, county: str, subject: tuple[str, int], kinds: Sequence[str], reason: str
) -> None:
    """Take back what has not left yet about a thing that is done."""
    session.execute(
        update(Message)
        .where(
            col(Message.county) == county,
            col(Message.subject) == subject[0],
            col(Message.subject_id) == subject[1],
            col(Message.kind).in_(kinds),
            sql(TO_SEND),
        )
        .values(state="cancelled", reason=reason)
    )


def failed_count(session: Session, *, county: str, since: datetime) -> int:
    """Messages given up since then, but for those to people who have no chat at all."""
    return session.exec(
        select(func.count())
        .select_from(Message)
        .where(
            Message.county == county,
            sql(FAILED),
            col(Message.created_at) > since,
            Message.reason != "no-account",
        )
    ).one()


def stuck_count(
    session: Session, *, county: str, now: datetime, older: timedelta = timedelta(minutes=15)
) -> int:
    """Messages that should have left by now and have not."""
    return session.exec(
        select(func.count())
        .select_from(Message)
        .where(
            Message.county == county,
            sql(OPEN),
            col(Message.not_before) <= now,
            col(Message.created_at) <= now - older,
        )
    ).one()
