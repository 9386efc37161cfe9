"""Where a message goes: one address type a channel, checked when it is made.

Phone numbers arrive here in E.164; `engine.messages.phone` turns what people type into it, at the edge only.
"""

from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from engine.model import Frozen

MAX_ENDPOINT_LENGTH = 2048
PUSH_CHANNELS = ("web_push", "mobile_push")
APP_SCHEME = "fcm:"
"""How the endpoint of an app begins, where the endpoint of a browser is an https URL; the device token follows."""
MAILBOX = r"^[^\s@<>,;:\x00-\x1f\"]+@[^\s@<>,;:\x00-\x1f\"]+$"


class PushAddress(Frozen):
    """One browser's push subscription: the service's URL for it, and the keys that only this browser can decrypt with.

    `p256dh` is an uncompressed P-256 point (65 bytes) and `auth` a 16-byte secret, both base64url as browsers hand
    them out (RFC 8291), padding optional.
    """

    channel: Literal["web_push"] = "web_push"
    endpoint: str = Field(max_length=MAX_ENDPOINT_LENGTH)
    p256dh: str = Field(pattern=r"^B[A-Za-z0-9_-]{86}=?$")
    auth: str = Field(pattern=r"^[A-Za-z0-9_-]{22}(==)?$")

    @field_validator("endpoint")
    @classmethod
    def _absolute(cls, endpoint: str) -> str:
        parts = urlsplit(endpoint)
        if parts.scheme not in {"https", "http"} or not parts.hostname or parts.username is not None:
            raise ValueError("A push endpoint is an absolute http(s) URL without credentials.")
        return endpoint


class DeviceToken(Frozen):
    """One installation of the shop's app, by the token that Firebase Cloud Messaging gave it."""

    channel: Literal["mobile_push"] = "mobile_push"
    token: str = Field(min_length=1, max_length=MAX_ENDPOINT_LENGTH - len(APP_SCHEME), pattern=r"^[\x21-\x7e]+$")


class EmailAddress(Frozen):
    """One mailbox."""

    channel: Literal["email"] = "email"
    address: str = Field(max_length=320, pattern=MAILBOX)


class PhoneNumber(Frozen):
    """One phone number in E.164: a plus sign, the country code and the subscriber's number."""

    channel: Literal["sms"] = "sms"
    number: str = Field(pattern=r"^\+[1-9][0-9]{6,14}$")


class WebhookAddress(Frozen):
    """One HTTPS endpoint of the shop's own systems."""

    channel: Literal["webhook"] = "webhook"
    url: str = Field(max_length=MAX_ENDPOINT_LENGTH)


class CustomAddress(Frozen):
    """Where a message on a plugin's channel goes: what the profile's attribute holds, or a place of the shop's."""

    channel: str
    value: str = Field(min_length=1, max_length=MAX_ENDPOINT_LENGTH)


Address = PushAddress | DeviceToken | EmailAddress | PhoneNumber | WebhookAddress | CustomAddress


def push_channel(endpoint: str) -> Literal["web_push", "mobile_push"]:
    """The channel that reaches a push subscription: a browser's, or an app's."""
    return "mobile_push" if endpoint.startswith(APP_SCHEME) else "web_push"
