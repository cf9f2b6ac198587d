"""A hazard's states and the one table of moves: who may, from where, to where, under which rules.

The rules are named here and written in models/hazard_rules.py.
"""

from dataclasses import dataclass

from models.people import (
    ADMIN,
    DEPARTMENT,
    GRID_WORKER,
    INSPECTOR,
    OFFICE_LEADER,
    RESPONSIBLE,
    SAFETY_OFFICE,
    TOWN_OFFICER,
)

REPORTED = "reported"
VERIFIED = "verified"
ASSIGNED = "assigned"
RECTIFYING = "rectifying"
SUBMITTED = "submitted"
PASSED = "passed"
CLOSED = "closed"
LOOKBACK = "lookback"
COMPLETED = "done"
REJECTED = "rejected"
DUPLICATE = "duplicate"
TRANSFERRED = "transferred"
WITHDRAWN = "withdrawn"

STATES = (
    REPORTED,
    VERIFIED,
    ASSIGNED,
    RECTIFYING,
    SUBMITTED,
    PASSED,
    CLOSED,
    LOOKBACK,
    COMPLETED,
    REJECTED,
    DUPLICATE,
    TRANSFERRED,
    WITHDRAWN,
)
OPEN = (REPORTED, VERIFIED, ASSIGNED, RECTIFYING, SUBMITTED, PASSED)
WRITTEN_OFF = (CLOSED, LOOKBACK, COMPLETED)
# While the responsible unit holds it, the deadline ladder runs.
WITH_OWNER = (ASSIGNED, RECTIFYING)
# Written out, not bound: SQLite uses a partial index only where the statement itself names its condition.
IS_OPEN = f"state IN ({', '.join(repr(state) for state in OPEN)})"
IS_WITH_OWNER = f"state IN ({', '.join(repr(state) for state in WITH_OWNER)})"
# Open and graded so, or thought so by its reporter and not graded yet. It does not say IS_OPEN: SQLite would
# take an index of all the open ones for as good.
IS_OPEN_MAJOR = (
    "(level = 'major' OR (level IS NULL AND suspected_major)) AND state NOT IN "
    f"({', '.join(repr(state) for state in STATES if state not in OPEN)})"
)

OFFICE = (SAFETY_OFFICE, ADMIN)
AUTHORITY = (*OFFICE, DEPARTMENT)  # who decides the level and accepts: the office, or the sector's department
CHECKERS = (TOWN_OFFICER, *AUTHORITY)
REPORTER = "reporter"  # the person who reported it, whatever their role
OWNER = "owner"  # the person, unit or town it was assigned to
SYSTEM = "system"  # the clock
PARTS = (REPORTER, OWNER, SYSTEM)


@dataclass(frozen=True)
class Transition:
    """One move. `after` is None where the state stays. `by` names roles, or REPORTER / OWNER / SYSTEM;
    `rules` those of models/hazard_rules.py that must hold."""

    action: str
    before: tuple[str, ...]
    after: str | None
    by: tuple[str, ...]
    rules: tuple[str, ...] = ()

    def leads_to(self, state: str) -> str:
        """The state after the move."""
        return self.after or state


_APART = ("not_own_work", "not_own_unit")

TRANSITIONS = (
    # Reporting.
    Transition("correct", (REPORTED,), REPORTED, (REPORTER,), ("edit_window",)),
    Transition("withdraw", (REPORTED,), WITHDRAWN, (REPORTER,), ("edit_window",)),
    Transition("hand_over", (REPORTED, VERIFIED), None, OFFICE, ("covert",)),
    # Verifying and grading.
    Transition(
        "verify",
        (REPORTED, VERIFIED),
        VERIFIED,
        AUTHORITY,
        ("level", "another_grade", "criterion", "reason_if_again", "listed_by_office"),
    ),
    Transition(
        "regrade",
        WITH_OWNER,
        ASSIGNED,
        AUTHORITY,
        ("level", "another_grade", "criterion", "reason", "listed_by_office"),
    ),
    Transition(
        "reject", (REPORTED, VERIFIED), REJECTED, AUTHORITY, ("reason", "listed_by_office", "not_suspended")
    ),
    Transition(
        "mark_duplicate",
        (REPORTED, VERIFIED),
        DUPLICATE,
        AUTHORITY,
        ("other_kept", "listed_by_office", "not_suspended"),
    ),
    Transition("transfer", (REPORTED, VERIFIED, *WITH_OWNER), TRANSFERRED, OFFICE, ("reason", "department")),
    Transition("take_back", (TRANSFERRED,), REPORTED, OFFICE, ("reason",)),
    Transition(
        "confirm_spot_fix",
        (REPORTED, VERIFIED),
        PASSED,
        CHECKERS,
        ("spot_fixed", "not_major", "not_own_report", "after_photo"),
    ),
    # Rectifying.
    Transition(
        "assign",
        (VERIFIED, *WITH_OWNER),
        ASSIGNED,
        AUTHORITY,
        ("deadline", "owner_of_it", "reason_if_again"),
    ),
    Transition("pass_on", WITH_OWNER, ASSIGNED, (OWNER,), ("reason", "within_owner")),
    Transition("hand_back", WITH_OWNER, VERIFIED, (OWNER,), ("reason",)),
    Transition("commit", WITH_OWNER, None, (OWNER, *AUTHORITY), ("reason_if_again",)),
    Transition("accept", (ASSIGNED,), RECTIFYING, (OWNER,), ("five_commitments",)),
    Transition(
        "ask_extension",
        WITH_OWNER,
        None,
        (OWNER,),
        ("none_pending", "reason", "later_deadline", "in_time_to_ask"),
    ),
    Transition(
        "approve_extension",
        WITH_OWNER,
        None,
        AUTHORITY,
        ("another_than_asked", "listed_by_office", "later_deadline"),
    ),
    Transition("refuse_extension", WITH_OWNER, None, AUTHORITY, ("reason", "another_than_asked")),
    Transition(
        "supervise",
        (VERIFIED, *WITH_OWNER, SUBMITTED),
        None,
        (OFFICE_LEADER, *OFFICE),
        ("major", "another_listing"),
    ),
    Transition(
        "suspend", (VERIFIED, *WITH_OWNER, SUBMITTED), None, AUTHORITY, ("reason", "not_suspended_yet")
    ),
    Transition("submit_fix", WITH_OWNER, SUBMITTED, (OWNER,), ("five_commitments", "photo_given")),
    # Re-check and closing.
    Transition("fail_recheck", (SUBMITTED,), RECTIFYING, CHECKERS, ("reason", "major_by_authority", *_APART)),
    Transition(
        "pass_recheck", (SUBMITTED,), PASSED, CHECKERS, ("after_photo", "major_by_authority", *_APART)
    ),
    Transition("delist", (PASSED,), None, (OFFICE_LEADER, *OFFICE), ("listed", *_APART)),
    Transition(
        "resume_production",
        (VERIFIED, *WITH_OWNER, SUBMITTED, PASSED),
        None,
        AUTHORITY,
        ("suspended", "major_passed_first", *_APART),
    ),
    Transition("close", (PASSED,), CLOSED, OFFICE, ("not_listed", "not_suspended", "other_closer", *_APART)),
    # After closing.
    Transition("start_lookback", (CLOSED,), LOOKBACK, (SYSTEM, *OFFICE)),
    Transition("skip_lookback", (CLOSED,), COMPLETED, (SYSTEM,)),
    Transition(
        "pass_lookback", (LOOKBACK,), COMPLETED, CHECKERS, ("photo_given", "major_by_authority", *_APART)
    ),
    Transition("reopen", WRITTEN_OFF, VERIFIED, CHECKERS, ("reason",)),
    Transition("confirm_fixed", WRITTEN_OFF, None, (REPORTER,)),
    Transition("doubt", WRITTEN_OFF, LOOKBACK, (REPORTER,)),
)
BY_ACTION = {transition.action: transition for transition in TRANSITIONS}

MAY_REPORT = (GRID_WORKER, TOWN_OFFICER, RESPONSIBLE, SAFETY_OFFICE, ADMIN, DEPARTMENT, INSPECTOR)


def actions_from(state: str) -> list[Transition]:
    """The moves that a state allows."""
    return [transition for transition in TRANSITIONS if state in transition.before]
