"""The ledger: nothing sent twice, nothing lost from the sums, and no row that anyone can change unseen."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise, product
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, Executable, delete, insert, text, update
from sqlalchemy.util import await_only

from activities.errors import AmbiguousDelivery, PermanentDeliveryFailure, TemporaryDeliveryFailure
from engine.messages.status import LEGAL, SendState, follows
from engine.store import audit as audit_module
from engine.store.audit import Audit, verify
from engine.store.database import Database
from engine.store.desk import DeliveryDesk
from engine.store.feedback import Report, record_report
from engine.store.ledger import Claim, Outcome
from engine.store.sends import read_numbers, read_unsettled
from engine.store.statements import core
from engine.store.tables import Rendering, Send, SendOutcome
from tests.activities.post import PostOffice


async def audited(database: Database) -> Audit:
    return await database.run(verify, writes=False)


async def written(post: PostOffice, people: int = 6) -> None:
    """Accepted, refused, skipped and reported sends, from two workers and a provider's callbacks."""
    await post.publish()
    names = [f"person{number}" for number in range(people)]
    for number, name in enumerate(names):
        await post.person(name, browsers=1 + number % 2)
    post.channels["web_push"].failures.extend([PermanentDeliveryFailure("refused_400"), TemporaryDeliveryFailure("x")])
    workers = [post.messenger, post.another_messenger()]
    tasks = [await post.task(name) for name in names]
    await asyncio.gather(*(workers[place % 2].deliver(task) for place, task in enumerate(tasks)))
    await post.shop.stock("M", 0, now=post.now)
    await post.deliver(names[0], run="late")
    async with post.database.connection() as connection:
        for row in await post.rows(SendOutcome, state="accepted"):
            await record_report(connection, Report(row["provider_id"], SendState.DELIVERED, post.now))


async def test_an_untouched_ledger_is_found_whole(post_everywhere: PostOffice) -> None:
    post = post_everywhere
    await written(post)

    audit = await audited(post.database)

    rows = len(await post.rows(Send)) + len(await post.rows(SendOutcome))
    assert audit.findings == []
    assert (audit.rows, audit.renderings) == (rows, len(await post.rows(Rendering)))
    assert audit.chains > 2


def claim_of(number: int, post: PostOffice) -> Claim:
    """The right to send somebody a push."""
    return Claim(
        id=f"snd_{number}",
        enrollment_id=f"enr_{number}",
        journey_id="jny_test",
        version=1,
        node="push",
        visit=1,
        channel="web_push",
        address_hash="somewhere",
        profile_id=f"prf_{number}",
        variant_id=None,
        verdict={},
        at=post.now,
    )


async def test_a_send_that_is_claimed_from_all_sides_at_once_is_one_ones_and_leaves_every_chain_whole(
    post_everywhere: PostOffice,
) -> None:
    """Two workers, and in each of them a step that runs twice: only one run may send."""
    post = post_everywhere
    desks = [DeliveryDesk(post.database), DeliveryDesk(post.database)]
    claims = [claim_of(number, post) for number in range(12)]

    async def tried(desk: DeliveryDesk, claim: Claim) -> list[str]:
        (is_ours,) = (await desk.claim([claim])).ours
        if not is_ours:
            return []
        await desk.note([Outcome(claim.id, "accepted", post.now)])
        return [claim.id]

    sides = [(desks[0], claims), (desks[1], claims[::-1]), (desks[0], claims[3:]), (desks[1], claims[:9])]
    won = await asyncio.gather(*(tried(desk, one) for desk, some in sides for one in some))

    assert sorted(one for some in won for one in some) == sorted(claim.id for claim in claims)
    assert len(await post.rows(Send)) == len(claims)
    assert (await audited(post.database)).findings == []


async def test_a_run_that_lost_the_claim_does_not_say_that_the_message_failed(post_everywhere: PostOffice) -> None:
    post = post_everywhere
    await post.publish()
    await post.person("ada")
    task, other = await post.task("ada"), post.another_messenger()

    answers = await asyncio.gather(*(one.deliver(task) for one in (post.messenger, post.messenger, other)))

    assert {answer.outcome.status for answer in answers if answer.outcome} == {"sent"}
    assert all(answer.later is not None for answer in answers if not answer.outcome)
    again = (await other.deliver(task)).outcome
    assert again is not None
    assert again.status == "sent"
    assert len(set(post.sent)) == 1
    assert [row["outlet"] for row in await post.trail(task.enrollment.id) if row["act"] == "took"][-1] == "sent"


async def test_an_audit_sees_one_moment_though_sends_go_on(
    post_everywhere: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    post, loop = post_everywhere, asyncio.get_running_loop()
    desk = DeliveryDesk(post.database)
    await desk.claim([claim_of(1, post)])
    walk = audit_module.__dict__["_links"]

    def walked_later(connection: Connection) -> Iterator[Any]:
        """The links, read when another send has been claimed since the heads of the chains were."""
        claiming = desk.claim([claim_of(2, post)])
        if post.database.is_sqlite:
            asyncio.run_coroutine_threadsafe(claiming, loop).result()
        else:
            await_only(claiming)
        return walk(connection)

    monkeypatch.setattr(audit_module, "_links", walked_later)

    assert (await audited(post.database)).findings == []
    assert len(await post.rows(Send)) == 2


@pytest.mark.spec("S-007")
async def test_a_changed_or_missing_row_is_found_wherever_it_is(post: PostOffice) -> None:
    await written(post)
    sends, outcomes = await post.rows(Send), await post.rows(SendOutcome)
    victim = next(row for row in sends if row["address_hash"])

    async def findings(*statements: Executable) -> list[tuple[str, str | None]]:
        """What is found after these changes, which are taken back."""

        def spoil(connection: Connection) -> Audit:
            savepoint = connection.begin_nested()
            for statement in statements:
                connection.execute(statement)
            found = verify(connection)
            savepoint.rollback()
            return found

        audit = await post.database.run(spoil, writes=True)
        return [(one.fault, one.send) for one in audit.findings]

    send, outcome = core(Send), core(SendOutcome)
    flipped = bytes([victim["address_hash"].encode()[0] ^ 1]).decode() + victim["address_hash"][1:]
    one_byte = update(send).where(send.c.id == victim["id"]).values(address_hash=flipped)
    assert await findings(one_byte) == [("changed", victim["id"])]
    for row in sends:
        assert ("missing", None) in await findings(delete(send).where(send.c.id == row["id"]))
    for row in outcomes:
        later = update(outcome).where(outcome.c.id == row["id"]).values(at=row["at"] + timedelta(microseconds=1))
        assert await findings(later) == [("changed", row["send_id"])]
        assert ("missing", None) in await findings(delete(outcome).where(outcome.c.id == row["id"]))
    slipped_in = {name: value for name, value in outcomes[0].items() if name != "id"} | {"state": "clicked"}
    assert ("added", outcomes[0]["send_id"]) in await findings(insert(outcome).values(slipped_in))
    assert ("added", outcomes[0]["send_id"]) in await findings(insert(outcome).values(slipped_in | {"chain": "mine"}))
    rendering = text("UPDATE rendering SET content = replace(content, 'shirt', 'skirt')")
    assert await findings(rendering) == [("rendering_changed", None)]
    assert await findings() == []


async def test_a_worker_that_dies_between_provider_and_acknowledgement_sends_nothing_twice(post: PostOffice) -> None:
    """A thousand times: the provider took it, and the worker is gone before it could write that down."""

    class Killed(BaseException):
        """The process is gone: no handler runs."""

    async def dies(_: str) -> None:
        raise Killed

    await post.publish()
    for number in range(50):
        await post.person(f"person{number}", browsers=2)
    pushes, mails = post.channels["web_push"], post.channels["email"]
    answers: Counter[tuple[str, str]] = Counter()
    for run, (channel, node) in product(range(10), ((pushes, "push"), (mails, "mail"))):
        tasks = [await post.task(f"person{number}", run=str(run), node_id=node) for number in range(50)]
        channel.reaction = dies
        killed = post.another_messenger()
        deaths = await asyncio.gather(*map(killed.deliver, tasks), return_exceptions=True)
        assert all(isinstance(death, Killed) for death in deaths)
        channel.reaction = None
        first, second = post.another_messenger(), post.another_messenger()
        told = [answer.outcome for answer in await asyncio.gather(*map(first.deliver, tasks))]
        again = [answer.outcome for answer in await asyncio.gather(*map(second.deliver, tasks))]
        answers.update((node, one.status) for one in told if one)
        assert [one.status for one in again if one] == [one.status for one in told if one]

    assert answers == {("push", "sent"): 500, ("mail", "unknown"): 500}
    assert len(mails.sent) == 500, "an e-mail that may have been sent is never sent again"
    assert len({key for key, _ in pushes.sent}) == 1000, "a push is repeated under its key, which shows it once"
    accepted = Counter(row["send_id"] for row in await post.rows(SendOutcome, state="accepted"))
    assert set(accepted.values()) == {1}
    steps = [
        (row["enrollment_id"], row["node"], row["visit"], row["channel"], row["address_hash"])
        for row in await post.rows(Send)
    ]
    assert len(steps) == len(set(steps)) == 1500
    async with post.database.snapshot() as session:
        unsettled = await read_unsettled(session, limit=1000)
    assert len(unsettled) == 500
    assert {one.action for one in unsettled} == {"search_message_id"}
    assert (await audited(post.database)).findings == []


async def test_the_numbers_add_up_exactly(post: PostOffice) -> None:
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
    attempts = 0
    for run in range(60):
        name, node = chance.choice(["ada", "bob", "eve"]), chance.choice(["push", "mail"])
        failure = chance.choice(failures)
        channel = post.channels["web_push" if node == "push" else "email"]
        channel.failures.clear()
        if failure is not None:
            channel.failures.append(failure)
        await post.messenger.deliver(await post.task(name, run=str(run), node_id=node), last_try=chance.random() < 0.5)
        attempts += 1
        post.now += timedelta(hours=3)
    for row in await post.rows(SendOutcome, state="accepted"):
        state = chance.choice([SendState.DELIVERED, SendState.BOUNCED, SendState.FAILED, SendState.CLICKED])
        async with post.database.connection() as connection:
            await record_report(connection, Report(row["provider_id"], state, post.now, reason="reported"))

    async with post.database.snapshot() as session:
        numbers = await read_numbers(session)

    assert numbers.attempts == attempts == len(await post.rows(Send))
    assert (
        numbers.sent + sum(numbers.failed.values()) + sum(numbers.skipped.values()) + numbers.unknown + numbers.open
        == attempts
    )
    assert {"journey_cap", "no_subscription"} <= set(numbers.skipped)
    assert {"refused_400", "gone", "reported", "gave_up"} <= set(numbers.failed)


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
