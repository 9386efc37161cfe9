"""Imports of feeds: what changed is stored, what did not is skipped, and missed deliveries are found."""

import random
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from engine.stock.levels import Level
from engine.stock.merchant_feed import FeedItem
from engine.store import feed_imports, stock
from engine.store.database import Database
from engine.store.reconciling import Total, reconcile
from engine.store.statements import core
from engine.store.stock import Reading
from engine.store.tables import Product, Restock, Variant
from tests.store.shop import NOW, Shop


def item(item_id: str, units: int | None = 1, **fields: object) -> FeedItem:
    base = FeedItem(1, item_id, item_id, "Fjell jacket", "https://shop.example/fjell", f"{item_id}{fields}")
    return base._replace(**{"units": units, **fields})


async def run(database: Database, *items: FeedItem, at: datetime = NOW) -> feed_imports.Progress:
    async with database.connection() as connection:
        progress = await feed_imports.begin(connection, "src_shop", retention=None, now=at)
        await feed_imports.take_items(connection, progress, items, observed_at=at, now=at)
        await feed_imports.finish(connection, progress, now=at)
    return progress


async def restocks(database: Database) -> list[tuple[str, int]]:
    table = core(Restock)
    async with database.engine.connect() as connection:
        rows = await connection.execute(select(table.c.variant_id, table.c.available_after).order_by(table.c.at))
        return [tuple(row) for row in rows]


async def observe(database: Database, sku: str, units: int, location: str, at: datetime) -> None:
    reading = Reading(sku, Level(on_hand=units), location, at)
    async with database.connection() as connection:
        await stock.observe(connection, reading, source_id="src_shop", delivery_id=None, now=at)


async def test_items_are_stored_with_all_attributes_and_unchanged_ones_are_skipped(database: Database) -> None:
    await Shop(database).set_up()
    one, two = item("A", attributes={"custom_label_0": "x"}, price=100, currency="EUR"), item("B", 0)
    first = await run(database, one, two)
    again = await run(database, one, item("B", 0, title="Renamed"), at=NOW + timedelta(hours=1))
    assert (first.items, first.changed, again.items, again.changed) == (2, 2, 2, 1)
    async with database.engine.connect() as connection:
        variant = (await connection.execute(select(core(Variant)).where(core(Variant).c.sku == "A"))).one()
        titles = await connection.scalars(select(core(Product).c.title).where(core(Product).c.external_id == "B"))
        assert (variant.attributes, variant.price_minor) == ({"custom_label_0": "x"}, 100)
        assert list(titles) == ["Renamed"]
        [newest, _] = await feed_imports.newest(connection, "src_shop")
    assert (newest.status, newest.items, newest.changed) == ("completed", 2, 1)


async def test_a_missed_delivery_becomes_the_restock_that_it_was(database: Database) -> None:
    await Shop(database).set_up()
    await observe(database, "M", 0, "berlin", NOW)
    await run(database, item("M", 1), at=NOW + timedelta(hours=1))
    assert await restocks(database) == [("var_M", 1)]
    again = await run(database, item("M", 1), at=NOW + timedelta(hours=2))
    assert (again.corrected, again.restocked) == (0, 0)


async def test_what_was_heard_later_than_the_feed_was_made_stays(database: Database) -> None:
    await Shop(database).set_up()
    await observe(database, "M", 0, "berlin", NOW)
    await observe(database, "M", 5, "berlin", NOW + timedelta(hours=2))
    done = await run(database, item("M", 0), at=NOW + timedelta(hours=1))
    assert done.corrected == 0


@pytest.mark.parametrize(
    ("known", "total", "available"),
    [
        ({}, Total("M", 4), 4),
        ({"berlin": 2}, Total("M", 5), 5),
        ({"berlin": 2, "oslo": 3}, Total("M", 9), 9),
        ({"berlin": 2, "oslo": 3}, Total("M", 1), 1),
        ({"berlin": 2, "oslo": 3}, Total("M", 0), 0),
        ({"berlin": 2, "oslo": 3}, Total("M", 1, is_counted=False), 5),
        ({"berlin": 0, "oslo": 0}, Total("M", 1, is_counted=False), 1),
    ],
)
async def test_the_total_counts_wherever_the_units_are(
    database: Database, known: dict[str, int], total: Total, available: int
) -> None:
    await Shop(database).set_up()
    for location, units in known.items():
        await observe(database, "M", units, location, NOW)
    at = NOW + timedelta(hours=1)
    async with database.connection() as connection:
        for _ in range(2):
            await reconcile(
                connection,
                [total],
                source_id="src_shop",
                snapshot_id="imp_1",
                observed_at=at,
                retention=None,
                now=at,
            )
        assert await stock.available_now(connection, "var_M") == available


async def test_dropping_one_delivery_in_twenty_still_detects_every_restock_within_one_reconciliation(
    sqlite_database: Database,
) -> None:
    shop = await Shop(sqlite_database).set_up()
    names = [f"V{number}" for number in range(200)]
    await shop.add_variants(**dict.fromkeys(names, "One"))
    chance, truth, at = random.Random(7), dict.fromkeys(names, 0), NOW
    expected = dropped = 0
    for name in names:
        await observe(sqlite_database, name, 0, "default", at)
    for _ in range(3):  # each hour: half of the variants come back, and all sell out again after the feed was read
        at += timedelta(hours=1)
        for name in names:
            if truth[name] == 0 and chance.random() < 0.5:
                truth[name] = 1 + chance.randrange(9)
                expected += 1
                if chance.random() < 0.05:
                    dropped += 1
                else:
                    await observe(sqlite_database, name, truth[name], "default", at)
        at += timedelta(minutes=30)
        await run(sqlite_database, *(item(name, units, is_counted=True) for name, units in truth.items()), at=at)
        assert len(await restocks(sqlite_database)) == expected
        at += timedelta(minutes=1)
        for name in names:
            if truth[name]:
                truth[name] = 0
                await observe(sqlite_database, name, 0, "default", at)
    assert dropped > 5
    async with sqlite_database.engine.connect() as connection:
        assert await connection.scalar(select(func.count()).select_from(core(Restock))) == expected
