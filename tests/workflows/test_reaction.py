"""How soon people are told of a restock while ten thousand others wait, on a whole Waitline."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.restock import BEHIND_EACH, GOAL_SECONDS, measure

RESTOCKS = 20


@pytest.mark.alone
@pytest.mark.timeout(300)
@pytest.mark.spec("F-045", "F-178")
async def test_all_who_wait_for_a_variant_are_told_within_five_seconds_with_ten_thousand_open_entries(
    tmp_path: Path,
) -> None:
    found = await measure(10_000, RESTOCKS, tmp_path / "home")
    assert found.p95 < GOAL_SECONDS, f"first calls after {sorted(found.seconds)} s"
    assert max(found.last) < GOAL_SECONDS, f"last calls after {sorted(found.last)} s"

    with closing(sqlite3.connect(tmp_path / "home" / "waitline.db")) as database:
        releases = database.execute("SELECT released, reason, batch_end, next_at, formed, tier_since FROM release")
        # Everybody at once: no batch was under way, no pause was waited for, no line was formed, no tier had a start.
        assert releases.fetchall() == [(BEHIND_EACH, "everybody_released", None, None, 0, None)] * RESTOCKS
        settings = database.execute("SELECT json_extract(document, '$.settings.release') FROM journey_version")
        assert settings.fetchall() == [(None,)], "immediate, as every journey is that says nothing else"
        told = database.execute("SELECT count(DISTINCT profile_id) FROM send WHERE status = 'accepted'").fetchone()
        assert told == (BEHIND_EACH * RESTOCKS,)
