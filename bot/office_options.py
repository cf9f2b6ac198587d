"""The office's rules as settings: models/policy.Policy with its defaults, checked."""

from datetime import time, timedelta
from itertools import pairwise
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from bot.options import Section, refuse
from models.policy import AlarmStep, Policy, Rung


def _clock_time(value: time) -> time:
    if value.tzinfo is not None or value.second or value.microsecond:
        raise refuse("settings-wants-time")
    return value


ClockTime = Annotated[time, AfterValidator(_clock_time)]
Minutes = Annotated[int, Field(ge=1, le=60 * 24 * 30)]
Hours = Annotated[int, Field(ge=1, le=24 * 60)]
Audience = Literal["owner", "town", "office", "leader"]
AlarmAudience = Literal["town", "office", "leader"]


class LadderRung(Section):
    """A rung of the deadline ladder."""

    days: int = Field(ge=-365, le=365)
    to: list[Audience] = Field(min_length=1)


class AlarmRung(Section):
    """A step of an alarm."""

    minutes: int = Field(ge=0, le=60 * 24 * 7)
    to: list[AlarmAudience] = Field(min_length=1)


_DEFAULT = Policy()


def _minutes(value: timedelta) -> int:
    return int(value.total_seconds() // 60)


class OfficeSettings(Section):
    """The office's rules: models/policy.Policy as settings. Times of day are local to `zone`."""

    zone: ZoneInfo = Field(_DEFAULT.zone, description="Time zone in which times are shown and meant.")
    edit_window_minutes: Minutes = Field(
        _minutes(_DEFAULT.edit_window), description="How long a reporter may correct or withdraw a report."
    )
    draft_nudge_minutes: list[Minutes] = Field(
        [_minutes(each) for each in _DEFAULT.draft_nudges],
        description="After how many minutes someone is reminded of an unfinished form, ascending.",
    )
    ladder: list[LadderRung] = Field(
        [LadderRung(days=rung.days, to=list(rung.to)) for rung in _DEFAULT.ladder],
        description="Reminders of a deadline: days after it (negative: before), to owner, town, office, leader.",
    )
    ladder_time: ClockTime = Field(_DEFAULT.ladder_time, description="Time of day of those reminders.")
    deadline_time: ClockTime = Field(
        _DEFAULT.deadline_time, description="Time of day at which a deadline falls due."
    )
    alarm_steps: list[AlarmRung] = Field(
        [AlarmRung(minutes=step.minutes, to=list(step.to)) for step in _DEFAULT.alarm_steps],
        min_length=1,
        description="An alarm without an answer: after how many minutes, and who: office, town, leader.",
    )
    quiet_from: ClockTime = Field(
        _DEFAULT.quiet_from, description="From when messages that can wait are held."
    )
    quiet_to: ClockTime = Field(
        _DEFAULT.quiet_to, description="Until when; the same time as quiet_from: never held."
    )
    digest_time: ClockTime = Field(
        _DEFAULT.digest_time, description="Time of day of the office's morning digest."
    )
    shift_reminder_minutes: list[Minutes] = Field(
        [_minutes(each) for each in _DEFAULT.shift_reminders],
        description="How many minutes before a shift its people are reminded, descending.",
    )
    checkin_opens_minutes: Minutes = Field(
        _minutes(_DEFAULT.checkin_opens), description="How many minutes before a shift check-in opens."
    )
    checkin_radius_metres: int = Field(
        _DEFAULT.checkin_radius, ge=10, le=50_000, description="Farther from the post, a check-in is flagged."
    )
    missed_nudge_minutes: Minutes = Field(
        _minutes(_DEFAULT.missed_nudge),
        description="Not checked in after so many minutes: the person is nudged.",
    )
    missed_alarm_minutes: Minutes = Field(
        _minutes(_DEFAULT.missed_alarm),
        description="After so many: the office is alarmed with the phone number.",
    )
    missed_deputy_minutes: Minutes = Field(
        _minutes(_DEFAULT.missed_deputy),
        description="After so many: the deputy is called on, the leader told.",
    )
    coverage_notice_days: int = Field(
        _DEFAULT.coverage_notice.days,
        ge=0,
        le=60,
        description="Days before a key period that gaps are reported.",
    )
    handover_asks_minutes: Minutes = Field(
        _minutes(_DEFAULT.handover_asks),
        description="How many minutes before a shift ends its people are asked to fill in the handover.",
    )
    handover_nudge_minutes: Minutes = Field(
        _minutes(_DEFAULT.handover_nudge),
        description="Not handed over so many minutes after the end: both sides are nudged.",
    )
    handover_alarm_minutes: Minutes = Field(
        _minutes(_DEFAULT.handover_alarm),
        description="After so many: the office is alarmed with both telephone numbers.",
    )
    handover_release: Literal["office", "period_end", "always"] = Field(
        "period_end",
        description="When no shift follows, filling in the handover lets one go: office (never, the office "
        "does), period_end (at a period's end), always.",
    )
    swap_reminder_hours: list[Hours] = Field(
        [_minutes(each) // 60 for each in _DEFAULT.swap_reminders],
        description="How many hours before a shift an open request to swap it is recalled, descending.",
    )
    swap_rest_hours: int = Field(
        _minutes(_DEFAULT.swap_rest) // 60,
        ge=0,
        le=72,
        description="Hours of rest that whoever takes a shift must have before and after it.",
    )
    swap_approvers: list[Literal["shift_leader", "office", "town"]] = Field(
        ["shift_leader", "office"],
        description="Who approves a swap (the office always may): shift_leader, office, town; "
        "empty: nobody need.",
    )

    @model_validator(mode="after")
    def _in_order(self) -> "OfficeSettings":
        rising = {
            "draft_nudge_minutes": self.draft_nudge_minutes,
            "ladder": [rung.days for rung in self.ladder],
            "alarm_steps": [step.minutes for step in self.alarm_steps],
            "shift_reminder_minutes": self.shift_reminder_minutes[::-1],
            "swap_reminder_hours": self.swap_reminder_hours[::-1],
        }
        for key, values in rising.items():
            if any(one >= next_one for one, next_one in pairwise(values)):
                falling = key in ("shift_reminder_minutes", "swap_reminder_hours")
                fault = "settings-not-descending" if falling else "settings-not-ascending"
                raise refuse(fault, key=key)
        if self.alarm_steps[0].minutes != 0:
            raise refuse("settings-alarm-first", key="alarm_steps")
        if not self.missed_nudge_minutes < self.missed_alarm_minutes < self.missed_deputy_minutes:
            raise refuse("settings-missed-order", key="missed_alarm_minutes")
        if not self.handover_nudge_minutes < self.handover_alarm_minutes <= 50:
            raise refuse("settings-handover-order", key="handover_alarm_minutes")
        return self

    def policy(self) -> Policy:
        """The rules as operations take them."""
        return Policy(
            zone=self.zone,
            edit_window=timedelta(minutes=self.edit_window_minutes),
            draft_nudges=tuple(timedelta(minutes=each) for each in self.draft_nudge_minutes),
            ladder=tuple(Rung(rung.days, tuple(rung.to)) for rung in self.ladder),
            ladder_time=self.ladder_time,
            deadline_time=self.deadline_time,
            alarm_steps=tuple(AlarmStep(step.minutes, tuple(step.to)) for step in self.alarm_steps),
            quiet_from=self.quiet_from,
            quiet_to=self.quiet_to,
            digest_time=self.digest_time,
            shift_reminders=tuple(timedelta(minutes=each) for each in self.shift_reminder_minutes),
            checkin_opens=timedelta(minutes=self.checkin_opens_minutes),
            checkin_radius=self.checkin_radius_metres,
            missed_nudge=timedelta(minutes=self.missed_nudge_minutes),
            missed_alarm=timedelta(minutes=self.missed_alarm_minutes),
            missed_deputy=timedelta(minutes=self.missed_deputy_minutes),
            coverage_notice=timedelta(days=self.coverage_notice_days),
            handover_asks=timedelta(minutes=self.handover_asks_minutes),
            handover_nudge=timedelta(minutes=self.handover_nudge_minutes),
            handover_alarm=timedelta(minutes=self.handover_alarm_minutes),
            handover_release=self.handover_release,
            swap_reminders=tuple(timedelta(hours=each) for each in self.swap_reminder_hours),
            swap_rest=timedelta(hours=self.swap_rest_hours),
            swap_approvers=tuple(self.swap_approvers),
        )
