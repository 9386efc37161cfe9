"""The brakes: what a process knows of pauses and of the kill switch, and what it does before a provider is called."""

import asyncio

import pytest

from activities.brakes import FRESH_SECONDS, Brakes
from activities.composing import Composer
from activities.messaging import Messenger
from engine.store import kill_switch
from engine.store.database import Database
from engine.store.desk import DeliveryDesk
from engine.store.holds import Hold, Holds
from engine.store.publishing import set_status
from engine.store.tables import Send, SendOutcome
from tests.activities.post import NOON, PostOffice


class WatchedBrakes(Brakes):
    """Brakes on a clock in the hand, that count their looks; `meanwhile` happens right before a provider is called."""

    def __init__(self, database: Database) -> None:
        self.moment = 100.0
        self.looks = 0
        self.meanwhile: Hold | None = None
        self.database = database
        super().__init__(database, elapsed=lambda: self.moment)

    async def look(self) -> Holds:
        self.looks += 1
        return await super().look()

    async def hold(self, journey: str, *, is_test: bool = False) -> Hold | None:
        if self.meanwhile is not None:
            await self.stop(self.meanwhile)
            self.meanwhile, self.moment = None, self.moment + 2 * FRESH_SECONDS
        return await super().hold(journey, is_test=is_test)

    async def stop(self, hold: Hold | None) -> None:
        """Pause the journey, turn the kill switch, or (None) let everything go on."""
        async with self.database.transaction() as session:
            await set_status(session, "jny_test", "paused" if hold == "paused" else "active", NOON)
            await kill_switch.turn_switch(session, on=hold == "kill_switch", reason="a test", by="Ada", now=NOON)


def sending(post: PostOffice, brakes: Brakes) -> Messenger:
    return Messenger(
        DeliveryDesk(post.database),
        post.versions,
        post.channels,
        composer=Composer("https://waitline.example", "a secret of at least some length"),
        library=post.library,
        clock=lambda: post.now,
        brakes=brakes,
    )


@pytest.fixture
async def brakes(post: PostOffice) -> WatchedBrakes:
    await post.publish()
    await post.person("ada")
    return WatchedBrakes(post.database)


async def test_a_send_asks_the_database_for_nothing_more(post: PostOffice, brakes: WatchedBrakes) -> None:
    answer = await sending(post, brakes).deliver(await post.task())

    assert answer.outcome is not None
    assert answer.outcome.status == "sent"
    assert brakes.looks == 0, "what the look at its facts found is fresh enough"


@pytest.mark.spec("F-146", "F-138")
@pytest.mark.parametrize("hold", ["kill_switch", "paused"])
async def test_what_is_stopped_right_before_the_provider_is_called_is_not_sent_and_goes_out_once_later(
    post: PostOffice, brakes: WatchedBrakes, hold: Hold
) -> None:
    messenger, task = sending(post, brakes), await post.task()
    brakes.meanwhile = hold

    stopped = await messenger.deliver(task)
    assert (stopped.parked, stopped.outcome) == (True, None)
    assert post.channels["web_push"].tries == 0
    assert [(row["state"], row["reason"]) for row in await post.rows(SendOutcome)] == [("queued", hold)]

    await brakes.stop(None)
    brakes.moment += 1
    gone_on = await messenger.deliver(task)
    assert gone_on.outcome is not None
    assert gone_on.outcome.status == "sent"
    assert len(post.sent) == len(await post.rows(Send)) == 1


async def test_what_was_stopped_is_judged_anew_before_it_goes_out(post: PostOffice, brakes: WatchedBrakes) -> None:
    messenger, task = sending(post, brakes), await post.task()
    brakes.meanwhile = "kill_switch"
    await messenger.deliver(task)

    await post.consents("ada", "web_push", granted=False)
    await brakes.stop(None)
    brakes.moment += 1
    answer = await messenger.deliver(task)

    assert answer.outcome is not None
    assert (answer.outcome.status, answer.outcome.reason) == ("skipped", "no_consent")
    assert post.channels["web_push"].tries == 0


async def test_many_who_ask_at_once_share_one_look_and_it_is_not_kept_for_long(
    post: PostOffice, brakes: WatchedBrakes
) -> None:
    assert await asyncio.gather(*(brakes.hold("jny_test") for _ in range(50))) == [None] * 50
    assert brakes.looks == 1

    await brakes.stop("kill_switch")
    brakes.moment += FRESH_SECONDS / 2
    assert await brakes.hold("jny_test") is None
    brakes.moment += FRESH_SECONDS
    assert await brakes.hold("jny_test") == "kill_switch"
    assert brakes.looks == 2
    assert len(await post.rows(Send)) == 0
