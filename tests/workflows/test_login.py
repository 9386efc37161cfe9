"""A visitor who waits before she says who she is: one person afterwards, with all her browsers, told once."""

import httpx
import pytest
from sqlalchemy import select

from api.app import create_app
from engine.settings import Settings
from engine.store import keys
from engine.store.statements import core
from engine.store.tables import Enrollment, Identity, PushSubscription, WaitlistEntry
from tests.api.shopfront import subscription
from tests.workflows.stage import Stage
from tests.workflows.test_back_in_stock import ONE_PUSH


@pytest.mark.spec("F-177")
async def test_an_anonymous_wait_becomes_the_persons_at_her_login_and_enrolls_her_once(stage: Stage) -> None:
    settings = Settings.model_validate({"secret_key": "a secret for tests", "allow_private_endpoints": True})
    app = create_app(settings, stage.database, now=stage.clock)
    async with stage.database.transaction() as session:
        _, key = await keys.create_key(session, "write", name="test", now=stage.clock())
    await stage.publish(ONE_PUSH)
    consents = [{"channel": "web_push", "text_version": "2026-11-22"}]
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://waitline.example",
        headers={"Authorization": f"Bearer {key}"},
    ) as shop:
        for browser in ("phone", "laptop"):
            wish = {
                "variant": "M",
                "profile": {"anonymous_id": browser},
                "push_subscription": subscription(f"https://push.example/{browser}"),
                "consents": consents,
            }
            assert (await shop.post("/v1/waitlist", json=wish)).is_success
        assert len({entry["profile_id"] for entry in await stage.rows(WaitlistEntry)}) == 2
        for browser in ("phone", "laptop"):
            login = {"userId": "42", "anonymousId": browser, "traits": {"plan": "gold"}}
            assert (await shop.post("/v1/identify", json=login)).is_success

    [entry] = await stage.rows(WaitlistEntry)
    person = entry["profile_id"]
    browsers = await stage.rows(PushSubscription, profile_id=person)
    assert len(browsers) == 2, "one profile, many subscriptions"
    async with stage.database.engine.connect() as connection:
        owners = await connection.execute(select(core(Identity).c.value, core(Identity).c.profile_id))
        assert {value: owner for value, owner in owners if value in {"42", "phone", "laptop"}} == {
            "42": person,
            "phone": person,
            "laptop": person,
        }

    async def enrolled() -> int:
        return len(await stage.rows(Enrollment))

    await stage.restock("M", 3)
    await stage.until(enrolled, 1)
    [enrollment] = await stage.rows(Enrollment)
    assert enrollment["profile_id"] == person
    assert await stage.client.get_workflow_handle(enrollment["id"], result_type=str).result() == "completed"
    assert len(stage.push.sent) == 2, "both of her browsers hear of it, once each"
    await stage.restock("M", 5)
    assert await enrolled() == 1
