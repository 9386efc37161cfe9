"""A worker that is told to stop, at a deploy for example, while messages are under way."""

import asyncio

import yaml
from temporalio.testing import ActivityEnvironment

from activities.channels.assembly import open_channels
from activities.channels.vapid import VapidKey
from activities.delivering import Deliveries
from activities.tasks import DeliverAnswer
from api.standalone.children import STOP_SECONDS
from engine.settings import Settings
from tests.activities.post import PostOffice
from tests.architecture.sources import ROOT


async def test_a_send_that_is_under_way_is_carried_to_its_end_and_known(post: PostOffice) -> None:
    await post.publish()
    await post.person("ada")
    begun, taken = asyncio.Event(), asyncio.Event()

    async def slowly(_: str) -> None:
        begun.set()
        await taken.wait()

    post.channels["web_push"].reaction = slowly
    for run, deliver in enumerate(
        (Deliveries(post.messenger).deliver_now, Deliveries(post.messenger).deliver_patiently)
    ):
        begun.clear()
        taken.clear()
        environment = ActivityEnvironment()
        task = await post.task("ada", run=str(run))
        sending: asyncio.Task[DeliverAnswer] = asyncio.create_task(environment.run(deliver, task))
        await begun.wait()
        environment.worker_shutdown()
        environment.cancel()
        taken.set()

        answer = await sending

        assert answer.outcome is not None
        assert answer.outcome.status == "sent"
    assert await post.states() == ["accepted", "accepted"]


async def test_whoever_stops_a_worker_waits_for_longer_than_any_channel_does() -> None:
    settings = Settings.model_validate(
        {
            "vapid_private_key": VapidKey.generate().private_text,
            "webhook_secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "twilio_account_sid": "AC1",
            "twilio_auth_token": "a token",
        }
    )
    channels = open_channels(settings)
    assert set(channels) == {"web_push", "email", "sms", "webhook"}
    patience = max(channel.patience.total_seconds() for channel in channels.values())
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]

    assert patience < STOP_SECONDS
    assert patience < int(services["worker"]["stop_grace_period"].removesuffix("s"))
