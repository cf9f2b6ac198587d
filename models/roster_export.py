"""A roster as the cells of the office's table: what was shared out, or what stands."""

from collections.abc import Iterable, Sequence
from datetime import tzinfo

from sqlmodel import Session, col, select

from models.duty import DEPUTY, LEADER, OFFICER, KeyPeriod, Post, Shift, duties_of
from models.people import Person
from models.roster_columns import HEADINGS
from models.roster_rules import ShiftRow
from models.roster_template import hours_cell

_BETWEEN = "、"


def standing_rows(session: Session, *, period: KeyPeriod, area: str | None = None) -> list[ShiftRow]:
    """The shifts of a period as they stand, over ones too; of an area's posts where one is given."""
    query = (
        select(Shift)
        .join(Post, (col(Post.county) == Shift.county) & (col(Post.id) == Shift.post_id))
        .where(Shift.county == period.county, Shift.period_id == period.id, col(Shift.removed_at).is_(None))
        .order_by(col(Shift.starts_at), Post.name)
    )
    if area and len(area) > 6:
        query = query.where(col(Post.area) >= area, col(Post.area) <= area.ljust(15, "9"))
    shifts = session.exec(query).all()
    duties = duties_of(session, county=period.county, shift_ids=[shift.id for shift in shifts])
    return [
        ShiftRow(
            shift.post_id,
            shift.starts_at,
            shift.ends_at,
            tuple((duty.person_id, duty.role) for duty in duties[shift.id]),
            shift.note,
        )
        for shift in shifts
    ]


def roster_cells(
    session: Session, *, county: str, rows: Iterable[ShiftRow], zone: tzinfo
) -> list[Sequence[str]]:
    """Each shift as a row of the table, in the order of HEADINGS; the import reads it back as it was."""
    rows = list(rows)
    posts = {post.id: post for post in session.exec(select(Post).where(Post.county == county))}
    ids = {person_id for row in rows for person_id, _ in row.people}
    query = select(Person).where(Person.county == county, col(Person.id).in_(ids))
    people = {person.id: person for person in session.exec(query)}
    return [_cells(row, posts[row.post_id], people, zone) for row in rows]


def _cells(row: ShiftRow, post: Post, people: dict[int, Person], zone: tzinfo) -> list[str]:
    cell = {
        "date": row.starts_at.astimezone(zone).date().isoformat(),
        "times": hours_cell(row.span, zone),
        "post": post.name,
        "phone": post.phone,
        "fax": post.fax,
        "place": post.place,
        "note": row.note,
    }
    for role in (LEADER, DEPUTY, OFFICER):
        mine = [people[person_id] for person_id, held in row.people if held == role]
        cell[role] = _BETWEEN.join(person.name for person in mine)
        cell[f"{role}_title"] = _joined([person.title for person in mine])
        cell[f"{role}_phone"] = _joined([person.phone for person in mine])
    return [cell.get(field, "") for field in HEADINGS]


def _joined(parts: Sequence[str]) -> str:
    """Several in one cell, only if each has one: a number less would be taken for another's."""
    return _BETWEEN.join(parts) if all(parts) else ""
