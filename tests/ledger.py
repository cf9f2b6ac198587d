"""Hazards put on the ledger by the operations themselves, for tests that are about finding them again."""

from datetime import timedelta
from typing import Any

from sqlmodel import Session

from models.assignment import assign_hazard
from models.base import Actor
from models.hazard_flow import submit_fix, submit_report, verify_hazard
from models.hazard_reports import HazardReport
from models.hazard_search import index_due
from models.hazards import Hazard
from models.people import person_actor
from models.policy import Policy
from tests.chat import Town
from tests.county import NOW, County

POLICY = Policy()
VILLAGE = "411024108229"
OTHER_VILLAGE = "411024101001"


def actor(session: Session, county: County, part: str) -> Actor:
    """One of the sample's people, as they act on the web."""
    return person_actor(session, person=getattr(county, part), channel="web")


def reported(session: Session, county: County, by: str = "grid_worker", **fields: Any) -> Hazard:
    """A hazard reported by one of the sample's people; `fields` are those of HazardReport."""
    given: dict[str, Any] = {
        "area": VILLAGE,
        "sector": "gas",
        "kind": "explosion",
        "description": "液化气罐和明火在一个屋",
        "no_photo_reason": "不便",
    }
    report = HazardReport(**(given | fields))
    return submit_report(session, by=actor(session, county, by), report=report, now=NOW, policy=POLICY)


def verified(session: Session, county: County, by: str = "grid_worker", **fields: Any) -> Hazard:
    """One that the office found true."""
    hazard = reported(session, county, by, **fields)
    office = actor(session, county, "office")
    return verify_hazard(session, by=office, hazard=hazard, level="general", now=NOW, policy=POLICY)


def assigned(
    session: Session,
    county: County,
    by: str = "grid_worker",
    *,
    days: int = 7,
    to: str = "gas",
    **fields: Any,
) -> Hazard:
    """One that a unit of the sample has to fix within so many days."""
    hazard = verified(session, county, by, **fields)
    return assign_hazard(
        session,
        by=actor(session, county, "office"),
        hazard=hazard,
        unit_id=getattr(county, to).id,
        due_at=NOW + timedelta(days=days),
        now=NOW,
        policy=POLICY,
    )


def fixed(session: Session, county: County, by: str = "grid_worker", **fields: Any) -> Hazard:
    """One that the gas office says it has fixed."""
    hazard = assigned(session, county, by, **fields)
    owner = actor(session, county, "responsible")
    return submit_fix(session, by=owner, hazard=hazard, note="", photo_ids=[1], now=NOW, policy=POLICY)


def put(town: Town, make: Any = reported, *args: Any, **fields: Any) -> Hazard:
    """One of these on the ledger of a town, its messages not sent yet."""
    return town.house.db.run_now(
        lambda session: _detached(session, make(session, town.county, *args, **fields))
    )


def _detached(session: Session, hazard: Hazard) -> Hazard:
    session.flush()
    session.refresh(hazard)
    session.expunge(hazard)
    return hazard


def index(town: Town) -> int:
    """The search's tick."""
    return town.house.db.run_now(
        lambda session: index_due(session, county=town.county.county, now=town.clock.now(), policy=POLICY)
    )
