"""The deadline ladder (T-3 d … +7 d) as pure arithmetic; the tick that climbs it is in ladder_watch.py."""

from datetime import datetime, timedelta

from models.policy import Policy, Rung, jitter


def rung_time(due_at: datetime, rung: Rung, *, seed: int, policy: Policy) -> datetime:
    """When a rung is due: so many days from the deadline's day, at the ladder's hour and some minutes."""
    deadline_day = policy.local(due_at).date()
    at = datetime.combine(deadline_day + timedelta(days=rung.days), policy.ladder_time, policy.zone)
    return at + jitter(seed)


def first_rung(due_at: datetime, *, now: datetime, seed: int, policy: Policy) -> tuple[int, datetime | None]:
    """The first rung still ahead, and its time; (number of rungs, None) when all have passed."""
    for place, rung in enumerate(policy.ladder):
        at = rung_time(due_at, rung, seed=seed, policy=policy)
        if at > now:
            return place, at
    return len(policy.ladder), None


def passed_rungs(
    due_at: datetime, *, rung: int, now: datetime, seed: int, policy: Policy
) -> tuple[list[Rung], int, datetime | None]:
    """The rungs due since the last look, and the next one with its time."""
    upcoming, at = first_rung(due_at, now=now, seed=seed, policy=policy)
    return list(policy.ladder[rung:upcoming]), upcoming, at
