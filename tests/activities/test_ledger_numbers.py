"""What the ledger says in sum: every attempt in one state, the numbers exactly all of them."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest

from activities.errors import AmbiguousDelivery, PermanentDeliveryFailure, TemporaryDeliveryFailure
from activities.tasks import DeliverTask
from engine.messages.status import LEGAL, SendState, follows
from engine.store.feedback import Report, record_report
from engine.store.sends import Numbers, read_numbers
from engine.store.tables import Send, SendOutcome
from tests.activities.post import PostOffice


@pytest.mark.spec("F-153")
async def test_the_numbers_add_up_exactly(post: PostOffice) -> None:
    """Sent, failed by reason and skipped by reason are all attempts; on the way there some are open, or unknown."""
    chance = Random(5)
    await post.publish({"caps": [{"limit": 2}]})
    for name in ("ada", "bob", "eve"):
        await post.person(name)
    failures = [
        PermanentDeliveryFailure("refused_400"),
        PermanentDeliveryFailure("gone", address_gone=True),
        TemporaryDeliveryFailure("rate_limited"),
        AmbiguousDelivery("timed_out"),
        None,
        None,
        None,
    ]
    tasks: list[DeliverTask] = []
    told, busy = Counter[tuple[str, str | None]](), list[DeliverTask]()
    for run in range(60):
        name, node = chance.choice(["ada", "bob", "eve"]), chance.choice(["push", "mail"])
        failure = chance.choice(failures)
        channel = post.channels["web_push" if node == "push" else "email"]
        channel.failures.clear()
        if failure is not None:
            channel.failures.append(failure)
        tasks.append(task := await post.task(name, run=str(run), node_id=node))
        outcome = (await post.messenger.deliver(task, last_try=chance.random() < 0.5)).outcome
        if outcome is None:
            busy.append(task)
        else:
            told[outcome.status, outcome.reason] += 1
        post.now += timedelta(hours=3)

    numbers = await numbers_of(post)
    assert numbers.attempts == len(tasks) == len(await post.rows(Send))
    assert (numbers.sent, numbers.unknown, numbers.open) == (
        told["sent", None],
        told["unknown", "unknown"],
        len(busy),
    )
    assert min(numbers.sent, numbers.unknown, numbers.open) > 0
    for status, found in (("failed", numbers.failed), ("skipped", numbers.skipped)):
        assert found == {reason: n for (told_status, reason), n in told.items() if told_status == status}
    assert {"journey_cap", "no_subscription"} <= set(numbers.skipped)
    assert {"refused_400", "gone", "gave_up"} <= set(numbers.failed)

    for task in busy:
        await post.messenger.deliver(task, last_try=True)
    for row in await post.rows(SendOutcome):
        state = chance.choice([SendState.DELIVERED, SendState.BOUNCED, SendState.FAILED, SendState.CLICKED])
        if row["state"] in {"accepted", "unknown"}:
            async with post.database.connection() as connection:
                report = Report("", state, post.now, send_id=row["send_id"], reason="reported")
                await record_report(connection, report)

    numbers = await numbers_of(post)
    assert numbers.sent + sum(numbers.failed.values()) + sum(numbers.skipped.values()) == numbers.attempts == len(tasks)
    assert "reported" in numbers.failed
    assert len(await post.rows(Send)) == len(tasks)


async def numbers_of(post: PostOffice) -> Numbers:
    async with post.database.snapshot() as session:
        return await read_numbers(session)


@pytest.mark.spec("F-173")
async def test_a_send_moves_through_its_states_by_legal_steps_only(post: PostOffice) -> None:
    assert set(SendState) == {"queued", "sending", "accepted", "delivered", "opened", "clicked"} | {
        "bounced",
        "failed",
        "skipped",
        "expired",
        "unknown",
    }
    await post.publish()
    await post.person("ada")
    chance = Random(7)
    for run in range(40):
        await post.deliver("ada", run=str(run))
        (send,) = await post.rows(Send, enrollment_id=f"enr_jny_test_ada_{run}")
        current = SendState.ACCEPTED
        for reported in chance.choices(sorted(SendState), k=6):
            async with post.database.connection() as connection:
                state = await record_report(connection, Report("", reported, post.now, send_id=send["id"]))
            current = reported if follows(current, reported) else current
            assert state == current
        history = [SendState(row["state"]) for row in await post.rows(SendOutcome, send_id=send["id"])]
        assert all(after in LEGAL[before] for before, after in pairwise(history))
