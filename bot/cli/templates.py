"""`zhishou template`: empty tables to fill in."""

from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session

from bot.cli.desk import desk_of
from bot.cli.imports import find_period
from bot.os_faults import os_reason
from bot.people_template import people_template
from models.base import UserError
from models.duty import KeyPeriod
from models.posts import posts_of
from models.roster_template import NOTES, roster_template
from models.text import text

app = typer.Typer(help="Write an empty table to fill in.")
Out = Annotated[Path | None, typer.Option(help="File to write (xlsx).")]


@app.command("people")
def people(ctx: typer.Context, out: Out = None) -> None:
    """The table that `zhishou import people` reads."""
    desk = desk_of(ctx)
    path = write_new(out or Path("人员表.xlsx"), people_template(desk.words, desk.lang))
    desk.show("cli-template-written", path=str(path))


@app.command("roster")
def roster(
    ctx: typer.Context,
    out: Out = None,
    period: Annotated[
        str, typer.Option(help="Key period by its name; default: the running or next one.")
    ] = "",
) -> None:
    """The table that `zhishou import roster` reads, with the county's posts filled in."""
    desk = desk_of(ctx)

    def look(session: Session) -> tuple[KeyPeriod, list[str]]:
        chosen = find_period(session, desk, period)
        return chosen, [post.name for post in posts_of(session, county=desk.county, area=chosen.area)]

    with desk.database() as database:
        chosen, posts = database.run_now(look)
    data = roster_template(
        first=desk.settings.policy().local(chosen.starts_at).date(),
        title=desk.say(text("roster-template-title", county=desk.settings.county.name, period=chosen.name)),
        notes=[desk.say(note) for note in NOTES],
        posts=posts,
    )
    path = write_new(out or Path("值班表.xlsx"), data)
    desk.show("cli-template-written", path=str(path))


def write_new(path: Path, data: bytes) -> Path:
    """A new file; one that is there already is somebody's work. Error: cli-unwritable."""
    try:
        with path.open("xb") as file:
            file.write(data)
    except OSError as error:
        raise UserError("cli-unwritable", path=str(path), reason=os_reason(error)) from None
    return path
