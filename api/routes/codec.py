"""A codec server for Temporal's UI: its pages show what histories say, to staff who are signed in here.

Protocol: https://docs.temporal.io/codec-server. The UI adds `/decode` and `/encode` to the endpoint that it was given.
"""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import ConfigDict, Field

from api.bodies import Body
from api.errors import Unprocessable
from api.security import TEMPORAL_UI
from api.services import TheServices
from engine.store.vault import Vault

router = APIRouter(prefix="/v1/temporal", tags=["Temporal"], dependencies=[Depends(TEMPORAL_UI)])

MOST_PAYLOADS = 1_000
Base64 = Annotated[str, Field(pattern=r"^[A-Za-z0-9+/_-]*={0,2}$", examples=["anNvbi9wbGFpbg=="])]


class TemporalPayload(Body):
    """A payload as protobuf writes it in JSON. Members that only Temporal knows are kept."""

    model_config = ConfigDict(extra="allow")

    metadata: Annotated[
        dict[str, Base64], Field(default_factory=dict, description="How the data is to be read, by name.")
    ]
    data: Base64 = ""


class TemporalPayloads(Body):
    """Payloads, asked and answered in the same order."""

    payloads: Annotated[list[TemporalPayload], Field(max_length=MOST_PAYLOADS)]


@router.post("/decode", response_model_exclude_unset=True)
async def decode_payloads(body: TemporalPayloads, services: TheServices) -> TemporalPayloads:
    """Open payloads for Temporal's UI. One that cannot be opened says why in its place; a stranger's stays as it is."""
    from workflows.codec import opened  # noqa: PLC0415 - who serves the API needs no part of a worker until then

    asked = [payload.model_dump(exclude_unset=True) for payload in body.payloads]
    found = await opened(Vault(services.settings.vault_secrets), services.database, asked)
    return TemporalPayloads(payloads=[TemporalPayload.model_validate(payload) for payload in found])


@router.post("/encode")
async def encode_payloads() -> TemporalPayloads:
    """Refuse: nothing is to be written into a history from Temporal's UI."""
    raise Unprocessable("Temporal's UI can only read here; let people in and act for them in Waitline itself.")
