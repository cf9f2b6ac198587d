"""A roster shared out for a key period: from the posts, the people and the rules to its shifts."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from models.base import Actor, UserError
from models.calendar import calendar_of
from models.coverage import Span, clock_times, needed_span, overlaps, shifts_in
from models.duty import DEPUTY, DUTY_ROLES, LEADER, OFFICER, KeyPeriod, Post, Shift, duties_of
from models.duty_publish import standing_shifts
from models.people import Person
from models.policy import Policy
from models.posts import may_edit_post
from models.roster_rules import ShiftRow
from models.rota import Rota, Rules, Slot, Tally, is_uneven, share_out, slots_of, tallies
from models.rota_facts import candidates, off_days
from models.workdays import unknown_years

EACH_MOST = 5
WORK_MOST = 2_000_000  # places times people; more would take minutes


@dataclass(frozen=True)
class Wish:
    """What is to be shared out. `starts`: the shifts' pattern, empty for each post's own. `each`: officers
    of a shift. `rest`: hours between two shifts of a person; `in_a_row`: days on which they begin one."""

    post_ids: tuple[int, ...]
    leaders: tuple[int, ...] = ()
    officers: tuple[int, ...] = ()
    starts: tuple[str, ...] = ()
    each: int = 1
    rest: int = 12
    in_a_row: int = 2

    def as_json(self) -> dict[str, Any]:
        """For keeping."""
        return asdict(self)


def wish_of(kept: dict[str, Any]) -> Wish:
    """What `Wish.as_json` wrote."""
    values: dict[str, Any] = {
        name: tuple(each) if isinstance(each, list) else each for name, each in kept.items()
    }
    return Wish(**values)


@dataclass
class RotaPlan:
    """A roster shared out, not published. `rows` are all its shifts, those that run already included;
    `open` the places nobody has; `tallies` what everyone asked for has of it, by person."""

    rows: list[ShiftRow]
    open: list[Slot]
    tallies: dict[int, Tally]
    uneven: bool
    away: list[int] = field(default_factory=list)
    unknown_years: list[int] = field(default_factory=list)


def plan_rota(
    session: Session, *, by: Actor, period: KeyPeriod, wish: Wish, now: datetime, policy: Policy
) -> RotaPlan:
    """Share out what lies ahead of a period at these posts; shifts that run already stay as they are.

    Errors: rota-no-posts, post-unknown, not-allowed, post-starts, rota-nobody, person-unknown, rota-each-range,
    rota-rules, rota-over, rota-too-big.
    """
    posts = _posts(session, by, wish)
    roles = _people(session, by.county, wish)
    running = running_rows(session, period=period, post_ids=list(posts), now=now)
    shifts = _shifts(period, posts, wish, running, now, policy)
    calendar = calendar_of(session, county=by.county)
    wanted = [role for role, who in ((LEADER, wish.leaders), (OFFICER, wish.officers)) if who]
    wanted += [DEPUTY] if len(set(wish.leaders)) > 1 else []
    slots = slots_of(shifts, wanted, each=wish.each, is_off=off_days(calendar), zone=policy.zone)
    if len(slots) * len(roles) > WORK_MOST:
        raise UserError("rota-too-big")
    old = standing_shifts(session, period=period, post_ids=list(posts), now=now)
    replaced = [shift.id for shift in old if shift.starts_at > now]
    need = Span(min(span.starts_at for _, span in shifts), max(span.ends_at for _, span in shifts))
    people = candidates(
        session,
        county=by.county,
        roles=roles,
        need=need,
        replaced=replaced,
        calendar=calendar,
        policy=policy,
    )
    rules = Rules(timedelta(hours=wish.rest), wish.in_a_row)
    rota = share_out(slots, people, rules=rules, zone=policy.zone)
    first, last = (policy.local(at).date() for at in (need.starts_at, need.ends_at))
    return RotaPlan(
        rows=[*running, *_rows(shifts, rota)],
        open=rota.open,
        tallies={one: tallies(rota.seats.items()).get(one, Tally()) for one in roles},
        uneven=_uneven(rota, wish),
        away=[one.person_id for one in people if any(overlaps(away, need) for away in one.away)],
        unknown_years=unknown_years(calendar, first, last),
    )


def _posts(session: Session, by: Actor, wish: Wish) -> dict[int, Post]:
    if not wish.post_ids:
        raise UserError("rota-no-posts")
    if not 1 <= wish.each <= EACH_MOST:
        raise UserError("rota-each-range", most=EACH_MOST)
    if not (0 <= wish.rest <= 96 and 1 <= wish.in_a_row <= 31):
        raise UserError("rota-rules")
    posts = {}
    for post_id in wish.post_ids:
        post = session.get(Post, (by.county, post_id))
        if post is None or not post.active:
            raise UserError("post-unknown")
        if not may_edit_post(by, post.area):
            raise UserError("not-allowed")
        posts[post_id] = post
    return posts


def _people(session: Session, county: str, wish: Wish) -> dict[int, frozenset[str]]:
    """Everyone asked for with what they may be given, in their order."""
    if not wish.leaders and not wish.officers:
        raise UserError("rota-nobody")
    roles: dict[int, frozenset[str]] = {}
    for person_id in wish.leaders:
        roles[person_id] = frozenset((LEADER, DEPUTY))
    for person_id in wish.officers:
        roles[person_id] = roles.get(person_id, frozenset()) | {OFFICER}
    query = select(Person.id).where(Person.county == county, col(Person.id).in_(roles), col(Person.active))
    if len(session.exec(query).all()) != len(roles):
        raise UserError("person-unknown")
    return roles


def running_rows(
    session: Session, *, period: KeyPeriod, post_ids: Sequence[int], now: datetime
) -> list[ShiftRow]:
    """The standing shifts of these posts that have begun: they stay as they are."""
    standing = standing_shifts(session, period=period, post_ids=post_ids, now=now)
    begun = [shift for shift in standing if shift.starts_at <= now]
    people = duties_of(session, county=period.county, shift_ids=[shift.id for shift in begun])
    return [as_row(shift, [(duty.person_id, duty.role) for duty in people[shift.id]]) for shift in begun]


def as_row(shift: Shift, people: Sequence[tuple[int, str]]) -> ShiftRow:
    """A stored shift as a row of a roster."""
    return ShiftRow(shift.post_id, shift.starts_at, shift.ends_at, tuple(people), shift.note)


def _shifts(
    period: KeyPeriod,
    posts: dict[int, Post],
    wish: Wish,
    running: Sequence[ShiftRow],
    now: datetime,
    policy: Policy,
) -> list[tuple[int, Span]]:
    """Post and hours of every shift that is still to begin. Errors: post-starts, rota-over."""
    found = []
    for post in posts.values():
        try:
            starts = clock_times(wish.starts or post.starts)
        except ValueError:
            raise UserError("post-starts") from None
        need = needed_span(Span(period.starts_at, period.ends_at), starts, policy.zone)
        held = [row.span for row in running if row.post_id == post.id]
        found += [
            (post.id, span)
            for span in shifts_in(need, starts, policy.zone)
            if span.starts_at > now and not any(overlaps(span, other) for other in held)
        ]
    if not found:
        raise UserError("rota-over", period=period.name)
    return sorted(found, key=lambda one: (one[1].starts_at, one[0]))


def _rows(shifts: Sequence[tuple[int, Span]], rota: Rota) -> list[ShiftRow]:
    """The shifts that somebody stands; with a B角 alone nobody does."""
    people: dict[tuple[int, Span], list[tuple[int, str]]] = {shift: [] for shift in shifts}
    for slot, person_id in rota.seats.items():
        people[slot.post_id, slot.span].append((person_id, slot.role))
    return [
        ShiftRow(
            post_id,
            span.starts_at,
            span.ends_at,
            tuple(sorted(people[post_id, span], key=lambda one: DUTY_ROLES.index(one[1]))),
        )
        for post_id, span in shifts
        if any(role != DEPUTY for _, role in people[post_id, span])
    ]


def _uneven(rota: Rota, wish: Wish) -> bool:
    """Whether leaders among themselves, or officers, have too different parts."""
    heaviest = max((slot.weight for slot in rota.seats), default=0.0)
    found = tallies(rota.seats.items())
    return any(
        is_uneven([found.get(one, Tally()) for one in set(who)], heaviest)
        for who in (wish.leaders, wish.officers)
        if who
    )
