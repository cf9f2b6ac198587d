"""Who reports: the towns or the posts of a key period, and the people who may report for each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.duty import CALLED_ON, CHECKED_IN, DEPUTY, EXPECTED, LEADER, KeyPeriod, Post, Shift
from models.duty_views import OnDuty, who_is_on
from models.people import TOWN_OFFICER, Person, people_with
from models.places import area_index, town_of
from models.policy import POST
from models.zero_rounds import ReportRound, ZeroReport

_BEFORE = timedelta(minutes=1)  # at the very change of shifts those report who stood until then
_THERE = (CHECKED_IN, CALLED_ON, EXPECTED)


@dataclass(frozen=True)
class Unit:
    """One that reports: a town by its code, or a post. `area` is the town in both cases."""

    key: str
    name: str
    area: str | None
    post_id: int | None = None


def units_of(session: Session, *, period: KeyPeriod, by: str, at: datetime) -> list[Unit]:
    """The units that report at this hour, each once: posts with a shift running, or the towns that have shifts in
    the period; posts of no town report for themselves in both cases."""
    running = (one for one in _running(session, period.county, at) if one.shift.period_id == period.id)
    posts = {one.post.id: one.post for one in running}  # two shifts of a post where one waits to be relieved
    own = [post for post in posts.values() if by == POST or town_of(post.area) is None]
    units = [Unit(f"post:{post.id}", post.name, town_of(post.area), post.id) for post in own]
    if by != POST:
        index = area_index(session, county=period.county)
        units += [Unit(f"town:{code}", index.name(code) or code, code) for code in _towns(session, period)]
    return units


def _towns(session: Session, period: KeyPeriod) -> list[str]:
    areas = session.exec(
        select(Post.area)
        .join(Shift, (col(Shift.county) == Post.county) & (col(Shift.post_id) == Post.id))
        .where(
            Shift.county == period.county,
            Shift.period_id == period.id,
            col(Shift.removed_at).is_(None),
        )
        .distinct()
    )
    return sorted({town for area in areas if (town := town_of(area))})


def _running(
    session: Session, county: str, at: datetime, post_ids: Collection[int] | None = None
) -> list[OnDuty]:
    return who_is_on(session, county=county, at=at - _BEFORE, post_ids=post_ids)


def people_of(
    session: Session, *, round_: ReportRound, reports: Sequence[ZeroReport]
) -> dict[int, list[Person]]:
    """Who may give each of these reports, by report: for a post those on its shift, for a town its officers;
    where a town has none, those on duty at its posts. Always from the roster as it stands now."""
    posts = {report.post_id for report in reports if report.post_id is not None}
    only = (
        posts if all(report.post_id is not None for report in reports) else None
    )  # a town's are not known yet
    running = _running(session, round_.county, round_.at, only) if reports else []
    by_post = {one.post.id: on_shift(one) for one in running}
    found: dict[int, list[Person]] = {}
    for report in reports:
        if report.post_id is not None:
            found[report.id] = by_post.get(report.post_id, [])
            continue
        officers = people_with(session, county=report.county, role=TOWN_OFFICER, area=report.area)
        standing = [one for one in running if town_of(one.post.area) == report.area]
        on_duty = {person.id: person for one in standing for person in by_post[one.post.id]}
        found[report.id] = officers or list(on_duty.values())
    return found


def on_shift(one: OnDuty) -> list[Person]:
    """Those of a shift who are there or awaited, the one in charge first; the B角 only once called or there."""
    there = [(duty, person) for duty, person in one.people if duty.state in _THERE]
    there.sort(key=lambda pair: (pair[0].state != CHECKED_IN, pair[0].role != LEADER))
    return [person for _, person in there] or [person for duty, person in one.people if duty.role != DEPUTY]
