"""The ledger: nothing sent twice, nothing lost from the sums, and no row that anyone can change unseen."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import Connection, Executable, delete, insert, text, update
from sqlalchemy.util import await_only

from activities.channels.channel import AmbiguityPolicy
from activities.errors import AmbiguousDelivery, PermanentDeliveryFailure, TemporaryDeliveryFailure
from engine.journey.decisions import Decision, Deliver, End
from engine.journey.trail import TrailStep
from engine.messages.status import SendState
from engine.store import audit as audit_module
from engine.store.audit import Audit, verify
from engine.store.database import Database
from engine.store.desk import DeliveryDesk
from engine.store.enrollments import StepRecord, record_steps
from engine.store.feedback import Report, record_report
from engine.store.ledger import Claim, Outcome
from engine.store.sends import read_unsettled
from engine.store.statements import core
from engine.store.tables import Enrollment, Rendering, Send, SendOutcome
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
    post.channels["web_push"].patience = timedelta(seconds=10)

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


class Killed(BaseException):
    """The process is gone: no handler runs."""


async def dies(_: str) -> None:
    """What happens to a worker right after the provider took the message."""
    raise Killed


@pytest.mark.spec("F-174")
async def test_a_worker_that_dies_between_provider_and_acknowledgement_sends_nothing_twice(post: PostOffice) -> None:
    """A thousand times: the provider took it, and the worker is gone before it could write that down.

    It dies at the first try, at the second after the provider had been busy, or only seems dead and wakes up when
    others have taken over.
    """
    await post.publish()
    for number in range(50):
        await post.person(f"person{number}")
    channels = {"push": post.channels["web_push"], "mail": post.channels["email"]}
    told, kept = Counter[str](), Counter[str]()
    for run, (node, channel) in product(range(10), channels.items()):
        tasks = [await post.task(f"person{number}", run=str(run), node_id=node) for number in range(50)]
        manner, dying = ("dies", "dies_later", "sleeps")[run % 3], post.another_messenger()
        if manner == "dies_later":
            channel.failures.extend(TemporaryDeliveryFailure("rate_limited") for _ in tasks)
            busy = await asyncio.gather(*map(dying.deliver, tasks))
            assert all(answer.later for answer in busy)
        asleep = asyncio.Barrier(len(tasks) + 1)

        async def sleeps(_: str, asleep: asyncio.Barrier = asleep) -> None:
            await asleep.wait()
            await asleep.wait()

        channel.reaction = sleeps if manner == "sleeps" else dies
        deaths = [asyncio.create_task(dying.deliver(task)) for task in tasks]
        await (asleep.wait() if manner == "sleeps" else asyncio.wait(deaths))
        channel.reaction = None
        first, second = post.another_messenger(), post.another_messenger()
        told.update(one.outcome.status for one in await asyncio.gather(*map(first.deliver, tasks)) if one.outcome)
        if manner == "sleeps":
            await asleep.wait()
        ends = await asyncio.gather(*deaths, return_exceptions=True)
        assert all(isinstance(one, Killed) for one in ends) or manner == "sleeps"
        kept.update(one.outcome.status for one in await asyncio.gather(*map(second.deliver, tasks)) if one.outcome)

    assert told == {"unknown": 1000}, "nobody knows, and so it is said"
    assert kept == {"unknown": 700, "sent": 300}, "whoever wakes up tells it after all"
    sent = Counter(key for channel in channels.values() for key, _ in channel.sent)
    assert Counter(sent.values()) == {1: 1000}, "what may have been sent is never sent again"
    sends = {row["id"]: row for row in await post.rows(Send)}
    accepted = Counter(
        (send["enrollment_id"], send["node"], send["visit"], send["channel"])
        for row in await post.rows(SendOutcome, state="accepted")
        for send in [sends[row["send_id"]]]
    )
    assert Counter(accepted.values()) == {1: 300}
    assert len(sends) == 1000
    async with post.database.snapshot() as session:
        unsettled = await read_unsettled(session, limit=1000)
    assert len(unsettled) == 700
    assert {one.id for one in unsettled} == set(sent) - {
        row["send_id"] for row in await post.rows(SendOutcome, state="accepted")
    }
    assert (await audited(post.database)).findings == []


async def test_a_second_try_is_made_by_one_run_only(post_everywhere: PostOffice) -> None:
    """The provider was busy; then two workers come back at once, and one of them comes twice."""
    post = post_everywhere
    await post.publish()
    await post.person("ada")
    task, channel = await post.task("ada"), post.channels["web_push"]
    channel.patience = timedelta(seconds=10)
    channel.failures.append(TemporaryDeliveryFailure("rate_limited"))
    assert (await post.messenger.deliver(task)).later is not None

    other = post.another_messenger()
    answers = await asyncio.gather(*(one.deliver(task) for one in (post.messenger, post.messenger, other)))

    assert len(channel.sent) == 1
    assert {answer.outcome.status for answer in answers if answer.outcome} == {"sent"}
    assert [*await post.states()] == ["queued", "sending", "accepted"]
    assert (await audited(post.database)).findings == []


async def test_a_call_that_may_have_been_taken_is_repeated_under_its_key_and_never_called_failed(
    post: PostOffice,
) -> None:
    """Where the receiver knows the key, a lost answer costs another call; when none answers, nobody knows."""
    await post.publish()
    await post.person("ada")
    channel = post.channels["web_push"]
    channel.ambiguity = AmbiguityPolicy.REPEAT
    channel.failures.extend([AmbiguousDelivery("timed_out"), TemporaryDeliveryFailure("provider_error_503")])
    task = await post.task("ada")
    assert (await post.messenger.deliver(task)).later is not None

    answer = await post.messenger.deliver(task, last_try=True)

    assert answer.outcome is not None
    assert answer.outcome.status == "unknown"
    assert await post.states() == ["queued", "sending", "queued", "unknown"]


async def test_a_run_that_comes_late_with_an_earlier_step_does_not_set_the_enrollment_back(
    post_everywhere: PostOffice,
) -> None:
    post = post_everywhere
    await post.publish()
    await post.person("ada")
    enrollment = (await post.task("ada")).enrollment.id

    async def recorded(seq: int, decision: Decision) -> tuple[str, str]:
        step = TrailStep(seq=seq, node=decision.node, visit=1, act="entered", at=post.now)
        record = StepRecord(enrollment, "jny_test", 1, (step,), decision)
        await post.database.run(lambda connection: record_steps(connection, [record]), writes=True)
        (row,) = await post.rows(Enrollment, id=enrollment)
        return row["status"], row["node"]

    mail = Deliver(node="mail", visit=1, channel="email", message="mail")
    assert await recorded(90, mail) == ("active", "mail")
    assert await recorded(91, End(node="done", reason="completed")) == ("ended", "done")
    assert await recorded(90, mail) == ("ended", "done")


async def test_a_late_run_that_records_at_the_same_moment_as_the_end_does_not_undo_it(
    postgres_database: Database,
) -> None:
    """Both begin before either is done: whoever is second sees what the first has written."""
    post = await PostOffice(postgres_database).opened()
    await post.publish()
    await post.person("ada")
    enrollment = (await post.task("ada")).enrollment.id

    def recording(seq: int, decision: Decision) -> Callable[[Connection], None]:
        step = TrailStep(seq=seq, node=decision.node, visit=1, act="entered", at=post.now)
        return lambda connection: record_steps(connection, [StepRecord(enrollment, "jny_test", 1, (step,), decision)])

    engine = postgres_database.engine
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    async with engine.connect() as first, engine.connect() as second, engine.connect() as watching:
        await first.run_sync(recording(91, End(node="done", reason="completed")))
        mail = Deliver(node="mail", visit=1, channel="email", message="mail")
        late = asyncio.create_task(second.run_sync(recording(90, mail)))
        while not await watching.scalar(waiting):
            await watching.rollback()
        await first.commit()
        await late
        await second.commit()

    (row,) = await post.rows(Enrollment, id=enrollment)
    assert (row["status"], row["node"]) == ("ended", "done")


async def test_a_retry_is_judged_by_what_is_true_then(post: PostOffice) -> None:
    await post.publish()
    await post.person("ada")
    post.channels["web_push"].failures.append(TemporaryDeliveryFailure("rate_limited"))
    task = await post.task("ada")
    assert (await post.messenger.deliver(task)).later is not None
    await post.shop.stock("M", 0, now=post.now)

    answer = await post.messenger.deliver(task)

    assert answer.outcome is not None
    assert (answer.outcome.status, answer.outcome.reason) == ("skipped", "out_of_stock_at_send")
    assert post.sent == []
    assert sorted(await post.states()) == ["queued", "skipped", "skipped"], "and nothing stays open in the ledger"
