"""A hazard's states and the one table of moves between them: who may, from where, to where."""

from dataclasses import dataclass

from models.people import ADMIN, GRID_WORKER, RESPONSIBLE, SAFETY_OFFICE, TOWN_OFFICER

REPORTED = "reported"
VERIFIED = "verified"
ASSIGNED = "assigned"
RECTIFYING = "rectifying"
SUBMITTED = "submitted"
PASSED = "passed"
CLOSED = "closed"
REJECTED = "rejected"
WITHDRAWN = "withdrawn"

STATES = (REPORTED, VERIFIED, ASSIGNED, RECTIFYING, SUBMITTED, PASSED, CLOSED, REJECTED, WITHDRAWN)
OPEN = (REPORTED, VERIFIED, ASSIGNED, RECTIFYING, SUBMITTED, PASSED)
# While the responsible unit holds it, the deadline ladder runs.
WITH_OWNER = (ASSIGNED, RECTIFYING)
# Written out, not bound: SQLite uses a partial index only where the statement itself names its condition.
IS_OPEN = f"state IN ({', '.join(repr(state) for state in OPEN)})"
IS_WITH_OWNER = f"state IN ({', '.join(repr(state) for state in WITH_OWNER)})"

OFFICE = (SAFETY_OFFICE, ADMIN)
REPORTER = "reporter"  # the person who reported it, whatever their role
OWNER = "owner"  # the person it was assigned to, or one of the same unit


@dataclass(frozen=True)
class Transition:
    """One move. `by` names roles, or REPORTER / OWNER."""

    action: str
    before: tuple[str, ...]
    after: str
    by: tuple[str, ...]


TRANSITIONS = (
    Transition("correct", (REPORTED,), REPORTED, (REPORTER,)),
    Transition("withdraw", (REPORTED,), WITHDRAWN, (REPORTER,)),
    Transition("verify", (REPORTED, VERIFIED), VERIFIED, OFFICE),
    Transition("reject", (REPORTED, VERIFIED), REJECTED, OFFICE),
    Transition("assign", (VERIFIED, ASSIGNED, RECTIFYING), ASSIGNED, OFFICE),
    Transition("accept", (ASSIGNED,), RECTIFYING, (OWNER,)),
    Transition("submit_fix", (ASSIGNED, RECTIFYING), SUBMITTED, (OWNER,)),
    Transition("fail_recheck", (SUBMITTED,), RECTIFYING, OFFICE),
    Transition("pass_recheck", (SUBMITTED,), PASSED, OFFICE),
    Transition("close", (PASSED,), CLOSED, OFFICE),
)
BY_ACTION = {transition.action: transition for transition in TRANSITIONS}

MAY_REPORT = (GRID_WORKER, TOWN_OFFICER, RESPONSIBLE, SAFETY_OFFICE, ADMIN)


def actions_from(state: str) -> list[Transition]:
    """The moves that a state allows."""
    return [transition for transition in TRANSITIONS if state in transition.before]
