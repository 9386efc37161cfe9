"""Erasing a person from a whole Waitline: afterwards no byte of the data folder says who she was."""

import base64
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from temporalio.client import Client
from temporalio.converter import WorkflowSerializationContext

from api.serve import prove_enrollment, replay_enrollment
from engine.proofs.checking import check
from engine.settings import Settings
from engine.store.audit import verify
from engine.store.database import Database
from engine.store.vault import CannotOpen, Vault
from tests.api.test_journey_lifecycle import complete
from tests.stack import SOURCE, Stack, until
from workflows.replaying import replay_opened
from workflows.sealing import EnrollmentKeys, KeyDestroyed, SealingConverter

EMAIL = "ada.lovelace@erased.example"
NAME = "Adalovelacia"
PHONE = "+442079460123"
PROVIDERS = {
    "smtp_password": "a-password-of-the-mail-server",
    "twilio_auth_token": "a-token-of-twilio",
    "webhook_secret": "whsec_" + base64.b64encode(b"a secret that signs webhooks").decode(),
    "mailgun_signing_key": "a-signing-key-of-mailgun",
    "postmark_secret": "a-password-of-postmark",
    "oidc_client_secret": "a-secret-of-single-sign-on",
    "copy_assistant_key": "a-key-of-the-copy-assistant",
}
JOURNEY = {
    "trigger": {"kind": "event", "event": "Added to Cart"},
    "wait": {"id": "pause", "type": "delay", "duration": "PT1H"},
}


def holders(folder: Path, *texts: str) -> list[str]:
    """The files of a folder in which one of these texts stands, plain or as JSON, URLs or base64 would write it."""
    found = [
        f"{file.relative_to(folder)}: {text}"
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        for text in texts
        if text.encode().lower() in file.read_bytes().lower()
    ]
    return sorted(set(found))


async def launch(staff: httpx.AsyncClient) -> None:
    """A journey that sends at once and then waits an hour, for who put something into the cart."""
    drawn = complete("Carts")
    drawn["graph"]["nodes"][0]["trigger"] = JOURNEY["trigger"]
    drawn["graph"]["edges"] = [
        {"source": "entry", "outlet": "next", "target": "mail"},
        {"source": "mail", "outlet": "sent", "target": "pause"},
        {"source": "mail", "outlet": "not_sent", "target": "pause"},
        {"source": "pause", "outlet": "next", "target": "done"},
    ]
    drawn["graph"]["nodes"] = [node for node in drawn["graph"]["nodes"] if node["id"] != "push"]
    drawn["graph"]["nodes"][1] = JOURNEY["wait"]
    drawn["messages"] = {
        "restock_email": {
            "channel": "email",
            "subject": "For {{ profile.first_name | default('you') }}",
            "blocks": [{"type": "text", "text": "Hello {{ event.mail | default('you') }}"}],
        }
    }
    made = await staff.post("/v1/journeys", json={"name": "Carts", "document": drawn})
    assert made.status_code == 201, made.text
    published = await staff.post(f"/v1/journeys/{made.json()['id']}/publish", json={"revision": 1, "status": "active"})
    assert published.status_code == 200, published.text


@pytest.mark.timeout(240)
@pytest.mark.spec("S-008", "R-007")
async def test_an_erased_person_leaves_no_trace_in_the_data_folder(tmp_path: Path) -> None:
    async with Stack(tmp_path / "home", worker_processes="1", **PROVIDERS).running() as stack:
        staff = await stack.staff()
        await launch(staff)
        shopper = stack.shopper()
        who = {"anonymous_id": "browser-1234567"}
        waiting = await shopper.post(
            "/v1/waitlist",
            json={
                "variant": "FJELL-M",
                "email": EMAIL,
                "phone": PHONE,
                "profile": who,
                "page_url": f"https://shop.example/?me={EMAIL}",
                "consents": [
                    {"channel": "email", "topic": "back_in_stock"},
                    {"channel": "email", "topic": "marketing"},
                ],
            },
        )
        assert waiting.status_code == 201, waiting.text
        profile = waiting.json()["profile_id"]
        for body in (
            {"type": "identify", "traits": {"firstName": NAME, "email": EMAIL, "company": f"{NAME} Ltd"}},
            {"type": "track", "event": "Added to Cart", "properties": {"mail": EMAIL}},
        ):
            call = {
                **body,
                "userId": "customer-4711",
                "anonymousId": "browser-1234567",
                "messageId": f"m-{body['type']}",
            }
            assert (await shopper.post("/v1/batch", json={"batch": [call]})).status_code == 200
        enrollments: list[Any] = await until(
            lambda: stack.query("SELECT id FROM enrollment WHERE node = 'pause' AND status = 'waiting'"), "her wait"
        )
        await until(lambda: stack.query("SELECT 1 FROM inbox_message"), "the caught e-mail")
        exported = (await staff.get(f"/v1/profiles/{profile}/export")).json()
        assert holders(tmp_path, EMAIL), "before, she is in many places"
        history = await sealed_history(stack, enrollments[0][0])
        replayed = await replay_enrollment(Settings(home=stack.home), enrollments[0][0])
        assert replayed.is_same, replayed.differences or replayed.fault
        begun = replayed.histories[0]["events"][0]["workflowExecutionStartedEventAttributes"]["input"]["payloads"][0]
        assert EMAIL in base64.b64decode(begun["data"]).decode(), "with the key, a history is read and replayed"
        proof = await prove_enrollment(Settings(home=stack.home), enrollments[0][0], datetime.now(UTC))
        checked = check(json.dumps(proof).encode())
        assert checked.contents is not None
        assert (checked.faults, checked.contents.histories.state) == ([], "kept")
        runs = checked.contents.histories.runs
        again = await replay_opened(enrollments[0][0], checked.contents.trail, runs, checked.versions)
        assert again.is_same, "a proof holds the history opened, which is decided again without its key"
        counts = await numbers(stack)

        erased = await staff.post(f"/v1/profiles/{profile}/erase", json={"reason": "She asked for it"})

        assert erased.status_code == 202, erased.text
        left = erased.json()["profile_id"]
        await until(lambda: not stack.query("SELECT 1 FROM enrollment WHERE salt IS NOT NULL"), "the end of her keys")
        await until(
            lambda: not stack.query("SELECT 1 FROM outbox_row WHERE routed_at IS NULL"), "the end of the routing"
        )
        assert holders(tmp_path, EMAIL, NAME, PHONE, "customer-4711", "browser-1234567") == []
        assert await numbers(stack) == counts, "what is counted stays counted"
        with pytest.raises((KeyDestroyed, CannotOpen)):
            await opened(stack, enrollments[0][0], history)
        card = (await staff.get(f"/v1/profiles/{left}")).json()
        assert card["email"] is None
        assert card["name"] is None
        database = Database(f"sqlite+aiosqlite:///{stack.home / 'waitline.db'}")
        assert (await database.run(verify, writes=False)).findings == [], "the ledger's chains hold"
        await database.close()

    shop = stack.secret_of(SOURCE)
    assert shop.startswith("whsec_"), "with the key, the source's secret is read"
    assert holders(tmp_path, shop, "PRIVATE KEY", *PROVIDERS.values()) == [], "no provider's secret lies open"
    assert (stack.home / "run" / "api.log").stat().st_size > 0, "there were logs, and none of them named her"
    said = json.dumps(exported)
    for text in (EMAIL, NAME, PHONE, "customer-4711", "browser-1234567"):
        assert text in said
    assert exported["messages"], "what she was sent is part of it"
    assert {event["name"] for event in exported["events"]} >= {"Added to Cart", "Waiting on Stock"}
    assert re.search(r'"(salt|hash|p256dh)"', json.dumps(exported["enrollments"])) is None


async def numbers(stack: Stack) -> dict[str, Any]:
    """What the ledger and the journeys count."""
    tables = ("send", "send_outcome", "enrollment", "trail_row", "waitlist_entry", "event", "node_counter")
    return {table: stack.query(f"SELECT count(*) FROM {table}") for table in tables if table != "trail_row"}


async def sealed_history(stack: Stack, enrollment: str) -> Any:
    """The history as Temporal gives it to who has no key."""
    address = (stack.home / "run" / "temporal-address").read_text()
    history = await (await Client.connect(address)).get_workflow_handle(enrollment).fetch_history()
    assert EMAIL not in json.dumps(history.to_json_dict())
    begun = history.events[0].workflow_execution_started_event_attributes.input.payloads
    assert await opened(stack, enrollment, begun), "with the key it can be read"
    return begun


async def opened(stack: Stack, enrollment: str, payloads: Any) -> Any:
    """What a new process reads of it."""
    database = Database(f"sqlite+aiosqlite:///{stack.home / 'waitline.db'}")
    try:
        vault = Vault([(stack.home / "secrets" / "secret_key").read_text().strip()])
        keys = EnrollmentKeys(vault, database)
        await keys.load([enrollment])
        context = WorkflowSerializationContext(namespace="default", workflow_id=enrollment)
        return await SealingConverter.over(keys).with_context(context).decode(payloads)
    finally:
        await database.close()
