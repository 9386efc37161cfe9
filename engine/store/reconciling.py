"""Reconciliation: what a shop says it has, all of it at once, compared with what is known of it.

Webhooks get lost. A feed or a snapshot that comes every hour says what there is in all; where that differs from what is
known, the shop is believed, and a missed delivery becomes the restock that it was. A total says nothing of locations:

    nothing known       ──► the total stands at the location `feed`
    one location        ──► that location is corrected
    several locations   ──► sold out: each has nothing; else the difference stands at the location `feed`
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select

from engine.stock.levels import Level, available
from engine.store import interest, stock
from engine.store.catalog import VariantRef, find_variants
from engine.store.prepared import IDS, Prepared, is_among
from engine.store.statements import Executor, core
from engine.store.stock import Reading
from engine.store.tables import StockLevel

FEED_LOCATION = "feed"
_level = core(StockLevel)
_LEVELS = Prepared(select(_level).where(is_among(_level.c.variant_id, IDS)))
_Shelf = dict[str, tuple[Level, datetime]]


class Total(NamedTuple):
    """Units of a variant in all. Where they were not counted, there are at least so many, or none."""

    sku: str
    units: int
    is_counted: bool = True

    def agrees(self, known: int) -> bool:
        """Whether what is known says the same."""
        if self.is_counted:
            return known == self.units
        return (known > 0) == (self.units > 0)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How many variants were compared, corrected, and found to be back."""

    compared: int
    corrected: int
    restocked: int


async def reconcile(
    executor: Executor,
    totals: Sequence[Total],
    *,
    source_id: str,
    snapshot_id: str,
    observed_at: datetime,
    retention: timedelta | None,
    now: datetime,
) -> Reconciled:
    """Compare these totals, as of `observed_at`, with what is known, and correct what differs.

    What was observed later than the snapshot was made is left as it is.
    """
    variants = await find_variants(executor, [total.sku for total in totals], source_id)
    shelves = await _shelves(executor, variants.values())
    readings: list[tuple[VariantRef, Reading]] = []
    compared = corrected = 0
    for total in totals:
        variant = variants.get(total.sku)
        if variant is None:
            continue
        compared += 1
        found = _corrections(total, shelves.get(variant.id, {}), observed_at)
        corrected += bool(found)
        readings += [(variant, reading) for reading in found]
    observed = await stock.observe_found(executor, readings, delivery_id=snapshot_id, now=now)
    await interest.notice_sold_out(executor, observed, retention=retention, now=now)
    restocked = {one.variant_id for one in observed if one.restock_id is not None}
    return Reconciled(compared, corrected, len(restocked))


async def _shelves(executor: Executor, variants: Iterable[VariantRef]) -> dict[str, _Shelf]:
    """The levels by location of each of these variants."""
    ids = sorted({variant.id for variant in variants})
    shelves: dict[str, _Shelf] = {}
    for row in await _LEVELS.ask(executor, {"ids": ids}):
        level = Level(on_hand=row["on_hand"], reserved=row["reserved"])
        shelves.setdefault(row["variant_id"], {})[row["location"]] = (level, row["observed_at"])
    return shelves


def _corrections(total: Total, shelf: _Shelf, observed_at: datetime) -> list[Reading]:
    """The readings that make what is known say what the total says; none where it does."""
    if not shelf:
        return [_reading(total.sku, max(0, total.units), FEED_LOCATION, observed_at)]
    if total.agrees(available(level for level, _ in shelf.values())):
        return []
    if any(known_at > observed_at for _, known_at in shelf.values()):
        return []
    real = {location: level for location, (level, _) in shelf.items() if location != FEED_LOCATION}
    if len(real) == 1 and FEED_LOCATION not in shelf:
        return [_reading(total.sku, total.units, next(iter(real)), observed_at)]
    if total.units <= 0:
        return [_reading(total.sku, 0, location, observed_at) for location in shelf]
    rest = total.units - available(real.values())
    return [_reading(total.sku, rest, FEED_LOCATION, observed_at)]


def _reading(sku: str, units: int, location: str, observed_at: datetime) -> Reading:
    return Reading(sku, Level(on_hand=max(0, units), reserved=max(0, -units)), location, observed_at)
