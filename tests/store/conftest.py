"""Fixtures of the store's tests."""

import pytest

from engine.store.database import Database
from tests.store.shop import Shop


@pytest.fixture
async def shop(database: Database) -> Shop:
    """A shop that sells one shirt in S, M and L; on SQLite and again on PostgreSQL."""
    return await Shop(database).set_up()
