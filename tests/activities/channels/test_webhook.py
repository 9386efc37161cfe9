"""Webhooks: signed so that a receiver can check, the same id however often, and never to our own network."""

import asyncio

import pytest
from standardwebhooks import Webhook

from activities.channels.channel import Accepted
from activities.errors import PermanentDeliveryFailure
from engine.messages.addresses import WebhookAddress
from engine.messages.rendered import RenderedWebhook
from engine.store.tables import Suppression
from tests.activities.channels.rigs import NOW, WEBHOOK_SECRET, webhook_channel
from tests.activities.post import PostOffice
from tests.builders import journey, node
from tests.fakes.scripted_http import Answer, ScriptedHttp
from tests.workflows.stage import ListeningChannel

CALL = {
    "channel": "webhook",
    "url": "https://shop.example/hooks/in-app",
    "fields": [{"name": "text", "value": "{{ product.name }} is back"}],
}


async def test_a_receiver_can_check_the_signature_and_knows_a_repeat_by_its_id() -> None:
    async with ScriptedHttp(lambda _request: Answer(204)).running() as system:
        channel = webhook_channel()
        message = RenderedWebhook(send_id="snd_1", url=f"{system.url}/hook", body='{"text": "é 🧥"}')
        for _ in range(2):
            accepted = await channel.send(message, WebhookAddress(url=""), key="snd_1", expires_at=None)
            assert accepted == Accepted(provider_id="snd_1")
        await channel.close()

    first, second = system.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == "snd_1"
    assert first.headers["content-type"] == "application/json"
    expected = Webhook(WEBHOOK_SECRET).sign("snd_1", NOW, first.body.decode())
    assert first.headers["webhook-signature"] == expected


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/", "https://10.0.0.1/", "http://shop.example/", "https://[::1]/", "https://0x7f.1/"]
)
async def test_an_address_inside_our_network_is_not_called(url: str) -> None:
    channel = webhook_channel(allow_private_endpoints=False)
    with pytest.raises(PermanentDeliveryFailure) as failure:
        await channel.send(
            RenderedWebhook(send_id="s", url=url, body="{}"), WebhookAddress(url=""), key="k", expires_at=None
        )
    assert failure.value.reason == "forbidden_address"
    await channel.close()


@pytest.mark.spec("F-103")
async def test_a_journey_lets_the_shops_own_app_show_a_message_by_a_webhook(post: PostOffice) -> None:
    """In-app messages are the shop's: a webhook step coordinates them with the other channels."""
    app = post.channels["webhook"] = ListeningChannel("webhook")
    shape = journey(
        node("push", "message", channel="webhook", message="push"),
        paths=["entry > push", "push.sent > done", "push.not_sent > done"],
    )
    await post.publish_shape(shape, messages={"push": CALL})
    await post.person("ada")
    for channel in ("web_push", "email"):
        await post.consents("ada", channel, granted=False)

    assert await post.reason("ada") == "sent", "no consent is asked for a call to the shop itself"

    ((_, message),) = app.sent
    assert isinstance(message, RenderedWebhook)
    assert '"text": "Linen shirt is back"' in message.body
    app.failures.append(PermanentDeliveryFailure("gone", address_gone=True))
    assert await post.reason("ada", run="2") == "gone"
    assert await post.rows(Suppression) == [], "one receiver that is gone silences no channel"
    del post.channels["webhook"]
    assert await post.reason("ada", run="3") == "no_address", "without a secret there is no way to call"


async def test_a_hanging_provider_fills_its_own_compartment_and_no_other(post: PostOffice) -> None:
    await post.publish()
    await post.person("ada")
    hanging, full_house = asyncio.Event(), asyncio.Event()

    async def hang(_key: str) -> None:
        if post.channels["web_push"].tries >= 64:
            full_house.set()
        await hanging.wait()

    post.channels["web_push"].reaction = hang
    messenger = post.messenger
    waiting = [asyncio.create_task(messenger.deliver(await post.task("ada", run=str(run)))) for run in range(64)]
    await full_house.wait()

    full = await messenger.deliver(await post.task("ada", run="one too many"))
    mails = [await messenger.deliver(await post.task("ada", run=str(run), node_id="mail")) for run in range(20)]

    assert full.later is not None, "told to come back, without waiting for a place"
    assert [mail.outcome.status for mail in mails if mail.outcome] == ["sent"] * 20
    assert not any(one.done() for one in waiting)
    hanging.set()
    assert {answer.outcome.status for answer in await asyncio.gather(*waiting) if answer.outcome} == {"sent"}
    again = await messenger.deliver(await post.task("ada", run="one too many"))
    assert again.outcome is not None
    assert again.outcome.status == "sent"
