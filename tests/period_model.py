"""Who must hear what when in the National Day test: an account of its own, from docs/ and DOMAIN.md section 3.

It knows the roster and what people do (tests/period_life.py), and calls nothing of the program's planners.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.period_county import DAY, DEPUTY, HEADS, LEADER, MINUTE, OFFICE, ZONE, Turn
from tests.period_life import (
    OUTSIDE,
    OVER,
    PUBLISHED,
    SPOT_ACKED,
    SWAPS,
    TAKEN_OVER,
    TAKEOVER_ACKED,
    Life,
    Seat,
    key,
)
from tests.period_spot import ANSWER, OUTSIDER, Asked

HOUR = timedelta(hours=1)
# A reminder long before lies 2 to 26 minutes after the round hour, so that not all are told at once.
EARLIEST, LATEST = 2 * MINUTE, 26 * MINUTE
ALARM_STEPS = ((0, ("office", "town")), (10, ("office",)), (20, ("office", "head")), (40, ("office", "head")))
EXPLAIN = 24 * HOUR


@dataclass(frozen=True)
class Told:
    """One message: to whom, what (its first lines' keys), due from when until when; `after`: somebody did
    something at that very moment, so that the clock speaks of it only at its next look."""

    who: str
    what: str
    at: datetime
    until: datetime
    after: bool = False


@dataclass(frozen=True)
class Fault:
    """A violation, and what becomes of it: explained when, decided when and how."""

    kind: str
    at: datetime
    town: str | None
    who: str | None
    post: str = ""
    explained: datetime | None = None
    closed: datetime | None = None
    upheld: bool = True
    becomes: str = ""  # another kind later: a missing report that comes after all is a late one


@dataclass
class Account:
    """All messages that are due."""

    life: Life
    told: list[Told] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def say(
        self,
        people: Iterable[str],
        what: str,
        at: datetime,
        until: datetime | None = None,
        *,
        after: bool = False,
    ) -> None:
        """These people hear this, each once."""
        self.told += [Told(name, what, at, until or at, after) for name in dict.fromkeys(people)]

    def people(self, audiences: Iterable[str], town: str | None) -> list[str]:
        """The office, its leader, the town's officers."""
        known = {"office": OFFICE, "head": HEADS, "town": self.life.county.officers(town)}
        return [name for audience in audiences for name in known[audience]]

    def alarm(
        self,
        what: str,
        town: str | None,
        at: datetime,
        *,
        over: datetime | None = None,
        acked: datetime | None = None,
    ) -> None:
        """Somebody must answer, else it climbs; over, it stops by itself. The first of the office answers."""
        called: dict[str, None] = {}
        ends = min((moment for moment in (over, acked) if moment is not None), default=OVER)
        for minutes, audiences in ALARM_STEPS:
            step = at + minutes * MINUTE
            if minutes and ends < step:
                break
            names = self.people(audiences, town)
            called |= dict.fromkeys(names)
            self.say(names, f"alarm-{'again' if minutes else 'head'}/{what}", step)
        if acked is not None:
            self.say([name for name in called if name != OFFICE[0]], f"alarm-acked-by/{what}", acked)

    def fault(
        self,
        kind: str,
        at: datetime,
        town: str | None,
        who: str | None,
        post: str = "",
        *,
        becomes: str = "",
    ) -> None:
        """Put down as a violation; who explains it when, and what the office decides, is by its kind."""
        known = _day(at)
        explained = closed = None
        if kind in ("late", "left_post", "late_report"):
            explained = next(slot for slot in _slots(known) if slot >= known + HOUR)
        elif kind == "missing_report":
            explained = at + timedelta(hours=18, minutes=30)
        if explained is not None:
            closed = explained + HOUR / 2
        upheld = kind != "left_post"
        self.faults.append(Fault(kind, at, town, who, post, explained, closed, upheld, becomes))

    # What there is to tell

    def published(self, daily: Iterable[datetime]) -> None:
        """The roster: everyone their shifts, the office the hash of the draw; and what comes by the calendar."""
        named = {name for turn in self.life.county.turns for name, _ in turn.people}
        self.say(named, "roster-told/roster-added", PUBLISHED)
        self.say(OFFICE, "draw-committed", PUBLISHED)
        self.say(OFFICE[:1], "upload-read", PUBLISHED)
        covered = PUBLISHED.replace(hour=1, minute=0) + DAY
        for _ in ("the holiday by the calendar", "the office's own period"):
            self.say(OFFICE, "coverage-full", covered + EARLIEST, covered + LATEST)
        for morning in daily:
            self.say(OFFICE, "digest-head", morning, morning + 9 * MINUTE)
        self.say(OFFICE, "summary-head", OVER - HOUR)
        self.say(OFFICE, "draw-revealed", OVER - HOUR)

    def reminded(self, seat: Seat) -> None:
        """A week, a day and an hour before."""
        for before in (7 * DAY, DAY, HOUR):
            due = seat.turn.starts - before
            if not seat.stands(due):
                continue
            if before == HOUR:
                self.say([seat.name], "duty-remind", due)
            else:
                self.say([seat.name], "duty-remind", due + EARLIEST, due + LATEST)

    def watched(self, turn: Turn) -> None:
        """Called at the beginning, nudged, alarmed, the B角 called on; late or never there is a violation."""
        deputy = self.life.called_deputy(turn)
        stand_in = deputy[0].arrives if deputy else None
        for seat in self.life.seats[key(turn)]:
            self.reminded(seat)
            if seat.role != DEPUTY and (seat.until is None or seat.until > turn.starts):
                self._missing(seat, stand_in)
            if seat.name in (OUTSIDER,) and seat.arrives is not None and (*key(turn), seat.role) in OUTSIDE:
                self.say(OFFICE, "duty-outside", seat.arrives)
        if deputy is not None:
            self._deputy(turn, *deputy)

    def _missing(self, seat: Seat, stand_in: datetime | None) -> None:
        turn, town = seat.turn, seat.turn.post.town
        ends = min(moment for moment in (seat.arrives, seat.until, stand_in, turn.ends) if moment is not None)
        called, nudged, alarmed, deputy = (seat.expected + minutes * MINUTE for minutes in (0, 10, 20, 30))
        if ends >= called:
            self.say([seat.name], "duty-call", called, after=seat.since > turn.starts)
        if ends >= nudged:
            self.say([seat.name], "duty-nudge", nudged)
        if ends >= alarmed:
            acked = turn.starts + TAKEOVER_ACKED * MINUTE if key(turn) in TAKEN_OVER else None
            over = ends if ends < turn.ends else None
            self.alarm("duty-missing", town, alarmed, over=over, acked=acked)
        if ends >= deputy:
            told = [name for name in self.people(("town", "head"), town) if name != seat.name]
            self.say(told, "duty-leaders-told", deputy)
        self._came_or_not(seat, stand_in)

    def _came_or_not(self, seat: Seat, stand_in: datetime | None) -> None:
        turn, town = seat.turn, seat.turn.post.town
        late = (seat.arrives - seat.expected) // MINUTE if seat.arrives else None
        if late is not None and seat.arrives is not None:
            if late >= 20:
                self.say(self.people(("office", "town"), town), "duty-came", seat.arrives)
            if late >= 10:
                self.fault("late", seat.arrives, town, seat.name, turn.post.name)
        elif seat.until is None and stand_in is None:
            self.fault("unmanned", turn.ends, town, seat.name, turn.post.name)

    def _deputy(self, turn: Turn, deputy: Seat, called: datetime) -> None:
        self.say([deputy.name], "duty-deputy-called", called)
        town = turn.post.town
        late = [each.arrives for each in self.life.seats[key(turn)] if each.arrives and each.is_in(turn.ends)]
        ends = deputy.arrives or max(late)
        nudged, alarmed, leaders = (called + minutes * MINUTE for minutes in (10, 20, 30))
        if ends >= nudged:
            self.say([deputy.name], "duty-nudge", nudged)
        if ends >= alarmed:
            self.alarm("duty-missing-called", town, alarmed, over=ends)
        if ends >= leaders:
            told = [name for name in self.people(("town", "head"), town) if name != deputy.name]
            self.say(told, "duty-leaders-told", leaders)
        if deputy.arrives is not None:
            self.say(self.people(("office", "town"), town), "duty-came-called", deputy.arrives)
        else:
            self.say([deputy.name], "duty-stand-down", ends)

    def relieved(self, turn: Turn) -> None:
        """The handover: asked for, filled in, confirmed; both sides hear each step, the office if it is late."""
        life, relief, post = self.life, self.life.reliefs[key(turn)], turn.post
        following = life.following(turn)
        asked = turn.ends - 20 * MINUTE
        over = relief.confirmed or max(relief.filled, turn.ends)
        last = following is None
        self.say(_names(life.fillers(turn, asked)), f"handover-ask{'-last' if last else ''}", asked)
        if following is not None:
            self.say(_names(self._incoming(following, relief.filled)), "handover-handed", relief.filled)
            self._relief_here(turn, following)
        for minutes in (0, 10, 20):
            step = turn.ends + minutes * MINUTE
            if over >= step and not (last and relief.filled < step):
                self._unrelieved(turn, following, step, minutes)
        out = _names(life.there(turn, over))
        if following is None:
            self.say(out, "handover-released", over)
            return
        self.say(out, "handover-relieved", over)
        others = [name for name in _names(self._incoming(following, over)) if name != relief.confirmer]
        self.say(others, "handover-taken-by", over)
        if over >= turn.ends + 20 * MINUTE:
            self.say(self.people(("office", "town"), post.town), "handover-done-late", over)

    def _incoming(self, turn: Turn, moment: datetime) -> list[Seat]:
        """Those of the next shift who are awaited or in; the B角 only once called on."""
        deputy = self.life.called_deputy(turn)
        called = deputy is not None and deputy[1] < moment
        standing = self.life.standing(turn, moment)
        return [seat for seat in standing if seat.role != DEPUTY or called or seat.is_in(moment)]

    def _relief_here(self, turn: Turn, following: Turn) -> None:
        """The first of the next shift is there before anything is filled in."""
        coming = [seat.arrives for seat in self.life.seats[key(following)] if seat.arrives]
        first = min(coming)
        if turn.ends - 20 * MINUTE <= first < self.life.reliefs[key(turn)].filled:
            self.say(_names(self.life.fillers(turn, first)), "handover-relief-here", first)

    def _unrelieved(self, turn: Turn, following: Turn | None, step: datetime, minutes: int) -> None:
        """At the end, and every ten minutes, nobody has taken over yet."""
        relief = self.life.reliefs[key(turn)]
        filled = relief.filled < step
        stay = "unconfirmed" if filled else "unfilled" if following else "last"
        told = self.life.there(turn, step) if filled else self.life.fillers(turn, step)
        self.say(_names(told), f"handover-stay-{stay}", step)
        if following is None:
            return
        incoming = self._incoming(following, step)
        if minutes == 10:
            hurried = incoming if filled else [seat for seat in incoming if not seat.is_in(step)]
            self.say(_names(hurried), "handover-hurry", step)
        if minutes == 20:
            acked = turn.ends + TAKEOVER_ACKED * MINUTE if key(following) in TAKEN_OVER else None
            over = relief.filled if not filled else relief.confirmed
            self.alarm("handover-late", turn.post.town, step, over=over, acked=acked)

    def swapped(self) -> None:
        """Somebody asks, a colleague agrees, the leader of the shift approves."""
        for swap in SWAPS:
            turn = self.life.of_post[swap.post][swap.number]
            seats = self.life.seats[key(turn)]
            former, new = (seat.name for seat in seats if seat.role == swap.role)
            leader = next(seat.name for seat in seats if seat.role == LEADER)
            self.say([new], "swap-asks", swap.asked)
            for days in (7, 3, 1):
                recalled = turn.starts - days * DAY
                if swap.asked + HOUR <= recalled <= swap.agreed:
                    self.say([new], "swap-asks", recalled)
                    self.say([former], "swap-still-open", recalled)
            self.say([former], "swap-agreed", swap.agreed)
            self.say([leader], "swap-approve-ask", swap.agreed)
            self._substituted(turn, former, new, leader, swap.approved)

    def taken_over(self) -> None:
        """In an emergency the office puts someone else on."""
        for (post, number), (minutes, _) in TAKEN_OVER.items():
            turn = self.life.of_post[post][number]
            former, new = (seat.name for seat in self.life.seats[key(turn)])
            decided = turn.starts + minutes * MINUTE
            self._substituted(turn, former, new, OFFICE[0], decided)
            self.say([new], "takeover-come", decided)

    def _substituted(self, turn: Turn, former: str, new: str, by: str, at: datetime) -> None:
        self.say([former], "roster-told/roster-substituted-out", at)
        self.say([new], "roster-told/roster-substituted-in", at)
        team = [seat.name for seat in self.life.seats[key(turn)]]
        others = [*team, *self.people(("office", "town"), turn.post.town)]
        told = [name for name in others if name not in (former, new, by)]
        self.say(told, "roster-told/roster-substituted", at)

    def checked(self, asked: list[Asked]) -> None:
        """Spot checks: the question, who was elsewhere, and whom nobody heard of."""
        checks: dict[tuple[str, datetime], list[Asked]] = {}
        for each in asked:
            checks.setdefault((each.post.name, each.at), []).append(each)
            self.say([each.seat.name], "spot-ask", each.at)
        for every in checks.values():
            for each in every:
                self._answered(each)
            silent = [each for each in every if each.silent]
            if silent:
                post, closes = every[0].post, every[0].at + ANSWER
                came = [each.answered for each in silent if each.answered]
                over = max(came) if len(came) == len(silent) else None
                acked = None if over else every[0].at + SPOT_ACKED * MINUTE
                self.alarm("spot-unanswered", post.town, closes, over=over, acked=acked)

    def _answered(self, each: Asked) -> None:
        town, post = each.post.town, each.post.name
        if each.silent:
            self.fault("no_answer", each.at + ANSWER, town, each.seat.name, post)
            if each.answered is not None:
                self.say(OFFICE, "spot-came", each.answered)
        if each.outside and each.answered is not None:
            self.say(OFFICE, "spot-outside", each.answered)
            self.fault("left_post", each.answered, town, each.seat.name, post)

    def explained(self) -> None:
        """Every violation is asked about, recalled after three quarters of the day, and decided."""
        without: dict[datetime, None] = {}
        for fault in self.faults:
            people = ([fault.who] if fault.who else []) + self.people(("town",), fault.town)
            kind = f"violation-kind-{fault.kind}"
            self.say(people, f"violation-recorded/{kind}", fault.at)
            remind, over = fault.at + EXPLAIN * 3 / 4, fault.at + EXPLAIN
            if fault.explained is None or fault.explained >= remind:
                self.say(people, f"violation-remind/violation-kind-{fault.becomes or fault.kind}", remind)
            if fault.explained is None or fault.explained >= over:
                without[over] = None
            if fault.explained is not None and fault.explained < OVER:
                self.say(OFFICE, "violation-explained", fault.explained)
            if fault.closed is not None and fault.closed < OVER:
                self.say(people, f"violation-told-{'upheld' if fault.upheld else 'excused'}", fault.closed)
        for moment in without:
            self.say(OFFICE, "violation-silent", moment)


class Looks:
    """The moments at which the program looks at its clock."""

    def __init__(self, moments: Iterable[datetime]) -> None:
        self.moments = sorted(moments)

    def __call__(self, at: datetime, *, after: bool = False) -> datetime:
        """The first at this moment or later; `after`: later."""
        found = (look for look in self.moments if look > at or (look == at and not after))
        return next(found, self.moments[-1] + DAY)


def _names(seats: Iterable[Seat]) -> list[str]:
    return [seat.name for seat in seats]


def _day(at: datetime) -> datetime:
    """When somebody hears of what can wait: at once, or at seven if it is between ten and seven."""
    local = at.astimezone(ZONE)
    if 7 <= local.hour < 22:
        return at
    morning = local.replace(hour=7, minute=0)
    return morning if local.hour < 7 else morning + DAY


def _slots(known: datetime) -> Iterable[datetime]:
    """When people write explanations."""
    first = known.astimezone(ZONE).replace(hour=10, minute=31)
    return (first + hours * HOUR + days * DAY for days in range(3) for hours in (0, 6))


def told_at(at: datetime, *, waits: bool) -> datetime:
    """When a message is to be read that was written at `at`."""
    return _day(at) if waits else at
