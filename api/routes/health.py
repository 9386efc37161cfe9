"""Is it alive, is it ready, and how is it doing: for probes and for Prometheus."""

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from fastapi.responses import PlainTextResponse
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from pydantic import Field
from sqlalchemy.exc import DBAPIError

from api.answers import Answer
from api.errors import Unavailable
from api.metrics import Snapshot
from api.security import LOOPBACK_OR_SERVER_KEY, PUBLIC
from api.services import Now, TheDatabase
from engine.store.gauges import outbox_lag, read_gauges

router = APIRouter(tags=["Health"])

BEHIND = timedelta(minutes=1)


class Alive(Answer):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(Answer):
    """The database answers. Behind means that nobody has routed the outbox for a minute: look after the workers.

    What is accepted meanwhile is safe and will be routed, so being behind is no reason to send requests elsewhere.
    """

    status: Literal["ready", "behind"]
    outbox_lag_seconds: Annotated[float, Field(description="Age of the oldest fact that waits.", examples=[0.02])]


@router.get("/healthz", dependencies=[Depends(PUBLIC)])
async def get_liveness() -> Alive:
    """Whether the process answers; looks at nothing else."""
    return Alive()


@router.get("/readyz", dependencies=[Depends(PUBLIC)])
async def get_readiness(database: TheDatabase, now: Now) -> Ready:
    """Whether requests can be served: the database is asked."""
    try:
        async with database.snapshot() as session:
            lag = await outbox_lag(session, now)
    except (DBAPIError, OSError) as failure:
        raise Unavailable(
            "The database does not answer, or has no schema; see the log and `waitline migrate`."
        ) from failure
    return Ready(status="ready" if lag < BEHIND else "behind", outbox_lag_seconds=lag.total_seconds())


@router.get(
    "/metrics",
    dependencies=[Depends(LOOPBACK_OR_SERVER_KEY)],
    response_class=PlainTextResponse,
    responses={200: {"description": "Prometheus text format."}},
)
async def get_metrics(database: TheDatabase, now: Now) -> PlainTextResponse:
    """Read numbers for Prometheus. From this machine without a key, from elsewhere with a server key."""
    async with database.snapshot() as session:
        gauges = await read_gauges(session, now)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Snapshot(gauges))
    return PlainTextResponse(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
