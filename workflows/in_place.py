"""Running a workflow's next steps in the thread to which they come.

The SDK hands each activation to a thread, so that a workflow that blocks is noticed. Ours decide within a fraction of a
millisecond, and changing the thread twice costs more than that. Only a version that nobody has loaded yet is waited for
(`engine.store.versions`), in a way that does not need this thread's event loop.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import Context
from typing import Any, ParamSpec, TypeVar

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


class InPlace(ThreadPoolExecutor):
    """Runs what is submitted at once, and keeps the thread's event loop: a workflow's own loop takes its place."""

    def submit(self, fn: Callable[Given, Answer], /, *args: Given.args, **kwargs: Given.kwargs) -> Future[Answer]:
        """What came of it; it is done already. It sees no context variables, as in a thread of its own."""
        future: Future[Answer] = Future()
        loop = asyncio.get_running_loop()
        try:
            answer: Any = Context().run(fn, *args, **kwargs)
            future.set_result(answer)
        except BaseException as error:
            future.set_exception(error)
        finally:
            asyncio._set_running_loop(loop)
        return future
