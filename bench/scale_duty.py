"""The watch that such a county has stood: shifts over, and a few that begin just now with someone missing."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from bench.scale_rows import DUE, FIRST_ID, JUST, NOW, Cast, Rows
from bot.sample import COUNTY
from models.duty import OFFICER, Shift, ShiftDuty


def shifts(count: int, cast: Cast) -> tuple[Rows, Iterator[list[Any]]]:
    """A shift for fifty hazards, over; DUE that begin just now."""
    rows = Rows(Shift, county=COUNTY, period_id=cast.period)

    def each() -> Iterator[list[Any]]:
        for place in range(count // 50 + DUE):
            waits = place >= count // 50
            day = NOW - timedelta(days=7 + (count // 50 - place) // len(cast.posts))
            starts_at = JUST if waits else day
            ends = {"starts_at": starts_at, "ends_at": starts_at + timedelta(days=1), "created_at": day}
            yield rows.row(id=FIRST_ID + place, post_id=cast.posts[place % len(cast.posts)], **ends)

    return rows, each()


def duties(count: int, cast: Cast) -> tuple[Rows, Iterator[list[Any]]]:
    """Two people on each shift, checked in; of those that begin just now one has not come."""
    rows = Rows(ShiftDuty, county=COUNTY, role=OFFICER, state="checked_in", rung=3)

    def each() -> Iterator[list[Any]]:
        for place in range((count // 50 + DUE) * 2):
            waits = place // 2 >= count // 50 and place % 2 == 0
            at = JUST if place // 2 >= count // 50 else NOW - timedelta(days=7)
            missing = {"state": "expected", "rung": 1, "due_at": JUST} if waits else {"checked_at": at}
            who = {"shift_id": FIRST_ID + place // 2, "person_id": cast.owners[place % len(cast.owners)]}
            yield rows.row(id=FIRST_ID + place, **who, expected_at=at, created_at=at, **missing)

    return rows, each()


TABLES = (shifts, duties)
