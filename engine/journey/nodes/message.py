"""Message: tell the profile something on one channel, if the guards allow it at that moment."""

from collections.abc import Mapping
from typing import Literal

from engine.journey.decisions import Deliver
from engine.journey.nodes.base import Hold, Move, NodeBase, Step, Take

Channel = Literal["web_push", "email", "sms", "webhook"]
NO_CHANNEL_REASONS = frozenset({"no_subscription", "no_address"})


class Message(NodeBase):
    """Send the journey's message named `message` on `channel`.

    Outlets: `sent` when the provider accepted it; `no_channel` when the profile cannot be reached there at all (falls
    back to `not_sent` when nothing is connected to it); `not_sent` for every other skip, failure or unknown outcome.
    """

    type: Literal["message"] = "message"
    channel: Channel
    message: str

    @property
    def outlets(self) -> tuple[str, ...]:
        """Sent, not sent, and no way to reach the profile."""
        return ("sent", "not_sent", "no_channel")

    @property
    def fallbacks(self) -> Mapping[str, str]:
        """A profile that cannot be reached is, unless drawn otherwise, one that was not sent to."""
        return {"no_channel": "not_sent"}

    def decide(self, step: Step) -> Move:
        """Ask for the delivery once, then leave by the outlet that its outcome names."""
        outcome = step.facts.delivered
        visit = step.state.visit
        if outcome is None or (outcome.node, outcome.visit) != (self.id, visit):
            decision = Deliver(node=self.id, visit=visit, channel=self.channel, message=self.message)
            return Hold(decision, act="delivering")
        facts = outcome.model_dump(mode="json", exclude={"node", "visit"}, exclude_none=True)
        if outcome.status == "sent":
            return Take("sent", reason="accepted", facts=facts)
        reason = outcome.reason or outcome.status
        return Take("no_channel" if reason in NO_CHANNEL_REASONS else "not_sent", reason=reason, facts=facts)
