"""Bring a database to today's schema, or back to an earlier one, with Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from engine.store.database import Database

_SCRIPTS = Path(__file__).parent / "migrations"


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    return config


async def upgrade(database: Database, revision: str = "head") -> None:
    """Apply every migration up to `revision`. Safe to call at each start: an up-to-date database is left alone."""
    async with database.connection() as connection:
        await connection.run_sync(lambda sync: command.upgrade(_config(sync), revision))


async def downgrade(database: Database, revision: str) -> None:
    """Take migrations back down to `revision` (`base` for an empty database)."""
    async with database.connection() as connection:
        await connection.run_sync(lambda sync: command.downgrade(_config(sync), revision))
