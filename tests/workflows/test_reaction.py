"""How soon people are told of a restock while ten thousand others wait, on a whole Waitline."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.restock import BEHIND_EACH, BEHIND_THE_LAST, GOAL_SECONDS, measure
from engine.stock.rules import release_rule

BEHIND = [BEHIND_EACH] * 11 + [BEHIND_THE_LAST]


@pytest.mark.alone
@pytest.mark.timeout(300)
@pytest.mark.spec("F-045", "F-178")
async def test_all_who_wait_for_a_variant_are_told_within_five_seconds_with_ten_thousand_open_entries(
    tmp_path: Path,
) -> None:
    found = await measure(10_000, BEHIND, tmp_path / "home")
    assert found.p95 < GOAL_SECONDS, f"first calls after {sorted(found.seconds)} s"
    assert max(found.last) < GOAL_SECONDS, f"last calls after {sorted(found.last)} s"

    with closing(sqlite3.connect(tmp_path / "home" / "waitline.db")) as database:
        releases = database.execute(
            "SELECT released, reason, batch_end, next_at, formed FROM release ORDER BY released"
        )
        # Everybody at once: there was no batch to wait for, no pause between two, and no line that was written down.
        assert releases.fetchall() == [(many, "line_empty", None, None, 0) for many in BEHIND]
        ((said,),) = database.execute("SELECT json_extract(document, '$.settings.release') FROM published_version")
        assert release_rule(json.loads(said)).mode == "immediate"
        accepted = "SELECT count(DISTINCT profile_id) FROM send JOIN send_outcome AS o ON o.send_id = send.id"
        told = database.execute(f"{accepted} WHERE o.state = 'accepted'")
        assert told.fetchone() == (sum(BEHIND),)
