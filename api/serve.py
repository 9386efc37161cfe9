"""`waitline api`: one process that serves the API and the pages; standalone, also the demo shop and the doubles."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog
import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.collector import calm_the_collector
from api.logs import configure_logs
from api.senders import Senders
from api.standalone.first_start import first_sign_in_link
from api.standalone.home import with_kept_secrets
from api.temporal import connect_to_temporal
from engine.settings import Settings
from engine.store import schema
from engine.store.audit import Audit, verify
from engine.store.database import Database
from engine.store.vault import Vault

if TYPE_CHECKING:
    from workflows.replaying import Replayed

log = structlog.get_logger(__name__)
GRACE_SECONDS = 5


async def serve(settings: Settings, *, standalone: bool = False) -> None:
    """Serve until SIGINT or SIGTERM. An accepted event is on disk when it is answered, whatever the power does."""
    configure_logs(settings.log_level)
    settings = with_kept_secrets(settings)
    async with AsyncExitStack() as stack:
        vault = Vault(settings.vault_secrets)
        database = Database(settings.resolved_database_url, durability="power_loss", vault=vault)
        stack.push_async_callback(database.close)
        if standalone:
            await schema.upgrade(database)
        app = create_app(settings, database)
        senders = app.state.services.channel
        if isinstance(senders, Senders):
            stack.push_async_callback(senders.close)
        if standalone:
            from api.standalone.extras import add_extras  # noqa: PLC0415 - production never loads the demo

            await stack.enter_async_context(add_extras(app, settings, database))
        await _listen(app, settings)


async def migrate(settings: Settings) -> None:
    """Bring the database to this version's schema."""
    database = Database(settings.resolved_database_url, durability="power_loss")
    try:
        await schema.upgrade(database)
    finally:
        await database.close()


async def first_link(settings: Settings) -> str | None:
    """The first administrator's sign-in link; None once she has signed in."""
    database = Database(settings.resolved_database_url, durability="power_loss")
    try:
        return await first_sign_in_link(settings, database, datetime.now(UTC))
    finally:
        await database.close()


async def verify_ledger(settings: Settings) -> Audit:
    """Walk the hash chains of the send ledger."""
    database = Database(settings.resolved_database_url)
    try:
        return await database.run(verify, writes=False)
    finally:
        await database.close()


async def replay_enrollment(settings: Settings, enrollment: str) -> "Replayed":
    """Decide an enrollment again, from its history at the Temporal server of these settings."""
    from workflows.plugins import load_plugins  # noqa: PLC0415 - the same
    from workflows.replaying import replay  # noqa: PLC0415 - who serves the API needs no part of a worker

    database = Database(settings.resolved_database_url)
    try:
        return await replay(
            await connect_to_temporal(with_kept_secrets(settings), database),
            database,
            enrollment,
            own=load_plugins(settings).workflows.values(),
        )
    finally:
        await database.close()


async def prove_enrollment(settings: Settings, enrollment: str, now: datetime) -> dict[str, Any]:
    """A signed proof of an enrollment, from the database and the Temporal server of these settings."""
    from api.proving import prove  # noqa: PLC0415 - who serves needs it when it is asked for

    settings = with_kept_secrets(settings)
    database = Database(settings.resolved_database_url)
    temporal = partial(connect_to_temporal, settings, database)
    try:
        return await prove(settings, database, temporal, enrollment, by="waitline audit export", now=now)
    finally:
        await database.close()


async def _listen(app: FastAPI, settings: Settings) -> None:
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    calm_the_collector()
    log.info("api.listening", host=settings.host, port=settings.port)
    await uvicorn.Server(config).serve()
    await asyncio.sleep(0)
