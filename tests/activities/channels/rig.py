"""The base of all rigs: a channel, and a provider that misbehaves on request."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from activities.channels.channel import CONNECT_SECONDS, Accepted, Channel

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
PATIENT, IMPATIENT, FOREVER = 30.0, 0.5, 3_600.0
"""Seconds that a channel waits: where an answer comes, where none does, and where the test says for how long."""
BRISK = 0.05
"""Seconds in which a channel gives up on a connection, where none can be made."""
SLOW = 0.2
"""Seconds after which a slow provider answers."""
NOWHERE = "nowhere.invalid"
"""A name that no server of names will ever know (RFC 6761)."""
SEND_ID = "snd_01kbjv0m8e5w3tq9z7c2r4x6yd"


class Rig(ABC):
    """A channel, a message, an address, and a provider that can be told what to do with the next message."""

    retry_after: ClassVar[timedelta | None] = timedelta(seconds=7)
    """What the provider says when asked to say when to come back; None when its protocol has no words for that."""
    message: Any
    address: Any

    def __init__(self, make: Callable[[float, float], Channel[Any, Any]]) -> None:
        """`make` opens a channel that waits so many seconds for an answer, and so many for a connection."""
        self._patient, self._impatient = make(PATIENT, CONNECT_SECONDS), make(IMPATIENT, FOREVER)
        self._waiting = make(FOREVER, FOREVER)
        self._opened = [self._patient, self._impatient, self._waiting]
        self.channel = self._patient

    async def close(self) -> None:
        """Close the channels."""
        for channel in self._opened:
            await channel.close()

    def use(self, channel: Channel[Any, Any]) -> None:
        """Send through another channel from now on."""
        self._opened.append(channel)
        self.channel = channel

    def hang(self) -> None:
        """Take the next message and never answer; the channel does not wait for long."""
        self.channel = self._impatient
        self.be_silent()

    def hang_on(self, count: int) -> None:
        """Take so many messages and never answer; the channel waits as long as the test does."""
        self.channel = self._waiting
        for _ in range(count):
            self.be_silent()

    def recover(self) -> None:
        """Be as at first: the channel waits again."""
        self.channel = self._patient

    async def send(self, key: str = SEND_ID, *, expires_at: datetime | None = None) -> Accepted:
        """Send the message once."""
        return await self.channel.send(self.message, self.address, key=key, expires_at=expires_at)

    @property
    @abstractmethod
    def accepted(self) -> int:
        """How many messages the provider accepted."""

    @abstractmethod
    def refuse(self) -> None:
        """Refuse the next message for good."""

    @abstractmethod
    def be_gone(self) -> None:
        """Say of the next message that its address does not exist."""

    @abstractmethod
    def be_busy(self) -> None:
        """Ask to come back later with the next message."""

    @abstractmethod
    def break_down(self) -> None:
        """Fail on the next message with an error of the provider's own."""

    @abstractmethod
    def be_silent(self) -> None:
        """Take the next message and never answer."""

    @abstractmethod
    def drop(self) -> None:
        """Take the next message and hang up."""

    @abstractmethod
    def babble(self) -> None:
        """Answer the next message with something outside of the protocol."""

    @abstractmethod
    def be_slow(self) -> None:
        """Accept the next message, late but within the time limit."""

    def go_away(self) -> None:
        """Point the channel at a port where nobody listens."""
        self.lead_to("127.0.0.1", 1)

    def lose_name(self) -> None:
        """Point the channel at a host whose name leads nowhere."""
        self.lead_to(NOWHERE, 80)

    @abstractmethod
    def lead_to(self, host: str, port: int, *, connect: float = CONNECT_SECONDS, tls: bool = False) -> None:
        """Point the channel there; it tries to get through for so long, with TLS or without."""


def scheme(tls: bool) -> str:
    """How a URL begins, with TLS or without."""
    return "https" if tls else "http"
