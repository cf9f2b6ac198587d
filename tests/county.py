"""The sample county, with each person's web chat already joined."""

from datetime import UTC, datetime

from sqlmodel import Session

from bot.criteria_table import shipped_criteria
from bot.sample import Sample as County
from bot.sample import make_sample
from models.base import Actor, Grant
from models.criteria import import_criteria
from models.people import ADMIN, Account

NOW = datetime(2026, 9, 28, 1, 0, tzinfo=UTC)  # Monday 09:00 in Yanling, three days before National Day

__all__ = ["NOW", "County", "join_web", "make_county"]


def make_county(session: Session) -> County:
    """Store the sample county as of NOW, with the gas criteria."""
    sample = make_sample(session, now=NOW)
    office = Actor(sample.county, None, "test", "cli", (Grant(ADMIN),))
    gas = [row for row in shipped_criteria() if row.standard == "GAS"]
    import_criteria(session, by=office, rows=gas, now=NOW)
    return sample


def join_web(session: Session, county: County, *names: str) -> None:
    """Give these people of the sample a web chat, addressed by their part's name."""
    for name in names:
        person = getattr(county, name)
        session.add(
            Account(
                county=county.county,
                channel="web",
                address=name,
                person_id=person.id,
                joined_at=NOW,
                seen_at=NOW,
            )
        )
