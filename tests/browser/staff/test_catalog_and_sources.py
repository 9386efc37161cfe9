"""Catalog and sources: stock looked up with its history, sources with their health, and dead letters played again."""

import re
from datetime import timedelta
from itertools import pairwise

import pytest
from playwright.async_api import expect

from engine.store import sources
from engine.store.store_links import read_store_links
from engine.store.tables import DeadLetter, FeedImport, Source, StockLevel, StockMovement
from tests.api.world import NOON, World, at
from tests.browser.staff.conftest import NOW, Office
from tests.browser.staff.pages import Desk

pytestmark = pytest.mark.browser


async def stocked_shop(world: World) -> None:
    """The medium jacket sold out and came back at two locations; three wait for it. The large one is unheard of."""
    await world.shop()
    quantities = (0, 40, 31, 18, 6, 0, 24, 19, 11, 0, 0, 8)
    moves = [
        StockMovement(
            id=f"mov_{number:02}",
            variant_id="var_m",
            available_before=before,
            available_after=after,
            source_id="src_1",
            at=NOON - timedelta(days=30) + timedelta(days=2.6 * number),
        )
        for number, (before, after) in enumerate(pairwise(quantities))
    ]
    levels = [
        StockLevel(
            variant_id="var_m", location=place, on_hand=units, reserved=reserved, observed_at=at(0), updated_at=at(0)
        )
        for place, units, reserved in (("Bergen", 7, 1), ("Oslo", 2, 0))
    ]
    await world.add(*moves, *levels)
    for number, name in enumerate(("ada", "bo", "cy")):
        await world.profile(f"prf_{name}", email=f"{name}@shop.example")
        await world.wait(f"wle_{number}", profile_id=f"prf_{name}")


async def troubled_sources(world: World) -> None:
    """A shop that fell silent, with letters that could not be used, and a feed with a bad line."""
    await stocked_shop(world)
    settings = {"currency": "EUR", "feed": {"url": "https://fjellbua.example/products.xml"}, "max_age": "PT30M"}
    await world.add(
        Source(
            id="src_2",
            name="Fjellbua",
            kind="woocommerce",
            secret="whsec_bWFueSBieXRlcyBvZiBzZWNyZXQ=",
            settings=settings,
            created_at=NOON,
            last_seen_at=at(0),
        ),
        FeedImport(
            id="imp_1",
            source_id="src_2",
            started_at=at(600),
            ended_at=at(630),
            status="completed",
            items=1204,
            changed=18,
            corrected=2,
            restocked=1,
            problem_count=1,
            problems=[{"line": 4021, "code": "bad_price", "detail": "The price is none.", "item": "FJELL-S"}],
        ),
        *(
            DeadLetter(
                id=f"dlt_{number}",
                source_id="src_1",
                code="unknown_variant",
                reason=f"No variant of this source is named {sku!r}; send its product to the catalog.",
                payload={"item": {"sku": sku, "on_hand": 3}},
                received_at=at(60 * number),
            )
            for number, sku in enumerate(("SCARF", "FJELL-M"))
        ),
    )


async def test_a_variant_is_found_and_shown_with_its_stock_and_who_waits(desk: Desk, office: Office) -> None:
    await stocked_shop(office.world)
    await desk.open("/catalog")

    shelf = desk.page.get_by_role("navigation", name="Variants")
    await expect(shelf.get_by_role("listitem")).to_have_count(2)
    await desk.page.get_by_role("searchbox", name="Search by name, SKU or barcode").fill("fjell-m")
    await expect(shelf.get_by_role("listitem")).to_have_count(1)

    card = desk.card("Fjell jacket, M")
    await expect(card.get_by_role("img", name="3 returns from nothing")).to_be_visible()
    await expect(card.get_by_role("row", name="Bergen")).to_contain_text("7")
    await card.get_by_role("link", name="3").click()
    await expect(desk.heading("Waitlist")).to_be_visible()
    assert desk.complaints == []


async def test_a_search_without_a_hit_says_so(desk: Desk, office: Office) -> None:
    await stocked_shop(office.world)
    await desk.open("/catalog")
    await desk.page.get_by_role("searchbox").fill("no such thing")
    await expect(desk.heading("Nothing fits")).to_be_visible()


async def test_a_dead_letter_is_played_again_once_what_was_missing_has_come(desk: Desk, office: Office) -> None:
    await troubled_sources(office.world)
    await desk.open("/sources")

    letters = desk.card("Dead letters")
    await expect(letters.get_by_role("listitem")).to_have_count(3)
    await letters.get_by_role("checkbox", name="All of them").check()
    await desk.button("Play 2 again").click()
    await expect(letters.get_by_role("status")).to_contain_text("1 still cannot be used")
    await expect(letters.get_by_role("listitem")).to_have_count(2)
    await expect(letters).to_contain_text("SCARF")
    assert desk.complaints == []


async def test_a_source_shows_its_health_its_secret_and_its_imports(desk: Desk, office: Office) -> None:
    await troubled_sources(office.world)
    await desk.open("/sources")

    source = desk.page.get_by_role("list", name="Sources").get_by_role("listitem").filter(has_text="Fjellbua").first
    await expect(source).to_contain_text("Stale")
    await source.get_by_role("button", name="Details").click()
    await expect(source).to_contain_text("/v1/webhooks/woocommerce/Fjellbua")
    await expect(source).to_contain_text("Line 4021")
    await expect(source).not_to_contain_text("whsec_")
    await source.get_by_role("button", name="Show").click()
    await expect(source).to_contain_text("whsec_bWFueSBieXRlcyBvZiBzZWNyZXQ=")
    assert desk.complaints == []


async def test_a_source_is_added_with_its_feed(desk: Desk, office: Office) -> None:
    await desk.open("/sources")
    await desk.button("Add source").click()
    dialog = desk.page.get_by_role("dialog")
    await dialog.get_by_role("textbox", name="Name").fill("Nordlys")
    await dialog.get_by_role("textbox", name="Product feed").fill("https://nordlys.example/products.xml")
    await dialog.get_by_role("button", name="Add").click()
    row = desk.page.get_by_role("list", name="Sources").get_by_role("listitem").first
    await expect(row).to_contain_text("Nordlys")
    await expect(row).to_contain_text("Feed every 60 minutes")
    assert desk.complaints == []


@pytest.mark.spec("F-056")
async def test_a_journey_whose_source_is_silent_shows_stale_inventory_in_the_list_and_on_its_page(
    desk: Desk, office: Office
) -> None:
    await office.world.journey()
    await office.world.shop()
    async with office.database.connection() as connection:
        settings = {"max_age": "PT30M", "hold_when_stale": True}
        await sources.change_source(connection, "src_1", settings=settings, last_seen_at=NOON)
    await desk.open("/journeys")
    await expect(desk.journey_row("Back in stock")).to_contain_text("Stale inventory")
    await desk.open("/journeys/jny_1")
    chip = desk.page.get_by_text("Stale inventory")
    await expect(chip).to_have_attribute("title", re.compile("wait until it reports"))

    async with office.database.connection() as connection:
        await sources.change_source(connection, "src_1", last_seen_at=NOW)
    await desk.open("/journeys")
    await expect(desk.journey_row("Back in stock")).to_be_visible()
    await expect(desk.page.get_by_text("Stale inventory")).to_have_count(0)


async def test_what_is_set_of_a_source_is_kept(desk: Desk, office: Office) -> None:
    await stocked_shop(office.world)
    await desk.open("/sources")
    await desk.button("Details").click()
    await desk.page.get_by_label("Longest silence").fill("45")
    await desk.page.get_by_label("Hold messages about its products while it is stale").check()
    await desk.page.get_by_label("Address of its pages").fill("https://shop.example")
    await desk.page.get_by_label("Read what its product pages say").check()
    await desk.page.get_by_role("combobox", name="Price").click()
    await desk.page.get_by_role("option", name="Feed").click()
    await desk.button("Save").click()
    await expect(desk.page.get_by_role("status").filter(has_text="Saved")).to_be_visible()

    async with office.database.snapshot() as session:
        [kept] = [one.settings for one in await sources.list_sources(session) if one.name == "nordlys"]
    assert (kept.max_age, kept.hold_when_stale, kept.priorities) == (timedelta(minutes=45), True, {"price": ("feed",)})
    assert kept.pages is not None
    assert (kept.address, kept.pages.rules[0].type) == ("https://shop.example", "purchase")


async def test_page_rules_and_links_into_the_shop_are_set_on_its_source(desk: Desk, office: Office) -> None:
    await stocked_shop(office.world)
    await desk.open("/sources")
    await desk.button("Details").click()
    await desk.page.get_by_label("Address of its pages").fill("https://shop.example")
    await desk.page.get_by_label("Read what its product pages say").check()
    await desk.button("Add a rule").click()
    await desk.page.get_by_label("Rule 1: path").fill("/jackets/*")
    await desk.button("Add a rule").click()
    await desk.page.get_by_role("combobox", name="Rule 2: kind of page").click()
    await desk.page.get_by_role("option", name="Purchase").click()
    await desk.page.get_by_label("Rule 2: selector").fill("#thanks")
    await desk.button("Ask rule 2 earlier").click()
    await desk.button("Save").click()
    await expect(desk.page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    await desk.page.get_by_label("Puts it into the cart").fill("https://shop.example/cart/{nothing}")
    await desk.button("Save the links").click()
    await expect(desk.page.get_by_role("alert")).to_contain_text("There is no {nothing}")
    await desk.page.get_by_label("Puts it into the cart").fill("https://shop.example/cart/{sku}:1")
    await desk.button("Save the links").click()
    await expect(desk.page.get_by_role("status").filter(has_text="Saved")).to_have_count(2)

    async with office.database.snapshot() as session:
        [kept] = [one for one in await sources.list_sources(session) if one.name == "nordlys"]
        links = (await read_store_links(session))[kept.id]
    assert kept.settings.pages is not None
    rules = [(rule.type, rule.path, rule.selector) for rule in kept.settings.pages.rules]
    assert rules == [("purchase", None, "#thanks"), ("product", "/jackets/*", None)]
    assert (links.add_to_cart, links.wishlist) == ("https://shop.example/cart/{sku}:1", None)
