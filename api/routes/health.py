"""Is it alive, is it ready, and how is it doing: for probes and for Prometheus."""

from typing import Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from api.security import PUBLIC

router = APIRouter(tags=["Health"], dependencies=[Depends(PUBLIC)])


class Alive(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


@router.get("/healthz")
async def get_liveness() -> Alive:
    """Whether the process answers; looks at nothing else."""
    return Alive()
