"""Unsubscribing without a login: one click in the mail program, and a page that changes nothing by being looked at."""

import re
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from activities.composing import Composer
from engine.links import UNSUBSCRIBE_TARGET, sign_click, unsubscribe_path
from engine.settings import Settings
from engine.store.consents import Answer, Proof, record_answers
from engine.store.database import Database
from engine.store.statements import core
from engine.store.tables import Consent, ConsentRecord, OutboxRow, Product, WaitlistEntry
from tests.api.world import World, at, both_databases

SEND = "snd_01kbjv0m8e5w3tq9z7c2r4x6yd"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
async def sent(world: World, database: Database) -> None:
    """An e-mail to Ada about a jacket that she waits for in two sizes; she agreed to e-mail and pushes."""
    await world.shop()
    await world.journey()
    await world.profile()
    await world.wait("wle_1")
    await world.wait("wle_2", variant_id="var_l")
    await world.enrollment("enr_1", variant_id="var_m", waitlist_entry_id="wle_1")
    await world.send(SEND, (at(0), "accepted", None), channel="email", verdict={"topic": "back_in_stock"})
    async with database.connection() as connection:
        answers = [Answer("email"), Answer("web_push"), Answer("email", topic="price_drops")]
        await record_answers(connection, "prf_ada", answers, Proof("waitlist"), at(0))


@pytest.fixture
def way_out(settings: Settings) -> str:
    assert settings.secret_key is not None
    return unsubscribe_path(settings.secret_key.get_secret_value(), SEND)


async def consents(database: Database) -> dict[tuple[str, str], bool]:
    table = core(Consent)
    async with database.snapshot() as session:
        return {(row.channel, row.topic): row.granted for row in await session.execute(select(table))}


async def states(database: Database) -> dict[str, str]:
    table = core(WaitlistEntry)
    async with database.snapshot() as session:
        return {row.id: row.state for row in await session.execute(select(table))}


async def rows(database: Database, model: Any) -> list[Any]:
    async with database.snapshot() as session:
        return list(await session.execute(select(core(model))))


@both_databases
@pytest.mark.spec("F-092")
@pytest.mark.usefixtures("sent")
async def test_one_click_ends_the_topic_and_the_wait_without_a_login_and_only_once(
    client: httpx.AsyncClient, staff: httpx.AsyncClient, database: Database, settings: Settings, way_out: str
) -> None:
    """The header's POST, and the same link in the body, which leads to a page with one button."""
    assert settings.secret_key is not None
    composer = Composer("http://waitline.example", settings.secret_key.get_secret_value())
    assert composer.link(SEND, UNSUBSCRIBE_TARGET) == f"http://waitline.example{way_out}", "what messages carry"

    for _ in range(3):
        answer = await client.post(way_out, data=ONE_CLICK)
        assert answer.status_code == 200

    assert await consents(database) == {
        ("email", "back_in_stock"): False,
        ("web_push", "back_in_stock"): True,
        ("email", "price_drops"): True,
    }
    assert await states(database) == {"wle_1": "unsubscribed", "wle_2": "pending"}
    proofs = [row for row in await rows(database, ConsentRecord) if not row.granted]
    assert [proof.source for proof in proofs] == ["one_click"]
    [told] = [row for row in await rows(database, OutboxRow) if row.payload.get("name") == "Unsubscribed"]
    assert told.payload["profile_id"] == "prf_ada", "journeys that wait for it are woken, once"
    timeline = (await staff.get("/v1/profiles/prf_ada/timeline")).json()["items"]
    assert {"Withdrew consent: E-mail", "Unsubscribed"} <= {item["title"] for item in timeline}


@pytest.mark.usefixtures("sent")
async def test_looking_at_the_page_changes_nothing_and_its_button_unsubscribes(
    client: httpx.AsyncClient, database: Database, way_out: str
) -> None:
    before = await consents(database)
    page = await client.get(way_out)
    assert page.status_code == 200
    assert await consents(database) == before
    assert "script-src" not in page.headers["content-security-policy"]
    assert "<script" not in page.text
    assert "Fjell jacket" in page.text

    answer = await client.post(way_out, data={"unsubscribe": "1"})
    assert answer.status_code == 303
    done = await client.get(answer.headers["location"])
    assert 'role="status"' in done.text
    assert "You get no more e-mail about what is back in stock." in done.text
    assert (await consents(database))["email", "back_in_stock"] is False


@pytest.mark.usefixtures("sent")
async def test_the_page_changes_each_channel_topic_and_wait_by_itself(
    client: httpx.AsyncClient, database: Database, way_out: str
) -> None:
    offered = re.findall(r'name="(\w+)" value="([^"]+)"', (await client.get(way_out)).text)
    assert set(offered) == {
        ("unsubscribe", "1"),
        ("withdraw", "email:back_in_stock"),
        ("withdraw", "web_push:back_in_stock"),
        ("withdraw", "email:price_drops"),
        ("close", "wle_1"),
        ("close", "wle_2"),
    }

    await client.post(way_out, data={"close": "wle_2"})
    await client.post(way_out, data={"withdraw": "web_push:back_in_stock"})
    await client.post(way_out, data={"withdraw": "email:price_drops"})
    await client.post(way_out, data={"grant": "email:price_drops"})

    assert await states(database) == {"wle_1": "pending", "wle_2": "unsubscribed"}
    assert await consents(database) == {
        ("email", "back_in_stock"): True,
        ("web_push", "back_in_stock"): False,
        ("email", "price_drops"): True,
    }


@both_databases
@pytest.mark.usefixtures("sent")
async def test_stopping_a_topics_last_channel_ends_its_waits_and_those_of_no_other_topic(
    client: httpx.AsyncClient, database: Database, world: World, way_out: str
) -> None:
    await world.profile("prf_bob", email="bob@shop.example", first_name="Bob")
    await world.wait("wle_bob", profile_id="prf_bob")

    await client.post(way_out, data={"withdraw": "email:price_drops"})
    await client.post(way_out, data={"withdraw": "email:back_in_stock"})
    waiting = {"wle_1": "pending", "wle_2": "pending", "wle_bob": "pending"}
    assert await states(database) == waiting, "pushes are left"

    for _ in range(2):
        await client.post(way_out, data={"withdraw": "web_push:back_in_stock"})
    ended = {"wle_1": "unsubscribed", "wle_2": "unsubscribed", "wle_bob": "pending"}
    assert await states(database) == ended
    assert "You are not waiting for anything." in (await client.get(way_out)).text


@pytest.mark.usefixtures("sent")
async def test_a_link_opens_nobody_elses_preferences_and_makes_nothing_up(
    client: httpx.AsyncClient, database: Database, world: World, settings: Settings, way_out: str
) -> None:
    await world.profile("prf_bob", email="bob@shop.example", first_name="Bob")
    await world.wait("wle_bob", profile_id="prf_bob")
    assert settings.secret_key is not None
    click = sign_click(settings.secret_key.get_secret_value(), SEND, "body")

    for forged in (f"/u/{click}", way_out[:-2], "/u/nonsense", unsubscribe_path("another secret", SEND)):
        assert (await client.get(forged)).status_code == 404
        assert (await client.post(forged, data=ONE_CLICK)).status_code == 404
    await client.post(way_out, data={"close": "wle_bob"})
    await client.post(way_out, data={"grant": "sms:back_in_stock"})
    assert (await client.post(way_out, data={"other": "1"})).status_code == 400

    assert (await states(database))["wle_bob"] == "pending"
    assert ("sms", "back_in_stock") not in await consents(database)


@pytest.mark.usefixtures("sent")
async def test_names_from_the_shop_are_text_on_the_page(
    client: httpx.AsyncClient, database: Database, way_out: str
) -> None:

    async with database.connection() as connection:
        await connection.execute(update(core(Product)).values(title='<img src=x onerror="1">'))

    page = (await client.get(way_out)).text
    assert "<img" not in page
    assert "&lt;img" in page
