"""Alembic's entry: runs on the connection that `engine.store.schema` hands over."""

from alembic import context

import engine.store.tables  # noqa: F401 - registers every table
from engine.store.tables.base import Table

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Table.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    transactional_ddl=False,
)
context.run_migrations()
