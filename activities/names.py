"""The names by which Temporal knows workflows and activities. They are stored in histories: never change one."""

from collections.abc import Mapping

ENROLLMENT_WORKFLOW = "Enrollment"
RELEASE_WORKFLOW = "Release"
NOTICE_WORKFLOW = "Notice"

DELIVER_NOW = "deliver_now"
DELIVER_PATIENTLY = "deliver_patiently"
RECORD = "record"
LISTEN = "listen"
READ_EVENTS = "read_events"
ASK_FACTS = "ask_facts"
ACT = "act"
PERFORM = "perform"
PARK = "park"
RELEASE_BATCH = "release_batch"
TELL = "tell"

RESTOCKED_SIGNAL = "restocked"
RELEASE_CHANGED_SIGNAL = "changed"
WAKE_SIGNAL = "wake"
NOTICE_SIGNAL = "notice"

SEARCH_ATTRIBUTES: Mapping[str, str] = {
    "WaitlineJourney": "Keyword",
    "WaitlineProfile": "Keyword",
    "WaitlineVariant": "Keyword",
    "WaitlineStatus": "Keyword",
    "WaitlineVersion": "Int",
}
"""The search attributes of an enrollment, each with Temporal's type for it."""


def release_queue(task_queue: str) -> str:
    """The task queue of release batches: each process takes one at a time from it, so that they spread."""
    return f"{task_queue}-releases"


def release_workflow_id(journey: str, item: str) -> str:
    """One release at a time for each (journey, variant), or (journey, product) where the journey matches products."""
    return f"release/{journey}/{item}"


def notice_workflow_id(notice: str) -> str:
    """A notice is carried once."""
    return f"notice/{notice}"
