"""Stock as it is observed: the level, the movement it makes, the restock it may be, and the word to the outbox.

    reading ──► older than what is known? ──yes──► nothing changes
                      │ no
                      ▼
                 level stored ──► available changed? ──no──► nothing more
                                        │ yes
                                        ▼
                 movement + outbox row `stock_moved` ──► up through one? ──► restock

All of it happens in the caller's transaction, with the variant locked, so that two readings at once cannot both see the
quantity before. The outbox payload carries before and after: each journey judges its own threshold by them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select

from engine.stock.levels import Level, is_news
from engine.stock.transitions import is_restock
from engine.store import outbox
from engine.store.bulk import Bulk, written
from engine.store.catalog import VariantRef, find_variant, find_variants
from engine.store.ids import id_from, new_id
from engine.store.prepared import IDS, Prepared, is_among
from engine.store.statements import Executor, core, in_chunks, is_sqlite
from engine.store.tables import Restock, StockLevel, StockMovement, Variant

STOCK_MOVED = "stock_moved"
_level = core(StockLevel)
_variant = core(Variant)
_LEVELS = Bulk(
    StockLevel,
    "variant_id",
    "location",
    "on_hand",
    "reserved",
    "observed_at",
    "updated_at",
    key=("variant_id", "location"),
)
_MOVEMENTS = Bulk(
    StockMovement, "id", "variant_id", "available_before", "available_after", "source_id", "delivery_id", "at"
)
_RESTOCKS = Bulk(Restock, "id", "variant_id", "movement_id", "available_before", "available_after", "at")
_KNOWN = Prepared(select(_level).where(is_among(_level.c.variant_id, IDS)))


class Reading(NamedTuple):
    """What a source says about a variant at one location. Without `observed_at` it was observed just now."""

    sku: str
    level: Level
    location: str = "default"
    observed_at: datetime | None = None


class Observation(NamedTuple):
    """What a reading changed: available quantity before and after, and the rows that remember it, if it moved."""

    variant_id: str
    before: int
    after: int
    movement_id: str | None = None
    restock_id: str | None = None


async def observe(
    executor: Executor, reading: Reading, *, source_id: str | None, delivery_id: str | None, now: datetime
) -> Observation:
    """Take one reading in. Without a source its SKU must be unique over all of them.

    Raises:
        UnknownVariant: the catalog does not have it.
        AmbiguousVariant: no source was named and several have one.
    """
    variant = await find_variant(executor, reading.sku, source_id)
    observed = await observe_found(executor, [(variant, reading)], delivery_id=delivery_id, now=now)
    return observed[0]


async def observe_all(
    executor: Executor, readings: Sequence[Reading], *, source_id: str, delivery_id: str | None, now: datetime
) -> list[Observation | None]:
    """Take many readings of one source in, in this order; None for each whose variant is not in the catalog."""
    variants = await find_variants(executor, (reading.sku for reading in readings), source_id)
    known = [(variants[reading.sku], reading) for reading in readings if reading.sku in variants]
    observed = iter(await observe_found(executor, known, delivery_id=delivery_id, now=now))
    return [next(observed) if reading.sku in variants else None for reading in readings]


@dataclass(slots=True)
class _Shelf:
    """A variant's levels by location while readings are taken in."""

    levels: dict[str, tuple[Level, datetime]] = field(default_factory=dict[str, tuple[Level, datetime]])
    available: int = 0

    def put(self, location: str, level: Level, observed_at: datetime) -> None:
        known = self.levels.get(location)
        self.available += level.available - (known[0].available if known else 0)
        self.levels[location] = (level, observed_at)

    def take(self, reading: Reading, observed_at: datetime) -> bool:
        known = self.levels.get(reading.location)
        if not is_news(observed_at, known and known[1]):
            return False
        self.put(reading.location, reading.level, observed_at)
        return True


async def observe_found(
    executor: Executor, readings: Sequence[tuple[VariantRef, Reading]], *, delivery_id: str | None, now: datetime
) -> list[Observation]:
    """Take readings in whose variants were found already, in this order."""
    shelves = await _shelves(executor, sorted({variant.id for variant, _ in readings}))
    observations: list[Observation] = []
    levels: dict[tuple[str, str], dict[str, Any]] = {}
    movements: list[tuple[Any, ...]] = []
    restocks: list[tuple[Any, ...]] = []
    facts: list[outbox.Fact] = []
    for variant, reading in readings:
        shelf = shelves[variant.id]
        before = shelf.available
        observed_at = min(reading.observed_at or now, now)  # a source whose clock runs ahead must not shut out the rest
        if shelf.take(reading, observed_at):
            levels[variant.id, reading.location] = _level_row(variant, reading, observed_at, now)
        after = shelf.available
        if before == after:
            observation = Observation(variant.id, before, after)
        else:
            observation = _moved(variant, before, after)
            movements.append(_movement_row(observation, variant, delivery_id, now))
            facts.append(_fact(observation, variant, delivery_id))
            if observation.restock_id is not None:
                restocks.append(_restock_row(observation, now))
        observations.append(observation)
    await _LEVELS.renew(executor, list(levels.values()))
    await _MOVEMENTS.insert(executor, movements)
    await _RESTOCKS.insert(executor, restocks)
    await outbox.put_all(executor, facts, now)
    return observations


async def _shelves(executor: Executor, variant_ids: Sequence[str]) -> dict[str, _Shelf]:
    """The levels as they stand, with the variants locked until the transaction ends (SQLite has one writer anyway)."""
    shelves = {variant_id: _Shelf() for variant_id in variant_ids}
    for chunk in in_chunks(variant_ids):
        if not is_sqlite(executor):
            await executor.execute(
                select(_variant.c.id)
                .where(_variant.c.id.in_(chunk))
                .order_by(_variant.c.id)
                .with_for_update(key_share=True)
            )
        for row in await _KNOWN.ask(executor, {"ids": chunk}):
            level = Level(on_hand=row["on_hand"], reserved=row["reserved"])
            shelves[row["variant_id"]].put(row["location"], level, row["observed_at"])
    return shelves


def _moved(variant: VariantRef, before: int, after: int) -> Observation:
    movement_id = new_id("mov")
    restock_id = id_from("rst", movement_id) if is_restock(before, after) else None
    return Observation(variant.id, before, after, movement_id, restock_id)


def _level_row(variant: VariantRef, reading: Reading, observed_at: datetime, now: datetime) -> dict[str, Any]:
    return {
        "variant_id": variant.id,
        "location": reading.location,
        "on_hand": reading.level.on_hand,
        "reserved": reading.level.reserved,
        "observed_at": observed_at,
        "updated_at": now,
    }


def _movement_row(
    observation: Observation, variant: VariantRef, delivery_id: str | None, now: datetime
) -> tuple[Any, ...]:
    moved = (observation.before, observation.after, variant.source_id, delivery_id)
    return (observation.movement_id, observation.variant_id, *moved, written(now))


def _restock_row(observation: Observation, now: datetime) -> tuple[Any, ...]:
    moved = (observation.movement_id, observation.before, observation.after)
    return (observation.restock_id, observation.variant_id, *moved, written(now))


def _fact(observation: Observation, variant: VariantRef, delivery_id: str | None) -> outbox.Fact:
    payload: Mapping[str, Any] = {
        "variant_id": observation.variant_id,
        "before": observation.before,
        "after": observation.after,
        "restock_id": observation.restock_id,
        "source_id": variant.source_id,
        "delivery_id": delivery_id,
    }
    return outbox.Fact(STOCK_MOVED, observation.movement_id or "", payload)


async def available_now(executor: Executor, variant_id: str) -> int:
    """Units of this variant that may still be promised, as last observed."""
    total = select(func.coalesce(func.sum(_level.c.on_hand - _level.c.reserved), 0))
    return int((await executor.execute(total.where(_level.c.variant_id == variant_id))).scalar_one())
