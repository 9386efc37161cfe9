"""The channels that ship are those that the guide names, and what does not ship says so."""

import json

import pytest
from pydantic import SecretStr

from activities.channels.assembly import open_channels
from activities.channels.mobile_push import MobilePushChannel
from activities.channels.vapid import VapidKey
from api.standalone.home import new_firebase_account
from engine.guardrails.settings import Guardrails
from engine.settings import Settings
from tests.architecture.sources import ROOT

GUIDE = ROOT / "docs" / "messages.md"
SECRET = SecretStr("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")


@pytest.mark.spec("F-100")
def test_the_guide_names_the_channels_that_ship_and_mobile_push_by_firebase_is_one() -> None:
    key = SecretStr(VapidKey.generate().private_text)
    settings = Settings(
        vapid_private_key=key,
        webhook_secret=SECRET,
        twilio_account_sid="ACshop",
        fcm_service_account=SecretStr(new_firebase_account()),
    )
    channels = open_channels(settings)

    section = GUIDE.read_text().split("\n## Channels\n")[1]

    named = {line.split("`")[1] for line in section.splitlines() if line.startswith("| `")}
    assert named == set(channels)
    assert isinstance(channels["mobile_push"], MobilePushChannel)
    assert "Firebase Cloud Messaging, HTTP v1" in section


def test_the_guardrails_of_the_guide_are_ones_that_a_journey_may_have() -> None:
    example = GUIDE.read_text().split("```json\n")[1].split("```")[0]

    assert Guardrails.model_validate(json.loads(example)).bypass_caps is not None
