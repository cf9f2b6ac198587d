"""How messages leave: claimed by a worker, sent, marked; at least once, in order within a chat, not too fast."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import text as sql
from sqlalchemy import true, tuple_
from sqlmodel import Field, Session, SQLModel, and_, col, or_, select, update

from models.base import insert_ignore, utc_field
from models.brakes import Brakes, Paces
from models.outbox import (
    ALARM,
    LEASE,
    OPEN,
    PRIORITY,
    REPLY,
    SENDING,
    TO_SEND,
    Message,
    Outgoing,
    outgoing,
)
from models.people import Account, account_of, disable_account

Lane = tuple[str, str]  # a chat: channel and address
LOOKS = 5
LANE_MOST = 20  # messages of one chat in one claim: a long queue keeps no other chat waiting
_PRIORITIES = sorted(set(PRIORITY.values()))
BACKOFF = (2, 5, 15, 30, 60, 120, 300, 600, 900, 1800)  # seconds
MAX_TRIES = 40  # with the back-off above: about fifteen hours of an unreachable channel


class Card(SQLModel, table=True):
    """Where a card stands in a chat: the channel's message id, to be edited."""

    county: str = Field(primary_key=True, max_length=12)
    channel: str = Field(primary_key=True)
    address: str = Field(primary_key=True)
    card: str = Field(primary_key=True)
    remote_id: str


class ClaimLock(SQLModel, table=True):
    """One row that replicas lock in turn while they choose what to send, so that no chat is served twice."""

    county: str = Field(primary_key=True, max_length=12)
    at: datetime = utc_field()


def claim(
    session: Session,
    *,
    county: str,
    worker: str,
    now: datetime,
    lease: timedelta = LEASE,
    limit: int = 100,
    paces: Mapping[str, Paces] | None = None,
) -> list[Outgoing]:
    """Take up to `limit` due messages, the most urgent first, for this worker until the lease ends.

    One chat is served by one worker at a time, and a chat whose message is being sent, or waits for
    its next try, is left alone: that keeps the order. Rows of workers that died come back. `paces`
    are how fast each channel may be sent to; alarms are not held up by them.
    """
    if not _something_waits(session, county, now):
        return []
    _take_turns(session, county, now)
    _revive(session, county, now)
    lanes = _free_lanes(session, county, now, limit)
    if not lanes:
        return []
    chosen = _rows_of_lanes(session, county, now, lanes)[:limit]
    chosen = _braked(chosen, Brakes(session, county, paces or {}, now))
    for message in chosen:
        message.state, message.leased_by, message.lease_until = "sending", worker, now + lease
        session.add(message)
    session.flush()
    return [outgoing(message) for message in chosen]


def _braked(rows: list[Message], brakes: Brakes) -> list[Message]:
    """The rows that may leave now; behind the first that may not, its chat waits."""
    left: list[Message] = []
    waiting: set[Lane] = set()
    for row in rows:
        lane = (row.channel, row.address)
        group = row.address if row.person_id is None and row.kind != REPLY else None
        if lane in waiting or not brakes.let(row.channel, group, urgent=row.kind == ALARM):
            waiting.add(lane)
            continue
        left.append(row)
    return left


def _rows_of_lanes(session: Session, county: str, now: datetime, lanes: list[Lane]) -> list[Message]:
    """Due rows of these chats, chat by chat: within one, the urgent first, then as they were written."""
    rows = session.exec(
        select(Message)
        .where(
            Message.county == county,
            col(Message.address).in_({address for _, address in lanes}),
            col(Message.not_before) <= now,
            sql(TO_SEND),
        )
        .order_by(col(Message.priority), col(Message.id))
    ).all()
    place = {lane: number for number, lane in enumerate(lanes)}
    mine = [row for row in rows if (row.channel, row.address) in place]
    by_lane: dict[Lane, list[Message]] = {lane: [] for lane in place}
    for row in mine:
        if len(by_lane[row.channel, row.address]) < LANE_MOST:
            by_lane[row.channel, row.address].append(row)
    return [row for rows_of_one in by_lane.values() for row in rows_of_one]


def _something_waits(session: Session, county: str, now: datetime) -> bool:
    """Whether anything is due or anyone's lease is over: a look that neither locks nor writes."""
    due = (
        select(Message.id)
        .where(
            Message.county == county,
            col(Message.priority).in_(_PRIORITIES),
            col(Message.not_before) <= now,
            sql(TO_SEND),
        )
        .limit(1)
    )
    left = (
        select(Message.id)
        .where(Message.county == county, sql(SENDING), col(Message.lease_until) <= now)
        .limit(1)
    )
    return any(session.exec(look).first() is not None for look in (due, left))


def _take_turns(session: Session, county: str, now: datetime) -> None:
    turned = session.execute(update(ClaimLock).where(col(ClaimLock.county) == county).values(at=now))
    if turned.rowcount == 0:  # type: ignore[attr-defined]
        insert_ignore(session, ClaimLock, {"county": county, "at": now})


def _revive(session: Session, county: str, now: datetime) -> None:
    session.execute(
        update(Message)
        .where(col(Message.county) == county, sql(SENDING), col(Message.lease_until) <= now)
        .values(state="pending", leased_by="", lease_until=None)
    )


def _free_lanes(session: Session, county: str, now: datetime, limit: int) -> list[Lane]:
    """Chats with something due, the most urgent first, that nobody serves and that do not wait.

    Where chats that wait have so much due that it hides the others, it looks again without them.
    """
    busy: set[Lane] = set()
    for _ in range(LOOKS):
        due = _due(session, county, now, limit * 2, busy)
        if not due:
            return []
        lanes = list(dict.fromkeys((message.channel, message.address) for message in due))
        found = _busy_lanes(session, county, now, set(lanes))
        free = [lane for lane in lanes if lane not in found]
        if free or not found:
            return free
        busy |= found
    return []


def _due(session: Session, county: str, now: datetime, limit: int, but: set[Lane]) -> list[Message]:
    others = tuple_(col(Message.channel), col(Message.address)).not_in(but) if but else true()
    due: list[Message] = []
    for priority in _PRIORITIES:
        due += session.exec(
            select(Message)
            .where(
                Message.county == county,
                Message.priority == priority,
                col(Message.not_before) <= now,
                sql(TO_SEND),
                others,
            )
            .order_by(col(Message.not_before), col(Message.id))
            .limit(limit - len(due))
        )
        if len(due) >= limit:
            break
    return due


def _busy_lanes(session: Session, county: str, now: datetime, lanes: set[Lane]) -> set[Lane]:
    waiting = and_(col(Message.state) == "pending", col(Message.attempts) > 0, col(Message.not_before) > now)
    rows = session.exec(
        select(Message.channel, Message.address)
        .where(
            Message.county == county,
            col(Message.address).in_({address for _, address in lanes}),
            sql(OPEN),
            or_(col(Message.state) == "sending", waiting),
        )
        .distinct()
    )
    return set(rows)


def mark_sent(
    session: Session, *, county: str, message_id: int, remote_id: str | None, now: datetime, worker: str
) -> None:
    """The channel took it."""
    message = session.get(Message, (county, message_id))
    if message is None or (message.state == "sending" and message.leased_by != worker):
        return
    message.state, message.remote_id, message.sent_at = "sent", remote_id, now
    message.lease_until, message.leased_by, message.reason = None, "", ""
    session.add(message)
    if message.card and remote_id:
        session.merge(
            Card(
                county=county,
                channel=message.channel,
                address=message.address,
                card=message.card,
                remote_id=remote_id,
            )
        )


def mark_temporary(
    session: Session,
    *,
    county: str,
    message_ids: Sequence[int],
    reason: str,
    now: datetime,
    retry_after: timedelta | None = None,
) -> None:
    """The first did not go out and is tried again (a 429's own wish obeyed); the rest of the lane waits behind it."""
    for place, message_id in enumerate(message_ids):
        message = session.get(Message, (county, message_id))
        if message is None or message.state != "sending":
            continue
        message.state, message.lease_until, message.leased_by = "pending", None, ""
        if place == 0:
            message.attempts += 1
            message.reason = reason
            pause = retry_after or timedelta(seconds=BACKOFF[min(message.attempts, len(BACKOFF)) - 1])
            message.not_before = now + pause
            if message.attempts >= MAX_TRIES:
                message.state = "failed"
        session.add(message)


def release(session: Session, *, county: str, message_ids: Sequence[int], worker: str) -> None:
    """Give back what was claimed and not tried: the lease would not last for it."""
    session.execute(
        update(Message)
        .where(
            col(Message.county) == county,
            col(Message.id).in_(message_ids),
            col(Message.leased_by) == worker,
            sql(SENDING),
        )
        .values(state="pending", leased_by="", lease_until=None)
    )


def mark_permanent(
    session: Session, *, county: str, message_id: int, reason: str, now: datetime, address_gone: bool
) -> Account | None:
    """It will never go out this way. Returns the account if its address was given up just now.

    A person with another chat gets the message there instead.
    """
    message = session.get(Message, (county, message_id))
    if message is None:
        return None
    message.state, message.reason, message.lease_until = "failed", reason, None
    session.add(message)
    if not address_gone:
        return None
    gone = disable_account(
        session, county=county, channel=message.channel, address=message.address, reason=reason
    )
    _move_to_next_channel(session, message, now)
    return gone


def _move_to_next_channel(session: Session, failed: Message, now: datetime) -> None:
    other = (
        account_of(session, county=failed.county, person_id=failed.person_id) if failed.person_id else None
    )
    open_rows = session.exec(
        select(Message).where(
            Message.county == failed.county,
            Message.channel == failed.channel,
            Message.address == failed.address,
            sql(OPEN),
        )
    ).all()
    for message in [failed, *open_rows]:
        message.state, message.reason = "failed", message.reason or failed.reason
        session.add(message)
        if other is None or message.kind == REPLY:
            continue
        copy = message.model_dump(exclude={"id", "remote_id", "sent_at", "lease_until", "leased_by"})
        copy |= {
            "channel": other.channel,
            "address": other.address,
            "state": "pending",
            "reason": "",
            "attempts": 0,
            "dedup": f"{message.dedup}@{other.channel}" if message.dedup else None,
            "not_before": max(message.not_before, now),
        }
        insert_ignore(session, Message, Message(**copy).model_dump())


def mark_moved(session: Session, *, county: str, channel: str, old: str, new: str) -> None:
    """A chat has a new address: its account, its cards and what waits for it move along."""
    account = session.get(Account, (county, channel, old))
    if account is not None and session.get(Account, (county, channel, new)) is None:
        moved = account.model_dump() | {"address": new}
        session.delete(account)
        session.flush()
        session.add(Account(**moved))
    session.execute(
        update(Message)
        .where(
            col(Message.county) == county,
            col(Message.channel) == channel,
            col(Message.address) == old,
            sql(OPEN),
        )
        .values(address=new, state="pending", lease_until=None, leased_by="")
    )
