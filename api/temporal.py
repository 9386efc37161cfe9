"""The Temporal server of this deployment, for those few requests that read what it keeps."""

from temporalio.client import Client

from engine.settings import Settings
from engine.store.database import Database


async def connect_to_temporal(settings: Settings, database: Database) -> Client:
    """A client of the server that the workers use; what it keeps is opened with the keys of the database.

    Raises:
        RuntimeError: nothing answers at its address.
    """
    from workflows.worker import connect  # noqa: PLC0415 - who serves the API needs no part of a worker until then

    return await connect(_with_running_server(settings), database)


def _with_running_server(settings: Settings) -> Settings:
    """Under `waitline up` the embedded server listens on an address that it wrote down in its folder."""
    kept = settings.home / "run" / "temporal-address"
    if "temporal_address" in settings.model_fields_set or not kept.exists():
        return settings
    return settings.model_copy(update={"temporal_address": kept.read_text()})
