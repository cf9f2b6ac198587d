"""Refusals of the loop from the rectification on, each with the shortest way to it."""

from typing import Any

from models import extensions, hazard_comments, hazard_flow, lookback, supervision
from models.base import Actor, Grant
from models.hazards import Hazard
from models.people import TOWN_OFFICER, Person, add_person, person_actor
from models.policy import Policy
from tests.loop_world import DAY, World
from tests.rule_cases import CASES, Case, Refused, at, case, simple


def town_owns(world: World) -> Hazard:
    """A hazard that its town itself has rectified; `neighbour` is another officer of the town."""
    area = world.sample.town.area
    neighbour = add_person(
        world.session,
        county=world.sample.county,
        name="邻居",
        grants=[Grant(TOWN_OFFICER, area)],
        now=world.now,
    )
    world.actors["neighbour"] = person_actor(world.session, person=neighbour, channel="web")
    hazard = world.at("verified")
    world.assign(hazard, area=area)
    return world.submit(hazard, "town")


def in_unit(world: World) -> Hazard:
    """A hazard that the department's own unit has rectified."""
    hazard = world.at("verified")
    world.assign(hazard, owner_id=world.id("department"))
    return world.submit(hazard, "department")


# The five.
simple("commitment-unknown", "", hazard_flow.commit_to, "keeper", at("assigned"), item="luck", value="1")
simple(
    "commitment-by-assigning",
    "",
    hazard_flow.commit_to,
    "keeper",
    at("assigned"),
    item="deadline",
    value="明年",
)
simple("commitment-empty", "", hazard_flow.commit_to, "keeper", at("assigned"), item="plan", value=" ")
simple("too-long", "", hazard_flow.commit_to, "keeper", at("assigned"), item="plan", value="长" * 501)
simple("five-missing", "five_commitments", hazard_flow.accept_hazard, "keeper", at("assigned", major=True))


@case("reason-needed", "reason_if_again")
def _a_plan_replaced(world: World) -> Refused:
    hazard = world.plan(world.at("assigned"))
    return lambda: world.call(hazard_flow.commit_to, "keeper", hazard, item="plan", value="停用")


# A later deadline.
@case("extension-pending", "none_pending")
def _asked_twice(world: World) -> Refused:
    hazard, _ = world.asked()
    return lambda: world.ask(hazard)


@case("extension-not-later", "later_deadline")
def _asked_for_less(world: World) -> Refused:
    hazard = world.at("rectifying")
    return lambda: world.ask(hazard, days=6)


@case("deadline-far", "later_deadline")
def _asked_for_years(world: World) -> Refused:
    hazard = world.at("rectifying")
    return lambda: world.ask(hazard, days=400)


@case("extension-not-later", "later_deadline")
def _approved_too_late(world: World) -> Refused:
    hazard, asked = world.asked(days=20)
    world.now += 21 * DAY
    return lambda: world.decide(hazard, asked, "office")


@case("extension-too-late", "in_time_to_ask")
def _asked_too_late(world: World) -> Refused:
    hazard = world.at("rectifying")
    world.policy = Policy(extension_notice_days=20)
    return lambda: world.ask(hazard)


@case("extension-own", "another_than_asked")
def _approved_by_who_asked(world: World) -> Refused:
    hazard = world.at("verified")
    world.assign(hazard, unit_id=world.sample.shop.id)
    asked = world.ask(hazard)
    asked.asked_by = world.id("office")
    return lambda: world.decide(hazard, asked, "office")


@case("own-unit", "another_than_asked")
def _approved_by_the_unit(world: World) -> Refused:
    hazard = world.at("verified")
    unit = world.session.get_one(Person, (world.sample.county, world.id("department"))).unit_id
    world.assign(hazard, unit_id=unit)
    world.actors["asker"] = Actor(world.sample.county, None, "住建局", "link", link_unit=unit)
    asked = world.ask(hazard, "asker")
    return lambda: world.decide(hazard, asked, "department")


@case("listed-office-only", "listed_by_office")
def _a_listed_one_extended(world: World) -> Refused:
    hazard = world.listed("rectifying")
    asked = world.ask(hazard)
    return lambda: world.decide(hazard, asked, "department")


@case("extension-decided")
def _decided_twice(world: World) -> Refused:
    hazard, asked = world.asked()
    world.decide(hazard, asked, "office")
    return lambda: world.decide(hazard, asked, "colleague", approve=False, reason="不")


@case("extension-lapsed")
def _decided_after_another_assignment(world: World) -> Refused:
    hazard, asked = world.asked()
    world.assign(hazard, owner_id=world.id("responsible"), reason="责任单位有变")
    world.session.refresh(asked)
    return lambda: world.decide(hazard, asked, "office")


simple(
    "extension-unknown",
    "",
    extensions.decide_extension,
    "office",
    at("rectifying"),
    extension_id=5,
    approve=True,
)

# Supervision and suspension.
simple(
    "only-major", "major", supervision.supervise_hazard, "office", at("verified"), level="county", reason=""
)
simple(
    "listed-already",
    "another_listing",
    supervision.supervise_hazard,
    "head",
    lambda world: world.listed(),
    level="county",
    reason="",
)
simple(
    "supervised-level",
    "",
    supervision.supervise_hazard,
    "office",
    at("verified", major=True),
    level="village",
    reason="",
)
simple("not-listed", "listed", supervision.delist_hazard, "office", at("passed", major=True))
simple(
    "still-listed", "not_listed", hazard_flow.close_hazard, "colleague", lambda world: world.listed("passed")
)
simple(
    "suspended-already",
    "not_suspended_yet",
    supervision.suspend_production,
    "office",
    lambda world: world.suspended(),
    reason="再停",
)
simple("not-suspended", "suspended", supervision.resume_production, "office", at("passed"))
simple(
    "still-suspended",
    "not_suspended",
    hazard_flow.close_hazard,
    "colleague",
    lambda world: world.suspended("passed"),
)
simple(
    "resume-after-recheck",
    "major_passed_first",
    supervision.resume_production,
    "office",
    lambda world: world.suspended("submitted", major=True),
)
CASES.append(
    Case(
        "draft-unknown",
        "",
        lambda world: lambda: supervision.notice_draft(world.session, by=world.actors["office"], draft_id=5),
    )
)


@case("draft-settled")
def _signed_twice(world: World) -> Refused:
    hazard = world.at("rectifying")
    draft_id = supervision.draft_notice(world.session, hazard=hazard, now=world.now, policy=world.policy)
    given: dict[str, Any] = {"draft_id": draft_id, "now": world.now, "policy": world.policy}
    supervision.settle_draft(world.session, by=world.actors["office"], signed=True, **given)
    return lambda: supervision.settle_draft(world.session, by=world.actors["head"], signed=False, **given)


# Re-check, closing, look-back.
simple(
    "photo-needed", "photo_given", hazard_flow.submit_fix, "keeper", at("rectifying"), note="", photo_ids=[]
)
simple("too-long", "", hazard_flow.submit_fix, "keeper", at("rectifying"), note="长" * 501, photo_ids=[1])
simple(
    "major-needs-authority",
    "major_by_authority",
    hazard_flow.pass_recheck,
    "town",
    at("submitted", major=True),
)
simple("closer-rechecked", "other_closer", hazard_flow.close_hazard, "office", at("passed", major=True))
simple("own-town", "not_own_unit", hazard_flow.pass_recheck, "neighbour", town_owns)
simple("own-work", "not_own_work", hazard_flow.pass_recheck, "department", in_unit)
simple("photo-needed", "photo_given", lookback.pass_lookback, "office", at("lookback"), note="", photo_ids=[])


@case("own-unit", "not_own_unit")
def _accepted_by_the_unit(world: World) -> Refused:
    hazard = world.at("submitted")
    world.session.get_one(Person, (world.sample.county, world.id("office"))).unit_id = world.sample.shop.id
    return lambda: world.call(hazard_flow.pass_recheck, "office", hazard)


# Words.
simple(
    "hazard-moved-on",
    "",
    hazard_flow.commit_to,
    "keeper",
    at("closed"),
    item="measures",
    value="搬走气瓶",
)
simple("comment-empty", "", hazard_comments.comment_on, "office", at("reported"), said=" ", photo_ids=[])
simple("too-long", "", hazard_comments.comment_on, "office", at("reported"), said="长" * 1001, photo_ids=[])
