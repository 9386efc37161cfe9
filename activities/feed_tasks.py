"""What the import of a feed is asked and answers, and the names by which Temporal knows it. Never change a name."""

from engine.model import Frozen

FEED_WORKFLOW = "Feed"
IMPORT_FEED = "import_feed"


def feed_schedule_id(source: str) -> str:
    """One schedule for each source that has a feed."""
    return f"feed/{source}"


class FeedTask(Frozen):
    """Import the feed of this source, by its id."""

    source: str


class FeedReport(Frozen):
    """How an import went: items read and changed, variants found to be back, and problems."""

    items: int = 0
    changed: int = 0
    restocked: int = 0
    problems: int = 0
