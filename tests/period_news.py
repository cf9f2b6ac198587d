"""The National Day test's own account of the zero reports and of one incident: who must hear what when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.period_county import COMMAND, DAYS, DEPUTY, HEADS, MINUTE, OFFICE, TOWNS, WATCH, at
from tests.period_life import ASKED_BEFORE, CLOSES, NEWS, NEWS_ACKED, REPORTS, ROUND
from tests.period_model import Account

REPORTED = at(3, 2, 13)
PLACE, REPORTER = "彭店镇", "王芳"
FINISHED = at(3, 10, 7)
# Who answers the alarm so many minutes after it; everybody must.
ANSWERED = {"李静": 2, "陈明": 3, "何伟": 4, "张建国": 6}
SECOND_OF_TOWN, LEADER_OF_DESK, OFFICER_OF_DESK, SECOND_DESK, TOWN_DESK = 3, 4, 12, 3, 7
# The office's reports upward: means, to whom, limit in minutes, done after so many.
CLOCKS = (
    ("phone", "county", 20, 8),
    ("written", "county", 40, 25),
    ("written", "city", 120, 70),
    ("written", "province", 360, 75),
)
AGAIN, MISSING_AFTER = 5, 10


@dataclass(frozen=True)
class Report:
    """One zero report: of a town or a post, who may give it, when and by whom it is given."""

    unit: str
    town: str | None
    day: int
    hour: datetime
    people: tuple[str, ...]
    given: datetime | None
    news: bool

    @property
    def late(self) -> int:
        """Minutes after its hour."""
        return max(0, int((self.given - self.hour) / MINUTE)) if self.given else 0


def reports_of(account: Account) -> Iterator[Report]:
    """Every report of the period: each town by its officers, the county's own posts by those on duty there."""
    for day in range(DAYS):
        hour = at(1 + day, ROUND)
        for town in TOWNS.values():
            minutes = REPORTS.get((town, day), -20)
            given = None if minutes is None else hour + minutes * MINUTE
            news = (town, day) in NEWS
            yield Report(town, town, day, hour, account.life.county.officers(town), given, news)
        for post in (COMMAND, WATCH):
            turn = account.life.of_post[post][day]
            people = tuple(seat.name for seat in account.life.there(turn, hour))
            yield Report(post, None, day, hour, people, hour - 20 * MINUTE, news=False)


def reported(account: Account) -> list[Report]:
    """Asked half an hour before, nudged at the hour, chased, listed for the office, closed after two hours."""
    reports = list(reports_of(account))
    for report in reports:
        _report(account, report)
    for day in range(DAYS):
        _list(account, [report for report in reports if report.day == day], at(1 + day, ROUND))
    return reports


def _report(account: Account, report: Report) -> None:
    hour, given = report.hour, report.given
    account.say(report.people, "zero-ask", hour - ASKED_BEFORE)
    for minutes, what in ((0, "zero-nudge"), (15, "zero-chase")):
        step = hour + minutes * MINUTE
        if given is None or given >= step:
            account.say(report.people, what, step)
    if given is None or given >= hour + CLOSES:
        becomes = "late_report" if given else ""
        account.fault("missing_report", hour + CLOSES, report.town, None, becomes=becomes)
    elif report.late >= 10:
        account.fault("late_report", given, report.town, None)
    if given is None:
        return
    account.say(report.people[1:], f"zero-given-{'news' if report.news else 'well'}", given)
    if report.news:
        account.alarm("zero-news", report.town, given, acked=given + NEWS_ACKED * MINUTE)


def _list(account: Account, reports: list[Report], hour: datetime) -> None:
    """The office's one message, edited: who is out after half an hour, after two hours, and as they come in."""
    listed = hour + 30 * MINUTE
    out = [report for report in reports if report.given is None or report.given >= listed]
    if not out:
        return
    account.say(OFFICE, "zero-list", listed)
    account.say(OFFICE, "zero-list-closed", hour + CLOSES)
    for report in out:
        if report.given is not None:
            account.say(OFFICE, "zero-list-all", report.given)


@dataclass(frozen=True)
class Incident:
    """The one incident: who is called on, and when each has answered."""

    answers: dict[str, datetime]
    desk: tuple[str, ...]
    readers: tuple[str, ...]  # of its card


def desk_at(account: Account, moment: datetime, *, town: str | None = None) -> tuple[str, ...]:
    """Who is on duty at the county's own posts, or at a town's."""
    posts = [post.name for post in account.life.county.posts if post.town == town]
    turns = [turn for post in posts for turn in account.life.of_post[post]]
    running = [turn for turn in turns if turn.starts <= moment < turn.ends]
    seats = [seat for turn in running for seat in account.life.standing(turn, moment)]
    return tuple(seat.name for seat in seats if seat.role != DEPUTY)


def incident_of(account: Account) -> Incident:
    """Who is called on at night, and how soon they answer."""
    desk = desk_at(account, REPORTED)
    town = account.life.county.officers(PLACE)
    minutes = ANSWERED | dict(zip(desk, (LEADER_OF_DESK, OFFICER_OF_DESK, SECOND_DESK), strict=True))
    minutes[town[1]] = SECOND_OF_TOWN
    for name in desk_at(account, REPORTED, town=PLACE):
        minutes.setdefault(name, TOWN_DESK)
    answers = {name: REPORTED + after * MINUTE for name, after in minutes.items()}
    morning = (*desk_at(account, FINISHED), *desk_at(account, FINISHED, town=PLACE))
    return Incident(answers, desk, (*minutes, *HEADS, *town, *morning, REPORTER))


def happened(account: Account) -> Incident:
    """Alarmed at any hour until each has answered, the clocks upward, the end."""
    incident = incident_of(account)
    leading = (*OFFICE, *incident.desk)
    account.say(incident.answers, "alarm-head/incident-head", REPORTED)
    for name, answered in incident.answers.items():
        reminder = REPORTED + AGAIN * MINUTE
        while reminder <= answered:
            account.say([name], "alarm-you-have-not/incident-head", reminder)
            reminder += AGAIN * MINUTE
    missing = REPORTED + MISSING_AFTER * MINUTE
    told = [name for name in leading if incident.answers[name] < missing]
    if len(told) < len(leading):
        account.say(told, "alarm-missing", missing)
    for _, _, limit, done in CLOCKS:
        for moment in (REPORTED + timedelta(minutes=limit) / 2, REPORTED + (limit - 5) * MINUTE):
            if moment <= REPORTED + done * MINUTE:
                account.say(leading, "clock-half", moment)
    there = (*desk_at(account, FINISHED), *desk_at(account, FINISHED, town=PLACE))
    ended = dict.fromkeys((*OFFICE, *HEADS, *there, *account.life.county.officers(PLACE), REPORTER))
    account.say([name for name in ended if name != OFFICE[0]], "incident-head", FINISHED)
    return incident
