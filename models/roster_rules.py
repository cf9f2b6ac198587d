"""What a roster must keep to: pure checks of its shifts, one by one and against each other."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.coverage import Span, overlaps
from models.duty import DEPUTY, KeyPeriod

HOURS_MOST = 72
SHIFT_MOST = timedelta(hours=HOURS_MOST)


@dataclass(frozen=True)
class ShiftRow:
    """One shift as a roster has it: the people with their roles."""

    post_id: int
    starts_at: datetime
    ends_at: datetime
    people: tuple[tuple[int, str], ...]
    note: str = ""

    @property
    def span(self) -> Span:
        return Span(self.starts_at, self.ends_at)


@dataclass(frozen=True)
class Clash:
    """Two rows that cannot both be: one post twice at once, or one person on two posts. `person_id` is
    None for a post."""

    first: int
    second: int
    person_id: int | None


def clashes(rows: Sequence[ShiftRow]) -> Iterator[Clash]:
    """Rows that exclude each other. A B角 stands by, for several posts if need be; all others are in one
    place at a time."""
    held: dict[tuple[str, int], list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        held["post", row.post_id].append(number)
        for person_id in {person_id for person_id, role in row.people if role != DEPUTY}:
            held["person", person_id].append(number)
    for (kind, key), numbers in held.items():
        for one, other in _overlapping(rows, numbers):
            # Two rows of one post at once are told once, as the post's.
            if kind == "post" or rows[one].post_id != rows[other].post_id:
                first, second = sorted((one, other))
                yield Clash(first, second, key if kind == "person" else None)


def _overlapping(rows: Sequence[ShiftRow], numbers: list[int]) -> Iterator[tuple[int, int]]:
    numbers = sorted(numbers, key=lambda number: rows[number].span)
    latest = numbers[0]
    for number in numbers[1:]:
        if overlaps(rows[latest].span, rows[number].span):
            yield latest, number
        if rows[number].ends_at > rows[latest].ends_at:
            latest = number


def row_fault(row: ShiftRow, period: KeyPeriod) -> str | None:
    """What is wrong with one shift by itself. It may begin up to a day before the period."""
    people = [person_id for person_id, _ in row.people]
    if row.ends_at <= row.starts_at:
        return "roster-order"
    if row.ends_at - row.starts_at > SHIFT_MOST:
        return "roster-long"
    if not period.starts_at - timedelta(days=1) <= row.starts_at < period.ends_at:
        return "roster-outside"
    if not any(role != DEPUTY for _, role in row.people):
        return "roster-nobody"
    return "roster-twice-in-shift" if len(set(people)) < len(people) else None
