from collections.abc import AsyncGenerator

import pytest

from engine.store.database import Database
from tests.workflows.stage import Stage, staged


@pytest.fixture
async def stage(sqlite_database: Database) -> AsyncGenerator[Stage]:
    async with staged(sqlite_database) as stage:
        yield stage


@pytest.fixture
async def forgetful_stage(sqlite_database: Database) -> AsyncGenerator[Stage]:
    """A stage whose worker remembers no workflow between two steps, so that it can be restarted."""
    async with staged(sqlite_database, cached_workflows=0) as stage:
        yield stage
