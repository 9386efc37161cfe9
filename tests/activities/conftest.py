"""Fixtures of the activities' tests."""

import pytest

from engine.store.database import Database
from tests.activities.post import PostOffice


@pytest.fixture
async def post(sqlite_database: Database) -> PostOffice:
    return await PostOffice(sqlite_database).opened()


@pytest.fixture
async def post_everywhere(database: Database) -> PostOffice:
    """The same on SQLite and again on PostgreSQL."""
    return await PostOffice(database).opened()
