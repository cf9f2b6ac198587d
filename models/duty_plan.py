"""When a person on duty is reminded, called, nudged, missed: pure functions of the shift and the policy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.policy import Policy, jitter

# How far it has gone with one person on one shift; each ladder step is taken once.
WAITING, REMINDED, CALLED, NUDGED, ALARMED, DEPUTY_CALLED, OVER = range(7)
RUNG_NAMES = ("waiting", "reminded", "called", "nudged", "alarmed", "deputy_called", "over")

_LONG_BEFORE = timedelta(hours=12)  # a reminder this early may be a few minutes off the round hour


@dataclass(frozen=True)
class Step:
    """Something to be said about one person's shift, and when."""

    rung: int
    at: datetime


def plan(
    *, starts_at: datetime, ends_at: datetime, expected_at: datetime, awaited: bool, seed: int, policy: Policy
) -> list[Step]:
    """All steps of one person's shift in order.

    The ladder counts from `expected_at`: the start of the shift, or later for someone put on it after it
    began. A deputy who stands by is reminded but not `awaited`. No ladder step outlasts the shift.
    """
    steps = []
    for before in policy.shift_reminders:
        at = starts_at - before
        steps.append(Step(REMINDED, at + jitter(seed) if before >= _LONG_BEFORE else at))
    if awaited:
        ladder = (
            (CALLED, timedelta(0)),
            (NUDGED, policy.missed_nudge),
            (ALARMED, policy.missed_alarm),
            (DEPUTY_CALLED, policy.missed_deputy),
        )
        steps += [Step(rung, expected_at + after) for rung, after in ladder]
        steps = [step for step in steps if step.at < ends_at]
        steps.append(Step(OVER, ends_at))
    return sorted(steps, key=lambda step: (step.at, step.rung))


def next_at(steps: Sequence[Step], *, rung: int, now: datetime, fresh: bool = False) -> datetime | None:
    """When the next step is due. `fresh`: a step due this very moment has not been taken yet."""
    for step in steps:
        ahead = step.at > now or (fresh and step.at == now and step.rung > REMINDED)
        if ahead and (step.rung == REMINDED or step.rung > rung):
            return step.at
    return None


def steps_due(
    steps: Sequence[Step], *, rung: int, due_at: datetime, starts_at: datetime, now: datetime
) -> list[int]:
    """The rungs to be taken now, in order, each once: of the reminders the latest while the shift is still
    ahead, of the ladder all that were missed."""
    passed = [step for step in steps if step.at <= now]
    ladder = [step.rung for step in passed if step.rung > max(rung, REMINDED)]
    reminded = now < starts_at and any(step.rung == REMINDED and step.at >= due_at for step in passed)
    return [REMINDED] if reminded else ladder
