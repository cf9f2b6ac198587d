"""Refusals of the loop up to the assignment, each with the shortest way to it; the rest: later_rule_cases.py."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from models import assignment, hazard_comments, hazard_flow
from models.assignment import TOGETHER_MOST
from models.hazard_reports import HazardReport
from models.hazards import DESCRIPTION_MAX, PHOTOS_MAX, Hazard
from models.people import Person
from tests.loop_world import DAY, REPORT, World

Refused = Callable[[], Any]


@dataclass(frozen=True)
class Case:
    """`prepare` sets the scene and gives what must be refused with `key`, by the `rule` where it is one's."""

    key: str
    rule: str
    prepare: Callable[[World], Refused]


CASES: list[Case] = []


def case(key: str, rule: str = "") -> Callable[[Callable[[World], Refused]], Callable[[World], Refused]]:
    """Put a function into the table."""

    def keep(prepare: Callable[[World], Refused]) -> Callable[[World], Refused]:
        CASES.append(Case(key, rule, prepare))
        return prepare

    return keep


def simple(
    key: str,
    rule: str,
    operation: Callable[..., Any],
    by: str,
    scene: Callable[[World], Hazard],
    **given: Any,
) -> None:
    """One operation on a hazard in a scene."""
    CASES.append(Case(key, rule, lambda world: _late(world, operation, by, scene(world), given)))


def _late(
    world: World, operation: Callable[..., Any], by: str, hazard: Hazard, given: dict[str, Any]
) -> Refused:
    return lambda: world.call(operation, by, hazard, **given)


def at(state: str, *, major: bool = False, **report: Any) -> Callable[[World], Hazard]:
    """A hazard in this state."""
    return lambda world: world.at(state, major=major, **report)


SPOT = {"spot_fixed": True, "after_photo_ids": [2]}
verify, regrade = hazard_flow.verify_hazard, hazard_flow.verify_hazard

# Who may, and when.
simple("not-allowed", "", verify, "town", at("reported"), level="general")
simple(
    "not-allowed",
    "",
    hazard_comments.follow_hazard,
    "grid_worker",
    at("reported", by="inspector", covert=True),
    said="",
    photo_ids=[],
)
simple("not-allowed", "", hazard_comments.follow_hazard, "leader", at("reported"), said="", photo_ids=[])
simple("hazard-moved-on", "", hazard_flow.close_hazard, "office", at("submitted"))
simple(
    "hazard-moved-on", "", hazard_comments.follow_hazard, "other_worker", at("closed"), said="", photo_ids=[]
)
simple(
    "hazard-unknown", "", hazard_comments.comment_on, "other_town", at("reported"), said="在看", photo_ids=[]
)

# Reporting.
BAD_REPORTS: list[tuple[str, dict[str, Any]]] = [
    ("sector-unknown", {"sector": "moon"}),
    ("kind-unknown", {"kind": "moon"}),
    ("description-empty", {"description": " "}),
    ("too-long", {"description": "长" * (DESCRIPTION_MAX + 1)}),
    ("too-long", {"address": "长" * 201}),
    ("photos-too-many", {"photo_ids": list(range(PHOTOS_MAX + 1))}),
    ("photos-too-many", {"after_photo_ids": list(range(PHOTOS_MAX + 1))}),
    ("photo-or-reason", {"photo_ids": []}),
    ("photo-needed", {"spot_fixed": True}),
    ("not-allowed", {"covert": True}),
]
for _key, _given in BAD_REPORTS:
    CASES.append(Case(_key, "", lambda world, given=_given: lambda: world.report(**given)))  # type: ignore[misc]


@case("not-allowed")
def _a_duty_leader_reports(world: World) -> Refused:
    return lambda: world.report("leader")


@case("edit-window-over", "edit_window")
def _corrected_late(world: World) -> Refused:
    hazard = world.report()
    world.now += timedelta(minutes=11)
    report = HazardReport(**REPORT)
    return lambda: world.call(hazard_flow.correct_report, "grid_worker", hazard, report=report)


# Verifying.
simple("level-unknown", "level", verify, "office", at("reported"), level="huge")
simple("graded-already", "another_grade", verify, "office", at("verified"), level="general")
simple("criterion-needed", "criterion", verify, "office", at("reported"), level="major")
simple(
    "criterion-not-in-force",
    "criterion",
    verify,
    "office",
    at("reported"),
    level="major",
    criterion_id="GAS-9-1:over",
)
simple(
    "criterion-not-in-force",
    "criterion",
    verify,
    "office",
    at("reported"),
    level="major",
    criterion_id="GAS-9-1:to-come",
)
simple("criterion-unknown", "", verify, "office", at("reported"), level="major", criterion_id="GAS-9-1:none")
simple("reason-needed", "reason_if_again", verify, "office", at("verified", major=True), level="general")
simple("reason-needed", "reason", verify, "office", at("rectifying", major=True), level="general")
simple("reason-needed", "reason", hazard_flow.reject_hazard, "office", at("reported"), reason="  ")
simple("too-long", "reason", hazard_flow.reject_hazard, "office", at("reported"), reason="长" * 501)
simple("not-covert", "covert", hazard_flow.hand_over_hazard, "office", at("reported"))
simple(
    "department-needed",
    "department",
    hazard_flow.transfer_hazard,
    "office",
    at("reported"),
    department=" ",
    reason="市管",
)
simple(
    "listed-office-only",
    "listed_by_office",
    hazard_flow.reject_hazard,
    "department",
    lambda world: world.listed(),
    reason="不属实",
)
simple(
    "still-suspended",
    "not_suspended",
    hazard_flow.reject_hazard,
    "office",
    lambda world: world.suspended(),
    reason="不属实",
)


@case("duplicate-of-itself", "other_kept")
def _its_own_duplicate(world: World) -> Refused:
    hazard = world.report()
    return lambda: world.call(hazard_flow.mark_duplicate, "office", hazard, kept=hazard)


@case("duplicate-of-nothing", "other_kept")
def _kept_is_closed(world: World) -> Refused:
    kept, hazard = world.at("closed"), world.report()
    return lambda: world.call(hazard_flow.mark_duplicate, "office", hazard, kept=kept)


@case("duplicate-of-hidden", "other_kept")
def _kept_is_covert(world: World) -> Refused:
    kept, hazard = world.report("inspector", covert=True), world.report()
    return lambda: world.call(hazard_flow.mark_duplicate, "office", hazard, kept=kept)


# Fixed on the spot.
simple("not-spot-fixed", "spot_fixed", hazard_flow.confirm_spot_fix, "town", at("reported"))
simple(
    "major-not-on-the-spot",
    "not_major",
    hazard_flow.confirm_spot_fix,
    "town",
    at("reported", suspected_major=True, **SPOT),
)
simple(
    "own-report", "not_own_report", hazard_flow.confirm_spot_fix, "town", at("reported", by="town", **SPOT)
)


@case("after-photo-needed", "after_photo")
def _corrected_without_its_photo(world: World) -> Refused:
    hazard = world.report()
    world.session.connection().execute(
        Hazard.__table__.update().where(Hazard.id == hazard.id).values(spot_fixed=True)  # type: ignore[attr-defined]
    )
    world.session.refresh(hazard)
    return lambda: world.call(hazard_flow.confirm_spot_fix, "town", hazard)


# Assigning.
def _assigning(key: str, rule: str, state: str = "verified", **given: Any) -> None:
    CASES.append(
        Case(
            key,
            rule,
            lambda world: _late(world, _assign, "office", world.at(state), {"world": world, **given}),
        )
    )


def _assign(
    session: Any, *, world: World, days: int = 7, unit: str = "", owner: str = "", **given: Any
) -> Any:
    given |= {"due_at": world.now + days * DAY}
    given |= {"unit_id": getattr(world.sample, unit).id} if unit else {}
    given |= {"owner_id": world.id(owner)} if owner else {}
    return assignment.assign_hazard(session, **given)


_assigning("assign-to-nobody", "")
_assigning("area-unknown", "", area="411024999")
_assigning("deadline-past", "deadline", owner="keeper", days=0)
_assigning("deadline-far", "deadline", owner="keeper", days=367)
_assigning("person-unknown", "", owner_id=5)
_assigning("unit-gone", "", unit_id=5)
_assigning("assign-owner-elsewhere", "owner_of_it", owner="responsible", unit="shop")
_assigning("assign-owner-elsewhere", "owner_of_it", owner="other_town", area="411024108")
_assigning("reason-needed", "reason_if_again", "rectifying", owner="responsible")


@case("person-unknown")
def _assigned_to_who_left(world: World) -> Refused:
    hazard = world.at("verified")
    world.session.get_one(Person, (world.sample.county, world.id("keeper"))).active = False
    return lambda: world.assign(hazard)


@case("notice-empty")
def _a_notice_of_nothing(world: World) -> Refused:
    return lambda: _together(world, [])


@case("notice-full")
def _a_notice_of_too_much(world: World) -> Refused:
    hazard = world.at("verified")
    return lambda: _together(world, [hazard] * (TOGETHER_MOST + 1))


def _together(world: World, hazards: list[Hazard]) -> Any:
    given: dict[str, Any] = {"by": world.actors["office"], "now": world.now, "policy": world.policy}
    due_at, unit_id = world.now + DAY, world.sample.shop.id
    return assignment.assign_together(world.session, hazards=hazards, due_at=due_at, unit_id=unit_id, **given)


@case("not-within-unit", "within_owner")
def _passed_on_to_another_unit(world: World) -> Refused:
    hazard, to_id = world.at("assigned"), world.id("responsible")
    return lambda: world.call(assignment.pass_on_hazard, "keeper", hazard, to_id=to_id, reason="出差")
