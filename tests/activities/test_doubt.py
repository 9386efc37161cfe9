"""Sends of which an earlier try may have been taken: whatever comes then, nobody calls them failed."""

import pytest
from sqlalchemy import update

from activities.channels.channel import AmbiguityPolicy
from activities.errors import AmbiguousDelivery, PermanentDeliveryFailure, TemporaryDeliveryFailure
from engine.store.sends import read_unsettled
from engine.store.statements import core
from engine.store.tables import Product, SendOutcome
from tests.activities.post import PostOffice


class Killed(BaseException):
    """The process is gone: no handler runs."""


BUSY, REFUSED = TemporaryDeliveryFailure("rate_limited"), PermanentDeliveryFailure("refused_400", "no")
LOST = AmbiguousDelivery("connection_lost")


@pytest.mark.parametrize(
    ("tries", "why", "states"),
    [
        ([LOST, REFUSED], "connection_lost", ["queued", "sending", "unknown"]),
        ([Killed(), REFUSED], "interrupted", ["sending", "unknown"]),
        ([LOST, BUSY, REFUSED], "connection_lost", ["queued", "sending", "queued", "sending", "unknown"]),
        ([Killed(), BUSY, REFUSED], "interrupted", ["sending", "queued", "sending", "unknown"]),
        ([BUSY, Killed(), REFUSED], "interrupted", ["queued", "sending", "sending", "unknown"]),
        ([LOST, Killed(), BUSY], "connection_lost", ["queued", "sending", "sending", "queued", "unknown"]),
        ([LOST, PermanentDeliveryFailure("expired")], "connection_lost", ["queued", "sending", "unknown"]),
        ([BUSY, REFUSED], None, ["queued", "sending", "failed"]),
    ],
)
async def test_a_refusal_says_nothing_of_an_earlier_try_whose_answer_was_lost(
    post: PostOffice, tries: list[BaseException], why: str | None, states: list[str]
) -> None:
    """Ambiguous in one worker, or known only from the ledger because the worker died; with and without busy between."""
    await post.publish()
    await post.person("ada")
    channel, task = post.channels["web_push"], await post.task("ada")
    channel.ambiguity = AmbiguityPolicy.REPEAT
    channel.failures.extend(tries)
    for end in tries[:-1]:
        if isinstance(end, Killed):
            with pytest.raises(Killed):
                await post.messenger.deliver(task)
            post.messenger = post.another_messenger()
        else:
            assert (await post.messenger.deliver(task)).later is not None

    answer = await post.messenger.deliver(task, last_try=True)

    assert answer.outcome is not None
    assert answer.outcome.status == ("unknown" if why else "failed")
    assert await post.states() == states
    assert (await post.rows(SendOutcome))[-1]["reason"] == (why or "refused_400")
    async with post.database.snapshot() as session:
        unsettled = await read_unsettled(session, limit=10)
    assert [one.reason for one in unsettled] == ([why] if why else []), "and staff can find it"


async def test_a_message_that_can_no_longer_be_rendered_does_not_hide_that_it_may_have_been_taken(
    post: PostOffice,
) -> None:
    await post.publish()
    await post.person("ada")
    channel, task = post.channels["web_push"], await post.task("ada")
    channel.ambiguity = AmbiguityPolicy.REPEAT
    channel.failures.append(LOST)
    assert (await post.messenger.deliver(task)).later is not None
    async with post.database.connection() as connection:
        await connection.execute(update(core(Product)).values(url=""))

    answer = await post.messenger.deliver(task)

    assert answer.outcome is not None
    assert answer.outcome.status == "unknown"
    assert await post.states() == ["queued", "unknown"]
