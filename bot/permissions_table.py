"""Who may do what: the table in docs/permissions.md, asked of the models' own predicates, role by role.

`python -m bot.permissions_table` writes it anew. tests/test_permissions.py tries every cell by the operation.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.generated import DOCS, rewrite
from bot.sample import COUNTY, OTHER_TOWN, TOWN, VILLAGE
from handlers.duty_roster import MAY_SEE
from models.base import Actor, Grant
from models.hazard_sight import can_see
from models.hazard_states import MAY_REPORT, OFFICE, TRANSITIONS
from models.hazards import MAY_FIND_COVERTLY, Hazard, may_move
from models.people import (
    ADMIN,
    DEPARTMENT,
    DUTY_LEADER,
    DUTY_OFFICER,
    GRID_WORKER,
    INSPECTOR,
    OFFICE_LEADER,
    RESPONSIBLE,
    SAFETY_OFFICE,
    TOWN_OFFICER,
    may,
)
from models.posts import may_edit_post
from models.uploads import MAY_SEND_ROSTERS

PAGE = DOCS / "permissions.md"
COMMAND = "python -m bot.permissions_table"
EVERYWHERE, OWN, NOWHERE = "●", "○", ""
UNIT, OTHER_UNIT = 1, 2
REPORTER, OWNER, FOLLOWER, LINK = "reporter", "owner", "follower", "unit link"
ON_DUTY = (DUTY_OFFICER, DUTY_LEADER)  # whose insider stands the shift that is asked about


@dataclass(frozen=True)
class Probe:
    """Someone of one column: the hazard lies within their scope (an insider), or not."""

    column: str
    inside: bool
    actor: Actor


# The scope of each role: where the hazard is, and elsewhere. A role for the whole county has as its outsider
# one that was given for another town alone.
_SCOPES: dict[str, tuple[Grant, Grant]] = {
    GRID_WORKER: (Grant(GRID_WORKER, VILLAGE), Grant(GRID_WORKER, OTHER_TOWN)),
    TOWN_OFFICER: (Grant(TOWN_OFFICER, TOWN), Grant(TOWN_OFFICER, OTHER_TOWN)),
    RESPONSIBLE: (Grant(RESPONSIBLE, None, UNIT), Grant(RESPONSIBLE, None, OTHER_UNIT)),
    DUTY_OFFICER: (Grant(DUTY_OFFICER, TOWN), Grant(DUTY_OFFICER, OTHER_TOWN)),
    DUTY_LEADER: (Grant(DUTY_LEADER, TOWN), Grant(DUTY_LEADER, OTHER_TOWN)),
    DEPARTMENT: (Grant(DEPARTMENT, None, None, "gas"), Grant(DEPARTMENT, None, None, "fire")),
    INSPECTOR: (Grant(INSPECTOR), Grant(INSPECTOR, OTHER_TOWN)),
    SAFETY_OFFICE: (Grant(SAFETY_OFFICE), Grant(SAFETY_OFFICE, OTHER_TOWN)),
    OFFICE_LEADER: (Grant(OFFICE_LEADER), Grant(OFFICE_LEADER, OTHER_TOWN)),
    ADMIN: (Grant(ADMIN), Grant(ADMIN, OTHER_TOWN)),
}
_RELATED = {REPORTER: 101, OWNER: 102, FOLLOWER: 103}  # by the relation alone: people without any role
STRANGER = 100
COLUMNS = (*_SCOPES, *_RELATED, LINK)


def probe(column: str, inside: bool) -> Probe:
    """The insider or the outsider of a column."""
    if column == LINK:
        unit = UNIT if inside else OTHER_UNIT
        return Probe(column, inside, Actor(COUNTY, None, column, "link", link_unit=unit))
    if column in _RELATED:
        person_id = _RELATED[column] if inside else STRANGER
        return Probe(column, inside, Actor(COUNTY, person_id, column, "web"))
    place = list(_SCOPES).index(column) * 2 + inside
    return Probe(column, inside, Actor(COUNTY, 200 + place, column, "web", (_SCOPES[column][not inside],)))


def hazard(*, hidden: bool = False) -> Hazard:
    """The gas hazard in the village that is asked about, with its unit."""
    return Hazard(
        county=COUNTY,
        number="2026-0001",
        area=VILLAGE,
        sector="gas",
        kind="fire",
        description="",
        reporter_id=_RELATED[REPORTER],
        reported_at=datetime(2026, 1, 1, tzinfo=UTC),
        hidden=hidden,
        assigned_unit_id=None if hidden else UNIT,
        owner_id=None if hidden else _RELATED[OWNER],
    )


Allowed = Callable[[Probe], bool]


def _move(action: str) -> Allowed:
    return lambda who: may_move(who.actor, hazard(hidden=action == "hand_over"), action)


def _role(*roles: str) -> Allowed:
    """One of these roles, wherever."""
    return lambda who: who.actor.has(*roles)


def _county(*roles: str) -> Allowed:
    """One of these roles for the whole county."""
    return lambda who: may(who.actor, roles)


def _sees(who: Probe) -> bool:
    return can_see(who.actor, hazard()) or (who.column == FOLLOWER and who.inside)


def _lists_own(who: Probe) -> bool:
    return who.inside and who.column in (REPORTER, OWNER, FOLLOWER)


def _answers_alarm(who: Probe) -> bool:
    """Who was called on, or the office."""
    called = may(who.actor, (TOWN_OFFICER,), area=VILLAGE)
    return called or who.actor.has(SAFETY_OFFICE, OFFICE_LEADER, ADMIN)


def _on_duty(who: Probe) -> bool:
    return who.inside and who.column in ON_DUTY


MOVES: dict[str, Allowed] = {move.action: _move(move.action) for move in TRANSITIONS}
BESIDES: dict[str, Allowed] = {
    "report": _role(*MAY_REPORT),
    "report_covertly": _role(*MAY_FIND_COVERTLY),
    "see": _sees,
    "see_covert": lambda who: can_see(who.actor, hazard(hidden=True)),
    "comment": _sees,
    "follow": _role(*MAY_REPORT),
    "list_own": _lists_own,
    "list_open": _sees,
    "acknowledge": _answers_alarm,
    "sign_notice": _county(*OFFICE, OFFICE_LEADER),
    "import_people": _county(SAFETY_OFFICE, ADMIN),
    "import_administrators": _county(ADMIN),
    "import_criteria": _county(SAFETY_OFFICE, ADMIN),
    "invite": _county(SAFETY_OFFICE, ADMIN),
    "add_period": _county(SAFETY_OFFICE, ADMIN),
    "save_post": lambda who: may_edit_post(who.actor, TOWN),
    "see_roster": _role(*MAY_SEE),
    "send_roster": _role(*MAY_SEND_ROSTERS),
    "publish_roster": lambda who: may_edit_post(who.actor, TOWN),
    "check_in": _on_duty,
}
OPERATIONS = MOVES | BESIDES


def allowed(operation: str, column: str, *, inside: bool) -> bool:
    """Whether the models let the insider (or outsider) of a column do this."""
    return OPERATIONS[operation](probe(column, inside))


def cell(operation: str, column: str) -> str:
    """Everywhere, within their own scope alone, or not at all."""
    if allowed(operation, column, inside=False):
        return EVERYWHERE
    return OWN if allowed(operation, column, inside=True) else NOWHERE


def table(operations: dict[str, Allowed]) -> str:
    """One row an operation, one column a role or relation."""
    heads = [f"`{column}`" for column in COLUMNS]
    rows = [f"| | {' | '.join(heads)} |", f"|---|{'---|' * len(COLUMNS)}"]
    for name in operations:
        cells = [cell(name, column) for column in COLUMNS]
        rows.append(f"| `{name}` | {' | '.join(cells)} |")
    return "\n".join(rows)


def part() -> str:
    """What stands between the markers."""
    return f"### Moves of a hazard\n\n{table(MOVES)}\n\n### Besides\n\n{table(BESIDES)}"


if __name__ == "__main__":
    rewrite(PAGE, COMMAND, part())
