"""Making a proof of an enrollment: what we keep, what Temporal keeps, and the signature of this installation."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from temporalio.client import Client
from temporalio.service import RPCError

from engine.proofs.bundle import Contents, Histories, make
from engine.settings import Settings
from engine.store.database import Database
from engine.store.proofs import read_contents
from engine.store.vault import Vault

PURPOSE = "proofs"
"""What the key is for that the vault makes."""


def signing_keys(settings: Settings) -> tuple[Ed25519PrivateKey, ...]:
    """The key that signs proofs, and after it those of earlier secrets."""
    return Vault(settings.vault_secrets).signing_keys(PURPOSE)


async def prove(
    settings: Settings,
    database: Database,
    temporal: Callable[[], Awaitable[Client]],
    enrollment_id: str,
    *,
    by: str,
    now: datetime,
) -> dict[str, Any]:
    """The proof of an enrollment. Where Temporal does not answer, it is made without the histories and says so.

    Raises:
        UnknownRecord: there is no such enrollment.
    """
    async with database.transaction() as session:
        contents = await read_contents(session, enrollment_id, by=by, now=now)
    if contents.enrollment.erased_at is None:
        histories = await _histories(temporal, enrollment_id)
        contents = Contents.model_validate({**dict(contents), "histories": histories})
    return make(contents, signing_keys(settings)[0], now)


async def _histories(temporal: Callable[[], Awaitable[Client]], enrollment_id: str) -> Histories:
    from workflows.replaying import read_histories  # noqa: PLC0415 - who serves the API needs no part of a worker
    from workflows.sealing import KeyDestroyed  # noqa: PLC0415 - the same

    try:
        runs = await read_histories(await temporal(), enrollment_id)
    except (RuntimeError, RPCError):  # the client raises RuntimeError where nothing answers
        return Histories(state="unreachable")
    except KeyDestroyed:
        return Histories(state="destroyed")
    return Histories(state="kept" if runs else "gone", runs=tuple(runs))
