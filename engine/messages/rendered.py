"""What one profile receives, exactly: stored as it was sent, addressed by the hash of its content."""

import hashlib
import json
from datetime import timedelta
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from engine.messages.links import RenderedLink
from engine.model import Frozen


class RenderedBase(Frozen):
    """What every rendered message has."""

    send_id: str
    links: tuple[RenderedLink, ...] = ()

    @cached_property
    def content_hash(self) -> str:
        """The sha256 of the message's canonical JSON (sorted names, no spaces, UTF-8), in hex."""
        canonical = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()


class RenderedWebPush(RenderedBase):
    """A browser notification: `payload` is the JSON text that the service worker decrypts; the rest is for the service.

    `variant` is the SKU that the message is about.
    """

    channel: Literal["web_push"] = "web_push"
    payload: str
    ttl: timedelta
    urgency: Literal["very-low", "low", "normal", "high"] = "normal"
    topic: str | None = None
    title: str
    body: str
    variant: str | None = None


class RenderedEmail(RenderedBase):
    """An e-mail. Absent sender fields mean the workspace's own; `unsubscribe_url` becomes List-Unsubscribe."""

    channel: Literal["email"] = "email"
    subject: str
    preheader: str = ""
    from_name: str | None = None
    from_address: str | None = None
    reply_to: str | None = None
    html: str
    text: str
    unsubscribe_url: str | None = None


class RenderedSms(RenderedBase):
    """A text message and what it costs: `segments` of the alphabet `encoding`."""

    channel: Literal["sms"] = "sms"
    text: str
    sender: str | None = None
    encoding: Literal["GSM-7", "UCS-2"]
    segments: int


class RenderedWebhook(RenderedBase):
    """A call to one of the shop's systems; `body` is its JSON text."""

    channel: Literal["webhook"] = "webhook"
    url: str
    body: str


RenderedMessage = Annotated[
    RenderedWebPush | RenderedEmail | RenderedSms | RenderedWebhook, Field(discriminator="channel")
]
rendered_messages: TypeAdapter[RenderedMessage] = TypeAdapter(RenderedMessage)
"""Reads any stored rendered message back."""
