"""What the people of the National Day test do: when each checks in, hands over, answers, reports, explains.

Most are in time. The exceptions stand in tables by post and shift, so that a reader can follow each story.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from tests.period_county import (
    DEPUTY,
    HALL,
    LEADER,
    MINUTE,
    OFFICER,
    STATION,
    TEAM,
    County,
    Station,
    Turn,
    at,
)

PUBLISHED = at(28, 9, 30, month=9)
OVER = at(10, 10)  # the teams change at nine, so that the morning after is the 10th
ROUND, ASKED_BEFORE, CLOSES = 15, timedelta(minutes=30), timedelta(hours=2)
NEVER = None

# Minutes after the beginning at which someone checks in; in time is ten minutes before.
ARRIVES: dict[tuple[str, int, str], int | None] = {
    ("陈化店镇" + STATION, 1, OFFICER): 5,
    ("望田镇" + STATION, 1, OFFICER): 15,
    ("大马镇" + STATION, 2, OFFICER): 25,
    ("马栏镇" + TEAM, 3, OFFICER): 12,
    ("彭店镇" + HALL, 3, LEADER): NEVER,  # the B角 comes instead
    ("安陵镇" + HALL, 5, LEADER): 35,  # the B角 is called, and need not come
    ("望田镇" + HALL, 2, OFFICER): NEVER,  # and there is no B角
    ("张桥镇" + STATION, 4, OFFICER): NEVER,  # the office puts someone else on
}
DEPUTY_COMES = {("彭店镇" + HALL, 3): 42}
TAKEN_OVER = {("张桥镇" + STATION, 4): (45, 52)}  # when the office decides, when the new one is there
TAKEOVER_ACKED = 22
# Minutes after the end at which the handover is filled in; in time is a quarter of an hour before.
FILLS = {("只乐镇" + HALL, 2): 12, ("南坞镇" + HALL, 4): 25, ("马坊镇" + STATION, 7): 12}
# Zero reports not given at 14:40: minutes after the hour; never.
REPORTS: dict[tuple[str, int], int | None] = {
    ("柏梁镇", 2): 5,
    ("只乐镇", 1): 20,
    ("马坊镇", 3): NEVER,
    ("南坞镇", 5): 150,
}
NEWS = {("大马镇", 4)}
NEWS_ACKED = 13  # minutes after it was given
# Spot checks by post and day: minutes after the question; two is usual.
ANSWERS: dict[tuple[str, int], int | None] = {("马坊镇" + STATION, 3): NEVER, ("陶城镇" + STATION, 4): 12}
ELSEWHERE = {("彭店镇" + HALL, 2)}  # answered from too far away
SPOT_ACKED = 13
OUTSIDE = {("彭店镇" + HALL, 6, OFFICER)}  # checked in from too far away


@dataclass(frozen=True)
class Swap:
    """A request for a substitute: when asked, agreed, approved."""

    post: str
    number: int
    role: str
    asked: datetime
    agreed: datetime
    approved: datetime


SWAPS = (
    Swap("彭店镇" + HALL, 4, OFFICER, at(29, 10, month=9), at(29, 10, 20, month=9), at(29, 10, 40, month=9)),
    Swap("安陵镇" + HALL, 3, OFFICER, at(29, 11, month=9), at(1, 9, 1), at(1, 9, 11)),
)


@dataclass(frozen=True)
class Seat:
    """Someone on a shift: since when by the roster, until when, and when they check in."""

    turn: Turn
    name: str
    role: str
    since: datetime = PUBLISHED
    until: datetime | None = None
    arrives: datetime | None = None

    @property
    def expected(self) -> datetime:
        """From when on they are awaited."""
        return max(self.turn.starts, self.since)

    def is_in(self, moment: datetime) -> bool:
        """Whether they have checked in before this moment."""
        return self.arrives is not None and self.arrives < moment

    def stands(self, moment: datetime) -> bool:
        """Whether the place is theirs."""
        return self.since < moment and (self.until is None or self.until >= moment)


@dataclass(frozen=True)
class Relief:
    """How a shift is handed over: filled in by whom, confirmed by whom, when; the last is only filled in."""

    filled: datetime
    filler: str
    confirmed: datetime | None = None
    confirmer: str = ""


class Life:
    """The eight days as they are lived."""

    def __init__(self, county: County) -> None:
        self.county = county
        self.of_post: dict[str, list[Turn]] = {}
        for turn in county.turns:
            self.of_post.setdefault(turn.post.name, []).append(turn)

    @cached_property
    def seats(self) -> dict[tuple[str, int], list[Seat]]:
        """Everyone who is on a shift at some time, by post and number."""
        found = {}
        for turn in self.county.turns:
            seats = [Seat(turn, name, role, arrives=_arrival(turn, role)) for name, role in turn.people]
            found[key(turn)] = [each for seat in seats for each in self._changed(seat)]
        return found

    def _changed(self, seat: Seat) -> Iterator[Seat]:
        """The seat, and whoever it goes to."""
        turn, spare = seat.turn, self.county.spare.get(seat.turn.post.town or "", "")
        for swap in SWAPS:
            if (swap.post, swap.number, swap.role) == (*key(turn), seat.role):
                yield replace(seat, until=swap.approved, arrives=None)
                yield replace(seat, name=spare, since=swap.approved)
                return
        if key(turn) in TAKEN_OVER:
            decided, there = (turn.starts + minutes * MINUTE for minutes in TAKEN_OVER[key(turn)])
            yield replace(seat, until=decided)
            yield Seat(turn, spare, seat.role, since=decided, arrives=there)
            return
        yield seat

    def following(self, turn: Turn) -> Turn | None:
        """The next shift of the post."""
        turns = self.of_post[turn.post.name]
        return turns[turn.number + 1] if turn.number + 1 < len(turns) else None

    def former(self, turn: Turn) -> Turn | None:
        """The shift before."""
        return self.of_post[turn.post.name][turn.number - 1] if turn.number else None

    def standing(self, turn: Turn | None, moment: datetime) -> list[Seat]:
        """Those of a shift who have their place at this moment, the B角 last."""
        if turn is None:
            return []
        return [seat for seat in self.seats[key(turn)] if seat.stands(moment)]

    def there(self, turn: Turn | None, moment: datetime) -> list[Seat]:
        """Those of them who have checked in."""
        return [seat for seat in self.standing(turn, moment) if seat.is_in(moment)]

    def fillers(self, turn: Turn, moment: datetime) -> list[Seat]:
        """Who is to fill in the handover: the officers who are in, else whoever is."""
        there = self.there(turn, moment)
        return [seat for seat in there if seat.role == OFFICER] or there

    @cached_property
    def reliefs(self) -> dict[tuple[str, int], Relief]:
        """Every handover."""
        return {key(turn): self._relief(turn) for turn in self.county.turns}

    def _relief(self, turn: Turn) -> Relief:
        filled = turn.ends + FILLS.get(key(turn), -15) * MINUTE
        filler = self.fillers(turn, filled)[0].name
        following = self.following(turn)
        if following is None:
            return Relief(filled, filler)
        coming = [seat for seat in self.seats[key(following)] if seat.arrives and seat.role != DEPUTY]
        first = min(coming, key=lambda seat: (seat.arrives, seat.role == LEADER))
        assert first.arrives is not None
        soonest = max(turn.ends - 5 * MINUTE, first.arrives + MINUTE, filled + 2 * MINUTE)
        return Relief(filled, filler, soonest, first.name)

    def called_deputy(self, turn: Turn) -> tuple[Seat, datetime] | None:
        """The B角 who is called on for someone missing half an hour, and when."""
        deputy = next((seat for seat in self.seats[key(turn)] if seat.role == DEPUTY), None)
        late = [
            seat
            for seat in self.seats[key(turn)]
            if seat.role != DEPUTY and not seat.is_in(seat.expected + 30 * MINUTE) and seat.until is None
        ]
        return (deputy, late[0].expected + 30 * MINUTE) if deputy and late else None


def key(turn: Turn) -> tuple[str, int]:
    """What a shift is known by here."""
    return turn.post.name, turn.number


def _arrival(turn: Turn, role: str) -> datetime | None:
    if role == DEPUTY:
        minutes = DEPUTY_COMES.get(key(turn))
    else:
        usual = 3 if _dawdles(turn.post, turn.number, role) else -10
        minutes = ARRIVES.get((*key(turn), role), usual)
    return None if minutes is None else turn.starts + minutes * MINUTE


def _dawdles(post: Station, number: int, role: str) -> bool:
    """Every so often somebody is three minutes late."""
    return role == OFFICER and post.name.endswith(STATION) and (len(post.name) * 3 + number * 5) % 11 == 0
