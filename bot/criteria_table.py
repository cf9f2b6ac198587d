"""The table of national criteria that the product brings along (bot/data/major_hazard_criteria.csv)."""

from datetime import datetime
from importlib.resources import files

from sqlmodel import Session, select

from models.base import Actor
from models.criteria import Criterion, ImportedCriteria, import_criteria
from models.criteria_rows import CriterionRow, parse_criteria


def shipped_criteria() -> list[CriterionRow]:
    """The product's own rows."""
    table = files("bot").joinpath("data", "major_hazard_criteria.csv").read_text(encoding="utf-8")
    return parse_criteria(table)


def first_criteria(session: Session, *, by: Actor, now: datetime) -> ImportedCriteria:
    """Import the product's own table where there is none yet; an office's later import is left alone."""
    if session.exec(select(Criterion.id).limit(1)).first() is not None:
        return ImportedCriteria(0, 0)
    return import_criteria(session, by=by, rows=shipped_criteria(), now=now)
