"""Which hours of a key period are covered by a shift and which are not. Pure arithmetic."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, order=True)
class Span:
    """From one moment to another, the end left out. Both UTC."""

    starts_at: datetime
    ends_at: datetime


def overlaps(one: Span, other: Span) -> bool:
    """Whether they share a moment; touching ends do not."""
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def uncovered(need: Span, held: Iterable[Span]) -> list[Span]:
    """The parts of `need` in which no span of `held` runs, in order."""
    gaps, upto = [], need.starts_at
    for span in sorted(held):
        if span.starts_at >= need.ends_at:
            break
        if span.starts_at > upto:
            gaps.append(Span(upto, span.starts_at))
        upto = max(upto, span.ends_at)
    if upto < need.ends_at:
        gaps.append(Span(upto, need.ends_at))
    return gaps


def clock_times(starts: Iterable[str]) -> tuple[time, ...]:
    """A post's pattern as times of day: ["08:00", "20:00"]; without any, 08:00."""
    return tuple(sorted(time.fromisoformat(start) for start in starts)) or (time(8, 0),)


def next_start(at: datetime, starts: Sequence[time], zone: tzinfo) -> datetime:
    """The first time at or after `at` at which a shift of this pattern begins.

    Where the clocks are put forward over a time of day, that shift begins the hour later; where they are
    put back, at the first of the two.
    """
    today = at.astimezone(zone).date()
    begins = (
        datetime.combine(today + timedelta(days=days), start, zone).astimezone(UTC)
        for days in range(3)
        for start in starts
    )
    return min(each for each in begins if each >= at)


def shifts_in(need: Span, starts: Sequence[time], zone: tzinfo) -> list[Span]:
    """The shifts of this pattern that make up a span which begins with one: each runs to the next."""
    found, at = [], need.starts_at
    while at < need.ends_at:
        ends_at = next_start(at + timedelta(seconds=1), starts, zone)
        found.append(Span(at, min(ends_at, need.ends_at)))
        at = ends_at
    return found


def needed_span(period: Span, starts: Sequence[time], zone: tzinfo) -> Span:
    """The hours that a post must cover for a period: whole shifts of its pattern.

    A holiday from 1 to 7 October is kept by a post that changes at 08:00 from 08:00 on the 1st to 08:00
    on the 8th; the night before belongs to the last ordinary shift.
    """
    return Span(next_start(period.starts_at, starts, zone), next_start(period.ends_at, starts, zone))
