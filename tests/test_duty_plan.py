"""Coverage and the plan of one shift: pure arithmetic."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from models.coverage import Span, clock_times, needed_span, next_start, overlaps, uncovered
from models.duty_plan import ALARMED, CALLED, DEPUTY_CALLED, NUDGED, OVER, REMINDED, next_at, plan, steps_due
from tests.duty_fixtures import POLICY, ZONE, at

START = at(1, 8)
END = at(2, 8)


def span(first, last):
    return Span(START + timedelta(hours=first), START + timedelta(hours=last))


def test_hours_without_a_shift():
    assert uncovered(span(0, 24), [span(0, 24)]) == []
    assert uncovered(span(0, 24), []) == [span(0, 24)]
    assert uncovered(span(0, 24), [span(8, 12), span(0, 4), span(20, 30)]) == [span(4, 8), span(12, 20)]
    assert uncovered(span(0, 24), [span(-8, 40)]) == []
    assert uncovered(span(0, 24), [span(-8, -4), span(0, 20), span(2, 3)]) == [span(20, 24)]


hours = st.integers(-10, 40)
spans = st.lists(st.tuples(hours, hours).filter(lambda pair: pair[0] < pair[1]).map(lambda pair: span(*pair)))


@given(spans)
def test_every_hour_is_either_covered_or_in_a_gap(held):
    gaps = uncovered(span(0, 24), held)
    for hour in range(24):
        inside = span(hour, hour + 1)
        covered = any(overlaps(inside, one) for one in held)
        assert covered != any(overlaps(inside, gap) for gap in gaps)
    assert gaps == sorted(gaps)


def test_a_period_is_whole_shifts_of_the_posts_pattern():
    holiday = Span(at(1, 0), at(8, 0))
    assert needed_span(holiday, clock_times(["08:00"]), ZONE) == Span(at(1, 8), at(8, 8))
    assert needed_span(holiday, clock_times(["20:00", "08:00"]), ZONE) == Span(at(1, 8), at(8, 8))
    assert needed_span(holiday, clock_times(["00:00"]), ZONE) == holiday
    assert needed_span(holiday, clock_times([]), ZONE) == Span(at(1, 8), at(8, 8))
    assert next_start(at(1, 8), clock_times(["08:00"]), ZONE) == at(1, 8)
    assert next_start(at(1, 8, 1), clock_times(["08:00"]), ZONE) == at(2, 8)


def test_a_day_of_twenty_five_hours_is_covered_by_local_shifts():
    berlin = ZoneInfo("Europe/Berlin")
    day = Span(datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC))
    need = needed_span(day, clock_times(["08:00"]), berlin)
    assert need.ends_at - need.starts_at == timedelta(hours=24)
    before = Span(day.starts_at - timedelta(days=1), day.starts_at)
    need = needed_span(before, clock_times(["08:00"]), berlin)
    assert need.ends_at - need.starts_at == timedelta(hours=25)


def steps(awaited=True, expected_at=START, ends_at=END):
    return plan(
        starts_at=START, ends_at=ends_at, expected_at=expected_at, awaited=awaited, seed=1, policy=POLICY
    )


def test_the_steps_of_a_shift():
    found = [(step.rung, step.at) for step in steps()]
    for place, days in enumerate((7, 1)):  # a week and a day before, some minutes off the round hour
        assert found[place][0] == REMINDED
        assert timedelta(0) < found[place][1] - (START - timedelta(days=days)) < timedelta(minutes=30)
    assert found[2:] == [
        (REMINDED, START - timedelta(hours=1)),
        (CALLED, START),
        (NUDGED, START + timedelta(minutes=10)),
        (ALARMED, START + timedelta(minutes=20)),
        (DEPUTY_CALLED, START + timedelta(minutes=30)),
        (OVER, END),
    ]
    assert [step.rung for step in steps(awaited=False)] == [REMINDED] * 3
    assert [step.rung for step in steps(ends_at=START + timedelta(minutes=15))][-2:] == [NUDGED, OVER]


def due(minutes, rung=0, due_at=START - timedelta(days=2), awaited=True):
    now = START + timedelta(minutes=minutes)
    return steps_due(steps(awaited), rung=rung, due_at=due_at, starts_at=START, now=now)


def test_after_downtime_each_is_taken_once_and_no_reminder_comes_late():
    assert due(-30) == [REMINDED]
    assert due(0) == [CALLED]
    assert due(25) == [CALLED, NUDGED, ALARMED]
    assert due(25, rung=NUDGED) == [ALARMED]
    assert due(25, rung=ALARMED) == []
    assert due(90) == [CALLED, NUDGED, ALARMED, DEPUTY_CALLED]
    assert due(25 * 60) == [CALLED, NUDGED, ALARMED, DEPUTY_CALLED, OVER]
    assert due(5, awaited=False) == []
    assert due(-30, due_at=START - timedelta(minutes=20)) == []


def test_what_is_next():
    now = START - timedelta(hours=2)
    assert next_at(steps(), rung=0, now=now) == START - timedelta(hours=1)
    assert next_at(steps(), rung=CALLED, now=START) == START + timedelta(minutes=10)
    assert next_at(steps(), rung=ALARMED, now=START) == START + timedelta(minutes=30)
    assert next_at(steps(awaited=False), rung=0, now=START) is None
    late = START + timedelta(hours=3)
    assert next_at(steps(expected_at=late), rung=0, now=late, fresh=True) == late
    assert next_at(steps(expected_at=late), rung=0, now=late) == late + timedelta(minutes=10)
