"""`zhishou run`, `demo` and `version`."""

import errno
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Annotated, get_args

import typer
import uvloop

from bot import schema
from bot.cli.desk import desk_of
from bot.options import Role, RunSettings
from bot.storage import Storage
from models.base import UserError

_NO_ADDRESS = (errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES)


def run(
    ctx: typer.Context,
    role: Annotated[
        list[str] | None,
        typer.Option(help="Do only this: serve, deliver or tick; repeatable. Default: as set."),
    ] = None,
) -> None:
    """Run the bot until it is stopped."""
    from bot.app import serve  # a second to import; the other commands do not need it

    settings = desk_of(ctx).settings
    if role:
        if not set(role) <= set(get_args(Role)):
            raise UserError("cli-role", roles=" / ".join(get_args(Role)))
        settings = settings.model_copy(update={"run": RunSettings.model_validate({"roles": role})})
    if not schema.is_current(settings.database.url):
        raise UserError("cli-no-schema")
    try:
        Storage(settings.storage.url)
    except (OSError, ImportError, ValueError) as error:  # ImportError: what speaks to this kind of store
        reason = getattr(error, "strerror", None) or str(error)
        raise UserError("cli-storage", url=settings.storage.url, reason=reason) from None
    try:
        uvloop.run(serve(settings))
    except OSError as error:
        if error.errno not in _NO_ADDRESS:
            raise
        raise UserError("cli-address", reason=error.strerror or str(error)) from None


def demo(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the page on this machine.")] = 8080,
    data: Annotated[Path, typer.Option(help="Folder that keeps the demo's state.")] = Path("demo-data"),
) -> None:
    """Run the demo: a county, its people, and a clock that can be pushed forward. Needs no account anywhere."""
    from bot.demo import run as run_demo  # a second to import; the other commands do not need it

    run_demo(port, data)


def version() -> None:
    """Print the version."""
    try:
        print(f"zhishou {installed_version('zhishou')}")
    except PackageNotFoundError:
        print("zhishou (not installed)")
