"""Tokens that a provider signs its calls with: each serves one call, however often the provider repeats that one.

A signature over a token and a time says nothing of the call's body. Whoever overhears one could put another body under
it until its time is over, unless the token is spent by then.
"""

import hashlib
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, select

from engine.store.statements import Executor, affected, core, insert_into
from engine.store.tables import SpentToken

_spent = core(SpentToken)


async def spend(
    executor: Executor, provider: str, token: str, said: str, now: datetime
) -> Literal["new", "repeated", "replayed"]:
    """Take this token for a call that says so: it is new, or came with the same words before, or with others."""
    row = {"provider": provider, "token_hash": _hash(token), "said_hash": _hash(said), "at": now}
    taken = await executor.execute(insert_into(SpentToken, executor).on_conflict_do_nothing().values(row))
    if affected(taken):
        return "new"
    whose = (_spent.c.provider == provider, _spent.c.token_hash == row["token_hash"])
    known = await executor.scalar(select(_spent.c.said_hash).where(*whose))
    return "repeated" if known == row["said_hash"] else "replayed"


async def forget(executor: Executor, before: datetime) -> int:
    """Delete tokens from before this instant: a call that old is refused by its time anyway."""
    return affected(await executor.execute(delete(_spent).where(_spent.c.at < before)))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
