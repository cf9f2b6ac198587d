"""五落实: the five things that must be settled for a hazard: who, how, with what money, by when, and if it fails."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, delete
from sqlmodel import Field, Session, SQLModel, col, select

from models.base import MaybeId, UserError, utc_field

if TYPE_CHECKING:
    from models.hazards import Hazard

DUTY, MEASURES, FUNDS, DEADLINE, PLAN = "duty", "measures", "funds", "deadline", "plan"
FIVE = (DUTY, MEASURES, FUNDS, DEADLINE, PLAN)
BY_ASSIGNING = (DUTY, DEADLINE)  # who and by when: settled by the assignment, and changed by it alone
NEEDED = {"general": (DUTY, DEADLINE), "major": FIVE}
COMMITMENT_MAX = 500


class Commitment(SQLModel, table=True):
    """One of the five, as it stands: what was settled, by whom and when. Former ones are in the audit trail."""

    county: str = Field(primary_key=True, max_length=12)
    hazard_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    item: str = Field(primary_key=True, max_length=12)
    value: str
    set_by: MaybeId = None
    set_name: str = ""
    set_at: datetime = utc_field()
    times: int = 1


def commitments_of(session: Session, *, county: str, hazard_id: int) -> dict[str, Commitment]:
    """What is settled of a hazard, in the order of the five."""
    rows = session.exec(
        select(Commitment).where(col(Commitment.county) == county, col(Commitment.hazard_id) == hazard_id)
    )
    found = {row.item: row for row in rows}
    return {item: found[item] for item in FIVE if item in found}


def missing_commitments(session: Session, *, hazard: "Hazard") -> list[str]:
    """What must still be settled before the work begins: all five for a major hazard (五落实)."""
    found = commitments_of(session, county=hazard.county, hazard_id=hazard.id)
    return [item for item in NEEDED[hazard.level or "general"] if item not in found]


def forget_plan(session: Session, *, county: str, hazard_id: int) -> None:
    """What the former responsible side had planned binds nobody else; it stays in the audit trail."""
    session.execute(
        delete(Commitment).where(
            col(Commitment.county) == county,
            col(Commitment.hazard_id) == hazard_id,
            col(Commitment.item).not_in(BY_ASSIGNING),
        )
    )


def clean_commitment(item: str, value: str) -> str:
    """The words of one of the five.

    Errors: commitment-unknown, commitment-by-assigning, commitment-empty, too-long.
    """
    if item not in FIVE:
        raise UserError("commitment-unknown")
    if item in BY_ASSIGNING:
        raise UserError("commitment-by-assigning")
    value = value.strip()
    if not value:
        raise UserError("commitment-empty")
    if len(value) > COMMITMENT_MAX:
        raise UserError("too-long", most=COMMITMENT_MAX, length=len(value))
    return value
