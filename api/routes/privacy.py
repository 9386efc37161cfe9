"""What a person may ask for: all that is kept about her, and that it goes."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse
from pydantic import Field

from api.answers import Answer
from api.bodies import Body
from api.routes.profiles import ProfileId
from api.security import Caller, acting, staff
from api.services import Now, TheDatabase
from engine.store import erasure
from engine.store.export import export

router = APIRouter(prefix="/v1/profiles", tags=["Profiles"])


class ErasureOrder(Body):
    """Why, for the record: it must not name her."""

    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S", examples=["She asked for it, case 4711"])]


class Erasure(Answer):
    """What is left: an id with nothing behind it."""

    profile_id: Annotated[str, Field(examples=["prf_01kbjv0m8e5w3tq9z7c2r4x6yd"])]


@router.get("/{profile_id}/export")
async def export_profile(
    profile_id: ProfileId,
    database: TheDatabase,
    caller: Annotated[Caller, Depends(staff("export_people", or_key="server"))],
    now: Now,
) -> dict[str, Any]:
    """Read all data of a person, everybody who was merged into her included."""
    async with database.transaction() as session:
        found = await export(session, profile_id, by=acting(caller), now=now)
    name = f"attachment; filename={found['profile']}.json"
    return JSONResponse(found, headers={"Content-Disposition": name})  # type: ignore[return-value]  # sent as it is


@router.post("/{profile_id}/erase", status_code=202)
async def erase_profile(
    profile_id: ProfileId,
    body: ErasureOrder,
    database: TheDatabase,
    caller: Annotated[Caller, Depends(staff("erase_people", or_key="server"))],
    now: Now,
) -> Erasure:
    """Erase a person. Her data goes at once; what Temporal keeps of her becomes unreadable within moments."""
    async with database.transaction() as session:
        left = await erasure.erase(session, profile_id, by=acting(caller), reason=body.reason, now=now)
    return Erasure(profile_id=left)
