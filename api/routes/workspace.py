"""The workspace as a whole: the switch that stops every send, and the guardrails that hold for every journey."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from api.answers import Answer
from api.bodies import Body
from api.security import Caller, acting, staff
from api.services import Now, TheDatabase
from engine.guardrails.settings import WorkspaceGuardrails
from engine.store import guardrails, kill_switch

router = APIRouter(prefix="/v1/workspace", tags=["Workspace"])


class KillSwitch(Answer):
    """Whether every send is stopped, since when, by whom and why."""

    on: bool
    since: datetime | None
    by: Annotated[str | None, Field(examples=["Ada"])]
    reason: Annotated[str | None, Field(examples=["Wrong prices in the catalog"])]


class KillSwitchTurn(Body):
    """How the switch is to stand. Whoever it holds waits, and goes on when it is off."""

    on: bool
    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S", examples=["Wrong prices"])]


@router.get("/kill-switch", dependencies=[Depends(staff("see_journeys"))])
async def get_kill_switch(database: TheDatabase) -> KillSwitch:
    """Read how the kill switch stands."""
    async with database.snapshot() as session:
        return KillSwitch.model_validate(await kill_switch.read_switch(session))


@router.put("/kill-switch")
async def turn_kill_switch(
    body: KillSwitchTurn, database: TheDatabase, caller: Annotated[Caller, Depends(staff("stop_everything"))], now: Now
) -> KillSwitch:
    """Stop every send of the workspace within a second, or let them go on."""
    async with database.transaction() as session:
        turned = await kill_switch.turn_switch(session, on=body.on, reason=body.reason, by=acting(caller), now=now)
    return KillSwitch.model_validate(turned)


class WorkspaceLimits(Answer):
    """Caps over channels, the zone of profiles without one, and quiet hours by country."""

    guardrails: WorkspaceGuardrails


class WorkspaceLimitsChange(Body):
    """What is to hold from the next send on."""

    guardrails: WorkspaceGuardrails


@router.get("/guardrails", dependencies=[Depends(staff("see_journeys"))])
async def get_workspace_guardrails(database: TheDatabase) -> WorkspaceLimits:
    """Read what holds for every journey."""
    async with database.snapshot() as session:
        return WorkspaceLimits(guardrails=await guardrails.read_limits(session))


@router.put("/guardrails", dependencies=[Depends(staff("launch_journeys"))])
async def put_workspace_guardrails(body: WorkspaceLimitsChange, database: TheDatabase, now: Now) -> WorkspaceLimits:
    """Replace what holds for every journey, from the next send on. A country's hours hold where they are stricter."""
    async with database.connection() as connection:
        await guardrails.write_limits(connection, body.guardrails, now)
    return WorkspaceLimits(guardrails=body.guardrails)
