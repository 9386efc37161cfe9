"""Alembic's entry: runs on the connection that `engine.store.schema` hands over."""

from alembic import context

from engine.store import tables

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=tables.Profile.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    transactional_ddl=False,
)
context.run_migrations()
