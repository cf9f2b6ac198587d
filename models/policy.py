"""What the office has set: minutes, days, hours, ladders. Built from the settings, handed to operations."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

OWNER, TOWN, OFFICE, LEADER = "owner", "town", "office", "leader"
SHIFT_LEADER = "shift_leader"  # the 带班领导 of the shift that a swap is about


@dataclass(frozen=True)
class Rung:
    """One step of the deadline ladder: days after the deadline's day (negative: before), and who is told."""

    days: int
    to: tuple[str, ...]


@dataclass(frozen=True)
class AlarmStep:
    """One step of an alarm: minutes after it was raised, and who is called on."""

    minutes: int
    to: tuple[str, ...]


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
        Rung(3, (OWNER, OFFICE)),
        Rung(7, (OWNER, LEADER)),
    )
    ladder_time: time = time(9, 0)
    deadline_time: time = time(18, 0)
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
    public_url: str = ""  # where people reach the pages, without a slash at the end; empty: not known
    handover_asks: timedelta = timedelta(minutes=20)
    handover_nudge: timedelta = timedelta(minutes=10)
    handover_alarm: timedelta = timedelta(minutes=20)
    handover_release: str = "period_end"  # office, period_end, always: see models/handovers.py
    swap_reminders: tuple[timedelta, ...] = tuple(timedelta(hours=each) for each in (168, 72, 24, 12, 3))
    swap_rest: timedelta = timedelta(hours=8)
    swap_approvers: tuple[str, ...] = (SHIFT_LEADER, OFFICE)

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


def alarm_plan(steps: tuple[AlarmStep, ...]) -> list[dict[str, Any]]:
    """The steps as a running alarm keeps them: later changes of the settings do not touch it."""
    return [{"minutes": step.minutes, "to": list(step.to)} for step in steps]
