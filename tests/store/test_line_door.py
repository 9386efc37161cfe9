"""The door of a release, on both databases: a person is one, whatever ids she had and however many restocks come."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from engine.journey.facts import EventFact
from engine.journey.settings import JourneySettings
from engine.store.line_door import Door, let_through
from engine.store.lines import Place
from engine.store.publishing import create_journey
from engine.store.releases import Opening, prepare
from engine.store.statements import core
from engine.store.tables import Profile, Restock
from tests.builders import journey
from tests.store.shop import Shop

_restock = core(Restock)
NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


async def let_in(shop: Shop, settings: dict[str, Any], number: int, *names: str, now: datetime = NOW) -> list[str]:
    """Who of these, next in line for the restock with this number, gets an enrollment."""
    async with shop.database.snapshot() as session:
        restock = (await session.scalars(select(_restock.c.id).order_by(_restock.c.at))).all()[number]
    entry = EventFact(id=restock, name="Back in Stock", at=now, properties={"sku": "M"})
    opening = Opening("jny_test", 1, "var_M", restock, "var_M")

    def work(connection: Connection) -> list[str]:
        door = Door.of(JourneySettings.model_validate(settings), entry)
        assert door is not None
        places = [Place(f"wle_{name}", f"prf_{name}") for name in names]
        taken = prepare(connection, let_through(connection, door, opening, places, now), opening, now=now)
        return [one.profile_id.removeprefix("prf_") for one in taken]

    return await shop.database.run(work, writes=True)


@pytest.fixture
async def people(shop: Shop) -> Shop:
    await shop.add_people("ada", "bob", "old")
    async with shop.database.connection() as connection:
        await create_journey(connection, "jny_test", journey(paths=["entry > done"]), NOW)
        profile = core(Profile)
        await connection.execute(update(profile).where(profile.c.id == "prf_bob").values(country="NO"))
    for minute in range(4):
        await shop.stock("M", 3, now=NOW + timedelta(minutes=2 * minute))
        await shop.stock("M", 0, now=NOW + timedelta(minutes=2 * minute + 1))
    return shop


async def test_two_restocks_at_the_same_moment_let_in_once_where_the_journey_is_entered_once(people: Shop) -> None:
    both = await asyncio.gather(*(let_in(people, {"reentry": {"kind": "once"}}, n, "ada") for n in range(4)))

    assert [name for some in both for name in some] == ["ada"]


async def test_who_entered_under_an_id_of_before_has_entered(people: Shop) -> None:
    rule = {"reentry": {"kind": "after", "wait": "P7D"}}
    assert await let_in(people, rule, 1, "old") == ["old"]
    async with people.database.connection() as connection:
        profile = core(Profile)
        await connection.execute(update(profile).where(profile.c.id == "prf_old").values(merged_into="prf_ada"))

    assert await let_in(people, rule, 2, "ada", "bob", now=NOW + timedelta(days=6)) == ["bob"]
    assert await let_in(people, rule, 3, "ada", "bob", now=NOW + timedelta(days=8)) == ["ada"]


async def test_the_audience_may_ask_the_restock_and_the_profile(people: Shop) -> None:
    lives = {"kind": "attribute", "attribute": "country", "op": "equals", "value": "NO"}
    medium = {"kind": "entry", "property": "sku", "op": "equals", "value": "M"}
    large = {**medium, "value": "L"}

    def asking(*clauses: Any) -> dict[str, Any]:
        return {"audience": {"condition": {"kind": "all", "of": list(clauses)}}}

    assert await let_in(people, asking(lives, large), 1, "ada", "bob") == []
    assert await let_in(people, asking(lives, medium), 2, "ada", "bob") == ["bob"]
