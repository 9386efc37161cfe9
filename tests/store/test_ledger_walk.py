"""Walking the ledger: in a handful of statements however long it is, and to the letter whatever its rows say."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, select, text, update

from engine.proofs.links import OUTCOME_FIELDS, SEND_FIELDS
from engine.store.audit import ROWS_AT_ONCE, verify
from engine.store.chains import begin_chain, keep_head
from engine.store.database import Database
from engine.store.statements import core
from engine.store.tables import Send, SendOutcome

NOW = datetime(2027, 1, 5, 12, 0, 0, 7, tzinfo=UTC)
EVERY_SIGN = "".join(map(chr, range(1, 0x80))) + "\x80\xa0é\u2028\u2029\ufffd😀'); --"
ODD: dict[str, Any] = {
    "10": 1,
    "9": [1.5, -0.25, 12345678901234567890, None, True],
    "é": {"b": EVERY_SIGN[1:], "a": ""},
}


def write(connection: Connection, sends: int, odd: str = "push") -> None:
    """One chain: sends and what became of each."""
    head = begin_chain()
    rows: dict[type[Any], list[dict[str, Any]]] = {Send: [], SendOutcome: []}
    for number in range(sends):
        send: dict[str, Any] = dict.fromkeys(SEND_FIELDS, odd) | {
            "id": f"snd_{number}",
            "version": 1,
            "visit": number,
            "variant_id": None,
            "verdict": ODD | {"available": number},
            "claimed_at": NOW + timedelta(seconds=number),
        }
        outcome: dict[str, Any] = {
            "send_id": send["id"],
            "state": "accepted",
            "reason": odd if number % 2 else None,
            "provider_id": None,
            "detail": {},
            "at": NOW.replace(microsecond=0),
        }
        for model, fields, row in ((Send, SEND_FIELDS, send), (SendOutcome, OUTCOME_FIELDS, outcome)):
            head = head.followed_by(fields, row)
            rows[model].append(row | head.columns)
    for model, written in rows.items():
        connection.execute(insert(core(model)), written)
    keep_head(connection, head)


@pytest.mark.spec("S-007")
async def test_whatever_signs_a_row_holds_it_is_found_whole_and_one_that_was_changed_is_named(
    database: Database,
) -> None:
    await database.run(lambda connection: write(connection, 3, EVERY_SIGN), writes=True)

    whole = await database.run(verify, writes=False)
    assert (whole.rows, whole.chains, whole.findings) == (6, 1, [])
    send = core(Send)
    for change in ({"node": EVERY_SIGN[:-1]}, {"variant_id": ""}, {"verdict": ODD | {"available": 2}}, {"visit": 3}):
        changing = update(send).where(send.c.id == "snd_1")
        async with database.connection() as connection:
            before = (await connection.execute(select(send).where(send.c.id == "snd_1"))).one()._mapping
            await connection.execute(changing.values(change))
        found = (await database.run(verify, writes=False)).findings
        assert [(one.fault, one.send, one.link) for one in found] == [("changed", "snd_1", 3)], change
        async with database.connection() as connection:
            await connection.execute(changing.values(dict(before)))


async def test_on_sqlite_a_document_that_is_none_any_more_is_found_changed(sqlite_database: Database) -> None:
    await sqlite_database.run(lambda connection: write(connection, 2), writes=True)
    async with sqlite_database.connection() as connection:
        await connection.execute(text("UPDATE send SET verdict = '{' WHERE id = 'snd_0'"))

    [found] = (await sqlite_database.run(verify, writes=False)).findings
    assert (found.fault, found.send) == ("changed", "snd_0")


async def test_a_long_ledger_takes_no_more_statements_than_a_short_one(database: Database) -> None:
    sends = ROWS_AT_ONCE // 2 + 1
    await database.run(lambda connection: write(connection, sends), writes=True)
    statements: list[str] = []

    def walked(connection: Connection) -> int:
        event.listen(connection, "before_cursor_execute", lambda *told: statements.append(told[2]))
        return verify(connection).rows

    assert await database.run(walked, writes=False) == 2 * sends
    assert sum(one.lstrip().startswith("SELECT") for one in statements) == 4, "heads, sends, outcomes and renderings"
