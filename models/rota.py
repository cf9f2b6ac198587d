"""Sharing out shifts fairly (排班): pure functions of the places to fill, the people and the rules.

A shift weighs one for each twelve hours, half as much more if it has a night in it, and twice all that if
it begins on a day off. Whoever has least of the new roster is next; of those, who had least in the
periods before; then who has been idle longest; then as the list of people has them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from models.coverage import Span, overlaps
from models.duty import DEPUTY, DUTY_ROLES, OFFICER

NIGHT, NIGHT_EXTRA, DAY_OFF_FACTOR = time(2, 0), 0.5, 2.0
_HALF_DAY = timedelta(hours=12)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_ROUNDS = 400  # of levelling out; each makes the roster fairer, so that it ends

IsOff = Callable[[date], bool]


@dataclass(frozen=True)
class Slot:
    """One place on one shift. `number` tells several officers of a shift apart."""

    post_id: int
    role: str
    span: Span
    day: date  # the local day on which it begins
    night: bool = False
    day_off: bool = False
    number: int = 0

    @property
    def weight(self) -> float:
        """What the shift weighs; a B角 only stands by, and bears a quarter of it."""
        whole = (self.span.ends_at - self.span.starts_at) / _HALF_DAY + (NIGHT_EXTRA if self.night else 0)
        return whole * (DAY_OFF_FACTOR if self.day_off else 1) * (0.25 if self.role == DEPUTY else 1)

    @property
    def order(self) -> tuple[datetime, int, int, int]:
        return (self.span.starts_at, self.post_id, DUTY_ROLES.index(self.role), self.number)


@dataclass(frozen=True)
class Candidate:
    """Someone who may be given shifts. `busy` are their shifts elsewhere, `away` their leave; `before` is
    what they had in the periods before, `idle_since` when their last shift ended."""

    person_id: int
    roles: frozenset[str] = frozenset((OFFICER,))
    busy: tuple[Span, ...] = ()
    away: tuple[Span, ...] = ()
    before: float = 0.0
    idle_since: datetime | None = None


@dataclass(frozen=True)
class Rules:
    """`rest` between two shifts of a person, and on how many days in a row they may begin one."""

    rest: timedelta = timedelta(hours=12)
    in_a_row: int = 2


@dataclass
class Rota:
    """Who has which place; `open` are those for which nobody could be found."""

    seats: dict[Slot, int] = field(default_factory=dict)
    open: list[Slot] = field(default_factory=list)


@dataclass
class Tally:
    """What one person has of a roster."""

    shifts: int = 0
    nights: int = 0
    days_off: int = 0
    standby: int = 0
    points: float = 0.0


def slots_of(
    shifts: Iterable[tuple[int, Span]], roles: Sequence[str], *, each: int, is_off: IsOff, zone: tzinfo
) -> list[Slot]:
    """The places of these shifts (post and hours): one of each role, `each` officers."""
    found = []
    for post_id, span in shifts:
        on = span.starts_at.astimezone(zone).date()
        night = has_night(span, zone)
        for role in roles:
            for number in range(each if role == OFFICER else 1):
                found.append(Slot(post_id, role, span, on, night, is_off(on), number))
    return found


def has_night(span: Span, zone: tzinfo) -> bool:
    """Whether two in the morning lies in it."""
    on = span.starts_at.astimezone(zone).date()
    last = span.ends_at.astimezone(zone).date()
    while on <= last:
        if span.starts_at <= datetime.combine(on, NIGHT, zone) < span.ends_at:
            return True
        on += timedelta(days=1)
    return False


def share_out(slots: Iterable[Slot], people: Sequence[Candidate], *, rules: Rules, zone: tzinfo) -> Rota:
    """Give every place to someone who can have it, as fairly as it goes; the rest stays open."""
    desk = _Desk(people, rules, zone)
    ordered = sorted(slots, key=lambda slot: (slot.role == DEPUTY, *slot.order))
    for slot in ordered:
        chosen = min(filter(lambda one: desk.can(one, slot), people), key=desk.turn, default=None)
        if chosen is not None:
            desk.give(slot, chosen)
    for slot in ordered:
        if slot not in desk.seats:
            desk.make_room(slot)
    desk.level_out()
    return Rota(
        {slot: desk.seats[slot].person_id for slot in ordered if slot in desk.seats},
        [slot for slot in ordered if slot not in desk.seats],
    )


class _Desk:
    """A roster being made."""

    def __init__(self, people: Sequence[Candidate], rules: Rules, zone: tzinfo) -> None:
        self.people, self.rules, self.zone = people, rules, zone
        self.place = {one.person_id: place for place, one in enumerate(people)}
        self.seats: dict[Slot, Candidate] = {}
        self.mine: dict[int, list[Slot]] = defaultdict(list)
        self.points: dict[int, float] = defaultdict(float)
        self.busy_days = {
            one.person_id: {span.starts_at.astimezone(zone).date() for span in one.busy} for one in people
        }

    def turn(self, one: Candidate) -> tuple[float, float, datetime, int]:
        """Whose turn it is: the least comes first."""
        idle = one.idle_since or _LONG_AGO
        return (self.points[one.person_id], one.before, idle, self.place[one.person_id])

    def give(self, slot: Slot, one: Candidate) -> None:
        self.seats[slot] = one
        self.mine[one.person_id].append(slot)
        self.points[one.person_id] += slot.weight

    def take(self, slot: Slot) -> Candidate:
        one = self.seats.pop(slot)
        self.mine[one.person_id].remove(slot)
        self.points[one.person_id] -= slot.weight
        return one

    def can(self, one: Candidate, slot: Slot) -> bool:
        """Whether someone may have a place, with what they have already."""
        if slot.role not in one.roles or any(overlaps(away, slot.span) for away in one.away):
            return False
        mine = self.mine[one.person_id]
        if slot.role == DEPUTY:
            held = [*one.busy, *(each.span for each in mine if each.role != DEPUTY)]
            standing_by = (each for each in mine if each.role == DEPUTY and each.post_id == slot.post_id)
            return not any(
                overlaps(span, slot.span) for span in (*held, *(each.span for each in standing_by))
            )
        if any(each.role == DEPUTY and overlaps(each.span, slot.span) for each in mine):
            return False
        held = [*one.busy, *(each.span for each in mine if each.role != DEPUTY)]
        return self._rested(held, slot) and self._in_a_row(one, mine, slot) <= self.rules.in_a_row

    def _rested(self, held: Iterable[Span], slot: Slot) -> bool:
        rest = self.rules.rest
        wide = Span(slot.span.starts_at - rest, slot.span.ends_at + rest)
        return not any(overlaps(span, wide) for span in held)

    def _in_a_row(self, one: Candidate, mine: Iterable[Slot], slot: Slot) -> int:
        days = {each.day for each in mine if each.role != DEPUTY} | self.busy_days[one.person_id]
        run = 1
        for step in (timedelta(days=-1), timedelta(days=1)):
            on = slot.day + step
            while on in days:
                run, on = run + 1, on + step
        return run

    def make_room(self, slot: Slot) -> None:
        """For a place nobody could have: free someone from another that somebody else can take over."""
        for one in sorted((one for one in self.people if slot.role in one.roles), key=self.turn):
            for held in sorted(self.mine[one.person_id], key=lambda each: each.order):
                self.take(held)
                if self.can(one, slot):
                    self.give(slot, one)
                    other = min(
                        (each for each in self.people if self.can(each, held)), key=self.turn, default=None
                    )
                    if other is not None:
                        self.give(held, other)
                        return
                    self.take(slot)
                self.give(held, one)

    def level_out(self) -> None:
        """Move shifts from who has most to who has least, as long as that brings them nearer together."""
        for _ in range(_ROUNDS):
            if not any(self._lighten(one) for one in sorted(self.people, key=self.turn, reverse=True)):
                return

    def _lighten(self, one: Candidate) -> bool:
        for slot in sorted(self.mine[one.person_id], key=lambda each: each.order):
            for other in sorted(self.people, key=self.turn):
                if self.points[one.person_id] - self.points[other.person_id] <= slot.weight:
                    break
                if self.can(other, slot):
                    self.take(slot)
                    self.give(slot, other)
                    return True
        return False


def tallies(seats: Iterable[tuple[Slot, int]]) -> dict[int, Tally]:
    """What everyone has of a roster, by person."""
    found: dict[int, Tally] = defaultdict(Tally)
    for slot, person_id in seats:
        tally = found[person_id]
        tally.points += slot.weight
        if slot.role == DEPUTY:
            tally.standby += 1
            continue
        tally.shifts += 1
        tally.nights += slot.night
        tally.days_off += slot.day_off
    return dict(found)


def is_uneven(tallies: Iterable[Tally], heaviest: float) -> bool:
    """Whether somebody has more than somebody else by more than the heaviest single shift."""
    points = [tally.points for tally in tallies]
    return bool(points) and max(points) - min(points) > heaviest
