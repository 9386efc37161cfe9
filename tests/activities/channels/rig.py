"""The base of all rigs: a channel, and a provider that misbehaves on request."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from activities.channels.channel import Accepted, Channel

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
PATIENT, IMPATIENT = 30.0, 0.5
"""Seconds that a channel waits for an answer: where one comes, and where none does."""
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

    def __init__(self, make: Callable[[float], Channel[Any, Any]]) -> None:
        self._patient, self._impatient = make(PATIENT), make(IMPATIENT)
        self._opened = [self._patient, self._impatient]
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

    def find_no_room(self, port: int) -> None:
        """Point the channel, which does not wait for long, at a port that takes no connection any more."""
        self.channel = self._impatient
        self.lead_to("127.0.0.1", port, IMPATIENT)

    @abstractmethod
    def lead_to(self, host: str, port: int, seconds: float = PATIENT) -> None:
        """Point the channel there; where it has to be another one, that waits so long."""
