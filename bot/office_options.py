"""The office's rules as settings: models/policy.Policy with its defaults, checked."""

from datetime import time, timedelta
from itertools import pairwise
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from bot.options import Section, refuse
from models.policy import AlarmStep, DeadlineRule, Policy, Rung
from models.sectors import KINDS, SECTORS


def _clock_time(value: time) -> time:
    if value.tzinfo is not None or value.second or value.microsecond:
        raise refuse("settings-wants-time")
    return value


ClockTime = Annotated[time, AfterValidator(_clock_time)]
Minutes = Annotated[int, Field(ge=1, le=60 * 24 * 30)]
Audience = Literal["owner", "town", "office", "leader", "draft"]
AlarmAudience = Literal["town", "office", "leader"]


class LadderRung(Section):
    """A rung of the deadline ladder."""

    days: int = Field(ge=-365, le=365)
    to: list[Audience] = Field(min_length=1)


class DeadlineSetting(Section):
    """A rule for deadlines: which hazards, and how many days."""

    level: Literal["general", "major"]
    sector: Literal["", *SECTORS] = ""  # type: ignore[valid-type]
    kind: Literal["", *KINDS] = ""  # type: ignore[valid-type]
    days: int = Field(ge=0, le=365)
    workdays: bool = False


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
        description="Reminders of a deadline: days after it (negative: before), to owner, town, office, leader; "
        "draft: a supervision notice is drafted.",
    )
    ladder_time: ClockTime = Field(_DEFAULT.ladder_time, description="Time of day of those reminders.")
    deadline_time: ClockTime = Field(
        _DEFAULT.deadline_time, description="Time of day at which a deadline falls due."
    )
    deadline_rules: list[DeadlineSetting] = Field(
        [DeadlineSetting(level=rule.level, days=rule.days) for rule in _DEFAULT.deadline_rules],
        description="Days for a rectification by level, sector and kind; the first rule that fits counts.",
    )
    extension_notice_days: int = Field(
        _DEFAULT.extension_notice_days,
        ge=0,
        le=60,
        description="So many days before its deadline an extension must be asked for; 0: at any time.",
    )
    lookback_days: int = Field(
        _DEFAULT.lookback_days,
        ge=1,
        le=365,
        description="Days after closing that a hazard is looked at again.",
    )
    lookback_percent: int = Field(
        _DEFAULT.lookback_percent,
        ge=0,
        le=100,
        description="Share of the general hazards that are looked at again, drawn by lot; major ones all are.",
    )
    lookback_again_days: int = Field(
        _DEFAULT.lookback_again_days,
        ge=1,
        le=90,
        description="Days after which a look-back not done is called to mind again.",
    )
    ask_reporter_days: int = Field(
        _DEFAULT.ask_reporter_days,
        ge=1,
        le=365,
        description="Days after closing that the reporter is asked whether it is really fixed.",
    )
    duplicate_metres: int = Field(
        _DEFAULT.duplicate_metres,
        ge=1,
        le=5000,
        description="An open hazard of the sector so close may be the same one.",
    )
    duplicate_metres_of: dict[Literal[SECTORS], int] = Field(  # type: ignore[valid-type]
        dict(_DEFAULT.duplicate_metres_of), description="The same for single sectors."
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

    @model_validator(mode="after")
    def _in_order(self) -> "OfficeSettings":
        rising = {
            "draft_nudge_minutes": self.draft_nudge_minutes,
            "ladder": [rung.days for rung in self.ladder],
            "alarm_steps": [step.minutes for step in self.alarm_steps],
            "shift_reminder_minutes": self.shift_reminder_minutes[::-1],
        }
        for key, values in rising.items():
            if any(one >= next_one for one, next_one in pairwise(values)):
                fault = (
                    "settings-not-descending" if key == "shift_reminder_minutes" else "settings-not-ascending"
                )
                raise refuse(fault, key=key)
        if self.alarm_steps[0].minutes != 0:
            raise refuse("settings-alarm-first", key="alarm_steps")
        if not self.missed_nudge_minutes < self.missed_alarm_minutes < self.missed_deputy_minutes:
            raise refuse("settings-missed-order", key="missed_alarm_minutes")
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
            deadline_rules=tuple(
                DeadlineRule(rule.level, rule.days, rule.sector, rule.kind, rule.workdays)
                for rule in self.deadline_rules
            ),
            extension_notice_days=self.extension_notice_days,
            lookback_days=self.lookback_days,
            lookback_percent=self.lookback_percent,
            lookback_again_days=self.lookback_again_days,
            ask_reporter_days=self.ask_reporter_days,
            duplicate_metres=self.duplicate_metres,
            duplicate_metres_of={str(sector): metres for sector, metres in self.duplicate_metres_of.items()},
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
        )
