"""The grade of an incident by 国务院令第493号 Art 3: every boundary, and what holds for all numbers."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.base import UserError
from models.incident_grade import (
    COUNT_MAX,
    EXTRAORDINARY,
    GRADES,
    LOSS_MAX,
    MAJOR,
    ORDINARY,
    PEOPLE,
    SERIOUS,
    Counts,
    at_least,
    check_counts,
    grade_of,
    graver,
    may_reach,
)

# 以上 includes the number, 以下 excludes it.
DEAD = [
    (0, ORDINARY),
    (2, ORDINARY),
    (3, SERIOUS),
    (9, SERIOUS),
    (10, MAJOR),
    (29, MAJOR),
    (30, EXTRAORDINARY),
]
SEVERE = [
    (1, ORDINARY),
    (9, ORDINARY),
    (10, SERIOUS),
    (49, SERIOUS),
    (50, MAJOR),
    (99, MAJOR),
    (100, EXTRAORDINARY),
]
LOSS = [
    (0, ORDINARY),
    (9_999_999, ORDINARY),
    (10_000_000, SERIOUS),
    (49_999_999, SERIOUS),
    (50_000_000, MAJOR),
    (99_999_999, MAJOR),
    (100_000_000, EXTRAORDINARY),
]


@pytest.mark.parametrize(("dead", "grade"), DEAD)
def test_by_the_dead(dead: int, grade: str) -> None:
    assert grade_of(Counts(dead=dead)) == grade


@pytest.mark.parametrize(("severe", "grade"), SEVERE)
def test_by_the_severely_injured(severe: int, grade: str) -> None:
    assert grade_of(Counts(severe=severe)) == grade


@pytest.mark.parametrize(("loss", "grade"), LOSS)
def test_by_the_direct_loss(loss: int, grade: str) -> None:
    assert grade_of(Counts(loss=loss)) == grade


def test_whichever_measure_reaches_highest_decides() -> None:
    assert grade_of(Counts(dead=2, severe=50, loss=1)) == MAJOR
    assert grade_of(Counts(dead=10, severe=1, loss=100_000_000)) == EXTRAORDINARY


def test_what_is_not_known_counts_as_none() -> None:
    assert grade_of(Counts()) == ORDINARY


def test_missing_trapped_and_lightly_hurt_decide_no_grade_but_are_looked_at() -> None:
    counts = Counts(dead=1, light=200, missing=2, trapped=7, hurt=9)
    assert grade_of(counts) == ORDINARY
    assert may_reach(counts) == MAJOR  # ten dead at worst
    assert may_reach(Counts(severe=1, hurt=9)) == SERIOUS
    assert may_reach(Counts(dead=3)) == SERIOUS


NUMBERS = st.builds(
    Counts,
    **{name: st.none() | st.integers(0, 200) for name in PEOPLE},
    loss=st.none() | st.integers(0, 200_000_000),
)


@given(NUMBERS, st.sampled_from(["dead", "severe", "loss"]), st.integers(0, 200_000_000))
def test_more_harm_is_never_a_lower_grade(counts: Counts, name: str, more: int) -> None:
    worse = replace(counts, **{name: (getattr(counts, name) or 0) + more})
    assert not graver(grade_of(counts), grade_of(worse))


@given(NUMBERS)
def test_what_may_come_is_never_below_what_is(counts: Counts) -> None:
    assert not graver(grade_of(counts), may_reach(counts))


@given(NUMBERS, NUMBERS)
def test_newer_numbers_replace_only_what_they_name(older: Counts, newer: Counts) -> None:
    merged = older.replaced_by(newer)
    for name in (*PEOPLE, "loss"):
        said = getattr(newer, name)
        if name != "hurt" or (said is not None and (newer.severe, newer.light) != (None, None)):
            assert getattr(merged, name) == (getattr(older, name) if said is None else said)


def test_whoever_is_told_apart_is_no_longer_among_those_hurt_in_a_way_unknown() -> None:
    older = Counts(dead=2, hurt=3)
    assert older.replaced_by(Counts(severe=1, light=1)) == Counts(dead=2, severe=1, light=1, hurt=1)
    assert older.replaced_by(Counts(severe=5)).hurt == 0
    assert older.replaced_by(Counts(dead=3)).hurt == 3
    assert older.replaced_by(Counts(severe=1, hurt=3)).hurt == 3
    assert Counts(severe=1, light=0).replaced_by(Counts(hurt=1)) == Counts(severe=1, light=0, hurt=0)
    assert Counts(severe=1, light=1).replaced_by(Counts(hurt=3)) == Counts(severe=1, light=1, hurt=1)
    assert Counts(severe=1, hurt=2).replaced_by(Counts(severe=2)) == Counts(severe=2, hurt=1)
    assert Counts(severe=2, hurt=2).replaced_by(Counts(severe=1)) == Counts(severe=1, hurt=2)


def test_nobody_is_said_only_where_it_is_known() -> None:
    assert Counts(**dict.fromkeys(PEOPLE, 0)).nobody
    assert Counts(dead=0).nobody
    assert not Counts().nobody
    assert not Counts(dead=0, missing=1).nobody


@pytest.mark.parametrize(
    ("counts", "fault"),
    [
        (Counts(dead=-1), "count-negative"),
        (Counts(trapped=COUNT_MAX + 1), "count-too-many"),
        (Counts(loss=-1), "loss-too-much"),
        (Counts(loss=LOSS_MAX + 1), "loss-too-much"),
    ],
)
def test_numbers_that_cannot_be_are_refused(counts: Counts, fault: str) -> None:
    with pytest.raises(UserError) as caught:
        check_counts(counts)
    assert caught.value.key == fault
    check_counts(Counts(dead=COUNT_MAX, loss=LOSS_MAX))


def test_this_grade_and_above() -> None:
    assert at_least(ORDINARY) == GRADES
    assert at_least(SERIOUS) == (SERIOUS, MAJOR, EXTRAORDINARY)
