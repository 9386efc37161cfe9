"""Search attributes: what Temporal's own pages and tools find enrollments by. Written once, at the start of each.

An upsert later would be one more write for every enrollment, so `WaitlineStatus` says how it began: `active`, or `test`
for a tester's. They hold ids, never what is known of a person.
"""

from collections.abc import Mapping
from typing import Any

from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.service import RPCError, RPCStatusCode

from activities.names import SEARCH_ATTRIBUTES
from activities.tasks import EnrollmentTask

_JOURNEY = SearchAttributeKey.for_keyword("WaitlineJourney")
_PROFILE = SearchAttributeKey.for_keyword("WaitlineProfile")
_VARIANT = SearchAttributeKey.for_keyword("WaitlineVariant")
_STATUS = SearchAttributeKey.for_keyword("WaitlineStatus")
_VERSION = SearchAttributeKey.for_int("WaitlineVersion")
_SAMPLES: Mapping[str, str] = {"Keyword": "'none'", "Int": "0"}
_REFUSALS = (RPCStatusCode.INVALID_ARGUMENT, RPCStatusCode.UNIMPLEMENTED)


def search_attributes(task: EnrollmentTask) -> TypedSearchAttributes:
    """What this enrollment can be found by; without a variant when it is about none."""
    pairs: list[SearchAttributePair[Any]] = [
        SearchAttributePair(_JOURNEY, task.journey),
        SearchAttributePair(_PROFILE, task.profile),
        SearchAttributePair(_STATUS, "test" if task.is_test else "active"),
        SearchAttributePair(_VERSION, task.version),
    ]
    if task.variant is not None:
        pairs.append(SearchAttributePair(_VARIANT, task.variant))
    return TypedSearchAttributes(pairs)


async def has_search_attributes(client: Client) -> bool:
    """Whether the namespace knows them all. Asked by a query, for which the right to read is enough."""
    query = " AND ".join(f"{name} = {_SAMPLES[kind]}" for name, kind in SEARCH_ATTRIBUTES.items())
    try:
        await client.count_workflows(query)
    except RPCError as error:
        if error.status in _REFUSALS:
            return False
        raise
    return True
