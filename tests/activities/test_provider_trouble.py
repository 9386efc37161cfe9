"""Trouble with a provider: tried again with growing pauses, then given up with its reason; and nobody else's trouble.

    certainly not taken       refused, no way through in time, no such name, no trust, 429, 5xx, and with e-mail
                              whatever happens before its text: tried again, then failed with its reason
    slow                      waited for
    nobody knows              no answer in time, cut off, malformed: unknown with its reason; a webhook is called again

Each channel speaks to a double of its provider over a socket; guard, ledger and activity are the real ones. Where the
provider may have taken the message all the same (no answer in time, an answer outside of its protocol), a person is not
told again on suspicion: the send is `unknown` with its reason (docs/decisions/0015). A webhook is repeated.
"""

import asyncio
import socket
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, suppress
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
from engine.store import push_subscriptions
from engine.store.sends import read_unsettled
from engine.store.tables import SendOutcome
from tests.activities.channels.rig import BRISK, Rig
from tests.activities.channels.rigs import RIGS, WebhookRig
from tests.activities.post import PostOffice
from tests.builders import journey, node
from tests.workflows.stage import MESSAGES
from workflows.worker import ACTIVITY_SLOTS, LOCAL_ACTIVITY_SLOTS

CHANNELS = ("web_push", "mobile_push", "email", "sms", "webhook")
TELLING: dict[str, Any] = {
    "web_push": MESSAGES["push"],
    "mobile_push": {"channel": "mobile_push", "title": "It is back", "link": "{{ product.url }}"},
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
    ada = await post.person("ada", email="ada@shop.example", phone="+436601234567")
    async with post.database.transaction() as session:
        await push_subscriptions.subscribe(session, ada, push_subscriptions.app("phone", "ios"), post.now)
    for channel in ("sms", "mobile_push"):
        await post.consents("ada", channel)


async def tried(post: PostOffice, task: DeliverTask, attempt: int) -> DeliverAnswer | timedelta:
    """What the activity answers at this attempt, or how long it wants to wait before the next."""
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, attempt=attempt)
    try:
        return await environment.run(Deliveries(post.messenger).deliver_patiently, task)
    except ApplicationError as error:
        return error.next_retry_delay or timedelta()


@asynccontextmanager
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


@asynccontextmanager
async def plain_port() -> AsyncGenerator[int]:
    """A port that answers whoever comes with something that is no TLS."""

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"this is not TLS\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


@asynccontextmanager
async def ports() -> AsyncGenerator[Mapping[str, int]]:
    async with full_port() as full, plain_port() as plain:
        yield {"full": full, "plain": plain}


Set = Callable[[Any, Mapping[str, int]], None]
"""Brings a trouble about: for the next try, or for all of them where the rig is led elsewhere."""
NOT_TAKEN: Mapping[str, tuple[Set, Mapping[str, str]]] = {
    "refused": (lambda rig, _: rig.go_away(), {}),
    "no_such_name": (lambda rig, _: rig.lose_name(), {}),
    "no_way_through_in_time": (lambda rig, to: rig.lead_to("127.0.0.1", to["full"], connect=BRISK), {}),
    "no_trust": (lambda rig, to: rig.lead_to("127.0.0.1", to["plain"], tls=True), {}),
    "busy": (
        lambda rig, _: rig.be_busy(),
        {"email": "deferred", **dict.fromkeys(("web_push", "mobile_push", "sms", "webhook"), "rate_limited")},
    ),
    "broken": (
        lambda rig, _: rig.break_down(),
        {
            "email": "server_busy",
            **dict.fromkeys(("web_push", "mobile_push"), "provider_error_503"),
            **dict.fromkeys(("sms", "webhook"), "provider_error_500"),
        },
    ),
    "silent_before_the_text": (lambda rig, _: rig.say_nothing_at("MAIL"), {}),
    "babbling_before_the_text": (lambda rig, _: rig.babble_at("GREETING"), {}),
}
"""What certainly nobody took, and the reason by channel; where none is named, the provider was `unreachable`."""
NOBODY_KNOWS = {"hang": "timed_out", "drop": "connection_lost", "babble": "malformed_answer"}
OF_EMAIL_ONLY = frozenset({"silent_before_the_text", "babbling_before_the_text"})
ONCE = frozenset({"refused", "no_such_name", "no_way_through_in_time", "no_trust"})
"""Troubles that stay once they are there."""
MATRIX = [
    (channel, trouble)
    for channel in CHANNELS
    for trouble in (*NOT_TAKEN, *NOBODY_KNOWS)
    if channel == "email" or trouble not in OF_EMAIL_ONLY
]


@pytest.mark.spec("R-003")
@pytest.mark.parametrize(("channel", "trouble"), MATRIX)
async def test_every_trouble_of_every_channel_is_tried_again_with_back_off_and_ends_with_its_reason(
    post: PostOffice, channel: str, trouble: str
) -> None:
    """Twelve tries, the pauses between them growing and no shorter than the provider wishes; then its end.

    It is `failed` where certainly nobody took it. Where somebody may have, a person is not told again on suspicion
    (R-002): it is `unknown` at once, and listed for staff to settle. Only a webhook is tried on, under the same id.
    """
    async with RIGS[channel]() as rig, ports() as to:
        await told_on(post, channel)
        post.channels = {channel: ThroughRig(rig)}
        post.messenger = post.another_messenger()
        task = await post.task("ada", journey_id=f"jny_{channel}")
        wish = (rig.retry_after if trouble == "busy" else None) or timedelta()
        is_unknown = trouble in NOBODY_KNOWS
        tries = 1 if is_unknown and channel != "webhook" else PATIENT_TRIES
        answers: list[DeliverAnswer | timedelta] = []
        for attempt in range(1, tries + 1):
            if is_unknown:
                getattr(rig, trouble)()
            elif attempt == 1 or trouble not in ONCE:
                NOT_TAKEN[trouble][0](rig, to)
            answers.append(await tried(post, task, attempt))
            post.now += answers[-1] if isinstance(answers[-1], timedelta) else timedelta()

    *pauses, end = answers
    assert pauses == [max(pause, wish) for pause in BACK_OFF[: tries - 1]]
    assert isinstance(end, DeliverAnswer)
    assert end.outcome is not None
    *before, last = [row for row in await post.rows(SendOutcome) if row["state"] != "sending"]
    assert [row["state"] for row in before] == ["queued"] * (tries if tries == PATIENT_TRIES else 0)
    async with post.database.snapshot() as session:
        unsettled = [(one.channel, one.reason) for one in await read_unsettled(session, limit=10)]
    if is_unknown:
        reason = NOBODY_KNOWS[trouble]
        assert (end.outcome.status, last["state"], last["reason"]) == ("unknown", "unknown", reason)
        assert unsettled == [(channel, reason)]
        if isinstance(rig, WebhookRig):
            calls = [request.headers["webhook-id"] for request in rig.system.requests]
            assert len(set(calls)) == 1
            assert len(calls) == tries or trouble == "hang", "on a busy machine, time may be over before it is written"
    else:
        reason = NOT_TAKEN[trouble][1].get(channel, "unreachable")
        assert (end.outcome.status, end.outcome.reason) == ("failed", "gave_up")
        assert {row["reason"] for row in before} == {reason}
        assert (last["state"], last["reason"], last["detail"]) == ("failed", "gave_up", {"detail": reason})
        assert unsettled == []
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


@pytest.mark.spec("R-003")
@pytest.mark.parametrize("silent", CHANNELS)
async def test_while_one_provider_is_silent_the_others_send_as_they_do_without_it(
    post: PostOffice, silent: str
) -> None:
    """Each channel has its own places in a worker, fewer than the worker has; who finds none is told to come back.

    The silent provider stays silent until everything on the other channels has ended, so no clock is asked.
    """
    assert min(ACTIVITY_SLOTS, LOCAL_ACTIVITY_SLOTS) > PLACES
    others = [channel for channel in CHANNELS if channel != silent]
    async with AsyncExitStack() as open_rigs:
        rigs = {channel: await open_rigs.enter_async_context(RIGS[channel]()) for channel in CHANNELS}
        post.channels = {channel: ThroughRig(rig) for channel, rig in rigs.items()}
        post.messenger = post.another_messenger()
        await told_on(post, *CHANNELS)

        async def send_on_others(run: str) -> list[str | None]:
            """How each ended."""
            tasks = [await post.task("ada", run=run, journey_id=f"jny_{channel}") for channel in others]
            ends = await asyncio.gather(*map(post.messenger.deliver, tasks))
            return [end.outcome and end.outcome.status for end in ends]

        alone = await send_on_others("alone")
        taken = {channel: rigs[channel].accepted for channel in others}
        rigs[silent].hang_on(PLACES)
        crowd = [await post.task("ada", run=f"n{n}", journey_id=f"jny_{silent}") for n in range(PLACES + 4)]
        waiting = {asyncio.create_task(post.messenger.deliver(task)) for task in crowd}
        turned_away = set[asyncio.Task[DeliverAnswer]]()
        while len(waiting) > PLACES:
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            turned_away |= done
        assert all(one.result().later is not None for one in turned_away)

        beside = await send_on_others("beside")

        assert not any(one.done() for one in waiting), "the silent one is still silent"
        assert beside == alone == ["sent"] * len(others)
        assert {channel: rigs[channel].accepted for channel in others} == {name: 2 * n for name, n in taken.items()}
        for one in waiting:
            one.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


def test_the_pauses_between_tries_grow_to_a_quarter_of_an_hour() -> None:
    assert [pause_after(attempt) for attempt in range(1, PATIENT_TRIES)] == BACK_OFF
    assert pause_after(40) == LONGEST_PAUSE
