"""Message: tell the profile something on one channel, if the guards allow it at that moment."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import Field

from engine.journey.catalogue import Catalogue
from engine.journey.decisions import Deliver, SleepUntil
from engine.journey.nodes.base import Hold, Move, NodeBase, Step, Take
from engine.journey.problems import Problem

BUILT_IN_CHANNELS = ("web_push", "mobile_push", "email", "sms", "webhook")
NO_CHANNEL_REASONS = frozenset({"no_subscription", "no_address"})

LEAST_PAUSE = timedelta(minutes=1)
"""How long a message that may be sent later is put off at least, whatever the guard said."""


class Message(NodeBase):
    """Send the journey's message named `message` on `channel`, if consent, caps, quiet hours and stock allow it now.

    Outlets: `sent` when the provider accepted it; `no_channel` when the profile cannot be reached there at all (falls
    back to `not_sent` when nothing is connected to it); `not_sent` for every other skip, failure or unknown outcome.
    """

    type: Literal["message"] = "message"
    channel: str = Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")
    message: str

    @property
    def outlets(self) -> tuple[str, ...]:
        """Sent, not sent, and no way to reach the profile."""
        return ("sent", "not_sent", "no_channel")

    @property
    def fallbacks(self) -> Mapping[str, str]:
        """A profile that cannot be reached is, unless drawn otherwise, one that was not sent to."""
        return {"no_channel": "not_sent"}

    def check(self, catalogue: Catalogue) -> Iterator[Problem]:
        """A channel that can send; whether the message exists is checked with the document."""
        if self.channel not in BUILT_IN_CHANNELS and self.channel not in catalogue.channel_types:
            yield self.problem(
                "channel_unknown",
                "channel",
                f"There is no channel “{self.channel}” here; use one of {', '.join(BUILT_IN_CHANNELS)}. If a plugin "
                "brought it, put the plugin back.",
            )
        elif catalogue.channels is not None and self.channel not in catalogue.channels:
            yield self.problem(
                "channel_not_ready",
                "channel",
                f"Nothing can be sent on {self.channel} yet; set up its provider in the settings.",
            )

    def decide(self, step: Step) -> Move:
        """Ask for the delivery once, then leave by the outlet that its outcome names."""
        outcome = step.facts.delivered
        if outcome is None or (outcome.node, outcome.visit) != (self.id, step.state.visit):
            until = step.memory.get("until")
            return self._postpone(step, datetime.fromisoformat(until)) if until is not None else self._deliver(step)
        reason = outcome.reason or outcome.status
        if outcome.status == "later":
            until = max(outcome.until or step.now, step.now + LEAST_PAUSE)
            return self._postpone(step, until, reason, outcome.detail)
        facts = outcome.model_dump(mode="json", exclude={"node", "visit", "detail"}, exclude_none=True)
        if outcome.status == "sent":
            return Take("sent", reason="accepted", facts=facts)
        return Take("no_channel" if reason in NO_CHANNEL_REASONS else "not_sent", reason=reason, facts=facts)

    def _deliver(self, step: Step) -> Hold:
        decision = Deliver(node=self.id, visit=step.state.visit, channel=self.channel, message=self.message)
        return Hold(decision, act="delivering")

    def _postpone(
        self, step: Step, until: datetime, reason: str | None = None, read: Mapping[str, Any] | None = None
    ) -> Hold:
        """Sleep until the message may be tried again; everything is checked anew then."""
        if step.now >= until:
            return self._deliver(step)
        memory = {"until": until.isoformat()}
        decision = SleepUntil(node=self.id, visit=step.state.visit, until=until)
        return Hold(decision, act="waiting", memory=memory, reason=reason, facts={**memory, **(read or {})})
