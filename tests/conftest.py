"""What every test shares: the rules of the house, and the real servers and browsers that some of them need.

postgres_url          one empty PostgreSQL database for the whole run (tests that make their own schema or rows by key)
fresh_postgres_url    an empty PostgreSQL database for this test alone
chromium, firefox     the browser's program
"""

import os
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests.postgres import PostgresServer
from tests.programs import require_program

hypothesis.settings.register_profile("waitline", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.load_profile("waitline")


def pytest_configure() -> None:
    """Refuse every connection that would leave this machine."""
    sys.addaudithook(_loopback_only)


def _loopback_only(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "socket.connect":
        return
    address: Any = arguments[1]
    host = "127.0.0.1" if isinstance(address, (str, bytes)) else str(address[0])  # a path names a Unix socket
    if not host.startswith(("127.", "::1", "localhost")):
        raise PermissionError(f"tests reach loopback only, not {host}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that drive a browser or kill processes come first and share one worker; any other file stays together."""
    for item in items:
        alone = item.get_closest_marker("browser") or item.get_closest_marker("chaos")
        item.add_marker(pytest.mark.xdist_group("alone" if alone else str(item.path)))
    items.sort(key=lambda item: not (item.get_closest_marker("browser") or item.get_closest_marker("chaos")))


@pytest.fixture(scope="session")
def postgres() -> Generator[PostgresServer]:
    """A running PostgreSQL server."""
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_url(postgres: PostgresServer) -> str:
    return postgres.new_database()


@pytest.fixture
def fresh_postgres_url(postgres: PostgresServer) -> str:
    return postgres.new_database()


@pytest.fixture(scope="session")
def chromium() -> Path:
    return require_program("chromium", "chromium-browser", "google-chrome", package="chromium")


@pytest.fixture(scope="session")
def firefox() -> Path:
    return require_program("firefox-esr", "firefox", package="firefox-esr")
