"""Live counts: whoever watches sees a change at the next look, and one look at the database serves them all."""

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.counts_feed import CountsFeed, Key
from engine.store.counts import ALL_DAYS
from tests.api.conftest import Doors
from tests.api.world import World
from tests.fakes.serving import serving


async def events(answer: httpx.Response) -> AsyncGenerator[dict[str, Any]]:
    async for line in answer.aiter_lines():
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))


async def test_the_stream_sends_the_counts_and_again_when_they_change(app: FastAPI, doors: Doors, world: World) -> None:
    await world.journey()
    await world.profile()
    headers = await doors.key("admin")
    async with (
        serving(app) as address,
        httpx.AsyncClient(base_url=address, headers=headers) as browser,
        browser.stream("GET", "/v1/journeys/jny_1/counts/stream") as answer,
        asyncio.timeout(120),
    ):
        seen = events(answer)
        first = await anext(seen)
        plain = (await browser.get("/v1/journeys/jny_1/counts")).json()
        await world.enrollment("enr_1")
        second = await anext(seen)

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert first == plain
    assert (first["nodes"]["pause"]["waiting"], second["nodes"]["pause"]["waiting"]) == (0, 1)


async def test_a_journey_that_is_not_there_has_no_stream(staff: httpx.AsyncClient) -> None:
    answer = await staff.get("/v1/journeys/jny_none/counts/stream")

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_journey")


@pytest.mark.parametrize("watchers", [1, 20])
async def test_however_many_watch_the_database_is_asked_once_a_round(watchers: int) -> None:
    looks = 0

    async def read(_: Key) -> str:
        nonlocal looks
        looks += 1
        return str(looks)

    feed = CountsFeed(read, every=0.01)

    async def watch() -> list[str]:
        seen: list[str] = []
        stream = feed.watch(("jny_1", None, ALL_DAYS))
        async for text in stream:
            seen.append(text)
            if len(seen) == 5:
                break
        await stream.aclose()
        return seen

    seen = await asyncio.gather(*(watch() for _ in range(watchers)))

    assert looks <= 7, "five rounds, however many watch"
    assert all(len(one) == 5 for one in seen)
    assert feed.watched == 0, "what nobody watches is not read"
