"""Doubles of the providers that a machine without accounts cannot reach: a mail server, Twilio and
Firebase Cloud Messaging.

They speak the providers' own protocols, so that the senders in `activities.channels` cannot tell them apart, and hand
what they catch to the built-in inbox. Only `waitline up` and tests start them.
"""

from collections.abc import Awaitable, Callable

from engine.store.inbox import CaughtMessage

OnCaught = Callable[[CaughtMessage], Awaitable[None]]
"""What a double does with a message that it caught."""
