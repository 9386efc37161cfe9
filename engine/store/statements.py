"""Core statements that SQLite and PostgreSQL spell the same way, built once and cached by SQLAlchemy."""

from sqlalchemy import Table as CoreTable
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.store.tables.base import Table

Upsert = postgresql.Insert | sqlite.Insert


def core(model: type[Table]) -> CoreTable:
    """The Core table behind a model, for statements that must not build objects row by row."""
    return cast(Table, class_mapper(model, configure=False).local_table)


def insert_into(model: type[Table], connection: AsyncConnection) -> Upsert:
    """An INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update` in the connection's dialect."""
    table = core(model)
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
