"""What becomes of a send: the states of the ledger, and which may follow which.

    queued ──► sending ──► accepted ──► delivered ──► opened ──► clicked
      ▲           │            │            │
      └─ later ───┤            ├────────────┴──► bounced        (a mailbox may bounce what its server took)
                  │            └──► failed                      (the provider took it and then gave up)
                  ├──► failed      the provider refused it
                  ├──► expired     it was worth nothing any more
                  └──► unknown ──► whatever a later report says

    queued ──► skipped, expired      decided before it was handed over

Reports come late, twice and in the wrong order: a click may be known before the delivery, a delivery before our own
request was answered. So a report may jump ahead, and one that would lead back changes nothing. `bounced`, `failed`,
`skipped` and `expired` are ends.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum


class SendState(StrEnum):
    """The state of one send."""

    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    OPENED = "opened"
    CLICKED = "clicked"
    BOUNCED = "bounced"
    FAILED = "failed"
    SKIPPED = "skipped"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


_REPORTS = frozenset(
    {
        SendState.ACCEPTED,
        SendState.DELIVERED,
        SendState.OPENED,
        SendState.CLICKED,
        SendState.BOUNCED,
        SendState.FAILED,
    }
)
LEGAL: Mapping[SendState, frozenset[SendState]] = {
    SendState.QUEUED: _REPORTS | {SendState.SENDING, SendState.SKIPPED, SendState.EXPIRED, SendState.UNKNOWN},
    SendState.SENDING: _REPORTS | {SendState.QUEUED, SendState.EXPIRED, SendState.UNKNOWN},
    SendState.UNKNOWN: _REPORTS,
    SendState.ACCEPTED: _REPORTS - {SendState.ACCEPTED},
    SendState.DELIVERED: frozenset({SendState.OPENED, SendState.CLICKED, SendState.BOUNCED}),
    SendState.OPENED: frozenset({SendState.CLICKED}),
    SendState.CLICKED: frozenset(),
    SendState.BOUNCED: frozenset(),
    SendState.FAILED: frozenset(),
    SendState.SKIPPED: frozenset(),
    SendState.EXPIRED: frozenset(),
}
"""Which states may follow each state."""


def follows(current: SendState, reported: SendState) -> bool:
    """Whether the send moves when this is reported."""
    return reported in LEGAL[current]


def settled(current: SendState, reported: Iterable[SendState]) -> SendState:
    """The state after these reports, in the order in which they came; those that would lead back change nothing."""
    for state in reported:
        if follows(current, state):
            current = state
    return current


def twilio_state(status: str) -> SendState | None:
    """What a Twilio message status means for the ledger; None when it says nothing about a send of ours."""
    return _TWILIO.get(status.lower())


_TWILIO: Mapping[str, SendState] = {
    "accepted": SendState.ACCEPTED,
    "scheduled": SendState.ACCEPTED,
    "queued": SendState.ACCEPTED,
    "sending": SendState.ACCEPTED,
    "sent": SendState.ACCEPTED,
    "delivered": SendState.DELIVERED,
    "read": SendState.OPENED,
    "undelivered": SendState.BOUNCED,
    "failed": SendState.FAILED,
    "canceled": SendState.FAILED,
}
