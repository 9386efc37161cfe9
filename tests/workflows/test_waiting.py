"""Enrollments that wait, ask and act: on a real worker with a real database, in the time of a time-skipping server."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from engine.store import events
from engine.store.merging import merge
from engine.store.statements import core
from engine.store.tables import Enrollment, Event, Profile, Segment
from tests.builders import journey, node
from tests.workflows.stage import Stage

PUSH = node("push", "message", channel="web_push", message="push")
MAIL = node("mail", "message", channel="email", message="mail")
CLICK = {"event": "Link Clicked", "message": "push", "outlet": "clicked"}
CHASER = journey(
    PUSH,
    node("click", "wait_until", events=[CLICK], timeout="PT2H"),
    MAIL,
    paths=[
        "entry > push",
        "push.sent > click",
        "push.not_sent > done",
        "click.clicked > done",
        "click.timed_out > mail",
        "mail.sent > done",
        "mail.not_sent > done",
    ],
)
TWO_PUSHES = journey(
    PUSH,
    node("click", "wait_until", events=[CLICK], timeout="PT2H"),
    node("again", "message", channel="web_push", message="push"),
    paths=[
        "entry > push",
        "push.sent > click",
        "push.not_sent > done",
        "click.clicked > again",
        "click.timed_out > done",
        "again.sent > done",
        "again.not_sent > done",
    ],
)
PATIENT = journey(node("pause", "delay", duration="P400D"), paths=["entry > pause > done"])
LEAVING = {"exits": [{"kind": "event", "event": "Order Completed", "reason": "purchased"}]}


async def let_in(stage: Stage, document: Any, name: str = "ada", **traits: Any) -> None:
    """One person enters this journey because of a restock."""
    await stage.publish(document)
    await stage.person(name)
    if traits:
        async with stage.database.connection() as connection:
            await connection.execute(update(core(Profile)).where(core(Profile).c.id == f"prf_{name}").values(traits))
    await stage.waits(name, "M")
    await stage.restock("M", 3)


async def one_enrollment(stage: Stage) -> Any:
    (enrollment,) = await stage.enrollments("ada")
    return enrollment


@pytest.mark.parametrize("which", [0, 1])
async def test_a_click_on_either_browser_answers_a_message_that_went_to_two(stage: Stage, which: int) -> None:
    """And the message counts once, so that the one behind it may answer the wait as well."""
    await stage.publish(TWO_PUSHES)
    await stage.person("ada", browsers=2)
    await stage.waits("ada", "M")
    await stage.restock("M", 3)
    await stage.stands("ada", "click")
    sends = sorted(key for key, _ in stage.push.sent)
    assert len(sends) == 2

    await stage.happens("ada", "Link Clicked", send_id=sends[which])
    await stage.finish("ada")

    assert await stage.path("ada") == ["entry", "push.sent", "click.clicked", "again.sent", "done"]
    took = next(row for row in await stage.trail("ada") if (row["node"], row["act"]) == ("push", "took"))
    assert [took["facts"]["send_id"], *took["facts"]["copies"]] == sends, "the trail names both"


@pytest.mark.spec("F-091")
async def test_a_click_in_time_ends_the_wait_and_spares_the_second_message(stage: Stage) -> None:
    await let_in(stage, CHASER)
    await stage.stands("ada", "click")
    assert (await one_enrollment(stage))["listens"] == ["Link Clicked"]
    ((send_id, _),) = stage.push.sent

    await stage.pass_time(timedelta(minutes=90))
    await stage.happens("ada", "Link Clicked", send_id=send_id)

    assert await stage.finish("ada") == "completed"
    assert await stage.path("ada") == ["entry", "push.sent", "click.clicked", "done"]
    assert stage.email.tries == 0
    assert (await one_enrollment(stage))["listens"] is None


@pytest.mark.spec("F-091")
async def test_without_a_click_in_two_hours_the_mail_follows(stage: Stage) -> None:
    await let_in(stage, CHASER)
    await stage.stands("ada", "click")
    assert stage.email.tries == 0

    await stage.pass_time(timedelta(hours=1, minutes=59))
    assert stage.email.tries == 0
    await stage.pass_time(timedelta(minutes=2))

    assert await stage.finish("ada") == "completed"
    assert await stage.path("ada") == ["entry", "push.sent", "click.timed_out", "mail.sent", "done"]


async def test_a_click_on_another_message_and_another_event_do_not_end_the_wait(stage: Stage) -> None:
    await let_in(stage, CHASER)
    await stage.stands("ada", "click")

    await stage.happens("ada", "Link Clicked", send_id="snd_other")
    await stage.happens("ada", "Product Viewed")
    await stage.pass_time(timedelta(hours=3))

    assert await stage.finish("ada") == "completed"
    assert await stage.path("ada") == ["entry", "push.sent", "click.timed_out", "mail.sent", "done"]


async def test_an_event_that_came_between_the_message_and_the_wait_is_not_missed(stage: Stage) -> None:
    """The click is stored, and routed, while nobody listens for it yet: listening finds it in the database."""
    await stage.publish(CHASER)
    await stage.person("ada")
    await stage.waits("ada", "M")
    clicked: list[str] = []

    async def click(send_id: str) -> None:
        new = events.NewEvent("Link Clicked", "prf_ada", stage.clock(), properties={"send_id": send_id})
        async with stage.database.connection() as connection:
            clicked.extend(await events.record(connection, [new], stage.clock()))
        await stage.route()

    stage.push.reaction = click
    await stage.restock("M", 3)

    assert await stage.finish("ada") == "completed"
    assert await stage.path("ada") == ["entry", "push.sent", "click.clicked", "done"]
    (took,) = [row for row in await stage.trail("ada") if (row["node"], row["act"]) == ("click", "took")]
    assert [took["facts"]["event_id"]] == clicked
    assert all(row.routed_at is not None for row in await stage.shop.outbox("event"))


async def test_an_event_that_comes_while_no_worker_runs_is_heard_when_one_is_back(forgetful_stage: Stage) -> None:
    stage = forgetful_stage
    await let_in(stage, CHASER)
    await stage.stands("ada", "click")

    async with stage.worker_restarted():
        await stage.happens("ada", "Link Clicked", send_id=stage.push.sent[0][0])

    assert await stage.finish("ada") == "completed"
    assert await stage.path("ada") == ["entry", "push.sent", "click.clicked", "done"]


async def test_whoever_was_merged_into_another_profile_still_hears_what_that_one_does(stage: Stage) -> None:
    await let_in(stage, CHASER)
    await stage.stands("ada", "click")
    await stage.person("known")
    async with stage.database.connection() as connection:
        await merge(connection, "prf_ada", "prf_known", stage.clock())

    await stage.happens("known", "Link Clicked", send_id=stage.push.sent[0][0])

    assert await stage.finish("ada") == "completed"
    assert await stage.path("ada") == ["entry", "push.sent", "click.clicked", "done"]


@pytest.mark.spec("J-007")
@pytest.mark.parametrize("wait", ["delay", "wait_until"])
async def test_an_exit_event_ends_the_enrollment_while_it_waits(stage: Stage, wait: str) -> None:
    waiting = (
        node("wait", "delay", duration="P30D")
        if wait == "delay"
        else node("wait", "wait_until", events=[{"event": "Product Viewed"}])
    )
    outlet = "next" if wait == "delay" else "happened"
    paths = ["entry > wait", f"wait.{outlet} > push", "push.sent > done", "push.not_sent > done"]
    await let_in(stage, journey(waiting, PUSH, paths=paths, settings=LEAVING))
    await stage.stands("ada", "wait")
    await stage.pass_time(timedelta(days=3))

    await stage.happens("ada", "Order Completed", sku="M")

    assert await stage.finish("ada") == "purchased"
    assert stage.push.tries == 0
    enrollment = await one_enrollment(stage)
    assert (enrollment["exit_reason"], enrollment["listens"]) == ("purchased", None)


async def test_an_event_for_an_enrollment_that_has_ended_is_routed_and_harms_nothing(stage: Stage) -> None:
    await let_in(stage, CHASER)
    await stage.stands("ada", "click")
    await stage.pass_time(timedelta(hours=3))
    await stage.finish("ada")
    table = core(Enrollment)
    async with stage.database.connection() as connection:
        await connection.execute(update(table).values(listens=["Link Clicked"]))  # as the relay read it just before

    await stage.happens("ada", "Link Clicked")

    assert await stage.shop.outbox("event")
    assert all(row.routed_at is not None for row in await stage.shop.outbox("event"))


@pytest.mark.spec("F-017", "J-009")
async def test_a_wait_of_400_days_goes_on_after_the_worker_was_restarted(forgetful_stage: Stage) -> None:
    stage = forgetful_stage
    await let_in(stage, PATIENT)
    await stage.stands("ada", "pause")
    began = stage.clock()

    async with stage.worker_restarted():
        await stage.pass_time(timedelta(days=399))
    assert (await one_enrollment(stage))["status"] == "waiting"
    await stage.pass_time(timedelta(days=2))

    assert await stage.finish("ada") == "completed"
    assert await stage.path("ada") == ["entry", "pause", "done"]
    (over,) = [row for row in await stage.trail("ada") if (row["node"], row["act"]) == ("pause", "took")]
    assert timedelta(days=400) <= over["at"] - began + timedelta(minutes=1) < timedelta(days=402)


BRANCH = journey(
    node(
        "who",
        "branch",
        ways=[
            {
                "id": "buyer",
                "when": {"kind": "has_occurred", "event": "Order Completed", "within": "P30D", "at_least": 2},
            },
            {"id": "norse", "when": {"kind": "attribute", "attribute": "country", "op": "equals", "value": "NO"}},
            {"id": "gold", "when": {"kind": "attribute", "attribute": "tier", "op": "equals", "value": "gold"}},
            {"id": "member", "when": {"kind": "segment", "segment": "seg_club"}},
            {"id": "plenty", "when": {"kind": "stock", "op": "at_least", "value": 3}},
        ],
    ),
    paths=[f"who.{outlet} > done" for outlet in ("buyer", "norse", "gold", "member", "plenty", "otherwise")]
    + ["entry > who"],
)


@pytest.mark.parametrize(
    ("traits", "orders", "on_hand", "taken"),
    [
        ({}, (1, 29), 1, "buyer"),
        ({}, (1, 31), 1, "otherwise"),
        ({"country": "NO"}, (), 1, "norse"),
        ({"attributes": {"tier": "gold", "country": "SE"}}, (), 1, "gold"),
        ({"attributes": {"country": "NO"}}, (), 1, "otherwise"),
        ({"attributes": {"club": True}}, (), 1, "member"),
        ({}, (), 3, "plenty"),
    ],
)
async def test_a_branch_asks_the_database_for_history_attributes_segments_and_stock(
    stage: Stage, traits: dict[str, Any], orders: tuple[int, ...], on_hand: int, taken: str
) -> None:
    await stage.publish(BRANCH)
    await stage.person("ada")
    now = stage.clock()
    club = {"kind": "attribute", "attribute": "club", "op": "equals", "value": True}
    async with stage.database.connection() as connection:
        await connection.execute(
            insert(core(Segment)),
            {"id": "seg_club", "name": "The club", "condition": club, "created_at": now, "updated_at": now},
        )
        if traits:
            await connection.execute(update(core(Profile)).values(traits))
        past = [events.NewEvent("Order Completed", "prf_ada", now - timedelta(days=ago)) for ago in orders]
        await events.record(connection, past, now)
    await stage.waits("ada", "M")

    await stage.restock("M", on_hand)

    assert await stage.finish("ada") == "completed"
    assert await stage.path("ada") == ["entry", f"who.{taken}", "done"]


async def test_update_profile_sets_columns_and_attributes_and_removes_once(stage: Stage) -> None:
    change = {"country": "NO", "wanted": {"entry": "sku"}}
    await let_in(
        stage,
        journey(node("note", "update_profile", set=change, remove=["stale"]), paths=["entry > note > done"]),
        attributes={"stale": 1, "kept": 2},
    )
    assert await stage.finish("ada") == "completed"

    (profile,) = await stage.rows(Profile, id="prf_ada")
    assert profile["country"] == "NO"
    assert profile["attributes"] == {"kept": 2, "wanted": "M"}
    (told,) = await stage.rows(Event, name="Profile Updated")
    assert told["properties"] == {"set": ["country", "stale", "wanted"]}


async def test_a_journey_puts_on_a_waitlist_and_takes_off(stage: Stage) -> None:
    await let_in(
        stage,
        journey(
            node("off", "waitlist", change="remove", state="unsubscribed"),
            node("on", "waitlist", change="add", variant="L", source="cart"),
            node("odd", "waitlist", change="add", variant="no such"),
            paths=["entry > off > on > odd > done"],
        ),
    )
    assert await stage.finish("ada") == "completed"

    entries = {entry["variant_id"]: entry for entry in await stage.entries("ada")}
    assert {variant: (entry["source"], entry["state"]) for variant, entry in entries.items()} == {
        "var_M": ("explicit", "unsubscribed"),
        "var_L": ("cart", "pending"),
    }
    took = [row for row in await stage.trail("ada") if row["act"] == "took"]
    assert [row["facts"] for row in took[1:4]] == [
        {"changed": True},
        {"changed": True},
        {"changed": False, "problem": "unknown_variant"},
    ]


async def test_a_journey_starts_another_and_goes_on(stage: Stage) -> None:
    other = journey(
        node("note", "update_profile", set={"told": {"entry": "why"}}), paths=["entry > note > done"], name="Another"
    )
    await stage.publish(other, "jny_other")
    await let_in(
        stage,
        journey(
            node("next_one", "start_journey", journey="jny_other", properties={"why": "because"}),
            node("nobody", "start_journey", journey="jny_draft"),
            paths=["entry > next_one > nobody > done"],
        ),
    )
    enrollments = {row["journey_id"]: row for row in await stage.enrollments("ada")}
    for row in enrollments.values():
        result = await stage.client.get_workflow_handle(row["id"], result_type=str).result()
        assert result == "completed"

    assert set(enrollments) == {"jny_test", "jny_other"}
    (profile,) = await stage.rows(Profile, id="prf_ada")
    assert profile["attributes"] == {"told": "because"}


async def test_a_wait_for_a_condition_looks_again_when_an_event_could_have_changed_it(stage: Stage) -> None:
    gold = {"kind": "attribute", "attribute": "tier", "op": "equals", "value": "gold"}
    await let_in(
        stage,
        journey(
            node("rise", "wait_until", condition=gold, timeout="P9D", check_every="P2D"),
            paths=["entry > rise", "rise.happened > done", "rise.timed_out > done"],
        ),
    )
    await stage.stands("ada", "rise")
    assert (await one_enrollment(stage))["listens"] == ["Profile Updated"]
    await stage.pass_time(timedelta(days=5))
    async with stage.database.connection() as connection:
        await connection.execute(update(core(Profile)).values(attributes={"tier": "gold"}))

    await stage.happens("ada", "Profile Updated")

    assert await stage.finish("ada") == "completed"
    (took,) = [row for row in await stage.trail("ada") if (row["node"], row["act"]) == ("rise", "took")]
    assert (took["outlet"], took["reason"]) == ("happened", "condition_met")
