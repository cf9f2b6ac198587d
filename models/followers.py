"""Who follows a hazard that somebody else reported: they said the same, and hear how it goes on."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, Session, SQLModel, col, func, select

from models.base import Actor, insert_ignore, utc_field


class Follower(SQLModel, table=True):
    """One person who saw the same hazard."""

    __table_args__ = (Index("ix_follower_person", "county", "person_id", "hazard_id"),)

    county: str = Field(primary_key=True, max_length=12)
    hazard_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    person_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    since: datetime = utc_field()


def add_follower(session: Session, *, county: str, hazard_id: int, person_id: int, now: datetime) -> bool:
    """Let a person follow; whether they did not before."""
    row = {"county": county, "hazard_id": hazard_id, "person_id": person_id, "since": now}
    return insert_ignore(session, Follower, row)


def is_follower(session: Session, *, by: Actor, hazard_id: int) -> bool:
    """Whether this person follows the hazard."""
    if by.person_id is None:
        return False
    return session.get(Follower, (by.county, hazard_id, by.person_id)) is not None


def followers_of(session: Session, *, county: str, hazard_id: int) -> list[int]:
    """The ids of those who follow it, the first to say so first."""
    return list(
        session.exec(
            select(Follower.person_id)
            .where(Follower.county == county, Follower.hazard_id == hazard_id)
            .order_by(col(Follower.since))
        )
    )


def follower_count(session: Session, *, county: str, hazard_id: int) -> int:
    """How many follow it."""
    return session.exec(
        select(func.count())
        .select_from(Follower)
        .where(Follower.county == county, Follower.hazard_id == hazard_id)
    ).one()
