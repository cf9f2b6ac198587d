"""The board of zero reports: who has said what at which hour, by town and post; and the digest's line."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from models.base import Actor
from models.duty import KeyPeriod
from models.people import ADMIN, OFFICE_LEADER, SAFETY_OFFICE, TOWN_OFFICER, covers, may
from models.places import area_index
from models.policy import Policy
from models.text import Part, series, text, when
from models.zero_notices import missing_lines
from models.zero_rounds import (
    AWAITED,
    GIVEN,
    MISSED,
    NEWS,
    WELL,
    ReportRound,
    ZeroReport,
    reports_of,
    rounds_of,
)

SEES_ALL = (SAFETY_OFFICE, OFFICE_LEADER, ADMIN)
_BACK = timedelta(hours=24)


@dataclass(frozen=True)
class Board:
    """One round as someone may see it: all of it, or a town's own part."""

    period: KeyPeriod
    round_: ReportRound
    reports: list[ZeroReport]


def boards(session: Session, *, by: Actor, now: datetime, policy: Policy, most: int = 3) -> list[Board]:
    """The newest rounds of the last day, of which this person may see something."""
    found = []
    for round_ in rounds_of(session, county=by.county, since=now - _BACK, until=now + policy.report_lead):
        reports = reports_of(session, county=by.county, round_ids=[round_.id])
        seen = [each for each in reports if may_see(by, each)]
        if seen:
            period = session.get_one(KeyPeriod, (by.county, round_.period_id))
            found.append(Board(period, round_, seen))
    return found[:most]


def sees_boards(by: Actor) -> bool:
    """Whether there may be a board for this person at all."""
    return by.has(*SEES_ALL, TOWN_OFFICER)


def may_see(by: Actor, report: ZeroReport) -> bool:
    """The office all; a town's officers their town's."""
    if may(by, SEES_ALL):
        return True
    return any(
        grant.role == TOWN_OFFICER and report.area is not None and covers(grant.area, report.area)
        for grant in by.grants
    )


def board_lines(session: Session, board: Board) -> list[Part]:
    """Counts, then what is the matter, who is missing, who said that all is well; towns together."""
    by_state = Counter(each.state for each in board.reports)
    late = sum(each.late_minutes > 0 for each in board.reports if each.state in GIVEN)
    missing = [each for each in board.reports if each.state in (AWAITED, MISSED)]
    lines: list[Part] = [
        text("zero-board", period=board.period.name, at=when(board.round_.at)),
        text(
            "zero-board-counts",
            count=len(board.reports),
            well=by_state[WELL],
            news=by_state[NEWS],
            missing=len(missing),
            late=late,
        ),
    ]
    lines += [_news(each) for each in board.reports if each.state == NEWS]
    lines += missing_lines(session, board.round_, missing)
    return lines + _well(session, board)


def _news(report: ZeroReport) -> Part:
    return text("zero-board-news", unit=report.name, what=report.what.splitlines()[-1][:60])


def _well(session: Session, board: Board) -> list[Part]:
    """Those that are well: towns in one line; posts in a line of their town."""
    index = area_index(session, county=board.round_.county)
    well = [each for each in board.reports if each.state == WELL]
    towns = [each.name for each in well if each.post_id is None]
    lines: list[Part] = [text("zero-board-well", units=series(towns))] if towns else []
    posts: dict[str, list[str]] = defaultdict(list)
    for each in well:
        if each.post_id is not None:
            posts[index.name(each.area or board.round_.county)].append(each.name)
    lines += [text("zero-board-well-in", area=area, units=series(names)) for area, names in posts.items()]
    return lines


def report_counts(reports: Sequence[ZeroReport]) -> dict[str, int]:
    """How many were due, on time, late, missing, and with news."""
    given = [each for each in reports if each.state in GIVEN]
    late = sum(each.late_minutes > 0 for each in given)
    return {
        "count": len(reports),
        "on_time": len(given) - late,
        "late": late,
        "missing": len(reports) - len(given),
        "news": sum(each.state == NEWS for each in given),
    }


def digest_line(session: Session, *, county: str, now: datetime) -> list[Part]:
    """The morning digest's line on the reports of the last day; none where none were due."""
    rounds = [
        each
        for each in rounds_of(session, county=county, since=now - _BACK, until=now)
        if each.deadline_at <= now
    ]
    if not rounds:
        return []
    counts = report_counts(reports_of(session, county=county, round_ids=[each.id for each in rounds]))
    return [text("zero-digest", **counts)]
