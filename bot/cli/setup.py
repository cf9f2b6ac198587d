"""`zhishou init`: the database, the areas, the first administrator."""

from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.engine import make_url
from sqlmodel import Session

from bot import schema
from bot.cli.desk import Desk, desk_of, read_text
from bot.cli.invitations import show_invitation
from bot.criteria_table import first_criteria
from bot.db import open_database
from bot.os_faults import os_reason
from models.base import UserError
from models.people import ADMIN, Person, people_with
from models.people_import import Invited, import_people, invite_people
from models.people_rows import PersonRow, read_person
from models.places import AreaIndex, area_index, import_areas, parse_areas
from models.text import series

BUNDLED = "yanling_divisions.csv"
BUNDLED_COUNTY = "411024"
NAMELESS = "管理员"  # the first administrator where no name is given


def init(
    ctx: typer.Context,
    areas: Annotated[
        Path | None, typer.Option(help="Area table (CSV) to import instead of the bundled one.")
    ] = None,
    admin: Annotated[str, typer.Option(help="Name of the first administrator.")] = NAMELESS,
    phone: Annotated[str, typer.Option(help="Telephone of the first administrator.")] = "",
    again: Annotated[
        bool, typer.Option(help="Print a new invitation for an administrator who lost theirs.")
    ] = False,
) -> None:
    """Create or upgrade the database, import the areas, invite the first administrator."""
    desk = desk_of(ctx)
    cells = {"name": admin, "phone": phone, "roles": ADMIN}
    row = read_person(0, cells, areas=AreaIndex([]), phone_needed=False)
    url = desk.settings.database.url
    table = read_text(areas) if areas else None
    _upgrade(url)
    desk.show("cli-database-ready", url=make_url(url).render_as_string(hide_password=True))
    with open_database(url) as database:
        count = database.run_now(lambda session: load_areas(session, desk, table))
        if count:
            desk.show("cli-areas-imported", count=count)
        now = desk.clock.now()
        known = database.run_now(lambda session: first_criteria(session, by=desk.operator, now=now))
        if known.added:
            desk.show("cli-criteria-imported", added=known.added, changed=known.changed)
        invited = database.run_now(lambda session: _first_admin(session, desk, row, again=again))
    if isinstance(invited, Invited):
        show_invitation(desk, invited)
    else:
        desk.show("cli-admin-there", name=invited.name)


def _upgrade(url: str) -> None:
    """Bring the database up to date. Error: cli-unwritable for a folder that cannot be had."""
    try:
        schema.upgrade(url)
    except OSError as error:
        path = str(error.filename or make_url(url).database)
        raise UserError("cli-unwritable", path=path, reason=os_reason(error)) from None


def load_areas(session: Session, desk: Desk, table: str | None) -> int:
    """Import a table of areas, or the bundled one if there are none yet; how many areas were imported.

    Errors: those of `parse_areas`; cli-areas-needed, cli-other-county.
    """
    if table is None:
        if area_index(session, county=desk.county).spots:
            return 0
        if desk.county != BUNDLED_COUNTY:
            raise UserError("cli-areas-needed", county=desk.county)
        table = files("bot").joinpath("data", BUNDLED).read_text(encoding="utf-8")
    rows = parse_areas(table)
    county = import_areas(session, rows=rows)
    if county != desk.county:
        raise UserError("cli-other-county", found=county, county=desk.county)
    return len(rows)


def _first_admin(session: Session, desk: Desk, row: PersonRow, *, again: bool) -> Invited | Person:
    """The invitation of the first administrator; the person alone if there is one and `again` was not asked."""
    admins = people_with(session, county=desk.county, role=ADMIN)
    if admins and row.name not in (NAMELESS, *(person.name for person in admins)):
        raise UserError("cli-admin-other", names=series(person.name for person in admins), name=row.name)
    if admins and not again:
        return admins[0]
    now = desk.clock.now()
    if not admins:
        admins = import_people(session, by=desk.operator, rows=[row], now=now).people
    chosen = next((person for person in admins if person.name == row.name), admins[0])
    return invite_people(session, by=desk.operator, people=[chosen], now=now)[0]
