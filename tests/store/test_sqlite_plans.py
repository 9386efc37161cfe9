"""What a wait costs on SQLite does not grow with all the other waits: no statement of its life reads a whole table.

SQLite keeps no statistics of its own accord and takes any index for a good one. So each statement that ran is asked for
its plan, as it was prepared: a parameter in place of a constant is enough to lose an index.
"""

import re
from collections.abc import Generator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from engine.store import prepared
from engine.store.database import Database
from engine.store.interest import Act, notice
from engine.store.listeners import listeners_to_restock
from engine.store.merging import merge
from engine.store.people_in_bulk import find_or_create_all
from engine.store.waitlist import Closing, close_waits, expire_due
from engine.store.waitlist_endings import Failed, Told, mark_failed, mark_sent
from tests.store.shop import NOW, RETENTION, Shop

LARGE = (
    "cart_line|consent|enrollment|event|identity|profile|push_subscription|send|send_outcome|trail_row|waitlist_entry"
)
LATER = NOW + timedelta(days=1)


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Generator[set[str]]:
    """The text of each statement from now on, by whichever way it went."""
    seen: set[str] = set()

    def listen(*arguments: Any) -> None:
        seen.add(arguments[2])

    def compiled(*arguments: Any) -> Any:
        made = compile_once(*arguments)
        seen.add(made.text)
        return made

    compile_once = prepared.Prepared._on_sqlite
    monkeypatch.setattr(prepared.Prepared, "_on_sqlite", compiled)
    event.listen(Engine, "before_cursor_execute", listen)
    yield seen
    event.remove(Engine, "before_cursor_execute", listen)


async def test_nothing_in_the_life_of_a_wait_reads_a_whole_table(
    sqlite_database: Database, statements: set[str]
) -> None:
    shop = await Shop(sqlite_database).set_up()
    await shop.add_people("ada", "ben", "cleo")
    statements.clear()
    await _live(shop)
    plans = await _plans(sqlite_database, statements)
    assert len(plans) > 30, "too little was seen"
    read_whole = {text: plan for text, plan in plans.items() if re.search(rf"^SCAN ({LARGE})\b", plan, re.MULTILINE)}
    assert not read_whole


async def _live(shop: Shop) -> None:
    entry, _ = await shop.wait_for("S", "ada")
    for sku, name in (("S", "ada"), ("M", "ada"), ("L", "ada"), ("M", "ben"), ("S", "cleo")):
        await shop.wait_for(sku, name)
    await shop.stock("S", 0)
    await shop.stock("S", 5, now=LATER)
    async with shop.database.connection() as connection:
        await find_or_create_all(connection, [("email", "ada@example.org"), ("phone", "+4915112345678")], NOW)
        in_cart = Act("Product Added", "prf_cleo", ["var_M", "var_L"], NOW)
        bought = Act("Order Completed", "prf_cleo", ["var_M", "var_L"], LATER)
        viewed = Act("Product Viewed", "prf_cleo", ["var_M"], NOW)
        await notice(connection, [in_cart, viewed, bought], retention=RETENTION, now=LATER)
        await listeners_to_restock(connection, "rst_1")
        await merge(connection, "prf_ben", "prf_ada", LATER)
        await close_waits(connection, "prf_ada", "var_M", Closing("unsubscribed", LATER))
        await expire_due(connection, LATER)

    def end(connection: Any) -> None:
        mark_sent(connection, [Told("prf_ada", "var_S", LATER, entry.id)])
        mark_failed(connection, [Failed("wle_gone", "no_address", LATER)])

    await shop.database.run(end, writes=True)


async def _plans(database: Database, statements: set[str]) -> dict[str, str]:
    """For each statement that reads or writes rows, the lines of its plan."""
    plans: dict[str, str] = {}
    async with database.engine.connect() as connection:
        for text in sorted(statements):
            if not re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", text):
                continue
            named = dict.fromkeys(re.findall(r":(\w+)", text))
            values: Any = named if "?" not in text else (None,) * text.count("?")
            rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
            plans[text] = "\n".join(row.detail for row in rows)
    return plans
