"""`zhishou import`: areas, days, criteria, people and rosters from files; all of a file or nothing of it."""

import csv
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich.console import Console
from rich.progress import Progress
from sqlmodel import Session

from bot.cli.desk import Desk, desk_of, read_file, read_text
from bot.cli.invitations import bot_name, join_link
from bot.cli.setup import load_areas
from bot.criteria_table import shipped_criteria
from bot.os_faults import os_reason
from models.base import UserError
from models.calendar import calendar_of
from models.calendar_file import read_days
from models.calendar_upload import take_days
from models.criteria import import_criteria
from models.criteria_rows import parse_criteria
from models.duty import KeyPeriod
from models.people import Person
from models.people_import import Imported, Invited, import_people, invite_people, without_chat
from models.people_rows import parse_people
from models.periods import add_holiday_periods, periods_ahead
from models.places import area_index
from models.roster_import import RosterImport, import_roster
from models.roster_review import review_lines
from models.text import Part, series, text

LONG = 500  # rows from which a progress bar is shown

app = typer.Typer(help="Import areas, people or a roster from a file.")
File = Annotated[Path, typer.Argument(help="The file: CSV or xlsx.")]
Out = Annotated[
    Path | None, typer.Option(help="New CSV file for the invitations of those who have not joined yet.")
]


@app.command("areas")
def areas(ctx: typer.Context, file: Annotated[Path, typer.Argument(help="The area table (CSV).")]) -> None:
    """Replace the area tree: columns code, level, name, parent_code and, if wanted, aliases."""
    desk = desk_of(ctx)
    table = read_text(file)
    with desk.database() as database:
        count = database.run_now(lambda session: load_areas(session, desk, table))
    desk.show("cli-areas-imported", count=count)


@app.command("calendar", hidden=True)
@app.command("holidays")
def days_off(
    ctx: typer.Context, file: Annotated[Path, typer.Argument(help="The official notice: CSV, JSON or ICS.")]
) -> None:
    """Put a year's official days off into the calendar: date, name, is_off_day and, if wanted, source."""
    desk = desk_of(ctx)
    rows, now, policy = read_days(read_file(file)), desk.clock.now(), desk.settings.policy()
    with desk.database() as database:
        taken = database.run_now(
            lambda session: take_days(session, by=desk.operator, rows=rows, now=now, policy=policy)
        )
    for year in taken.years:
        key = "calendar-too-few" if year in taken.missing else "cli-calendar-imported"
        desk.show(key, year=str(year))


@app.command("criteria")
def criteria(
    ctx: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help="The table of criteria (CSV); default: the product's own.")
    ] = None,
) -> None:
    """Record criteria for major hazards; a later version ends the one before it (docs/intake.md)."""
    desk = desk_of(ctx)
    rows, now = parse_criteria(read_text(file)) if file else shipped_criteria(), desk.clock.now()
    with desk.database() as database:
        done = database.run_now(
            lambda session: import_criteria(session, by=desk.operator, rows=rows, now=now)
        )
    desk.show("cli-criteria-imported", added=done.added, changed=done.changed)


@app.command("people")
def people(ctx: typer.Context, file: File, out: Out = None) -> None:
    """Record people with their roles (columns: zhishou template people); known ones are brought up to date."""
    desk = desk_of(ctx)
    data, now = read_file(file), desk.clock.now()
    with ExitStack() as stack:
        database = stack.enter_context(desk.database())
        index = database.read_now(lambda session: area_index(session, county=desk.county))
        rows = parse_people(data, areas=index)
        sheet, bot = (stack.enter_context(_open_new(out)), bot_name(desk)) if out else (None, "")
        progress = stack.enter_context(_progress(hidden=len(rows) <= LONG))
        task = progress.add_task(desk.say({"k": "cli-importing"}), total=len(rows))

        def work(session: Session) -> tuple[Imported, list[Person], list[Invited]]:
            done = import_people(session, by=desk.operator, rows=rows, now=now, progress=shown)
            waiting = without_chat(session, county=desk.county, people=done.people)
            return (
                done,
                waiting,
                invite_people(session, by=desk.operator, people=waiting if out else [], now=now),
            )

        def shown(count: int) -> None:
            progress.update(task, completed=count)

        done, waiting, invited = database.run_now(work)
        if sheet:
            write_invitations(sheet, desk, bot, invited)
    desk.show("cli-people-imported", added=done.added, updated=done.updated)
    _say_invited(desk, len(waiting), out)


@app.command("roster")
def roster(
    ctx: typer.Context,
    file: File,
    period: Annotated[
        str, typer.Option(help="Key period by its name; default: the running or next one.")
    ] = "",
    whole: Annotated[
        bool, typer.Option(help="Replace the shifts of all posts, not only of those named.")
    ] = False,
    out: Out = None,
) -> None:
    """Publish a roster (columns: zhishou template roster); everyone whose shift changes is told."""
    desk = desk_of(ctx)
    data = read_file(file)
    now, policy = desk.clock.now(), desk.settings.policy()

    def work(session: Session) -> tuple[KeyPeriod, RosterImport, list[Invited], list[Part]]:
        chosen = find_period(session, desk, period)
        done = import_roster(
            session, by=desk.operator, period=chosen, data=data, now=now, policy=policy, whole=whole
        )
        invited = invite_people(session, by=desk.operator, people=done.people, now=now) if out else []
        review = review_lines(session, period=chosen, post_ids=done.post_ids, now=now, policy=policy)
        return chosen, done, invited, review

    with ExitStack() as stack:
        database = stack.enter_context(desk.database())
        sheet, bot = (stack.enter_context(_open_new(out)), bot_name(desk)) if out else (None, "")
        chosen, done, invited, review = database.run_now(work)
        if sheet:
            write_invitations(sheet, desk, bot, invited)
    told = done.published
    desk.show(
        "cli-roster-imported",
        period=chosen.name,
        added=told.added,
        changed=told.changed,
        removed=told.removed,
    )
    news: list[Part] = []
    if done.posts:  # a slip of the pen makes a post, too
        posts = series(post.name for post in done.posts)
        news.append(text("cli-roster-new-posts", count=len(done.posts), names=posts))
    if done.people:
        names = series(person.name for person in done.people)
        news.append(text("cli-roster-new-people", count=len(done.people), names=names))
    for line in [*news, *review]:
        desk.screen.print(desk.say(line), markup=False)
    _say_invited(desk, len(done.people), out)


def find_period(session: Session, desk: Desk, name: str) -> KeyPeriod:
    """The key period of this name, or the running or next one; holidays are made periods first.

    Errors: cli-no-period, cli-period-unknown.
    """
    now, policy = desk.clock.now(), desk.settings.policy()
    calendar = calendar_of(session, county=desk.county)
    add_holiday_periods(session, by=desk.operator, calendar=calendar, now=now, policy=policy)
    ahead = periods_ahead(session, county=desk.county, now=now)
    if not ahead:
        raise UserError("cli-no-period")
    found = [period for period in ahead if name in ("", period.name)]
    if not found:
        raise UserError("cli-period-unknown", name=name, known=series(period.name for period in ahead))
    return found[0]


def _progress(*, hidden: bool) -> Progress:
    return Progress(console=Console(stderr=True), transient=True, disable=hidden)


@contextmanager
def _open_new(path: Path) -> Iterator[TextIO]:
    """A new file that nobody else may read, for the codes; gone again if the import fails. Error: cli-unwritable."""
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise UserError("cli-unwritable", path=str(path), reason=os_reason(error)) from None
    try:
        with open(number, "w", encoding="utf-8-sig", newline="") as sheet:
            yield sheet
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def write_invitations(sheet: TextIO, desk: Desk, bot: str, invited: Iterable[Invited]) -> None:
    """The invitations as CSV: name, phone, code, link, expires, with headings in the operator's language."""
    table = csv.writer(sheet)
    headings = ("cli-codes-name", "cli-codes-phone", "cli-codes-code", "cli-codes-link", "cli-codes-expires")
    table.writerow([desk.say(text(key)) for key in headings])
    for each in invited:
        table.writerow(
            (each.name, each.phone, each.code, join_link(bot, each.code), desk.moment(each.expires_at))
        )


def _say_invited(desk: Desk, waiting: int, out: Path | None) -> None:
    if waiting and out:
        desk.show("cli-invitations-written", count=waiting, path=str(out))
    elif waiting:
        desk.show("cli-invitations-waiting", count=waiting)
