"""Many deeds at once, on both databases: each visitor found or made, each event written once."""

from sqlalchemy import select

from engine.store import intake
from engine.store.database import Database
from engine.store.identity import Identifiers
from engine.store.intake import Deed
from engine.store.statements import core
from engine.store.tables import Event, OutboxRow, Profile
from tests.store.shop import NOW, Shop


def seen(message: str | None, user: str | None = None, browser: str | None = None, *names: str) -> Deed:
    return Deed(Identifiers(external_id=user, anonymous_id=browser), NOW, "Seen", message, names)


async def taken(database: Database, *deeds: Deed) -> list[bool]:
    return await database.carry_out(
        lambda executor: intake.take_in(executor, deeds, source_id="src_shop", retention=None, now=NOW)
    )


async def test_visitors_are_found_made_and_joined_in_the_order_of_their_calls(database: Database) -> None:
    await Shop(database).set_up()
    assert await taken(database, seen("1", None, "b-1", "M"), seen("2", "ada"), seen("2", "ada")) == [True, True, False]
    calls = (
        seen("1", None, "b-1"),
        seen("3", "ada", "b-1"),
        seen("4", None, "b-1"),
        seen("5", "bo", "b-1"),
        seen("6", "cy", "b-2"),
        seen(None, None, "b-2"),
        seen(None, "cy"),
    )
    assert await taken(database, *calls) == [False, True, True, True, True, True, True]

    async with database.engine.connect() as connection:
        people = {
            row.id: row.external_id for row in await connection.execute(select(core(Profile))) if not row.merged_into
        }
        events = (await connection.execute(select(core(Event)))).all()
        facts = (await connection.execute(select(core(OutboxRow).c.subject_id))).scalars().all()
    assert sorted(people.values()) == ["ada", "bo", "cy"]
    whose = {event.message_id: people[event.profile_id] for event in events if event.message_id}
    assert whose == {"1": "ada", "2": "ada", "3": "ada", "4": "ada", "5": "bo", "6": "cy"}
    assert [people[event.profile_id] for event in events if event.message_id is None] == ["cy", "cy"]
    assert {event.variant_id for event in events} == {None, "var_M"}
    assert sorted(facts) == sorted(event.id for event in events)
