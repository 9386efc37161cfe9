"""The embedded Temporal server: the real one, on a file of ours, tuned for one box.

The command line and the dynamic configuration are supported by the vendor. One thing is not, and therefore touches only
the file that this module made and can be turned off (`WAITLINE_TEMPORAL_SLIM_VISIBILITY=false`): most of the stock
server's work on this file goes into indexes of its visibility table that Waitline never queries. They are dropped; what
`temporal workflow list` needs by id, type, status and time stays. To undo it,
create them again as the server's own schema does.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

KEPT_INDEXES = frozenset(
    {
        "default_idx",
        "by_workflow_id",
        "by_workflow_type",
        "by_status",
        "by_keyword_01",
        "by_keyword_02",
        "by_keyword_03",
    }
)
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
    return line


def slim_visibility(file: Path) -> Sequence[str]:
    """Drop the visibility indexes that Waitline never queries; the names of those that were dropped.

    Safe while the server runs, and at each start: what is gone is not dropped again.
    """
    with closing(sqlite3.connect(file, timeout=30, isolation_level=None)) as connection:
        found = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'executions_visibility'"
            " AND sql IS NOT NULL ORDER BY name"
        ).fetchall()
        dropped = [name for (name,) in found if name not in KEPT_INDEXES]
        connection.execute("BEGIN IMMEDIATE")
        for name in dropped:
            connection.execute(f'DROP INDEX "{name}"')
        connection.execute("COMMIT")
    return dropped
