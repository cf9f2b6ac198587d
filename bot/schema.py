"""The database's schema: bringing it up to date, and writing the next migration.

`python -m bot.schema revision "What changes, and why."` compares the models with the migrations and writes
what differs; `python -m bot.schema first` writes 0001 anew from the models (before the first release only).
"""

import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any, Literal

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.autogenerate.api import AutogenContext
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import models
from bot.db import make_engine
from models.base import UTCDateTime

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x7A68_6973_686F_75  # any number of ours; replicas that start together take turns


def import_all_models() -> None:
    """Import every module of models/, so that SQLModel.metadata knows every table."""
    for module in walk_packages(models.__path__, "models."):
        import_module(module.name)


def upgrade(url: str) -> None:
    """Bring the database to the newest revision, all or nothing; makes a SQLite file and its folder."""
    _make_folder(url)
    engine = make_engine(url)
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            command.upgrade(_config(connection), "head")
    finally:
        engine.dispose()


def is_current(url: str) -> bool:
    """Whether the database stands at the newest revision. A SQLite file that is not there is not made."""
    database = make_url(url)
    if database.get_backend_name() == "sqlite" and not Path(database.database or "").exists():
        return False
    engine = make_engine(url, writer=False)
    try:
        with engine.connect() as connection:
            heads = MigrationContext.configure(connection).get_current_heads()
            return set(heads) == set(ScriptDirectory.from_config(_config(connection)).get_heads())
    finally:
        engine.dispose()


def differences(engine: Engine) -> list[Any]:
    """What the models have that the database has not, and the other way round."""
    import_all_models()
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "target_metadata": SQLModel.metadata}
        )
        return list(compare_metadata(context, SQLModel.metadata))


def write_revision(message: str, *, number: str | None = None) -> Path:
    """Write the migration that leads from the present ones to the models; returns its file."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/new.db"
        upgrade(url)
        engine = make_engine(url)
        try:
            with engine.begin() as connection:
                config = _config(connection)
                heads = ScriptDirectory.from_config(config).get_heads()
                number = number or f"{int(heads[0] if heads else 0) + 1:04}"
                script = command.revision(config, message, autogenerate=True, rev_id=number)
        finally:
            engine.dispose()
    assert not isinstance(script, list)
    assert script is not None
    return _tidied(Path(script.path))


def _tidied(path: Path) -> Path:
    """The file as the house formats it, without the generator's remarks."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text(
        "".join(line for line in lines if not line.lstrip().startswith("# ###")), encoding="utf-8"
    )
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", str(path)], check=True)
    return path


def write_first() -> Path:
    """Write 0001 from the models, in place of all migrations there are."""
    for path in (MIGRATIONS / "versions").glob("[0-9]*.py"):
        path.unlink()
    return write_revision("The first tables.")


def context_options() -> dict[str, Any]:
    """How migrations run and are written (bot/migrations/env.py)."""
    import_all_models()
    return {
        "target_metadata": SQLModel.metadata,
        "compare_type": True,
        "render_as_batch": True,  # SQLite alters a table by copying it; elsewhere this changes nothing
        "render_item": _render,
    }


def _render(kind: str, item: Any, context: AutogenContext) -> str | Literal[False]:
    """Our own types by what they are in the database, so that a migration needs nothing of ours."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    return False


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def _make_folder(url: str) -> None:
    database = make_url(url)
    if database.get_backend_name() == "sqlite" and database.database:
        Path(database.database).parent.mkdir(parents=True, exist_ok=True)


def main(arguments: list[str]) -> int:
    """`revision MESSAGE`, or `first`."""
    match arguments:
        case ["revision", message] if message.strip():
            written = write_revision(message)
        case ["first"]:
            written = write_first()
        case _:
            sys.stderr.write('usage: python -m bot.schema revision "What changes, and why." | first\n')
            return 2
    sys.stdout.write(f"{written}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
