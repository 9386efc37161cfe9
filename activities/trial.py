"""Messages before anyone gets them: seen as a person would see them, or sent to an address that staff type.

A preview goes through the same composer and the same rendering as the real thing, with the same rows, so it equals
what is sent. A trial send goes to an address of staff's own, which is why the guard is not asked; its ledger row says
`test`, so that no cap and no number counts it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection

from activities.channels.channel import Channel
from activities.composing import Composer
from activities.errors import AmbiguousDelivery, DeliveryFailure
from engine.messages.addresses import Address
from engine.messages.content import MessageContent
from engine.messages.context import keep_link
from engine.messages.render import compiled
from engine.messages.rendered import RenderedMessage
from engine.messages.status import SendState
from engine.store import ledger
from engine.store.chains import keep_head, lock_shared
from engine.store.database import Database
from engine.store.delivery import DeliveryWorld
from engine.store.ids import address_hash, new_id
from engine.store.ledger import Claim, Outcome

TRIAL_NODE = "test"
_STATUS: Mapping[str, Literal["accepted", "failed", "unknown"]] = {
    SendState.ACCEPTED: "accepted",
    SendState.FAILED: "failed",
    SendState.UNKNOWN: "unknown",
}


@dataclass(frozen=True, slots=True)
class Occasion:
    """As whom and because of what a message is rendered."""

    world: DeliveryWorld
    journey: str
    event: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class TrialOutcome:
    """What became of a trial send."""

    send_id: str
    status: Literal["accepted", "failed", "unknown"]
    detail: str


def preview(content: MessageContent, occasion: Occasion, composer: Composer, send_id: str) -> RenderedMessage:
    """The message as this person would see it; its links lead where they end, and count nothing.

    Raises:
        MessageError: it cannot be rendered for this person; the error names field and line.
    """
    context = composer.context(occasion.world, send_id=send_id, journey=occasion.journey, event=dict(occasion.event))
    return compiled(content).render(replace(context, links=composer.sample_ways, link_for=keep_link))


class TrialSender:
    """Sends messages to staff."""

    def __init__(
        self,
        database: Database,
        channel: Callable[[str], Channel[Any, Any]],
        composer: Composer,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._channel = channel
        self._composer = composer
        self._clock = clock

    async def send(self, content: MessageContent, occasion: Occasion, address: Address) -> TrialOutcome:
        """Send it now; what the provider said. The links work, and lead through the click counter as real ones do.

        Raises:
            MessageError: it cannot be rendered for this person.
            ChannelNotSetUp: nothing can be sent on its channel yet.
        """
        channel = self._channel(content.channel)
        send_id = new_id("snd")
        context = self._composer.context(
            occasion.world, send_id=send_id, journey=occasion.journey, event=dict(occasion.event)
        )
        message = compiled(content).render(context)
        claim = self._claim(send_id, occasion, message, address)
        await self._database.run(lambda connection: _record(connection, claim, None), writes=True)
        outcome = await self._hand_over(channel, message, address, send_id)
        await self._database.run(lambda connection: _record(connection, None, outcome), writes=True)
        return TrialOutcome(send_id, _STATUS[outcome.state], str(outcome.detail["detail"]))

    async def _hand_over(
        self, channel: Channel[Any, Any], message: RenderedMessage, address: Address, send_id: str
    ) -> Outcome:
        try:
            accepted = await channel.send(message, address, key=send_id, expires_at=None)
        except DeliveryFailure as failure:
            state = SendState.UNKNOWN if isinstance(failure, AmbiguousDelivery) else SendState.FAILED
            return Outcome(send_id, state, self._clock(), failure.reason, detail={"detail": str(failure)})
        detail = {"detail": accepted.detail}
        return Outcome(send_id, SendState.ACCEPTED, self._clock(), None, accepted.provider_id, detail)

    def _claim(self, send_id: str, occasion: Occasion, message: RenderedMessage, address: Address) -> Claim:
        values = address.model_dump(exclude={"channel"})
        return Claim(
            id=send_id,
            enrollment_id=send_id,
            journey_id="",
            version=0,
            node=TRIAL_NODE,
            visit=1,
            channel=message.channel,
            address_hash=address_hash(str(next(iter(values.values())))),
            profile_id=str(occasion.world.profile["id"] or ""),
            variant_id=occasion.world.variant["id"] if occasion.world.variant else None,
            verdict={"test": True},
            at=self._clock(),
            kind="test",
            rendering_hash=message.content_hash,
            rendering=message.archived,
        )


def _record(connection: Connection, claim: Claim | None, outcome: Outcome | None) -> None:
    if claim is not None:
        _, head = ledger.claim(connection, [claim], lock_shared(connection, claim.id))
        keep_head(connection, head)
    if outcome is not None:
        ledger.report(connection, outcome)
