"""A proof of an enrollment to take away, and the public key by which anybody knows that it is ours."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse
from pydantic import Field

from api.answers import Answer
from api.proving import prove, signing_keys
from api.routes.acts import EnrollmentId
from api.security import Caller, acting, staff
from api.services import Now, TheServices, TheSettings
from engine.proofs.signing import public_key

router = APIRouter(prefix="/v1", tags=["Evidence"])


class ProofKeys(Answer):
    """The public keys of this installation: Ed25519, as base64url."""

    key: Annotated[str, Field(description="It signs now.", examples=["11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"])]
    earlier: Annotated[list[str], Field(description="They signed before the operator's secret was replaced.")]


@router.post("/enrollments/{enrollment_id}/bundle")
async def export_proof(
    enrollment_id: EnrollmentId,
    services: TheServices,
    caller: Annotated[Caller, Depends(staff("export_people", or_key="server"))],
    now: Now,
) -> dict[str, Any]:
    """Read everything that tells of an enrollment, signed. `waitline audit check` checks it anywhere, without us.

    Keep the body as it is: a program that reads and writes it again may write its numbers otherwise.
    """
    found = await prove(
        services.settings, services.database, services.temporal, enrollment_id, by=acting(caller), now=now
    )
    name = f"attachment; filename={found['enrollment']['id']}.proof.json"
    return JSONResponse(found, headers={"Content-Disposition": name})  # type: ignore[return-value]  # sent as it is


@router.get("/proof-keys", dependencies=[Depends(staff("see_people"))])
async def read_proof_keys(settings: TheSettings) -> ProofKeys:
    """Read the public keys of this installation, to compare with what `waitline audit check` says of a proof."""
    first, *earlier = map(public_key, signing_keys(settings))
    return ProofKeys(key=first, earlier=earlier)
