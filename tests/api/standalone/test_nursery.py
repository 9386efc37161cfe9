"""The nursery forks commands, says how they ended, and takes them with it when it is killed."""

import os
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path

import pytest

from api.standalone.nursery import Forked, Nursery
from tests.stack import until

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="the nursery is Linux's; elsewhere commands are started"
)


@pytest.fixture
async def nursery(tmp_path: Path) -> AsyncGenerator[Nursery]:
    opened = Nursery(tmp_path)
    yield opened
    await opened.close()


def _runs(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False


async def test_a_forked_command_runs_with_its_own_environment_and_log(nursery: Nursery, tmp_path: Path) -> None:
    log = tmp_path / "settings.log"

    forked = await nursery.fork(["sign-in-link"], {"WAITLINE_PORT": "not-a-port"}, log)

    assert await forked.wait() == 1
    assert forked.returncode == 1
    assert "not-a-port" in log.read_text()


async def test_a_command_that_is_told_to_end_ends_and_is_reported(nursery: Nursery, tmp_path: Path) -> None:
    forked = await _idle_worker(nursery, tmp_path)

    forked.kill()

    assert await forked.wait() == -signal.SIGKILL
    assert not _runs(forked.pid)


async def test_a_killed_nursery_takes_its_children_with_it_and_the_next_fork_works(
    nursery: Nursery, tmp_path: Path
) -> None:
    forked = await _idle_worker(nursery, tmp_path)

    os.kill(int((tmp_path / "forking.pid").read_text()), signal.SIGKILL)

    assert await forked.wait() == -signal.SIGTERM
    await until(lambda: not _runs(forked.pid), "the end of the child")
    again = await nursery.fork(["--help"], {}, tmp_path / "help.log")
    assert await again.wait() == 0
    assert "Customer journeys that wait" in (tmp_path / "help.log").read_text()


async def _idle_worker(nursery: Nursery, tmp_path: Path) -> Forked:
    """A worker that goes on trying to reach a Temporal that is not there."""
    return await nursery.fork(
        ["worker"],
        {"WAITLINE_HOME": str(tmp_path / "home"), "WAITLINE_TEMPORAL_ADDRESS": "127.0.0.1:1"},
        tmp_path / "worker.log",
    )
