"""What the picker of merge tags offers, and where stores say how a cart is filled."""

import httpx
import pytest
from sqlalchemy import insert

from engine.store.database import Database
from engine.store.statements import core
from engine.store.tables import KnownEvent, KnownField
from tests.activities.post import NOON, PostOffice
from tests.api.conftest import Doors


@pytest.mark.spec("F-107")
async def test_the_picker_lists_fields_of_profile_event_product_and_journey_with_values_to_read(
    staff: httpx.AsyncClient, database: Database
) -> None:
    post = await PostOffice(database).opened()
    await post.price("M", price_minor=4990, currency="EUR")
    fields = [
        {"holder": "", "name": "shoe size", "type": "number", "samples": [42]},
        {"holder": "Cart Abandoned", "name": "total", "type": "number", "samples": [99.5]},
        {"holder": "Cart Abandoned", "name": "products.sku", "type": "text", "samples": ["M"]},
    ]
    async with database.connection() as connection:
        await connection.execute(insert(core(KnownEvent)), {"name": "Cart Abandoned", "seen": 1, "last_at": NOON})
        await connection.execute(insert(core(KnownField)), fields)

    answer = await staff.get("/v1/merge-tags", params={"event": "Cart Abandoned", "journey": "Come back"})

    assert answer.status_code == 200, answer.text
    items = {item["tag"]: (item["group"], item["sample"], item["nullable"]) for item in answer.json()["items"]}
    assert {group for group, _, _ in items.values()} == {"profile", "event", "product", "journey"}
    assert items["profile.first_name"] == ("profile", "Ada", True)
    assert items['profile["shoe size"]'] == ("profile", "42", True)
    assert items["event.total"] == ("event", "99.5", True)
    assert items["product.name"] == ("product", "Linen shirt", False)
    assert items["product.url"] == ("product", "https://shop.example/shirt", False)
    assert items["journey.name"] == ("journey", "Come back", False)
    assert "event.products.sku" not in items, "a field of a list's items cannot be printed as it is"

    message = {"channel": "sms", "text": " ".join(f"{{{{ {tag} | default('-') }}}}" for tag in items)}
    seen = await staff.post("/v1/messages/preview", json={"message": message})
    assert seen.json()["problems"] == [], "each tag can be placed as it is listed"


async def test_a_store_says_where_its_carts_and_wishlists_are_filled(
    staff: httpx.AsyncClient, database: Database, doors: Doors
) -> None:
    await PostOffice(database).opened()
    nothing = {"source": "My Shop", "wishlist": None, "add_to_cart": None}
    assert (await staff.get("/v1/store-links")).json() == {"items": [nothing]}
    pattern = "https://shop.example/cart/{variant_id}:1"

    kept = await staff.put("/v1/store-links/My Shop", json={"add_to_cart": pattern})

    assert kept.json() == nothing | {"add_to_cart": pattern}
    assert (await staff.get("/v1/store-links")).json() == {"items": [kept.json()]}
    wrong = await staff.put("/v1/store-links/My Shop", json={"wishlist": "https://shop.example/{size}"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "validation_failed")
    assert (await staff.put("/v1/store-links/Nobody", json={})).status_code == 404
    marketer = await doors.signed_in("marketer")
    assert (await marketer.put("/v1/store-links/My Shop", json={})).status_code == 403
