"""Where the API and the workers come from: forked, on Linux, from one process that has imported everything.

`api.standalone.forking` is that process; this is the supervisor's side of it. A nursery that ended takes its children
with it, is started again by the next who needs it, and so are they.
"""

import asyncio
import json
import os
import signal
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from api.standalone.deathsig import die_with_parent

FORKING = ("-m", "api.standalone.forking")


class Running(Protocol):
    """A process that was started, as `asyncio.subprocess.Process` is one."""

    pid: int

    @property
    def returncode(self) -> int | None:
        """How it ended, or None while it runs."""
        ...

    async def wait(self) -> int:
        """Wait for its end; how it ended."""
        ...

    def terminate(self) -> None:
        """Ask it to end."""
        ...

    def kill(self) -> None:
        """Make it end."""
        ...


class Forked:
    """A process that the nursery forked."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    @property
    def returncode(self) -> int | None:
        """How it ended, or None while it runs."""
        return self.ended.result() if self.ended.done() else None

    async def wait(self) -> int:
        """Wait for its end; how it ended."""
        return await asyncio.shield(self.ended)

    def terminate(self) -> None:
        """Ask it to end."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """Make it end."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if not self.ended.done():
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)


class Nursery:
    """Forks `waitline` commands. `folder` gets the forking process's own log and process file."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "forking.log"
        self._pid_file = folder / "forking.pid"
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._orders: deque[asyncio.Future[Forked]] = deque()
        self._forked: dict[int, Forked] = {}
        self._turn = asyncio.Lock()

    async def fork(self, arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> Forked:
        """A new process that runs `waitline ARGUMENTS`, its output appended to `log`.

        Raises:
            ConnectionError: the forking process ended before it answered.
        """
        async with self._turn:
            process = await self._started()
            answer: asyncio.Future[Forked] = asyncio.get_running_loop().create_future()
            self._orders.append(answer)
            order = {"arguments": list(arguments), "environment": dict(environment), "log": str(log)}
            assert process.stdin is not None
            process.stdin.write(json.dumps(order).encode() + b"\n")
            await process.stdin.drain()
        return await answer

    async def close(self) -> None:
        """End the forking process; what it forked should have been stopped before."""
        if self._process is not None and self._process.returncode is None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            await self._process.wait()
        if self._reader is not None:
            await self._reader

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            with self.log.open("ab") as log:
                self._process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    *FORKING,
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=log,
                    start_new_session=True,
                    preexec_fn=die_with_parent,
                )
            self._pid_file.write_text(str(self._process.pid))
            self._reader = asyncio.create_task(self._read(self._process))
        return self._process

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            self._hear(json.loads(line))
        await process.wait()
        for forked in self._forked.values():
            forked.ended.set_result(-signal.SIGTERM)
        self._forked.clear()
        while self._orders:
            self._orders.popleft().set_exception(ConnectionError("the forking process ended"))

    def _hear(self, message: Mapping[str, Any]) -> None:
        if "forked" in message:
            forked = self._forked[message["forked"]] = Forked(message["forked"])
            self._orders.popleft().set_result(forked)
        elif (ended := self._forked.pop(message["ended"], None)) is not None:
            ended.ended.set_result(message["code"])
