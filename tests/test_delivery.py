"""Delivery: again at the right time, in order within a chat, one at a time, by another way if there is one."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.channel import Capabilities, Moved, PermanentError, Rendered, TemporaryError
from bot.clock import FixedClock
from bot.db import Database
from bot.delivery import Delivery
from bot.words import Words
from models import sending
from models.outbox import (
    ALARM,
    CARD,
    DIGEST,
    LEASE,
    NOTICE,
    REMINDER,
    REPLY,
    Message,
    Outgoing,
    Recipient,
    send_to,
    store_reply,
    to_person,
)
from models.people import TOWN_OFFICER, Account, Person
from models.policy import Policy
from models.sending import BACKOFF, MAX_TRIES
from models.text import content
from tests.county import NOW, County
from tests.hazard_chats import ON_SQLITE

SECOND = timedelta(seconds=1)
SHORT = Capabilities(max_text=4096, max_buttons=100)


class Line:
    """A channel that does as it is told, and sees whether two ever write to one chat at once."""

    capabilities = SHORT

    def __init__(self, name: str) -> None:
        self.name = name
        self.sent: list[tuple[str, str]] = []
        self.edited: list[tuple[str, str, str]] = []
        self.faults: dict[str, list[Exception]] = defaultdict(list)
        self.writing: set[str] = set()
        self.at_once = 0
        self.gate: asyncio.Event | None = None
        self.begun = asyncio.Event()

    async def send(self, address: str, message: Rendered) -> str | None:
        assert address not in self.writing, f"two write to {address} at once"
        self.writing.add(address)
        self.begun.set()
        self.at_once = max(self.at_once, len(self.writing))
        try:
            await (self.gate.wait() if self.gate else asyncio.sleep(0))
            if self.faults[address]:
                raise self.faults[address].pop(0)
            self.sent.append((address, message.text))
            return str(len(self.sent))
        finally:
            self.writing.discard(address)

    async def edit(self, address: str, message_id: str, message: Rendered) -> None:
        if self.faults[address]:
            raise self.faults[address].pop(0)
        self.edited.append((address, message_id, message.text))

    async def answer_tap(self, tap_id: str, text: str = "") -> None: ...

    async def set_menu(self, address: str, commands: Sequence[tuple[str, str]]) -> None: ...

    async def fetch(self, remote_id: str) -> bytes:
        raise PermanentError("no files here")

    def texts(self, address: str) -> list[str]:
        """What one chat was sent."""
        return [text for to, text in self.sent if to == address]


class Post:
    """A county's outbox with two channels, near and far, and as many workers as wanted."""

    def __init__(self, db: Database, county: County) -> None:
        self.db, self.county, self.clock = db, county, FixedClock(NOW)
        self.near, self.far = Line("telegram"), Line("wecom")
        self.first = self.worker("w1")

    def worker(self, name: str, db: Database | None = None) -> Delivery:
        return Delivery(
            db=db or self.db,
            channels={"telegram": self.near, "wecom": self.far},
            clock=self.clock,
            words=Words(Policy().zone),
            policy=Policy(),
            county=self.county.county,
            worker=name,
        )

    def account(
        self, address: str, person: Person | None = None, channel: str = "telegram", **more: Any
    ) -> None:
        """A chat."""
        values = {"county": self.county.county, "channel": channel, "address": address, "joined_at": NOW}
        person_id = person.id if person else None
        row = Account(**values, person_id=person_id, **({"seen_at": NOW} | more))
        self.db.run_now(lambda session: session.add(row))

    def tell(self, address: str, *said: str, kind: str = NOTICE, card: str | None = None) -> None:
        """Queue messages to a chat."""

        def work(session: Session) -> None:
            account = session.get(Account, (self.county.county, "telegram", address))
            assert account is not None
            for each in said:
                self._send(session, Recipient(account.person_id, "zh-CN", account), each, kind, card)

        self.db.run_now(work)

    def tell_person(self, person: Person, said: str, kind: str = NOTICE) -> None:
        """Queue a message to a person, wherever they are reached."""

        def work(session: Session) -> None:
            recipient = to_person(session, county=self.county.county, person_id=person.id)
            self._send(session, recipient, said, kind, None)

        self.db.run_now(work)

    def _send(self, session: Session, to: Recipient, said: str, kind: str, card: str | None) -> None:
        send_to(
            session,
            [to],
            county=self.county.county,
            body=content(said),
            kind=kind,
            now=self.clock.now(),
            policy=Policy(),
            dedup=said,
            card=card,
        )

    async def deliver(self, *workers: Delivery) -> None:
        """Send until nothing is due."""
        for worker in workers or (self.first,):
            while await worker.once():
                pass

    def rows(self, *states: str) -> list[Message]:
        """Messages in these states, or all."""

        def look(session: Session) -> list[Message]:
            found = session.exec(select(Message).order_by(Message.id))  # type: ignore[arg-type]
            return [row for row in found if row.state in states or not states]

        return self.db.read_now(look)


@pytest.fixture
def post(db: Database, county: County) -> Post:
    return Post(db, county)


# Trying again


@ON_SQLITE
async def test_a_flood_stops_only_its_own_chat_and_for_as_long_as_was_asked(post: Post) -> None:
    post.account("a")
    post.account("b")
    post.near.faults["a"] = [TemporaryError("flood", timedelta(seconds=37))]
    post.tell("a", "a1", "a2")
    post.tell("b", "b1", "b2")
    await post.deliver()
    assert post.near.sent == [("b", "b1"), ("b", "b2")]
    post.tell("a", "alarm", kind=ALARM)
    post.clock.forward(36 * SECOND)
    await post.deliver()
    assert post.near.texts("a") == []  # also the alarm: the channel would refuse it
    post.clock.forward(SECOND)
    await post.deliver()
    assert post.near.texts("a") == ["alarm", "a1", "a2"]


@ON_SQLITE
async def test_faults_back_off_farther_and_farther_and_end(post: Post) -> None:
    post.account("a")
    post.near.faults["a"] = [TemporaryError("502")] * MAX_TRIES
    post.tell("a", "a1")
    pauses = []
    for _ in range(MAX_TRIES):
        await post.deliver()
        (row,) = post.rows()
        pauses.append(int((row.not_before - post.clock.now()).total_seconds()))
        assert row.state == ("pending" if row.attempts < MAX_TRIES else "failed")
        post.clock.forward(row.not_before - post.clock.now())
    assert pauses == [*BACKOFF, *[BACKOFF[-1]] * (MAX_TRIES - len(BACKOFF))]
    assert post.rows()[0].reason == "502"
    await post.deliver()
    assert post.near.sent == []
    post.tell("a", "a2", kind=ALARM)  # it is night by now
    await post.deliver()
    assert post.near.texts("a") == ["a2"]


@ON_SQLITE
async def test_a_fault_of_ours_in_one_message_stops_no_other_chat(post: Post) -> None:
    post.account("a")
    post.account("b")
    post.near.faults["a"] = [KeyError("ours")]
    post.tell("a", "a1")
    post.tell("b", "b1")
    await post.deliver()
    assert post.near.sent == [("b", "b1")]
    assert [(row.reason, row.attempts) for row in post.rows("pending")] == [("internal", 1)]
    post.clock.forward(2 * SECOND)
    await post.deliver()
    assert post.near.texts("a") == ["a1"]


@ON_SQLITE
async def test_a_channel_that_does_not_run_here_keeps_its_messages(post: Post) -> None:
    post.account("a")
    post.tell("a", "a1")
    elsewhere = post.worker("w2")
    elsewhere.channels = {}
    await post.deliver(elsewhere)
    assert [row.reason for row in post.rows("pending")] == ["channel-not-running"]
    post.clock.forward(timedelta(minutes=1))
    await post.deliver()
    assert post.near.texts("a") == ["a1"]


# Given up


@ON_SQLITE
async def test_a_message_that_cannot_be_said_is_given_up_alone(post: Post) -> None:
    post.account("a")
    post.near.faults["a"] = [PermanentError("message is too weird")]
    post.tell("a", "a1", "a2")
    await post.deliver()
    assert post.near.texts("a") == ["a2"]
    assert [(row.state, row.reason) for row in post.rows()] == [
        ("failed", "message is too weird"),
        ("sent", ""),
    ]


@ON_SQLITE
async def test_what_cannot_reach_a_chat_takes_the_persons_next_and_the_office_hears(post: Post) -> None:
    people = post.county
    post.account("town-near", people.town, seen_at=NOW)
    post.account("town-far", people.town, channel="wecom", seen_at=NOW - timedelta(days=1))
    post.account("office", people.office)
    post.near.faults["town-near"] = [PermanentError("blocked", address_gone=True)]
    post.tell_person(people.town, "alarm", ALARM)
    post.tell_person(people.town, "notice")
    post.tell_person(people.town, "reminder", REMINDER)
    await post.deliver()
    assert post.near.texts("town-near") == []
    assert post.far.texts("town-far") == ["alarm", "notice", "reminder"]
    (told,) = post.near.texts("office")
    assert all(part in told for part in ("陈明", "blocked", "13800000003"))
    post.tell_person(people.town, "next")
    await post.deliver()
    assert post.far.texts("town-far")[-1] == "next"
    gone = post.db.read_now(lambda session: session.get(Account, (people.county, "telegram", "town-near")))
    assert gone is not None
    assert (gone.active, gone.reason) == (False, "blocked")


@ON_SQLITE
async def test_without_another_way_it_is_on_record_as_not_told(post: Post) -> None:
    post.account("town", post.county.town)
    post.near.faults["town"] = [PermanentError("blocked", address_gone=True)]
    post.tell_person(post.county.town, "one")
    post.tell_person(post.county.town, "two")
    await post.deliver()
    assert [(row.state, row.reason) for row in post.rows()] == [("failed", "blocked")] * 2
    post.tell_person(post.county.town, "three")
    assert [(row.state, row.reason) for row in post.rows()][-1] == ("failed", "no-account")


@ON_SQLITE
async def test_a_group_with_a_new_address_is_followed(post: Post) -> None:
    post.account("-5", group_title="群", group_role=TOWN_OFFICER, group_area="411024108")
    post.near.faults["-5"] = [Moved("-1005")]
    post.tell("-5", "one", "two")
    await post.deliver()
    assert post.near.sent == [("-1005", "one"), ("-1005", "two")]
    addresses = post.db.read_now(
        lambda session: session.exec(select(Account.address, Account.group_title, Account.active)).all()
    )
    assert addresses == [("-1005", "群", True)]


# Order


@ON_SQLITE
async def test_the_urgent_first_then_as_they_were_written(post: Post) -> None:
    post.account("a")
    for kind, said in (
        (DIGEST, "d1"),
        (REMINDER, "r1"),
        (NOTICE, "n1"),
        (CARD, "c1"),
        (ALARM, "a1"),
        (NOTICE, "n2"),
    ):
        post.tell("a", said, kind=kind)
    post.tell("a", "a2", kind=ALARM)
    await post.deliver()
    assert post.near.texts("a") == ["a1", "a2", "n1", "c1", "n2", "r1", "d1"]


async def test_order_is_kept_over_a_fault_in_the_middle(post: Post) -> None:
    post.account("a")
    said = [f"n{number}" for number in range(12)]
    post.near.faults["a"] = []
    post.tell("a", *said[:6])

    async def interrupt() -> None:
        post.near.faults["a"] = [TemporaryError("502")]
        await post.first.once()

    await interrupt()
    post.tell("a", *said[6:])
    await post.deliver()
    assert post.near.sent == []  # the first waits, and all behind it
    post.clock.forward(2 * SECOND)
    await post.deliver()
    assert post.near.texts("a") == said


# Cards


@ON_SQLITE
async def test_a_card_is_edited_in_place_and_only_its_newest_state_is_sent(post: Post) -> None:
    post.account("a")
    post.tell("a", "v1", kind=CARD, card="hazard:1")
    await post.deliver()
    post.tell("a", "v2", "v3", kind=CARD, card="hazard:1")
    await post.deliver()
    assert post.near.texts("a") == ["v1"]
    assert post.near.edited == [("a", "1", "v3")]
    assert [(row.state, row.reason) for row in post.rows()] == [
        ("sent", ""),
        ("cancelled", "newer-card"),
        ("sent", ""),
    ]


@ON_SQLITE
async def test_a_card_that_cannot_be_edited_is_sent_anew(post: Post) -> None:
    post.account("a")
    post.tell("a", "v1", kind=CARD, card="hazard:1")
    await post.deliver()
    post.near.faults["a"] = [PermanentError("message to edit not found")]
    post.tell("a", "v2", kind=CARD, card="hazard:1")
    await post.deliver()
    post.tell("a", "v3", kind=CARD, card="hazard:1")
    await post.deliver()
    assert post.near.texts("a") == ["v1", "v2"]
    assert post.near.edited == [("a", "2", "v3")]


# Several workers


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_a_chat_that_waits_hides_no_other(post: Post) -> None:
    for address in ("a", "b"):
        post.account(address)
    post.near.faults["a"] = [TemporaryError("429", timedelta(minutes=5))]
    post.tell("a", *[f"a{number}" for number in range(250)])
    post.tell("b", "b0")
    while await post.first.once():
        pass
    assert post.near.texts("a") == []
    assert post.near.texts("b") == ["b0"]


async def test_two_workers_never_write_to_one_chat_at_once(post: Post, database_url: str) -> None:
    chats = [f"c{number}" for number in range(6)]
    for chat in chats:
        post.account(chat)
    for number in range(8):
        for chat in chats:
            post.tell(chat, f"{chat}-{number}")
    second = Database(database_url)
    await asyncio.gather(
        *(post.deliver(worker) for worker in (post.first, post.worker("w2", second), post.worker("w3")))
    )
    await post.deliver()
    second.close()
    for chat in chats:
        assert post.near.texts(chat) == [f"{chat}-{number}" for number in range(8)]
    assert len(post.near.sent) == 48
    assert post.near.at_once > 1


async def test_a_chat_that_one_worker_serves_is_left_alone_by_the_others(post: Post) -> None:
    post.account("a")
    post.account("b")
    post.tell("a", "a1")
    post.near.gate = asyncio.Event()
    sending = asyncio.create_task(post.first.once())
    await asyncio.wait_for(post.near.begun.wait(), 10)
    post.tell("a", "a2")
    post.tell("b", "b1")
    claimed = post.db.run_now(_claim(post, "w2"))
    assert [(each.address, each.body["lines"]) for each in claimed] == [("b", ["b1"])]
    post.near.gate.set()
    await sending
    await post.deliver()
    assert post.near.texts("a") == ["a1", "a2"]


async def test_nothing_under_way_outlives_a_push_of_the_clock(post: Post) -> None:
    post.account("a")
    post.tell("a", "a1")
    post.near.gate = asyncio.Event()
    first = asyncio.create_task(post.first.once())
    await asyncio.wait_for(post.near.begun.wait(), 10)
    second = asyncio.create_task(post.first.once())  # who pushes the clock waits for it
    done, _ = await asyncio.wait({second}, timeout=0.1)
    assert not done
    post.near.gate.set()
    assert (await first, await second) == (1, 0)
    post.clock.forward(2 * LEASE)
    await post.deliver()
    assert post.near.texts("a") == ["a1"]


def _claim(post: Post, worker: str) -> Callable[[Session], list[Outgoing]]:
    now = post.clock.now()
    return lambda session: sending.claim(session, county=post.county.county, worker=worker, now=now)


async def test_what_a_dead_worker_had_taken_up_comes_back_after_its_lease(post: Post) -> None:
    post.account("a")
    post.tell("a", "a1", "a2")
    assert len(post.db.run_now(_claim(post, "dead"))) == 2
    post.clock.forward(LEASE - SECOND)
    await post.deliver()
    assert post.near.sent == []
    post.clock.forward(SECOND)
    await post.deliver()
    assert post.near.texts("a") == ["a1", "a2"]


@ON_SQLITE
async def test_a_worker_that_wakes_late_does_not_unsay_what_another_did(post: Post) -> None:
    post.account("a")
    post.tell("a", "a1")
    (taken,) = post.db.run_now(_claim(post, "slow"))
    post.clock.forward(LEASE)
    (again,) = post.db.run_now(_claim(post, "w1"))
    assert again.id == taken.id
    await post.worker("slow").sent(taken, "from-slow")
    assert [(row.state, row.leased_by) for row in post.rows()] == [("sending", "w1")]
    await post.first.sent(again, "from-w1")
    assert [(row.state, row.remote_id) for row in post.rows()] == [("sent", "from-w1")]


@ON_SQLITE
async def test_an_answer_whose_process_died_is_given_by_another(post: Post) -> None:
    post.account("a")
    reply = Outgoing(post.county.county, 7, "telegram", "a", REPLY, content("answer"), "zh-CN", None)
    post.db.run_now(
        lambda session: store_reply(session, reply, person_id=None, now=NOW, worker="dead", direct=False)
    )
    post.tell("a", "later")
    await post.deliver()
    assert post.near.sent == []
    post.clock.forward(LEASE)
    await post.deliver()
    assert post.near.texts("a") == ["answer", "later"]
