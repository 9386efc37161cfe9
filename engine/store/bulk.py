"""Many rows in one statement, which is the same however many they are.

The rows travel as one JSON text that the database takes apart by itself. So nothing is bound value by value, and on
SQLite the writer's thread needs Python neither for rows nor for values: requests are read meanwhile.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from pydantic_core import to_json
from sqlalchemy import JSON, Column, Text, text
from sqlalchemy.dialects import postgresql

from engine.store.columns import Instant
from engine.store.statements import Executor, core, is_sqlite
from engine.store.tables.base import Table

_POSTGRES = postgresql.dialect()
_AS_WRITTEN = 26
"""Characters of an instant on SQLite, which keeps no zone."""


class Bulk:
    """An INSERT of rows that hold these columns, in this order. Rows whose key is taken are left out.

    With `key`, the columns that tell rows apart, known rows can be renewed as well; with `newer`, an instant, only by
    what is at least as new.
    """

    def __init__(self, model: type[Table], *columns: str, key: Sequence[str] = (), newer: str | None = None) -> None:
        table = core(model)
        self._columns = columns
        told = [table.c[name] for name in columns]
        into = f"INSERT INTO {table.name} ({', '.join(columns)}) SELECT"
        on_sqlite = ", ".join(_of_sqlite(column, index) for index, column in enumerate(told))
        on_postgres = ", ".join(_of_postgres(column, index) for index, column in enumerate(told))
        known = "WHERE true ON CONFLICT DO NOTHING"
        postgres = f"{into} {on_postgres} FROM jsonb_array_elements(CAST(:rows AS jsonb)) AS row(value) {known}"
        self._on_sqlite = text(f"{into} {on_sqlite} FROM json_each(:rows) {known}")
        self._on_postgres = text(postgres)
        self._telling = text(f"{postgres} RETURNING {columns[0]}")
        if key:
            told_anew = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in {*key, "id"})
            renewing = f"WHERE true ON CONFLICT ({', '.join(key)}) DO UPDATE SET {told_anew}"
            if newer is not None:
                renewing += f" WHERE {table.name}.{newer} <= excluded.{newer}"
            self._renewing_on_sqlite = text(f"{into} {on_sqlite} FROM json_each(:rows) {renewing}")
            self._renewing_on_postgres = text(f"{postgres.removesuffix(known)}{renewing}")

    async def insert(self, executor: Executor, rows: Sequence[Sequence[Any]]) -> None:
        """Write these rows; their instants as `written` puts them."""
        if rows:
            statement = self._on_sqlite if is_sqlite(executor) else self._on_postgres
            await executor.execute(statement, {"rows": to_json(rows).decode()})

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
        if rows:
            told = [[_plain(row[name]) for name in self._columns] for row in rows]
            statement = self._renewing_on_sqlite if is_sqlite(executor) else self._renewing_on_postgres
            await executor.execute(statement, {"rows": to_json(told).decode()})


def _plain(value: Any) -> Any:
    return written(value) if isinstance(value, datetime) else value


@lru_cache(maxsize=256)  # rows of one portion share their instants
def written(instant: datetime) -> str:
    """An instant in a row.

    Raises:
        ValueError: it has no zone, which is a bug.
    """
    if instant.tzinfo is None:
        raise ValueError("An instant needs a time zone; use datetime.now(UTC).")
    return instant.astimezone(UTC).isoformat(" ", "microseconds")


def _of_sqlite(column: Column[Any], index: int) -> str:
    if isinstance(column.type, JSON):
        return f"value->{index}"
    if isinstance(column.type, Instant):
        return f"substr(value->>{index}, 1, {_AS_WRITTEN})"
    return f"value->>{index}"


def _of_postgres(column: Column[Any], index: int) -> str:
    if isinstance(column.type, JSON):
        return f"value->{index}"
    if isinstance(column.type, Text):
        return f"value->>{index}"
    return f"CAST(value->>{index} AS {column.type.compile(dialect=_POSTGRES)})"
