"""A key period in numbers (值守小结): coverage, check-ins, spot checks, reports, violations, for all, each town and
each post. Pure functions of rows."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from models.coverage import Span, uncovered
from models.duty import CHECKED_IN, COVERED, DEPUTY, EXPECTED, MISSED
from models.spot_checks import LATE as ANSWERED_LATE
from models.spot_checks import NO_ANSWER, PASSED, UNREACHED
from models.violations import EXCUSED, OPEN, UPHELD
from models.zero_rounds import AWAITED, GIVEN
from models.zero_rounds import MISSED as NOT_REPORTED

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class PostRow:
    """A post: the hours it had to cover so far, those a shift was planned for, those somebody was in."""

    post_id: int
    name: str
    area: str | None
    need: Span
    planned: Sequence[Span] = ()
    attended: Sequence[Span] = ()


@dataclass(frozen=True)
class DutyRow:
    """One person on one shift that has begun."""

    post_id: int
    role: str
    state: str
    late_minutes: int


@dataclass(frozen=True)
class CheckRow:
    """One person asked in a spot check."""

    post_id: int
    state: str
    outside: bool


@dataclass(frozen=True)
class ReportRow:
    """One zero report whose hour is past: of a post, or of a town."""

    post_id: int | None
    area: str | None
    state: str
    late_minutes: int


@dataclass(frozen=True)
class ViolationRow:
    """One violation: at a post, or a town's."""

    post_id: int | None
    area: str | None
    kind: str
    state: str


@dataclass
class Tally:
    """The numbers of all, of a town, or of a post. Times are minutes."""

    posts: int = 0
    needed: int = 0
    planned: int = 0
    attended: int = 0
    expected: int = 0
    on_time: int = 0
    late: int = 0
    missed: int = 0
    covered: int = 0
    checks: int = 0
    passed: int = 0
    outside: int = 0
    answered_late: int = 0
    no_answer: int = 0
    reports: int = 0
    reports_on_time: int = 0
    reports_late: int = 0
    reports_missing: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    upheld: int = 0
    excused: int = 0
    open: int = 0

    @property
    def violations(self) -> int:
        return self.kinds.total()


@dataclass
class Summary:
    """A period in numbers: in all, by town (None: the county's own), by post, each with its name."""

    total: Tally = field(default_factory=Tally)
    towns: dict[str | None, Tally] = field(default_factory=dict)
    posts: dict[int, Tally] = field(default_factory=dict)
    rows: dict[int, PostRow] = field(default_factory=dict)


def permille(part: int, whole: int) -> int:
    """Thousandths, rounded down, so that not quite everything never reads as everything; nothing needed is all."""
    return part * 1000 // whole if whole else 1000


def summarise(
    posts: Iterable[PostRow],
    duties: Iterable[DutyRow],
    checks: Iterable[CheckRow],
    reports: Iterable[ReportRow],
    violations: Iterable[ViolationRow],
) -> Summary:
    """Count everything once in all, once in its town, and once at its post where it has one."""
    summary = Summary()
    for post in sorted(posts, key=lambda row: (row.area or "", row.name)):
        summary.rows[post.post_id] = post
        for tally in _tallies(summary, post.post_id, post.area):
            _add_post(tally, post)
    for duty in duties:
        for tally in _tallies(summary, duty.post_id, None):
            _add_duty(tally, duty)
    for check in checks:
        for tally in _tallies(summary, check.post_id, None):
            _add_check(tally, check)
    for report in reports:
        for tally in _tallies(summary, report.post_id, report.area):
            _add_report(tally, report)
    for violation in violations:
        for tally in _tallies(summary, violation.post_id, violation.area):
            _add_violation(tally, violation)
    return summary


def _tallies(summary: Summary, post_id: int | None, area: str | None) -> list[Tally]:
    """Where a row counts. Its town is its post's, if the post is one of the period's."""
    known = summary.rows.get(post_id) if post_id is not None else None
    town = known.area if known else area
    found = [summary.total, summary.towns.setdefault(town, Tally())]
    if known:
        found.append(summary.posts.setdefault(known.post_id, Tally()))
    return found


def _minutes(need: Span, held: Iterable[Span]) -> int:
    gaps = uncovered(need, held)
    without = sum(((gap.ends_at - gap.starts_at) for gap in gaps), timedelta(0))
    return (need.ends_at - need.starts_at - without) // _MINUTE


def _add_post(tally: Tally, row: PostRow) -> None:
    tally.posts += 1
    if row.need.starts_at < row.need.ends_at:
        tally.needed += (row.need.ends_at - row.need.starts_at) // _MINUTE
        tally.planned += _minutes(row.need, row.planned)
        tally.attended += _minutes(row.need, row.attended)


def _add_duty(tally: Tally, row: DutyRow) -> None:
    """The B角 is not expected; that one stood in shows at the person whose place was taken."""
    if row.role == DEPUTY:
        return
    tally.expected += 1
    tally.on_time += row.state == CHECKED_IN and not row.late_minutes
    tally.late += row.state == CHECKED_IN and row.late_minutes > 0
    tally.covered += row.state == COVERED
    tally.missed += row.state in (MISSED, EXPECTED)


def _add_check(tally: Tally, row: CheckRow) -> None:
    """What was void or still runs counts for nothing; outside weighs more than late."""
    if row.state not in (PASSED, ANSWERED_LATE, NO_ANSWER, UNREACHED):
        return
    tally.checks += 1
    tally.outside += row.outside
    tally.passed += row.state == PASSED and not row.outside
    tally.answered_late += row.state == ANSWERED_LATE and not row.outside
    tally.no_answer += row.state in (NO_ANSWER, UNREACHED)


def _add_report(tally: Tally, row: ReportRow) -> None:
    tally.reports += 1
    tally.reports_on_time += row.state in GIVEN and not row.late_minutes
    tally.reports_late += row.state in GIVEN and row.late_minutes > 0
    tally.reports_missing += row.state in (AWAITED, NOT_REPORTED)


def _add_violation(tally: Tally, row: ViolationRow) -> None:
    tally.kinds[row.kind] += 1
    tally.upheld += row.state == UPHELD
    tally.excused += row.state == EXCUSED
    tally.open += row.state in OPEN
