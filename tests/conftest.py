"""What every test shares: the rules of the house, and the real servers and browsers that some of them need.

postgres_url          a migrated PostgreSQL database for the whole run, which tests empty with `tests.postgres.emptied`
fresh_postgres_url    an empty PostgreSQL database for this test alone
database              a migrated database for this test alone; the test runs on SQLite and again on PostgreSQL
sqlite_database, postgres_database    the same, on one of them only
chromium, firefox     the browser's program
headless_chromium     one without windows, where there is one: it needs a third less and shows no notifications
log_watch             what all tests log, in which nobody may be named
"""

import asyncio
import gc
import os
import shutil
import sys
from collections.abc import AsyncGenerator, Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from xdist.scheduler import LoadScopeScheduling

from api.collector import COLLECT_AFTER, calm_the_collector
from api.logs import configure_logs
from engine.store.database import Database
from engine.store.schema import upgrade
from tests.log_watch import LogWatch
from tests.postgres import PostgresServer, emptied
from tests.programs import require_program

_TURNS = (("tests/browser/", "tests/chaos/"), ("tests/workflows/", "tests/api/test_schemathesis.py"))
_ROOMS = ("tests/browser/editor/", "tests/browser/", "tests/chaos/")
_MOST_WORKERS = 4
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
_LOGGED = LogWatch()
hypothesis.settings.register_profile("waitline", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.load_profile("waitline")


def pytest_configure() -> None:
    """Refuse every connection that would leave this machine, and log as in production."""
    sys.addaudithook(_loopback_only)
    configure_logs("debug", _LOGGED)
    gc.set_threshold(COLLECT_AFTER, 20, 100)


def pytest_collection_finish() -> None:
    """Leave what was imported and collected out of every garbage collection from now on."""
    calm_the_collector()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Generator[None, object, object]:
    """Fail the test during which something was logged that names a person."""
    result = yield
    if named := _LOGGED.take():
        pytest.fail("logs name nobody:\n" + "\n".join(named), pytrace=False)
    return result


@pytest.fixture(scope="session")
def log_watch() -> LogWatch:
    """What everything in this process logs to."""
    return _LOGGED


def _loopback_only(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "socket.connect":
        return
    address: Any = arguments[1]
    host = "127.0.0.1" if isinstance(address, (str, bytes)) else str(address[0])  # a path names a Unix socket
    if not host.startswith(("127.", "::1", "localhost")):
        raise PermissionError(f"tests reach loopback only, not {host}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that take long come first, those that drive a browser or kill processes before all: short ones end a run.

    Those of a browser get a second chance, which the report names: they are not about browsers on a busy machine.
    """
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    return next((turn for turn, files in enumerate(_TURNS) if item.nodeid.startswith(files)), len(_TURNS))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two more than there are cores: tests that wait for a browser, a time-out or a restart leave theirs idle."""
    return min((os.cpu_count() or 1) + 2, _MOST_WORKERS)


class ByRoom(LoadScopeScheduling):
    """One worker takes the editor, one the other browsers and one the kills; any other file stays together.

    Only the requests of schemathesis, which are many and need little, are shared out by test.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if file.endswith("test_schemathesis.py"):
            return nodeid.partition("[")[0]
        return next((room for room in _ROOMS if file.startswith(room)), file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByRoom:
    return ByRoom(config, log)


@pytest.fixture(scope="session")
def postgres() -> Generator[PostgresServer]:
    """A running PostgreSQL server."""
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_url(postgres: PostgresServer) -> str:
    return _migrate(postgres.new_database())


@pytest.fixture
def fresh_postgres_url(postgres: PostgresServer) -> str:
    return postgres.new_database()


def _migrate(url: str) -> str:
    async def migrate() -> None:
        database = Database(url)
        await upgrade(database)
        await database.close()

    with ThreadPoolExecutor(1) as beside:  # asynchronous fixtures ask for it, too, within a loop that runs already
        beside.submit(asyncio.run, migrate()).result()
    return url


@pytest.fixture(scope="session")
def migrated_sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    _migrate(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture
async def sqlite_database(migrated_sqlite_file: Path, tmp_path: Path) -> AsyncGenerator[Database]:
    shutil.copy(migrated_sqlite_file, tmp_path / "waitline.db")
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'waitline.db'}", durability="process_kill")
    yield database
    await database.close()


@pytest.fixture
async def postgres_database(postgres_url: str) -> AsyncGenerator[Database]:
    database = await emptied(Database(postgres_url))
    yield database
    await database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Database:
    return request.getfixturevalue(f"{request.param}_database")


@pytest.fixture(scope="session")
def chromium() -> Path:
    return require_program(*CHROMIUM, package="chromium")


@pytest.fixture(scope="session")
def headless_chromium() -> Path:
    return require_program("chromium-headless-shell", *CHROMIUM, package="chromium-headless-shell")


@pytest.fixture(scope="session")
def firefox() -> Path:
    return require_program("firefox-esr", "firefox", package="firefox-esr")
