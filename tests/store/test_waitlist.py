"""The waitlist: one open entry however often and at once it is asked for, and how each wait ends."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.stock.waiting import STATES
from engine.store import waitlist
from engine.store.errors import UnknownVariant
from engine.store.statements import core
from engine.store.tables import WaitlistTransition
from engine.store.waitlist import Closing, Wish
from engine.store.waitlist_endings import Failed, Told, mark_failed, mark_sent
from tests.store.shop import NOW, RETENTION, Shop

DAY = timedelta(days=1)


async def _transitions(shop: Shop) -> list[tuple[str, str, str, str | None]]:
    table = core(WaitlistTransition)
    async with shop.database.snapshot() as session:
        rows = await session.execute(
            select(table.c.entry_id, table.c.before, table.c.after, table.c.reason).order_by(table.c.id)
        )
        return [(row[0], row[1], row[2], row[3]) for row in rows]


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    await shop.add_people("ada", "ben", "cleo")
    return shop


@pytest.mark.spec("F-001")
async def test_asking_again_finds_the_same_entry(shop: Shop) -> None:
    first, created = await shop.wait_for("M", "ada")
    again, created_again = await shop.wait_for("M", "ada", now=NOW + DAY)

    assert (created, created_again) == (True, False)
    assert again == first
    assert len(await shop.entries("M")) == 1
    assert len(await shop.events("Waiting on Stock")) == 1


@pytest.mark.spec("F-001")
async def test_asking_twenty_times_at_once_opens_one_entry(shop: Shop) -> None:
    answers = await asyncio.gather(*(shop.wait_for("M", "ada") for _ in range(20)))

    assert sum(created for _, created in answers) == 1
    assert len({entry.id for entry, _ in answers}) == 1
    assert len(await shop.entries("M")) == 1
    assert len(await shop.events("Waiting on Stock")) == 1


async def test_each_source_of_interest_waits_by_itself(shop: Shop) -> None:
    explicit, _ = await shop.wait_for("M", "ada")
    wished, created = await shop.wait_for("M", "ada", source="wishlist")

    assert created
    assert (explicit.intent, wished.intent) == (0, 1)


@pytest.mark.spec("F-011")
async def test_waiting_is_an_event_of_the_profile_with_sku_product_and_data_source(shop: Shop) -> None:
    entry, _ = await shop.wait_for("M", "ada")

    [event] = await shop.events("Waiting on Stock")
    assert (event.profile_id, event.variant_id, event.waitlist_entry_id) == ("prf_ada", "var_M", entry.id)
    assert event.properties == {
        "sku": "M",
        "product_id": "shirt",
        "product": "Linen shirt",
        "variant": "Medium",
        "source": "My Shop",
        "interest": "explicit",
        "waitlist_entry_id": entry.id,
    }
    [told] = await shop.outbox("event")
    assert (told.subject_id, told.payload["name"]) == (event.id, "Waiting on Stock")


@pytest.mark.spec("F-014")
async def test_an_entry_expires_after_ninety_days_unless_its_source_says_otherwise(shop: Shop) -> None:
    await shop.add_source("src_slow", "Furniture", retention_days=400)
    await shop.add_product("prd_sofa", "sofa", "Sofa", source="src_slow")
    await shop.add_variants(product="prd_sofa", source="src_slow", SOFA="Sofa")

    shirt, _ = await shop.wait_for("M", "ada")
    sofa, _ = await shop.wait_for("src_slow_SOFA", "ada")
    forever, _ = await shop.wait_for("L", "ada", retention=None)

    assert shirt.expires_at == NOW + 90 * DAY
    assert sofa.expires_at == NOW + 400 * DAY
    assert forever.expires_at is None


@pytest.mark.spec("F-014", "F-022")
async def test_at_its_expiry_an_entry_closes_and_not_before(shop: Shop) -> None:
    entry, _ = await shop.wait_for("M", "ada")
    await shop.wait_for("M", "ben", now=NOW + DAY)
    await shop.wait_for("M", "cleo", retention=None)

    async with shop.database.connection() as connection:
        assert await waitlist.expire_due(connection, NOW + RETENTION - timedelta(seconds=1)) == 0
        assert await waitlist.expire_due(connection, NOW + RETENTION) == 1

    states = {found.profile_id: found.state for found in await shop.entries("M")}
    assert states == {"prf_ada": "expired", "prf_ben": "pending", "prf_cleo": "pending"}
    assert await _transitions(shop) == [(entry.id, "pending", "expired", None)]


async def test_expiry_goes_in_portions(shop: Shop) -> None:
    for name in ("ada", "ben", "cleo"):
        await shop.wait_for("M", name)
    async with shop.database.connection() as connection:
        assert [await waitlist.expire_due(connection, NOW + RETENTION, limit=2) for _ in range(3)] == [2, 1, 0]


async def test_asking_after_the_time_ran_out_starts_a_new_wait(shop: Shop) -> None:
    old, _ = await shop.wait_for("M", "ada")
    new, created = await shop.wait_for("M", "ada", now=NOW + RETENTION)

    assert created
    assert new.id != old.id
    assert new.expires_at == NOW + 2 * RETENTION
    assert [entry.state for entry in await shop.entries("M")] == ["expired", "pending"]


async def test_once_told_the_wait_is_over_and_asking_again_opens_a_new_one(shop: Shop) -> None:
    first, _ = await shop.wait_for("M", "ada")
    async with shop.database.connection() as connection:
        await connection.run_sync(mark_sent, [Told("prf_ada", "var_M", NOW)])

    again, created = await shop.wait_for("M", "ada", now=NOW + DAY)

    assert created
    assert again.id != first.id
    assert [entry.state for entry in await shop.entries("M")] == ["sent", "pending"]


@pytest.mark.spec("F-023")
async def test_notified_at_is_empty_until_the_provider_accepted(shop: Shop) -> None:
    entry, _ = await shop.wait_for("M", "ada")
    assert (entry.created_at, entry.notified_at) == (NOW, None)

    accepted = NOW + timedelta(minutes=7)
    async with shop.database.connection() as connection:
        await connection.run_sync(mark_sent, [Told("prf_ada", "var_M", accepted)])

    [entry] = await shop.entries("M")
    assert (entry.state, entry.notified_at, entry.closed_at) == ("sent", accepted, accepted)


async def test_telling_someone_ends_all_her_waits_for_that_variant_and_no_others(shop: Shop) -> None:
    await shop.wait_for("M", "ada")
    await shop.wait_for("M", "ada", source="wishlist")
    await shop.wait_for("L", "ada")
    await shop.wait_for("M", "ben")

    async with shop.database.connection() as connection:
        await connection.run_sync(mark_sent, [Told("prf_ada", "var_M", NOW)])

    assert sorted((entry.profile_id, entry.state) for entry in await shop.entries("M")) == [
        ("prf_ada", "sent"),
        ("prf_ada", "sent"),
        ("prf_ben", "pending"),
    ]
    assert [entry.state for entry in await shop.entries("L")] == ["pending"]
    assert len(await _transitions(shop)) == 2


@pytest.mark.spec("F-022")
async def test_every_transition_is_written_down_and_illegal_ones_do_not_happen(shop: Shop) -> None:
    entry, _ = await shop.wait_for("M", "ada")
    async with shop.database.connection() as connection:
        assert await waitlist.close(connection, [entry.id], Closing("failed", NOW, "no_subscription")) == 1
        assert await waitlist.close(connection, [entry.id], Closing("expired", NOW)) == 0
        assert await waitlist.close_waits(connection, "prf_ada", "var_M", Closing("purchased", NOW)) == 1

    [entry] = await shop.entries("M")
    assert entry.state == "purchased"
    assert await _transitions(shop) == [
        (entry.id, "pending", "failed", "no_subscription"),
        (entry.id, "failed", "purchased", None),
    ]
    assert entry.state in STATES


@pytest.mark.spec("F-022")
async def test_who_cannot_be_told_is_closed_with_the_reason_once(shop: Shop) -> None:
    ada, _ = await shop.wait_for("M", "ada")
    ben, _ = await shop.wait_for("M", "ben")
    failed = [Failed(ada.id, "no_subscription", NOW), Failed(ben.id, "gone", NOW)]
    for _ in range(2):
        async with shop.database.connection() as connection:
            await connection.run_sync(mark_failed, failed)

    assert sorted((entry.state, entry.reason) for entry in await shop.entries("M")) == [
        ("failed", "gone"),
        ("failed", "no_subscription"),
    ]
    assert sorted(await _transitions(shop)) == sorted(
        [(ada.id, "pending", "failed", "no_subscription"), (ben.id, "pending", "failed", "gone")]
    )


async def test_a_release_takes_an_entry_once(shop: Shop) -> None:
    ids = [(await shop.wait_for("M", name))[0].id for name in ("ada", "ben")]
    async with shop.database.connection() as connection:
        assert await waitlist.mark_released(connection, ids[:1], "rel_1") == 1
        assert await waitlist.mark_released(connection, ids, "rel_2") == 1

    assert sorted(entry.release_id or "" for entry in await shop.entries("M")) == ["rel_1", "rel_2"]


@pytest.mark.spec("F-015")
async def test_a_longer_retention_holds_for_those_who_wait_and_revives_nobody(shop: Shop) -> None:
    await shop.wait_for("M", "ada", now=NOW - 91 * DAY)
    await shop.wait_for("M", "ben", now=NOW - 80 * DAY)
    async with shop.database.connection() as connection:
        await waitlist.expire_due(connection, NOW - DAY)
        assert await waitlist.extend_retention(connection, "src_shop", timedelta(days=200), NOW) == 1
        assert await waitlist.extend_retention(connection, "src_shop", timedelta(days=30), NOW) == 0
        await waitlist.expire_due(connection, NOW + 30 * DAY)

    ada, ben = await shop.entries("M")
    assert ada.state == "expired"
    assert (ben.state, ben.expires_at) == ("pending", NOW + 120 * DAY)


async def test_a_thousand_wishes_are_one_call_and_repeating_it_changes_nothing(shop: Shop) -> None:
    names = [f"p{number:04d}" for number in range(1_000)]
    await shop.add_people(*names)
    wishes = [Wish(f"prf_{name}", "var_M", since=NOW - DAY) for name in names]

    async def ask() -> list[bool]:
        async with shop.database.connection() as connection:
            answers = await waitlist.open_entries(connection, [*wishes, wishes[0]], retention=RETENTION, now=NOW)
        return [created for _, created in answers]

    assert await ask() == [True] * 1_000 + [False]
    assert await ask() == [False] * 1_001
    assert len(await shop.events("Waiting on Stock")) == 1_000


async def test_nobody_waits_for_what_the_catalog_does_not_have(shop: Shop) -> None:
    with pytest.raises(UnknownVariant):
        await shop.wait_for("XXL", "ada")
