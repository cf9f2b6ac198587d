"""What every command needs: the operator's language, the settings, the database, words on the screen."""

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from bot import schema
from bot.clock import Clock
from bot.db import Database, open_database
from bot.os_faults import os_reason
from bot.settings import Settings, load_settings, system_language
from bot.words import LANGUAGES, Words
from models.base import Actor, Grant, UserError
from models.people import ADMIN
from models.text import Part, text

WIDE = 200  # columns where the output is no screen: nothing is cut


class Desk:
    """One run of the program."""

    def __init__(self) -> None:
        self.config: Path | None = None
        self.lang = system_language()
        self.clock = Clock()
        self.screen = Console(width=None if sys.stdout.isatty() else WIDE, soft_wrap=True, highlight=False)

    @cached_property
    def settings(self) -> Settings:
        """The settings; SettingsError ends the program with one line."""
        return load_settings(self.config)

    @property
    def county(self) -> str:
        return self.settings.county.code

    @property
    def operator(self) -> Actor:
        """Whoever sits at the shell; they may do anything, and the records name them."""
        return Actor(self.county, None, _user(), "cli", (Grant(ADMIN),))

    @cached_property
    def words(self) -> Words:
        return Words(self.settings.office.zone)

    def say(self, part: Part | Any) -> str:
        """A text in the operator's language."""
        return self.words.say(part, self.lang)

    def show(self, key: str, **params: Any) -> None:
        """A sentence on the screen."""
        self.screen.print(self.say(text(key, **params)), markup=False)

    def complain(self, part: Part) -> None:
        """A sentence on standard error. It must not need the settings: they may be what is wrong."""
        self.fail(Words(ZoneInfo("Asia/Shanghai")).say(part, self.lang))

    def fail(self, line: str) -> None:
        """A line on standard error."""
        print(f"zhishou: {line}", file=sys.stderr)

    def moment(self, at: datetime) -> str:
        """A time in the office's zone, with its year."""
        return f"{at.astimezone(self.settings.office.zone):%Y-%m-%d %H:%M}"

    @contextmanager
    def database(self) -> Iterator[Database]:
        """The county's database, which must be at the newest schema. Error: cli-no-schema."""
        url = self.settings.database.url
        if not schema.is_current(url):
            raise UserError("cli-no-schema")
        with open_database(url) as database:
            yield database


def desk_of(ctx: typer.Context) -> Desk:
    """The desk of this run."""
    assert isinstance(ctx.obj, Desk)
    return ctx.obj


def speak(desk: Desk, lang: str | None) -> None:
    """Take the language that was asked for. Error: cli-lang."""
    if lang is None:
        return
    if lang not in LANGUAGES:
        raise UserError("cli-lang", langs=" / ".join(LANGUAGES))
    desk.lang = lang


def read_file(path: Path) -> bytes:
    """The bytes of a file someone named. Error: cli-unreadable."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError("cli-unreadable", path=str(path), reason=os_reason(error)) from None


def read_text(path: Path) -> str:
    """The text of a file, UTF-8 or as Excel in Chinese saves it. Errors: cli-unreadable, sheet-not-readable."""
    data = read_file(path)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UserError("sheet-not-readable")


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no such user in the container
        return "cli"
