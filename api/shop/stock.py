"""The shop's own stock: levels in memory, and the signed webhook that tells Waitline of each change."""

import json
from asyncio import gather
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx
from standardwebhooks import Webhook

PATIENCE = 10.0


class WebhookFailed(Exception):
    """Waitline did not take the webhook, so the shop keeps its former level. Look at Waitline's log and try again."""


class ShopStock:
    """What is on hand, by SKU. Waitline at ``base_url`` hears of every change.

    The levels live as long as the process. Before they are shown they are held against what Waitline knows, so that a
    demo that was restarted, or restocked by somebody else's webhook, shows the truth.
    """

    def __init__(
        self,
        levels: Mapping[str, int],
        *,
        base_url: str,
        source: str,
        write_key: str,
        webhook_secret: str,
        now: Callable[[], datetime],
    ) -> None:
        self._levels = dict(levels)
        self._base_url = base_url.rstrip("/")
        self._source = source
        self._write_key = write_key
        self._webhook = Webhook(webhook_secret)
        self._now = now

    async def levels(self, skus: Sequence[str]) -> Mapping[str, int]:
        """What is on hand now of these."""
        headers = {"Authorization": f"Bearer {self._write_key}"}
        async with httpx.AsyncClient(base_url=self._base_url, headers=headers, timeout=PATIENCE) as client:
            known = await gather(*(_is_available(client, sku) for sku in skus))
        for sku, available in zip(skus, known, strict=True):
            if available is not None and available != (self._levels[sku] > 0):
                self._levels[sku] = 1 if available else 0
        return {sku: self._levels[sku] for sku in skus}

    async def set_level(self, sku: str, on_hand: int) -> str:
        """Set a level and tell Waitline; returns Waitline's id of the delivery.

        Raises WebhookFailed when Waitline did not take it; the level is then unchanged.
        """
        report = {"sku": sku, "on_hand": on_hand, "observed_at": self._now().isoformat()}
        answer = await self._deliver(json.dumps(report))
        self._levels[sku] = on_hand
        return str(answer["delivery_id"])

    async def _deliver(self, body: str) -> dict[str, Any]:
        delivery, at = f"msg_{uuid4().hex}", self._now()
        headers = {
            "webhook-id": delivery,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": self._webhook.sign(delivery, at, body),
            "content-type": "application/json",
        }
        try:
            async with httpx.AsyncClient(base_url=self._base_url, timeout=PATIENCE) as client:
                answer = await client.post(f"/v1/webhooks/inventory/{self._source}", content=body, headers=headers)
        except httpx.TransportError as error:
            raise WebhookFailed(f"Waitline could not be reached ({type(error).__name__}).") from error
        if not answer.is_success:
            raise WebhookFailed(f"Waitline answered {answer.status_code} to the webhook.")
        return answer.json()


async def _is_available(client: httpx.AsyncClient, sku: str) -> bool | None:
    """Whether Waitline holds the variant for available; None when it does not say."""
    try:
        answer = await client.get(f"/v1/storefront/variants/{sku}")
    except httpx.TransportError:
        return None
    return bool(answer.json()["available"]) if answer.is_success else None
