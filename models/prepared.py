"""Statements made ready once: SQLAlchemy's own work at each execution costs more than the database's.

For what every report runs, and nothing else. `statement` is the same object each time.
"""

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect
from sqlalchemy.sql.compiler import SQLCompiler

Row = dict[str, Any]


class Prepared:
    """A statement with `bindparam`s, or an insert, in a database's own words, for rows with these keys."""

    def __init__(self, statement: Any, dialect: Dialect, keys: Sequence[str]) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(keys))
        assert isinstance(compiled, SQLCompiler)
        assert "POSTCOMPILE" not in compiled.string, "a list in IN is not ready until its length is known"
        self.sql = compiled.string
        self._names: list[str] = list(compiled.positiontup or compiled.bind_names.values())
        self._in_place = compiled.positiontup is not None
        self._values = itemgetter(*self._names, self._names[0])  # one more, so that it is a tuple in any case
        fixed = {name for name in self._names if not (name in keys or compiled.binds[name].required)}
        self._fixed = {name: compiled.params[name] for name in fixed}
        forms = [_form(compiled, name, dialect) for name in self._names]
        self._forms = [(place, form) for place, form in enumerate(forms) if form is not None]

    def execute(self, connection: Connection, rows: Sequence[Row]) -> CursorResult[Any]:
        """Do it for every row in one call of the driver."""
        return connection.exec_driver_sql(self.sql, [self._given(row) for row in rows])

    def execute_once(self, connection: Connection, row: Row) -> CursorResult[Any]:
        """Do it with these values."""
        return connection.exec_driver_sql(self.sql, self._given(row))

    def _given(self, row: Row) -> Any:
        values = list(self._values({**self._fixed, **row} if self._fixed else row))
        values.pop()
        for place, form in self._forms:
            values[place] = form(values[place])
        return tuple(values) if self._in_place else dict(zip(self._names, values, strict=True))


def _form(compiled: SQLCompiler, name: str, dialect: Dialect) -> Callable[[Any], Any] | None:
    """How the driver wants a value of this parameter's type; None for as it is."""
    return compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)


_PREPARED: dict[tuple[Any, str, tuple[str, ...]], Prepared] = {}


def _prepared(connection: Connection, statement: Any, row: Row) -> Prepared:
    key = (statement, connection.dialect.name, tuple(row))
    if key not in _PREPARED:
        _PREPARED[key] = Prepared(statement, connection.dialect, tuple(row))
    return _PREPARED[key]


def execute_many(connection: Connection, statement: Any, rows: Sequence[Row]) -> CursorResult[Any]:
    """An insert or an update for each of these rows, which all have the same keys."""
    return _prepared(connection, statement, rows[0]).execute(connection, rows)


def execute_once(connection: Connection, statement: Any, values: Row) -> Any:
    """A statement with these values. What it returns comes as the driver gives it: no times, JSON or yes/no."""
    return _prepared(connection, statement, values).execute_once(connection, values)
