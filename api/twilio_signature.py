"""Twilio's signature over its callbacks: an HMAC of the address as Twilio called it and of the form it sent.

Behind a proxy the address that a request arrives at is not the one that Twilio called, so the address must be built
from the configured public URL.
"""

from collections.abc import Mapping

from twilio.request_validator import RequestValidator

HEADER = "X-Twilio-Signature"


class TwilioSignature:
    """Makes and checks signatures with the account's token."""

    def __init__(self, auth_token: str) -> None:
        self._validator = RequestValidator(auth_token)

    def of(self, url: str, form: Mapping[str, str]) -> str:
        """The signature of a call to this address with this form."""
        return self._validator.compute_signature(url, dict(form))  # pyright: ignore[reportUnknownMemberType]  # untyped

    def holds(self, signature: str, url: str, form: Mapping[str, str]) -> bool:
        """Whether Twilio made the call."""
        return self._validator.validate(url, dict(form), signature) is True  # pyright: ignore[reportUnknownMemberType]  # untyped
