"""Merging what is said of products and variants into what is known of them, attribute by attribute.

    said ──► read what is known, locked ──► per attribute: does it count? (`engine.stock.description`) ──► written

Each row remembers in `told` which way told which attribute, and when; `*` stands for those that are not named.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, select, update

from engine.stock.description import CatalogAttribute, Priorities, Statement, Told, counts
from engine.stock.prices import price_drop
from engine.stock.sourcing import SourceSettings
from engine.store import outbox, price_drops
from engine.store.bulk import Bulk
from engine.store.statements import Executor, among, core, in_chunks, is_sqlite
from engine.store.tables import Product, Source, Variant
from engine.store.tables.base import Table

Row = Mapping[str, Any]
REST = "*"
_COLUMNS: Mapping[CatalogAttribute, tuple[str, ...]] = {
    "name": ("title",),
    "description": ("description",),
    "link": ("url",),
    "image": ("image_url",),
    "price": ("price_minor", "original_price_minor", "currency"),
    "options": ("options",),
    "attributes": ("attributes",),
}
_source, _variant = core(Source), core(Variant)


@dataclass(frozen=True, slots=True)
class Kind:
    """Products or variants: the table, the column by which a source names its rows, and how many are written."""

    model: type[Table]
    name: str
    bulk: Bulk

    @property
    def column(self) -> Column[Any]:
        """The column of the source's own name."""
        return core(self.model).c[self.name]


def _kind(model: type[Table], name: str) -> Kind:
    columns = [column.name for column in core(model).columns]
    return Kind(model, name, Bulk(model, *columns, key=("id",), newer="updated_at"))


PRODUCTS = _kind(Product, "external_id")
VARIANTS = _kind(Variant, "sku")


async def priorities_of(executor: Executor, source_id: str) -> Priorities:
    """Which ways go before which in this source."""
    settings = await executor.scalar(select(_source.c.settings).where(_source.c.id == source_id))
    return SourceSettings.model_validate(settings or {}).priorities


async def known_rows(executor: Executor, kind: Kind, source_id: str, names: Iterable[str]) -> dict[str, Row]:
    """What is known by these names, locked until the transaction ends (SQLite has one writer anyway)."""
    table, found = core(kind.model), dict[str, Row]()
    for chunk in in_chunks(sorted(set(names))):
        wanted = select(table).where(table.c.source_id == source_id, among(kind.column, chunk, executor))
        if not is_sqlite(executor):
            wanted = wanted.order_by(table.c.id).with_for_update(key_share=True)
        found |= {row[kind.name]: dict(row) for row in (await executor.execute(wanted)).mappings()}
    return found


def whole(row: Row, told: Told) -> Row:
    """A row that nobody knows yet."""
    return {**row, "told": {REST: _written(told)}, "updated_at": told.at}


def merged(known: Row, said: Row, told: Told, priorities: Priorities) -> Row:
    """What is known with what counts of what is said. What is no attribute, such as the product, goes by time."""
    result, tellers = dict(known), _tellers(known)
    for attribute, columns in _COLUMNS.items():
        if not any(column in said for column in columns):
            continue
        before = Statement(tuple(known[column] for column in columns), tellers.get(attribute, tellers.get(REST)))
        now = tuple(said.get(column, known[column]) for column in columns)
        if counts(attribute, now, told, before, priorities):
            result.update(zip(columns, now, strict=True))
            tellers[attribute] = told
    if "product_id" in said and told.by != "pages" and told.at >= known["updated_at"]:
        result["product_id"] = said["product_id"]
    told_alike = _shortened(tellers, [attribute for attribute, columns in _COLUMNS.items() if columns[0] in known])
    result["told"] = {attribute: _written(teller) for attribute, teller in told_alike.items()}
    result["updated_at"] = max(known["updated_at"], told.at)
    return result


async def write(executor: Executor, kind: Kind, rows: Sequence[Row]) -> None:
    """Write whole rows, new ones and known ones. Where a rival was faster, the later word stands."""
    for chunk in in_chunks(sorted(rows, key=lambda row: str(row[kind.name]))):
        await kind.bulk.renew(executor, chunk)


async def rewrite(executor: Executor, kind: Kind, rows: Iterable[Row]) -> None:
    """Write rows that are known, one by one."""
    table = core(kind.model)
    for row in rows:
        await executor.execute(update(table).where(table.c.id == row["id"]).values(dict(row)))


async def tell_price_drops(executor: Executor, known: Mapping[str, Row], rows: Iterable[Row], now: datetime) -> None:
    """Send word of the variants that cost less than they did."""
    facts: list[outbox.Fact] = []
    for row in rows:
        before = known.get(row["sku"])
        if before is None:
            continue
        drop = price_drop(before["price_minor"], before["currency"], row["price_minor"], row["currency"])
        if drop is not None:
            facts.append(price_drops.fact(before["id"], drop))
    await outbox.put_all(executor, facts, now)


def _tellers(row: Row) -> dict[str, Told]:
    written: Mapping[str, Any] = row["told"] or {REST: _written(Told("api", row["updated_at"]))}
    return {attribute: Told(by, datetime.fromisoformat(at)) for attribute, (by, at) in written.items()}


def _shortened(tellers: Mapping[str, Told], attributes: Sequence[str]) -> dict[str, Told]:
    """One entry for all of them, where all were told alike."""
    told = {attribute: tellers.get(attribute, tellers.get(REST)) for attribute in attributes}
    first = next(iter(told.values()))
    if first is not None and all(one == first for one in told.values()):
        return {REST: first}
    return dict(tellers)


def _written(told: Told) -> list[str]:
    return [told.by, told.at.isoformat()]
