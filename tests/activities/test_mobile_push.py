"""Mobile push from the app's token to the ledger: every device that can be reached, and one that cannot any more."""

from typing import Any

from activities.channels.channel import Accepted
from activities.errors import PermanentDeliveryFailure
from engine.messages.addresses import DeviceToken
from engine.store import push_subscriptions
from engine.store.tables import PushSubscription, Send
from tests.activities.post import PostOffice
from tests.builders import journey, node
from tests.workflows.stage import ListeningChannel

CONTENT = {"channel": "mobile_push", "title": "It is back", "link": "{{ product.url }}"}


class Phones(ListeningChannel):
    """Takes what goes to a device, but for those that were sold."""

    def __init__(self) -> None:
        super().__init__("mobile_push")
        self.told: list[str] = []

    async def send(self, message: Any, address: Any, **options: Any) -> Accepted:
        assert isinstance(address, DeviceToken)
        if address.token.startswith("sold"):
            raise PermanentDeliveryFailure("gone", "UNREGISTERED", address_gone=True)
        self.told.append(address.token)
        return await super().send(message, address, **options)


async def test_each_device_is_told_one_that_is_gone_is_removed_and_no_browser_is_meant(
    post_everywhere: PostOffice,
) -> None:
    post = post_everywhere
    phones = Phones()
    post.channels = {"mobile_push": phones, "web_push": ListeningChannel("web_push")}
    post.messenger = post.another_messenger()
    paths = ["entry > tell", "tell.sent > done", "tell.not_sent > done"]
    tell = node("tell", "message", channel="mobile_push", message="it")
    await post.publish_shape(journey(tell, paths=paths, messages={"it": CONTENT}, name="apps"))
    profile = await post.person("ada", browsers=2)
    async with post.database.transaction() as session:
        for token in ("phone", "tablet", "sold-phone"):
            device = push_subscriptions.app(token, "android")
            await push_subscriptions.subscribe(session, profile, device, post.now)

    assert await post.reason("ada", run="before") == "no_consent"
    await post.consents("ada", "mobile_push")
    assert await post.reason("ada", run="after") == "sent"

    assert sorted(phones.told) == ["phone", "tablet"]
    removed = {one["endpoint"]: one["removed_reason"] for one in await post.rows(PushSubscription) if one["removed_at"]}
    assert removed == {"fcm:sold-phone": "gone"}
    channels = {row["channel"] for row in await post.rows(Send)}
    assert channels == {"mobile_push"}
    await post.person("ben")
    await post.consents("ben", "mobile_push")
    assert await post.reason("ben") == "no_address", "he has a browser and no app"
