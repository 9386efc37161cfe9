"""Hash chains: each row of the send ledger carries the hash of the one before it, so that nobody can change the past.

    chain chn_…   link 1 ─► link 2 ─► link 3 ─► …      hash n = sha256(hash n-1 · what row n says)
                  send      outcome   send             the head keeps the number of links and the newest hash

There are many chains, because writers that share one would wait for each other. A delivery desk begins a chain of its
own when it starts and alone appends to it, in memory and then in one transaction with the rows. Whoever else has
something to report (a provider's callback, a click) appends to one of sixteen shared chains, whose head is locked
meanwhile. `engine.store.audit` walks them all.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from engine.proofs.links import as_told, hash_of_link
from engine.store.ids import new_id
from engine.store.prepared import Insert, Prepared
from engine.store.statements import Upsert, core, insert_into
from engine.store.tables import LedgerChain

_chain = core(LedgerChain)


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain: its name, how many links it has, and the hash of the newest."""

    chain: str
    length: int = 0
    hash: str = ""

    def followed_by(self, fields: tuple[str, ...], row: Mapping[str, Any]) -> "Head":
        """The chain with one more link, which says what these fields of the row say."""
        hashed = hash_of_link(self.hash, self.chain, self.length + 1, as_told([row[name] for name in fields]))
        return Head(self.chain, self.length + 1, hashed)

    @property
    def columns(self) -> dict[str, Any]:
        """What the newest row keeps of it."""
        return {"chain": self.chain, "link": self.length, "hash": self.hash}


def _newest_head(insert: Insert) -> Upsert:
    row = insert(LedgerChain)
    newer = {"length": row.excluded.length, "head": row.excluded.head}
    return row.on_conflict_do_update(index_elements=["id"], set_=newer)


_HEAD = Prepared(_newest_head)


def begin_chain() -> Head:
    """A chain of one's own, without links."""
    return Head(new_id("chn"))


def keep_head(connection: Connection, head: Head) -> None:
    """Note how far the chain goes, in the transaction that appended to it."""
    _HEAD.many(connection, [{"id": head.chain, "length": head.length, "head": head.hash}])


def lock_shared(connection: Connection, send_id: str) -> Head:
    """The head of the shared chain that reports about this send go to; nobody else appends until the commit."""
    chain = f"reports_{hashlib.sha256(send_id.encode()).hexdigest()[0]}"
    connection.execute(
        insert_into(LedgerChain, connection).on_conflict_do_nothing(), [{"id": chain, "length": 0, "head": ""}]
    )
    row = connection.execute(select(_chain).where(_chain.c.id == chain).with_for_update()).one()
    return Head(row.id, row.length, row.head)
