"""The way back from a message, one address a step: enrollment, restock, stock movement, delivery of a source."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path
from pydantic import Field

from api.answers import Answer, Channel, JourneyRef, Variant
from api.security import staff
from api.services import TheDatabase
from engine.store import evidence as evidence_store
from engine.store.timeline.strands import delivery_address

router = APIRouter(prefix="/v1", tags=["Evidence"])

RecordId = Annotated[str, Path(max_length=200)]
Links = Annotated[
    dict[str, str], Field(default_factory=dict, description="Where it came from, as addresses of this API.")
]


class TrailStep(Answer):
    """One step of an enrollment: what it did at a node, and what it had read."""

    seq: int
    node: str
    visit: int
    act: Annotated[str, Field(examples=["took"])]
    outlet: Annotated[str | None, Field(examples=["sent"])]
    reason: str | None
    facts: dict[str, Any]
    at: datetime


class SendOutcome(Answer):
    """One state that a send of the enrollment reached."""

    send_id: str
    node: str
    visit: int
    channel: Channel
    state: Annotated[str, Field(examples=["accepted"])]
    reason: str | None
    at: datetime


class EnrollmentTrail(Answer):
    """An enrollment with its whole trail."""

    id: str
    journey: JourneyRef
    version: int
    profile_id: str
    variant: Variant | None
    status: Literal["active", "ended"]
    node: str | None
    entered_at: datetime
    ended_at: datetime | None
    exit_reason: str | None
    trail: list[TrailStep]
    outcomes: list[SendOutcome]
    links: Links


class RestockEvidence(Answer):
    """A variant's available stock going up across a threshold."""

    id: str
    variant: Variant
    available_before: Annotated[int, Field(examples=[0])]
    available_after: Annotated[int, Field(examples=[5])]
    at: datetime
    links: Links


class StockMovement(RestockEvidence):
    """A change of a variant's available stock, and the source that told of it."""

    source_id: str
    source_name: Annotated[str, Field(examples=["nordlys"])]
    delivery_id: str | None


class SourceDelivery(Answer):
    """A delivery that a source made: when it came, and how many of its items could be used."""

    source_id: str
    source_name: str
    delivery_id: str
    received_at: datetime
    accepted: int
    dead_lettered: int


@router.get("/enrollments/{enrollment_id}", dependencies=[Depends(staff("see_people"))])
async def get_enrollment(enrollment_id: RecordId, database: TheDatabase) -> EnrollmentTrail:
    """Read an enrollment with its trail."""
    async with database.snapshot() as session:
        record = await evidence_store.read_enrollment(session, enrollment_id)
    links = {"profile": f"/v1/profiles/{record.profile_id}", "journey": f"/v1/journeys/{record.journey.id}"}
    if record.restock_id is not None:
        links["restock"] = f"/v1/restocks/{record.restock_id}"
    return EnrollmentTrail.model_validate(record).model_copy(update={"links": links})


@router.get("/restocks/{restock_id}", dependencies=[Depends(staff("see_catalog"))])
async def get_restock(restock_id: RecordId, database: TheDatabase) -> RestockEvidence:
    """Read a restock."""
    async with database.snapshot() as session:
        record = await evidence_store.read_restock(session, restock_id)
    links = {"inventory_movement": f"/v1/stock-movements/{record.movement_id}"}
    return RestockEvidence.model_validate(record).model_copy(update={"links": links})


@router.get("/stock-movements/{movement_id}", dependencies=[Depends(staff("see_catalog"))])
async def get_stock_movement(movement_id: RecordId, database: TheDatabase) -> StockMovement:
    """Read a change of available stock."""
    async with database.snapshot() as session:
        record = await evidence_store.read_movement(session, movement_id)
    links: dict[str, str] = {}
    if record.delivery_id is not None:
        links["source_delivery"] = delivery_address(record.source_id, record.delivery_id)
    return StockMovement.model_validate(record).model_copy(update={"links": links})


@router.get("/sources/{source_id}/deliveries/{delivery_id:path}", dependencies=[Depends(staff("see_catalog"))])
async def get_source_delivery(source_id: RecordId, delivery_id: RecordId, database: TheDatabase) -> SourceDelivery:
    """Read a delivery of a source."""
    async with database.snapshot() as session:
        return SourceDelivery.model_validate(await evidence_store.read_delivery(session, source_id, delivery_id))
