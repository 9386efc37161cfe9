"""Who is told of a restock while many wait for other things, on a whole Waitline. How soon, the benchmark measures."""

from pathlib import Path

from benchmarks.restock import measure


async def test_all_who_wait_for_a_variant_are_told_however_many_wait_for_another(tmp_path: Path) -> None:
    found = await measure(1_000, 3, tmp_path / "home")
    assert len(found.seconds) == len(found.last) == 3
    assert all(first <= last for first, last in zip(found.seconds, found.last, strict=True))
