"""Webhooks of mail services: believed when they are signed, and then heard by ledger, journeys and suppression."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from fastapi import FastAPI
from sqlalchemy import select

from engine.settings import Settings
from engine.store.database import Database
from engine.store.ids import address_hash
from engine.store.statements import core
from engine.store.tables import Event, SendOutcome, Suppression
from tests.api.conftest import HandClock
from tests.api.world import World, at

SEND = "snd_01kbjv0m8e5w3tq9z7c2r4x6yd"
MESSAGE_ID = "<0123456789abcdef@shop.example>"
ADA = "ada@shop.example"
TOPIC = "arn:aws:sns:eu-central-1:123456789012:waitline"
SENDGRID_KEY = ec.generate_private_key(ec.SECP256R1())
AMAZON_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CERTIFICATE_URL = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-1.pem"


@dataclass
class Services:
    """The four services, each calling in its own way."""

    client: httpx.AsyncClient
    clock: HandClock
    fetched: list[str]

    async def call(self, service: str, kind: str, *, forge: bool = False, late: bool = False) -> httpx.Response:
        moment = self.clock() - timedelta(days=2 if late else 0)
        path, headers, body = getattr(self, service)(kind, str(int(moment.timestamp())))
        if forge:  # Mailgun signs a token and no body
            body = body.replace("token0", "token1") if service == "mailgun" else body.replace(ADA[:3], "eve")
            headers = {name: value.replace("c2Vj", "c2Vk") for name, value in headers.items()}
        return await self.client.post(path, content=body, headers=headers)

    def sendgrid(self, kind: str, timestamp: str) -> tuple[str, Mapping[str, str], str]:
        names = {"delivered": "delivered", "hard": "bounce", "soft": "blocked", "complained": "spamreport"}
        event = {
            "event": names[kind],
            "email": ADA,
            "smtp-id": MESSAGE_ID,
            "sg_event_id": f"sg-{kind}",
            "type": "bounce" if kind == "hard" else "blocked",
            "reason": "550 no",
        }
        body = json.dumps([event, {"event": "processed"}])
        signature = SENDGRID_KEY.sign(timestamp.encode() + body.encode(), ec.ECDSA(SHA256()))
        headers = {
            "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
            "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
        }
        return "/v1/providers/sendgrid", headers, body

    def mailgun(self, kind: str, timestamp: str) -> tuple[str, Mapping[str, str], str]:
        names = {"delivered": "delivered", "hard": "failed", "soft": "failed", "complained": "complained"}
        signed = hmac.new(b"mailgun-key", f"{timestamp}token0".encode(), hashlib.sha256).hexdigest()
        data = {
            "event": names[kind],
            "severity": "permanent" if kind == "hard" else "temporary",
            "recipient": ADA,
            "id": f"mg-{kind}",
            "message": {"headers": {"message-id": MESSAGE_ID.strip("<>")}},
            "reason": "bounce",
        }
        signature = {"timestamp": timestamp, "token": "token0", "signature": signed}
        return "/v1/providers/mailgun", {}, json.dumps({"signature": signature, "event-data": data})

    def postmark(self, kind: str, timestamp: str) -> tuple[str, Mapping[str, str], str]:
        record: dict[str, Any] = {
            "delivered": {"RecordType": "Delivery", "Recipient": ADA},
            "hard": {"RecordType": "Bounce", "Type": "HardBounce", "Email": ADA},
            "soft": {"RecordType": "Bounce", "Type": "SoftBounce", "Email": ADA},
            "complained": {"RecordType": "SpamComplaint", "Type": "SpamComplaint", "Email": ADA},
        }[kind]
        token = base64.b64encode(b"waitline:secret").decode()
        times = {"delivered": "DeliveredAt"}
        record[times.get(kind, "BouncedAt")] = moment_of(timestamp)
        body = json.dumps({**record, "ID": 7, "Metadata": {"send-id": SEND}})
        return "/v1/providers/postmark", {"Authorization": f"Basic {token}"}, body

    def ses(self, kind: str, timestamp: str) -> tuple[str, Mapping[str, str], str]:
        details: dict[str, tuple[str, dict[str, Any]]] = {
            "delivered": ("Delivery", {"delivery": {"recipients": [ADA]}}),
            "hard": ("Bounce", {"bounce": {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": ADA}]}}),
            "soft": ("Bounce", {"bounce": {"bounceType": "Transient", "bouncedRecipients": [{"emailAddress": ADA}]}}),
            "complained": ("Complaint", {"complaint": {"complainedRecipients": [{"emailAddress": ADA}]}}),
        }
        name, detail = details[kind]
        mail = {"destination": [ADA], "commonHeaders": {"messageId": MESSAGE_ID}}
        told = json.dumps({"notificationType": name, "mail": mail, **detail})
        return (
            "/v1/providers/ses",
            {},
            json.dumps(sns(Type="Notification", Message=told, Timestamp=moment_of(timestamp))),
        )


def moment_of(timestamp: str) -> str:
    """The same moment as Postmark and Amazon write it."""
    return datetime.fromtimestamp(int(timestamp), UTC).isoformat().replace("+00:00", "Z")


def sns(*, version: str = "2", **fields: str) -> dict[str, str]:
    """A message as Amazon SNS signs it."""
    message = {"MessageId": "m-1", "TopicArn": TOPIC, **fields}
    names = [name for name in sorted(message) if name != "Signature"]
    text = "".join(f"{name}\n{message[name]}\n" for name in names)
    algorithm = SHA256() if version == "2" else SHA1()
    signature = AMAZON_KEY.sign(text.encode(), padding.PKCS1v15(), algorithm)
    signed = {"SignatureVersion": version, "Signature": base64.b64encode(signature).decode()}
    return {**message, **signed, "SigningCertURL": CERTIFICATE_URL}


def certificate() -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    now = datetime(2027, 1, 1, tzinfo=UTC)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(AMAZON_KEY.public_key())
    built = built.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=365))
    return built.sign(AMAZON_KEY, SHA256()).public_bytes(Encoding.PEM)


@pytest.fixture
async def services(app: FastAPI, client: httpx.AsyncClient, clock: HandClock) -> Services:
    fetched: list[str] = []

    async def fetch(url: str) -> bytes:
        fetched.append(url)
        return certificate()

    key = SENDGRID_KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    given = {
        "sendgrid_public_key": base64.b64encode(key).decode(),
        "mailgun_signing_key": "mailgun-key",
        "postmark_secret": "secret",
        "ses_topic_arn": TOPIC,
    }
    before = app.state.services
    settings = Settings.model_validate(before.settings.model_dump() | given)
    app.state.services = replace(before, settings=settings, fetch=fetch)
    return Services(client, clock, fetched)


@pytest.fixture
async def sent(world: World, database: Database) -> None:
    """An e-mail to Ada, accepted."""
    await world.shop()
    await world.journey()
    await world.profile()
    await world.enrollment("enr_1", variant_id="var_m")
    await world.send(SEND, channel="email", address_hash=address_hash(ADA))
    await world.add(SendOutcome(send_id=SEND, state="accepted", provider_id=MESSAGE_ID, at=at(0)))


async def told(database: Database) -> tuple[list[str], list[str], list[tuple[str, str]]]:
    """States of the ledger, names of events, suppressions."""
    outcome, event, suppression = core(SendOutcome), core(Event), core(Suppression)
    async with database.snapshot() as session:
        states = list(await session.scalars(select(outcome.c.state).order_by(outcome.c.id)))
        names = list(
            await session.scalars(select(event.c.name).where(event.c.properties["send_id"].as_string() == SEND))
        )
        rows = await session.execute(select(suppression.c.address_hash, suppression.c.reason))
        return states, names, [(row.address_hash, row.reason) for row in rows]


SERVICES = ("sendgrid", "mailgun", "postmark", "ses")


@pytest.mark.spec("F-155")
@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    ("kind", "states", "events", "suppressed"),
    [
        ("delivered", ["accepted", "delivered"], ["Message Delivered"], None),
        ("hard", ["accepted", "bounced"], ["Message Bounced"], "bounced"),
        ("soft", ["accepted", "bounced"], ["Message Bounced"], None),
        ("complained", ["accepted"], ["Message Complained"], "complained"),
    ],
)
@pytest.mark.usefixtures("sent")
async def test_what_a_service_signs_moves_the_send_tells_journeys_and_suppresses_what_never_works(
    *,
    services: Services,
    database: Database,
    service: str,
    kind: str,
    states: list[str],
    events: list[str],
    suppressed: str | None,
) -> None:
    for _ in range(2):
        answer = await services.call(service, kind)
        assert answer.status_code == 204, answer.text

    hashes = [] if suppressed is None else [(address_hash(ADA), suppressed)]
    assert await told(database) == (states, events, hashes)


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.usefixtures("sent")
async def test_what_is_forged_is_refused_and_changes_nothing(
    services: Services, database: Database, client: httpx.AsyncClient, service: str
) -> None:
    forged = await services.call(service, "hard", forge=True)
    unsigned = await client.post(f"/v1/providers/{service}", json={"event": "bounce", "Type": "Notification"})

    assert (forged.status_code, unsigned.status_code) == (401, 401)
    assert await told(database) == (["accepted"], [], [])


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.usefixtures("sent")
async def test_what_was_signed_long_ago_is_refused(services: Services, database: Database, service: str) -> None:
    assert (await services.call(service, "hard", late=True)).status_code == 401
    assert (await told(database))[2] == []


@pytest.mark.usefixtures("sent")
async def test_a_token_of_mailgun_serves_one_event_and_that_event_again_changes_nothing(
    services: Services, database: Database, client: httpx.AsyncClient
) -> None:
    """Mailgun signs no body: without this, whoever overhears a call could say anything for ten minutes."""
    path, _, body = services.mailgun("delivered", str(int(services.clock().timestamp())))
    told_first = json.loads(body)
    other = json.loads(body.replace("mg-delivered", "mg-2"))
    other["event-data"] |= {"event": "failed", "severity": "permanent"}
    same_with_more = {**told_first, "event-data": {**told_first["event-data"], "event": "complained"}}

    answers = [
        (await client.post(path, json=one)).status_code for one in (told_first, told_first, other, same_with_more)
    ]

    assert answers == [204, 204, 401, 204]
    assert await told(database) == (["accepted", "delivered"], ["Message Delivered"], [])
    services.clock.pass_by(timedelta(minutes=11))
    assert (await client.post(path, json=told_first)).status_code == 401, "and soon it serves for nothing at all"


async def test_without_a_key_nothing_is_believed(client: httpx.AsyncClient, clock: HandClock) -> None:
    unset = Services(client, clock, [])
    for service in SERVICES:
        assert (await unset.call(service, "hard")).status_code == 401


async def test_a_topic_is_confirmed_at_amazon_only(services: Services, client: httpx.AsyncClient) -> None:
    async def confirm(address: str, **changes: str) -> int:
        fields = {"Message": "?", "SubscribeURL": address, "Timestamp": services.clock().isoformat(), "Token": "t"}
        message = sns(Type="SubscriptionConfirmation", version="1", **fields) | changes
        return (await client.post("/v1/providers/ses", json=message)).status_code

    good = "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=t"
    assert await confirm(good) == 204
    assert services.fetched == [CERTIFICATE_URL, good]
    assert await confirm("https://evil.example/") == 204
    assert await confirm(good, SigningCertURL="https://evil.example/cert.pem") == 401
    assert await confirm(good, TopicArn="arn:other") == 401
    assert "evil" not in "".join(services.fetched)


async def test_an_address_that_we_never_wrote_to_is_suppressed_by_its_own_report(
    services: Services, database: Database
) -> None:
    assert (await services.call("mailgun", "hard")).status_code == 204
    assert (await told(database))[2] == [(address_hash(ADA), "bounced")]
