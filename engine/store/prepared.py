"""Statements of the hot path: compiled once, then handed to SQLite's own driver.

The way of a statement through SQLAlchemy to the cursor costs many times what SQLite needs to carry it out. `Prepared`
goes it once, and keeps the text and the conversions of values; after that only the driver works. PostgreSQL is asked
through SQLAlchemy, whose driver keeps prepared statements of its own.

    PEOPLE = Prepared(select(person).where(is_among(person.c.id, IDS)))
    PEOPLE.rows(connection, {"ids": ids})                  # a dictionary for each row
    STEPS = Prepared(lambda insert: insert(TrailRow).on_conflict_do_nothing().returning(trail.c.seq))
    STEPS.returning(connection, rows)                      # what was new

Repository functions are coroutines and get an `Executor`: they wait for `ask` and `tell`, which take the short way in
the database's thread (`Database.carry_out`, `look_up`) and SQLAlchemy's anywhere else.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Connection, Dialect, Executable, Result, String, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from engine.store.direct import connection_of
from engine.store.statements import Executor, Upsert, affected, core, is_sqlite
from engine.store.tables.base import Table

Row = Mapping[str, Any]
Insert = Callable[[type[Table]], Upsert]
"""What makes the INSERT of either database."""
_SQLITE = sqlite.dialect(paramstyle="named")


class Texts(TypeDecorator[Collection[str]]):
    """Many texts as one value: an array on PostgreSQL, a JSON document on SQLite."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """An array where there are arrays."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.ARRAY(String()))
        return dialect.type_descriptor(String())

    def process_bind_param(self, value: Collection[str] | None, dialect: Dialect) -> Any:
        """As the dialect takes it."""
        texts = list(value or ())
        return texts if dialect.name == "postgresql" else json.dumps(texts)


class is_among(FunctionElement[bool]):  # noqa: N801 - reads as the SQL that it becomes
    """Whether a column holds one of many texts; however many they are, the statement stays the same.

    On PostgreSQL the texts are rows to join with, not an array to compare with: a plan that was made while a table was
    still empty is kept for a while, and would compare every new row with every text.
    """

    type = Boolean()
    inherit_cache = True
    name = "is_among"
    _is_implicitly_boolean = True  # else SQLite compares the answer with 1, and reads the whole table for it

    def __init__(self, column: ColumnElement[Any], texts: ColumnElement[Any]) -> None:
        """`texts` is a parameter of type `Texts`."""
        super().__init__(column, texts)


IDS = bindparam("ids", type_=Texts())


@compiles(is_among, "sqlite")
def _on_sqlite(element: is_among, compiler: SQLCompiler, **options: Any) -> str:
    column, texts = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({texts}))"  # noqa: S608 - of parts that SQLAlchemy made


@compiles(is_among, "postgresql")
def _on_postgresql(element: is_among, compiler: SQLCompiler, **options: Any) -> str:
    column, texts = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} IN (SELECT unnest({texts}))"


class Prepared:
    """A statement of SQLAlchemy Core, or a function that makes it with the INSERT of either database.

    A row that is inserted names the same columns each time, and each that has a default in Python.
    """

    def __init__(self, statement: Executable | Callable[[Insert], Executable]) -> None:
        """Nothing is compiled before the first use."""
        self._made: dict[str, Any] = {}
        self._written = statement
        self._compiled: _Compiled | None = None

    def rows(self, connection: Connection, values: Row | None = None) -> list[Row]:
        """Carry it out once; the rows that it answers with."""
        values = values or {}
        if not is_sqlite(connection):
            return _listed(connection.execute(self._statement(postgresql), values))
        compiled = self._on_sqlite(values)
        with closing(_cursor(connection)) as cursor:
            cursor.execute(compiled.text, compiled.bound(values))
            return [compiled.read(found) for found in cursor.fetchall()]

    def many(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Carry it out for each of these rows of values."""
        if not is_sqlite(connection):
            connection.execute(self._statement(postgresql), rows)
            return
        compiled = self._on_sqlite(rows[0])
        with closing(_cursor(connection)) as cursor:
            cursor.executemany(compiled.text, [compiled.bound(row) for row in rows])

    def returning(self, connection: Connection, rows: Sequence[Row]) -> list[Row]:
        """Insert these rows; what the statement returns of those that were inserted."""
        if not is_sqlite(connection):
            return _listed(connection.execute(self._statement(postgresql), rows))
        compiled, returned = self._on_sqlite(rows[0]), list[Row]()
        with closing(_cursor(connection)) as cursor:
            for row in rows:
                cursor.execute(compiled.text, compiled.bound(row))
                returned += [compiled.read(found) for found in cursor.fetchall()]
        return returned

    async def ask(self, executor: Executor, values: Row | None = None) -> list[Row]:
        """As `rows`, for a repository function."""
        if (direct := connection_of(executor)) is not None:
            return self.rows(direct, values)
        statement = self._statement(sqlite if is_sqlite(executor) else postgresql)
        return _listed(await executor.execute(statement, values or {}))

    async def affect(self, executor: Executor, values: Row) -> int:
        """Carry it out once, for a repository function; how many rows it touched."""
        if (direct := connection_of(executor)) is None:
            statement = self._statement(sqlite if is_sqlite(executor) else postgresql)
            return affected(await executor.execute(statement, values))
        compiled = self._on_sqlite(values)
        with closing(_cursor(direct)) as cursor:
            return int(cursor.execute(compiled.text, compiled.bound(values)).rowcount)

    async def tell(self, executor: Executor, rows: Sequence[Row]) -> None:
        """As `many`, for a repository function. No rows are nothing to do."""
        if not rows:
            return
        if (direct := connection_of(executor)) is not None:
            self.many(direct, rows)
        else:
            await executor.execute(self._statement(sqlite if is_sqlite(executor) else postgresql), rows)

    def _statement(self, dialect: Any) -> Any:
        if dialect.__name__ not in self._made:
            written = self._written
            made = written if isinstance(written, Executable) else written(lambda model: dialect.insert(core(model)))
            self._made[dialect.__name__] = made
        return self._made[dialect.__name__]

    def _on_sqlite(self, values: Row) -> "_Compiled":
        if self._compiled is None:
            self._compiled = _compile(self._statement(sqlite), list(values))
        return self._compiled


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement's text for SQLite, how its values are written and how its rows are read."""

    text: str
    constants: Row
    writers: Sequence[tuple[str, Callable[[Any], Any]]]
    names: Sequence[str]
    readers: Sequence[tuple[int, Callable[[Any], Any]]]

    def bound(self, values: Row) -> Row:
        bound = {**self.constants, **values}
        for name, write in self.writers:
            bound[name] = write(bound[name])
        return bound

    def read(self, found: Sequence[Any]) -> Row:
        values = list(found)
        for place, read in self.readers:
            values[place] = read(values[place])
        return dict(zip(self.names, values, strict=True))


def _compile(statement: Any, columns: Sequence[str]) -> _Compiled:
    compiled = statement.compile(dialect=_SQLITE, column_keys=columns)
    if left_out := [column.name for column in (*compiled.insert_prefetch, *compiled.update_prefetch)]:
        raise TypeError(f"A prepared statement is given every column that has a default in Python: {left_out}")
    writers = {name: bind.type.dialect_impl(_SQLITE).bind_processor(_SQLITE) for name, bind in compiled.binds.items()}
    shown = statement.exported_columns
    readers = [column.type.dialect_impl(_SQLITE).result_processor(_SQLITE, None) for column in shown]
    return _Compiled(
        text=compiled.string,
        constants={name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required},
        writers=[(name, write) for name, write in writers.items() if write is not None],
        names=shown.keys(),
        readers=[(place, read) for place, read in enumerate(readers) if read is not None],
    )


def _listed(result: Result[Any]) -> list[Row]:
    """The rows, read at once: SQLAlchemy's mappings take each apart several times."""
    names = tuple(result.keys())
    return [dict(zip(names, row, strict=True)) for row in result.all()]


def _cursor(connection: Connection) -> Any:
    """A cursor of the driver, within the transaction of the connection."""
    if not connection.in_transaction():
        connection.begin()
    return connection.connection.cursor()
