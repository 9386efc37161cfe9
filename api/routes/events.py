"""Events, in the form that the clients of Segment and RudderStack send them.

Each call has its long address and the short one that Segment's browser client uses (`/v1/t` for `/v1/track`). That
client first asks for its settings; the answer sends it back here.
"""

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Path, Request
from pydantic import Field

from api.answers import Answer
from api.errors import UnknownKey
from api.ingest.document import read_document
from api.ingest.tracking import CALLS, AnyCall, Batch, Calls, parse_batch, parse_call
from api.security import PUBLIC, WRITE_KEY_ANYWHERE
from api.services import Services, TheServices

router = APIRouter(prefix="/v1", tags=["Events"])
_MAY_WRITE = Depends(WRITE_KEY_ANYWHERE)


class TrackAnswer(Answer):
    """What became of the calls. They are on disk when this is answered."""

    success: Literal[True] = True
    accepted: Annotated[int, Field(description="Calls that could be used.")]
    new: Annotated[int, Field(description="Those of them that had not come before.")]
    dead_lettered: Annotated[int, Field(description="Calls that could not be used; see GET /v1/dead-letters.")]


def _body(kind: type[AnyCall | Batch]) -> dict[str, Any]:
    schema = kind.model_json_schema()
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _add(name: str, kind: type[AnyCall]) -> None:
    """The long and the short address of a call."""

    async def take_call(request: Request, services: TheServices) -> TrackAnswer:
        return await _take(services, parse_call(kind, await read_document(request), services.now()))

    for path, operation in ((f"/{name}", f"send_{name}"), (f"/{name[0]}", f"send_{name}_from_browser")):
        router.add_api_route(
            path,
            take_call,
            methods=["POST"],
            name=operation,
            summary=f"{name.title()}{'' if len(path) > 2 else ', as browsers send it'}",
            description=f"{kind.__doc__}",
            dependencies=[_MAY_WRITE],
            openapi_extra=_body(kind),
        )


for _name, _call in CALLS.items():
    _add(_name, _call)


@router.post("/batch", dependencies=[_MAY_WRITE], openapi_extra=_body(Batch))
@router.post("/b", name="send_batch_from_browser", dependencies=[_MAY_WRITE], openapi_extra=_body(Batch))
async def send_batch(request: Request, services: TheServices) -> TrackAnswer:
    """Report several things at once; one that cannot be used does not hold the others up."""
    return await _take(services, parse_batch(await read_document(request), services.now()))


async def _take(services: Services, calls: Calls) -> TrackAnswer:
    taken = await services.events.take(calls)
    return TrackAnswer(accepted=taken.accepted, new=taken.new, dead_lettered=taken.dead_lettered)


class TrackedPlan(Answer):
    """Which events may be sent: all."""

    track: dict[str, Any] = Field(default_factory=lambda: {"__default": {"enabled": True, "integrations": {}}})


class BrowserSettings(Answer):
    """What Segment's browser client wants to know before it sends."""

    integrations: Annotated[dict[str, Any], Field(description="Where to send, and with which key.")]
    plan: TrackedPlan = TrackedPlan()
    metrics: dict[str, Any] = Field(
        default_factory=lambda: {"sampleRate": 0}, description="No measurements of the client itself."
    )


@router.get("/projects/{key}/settings", dependencies=[Depends(PUBLIC)])
async def read_browser_settings(
    key: Annotated[str, Path(max_length=255, description="The public write key.")], services: TheServices
) -> BrowserSettings:
    """Tell Segment's browser client where it sends its calls to: here."""
    if await services.keys.find(key) is None:
        raise UnknownKey
    here = urlsplit(services.settings.resolved_public_url)
    target = {"apiKey": key, "apiHost": f"{here.netloc}{here.path}/v1", "protocol": here.scheme}
    return BrowserSettings(integrations={"Segment.io": target})
