"""Walking the hash chains of the send ledger: whether any row was changed, taken out or slipped in.

Each link is computed again from what its row says now and the hash that the row before it keeps. So a row that was
changed is named itself, not all that follow it. Renderings are kept under the hash of their content, which is checked.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from heapq import merge
from itertools import groupby
from typing import Any, Literal

from sqlalchemy import Connection, select, text
from sqlalchemy import Table as CoreTable

from engine.messages.rendered import hash_of_archived
from engine.store.chains import OUTCOME_FIELDS, SEND_FIELDS, Head
from engine.store.statements import core, is_sqlite
from engine.store.tables import LedgerChain, Rendering, Send, SendOutcome

ROWS_AT_ONCE = 1_000
_send, _outcome, _chain, _rendering = core(Send), core(SendOutcome), core(LedgerChain), core(Rendering)


@dataclass(frozen=True, slots=True)
class Finding:
    """A link that is not as it was written. `send` is the send that it is about, when the row is still there."""

    chain: str
    link: int
    fault: Literal["changed", "missing", "added", "rendering_changed"]
    send: str | None = None

    def __str__(self) -> str:
        """The finding in a line."""
        about = f", about {self.send}" if self.send else ""
        return f"{self.fault.replace('_', ' ')}: link {self.link} of {self.chain}{about}"


@dataclass(slots=True)
class Audit:
    """What was walked, and everything that was found."""

    chains: int = 0
    rows: int = 0
    renderings: int = 0
    findings: list[Finding] = field(default_factory=list[Finding])


@dataclass(frozen=True, slots=True)
class _Link:
    chain: str
    number: int
    hash: str
    send: str
    fields: tuple[str, ...]
    row: Any


def verify(connection: Connection) -> Audit:
    """Walk every chain from its beginning to its end, all as of the moment that the walk begins.

    Rows are written meanwhile; PostgreSQL would see those that come after the heads were read, SQLite does not.
    """
    if not is_sqlite(connection):
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
    audit = Audit()
    heads = {row.id: Head(row.id, row.length, row.head) for row in connection.execute(select(_chain))}
    for chain, links in groupby(_links(connection), key=lambda link: link.chain):
        audit.chains += 1
        audit.findings += _walk(chain, links, heads.pop(chain, None), audit)
    for chain, head in heads.items():
        audit.chains += 1
        audit.findings += _walk(chain, (), head, audit)
    for row in connection.execute(select(_rendering), execution_options={"yield_per": ROWS_AT_ONCE}):
        audit.renderings += 1
        if hash_of_archived(row.content) != row.hash:
            audit.findings.append(Finding(row.hash, 0, "rendering_changed"))
    return audit


def _walk(chain: str, links: Iterable[_Link], head: Head | None, audit: Audit) -> Iterator[Finding]:
    before = Head(chain)
    for link in links:
        audit.rows += 1
        if head is None or link.number <= before.length:
            yield Finding(chain, link.number, "added", link.send)
            continue
        if link.number > before.length + 1:
            yield from (Finding(chain, number, "missing") for number in range(before.length + 1, link.number))
        elif before.followed_by(link.fields, link.row).hash != link.hash:
            yield Finding(chain, link.number, "changed", link.send)
        before = Head(chain, link.number, link.hash)
    if head is None:
        return
    if head.length > before.length:
        yield from (Finding(chain, number, "missing") for number in range(before.length + 1, head.length + 1))
    elif head.length < before.length:
        yield from (Finding(chain, number, "added") for number in range(head.length + 1, before.length + 1))
    elif head.hash != before.hash:
        yield Finding(chain, head.length, "changed")


def _links(connection: Connection) -> Iterator[_Link]:
    """Sends and outcomes of all chains, chain by chain, in the order of their links."""
    sends = _read(connection, _send, "id", SEND_FIELDS)
    outcomes = _read(connection, _outcome, "send_id", OUTCOME_FIELDS)
    return merge(sends, outcomes, key=lambda link: (link.chain, link.number))


def _read(connection: Connection, table: CoreTable, send: str, fields: tuple[str, ...]) -> Iterator[_Link]:
    """One statement, whose rows come a thousand at a time: the order needs no index that every send would pay for."""
    by_bytes = table.c.chain.collate("C" if not is_sqlite(connection) else "BINARY")
    statement = select(table).order_by(by_bytes, table.c.link)
    for row in connection.execute(statement, execution_options={"yield_per": ROWS_AT_ONCE}).mappings():
        yield _Link(row["chain"], row["link"], row["hash"], row[send], fields, row)
