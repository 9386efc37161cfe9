"""Many rows in one statement.

On PostgreSQL the rows travel as one JSON text that the server takes apart by itself, so the statement is the same
however many they are. SQLite is given them by the hundred, by ten and one by one, in three statements that its driver
keeps: to take JSON apart costs it as much as to write the rows. The writer's thread needs Python only to hand the
values over; requests are read while SQLite writes.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any

from pydantic_core import to_json
from sqlalchemy import JSON, Column, Text, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from engine.store.columns import Instant
from engine.store.statements import Executor, core, is_sqlite
from engine.store.tables.base import Table

_POSTGRES = postgresql.dialect()
_AS_WRITTEN = 26
"""Characters of an instant on SQLite, which keeps no zone."""
_SIZES = (100, 10, 1)
"""Rows in a statement of SQLite's, the most first."""


class Bulk:
    """An INSERT of rows that hold these columns, in this order. Rows whose key is taken are left out.

    With `key`, the columns that tell rows apart, known rows can be renewed as well; with `newer`, an instant, only by
    what is at least as new.
    """

    def __init__(self, model: type[Table], *columns: str, key: Sequence[str] = (), newer: str | None = None) -> None:
        table = core(model)
        told = [table.c[name] for name in columns]
        self._picked: Callable[[Mapping[str, Any]], Sequence[Any]] = itemgetter(*columns)
        self._width = len(columns)
        self._instants = [place for place, column in enumerate(told) if isinstance(column.type, Instant)]
        self._documents = [place for place, column in enumerate(told) if isinstance(column.type, JSON)]
        into = f"INSERT INTO {table.name} ({', '.join(columns)})"
        read = "SELECT " + ", ".join(_of_postgres(column, index) for index, column in enumerate(told))
        postgres = f"{into} {read} FROM jsonb_array_elements(CAST(:rows AS jsonb)) AS row(value) WHERE true"
        absent = "ON CONFLICT DO NOTHING"
        self._on_sqlite = _of_sqlite(into, self._width, absent)
        self._on_postgres = text(f"{postgres} {absent}")
        self._telling = text(f"{postgres} {absent} RETURNING {columns[0]}")
        if key:
            told_anew = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in {*key, "id"})
            renewed = f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {told_anew}"
            if newer is not None:
                renewed += f" WHERE {table.name}.{newer} <= excluded.{newer}"
            self._renewing_on_sqlite = _of_sqlite(into, self._width, renewed)
            self._renewing_on_postgres = text(f"{postgres} {renewed}")

    async def insert(self, executor: Executor, rows: Sequence[Sequence[Any]]) -> None:
        """Write these rows; their instants as `written` puts them."""
        if not rows:
            return
        if is_sqlite(executor):
            await self._hand_over(executor, self._on_sqlite, rows)
        else:
            await executor.execute(self._on_postgres, {"rows": to_json(rows).decode()})

    async def insert_absent(self, executor: Executor, rows: Sequence[Sequence[Any]]) -> set[str]:
        """Write rows that were not there a moment ago; the first column of those that this transaction wrote.

        SQLite has one writer, who has just looked. On PostgreSQL a rival may have been faster.
        """
        if is_sqlite(executor) or not rows:
            await self.insert(executor, rows)
            return {row[0] for row in rows}
        return set((await executor.execute(self._telling, {"rows": to_json(rows).decode()})).scalars())

    async def renew(self, executor: Executor, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write these rows, new ones and known ones, each key once."""
        if not rows:
            return
        told = [list(self._picked(row)) for row in rows]
        for place in self._instants:
            for row in told:
                row[place] = row[place] and written(row[place])
        if is_sqlite(executor):
            await self._hand_over(executor, self._renewing_on_sqlite, told)
        else:
            await executor.execute(self._renewing_on_postgres, {"rows": to_json(told).decode()})

    async def _hand_over(
        self, executor: Executor, statements: Mapping[int, str], rows: Sequence[Sequence[Any]]
    ) -> None:
        """Give SQLite the rows, as many at a time as there is a statement for."""
        connection = await executor.connection() if isinstance(executor, AsyncSession) else executor
        width, values, start = self._width, list(chain.from_iterable(rows)), 0
        for place in self._documents:
            values[place::width] = [to_json(document).decode() for document in values[place::width]]
        for place in self._instants:
            values[place::width] = [instant and instant[:_AS_WRITTEN] for instant in values[place::width]]
        for size in _SIZES:
            while len(rows) - start >= size:
                given = tuple(values[start * width : (start + size) * width])
                await connection.exec_driver_sql(statements[size], given)
                start += size


@lru_cache(maxsize=256)  # rows of one portion share their instants
def written(instant: datetime) -> str:
    """An instant in a row.

    Raises:
        ValueError: it has no zone, which is a bug.
    """
    if instant.tzinfo is None:
        raise ValueError("An instant needs a time zone; use datetime.now(UTC).")
    return instant.astimezone(UTC).isoformat(" ", "microseconds")


def _of_sqlite(into: str, width: int, rule: str) -> Mapping[int, str]:
    """The statement for each number of rows."""
    row = f"({', '.join('?' * width)})"
    return {size: f"{into} VALUES {', '.join([row] * size)} {rule}" for size in _SIZES}


def _of_postgres(column: Column[Any], index: int) -> str:
    if isinstance(column.type, JSON):
        return f"value->{index}"
    if isinstance(column.type, Text):
        return f"value->>{index}"
    return f"CAST(value->>{index} AS {column.type.compile(dialect=_POSTGRES)})"
