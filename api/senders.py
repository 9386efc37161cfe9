"""The channels of the API process, for tests to oneself: opened by the first one, closed with the process."""

from activities.channels.assembly import close_channels, open_channels
from activities.channels.channel import Channels
from engine.settings import Settings


class Senders:
    """Hands out the channels that the settings can serve."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._channels: Channels = {}

    def __call__(self) -> Channels:
        """The channels.

        Raises:
            ValueError: the settings cannot serve them.
        """
        self._channels = self._channels or open_channels(self._settings)
        return self._channels

    async def close(self) -> None:
        """Give up every kept connection."""
        await close_channels(self._channels)
