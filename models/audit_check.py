"""Walking a county's audit chain: every place where it does not hold, in pages, so that memory stays flat."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from models.audit import ITSELF, SEAL_DIGITS, TAKEN_UP, AuditHead, Event, row_hash
from models.base import UserError

CHANGED = "changed"  # what it says does not fit its hash
UNLINKED = "unlinked"  # it fits itself, but not the one before it: one of the two was replaced
MISSING = "missing"
UNREADABLE = "unreadable"
INSERTED = "inserted"  # before the first
CUT_OFF = "cut-off"  # the head counts further
BEHIND = "behind"  # behind the head: put in there, or the head set back
HEAD = "head"  # its hash is not that of the event it names
HEADLESS = "headless"
RESUMED = "resumed"  # the head was gone or behind when this one was written (models.audit.TAKEN_UP)
SEAL = "seal"  # another hash than the seal's
SEALLESS = "sealless"  # no such event
FAULTS = (
    CHANGED,
    UNLINKED,
    MISSING,
    UNREADABLE,
    INSERTED,
    CUT_OFF,
    BEHIND,
    HEAD,
    HEADLESS,
    RESUMED,
    SEAL,
    SEALLESS,
)

PAGE = 1000
_LOWEST, _HIGHEST = -(1 << 63), (1 << 63) - 1
_EVENT = Event.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Fault:
    """What is wrong with the events from `first` to `last`."""

    kind: str
    first: int
    last: int

    def joins(self, other: "Fault") -> bool:
        """Whether the other is of the same kind and follows at once."""
        return self.kind == other.kind and other.first == self.last + 1


Row = dict[str, Any]


@dataclass
class Walk:
    """A walk from the event `start` to the head; at its end, how many there are and the newest's hash.

    The event before `start` is believed. What is written meanwhile is walked too.
    """

    session: Session
    county: str
    start: int = 1
    page: int = PAGE
    count: int = 0
    newest: int = 0
    hash: str = ""
    head: AuditHead | None = None

    def faults(self) -> Iterator[Fault]:
        """Every broken place, in order; what is of one kind and stands together as one."""
        last: Fault | None = None
        for fault in self._each():
            if last is not None and last.joins(fault):
                last = Fault(last.kind, last.first, fault.last)
                continue
            if last is not None:
                yield last
            last = fault
        if last is not None:
            yield last

    def _each(self) -> Iterator[Fault]:
        place, prev = self.start - 1, self._hash_before()
        if prev is None:
            yield Fault(MISSING, place, place)
        for row in self._rows():
            seq = row["seq"]
            self.count += 1
            if seq < 1:
                yield Fault(INSERTED, seq, seq)
                continue
            if seq > place + 1:
                yield Fault(MISSING, place + 1, seq - 1)
                prev = None
            if kind := _wrong(row, prev):
                yield Fault(kind, seq, seq)
            place, prev = seq, row["hash"]
        self.newest, self.hash = place, prev or ""
        yield from self._at_the_head(place, prev)

    def _hash_before(self) -> str | None:
        """What the first event must name as the hash before it; None: not known, it is gone."""
        if self.start <= 1:
            return ""
        found = select(Event.hash).where(Event.county == self.county, Event.seq == self.start - 1)
        return self.session.exec(found).first()

    def _rows(self) -> Iterator[Row]:
        """The events in order; after the newest, the head, and what was written before it was read."""
        after = self.start - 1 if self.start > 1 else _LOWEST
        while True:
            page = self._page(after)
            if not page:
                self.head = self.session.get(AuditHead, (self.county,), populate_existing=True)
                if self.head is None or self.head.seq <= after or not (page := self._page(after)):
                    return
            yield from page
            after = page[-1]["seq"]

    def _page(self, after: int) -> list[Row]:
        asked = self._after(select(_EVENT), after)
        try:
            return [dict(row) for row in self.session.execute(asked).mappings()]
        except (ValueError, TypeError):  # a time or JSON that is none: which row is it?
            places = self.session.execute(self._after(select(_EVENT.c.seq), after)).scalars().all()
            return [self._row(seq) for seq in places]

    def _after(self, query: Any, after: int) -> Any:
        """The next page. On SQLite a word may stand where a number should; that is above all numbers."""
        return (
            query.where(_EVENT.c.county == self.county, _EVENT.c.seq > after, _EVENT.c.seq <= _HIGHEST)
            .order_by(_EVENT.c.seq)
            .limit(self.page)
        )

    def _row(self, seq: int) -> Row:
        this = (_EVENT.c.county == self.county, _EVENT.c.seq == seq)
        try:
            return dict(self.session.execute(select(_EVENT).where(*this)).mappings().one())
        except (ValueError, TypeError):
            sealed = self.session.execute(select(_EVENT.c.hash).where(*this)).scalar_one()
            return {"seq": seq, "hash": sealed, "at": None}

    def _at_the_head(self, place: int, prev: str | None) -> Iterator[Fault]:
        head = self.head
        if head is None:
            if place:
                yield Fault(HEADLESS, place, place)
        elif head.seq > place:
            yield Fault(CUT_OFF, place + 1, head.seq)
        elif head.seq < place:
            yield Fault(BEHIND, head.seq + 1, place)
        elif prev is not None and head.hash != prev:
            yield Fault(HEAD, place, place)


def _wrong(row: Row, prev: str | None) -> str | None:
    """What is wrong with one event, if its number is right."""
    if row["at"] is None:
        return UNREADABLE
    if row_hash(row) != row["hash"]:
        return CHANGED
    if prev is not None and row["prev"] != prev:
        return UNLINKED
    return RESUMED if (row["subject"], row["action"]) == (ITSELF, TAKEN_UP) else None


def walk(session: Session, *, county: str, start: int = 1) -> Walk:
    """A walk from an event on. Error: audit-from-unknown, if the chain does not reach that far."""
    newest = session.exec(
        select(Event.seq).where(Event.county == county).order_by(col(Event.seq).desc()).limit(1)
    ).first()
    if start > 1 and start > (newest or 0):
        raise UserError("audit-from-unknown", newest=str(newest or 0))
    return Walk(session, county, start)


@dataclass(frozen=True)
class Seal:
    """An event's number and the beginning of its hash, as a digest showed them."""

    seq: int
    digits: str


_SEAL = re.compile(rf"\s*(\d{{1,18}})[\s:：,，·-]+([0-9a-f]{{{SEAL_DIGITS},64}})\s*")


def read_seal(typed: str) -> Seal:
    """A seal as somebody copied it. Error: audit-seal-form."""
    match = _SEAL.fullmatch(typed.lower())
    if match is None:
        raise UserError("audit-seal-form", typed=typed)
    return Seal(int(match[1]), match[2])


def seal_fault(session: Session, *, county: str, seal: Seal) -> Fault | None:
    """Whether an event still has the hash that was shown once; with a whole walk, so has all before it."""
    found = session.exec(select(Event.hash).where(Event.county == county, Event.seq == seal.seq)).first()
    if found is None:
        return Fault(SEALLESS, seal.seq, seal.seq)
    return None if found.startswith(seal.digits) else Fault(SEAL, seal.seq, seal.seq)
