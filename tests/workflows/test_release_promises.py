"""What people see of a release: templates in skipped time, who is left alone and why, and staff who step in."""

import json
from datetime import timedelta
from typing import Any

import pytest

from engine.authoring.checking import document_problems
from engine.journey.templates import templates
from engine.messages.rendered import RenderedWebPush
from engine.store import expectations, waitlist
from engine.store.demand import read_demand
from engine.store.errors import JourneyNotReady
from engine.store.housekeeping import tidy
from engine.store.publishing import set_status
from engine.store.release_controls import control_release
from engine.store.tables import Event, Release, Send, SendOutcome
from tests.builders import journey, node
from tests.workflows.stage import Stage
from tests.workflows.test_release import entered, line, one_push, release_is, stock, vip

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
TEMPLATES = {template.id: template.document.model_dump(mode="json", by_alias=True) for template in templates()}


async def launch(stage: Stage, template: str, **settings: Any) -> None:
    """The template as it is shipped, with these settings over its own."""
    document = TEMPLATES[template]
    await stage.publish({**document, "settings": {**document["settings"], **settings}}, messages=document["messages"])


@pytest.mark.spec("F-087", "F-086")
async def test_the_template_tells_the_loyal_two_hours_before_everyone_else(stage: Stage) -> None:
    await launch(stage, "vip_early_access")
    await line(stage, ["ada", "ben"])
    await vip(stage, "ben")

    await stage.restock("M", 3)
    await stage.finish("ben")
    assert await stage.path("ben") == ["entry", "who.vip", "first.sent", "done"]
    await stage.stands("ada", "wait")
    await stage.pass_time(119 * MINUTE)
    assert len(stage.push.sent) == 1
    await stage.pass_time(2 * MINUTE)
    await stage.finish("ada")
    assert await stage.path("ada") == ["entry", "who.otherwise", "wait", "left.in_stock", "then.sent", "done"]


@pytest.mark.spec("F-087")
async def test_the_template_tells_nobody_else_when_the_loyal_bought_everything(stage: Stage) -> None:
    await launch(stage, "vip_early_access")
    await line(stage, ["ada", "ben"])
    await vip(stage, "ben")
    await stage.restock("M", 1)
    await stage.finish("ben")
    await stage.stands("ada", "wait")

    await stock(stage, 0)
    await stage.pass_time(121 * MINUTE)
    assert await stage.finish("ada") == "sold_out"
    assert len(stage.push.sent) == 1
    assert [entry["state"] for entry in await stage.entries("ada")] == ["pending"]


async def reminded(stage: Stage, **settings: Any) -> None:
    """Ada was told a restock, and waits a day for the reminder."""
    await launch(stage, "second_reminder", **settings)
    await line(stage, ["ada"])
    await stage.restock("M", 5)
    await stage.stands("ada", "day")
    assert len(stage.push.sent) == 1


@pytest.mark.spec("F-089", "F-090")
async def test_a_reminder_comes_after_a_day_while_stock_remains(stage: Stage) -> None:
    await reminded(stage)
    await stage.pass_time(25 * HOUR)
    assert await stage.finish("ada") == "completed"
    assert len(stage.push.sent) == 2


@pytest.mark.spec("F-089")
async def test_no_reminder_when_the_stock_fell_below_the_threshold(stage: Stage) -> None:
    await reminded(stage, threshold=3)
    await stock(stage, 2)
    await stage.pass_time(25 * HOUR)
    await stage.finish("ada")
    assert len(stage.push.sent) == 1


@pytest.mark.spec("F-089")
async def test_no_reminder_to_who_bought_meanwhile(stage: Stage) -> None:
    await reminded(stage)
    await stage.pass_time(HOUR)
    await stage.happens("ada", "Order Completed", sku="M")
    assert await stage.finish("ada") == "purchased"
    assert len(stage.push.sent) == 1


@pytest.mark.spec("F-089")
async def test_no_reminder_when_the_cap_is_used_up(stage: Stage) -> None:
    await reminded(stage, guardrails={"caps": [{"limit": 1, "window": "P2D"}]})
    await stage.pass_time(25 * HOUR)
    await stage.finish("ada")
    assert len(stage.push.sent) == 1
    assert [row["reason"] for row in await stage.rows(SendOutcome) if row["state"] == "skipped"] == ["journey_cap"]


@pytest.mark.spec("F-090")
async def test_a_single_alert_is_one_message_and_the_reminder_is_a_second(stage: Stage) -> None:
    await launch(stage, "single_alert")
    await line(stage, ["ada"])
    await stage.restock("M", 5)
    await stage.finish("ada")
    await stage.pass_time(48 * HOUR)
    assert len(stage.push.sent) == 1


@pytest.mark.spec("F-007")
async def test_inferred_interest_is_never_messaged_without_consent(stage: Stage) -> None:
    await stage.publish(one_push(interest={"sources": ["explicit", "wishlist"]}))
    await stage.person("ada", consent=False)
    await stage.waits("ada", "M", "wishlist")
    (entry,) = await stage.entries("ada")
    assert entry["source"] != "explicit"

    await stage.restock("M", 3)
    await stage.finish("ada")
    assert stage.push.tries == 0
    (skip,) = await stage.rows(SendOutcome)
    assert (skip["state"], skip["reason"]) == ("skipped", "no_consent")


@pytest.mark.spec("F-020")
async def test_who_was_told_of_the_restock_lately_is_not_told_by_a_second_journey(stage: Stage) -> None:
    later = ["entry > pause > push", "push.sent > done", "push.not_sent > done"]
    pause, push = node("pause", "delay", duration="PT1H"), node("push", "message", channel="web_push", message="push")
    careful = {"guardrails": {"recently_notified": "P7D"}}
    await stage.publish(one_push(), "jny_test")
    await stage.publish(journey(pause, push, paths=later, settings=careful, name="Careful"), "jny_careful")
    await line(stage, ["ada"])

    await stage.restock("M", 3)
    await stage.until(lambda: waiting_in(stage, "jny_careful"), 1)
    await stage.pass_time(2 * HOUR)
    for enrollment in await stage.enrollments("ada"):
        await stage.client.get_workflow_handle(enrollment["id"]).result()
    assert len(stage.push.sent) == 1
    sends = {row["id"]: row for row in await stage.rows(Send)}
    outcomes = {sends[row["send_id"]]["journey_id"]: row for row in await stage.rows(SendOutcome)}
    assert outcomes["jny_test"]["state"] == "accepted"
    skipped = outcomes["jny_careful"]
    assert (skipped["state"], skipped["reason"]) == ("skipped", "already_notified"), (
        "told of this variant since she asked"
    )

    async with stage.database.connection() as connection:
        await set_status(connection, "jny_test", "ended", stage.clock())
    assert await answer_to_another_restock(stage) == "recently_notified", "she asks anew, and the filter leaves her out"
    await stage.pass_time(timedelta(days=8))
    assert await answer_to_another_restock(stage) == "accepted", "for as long as it says"


async def answer_to_another_restock(stage: Stage) -> str:
    """Ada asks anew, and the shirt sells out and comes back: what became of the careful journey's message."""
    entered = len(await stage.enrollments("ada"))
    await stage.restock("M", 0)
    await stage.waits("ada", "M")
    await stage.restock("M", 3)

    async def has_entered() -> bool:
        return len(await stage.enrollments("ada")) > entered

    await stage.until(has_entered, True)
    await stage.pass_time(2 * HOUR)
    await stage.finish("ada")
    return next(row["reason"] for row in await stage.trail("ada") if row["node"] == "push" and row["act"] == "took")


async def waiting_in(stage: Stage, journey_id: str) -> int:
    rows = await stage.enrollments()
    return sum(row["journey_id"] == journey_id and row["status"] == "waiting" for row in rows)


async def test_a_paused_release_lets_nobody_in_until_it_is_resumed_and_a_stopped_one_never_again(stage: Stage) -> None:
    await stage.publish(one_push(release={"mode": "batches", "batch": 1, "every": "PT10M"}))
    await line(stage, ["ada", "ben", "cleo"])
    await stock(stage, 9)
    release = (await release_is(stage, "holding", "next_batch"))["id"]

    await control(stage, release, "pause")
    await stage.pass_time(HOUR)
    assert await entered(stage) == ["ada"]
    await control(stage, release, "resume")
    await stage.until(lambda: entered(stage), ["ada", "ben"])
    await release_is(stage, "holding", "next_batch")

    await control(stage, release, "stop")
    await stage.releases_end("M")
    await stage.pass_time(HOUR)
    assert await entered(stage) == ["ada", "ben"]
    (row,) = await stage.rows(Release)
    assert (row["status"], row["reason"]) == ("ended", "stopped")
    assert [entry["state"] for entry in await stage.entries("cleo")] == ["pending"]


async def control(stage: Stage, release: str, what: Any) -> None:
    async with stage.database.connection() as connection:
        await control_release(connection, release, what, stage.clock())
    await stage.route()


@pytest.mark.spec("F-057")
async def test_a_stated_return_is_told_with_its_uncertainty_once_to_everyone_who_waits(stage: Stage) -> None:
    entry = node("entry", "entry", trigger={"kind": "event", "event": "Restock Expected"})
    push = node("push", "message", channel="web_push", message="push")
    paths = ["entry > push", "push.sent > done", "push.not_sent > done"]
    document = journey(entry, push, paths=paths, settings={"match": "product"})
    vague = {"push": {"channel": "web_push", "title": "Soon", "body": "Back soon.", "link": "{{ product.url }}"}}
    with pytest.raises(JourneyNotReady) as refusal:
        await stage.publish(document, messages=vague)
    assert [problem.code for problem in refusal.value.problems] == ["uncertainty_missing"]

    honest = {"push": {**vague["push"], "body": "{{ product.name }}: {{ event.uncertainty }}."}}
    assert document_problems({**document, "messages": honest}) == ()
    await stage.publish(document, messages=honest)
    await line(stage, ["ada"])
    await stage.waits("ada", "M", "wishlist")
    async with stage.database.connection() as connection:
        for _ in range(2):
            await expectations.state(connection, "var_M", stage.clock() + timedelta(days=9), 0.7, stage.clock())
    await stage.route()
    (told,) = await stage.rows(Event, name="Restock Expected")
    assert (told["profile_id"], told["variant_id"]) == ("prf_ada", "var_M")
    assert await stage.finish("ada") == "completed"
    [(_, pushed)] = stage.push.sent
    assert isinstance(pushed, RenderedWebPush)
    body = json.loads(pushed.payload)["body"]
    assert body.startswith("Linen shirt: expected around "), "although it is still sold out"
    assert body.endswith("about 70 % certain; the date may change.")
    assert told["properties"]["uncertainty"].endswith("about 70 % certain; the date may change")


@pytest.mark.spec("F-018")
async def test_a_journey_that_rearms_tells_of_every_restock_until_she_buys(stage: Stage) -> None:
    await stage.publish(one_push(release={"rearm": "on_every_restock"}))
    await line(stage, ["ada"])
    for told in (1, 2):
        await stage.restock("M", 3)
        await stage.until(lambda: sent_of(stage, "jny_test"), told)
        await stage.restock("M", 0)
        await stage.pass_time(HOUR)

    await stage.until(lambda: states_of(stage, "ada"), ["sent", "sent"])
    async with stage.database.connection() as connection:
        await waitlist.close_waits(connection, "prf_ada", "var_M", waitlist.Closing("purchased", stage.clock()))
    await stage.restock("M", 3)
    await stage.pass_time(HOUR)
    assert await sent_of(stage, "jny_test") == 2


@pytest.mark.spec("F-018")
async def test_a_journey_that_does_not_rearm_is_silent_at_the_next_restock_until_she_waits_anew(stage: Stage) -> None:
    await stage.publish(one_push())
    await line(stage, ["ada"])
    for _ in range(2):
        await stage.restock("M", 3)
        await stage.until(lambda: sent_of(stage, "jny_test"), 1)
        await stage.pass_time(HOUR)
        assert (await sent_of(stage, "jny_test"), await states_of(stage, "ada")) == (1, ["sent"])
        await stage.restock("M", 0)

    await stage.waits("ada", "M")
    await stage.restock("M", 3)
    await stage.until(lambda: sent_of(stage, "jny_test"), 2)


async def test_two_journeys_that_answer_one_restock_at_the_same_moment_tell_her_once(stage: Stage) -> None:
    await stage.publish(one_push())
    await stage.publish({**one_push(), "name": "The other"}, "jny_other")
    names = [f"person{number}" for number in range(8)]
    await line(stage, names)
    await stage.restock("M", 8)
    for enrollment in await stage.enrollments():
        await stage.client.get_workflow_handle(enrollment["id"]).result()

    outcomes = {row["send_id"]: (row["state"], row["reason"]) for row in await stage.rows(SendOutcome)}
    for name in names:
        sends = await stage.rows(Send, profile_id=f"prf_{name}")
        assert sorted(outcomes[row["id"]][0] for row in sends) == ["accepted", "skipped"]
        assert {outcomes[row["id"]][1] for row in sends} == {None, "already_notified"}
    assert len(stage.push.sent) == 8


async def sent_of(stage: Stage, journey_id: str) -> int:
    """How many messages of this journey were accepted."""
    accepted = {row["send_id"] for row in await stage.rows(SendOutcome) if row["state"] == "accepted"}
    return sum(row["journey_id"] == journey_id and row["id"] in accepted for row in await stage.rows(Send))


async def states_of(stage: Stage, name: str) -> list[str]:
    return [entry["state"] for entry in await stage.entries(name)]


@pytest.mark.spec("F-090")
@pytest.mark.parametrize(("settings", "sent"), [({}, 2), ({"guardrails": {"touches": 3}}, 3)])
async def test_a_wait_is_answered_by_two_messages_at_most_unless_the_journey_allows_more(
    stage: Stage, settings: dict[str, Any], sent: int
) -> None:
    pushes = [node(name, "message", channel="web_push", message="push") for name in ("one", "two", "three")]
    paths = ["entry > one", "one.sent > two", "two.sent > three", "three.sent > done"]
    paths += ["one.not_sent > done", "two.not_sent > done", "three.not_sent > done"]
    await stage.publish(journey(*pushes, paths=paths, settings=settings))
    await line(stage, ["ada"])

    await stage.restock("M", 3)
    await stage.finish("ada")
    assert len(stage.push.sent) == sent
    reasons = [row["reason"] for row in await stage.rows(SendOutcome) if row["state"] == "skipped"]
    assert reasons == (["journey_cap"] if sent == 2 else [])


@pytest.mark.spec("F-016")
async def test_a_restock_on_day_91_reaches_nobody_and_the_report_counts_who_gave_up(stage: Stage) -> None:
    await stage.publish(one_push())
    await stage.person("ada")
    await stage.shop.wait_for("M", "ada", now=stage.clock() - timedelta(days=91))

    await stage.restock("M", 3)
    await tidy(stage.database, stage.clock())

    assert (await stage.enrollments(), stage.push.sent) == ([], [])
    async with stage.database.snapshot() as session:
        (variant,) = (await read_demand(session, stage.clock())).items
    assert (variant.variant.sku, variant.open, variant.expired) == ("M", 0, 1)
