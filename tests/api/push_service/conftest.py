"""A push service on a real socket, with a clock in the test's hand, and senders that sign like real ones."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import http_ece
import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from api.push_service import create_push_service
from tests.fakes.serving import serving
from tests.fakes.user_agent import PushSubscription, base64url, from_base64url


class HandClock:
    """A clock that moves only when the test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2027, 1, 5, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, span: timedelta) -> None:
        self.now += span


@dataclass
class Sender:
    """An application server: encrypts, signs, posts; each part may be spoilt by an argument."""

    clock: HandClock
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def public_key(self) -> str:
        return base64url(self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    def vapid(self, audience: str, lasting: timedelta = timedelta(hours=1), **claims: Any) -> str:
        stated = {"aud": audience, "exp": int((self.clock.now + lasting).timestamp()), "sub": "mailto:a@b.example"}
        return f"vapid t={jwt.encode(stated | claims, self.key, algorithm='ES256')}, k={self.public_key}"

    def encrypt(self, subscription: PushSubscription, payload: bytes) -> bytes:
        keys = subscription.as_json()["keys"]
        return http_ece.encrypt(
            payload,
            private_key=ec.generate_private_key(ec.SECP256R1()),
            dh=from_base64url(keys["p256dh"]),
            auth_secret=from_base64url(keys["auth"]),
        )

    async def send(
        self, subscription: PushSubscription, payload: bytes = b"hello", *, ttl: int = 60, **headers: str
    ) -> httpx.Response:
        url = httpx.URL(subscription.endpoint)
        return await self.post(
            subscription.endpoint,
            self.encrypt(subscription, payload),
            {"TTL": str(ttl), "Authorization": self.vapid(f"{url.scheme}://{url.netloc.decode()}"), **headers},
        )

    async def post(self, endpoint: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
        async with httpx.AsyncClient() as client:
            encoding = {"Content-Encoding": "aes128gcm"} if body else {}
            return await client.post(endpoint, content=body, headers=encoding | headers)


@dataclass
class Installation:
    """A push service's file, which outlives the service."""

    database: Path
    clock: HandClock

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[str]:
        async with serving(create_push_service(self.database, self.clock)) as address:
            yield address


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def installation(tmp_path: Path, clock: HandClock) -> Installation:
    return Installation(tmp_path / "push.db", clock)


@pytest.fixture
async def service(installation: Installation) -> AsyncGenerator[str]:
    async with installation.running() as address:
        yield address


@pytest.fixture
def sender(clock: HandClock) -> Sender:
    return Sender(clock)
