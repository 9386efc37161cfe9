"""Repository functions in the writer's thread: their statements run at once, on a plain connection.

Repositories are coroutines because PostgreSQL is asked asynchronously. On SQLite each of their statements would cost a
change of thread; `carried_out` runs a whole unit of work of them in the one thread that it was handed to instead.
"""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Dialect, Executable, Result, ScalarResult
from sqlalchemy.ext.asyncio import AsyncConnection

Answer = TypeVar("Answer")


class _Direct:
    """What repositories ask of an `AsyncConnection`, answered without waiting."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def dialect(self) -> Dialect:
        """The dialect of the database."""
        return self._connection.dialect

    @property
    def sync_connection(self) -> Connection:
        """The connection itself."""
        return self._connection

    async def execute(self, statement: Executable, parameters: Any = None) -> Result[Any]:
        """Carry a statement out."""
        return self._connection.execute(statement, parameters)

    async def exec_driver_sql(self, statement: str, parameters: Any = None) -> Result[Any]:
        """Carry out what is written as the driver takes it."""
        return self._connection.exec_driver_sql(statement, parameters)

    async def scalars(self, statement: Executable, parameters: Any = None) -> ScalarResult[Any]:
        """The first column of every row."""
        return self._connection.scalars(statement, parameters)

    async def scalar(self, statement: Executable, parameters: Any = None) -> Any:
        """The first column of the first row, or None."""
        return self._connection.scalar(statement, parameters)


def carried_out(work: Callable[[AsyncConnection], Coroutine[Any, Any, Answer]], connection: Connection) -> Answer:
    """What `work` answers, run to its end here and now. It may wait for nothing but its statements."""
    coroutine = work(cast(AsyncConnection, _Direct(connection)))
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    coroutine.close()
    raise RuntimeError("A unit of work in the database's thread waited for something that is not a statement.")


def connection_of(executor: object) -> Connection | None:
    """The plain connection behind an executor that `carried_out` made; None for any other."""
    return executor.sync_connection if isinstance(executor, _Direct) else None
