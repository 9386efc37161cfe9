"""Who shares a flush with whom."""

import asyncio
from collections.abc import Callable, Sequence

from engine.store.batching import ENOUGH, Batcher


async def _flushed(batcher_of: Callable[[Callable[..., object]], Batcher[int, int]], items: int) -> list[list[int]]:
    """The groups in which so many items were flushed that came one after another, each while the database was idle."""
    groups: list[list[int]] = []

    async def flush(group: Sequence[int]) -> Sequence[int]:
        groups.append(list(group))
        return [10 * item for item in group]

    batcher = batcher_of(flush)
    asked: list[asyncio.Task[int]] = []
    for item in range(items):
        asked.append(asyncio.create_task(batcher.submit(item)))
        for _ in range(5):
            await asyncio.sleep(0)
    assert await asyncio.gather(*asked) == [10 * item for item in range(items)]
    return groups


async def test_a_lone_caller_waits_for_nobody() -> None:
    assert await _flushed(Batcher, 3) == [[0], [1], [2]]


async def test_in_a_crowd_a_few_wait_for_others() -> None:
    assert await _flushed(lambda flush: Batcher(flush, is_crowded=lambda: True), 3) == [[0, 1, 2]]


async def test_the_crowd_is_over_when_it_is_over() -> None:
    answers = iter([True, False, False, False])
    assert await _flushed(lambda flush: Batcher(flush, is_crowded=lambda: next(answers)), 3) == [[0, 1, 2]]


async def test_enough_are_not_held_back() -> None:
    async def flush(group: Sequence[int]) -> Sequence[int]:
        return group

    def never() -> bool:
        raise AssertionError("nobody should ask")

    batcher = Batcher(flush, is_crowded=never)
    asked = [asyncio.create_task(batcher.submit(item)) for item in range(ENOUGH)]
    assert await asyncio.gather(*asked) == list(range(ENOUGH))
