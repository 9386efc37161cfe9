from collections.abc import AsyncGenerator

import pytest

from engine.store.database import Database
from tests.workflows.stage import Stage, staged


@pytest.fixture
async def stage(sqlite_database: Database) -> AsyncGenerator[Stage]:
    async with staged(sqlite_database) as stage:
        yield stage
