"""The main job, from a stock movement to a sent message, on a real worker with a real database."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from activities.errors import AmbiguousDelivery, PermanentDeliveryFailure, TemporaryDeliveryFailure
from activities.names import release_queue, release_workflow_id
from engine.store.publishing import set_status
from engine.store.statements import core
from engine.store.tables import PushSubscription, Send, SendOutcome, WorkspaceSetting
from tests.builders import journey, node
from tests.workflows.stage import Stage

PUSH = node("push", "message", channel="web_push", message="push")
MAIL = node("mail", "message", channel="email", message="mail")
ONE_PUSH = journey(PUSH, paths=["entry > push", "push.sent > done", "push.not_sent > done"])
PAUSED_PUSH = journey(
    node("pause", "delay", duration="PT2H"),
    PUSH,
    paths=["entry > pause > push", "push.sent > done", "push.not_sent > done"],
)
PUSH_THEN_MAIL = journey(
    PUSH,
    MAIL,
    paths=[
        "entry > push",
        "push.sent > done",
        "push.not_sent > done",
        "push.no_channel > mail",
        "mail.sent > done",
        "mail.not_sent > done",
    ],
)


@pytest.mark.spec("F-022", "F-023", "F-136")
async def test_a_restock_sends_one_push_and_closes_the_wait_as_sent(stage: Stage) -> None:
    await stage.publish(ONE_PUSH)
    await stage.person("ada")
    await stage.waits("ada", "M")
    (waiting,) = await stage.entries("ada")
    assert (waiting["state"], waiting["notified_at"]) == ("pending", None)

    await stage.restock("M", 3)

    assert await stage.finish("ada") == "completed"
    assert await stage.path("ada") == ["entry", "push.sent", "done"]
    ((_, sent),) = stage.push.sent
    assert sent.title == "Linen shirt is back"
    (entry,) = await stage.entries("ada")
    accepted = [row for row in await stage.rows(SendOutcome) if row["state"] == "accepted"]
    assert len(accepted) == 1
    assert entry["state"] == "sent"
    assert entry["notified_at"] == pytest.approx(accepted[0]["at"], abs=timedelta(seconds=5))


@pytest.mark.spec("F-041")
async def test_a_restock_of_one_size_leaves_those_who_wait_for_another(stage: Stage) -> None:
    await stage.publish(ONE_PUSH)
    for name, sku in (("ada", "L"), ("ben", "M")):
        await stage.person(name)
        await stage.waits(name, sku)

    await stage.restock("L", 5)

    assert await stage.finish("ada") == "completed"
    assert await stage.enrollments("ben") == []
    assert [entry["state"] for entry in await stage.entries("ben")] == ["pending"]


@pytest.mark.spec("F-018")
async def test_the_next_restock_is_silent_until_the_profile_asks_again(stage: Stage) -> None:
    await stage.publish(ONE_PUSH)
    await stage.person("ada")
    await stage.waits("ada", "M")
    await stage.restock("M", 3)
    await stage.finish("ada")

    await stage.restock("M", 0)
    await stage.restock("M", 4)
    assert len(stage.push.sent) == 1
    assert len(await stage.enrollments("ada")) == 1

    await stage.waits("ada", "M")
    await stage.restock("M", 0)
    await stage.restock("M", 5)
    await stage.finish("ada")
    assert len(stage.push.sent) == 2


@pytest.mark.spec("F-019")
async def test_two_reasons_to_wait_are_one_enrollment_and_one_message(stage: Stage) -> None:
    await stage.publish(ONE_PUSH)
    await stage.person("ada")
    await stage.waits("ada", "M", "wishlist")
    await stage.waits("ada", "M", "explicit")

    await stage.restock("M", 3)
    await stage.finish("ada")

    assert len(await stage.enrollments("ada")) == 1
    assert len(stage.push.sent) == 1
    assert {entry["state"] for entry in await stage.entries("ada")} == {"sent"}


@pytest.mark.spec("F-019")
async def test_every_browser_of_a_profile_gets_the_message_once(stage: Stage) -> None:
    await stage.publish(ONE_PUSH)
    await stage.person("ada", browsers=2)
    await stage.waits("ada", "M")

    await stage.restock("M", 3)
    await stage.finish("ada")

    assert len(stage.push.sent) == 2
    assert len({key for key, _ in stage.push.sent}) == 2


@pytest.mark.spec("F-037")
async def test_without_a_browser_the_push_is_skipped_and_the_no_channel_outlet_is_taken(stage: Stage) -> None:
    await stage.publish(PUSH_THEN_MAIL)
    await stage.person("ada", browsers=0)
    await stage.waits("ada", "M")

    await stage.restock("M", 3)
    await stage.finish("ada")

    assert await stage.path("ada") == ["entry", "push.no_channel", "mail.sent", "done"]
    skips = [row for row in await stage.rows(SendOutcome) if row["state"] == "skipped"]
    assert [row["reason"] for row in skips] == ["no_subscription"]
    assert (stage.push.sent, len(stage.email.sent)) == ([], 1)


@pytest.mark.spec("F-046")
async def test_stock_that_is_gone_at_the_moment_of_sending_skips_and_keeps_the_place_in_the_line(stage: Stage) -> None:
    await stage.publish(PAUSED_PUSH)
    await stage.person("ada")
    await stage.waits("ada", "M")

    await stage.restock("M", 5)
    await stage.restock("M", 0)
    await stage.pass_time(timedelta(hours=3))
    await stage.finish("ada")

    assert await stage.path("ada") == ["entry", "pause", "push.not_sent", "done"]
    assert [row["reason"] for row in await stage.rows(SendOutcome)] == ["out_of_stock_at_send"]
    assert stage.push.tries == 0
    assert [entry["state"] for entry in await stage.entries("ada")] == ["pending"]

    await stage.restock("M", 2)
    await stage.pass_time(timedelta(hours=3))
    await stage.finish("ada")
    assert len(stage.push.sent) == 1


async def test_without_consent_nothing_is_sent_and_the_wait_failed(stage: Stage) -> None:
    await stage.publish(ONE_PUSH)
    await stage.person("ada", consent=False)
    await stage.waits("ada", "M")

    await stage.restock("M", 3)
    await stage.finish("ada")

    assert stage.push.tries == 0
    (send,) = await stage.rows(Send)
    assert send["verdict"]["skip"] == "no_consent"
    (entry,) = await stage.entries("ada")
    assert (entry["state"], entry["reason"]) == ("failed", "no_consent")


@pytest.mark.parametrize("switch", ["journey", "workspace"])
async def test_nothing_is_sent_once_the_journey_is_paused_or_the_kill_switch_is_on(stage: Stage, switch: str) -> None:
    await stage.publish(PAUSED_PUSH)
    await stage.person("ada")
    await stage.waits("ada", "M")
    await stage.restock("M", 3)
    now = datetime.now(UTC)
    async with stage.database.connection() as connection:
        if switch == "journey":
            await set_status(connection, "jny_test", "paused", now)
        else:
            row = {"name": "kill_switch", "value": {"on": True}, "updated_at": now}
            await connection.execute(insert(core(WorkspaceSetting)), row)

    await stage.pass_time(timedelta(hours=3))
    await stage.stands("ada", "pause", status="parked")

    assert stage.push.tries == 0
    assert await stage.rows(SendOutcome) == []
    (entry,) = await stage.entries("ada")
    assert entry["state"] == "pending", "she keeps her place until it goes on"


async def test_a_provider_that_is_busy_is_tried_again_and_the_message_is_sent_once(stage: Stage) -> None:
    await stage.publish(ONE_PUSH)
    await stage.person("ada")
    await stage.waits("ada", "M")
    stage.push.failures.extend(
        [TemporaryDeliveryFailure("rate_limited", retry_after=timedelta(seconds=1)), TemporaryDeliveryFailure("busy")]
    )

    await stage.restock("M", 3)
    assert await stage.finish("ada") == "completed"

    assert await stage.path("ada") == ["entry", "push.sent", "done"]
    assert (stage.push.tries, len(stage.push.sent)) == (3, 1)
    states = [row["state"] for row in await stage.rows(SendOutcome)]
    assert states == ["queued", "sending", "queued", "sending", "accepted"], "a further try is written down before it"


@pytest.mark.spec("F-099")
async def test_a_browser_that_is_gone_is_removed_with_its_reason(stage: Stage) -> None:
    await stage.publish(ONE_PUSH)
    await stage.person("ada")
    await stage.waits("ada", "M")
    stage.push.failures.append(PermanentDeliveryFailure("gone", "410", address_gone=True))

    await stage.restock("M", 3)
    await stage.finish("ada")

    assert await stage.path("ada") == ["entry", "push.not_sent", "done"]
    (subscription,) = await stage.rows(PushSubscription)
    assert subscription["removed_at"] is not None
    assert subscription["removed_reason"] == "gone"
    assert [(row["state"], row["reason"]) for row in await stage.rows(SendOutcome)] == [("failed", "gone")]


async def test_an_answer_that_is_lost_makes_an_unknown_send_that_is_never_repeated(stage: Stage) -> None:
    await stage.publish(ONE_PUSH)
    await stage.person("ada")
    await stage.waits("ada", "M")
    stage.push.failures.append(AmbiguousDelivery("timed_out"))

    await stage.restock("M", 3)
    await stage.finish("ada")

    assert await stage.path("ada") == ["entry", "push.not_sent", "done"]
    assert stage.push.tries == 1
    assert [row["state"] for row in await stage.rows(SendOutcome)] == ["unknown"]


async def test_a_hundred_people_are_each_told_once_however_often_the_fact_is_routed(stage: Stage) -> None:
    await stage.publish(ONE_PUSH)
    names = [f"p{number}" for number in range(100)]
    for name in names:
        await stage.person(name)
        await stage.waits(name, "M")
    await stage.shop.stock("M", 100, now=datetime.now(UTC))

    await asyncio.gather(stage.parts.relay.route_open(), stage.parts.relay.route_open())
    await stage.releases_end("M")
    for name in names:
        await stage.finish(name)

    assert len(stage.push.sent) == 100
    assert len({key for key, _ in stage.push.sent}) == 100


async def test_a_long_line_is_let_in_by_several_lanes_and_everyone_gets_one_place(stage: Stage) -> None:
    await stage.publish(ONE_PUSH)
    names = [f"w{number:02}" for number in range(40)]
    for name in names:
        await stage.person(name)
        await stage.waits(name, "M")

    await stage.restock("M", 5)

    for name in names:
        assert await stage.finish(name) == "completed"
    assert sorted(row["position"] for row in await stage.enrollments()) == list(range(1, 41))
    assert len(stage.push.sent) == 40
    release = stage.client.get_workflow_handle(release_workflow_id("jny_test", "var_M"))
    batches = [
        event.activity_task_scheduled_event_attributes.task_queue.name
        for event in (await release.fetch_history()).events
        if event.HasField("activity_task_scheduled_event_attributes")
    ]
    assert batches == [release_queue("waitline")] * 2
