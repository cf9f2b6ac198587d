"""The draw of spot checks: a pure function of its seed, unpredictable without it, provable with it, fair."""

import hashlib
import hmac
from collections import Counter
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from models.coverage import Span
from models.draw import check_windows, commitment, draw, drawn_moment, new_seed

SEED = bytes(range(32))
ON = date(2026, 10, 1)
EIGHT = datetime(2026, 10, 1, 0, 0, tzinfo=UTC)  # 08:00 in Yanling
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
WHOLE = [Span(EIGHT, EIGHT + DAY)]
MARGIN = 15 * MINUTE

seeds = st.binary(min_size=32, max_size=32)
lengths = st.integers(min_value=1, max_value=72 * 60)


def moments(seed, *, posts=1, days=1, per_day=1, shifts=WHOLE):
    windows = check_windows(shifts, MARGIN)
    return [
        drawn_moment(seed, post_id=post, on=ON + day * DAY, k=k, windows=windows)
        for post in range(1, posts + 1)
        for day in range(days)
        for k in range(1, per_day + 1)
    ]


def test_the_same_seed_draws_the_same() -> None:
    assert moments(SEED, posts=5, days=3) == moments(SEED, posts=5, days=3)


def test_it_can_be_computed_with_any_tool() -> None:
    """As docs/duty-checks.md tells it: HMAC-SHA256, eight bytes, scaled to the minutes of the window."""
    digest = hmac.new(SEED, b"42|2026-10-01|1", hashlib.sha256).hexdigest()
    minutes = 24 * 60 - 30
    assert draw(SEED, post_id=42, on=ON, k=1, among=minutes) == int(digest[:16], 16) * minutes // 2**64


@given(seeds, seeds)
def test_another_seed_draws_another_time(one: bytes, other: bytes) -> None:
    """Of twenty checks all the same by chance: 1410^-20."""
    same = moments(one, posts=20) == moments(other, posts=20)
    assert same == (one == other)


def test_one_bit_changes_the_draw_of_nearly_every_post() -> None:
    changed = bytes([SEED[0] ^ 1, *SEED[1:]])
    pairs = zip(moments(SEED, posts=400), moments(changed, posts=400), strict=True)
    assert sum(one != other for one, other in pairs) > 390


def test_each_post_day_and_number_is_drawn_for_itself() -> None:
    drawn = moments(SEED, posts=10, days=8, per_day=3)
    by_clock = {(moment - EIGHT) % DAY for moment in drawn}
    assert len(by_clock) > 200  # of 240 over 1,410 minutes


@given(seeds, st.lists(st.tuples(lengths, lengths), min_size=1, max_size=4), st.integers(0, 120))
def test_a_check_falls_inside_a_shift_and_outside_the_handover(
    seed: bytes, pattern: list[tuple[int, int]], margin: int
) -> None:
    shifts, upto = [], EIGHT
    for gap, length in pattern:
        shifts.append(Span(upto + gap * MINUTE, upto + (gap + length) * MINUTE))
        upto = shifts[-1].ends_at
    windows = check_windows(shifts, margin * MINUTE)
    moment = drawn_moment(seed, post_id=7, on=ON, k=1, windows=windows)
    if moment is None:
        assert all(shift.ends_at - shift.starts_at < (2 * margin + 1) * MINUTE for shift in shifts)
        return
    assert (moment - EIGHT) % MINUTE == timedelta(0)
    (shift,) = [each for each in shifts if each.starts_at <= moment < each.ends_at]
    assert shift.starts_at + margin * MINUTE <= moment < shift.ends_at - margin * MINUTE


def test_every_minute_of_the_window_can_be_drawn_and_none_is_favoured() -> None:
    """14,100 draws over 24 hours: each of 47 half hours expects 300; six standard deviations are 104."""
    drawn = moments(SEED, posts=10, days=1410)
    hours = Counter((moment - EIGHT - MARGIN) // (30 * MINUTE) for moment in drawn)
    assert set(hours) == set(range(47))
    assert all(196 < count < 404 for count in hours.values())
    minutes = Counter((moment - EIGHT) // MINUTE for moment in drawn)
    assert min(minutes) == 15
    assert max(minutes) == 24 * 60 - 16
    assert len(minutes) == 1410


def test_day_and_night_shifts_of_a_day_share_its_checks() -> None:
    night = [Span(EIGHT, EIGHT + 12 * HOUR), Span(EIGHT + 12 * HOUR, EIGHT + DAY)]
    drawn = moments(SEED, posts=200, shifts=night)
    by_day = sum(moment < EIGHT + 12 * HOUR for moment in drawn)
    assert 60 < by_day < 140
    change = EIGHT + 12 * HOUR
    assert not any(change - MARGIN <= moment < change + MARGIN for moment in drawn)


def test_a_shift_as_short_as_its_margins_is_not_checked() -> None:
    assert moments(SEED, shifts=[Span(EIGHT, EIGHT + 30 * MINUTE)]) == [None]
    assert moments(SEED, shifts=[Span(EIGHT, EIGHT + 31 * MINUTE)]) == [EIGHT + MARGIN]


def test_the_commitment_is_the_sha256_and_seeds_are_new() -> None:
    assert commitment(b"\0" * 32) == "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925"
    made = {new_seed() for _ in range(50)}
    assert len(made) == 50
    assert {len(seed) for seed in made} == {32}
