"""The way back from a message: the enrollment that it belongs to, the restock, the movement and the delivery behind it.

send ──► enrollment ──► restock ──► stock movement ──► delivery of a source
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.store.errors import UnknownRecord
from engine.store.holdings import JourneyName
from engine.store.statements import Executor, core
from engine.store.tables import (
    Enrollment,
    InboundDelivery,
    Journey,
    Restock,
    Send,
    SendOutcome,
    Source,
    StockMovement,
    TrailRow,
)
from engine.store.variant_names import VariantName, name_variants

MOST_STEPS = 5_000
_enrollment = core(Enrollment)
_journey = core(Journey)
_trail = core(TrailRow)
_send = core(Send)
_outcome = core(SendOutcome)
_restock = core(Restock)
_movement = core(StockMovement)
_source = core(Source)
_delivery = core(InboundDelivery)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a trail."""

    seq: int
    node: str
    visit: int
    act: str
    outlet: str | None
    reason: str | None
    facts: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class OutcomeOfSend:
    """One state that a send reached."""

    send_id: str
    node: str
    visit: int
    channel: str
    state: str
    reason: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class EnrollmentRecord:
    """An enrollment with its whole trail and what it sent."""

    id: str
    journey: JourneyName
    version: int
    profile_id: str
    variant: VariantName | None
    status: str
    node: str | None
    entered_at: datetime
    ended_at: datetime | None
    exit_reason: str | None
    restock_id: str | None
    trail: tuple[Step, ...]
    outcomes: tuple[OutcomeOfSend, ...]


@dataclass(frozen=True, slots=True)
class RestockRecord:
    """A restock and the movement that it was."""

    id: str
    variant: VariantName
    movement_id: str
    available_before: int
    available_after: int
    at: datetime


@dataclass(frozen=True, slots=True)
class MovementRecord:
    """A change of available stock, the source that told of it, and the delivery that it came in."""

    id: str
    variant: VariantName
    available_before: int
    available_after: int
    source_id: str
    source_name: str
    delivery_id: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """A delivery of a source: when it came, and how many of its items could be used."""

    source_id: str
    source_name: str
    delivery_id: str
    received_at: datetime
    accepted: int
    dead_lettered: int


async def read_enrollment(executor: Executor, enrollment_id: str) -> EnrollmentRecord:
    """An enrollment with its trail.

    Raises:
        UnknownRecord: there is none with this id.
    """
    statement = (
        select(_enrollment, _journey.c.name)
        .join_from(_enrollment, _journey, _journey.c.id == _enrollment.c.journey_id)
        .where(_enrollment.c.id == enrollment_id)
    )
    row = (await executor.execute(statement)).one_or_none()
    if row is None:
        raise UnknownRecord("enrollment", enrollment_id)
    variants = await name_variants(executor, [row.variant_id] if row.variant_id else [])
    return EnrollmentRecord(
        id=row.id,
        journey=JourneyName(row.journey_id, row.name),
        version=row.version,
        profile_id=row.profile_id,
        variant=variants.get(row.variant_id),
        status="active" if row.ended_at is None else "ended",
        node=row.node,
        entered_at=row.entered_at,
        ended_at=row.ended_at,
        exit_reason=row.exit_reason,
        restock_id=row.restock_id,
        trail=await _read_trail(executor, enrollment_id),
        outcomes=await _read_outcomes(executor, enrollment_id),
    )


async def read_restock(executor: Executor, restock_id: str) -> RestockRecord:
    """A restock.

    Raises:
        UnknownRecord: there is none with this id.
    """
    row = (await executor.execute(select(_restock).where(_restock.c.id == restock_id))).one_or_none()
    if row is None:
        raise UnknownRecord("restock", restock_id)
    variants = await name_variants(executor, [row.variant_id])
    return RestockRecord(
        row.id, variants[row.variant_id], row.movement_id, row.available_before, row.available_after, row.at
    )


async def read_movement(executor: Executor, movement_id: str) -> MovementRecord:
    """A stock movement.

    Raises:
        UnknownRecord: there is none with this id.
    """
    statement = (
        select(_movement, _source.c.name)
        .join_from(_movement, _source, _source.c.id == _movement.c.source_id)
        .where(_movement.c.id == movement_id)
    )
    row = (await executor.execute(statement)).one_or_none()
    if row is None:
        raise UnknownRecord("stock movement", movement_id)
    variants = await name_variants(executor, [row.variant_id])
    return MovementRecord(
        row.id,
        variants[row.variant_id],
        row.available_before,
        row.available_after,
        row.source_id,
        row.name,
        row.delivery_id,
        row.at,
    )


async def read_delivery(executor: Executor, source_id: str, delivery_id: str) -> DeliveryRecord:
    """A delivery.

    Raises:
        UnknownRecord: this source made none with this id.
    """
    statement = (
        select(
            _source.c.id,
            _source.c.name,
            _delivery.c.delivery_id,
            _delivery.c.received_at,
            _delivery.c.accepted,
            _delivery.c.dead_lettered,
        )
        .join_from(_delivery, _source, _source.c.id == _delivery.c.source_id)
        .where(_delivery.c.source_id == source_id, _delivery.c.delivery_id == delivery_id)
    )
    row = (await executor.execute(statement)).one_or_none()
    if row is None:
        raise UnknownRecord("delivery", delivery_id)
    return DeliveryRecord(*row)


async def _read_trail(executor: Executor, enrollment_id: str) -> tuple[Step, ...]:
    rows = await executor.execute(
        select(
            _trail.c.seq,
            _trail.c.node,
            _trail.c.visit,
            _trail.c.act,
            _trail.c.outlet,
            _trail.c.reason,
            _trail.c.facts,
            _trail.c.at,
        )
        .where(_trail.c.enrollment_id == enrollment_id)
        .order_by(_trail.c.seq)
        .limit(MOST_STEPS)
    )
    return tuple(Step(*row) for row in rows)


async def _read_outcomes(executor: Executor, enrollment_id: str) -> tuple[OutcomeOfSend, ...]:
    rows = await executor.execute(
        select(
            _send.c.id,
            _send.c.node,
            _send.c.visit,
            _send.c.channel,
            _outcome.c.state,
            _outcome.c.reason,
            _outcome.c.at,
        )
        .join_from(_send, _outcome, _outcome.c.send_id == _send.c.id)
        .where(_send.c.enrollment_id == enrollment_id)
        .order_by(_outcome.c.at, _outcome.c.id)
        .limit(MOST_STEPS)
    )
    return tuple(OutcomeOfSend(*row) for row in rows)
