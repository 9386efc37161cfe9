"""A channel that a plugin brings, behind the same seam as ours.

send returns                                   accepted
send raises a failure of `activities.errors`   that failure
it takes too long, or raises anything else     ambiguous: nobody knows whether the message arrived
what was rendered is no message of the plugin  permanent: `content_invalid`
"""

import asyncio
from datetime import datetime, timedelta

from pydantic import ValidationError

from activities.channels.channel import Accepted, AmbiguityPolicy, longest_try
from activities.channels.clock import Clock, utc_now
from activities.errors import AmbiguousDelivery, DeliveryFailure, PermanentDeliveryFailure
from engine.messages.addresses import CustomAddress
from engine.messages.custom import CustomChannel
from engine.messages.rendered import RenderedCustom


class PluginChannel:
    """Sends by a plugin. `address` is the attribute that holds a profile's address; None where it reaches no person."""

    def __init__(self, model: type[CustomChannel], *, clock: Clock = utc_now) -> None:
        self._model = model
        self._clock = clock
        self.name = model.name
        self.address = model.address
        self.ambiguity = AmbiguityPolicy.REPEAT if model.repeats else AmbiguityPolicy.RECORD_UNKNOWN
        self.patience: timedelta = longest_try(model.seconds)

    async def send(
        self, message: RenderedCustom, address: CustomAddress, *, key: str, expires_at: datetime | None
    ) -> Accepted:
        """Let the plugin send it."""
        if expires_at is not None and expires_at <= self._clock():
            raise PermanentDeliveryFailure("expired", "The message expired before it was sent.")
        try:
            ready = self._model.model_validate(dict(message.content))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            field = ".".join(map(str, first["loc"]))
            raise PermanentDeliveryFailure("content_invalid", f"{field}: {first['msg']}") from error
        try:
            async with asyncio.timeout(self._model.seconds):
                named = await ready.send(address.value, key=key)
        except DeliveryFailure:
            raise
        except Exception as fault:
            raise AmbiguousDelivery("plugin_raised", f"{type(fault).__name__}: {fault}") from fault
        return Accepted(provider_id=named)

    async def close(self) -> None:
        """Nothing is kept open here."""
