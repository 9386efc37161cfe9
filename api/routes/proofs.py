"""Proof on request: an enrollment decided again from Temporal's history, and the send ledger walked link by link."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import Field

from api.answers import Answer
from api.routes.acts import EnrollmentId
from api.security import staff
from api.services import TheDatabase, TheServices
from engine.store import audit as audit_store
from engine.store.errors import UnknownRecord
from engine.store.evidence import read_enrollment
from workflows.plugins import load_plugins

router = APIRouter(prefix="/v1", tags=["Evidence"], dependencies=[Depends(staff("see_people"))])


class Replay(Answer):
    """What comes out when an enrollment is decided again."""

    history: Annotated[
        Literal["kept", "gone", "unreachable"],
        Field(description="Whether Temporal still has the history; without it the stored trail is all that there is."),
    ]
    is_same: Annotated[
        bool | None, Field(description="Whether every step comes out as recorded; null without history.")
    ]
    runs: Annotated[int, Field(examples=[1])]
    steps: Annotated[int, Field(description="Steps that were compared.", examples=[9])]
    forgotten: Annotated[int, Field(description="Steps in runs that Temporal no longer keeps; not compared.")]
    fault: Annotated[str | None, Field(description="What Temporal's replay found.")]
    differences: Annotated[list[str], Field(description="Each step that comes out otherwise, in a sentence.")]
    histories: Annotated[list[dict[str, Any]], Field(description="The stored histories, as Temporal exports them.")]


class LedgerFinding(Answer):
    """A link of the ledger that is not as it was written."""

    chain: str
    link: int
    fault: Literal["changed", "missing", "added", "rendering_changed"]
    send: str | None


class LedgerProof(Answer):
    """What a walk over the whole send ledger found."""

    is_whole: bool
    rows: Annotated[int, Field(examples=[120_000])]
    chains: Annotated[int, Field(examples=[18])]
    renderings: Annotated[int, Field(examples=[42])]
    findings: Annotated[list[LedgerFinding], Field(description="The first hundred.")]


_MOST_FINDINGS = 100


@router.post("/enrollments/{enrollment_id}/replay")
async def replay_enrollment(enrollment_id: EnrollmentId, services: TheServices) -> Replay:
    """Decide an enrollment again from what was recorded, by today's code, and compare. Nothing is done or sent."""
    from workflows.replaying import replay  # noqa: PLC0415 - who serves the API needs no part of a worker until then

    async with services.database.snapshot() as session:
        await read_enrollment(session, enrollment_id)
    try:
        client = await services.temporal()
    except RuntimeError:  # the client raises it where nothing answers
        return _without_history("unreachable")
    try:
        own = load_plugins(services.settings).workflows.values()
        found = await replay(client, services.database, enrollment_id, own=own)
    except UnknownRecord:
        return _without_history("gone")
    return Replay(
        history="kept",
        is_same=found.is_same,
        runs=found.runs,
        steps=found.steps,
        forgotten=found.forgotten,
        fault=found.fault,
        differences=found.differences,
        histories=[dict(one) for one in found.histories],
    )


@router.post("/ledger/verification")
async def verify_ledger(database: TheDatabase) -> LedgerProof:
    """Walk the hash chains of the send ledger: whether any row was changed, taken out or slipped in."""
    found = await database.run(audit_store.verify, writes=False)
    return LedgerProof(
        is_whole=not found.findings,
        rows=found.rows,
        chains=found.chains,
        renderings=found.renderings,
        findings=[LedgerFinding.model_validate(one) for one in found.findings[:_MOST_FINDINGS]],
    )


def _without_history(history: Literal["gone", "unreachable"]) -> Replay:
    return Replay(history=history, is_same=None, runs=0, steps=0, forgotten=0, fault=None, differences=[], histories=[])
