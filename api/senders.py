"""The channels of the API process, for tests to oneself: each opened by its first one, closed with the process."""

from collections.abc import Mapping
from typing import Any

from activities.channels.assembly import close_channels, open_channel
from activities.channels.channel import Channel
from activities.channels.custom import PluginChannel
from engine.messages.custom import CustomChannel
from engine.settings import Settings


class Senders:
    """Hands out channels, one at a time: who tests an e-mail needs no key for web push."""

    def __init__(self, settings: Settings, custom: Mapping[str, type[CustomChannel]]) -> None:
        self._settings = settings
        self._custom = custom
        self._channels: dict[str, Channel[Any, Any]] = {}

    def __call__(self, name: str) -> Channel[Any, Any]:
        """The channel of this name.

        Raises:
            ChannelNotSetUp: it has no provider, or its secret cannot be read.
        """
        if name not in self._channels:
            own = self._custom.get(name)
            self._channels[name] = open_channel(self._settings, name) if own is None else PluginChannel(own)
        return self._channels[name]

    async def close(self) -> None:
        """Give up every kept connection."""
        await close_channels(self._channels)
