"""The embedded Temporal server: it knows what enrollments are found by, and keeps the indexes for that."""

import asyncio
import os
import shlex
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import connect as open_sqlite

import pytest
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from activities.search_attributes import has_search_attributes
from activities.starting import Starter
from activities.tasks import EnrollmentTask
from api.standalone import temporal
from engine.journey.facts import EventFact
from tests.guides import blocks
from tests.stack import free_port, until
from tests.workflows.stage import time_server
from workflows.payloads import DATA_CONVERTER

PROGRAM = Path(sys.executable).with_name("temporal")
ENTRY = EventFact(id="evt_1", name="Back in Stock", at=datetime(2026, 3, 2, tzinfo=UTC), properties={})


def task(name: str, journey: str, **more: object) -> EnrollmentTask:
    values = {"id": name, "journey": journey, "version": 1, "profile": "prf_ada", "key": name, "entry": ENTRY, **more}
    return EnrollmentTask.model_validate(values)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server keeps its data."""
    return tmp_path_factory.mktemp("temporal") / "temporal.db"


@pytest.fixture(scope="module")
async def client(file: Path) -> AsyncGenerator[Client]:
    """A client of an embedded server that was slimmed as `waitline up` does it."""
    port = free_port()
    line = temporal.command(PROGRAM, file, "127.0.0.1", port)
    server = await asyncio.create_subprocess_exec(*line, stdout=subprocess.DEVNULL)

    async def connected() -> Client | None:
        try:
            return await Client.connect(f"127.0.0.1:{port}", data_converter=DATA_CONVERTER)
        except RuntimeError:
            return None

    try:
        found = await until(connected, "the server")
        await until(lambda: temporal.is_ready(file), "its search attributes")
        temporal.slim_visibility(file)
        yield found
    finally:
        server.terminate()
        await server.wait()


async def found(client: Client, query: str) -> list[str]:
    return sorted([each.id async for each in client.list_workflows(query)])


async def test_enrollments_are_found_by_journey_version_profile_variant_and_status(client: Client) -> None:
    assert await has_search_attributes(client)
    starter = Starter(client, "nobody-works-here", concurrency=4, tagged=True)
    await starter.enroll([task("one", "jny_a", variant="var_M"), task("two", "jny_b", version=2)])
    await starter.start(task("three", "jny_a", version=2, profile="prf_bob", is_test=True))

    expected = {
        "WaitlineJourney = 'jny_a'": ["one", "three"],
        "WaitlineJourney = 'jny_a' AND WaitlineVersion = 2": ["three"],
        "WaitlineProfile = 'prf_ada'": ["one", "two"],
        "WaitlineVariant = 'var_M'": ["one"],
        "WaitlineStatus = 'test'": ["three"],
        "WaitlineStatus = 'active'": ["one", "two"],
    }
    for query, names in expected.items():

        async def is_so(query: str = query, names: list[str] = names) -> bool:
            return await found(client, query) == names

        await until(is_so, query, seconds=120)


async def test_the_lines_of_the_guide_teach_a_namespace_the_attributes_and_find_enrollments_by_them(
    client: Client,
) -> None:
    address = client.service_client.config.target_host
    ((teaching, finding),) = (block.commands for block in blocks("docs/operators.md", "Temporal"))
    await typed(address, "temporal operator namespace create bare")
    bare = await Client.connect(address, namespace="bare", data_converter=DATA_CONVERTER)

    async def knows() -> bool:
        try:
            return await has_search_attributes(bare)
        except RPCError:
            return False  # a namespace is not known everywhere at once

    assert not await knows()
    await typed(address, teaching.replace("--namespace default", "--namespace bare"))
    await until(knows, "the search attributes", seconds=120)

    await Starter(client, "nobody-works-here", concurrency=4, tagged=True).start(task("four", "jny_c"))
    await until(lambda: found(client, "WaitlineJourney = 'jny_c'"), "the enrollment", seconds=120)
    assert "four" in await typed(address, finding.replace("jny_…", "jny_c"))
    assert "four" not in await typed(address, finding.replace("jny_…", "jny_b"))


async def typed(address: str, line: str) -> str:
    """What a line says that somebody types beside this server."""
    program, *words = shlex.split(line)
    assert program == "temporal"
    environment = {"TEMPORAL_ADDRESS": address, "HOME": os.environ.get("HOME", "/")}
    ran = await asyncio.to_thread(
        subprocess.run, [PROGRAM, *words], env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.mark.usefixtures("client")
def test_the_indexes_of_journey_profile_and_variant_are_kept(file: Path) -> None:
    assert temporal.slim_visibility(file) == [], "what is gone is not dropped again"
    columns = temporal.attribute_columns(file)
    assert len(set(columns)) == 3
    with closing(open_sqlite(file)) as connection:
        for column in columns:
            query = f"SELECT workflow_id FROM executions_visibility WHERE namespace_id = 'n' AND {column} = 'x'"
            (plan,) = connection.execute(f"EXPLAIN QUERY PLAN {query}").fetchall()
            assert f"by_keyword_{column[-2:]}" in plan[-1]


async def test_where_temporal_lacks_them_enrollments_begin_without() -> None:
    async with await WorkflowEnvironment.start_time_skipping(
        data_converter=DATA_CONVERTER, test_server_existing_path=time_server()
    ) as environment:
        client = environment.client
        assert not await has_search_attributes(client)
        await Starter(client, "nobody-works-here", concurrency=4).start(task("one", "jny_a"))
        described = await client.get_workflow_handle("one").describe()
        assert not list(described.typed_search_attributes)
