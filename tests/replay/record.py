"""Record the stories that have no file yet; an existing recording is never overwritten."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from activities.errors import TemporaryDeliveryFailure
from engine.journey.version import JourneyDocument, JourneyVersion
from engine.store import events
from engine.store.database import Database
from engine.store.schema import upgrade
from engine.store.tables import Enrollment, PublishedVersion
from tests.builders import journey, node
from tests.replay.recordings import FOLDER, Recording
from tests.workflows.running import change, publish
from tests.workflows.stage import MESSAGES, Stage, staged

PUSH = node("push", "message", channel="web_push", message="push")
MAIL = node("mail", "message", channel="email", message="mail")
Play = Callable[[Stage], Awaitable[None]]


async def _restocked(stage: Stage) -> None:
    await stage.person("ada")
    await stage.waits("ada", "M")
    await stage.restock("M", 3)


async def _restocked_and_a_week_later(stage: Stage) -> None:
    await _restocked(stage)
    await stage.pass_time(timedelta(days=100))


async def _restocked_without_a_browser(stage: Stage) -> None:
    await stage.person("ada", browsers=0)
    await stage.waits("ada", "M")
    await stage.restock("M", 3)


async def _restocked_while_the_provider_is_busy(stage: Stage) -> None:
    stage.push.failures.extend([TemporaryDeliveryFailure("busy"), TemporaryDeliveryFailure("busy")])
    await _restocked(stage)


async def _restocked_and_clicked(stage: Stage) -> None:
    await _restocked(stage)
    await stage.stands("ada", "click")
    ((send_id, _),) = stage.push.sent
    await stage.happens("ada", "Link Clicked", send_id=send_id)


async def _restocked_and_clicked_before_anybody_listens(stage: Stage) -> None:
    async def click(send_id: str) -> None:
        new = events.NewEvent("Link Clicked", "prf_ada", stage.clock(), properties={"send_id": send_id})
        async with stage.database.connection() as connection:
            await events.record(connection, [new], stage.clock())

    stage.push.reaction = click
    await _restocked(stage)


async def _restocked_and_ordered(stage: Stage) -> None:
    await _restocked(stage)
    await stage.stands("ada", "pause")
    await stage.pass_time(timedelta(days=3))
    await stage.happens("ada", "Order Completed", sku="M")


async def _restocked_beside_another_journey(stage: Stage) -> None:
    await stage.publish(
        journey(paths=["entry > done"], name="Another"),
        "jny_other",
    )
    await _restocked(stage)


async def _paused_until_after_the_message_was_due(stage: Stage) -> None:
    await _restocked(stage)
    await stage.stands("ada", "pause")
    await change(stage, "paused")
    await stage.pass_time(timedelta(days=2))
    await stage.stands("ada", "pause", status="parked")
    await change(stage, "active")


async def _ended_meanwhile(stage: Stage) -> None:
    await _restocked(stage)
    await stage.stands("ada", "pause")
    await change(stage, "ended")


async def _edited_meanwhile(stage: Stage) -> None:
    await _restocked(stage)
    await stage.stands("ada", "pause")
    edited = {**_a_days_delay("PT2H"), "messages": MESSAGES}
    await publish(stage, edited, {"standing": {"kind": "move"}})
    await stage.pass_time(timedelta(hours=3))


def _a_days_delay(duration: str = "P1D", **settings: Any) -> Mapping[str, Any]:
    return journey(
        node("pause", "delay", duration=duration),
        PUSH,
        paths=["entry > pause > push", "push.sent > done", "push.not_sent > done"],
        settings=settings,
    )


_AFTER_THE_PUSH = ["entry > push", "push.sent > click", "push.not_sent > done"]
_CHASER = journey(
    PUSH,
    node(
        "click",
        "wait_until",
        events=[{"event": "Link Clicked", "message": "push", "outlet": "clicked"}],
        timeout="PT2H",
    ),
    MAIL,
    paths=[
        *_AFTER_THE_PUSH,
        "click.clicked > done",
        "click.timed_out > mail",
        "mail.sent > done",
        "mail.not_sent > done",
    ],
)
_GOLD = {"kind": "attribute", "attribute": "tier", "op": "equals", "value": "gold"}
_TWO_ORDERS = {"kind": "has_occurred", "event": "Order Completed", "within": "P30D", "at_least": 2}

STORIES: Mapping[str, tuple[Mapping[str, Any], Play]] = {
    "message": (journey(PUSH, paths=["entry > push", "push.sent > done", "push.not_sent > done"]), _restocked),
    "message_by_a_busy_provider": (
        journey(PUSH, paths=["entry > push", "push.sent > done", "push.not_sent > done"]),
        _restocked_while_the_provider_is_busy,
    ),
    "delay_of_90_days": (
        journey(
            node("pause", "delay", duration="P90D"),
            PUSH,
            paths=["entry > pause > push", "push.sent > done", "push.not_sent > done"],
        ),
        _restocked_and_a_week_later,
    ),
    "message_on_another_channel": (
        journey(
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
        ),
        _restocked_without_a_browser,
    ),
    "wait_until_click": (_CHASER, _restocked_and_clicked),
    "wait_until_click_that_was_quicker": (_CHASER, _restocked_and_clicked_before_anybody_listens),
    "wait_until_time_out": (_CHASER, _restocked_and_a_week_later),
    "wait_until_condition_looked_at_in_vain": (
        journey(
            node("rise", "wait_until", condition=_GOLD, timeout="P3D", check_every="P1D"),
            paths=["entry > rise", "rise.happened > done", "rise.timed_out > done"],
        ),
        _restocked_and_a_week_later,
    ),
    "delay_left_by_an_exit_event": (
        journey(
            node("pause", "delay", duration="P30D"),
            paths=["entry > pause > done"],
            settings={"exits": [{"kind": "event", "event": "Order Completed", "reason": "purchased"}]},
        ),
        _restocked_and_ordered,
    ),
    "branch": (
        journey(
            node("who", "branch", ways=[{"id": "buyer", "when": _TWO_ORDERS}, {"id": "gold", "when": _GOLD}]),
            paths=["entry > who", "who.buyer > done", "who.gold > done", "who.otherwise > done"],
        ),
        _restocked,
    ),
    "holdout_split_and_goal": (
        journey(
            node("kept", "holdout", share=1),
            node("ways", "split", shares=[{"id": "a", "share": 50}, {"id": "b", "share": 50}]),
            node("reached", "goal", goal="told"),
            paths=["entry > kept", "kept.next > ways", "ways.a > reached", "ways.b > reached", "reached > done"],
        ),
        _restocked,
    ),
    "update_profile": (
        journey(node("note", "update_profile", set={"wanted": {"entry": "sku"}}), paths=["entry > note > done"]),
        _restocked,
    ),
    "waitlist": (
        journey(
            node("off", "waitlist", change="remove"),
            node("on", "waitlist", change="add", variant="L"),
            paths=["entry > off > on > done"],
        ),
        _restocked,
    ),
    "start_journey": (
        journey(node("other", "start_journey", journey="jny_other"), paths=["entry > other > done"]),
        _restocked_beside_another_journey,
    ),
    "parked_by_a_pause": (_a_days_delay(), _paused_until_after_the_message_was_due),
    "moved_to_a_new_version": (_a_days_delay(), _edited_meanwhile),
    "left_when_the_journey_ended": (_a_days_delay(at_end="exit"), _ended_meanwhile),
}


async def record(name: str) -> None:
    """Play one story on a real worker and keep the history of its enrollment."""
    document, play = STORIES[name]
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{Path(folder) / 'waitline.db'}", durability="process_kill")
        await upgrade(database)
        async with staged(database) as stage:
            await stage.publish(document)
            await play(stage)
            (enrollment,) = await stage.rows(Enrollment, journey_id="jny_test")
            handle = stage.client.get_workflow_handle(enrollment["id"])
            await handle.result()
            history = await handle.fetch_history()
            later = await _later(stage)
        await database.close()
    kept = {**document, "messages": MESSAGES}
    version = JourneyVersion(journey="jny_test", number=1, document=JourneyDocument.model_validate(kept))
    Recording(name, enrollment["id"], version, history, later).write(kept)


async def _later(stage: Stage) -> tuple[JourneyVersion, ...]:
    """The versions that were published while the story was played."""
    rows = sorted(await stage.rows(PublishedVersion, journey_id="jny_test"), key=lambda row: row["number"])
    return tuple(
        JourneyVersion(
            journey="jny_test", number=row["number"], document=JourneyDocument.model_validate(row["document"])
        )
        for row in rows[1:]
    )


if __name__ == "__main__":
    for story in STORIES:
        if not (FOLDER / f"{story}.json").exists():
            asyncio.run(record(story))
