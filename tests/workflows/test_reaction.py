"""How soon people are told of a restock, on a whole Waitline with ten thousand open waitlist entries."""

from pathlib import Path

import pytest

from benchmarks.restock import BEHIND_EACH, GOAL_SECONDS, measure


@pytest.mark.spec("F-045")
async def test_all_who_wait_for_a_variant_are_told_within_five_seconds_with_ten_thousand_open_entries(
    tmp_path: Path,
) -> None:
    found = await measure(10_000, 20, tmp_path / "home")
    assert len(found.seconds) == len(found.last) == 20
    assert found.p95 < GOAL_SECONDS, sorted(found.seconds)
    assert max(found.last) < GOAL_SECONDS, f"until all {BEHIND_EACH} had had their send: {sorted(found.last)}"
