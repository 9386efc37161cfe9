"""What the language promises, kept by the real workflow, relay and database: restocks, opens, zones, repeated acts."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from activities.acting import Actor
from activities.brakes import Brakes
from activities.starting import Starter
from activities.tasks import ActTask, EnrollmentTask
from engine.journey.decisions import ChangeWaitlist, StartJourney, UpdateProfile
from engine.messages.status import SendState
from engine.store import feedback
from engine.store.feedback import Report
from engine.store.statements import core
from engine.store.tables import Enrollment, Event, Profile, Send, WaitlistEntry
from tests.builders import event, journey, node
from tests.workflows.stage import Stage

PUSH = node("push", "message", channel="web_push", message="push")
MAIL = node("mail", "message", channel="email", message="mail")
WISHED = node("entry", "entry", trigger={"kind": "event", "event": "Wished"})


async def test_a_restock_wakes_who_waits_for_it_in_another_journey(stage: Stage) -> None:
    await stage.person("ada")
    back = {"event": "Back in Stock", "where": {"kind": "same_item"}, "outlet": "back"}
    await stage.publish(
        journey(
            WISHED,
            node("patience", "wait_until", events=[back], timeout="P90D"),
            node("note", "update_profile", set={"told": True}),
            paths=["entry > patience", "patience.back > note > done", "patience.timed_out > done"],
        )
    )
    await stage.waits("ada", "M")
    await stage.happens("ada", "Wished", sku="M")
    await stage.stands("ada", "patience")

    await stage.pass_time(timedelta(days=20))
    await stage.restock("M", 2)

    assert await stage.finish("ada") == "completed"
    assert await stage.path("ada") == ["entry", "patience.back", "note", "done"]


@pytest.mark.spec("F-171")
async def test_an_open_and_a_click_decide_what_comes_next_in_the_same_enrollment(stage: Stage) -> None:
    clicked = {"kind": "has_occurred", "event": "Link Clicked", "message": "push"}
    opened = {"kind": "has_occurred", "event": "Message Opened", "message": "push"}
    await stage.publish(
        journey(
            PUSH,
            node("open", "wait_until", events=[{"event": "Message Opened", "message": "push"}], timeout="P2D"),
            node("pause", "delay", duration="PT1H"),
            node("which", "branch", ways=[{"id": "clicked", "when": clicked}, {"id": "opened", "when": opened}]),
            MAIL,
            paths=[
                "entry > push",
                "push.sent > open",
                "push.not_sent > done",
                "open.happened > pause > which",
                "open.timed_out > done",
                "which.clicked > done",
                "which.opened > mail",
                "which.otherwise > done",
                "mail.sent > done",
                "mail.not_sent > done",
            ],
        )
    )
    for name in ("ada", "bob"):
        await stage.person(name)
        await stage.waits(name, "M")
    await stage.restock("M", 9)
    for name in ("ada", "bob"):
        await stage.stands(name, "open")
        (send,) = await stage.rows(Send, profile_id=f"prf_{name}")
        send_id = send["id"]
        report = Report("provider", SendState.OPENED, stage.clock(), send_id=send_id)
        async with stage.database.connection() as connection:
            assert await feedback.record_report(connection, report) is SendState.OPENED
        await stage.route()
        await stage.stands(name, "pause")
        if name == "bob":
            await stage.happens("bob", "Link Clicked", send_id=send_id)

    await stage.pass_time(timedelta(hours=2))
    for name in ("ada", "bob"):
        await stage.stands(name, "done", status="ended")

    assert await stage.path("ada") == [
        "entry", "push.sent", "open.happened", "pause", "which.opened", "mail.sent", "done"
    ]  # fmt: skip
    assert (await stage.path("bob"))[-2:] == ["which.clicked", "done"]
    assert len(await stage.rows(Event, name="Message Opened")) == 2


@pytest.mark.spec("F-084")
async def test_ten_oclock_is_ten_where_each_profile_lives(stage: Stage) -> None:
    zones = {"ada": "Europe/Vienna", "bob": "America/New_York", "cyd": "Asia/Tokyo"}
    await stage.publish(
        journey(
            node("morning", "delay", window={"opens": "10:00"}),
            PUSH,
            paths=["entry > morning > push", "push.sent > done", "push.not_sent > done"],
        )
    )
    for name, zone in zones.items():
        await stage.person(name)
        async with stage.database.connection() as connection:
            profile = core(Profile)
            await connection.execute(update(profile).where(profile.c.id == f"prf_{name}").values(timezone=zone))
        await stage.waits(name, "M")
    await stage.restock("M", 9)
    for name in zones:
        await stage.stands(name, "morning")
    await stage.pass_time(timedelta(days=2))

    for name, zone in zones.items():
        (sent,) = [row for row in await stage.trail(name) if row["outlet"] == "sent"]
        local = sent["at"].astimezone(ZoneInfo(zone))
        assert (local.hour, local.minute) == (10, 0), name


async def test_an_enrollment_that_waits_ninety_days_costs_twelve_history_events(stage: Stage) -> None:
    await stage.person("ada")
    await stage.publish(
        journey(
            node("pause", "delay", duration="P90D"),
            PUSH,
            paths=["entry > pause > push", "push.sent > done", "push.not_sent > done"],
        )
    )
    await stage.waits("ada", "M")
    await stage.restock("M", 9)
    await stage.stands("ada", "pause")
    await stage.pass_time(timedelta(days=91))

    (enrollment,) = await stage.enrollments("ada")
    history = await stage.client.get_workflow_handle(enrollment["id"]).fetch_history()

    assert len(history.events) <= 12


async def test_an_act_that_is_repeated_after_a_crash_changes_nothing_more(stage: Stage) -> None:
    await stage.person("ada")
    await stage.publish(journey(paths=["entry > done"], name="Another"), "jny_other")
    starter = Starter(stage.client, "waitline", concurrency=2)
    actor = Actor(
        stage.database, stage.parts.versions, starter, stage.clock, retention=None, brakes=Brakes(stage.database)
    )
    enrollment = EnrollmentTask(
        id="enr_1", journey="jny_test", version=1, profile="prf_ada", key="k", entry=event(sku="M"), variant="var_M"
    )
    acts = (
        UpdateProfile(node="note", visit=1, attributes={"tier": "gold"}),
        ChangeWaitlist(node="on", visit=1, change="add", variant="M", source="view"),
        StartJourney(node="other", visit=1, journey="jny_other", properties={"sku": "M"}),
    )

    first = [await actor.act(ActTask(enrollment=enrollment, decision=act)) for act in acts]
    async with stage.database.connection() as connection:
        profile = core(Profile)
        await connection.execute(update(profile).where(profile.c.id == "prf_ada").values(attributes={"tier": "tin"}))
    again = [await actor.act(ActTask(enrollment=enrollment, decision=act)) for act in acts]

    assert [one.detail for one in first if one] == [one.detail for one in again if one]
    assert (await stage.rows(Profile, id="prf_ada"))[0]["attributes"] == {"tier": "tin"}, "set once, changed since"
    assert len(await stage.rows(Event, name="Profile Updated")) == 1
    assert len(await stage.rows(WaitlistEntry)) == 1
    (other,) = await stage.rows(Enrollment, journey_id="jny_other")
    await stage.client.get_workflow_handle(other["id"]).result()
