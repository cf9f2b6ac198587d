"""How the databases find what our statements ask for, and which of them read a whole table to do so."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, event
from sqlmodel import SQLModel

BIG = (
    *(
        "hazard",
        "hazardgram",
        "message",
        "event",
        "draft",
        "alarm",
        "attachment",
        "file",
        "shift",
        "shiftduty",
    ),
    "inboxrow",
)
# Partial, and yet growing with what is stored: to walk all of it is to read a table.
GROWING = ("ix_message_alarm",)
_COUNTED = re.compile(r"^(SELECT|UPDATE|DELETE|WITH)\b")
_SQLITE = re.compile(
    r"^(SCAN|SEARCH) (\w+)(?: USING (?:COVERING )?(?:INDEX (\w+)|.*?PRIMARY KEY))?(?: \((.*)\))?"
)


@dataclass
class Plan:
    """A statement, how it is done, and the steps that read a whole large table."""

    statement: str
    lines: list[str] = field(default_factory=list)
    full: list[str] = field(default_factory=list)


@contextmanager
def statements(engine: Engine) -> Iterator[dict[str, Any]]:
    """What is asked within the block: each statement once, with the values it was first given."""
    asked: dict[str, Any] = {}

    def note(
        connection: Any, cursor: Any, statement: str, given: Any, context: Any, executemany: bool
    ) -> None:
        if _COUNTED.match(statement):
            asked.setdefault(statement, given[0] if executemany else given)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def plans_of(
    engine: Engine, work: Callable[[Connection], object], *, as_if_large: bool = False, without: str = ""
) -> list[Plan]:
    """Run the work, undo it, and explain whatever it asked; `as_if_large`: PostgreSQL, which rightly reads
    a small table as a whole, is to do so only where no index helps; `without`: an index not to be there."""
    with engine.connect() as connection, connection.begin() as transaction:
        with statements(engine) as asked:
            work(connection)
        transaction.rollback()
    with engine.connect() as connection:
        if without:
            connection.exec_driver_sql(f"DROP INDEX {without}")
        if as_if_large and engine.dialect.name == "postgresql":
            for way in ("seqscan", "hashjoin", "mergejoin"):
                connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        found = [explain(connection, statement, given) for statement, given in asked.items()]
        connection.rollback()
    return found


def explain(connection: Connection, statement: str, given: Any) -> Plan:
    """Ask the database how it would do it."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
        lines = [str(row[3]) for row in rows]
        return Plan(statement, lines, [line for line in lines if _reads_all_sqlite(line)])
    cursor = psycopg.ClientCursor(connection.connection.driver_connection)  # type: ignore[arg-type]
    cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", given)  # type: ignore[call-overload]
    (tree,) = cursor.fetchone() or ("[]",)
    plan = Plan(statement)
    _walk((json.loads(tree) if isinstance(tree, str) else tree)[0]["Plan"], plan, 0)
    return plan


def _walk(node: dict[str, Any], plan: Plan, depth: int) -> None:
    index, table = node.get("Index Name", ""), node.get("Relation Name", "")
    condition = node.get("Index Cond", "")
    name = " ".join(filter(None, [node["Node Type"], table, index, condition, node.get("Filter", "")]))
    plan.lines.append(f"{'  ' * depth}{name} (rows {node.get('Plan Rows')}, cost {node.get('Total Cost')})")
    whole = node["Node Type"] in ("Seq Scan", "Parallel Seq Scan") and table in BIG
    if index and _table_of(index) in BIG and not _is_small(index):
        whole = not set(re.findall(r"\(*(\w+)\)*(?:::\w+)? (?:=|<|>|<=|>=) ", condition)) - {"county"}
    if whole:
        plan.full.append(name)
    for child in node.get("Plans", []):
        _walk(child, plan, depth + 1)


def _reads_all_sqlite(line: str) -> bool:
    """SCAN of a table, or SEARCH for nothing but the county; a small partial index may be walked."""
    match = _SQLITE.match(line)
    if match is None:
        return False
    verb, table, index, keys = match.groups()
    if re.sub(r"_\d+$", "", table) not in BIG or (index and _is_small(index)):
        return False
    return verb == "SCAN" or set(re.findall(r"(\w+)[=<>]", keys or "")) <= {"county"}


def _partial() -> set[str]:
    tables = SQLModel.metadata.tables.values()
    indexes = [index for table in tables for index in table.indexes]
    return {str(index.name) for index in indexes if index.dialect_options["sqlite"].get("where") is not None}


def _is_small(index: str) -> bool:
    return index in _partial() and index not in GROWING


def _table_of(index: str) -> str:
    """The table of an index: ours by the models, a key's by PostgreSQL's own naming."""
    for table in SQLModel.metadata.tables.values():
        if index.startswith(f"{table.name}_") or index in {each.name for each in table.indexes}:
            return table.name
    return ""
