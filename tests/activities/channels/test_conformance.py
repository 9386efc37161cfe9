"""What every channel promises, whatever its provider does: an acceptance, or one of three failures."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta

import pytest

from activities.channels.channel import AmbiguityPolicy
from activities.errors import AmbiguousDelivery, DeliveryFailure, PermanentDeliveryFailure, TemporaryDeliveryFailure
from tests.activities.channels.rigs import NOW, RIGS, Rig


@pytest.fixture(params=RIGS)
async def rig(request: pytest.FixtureRequest) -> AsyncGenerator[Rig]:
    async with RIGS[request.param]() as rig:
        yield rig


async def failure_of(rig: Rig) -> DeliveryFailure:
    with pytest.raises(DeliveryFailure) as failure:
        await rig.send()
    return failure.value


async def test_a_channel_says_who_it_is_and_what_to_do_when_nobody_knows(rig: Rig) -> None:
    assert rig.channel.name == rig.message.channel
    assert rig.channel.ambiguity in AmbiguityPolicy


async def test_a_message_that_the_provider_takes_is_accepted_once(rig: Rig) -> None:
    accepted = await rig.send()

    assert accepted.provider_id
    assert rig.accepted == 1


async def test_a_slow_provider_is_waited_for(rig: Rig) -> None:
    rig.be_slow()

    assert (await rig.send()).provider_id
    assert rig.accepted == 1


async def test_many_messages_share_a_few_connections_and_each_arrives(rig: Rig) -> None:
    await asyncio.gather(*(rig.send(f"key {number}") for number in range(40)))

    assert rig.accepted == 40


async def test_a_refusal_is_permanent_and_says_why(rig: Rig) -> None:
    rig.refuse()

    failure = await failure_of(rig)

    assert isinstance(failure, PermanentDeliveryFailure)
    assert failure.reason
    assert failure.detail
    assert not failure.address_gone
    assert rig.accepted == 0


async def test_an_address_that_does_not_exist_is_gone(rig: Rig) -> None:
    rig.be_gone()

    failure = await failure_of(rig)

    assert isinstance(failure, PermanentDeliveryFailure)
    assert failure.address_gone
    assert rig.accepted == 0


async def test_a_busy_provider_is_temporary_and_its_wish_is_known(rig: Rig) -> None:
    rig.be_busy()

    failure = await failure_of(rig)

    assert isinstance(failure, TemporaryDeliveryFailure)
    assert failure.retry_after == rig.retry_after
    assert rig.accepted == 0


async def test_a_provider_that_breaks_down_is_temporary(rig: Rig) -> None:
    rig.break_down()

    assert isinstance(await failure_of(rig), TemporaryDeliveryFailure)
    assert rig.accepted == 0


@pytest.mark.parametrize("trouble", ["go_away", "lose_name"])
async def test_a_provider_that_nobody_reaches_is_temporary(rig: Rig, trouble: str) -> None:
    getattr(rig, trouble)()

    failure = await failure_of(rig)

    assert isinstance(failure, TemporaryDeliveryFailure)
    assert failure.reason == "unreachable"


async def test_an_answer_that_does_not_come_is_ambiguous(rig: Rig) -> None:
    rig.hang()

    failure = await failure_of(rig)

    assert isinstance(failure, AmbiguousDelivery)
    assert failure.reason == "timed_out"


async def test_a_connection_that_ends_before_the_answer_is_ambiguous(rig: Rig) -> None:
    rig.drop()

    failure = await failure_of(rig)

    assert isinstance(failure, AmbiguousDelivery)
    assert failure.reason == "connection_lost"


async def test_an_answer_outside_of_the_protocol_is_ambiguous(rig: Rig) -> None:
    rig.babble()

    assert isinstance(await failure_of(rig), AmbiguousDelivery)


@pytest.mark.parametrize("trouble", ["refuse", "be_gone", "be_busy", "break_down", "hang", "drop", "babble"])
async def test_after_any_trouble_the_next_message_gets_through(rig: Rig, trouble: str) -> None:
    await rig.send()
    getattr(rig, trouble)()
    await failure_of(rig)
    rig.recover()

    await rig.send()

    assert rig.accepted == 2


async def test_a_message_that_expired_is_not_sent(rig: Rig) -> None:
    with pytest.raises(PermanentDeliveryFailure) as failure:
        await rig.send(expires_at=NOW - timedelta(seconds=1))

    assert failure.value.reason == "expired"
    assert rig.accepted == 0


async def test_a_channel_that_sent_nothing_closes_quietly(rig: Rig) -> None:
    await rig.channel.close()
