"""The National Day test's own draw of the spot checks, as docs/duty-checks.md says how they are drawn: when each
falls, whom it asks, what they answer."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tests.period_county import DEPUTY, MINUTE, ZONE, Station, Turn
from tests.period_life import ANSWERS, ELSEWHERE, Life, Seat, key

MARGIN, ANSWER = 15 * MINUTE, 10 * MINUTE
OUTSIDER = "冯超"  # whom we find elsewhere


@dataclass(frozen=True)
class Asked:
    """One person in a spot check, and when they answer."""

    post: Station
    day: int
    seat: Seat
    at: datetime
    answered: datetime | None
    outside: bool

    @property
    def silent(self) -> bool:
        """Whether they let the ten minutes pass."""
        return self.answered is None or self.answered >= self.at + ANSWER


def drawn(seed: bytes, post_id: int, on: date, turns: list[Turn]) -> datetime:
    """The one check of a post on a shift day: a whole minute of its shifts without their first and last quarter."""
    windows = sorted((turn.starts + MARGIN, turn.ends - MARGIN) for turn in turns)
    minutes = [(ends - starts) // MINUTE for starts, ends in windows]
    digest = hmac.new(seed, f"{post_id}|{on.isoformat()}|1".encode(), hashlib.sha256).digest()
    left = int.from_bytes(digest[:8], "big") * sum(minutes) // 2**64
    for (starts, _), length in zip(windows, minutes, strict=True):
        if left < length:
            return starts + left * MINUTE
        left -= length
    raise AssertionError("beyond the day")


def spot_checks(life: Life, seed: bytes, ids: Mapping[str, int]) -> list[Asked]:
    """Everyone who is asked at some time, and what they answer."""
    asked = []
    for post, turns in life.of_post.items():
        for day in range(turns[-1].day + 1):
            own = [turn for turn in turns if turn.day == day]
            at = drawn(seed, ids[post], own[0].starts.astimezone(ZONE).date(), own)
            asked += [_asked(seat, day, at) for seat in on_watch(life, turns, at)]
    return asked


def on_watch(life: Life, turns: list[Turn], at: datetime) -> list[Seat]:
    """Who is responsible for the post at a moment: those of the shift that runs, and of the one before as long
    as nobody has relieved them. Of each those who are in; if nobody is, those awaited."""
    found: list[Seat] = []
    for turn in turns:
        relieved = life.reliefs[key(turn)].confirmed or max(turn.ends, life.reliefs[key(turn)].filled)
        former = life.former(turn)
        taken = life.reliefs[key(former)].confirmed if former else None
        begun = turn.starts <= at or (taken is not None and taken < at)
        if not begun or relieved < at:
            continue
        there = life.there(turn, at)
        awaited = [seat for seat in life.standing(turn, at) if seat.role != DEPUTY]
        found += there if there or turn.ends <= at else awaited
    return found


def _asked(seat: Seat, day: int, at: datetime) -> Asked:
    post = seat.turn.post
    minutes = ANSWERS.get((post.name, day), 2)
    outside = (post.name, day) in ELSEWHERE and seat.name == OUTSIDER
    if minutes is None or seat.arrives is None:
        return Asked(post, day, seat, at, None, outside=False)
    return Asked(post, day, seat, at, max(at + minutes * MINUTE, seat.arrives + MINUTE), outside)
