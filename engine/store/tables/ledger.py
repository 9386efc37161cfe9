"""The send ledger: every attempt to send and every decision not to. Rows are never changed, outcomes are appended.

Each row is a link of a hash chain (`engine.store.chains`): `chain` and `link` say which one, `hash` covers what the row
says and the hash of the link before it.
"""

from datetime import datetime
from typing import Any

from sqlmodel import Field, Index, UniqueConstraint

from engine.store.columns import Instant, JsonColumn, SerialColumn
from engine.store.tables.base import Table


class Send(Table, table=True):
    """A claim to send, or a skip, made before anything is sent.

    The unique key (enrollment, node, visit, channel, address_hash) is what makes a second send impossible; a skip has
    an empty address_hash. `verdict` holds the guard's inputs and answer at that moment.
    """

    __table_args__ = (
        UniqueConstraint("enrollment_id", "node", "visit", "channel", "address_hash"),
        Index("ix_send_profile_at", "profile_id", "claimed_at"),
        Index("ix_send_journey_at", "journey_id", "claimed_at"),
        Index("ix_send_at", "claimed_at", "id"),
    )

    id: str = Field(primary_key=True)
    enrollment_id: str
    journey_id: str
    version: int
    node: str
    visit: int
    channel: str
    address_hash: str
    profile_id: str
    variant_id: str | None = None
    kind: str = "live"
    rendering_hash: str | None = None
    verdict: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn)
    claimed_at: datetime = Field(sa_type=Instant)
    chain: str = ""
    link: int = 0
    hash: str = ""


class SendOutcome(Table, table=True):
    """One ledger state that a send reached. The newest by legal order is its state; history is all of them."""

    __table_args__ = (Index("ix_send_outcome_send", "send_id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=SerialColumn)
    send_id: str
    state: str
    reason: str | None = None
    provider_id: str | None = Field(default=None, index=True)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn)
    at: datetime = Field(sa_type=Instant)
    chain: str = ""
    link: int = 0
    hash: str = ""


class LedgerChain(Table, table=True):
    """The end of a hash chain: how many links it has, and the hash of the newest."""

    id: str = Field(primary_key=True)
    length: int = Field(sa_type=SerialColumn)
    head: str


class Rendering(Table, table=True):
    """A message exactly as it was sent, stored once per content (`hash` is sha256 of its canonical JSON)."""

    hash: str = Field(primary_key=True)
    channel: str
    content: dict[str, Any] = Field(sa_type=JsonColumn)
    created_at: datetime = Field(sa_type=Instant)
