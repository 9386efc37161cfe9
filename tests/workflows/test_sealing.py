"""What Temporal stores says nothing to who has no key, and nothing to anybody once the key is destroyed."""

from datetime import UTC, datetime
from time import process_time

import pytest
from sqlalchemy import update
from temporalio.converter import (
    ActivitySerializationContext,
    PayloadConverter,
    WithSerializationContext,
    WorkflowSerializationContext,
)

from activities.tasks import EnrollmentTask
from engine.journey.facts import EventFact
from engine.store.database import Database
from engine.store.statements import core
from engine.store.tables import Enrollment
from engine.store.vault import CannotOpen, Vault
from tests.api.world import World
from workflows.payloads import DATA_CONVERTER
from workflows.sealing import EnrollmentKeys, KeyDestroyed, SealingConverter

EMAIL = "ada@shop.example"
TASK = EnrollmentTask(
    id="enr_1",
    journey="jny_1",
    version=1,
    profile="prf_ada",
    key="k",
    entry=EventFact(id="evt_1", name="Added to Cart", at=datetime(2027, 1, 5, tzinfo=UTC), properties={"mail": EMAIL}),
)
OF_ENROLLMENT = WorkflowSerializationContext(namespace="default", workflow_id="enr_1")


def local(*, is_local: bool = True) -> ActivitySerializationContext:
    return ActivitySerializationContext(
        namespace="default",
        activity_id="1",
        activity_type="record",
        activity_task_queue="waitline",
        workflow_id="enr_1",
        workflow_type="Enrollment",
        is_local=is_local,
    )


def within(converter: SealingConverter, context: ActivitySerializationContext) -> PayloadConverter:
    """The payload converter that a workflow uses for one of its activities."""
    outer = converter.payload_converter
    assert isinstance(outer, WithSerializationContext)
    inner = outer.with_context(context)
    assert isinstance(inner, PayloadConverter)
    return inner


@pytest.fixture
async def enrolled(database: Database) -> Database:
    """A database with Ada's enrollment enr_1."""
    world = World(database)
    await world.profile()
    await world.journey()
    await world.enrollment("enr_1")
    return database


def converter(database: Database, *secrets: str) -> SealingConverter:
    return SealingConverter.over(EnrollmentKeys(Vault(secrets or ("a secret",)), database))


@pytest.mark.spec("R-007")
async def test_a_payload_is_sealed_with_the_key_of_its_enrollment(enrolled: Database) -> None:
    bound = converter(enrolled).with_context(OF_ENROLLMENT)

    payloads = await bound.encode([TASK])

    assert EMAIL.encode() not in payloads[0].SerializeToString()
    assert b"prf_ada" not in payloads[0].SerializeToString()
    elsewhere = converter(enrolled).with_context(OF_ENROLLMENT)
    assert await elsewhere.decode(payloads, [EnrollmentTask]) == [TASK]
    other = WorkflowSerializationContext(namespace="default", workflow_id="release/jny_1/var_m")
    with pytest.raises(CannotOpen):
        await converter(enrolled).with_context(other).decode(payloads, [EnrollmentTask])
    with pytest.raises(CannotOpen):
        await converter(enrolled, "another secret").with_context(OF_ENROLLMENT).decode(payloads, [EnrollmentTask])


async def test_without_its_salt_nobody_reads_it_again(enrolled: Database) -> None:
    payloads = await converter(enrolled).with_context(OF_ENROLLMENT).encode([TASK])
    async with enrolled.connection() as connection:
        await connection.execute(update(core(Enrollment)).values(salt=None))

    with pytest.raises(KeyDestroyed):
        await converter(enrolled).with_context(OF_ENROLLMENT).decode(payloads, [EnrollmentTask])


async def test_a_secret_is_replaced_while_the_old_one_still_opens(enrolled: Database) -> None:
    old = await converter(enrolled, "old").with_context(OF_ENROLLMENT).encode([TASK])
    both = converter(enrolled, "new", "old").with_context(OF_ENROLLMENT)

    assert await both.decode(old, [EnrollmentTask]) == [TASK]
    new = await both.encode([TASK])
    assert await converter(enrolled, "new").with_context(OF_ENROLLMENT).decode(new, [EnrollmentTask]) == [TASK]


async def test_what_was_stored_before_there_were_keys_is_read(enrolled: Database) -> None:
    plain = await DATA_CONVERTER.encode([TASK])

    assert await converter(enrolled).with_context(OF_ENROLLMENT).decode(plain, [EnrollmentTask]) == [TASK]


async def test_what_stays_in_the_process_is_not_sealed_but_every_answer_is(enrolled: Database) -> None:
    sealing = converter(enrolled)
    await sealing.make_ready(["enr_1"])

    inside_workflow = within(sealing, local())
    [given] = inside_workflow.to_payloads([TASK])
    [answer] = await sealing.with_context(local()).encode([TASK])
    [sent] = within(sealing, local(is_local=False)).to_payloads([TASK])

    assert EMAIL.encode() in given.data
    assert EMAIL.encode() not in answer.data
    assert EMAIL.encode() not in sent.data
    assert inside_workflow.from_payloads([answer], [EnrollmentTask]) == [TASK]


async def test_sealing_and_opening_a_payload_costs_microseconds(enrolled: Database) -> None:
    sealing = converter(enrolled)
    await sealing.make_ready(["enr_1"])
    bound, plain = sealing.with_context(OF_ENROLLMENT).payload_converter, DATA_CONVERTER.payload_converter

    def cost_of(one: PayloadConverter) -> float:
        begun = process_time()
        for _ in range(300):
            one.from_payloads(one.to_payloads([TASK]), [EnrollmentTask])
        return (process_time() - begun) / 300

    extra = min(cost_of(bound) for _ in range(5)) - min(cost_of(plain) for _ in range(5))

    assert extra < 0.000_1
