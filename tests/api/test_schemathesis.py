"""Whatever is sent to the API: no 5xx, and every refusal is a problem document with a code.

Schemathesis makes requests from the description that the API gives of itself, good ones and bad ones, and holds every
answer against it. They go over a socket to the real application; a fixed seed makes every run the same.
"""

import asyncio
import shutil
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import requests
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.pytest._test_builder import build_operation_test
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import create_app
from api.openapi import describe
from engine.settings import Settings
from engine.store import keys as key_store
from engine.store.database import Database
from engine.store.schema import upgrade
from tests.api.test_timeline import told_story
from tests.api.world import NOON, World
from tests.fakes.serving import serving

SETTINGS = Settings.model_validate({"secret_key": "a secret for tests", "public_url": "http://waitline.example"})
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
PATIENCE = 100.0
KNOWN_IDS = {
    "journey_id": "jny_1",
    "number": 1,
    "profile_id": "prf_ada",
    "enrollment_id": "enr_1",
    "restock_id": "rst_1",
    "movement_id": "mov_1",
    "source_id": "src_1",
    "delivery_id": "dlv_1",
    "sku": "FJELL-M",
    "source": "nordlys",
}
"""What lives in the database, so that not every request ends at `not found`."""


def use_known_ids(context: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    """Every other request is about something that exists."""
    if path_parameters and sum(map(ord, repr(path_parameters))) % 2:
        return {name: KNOWN_IDS.get(name, value) for name, value in path_parameters.items()}
    return path_parameters


def _schema(*, coverage: bool) -> Any:
    """The description as a source of requests: random ones, with `coverage` also each field at and past its limits."""
    description = describe(create_app(SETTINGS, Database("sqlite+aiosqlite:///never-opened.db")))
    config = schemathesis.Config.from_dict({"phases": {"coverage": {"enabled": coverage}}})
    schema = schemathesis.openapi.from_dict(description, config=config)
    schema.hook("map_path_parameters")(use_known_ids)
    return schema


EVERY_LIMIT, AT_RANDOM = _schema(coverage=True), _schema(coverage=False)
OPERATIONS = {found.ok().label: (found.ok().path, found.ok().method) for found in AT_RANDOM.get_all_operations()}
each_operation = pytest.mark.parametrize("operation", OPERATIONS)


@dataclass(frozen=True)
class Running:
    """A served application, and a key that opens everything in it."""

    address: str
    admin_key: str


@contextmanager
def running(url: str) -> Generator[Running]:
    """The application in a thread of its own, because schemathesis blocks while it asks."""
    started: list[Running] = []
    ready, over = threading.Event(), threading.Event()

    async def serve() -> None:
        database = Database(url, durability="process_kill")
        await upgrade(database)
        await told_story(World(database))
        async with database.transaction() as session:
            _, plaintext = await key_store.create_key(session, "admin", name="fuzzer", now=NOON)
        async with serving(create_app(SETTINGS, database)) as address:
            started.append(Running(address, plaintext))
            ready.set()
            await asyncio.to_thread(over.wait)
        await database.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        assert ready.wait(30), "the application did not start"
        yield started[0]
    finally:
        over.set()
        thread.join()


@pytest.fixture(scope="module")
def on_sqlite(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Generator[Running]:
    path = shutil.copy(migrated_file, tmp_path_factory.mktemp("fuzz") / "waitline.db")
    with running(f"sqlite+aiosqlite:///{path}") as application:
        yield application


@pytest.fixture(scope="module")
def on_postgres(postgres: Any) -> Generator[Running]:
    with running(postgres.new_database()) as application:
        yield application


def hold(case: schemathesis.Case, application: Running, session: requests.Session, *, with_key: bool) -> None:
    headers = {"Authorization": f"Bearer {application.admin_key}"} if with_key else {}
    response = case.call(
        base_url=application.address, headers=headers, allow_redirects=False, session=session, timeout=PATIENCE
    )
    case.validate_response(response, checks=CHECKS)
    if response.status_code >= 400:
        assert response.headers["content-type"] == ["application/problem+json"]
        problem = response.json()
        assert problem["status"] == response.status_code
        assert problem["code"]
        assert problem["detail"]


@contextmanager
def one_connection() -> Generator[requests.Session]:
    """A client that keeps its connection and no cookies."""
    with requests.Session() as session:
        session.trust_env = False
        session.headers.clear()
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        yield session


def ask(schema: Any, operation: str, most: int, application: Running, *, with_key: bool) -> None:
    """Make requests for one operation, the same in every run, and hold each answer.

    They are thought out only here, not when tests are collected as `schema.parametrize` does: that takes a minute in
    each process, and it gives every operation one id, of which xdist would run one.
    """
    path, method = OPERATIONS[operation]
    settings = hypothesis.settings(
        max_examples=most,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    with one_connection() as session:

        def held(case: schemathesis.Case) -> None:
            hold(case, application, session, with_key=with_key)

        build_operation_test(
            config=schema.config,
            operation=schema[path][method],
            test_func=held,
            given_kwargs={},
            feedback=FeedbackSources(),
            explicit_settings=settings,
        )()


@pytest.mark.spec("R-004")
@each_operation
def test_whatever_a_caller_with_a_key_sends(operation: str, on_sqlite: Running) -> None:
    ask(EVERY_LIMIT, operation, 2, on_sqlite, with_key=True)


@pytest.mark.spec("R-004")
@pytest.mark.postgres
@each_operation
def test_whatever_a_caller_sends_to_postgres(operation: str, on_postgres: Running) -> None:
    ask(AT_RANDOM, operation, 5, on_postgres, with_key=True)


@pytest.mark.spec("R-004")
@each_operation
def test_whatever_a_stranger_sends(operation: str, on_sqlite: Running) -> None:
    ask(AT_RANDOM, operation, 2, on_sqlite, with_key=False)
