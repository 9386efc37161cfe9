"""Two journeys that tell a person of the same variant at the same moment: one message, whoever was first."""

import asyncio
from datetime import timedelta
from typing import Any

from activities.errors import PermanentDeliveryFailure, TemporaryDeliveryFailure
from activities.tasks import DeliverTask
from engine.store.desk import DeliveryDesk
from engine.store.ledger import Claim
from engine.store.rivals import Telling
from engine.store.tables import Send, SendOutcome, WaitlistEntry
from tests.activities.post import PostOffice

JOURNEYS = ("jny_one", "jny_two")


async def awaited(post: PostOffice, *names: str) -> dict[str, list[DeliverTask]]:
    """People who wait for the variant, and of each the enrollments in both journeys, at their push."""
    for journey_id in JOURNEYS:
        await post.publish(journey_id=journey_id)
    tasks: dict[str, list[DeliverTask]] = {}
    for name in names:
        await post.person(name)
        await post.shop.wait_for("M", name, now=post.now)
        (entry,) = await post.rows(WaitlistEntry, profile_id=f"prf_{name}")
        both = [await post.task(name, journey_id=journey_id) for journey_id in JOURNEYS]
        tasks[name] = [
            task.model_copy(update={"enrollment": task.enrollment.model_copy(update={"waitlist_entry": entry["id"]})})
            for task in both
        ]
    return tasks


async def test_of_two_journeys_that_tell_the_same_at_once_one_is_heard(post_everywhere: PostOffice) -> None:
    post = post_everywhere
    names = [f"person{number}" for number in range(12)]
    tasks = await awaited(post, *names)
    one, other = post.messenger, post.another_messenger()
    first = [one.deliver(tasks[name][0]) for name in names]
    second = [other.deliver(tasks[name][1]) for name in reversed(names)]

    answers = await asyncio.gather(*first, *second)

    assert len(post.sent) == len(names)
    assert len(await post.rows(Send)) == len([one for one in answers if one.outcome]), "who waits left no claim behind"
    post.now += timedelta(seconds=5)
    for name in names:
        told = [(await one.deliver(task)).outcome for task in tasks[name]]
        assert sorted((one.status, one.reason) for one in told if one) == [
            ("sent", None),
            ("skipped", "already_notified"),
        ]
    assert len(post.sent) == len(names)


async def test_who_waited_for_another_journey_tells_when_that_one_could_not(post_everywhere: PostOffice) -> None:
    post = post_everywhere
    (tasks,) = (await awaited(post, "ada")).values()
    begun, go_on = asyncio.Event(), asyncio.Event()
    channel, lets_through = post.channels["web_push"], post.channels["web_push"].send

    async def refused(*message: Any, **delivery: Any) -> Any:
        begun.set()
        await go_on.wait()
        raise PermanentDeliveryFailure("refused_400")

    channel.send = refused
    under_way = asyncio.create_task(post.messenger.deliver(tasks[0]))
    await begun.wait()
    rival = await post.another_messenger().deliver(tasks[1])
    assert (rival.outcome, rival.later) == (None, post.now + timedelta(seconds=5))
    go_on.set()
    failed = (await under_way).outcome
    assert failed is not None
    assert failed.status == "failed"

    channel.send = lets_through
    post.now += timedelta(seconds=5)
    told = (await post.another_messenger().deliver(tasks[1])).outcome
    assert told is not None
    assert told.status == "sent"


async def test_a_push_that_waits_for_its_service_is_given_up_when_another_journey_told_meanwhile(
    post_everywhere: PostOffice,
) -> None:
    post = post_everywhere
    (tasks,) = (await awaited(post, "ada")).values()
    post.channels["web_push"].failures.append(TemporaryDeliveryFailure("busy"))
    assert (await post.messenger.deliver(tasks[0])).later is not None
    told = (await post.messenger.deliver(tasks[1])).outcome
    assert told is not None
    assert told.status == "sent"

    late = (await post.messenger.deliver(tasks[0])).outcome

    assert late is not None
    assert (late.status, late.reason) == ("skipped", "already_notified")
    assert len(post.sent) == 1
    assert "queued" in {row["state"] for row in await post.rows(SendOutcome)}


async def test_a_claim_sees_its_rivals_though_they_joined_the_same_commit(post_everywhere: PostOffice) -> None:
    post = post_everywhere
    desks = [DeliveryDesk(post.database), DeliveryDesk(post.database)]
    await post.person("ada")

    def claimed(number: int) -> Any:
        enrollment = f"enr_{number}"
        telling = Telling("prf_ada", "var_M", enrollment, post.now - timedelta(days=20 - number))
        claim = Claim(
            id=f"snd_{number}",
            enrollment_id=enrollment,
            journey_id=f"jny_{number}",
            version=1,
            node="push",
            visit=1,
            channel="web_push",
            address_hash="somewhere",
            profile_id="prf_ada",
            variant_id="var_M",
            verdict={},
            at=post.now,
        )
        return desks[number % 2].claim([claim], None, telling)

    answers = await asyncio.gather(*(claimed(number) for number in range(20)))

    assert sorted(answer.is_rivalled for answer in answers) == [False] + 19 * [True]
    assert [answer.ours for answer in answers if not answer.is_rivalled] == [(True,)]
    assert len(await post.rows(Send)) == 1
