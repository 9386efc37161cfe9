"""Group commit: many callers, one statement.

While one flush is with the database, those who come meanwhile gather and form the next. So a lone caller waits for
nobody, and a crowd shares a commit. Where it is known that a crowd is on its way, a flush is held back for a moment: in
a burst nobody hears any sooner of a commit of her own, and twenty small ones cost what three large ones do not.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

GATHER_SECONDS = 0.03
ENOUGH = 8
"""So many items are not held back."""
Item = TypeVar("Item")
Answer = TypeVar("Answer")


class Batcher(Generic[Item, Answer]):
    """Hands gathered items to `flush`, at most `limit` at a time, and each caller its own answer.

    When a flush of several items raises, they are tried one by one, so that one bad item fails alone. Errors of which
    `divides` says no fail all of them at once. While `is_crowded`, a few items are held back until others have come.
    """

    def __init__(
        self,
        flush: Callable[[Sequence[Item]], Awaitable[Sequence[Answer]]],
        *,
        limit: int = 64,
        divides: Callable[[Exception], bool] = lambda _: True,
        is_crowded: Callable[[], bool] = lambda: False,
    ) -> None:
        self._flush = flush
        self._divides = divides
        self._is_crowded = is_crowded
        self._limit = limit
        self._waiting: deque[tuple[Item, asyncio.Future[Answer]]] = deque()
        self._runner: asyncio.Task[None] | None = None

    async def submit(self, item: Item) -> Answer:
        """The answer for this item, once the flush that holds it is done."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._runner is None:
            self._runner = asyncio.create_task(self._run())
        return await future

    async def _run(self) -> None:
        try:
            while self._waiting:
                if len(self._waiting) < ENOUGH and self._is_crowded():
                    await asyncio.sleep(GATHER_SECONDS)
                batch = [self._waiting.popleft() for _ in range(min(self._limit, len(self._waiting)))]
                await self._settle(batch)
        finally:
            self._runner = None

    async def _settle(self, batch: list[tuple[Item, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._flush([item for item, _ in batch])
        except Exception as error:
            if len(batch) == 1 or not self._divides(error):
                for _, future in batch:
                    if not future.done():
                        future.set_exception(error)
                return
            for one in batch:
                await self._settle([one])
            return
        for (_, future), answer in zip(batch, answers, strict=True):
            if not future.done():
                future.set_result(answer)
