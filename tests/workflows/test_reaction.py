"""How soon the first person is told of a restock, on a whole Waitline with ten thousand open waitlist entries."""

from pathlib import Path

import pytest

from benchmarks.restock import GOAL_SECONDS, measure


@pytest.mark.spec("F-045")
async def test_the_first_provider_call_comes_within_five_seconds_with_ten_thousand_open_entries(
    tmp_path: Path,
) -> None:
    found = await measure(10_000, 20, tmp_path / "home")
    assert len(found.seconds) == 20
    assert found.p95 < GOAL_SECONDS, sorted(found.seconds)
