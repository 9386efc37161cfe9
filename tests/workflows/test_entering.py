"""Whatever the trigger is, those enter who fit it, who are in the audience, and who may: on the real path."""

from datetime import timedelta
from operator import itemgetter
from typing import Any

import pytest
from sqlalchemy import insert, update

from engine.journey.conditions import All
from engine.journey.settings import Audience
from engine.store import entries, segments
from engine.store.catalog_updates import Change, change_variants
from engine.store.statements import core
from engine.store.tables import (
    CartLine,
    Enrollment,
    Event,
    Profile,
    Release,
    Restock,
    SegmentMember,
    Send,
    SendOutcome,
)
from tests.builders import Json, journey, node
from tests.store.shop import NOW
from tests.workflows.stage import Stage

PUSH = node("push", "message", channel="web_push", message="push")
SENDS = ("push.sent > done", "push.not_sent > done")
BOUGHT = {"kind": "has_occurred", "event": "Order Completed", "within": "P7D"}
GOLD = {"kind": "attribute", "attribute": "tier", "op": "equals", "value": "gold"}


def entered_by(trigger: Json, *nodes: Json, paths: tuple[str, ...] = (), name: str = "J", **settings: Any) -> Json:
    """A journey with this trigger, which ends at once unless the test brings more."""
    entry = node("entry", "entry", trigger=trigger)
    return journey(entry, *nodes, paths=paths or ("entry > done",), settings=settings, name=name)


async def save(stage: Stage, segment: str, condition: Json) -> None:
    """Save a segment under this id."""
    row = {"id": segment, "name": segment, "condition": condition}
    async with stage.database.connection() as connection:
        now = stage.clock()
        await connection.execute(insert(core(segments.SegmentRow)), {**row, "created_at": now, "updated_at": now})


async def set_traits(stage: Stage, **traits: dict[str, Any]) -> None:
    """Give people columns or attributes, without telling anybody."""
    profile = core(Profile)
    async with stage.database.connection() as connection:
        for name, values in traits.items():
            await connection.execute(update(profile).where(profile.c.id == f"prf_{name}").values(values))


async def inside(stage: Stage, journey_id: str) -> list[str]:
    """Who has entered this journey, one name for each time."""
    rows = await stage.rows(Enrollment, journey_id=journey_id)
    return sorted(row["profile_id"].removeprefix("prf_") for row in rows)


async def settled(stage: Stage) -> None:
    """Every enrollment has come to its end or its wait."""
    for row in await stage.rows(Enrollment):
        await stage.client.get_workflow_handle(row["id"]).result()


@pytest.mark.spec("F-093")
async def test_an_event_lets_in_those_whom_its_where_clause_fits_and_each_once(stage: Stage) -> None:
    await stage.shop.add_people("ada", "bob")
    sku = {"kind": "property", "property": "sku", "op": "equals", "value": "1234"}
    shop = {"kind": "property", "property": "source", "op": "equals", "value": "My Shop"}
    for name, where in (("sku", sku), ("shop", shop), ("both", {"kind": "all", "of": [sku, shop]}), ("any", None)):
        trigger = {"kind": "event", "event": "back_in_stock", "where": where}
        await stage.publish(entered_by(trigger, name=name), f"jny_{name}")

    await stage.happens("ada", "back_in_stock", sku="1234", source="Another Shop", price=12)
    await stage.happens("bob", "back_in_stock", sku="9", source="My Shop")
    await stage.happens("bob", "back_in_stock", sku="1234", source="My Shop")

    assert await inside(stage, "jny_sku") == ["ada", "bob"]
    assert await inside(stage, "jny_shop") == ["bob", "bob"]
    assert await inside(stage, "jny_both") == ["bob"]
    assert await inside(stage, "jny_any") == ["ada", "bob", "bob"]
    await settled(stage)


@pytest.mark.spec("F-061", "F-062")
async def test_as_many_enter_as_the_preview_counts(stage: Stage) -> None:
    people = ("ada", "bob", "cyd", "dan", "eve")
    await stage.shop.add_people(*people)
    await set_traits(
        stage,
        ada={"language": "de", "attributes": {"tier": "gold", "city": "Graz"}},
        bob={"language": "de", "attributes": {"tier": "gold"}},
        cyd={"language": "en", "attributes": {"city": "Graz"}},
        dan={"attributes": {"tier": "gold", "city": "Graz"}},
    )
    await save(stage, "gold", GOLD)
    await save(stage, "graz", {"kind": "attribute", "attribute": "city", "op": "equals", "value": "Graz"})
    await save(stage, "german", {"kind": "attribute", "attribute": "language", "op": "equals", "value": "de"})
    audiences: dict[str, tuple[Json, list[str]]] = {
        "any": ({"include": ["gold", "graz"], "combine": "any"}, ["ada", "bob", "cyd", "dan"]),
        "all": ({"include": ["gold", "graz"], "combine": "all"}, ["ada", "dan"]),
        "except": ({"include": ["gold", "graz"], "exclude": ["german"]}, ["cyd", "dan"]),
        "german": (
            {"condition": {"kind": "attribute", "attribute": "language", "op": "equals", "value": "de"}},
            ["ada", "bob"],
        ),
        "everyone": ({}, sorted(people)),
    }
    for name, (audience, _) in audiences.items():
        document = entered_by({"kind": "event", "event": "Told"}, name=name, audience=audience)
        await stage.publish(document, f"jny_{name}")

    for person in people:
        await stage.happens(person, "Told")

    for name, (audience, expected) in audiences.items():
        assert await inside(stage, f"jny_{name}") == expected, name
        assert await preview(stage, audience) == len(expected), name
    await settled(stage)


async def preview(stage: Stage, audience: Json) -> int:
    """What the page counts for this audience."""
    condition = Audience.model_validate(audience).as_condition
    async with stage.database.engine.connect() as connection:
        return (await segments.count_profiles(connection, condition or All(of=()), stage.clock())).count


@pytest.mark.spec("J-001")
async def test_a_segment_lets_in_who_enters_it_and_out_who_leaves_it(stage: Stage) -> None:
    await stage.person("ada")
    await stage.person("bob")
    await save(stage, "buyers", BOUGHT)
    await save(
        stage, "gold", {"kind": "all", "of": [GOLD, {"kind": "not", "of": {"kind": "segment", "segment": "buyers"}}]}
    )
    await stage.happens("bob", "Order Completed")
    stays = node("stays", "delay", duration="P30D")
    await stage.publish(
        entered_by(
            {"kind": "segment_entered", "segment": "buyers"},
            stays,
            paths=("entry > stays > done",),
            exits=[{"kind": "segment_left", "segment": "buyers"}],
            name="Buyers",
        ),
        "jny_buyers",
    )
    await stage.publish(entered_by({"kind": "segment_entered", "segment": "gold"}, name="Gold"), "jny_gold")
    await stage.parts.watch.sweep_due()
    await stage.route()

    await stage.happens("ada", "Order Completed")
    await stage.happens("ada", "Segment Entered", segment="gold")

    assert await inside(stage, "jny_buyers") == ["ada"], "bob was in it before the journey was launched"
    assert await inside(stage, "jny_gold") == [], "only Waitline says who enters a segment"

    await stage.stands("ada", "stays")
    await stage.pass_time(timedelta(days=7, minutes=1))
    assert await stage.parts.watch.sweep_due() == 2, "after a week neither has bought within a week"
    await stage.route()
    assert await stage.finish("ada") == "segment_left"
    assert await stage.rows(SegmentMember) == []

    await set_traits(stage, ada={"attributes": {"tier": "gold"}})
    await stage.happens("ada", "Profile Updated", set=["tier"])
    assert await inside(stage, "jny_gold") == ["ada"]
    assert (await stage.trail("ada", "jny_gold"))[0]["act"] == "entered"


@pytest.mark.spec("F-096", "F-020")
async def test_a_one_off_send_reaches_its_audience_once_and_nobody_told_about_this_restock(stage: Stage) -> None:
    for name in ("ada", "bob", "cyd"):
        await stage.person(name)
        await stage.waits(name, "M")
    await stage.person("dan")
    await stage.publish(
        journey(PUSH, paths=["entry > push", *SENDS], settings={"audience": {"condition": is_named("ada")}}), "jny_test"
    )
    await stage.restock("M", 9)
    await settled(stage)
    assert [row["profile_id"] for row in await stage.rows(Send)] == ["prf_ada"]
    trigger = {
        "kind": "audience",
        "audience": {"kind": "has_occurred", "event": "Back in Stock", "within": "P7D"},
    }
    once = entered_by(
        trigger,
        PUSH,
        paths=("entry > push", *SENDS),
        guardrails={"recently_notified": "P3D"},
        name="One-off",
    )
    await stage.publish(once, "jny_once")

    assert await stage.parts.gatherer.gather_due() == 3
    assert await stage.parts.gatherer.gather_due() == 0
    await settled(stage)

    assert await inside(stage, "jny_once") == ["ada", "bob", "cyd"]
    told = ("accepted", None)
    assert await came_of(stage, "jny_once") == {"ada": ("skipped", "recently_notified"), "bob": told, "cyd": told}
    assert {row["variant_id"] for row in await stage.rows(Enrollment, journey_id="jny_once")} == {"var_M"}

    await stage.pass_time(timedelta(days=3, hours=1))
    await stage.publish({**once, "name": "Later"}, "jny_later")
    assert await stage.parts.gatherer.gather_due() == 3
    await settled(stage)
    assert await came_of(stage, "jny_later") == {"ada": told, "bob": told, "cyd": told}, "the days are over"


async def came_of(stage: Stage, journey_id: str) -> dict[str, tuple[str, str | None]]:
    """State and reason of what each person was sent, or was not, by this journey."""
    sends = {row["id"]: row["profile_id"].removeprefix("prf_") for row in await stage.rows(Send, journey_id=journey_id)}
    outcomes = [row for row in await stage.rows(SendOutcome) if row["send_id"] in sends]
    return {sends[row["send_id"]]: (row["state"], row["reason"]) for row in outcomes}


def is_named(name: str) -> Json:
    """Only this person."""
    return {"kind": "attribute", "attribute": "email", "op": "equals", "value": f"{name}@example.org"}


@pytest.mark.spec("J-001")
async def test_a_schedule_and_a_call_let_in_too(stage: Stage) -> None:
    await stage.shop.add_people("ada", "bob")
    await set_traits(stage, ada={"attributes": {"tier": "gold"}})
    await save(stage, "gold", GOLD)
    due = stage.clock() + timedelta(hours=2)
    audience = {"kind": "segment", "segment": "gold"}
    daily = {"kind": "schedule", "at": due.strftime("%H:%M"), "zone": "UTC", "audience": audience}
    await stage.publish(entered_by(daily, name="Daily"), "jny_daily")
    await stage.publish(entered_by({"kind": "api"}, name="By call", reentry={"kind": "once"}), "jny_call")

    came: list[int] = []
    for hours in (0, 2, 0, 24, 26, 22):
        await stage.pass_time(timedelta(hours=hours, minutes=1))
        came.append(await stage.parts.gatherer.gather_due())
    assert came == [0, 1, 0, 1, 0, 1], "each day once; what was missed by more than an hour is let go"

    for key in ("k1", "k1", "k2"):
        async with stage.database.connection() as connection:
            await entries.check_enterable(connection, "jny_call")
            await entries.ask_entry(connection, "jny_call", "prf_bob", properties={}, key=key, now=stage.clock())
        await stage.route()
    await stage.happens("ada", "Entered by API")

    assert await inside(stage, "jny_daily") == ["ada", "ada", "ada"]
    assert await inside(stage, "jny_call") == ["bob"]
    await settled(stage)


@pytest.mark.spec("J-008")
async def test_whoever_enters_again_takes_the_side_of_the_split_that_they_took_before(stage: Stage) -> None:
    people = [f"p{number}" for number in range(12)]
    await stage.shop.add_people(*people)
    halves = node("halves", "split", shares=[{"id": "a", "share": 50}, {"id": "b", "share": 50}])
    sides = [node(f"at_{side}", "exit", reason=side) for side in "ab"]
    paths = ("entry > halves", "halves.a > at_a", "halves.b > at_b")
    trigger = {"kind": "event", "event": "Seen"}
    await stage.publish(entered_by(trigger, halves, *sides, paths=paths), "jny_split")

    for _ in range(2):
        for person in people:
            await stage.happens(person, "Seen")
    await settled(stage)

    taken: dict[str, list[str]] = {}
    for row in await stage.rows(Enrollment):
        taken.setdefault(row["profile_id"], []).append(row["exit_reason"])
    assert {len(reasons) for reasons in taken.values()} == {2}
    assert all(len(set(reasons)) == 1 for reasons in taken.values())
    assert {reasons[0] for reasons in taken.values()} == {"a", "b"}


async def test_those_who_want_it_hear_of_low_stock_at_the_journeys_threshold(stage: Stage) -> None:
    await stage.shop.add_people("ada", "bob", "cyd")
    await stage.shop.stock("M", 8, now=stage.clock())
    await stage.publish(entered_by({"kind": "event", "event": "Low Stock"}, name="Few", threshold=5), "jny_few")
    await stage.publish(entered_by({"kind": "event", "event": "Low Stock"}, name="Gone", threshold=1), "jny_gone")
    async with stage.database.connection() as connection:
        now = stage.clock()
        await connection.execute(insert(core(CartLine)), {"profile_id": "prf_ada", "variant_id": "var_M", "at": now})
        listed = {"id": "evt_1", "name": "Product Added to Wishlist", "profile_id": "prf_bob", "variant_id": "var_M"}
        await connection.execute(insert(core(Event)), {**listed, "properties": {}, "at": now, "received_at": now})

    for units in (6, 4, 3, 5, 0):
        await stage.shop.stock("M", units, now=stage.clock())
        await stage.route()

    assert await inside(stage, "jny_few") == ["ada", "ada", "bob", "bob"], "8 to 4, and again 5 to 0"
    assert await inside(stage, "jny_gone") == ["ada", "bob"]
    await settled(stage)


@pytest.mark.spec("F-059")
async def test_a_price_that_falls_begins_its_own_journeys_and_is_never_a_restock(stage: Stage) -> None:
    people = ("ada", "bob", "cyd")
    await stage.shop.add_people(*people)
    await stage.publish(journey(PUSH, paths=["entry > push", *SENDS]), "jny_restock")
    deep = {"kind": "property", "property": "percentage", "op": "at_least", "value": 20}
    fell = {"kind": "event", "event": "Price Dropped", "where": deep}
    await stage.publish(entered_by(fell, name="A fifth less"), "jny_cheap")
    await stage.waits("ada", "M")
    async with stage.database.connection() as connection:
        cart = {"profile_id": "prf_bob", "variant_id": "var_M", "at": stage.clock()}
        await connection.execute(insert(core(CartLine)), cart)

    told = (10000, "EUR"), (9000, "EUR"), (9500, "EUR"), (100, "USD"), (10000, "EUR"), (7550, "EUR")
    for hours, (amount, currency) in enumerate(told):
        change = Change("M", {"price_minor": amount, "currency": currency})
        async with stage.database.connection() as connection:
            at, now = NOW + timedelta(hours=hours), stage.clock()
            await change_variants(connection, stage.shop.source, [change], at, now=now)
        await stage.route()

    assert await inside(stage, "jny_cheap") == ["ada", "bob"], (
        "10 % was too little, and other currencies do not compare"
    )
    drops = [row["properties"] for row in await stage.rows(Event, name="Price Dropped", profile_id="prf_ada")]
    drops.sort(key=itemgetter("percentage"))
    assert [one["percentage"] for one in drops] == [10.0, 24.5]
    assert (drops[1]["original_price"], drops[1]["price"], drops[1]["currency"]) == (100.0, 75.5, "EUR")
    assert await stage.rows(Event, name="Back in Stock") == []
    assert (await stage.rows(Restock), await stage.rows(Release), await inside(stage, "jny_restock")) == ([], [], [])

    await stage.restock("M", 3)
    await stage.until(lambda: inside(stage, "jny_restock"), ["ada"])
    await settled(stage)
    assert len(await stage.rows(Event, name="Price Dropped")) == 4, "nor is a restock a drop"
