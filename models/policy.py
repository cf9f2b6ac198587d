"""What the office has set: minutes, days, hours, ladders. Built from the settings, handed to operations."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from models.incident_grade import GRADES

OWNER, TOWN, OFFICE, LEADER = "owner", "town", "office", "leader"
DRAFT = "draft"  # no one to be told: the draft of a supervision notice (督办通知) is laid before the office
DESK = "desk"  # who is on duty now at the county's own posts
TOWN_DESK = "town_desk"  # who is on duty now at the posts of the town
POST = "post"  # beside TOWN: who gives a zero report
SHIFT_LEADER = "shift_leader"  # the 带班领导 of the shift that a swap is about


@dataclass(frozen=True)
class Rung:
    """One step of the deadline ladder: days after the deadline's day (negative: before), and who is told."""

    days: int
    to: tuple[str, ...]


@dataclass(frozen=True)
class DeadlineRule:
    """How long a rectification may take: `days`, for a level and, where named, a sector and a kind.

    The first rule that fits counts. `workdays`: days of the working calendar (调休 included), not of the
    week.
    """

    level: str
    days: int
    sector: str = ""
    kind: str = ""
    workdays: bool = False

    def fits(self, level: str, sector: str, kind: str) -> bool:
        """Whether this rule is for such a hazard."""
        return self.level == level and self.sector in ("", sector) and self.kind in ("", kind)


@dataclass(frozen=True)
class AlarmStep:
    """One step of an alarm: minutes after it was raised, and who is called on."""

    minutes: int
    to: tuple[str, ...]


@dataclass(frozen=True)
class ClockRule:
    """An incident of this grade is reported within so many minutes: how (phone, written), and to whom."""

    grade: str
    means: str
    minutes: int
    to: str


def _clocks() -> tuple[ClockRule, ...]:
    """The sources' own limits: a county's 20 and 40 minutes, 2 h to the next level, Henan's to the province."""
    rows = [
        *((grade, "phone", 20, "county") for grade in GRADES),
        *((grade, "written", 40, "county") for grade in GRADES),
        *((grade, "written", 120, "city") for grade in GRADES),
        *((grade, "phone", 15, "province") for grade in GRADES[2:]),
        *((grade, "written", 35, "province") for grade in GRADES[2:]),
        (GRADES[1], "written", 60, "province"),
        (GRADES[0], "written", 360, "province"),
    ]
    return tuple(ClockRule(*row) for row in rows)


@dataclass(frozen=True)
class Policy:
    """The office's rules. Times of day are local to `zone`."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    edit_window: timedelta = timedelta(minutes=10)
    draft_nudges: tuple[timedelta, ...] = (timedelta(minutes=30), timedelta(hours=20))
    ladder: tuple[Rung, ...] = (
        Rung(-3, (OWNER,)),
        Rung(-1, (OWNER,)),
        Rung(0, (OWNER,)),
        Rung(1, (OWNER, TOWN)),
        Rung(3, (OWNER, OFFICE, DRAFT)),
        Rung(7, (OWNER, LEADER)),
    )
    ladder_time: time = time(9, 0)
    deadline_time: time = time(18, 0)
    deadline_rules: tuple[DeadlineRule, ...] = (DeadlineRule("general", 15), DeadlineRule("major", 30))
    extension_notice_days: int = 0
    lookback_days: int = 30
    lookback_percent: int = 20
    lookback_again_days: int = 7
    ask_reporter_days: int = 28
    duplicate_metres: int = 100
    duplicate_metres_of: dict[str, int] = field(
        default_factory=lambda: {"construction": 200, "transport": 200, "gas": 50}
    )
    alarm_steps: tuple[AlarmStep, ...] = (
        AlarmStep(0, (OFFICE, TOWN)),
        AlarmStep(10, (OFFICE,)),
        AlarmStep(20, (OFFICE, LEADER)),
        AlarmStep(40, (OFFICE, LEADER)),
    )
    quiet_from: time = time(22, 0)
    quiet_to: time = time(7, 0)
    digest_time: time = time(7, 40)
    shift_reminders: tuple[timedelta, ...] = (timedelta(days=7), timedelta(days=1), timedelta(hours=1))
    checkin_opens: timedelta = timedelta(minutes=30)
    checkin_radius: int = 300
    missed_nudge: timedelta = timedelta(minutes=10)
    missed_alarm: timedelta = timedelta(minutes=20)
    missed_deputy: timedelta = timedelta(minutes=30)
    coverage_notice: timedelta = timedelta(days=3)
    incident_alarm_steps: tuple[AlarmStep, ...] = (
        AlarmStep(0, (DESK, OFFICE, TOWN, TOWN_DESK, LEADER)),
        AlarmStep(10, (DESK, OFFICE)),
        AlarmStep(20, (OFFICE, LEADER)),
    )
    ack_again: timedelta = timedelta(minutes=5)
    incident_clocks: tuple[ClockRule, ...] = field(default_factory=_clocks)
    clock_near: timedelta = timedelta(minutes=5)
    followup_times: tuple[time, ...] = (time(8, 0), time(17, 0))
    casualty_ask_days: tuple[int, ...] = (7, 3, 0)
    merge_metres: int = 500
    merge_window: timedelta = timedelta(minutes=30)

    report_by: str = TOWN
    report_times: tuple[time, ...] = (time(15, 0),)
    report_lead: timedelta = timedelta(minutes=30)
    report_chase: timedelta = timedelta(minutes=15)
    report_listed: timedelta = timedelta(minutes=30)
    report_closes: timedelta = timedelta(hours=2)
    spot_checks: int = 1
    spot_margin: timedelta = timedelta(minutes=15)
    spot_answer: timedelta = timedelta(minutes=10)
    late_grace: timedelta = timedelta(minutes=10)
    explain_within: timedelta = timedelta(hours=24)

    handover_asks: timedelta = timedelta(minutes=20)
    handover_nudge: timedelta = timedelta(minutes=10)
    handover_alarm: timedelta = timedelta(minutes=20)
    handover_release: str = "period_end"  # office, period_end, always: see models/handovers.py
    swap_reminders: tuple[timedelta, ...] = tuple(timedelta(hours=each) for each in (168, 72, 24, 12, 3))
    swap_rest: timedelta = timedelta(hours=8)
    swap_approvers: tuple[str, ...] = (SHIFT_LEADER, OFFICE)

    public_url: str = ""  # where people outside reach the pages, without a slash at the end; empty: no links
    office_phone: str = ""
    reply_link_lasts: timedelta = timedelta(days=60)

    def deadline_rule(self, level: str, sector: str, kind: str) -> DeadlineRule | None:
        """The office's rule for such a hazard, None where it has none."""
        return next((rule for rule in self.deadline_rules if rule.fits(level, sector, kind)), None)

    def local(self, at: datetime) -> datetime:
        """`at` in the office's time zone."""
        return at.astimezone(self.zone)

    def is_quiet(self, at: datetime) -> bool:
        """Whether `at` falls in the quiet hours (which may run over midnight)."""
        clock = self.local(at).time()
        if self.quiet_from <= self.quiet_to:
            return self.quiet_from <= clock < self.quiet_to
        return clock >= self.quiet_from or clock < self.quiet_to

    def quiet_ends(self, at: datetime) -> datetime:
        """The next end of the quiet hours after `at`."""
        local = self.local(at)
        end = local.replace(hour=self.quiet_to.hour, minute=self.quiet_to.minute, second=0, microsecond=0)
        return end if end > local else end + timedelta(days=1)


def jitter(seed: int, *, first: int = 2, last: int = 26) -> timedelta:
    """Minutes to add to a round hour so that a crowd is not told at :00 or :30 (the same for the same seed)."""
    return timedelta(minutes=first + (seed * 2654435761 >> 7) % (last - first + 1))


def alarm_plan(steps: tuple[AlarmStep, ...], *, without: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """The steps as a running alarm keeps them: later changes of the settings do not touch it."""
    return [
        {"minutes": step.minutes, "to": [audience for audience in step.to if audience not in without]}
        for step in steps
    ]
