"""What the doubles caught, page by page."""

import httpx

from engine.store import inbox as inbox_store
from engine.store.database import Database
from engine.store.inbox import CaughtMessage
from tests.api.world import at, both_databases


async def fill(database: Database) -> list[str]:
    """Three e-mails and two texts, oldest first; two of them at the same instant."""
    ids: list[str] = []
    for n, channel in enumerate(["email", "sms", "email", "sms", "email"]):
        html = "<p>It is back</p>" if channel == "email" else None
        caught = CaughtMessage(
            channel, f"to-{n}", "sender", "It is back" if html else None, "It is back", html, {}, at(max(n - 1, 0))
        )
        async with database.connection() as connection:
            ids.append(await inbox_store.keep(connection, caught))
    return ids


@both_databases
async def test_messages_come_newest_first_and_page_by_page(staff: httpx.AsyncClient, database: Database) -> None:
    ids = await fill(database)

    first = (await staff.get("/v1/inbox", params={"limit": 2})).json()
    second = (await staff.get("/v1/inbox", params={"limit": 2, "cursor": first["next"]})).json()
    third = (await staff.get("/v1/inbox", params={"limit": 2, "cursor": second["next"]})).json()

    seen = [item["id"] for page in (first, second, third) for item in page["items"]]
    assert seen == sorted(seen, key=ids.index, reverse=True)
    assert len(seen) == 5
    assert third["next"] is None


async def test_a_channel_filters(staff: httpx.AsyncClient, database: Database) -> None:
    await fill(database)

    texts = (await staff.get("/v1/inbox", params={"channel": "sms"})).json()["items"]

    assert [item["to"] for item in texts] == ["to-3", "to-1"]
    assert texts[0]["from"] == "sender"
    assert texts[0]["html"] is None


async def test_another_channel_is_none(staff: httpx.AsyncClient) -> None:
    answer = await staff.get("/v1/inbox", params={"channel": "pigeon"})

    assert answer.json()["errors"][0]["field"] == "query.channel"
