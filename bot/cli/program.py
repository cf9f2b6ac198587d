"""The program: its commands in one place, and every fault as one line and an exit code."""

import io
import sys
from pathlib import Path
from typing import Annotated

import typer
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError
from typer.main import get_command

from bot.cli import audit, checks, duty, imports, invitations, outbox, rosters, running, setup, templates
from bot.cli.desk import LANGUAGES, Desk, desk_of, speak
from bot.cli.usage import usage_fault
from bot.settings import SettingsError
from models.base import UserError
from models.text import text

BAD_INPUT, FAILED, STOPPED = 2, 1, 130

app = typer.Typer(name="zhishou", add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
app.command("init")(setup.init)
app.command("invite")(invitations.invite)
app.add_typer(imports.app, name="import")
app.add_typer(templates.app, name="template")
app.add_typer(rosters.app, name="roster")
app.command("check")(checks.check)
app.add_typer(duty.app, name="duty")
app.command("run")(running.run)
app.command("demo")(running.demo)
app.command("outbox")(outbox.outbox)
app.add_typer(audit.app, name="audit")
app.command("version")(running.version)


@app.callback()
def _begin(
    ctx: typer.Context,
    config: Annotated[Path | None, typer.Option(help="Configuration file; default ./config.toml.")] = None,
    lang: Annotated[str | None, typer.Option(help="Language of the output: zh-CN or en.")] = None,
) -> None:
    """Zhishou (值守): a county's hazards and its duty watch, by chat."""
    desk = desk_of(ctx)
    desk.config = config
    speak(desk, lang)


def main(arguments: list[str] | None = None) -> None:
    """The entry point `zhishou`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that cannot show a sign must not end the work
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def _speak_as_asked(desk: Desk, arguments: list[str]) -> None:
    """The language that was asked for, where the command was not found before it could be taken."""
    for place, argument in enumerate(arguments[:-1]):
        if argument == "--lang" and arguments[place + 1] in LANGUAGES:
            speak(desk, arguments[place + 1])


def run(arguments: list[str]) -> int:
    """Run one command; its exit code: 0, 1 failed, 2 bad input or settings."""
    desk = Desk()
    try:
        code = get_command(app).main(
            args=arguments or ["--help"], prog_name="zhishou", standalone_mode=False, obj=desk
        )
    except SettingsError as error:
        desk.fail(error.line(desk.lang))
        return BAD_INPUT
    except UserError as error:
        desk.complain(text(error.key, **error.params))
        return BAD_INPUT
    except typer.TyperException as error:
        _speak_as_asked(desk, arguments)
        desk.complain(usage_fault(error))
        return error.exit_code
    except DBAPIError as error:
        desk.complain(text("cli-database-fault", reason=" ".join(str(error.orig).split())[:300]))
        return FAILED
    except CommandError as error:
        desk.complain(text("cli-schema-fault", reason=str(error)))
        return FAILED
    except typer.Abort:
        return STOPPED
    return code if isinstance(code, int) else 0
