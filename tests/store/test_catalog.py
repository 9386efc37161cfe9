"""The catalog, its sources, and what could not be understood."""

import asyncio
from datetime import timedelta
from typing import Any, cast

import pytest
from sqlalchemy import func, select

from engine.store import catalog, deadletters, deliveries, events, sources
from engine.store.catalog_updates import ProductEntry, VariantEntry, store_products
from engine.store.deadletters import Unusable
from engine.store.deliveries import Receipt
from engine.store.errors import AmbiguousVariant, UnknownSource, UnknownVariant
from engine.store.events import NewEvent
from engine.store.paging import StaleCursor
from engine.store.statements import core
from engine.store.tables import Product, Variant
from tests.store.shop import NOW, Shop

HOUR = timedelta(hours=1)
BOOT = ProductEntry(
    id="boot",
    title="Trail boot",
    url="https://shop.example/boot",
    variants=[
        VariantEntry("BOOT-42", "42", price=14990, original_price=17990, currency="EUR", options={"size": "42"}),
        VariantEntry("BOOT-43", "43", price=14990, currency="EUR", aliases=["4006381333931", "gid-43"]),
    ],
)


async def _store(shop: Shop, *products: ProductEntry, hours: int = 0) -> None:
    async with shop.database.connection() as connection:
        await store_products(connection, "src_shop", products, NOW + hours * HOUR)


async def _rows(shop: Shop, model: Any) -> list[Any]:
    async with shop.database.snapshot() as session:
        return list((await session.execute(select(core(model)).order_by(core(model).c.id))).all())


async def _count(shop: Shop, model: Any) -> int:
    async with shop.database.snapshot() as session:
        return await session.scalar(select(func.count()).select_from(core(model))) or 0


@pytest.mark.spec("F-043")
async def test_a_variant_is_found_by_sku_and_by_each_alias(shop: Shop) -> None:
    await _store(shop, BOOT)
    async with shop.database.snapshot() as session:
        by_sku = await catalog.find_variant(session, "BOOT-43", "src_shop")
        assert await catalog.find_variant(session, "4006381333931", "src_shop") == by_sku
        assert await catalog.find_variant(session, "gid-43") == by_sku
        with pytest.raises(UnknownVariant):
            await catalog.find_variant(session, "gid-44", "src_shop")
        found = await catalog.find_variants(session, ["gid-43", "BOOT-42", "nothing"], "src_shop")
    assert {name: ref.sku for name, ref in found.items()} == {"gid-43": "BOOT-43", "BOOT-42": "BOOT-42"}


async def test_a_sku_wins_over_an_alias_of_another_variant(shop: Shop) -> None:
    confusing = ProductEntry(
        id="sock", title="Sock", url="https://shop.example/sock", variants=[VariantEntry("SOCK", "Sock", aliases=["M"])]
    )
    await _store(shop, confusing)
    async with shop.database.snapshot() as session:
        assert (await catalog.find_variant(session, "M", "src_shop")).sku == "M"
        assert (await catalog.find_variants(session, ["M"], "src_shop"))["M"].sku == "M"


async def test_describing_a_product_again_changes_it_and_adds_nothing(shop: Shop) -> None:
    await _store(shop, BOOT)
    counts = await _count(shop, Product), await _count(shop, Variant)
    cheaper = ProductEntry(
        id="boot",
        title="Trail boot 2",
        url=BOOT.url,
        variants=[VariantEntry("BOOT-42", "42", price=9990, currency="EUR")],
    )
    await _store(shop, cheaper, cheaper, hours=1)

    assert (await _count(shop, Product), await _count(shop, Variant)) == counts
    [boot] = [row for row in await _rows(shop, Product) if row.external_id == "boot"]
    assert (boot.title, boot.updated_at) == ("Trail boot 2", NOW + HOUR)
    variants = {row.sku: row for row in await _rows(shop, Variant)}
    assert (variants["BOOT-42"].price_minor, variants["BOOT-42"].original_price_minor) == (9990, None)
    assert variants["BOOT-43"].price_minor == 14990


async def test_an_older_description_never_overwrites_a_newer_one(shop: Shop) -> None:
    await _store(shop, BOOT, hours=2)
    await _store(shop, ProductEntry(id="boot", title="Old name", url=BOOT.url), hours=1)

    assert "Trail boot" in [row.title for row in await _rows(shop, Product)]


async def test_whoever_goes_first_for_an_attribute_is_believed_whenever_he_spoke(shop: Shop) -> None:
    async def believed(first: str, second: str) -> tuple[str, int]:
        async with shop.database.connection() as connection:
            await sources.change_source(connection, "src_shop", settings={"priorities": {"price": [first, second]}})
            for hours, by, title, price in ((1, "api", "Of the API", 100), (2, "feed", "Of the feed", 200)):
                variants = [VariantEntry(f"{first}-1", "One", price=price, currency="EUR")]
                told = ProductEntry(id=first, title=title, url=BOOT.url, variants=variants)
                await store_products(connection, "src_shop", [told], NOW + hours * HOUR, by=cast("Any", by))
        [product] = [row for row in await _rows(shop, Product) if row.external_id == first]
        [variant] = [row for row in await _rows(shop, Variant) if row.sku == f"{first}-1"]
        return product.title, variant.price_minor

    assert await believed("api", "feed") == ("Of the feed", 100), "names go by time, prices by the setting"
    assert await believed("feed", "api") == ("Of the feed", 200)


async def test_who_says_nothing_of_an_attribute_leaves_what_another_way_said(shop: Shop) -> None:
    async with shop.database.connection() as connection:
        await store_products(connection, "src_shop", [BOOT._replace(description="Warm.")], NOW, by="feed")
        await store_products(connection, "src_shop", [BOOT._replace(image_url="https://i.example/b")], NOW + HOUR)
        await store_products(connection, "src_shop", [BOOT._replace(title="Boot")], NOW + 2 * HOUR)
    [boot] = [row for row in await _rows(shop, Product) if row.external_id == "boot"]
    assert (boot.title, boot.description, boot.image_url) == ("Boot", "Warm.", None)


async def test_descriptions_from_many_at_once_end_as_one_product(shop: Shop) -> None:
    await asyncio.gather(*(_store(shop, BOOT) for _ in range(6)))
    assert [row.external_id for row in await _rows(shop, Product)].count("boot") == 1


async def test_the_same_sku_of_two_sources_is_two_variants(shop: Shop) -> None:
    await _store(shop, BOOT)
    async with shop.database.connection() as connection:
        other = await sources.ensure_source(connection, "Outlet", NOW)
        await store_products(connection, other.id, [BOOT], NOW)
        first = await catalog.find_variant(connection, "BOOT-42", "src_shop")
        second = await catalog.find_variant(connection, "BOOT-42", other.id)
        with pytest.raises(AmbiguousVariant):
            await catalog.find_variant(connection, "BOOT-42")
    assert first.id != second.id


async def test_the_variants_of_a_product_are_found_from_any_of_them(shop: Shop) -> None:
    await _store(shop, BOOT)
    async with shop.database.connection() as connection:
        boot = await catalog.find_variant(connection, "BOOT-43", "src_shop")
        siblings = await catalog.variants_of_its_product(connection, boot.id)
        shirts = await catalog.variants_of_its_product(connection, "var_M")
        assert await catalog.variants_of_its_product(connection, "var_nothing") == []
    assert (len(siblings), boot.id in siblings) == (2, True)
    assert shirts == ["var_L", "var_M", "var_S"]


async def test_a_source_is_made_once_with_a_secret_of_its_own(shop: Shop) -> None:
    async def ensure() -> sources.SourceRow:
        async with shop.database.connection() as connection:
            return await sources.ensure_source(connection, "Outlet", NOW)

    rows = await asyncio.gather(*(ensure() for _ in range(5)))
    assert len({row.secret for row in rows}) == 1
    assert (rows[0].secret or "").startswith("whsec_")
    async with shop.database.connection() as connection:
        assert (await sources.find_source(connection, rows[0].id)).name == "Outlet"
        with pytest.raises(UnknownSource):
            await sources.find_source(connection, "Nowhere")
        await sources.note_seen(connection, rows[0], NOW)
        listed = await sources.list_sources(connection)
        assert [(row.name, row.last_seen_at) for row in listed] == [("My Shop", None), ("Outlet", NOW)]


async def test_a_delivery_is_taken_once_even_when_it_comes_twice_at_the_same_time(shop: Shop) -> None:
    async def deliver() -> Receipt | None:
        async with shop.database.connection() as connection:
            before = await deliveries.begin(connection, "src_shop", "msg_1", NOW)
            if before is None:
                await asyncio.sleep(0.01)
                await deliveries.finish(connection, "src_shop", "msg_1", Receipt(3, 1))
            return before

    receipts = await asyncio.gather(*(deliver() for _ in range(6)))

    assert receipts.count(None) == 1
    assert receipts.count(Receipt(3, 1)) == 5
    async with shop.database.connection() as connection:
        assert await deliveries.forget(connection, NOW) == 0
        assert await deliveries.forget(connection, NOW + HOUR) == 1


@pytest.mark.spec("F-043")
async def test_a_dead_letter_is_listed_until_it_is_dealt_with(shop: Shop) -> None:
    async def put(number: int) -> str:
        item = Unusable("unknown_variant", "No such SKU.", {"sku": f"X{number}"})
        async with shop.database.connection() as connection:
            [letter_id] = await deadletters.put_aside(connection, "src_shop", "msg_1", [item], NOW + number * HOUR)
        return letter_id

    ids = [await put(number) for number in range(5)]
    async with shop.database.connection() as connection:
        first = await deadletters.list_letters(connection, limit=3)
        second = await deadletters.list_letters(connection, after=first.next, limit=3)
        assert [letter.payload["sku"] for letter in (*first.items, *second.items)] == ["X4", "X3", "X2", "X1", "X0"]
        assert second.next is None
        assert (first.items[0].source, first.items[0].code) == ("My Shop", "unknown_variant")

        assert await deadletters.resolve(connection, ids[:2], NOW) == 2
        assert await deadletters.resolve(connection, ids[:2], NOW) == 0
        still_open = await deadletters.list_letters(connection, source_id="src_shop")
        assert [letter.id for letter in still_open.items] == ids[:1:-1]
        assert [letter.id for letter in await deadletters.read_letters(connection, ids)] == ids[2:]
        assert len((await deadletters.list_letters(connection, resolved=True)).items) == 2
        with pytest.raises(StaleCursor):
            await deadletters.list_letters(connection, after=("nonsense",))


async def test_an_event_is_recorded_once_per_message_id_and_goes_on_its_way(shop: Shop) -> None:
    await shop.add_people("ada")
    viewed = NewEvent("Product Viewed", "prf_ada", NOW, message_id="m-1", variant_id="var_M")

    async def record(*new: NewEvent) -> int:
        async with shop.database.connection() as connection:
            return len(await events.record(connection, new, NOW))

    assert await record(viewed, viewed) == 1
    assert await record(viewed) == 0
    assert await record(NewEvent("Product Viewed", "prf_ada", NOW)) == 1
    assert [row.payload["name"] for row in await shop.outbox("event")] == ["Product Viewed", "Product Viewed"]
    assert sum(await asyncio.gather(*(record(NewEvent("X", "prf_ada", NOW, "m-2")) for _ in range(6)))) == 1
    assert len(await shop.events("X")) == 1
