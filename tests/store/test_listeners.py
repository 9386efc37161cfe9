"""Who listens is found by person, on both databases, and only while it waits."""

import pytest
from sqlalchemy import insert

from engine.journey.decisions import End, WaitFor
from engine.journey.facts import EventFact
from engine.journey.questions import AttributeQuestion, HistoryQuestion, StockQuestion
from engine.store.answers import Asked, read_known
from engine.store.database import Database
from engine.store.enrollments import StepRecord, record_steps
from engine.store.listeners import Listener, listeners, listeners_to_restock
from engine.store.merging import merge
from engine.store.profile_changes import change_profile
from engine.store.statements import core
from engine.store.tables import Enrollment
from tests.store.shop import NOW, Shop

WAITS = WaitFor(node="click", visit=1, events=("Link Clicked", "Order Completed"))
LISTENER = Listener("enr_1", frozenset(WAITS.events))


@pytest.fixture
async def shop(database: Database) -> Shop:
    shop = await Shop(database).set_up()
    await shop.add_people("ada", "known")
    row = {"id": "enr_1", "journey_id": "jny_1", "version": 1, "profile_id": "prf_ada", "key": "k"}
    async with database.connection() as connection:
        if not database.is_sqlite:
            await connection.exec_driver_sql("SET session_replication_role = replica")  # no journey row is needed here
        await connection.execute(insert(core(Enrollment)), {**row, "status": "starting", "entered_at": NOW})
    return shop


async def test_an_enrollment_is_found_while_it_waits_under_any_id_of_its_person(shop: Shop) -> None:
    async with shop.database.connection() as connection:
        assert await listeners(connection, ["prf_ada"]) == {}
        waits = StepRecord("enr_1", "jny_1", 1, (), WAITS)
        await connection.run_sync(record_steps, [waits])
        assert await listeners(connection, ["prf_ada", "prf_known"]) == {"prf_ada": [LISTENER]}

        await merge(connection, "prf_ada", "prf_known", NOW)
        assert await listeners(connection, ["prf_known"]) == {"prf_known": [LISTENER]}
        assert await listeners_to_restock(connection, "rst_1") == []

        ended = StepRecord("enr_1", "jny_1", 1, (), End(node="click", reason="completed"))
        await connection.run_sync(record_steps, [ended])
        assert await listeners(connection, ["prf_known"]) == {}


async def test_an_act_on_a_profile_happens_once_and_is_seen_in_the_answers(shop: Shop) -> None:
    asked = Asked("prf_ada", EventFact(id="e", name="Back in Stock", at=NOW), "var_M")
    wanted = {
        "tier": AttributeQuestion(attribute="tier"),
        "updates": HistoryQuestion(event="Profile Updated", until=NOW),
        "stock": StockQuestion(variant="M"),
    }
    await shop.stock("M", 5)
    async with shop.database.connection() as connection:
        await change_profile(connection, "prf_ada", {"tier": "gold"}, act="act_1", now=NOW)
        await change_profile(connection, "prf_ada", {"tier": "silver"}, act="act_2", now=NOW)
        await change_profile(connection, "prf_ada", {"tier": "gold"}, act="act_1", now=NOW)
    async with shop.database.snapshot() as session:
        known = await read_known(session, asked, wanted.values(), NOW)
        answers = {key: known.answer(question) for key, question in wanted.items()}
        assert answers == {"tier": "silver", "updates": 2, "stock": 5}
