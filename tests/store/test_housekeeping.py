"""Housekeeping: what time alone changes."""

from datetime import timedelta

import pytest

from engine.store import deliveries, outbox
from engine.store.housekeeping import Tidied, tidy
from tests.store.shop import NOW, RETENTION, Shop

DAY = timedelta(days=1)


@pytest.mark.spec("F-014")
async def test_waits_expire_by_themselves_and_old_receipts_are_forgotten(shop: Shop) -> None:
    await shop.add_people("ada", "ben")
    await shop.wait_for("M", "ada")
    await shop.wait_for("M", "ben", now=NOW + DAY)
    async with shop.database.connection() as connection:
        await deliveries.begin(connection, "src_shop", "msg_1", NOW)
        rows = await outbox.open_rows(connection, 10, NOW + DAY)
        await outbox.mark_routed(connection, [rows[0].id], NOW)

    assert await tidy(shop.database, NOW) == Tidied(expired=0, forgotten=0)
    assert await tidy(shop.database, NOW + RETENTION) == Tidied(expired=1, forgotten=2)
    assert await tidy(shop.database, NOW + RETENTION) == Tidied(expired=0, forgotten=0)
    assert [entry.state for entry in await shop.entries("M")] == ["expired", "pending"]
    async with shop.database.snapshot() as session:
        assert len(await outbox.open_rows(session, 10, NOW + RETENTION)) == 1
