"""A period's summary in words: a few lines for the chat, and the tables of its attachment."""

from datetime import timedelta
from typing import Any

from models.duty import KeyPeriod
from models.period_summary import Summary, Tally, permille
from models.places import AreaIndex
from models.policy import Policy
from models.text import Part, Text, day, text
from models.violation_notices import kind_name
from models.violations import KINDS

TOWNS_MOST = 20
_MOMENT = timedelta(microseconds=1)
COLUMNS = (
    "posts",
    "planned",
    "attended",
    "expected",
    "on-time",
    "late",
    "missed",
    "covered",
    "checks",
    "passed",
    "outside",
    "answered-late",
    "no-answer",
    "reports",
    "reports-on-time",
    "reports-late",
    "reports-missing",
    "violations",
    "upheld",
    "excused",
    "open",
)
_SHARES = {"planned", "attended"}


def percent(part: int, whole: int) -> str:
    """A share to one decimal, rounded down: 99.9% is not all."""
    thousandths = permille(part, whole)
    return f"{thousandths // 10}.{thousandths % 10}%"


def summary_lines(
    period: KeyPeriod, summary: Summary, *, index: AreaIndex, county: str, policy: Policy
) -> list[Part]:
    """The period in some lines: in all, then town by town."""
    first, last = policy.local(period.starts_at).date(), policy.local(period.ends_at - _MOMENT).date()
    lines: list[Part] = [
        text("summary-head", period=period.name, first=day(first), last=day(last)),
        *_total_lines(summary.total),
    ]
    if len(summary.towns) > 1:
        lines += [_town_line(town, tally, index, county) for town, tally in _towns(summary)[:TOWNS_MOST]]
    return lines


def _total_lines(tally: Tally) -> list[Part]:
    lines: list[Part] = [
        text(
            "summary-coverage",
            posts=tally.posts,
            planned=percent(tally.planned, tally.needed),
            attended=percent(tally.attended, tally.needed),
        ),
        text(
            "summary-checkins",
            expected=tally.expected,
            on_time=tally.on_time,
            late=tally.late,
            missed=tally.missed,
            covered=tally.covered,
        ),
        text(
            "summary-checks",
            checks=tally.checks,
            passed=tally.passed,
            outside=tally.outside,
            late=tally.answered_late,
            none=tally.no_answer,
        ),
        text(
            "summary-reports",
            reports=tally.reports,
            on_time=tally.reports_on_time,
            late=tally.reports_late,
            missing=tally.reports_missing,
        ),
    ]
    return [*lines, *_violation_lines(tally)]


def _violation_lines(tally: Tally) -> list[Part]:
    if not tally.violations:
        return [text("summary-no-violations")]
    counts = {"count": tally.violations, "upheld": tally.upheld, "excused": tally.excused, "open": tally.open}
    kinds = {kind: tally.kinds[kind] for kind in KINDS}
    return [text("summary-violations", **counts), text("summary-kinds", **kinds)]


def _towns(summary: Summary) -> list[tuple[str | None, Tally]]:
    """The towns by their codes, the county's own posts last."""
    return sorted(summary.towns.items(), key=lambda item: (item[0] is None, item[0] or ""))


def _town_line(town: str | None, tally: Tally, index: AreaIndex, county: str) -> Text:
    return text(
        "summary-town",
        town=index.name(town or county) or county,
        attended=percent(tally.attended, tally.needed),
        late=tally.late,
        missed=tally.missed,
        passed=tally.passed,
        checks=tally.checks,
        missing=tally.reports_missing,
        violations=tally.violations,
    )


def summary_tables(
    summary: Summary, *, index: AreaIndex, county: str
) -> list[tuple[Text, list[Any], list[Any]]]:
    """Two tables, by town and by post: their names, headings and rows; the last row of the first is the sum."""
    heads = [text(f"summary-column-{name}") for name in COLUMNS]
    heads += [text("summary-violation", kind=kind_name(kind)) for kind in KINDS]
    towns = [[index.name(town or county) or county, *_cells(tally)] for town, tally in _towns(summary)]
    towns.append([text("summary-sum"), *_cells(summary.total)])
    posts = [
        [index.name(row.area or county) or county, row.name, *_cells(summary.posts[post_id])]
        for post_id, row in summary.rows.items()
    ]
    town, post = text("summary-town-name"), text("summary-post-name")
    return [
        (text("summary-by-town"), [town, *heads], towns),
        (text("summary-by-post"), [town, post, *heads], posts),
    ]


def _cells(tally: Tally) -> list[Any]:
    cells: list[Any] = []
    for name in COLUMNS:
        value = getattr(tally, name.replace("-", "_"))
        cells.append(percent(value, tally.needed) if name in _SHARES else value)
    return cells + [tally.kinds[kind] for kind in KINDS]
