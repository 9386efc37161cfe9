"""The supervisor of `waitline up`: Temporal, the API and the workers as child processes, in one folder.

    Temporal ──► schema, secrets, demo shop ──► API ──► workers          stopped in reverse order

The supervisor itself does nothing but watch, so it stays small. Everything it starts binds to loopback unless told
otherwise, and everything that it promised survives a kill -9 of any part, itself included.
"""

import asyncio
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path

from api.standalone import temporal
from api.standalone.children import Child, Command
from api.standalone.home import Home, local_firebase_account, open_home, with_kept_secrets
from api.standalone.nursery import Nursery
from engine.settings import Settings

START_SECONDS = 90.0
TWILIO_PATH, FCM_PATH = "/doubles/twilio", "/doubles/fcm"
Report = Callable[[str], None]


class CannotStart(Exception):
    """A part of Waitline did not come up; its log says why."""

    def __init__(self, part: str, log: Path) -> None:
        last = "".join(f"\n    {line}" for line in log.read_text(errors="replace").splitlines()[-8:])
        super().__init__(f"{part} did not come up within {START_SECONDS:.0f} seconds. The end of {log}:{last}")


class Supervisor:
    """Keeps a standalone Waitline running."""

    def __init__(self, settings: Settings, report: Report) -> None:
        self._settings = settings
        self._report = report
        self._home: Home = open_home(settings)
        self._nursery: Nursery | None = None
        if sys.platform == "linux":
            self._nursery = Nursery(self._home.run)
        self._children: list[Child] = []

    async def run(self, ready: Callable[[Settings], Awaitable[None]]) -> None:
        """Start everything, call `ready` once pages can be opened, and watch until told to stop (Ctrl-C, SIGTERM).

        Raises:
            CannotStart: a part did not come up.
        """
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        try:
            settings = await self._start()
            await ready(settings)
            await stop.wait()
            self._report("Stopping …")
        finally:
            for child in reversed(self._children):
                await child.stop()
            if self._nursery is not None:
                await self._nursery.close()

    async def _start(self) -> Settings:
        settings = with_kept_secrets(self._settings)
        temporal_port = await self._start_temporal(settings)
        settings = settings.model_copy(
            update={
                "temporal_address": f"127.0.0.1:{temporal_port}",
                "port": settings.port or _free_port(),
                "allow_private_endpoints": True,
            }
        )
        settings = settings.model_copy(update=_doubles(settings))
        environment = as_environment(settings)
        api = await self._waitline("api", ["api", "--standalone"], environment)
        await self._until_open(api, "The API", settings.host, settings.port)
        for number in range(settings.worker_processes):
            await self._waitline(f"worker-{number}", ["worker"], environment)
        return settings

    async def _start_temporal(self, settings: Settings) -> int:
        port = _free_port()
        program = Path(sys.executable).with_name("temporal")
        line = temporal.command(program, self._home.temporal_file, "127.0.0.1", port)
        child = await self._child(Command("temporal", line, temporal.ENVIRONMENT))
        await self._until_open(child, "Temporal", "127.0.0.1", port)
        (self._home.run / "temporal-address").write_text(f"127.0.0.1:{port}")

        async def is_registered() -> bool:
            return temporal.is_ready(self._home.temporal_file)

        await self._until(is_registered, child, "Temporal")
        if settings.temporal_slim_visibility:
            temporal.slim_visibility(self._home.temporal_file)
        return port

    async def _waitline(self, name: str, arguments: list[str], environment: Mapping[str, str]) -> Child:
        if self._nursery is not None:
            try:
                return await self._child(Command(name, arguments, environment, self._nursery))
            except ConnectionError:
                raise CannotStart(name, self._nursery.log) from None
        return await self._child(Command(name, [sys.executable, "-m", "api.cli", *arguments], environment))

    async def _child(self, command: Command) -> Child:
        child = Child(command, self._home.run, self._report)
        self._children.append(child)
        await child.start()
        return child

    async def _until_open(self, child: Child, part: str, host: str, port: int) -> None:
        async def is_open() -> bool:
            with suppress(OSError):
                _, writer = await asyncio.open_connection(host, port)
                writer.close()
                return True
            return False

        await self._until(is_open, child, part)

    async def _until(self, is_up: Callable[[], Awaitable[bool]], child: Child, part: str) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(START_SECONDS):
                while True:
                    if await is_up():
                        return
                    await asyncio.sleep(0.05)
        raise CannotStart(part, child.log)


def _doubles(settings: Settings) -> dict[str, object]:
    """The built-in inboxes, wherever no real provider was named."""
    named = settings.model_fields_set
    changes: dict[str, object] = {}
    if "smtp_host" not in named:
        changes["smtp_port"] = _free_port()
    if "twilio_base_url" not in named and "twilio_account_sid" not in named:
        changes["twilio_base_url"] = f"{settings.resolved_public_url}{TWILIO_PATH}"
    if "fcm_service_account" not in named:
        changes["fcm_base_url"] = f"{settings.resolved_public_url}{FCM_PATH}"
        changes["fcm_service_account"] = local_firebase_account(settings)
    return changes


def as_environment(settings: Settings) -> dict[str, str]:
    """The settings as the environment variables of a child, secrets included."""
    values: dict[str, str] = {}
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if value is None:
            continue
        if hasattr(value, "get_secret_value"):
            value = value.get_secret_value()
        values[f"WAITLINE_{name.upper()}"] = str(value)
    if settings.waitlist_retention is not None:
        values["WAITLINE_WAITLIST_RETENTION"] = f"PT{int(settings.waitlist_retention.total_seconds())}S"
    return values


def _free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])
