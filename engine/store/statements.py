"""Statements that SQLite and PostgreSQL both understand, and what they run on.

Repositories take an `Executor`: the session or the connection of the unit of work that their caller opened. They speak
SQLAlchemy Core, so that a row is written when the line is reached and no objects are built row by row.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Connection, CursorResult, Result, any_, func, literal, select
from sqlalchemy import Table as CoreTable
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import class_mapper
from sqlalchemy.sql.compiler import SQLCompiler

from engine.store.columns import Instant
from engine.store.tables.base import Table

Executor = AsyncSession | AsyncConnection
Upsert = postgresql.Insert | sqlite.Insert
ROWS_A_STATEMENT = 500
"""Rows or ids in one statement: far below both databases' limits on bound values."""
_Item = TypeVar("_Item")


def core(model: type[Table]) -> CoreTable:
    """The Core table behind a model, for statements that must not build objects row by row."""
    return cast(CoreTable, class_mapper(model, configure=False).local_table)


def is_sqlite(executor: Executor | Connection) -> bool:
    """Whether this runs on SQLite; the other database is PostgreSQL."""
    dialect = executor.get_bind().dialect if isinstance(executor, AsyncSession) else executor.dialect
    return dialect.name == "sqlite"


def insert_into(model: type[Table], executor: Executor | Connection) -> Upsert:
    """An INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update` in the executor's dialect."""
    table = core(model)
    return sqlite.insert(table) if is_sqlite(executor) else postgresql.insert(table)


def affected(result: Result[Any]) -> int:
    """How many rows an INSERT, UPDATE or DELETE touched."""
    return cast("CursorResult[Any]", result).rowcount


def in_chunks(items: Sequence[_Item], size: int = ROWS_A_STATEMENT) -> Iterator[Sequence[_Item]]:
    """The items in runs of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def among(
    column: ColumnElement[_Item], values: Collection[_Item], executor: Executor | Connection
) -> ColumnElement[bool]:
    """Whether the column holds one of these. However many they are, the statement and its plan stay the same."""
    if is_sqlite(executor):
        listed = func.json_each(json.dumps(list(values))).table_valued("value")
        return column.in_(select(listed.c.value))
    return column == any_(literal(list(values), postgresql.ARRAY(column.type)))


class later(ColumnElement[Any]):  # noqa: N801 - reads as the SQL function that it is
    """The instant `span` after `instant` (a column), to the second, computed by the database."""

    inherit_cache = False
    type = Instant()

    def __init__(self, instant: ColumnElement[Any], span: timedelta) -> None:
        self.instant = instant
        self.seconds = int(span.total_seconds())


@compiles(later, "sqlite")
def _later_on_sqlite(element: later, compiler: SQLCompiler, **options: Any) -> str:
    instant = compiler.process(element.instant, **options)
    return f"(datetime({instant}, '{element.seconds:+d} seconds') || substr({instant}, 20))"


@compiles(later, "postgresql")
def _later_on_postgresql(element: later, compiler: SQLCompiler, **options: Any) -> str:
    return f"({compiler.process(element.instant, **options)} + interval '{element.seconds} seconds')"
