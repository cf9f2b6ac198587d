"""A roster's lines as JSON and back, for one that is read now and published later."""

from datetime import datetime
from typing import Any

from models.coverage import Span
from models.roster import Named, RosterLine


def as_json(line: RosterLine) -> list[Any]:
    """One line: row, hours, post, people with roles, and the rest in order."""
    hours = [line.span.starts_at.isoformat(), line.span.ends_at.isoformat()]
    people = [[named.name, named.title, named.phone, role] for named, role in line.people]
    return [line.row, hours, line.post, people, line.unit, line.phone, line.place, line.note, line.fax]


def from_json(kept: list[Any]) -> RosterLine:
    """What `as_json` wrote."""
    row, (starts_at, ends_at), post, people, *rest = kept
    span = Span(datetime.fromisoformat(starts_at), datetime.fromisoformat(ends_at))
    named = tuple((Named(name, title, phone), role) for name, title, phone, role in people)
    return RosterLine(row, span, post, named, *rest)
