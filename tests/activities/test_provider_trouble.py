"""Trouble with a provider: tried again with growing pauses, then given up with its reason; and nobody else's trouble.

    not reached, no time to connect, no such name, 429, 5xx     tried again, then failed with its reason
    slow                                                        waited for
    no answer in time, cut off, malformed                       unknown with its reason; a webhook is called again

Each channel speaks to a double of its provider over a socket; guard, ledger and activity are the real ones. Where the
provider may have taken the message all the same (no answer in time, an answer outside of its protocol), a person is not
told again on suspicion: the send is `unknown` with its reason (docs/decisions/0015). A webhook is repeated.
"""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.bulkheads import PLACES
from activities.channels.channel import Accepted, AmbiguityPolicy
from activities.delivering import LONGEST_PAUSE, PATIENT_TRIES, Deliveries, pause_after
from activities.tasks import DeliverAnswer, DeliverTask
from engine.store.tables import SendOutcome
from tests.activities.channels.rigs import RIGS, Rig
from tests.activities.post import PostOffice
from tests.builders import journey, node
from tests.workflows.stage import MESSAGES, ListeningChannel
from workflows.worker import ACTIVITY_SLOTS, LOCAL_ACTIVITY_SLOTS

CHANNELS = ("web_push", "email", "sms", "webhook")
TELLING: dict[str, Any] = {
    "web_push": MESSAGES["push"],
    "email": MESSAGES["mail"],
    "sms": {"channel": "sms", "text": "It is back."},
    "webhook": {"channel": "webhook", "url": "https://shop.example/hook", "fields": []},
}
BACK_OFF = [timedelta(seconds=5 * 2**n) for n in range(8)] + [timedelta(minutes=15)] * 3


@dataclass
class ThroughRig:
    """The channel of a rig, whatever address the message would go to: the rig's own knows how to misbehave."""

    rig: Rig

    @property
    def name(self) -> str:
        return self.rig.channel.name

    @property
    def ambiguity(self) -> AmbiguityPolicy:
        return self.rig.channel.ambiguity

    @property
    def patience(self) -> timedelta:
        return self.rig.channel.patience

    async def send(self, message: Any, address: Any, *, key: str, expires_at: datetime | None) -> Accepted:
        return await self.rig.send(key)

    async def close(self) -> None:
        return None


@pytest.fixture(params=CHANNELS)
async def rig(request: pytest.FixtureRequest) -> AsyncGenerator[Rig]:
    async with RIGS[request.param]() as rig:
        yield rig


async def told_on(post: PostOffice, *channels: str) -> None:
    """A journey for each of these channels, and Ada, who may be told on all of them."""
    for channel in channels:
        shape = journey(
            node("tell", "message", channel=channel, message="it"),
            paths=["entry > tell", "tell.sent > done", "tell.not_sent > done"],
            messages={"it": TELLING[channel]},
            name=channel,
        )
        await post.publish_shape(shape, journey_id=f"jny_{channel}")
    await post.person("ada", email="ada@shop.example", phone="+436601234567")
    await post.consents("ada", "sms")


async def tried(post: PostOffice, task: DeliverTask, attempt: int) -> DeliverAnswer | timedelta:
    """What the activity answers at this attempt, or how long it wants to wait before the next."""
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, attempt=attempt)
    try:
        return await environment.run(Deliveries(post.messenger).deliver_patiently, task)
    except ApplicationError as error:
        return error.next_retry_delay or timedelta()


@pytest.fixture
async def full_port() -> AsyncGenerator[int]:
    """A port whose queue is full: who wants to connect hears nothing, as from a host behind a wall."""
    with socket.socket() as listening, ExitStack() as queue:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(2):
            waiting = queue.enter_context(socket.socket())
            waiting.setblocking(False)
            with suppress(BlockingIOError):
                waiting.connect(listening.getsockname())
        yield listening.getsockname()[1]


async def test_a_time_out_before_anything_was_written_is_tried_again_and_then_failed(
    rig: Rig, post: PostOffice, full_port: int
) -> None:
    channel = rig.channel.name
    await told_on(post, channel)
    rig.find_no_room(full_port)
    post.channels = {channel: ThroughRig(rig)}
    post.messenger = post.another_messenger()
    task = await post.task("ada", journey_id=f"jny_{channel}")

    assert await tried(post, task, 1) == pause_after(1)
    answer = await tried(post, task, PATIENT_TRIES)

    assert isinstance(answer, DeliverAnswer)
    assert answer.outcome is not None
    assert (answer.outcome.status, answer.outcome.reason) == ("failed", "gave_up")
    assert [row["reason"] for row in await post.rows(SendOutcome) if row["state"] == "queued"] == ["unreachable"] * 2
    assert rig.accepted == 0


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [("be_busy", None), ("break_down", None), ("go_away", "unreachable"), ("lose_name", "unreachable")],
)
async def test_what_was_not_taken_is_tried_again_with_back_off_and_then_failed_with_its_reason(
    rig: Rig, post: PostOffice, trouble: str, reason: str | None
) -> None:
    channel = rig.channel.name
    await told_on(post, channel)
    post.channels = {channel: ThroughRig(rig)}
    post.messenger = post.another_messenger()
    task = await post.task("ada", journey_id=f"jny_{channel}")
    wish = rig.retry_after if trouble == "be_busy" else None
    pauses: list[timedelta] = []
    for attempt in range(1, PATIENT_TRIES):
        getattr(rig, trouble)()
        pause = await tried(post, task, attempt)
        assert isinstance(pause, timedelta)
        pauses.append(pause)
        post.now += pause
    assert pauses == [max(pause, wish or timedelta()) for pause in BACK_OFF]

    getattr(rig, trouble)()
    answer = await tried(post, task, PATIENT_TRIES)

    assert isinstance(answer, DeliverAnswer)
    assert answer.outcome is not None
    assert (answer.outcome.status, answer.outcome.reason) == ("failed", "gave_up")
    *tries, last = [row for row in await post.rows(SendOutcome) if row["state"] != "sending"]
    assert {row["state"] for row in tries} == {"queued"}
    (why,) = {row["reason"] for row in tries}
    assert reason in {None, why}
    assert (last["state"], last["reason"], last["detail"]) == ("failed", "gave_up", {"detail": why})
    assert rig.accepted == 0


async def test_a_busy_or_slow_provider_gets_the_message_once_when_it_is_back(rig: Rig, post: PostOffice) -> None:
    channel = rig.channel.name
    await told_on(post, channel)
    post.channels = {channel: ThroughRig(rig)}
    post.messenger = post.another_messenger()
    task = await post.task("ada", journey_id=f"jny_{channel}")
    rig.be_busy()
    assert isinstance(await tried(post, task, 1), timedelta)
    rig.be_slow()

    answer = await tried(post, task, 2)

    assert isinstance(answer, DeliverAnswer)
    assert answer.outcome is not None
    assert (answer.outcome.status, rig.accepted) == ("sent", 1)


@pytest.mark.parametrize("trouble", ["hang", "drop", "babble"])
async def test_what_may_have_been_taken_is_unknown_with_its_reason_and_only_a_webhook_is_repeated(
    rig: Rig, post: PostOffice, trouble: str
) -> None:
    channel = rig.channel.name
    await told_on(post, channel)
    post.channels = {channel: ThroughRig(rig)}
    post.messenger = post.another_messenger()
    task = await post.task("ada", journey_id=f"jny_{channel}")
    getattr(rig, trouble)()

    answer = await tried(post, task, 1)

    reason = {"hang": "timed_out", "drop": "connection_lost", "babble": "malformed_answer"}[trouble]
    if channel == "webhook":
        assert answer == pause_after(1)
        getattr(rig, trouble)()
        answer = await tried(post, task, PATIENT_TRIES)
    assert isinstance(answer, DeliverAnswer)
    assert answer.outcome is not None
    assert answer.outcome.status == "unknown"
    last = (await post.rows(SendOutcome))[-1]
    assert (last["state"], last["reason"]) == ("unknown", reason)


async def test_a_provider_that_is_silent_fills_its_own_places_and_takes_none_from_the_others(post: PostOffice) -> None:
    """Each channel has its own places in a worker, fewer than the worker has; who finds none is told to come back."""
    assert min(ACTIVITY_SLOTS, LOCAL_ACTIVITY_SLOTS) > PLACES
    listening = {name: ListeningChannel(name) for name in CHANNELS}
    post.channels = listening
    await told_on(post, *CHANNELS)
    crowd = PLACES + 8
    for silent in CHANNELS:
        post.messenger = post.another_messenger()
        over = asyncio.Event()

        async def hangs(_: str, over: asyncio.Event = over) -> None:
            await over.wait()

        listening[silent].reaction = hangs
        bad = [await post.task("ada", run=f"{silent}{number}", journey_id=f"jny_{silent}") for number in range(crowd)]
        waiting = {asyncio.create_task(post.messenger.deliver(task)) for task in bad}
        turned_away = set[asyncio.Task[DeliverAnswer]]()
        while len(waiting) > PLACES:
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            turned_away |= done
        assert all(one.result().later is not None for one in turned_away)

        for other in set(CHANNELS) - {silent}:
            answer = await post.deliver("ada", run=silent, journey_id=f"jny_{other}")
            assert answer.outcome is not None
            assert answer.outcome.status == "sent"

        assert not any(one.done() for one in waiting), "and the silent one is still silent"
        over.set()
        listening[silent].reaction = None
        assert all(answer.outcome for answer in await asyncio.gather(*waiting))


def test_the_pauses_between_tries_grow_to_a_quarter_of_an_hour() -> None:
    assert [pause_after(attempt) for attempt in range(1, PATIENT_TRIES)] == BACK_OFF
    assert pause_after(40) == LONGEST_PAUSE
