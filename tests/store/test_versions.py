"""Published versions for workflows: from any thread, and never as a time-out, which would end a workflow."""

import asyncio

import pytest

from engine.store import versions
from engine.store.database import Database
from engine.store.versions import UnknownVersion, VersionCatalogue, VersionNotRead
from tests.api.world import World


@pytest.fixture
async def catalogue(database: Database) -> VersionCatalogue:
    await World(database).journey()
    return VersionCatalogue(database)


async def test_a_workflow_reads_a_version_that_nobody_loaded_whether_or_not_it_has_a_thread_of_its_own(
    catalogue: VersionCatalogue,
) -> None:
    here = catalogue.get("jny_1", 1)
    assert (here.journey, here.number) == ("jny_1", 1)
    assert await asyncio.to_thread(catalogue.get, "jny_1", 1) is here
    assert await catalogue.load("jny_1", 1) is here
    assert (await asyncio.to_thread(VersionCatalogue(catalogue._database).get, "jny_1", 1)).document == here.document


async def test_what_was_never_published_is_unknown(catalogue: VersionCatalogue) -> None:
    with pytest.raises(UnknownVersion):
        catalogue.get("jny_1", 99)
    with pytest.raises(UnknownVersion):
        await catalogue.load("jny_1", 99)


async def test_a_database_that_is_slow_is_asked_again(
    catalogue: VersionCatalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "LOAD_SECONDS", 0.0)
    with pytest.raises(VersionNotRead) as slow:
        catalogue.get("jny_1", 1)
    assert not isinstance(slow.value, TimeoutError)
    monkeypatch.undo()
    assert catalogue.get("jny_1", 1).number == 1
