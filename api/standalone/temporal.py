"""The embedded Temporal server: the real one, on a file of ours, tuned for one box.

The command line and the dynamic configuration are supported by the vendor. One thing is not, and therefore touches only
the file that this module made and can be turned off (`WAITLINE_TEMPORAL_SLIM_VISIBILITY=false`): most of the stock
server's work on this file goes into indexes of its visibility table that Waitline never queries. They are dropped; what
`temporal workflow list` needs by id, type, status, time, journey, profile and variant stays. To undo it,
create them again as the server's own schema does.
"""

import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from activities.names import SEARCH_ATTRIBUTES

KEPT_INDEXES = frozenset({"default_idx", "by_workflow_id", "by_workflow_type", "by_status"})
INDEXED_ATTRIBUTES = ("WaitlineJourney", "WaitlineProfile", "WaitlineVariant")
DYNAMIC_CONFIG = {
    "matching.numTaskqueueReadPartitions": "1",
    "matching.numTaskqueueWritePartitions": "1",
    "system.forceSearchAttributesCacheRefreshOnRead": "false",
    "system.forceNexusEndpointRefreshOnRead": "false",
    "history.visibilityProcessorMaxPollRPS": "1",
    "history.visibilityTaskBatchSize": "1000",
}
PRAGMAS = ("journal_mode=wal", "synchronous=normal")
ENVIRONMENT = {"GOGC": "400"}


def command(program: Path, file: Path, host: str, port: int) -> list[str]:
    """The command line of the embedded server."""
    line = [str(program), "server", "start-dev", "--headless", "--log-level", "error"]
    line += ["--ip", host, "--port", str(port), "--db-filename", str(file)]
    for pragma in PRAGMAS:
        line += ["--sqlite-pragma", pragma]
    for key, value in DYNAMIC_CONFIG.items():
        line += ["--dynamic-config-value", f"{key}={value}"]
    for name, kind in SEARCH_ATTRIBUTES.items():
        line += ["--search-attribute", f"{name}={kind}"]
    return line


def attribute_columns(file: Path) -> Sequence[str]:
    """The columns that the server chose for the attributes that are indexed; fewer while it has not chosen yet.

    It takes any that is free, and notes which in the record of the namespace: `Keyword05` beside `WaitlineJourney`.
    """
    with closing(sqlite3.connect(file, timeout=30)) as connection:
        record = b"".join(data for (data,) in connection.execute("SELECT data FROM namespaces WHERE name = 'default'"))
    found = (re.search(rb"(Keyword\d\d)\x12." + name.encode(), record) for name in INDEXED_ATTRIBUTES)
    return [match[1].decode() for match in found if match is not None]


def is_ready(file: Path) -> bool:
    """Whether the server has registered what enrollments are found by."""
    return len(attribute_columns(file)) == len(INDEXED_ATTRIBUTES)


def slim_visibility(file: Path) -> Sequence[str]:
    """Drop the visibility indexes that Waitline never queries; the names of those that were dropped.

    Safe while the server runs, and at each start: what is gone is not dropped again. The server must be ready.
    """
    kept = {*KEPT_INDEXES, *(column.lower().replace("keyword", "by_keyword_") for column in attribute_columns(file))}
    with closing(sqlite3.connect(file, timeout=30, isolation_level=None)) as connection:
        found = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'executions_visibility'"
            " AND sql IS NOT NULL ORDER BY name"
        ).fetchall()
        dropped = [name for (name,) in found if name not in kept]
        connection.execute("BEGIN IMMEDIATE")
        for name in dropped:
            connection.execute(f'DROP INDEX "{name}"')
        connection.execute("COMMIT")
    return dropped
