"""Imports of feeds: items stored where they changed, stock compared, and a report of how it went."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import bindparam, select, update

from engine.stock.merchant_feed import ENDS_THE_FILE, FeedItem, FeedProblem
from engine.store.bulk import Bulk
from engine.store.catalog_updates import ProductEntry, VariantEntry, store_products
from engine.store.ids import new_id
from engine.store.prepared import IDS, Prepared, is_among
from engine.store.reconciling import Reconciled, Total, reconcile
from engine.store.statements import Executor, core, insert_into
from engine.store.tables import FeedDigest, FeedImport

MOST_PROBLEMS = 200
"""Problems that an import's report keeps; the others are counted."""
_DIGESTS = Bulk(FeedDigest, "source_id", "item", "digest", key=("source_id", "item"))
_digest = core(FeedDigest)
_KNOWN = Prepared(
    select(_digest.c.item, _digest.c.digest).where(
        _digest.c.source_id == bindparam("source"), is_among(_digest.c.item, IDS)
    )
)
_import = core(FeedImport)
_OPTIONS = ("color", "size", "material", "pattern")


@dataclass(slots=True)
class Progress:
    """An import under way."""

    id: str
    source_id: str
    started_at: datetime
    retention: timedelta | None
    items: int = 0
    changed: int = 0
    corrected: int = 0
    restocked: int = 0
    problem_count: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    broke_off: bool = False

    def report(self, problem: FeedProblem) -> None:
        """Note a problem."""
        self.problem_count += 1
        self.broke_off = self.broke_off or problem.code in ENDS_THE_FILE
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(asdict(problem))

    def add(self, reconciled: Reconciled) -> None:
        """Count what a comparison found."""
        self.corrected += reconciled.corrected
        self.restocked += reconciled.restocked


async def begin(executor: Executor, source_id: str, *, retention: timedelta | None, now: datetime) -> Progress:
    """Write down that an import begins."""
    progress = Progress(new_id("imp"), source_id, now, retention)
    row: dict[str, Any] = {"id": progress.id, "source_id": source_id, "started_at": now, "status": "running"}
    await executor.execute(insert_into(FeedImport, executor), [row])
    return progress


async def take_items(
    executor: Executor, progress: Progress, items: Sequence[FeedItem], *, observed_at: datetime, now: datetime
) -> None:
    """Store those of these items that changed since the last import, and compare the stock of all of them."""
    names = [item.id for item in items]
    asked = {"source": progress.source_id, "ids": names}
    known: dict[str, str] = {row["item"]: row["digest"] for row in await _KNOWN.ask(executor, asked)}
    changed = [item for item in items if known.get(item.id) != item.digest]
    await store_products(executor, progress.source_id, _entries(changed), observed_at, by="feed", now=now)
    await _remember(executor, progress.source_id, changed)
    totals = [Total(item.id, item.units, item.is_counted) for item in items if item.units is not None]
    reconciled = await reconcile(
        executor,
        totals,
        source_id=progress.source_id,
        snapshot_id=progress.id,
        observed_at=observed_at,
        retention=progress.retention,
        now=now,
    )
    progress.add(reconciled)
    progress.items += len(items)
    progress.changed += len(changed)


async def finish(executor: Executor, progress: Progress, *, now: datetime) -> None:
    """Write down how the import went: `completed`, or `partial` where the file broke off."""
    await _end(executor, progress, "partial" if progress.broke_off else "completed", now)


async def fail(executor: Executor, progress: Progress, problem: FeedProblem, *, now: datetime) -> None:
    """Write down that the file could not be had; what had come of it was stored."""
    progress.report(problem)
    await _end(executor, progress, "failed", now)


async def _end(executor: Executor, progress: Progress, status: str, now: datetime) -> None:
    values: dict[str, Any] = {
        "ended_at": now,
        "status": status,
        "items": progress.items,
        "changed": progress.changed,
        "corrected": progress.corrected,
        "restocked": progress.restocked,
        "problem_count": progress.problem_count,
        "problems": progress.problems,
    }
    await executor.execute(update(_import).where(_import.c.id == progress.id).values(values))


async def newest(executor: Executor, source_id: str, limit: int = 10) -> list[FeedImport]:
    """The latest imports of a source, newest first."""
    statement = select(_import).where(_import.c.source_id == source_id).order_by(_import.c.started_at.desc())
    return [FeedImport(**row) for row in (await executor.execute(statement.limit(limit))).mappings()]


def _entries(items: Sequence[FeedItem]) -> list[ProductEntry]:
    """The products that these items are variants of. The first item of a group describes its product."""
    by_group = sorted(items, key=attrgetter("group"))
    return [_entry(list(group)) for _, group in groupby(by_group, key=attrgetter("group"))]


def _entry(items: list[FeedItem]) -> ProductEntry:
    first = items[0]
    return ProductEntry(
        id=first.group,
        title=first.title,
        url=first.url,
        description=first.description,
        image_url=first.image_url,
        attributes=first.attributes,
        variants=[_variant(item) for item in items],
    )


def _variant(item: FeedItem) -> VariantEntry:
    said = item.attributes
    options = {name: text for name in _OPTIONS if isinstance(text := said.get(name), str) and text}
    gtin: Any = said.get("gtin")
    return VariantEntry(
        sku=item.id,
        title=" / ".join(options.values()),
        price=item.price,
        original_price=item.original_price,
        currency=item.currency,
        options=options,
        url=item.url,
        image_url=item.image_url,
        attributes=item.attributes,
        aliases=[gtin[:255]] if isinstance(gtin, str) and gtin and gtin != item.id else [],
    )


async def _remember(executor: Executor, source_id: str, items: Sequence[FeedItem]) -> None:
    await _DIGESTS.renew(executor, [{"source_id": source_id, "item": item.id, "digest": item.digest} for item in items])
