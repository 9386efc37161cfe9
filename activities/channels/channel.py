"""The seam between a journey and a provider.

send ──► Accepted                    the provider took it
    ├──► TemporaryDeliveryFailure    it did not; try again later
    ├──► PermanentDeliveryFailure    it did not and will not
    └──► AmbiguousDelivery           the request was written, the answer is missing
                 │
                 ├── REPEAT           the receiver knows the key and takes each once: send again under the same key
                 └── RECORD_UNKNOWN   a repeat could reach the person twice: record `unknown` and stop
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal, Protocol, TypeVar

from engine.messages.addresses import Address
from engine.messages.rendered import RenderedBase

MessageT_contra = TypeVar("MessageT_contra", bound=RenderedBase, contravariant=True)
AddressT_contra = TypeVar("AddressT_contra", bound=Address, contravariant=True)


CONNECT_SECONDS = 3.0
"""How long a channel tries to reach its provider. It is short, and shorter than anyone waits for a channel, so that a
provider that nobody reaches is told apart, as temporary, from one that does not answer."""


def longest_try(timeout_seconds: float) -> timedelta:
    """How long after its claim a try may still be under way, where a channel gives up after so many seconds."""
    return timedelta(seconds=timeout_seconds + CONNECT_SECONDS)


class AmbiguityPolicy(StrEnum):
    """What to do with a send that may or may not have been accepted: a lost answer, or a claim without an outcome."""

    REPEAT = "repeat"
    RECORD_UNKNOWN = "record_unknown"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took the message. `provider_id` is its name for it; callbacks carry it."""

    provider_id: str | None = None
    status: Literal["accepted", "queued"] = "accepted"
    detail: str = ""


class Channel(Protocol[MessageT_contra, AddressT_contra]):
    """Sends rendered messages through one provider."""

    @property
    def name(self) -> str:
        """The channel's name: web_push, mobile_push, email, sms or webhook."""
        ...

    @property
    def ambiguity(self) -> AmbiguityPolicy:
        """What to do with a send whose outcome nobody knows."""
        ...

    @property
    def patience(self) -> timedelta:
        """For how long a claim without an outcome may mean that somebody is still sending."""
        ...

    async def send(
        self, message: MessageT_contra, address: AddressT_contra, *, key: str, expires_at: datetime | None
    ) -> Accepted:
        """Hand the message to the provider, once.

        `key` names this send: repeated under the same key it is the same message. After `expires_at` (aware UTC)
        the message is worth nothing. Raises one of the three delivery failures, and nothing else.
        """
        ...

    async def close(self) -> None:
        """Give up the kept connections."""
        ...


Channels = Mapping[str, Channel[Any, Any]]
"""The senders of this process, by channel name."""
