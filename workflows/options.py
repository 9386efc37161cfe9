"""Time limits and retry policies of every activity, in one place."""

from datetime import timedelta
from typing import Any

from temporalio.common import RetryPolicy

LOCAL: dict[str, Any] = {
    "start_to_close_timeout": timedelta(seconds=20),
    "retry_policy": RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=30)),
}
"""Reading and recording is tried until the database is back: an enrollment never goes on unrecorded."""

DELIVER_NOW: dict[str, Any] = {
    "start_to_close_timeout": timedelta(seconds=45),
    "retry_policy": RetryPolicy(initial_interval=timedelta(milliseconds=500), maximum_attempts=2),
}
"""The fast path: given up early, because the patient activity follows; longer than the slowest channel's own limit."""

RELEASE_NOW: dict[str, Any] = {
    "start_to_close_timeout": timedelta(seconds=8),
    "retry_policy": RetryPolicy(initial_interval=timedelta(milliseconds=500), maximum_attempts=2),
}
"""The first few of a release."""

RELEASE: dict[str, Any] = {
    "start_to_close_timeout": timedelta(minutes=10),
    "heartbeat_timeout": timedelta(seconds=10),
    "retry_policy": RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30)),
}
"""The many that follow; tried until it works, because those who wait are in the database."""

TELL: dict[str, Any] = {
    "start_to_close_timeout": timedelta(minutes=2),
    "retry_policy": RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30)),
}
"""A batch of a notice; tried until it works, because a pause that ends must end for everyone."""


PERFORM: dict[str, Any] = {
    "start_to_close_timeout": timedelta(minutes=10),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=2), backoff_coefficient=2, maximum_interval=timedelta(minutes=2)
    ),
}
"""A plugin's step: tried again for some minutes; its last try ends in a way out (`activities.performing`)."""


def deliver_patiently(channel: str) -> dict[str, Any]:
    """Keep trying one provider, 5 seconds to 15 minutes apart, for over an hour (`activities.delivering`).

    Unplanned errors count as tries too; the last try turns what is still unavailable into a failed outcome. The pauses
    here are those after unplanned errors; the activity itself says how long to leave a provider alone.
    """
    return {
        "start_to_close_timeout": timedelta(seconds=60),
        "summary": f"Deliver by {channel}",
        "retry_policy": RetryPolicy(
            initial_interval=timedelta(seconds=5), backoff_coefficient=2, maximum_interval=timedelta(minutes=15)
        ),
    }
