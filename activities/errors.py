"""What can go wrong while acting on the world.

    ActivityError
    ├── UnknownMessage                   a version has no message of that name
    ├── NotStartedYet                    an enrollment that staff act on is yet to start; asked again in a moment
    ├── ChannelNotSetUp                  a channel has no provider, or its secret cannot be read
    ├── CopyAssistantFailed              the assistant that drafts texts did not draft any
    └── DeliveryFailure                  the message did not certainly reach its provider
        ├── TemporaryDeliveryFailure     nothing was accepted; worth another try, not before `retry_after`
        ├── PermanentDeliveryFailure     nothing was accepted and never will be; the address may be gone
        └── AmbiguousDelivery            the request was written, the answer did not come: nobody knows

The three are exhaustive: whatever a provider does, a channel ends in an acceptance or in one of them. `reason` is a
short word for the ledger and the timeline (`gone`, `rate_limited`, `timed_out`), `detail` what the provider said.
"""

from datetime import timedelta


class ActivityError(Exception):
    """An activity could not do what it was asked to."""

    code = "activity_error"


class CopyAssistantFailed(ActivityError):
    """The copy assistant did not draft anything; write the text yourself, or try again."""

    code = "copy_assistant_failed"


class DeliveryFailure(ActivityError):
    """The message did not certainly reach its provider."""

    code = "delivery_failure"

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class TemporaryDeliveryFailure(DeliveryFailure):
    """The provider accepted nothing, but may later; try again after `retry_after`, or as the retry policy says."""

    code = "delivery_failed_temporarily"

    def __init__(self, reason: str, detail: str = "", *, retry_after: timedelta | None = None) -> None:
        super().__init__(reason, detail)
        self.retry_after = retry_after


class PermanentDeliveryFailure(DeliveryFailure):
    """The provider refused for good; with `address_gone` the address itself is dead and should be removed."""

    code = "delivery_failed_permanently"

    def __init__(self, reason: str, detail: str = "", *, address_gone: bool = False) -> None:
        super().__init__(reason, detail)
        self.address_gone = address_gone


class AmbiguousDelivery(DeliveryFailure):
    """The request was written but no usable answer came; the channel's ambiguity policy says what to do."""

    code = "delivery_ambiguous"


class UnknownMessage(ActivityError):
    """The version has no such message; add it to the journey and publish again."""

    code = "unknown_message"

    def __init__(self, name: str) -> None:
        super().__init__(f"The version has no message {name!r}; add it to the journey and publish again.")


class ChannelNotSetUp(ActivityError):
    """This channel has no provider yet; set what the sentence names and restart."""

    code = "channel_not_set_up"


class NotStartedYet(ActivityError):
    """The enrollment is let in and has not begun to walk; what staff want of it is told as soon as it has."""

    code = "not_started_yet"

    def __init__(self, enrollment: str) -> None:
        super().__init__(f"The enrollment {enrollment} is yet to start.")
