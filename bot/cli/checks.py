"""`zhishou check`: whether everything the bot stands on is in order, and what to do where it is not."""

import asyncio
import secrets
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
import typer
from alembic.util import CommandError
from rich.markup import escape
from rich.table import Table
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from bot import schema
from bot.cli.desk import Desk, desk_of
from bot.cli.telegram_probe import Me, ProbeError, get_me
from bot.db import make_engine
from bot.os_faults import os_reason
from bot.settings import config_path
from bot.storage import Storage
from models.calendar import Calendar, calendar_of
from models.coverage_watch import years_needed
from models.places import area_index
from models.text import Part, series, text

OK, WARNED, FAILED, SKIPPED = "ok", "warned", "failed", "skipped"
CLOCK_MAY_DIFFER = timedelta(seconds=60)
_SIGNS = {OK: "[green]✓[/]", WARNED: "[yellow]![/]", FAILED: "[red]✗[/]", SKIPPED: "–"}


@dataclass(frozen=True)
class Check:
    """One thing looked at: what was found, and what to do if it failed."""

    name: str
    state: str
    found: Part
    advice: Part = ""


def check(ctx: typer.Context) -> None:
    """Check configuration, database, Telegram, clock, calendar, storage and ports; exit code 1 if one fails."""
    desk = desk_of(ctx)
    done = list(all_checks(desk))
    table = Table(*("" if column == "sign" else desk.say(text(f"check-{column}")) for column in _COLUMNS))
    for each in done:
        cells = [desk.say(part) for part in (text(f"check-{each.name}"), each.found, each.advice)]
        table.add_row(_SIGNS[each.state], *(escape(cell) for cell in cells))
    desk.screen.print(table)
    if any(each.state == FAILED for each in done):
        raise typer.Exit(1)


_COLUMNS = ("sign", "what", "found", "advice")


def all_checks(desk: Desk) -> Iterator[Check]:
    """Every check, one after the other; a fault of one does not hide the others."""
    yield check_configuration(desk)
    database = check_database(desk)
    yield database
    me, telegram = check_telegram(desk)
    yield telegram
    yield check_clock(desk, me, database_time(desk) if database.state == OK else None)
    yield check_calendar(desk, stored=database.state == OK)
    yield check_storage(desk)
    yield from check_ports(desk)
    yield check_reply_links(desk)


def check_configuration(desk: Desk) -> Check:
    """Faults of the settings have ended the program before; here stands which file they are from."""
    county = f"{desk.settings.county.name} {desk.county}"
    path = config_path(desk.config)
    found = (
        text("check-config-file", path=str(path), county=county)
        if path
        else text("check-config-none", county=county)
    )
    return Check("configuration", OK, found)


def check_database(desk: Desk) -> Check:
    """Reachable, at the newest schema, with the county's areas."""
    url = desk.settings.database.url
    shown = make_url(url).render_as_string(hide_password=True)
    try:
        if not schema.is_current(url):
            return Check("database", FAILED, shown, text("check-database-init"))
        engine = make_engine(url, writer=False)
        with Session(engine) as session:
            areas = len(area_index(session, county=desk.county).spots)
        engine.dispose()
    except (SQLAlchemyError, CommandError, OSError) as error:
        reason = " ".join(str(getattr(error, "orig", error)).split())[:200]
        return Check("database", FAILED, f"{shown}: {reason}", text("check-database-reach"))
    if not areas:
        return Check("database", FAILED, shown, text("check-database-areas", county=desk.county))
    return Check("database", OK, shown)


def check_telegram(desk: Desk) -> tuple[Me | None, Check]:
    """The token by getMe, and that the name set is the bot's own."""
    telegram = desk.settings.telegram
    if not telegram.token.get_secret_value():
        return None, Check("telegram", SKIPPED, text("check-telegram-off"))
    try:
        me = asyncio.run(get_me(telegram))
    except ProbeError as error:
        return None, Check("telegram", FAILED, error.text, text("check-telegram-fix"))
    if telegram.bot_name and telegram.bot_name.lower() != me.username.lower():
        found = text("check-telegram-other", name=me.username, set=telegram.bot_name)
        return me, Check("telegram", FAILED, found, text("check-telegram-name"))
    return me, Check("telegram", OK, f"@{me.username}")


def database_time(desk: Desk) -> datetime | None:
    """What time it is on the database's machine; None for SQLite, which has no clock of its own."""
    engine = make_engine(desk.settings.database.url, writer=False)
    try:
        if engine.dialect.name == "sqlite":
            return None
        with engine.connect() as connection:
            at: datetime = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
            return at
    finally:
        engine.dispose()


def check_clock(desk: Desk, me: Me | None, database_at: datetime | None) -> Check:
    """This machine's clock beside Telegram's and the database's."""
    now = desk.clock.now()
    others = {"Telegram": me.date if me else None, "PostgreSQL": database_at}
    apart = {name: abs(at - now) for name, at in others.items() if at is not None}
    if not apart:
        return Check("clock", SKIPPED, text("check-clock-alone", at=desk.moment(now)))
    name, worst = max(apart.items(), key=lambda item: item[1])
    found = text("check-clock-apart", name=name, seconds=round(worst.total_seconds()))
    if worst > CLOCK_MAY_DIFFER:
        return Check("clock", FAILED, found, text("check-clock-fix"))
    return Check("clock", OK, found)


def check_calendar(desk: Desk, *, stored: bool) -> Check:
    """This year's official days off; from mid-November, when the notice is out, next year's too."""
    today = desk.clock.now().astimezone(desk.settings.office.zone).date()
    calendar = Calendar()
    if stored:
        engine = make_engine(desk.settings.database.url, writer=False)
        with Session(engine) as session:
            calendar = calendar_of(session, county=desk.county)
        engine.dispose()
    years = years_needed(today)
    missing = [str(year) for year in years if not calendar.is_announced(year)]
    if missing:
        found = text("check-calendar-missing", years=series(missing))
        return Check("calendar", FAILED, found, text("check-calendar-fix"))
    known = text("check-calendar-known", years=series(map(str, years)))
    if calendar.is_announced(today.year + 1):
        return Check("calendar", OK, known)
    return Check("calendar", OK, text("check-calendar-next", known=known, year=str(today.year + 1)))


def check_storage(desk: Desk) -> Check:
    """Write, read and delete a probe."""
    url = desk.settings.storage.url
    probe = secrets.token_bytes(16)
    try:
        storage = Storage(url)
        path = f"{storage.root}/probe-{probe.hex()}"
        storage.fs.pipe_file(path, probe)
        same = storage.fs.cat_file(path) == probe
        storage.fs.rm_file(path)
    except Exception as error:  # noqa: BLE001 - each store that fsspec knows has errors of its own
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        return Check("storage", FAILED, f"{url}: {reason}", text("check-storage-fix"))
    return Check("storage", OK, url) if same else Check("storage", FAILED, url, text("check-storage-fix"))


def check_reply_links(desk: Desk) -> Check:
    """Whether units without an account can be given a link that opens: a warning, it is not needed to run."""
    web = desk.settings.web
    if not web.enabled:
        return Check("links", SKIPPED, text("check-links-no-pages"))
    if not web.public_url:
        return Check("links", WARNED, text("check-links-off"), text("check-links-fix"))
    if not web.public_url.startswith("https://"):
        return Check("links", WARNED, web.public_url, text("check-links-plain"))
    return Check("links", OK, web.public_url)


def check_ports(desk: Desk) -> Iterator[Check]:
    """Whether the addresses to listen on are free."""
    settings = desk.settings
    if settings.web.enabled:
        yield _check_port("web", settings.web.listen)
    if settings.telegram.mode == "webhook":
        yield _check_port("webhook", settings.telegram.webhook_listen)


def _check_port(name: str, listen: str) -> Check:
    host, _, port = listen.rpartition(":")
    try:
        family, kind, proto, _, address = socket.getaddrinfo(
            host.strip("[]"), int(port), type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, proto) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return Check(
            name,
            FAILED,
            text("check-port-fault", listen=listen, reason=os_reason(error)),
            text("check-port-fix"),
        )
    return Check(name, OK, listen)
