"""Child processes: started, watched, started again with back-off, stopped in reverse order.

A child must not outlive its supervisor, not even one that is killed with -9: on Linux the kernel is asked to end it
with its parent; elsewhere the next start finds it by its process file and ends it first. Commands of our own are forked
by the nursery where there is one.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from api.standalone.deathsig import die_with_parent
from api.standalone.nursery import Nursery, Running

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 10.0
HEALTHY_AFTER = 30.0
STOP_SECONDS = 40.0
"""How long a child may take to finish what it has in hand: longer than the slowest channel waits for its provider."""


@dataclass(frozen=True, slots=True)
class Command:
    """What a child runs. `name` is how it is called in words and in files.

    With a `nursery`, `line` is what follows `waitline`; without one it is a whole command line.
    """

    name: str
    line: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    nursery: Nursery | None = None

    @property
    def program(self) -> str:
        """The program whose process this will be."""
        return sys.executable if self.nursery else self.line[0]


class Child:
    """One process that is kept running until `stop`."""

    def __init__(self, command: Command, folder: Path, report: Callable[[str], None]) -> None:
        self._command = command
        self._log = folder / f"{command.name}.log"
        self._pid_file = folder / f"{command.name}.pid"
        self._report = report
        self._process: Running | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._stopping = False

    @property
    def pid(self) -> int | None:
        """The process id, while one runs."""
        return self._process.pid if self._process and self._process.returncode is None else None

    @property
    def log(self) -> Path:
        """Where the child's output goes."""
        return self._log

    async def start(self) -> None:
        """Start the child and keep it running."""
        _end_leftover(self._pid_file, self._command.program)
        await self._spawn()
        self._keeper = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """Ask it to end, then make it."""
        self._stopping = True
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()
        self._pid_file.unlink(missing_ok=True)

    async def _keep(self) -> None:
        loop, pause = asyncio.get_running_loop(), FIRST_PAUSE
        while self._process is not None:
            began = loop.time()
            code = await self._process.wait()
            if self._stopping:
                return
            pause = FIRST_PAUSE if loop.time() - began > HEALTHY_AFTER else min(pause * 2, LONGEST_PAUSE)
            self._report(f"{self._command.name} ended with {code}; starting it again. Its log: {self._log}")
            await asyncio.sleep(pause)
            with suppress(ConnectionError):  # the nursery did not come up: the same pause, doubled, before the next try
                await self._spawn()

    async def _spawn(self) -> None:
        self._process = await _started(self._command, self._log)
        self._pid_file.write_text(str(self._process.pid))


async def _started(command: Command, log: Path) -> Running:
    if command.nursery is not None:
        return await command.nursery.fork(command.line, command.environment, log)
    with log.open("ab") as output:
        return await asyncio.create_subprocess_exec(
            *command.line,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **command.environment},
            start_new_session=True,
            preexec_fn=die_with_parent,
        )


def _end_leftover(pid_file: Path, program: str) -> None:
    """End a child that outlived a supervisor, if its process still runs the same program."""
    if not pid_file.exists():
        return
    pid = int(pid_file.read_text() or 0)
    command_line = Path(f"/proc/{pid}/cmdline")
    if pid and command_line.exists() and program.encode() in command_line.read_bytes():
        os.kill(pid, signal.SIGKILL)
    pid_file.unlink()
