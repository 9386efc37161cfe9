"""Walking the hash chains of the send ledger: whether any row was changed, taken out or slipped in.

Each link is computed again from what its row says now and the hash that the row before it keeps. So a row that was
changed is named itself, not all that follow it. Renderings are kept under the hash of their content, which is checked.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, Text, cast, column, func, select, text
from sqlalchemy import Table as CoreTable

from engine.messages.rendered import hash_of_archived
from engine.proofs.links import OUTCOME_FIELDS, SEND_FIELDS, as_told, hash_of_link
from engine.store.chains import Head
from engine.store.statements import core, is_sqlite
from engine.store.tables import LedgerChain, Rendering, Send, SendOutcome

ROWS_AT_ONCE = 5_000
DOCUMENTS = 10_000
"""Documents that are remembered as links tell them: most rows hold the same few."""
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


_Link = tuple[str, int, int, str, str, str]
"""A row of the ledger: its chain and number, whether it is an outcome, its hash, its send, and what it says as told."""


def verify(connection: Connection) -> Audit:
    """Walk every chain from its beginning to its end, all as of the moment that the walk begins.

    Rows are written meanwhile; PostgreSQL would see those that come after the heads were read, SQLite does not.
    """
    if not is_sqlite(connection):
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
    audit = Audit()
    heads = {row.id: Head(row.id, row.length, row.head) for row in connection.execute(select(_chain))}
    for chain, links in groupby(_links(connection), key=itemgetter(0)):
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
    length, before = 0, ""
    for _, number, _, kept, send, said in links:
        audit.rows += 1
        if head is None or number <= length:
            yield Finding(chain, number, "added", send)
            continue
        if number > length + 1:
            yield from (Finding(chain, missing, "missing") for missing in range(length + 1, number))
        elif hash_of_link(before, chain, number, said) != kept:
            yield Finding(chain, number, "changed", send)
        length, before = number, kept
    if head is None:
        return
    if head.length > length:
        yield from (Finding(chain, number, "missing") for number in range(length + 1, head.length + 1))
    elif head.length < length:
        yield from (Finding(chain, number, "added") for number in range(head.length + 1, length + 1))
    elif head.hash != before:
        yield Finding(chain, head.length, "changed")


def _links(connection: Connection) -> Iterator[_Link]:
    """Sends and outcomes of all chains, chain by chain, in the order of their links."""
    sends = _read(connection, 0, _send, "id", SEND_FIELDS)
    outcomes = _read(connection, 1, _outcome, "send_id", OUTCOME_FIELDS)
    return merge(sends, outcomes)


def _read(connection: Connection, rank: int, table: CoreTable, send: str, fields: tuple[str, ...]) -> Iterator[_Link]:
    """One statement, whose rows come some thousands at a time: no index is needed that every send would pay for."""
    rows = connection.execute(_in_order(connection, table, send, fields), execution_options={"yield_per": ROWS_AT_ONCE})
    for chain, link, kept, about, head, body, instant in rows:
        yield chain, link, rank, kept, about, f'[{head},{_canonical(body)},"{instant}"]'


def _in_order(connection: Connection, table: CoreTable, send: str, fields: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    said = (_said_on_sqlite if is_sqlite(connection) else _said_on_postgresql)(table, fields)
    by_bytes = column("chain").collate("BINARY" if is_sqlite(connection) else "C")
    names = map(column, ("chain", "link", "hash", send))  # without types: a million rows need no conversions
    return select(*names, *said).select_from(table).order_by(by_bytes, column("link"))


def _said_on_postgresql(table: CoreTable, fields: tuple[str, ...]) -> tuple[ColumnElement[Any], ...]:
    """What a row says, as `chains.as_told` writes it, made by the server: it escapes texts as Python does."""
    *plain, document, at = fields
    values = (func.coalesce(cast(func.to_json(table.c[name]), Text), "null") for name in plain)
    instant = func.to_char(func.timezone("UTC", table.c[at]), 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')
    return func.concat_ws(",", *values), cast(table.c[document], Text), instant


def _said_on_sqlite(table: CoreTable, fields: tuple[str, ...]) -> tuple[ColumnElement[Any], ...]:
    """The same on SQLite, which quotes texts as Python does and holds an instant as text in UTC."""
    *plain, document, at = fields
    quoted = [func.json_quote(table.c[name], type_=Text) for name in plain]
    joined = reduce(lambda said, value: said.concat(",").concat(value), quoted)
    instant = func.replace(cast(table.c[at], Text), " ", "T", type_=Text).concat("+00:00")
    return joined, cast(table.c[document], Text), instant


@lru_cache(maxsize=DOCUMENTS)
def _canonical(written: str) -> str:
    """A document as links tell it; what is none any more stays as it stands, and so is found to be changed."""
    try:
        return as_told(json.loads(written))
    except ValueError:
        return written
