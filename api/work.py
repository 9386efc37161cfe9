"""`waitline worker`: one process that carries journeys out."""

import asyncio
import signal

import structlog
from temporalio.service import RPCError

from activities.channels.assembly import close_channels, open_channels
from activities.search_attributes import has_search_attributes
from api.collector import calm_the_collector
from api.logs import configure_logs
from api.standalone.home import with_kept_secrets
from engine.settings import Settings
from engine.store.database import Database
from engine.store.vault import Vault
from workflows.worker import assemble, connect, running

log = structlog.get_logger(__name__)
CONNECT_SECONDS = 60.0


async def work(settings: Settings) -> None:
    """Run a worker until SIGINT or SIGTERM."""
    configure_logs(settings.log_level)
    settings = with_kept_secrets(settings)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    vault = Vault(settings.vault_secrets)
    database = Database(settings.resolved_database_url, durability=settings.durability, vault=vault)
    channels = open_channels(settings)
    try:
        client = await _patiently_connect(settings, database)
        assert settings.secret_key is not None
        secret = settings.secret_key.get_secret_value()
        tagged = await has_search_attributes(client)
        if not tagged:
            log.info("worker.untagged", hint="Temporal lacks the search attributes: see docs/operators.md")
        parts = assemble(settings, client, database, channels, secret=secret, tagged=tagged)
        calm_the_collector()
        async with running(parts):
            log.info("worker.ready", task_queue=settings.task_queue)
            await stop.wait()
    finally:
        await close_channels(channels)
        await database.close()


async def _patiently_connect(settings: Settings, database: Database):
    """The port of a starting server opens before it is healthy, so the first tries may fail."""
    deadline = asyncio.get_running_loop().time() + CONNECT_SECONDS
    while True:
        try:
            return await connect(settings, database)
        except (RPCError, RuntimeError):
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(0.2)
