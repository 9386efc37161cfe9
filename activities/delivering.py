"""The two ways of carrying a `Deliver` decision out: at once, and patiently.

A worker that is told to stop cancels what it carries out after a few seconds. A send that is cut off is one of which
nobody knows whether it was taken, so it is carried to its end all the same; its channel says how long that can be.
"""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.messaging import Messenger
from activities.names import DELIVER_NOW, DELIVER_PATIENTLY
from activities.tasks import DeliverAnswer, DeliverTask

PATIENT_TRIES = 12
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=15)


class Deliveries:
    """The messenger's activities."""

    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger

    @activity.defn(name=DELIVER_NOW)
    async def deliver_now(self, task: DeliverTask) -> DeliverAnswer:
        """One try. When the provider is not available, the answer says from when on to try again."""
        return await to_its_end(self._messenger.deliver(task))

    @activity.defn(name=DELIVER_PATIENTLY)
    async def deliver_patiently(self, task: DeliverTask) -> DeliverAnswer:
        """Tries until there is an outcome. Temporal repeats it; the last try settles for a failure.

        Raises:
            ApplicationError: not yet; says when to come back.
        """
        attempt = activity.info().attempt
        answer = await to_its_end(self._messenger.deliver(task, last_try=attempt >= PATIENT_TRIES))
        if answer.later is not None:
            raise ApplicationError(
                "The provider is not available yet.",
                type="provider_unavailable",
                next_retry_delay=max(answer.later - self._messenger.now(), pause_after(attempt)),
            )
        return answer


async def to_its_end(delivery: Coroutine[Any, Any, DeliverAnswer]) -> DeliverAnswer:
    """What becomes of the delivery, whoever cancels the waiting for it meanwhile."""
    under_way = asyncio.ensure_future(delivery)
    try:
        return await asyncio.shield(under_way)
    except asyncio.CancelledError:
        return await under_way


def pause_after(attempt: int) -> timedelta:
    """How long a provider is left alone after this many tries, unless it wishes for longer: twice as long each time."""
    return min(FIRST_PAUSE * 2 ** (attempt - 1), LONGEST_PAUSE)
