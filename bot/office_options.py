"""The office's rules as settings: models/policy.Policy with its defaults, checked."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import time, timedelta
from itertools import pairwise
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from bot.options import Section, refuse
from models.policy import AlarmStep, ClockRule, DeadlineRule, Policy, Rung
from models.sectors import KINDS, SECTORS


def _clock_time(value: time) -> time:
    if value.tzinfo is not None or value.second or value.microsecond:
        raise refuse("settings-wants-time")
    return value


ClockTime = Annotated[time, AfterValidator(_clock_time)]
Minutes = Annotated[int, Field(ge=1, le=60 * 24 * 30)]
Audience = Literal["owner", "town", "office", "leader", "draft"]
Hours = Annotated[int, Field(ge=1, le=24 * 60)]
AlarmAudience = Literal["town", "office", "leader"]
IncidentAudience = Literal["desk", "town", "town_desk", "office", "leader"]


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


class IncidentRung(Section):
    """A step of an incident's alarm."""

    minutes: int = Field(ge=0, le=60 * 24 * 7)
    to: list[IncidentAudience] = Field(min_length=1)


class IncidentClock(Section):
    """A limit within which an incident of a grade is reported."""

    grade: Literal["ordinary", "serious", "major", "extraordinary"]
    means: Literal["phone", "written"]
    minutes: Minutes
    to: Literal["county", "city", "province"]


_DEFAULT = Policy()


def _alarm_steps(rungs: Sequence[AlarmRung | IncidentRung]) -> tuple[AlarmStep, ...]:
    return tuple(AlarmStep(rung.minutes, tuple(rung.to)) for rung in rungs)


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
        description="After so many: the deputy is called on, by the same steps from then on; the leader is told.",
    )
    coverage_notice_days: int = Field(
        _DEFAULT.coverage_notice.days,
        ge=0,
        le=60,
        description="Days before a key period that gaps are reported.",
    )
    incident_alarm_steps: list[IncidentRung] = Field(
        [IncidentRung(minutes=step.minutes, to=list(step.to)) for step in _DEFAULT.incident_alarm_steps],
        min_length=1,
        description=(
            "An incident's alarm: after how many minutes, and who must answer: "
            "desk, office, town, town_desk, leader."
        ),
    )
    ack_again_minutes: Minutes = Field(
        _minutes(_DEFAULT.ack_again),
        description="After how many minutes, again and again, whoever has not answered it is reminded.",
    )
    incident_clocks: list[IncidentClock] = Field(
        [IncidentClock(**asdict(rule)) for rule in _DEFAULT.incident_clocks],
        description="Limits of reporting an incident upward: grade, phone or written, minutes, to whom.",
    )
    clock_near_minutes: Minutes = Field(
        _minutes(_DEFAULT.clock_near), description="How many minutes before a limit the last reminder comes."
    )
    followup_times: list[ClockTime] = Field(
        list(_DEFAULT.followup_times),
        min_length=1,
        description="Times of day before which serious and graver incidents need a follow-up report.",
    )
    casualty_ask_days: list[Annotated[int, Field(ge=0, le=29)]] = Field(
        list(_DEFAULT.casualty_ask_days),
        description="Days before the 30th (traffic, fire: 7th) day that a change of casualties is asked for.",
    )
    merge_metres: int = Field(
        _DEFAULT.merge_metres,
        ge=10,
        le=50_000,
        description="Two reports closer than this may be one incident.",
    )
    merge_minutes: Minutes = Field(
        _minutes(_DEFAULT.merge_window), description="If they come within so many minutes of each other."
    )
    report_by: Literal["town", "post"] = Field(
        _DEFAULT.report_by,  # type: ignore[arg-type]
        description="Who gives zero reports where the office has not said otherwise: town or post.",
    )
    report_times: list[ClockTime] = Field(
        list(_DEFAULT.report_times),
        max_length=12,
        description="Times of day of zero reports where the office has not said otherwise; empty: none.",
    )
    report_lead_minutes: Minutes = Field(
        _minutes(_DEFAULT.report_lead),
        description="How many minutes before its time a zero report is asked for.",
    )
    report_chase_minutes: Minutes = Field(
        _minutes(_DEFAULT.report_chase),
        description="No report after so many minutes: chased once more.",
    )
    report_listed_minutes: Minutes = Field(
        _minutes(_DEFAULT.report_listed),
        description="After so many: listed for the office by name.",
    )
    report_closes_minutes: Minutes = Field(
        _minutes(_DEFAULT.report_closes),
        description="After so many: put down as missing.",
    )
    spot_checks_per_day: int = Field(
        _DEFAULT.spot_checks,
        ge=0,
        le=12,
        description="Random spot checks of each post on each shift day of a key period; 0: none are drawn.",
    )
    spot_margin_minutes: int = Field(
        _minutes(_DEFAULT.spot_margin),
        ge=0,
        le=240,
        description="So long after a shift begins and before it ends none is drawn (the handover).",
    )
    spot_answer_minutes: Minutes = Field(
        _minutes(_DEFAULT.spot_answer), description="Within how many minutes a spot check is to be answered."
    )
    late_grace_minutes: int = Field(
        _minutes(_DEFAULT.late_grace),
        ge=0,
        le=240,
        description="A check-in or report this late is a violation; less is only noted.",
    )
    explain_within_hours: int = Field(
        _minutes(_DEFAULT.explain_within) // 60,
        ge=1,
        le=24 * 30,
        description="Within how many hours a violation is to be explained.",
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

    reply_link_days: int = Field(
        _DEFAULT.reply_link_lasts.days,
        ge=1,
        le=365,
        description="Days after the deadline for which a unit's reply link is good.",
    )
    phone: str = Field(
        _DEFAULT.office_phone,
        max_length=40,
        description="The office's telephone, shown on the pages of reply links; empty: none is shown.",
    )

    @model_validator(mode="after")
    def _in_order(self) -> "OfficeSettings":
        rising: dict[str, list[Any]] = {
            "draft_nudge_minutes": self.draft_nudge_minutes,
            "ladder": [rung.days for rung in self.ladder],
            "alarm_steps": [step.minutes for step in self.alarm_steps],
            "shift_reminder_minutes": self.shift_reminder_minutes[::-1],
            "incident_alarm_steps": [step.minutes for step in self.incident_alarm_steps],
            "followup_times": self.followup_times,
            "swap_reminder_hours": self.swap_reminder_hours[::-1],
        }
        for key, values in rising.items():
            if any(one >= next_one for one, next_one in pairwise(values)):
                falling = key in ("shift_reminder_minutes", "swap_reminder_hours")
                fault = "settings-not-descending" if falling else "settings-not-ascending"
                raise refuse(fault, key=key)
        if self.alarm_steps[0].minutes != 0:
            raise refuse("settings-alarm-first", key="alarm_steps")
        if self.incident_alarm_steps[0].minutes != 0:
            raise refuse("settings-alarm-first", key="incident_alarm_steps")
        if not self.missed_nudge_minutes < self.missed_alarm_minutes < self.missed_deputy_minutes:
            raise refuse("settings-missed-order", key="missed_alarm_minutes")
        if not self.report_chase_minutes < self.report_listed_minutes < self.report_closes_minutes:
            raise refuse("settings-report-order", key="report_listed_minutes")
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
            alarm_steps=_alarm_steps(self.alarm_steps),
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
            incident_alarm_steps=_alarm_steps(self.incident_alarm_steps),
            ack_again=timedelta(minutes=self.ack_again_minutes),
            incident_clocks=tuple(ClockRule(**each.model_dump()) for each in self.incident_clocks),
            clock_near=timedelta(minutes=self.clock_near_minutes),
            followup_times=tuple(self.followup_times),
            casualty_ask_days=tuple(self.casualty_ask_days),
            merge_metres=self.merge_metres,
            merge_window=timedelta(minutes=self.merge_minutes),
            report_by=self.report_by,
            report_times=tuple(self.report_times),
            report_lead=timedelta(minutes=self.report_lead_minutes),
            report_chase=timedelta(minutes=self.report_chase_minutes),
            report_listed=timedelta(minutes=self.report_listed_minutes),
            report_closes=timedelta(minutes=self.report_closes_minutes),
            spot_checks=self.spot_checks_per_day,
            spot_margin=timedelta(minutes=self.spot_margin_minutes),
            spot_answer=timedelta(minutes=self.spot_answer_minutes),
            late_grace=timedelta(minutes=self.late_grace_minutes),
            explain_within=timedelta(hours=self.explain_within_hours),
            handover_asks=timedelta(minutes=self.handover_asks_minutes),
            handover_nudge=timedelta(minutes=self.handover_nudge_minutes),
            handover_alarm=timedelta(minutes=self.handover_alarm_minutes),
            handover_release=self.handover_release,
            swap_reminders=tuple(timedelta(hours=each) for each in self.swap_reminder_hours),
            swap_rest=timedelta(hours=self.swap_rest_hours),
            swap_approvers=tuple(self.swap_approvers),
            reply_link_lasts=timedelta(days=self.reply_link_days),
            office_phone=self.phone.strip(),
        )
