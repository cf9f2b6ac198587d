"""A statement made ready once for many rows: SQLAlchemy's own work for each row costs more than the database's."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect
from sqlalchemy.sql.compiler import SQLCompiler

Row = dict[str, Any]
_Value = tuple[
    str, Any, Callable[[Any], Any] | None
]  # the parameter, what it is where a row has none, its form


class Prepared:
    """An insert or an update with `bindparam`s, in a database's own words. All rows have the same keys."""

    def __init__(self, statement: Any, dialect: Dialect, keys: Sequence[str]) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(keys))
        assert isinstance(compiled, SQLCompiler)
        self.sql = compiled.string
        self._in_place = compiled.positiontup is not None
        names = compiled.positiontup or list(compiled.bind_names.values())
        self._values: list[_Value] = [_value(compiled, name, dialect) for name in names]

    def execute(self, connection: Connection, rows: Sequence[Row]) -> CursorResult[Any]:
        """Do it for every row in one call of the driver."""
        make = self._tuple if self._in_place else self._named
        return connection.exec_driver_sql(self.sql, [make(row) for row in rows])

    def _tuple(self, row: Row) -> tuple[Any, ...]:
        return tuple(
            form(row.get(name, default)) if form else row.get(name, default)
            for name, default, form in self._values
        )

    def _named(self, row: Row) -> Row:
        return {
            name: form(row.get(name, default)) if form else row.get(name, default)
            for name, default, form in self._values
        }


def _value(compiled: SQLCompiler, name: str, dialect: Dialect) -> _Value:
    bound = compiled.binds[name]
    return name, compiled.params.get(name), bound.type.dialect_impl(dialect).bind_processor(dialect)


_PREPARED: dict[tuple[Any, str, tuple[str, ...]], Prepared] = {}


def execute_many(connection: Connection, statement: Any, rows: Sequence[Row]) -> CursorResult[Any]:
    """The statement for each of the rows. It is the same object each time."""
    key = (statement, connection.dialect.name, tuple(rows[0]))
    if key not in _PREPARED:
        _PREPARED[key] = Prepared(statement, connection.dialect, rows[0].keys())  # type: ignore[arg-type]
    return _PREPARED[key].execute(connection, rows)
