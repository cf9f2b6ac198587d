"""Sharing out shifts: everyone their fair part, nobody twice at once, rested, and never from their leave."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from models.coverage import Span, clock_times, needed_span, overlaps, shifts_in
from models.duty import DEPUTY, LEADER, OFFICER
from models.rota import (
    Candidate,
    Rules,
    Tally,
    _Desk,
    has_night,
    is_uneven,
    share_out,
    slots_of,
    tallies,
)

ZONE = ZoneInfo("Asia/Shanghai")
FIRST = date(2026, 10, 1)
RULES = Rules()
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def at(day, hour=0):
    return datetime(2026, 10, 1, hour, tzinfo=ZONE).astimezone(UTC) + (day - 1) * DAY


def slots(days=7, posts=1, starts=("08:00",), roles=(OFFICER,), each=1, is_off=lambda on: False):
    times = clock_times(starts)
    need = needed_span(Span(at(1), at(1 + days)), times, ZONE)
    shifts = [(post, span) for post in range(1, posts + 1) for span in shifts_in(need, times, ZONE)]
    return slots_of(shifts, roles, each=each, is_off=is_off, zone=ZONE)


def people(count, **facts):
    return [Candidate(number, **facts) for number in range(1, count + 1)]


def share(wanted, who, rules=RULES):
    return share_out(wanted, who, rules=rules, zone=ZONE)


def shifts_of(rota):
    return Counter(rota.seats.values())


def test_a_week_goes_round():
    rota = share(slots(8), people(4))
    assert rota.open == []
    assert [rota.seats[slot] for slot in sorted(rota.seats, key=lambda slot: slot.order)] == [1, 2, 3, 4] * 2


def test_who_had_less_before_is_first_and_of_those_who_was_idle_longest():
    who = [
        Candidate(1, before=5.0),
        Candidate(2, before=2.5, idle_since=at(-5)),
        Candidate(3, before=2.5, idle_since=at(-40)),
        Candidate(4),
    ]
    rota = share(slots(4), who)
    assert [rota.seats[slot] for slot in sorted(rota.seats, key=lambda slot: slot.order)] == [4, 3, 2, 1]


def test_holidays_and_nights_weigh_more():
    off = lambda on: on.day >= 3  # noqa: E731
    wanted = slots(4, starts=("08:00", "20:00"), is_off=off)
    weights = {(slot.day.day, slot.night): slot.weight for slot in wanted}
    assert weights[1, False] == 1
    assert weights[1, True] == 1.5
    assert weights[4, False] == 2
    assert weights[4, True] == 3
    (slot,) = slots(1, is_off=lambda on: True)
    assert (slot.night, slot.weight) == (True, 5)


def test_days_off_are_shared_first():
    """Two days off weigh twice: nobody has both, and who has none gets no fewer of the others."""
    rota = share(slots(6, is_off=lambda on: on.day <= 2), people(3))
    found = tallies(rota.seats.items()).values()
    assert sorted(tally.points for tally in found) == [5, 7.5, 7.5]
    assert sorted(tally.days_off for tally in found) == [0, 1, 1]


def test_leave_and_shifts_elsewhere_are_kept_free():
    away = (Span(at(1), at(4)),)
    rota = share(
        slots(6), [Candidate(1, away=away), Candidate(2, busy=(Span(at(5, 8), at(6, 8)),)), Candidate(3)]
    )
    for slot, person in rota.seats.items():
        assert person != 1 or not overlaps(slot.span, away[0])
        assert person != 2 or slot.day not in (date(2026, 10, 4), date(2026, 10, 5), date(2026, 10, 6))
    assert rota.open == []


def test_with_too_few_people_the_places_stay_open_and_nobody_is_overworked():
    rota = share(slots(4), people(1))
    assert [slot.day.day for slot in rota.open] == [2, 4]
    assert shifts_of(rota) == {1: 2}
    assert share(slots(2), []).open == slots(2)


def test_not_more_than_so_many_days_in_a_row():
    rota = share(slots(6, starts=("08:00", "20:00")), people(3), Rules(rest=8 * HOUR, in_a_row=2))
    for person in (1, 2, 3):
        days = sorted(slot.day for slot, who in rota.seats.items() if who == person)
        assert not any(
            two - one == DAY and three - two == DAY
            for one, two, three in zip(days, days[1:], days[2:], strict=False)
        )


def test_leaders_lead_another_stands_by_and_officers_are_others():
    leaders = [Candidate(number, frozenset((LEADER, DEPUTY))) for number in (1, 2, 3)]
    officers = [Candidate(number) for number in (4, 5, 6, 7)]
    rota = share(slots(6, posts=1, roles=(LEADER, DEPUTY, OFFICER), each=2), [*leaders, *officers])
    assert rota.open == []
    by_shift = {}
    for slot, person in rota.seats.items():
        by_shift.setdefault(slot.span, {}).setdefault(slot.role, []).append(person)
    for roles in by_shift.values():
        assert len({*roles[LEADER], *roles[DEPUTY], *roles[OFFICER]}) == 4
    counts = tallies(rota.seats.items())
    assert [counts[number].shifts for number in range(1, 8)] == [2, 2, 2, 3, 3, 3, 3]
    assert [counts[number].standby for number in (1, 2, 3)] == [2, 2, 2]


def test_room_is_made_by_moving_someone():
    """Only 2 can have the second day, and 2 was given the first: 1 takes it over."""
    who = [Candidate(1, away=(Span(at(2, 8), at(4)),)), Candidate(2)]
    wanted = slots(2)
    rota = share(wanted, [who[1], who[0]])
    assert [rota.seats[slot] for slot in wanted] == [1, 2]


def test_what_is_uneven():
    assert is_uneven([Tally(points=1), Tally(points=4)], 2.5)
    assert not is_uneven([Tally(points=1), Tally(points=3)], 2.5)
    assert not is_uneven([], 2.5)


def test_a_night_is_one_with_two_in_the_morning_in_it():
    assert has_night(Span(at(1, 20), at(2, 8)), ZONE)
    assert has_night(Span(at(1, 8), at(2, 8)), ZONE)
    assert not has_night(Span(at(1, 8), at(1, 20)), ZONE)
    assert not has_night(Span(at(1, 20), at(2, 2)), ZONE)


hour_span = st.builds(
    lambda start, length: Span(at(1) + start * HOUR, at(1) + (start + length) * HOUR),
    st.integers(-48, 200),
    st.integers(1, 60),
)
somebody = st.builds(
    dict,
    roles=st.sampled_from(
        [frozenset((OFFICER,)), frozenset((LEADER, DEPUTY)), frozenset((LEADER, DEPUTY, OFFICER))]
    ),
    busy=st.lists(hour_span, max_size=2).map(tuple),
    away=st.lists(hour_span, max_size=2).map(tuple),
    before=st.floats(0, 50),
    idle_since=st.none() | st.integers(1, 100).map(lambda days: at(1) - days * DAY),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(somebody, max_size=8),
    st.integers(1, 9),
    st.integers(1, 3),
    st.sampled_from([("08:00",), ("08:00", "20:00"), ("06:00", "14:00", "22:00")]),
    st.sampled_from([(OFFICER,), (LEADER, DEPUTY), (LEADER, DEPUTY, OFFICER)]),
    st.integers(1, 2),
    st.builds(Rules, st.integers(0, 24).map(lambda hours: hours * HOUR), st.integers(1, 4)),
)
def test_whoever_they_are_the_rules_hold(facts, days, posts, starts, roles, each, rules):
    who = [Candidate(number, **one) for number, one in enumerate(facts, start=1)]
    wanted = slots(days, posts, starts, roles, each, is_off=lambda on: on.day < 4)
    rota = share(wanted, who, rules)
    assert sorted([*rota.seats, *rota.open], key=lambda slot: slot.order) == sorted(
        wanted, key=lambda s: s.order
    )
    by_id = {one.person_id: one for one in who}
    for person_id in set(rota.seats.values()):
        one = by_id[person_id]
        mine = sorted((slot for slot, held in rota.seats.items() if held == person_id), key=lambda s: s.order)
        assert all(slot.role in one.roles for slot in mine)
        assert not any(overlaps(away, slot.span) for away in one.away for slot in mine)
        real = [slot.span for slot in mine if slot.role != DEPUTY]
        for earlier, later in pairwise(sorted(real)):
            assert later.starts_at - earlier.ends_at >= rules.rest
        for slot in mine:
            others = [*one.busy, *(span for span in real if span != slot.span or slot.role == DEPUTY)]
            assert not any(overlaps(span, slot.span) for span in others)
    for slot in rota.open:  # nobody who could have had it was passed over
        for one in who:
            assert not _free(one, slot, rota, rules), (slot, one)


def _free(one, slot, rota, rules):
    desk = _Desk([one], rules, ZONE)
    for held, person_id in rota.seats.items():
        if person_id == one.person_id:
            desk.give(held, one)
    return desk.can(one, slot)


@settings(max_examples=40, deadline=None)
@given(st.integers(3, 8), st.integers(1, 14), st.booleans())
def test_where_everyone_is_free_nobody_has_more_than_one_shift_more(count, days, weekend):
    rota = share(slots(days, is_off=lambda on: weekend and on.weekday() >= 5), people(count))
    assert rota.open == []
    found = tallies(rota.seats.items())
    heaviest = max(slot.weight for slot in rota.seats)
    assert not is_uneven([found.get(one, Tally()) for one in range(1, count + 1)], heaviest)
