"""The sample county with as many grid workers as a measurement needs, all of them on Telegram."""

from datetime import UTC, datetime

from sqlmodel import Session, SQLModel, insert

import bot.house  # noqa: F401 - all tables
from bench.script import FIRST_USER
from bot.db import open_database
from bot.sample import COUNTY, TOWN, make_sample
from models.base import new_id
from models.people import GRID_WORKER, Account, Person, Role


def prepare(url: str, *, users: int) -> None:
    """Create the tables, the sample county and `users` grid workers."""
    with open_database(url) as db:
        SQLModel.metadata.create_all(db.engine)
        db.run_now(lambda session: _fill(session, users))


def _fill(session: Session, users: int) -> None:
    now = datetime.now(UTC)
    make_sample(session, now=now)
    people, roles, accounts = [], [], []
    for number in range(users):
        person = Person(county=COUNTY, name=f"网格员{number}", area=TOWN, created_at=now)
        people.append(person.model_dump())
        roles.append(
            {"county": COUNTY, "id": new_id(), "person_id": person.id, "role": GRID_WORKER, "area": TOWN}
        )
        accounts.append(
            {
                "county": COUNTY,
                "channel": "telegram",
                "address": str(FIRST_USER + number),
                "person_id": person.id,
                "active": True,
                "reason": "",
                "joined_at": now,
                "seen_at": now,
            }
        )
    for table, rows in ((Person, people), (Role, roles), (Account, accounts)):
        session.execute(insert(table), rows)
