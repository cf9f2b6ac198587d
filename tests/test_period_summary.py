"""The summary of a period: pure counting, then what the database, the chat and the table make of it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.coverage import Span
from models.duty import CHECKED_IN, COVERED, DEPUTY, EXPECTED, LEADER, MISSED, OFFICER
from models.period_lines import percent
from models.period_summary import (
    CheckRow,
    DutyRow,
    PostRow,
    ReportRow,
    Tally,
    ViolationRow,
    permille,
    summarise,
)
from models.spot_checks import STATES as ANSWERS
from models.violations import KINDS
from models.violations import STATES as VERDICTS
from models.zero_rounds import STATES as REPORTED
from tests.duty_fixtures import at

HOUR = timedelta(hours=1)
DAY = Span(at(1, 8), at(2, 8))
A, B = "411024101", "411024108"


def post(post_id, area=A, planned=(DAY,), attended=(), need=DAY):
    return PostRow(post_id, f"岗{post_id}", area, need, planned, attended)


def summed(posts=(), duties=(), checks=(), reports=(), violations=()):
    return summarise(posts, duties, checks, reports, violations)


def test_coverage_counts_what_was_planned_and_what_was_attended() -> None:
    half, quarter = Span(at(1, 8), at(1, 20)), Span(at(1, 9), at(1, 15))
    rows = [post(1, planned=[half], attended=[quarter, quarter]), post(2, B, attended=[DAY])]
    total = summed(rows).total
    assert (total.posts, total.needed, total.planned, total.attended) == (2, 2880, 720 + 1440, 360 + 1440)
    assert summed(rows).towns[A].attended == 360
    assert summed(rows).posts[2].planned == 1440


def test_check_ins() -> None:
    duties = [
        DutyRow(1, LEADER, CHECKED_IN, 0),
        DutyRow(1, OFFICER, CHECKED_IN, 7),
        DutyRow(1, LEADER, COVERED, 40),
        DutyRow(1, DEPUTY, CHECKED_IN, 0),  # who stood in shows at the one whose place was taken
        DutyRow(1, OFFICER, MISSED, 0),
        DutyRow(1, OFFICER, EXPECTED, 0),
    ]
    total = summed([post(1)], duties).total
    assert (total.expected, total.on_time, total.late, total.covered, total.missed) == (5, 1, 1, 1, 2)


def test_spot_checks() -> None:
    states = [("passed", False), ("passed", True), ("late", False), ("late", True)]
    states += [("no_answer", False), ("unreached", False), ("void", False), ("asked", False)]
    total = summed([post(1)], checks=[CheckRow(1, *each) for each in states]).total
    found = (total.checks, total.passed, total.outside, total.answered_late, total.no_answer)
    assert found == (6, 1, 2, 1, 2)


def test_reports_of_posts_and_of_towns() -> None:
    reports = [
        ReportRow(1, A, "well", 0),
        ReportRow(None, A, "news", 0),
        ReportRow(None, B, "well", 3),
        ReportRow(None, B, "missed", 0),
        ReportRow(None, B, "awaited", 0),
    ]
    summary = summed([post(1)], reports=reports)
    total = summary.total
    found = (total.reports, total.reports_on_time, total.reports_late, total.reports_missing)
    assert found == (5, 2, 1, 2)
    assert (summary.towns[A].reports, summary.towns[B].reports, summary.posts[1].reports) == (2, 3, 1)


def test_violations_by_kind_and_verdict() -> None:
    rows = [
        ViolationRow(1, A, "late", "upheld"),
        ViolationRow(1, A, "late", "asked"),
        ViolationRow(None, B, "missing_report", "excused"),
    ]
    total = summed([post(1)], violations=rows).total
    assert (total.kinds["late"], total.kinds["missing_report"], total.violations) == (2, 1, 3)
    assert (total.upheld, total.excused, total.open) == (1, 1, 1)


def test_a_post_that_is_gone_counts_in_its_town_only() -> None:
    summary = summed(violations=[ViolationRow(9, A, "late", "asked")])
    assert summary.posts == {}
    assert summary.towns[A].violations == 1


def test_not_quite_everything_is_not_everything() -> None:
    assert [percent(part, 10_000) for part in (10_000, 9_999, 9_990, 1, 0)] == [
        "100.0%",
        "99.9%",
        "99.9%",
        "0.0%",
        "0.0%",
    ]
    assert percent(0, 0) == "100.0%"
    assert permille(1, 3) == 333


ids = st.integers(1, 5)
areas = st.sampled_from([A, B, None])


@given(
    st.lists(
        st.builds(
            DutyRow,
            ids,
            st.sampled_from([LEADER, OFFICER, DEPUTY]),
            st.sampled_from([CHECKED_IN, COVERED, MISSED, EXPECTED]),
            st.integers(0, 9),
        )
    ),
    st.lists(st.builds(CheckRow, ids, st.sampled_from(ANSWERS), st.booleans())),
    st.lists(
        st.builds(ReportRow, st.one_of(st.none(), ids), areas, st.sampled_from(REPORTED), st.integers(0, 9))
    ),
    st.lists(
        st.builds(
            ViolationRow, st.one_of(st.none(), ids), areas, st.sampled_from(KINDS), st.sampled_from(VERDICTS)
        )
    ),
)
def test_the_towns_add_up_to_the_whole_and_the_parts_to_each_sum(duties, checks, reports, violations) -> None:
    posts = [post(each, A if each % 2 else B) for each in range(1, 6)]
    summary = summed(posts, duties, checks, reports, violations)
    for name in Tally.__dataclass_fields__:
        if name == "kinds":
            continue
        assert sum(getattr(each, name) for each in summary.towns.values()) == getattr(summary.total, name)
    for tally in (summary.total, *summary.towns.values(), *summary.posts.values()):
        assert tally.expected == tally.on_time + tally.late + tally.missed + tally.covered
        assert tally.reports == tally.reports_on_time + tally.reports_late + tally.reports_missing
        assert tally.violations == tally.upheld + tally.excused + tally.open
        assert tally.attended <= tally.planned <= tally.needed


@pytest.mark.parametrize("flag", [True, False])
def test_every_answer_counts_in_one_way(flag: bool) -> None:
    for state in ANSWERS:
        if flag and state in ("no_answer", "unreached"):
            continue  # who did not answer was nowhere
        total = summed([post(1)], checks=[CheckRow(1, state, flag)]).total
        assert total.checks == total.passed + total.outside + total.answered_late + total.no_answer
